"""The table of the outbox, for SQLAlchemy."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Identity,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    and_,
)

from .rows import MAX_ORDER_KEY_LENGTH, MAX_REASON_LENGTH, TABLE_NAME


def outbox_table(metadata: MetaData, name: str = TABLE_NAME, *, schema: str | None = None) -> Table:
    """Declare the table in the service's metadata, so that its migrations create it.

    The indexes are partial: they hold only waiting rows, and stay small however many rows are kept.

    Args:
        metadata: The metadata of the service's models, such as ``Base.metadata``.
        name: The table's name.
        schema: The database schema that it belongs to.

    Returns:
        The table.

    Example:
        >>> from sqlalchemy import MetaData
        >>> from platform_events.outbox import outbox_table
        >>> outbox_table(MetaData()).name
        'platform_events_outbox'
    """
    table = Table(
        name,
        metadata,
        # SQLite generates ids only for an INTEGER key.
        Column(
            "id",
            BigInteger().with_variant(Integer(), "sqlite"),
            Identity(always=False),
            primary_key=True,
        ),
        Column("name", String(255), nullable=False),
        Column("data", Text(), nullable=False),
        Column("event_id", String(255), nullable=False),
        Column("ts", BigInteger(), nullable=False),
        Column("order_key", String(MAX_ORDER_KEY_LENGTH)),
        Column("refusals", SmallInteger(), nullable=False, default=0, server_default="0"),
        Column("created_at", DateTime(timezone=True), nullable=False),
        Column("claimed_until", DateTime(timezone=True)),
        Column("sent_at", DateTime(timezone=True)),
        Column("set_aside_at", DateTime(timezone=True)),
        Column("reason", String(MAX_REASON_LENGTH)),
        schema=schema,
    )
    waiting = and_(table.c.sent_at.is_(None), table.c.set_aside_at.is_(None))
    free = and_(waiting, table.c.order_key.is_(None))
    keyed = and_(waiting, table.c.order_key.is_not(None))
    for suffix, columns, where in (
        ("free", [table.c.id], free),
        ("keyed", [table.c.id], keyed),
        ("order", [table.c.order_key, table.c.id], keyed),
    ):
        Index(f"{name}_{suffix}", *columns, postgresql_where=where, sqlite_where=where)
    return table


default_table: Final = outbox_table(MetaData())
"""The table under its default name."""

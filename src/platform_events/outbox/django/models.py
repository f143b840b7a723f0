"""The table, with the columns and indexes that ``outbox_table`` has for SQLAlchemy."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models

from ..rows import MAX_ORDER_KEY_LENGTH, MAX_REASON_LENGTH, TABLE_NAME

if TYPE_CHECKING:
    _Instant = models.DateTimeField[datetime | None, datetime | None]
    _Text = models.CharField[str | None, str | None]

WAITS = models.Q(sent_at=None, set_aside_at=None)
"""The condition for rows that wait."""

FREE = WAITS & models.Q(order_key=None)
"""The condition for waiting rows without a key, which wait for no other row."""

KEYED = WAITS & models.Q(order_key__isnull=False)
"""The condition for waiting rows with a key, which may wait for another row of it."""


def database_time(value: datetime) -> datetime:
    """Return a UTC time as the project stores times: naive if USE_TZ is False."""
    return value if settings.USE_TZ else value.replace(tzinfo=None)


class OutboxEvent(models.Model):
    """An event that commits with the transaction that wrote it."""

    name: models.CharField[str, str] = models.CharField(max_length=255)
    data: models.TextField[str, str] = models.TextField()
    event_id: models.CharField[str, str] = models.CharField(max_length=255)
    ts: models.BigIntegerField[int, int] = models.BigIntegerField()
    order_key: _Text = models.CharField(
        max_length=MAX_ORDER_KEY_LENGTH, null=True
    )  # '' is not a key
    refusals: models.SmallIntegerField[int, int] = models.SmallIntegerField(default=0)
    created_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    claimed_until: _Instant = models.DateTimeField(null=True)
    sent_at: _Instant = models.DateTimeField(null=True)
    set_aside_at: _Instant = models.DateTimeField(null=True)
    reason: _Text = models.CharField(max_length=MAX_REASON_LENGTH, null=True)  # as above

    class Meta:
        """The indexes hold only waiting rows, and stay small however many rows are kept."""

        app_label = "platform_events_outbox"
        db_table = TABLE_NAME
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["id"], name="outbox_free", condition=FREE),
            models.Index(fields=["id"], name="outbox_keyed", condition=KEYED),
            models.Index(fields=["order_key", "id"], name="outbox_order", condition=KEYED),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"

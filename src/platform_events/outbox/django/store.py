"""The table as a relay uses it, through Django."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import close_old_connections, connections, transaction
from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet
from django.db.utils import Error
from typing_extensions import override

from ...errors import ConfigurationError
from ...sending.client import Client
from ..relay import LEASE, Claim, OutboxStatus, OutboxStore, Relay, StoredRow, claim_windows
from ..rows import MAX_REASON_LENGTH
from ..wakeup import Listener
from .models import FREE, KEYED, WAITS, OutboxEvent, database_time

if TYPE_CHECKING:
    from typing import Any


def connect_relay(
    using: str = "default",
    *,
    client: Client | None = None,
    batch_size: int = 500,
    poll_interval_s: float = 1.0,
    keep_sent: timedelta | None = None,
) -> Relay:
    """Make a relay for one of Django's databases.

    Args:
        using: The alias of the database.
        client: The client; absent: the one client of the process.
        batch_size: How many rows are claimed at once, from 1 to 5,000.
        poll_interval_s: After how many seconds an empty outbox is checked again.
        keep_sent: How long a row is kept after it was sent; absent: it is deleted at once.

    Returns:
        The relay.

    Raises:
        ConfigurationError: The database is neither PostgreSQL nor SQLite.
        ValueError: ``batch_size`` or ``poll_interval_s`` is out of range.
    """
    vendor = connections[using].vendor
    if vendor not in {"postgresql", "sqlite"}:
        raise ConfigurationError(f"the outbox works on PostgreSQL and SQLite, and not on {vendor}")
    return Relay(
        DjangoStore(using, keep_sent=keep_sent),
        client=client,
        batch_size=batch_size,
        poll_interval_s=poll_interval_s,
    )


class DjangoStore(OutboxStore):
    """On PostgreSQL, claimed rows are locked; on SQLite, a claim is stored for some minutes."""

    def __init__(
        self,
        using: str,
        *,
        keep_sent: timedelta | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._using = using
        self._keep_sent = keep_sent
        self._now = now
        self._is_keyed_first = False
        connection = connections[using]
        self._is_locking = connection.vendor == "postgresql"
        has_psycopg = self._is_locking and _has_psycopg()
        self._listener = Listener(self._open if has_psycopg else None, errors=(Error,))

    @override
    def claim(self, limit: int) -> AbstractContextManager[Claim]:
        return self._locked(limit) if self._is_locking else self._leased(limit)

    @override
    def wait(self, timeout_s: float) -> bool:
        close_old_connections()  # as a server does between two requests
        return self._listener.wait(timeout_s)

    @override
    def purge(self) -> None:
        if self._keep_sent is not None:
            self._rows().filter(sent_at__lt=self._time() - self._keep_sent).delete()

    @override
    def status(self) -> OutboxStatus:
        close_old_connections()  # metrics are read in a thread that no request ends
        waiting = self._rows().filter(WAITS).aggregate(count=Count("id"), oldest=Min("created_at"))
        oldest: datetime | None = waiting["oldest"]
        reasons = self._rows().filter(set_aside_at__isnull=False).values_list("reason")
        counts = {
            str(reason): int(count)
            for reason, count in reasons.annotate(count=Count("id")).order_by("-count")
        }
        age = None if oldest is None else (self._time() - oldest).total_seconds()
        return OutboxStatus(waiting["count"], age, sum(counts.values()), counts)

    @override
    def retry(self) -> int:
        aside = self._rows().filter(set_aside_at__isnull=False)
        return aside.update(set_aside_at=None, reason=None, refusals=0)

    @override
    def close(self) -> None:
        self._listener.close()

    @contextmanager
    def _locked(self, limit: int) -> Generator[Claim]:
        with transaction.atomic(using=self._using):
            claim = Claim(self._found(limit))
            yield claim
            self._settle(claim)

    @contextmanager
    def _leased(self, limit: int) -> Generator[Claim]:
        with transaction.atomic(using=self._using):
            # The first statement writes, so that nobody else can until the claim is stored.
            self._rows().filter(pk=None).update(claimed_until=None)
            rows = self._found(limit)
            claimed = self._rows().filter(pk__in=[row.id for row in rows])
            claimed.update(claimed_until=self._time() + LEASE)
        claim = Claim(rows)
        try:
            yield claim
        finally:
            with transaction.atomic(using=self._using):
                self._settle(claim)
                left = {row.id for row in rows} - {*claim.sent, *claim.refused}
                self._rows().filter(pk__in=left).update(claimed_until=None)

    def _found(self, limit: int) -> list[StoredRow]:
        """Find rows of both kinds, with and without a key, which come first in turns."""
        self._is_keyed_first = not self._is_keyed_first
        rows: list[OutboxEvent] = []
        kinds = (self._keyed, self._free)
        for find in kinds if self._is_keyed_first else reversed(kinds):
            if len(rows) < limit:
                rows += find(limit - len(rows))
        rows.sort(key=lambda row: row.pk)
        columns = [column.name for column in fields(StoredRow)]
        return [StoredRow(*(getattr(row, column) for column in columns)) for row in rows]

    def _free(self, limit: int) -> list[OutboxEvent]:
        free = self._rows().filter(FREE).filter(self._is_unclaimed()).order_by("id")
        return list(self._lockable(free[:limit]))

    def _keyed(self, limit: int) -> list[OutboxEvent]:
        """Find the first row of each key, and what follows it."""
        keyed = self._rows().filter(KEYED)
        earlier = keyed.filter(order_key=OuterRef("order_key"), id__lt=OuterRef("id"))
        firsts = keyed.filter(~Exists(earlier), self._is_unclaimed()).order_by("id")
        rows: list[OutboxEvent] = []
        # One statement for an empty table instead of two.
        ids = keyed.order_by("id").values("id")
        for window in claim_windows(limit, ids[:limit].count()):
            unclaimed = firsts.filter(id__in=ids[:window])
            if rows:
                unclaimed = unclaimed.exclude(order_key__in={row.order_key for row in rows})
            heads = list(self._lockable(unclaimed[: limit - len(rows)]))
            rows += heads
            if heads and len(rows) < limit:
                following = keyed.filter(order_key__in={row.order_key for row in heads})
                following = following.exclude(pk__in=[row.pk for row in heads]).order_by("id")
                rows += self._lockable(following[: limit - len(rows)])
            if len(rows) == limit:
                break
        return rows

    def _is_unclaimed(self) -> Q:
        return Q(claimed_until=None) | Q(claimed_until__lt=self._time())

    def _lockable(self, rows: QuerySet[OutboxEvent]) -> QuerySet[OutboxEvent]:
        return rows.select_for_update(skip_locked=True, of=("self",)) if self._is_locking else rows

    def _settle(self, claim: Claim) -> None:
        sent = self._rows().filter(pk__in=claim.sent)
        if self._keep_sent is None:
            sent.delete()
        else:
            sent.update(sent_at=self._time(), claimed_until=None)
        for id, wait in claim.sort_refused().items():
            later = self._time() + wait
            self._rows().filter(pk=id).update(claimed_until=later, refusals=F("refusals") + 1)
        for id, reason in claim.set_aside.items():
            aside = {"set_aside_at": self._time(), "reason": reason[:MAX_REASON_LENGTH]}
            self._rows().filter(pk=id).update(**aside)

    def _rows(self) -> QuerySet[OutboxEvent]:
        return OutboxEvent.objects.using(self._using)

    def _time(self) -> datetime:
        return database_time(datetime.fromtimestamp(self._now(), UTC))

    # Any: psycopg's connection, of which Django's types know nothing.
    def _open(self) -> Any:
        own = connections[self._using].copy()
        own.ensure_connection()
        return own.connection


def _has_psycopg() -> bool:
    from django.db.backends.postgresql.psycopg_any import is_psycopg3

    return bool(is_psycopg3)

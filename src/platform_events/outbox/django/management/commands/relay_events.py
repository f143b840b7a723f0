"""``manage.py relay_events``: the events of the outbox, sent."""

from __future__ import annotations

import json
import signal
import sys
from argparse import ArgumentParser
from contextlib import suppress
from dataclasses import asdict
from typing import Final

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connections
from django.utils.connection import ConnectionDoesNotExist
from typing_extensions import override

from ....._printable import printable, printable_json
from .....errors import ConfigurationError, SendError
from .....sending.client import get_client
from ...._foreground import (
    describe_count,
    describe_start,
    handled,
    read_keep_sent,
    run_relay,
    status_rows,
)
from ....relay import OutboxStatus, Relay
from ....rows import TABLE_NAME
from ...store import connect_relay

# Exit codes, as those of ``platform-events relay``.
_FOUND: Final = 1
_USAGE: Final = 2
_NOT_SENT: Final = 3
_CONFIGURATION: Final = 4

_MISSING_TABLE: Final = f"there is no table {TABLE_NAME}: run manage.py migrate"


class Command(BaseCommand):
    """Sends until SIGTERM or Ctrl-C; the batch in hand is finished first."""

    help = (
        "Send the events of the outbox, until interrupted. With --status the exit code is 1 if "
        "events were set aside; with --once it is 3 if some were refused, or the server cannot be "
        "reached."
    )

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--database", default="default", help="The alias of the database.")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--once", action="store_true", help="Send what is waiting, and exit.")
        what.add_argument(
            "--status", action="store_true", help="Show what is waiting and what was set aside."
        )
        what.add_argument(
            "--retry",
            action="store_true",
            help="Put set-aside events back in the queue once the cause is fixed, and exit.",
        )
        parser.add_argument(
            "--batch-size", type=int, default=500, help="How many events are claimed at once."
        )
        parser.add_argument(
            "--poll",
            type=float,
            default=1.0,
            metavar="SECONDS",
            help="How often to look for new rows.",
        )
        parser.add_argument(
            "--keep-sent",
            type=float,
            default=0,
            metavar="SECONDS",
            help="How long to keep rows that were sent.",
        )
        parser.add_argument("--json", action="store_true", dest="as_json", help="Write JSON.")

    @override
    def handle(  # the options of the command
        self,
        *,
        database: str,
        once: bool,
        status: bool,
        retry: bool,
        batch_size: int,
        poll: float,
        keep_sent: float,
        as_json: bool,
        **_: object,
    ) -> None:
        # Until a row is claimed there is nothing to finish.
        with handled(sys.exit, signal.SIGTERM):
            relay = _connect(database, batch_size, poll, keep_sent)
            try:
                if status or retry or once:
                    _require_table(database)
                if status:
                    self._write_status(relay.status(), as_json=as_json)
                elif retry:
                    count = relay.retry()
                    self.stdout.write(
                        json.dumps({"waiting_again": count})
                        if as_json
                        else f"waiting again: {count}"
                    )
                else:
                    self._run(relay, database, is_once=once, as_json=as_json)
            except ConfigurationError as error:
                raise CommandError(str(error), returncode=_CONFIGURATION) from None
            except DatabaseError as error:
                message = f"the database: {_first_line(error)}"
                raise CommandError(message, returncode=_CONFIGURATION) from None
            finally:
                relay.store.close()

    def _run(self, relay: Relay, database: str, *, is_once: bool, as_json: bool) -> None:
        # What is missing is told before the first row is claimed.
        server = get_client().settings.event_api_base_url
        self._say(describe_start(_describe_database(database), TABLE_NAME, server))
        if not is_once:
            self._warn_of_table(database)
        try:
            done = run_relay(relay, is_once=is_once, write=self._say)
        except SendError as error:
            raise CommandError(str(error), returncode=_NOT_SENT) from None
        if as_json:
            self.stdout.write(json.dumps(asdict(done)))
        else:
            self._say(describe_count(done))
        if is_once and done.refused + done.set_aside:
            raise CommandError(
                "some events were refused or set aside: relay_events --status shows why",
                returncode=_NOT_SENT,
            )

    def _warn_of_table(self, database: str) -> None:
        """Say that there is no table yet: a relay waits for it, as for a database that is down."""
        with suppress(DatabaseError):
            if _is_table_missing(database):
                self._say(f"warning: {_MISSING_TABLE}")

    def _say(self, line: str) -> None:
        self.stderr.write(line, str)  # and not in red, as errors are

    def _write_status(self, status: OutboxStatus, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(printable_json(asdict(status), indent=2))
        else:
            for row in status_rows(status):
                self.stdout.write("\t".join(map(printable, row)))
        if status.set_aside:
            raise CommandError(
                "events were set aside: fix the cause, then run relay_events --retry",
                returncode=_FOUND,
            )


def _connect(database: str, batch_size: int, poll_s: float, keep_sent_s: float) -> Relay:
    try:
        return connect_relay(
            database,
            batch_size=batch_size,
            poll_interval_s=poll_s,
            keep_sent=read_keep_sent(keep_sent_s),
        )
    except ConfigurationError as error:
        raise CommandError(str(error), returncode=_CONFIGURATION) from None
    except (ConnectionDoesNotExist, ValueError) as error:
        raise CommandError(str(error), returncode=_USAGE) from None


def _require_table(alias: str) -> None:
    if _is_table_missing(alias):
        raise CommandError(_MISSING_TABLE, returncode=_CONFIGURATION)


def _is_table_missing(alias: str) -> bool:
    return TABLE_NAME not in connections[alias].introspection.table_names()


def _first_line(error: DatabaseError) -> str:
    """Return what the driver says, without the statement, which the lines after it may quote."""
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0]


def _describe_database(alias: str) -> str:
    connection = connections[alias]
    return f"the database {alias!r} ({connection.vendor}, {connection.settings_dict['NAME']})"

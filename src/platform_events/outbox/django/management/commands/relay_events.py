"""``manage.py relay_events``: the events of the outbox, sent."""

from __future__ import annotations

import signal
from argparse import ArgumentParser
from datetime import timedelta
from types import FrameType

from django.core.management.base import BaseCommand, CommandError
from typing_extensions import override

from .....errors import SendError
from .....sending.client import get_client
from ...store import connect_relay


class Command(BaseCommand):
    """Sends until SIGTERM or Ctrl-C; the batch in hand is finished first."""

    help = "Send the events of the outbox."

    @override
    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--database", default="default", help="The alias of the database.")
        parser.add_argument("--once", action="store_true", help="Send what waits now, and exit.")
        parser.add_argument("--retry", action="store_true", help="First retry what was set aside.")
        parser.add_argument("--batch-size", type=int, default=500)
        parser.add_argument("--poll", type=float, default=1.0, metavar="SECONDS")
        parser.add_argument("--keep-sent", type=float, default=0, metavar="SECONDS")

    @override
    def handle(  # the options of the command
        self,
        *,
        database: str,
        once: bool,
        retry: bool,
        batch_size: int,
        poll: float,
        keep_sent: float,
        **_: object,
    ) -> None:
        get_client()  # what is missing is told before the first row is claimed
        relay = connect_relay(
            database,
            batch_size=batch_size,
            poll_interval_s=poll,
            keep_sent=timedelta(seconds=keep_sent) if keep_sent else None,
        )
        if retry:
            self.stdout.write(f"waiting again: {relay.retry()}")

        def stop(number: int, frame: FrameType | None) -> None:  # noqa: ARG001  # as signals have it
            relay.stop()

        before = {n: signal.signal(n, stop) for n in (signal.SIGINT, signal.SIGTERM)}
        try:
            done = relay.run_once() if once else relay.run()
        except SendError as error:
            raise CommandError(str(error)) from None
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            relay.store.close()
        self.stdout.write(
            f"sent: {done.sent}, refused: {done.refused}, set aside: {done.set_aside}"
        )

"""The instruments of the metrics."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

from opentelemetry.metrics import Counter, Histogram, Meter

# Those of OpenTelemetry's messaging conventions.
_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)


@dataclass(frozen=True, slots=True)
class Instruments:
    """What sends and calls are counted and timed with.

    Attributes:
        sent: Events that were sent, by event and outcome.
        send_duration: How long sends took, retries and waiting included.
        call_duration: How long calls of functions took.
        runs: Runs that have ended, by function and outcome.
        invalid: Events whose data is invalid, by event and where.
    """

    sent: Counter
    send_duration: Histogram
    call_duration: Histogram
    runs: Counter
    invalid: Counter

    @classmethod
    def of(cls, meter: Meter) -> Self:
        """Create them."""
        return cls(
            sent=meter.create_counter(
                "messaging.client.sent.messages", "{message}", "Events sent to Inngest"
            ),
            send_duration=meter.create_histogram(
                "messaging.client.operation.duration",
                "s",
                "Duration of sends, retries and waiting included",
                explicit_bucket_boundaries_advisory=_SECONDS,
            ),
            call_duration=meter.create_histogram(
                "messaging.process.duration",
                "s",
                "Duration of calls of functions",
                explicit_bucket_boundaries_advisory=_SECONDS,
            ),
            runs=meter.create_counter("inngest.function.runs", "{run}", "Runs that have ended"),
            invalid=meter.create_counter(
                "inngest.invalid_events", "{message}", "Events whose data breaks their schema"
            ),
        )

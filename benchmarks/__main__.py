"""python -m benchmarks [--quick] [--write]: measure, and exit with 1 when a limit is missed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence

from . import (
    concurrency,
    endpoint,
    functions,
    growth,
    importing,
    local_server,
    naming,
    outbox,
    report,
    sending,
    strategies,
    telemetry,
    type_checking,
    typescript,
)
from .measuring import Comparison, compare


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="measure less, for a first impression")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md, too")
    options = parser.parse_args(arguments)
    results = [compare(*planned) for planned in plan(is_quick=options.quick)]
    report.show(results)
    if options.write:
        report.write(results)
    return 0 if all(result.is_within_limit for result in results) else 1


def plan(*, is_quick: bool) -> Iterator[tuple[Comparison, int]]:
    """Give what to measure, one after the other, and in how many rounds.

    The comparison that holds many events is made last, as they would slow the others down.
    """
    for comparison in naming.comparisons(repeats=200):
        yield comparison, 10 if is_quick else 60
    yield strategies.one_class(500), 3 if is_quick else 10
    yield strategies.every_class(500), 3 if is_quick else 10
    yield strategies.largest_class(500), 3 if is_quick else 10
    with importing.comparisons() as comparisons:
        for comparison in comparisons:
            yield comparison, 5 if is_quick else 25
    with typescript.comparisons() as comparisons:
        for comparison in comparisons:
            yield comparison, 2 if is_quick else 10
    with type_checking.comparison() as comparison:
        yield comparison, 2 if is_quick else 5
    with growth.comparisons() as comparisons:
        for comparison in comparisons:
            yield comparison, 1 if is_quick else 3
    with functions.connect() as app:
        yield functions.handler(app, 200), 15 if is_quick else 80
        yield functions.endpoint(app, 200), 15 if is_quick else 80
    with endpoint.connect() as endpoints:
        yield from endpoint.comparisons(endpoints, is_quick=is_quick)
    with concurrency.connect() as url:
        yield from concurrency.comparisons(url, is_quick=is_quick)
    with sending.connect() as sdk:
        yield sending.one_by_one(sdk, 50), 10 if is_quick else 60
        yield sending.one_by_one_async(sdk.event_api_origin, 50), 10 if is_quick else 60
        yield sending.together(sdk, 20_000 if is_quick else 100_000), 3 if is_quick else 10
    with telemetry.connect():
        # Many short rounds, as the best of them are compared.
        yield telemetry.sends(20), 20 if is_quick else 200
        yield telemetry.calls(20), 20 if is_quick else 200
    yield local_server.start(), 5 if is_quick else 20
    with local_server.connect() as local:
        yield local_server.runs(local, 100 if is_quick else 1_000), 1 if is_quick else 3
    with outbox.connect() as setting:
        yield outbox.relayed(setting, 10_000), 3 if is_quick else 10
        yield outbox.against_peer(setting, 1_000), 2 if is_quick else 5
        yield outbox.written(setting, 300), 3 if is_quick else 10
        yield outbox.backlog(setting, 5_000), 1 if is_quick else 3
        yield outbox.backlog(setting, 5_000, "hot"), 1 if is_quick else 3


if __name__ == "__main__":
    sys.exit(main())

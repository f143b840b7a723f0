"""Showing what was measured, on a terminal and in ``docs/benchmarks.md``."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from .measuring import Result

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"
PACKAGES = ("platform-events", "pydantic", "pydantic-core", "inngest", "httpx", "httpx2")

_HEADER = """\
# Benchmarks

How fast the package is, compared with what you would write without it. Both are measured in turns
in the same run, so that anything that slows the machine down affects both. A ratio above 1 means
that the package is slower. *At best* compares the fastest round of each; *median* is the median
of the ratios of all rounds. A limit is missed when both are above it: noise raises one of them, a
slow package raises both. Times are per unit: one send, one event, one import, one name.

Written by `make bench`, which fails if a limit is missed.
"""
_FOOTER = """\
What is compared:

- **`send_event`**: constructing an event and sending it, with every check, against
  `client.send_sync(inngest.Event(name=..., data=...))` of the bare SDK, which checks nothing.
  Both send to the same server: a minimal Event API on loopback, in a process of its own.
- **at once**: the server answers after 20 ms. The tasks belong to one event loop; the SDK lets 100
  of them through at a time, as without a limit it takes several times as long. 100 threads that
  wait for each answer cannot send more than 5,000 events a second to such a server in any way;
  sharing four requests, of which one returns every 5 ms, they cannot send more than about 4,500.
- **the longest block**: how much later than asked for a task wakes that sleeps for a millisecond,
  over and over, while the others send. What was loaded before is frozen (`gc.freeze`), as a full
  collection of it takes 50 ms by itself.
- **`send_events`**: events that are already constructed, which the package encodes, checks again if
  they were changed, and packs into requests of up to 5,000, against one call of the SDK per 1,000.
- **a call**: signed requests as Inngest makes them, over one open connection to an app under
  uvicorn in a process of its own. The typed handler gets a validated instance of its event class,
  the other one validates the data of the SDK's event by itself, with a plain pydantic model of the
  same fields, types and bounds, but without what holds between fields. Beyond what the SDK checks,
  the endpoint checks the age of the signature, and the size and form of the body.
- **telemetry off**: the package as it is, against itself without the hooks of telemetry and of log
  records, in the same process. The call goes through the endpoint in process, without a network.
- **`import`**: in fresh processes, with all byte code compiled beforehand. The plain models are
  generated: every event as a `pydantic.BaseModel` with the same fields, bounds and defaults.
  Neither `inngest` nor `httpx` may be loaded afterwards.
- **an example**: drawn as a property test draws it, against a hand-written strategy for one small
  event (`st.builds` with `st.from_regex`). 2 ms are 500 events per second.
- **the local server**: `LocalInngest` with an app of one function in the same process, against
  fixed times: 100 ms for a start, and 10 ms for a run of two steps, which are three calls.
- **TypeScript**: the npm package under Node.js against event types of the bare SDK whose schemas,
  of zod, check as much as one would write: fields, ranges, lengths and patterns. The package also
  checks what holds between fields, the ranges of instants and that text is valid Unicode. The
  measurements are nights with their stages.
- **`mypy --strict`**: the services of `tests/consumer`, without a web framework, against the same
  services with plain pydantic models and the bare SDK, without a cache.
- **growth**: catalogues of 20, 200 and 1,000 generated events; the time per event of the larger
  one against that of the smaller one, so that a ratio of at most 1 is linear or better.
  `parse_event` is one call.
- **`is_event_name`**: a loop over names that calls the function, against one that calls
  `re.compile(...).fullmatch` directly, which checks neither types nor lengths.
"""


def table(results: Sequence[Result]) -> list[tuple[str, ...]]:
    """Give the results as rows of texts, a header first.

    Args:
        results: What was measured.

    Returns:
        The rows.
    """
    header = ("what", "ours", "theirs", "at best", "median", "limit", "")
    rows = [
        (
            result.comparison.name,
            _duration(min(result.ours)),
            _duration(min(result.theirs)),
            f"{result.ratio_of_minima:.2f}",
            f"{result.ratio_of_medians:.2f}",
            f"{result.comparison.limit:.2f}",
            "ok" if result.is_within_limit else "MISSED",
        )
        for result in results
    ]
    return [header, *rows]


def show(results: Sequence[Result]) -> None:
    """Print the results.

    Args:
        results: What was measured.
    """
    rows = table(results)
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        print(
            "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
        )


def write(results: Sequence[Result]) -> None:
    """Write the page of the documentation.

    Args:
        results: What was measured.
    """
    header, *rows = ["| " + " | ".join(row) + " |" for row in table(results)]
    rule = "|---" * len(table(results)[0]) + "|"
    lines = "\n".join([header, rule, *rows])
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(f"{_HEADER}\n{lines}\n\n{_machine()}\n\n{_FOOTER}", "utf-8")


def _machine() -> str:
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"Measured with {platform.python_implementation()} {platform.python_version()} "
        f"on {os.cpu_count()} cores: {packages}."
    )


def _duration(seconds: float) -> str:
    for factor, unit in ((1, "s"), (1e3, "ms"), (1e6, "us")):
        if seconds * factor >= 1:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"

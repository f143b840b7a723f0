"""Check what type checkers do not see in the catalogue, and say what to write instead.

    python tools/lint_catalogue.py      exit with 1 if something is wrong, and name it

Each number has its unit in its name, a range in its type, and a mark if it tells of a person; each
text and list has a length; each event says who sends and who handles it.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent
from typing import Final

from platform_events import EVENT_TYPES, Event
from platform_events.contracts.event_docs import event_doc
from platform_events.contracts.json_schema import event_schema
from platform_events.contracts.schema_tree import (
    JsonSchema,
    alternatives,
    definitions,
    properties,
)
from platform_events.events.payload import Payload

ROOT: Final = Path(__file__).parent.parent

OF_ANY_UNIT: Final = frozenset({"value", "previous_value", "threshold"})
"""Names of numbers whose unit stands in a field beside them, so that no range fits."""
UNITLESS: Final = OF_ANY_UNIT | {
    "score", "probability", "weight", "strain", "acute_chronic_workload_ratio",
    "perceived_exertion", "repetitions", "rounds", "repetitions_left",
    "repetitions_done", "zone", "points", "level",
    "charge", "percentile", "acute_load", "chronic_load", "acute_chronic_ratio",
    "visceral_fat_level", "scores",
}  # fmt: skip
"""Names of numbers that have no unit."""
COUNT: Final = "_count"
HARMLESS: Final = frozenset({
    "ChurnRiskDetected.horizon_days", "InjuryRiskDetected.horizon_days",
    "ThresholdCrossed.threshold", "IntegrationSynced.created_count",
    "IntegrationSynced.updated_count", "IntegrationSynced.skipped_count",
    "IntegrationSynced.unchanged_count", "IntegrationSynced.deleted_count",
    "IntegrationSynced.duration_s", "StatisticOfMany.percentile", "HeartRateSeries.interval_s",
    "HeartRateVariabilitySeries.interval_s", "OxygenSaturationSeries.interval_s",
    "RespiratoryRateSeries.interval_s", "StressSeries.interval_s", "BodyBatterySeries.interval_s",
})  # fmt: skip
"""Numbers that tell nothing of a person."""
LONG_TEXT: Final = 1_000
"""Texts that may be longer than this are taken for a person's words."""
LONG_IDS: Final = frozenset({"caused_by"})
"""Texts that may be longer, and are ids."""
PREFERRED: Final = {
    "_sec": "_s", "_secs": "_s", "_seconds": "_s", "_min": "_s", "_mins": "_s", "_minutes": "_s",
    "_h": "_s", "_hrs": "_s", "_hours": "_s", "_weeks": "_days", "_millis": "_ms",
    "_km": "_m", "_cm": "_m", "_mm": "_m", "_meters": "_m", "_metres": "_m", "_miles": "_m",
    "_g": "_kg", "_lb": "_kg", "_lbs": "_kg", "_cal": "_kcal", "_kj": "_kcal",
    "_f": "_c", "_celsius": "_c", "_pct": "_percent", "_hr": "_bpm",
}  # fmt: skip
"""What people write, and the unit that the catalogue has for it."""


@dataclass(frozen=True, order=True)
class Finding:
    """What is wrong with a field, or with an event if there is no field."""

    owner: str
    field: str
    message: str

    @property
    def subject(self) -> str:
        return f"{self.owner}.{self.field}" if self.field else self.owner


def lint(kinds: Iterable[type[Event]]) -> list[Finding]:
    """Check events, and the payloads inside of them."""
    found: set[Finding] = set()
    for kind in kinds:
        document = event_schema(kind)
        found |= set(_docstring(kind))
        for owner, schema in {kind.__name__: document, **definitions(document)}.items():
            for name, field in properties(schema).items():
                found |= {Finding(owner, name, message) for message in _field(owner, name, field)}
    return sorted(found)


def _docstring(kind: type[Event]) -> Iterator[Finding]:
    doc = event_doc(inspect.getdoc(kind) or "")
    for phrase, present in (("Sent by", doc.sent_by), ("Handled by", doc.handled_by)):
        if not present:
            message = f'the docstring does not say it: add a sentence "{phrase} <service>."'
            yield Finding(kind.__name__, "", message)


def _field(owner: str, name: str, field: JsonSchema) -> Iterator[str]:
    parts = list(_parts(field))
    if any(part.get("type") in {"number", "integer"} for part in parts):
        if "x-unit" not in field and not name.endswith(COUNT) and name not in UNITLESS:
            yield _unit_message(name)
        if "x-sensitive" not in field and f"{owner}.{name}" not in HARMLESS:
            yield (
                "a number that may tell of a person: mark its type with Sensitive(), or list "
                f"{owner}.{name} in HARMLESS of tools/lint_catalogue.py"
            )
    for part in parts:
        if name not in OF_ANY_UNIT:
            yield from _bounds(part)
        length = part.get("maxLength", 0)
        is_long = isinstance(length, int) and length > LONG_TEXT and name not in LONG_IDS
        if is_long and "x-sensitive" not in field:
            yield "a text of a person: use FreeText, or mark its type with Sensitive()"


def _parts(field: JsonSchema) -> Iterator[JsonSchema]:
    """Give a field's schema, its alternatives, and the same of its items."""
    yield field
    for part in alternatives(field):
        if part is not field:
            yield from _parts(part)
    items = field.get("items")
    if isinstance(items, dict):
        yield from _parts(items)


def _unit_message(name: str) -> str:
    suffix = f"_{name.rpartition('_')[2]}"
    if suffix in PREFERRED:
        better = name.removesuffix(suffix) + PREFERRED[suffix]
        return f"a number whose unit the catalogue does not have: write {better}, and convert"
    return (
        "a number without a unit: end its name with one, such as _s, _m, _kg, _bpm or _percent, or "
        f"with {COUNT}; give a new unit its UCUM code in UNITS of events/_units.py; list "
        f"{name} in UNITLESS of tools/lint_catalogue.py if it has none"
    )


def _bounds(part: JsonSchema) -> Iterator[str]:
    kind = part.get("type")
    is_limited = not part.keys().isdisjoint({"enum", "const", "$ref", "format"})
    if kind == "string" and not is_limited and "maxLength" not in part:
        yield (
            "a text without a limit: use an id, Slug, Version or FreeText of "
            "platform_events.events.fields, or Annotated[str, StringConstraints(min_length=1, "
            "max_length=200)]"
        )
    elif kind in {"number", "integer"} and not is_limited and not _has_both_ends(part):
        yield (
            "a number without a range: use a type of platform_events.events.fields such as Count, "
            "DurationS or Percentage, or Annotated[float, Field(ge=0, le=2_000)]"
        )
    elif kind == "array" and "maxItems" not in part:
        yield "a list without a limit: write Annotated[tuple[..., ...], Field(max_length=100)]"


def _has_both_ends(part: JsonSchema) -> bool:
    low, high = {"minimum", "exclusiveMinimum"}, {"maximum", "exclusiveMaximum"}
    return bool(part.keys() & low) and bool(part.keys() & high)


def place(finding: Finding) -> str:
    """Find where a finding is: file and line, as editors open it."""
    cls = _class_of(finding.owner)
    source = inspect.getsourcefile(cls) if cls else None
    if cls is None or source is None:
        return finding.subject
    lines, first = inspect.getsourcelines(cls)
    offset = _line_of(finding.field, lines)
    return f"{Path(source).relative_to(ROOT)}:{first + offset}: {finding.subject}"


def _line_of(field: str, lines: list[str]) -> int:
    [node] = ast.parse(dedent("".join(lines))).body
    for statement in node.body if isinstance(node, ast.ClassDef) else ():
        target = statement.target if isinstance(statement, ast.AnnAssign) else None
        if isinstance(target, ast.Name) and target.id == field:
            return statement.lineno - 1
    return 0


def _class_of(name: str, base: type[Payload] = Payload) -> type[Payload] | None:
    for cls in base.__subclasses__():
        if found := cls if cls.__name__ == name else _class_of(name, cls):
            return found
    return None


def main() -> int:
    findings = lint(EVENT_TYPES)
    for finding in findings:
        print(f"{place(finding)}: {finding.message}")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())

"""All events of a release, compared with those of every release before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ._code_actions import code_action
from ._documents import Document
from ._impact import EVERYBODY, NOBODY
from ._shapes import Schema, UnsupportedSchema, canonical
from .changes import ChangeKind, Finding, next_name
from .comparison import compare_schemas
from .report import Report


@dataclass(frozen=True, slots=True)
class Release:
    """What a release said of its events.

    Attributes:
        version: What the release is called, such as ``"v0.1.0"``.
        schemas: The document of each event, by the name of the event.

    Example:
        >>> from platform_events.contracts.compatibility import Release
        >>> Release("v0.1.0", {"platform/social.member-followed": {"type": "object"}}).version
        'v0.1.0'
    """

    version: str
    schemas: Mapping[str, Schema]


def compare_releases(baselines: Sequence[Release], new: Mapping[str, Schema]) -> Report:
    """Compare the events that are to be released with those of all releases before.

    Every release counts, because each may still be deployed somewhere. The report lists what breaks
    any of them, and what is compatible since the last one.

    Args:
        baselines: The releases, the oldest first; none before the first release.
        new: The document of each event, by the name of the event.

    Returns:
        The report.

    Example:
        >>> from platform_events.contracts.compatibility import Release, compare_releases
        >>> first = Release("v0.1.0", {"platform/social.member-followed": {"type": "object"}})
        >>> print(compare_releases([first], {}).to_text())
        1 breaking change and 0 compatible changes since v0.1.0
        <BLANKLINE>
        platform/social.member-followed
          BREAKING event removed
            breaks deployed producers and deployed consumers of v0.1.0
            to do: keep it, mark it with `@deprecated`, and remove it in a later release
    """
    found: dict[Finding, list[str]] = {}
    deprecated = _deprecated(baselines)
    comparison = _Comparison(new, deprecated)
    for baseline in baselines:
        for finding in comparison.findings(baseline.schemas):
            found.setdefault(finding, []).append(baseline.version)
    told = (
        replace(finding, against=tuple(versions), fix=code_action(finding, new))
        for finding, versions in found.items()
    )
    return Report(
        baselines=tuple(baseline.version for baseline in baselines),
        events=len(new),
        findings=tuple(sorted(told, key=lambda finding: finding.event)),
    )


class _Comparison:
    """Compares releases with the new events: each document once, however many releases have it."""

    def __init__(self, new: Mapping[str, Schema], deprecated: frozenset[str]) -> None:
        self._new = new
        self._deprecated = deprecated
        self._new_texts = {event: canonical(schema) for event, schema in new.items()}
        self._texts: dict[int, str] = {}
        self._found: dict[tuple[str, str], tuple[Finding, ...]] = {}

    def findings(self, old: Mapping[str, Schema]) -> Iterator[Finding]:
        for event, schema in old.items():
            if event in self._new:
                yield from self._compare(event, schema)
            else:
                hint = _successor(event, schema, old, self._new)
                breaks = NOBODY if event in self._deprecated else EVERYBODY
                yield Finding(event, "", ChangeKind.EVENT_REMOVED, "", "", breaks, hint)
        for event in self._new.keys() - old.keys():
            yield Finding(event, "", ChangeKind.EVENT_ADDED, "", "")

    def _compare(self, event: str, schema: Schema) -> tuple[Finding, ...]:
        # By identity: the releases live longer than this, and share what they have in common.
        text = self._texts.get(id(schema)) or canonical(schema)
        self._texts[id(schema)] = text
        key = event, text
        if text == self._new_texts[event]:
            return ()
        if key not in self._found:
            self._found[key] = compare_schemas(schema, self._new[event], event=event)
        return self._found[key]


def _deprecated(baselines: Sequence[Release]) -> frozenset[str]:
    """Find the events that were deprecated in the last release that had them."""
    last: dict[str, Schema] = {}
    for baseline in baselines:
        last.update(baseline.schemas)
    return frozenset(
        event
        for event, schema in last.items()
        if isinstance(schema, dict) and schema.get("deprecated") is True
    )


def _successor(
    event: str, schema: Schema, old: Mapping[str, Schema], new: Mapping[str, Schema]
) -> str:
    if next_name(event) in new:
        return f"replaced by {next_name(event)}"
    twins = [name for name in sorted(new.keys() - old.keys()) if _are_alike(schema, new[name])]
    return f"renamed to {' or '.join(twins)}?" if twins else ""


def _are_alike(old: Schema, new: Schema) -> bool:
    try:
        return Document(old).fingerprint(old) == Document(new).fingerprint(new)
    except UnsupportedSchema:
        return False

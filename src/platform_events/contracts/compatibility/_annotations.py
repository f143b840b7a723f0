"""What schemas say beside their rules: the meaning of a field, which no validator sees."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from ._describe import shortened
from ._keywords import is_note
from ._shapes import Json, canonical
from .changes import ChangeKind, Finding, Role

_KINDS: Final = {
    "description": ChangeKind.DESCRIPTION,
    "default": ChangeKind.DEFAULT,
    "deprecated": ChangeKind.DEPRECATED,
    "x-deprecated-message": ChangeKind.DEPRECATED,
    "x-sensitive": ChangeKind.SENSITIVE,
    "x-unit": ChangeKind.UNIT,
}


def changed_notes(
    event: str, path: str, old: Mapping[str, Json], new: Mapping[str, Json]
) -> Iterator[Finding]:
    """Find the notes that changed.

    Args:
        event: The name of the event.
        path: Where the schema is.
        old: The keywords of the schema.
        new: Those of the new one.

    Yields:
        The changes. A quantity that has another unit now breaks everybody: its numbers are still
        valid, and mean something else.

    Example:
        >>> from platform_events.contracts.compatibility._annotations import changed_notes
        >>> [finding] = changed_notes("", "data.weight", {"x-unit": "kg"}, {"x-unit": "[lb_av]"})
        >>> print(finding, finding.is_breaking)
        unit: kg → [lb_av] True
    """
    for keyword in sorted(old.keys() | new.keys()):
        kind = _KINDS.get(keyword, ChangeKind.MARK if keyword.startswith("x-") else None)
        before, after = old.get(keyword), new.get(keyword)
        if kind is None or not is_note(keyword) or canonical(before) == canonical(after):
            continue
        is_other_unit = kind is ChangeKind.UNIT and before is not None and after is not None
        words = _words(kind, keyword, before, after)
        breaks = frozenset(Role) if is_other_unit else frozenset[Role]()
        yield Finding(event, path, kind, *words, breaks)


def _words(kind: ChangeKind, keyword: str, before: Json, after: Json) -> tuple[str, str]:
    if kind is ChangeKind.DESCRIPTION:
        return "", ""
    return f"{keyword.removeprefix('x-')}: {_shown(before)}", _shown(after)


def _shown(value: Json) -> str:
    return "none" if value is None else shortened(canonical(value).strip('"'))

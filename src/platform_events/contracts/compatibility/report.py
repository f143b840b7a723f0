"""What a comparison found, for a terminal, for a pull request and for machines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from ._shapes import Json
from .changes import Finding, Role

_MOST_PLACES: Final = 3


@dataclass(frozen=True, slots=True)
class Report:
    """What changed since the releases before, and whether it may be released.

    Attributes:
        baselines: The versions that were compared with, the oldest first.
        events: How many events there are now.
        findings: The changes, by event.
        left_out: Versions that have no schemas, and so were not compared with.

    Example:
        >>> from platform_events.contracts.compatibility import Report
        >>> report = Report(baselines=("v0.1.0",), events=2, findings=())
        >>> report.exit_code, report.to_text()
        (0, 'nothing changed since v0.1.0')
    """

    baselines: tuple[str, ...]
    events: int
    findings: tuple[Finding, ...]
    left_out: tuple[str, ...] = ()

    @property
    def breaking(self) -> tuple[Finding, ...]:
        """The changes that break somebody."""
        return tuple(finding for finding in self.findings if finding.is_breaking)

    @property
    def compatible(self) -> tuple[Finding, ...]:
        """The changes that break nobody."""
        return tuple(finding for finding in self.findings if not finding.is_breaking)

    @property
    def exit_code(self) -> int:
        """0 if everything is compatible, 1 if something breaks somebody."""
        return 1 if self.breaking else 0

    def to_json(self) -> dict[str, Json]:
        """Give the report as JSON values.

        Returns:
            An object with ``is_compatible``, ``baselines``, ``left_out``, ``events`` and
            ``findings``, each of which has ``event``, ``path``, ``kind``, ``change``, ``old``,
            ``new``, ``hint``, ``breaks``, ``remedy`` and ``against``.

        Example:
            >>> from platform_events.contracts.compatibility import Report
            >>> Report(baselines=(), events=2, findings=()).to_json()["is_compatible"]
            True
        """
        return {
            "is_compatible": not self.breaking,
            "baselines": list(self.baselines),
            "left_out": list(self.left_out),
            "events": self.events,
            "findings": [_to_json(finding) for finding in self.findings],
        }

    def to_text(self) -> str:
        """Give the report for a terminal.

        Returns:
            Lines of text, without an end of line at the end.
        """
        lines = [self._verdict()]
        for event, findings in groupby(self.findings, key=lambda finding: finding.event):
            lines += ["", event, *(line for group in _grouped(findings) for line in _lines(group))]
        return "\n".join(lines)

    def to_markdown(self) -> str:
        """Give the report for a pull request.

        Returns:
            A heading, the verdict, a table of what breaks, and what is compatible, folded up.

        Example:
            >>> from platform_events.contracts.compatibility import Report
            >>> print(Report(baselines=("v0.1.0",), events=2, findings=()).to_markdown())
            ## Compatibility of the events
            <BLANKLINE>
            Nothing changed since v0.1.0.
            <BLANKLINE>
        """
        verdict = self._verdict()
        lines = [
            "## Compatibility of the events",
            "",
            f"{verdict[:1].upper()}{_plain(verdict[1:])}.",
        ]
        if self.breaking:
            lines += ["", "| event | change | breaks | to do |", "|---|---|---|---|"]
            lines += [_row(group) for group in _grouped(self.breaking)]
        if self.compatible:
            lines += ["", "<details><summary>Compatible changes</summary>", ""]
            lines += ["| event | change | to do |", "|---|---|---|"]
            lines += [_row(group) for group in _grouped(self.compatible)]
            lines += ["", "</details>"]
        return "\n".join(lines) + "\n"

    def _verdict(self) -> str:
        have = "has" if len(self.left_out) == 1 else "have"
        left_out = f" ({_and(self.left_out)} {have} no schemas)" if self.left_out else ""
        if not self.baselines:
            why = left_out or ": no tag such as v1.2.3 is behind the current commit"
            return f"there is no release to compare with{why}"
        since = f"since {_and(self.baselines)}{left_out}"
        if not self.findings:
            return f"nothing changed {since}"
        breaking = _count(len(self.breaking), "breaking change")
        return f"{breaking} and {_count(len(self.compatible), 'compatible change')} {since}"


def _grouped(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Put together what changed in many places at once, as the type of many fields does."""
    groups: dict[object, list[Finding]] = {}
    for finding in findings:
        key = finding.event, finding.kind, str(finding), finding.breaks, finding.against
        groups.setdefault(key, []).append(finding)
    return list(groups.values())


def _lines(group: Sequence[Finding]) -> Iterator[str]:
    first = group[0]
    verdict = "BREAKING" if first.is_breaking else "compatible"
    places = _places([finding.path for finding in group])
    yield f"  {verdict} {places}: {first}" if places else f"  {verdict} {first}"
    if first.is_breaking:
        yield f"    breaks {_breaks(first)}{_against(first)}"
    if first.remedy:
        yield f"    to do: {first.remedy}"


def _places(paths: Sequence[str]) -> str:
    more = len(paths) - _MOST_PLACES
    shown = ", ".join(paths[:_MOST_PLACES])
    return f"{shown} and {_count(more, 'more place')}" if more > 0 else shown


def _breaks(finding: Finding) -> str:
    return _and([str(role) for role in Role if role in finding.breaks])


def _against(finding: Finding) -> str:
    return f" of {_and(finding.against)}" if finding.against else ""


def _row(group: Sequence[Finding]) -> str:
    first = group[0]
    places = ", ".join(_code(finding.path) for finding in group[:_MOST_PLACES] if finding.path)
    more = len(group) - _MOST_PLACES
    places += f" and {_count(more, 'more place')}" if more > 0 else ""
    change = f"{places}: {_plain(str(first))}" if places else _plain(str(first))
    breaks = [_plain(f"{_breaks(first)}{_against(first)}")] if first.is_breaking else []
    remedy = first.remedy.replace("|", "\\|")
    return f"| {' | '.join([_code(first.event), change, *breaks, remedy])} |"


def _code(text: str) -> str:
    if "`" in text:
        return f"<code>{_plain(text)}</code>"
    # In a table even code ends at a bar, unless it is escaped.
    return f"`{text}`".replace("|", "\\|")


def _plain(text: str) -> str:
    """Write a text so that nothing in it is read as Markdown, as HTML or as a person's name."""
    return "".join(
        character if character.isalnum() or character in " ,.:;()-→/?" else f"&#{ord(character)};"
        for character in text
    )


def _to_json(finding: Finding) -> Json:
    return {
        "event": finding.event,
        "path": finding.path,
        "kind": finding.kind.value,
        "change": str(finding),
        "old": finding.old,
        "new": finding.new,
        "hint": finding.hint,
        "breaks": [role.value for role in Role if role in finding.breaks],
        "remedy": finding.remedy,
        "against": list(finding.against),
    }


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _and(words: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))

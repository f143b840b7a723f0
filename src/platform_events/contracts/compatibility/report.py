"""What a comparison found, for a terminal, for a pull request and for machines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from ..._printable import printable
from ._shapes import Json
from .changes import Finding, Role

_NO_RELEASE: Final = (
    "there is no release to compare with: no tag such as v1.2.3 is behind the current commit"
)
_MOST_PLACES: Final = 3
_FEWEST_IN_RANGE: Final = 3


@dataclass(frozen=True, slots=True)
class Report:
    """What changed since the releases before, and whether it may be released.

    Attributes:
        baselines: The versions that were compared with, the oldest first.
        events: How many events there are now.
        findings: The changes, by event.

    Example:
        >>> from platform_events.contracts.compatibility import Report
        >>> report = Report(baselines=("v0.1.0",), events=2, findings=())
        >>> report.exit_code, report.to_text()
        (0, 'nothing changed since v0.1.0')
    """

    baselines: tuple[str, ...]
    events: int
    findings: tuple[Finding, ...]

    @property
    def breaking(self) -> tuple[Finding, ...]:
        """The changes that break somebody."""
        return tuple(finding for finding in self.findings if finding.is_breaking)

    @property
    def compatible(self) -> tuple[Finding, ...]:
        """The changes since the last release that break nobody."""
        last = self.baselines[-1:]
        return tuple(one for one in self.findings if not one.is_breaking and _is_since(one, last))

    @property
    def exit_code(self) -> int:
        """0 if everything is compatible, 1 if something breaks somebody."""
        return 1 if self.breaking else 0

    def to_json(self) -> dict[str, Json]:
        """Give the report as JSON values.

        Returns:
            An object with ``is_compatible``, ``baselines``, ``events`` and ``findings``, each of
            which has ``event``, ``path``, ``kind``, ``change``, ``old``, ``new``, ``hint``,
            ``breaks``, ``remedy``, ``fix`` and ``against``.

        Example:
            >>> from platform_events.contracts.compatibility import Report
            >>> Report(baselines=(), events=2, findings=()).to_json()["is_compatible"]
            True
        """
        return {
            "is_compatible": not self.breaking,
            "baselines": list(self.baselines),
            "events": self.events,
            "findings": [_to_json(finding) for finding in self.findings],
        }

    def to_text(self) -> str:
        """Give the report for a terminal.

        Returns:
            Lines of text, without an end of line at the end.
        """
        lines = self._verdicts()
        told = [one for one in self.findings if one.is_breaking or one in self.compatible]
        for event, findings in groupby(told, key=lambda finding: finding.event):
            groups = _grouped(findings)
            lines += ["", event, *(line for group in groups for line in self._lines(group))]
            lines += _fix_lines(groups)
        return "\n".join(map(printable, lines))

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
        lines = ["## Compatibility of the events", ""]
        lines += [f"{line[:1].upper()}{_plain(line[1:])}." for line in self._verdicts()]
        if self.breaking:
            lines += ["", "| event | change | breaks | to do |", "|---|---|---|---|"]
            lines += [self._row(group) for group in _grouped(self.breaking)]
            for fix in dict.fromkeys(finding.fix for finding in self.breaking if finding.fix):
                lines += ["", "```python", *map(printable, fix.rstrip().split("\n")), "```"]
        if self.compatible:
            lines += ["", "<details><summary>Compatible changes</summary>", ""]
            lines += ["| event | change | to do |", "|---|---|---|"]
            lines += [self._row(group) for group in _grouped(self.compatible)]
            lines += ["", "</details>"]
        return "\n".join(lines) + "\n"

    def _verdicts(self) -> list[str]:
        """Say how much changed since each release, and once if it is the same since several."""
        if not self.baselines:
            return [_NO_RELEASE]
        releases: dict[str, list[str]] = {}
        for baseline in self.baselines:
            releases.setdefault(self._changes_since(baseline), []).append(baseline)
        return [f"{changes} since {self._ranges(same)}" for changes, same in releases.items()]

    def _changes_since(self, baseline: str) -> str:
        findings = [one for one in self.findings if _is_since(one, (baseline,))]
        if not findings:
            return "nothing changed"
        breaking = sum(one.is_breaking for one in findings)
        compatible = _count(len(findings) - breaking, "compatible change")
        return f"{_count(breaking, 'breaking change')} and {compatible}"

    def _ranges(self, versions: Sequence[str]) -> str:
        """Name versions, and three or more of them that follow on each other as a range."""
        runs: list[list[str]] = []
        for version in versions:
            place = self.baselines.index(version) if version in self.baselines else 0
            if runs and place and self.baselines[place - 1] == runs[-1][-1]:
                runs[-1].append(version)
            else:
                runs.append([version])
        named = [
            [f"{run[0]} to {run[-1]}"] if len(run) >= _FEWEST_IN_RANGE else run for run in runs
        ]
        return _and([printable(name) for names in named for name in names])

    def _breaks(self, finding: Finding) -> str:
        of = f" of {self._ranges(finding.against)}" if finding.against else ""
        return f"{_and([str(role) for role in Role if role in finding.breaks])}{of}"

    def _lines(self, group: Sequence[Finding]) -> Iterator[str]:
        first = group[0]
        verdict = "BREAKING" if first.is_breaking else "compatible"
        places = _places([finding.path for finding in group])
        yield f"  {verdict} {places}: {first}" if places else f"  {verdict} {first}"
        if first.is_breaking:
            yield f"    breaks {self._breaks(first)}"
        if first.remedy:
            yield f"    to do: {first.remedy}"

    def _row(self, group: Sequence[Finding]) -> str:
        first = group[0]
        places = _places([_code(finding.path) for finding in group if finding.path])
        change = f"{places}: {_plain(str(first))}" if places else _plain(str(first))
        breaks = [_plain(self._breaks(first))] if first.is_breaking else []
        remedy = printable(first.remedy).replace("|", "\\|")
        return f"| {' | '.join([_code(first.event), change, *breaks, remedy])} |"


def _is_since(finding: Finding, baselines: Sequence[str]) -> bool:
    return not finding.against or not set(baselines).isdisjoint(finding.against)


def _grouped(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Put together what changed in many places at once, as the type of many fields does."""
    groups: dict[object, list[Finding]] = {}
    for finding in findings:
        key = finding.event, finding.kind, str(finding), finding.breaks, finding.against
        groups.setdefault(key, []).append(finding)
    return list(groups.values())


def _fix_lines(groups: Iterable[Sequence[Finding]]) -> Iterator[str]:
    """Show what to write, once for each event, without the fields."""
    fix = next((group[0].fix for group in groups if group[0].fix), "")
    if fix:
        yield "  fix:"
        yield from (f"    {line}" for line in fix.split("\n") if line.startswith(("@", "class ")))


def _places(paths: Sequence[str]) -> str:
    more = len(paths) - _MOST_PLACES
    shown = ", ".join(paths[:_MOST_PLACES])
    return f"{shown} and {_count(more, 'more place')}" if more > 0 else shown


def _code(text: str) -> str:
    text = printable(text)
    if "`" in text:
        return f"<code>{_plain(text)}</code>"
    # In a table even code ends at a bar, unless it is escaped.
    return f"`{text}`".replace("|", "\\|")


def _plain(text: str) -> str:
    """Write a text so that nothing in it is read as Markdown, as HTML or as a person's name."""
    return "".join(
        character if character.isalnum() or character in " ,.:;()-→/?" else f"&#{ord(character)};"
        for character in printable(text)
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
        "fix": finding.fix,
        "against": list(finding.against),
    }


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _and(words: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))

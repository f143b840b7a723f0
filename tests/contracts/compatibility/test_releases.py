"""All events of a release, compared with those of every release before."""

from __future__ import annotations

from copy import deepcopy

import pytest

from platform_events.contracts.compatibility import (
    ChangeKind,
    Finding,
    Release,
    compare_releases,
    compare_schemas,
)
from platform_events.contracts.compatibility import releases as releases_module

from .schemas import Node

EVENT = "platform/sync.a"
OTHER = "platform/sync.b"


def of(most: int, **notes: bool) -> Node:
    return {"type": "object", "properties": {"a": {"type": "integer", "maximum": most}}, **notes}


def told(*findings: Finding) -> list[tuple[str, bool, tuple[str, ...]]]:
    return [(finding.kind.value, finding.is_breaking, finding.against) for finding in findings]


def test_each_content_is_compared_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many releases have it, and read it anew."""
    compared: list[Node] = []

    def count(old: Node, new: Node, *, event: str) -> tuple[Finding, ...]:
        compared.append(old)
        return compare_schemas(old, new, event=event)

    monkeypatch.setattr(releases_module, "compare_schemas", count)
    schemas = {EVENT: of(9), OTHER: of(1)}
    changed = {EVENT: of(5), OTHER: of(1)}
    releases = [
        Release(f"v1.{number}.0", deepcopy(changed if number % 2 else schemas))
        for number in range(32)
    ]
    compare_releases(releases, {EVENT: of(7), OTHER: of(1)})
    assert compared == [of(9), of(5)]


def test_what_a_release_before_the_last_had_still_counts() -> None:
    """Narrowed in one release, and widened again: who is deployed from the first is not broken."""
    releases = [Release(f"v1.{i}.0", {EVENT: of(most)}) for i, most in enumerate((9, 5))]
    assert told(*compare_releases(releases, {EVENT: of(5)}).findings) == [
        ("maximum", True, ("v1.0.0",))
    ]
    assert told(*compare_releases(releases, {EVENT: of(9)}).findings) == [
        ("maximum", True, ("v1.1.0",))
    ]


def test_what_is_compatible_is_counted_for_every_release_and_listed_for_the_last() -> None:
    releases = [Release("v1.0.0", {}), Release("v1.1.0", {EVENT: of(9)})]
    report = compare_releases(releases, {EVENT: of(9)})
    assert report.compatible == ()
    assert report.to_text() == (
        "0 breaking changes and 1 compatible change since v1.0.0\nnothing changed since v1.1.0"
    )
    assert told(*report.findings) == [("event-added", False, ("v1.0.0",))]


def test_an_event_may_go_once_a_release_had_it_deprecated() -> None:
    first = Release("v1.0.0", {EVENT: of(9)})
    second = Release("v1.1.0", {EVENT: of(9, deprecated=True)})
    third = Release("v1.2.0", {})
    assert told(*compare_releases([first], {}).findings) == [("event-removed", True, ("v1.0.0",))]
    assert compare_releases([first, second], {}).exit_code == 0
    assert compare_releases([first, second, third], {}).exit_code == 0


def test_an_event_that_was_taken_back_into_use_may_not_go() -> None:
    releases = [
        Release("v1.0.0", {EVENT: of(9, deprecated=True)}),
        Release("v1.1.0", {EVENT: of(9)}),
    ]
    assert compare_releases(releases, {}).exit_code == 1


def test_a_replaced_and_a_renamed_event_are_told_as_such() -> None:
    first = Release("v1.0.0", {EVENT: of(9)})
    replaced = compare_releases([first], {f"{EVENT}-v2": of(5)})
    assert replaced.breaking[0].hint == "replaced by platform/sync.a-v2"
    renamed = compare_releases([first], {"platform/sync.c": of(9)})
    assert str(renamed.breaking[0]) == "event removed (renamed to platform/sync.c?)"
    assert compare_releases([first], {"platform/sync.c": of(5)}).breaking[0].hint == ""


def test_what_cannot_be_read_is_no_twin() -> None:
    nowhere: Node = {"$ref": "#/$defs/Nobody"}
    report = compare_releases([Release("v1.0.0", {EVENT: nowhere})], {"platform/sync.c": nowhere})
    assert [finding.hint for finding in report.breaking] == [""]


def test_the_findings_are_in_the_order_of_the_events() -> None:
    names = ["platform/sync.c", "platform/alerts.b", "platform/sync.a"]
    report = compare_releases([Release("v1.0.0", {name: of(9) for name in names})], {})
    assert [finding.event for finding in report.findings] == sorted(names)
    assert {finding.kind for finding in report.findings} == {ChangeKind.EVENT_REMOVED}

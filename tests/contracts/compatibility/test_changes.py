"""What to do about a change."""

from __future__ import annotations

import pytest

from platform_events.contracts.compatibility import ChangeKind, Finding, Role

EVERYBODY = frozenset(Role)
PRODUCERS, CONSUMERS = frozenset({Role.PRODUCERS}), frozenset({Role.CONSUMERS})
EVENT = "platform/scoring.calculate"
AN_EVENT_MORE = (
    "add platform/scoring.calculate-v2 with the new form, and deprecate platform/scoring.calculate"
)


@pytest.mark.parametrize(
    "breaks", [EVERYBODY, PRODUCERS, CONSUMERS], ids=["both", "producers", "consumers"]
)
@pytest.mark.parametrize("kind", ChangeKind)
def test_whatever_breaks_somebody_has_a_remedy(kind: ChangeKind, breaks: frozenset[Role]) -> None:
    finding = Finding(EVENT, "data", kind, "", "", breaks)
    assert finding.remedy
    assert "{" not in finding.remedy


def remedy(kind: ChangeKind, breaks: frozenset[Role]) -> str:
    return Finding(EVENT, "data", kind, "old", "new", breaks).remedy


def test_a_new_value_needs_consumers_first_or_an_open_choice() -> None:
    words = remedy(ChangeKind.VALUE_ADDED, CONSUMERS)
    assert "deploy all consumers before the first producer" in words
    assert "can be made open in an earlier release" in words


def test_a_removed_event_is_deprecated_first() -> None:
    assert "@deprecated" in remedy(ChangeKind.EVENT_REMOVED, EVERYBODY)


def test_what_breaks_both_needs_an_event_of_another_name() -> None:
    assert remedy(ChangeKind.TYPE, EVERYBODY) == AN_EVENT_MORE


def test_what_breaks_nobody_may_still_need_a_look() -> None:
    nobody = frozenset[Role]()
    assert remedy(ChangeKind.SENSITIVE, nobody) == "check where the field is logged or shown"
    assert remedy(ChangeKind.FIELD_ADDED, nobody) == ""


def test_an_example_value_with_braces_is_shown_as_it_is() -> None:
    finding = Finding("", "data", ChangeKind.VALUE_ADDED, "", "{event}", CONSUMERS)
    assert str(finding) == "value added: {event}"

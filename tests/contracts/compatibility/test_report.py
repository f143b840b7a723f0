"""The report, for a terminal, for a pull request and for machines."""

from __future__ import annotations

import ast
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_events import Event, MemberFollowed
from platform_events.contracts.compatibility import (
    ChangeKind,
    Finding,
    Release,
    Report,
    Role,
    compare_releases,
)
from platform_events.contracts.json_schema import event_schema

from .schemas import Node

NO_RELEASE = (
    "there is no release to compare with: no tag such as v1.2.3 is behind the current commit"
)
EVENT = "platform/sync.a"
OTHER = "platform/sync.b"
REMEDY = (
    "release it once no deployed producer sends the old form, "
    "or add platform/sync.a-v2 and deprecate platform/sync.a"
)


def of(**fields: Node) -> Node:
    return {"type": "object", "properties": fields, "additionalProperties": False}


def report(old: Node, new: Node, *versions: str) -> Report:
    releases = [Release(version, {EVENT: old, OTHER: of()}) for version in versions or ("v1.0.0",)]
    return compare_releases(releases, {EVENT: new, OTHER: of()})


SHORTER = report(
    of(a={"type": "string", "maxLength": 9}),
    of(a={"type": "string", "maxLength": 4}, b={"type": "number"}),
    "v1.0.0",
    "v1.1.0",
)


def test_it_says_what_breaks_whom_and_what_to_do() -> None:
    assert SHORTER.to_text() == (
        "1 breaking change and 1 compatible change since v1.0.0 and v1.1.0\n"
        "\n"
        "platform/sync.a\n"
        "  BREAKING data.a: at most 9 characters → at most 4 characters\n"
        "    breaks deployed producers of v1.0.0 and v1.1.0\n"
        f"    to do: {REMEDY}\n"
        "  compatible data.b: optional field added: number\n"
        "  fix:\n"
        '    @deprecated("Use AV2.")\n'
        '    class A(Event, name="platform/sync.a"):\n'
        '    class AV2(Event, name="platform/sync.a-v2"):'
    )
    assert SHORTER.exit_code == 1


def test_the_same_for_a_pull_request() -> None:
    assert SHORTER.to_markdown() == (
        "## Compatibility of the events\n"
        "\n"
        "1 breaking change and 1 compatible change since v1.0.0 and v1.1.0.\n"
        "\n"
        "| event | change | breaks | to do |\n"
        "|---|---|---|---|\n"
        "| `platform/sync.a` | `data.a`: at most 9 characters → at most 4 characters "
        "| deployed producers of v1.0.0 and v1.1.0 "
        f"| {REMEDY} |\n"
        "\n"
        f"```python\n{SHORTER.breaking[0].fix}```\n"
        "\n"
        "<details><summary>Compatible changes</summary>\n"
        "\n"
        "| event | change | to do |\n"
        "|---|---|---|\n"
        "| `platform/sync.a` | `data.b`: optional field added: number |  |\n"
        "\n"
        "</details>\n"
    )


def test_the_same_for_machines() -> None:
    told = json.loads(json.dumps(SHORTER.to_json()))
    assert told["is_compatible"] is False
    assert told["baselines"] == ["v1.0.0", "v1.1.0"]
    assert told["findings"][0] == {
        "event": EVENT,
        "path": "data.a",
        "kind": "max-length",
        "change": "at most 9 characters → at most 4 characters",
        "old": "at most 9 characters",
        "new": "at most 4 characters",
        "hint": "",
        "breaks": ["deployed producers"],
        "remedy": REMEDY,
        "fix": SHORTER.breaking[0].fix,
        "against": ["v1.0.0", "v1.1.0"],
    }


def test_without_a_release_there_is_nothing_to_compare_with() -> None:
    nothing = compare_releases([], {EVENT: of()})
    assert nothing.to_text() == NO_RELEASE
    assert nothing.exit_code == 0


VERSIONS = tuple(f"v1.{minor}.0" for minor in range(32))


@pytest.mark.parametrize(
    ("against", "named"),
    [
        (VERSIONS[:2], "v1.0.0 and v1.1.0"),
        (VERSIONS[:3], "v1.0.0 to v1.2.0"),
        (VERSIONS, "v1.0.0 to v1.31.0"),
        ((*VERSIONS[:4], *VERSIONS[9:]), "v1.0.0 to v1.3.0 and v1.9.0 to v1.31.0"),
        ((VERSIONS[0], *VERSIONS[2:4], VERSIONS[7]), "v1.0.0, v1.2.0, v1.3.0 and v1.7.0"),
    ],
)
def test_many_releases_are_named_as_ranges(against: tuple[str, ...], named: str) -> None:
    finding = Finding(EVENT, "data", ChangeKind.TYPE, "a", "b", frozenset(Role), against=against)
    told = Report(VERSIONS, 1, (finding,))
    assert f"breaks deployed producers and deployed consumers of {named}\n" in told.to_text()
    assert told.to_text().startswith(f"1 breaking change and 0 compatible changes since {named}\n")


class TestFix:
    """What to write instead, as a code action."""

    def test_a_breaking_change_names_the_classes(self) -> None:
        fix = SHORTER.breaking[0].fix
        assert fix == (
            '@deprecated("Use AV2.")\n'
            'class A(Event, name="platform/sync.a"):\n'
            "    ...  # as it was released\n\n\n"
            'class AV2(Event, name="platform/sync.a-v2"):\n'
            "    ...  # as it is now\n"
        )
        ast.parse(fix)
        assert SHORTER.compatible[0].fix == ""
        assert f"```python\n{fix}```" in SHORTER.to_markdown()
        assert json.loads(json.dumps(SHORTER.to_json()))["findings"][0]["fix"] == fix

    def test_the_new_class_has_the_fields_of_the_catalogue(self) -> None:
        event = MemberFollowed.event_name
        new = event_schema(MemberFollowed)
        old = json.loads(json.dumps(new).replace('"maxLength": 128', '"maxLength": 200'))
        told = compare_releases(
            [Release("v1.0.0", {event: old})], {event: json.loads(json.dumps(new))}
        )
        fix = told.breaking[0].fix
        assert '@deprecated("Use MemberFollowedV2.")\nclass MemberFollowed(' in fix
        assert "    followed_at: Timestamp" in fix.partition("class MemberFollowedV2")[2]
        ast.parse(fix)

    def test_the_next_version_of_a_second_one_is_the_third(self) -> None:
        event = f"{EVENT}-v2"
        old, new = of(a={"type": "string"}), {**of(), "title": "AThingV2"}
        told = compare_releases(
            [Release("v1.0.0", {event: {**old, "required": ["a"]}})], {event: new}
        )
        assert 'class AThingV3(Event, name="platform/sync.a-v3"):' in told.breaking[0].fix

    def test_a_class_without_source_has_no_fields_to_show(self) -> None:
        name = "platform/sync.made-up"
        type("Made", (Event,), {"__module__": "nowhere"}, name=name)
        old, new = of(a={"type": "string"}), of(a={"type": "number"})
        told = compare_releases([Release("v1.0.0", {name: old})], {name: new})
        assert told.breaking[0].fix.endswith("    ...  # as it is now\n")

    def test_what_needs_no_other_event_has_none(self) -> None:
        told = compare_releases([Release("v1.0.0", {EVENT: of()})], {})
        assert told.breaking[0].fix == ""


HOSTILE = "b\n::error::injected\n\x1b]0;owned\x07\u202e\u2028\r##[error]x##vso[y]\t"


def test_nothing_that_came_from_outside_is_acted_on() -> None:
    """Neither by a terminal nor by a CI system, in any form."""
    finding = Finding(
        f"::{HOSTILE}", HOSTILE, ChangeKind.VALUE_ADDED, HOSTILE, HOSTILE, frozenset(Role), HOSTILE,
        against=(HOSTILE,), fix=f"class A{HOSTILE}",
    )  # fmt: skip
    told = Report((HOSTILE,), 1, (finding,))
    for text in (told.to_text(), told.to_markdown()):
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u202e\u2028]", text)
        assert not any(line.lstrip().startswith("::") for line in text.split("\n"))
        assert not re.search(r"##\w*\[", text)


def test_one_change_in_many_places_is_told_once() -> None:
    """Such as that of a type that many fields have."""
    text, longer = {"type": "string"}, {"type": "string", "minLength": 1}
    told = report(of(**dict.fromkeys("abcde", text)), of(**dict.fromkeys("abcde", longer)))
    assert len(told.breaking) == 5
    assert "BREAKING data.a, data.b, data.c and 2 more places: no minimum" in told.to_text()
    assert "`data.a`, `data.b`, `data.c` and 2 more places: no minimum" in told.to_markdown()


def test_a_change_of_the_event_as_a_whole_has_no_place() -> None:
    told = compare_releases([Release("v1.0.0", {EVENT: of()})], {EVENT: of(), OTHER: of()})
    assert f"{OTHER}\n  compatible event added" in told.to_text()
    assert f"| `{OTHER}` | event added |" in told.to_markdown()


@given(st.text(min_size=1))
def test_no_text_of_a_schema_is_read_as_markup(text: str) -> None:
    """Neither as a cell of the table, nor as HTML, nor as a link, nor as somebody's name."""
    finding = Finding(EVENT, "data.a", ChangeKind.VALUE_ADDED, "", text, frozenset(Role))
    markdown = Report(("v1.0.0",), 1, (finding,)).to_markdown()
    [row] = [line for line in markdown.split("\n") if line.startswith("| `platform")]
    assert row.replace("\\|", "").count("|") == 5
    assert set("<>@[]*_!\\~").isdisjoint(row.partition("value added: ")[2].partition(" | ")[0])


def test_a_field_with_a_backtick_stays_within_its_code() -> None:
    page = report(of(**{"a`<b>": {"type": "string"}}), of()).to_markdown()
    assert "<code>data&#91;&#34;a&#96;&#60;b&#62;&#34;&#93;</code>" in page
    assert "<b>" not in page

"""The report, for a terminal, for a pull request and for machines."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from platform_events.contracts.compatibility import (
    ChangeKind,
    Finding,
    Release,
    Report,
    Role,
    compare_releases,
)

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
        "  compatible data.b: optional field added: number"
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
        "against": ["v1.0.0", "v1.1.0"],
    }


def test_without_a_release_there_is_nothing_to_compare_with() -> None:
    nothing = compare_releases([], {EVENT: of()})
    assert nothing.to_text() == NO_RELEASE
    assert nothing.exit_code == 0


def test_releases_that_have_no_schemas_are_named() -> None:
    told = Report(("v0.2.0",), 1, (), left_out=("v0.1.0",)).to_text()
    assert told == "nothing changed since v0.2.0 (v0.1.0 has no schemas)"
    told = Report((), 1, (), left_out=("v0.1.0", "v0.2.0")).to_text()
    assert told == "there is no release to compare with (v0.1.0 and v0.2.0 have no schemas)"


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

"""The AsyncAPI document, with the official parser."""

from __future__ import annotations

import copy
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator, Draft202012Validator
from typing_extensions import deprecated

from platform_events import EVENT_NAMES, EVENT_TYPES, Category, Event, ScoringCalculate
from platform_events.contracts.asyncapi import (
    FILE_NAME,
    asyncapi_document,
    asyncapi_text,
    write,
)
from platform_events.contracts.json_schema import event_schema
from platform_events.events.event import require_event_class
from platform_events.events.fields import MemberId
from platform_events.testing.strategies import invalid_wire_data, wire_data

from ..support.node import Node, installed

PROJECT = Path(__file__).with_name("asyncapi")

# What the parser says of a document that is as it should be, and why.
EXPECTED = {"asyncapi-latest-version": "the document is of 3.0 on purpose"}


EXPECTED_OF_LINTER = {"asyncapi-info-contact": "there is no address that everybody may write to"}


class Estimate(Event, name="platform/scoring.estimate"):
    """Estimate a score."""

    member_id: MemberId


class Paired(Event, name="platform/scoring.paired"):
    """Holds a tuple."""

    pair: tuple[int, str]


def is_deprecated(kind: type[Event]) -> bool:
    return "__deprecated__" in vars(kind)


OLD: type[Event] = deprecated("Use `ScoringCalculate`.")(Estimate)


def broken() -> dict[str, dict[str, Any]]:
    """Documents with one mistake each, by what is wrong with them."""
    kinds = ("dangling reference", "no such type", "no version", "message of another channel",
             "unknown keyword", "no such action")  # fmt: skip
    documents: dict[str, Any] = {
        kind: copy.deepcopy(asyncapi_document([ScoringCalculate])) for kind in kinds
    }
    components = documents["dangling reference"]["components"]
    del components["schemas"]["ScoringCalculate"]
    schema = documents["no such type"]["components"]["schemas"]["ScoringCalculate"]
    schema["properties"]["gym_id"]["type"] = "txet"
    del documents["no version"]["info"]["version"]
    operation = documents["message of another channel"]["operations"]["sendScoringCalculate"]
    operation["messages"] = [{"$ref": "#/components/messages/ScoringCalculate"}]
    documents["unknown keyword"]["channels"]["ScoringCalculate"]["adress"] = "here"
    documents["no such action"]["operations"]["sendScoringCalculate"]["action"] = "publish"
    return documents


@pytest.fixture(scope="module")
def workplace(node: Node, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("asyncapi")
    (folder / "node_modules").symlink_to(installed(node, PROJECT), target_is_directory=True)
    for file in PROJECT.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    return folder


@pytest.fixture(scope="module")
def answers(node: Node, workplace: Path) -> list[Any]:
    """What the parser says, of the catalogue's document first."""
    folder = workplace
    texts = [asyncapi_text(), asyncapi_text([OLD]), *map(json.dumps, broken().values())]
    (folder / "in.json").write_text(json.dumps(texts), "utf-8")
    done = node.run("read.js", "in.json", "out.json", folder=folder)
    assert done.returncode == 0, done.stderr
    found: list[Any] = json.loads((folder / "out.json").read_text("utf-8"))
    return found


class TestLinter:
    def test_public_rules_find_nothing_wrong(self, node: Node, workplace: Path) -> None:
        broken_ones = broken()
        texts = [asyncapi_text(), json.dumps(broken_ones["no version"])]
        (workplace / "lint.json").write_text(json.dumps(texts), "utf-8")
        done = node.run("lint.js", "lint.json", "linted.json", folder=workplace)
        assert done.returncode == 0, done.stderr
        good, bad = json.loads((workplace / "linted.json").read_text("utf-8"))
        expected = EXPECTED.keys() | EXPECTED_OF_LINTER.keys()
        assert {problem["code"] for problem in good} == expected, good
        assert {problem["code"] for problem in bad} - expected


class TestParser:
    def test_it_finds_nothing_wrong(self, answers: list[Any]) -> None:
        for answer in answers[:2]:
            assert {problem["code"] for problem in answer["problems"]} == EXPECTED.keys()
            assert answer["version"] == "3.0.0"

    @pytest.mark.parametrize("number", range(len(broken())), ids=list(broken()))
    def test_it_refuses_what_is_broken(self, answers: list[Any], number: int) -> None:
        assert {p["code"] for p in answers[2:][number]["problems"]} - EXPECTED.keys()

    def test_it_finds_every_event(self, answers: list[Any]) -> None:
        catalogue = answers[0]
        names = [kind.event_name for kind in EVENT_TYPES]
        assert catalogue["channels"] == [{"address": n, "messages": [n]} for n in names]
        assert [message["name"] for message in catalogue["messages"]] == names
        for kind, message in zip(EVENT_TYPES, catalogue["messages"], strict=True):
            assert message["title"] == kind.__name__
            assert message["contentType"] == "application/json"
            assert message["format"] == "application/vnd.aai.asyncapi;version=3.0.0"
            assert message["fields"] == list(kind.model_fields)
            assert message["isDeprecated"] is is_deprecated(kind)
            for example in message["examples"]:
                assert example["name"] == kind.event_name
                kind.check_json(json.dumps(example["data"]).encode())

    def test_every_event_is_sent_and_received(self, answers: list[Any]) -> None:
        expected = [
            {
                "id": f"{action}{kind.__name__}",
                "action": action,
                "addresses": [kind.event_name],
                "messages": [kind.event_name],
                "tags": [
                    kind.event_name.partition("/")[2].partition(".")[0],
                    *["deprecated"] * is_deprecated(kind),
                ],
            }
            for kind in EVENT_TYPES
            for action in ("send", "receive")
        ]
        assert answers[0]["operations"] == expected

    def test_events_are_posted_to_the_event_api(self, answers: list[Any]) -> None:
        paths = ["https://inn.gs/e/{eventKey}", "http://127.0.0.1:8288/e/{eventKey}"]
        assert answers[0]["servers"] == paths

    def test_what_is_deprecated_says_so(self, answers: list[Any]) -> None:
        [message] = answers[1]["messages"]
        assert message["isDeprecated"] is True
        assert [operation["tags"] for operation in answers[1]["operations"]] == [
            ["scoring", "deprecated"]
        ] * 2


@cache
def validators(name: str) -> tuple[Draft7Validator, Draft202012Validator]:
    kind = require_event_class(name)
    components: Any = asyncapi_document([kind])["components"]
    whole = {
        "$ref": f"#/components/messages/{kind.__name__}/payload",
        "components": components,
    }
    return Draft7Validator(whole), Draft202012Validator(event_schema(kind))


class TestSchemas:
    @settings(max_examples=80)
    @given(data=st.data())
    def test_they_judge_as_the_documents_of_2020_12_do(self, data: st.DataObject) -> None:
        kind = data.draw(st.sampled_from(EVENT_TYPES))
        wrong = invalid_wire_data(kind).map(lambda wrong: wrong.data)
        wire = data.draw(st.one_of(wire_data(kind), wire_data(kind, producer="same"), wrong))
        asyncapi, original = validators(kind.event_name)
        message = {"name": kind.event_name, "data": wire}
        assert asyncapi.is_valid(message) == original.is_valid(wire)

    def test_the_envelope_is_that_of_its_event(self) -> None:
        validator, _ = validators(ScoringCalculate.event_name)
        data: Any = event_schema(ScoringCalculate)["examples"]
        message = {"name": "platform/scoring.calculate", "data": data[0], "id": "1", "ts": 10**12}
        assert validator.is_valid(message)
        for wrong in ({"name": "platform/scoring.calculated"}, {"ts": 1}, {"more": 1}, {"id": ""}):
            assert not validator.is_valid({**message, **wrong})

    def test_nothing_of_a_newer_json_schema_is_left(self) -> None:
        text = asyncapi_text()
        for keyword in ("$defs", "$schema", "$id", "$comment", "discriminator", "x-fallback"):
            assert f'"{keyword}"' not in text
        assert all(name in text for name in EVENT_NAMES)


class TestDocument:
    def test_it_says_who_sends_and_who_handles(self) -> None:
        operations: Any = asyncapi_document([ScoringCalculate, OLD])["operations"]
        assert operations["sendScoringCalculate"]["description"].startswith("Sent by any service")
        handled = "Handled by scoring, which answers with `ScoringCalculated`."
        assert operations["receiveScoringCalculate"]["description"] == handled
        assert "description" not in operations["sendEstimate"]

    def test_it_says_what_to_use_instead(self) -> None:
        channels: Any = asyncapi_document([OLD])["channels"]
        assert channels["Estimate"]["x-deprecated-message"] == "Use `ScoringCalculate`."

    def test_its_tags_are_explained(self) -> None:
        info: Any = asyncapi_document()["info"]
        assert [(tag["name"], tag["description"]) for tag in info["tags"]] == [
            (str(category), category.description) for category in Category
        ]

    def test_it_is_written_under_its_name(self, tmp_path: Path) -> None:
        written = write(tmp_path / "new" / "folder", [ScoringCalculate])
        assert written == tmp_path / "new" / "folder" / FILE_NAME
        assert json.loads(written.read_text("utf-8")) == asyncapi_document([ScoringCalculate])

    def test_items_of_their_own_are_written_as_draft_07_does(self) -> None:
        components: Any = asyncapi_document([Paired])["components"]
        pair = components["schemas"]["Paired"]["properties"]["pair"]
        assert pair["items"][1] == {"type": "string"}
        assert (pair["additionalItems"], pair["maxItems"]) == (True, 2)

"""What documents are made of, and how they share what they define."""

from __future__ import annotations

import pytest

from platform_events import EventDefinitionError
from platform_events.contracts.schema_tree import JsonSchema, merge_definitions


def document(title: str, **definitions: JsonSchema) -> JsonSchema:
    return {
        "x-event-name": f"platform/sync.{title.lower()}", "title": title, "$defs": {**definitions}
    }  # fmt: skip


TEXT: JsonSchema = {"type": "string"}
NUMBER: JsonSchema = {"type": "number"}


def test_what_several_documents_define_alike_is_there_once() -> None:
    shared = [document("A", Part=TEXT), document("B", Part=TEXT, Other=NUMBER)]
    assert merge_definitions(shared) == {"Part": TEXT, "Other": NUMBER}


@pytest.mark.parametrize(
    "documents",
    [
        [document("A", Part=TEXT), document("B", Part=NUMBER)],
        [document("Part"), document("B", Part=TEXT)],
        [document("A", B=TEXT), document("B")],
        [document("A"), {**document("B"), "title": "A"}],
    ],
    ids=["two parts", "an event and a part", "a part and an event", "two events"],
)
def test_two_classes_of_one_name_are_refused(documents: list[JsonSchema]) -> None:
    with pytest.raises(EventDefinitionError, match=r"^platform/sync\.b: .* (Part|A|B): rename one"):
        merge_definitions(documents)

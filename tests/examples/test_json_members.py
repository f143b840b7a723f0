"""Reading JSON from outside."""

import pytest

from examples.json_members import DocumentError, Members, parse_document

from ..support.clients import chain


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (b"", "it is not JSON (line 1, column 1)"),
        (b'{"a": 1,\n!}', "it is not JSON (line 2, column 1)"),
        (b'{"a": 31.5 "b"}', "it is not JSON (line 1, column 12)"),
        (b'{"a": NaN}', "it is not JSON, which has no NaN"),
        (b'{"a": -Infinity}', "it is not JSON, which has no -Infinity"),
        (b'{"a": "\xff"}', "it is not JSON in UTF-8"),
        (b'{"a": 1, "a": 2}', "it has two members of the same name, so one of them would be lost"),
        (b"[]", "the document must be a JSON object"),
        (b"31.5", "the document must be a JSON object"),
        (b'{"a":' * 100_000, "it is not JSON of any sensible depth"),
    ],
)
def test_what_is_no_json_object_is_refused(document: bytes, reason: str) -> None:
    with pytest.raises(DocumentError) as caught:
        parse_document(document)

    assert str(caught.value) == reason
    assert not any("31.5" in str(error) for error in chain(caught.value))


def test_a_byte_order_mark_is_no_matter() -> None:
    assert parse_document(b'\xef\xbb\xbf{"a": 1}').number("a") == 1


def test_what_nobody_took_is_left_over() -> None:
    members = Members({"a": 1.0, "b": {"value": 2.0, "unit": "m", "more": 3.0}, "c": {"d": 4.0}})

    assert members.quantity("b", {"m": 1.0}) == 2
    assert members.section("c") is not None
    assert list(members.left_over()) == ["a", "b.more", "c.d"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [("größe", "'gr\\xf6\\xdfe'"), ("\x1b[31m", "'\\x1b[31m'"), ("x" * 99, f"{'x' * 60}...")],
)
def test_names_from_outside_are_shown_harmlessly(name: str, shown: str) -> None:
    assert list(Members({name: 1.0}).left_over()) == [shown]


@pytest.mark.parametrize("value", [True, "7", None, [7.0]])
def test_what_is_no_number_is_refused(value: object) -> None:
    with pytest.raises(DocumentError, match=r"^a\.value must be a number$"):
        Members({"a": {"value": value, "unit": "m"}}).quantity("a", {"m": 1.0})

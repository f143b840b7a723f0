"""Events in files of every form, of any size, whole or broken."""

from __future__ import annotations

import io
import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_events.cli import _records as reading
from platform_events.cli._records import Record, read_record, read_records

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8"), max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)  # fmt: skip
OBJECTS = st.dictionaries(st.sampled_from(["name", "data", "[", "]\n", "\\"]), JSON, max_size=3)


NOT_READ = "; what follows on the line was not read"


class Dripping(io.BytesIO):
    """A file that gives a few bytes at a time."""

    def __init__(self, content: bytes, step: int) -> None:
        super().__init__(content)
        self._step = step

    def read(self, _: int | None = -1, /) -> bytes:
        return super().read(self._step)


def read(text: str | bytes, step: int = 1 << 20) -> list[Record]:
    content = text.encode() if isinstance(text, str) else text
    return list(read_records(Dripping(content, step)))


@given(st.lists(OBJECTS, max_size=4), st.integers(1, 50), st.sampled_from([None, 2]), st.data())
def test_values_come_back_from_every_form(
    values: list[Any], step: int, indent: int | None, data: st.DataObject
) -> None:
    texts = [json.dumps(value, indent=indent) for value in values]
    space = st.text(" \t\r\n", max_size=3)
    ndjson = "".join(f"{data.draw(space)}{text}\n" for text in texts)
    array = f"{data.draw(space)}[{','.join(texts)}]{data.draw(space)}"
    assert [one.value for one in read(ndjson, step)] == values
    assert [one.value for one in read(array, step)] == values
    assert not any(one.fault for one in read(ndjson, step) + read(array, step))


@given(st.lists(OBJECTS, min_size=1, max_size=4), st.integers(1, 50))
def test_each_value_knows_its_line(values: list[Any], step: int) -> None:
    text, lines = "\n", []
    for value in values:
        lines.append(text.count("\n") + 1)
        text += json.dumps(value, indent=1) + "\n\n"
    assert [one.line for one in read(text, step)] == lines


@given(st.binary(max_size=60) | st.text('{}[]",:\n 1ae\\').map(str.encode), st.integers(1, 9))
def test_whatever_a_file_holds_it_is_read_to_its_end(content: bytes, step: int) -> None:
    records = read(content, step)
    assert all(one.line <= content.count(b"\n") + 1 for one in records)
    assert [r.line for r in records] == sorted(r.line for r in records)
    assert bool(records) or not content.strip(b" \t\r\n") or content.strip(b" \t\r\n,")[:1] == b"["


@pytest.mark.parametrize("step", [1, 7, 1 << 20])
def test_a_broken_line_does_not_hide_the_next(step: int) -> None:
    lines = ['{"name": "a"}', '{"name', '{"name": }', "nonsense", '{"name": "b"}', '{"name": "c"']
    records = read("\n".join(lines), step)
    assert [(one.line, bool(one.fault)) for one in records] == [
        (1, False), (2, True), (3, True), (4, True), (5, False), (6, True),
    ]  # fmt: skip
    assert "secret" not in str(read('{"a": secret')[0].fault)


def test_an_array_must_end_and_nothing_may_follow_it() -> None:
    assert [one.fault for one in read("[{}, {}")] == ["", "", "the array has no end"]
    assert [one.fault for one in read("[{}]\n{}")] == ["", "something follows the end of the array"]
    assert read("[]") == read("") == read("\n \n") == []


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("[{}\n{}]", [(2, "there is no comma before it")]),
        ("[{},\n]", [(2, "nothing follows the comma before it")]),
        ("[,{}]", [(1, "nothing stands before the comma")]),
        ("[{},,{}]", [(1, "nothing stands before the comma")]),
        ("[{} ,\n{} , {}]", []),
        ("[nonsense,\n{}]", [(1, f"not valid JSON (Expecting value){NOT_READ}")]),
        ("[{}, nonsense, {}]", [(1, f"not valid JSON (Expecting value){NOT_READ}")]),
        (
            '[{"a": 1, "a": 1} {}]',
            [
                (1, "the key a stands there twice"),
                (1, "there is no comma before it"),
            ],
        ),
    ],
)
def test_an_array_has_a_comma_between_each_two(text: str, faults: list[tuple[int, str]]) -> None:
    for step in (1, 100):
        assert [(one.line, one.fault) for one in read(text, step) if one.fault] == faults


@given(st.lists(st.dictionaries(st.text("ab"), st.integers())), st.integers(1, 9), st.data())
def test_an_array_is_read_without_a_fault_when_it_is_json(
    items: list[object], step: int, data: st.DataObject
) -> None:
    text = json.dumps(items, indent=data.draw(st.sampled_from([None, 0, 2])))
    at = data.draw(st.integers(0, len(text)))
    changed = text[:at] + data.draw(st.sampled_from(["", ",", "\n"])) + text[at:]
    if not changed.lstrip().startswith("["):
        return
    try:
        expected = json.loads(changed)
    except ValueError:
        assert any(one.fault for one in read(changed, step))
    else:
        assert [(one.value, one.fault) for one in read(changed, step)] == [
            (item, "") for item in expected
        ]


@pytest.mark.parametrize("step", [1, 7, 100])
@pytest.mark.parametrize(
    "content",
    [
        '{"name": "grün"}\n{"name": }'.encode("latin-1"),
        '{"name": "a"}\n{}'.encode("utf-16"),
        b'nonsense \xff and more\n{"name": "\xc3"}',
        b'{"name": "' + b"\xff" * 30,
    ],
)
def test_what_is_no_utf_8_is_called_so(content: bytes, step: int) -> None:
    first, *others = read(content, step)
    assert (first.line, first.fault) == (1, "this is not UTF-8")
    assert all(one.fault and one.line == 2 for one in others)


def test_what_is_utf_8_is_not_called_otherwise() -> None:
    [record] = read('{"name": "grün \\ud800"}')
    assert record == Record(1, {"name": "grün \ud800"})


@given(
    st.lists(st.tuples(st.sampled_from(["", "a", "b", "name"]), JSON), max_size=4), st.booleans()
)
def test_no_value_of_an_object_is_lost(pairs: list[tuple[str, Any]], is_inside: bool) -> None:
    inner = ", ".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in pairs)
    text = f'{{"data": [{{{inner}}}]}}' if is_inside else f"{{{inner}}}"
    keys = [key for key, _ in pairs]
    records = read(f"{text}\n{{}}")
    assert [bool(one.fault) for one in records] == [len(set(keys)) < len(keys), False]
    assert records[0].fault or records[0].value == json.loads(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (' {"a": 1}\n', Record(1, {"a": 1})),
        ("[1]", Record(1, [1])),
        ("7", Record(1, 7)),
        ("", Record(1, fault="there is nothing")),
        ("{} {}", Record(1, fault="something follows the JSON value")),
        ("nonsense", Record(1, fault="not valid JSON (Expecting value)")),
        ('"\udcff"', Record(1, fault="this is not UTF-8")),
    ],
)
def test_one_text_is_one_value(text: str, expected: Record) -> None:
    assert read_record(text) == expected


@pytest.mark.parametrize("step", [1, 2, 100])
def test_a_byte_order_mark_is_passed_over(step: int) -> None:
    assert [one.value for one in read(b"\xef\xbb\xbf{}\n{}", step)] == [{}, {}]


def test_what_is_nested_too_deeply_is_a_fault_of_its_line() -> None:
    records = read("[" + "\n" + "[" * 200_000 + "\n" + "{}" + "\n" + "]")
    assert [(one.line, one.fault) for one in records] == [
        (2, f"it is nested too deeply{NOT_READ}"),
        (3, ""),
    ]


def test_a_number_that_python_does_not_read_is_a_fault_of_its_line() -> None:
    records = read(f'{{"a": {"9" * 5_000}}}\n{{}}')
    assert [(one.line, one.fault) for one in records] == [
        (1, "a number has too many digits"),
        (2, ""),
    ]


def test_a_value_that_is_too_long_is_not_kept_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_CHARACTERS", 1000)
    records = read('{"a": "' + "x" * 100_000 + '"}\n{}', 500)
    assert [(one.line, one.fault) for one in records] == [
        (1, "it has more than 1000 characters"),
        (2, ""),
    ]


def test_a_file_of_any_size_needs_the_same_memory() -> None:
    line = json.dumps({"name": "platform/social.member-followed", "data": {"a": "x" * 500}}) + "\n"
    megabyte = (line * (1024 * 1024 // len(line))).encode()

    class Endless(io.RawIOBase):
        """Gives some megabytes, of which nothing is kept."""

        def __init__(self, left: int) -> None:
            self.left = left

        def read(self, _: int = -1, /) -> bytes:
            self.left -= 1
            return megabyte if self.left >= 0 else b""

    def peak(megabytes: int) -> int:
        endless: Any = Endless(megabytes)  # reading is all that is asked of it
        tracemalloc.start()
        count = len([1 for _ in read_records(endless)])
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert count == megabytes * megabyte.count(b"\n")
        return most

    assert peak(12) < peak(3) * 1.3

"""The TypeScript module, with TypeScript's own tools: tsc, node, zod and Inngest's SDK."""

from __future__ import annotations

import copy
import json
import re
import shutil
import subprocess
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from itertools import product
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, TypeVar
from uuid import UUID

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pydantic import (
    AwareDatetime,
    Field,
    JsonValue,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)
from typing_extensions import deprecated

from platform_events import (
    EVENT_NAMES,
    EVENT_TYPES,
    BenchmarkRecorded,
    CommentAdded,
    Event,
    EventDefinitionError,
    InvalidEventError,
    InvalidEventNameError,
    MemberFollowed,
    Payload,
    ReactionRemoved,
    ScoringCalculate,
    WearableDataReceived,
    is_event_name,
    is_known_event_name,
    parse_event_name,
    send_event,
)
from platform_events.contracts._snippets import snippets
from platform_events.contracts._typescript_types import comment
from platform_events.contracts._typescript_zod import zod_of
from platform_events.contracts.json_schema import documents, event_schema
from platform_events.contracts.schema_tree import each_object, properties
from platform_events.contracts.typescript import FILE_NAME, typescript_module, write
from platform_events.events._instants import INSTANT_PATTERN
from platform_events.events.fields import EventId, MemberId, Open, Slug
from platform_events.testing import LocalInngest, use_server
from platform_events.testing.strategies import (
    event_names,
    invalid_event_names,
    invalid_wire_data,
    wire_data,
)
from tests.support.node import SECONDS, Node, installed
from tests.support.pages import ROOT, blocks

T = TypeVar("T")
PROJECT = Path(__file__).with_name("typescript")

SECRET = "SECRET-7f3a9 "

INSTANTS_ON_THE_EDGE = (
    "1979-12-31T23:59:59.999999Z",
    "1980-01-01T00:00:00Z",
    "1980-01-01T00:30:00+00:30",
    "1980-01-01T00:29:59.999+00:30",
    "1979-12-31T23:30:00-00:30",
    "1979-12-31T23:29:59.999999999-00:30",
    "2099-12-31T23:59:59.999999999Z",
    "2100-01-01T00:00:00Z",
    "2100-01-01T00:29:59.999+00:30",
    "2100-01-01T00:30:00+00:30",
    "2099-12-31T23:29:59-00:30",
    "2099-12-31T23:30:00-00:30",
)


INSTANTS_OF_OTHER_GRAMMARS = (
    "2026-11-23T18:30:00+1400",
    "2026-11-23t18:30:00z",
    "2026-11-23 18:30:00Z",
    "2026-11-23_18:30:00Z",
    "2026-11-23T18:30Z",
    "2026-11-23T18:30:00.1234567890Z",
    "2026-11-23T18:30:00,5Z",
    "2026-11-23T18:30:60Z",
    "2026-11-23T24:00:00Z",
    "2026-11-23T18:30:00+24:00",
    "2026-11-23T18:30:00\u221201:00",
    "2026-11-23",
    "1795458600",
    "1795458600.5",
)
# As they are written in JSON, which tells them apart and JavaScript does not.
NUMBERS_AS_WRITTEN = (
    "1.0",
    "1e2",
    "1.5",
    "-0.0",
    "9007199254740991.0",
    "9007199254740992",
    "1e300",
)


@pytest.fixture(scope="session")
def workplace(node: Node, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The npm project with the module in it."""
    folder = tmp_path_factory.mktemp("typescript")
    shutil.copytree(
        PROJECT, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("node_modules")
    )
    (folder / "node_modules").symlink_to(installed(node, PROJECT), target_is_directory=True)
    write(folder)
    write_guide(folder / "guide")
    write_snippets(folder / "snippets")
    (folder / "odd.ts").write_text(typescript_module([DEPRECATED, Uncommon]), "utf-8")
    return folder


def write_guide(folder: Path) -> None:
    """Write each file of the guide where it says it is, and the module where it is exported to."""
    write(folder / "src" / "inngest")
    found = blocks(ROOT / "docs" / "guide" / "languages.md", "typescript")
    assert len(found) > 1
    for block in found:
        path = folder / block.partition("\n")[0].removeprefix("// ")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block, "utf-8")


def write_snippets(folder: Path) -> None:
    """Write the code of the catalogue page that is TypeScript, to be checked with the rest."""
    folder.mkdir()
    (folder / "platform-events.ts").write_text('export * from "../platform-events.ts";', "utf-8")
    for kind in EVENT_TYPES:
        for number, code in enumerate(typescript_snippets(kind)):
            (folder / f"{kind.__name__}{number}.ts").write_text(code, "utf-8")


def typescript_snippets(kind: type[Event]) -> list[str]:
    found = snippets(event_schema(kind))
    return [snippet.code for snippet in found if snippet.language == "TypeScript"]


class Inner(Payload):
    """Holds */ itself."""

    inner: tuple[Inner, ...] = ()


class Odd(Event, name="platform/scoring.odd"):
    """What the catalogue does not hold."""

    untold: AwareDatetime
    inner: Inner | None = None
    number_or_text: int | str
    free: str
    choice: Annotated[Literal["a"], Open()]
    ids: tuple[MemberId, ...]
    counts: dict[str, int]
    by_slug: Annotated[dict[Slug, Inner], Field(min_length=1, max_length=9)]
    by_pattern: dict[Annotated[str, StringConstraints(pattern="^[a-z]+$")], Literal["a"]]
    step: Annotated[float, Field(multiple_of=0.5)]


DEPRECATED: type[Event] = deprecated("Use something else.")(Odd)


class Uncommon(Event, name="platform/scoring.uncommon"):
    """Types of fields that the catalogue does not have."""

    number: Literal[1, 2]
    mixed: Literal[1, "a", True]
    pair: tuple[int, Inner]
    pairs: tuple[tuple[int, str], ...]
    tags: frozenset[str]
    inners: frozenset[Inner]
    uid: UUID
    anything: JsonValue
    things: tuple[JsonValue, ...]
    more: dict[str, JsonValue]
    by_choice: dict[Literal["a", "b"], int]
    cause: EventId


class Timed(Event, name="platform/scoring.timed"):
    """Has a type that is not written yet."""

    took: timedelta


UNCOMMON: dict[str, Any] = {
    "number": 1, "mixed": "a", "pair": [1, {}], "pairs": [[1, "a"], [2, "b"]], "tags": ["a", "b"],
    "inners": [{"inner": []}, {"inner": [{}]}], "uid": "0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b",
    "anything": {"a": [None]}, "things": [1, "a", [], None], "more": {"a": 1},
    "by_choice": {"a": 1}, "cause": "a",
}  # fmt: skip
# Other values of its fields, some right and some wrong.
VARIED: dict[str, list[Any]] = {
    "number": [2, 2.0, 3, "1", None],
    "mixed": [1, 1.0, True, False, "b", None],
    "pair": [[], [1], [1, {}, 2], [{}, 1], [1.0, {"inner": [{}]}], [1, {"more": 1}], {}, "1a"],
    "pairs": [[], [[]], [[1, "a"], [1]], [[1, "a"]] * 2, [["a", 1]]],
    "tags": [[], [1], "ab", {"a": "b"}],
    "inners": [[], [{}], [{"more": 1}]],
    "uid": ["", "0199A1B2-7C3D-7E4F-8A5B-6C7D8E9F0A1B", "0199a1b2", 1],
    "anything": [None, True, 1, "a", [], {}],
    "things": [[], {}, [{}]],
    "more": [{}, {"": None, "a": {"b": []}}, [], None, {"constructor": 1}],
    "by_choice": [{}, {"b": 1, "a": 2}, {"c": 1}, {"a": "1"}],
    "cause": ["", " ", "\n\t", "\x1c", "\x85", "\xa0\u2003", "\ufeff", "\x00", "\u200b", " a ",
              "\u3000x", "x" * 10_000, "x" * 10_001, "😀" * 10_000, "a\ud83d", 1],
}  # fmt: skip


def collect(strategy: st.SearchStrategy[T], count: int) -> list[T]:
    """Draw examples, all of which go to Node.js at once."""
    found: list[T] = []

    @settings(
        max_examples=count, database=None, phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )  # fmt: skip
    @given(strategy)
    def draw(value: T) -> None:
        found.append(value)

    draw()
    return found


class Example(NamedTuple):
    kind: type[Event]
    data: Any  # JSON

    @property
    def sends(self) -> bool:
        """Whether a producer in Python can send it: whether a constructor takes what was read."""
        return accepts(self.kind.check_json, json.dumps(self.data).encode()) and accepts(
            lambda: rebuilt(self.kind.from_data(self.data))
        )

    @property
    def reads(self) -> bool:
        return accepts(self.kind.from_data, self.data)


def accepts(check: Callable[..., object], *arguments: object) -> bool:
    try:
        check(*arguments)
    except InvalidEventError:
        return False
    return True


def rebuilt(value: Any) -> Any:
    """Construct a payload from its parts, by the rules for producers."""
    if isinstance(value, tuple):
        return tuple(map(rebuilt, value))
    if not isinstance(value, Payload):
        return value
    return type(value)(**{name: rebuilt(getattr(value, name)) for name in value.model_fields_set})


STRANGE = st.one_of(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(codec="utf-8")),
    st.sampled_from([[], {}, [[]], 2**53, -(2**53), -0.0, 0, 100, 1e300, {"kind": "sleep"}]),
    st.sampled_from([SECRET, "\ud83d", "a\udc00"]),
    st.sampled_from(["", "a", "a\n", "x" * 128, "😀" * 64, "😀" * 65, "e\u0301" * 64]),
    st.from_regex(INSTANT_PATTERN, fullmatch=True),
)  # fmt: skip


@st.composite
def examples(draw: st.DrawFn) -> Example:
    kind = draw(st.sampled_from(EVENT_TYPES))
    way = draw(st.sampled_from(["read", "wrong", "strange"]))
    if way == "wrong":
        return Example(kind, draw(invalid_wire_data(kind)).data)
    data = draw(wire_data(kind, producer=None if way == "read" else "same"))
    if way == "strange":
        holder, key = draw(st.sampled_from(list(places(data))))
        holder[key] = draw(STRANGE)
    return Example(kind, data)


def places(data: Any) -> Iterator[tuple[Any, Any]]:
    for key, part in data.items() if isinstance(data, dict) else enumerate(data):
        yield data, key
        if isinstance(part, dict | list):
            yield from places(part)


names = st.one_of(
    event_names(),
    invalid_event_names().map(lambda wrong: wrong.name),
    st.sampled_from(sorted(EVENT_NAMES)).flatmap(
        lambda name: st.tuples(st.just(name), st.integers(0, len(name)), st.text(max_size=2)).map(
            lambda drawn: drawn[0][: drawn[1]] + drawn[2] + drawn[0][drawn[1] :]
        )
    ),
    st.text(),
    st.sampled_from([None, 7, True, [], {}, "platform/", "platform/scoring", "plat", "😀" * 255]),
    st.integers(240, 300).map(lambda n: "platform/scoring.".ljust(n, "a")),
    st.integers(240, 300).map(lambda n: "platform/scoring.".ljust(n, "😀")),
)


def verdict_on_name(name: object) -> dict[str, object]:
    try:
        parsed = parse_event_name(name)
    except InvalidEventNameError as error:
        return {"is": False, "rule": str(error.rule), "position": error.position}
    return {"is": is_event_name(name), "category": str(parsed.category), "action": parsed.action}


def is_exchangeable(name: object) -> bool:
    """Whether JSON carries it: two halves of a surrogate pair become one character."""
    return not isinstance(name, str) or not re.search("[\ud800-\udbff][\udc00-\udfff]", name)


@cache
def all_patterns() -> list[str]:
    found = (
        node.get("pattern")
        for text in documents().values()
        for node in each_object(json.loads(text))
    )
    return sorted({str(pattern) for pattern in found if pattern is not None})


@cache
def texts_like(pattern: str) -> st.SearchStrategy[str]:
    return st.from_regex(pattern)


@st.composite
def pattern_and_text(draw: st.DrawFn) -> tuple[str, str]:
    pattern = draw(st.sampled_from(all_patterns()))
    text = draw(texts_like(pattern))
    at = draw(st.integers(0, len(text)))
    inserted = draw(
        st.sampled_from(["", "", "\n", "\r", "\u2028", " ", "٣", "é", "K", "A", "-", "😀"])
    )
    return pattern, text[:at] + inserted + text[at:]


def matches_in_pydantic(pattern: str, text: str) -> bool:
    adapter: TypeAdapter[str] = TypeAdapter(Annotated[str, StringConstraints(pattern=pattern)])
    try:
        adapter.validate_python(text)
    except ValidationError:
        return False
    return True


def instants_on_the_edge() -> Iterator[Example]:
    """None of them is drawn by chance."""
    for text in (*INSTANTS_ON_THE_EDGE, *INSTANTS_OF_OTHER_GRAMMARS):
        data = {"follower_id": "a", "followee_id": "b", "followed_at": text}
        yield Example(MemberFollowed, data)


def halves_of_characters() -> Iterator[Example]:
    """Half a surrogate pair, which JSON can write, and no Unicode text holds."""
    for text in ("\ud83d", "a\udc00", "\ude00\ud83d", "😀"):
        yield Example(CommentAdded, {**examples_of(CommentAdded)[0], "text": text})


def integers_as_written() -> Iterator[Example]:
    """An integer is one however it is written: JavaScript cannot tell."""
    kind, field = next(
        (kind, name)
        for kind in EVENT_TYPES
        for name, schema in properties(event_schema(kind)).items()
        if schema.get("type") == "integer"
    )
    for number in NUMBERS_AS_WRITTEN:
        yield Example(kind, {**examples_of(kind)[0], field: json.loads(number)})


def nulls_and_secrets() -> Iterator[Example]:
    """None is not sent, and yet read where a field may be absent; a value is never told of."""
    for kind in EVENT_TYPES:
        whole = examples_of(kind)[0]
        for value in (None, SECRET, [SECRET], {"kind": SECRET}):
            yield from (Example(kind, {**whole, name: value}) for name in whole)


def fields_of_every_object() -> Iterator[Example]:
    """Unknown fields, at every depth, which JavaScript finds in any object anyway."""
    for kind in EVENT_TYPES:
        whole = copy.deepcopy(examples_of(kind)[0])
        objects = {id(place): place for place, _ in places(whole) if isinstance(place, dict)}
        for place, name in product(objects.values(), ("__proto__", "constructor")):
            place[name] = {}
            yield Example(kind, copy.deepcopy(whole))
            del place[name]


def uncommon_fields() -> Iterator[Example]:
    yield Example(Uncommon, UNCOMMON)
    for name, values in VARIED.items():
        yield from (Example(Uncommon, {**UNCOMMON, name: value}) for value in values)


def kinds_of_every_object() -> Iterator[Example]:
    """Kinds that JavaScript would find in any object."""
    for kind in ("constructor", "toString", "__proto__"):
        data = examples_of(WearableDataReceived)[0]
        yield Example(WearableDataReceived, {**data, "measurements": [{"kind": kind}]})
        data = examples_of(BenchmarkRecorded)[0]
        yield Example(BenchmarkRecorded, {**data, "result": {"kind": kind}})


class Exchange(NamedTuple):
    examples: list[Example]
    names: list[object]
    patterns: list[tuple[str, str]]
    sent: list[Example]
    answers: dict[str, Any]
    repeated: dict[str, Any]
    received: list[Any]


@pytest.fixture(scope="session")
def exchange(node: Node, workplace: Path) -> Exchange:
    """What both languages think of the same examples; one process judges them all."""
    drawn = collect(examples(), 600)
    edges = [
        *instants_on_the_edge(),
        *fields_of_every_object(),
        *kinds_of_every_object(),
        *nulls_and_secrets(),
        *integers_as_written(),
        *halves_of_characters(),
        *uncommon_fields(),
    ]
    given_names = [name for name in collect(names, 500) if is_exchangeable(name)]
    patterns = collect(pattern_and_text(), 400)
    sent = [Example(kind, example) for kind in EVENT_TYPES for example in examples_of(kind)[:1]]
    repeated = Example(Uncommon, {**UNCOMMON, "inners": [{"inner": []}, {"inner": []}]})
    asked = [*drawn, *edges, repeated]
    questions = {
        "examples": [{"name": e.kind.event_name, "data": e.data} for e in asked],
        "names": given_names,
        "patterns": [{"pattern": pattern, "text": text} for pattern, text in patterns],
        "sent": [{"name": e.kind.event_name, "data": e.data} for e in sent],
    }
    (workplace / "in.json").write_text(json.dumps(questions), "utf-8")
    with LocalInngest() as server:
        done = node.run("exchange.ts", "in.json", "out.json", server.url, folder=workplace)
        assert done.returncode == 0, done.stderr
        events = server.events
        received = list(zip(events, events.details, strict=True))
    answers = json.loads((workplace / "out.json").read_text("utf-8"))
    repeated_answer = answers["examples"].pop()
    return Exchange(
        drawn + edges, given_names, patterns, sent, answers, repeated_answer, received
    )  # fmt: skip


def examples_of(kind: type[Event]) -> list[Any]:
    found: Any = event_schema(kind)["examples"]
    return list(found)


class TestTypes:
    def test_tsc_takes_what_is_right_and_refuses_what_is_wrong(
        self, node: Node, workplace: Path
    ) -> None:
        done = node.run("node_modules/typescript/bin/tsc", "--project", ".", folder=workplace)
        assert done.returncode == 0, done.stdout

    def test_declarations_need_no_inference(self, node: Node, workplace: Path) -> None:
        """For projects that set `isolatedDeclarations`."""
        done = node.run(
            "node_modules/typescript/bin/tsc", FILE_NAME, "odd.ts", "--ignoreConfig",
            "--isolatedDeclarations", "--declaration", "--outDir", "isolated", "--strict",
            "--skipLibCheck", "--module", "esnext", "--moduleResolution", "bundler",
            "--target", "es2022", "--types", "", folder=workplace,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout

    def test_every_wrong_line_is_refused_for_itself(self, node: Node, workplace: Path) -> None:
        wrong = (workplace / "wrong.ts").read_text("utf-8")
        expected = wrong.count("// @ts-expect-error")
        bare = workplace / "bare.ts"
        bare.write_text(wrong.replace("// @ts-expect-error", "//"), "utf-8")
        # Nor does a snippet with a mistake get through, as they would if none was looked at.
        snippet = workplace / "snippets" / "wrong.ts"
        snippet.write_text(typescript_snippets(ScoringCalculate)[0].replace("score:", "scor:"))
        try:
            done = node.run("node_modules/typescript/bin/tsc", "--project", ".", folder=workplace)
        finally:
            bare.unlink()
            snippet.unlink()
        assert "snippets/wrong.ts" in done.stdout
        refused = {
            line.partition(":")[0] for line in done.stdout.splitlines() if line[:4] == "bare"
        }
        assert len(refused) == expected > 15


class TestVerdicts:
    def test_both_languages_judge_data_alike(self, exchange: Exchange) -> None:
        different = [
            (example, answer)
            for example, answer in zip(exchange.examples, exchange.answers["examples"], strict=True)
            if (example.sends, example.reads) != (answer["sends"], answer["reads"])
        ]
        assert not different, different[0]

    def test_equal_items_of_a_set_are_read_and_not_sent(self, exchange: Exchange) -> None:
        """As the document says; Python makes a set of what it reads."""
        assert (exchange.repeated["sends"], exchange.repeated["reads"]) == (False, True)
        assert exchange.repeated["refusal"].endswith("inners: must not have equal items")

    def test_the_examples_are_of_every_sort(self, exchange: Exchange) -> None:
        sorts = [(answer["sends"], answer["reads"]) for answer in exchange.answers["examples"]]
        assert all(sorts.count(sort) > 10 for sort in [(True, True), (False, True), (False, False)])
        assert (True, False) not in sorts

    def test_errors_say_where_and_what(self, exchange: Exchange) -> None:
        for answer in exchange.answers["examples"]:
            for problem in answer.get("problem", []):
                assert re.match(r"(\w[\w.-]*)?: [\w`]", problem), problem
                assert not problem.endswith(": Invalid input")
            assert SECRET not in f"{answer['refusal']} {answer.get('problem')}"

    def test_both_languages_judge_names_alike(self, exchange: Exchange) -> None:
        expected = [verdict_on_name(name) for name in exchange.names]
        pairs = zip(exchange.names, expected, exchange.answers["names"], strict=True)
        assert [pair for pair in pairs if pair[1] != pair[2]] == []
        assert exchange.answers["known"] == [is_known_event_name(n) for n in exchange.names]
        rules = {verdict.get("rule") for verdict in expected}
        assert rules >= {"type", "empty", "length", "prefix", "category", "separator", "action",
                         "hyphen", "character", None}  # fmt: skip

    def test_patterns_mean_the_same(self, exchange: Exchange) -> None:
        expected = [matches_in_pydantic(pattern, text) for pattern, text in exchange.patterns]
        pairs = zip(exchange.patterns, expected, exchange.answers["patterns"], strict=True)
        assert [pair for pair in pairs if pair[1] != pair[2]] == []
        assert {True, False} == set(expected)


class TestSending:
    def test_what_typescript_sends_python_reads(self, exchange: Exchange) -> None:
        assert len(exchange.received) == len(exchange.sent) == len(EVENT_TYPES)
        for example, (event, details) in zip(exchange.sent, exchange.received, strict=True):
            assert event == example.kind.from_data(example.data)
            assert details.key == f"sent:{example.kind.event_name}"

    def test_what_python_sends_typescript_handles(self, node: Node, workplace: Path) -> None:
        sent = [kind.from_data(data) for kind in EVENT_TYPES for data in examples_of(kind)]
        newer = {**examples_of(ReactionRemoved)[0], "reaction": "high-five", "added_later": 1}
        raw = [
            {"name": ReactionRemoved.event_name, "data": newer},
            {"name": ScoringCalculate.event_name, "data": {"member_id": "m"}},
        ]
        with (
            LocalInngest() as server,
            use_server(server),
            handlers(node, workplace, server.url) as url,
        ):
            ask("PUT", url, {})
            for event in sent:
                run = server.run_of(send_event(event))
                assert run.error is None, run.error
                assert run.output == {"name": event.event_name, "data": event.to_data()}
            tolerated, refused = ask("POST", f"{server.url}/e/test", raw)["ids"]
            assert server.run_of(tolerated).output == raw[0]
            assert "reason" in str(server.run_of(refused).error)


def ask(method: str, url: str, body: object) -> Any:  # Any: JSON
    return httpx.request(method, url, json=body, timeout=SECONDS).raise_for_status().json()


@contextmanager
def handlers(node: Node, workplace: Path, server: str) -> Generator[str]:
    """Serve the functions of ``handlers.ts``, and give their URL."""
    command = [node.node, "app/handlers.ts", server]
    with subprocess.Popen(command, cwd=workplace, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield f"http://127.0.0.1:{int(process.stdout.readline())}/api/inngest"
        finally:
            process.terminate()


class TestModule:
    def test_it_has_a_constant_and_a_type_for_every_event(self, exchange: Exchange) -> None:
        assert exchange.answers["constants"] == [kind.event_name for kind in EVENT_TYPES]
        assert sorted(exchange.answers["types"]) == sorted(EVENT_NAMES)

    def test_it_is_written_under_its_name(self, tmp_path: Path) -> None:
        written = write(tmp_path / "new" / "folder", [ScoringCalculate])
        assert written == tmp_path / "new" / "folder" / FILE_NAME
        assert written.read_text("utf-8") == typescript_module([ScoringCalculate])

    def test_the_words_of_the_source_are_in_it(self) -> None:
        module = typescript_module()
        assert "/** The event that made it necessary. */\n  readonly caused_by?: " in module
        assert "Unit: ms." in module
        assert "Sensitive: not to be logged or shown." in module

    def test_what_is_deprecated_says_so(self) -> None:
        assert typescript_module([DEPRECATED]).count("@deprecated Use something else.") == 3
        assert comment({"deprecated": True}) == "/** @deprecated */\n"
        assert comment({}) == ""

    def test_what_cannot_be_written_is_named_with_its_event(self) -> None:
        with pytest.raises(EventDefinitionError, match=r"^platform/scoring.timed: the format `du"):
            typescript_module([Timed])

    def test_no_word_ends_a_comment(self) -> None:
        assert "Holds *\\/ itself." in typescript_module([DEPRECATED])

    def test_bounds_and_names_of_every_kind_are_written(self) -> None:
        assert zod_of({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}) == (
            "z.number().check(z.gt(0), z.lt(1))"
        )
        with pytest.raises(EventDefinitionError, match=r"^`contains` cannot be written"):
            zod_of({"type": "array", "contains": {}})
        with pytest.raises(EventDefinitionError, match=r"^the format `duration` cannot be written"):
            zod_of({"type": "string", "format": "duration"})
        assert zod_of({"type": "array"}) == "z.array(z.unknown())"
        assert '["__proto__"]: z.null()' in zod_of(
            {"type": "object", "properties": {"__proto__": {"type": "null"}},
             "required": ["__proto__"]}
        )  # fmt: skip
        assert '"odd-name": z.optional(z.boolean())' in zod_of(
            {"type": "object", "properties": {"odd-name": {"type": "boolean"}}}
        )

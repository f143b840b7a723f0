"""How results become JSON, and JSON becomes what a handler declares."""

from __future__ import annotations

import datetime as dt
import enum
import functools
import math
from collections.abc import Awaitable, Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Any, Literal, NamedTuple, TypeVar

import inngest
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, field_serializer
from typing_extensions import TypeAliasType, TypedDict

from platform_events import DistanceResult, ScoringCalculated, override_client
from platform_events.events._hidden import Hidden
from platform_events.functions._results import Result
from tests.functions.running_app import calculated

SECRET = "what-nobody-may-read"
Scores = TypeAliasType("Scores", "list[ScoringCalculated]")
T = TypeVar("T")


class Mood(enum.StrEnum):
    GLAD = "glad"


class Model(BaseModel):
    number: float = 1.0
    renamed: str = Field(default="x", alias="other")
    nothing: int | None = None
    anything: object = None


class Broken(BaseModel):
    text: str

    @field_serializer("text")
    def fail(self, text: str) -> str:
        raise ValueError(text)


class Pair(NamedTuple):
    model: Model
    size: int


class Keyed(TypedDict):
    model: Model


def returns(declared: object) -> Result:
    """Give the result of a handler with an annotation."""

    def handler() -> None: ...

    handler.__annotations__ = {"return": declared}
    return Result.of("fn", handler)


def round_trip(result: Result, value: object) -> object:
    return result.decode(Hidden(result.encode_step(Hidden(value))))


@pytest.mark.parametrize(
    ("declared", "value"),
    [
        (ScoringCalculated, calculated()),
        (DistanceResult, DistanceResult(distance_m=5.0)),
        (Model, Model(number=2.0)),
        (Model | None, None),
        (list[ScoringCalculated], [calculated()]),
        (tuple[Model, ...], (Model(), Model())),
        (dict[str, DistanceResult], {"a": DistanceResult(distance_m=5.0)}),
        (Mapping[str, Sequence[Model]], {"a": [Model()]}),
        (Annotated[Model, "of the service"], Model()),
        (Annotated[Model, {"without": "a hash"}], Model()),
        (Scores, [calculated()]),
        (Pair, Pair(Model(), 2)),
        (Keyed, {"model": Model()}),
        (Mood, Mood.GLAD),
        (Awaitable[Model], Model()),
        ("ScoringCalculated | None", calculated()),
    ],
)
def test_what_is_declared_comes_back(declared: object, value: object) -> None:
    found = round_trip(returns(declared), value)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    "declared",
    [
        None,
        int,
        Any,
        "Any",
        object,
        list,
        dict[str, Any],
        inngest.JSON,
        Literal["a"],
        Annotated[str, "x"],
        T,
        tuple[int, ...],
        float | None,
        "NoSuchType",
        "import os",
    ],
)
def test_json_comes_back_as_json(declared: object) -> None:
    result = returns(declared)
    assert result.declared is None
    assert round_trip(result, {"a": (1, 2.5, "b", True, None)}) == {"a": [1, 2.5, "b", True, None]}


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.floats(allow_nan=False),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(json)
def test_any_json_is_encoded_as_it_is(value: object) -> None:
    try:
        assert returns(None).encode(Hidden(value)) == value
    except inngest.NonRetriableError:
        assert "inf" in repr(value)


def circular() -> list[Any]:
    found: list[Any] = []
    found.append(found)
    return found


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (math.nan, "it holds NaN or infinity"),
        ([{"a": -math.inf}], "it holds NaN or infinity"),
        (Model(number=math.inf), "it holds NaN or infinity"),
        (Model(number=1, anything=[{"a": math.nan}]), "it holds NaN or infinity"),
        ([Model(number=1, anything=(1, -math.inf))], "it holds NaN or infinity"),
        (MappingProxyType({"a": math.nan}), "it holds NaN or infinity"),
        ([10**400], "it holds an integer that is too large for a JSON number"),
        (dt.date(2026, 11, 23), "it holds a value of type date"),
        ({SECRET}, "it holds a value of type set"),
        ([b"bytes"], "it holds a value of type bytes"),
        ({(1, 2): "a"}, "it holds an object with keys that are not strings"),
        (Broken(text=SECRET), "it holds a Broken that cannot be serialized"),
        (circular(), "it is nested too deeply, or holds itself"),
    ],
)
def test_what_is_not_json_is_refused_without_its_value(value: object, problem: str) -> None:
    for encode in (returns(None).encode, returns(Model).encode_step):
        with pytest.raises(inngest.NonRetriableError) as caught:
            encode(Hidden(value))
        assert str(caught.value) == f"fn returned data that is not JSON: {problem}"
        assert caught.value.__context__ is None or SECRET not in repr(caught.value.__context__)


def test_a_payload_is_what_it_is_on_the_wire() -> None:
    event = calculated()
    assert returns(None).encode(Hidden(event)) == event.to_data()
    assert returns(None).encode(Hidden(Model())) == {
        "number": 1.0,
        "other": "x",
        "nothing": None,
        "anything": None,
    }


def test_a_step_must_declare_its_models() -> None:
    for value in (Model(), {"a": (1, [Model()])}):
        with pytest.raises(inngest.NonRetriableError, match="does not declare it"):
            returns(None).encode_step(Hidden(value))


def test_json_that_is_not_of_the_declared_type_is_refused_without_its_value() -> None:
    with pytest.raises(inngest.NonRetriableError) as caught:
        returns(Model).decode(Hidden({"number": SECRET}))
    assert str(caught.value) == (
        "invalid result of fn: number: Input should be a valid number, unable to parse string as "
        "a number"
    )
    assert caught.value.__context__ is None


def test_events_of_newer_versions_come_back() -> None:
    data = {**calculated().to_data(), "of_a_later_version": 1}
    assert returns(ScoringCalculated | None).decode(Hidden(data)) == calculated()


class Opaque:
    pass


def test_a_type_that_pydantic_does_not_know_stays_json() -> None:
    assert returns(Opaque).decode(Hidden([1])) == [1]
    assert Result("fn", Opaque).decode(Hidden([1])) == [1]


def test_the_annotation_is_found_behind_what_wraps_a_handler() -> None:
    class Local(BaseModel):
        text: str

    def handler(text: NoSuchType) -> Local:  # type: ignore[name-defined]  # noqa: F821  # pyright: ignore[reportUndefinedVariable]
        return Local(text=text)

    class Called:
        def __call__(self) -> Model:
            return Model()

        def method(self) -> Model:
            return Model()

    @functools.wraps(handler)
    def wrapper(text: str) -> Any:
        return handler(text)

    assert Local(text="x") == handler("x") == wrapper("x")
    assert Result.of("fn", functools.partial(wrapper, "x")).declared is Local
    assert Result.of("fn", Called()).declared is Model
    assert Result.of("fn", Called().method).declared is Model
    assert Result.of("fn", Model).declared is None


class Reversing:
    """A serializer of the service's own."""

    def serialize(self, obj: object, typ: object) -> object:
        assert typ is Mood
        return str(obj)[::-1]

    def deserialize(self, obj: object, typ: object) -> object:
        assert typ is Mood
        return Mood(str(obj)[::-1])


def test_a_serializer_of_ones_own_converts_what_is_declared() -> None:
    def mood() -> Mood:
        return Mood.GLAD

    result = Result.of("fn", mood, Reversing())
    assert result.encode_step(Hidden(Mood.GLAD)) == "dalg"
    assert round_trip(result, Mood.GLAD) is Mood.GLAD


def test_the_client_has_the_serializer_of_its_settings() -> None:
    serializer = Reversing()
    with override_client(app_id="demo", is_production=False, serializer=serializer) as client:
        assert client.settings.serializer is serializer
        # For the functions of the SDK's.
        assert client._serializer is serializer

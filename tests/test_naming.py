from __future__ import annotations

import json
import string
import subprocess
import sys
import time
import unicodedata

import pydantic
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from platform_events.errors import InvalidEventNameError, NameRule
from platform_events.names import EVENT_NAMES, SCORING_CALCULATE
from platform_events.naming import (
    EVENT_NAME_PATTERN,
    MAX_NAME_LENGTH,
    Category,
    EventName,
    EventNameStr,
    build_event_name,
    is_event_name,
    is_known_event_name,
    parse_event_name,
    suggest_event_names,
    validate_event_name,
)
from platform_events.testing.strategies import (
    InvalidEventName,
    event_names,
    invalid_event_names,
)

WORD_CHARACTERS = string.ascii_lowercase + string.digits

categories = st.sampled_from(Category)
actions = event_names().map(lambda name: name.partition(".")[2])


def recognize(text: str) -> bool:
    """Say by hand, character by character, whether a text is a name."""
    if len(text) > 255:
        return False
    for category in ("scoring", "alerts", "sync", "social"):
        prefix = f"platform/{category}."
        if text.startswith(prefix):
            action = text[len(prefix) :]
            break
    else:
        return False
    before = "-"
    for index, character in enumerate(action):
        if character == "-":
            if before == "-":
                return False
        elif character not in WORD_CHARACTERS or (index == 0 and character in string.digits):
            return False
        before = character
    return before != "-"


def refusal(name: object) -> InvalidEventNameError:
    with pytest.raises(InvalidEventNameError) as caught:
        validate_event_name(name)
    return caught.value


class TestGrammar:
    @given(categories, actions)
    def test_parts_make_a_name_and_come_back(self, category: Category, action: str) -> None:
        action = action[: MAX_NAME_LENGTH - len(f"platform/{category}.")].rstrip("-")
        name = build_event_name(category, action)
        parsed = parse_event_name(name)
        assert (parsed.category, parsed.action, str(parsed)) == (category, action, name)
        assert parsed == EventName(category, action)
        assert validate_event_name(name) is name

    @given(event_names() | st.text(alphabet="platform/scoring.-aZ0_ é") | st.text())
    def test_agrees_with_a_recognizer_written_by_hand(self, text: str) -> None:
        assert is_event_name(text) is recognize(text)

    @given(event_names(), st.integers(0, 300), st.characters() | st.sampled_from("-./ \n"))
    def test_one_character_more_is_judged_as_by_hand(self, name: str, at: int, more: str) -> None:
        text = name[:at] + more + name[at:]
        assert is_event_name(text) is recognize(text)

    @given(event_names(), st.integers(0, 300))
    def test_one_character_less_is_judged_as_by_hand(self, name: str, at: int) -> None:
        text = name[:at] + name[at + 1 :]
        assert is_event_name(text) is recognize(text)

    @given(st.from_type(object) | st.binary() | st.none() | st.floats() | st.lists(st.text()))
    def test_anything_may_be_asked_about(self, value: object) -> None:
        assert is_event_name(value) in {True, False}
        assert is_known_event_name(value) in {True, False}

    def test_255_characters_are_the_most(self) -> None:
        longest = "platform/sync.".ljust(255, "a")
        assert is_event_name(longest)
        assert parse_event_name(longest).action == "a" * 241
        error = refusal(longest + "a")
        assert (error.rule, error.position) == (NameRule.LENGTH, MAX_NAME_LENGTH)
        assert "256 characters" in str(error)
        assert refusal(longest[:-1] + "A").rule is NameRule.CHARACTER

    def test_an_unhashable_subclass_of_str_is_no_reason_to_raise(self) -> None:
        class Text(str):
            __slots__ = ()
            __hash__ = None  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]  # as a careless class does

        assert is_event_name(Text(SCORING_CALCULATE))


class TestErrors:
    @given(invalid_event_names())
    def test_a_near_miss_is_refused_by_the_rule_that_it_breaks(
        self, wrong: InvalidEventName
    ) -> None:
        assert not is_event_name(wrong.name)
        assert not recognize(wrong.name)
        assert refusal(wrong.name).rule is wrong.rule

    @pytest.mark.parametrize(
        ("name", "rule", "position"),
        [
            (None, NameRule.TYPE, None),
            (b"platform/scoring.calculate", NameRule.TYPE, None),
            (["platform/scoring.calculate"], NameRule.TYPE, None),
            ("", NameRule.EMPTY, 0),
            ("x", NameRule.PREFIX, 0),
            ("platform", NameRule.PREFIX, 8),
            ("plat/scoring.calculate", NameRule.PREFIX, 4),
            ("Platform/scoring.calculate", NameRule.PREFIX, 0),
            (" platform/scoring.calculate", NameRule.PREFIX, 0),
            ("platform%2Fscoring.calculate", NameRule.PREFIX, 8),
            ("scoring.calculate", NameRule.PREFIX, 0),
            ("inngest/function.failed", NameRule.PREFIX, 0),
            ("platform/", NameRule.CATEGORY, 9),
            ("platform/score.calculate", NameRule.CATEGORY, 9),
            ("platform/scorings.calculate", NameRule.CATEGORY, 9),
            ("platform/Scoring.calculate", NameRule.CHARACTER, 9),
            ("platform/s\u0441oring.calculate", NameRule.CHARACTER, 10),
            ("platform//scoring.calculate", NameRule.CHARACTER, 9),
            ("platform/scoring", NameRule.SEPARATOR, 16),
            ("platform/scoring/calculate", NameRule.SEPARATOR, 16),
            ("platform/scoring\n", NameRule.SEPARATOR, 16),
            ("platform/scoring.", NameRule.ACTION, 17),
            ("platform/scoring.5k", NameRule.ACTION, 17),
            ("platform/scoring.-a", NameRule.HYPHEN, 17),
            ("platform/scoring.a-", NameRule.HYPHEN, 18),
            ("platform/scoring.a--b", NameRule.HYPHEN, 18),
            ("platform/scoring.a-b-", NameRule.HYPHEN, 20),
            ("platform/scoring.a-B", NameRule.CHARACTER, 19),
            ("platform/scoring.a_b", NameRule.CHARACTER, 18),
            ("platform/scoring.a b", NameRule.CHARACTER, 18),
            ("platform/scoring.a.b", NameRule.CHARACTER, 18),
            ("platform/scoring.a/b", NameRule.CHARACTER, 18),
            ("platform/scoring.a%2Db", NameRule.CHARACTER, 18),
            ("platform/scoring.a\n", NameRule.CHARACTER, 18),
            ("platform/scoring.a\x00", NameRule.CHARACTER, 18),
            ("platform/scoring.\ud800", NameRule.CHARACTER, 17),
            ("platform/scoring.\uff43alculate", NameRule.CHARACTER, 17),
            ("platform/scoring.c\u0430lculate", NameRule.CHARACTER, 18),
            ("platform/scoring.a\u0663", NameRule.CHARACTER, 18),
        ],
    )
    def test_the_first_broken_rule_and_its_place(
        self, name: object, rule: NameRule, position: int | None
    ) -> None:
        error = refusal(name)
        assert (error.rule, error.position, error.name) == (rule, position, name)
        assert isinstance(error, ValueError)
        assert str(error).isascii()
        assert str(error).isprintable()
        if position is not None:
            assert f"(at position {position})" in str(error)

    @given(event_names(), st.data())
    def test_a_wrong_character_is_found_where_it_stands(
        self, name: str, data: st.DataObject
    ) -> None:
        start = name.index(".") + 1
        at = data.draw(st.integers(start, len(name) - 1))
        wrong = data.draw(st.characters().filter(lambda c: c not in WORD_CHARACTERS + "-"))
        error = refusal(name[:at] + wrong + name[at + 1 :])
        # A hyphen that loses the word behind it is found where it stands, just before.
        assert error.position in {at, at - 1}
        assert error.rule in {NameRule.CHARACTER, NameRule.HYPHEN}

    @given(st.text(max_size=300))
    @example("platform/scoring.a" + "\udfff" * 40)
    def test_whatever_is_refused_is_explained(self, text: str) -> None:
        if not recognize(text):
            error = refusal(text)
            assert error.position is not None
            assert 0 <= error.position <= len(text)
            assert str(error).isascii()
            assert len(str(error)) < 1_500

    def test_says_what_is_wrong_in_one_sentence(self) -> None:
        assert str(refusal("platform/scoring.Calculate")) == (
            "'platform/scoring.Calculate' is not an event name: 'C' is not a lower-case ASCII "
            "letter, a digit or a hyphen (at position 17). Did you mean "
            "'platform/scoring.calculate' or 'platform/scoring.calculated'?"
        )
        assert str(refusal(7)) == "a value of type int is not an event name: it must be a str."
        assert str(refusal("nope")) == (
            "'nope' is not an event name: it must begin with 'platform/', and has 'n' there "
            "(at position 0)."
        )
        assert str(refusal("platform/sync/a")).startswith(
            "'platform/sync/a' is not an event name: a dot must follow the category, and there "
            "is '/' (at position 13)."
        )
        assert "a category is lower-case letters, and there is 'S' (at" in str(
            refusal("platform/Sync.a")
        )
        assert "its category must be one of scoring, alerts, sync, social (at" in str(
            refusal("platform/x.a")
        )
        assert "a dot and an action must follow the category (at" in str(refusal("platform/sync"))
        assert "an action must follow the dot (at" in str(refusal("platform/sync."))
        assert "an action begins with a letter (at" in str(refusal("platform/sync.1"))
        assert "an action does not begin with a hyphen (at" in str(refusal("platform/sync.-a"))
        assert "words are joined by single hyphens (at" in str(refusal("platform/sync.a-"))
        assert "it is empty (at position 0)" in str(refusal(""))
        assert "it must begin with 'platform/' (at position 8)" in str(refusal("platform"))

    def test_look_alikes_and_invisible_characters_are_told_by_name(self) -> None:
        assert "U+0430 (CYRILLIC SMALL LETTER A)" in str(refusal("platform/scoring.\u0430bc"))
        assert "U+0020 (SPACE)" in str(refusal("platform/scoring.a b"))
        assert "U+0007 (no printable character)" in str(refusal("platform/scoring.a\x07"))

    def test_parts_are_checked_as_names_are(self) -> None:
        with pytest.raises(InvalidEventNameError, match="category must be one of"):
            build_event_name("payments", "failed")
        with pytest.raises(InvalidEventNameError, match="single hyphens"):
            EventName(Category.SYNC, "a--b")
        with pytest.raises(InvalidEventNameError, match="U\\+000A"):
            build_event_name(Category.SYNC, "a\n")

    @pytest.mark.parametrize(
        "text",
        [
            "a" * 10_000_000,
            "platform/scoring." + "a" * 10_000_000,
            "platform/scoring." + "a-" * 5_000_000,
            "platform/" + "-" * 10_000_000,
            "\ud800" * 10_000_000,
        ],
        ids=["letters", "action", "hyphens", "category", "surrogates"],
    )
    def test_ten_megabytes_are_refused_at_once(self, text: str) -> None:
        began = time.process_time()
        assert not is_event_name(text)
        assert not is_known_event_name(text)
        assert len(str(refusal(text))) < 1_000
        assert suggest_event_names(text) == [] or len(text) > 255
        # Linear work on it takes milliseconds; quadratic work would take hours.
        assert time.process_time() - began < 2


class TestEventName:
    def test_cannot_be_changed(self) -> None:
        name = parse_event_name(SCORING_CALCULATE)
        with pytest.raises(AttributeError):
            name.action = "guess"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]  # what must not be possible

    def test_is_hashable_and_comparable(self) -> None:
        assert {parse_event_name(SCORING_CALCULATE)} == {EventName(Category.SCORING, "calculate")}

    def test_a_plain_category_becomes_one(self) -> None:
        parsed = EventName("sync", "integration-failed")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]  # for those without a checker
        assert parsed.category is Category.SYNC


class TestKnownNames:
    def test_well_formed_and_known_are_two_questions(self) -> None:
        assert is_event_name("platform/scoring.guess")
        assert not is_known_event_name("platform/scoring.guess")
        assert all(map(is_event_name, EVENT_NAMES))
        assert all(map(is_known_event_name, EVENT_NAMES))

    def test_every_category_has_events_and_a_description(self) -> None:
        used = {parse_event_name(name).category for name in EVENT_NAMES}
        assert used == set(Category)
        assert len({category.description for category in Category}) == len(Category)
        assert all(len(category.description) > 20 for category in Category)
        assert "wearables" in Category.SYNC.description


class TestSuggestions:
    @pytest.mark.parametrize("name", sorted(EVENT_NAMES))
    def test_a_known_name_is_nearest_to_itself_however_it_is_disguised(self, name: str) -> None:
        disguises = [
            name,
            name.upper(),
            f"  {name}\n",
            name.replace("-", "_"),
            name.replace("-", " "),
            name.replace("/", "%2F"),
            name.removeprefix("platform/"),
            "".join(chr(ord(c) + 0xFEE0) if c.isalpha() else c for c in name),
        ]
        assert unicodedata.normalize("NFKC", disguises[-1]) == name
        assert {suggest_event_names(disguise)[0] for disguise in disguises} == {name}

    @pytest.mark.parametrize("name", sorted(EVENT_NAMES))
    def test_a_typing_mistake_leads_back(self, name: str) -> None:
        assert name in suggest_event_names(name[:-2] + name[-1] + name[-2])
        assert name in suggest_event_names(name[:12] + name[13:])

    def test_an_action_alone_is_enough(self) -> None:
        assert suggest_event_names("calculate")[0] == "platform/scoring.calculate"

    def test_there_are_no_more_than_asked_for(self) -> None:
        assert len(suggest_event_names("platform/sync.integration", limit=1)) == 1
        assert len(suggest_event_names("platform/sync.integration")) == 3
        assert len(suggest_event_names("platform/sync.integration", limit=9)) == 4

    @pytest.mark.parametrize("name", ["", "completely different", None, 7, "platform/"])
    def test_nothing_is_suggested_where_nothing_is_near(self, name: object) -> None:
        assert suggest_event_names(name) == []

    @given(st.text() | st.binary())
    def test_suggestions_are_known_names(self, name: object) -> None:
        assert EVENT_NAMES.issuperset(suggest_event_names(name))


class TestPydanticField:
    def subscription(self) -> type[pydantic.BaseModel]:
        class Subscription(pydantic.BaseModel):
            event: EventNameStr

        return Subscription

    @given(event_names())
    def test_takes_names(self, name: str) -> None:
        assert self.subscription().model_validate({"event": name}).model_dump() == {"event": name}

    @pytest.mark.parametrize("name", ["platform/scoring.Calculate", "", 7, None])
    def test_refuses_what_is_none(self, name: object) -> None:
        with pytest.raises(pydantic.ValidationError):
            self.subscription().model_validate({"event": name})

    def test_explains_itself_in_the_schema(self) -> None:
        field = self.subscription().model_json_schema()["properties"]["event"]
        assert field["type"] == "string"
        assert field["maxLength"] == MAX_NAME_LENGTH
        assert field["pattern"] == f"^{EVENT_NAME_PATTERN}$"


@pytest.mark.parametrize("module", ["naming", "names"])
def test_needs_the_standard_library_alone(module: str) -> None:
    script = (
        "import json, sys\n"
        f"import platform_events.{module}\n"
        "print(json.dumps(sorted(m.partition('.')[0] for m in sys.modules)))"
    )
    loaded = set(json.loads(subprocess.check_output([sys.executable, "-c", script])))
    assert not loaded & {"pydantic", "pydantic_core", "inngest", "httpx", "typing_extensions"}

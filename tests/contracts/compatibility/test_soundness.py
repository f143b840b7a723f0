"""Whenever the engine says compatible, no value that may be sent is refused by who reads it."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from platform_events.contracts.compatibility import Role, compare_schemas
from platform_events.contracts.compatibility._documents import Document
from platform_events.contracts.compatibility._impact import EVERYBODY, ImpactAnalyzer

from .schemas import KINDS, Node, Values, consumer, documents, pairs, producer

TRIES = 15


def broken(old: Node, new: Node) -> set[Role]:
    return {role for finding in compare_schemas(old, new) for role in finding.breaks}


def counterexamples(sender: Node, reader: Node, seed: int, *, is_deployed: bool) -> list[Any]:
    """Values that the sender's producers send, and the reader's consumers refuse.

    What the consumers of the sender's own release refuse does not count, for no change broke it:
    where members of a ``oneOf`` overlap as soon as fields that nobody knows are taken, say.
    """
    made = [
        Values(source, random.Random(seed + i)).make()
        for i in range(TRIES)
        for source in (sender, reader)
    ]
    may_send = Draft202012Validator(
        producer(sender, is_deployed=is_deployed, known_kinds=set(KINDS))
    )
    own, other = Draft202012Validator(consumer(sender)), Draft202012Validator(consumer(reader))
    try:
        return [
            value
            for value in made
            if may_send.is_valid(value) and own.is_valid(value) and not other.is_valid(value)
        ]
    except RecursionError:  # a definition that is nothing but itself
        return []


def nested(document: Node, keyword: str) -> Node:
    """The document, or arrays of it however deep."""
    if not keyword:
        return document
    definitions = document.get("$defs", {})
    inner = {key: part for key, part in document.items() if key != "$defs"}
    deeper = {"type": "array", "items": {"$ref": "#/$defs/Again"}}
    again = {keyword: [inner, deeper]}
    return {"$ref": "#/$defs/Again", "$defs": {**definitions, "Again": again}}


deepened = st.sampled_from(["", "", "anyOf", "oneOf"])
# Shrinking takes minutes: what is found is shown as it is.
thorough = settings(
    max_examples=40,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@thorough
@given(pairs(), st.integers(0, 2**32), deepened)
def test_what_deployed_producers_send_is_read_by_new_consumers(
    pair: tuple[Node, Node], seed: int, keyword: str
) -> None:
    old, new = (nested(document, keyword) for document in pair)
    if Role.PRODUCERS not in broken(old, new):
        assert counterexamples(old, new, seed, is_deployed=True) == []


@thorough
@given(pairs(), st.integers(0, 2**32), deepened)
def test_what_new_producers_send_is_read_by_deployed_consumers(
    pair: tuple[Node, Node], seed: int, keyword: str
) -> None:
    old, new = (nested(document, keyword) for document in pair)
    if Role.CONSUMERS not in broken(old, new):
        assert counterexamples(new, old, seed, is_deployed=False) == []


@thorough
@given(pairs(), deepened)
def test_whoever_is_broken_is_told_why(pair: tuple[Node, Node], keyword: str) -> None:
    """Wherever it is that the reason lies."""
    old, new = (nested(document, keyword) for document in pair)
    judge = ImpactAnalyzer(Document(old), Document(new))
    assert broken(old, new) >= judge.broken(EVERYBODY, old, new)


@thorough
@given(documents())
def test_what_has_not_changed_is_compatible(document: Node) -> None:
    assert compare_schemas(document, document) == ()

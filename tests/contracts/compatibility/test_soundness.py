"""Whenever the engine says compatible, no value that may be sent is refused by who reads it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from platform_events.contracts.compatibility import Role, compare_schemas

from .schemas import KINDS, Node, Values, consumer, documents, pairs, producer

TRIES = 40


def broken(old: Node, new: Node) -> set[Role]:
    return {role for finding in compare_schemas(old, new) for role in finding.breaks}


def counterexamples(sent: Node, read: Node, seed: int, sources: Sequence[Node]) -> list[Any]:
    """Values that are valid for the one, and refused by the other."""
    made = [
        Values(source, random.Random(seed + i)).make() for i in range(TRIES) for source in sources
    ]
    may_send, may_read = Draft202012Validator(sent), Draft202012Validator(read)
    try:
        return [
            value for value in made if may_send.is_valid(value) and not may_read.is_valid(value)
        ]
    except RecursionError:  # a definition that is nothing but itself
        return []


thorough = settings(
    max_examples=400, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@thorough
@given(pairs(), st.integers(0, 2**32))
def test_what_deployed_producers_send_is_read_by_new_consumers(
    pair: tuple[Node, Node], seed: int
) -> None:
    old, new = pair
    if Role.PRODUCERS not in broken(old, new):
        sent = producer(old, is_deployed=True, known_kinds=set(KINDS))
        assert counterexamples(sent, consumer(new), seed, [old, new]) == []


@thorough
@given(pairs(), st.integers(0, 2**32))
def test_what_new_producers_send_is_read_by_deployed_consumers(
    pair: tuple[Node, Node], seed: int
) -> None:
    old, new = pair
    if Role.CONSUMERS not in broken(old, new):
        sent = producer(new, is_deployed=False, known_kinds=set(KINDS))
        assert counterexamples(sent, consumer(old), seed, [old, new]) == []


@thorough
@given(documents())
def test_what_has_not_changed_is_compatible(document: Node) -> None:
    assert compare_schemas(document, document) == ()

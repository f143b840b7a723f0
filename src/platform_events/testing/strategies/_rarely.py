"""Makes what takes its time now and then."""

from __future__ import annotations

from typing import Final, TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

T = TypeVar("T")

_MANY: Final = 32


def rarely(rare: SearchStrategy[T], otherwise: SearchStrategy[T]) -> SearchStrategy[T]:
    """Make something long once in 32 times."""
    return st.integers(1, _MANY).flatmap(lambda number: rare if number == _MANY else otherwise)

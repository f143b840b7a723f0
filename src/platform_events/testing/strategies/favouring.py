"""Makes what takes its time now and then."""

from __future__ import annotations

from typing import Final, TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

T = TypeVar("T")

_MANY: Final = 32


def seldom(rare: SearchStrategy[T], otherwise: SearchStrategy[T]) -> SearchStrategy[T]:
    """Make something long once in 32 times.

    Args:
        rare: Makes it.
        otherwise: Makes something else, mostly.

    Returns:
        The strategy; it shrinks to what ``otherwise`` makes.
    """
    return st.integers(1, _MANY).flatmap(lambda number: rare if number == _MANY else otherwise)

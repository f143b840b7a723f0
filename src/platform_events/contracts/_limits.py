"""The one way to say a limit, on the page, in the command and in reports."""

from __future__ import annotations


def at_least(value: float, *, is_exclusive: bool = False) -> str:
    return f"{'more than' if is_exclusive else 'at least'} {number(value)}"


def at_most(value: float, *, is_exclusive: bool = False) -> str:
    return f"{'less than' if is_exclusive else 'at most'} {number(value)}"


def between(low: str, high: str, least: float | None, most: float | None) -> str:
    """Say a range: both limits if they are themselves inside, else what there is of them."""
    if least is None or most is None:
        return ", ".join(filter(None, [low, high]))
    return number(least) if least == most else f"{number(least)} to {number(most)}"


def counted(value: float, noun: str) -> str:
    """Say how many of something there are."""
    return f"{number(value)} {noun.removesuffix('s') if value == 1 else noun}"


def number(value: float) -> str:
    """Write a number as people do."""
    is_whole = isinstance(value, int) or value.is_integer()
    return f"{int(value):,}" if is_whole else f"{value:,}"

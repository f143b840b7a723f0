"""The one way to say a limit, on the page, in the command and in reports."""

from __future__ import annotations


def at_least(value: float, *, is_exclusive: bool = False) -> str:
    """Say a lower limit.

    Example:
        >>> from platform_events.contracts._limits import at_least
        >>> at_least(1000), at_least(0, is_exclusive=True)
        ('at least 1,000', 'more than 0')
    """
    return f"{'more than' if is_exclusive else 'at least'} {number(value)}"


def at_most(value: float, *, is_exclusive: bool = False) -> str:
    """Say an upper limit."""
    return f"{'less than' if is_exclusive else 'at most'} {number(value)}"


def between(low: str, high: str, least: float | None, most: float | None) -> str:
    """Say a range: both limits if they are themselves inside, else what there is of them.

    Example:
        >>> from platform_events.contracts._limits import between
        >>> between("at least 0", "at most 9", 0, 9), between("more than 0", "", None, None)
        ('0 to 9', 'more than 0')
    """
    if least is None or most is None:
        return ", ".join(filter(None, [low, high]))
    return number(least) if least == most else f"{number(least)} to {number(most)}"


def counted(value: float, noun: str) -> str:
    """Say how many of something there are.

    Example:
        >>> from platform_events.contracts._limits import counted
        >>> counted(1, "items"), counted(2000, "items")
        ('1 item', '2,000 items')
    """
    return f"{number(value)} {noun.removesuffix('s') if value == 1 else noun}"


def number(value: float) -> str:
    """Write a number as people do.

    Example:
        >>> from platform_events.contracts._limits import number
        >>> number(10000.0), number(0.5)
        ('10,000', '0.5')
    """
    is_whole = isinstance(value, int) or value.is_integer()
    return f"{int(value):,}" if is_whole else f"{value:,}"

"""Keeps what a local variable holds out of what error reporters show of it."""

from typing import Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)


class Hidden(Generic[T_co]):
    """A value that shows nothing in its repr."""

    __slots__ = ("value",)

    def __init__(self, value: T_co) -> None:
        self.value = value

    def __repr__(self) -> str:
        return "..."

"""Keeps the values of events, and keys, out of what error reporters show of local variables."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from typing import Generic, ParamSpec, TypeVar

from typing_extensions import override

from ..errors import PlatformEventsError

P = ParamSpec("P")
R = TypeVar("R")
T_co = TypeVar("T_co", covariant=True)


class Hidden(Generic[T_co]):
    """A value that shows nothing in its repr."""

    __slots__ = ("value",)

    def __init__(self, value: T_co) -> None:
        self.value: T_co = value

    def __repr__(self) -> str:
        return "..."


class HiddenMapping(Mapping[str, T_co]):
    """A mapping that shows nothing in its repr, such as an environment."""

    __slots__ = ("_mapping",)

    def __init__(self, mapping: Mapping[str, T_co]) -> None:
        self._mapping = mapping

    @override
    def __getitem__(self, key: str) -> T_co:
        return self._mapping[key]

    @override
    def __iter__(self) -> Iterator[str]:
        return iter(self._mapping)

    @override
    def __len__(self) -> int:
        return len(self._mapping)

    @override
    def __repr__(self) -> str:
        return "..."


def hide_locals(function: Callable[P, R]) -> Callable[P, R]:
    """Let the package's errors leave a function without its frames, whose locals hold values."""

    @functools.wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
        __tracebackhide__ = True
        try:
            return function(*args, **kwargs)
        except (PlatformEventsError, TypeError, Warning) as error:
            if not _is_raised_here(error):
                raise
            raised = error.with_traceback(None)
        del args, kwargs
        raise raised

    return wrapper


def _is_raised_here(error: BaseException) -> bool:
    """Whether the package raised it, and not what a service adds to an event."""
    last = error.__traceback__
    while last and last.tb_next:
        last = last.tb_next
    module = str(last.tb_frame.f_globals.get("__name__")) if last else ""
    return module.startswith(f"{__name__.partition('.')[0]}.")

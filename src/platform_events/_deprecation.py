"""Tells of what is deprecated: once in a process, at the line that uses it.

An event class is marked with ``typing_extensions.deprecated`` (PEP 702), by which type checkers
report it. Its name has a constant in :mod:`platform_events.names`, which PEP 702 cannot mark, and
which warns when it is first read.

This module needs the standard library alone.
"""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Mapping
from typing import Final
from weakref import WeakSet

_PACKAGE: Final = __name__.partition(".")[0]

_told: Final[WeakSet[type]] = WeakSet()


def warn_deprecated_once(cls: type, *, is_constructed: bool = False) -> None:
    """Warn of a class that is marked as deprecated, unless this process has been told of it."""
    if cls in _told:
        return
    _told.add(cls)
    has_warned = False
    # The decorator has put a __new__ there that warns each time, when data is read and when a
    # pickle is loaded, too; with category=None it has not.
    if hasattr(cls.__new__, "__deprecated__"):
        type.__setattr__(cls, "__new__", _quiet(cls.__new__))
        has_warned = is_constructed
    if not has_warned:
        _warn(vars(cls)["__deprecated__"])


def lazy_constants(
    module: dict[str, object], constants: Mapping[str, tuple[str, str]]
) -> Callable[[str], str]:
    """Make the ``__getattr__`` of a module that has deprecated constants."""

    def __getattr__(name: str) -> str:  # noqa: N807  # it is a module's
        if name not in constants:
            raise AttributeError(f"module {module['__name__']!r} has no attribute {name!r}")
        value, reason = constants[name]
        module[name] = value
        _warn(f"{name} is deprecated: {reason}")
        return value

    return __getattr__


def _quiet(warning_new: Callable[..., object]) -> Callable[..., object]:
    """Undo what the decorator did to ``__new__``."""
    original: Callable[..., object] = vars(warning_new)["__wrapped__"]
    # A class that once had a __new__ of its own needs one that takes what __init__ takes.
    return _new if original == object.__new__ else original


def _new(cls: type[object], /, **_: object) -> object:
    return object.__new__(cls)


def _warn(message: str) -> None:
    frame, level = inspect.currentframe(), 1
    # As `skip_file_prefixes` does in Python 3.12 and later.
    while frame and frame.f_globals["__name__"].partition(".")[0] == _PACKAGE:
        frame, level = frame.f_back, level + 1
    warnings.warn(message, DeprecationWarning, stacklevel=level)

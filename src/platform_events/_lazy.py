"""Packages whose public names load their modules when they are first used."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module


def lazy_exports(
    package: str, homes: Mapping[str, str], extra: str
) -> tuple[list[str], Callable[[str], object], Callable[[], list[str]]]:
    """Make the ``__all__``, ``__getattr__`` and ``__dir__`` of a package that needs an extra."""

    def __getattr__(name: str) -> object:  # noqa: N807  # it is a package's
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        try:
            module = import_module(homes[name], package)
        except ModuleNotFoundError as error:
            if (error.name or "").startswith("platform_events"):
                raise
            raise ModuleNotFoundError(
                f'{error.name} is missing: pip install "platform-events[{extra}]"', name=error.name
            ) from error
        value = getattr(module, name)
        setattr(sys.modules[package], name, value)
        return value

    def __dir__() -> list[str]:  # noqa: N807  # as above
        return sorted({*vars(sys.modules[package]), *homes})

    return list(homes), __getattr__, __dir__

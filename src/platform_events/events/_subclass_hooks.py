"""Tells who asks for it of every payload class that is made.

It loads nothing, so that a plugin can ask before the first class exists, and without loading it.
"""

from collections.abc import Callable
from typing import Final, TypeAlias

Watcher: TypeAlias = Callable[[type], None]
"""Is told a class whose fields are known and allowed."""

subclass_hooks: Final[list[Watcher]] = []
"""Those who are told."""

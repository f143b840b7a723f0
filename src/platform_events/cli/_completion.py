"""What the shell completes."""

from __future__ import annotations

from ..catalog import EVENT_TYPES


def complete_name(incomplete: str) -> list[str]:
    """Complete the name of an event.

    Args:
        incomplete: What has been typed.

    Returns:
        The names that begin like it.
    """
    return [cls.event_name for cls in EVENT_TYPES if cls.event_name.startswith(incomplete)]

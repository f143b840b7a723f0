"""What the shell completes."""

from __future__ import annotations

from ._modules import event_types


def complete_name(incomplete: str) -> list[str]:
    """Complete the name of an event.

    Args:
        incomplete: What has been typed.

    Returns:
        The names that begin like it.
    """
    return [cls.event_name for cls in event_types() if cls.event_name.startswith(incomplete)]

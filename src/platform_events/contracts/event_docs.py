"""What the docstring of an event says: what happened, who sends it and who handles it.

A docstring begins with one sentence in a paragraph of its own. Of the sentences that follow, one
begins with "Sent by" and one with "Handled by"; the others are notes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_SENT: Final = "Sent by "
_HANDLED: Final = "Handled by "
_BETWEEN_SENTENCES: Final = re.compile(r"(?<=[.!?])\s+(?=[A-Z`])")


@dataclass(frozen=True, slots=True)
class EventDoc:
    """A docstring in its parts.

    Attributes:
        summary: What happened, or what is asked for.
        sent_by: Who sends it and when, as a phrase; empty if nothing is said of it.
        handled_by: Who handles it and for what, as a phrase; empty if nothing is said of it.
        notes: What else there is to know; often empty.
    """

    summary: str
    sent_by: str
    handled_by: str
    notes: str


def event_doc(description: str) -> EventDoc:
    r"""Read a docstring.

    Args:
        description: The docstring of an event, or the description in its JSON Schema.

    Returns:
        Its parts, in which no line is wrapped.

    Example:
        >>> from platform_events.contracts.event_docs import event_doc
        >>> event_doc("A bell rang.\n\nSent by towers. Handled by ears. It is loud.")
        EventDoc(summary='A bell rang.', sent_by='towers', handled_by='ears', notes='It is loud.')
    """
    summary, _, rest = description.strip().partition("\n\n")
    parts = {_SENT: "", _HANDLED: ""}
    notes: list[str] = []
    for sentence in _BETWEEN_SENTENCES.split(" ".join(rest.split())):
        role = next((role for role in parts if sentence.startswith(role)), None)
        if role is None:
            notes.append(sentence)
        else:
            parts[role] = sentence.removeprefix(role).rstrip(".")
    return EventDoc(" ".join(summary.split()), parts[_SENT], parts[_HANDLED], " ".join(notes))

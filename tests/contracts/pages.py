"""Documents for the catalogue page: those of the catalogue, and what it does not hold."""

from __future__ import annotations

from typing import Final

from platform_events import EVENT_TYPES, ScoringCalculate
from platform_events.contracts.json_schema import event_schema
from platform_events.contracts.schema_tree import JsonSchema

ATTACKS: Final = (
    "<script>hacked()</script>",
    '"><img src=x onerror=hacked()>',
    "' onfocus=hacked() autofocus='",
    "</style><script>hacked()</script>",
    "<!-- javascript:hacked()",
    "`<b>code</b>` *<i>words</i>*",
)


def catalogue() -> list[JsonSchema]:
    return [event_schema(kind) for kind in EVENT_TYPES]


def deprecated() -> JsonSchema:
    """An event that is replaced by another, with a field that is, too."""
    document = event_schema(ScoringCalculate)
    fields: JsonSchema = {
        "old": {
            "type": "boolean", "default": False, "deprecated": True,
            "x-deprecated-message": "Use `score`.",
        }
    }  # fmt: skip
    return {
        **document,
        "title": "ScoringGuess",
        "x-event-name": "platform/scoring.guess",
        "description": "Guess a score.",
        "deprecated": True,
        "x-deprecated-message": "Use `ScoringCalculate`.",
        "properties": fields,
        "required": [],
        "examples": [{"old": True}],
    }


def hostile() -> JsonSchema:
    """An event in which every text tries to become a tag."""
    attack = " ".join(ATTACKS)
    fields: JsonSchema = {
        attack: {
            "type": "string", "description": attack, "pattern": attack, "default": attack,
            "x-unit": attack, "deprecated": True, "x-deprecated-message": attack,
        },
        "choice": {"enum": list(ATTACKS)},
        "constant": {"const": attack},
        "inside": {"$ref": "#/$defs/Inside"},
    }  # fmt: skip
    inside: JsonSchema = {
        "title": "Inside", "type": "object", "description": f"{attack}\n\n{attack}",
        "properties": {attack: {"type": "boolean", "description": attack}},
    }  # fmt: skip
    return {
        "title": "Hostile",
        "x-event-name": "platform/scoring.hostile",
        "description": f"{attack}\n\nSent by {attack}. Handled by {attack}. {attack}",
        "deprecated": True,
        "x-deprecated-message": attack,
        "properties": fields,
        "required": [attack],
        "examples": [{attack: attack, "choice": attack, "inside": {attack: True}}],
        "$defs": {"Inside": inside},
    }

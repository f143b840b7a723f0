"""The adapters by the names of their providers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple, TypeAlias

from platform_events import Event

from . import apple_health, garmin, google_health, oura, polar, strava, whoop, withings
from .records import Account

EventsOf: TypeAlias = Callable[[object, Account], list[Event]]
"""Makes events of a payload."""


class Adapter(NamedTuple):
    """What there is for a provider.

    Attributes:
        events_of: Makes events of a payload.
        fields: Where each field of the provider goes.
        left_out: What no event holds, and why.
    """

    events_of: EventsOf
    fields: Mapping[str, str]
    left_out: Mapping[str, str]


ADAPTERS: Final[Mapping[str, Adapter]] = {
    "apple-health": Adapter(apple_health.events_of, apple_health.FIELDS, apple_health.LEFT_OUT),
    "garmin": Adapter(garmin.events_of, garmin.FIELDS, garmin.LEFT_OUT),
    "google-health": Adapter(google_health.events_of, google_health.FIELDS, google_health.LEFT_OUT),
    "oura": Adapter(oura.events_of, oura.FIELDS, oura.LEFT_OUT),
    "polar": Adapter(polar.events_of, polar.FIELDS, polar.LEFT_OUT),
    "strava": Adapter(strava.events_of, strava.FIELDS, strava.LEFT_OUT),
    "whoop": Adapter(whoop.events_of, whoop.FIELDS, whoop.LEFT_OUT),
    "withings": Adapter(withings.events_of, withings.FIELDS, withings.LEFT_OUT),
}
"""Every adapter."""


def tables() -> str:
    """Write down where every field goes: what ``docs/guide/providers.md`` shows.

    Returns:
        Markdown, one section a provider.
    """
    return "\n".join(
        "\n".join(
            [
                f"## {name}",
                "",
                "| field | goes to |",
                "|---|---|",
                *(f"| `{field}` | `{place}` |" for field, place in adapter.fields.items()),
                "",
                "| left out | why |",
                "|---|---|",
                *(f"| {field} | {reason} |" for field, reason in adapter.left_out.items()),
                "",
            ]
        )
        for name, adapter in ADAPTERS.items()
    )


if __name__ == "__main__":
    print(tables())

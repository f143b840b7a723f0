"""Names that no event has. mypy refuses all of them with platform_events.plugins.mypy.

Checked by tools/check_types.py with every checker; never run.
"""

from platform_events import PlatformEvent, ScoringCalculate, parse_event, send_event


def drops(data: dict[str, object], name: str) -> None:
    parse_event("platform/scoring.calculatd", data)  # pyright: ignore[reportDeprecated]
    event = parse_event("platform/scoring.calcluate", data)  # pyright: ignore[reportDeprecated]
    del event
    parse_event(name, data)


def reads(data: dict[str, object]) -> PlatformEvent:
    member_id = parse_event("platform/scoring.calculat", data).member_id  # pyright: ignore[reportDeprecated, reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
    send_event(parse_event("scoring.calculate", data), id=member_id)  # pyright: ignore[reportDeprecated, reportArgumentType, reportUnknownArgumentType]
    handles(parse_event("platform/scoring.calculate ", data))  # pyright: ignore[reportDeprecated, reportArgumentType]
    return parse_event("platform/scoring/calculate", data)  # pyright: ignore[reportDeprecated, reportReturnType]


def handles(event: PlatformEvent) -> ScoringCalculate:
    return parse_event("Platform/scoring.calculate", event.to_data())  # pyright: ignore[reportDeprecated, reportReturnType]

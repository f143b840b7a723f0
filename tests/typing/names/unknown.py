"""Names that no event has. mypy refuses all of them with platform_events.mypy_plugin.

Checked by tools/check_types.py with every checker; never run.
"""

from platform_events import PlatformEvent, ScoringCalculate, parse_event, send_event


def reads(data: dict[str, object]) -> PlatformEvent:
    member_id = parse_event("platform/scoring.calculat", data).member_id  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
    send_event(parse_event("scoring.calculate", data), id=member_id)  # pyright: ignore[reportArgumentType, reportUnknownArgumentType]
    handles(parse_event("platform/scoring.calculate ", data))  # pyright: ignore[reportArgumentType]
    return parse_event("platform/scoring/calculate", data)  # pyright: ignore[reportReturnType]


def handles(event: PlatformEvent) -> ScoringCalculate:
    return parse_event("Platform/scoring.calculate", event.to_data())  # pyright: ignore[reportReturnType]

"""Events as the bodies of requests, and as fields of other models: JSON is read as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

import fastapi
import httpx
import pytest
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from platform_events import (
    DistanceResult,
    Event,
    HeartRate,
    InvalidEventError,
    MemberFollowed,
    MemberUnfollowed,
    Payload,
    TimeResult,
    WearableDataReceived,
)
from platform_events.catalog import Measurement
from platform_events.events.fields import Timestamp
from tests.support.hosting import host_asgi

NOW = datetime(2026, 11, 23, 18, 30, tzinfo=UTC)
FOLLOWED = MemberFollowed(follower_id="mem_1", followee_id="mem_2", followed_at=NOW)
WEARABLE = WearableDataReceived(
    member_id="mem_1",
    provider="oura",
    measurements=(HeartRate(measured_at=NOW, heart_rate_bpm=60.0),),
    received_at=NOW,
)


class Job(BaseModel):
    event: MemberFollowed | MemberUnfollowed
    cause: MemberFollowed | None = None


class Recorded(Payload):
    """A payload of a service's own, which is no event."""

    at: Timestamp
    measurement: HeartRate | None = None


class Batch(BaseModel):
    result: Annotated[DistanceResult | TimeResult, Field(discriminator="kind")]
    measurements: list[Measurement] = []


app = fastapi.FastAPI()


@app.post("/followed")
def followed(event: MemberFollowed) -> str:
    return event.followee_id


@app.post("/wearable")
def wearable(event: WearableDataReceived) -> dict[str, Any]:
    assert event == WEARABLE
    return event.to_data()


@app.post("/job")
def job(job: Job, text: str = "") -> str:
    return type(job.event).__name__


@app.post("/recorded")
def recorded(body: Recorded) -> str:
    return body.at.isoformat()


@app.post("/batch")
def batch(batch: Batch) -> list[str]:
    return [type(one).__name__ for one in (batch.result, *batch.measurements)]


@app.post("/several", response_model_exclude_none=True)
def several(events: list[MemberFollowed]) -> list[MemberFollowed]:
    return events


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with host_asgi(app) as port, httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        yield client


@pytest.mark.parametrize(
    ("path", "body", "answer"),
    [
        ("/followed", FOLLOWED.to_data(), "mem_2"),
        ("/wearable", WEARABLE.to_data(), WEARABLE.to_data()),
        ("/job", {"event": FOLLOWED.to_data()}, "MemberFollowed"),
        ("/several", [FOLLOWED.to_data()], [FOLLOWED.to_data()]),
        ("/recorded", {"at": "2026-11-23T18:30:00Z"}, "2026-11-23T18:30:00+00:00"),
        (
            "/batch",
            {
                "result": {"kind": "distance", "distance_m": 5},
                "measurements": WEARABLE.to_data()["measurements"],
            },
            ["DistanceResult", "HeartRate"],
        ),
    ],
)
def test_an_event_is_a_body(client: httpx.Client, path: str, body: Any, answer: Any) -> None:
    assert client.post(path, json=body).json() == answer


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"followee_id": 5}, "string_type"),
        ({"followed_at": "2026-11-23T18:30:00"}, "timezone_aware"),
        ({"followed_at": 5}, "datetime_type"),
        ({"added_later": 1}, "extra_forbidden"),
    ],
)
def test_a_body_is_checked_as_a_producer_is(
    client: httpx.Client, change: dict[str, Any], rule: str
) -> None:
    answer = client.post("/followed", json={**FOLLOWED.to_data(), **change})
    [problem] = answer.json()["detail"]
    assert answer.status_code == 422
    assert (problem["loc"], problem["type"]) == (["body", *change], rule)


def test_a_body_of_another_form_is_refused(client: httpx.Client) -> None:
    assert client.post("/followed", json=[]).status_code == 422
    assert client.post("/followed", content=b"nonsense").status_code == 422


def test_the_schema_of_an_api_describes_the_event(client: httpx.Client) -> None:
    schemas = client.get("/openapi.json").json()["components"]["schemas"]
    assert schemas["MemberFollowed"]["required"] == ["follower_id", "followee_id", "followed_at"]


def test_events_are_fields_of_other_models() -> None:
    assert Job(event=FOLLOWED).event is FOLLOWED
    assert Job.model_validate_json(Job(event=FOLLOWED).model_dump_json()).event == FOLLOWED
    assert Job.model_validate({"event": FOLLOWED.to_data()}).event == FOLLOWED
    with pytest.raises(ValidationError, match="event"):
        Job.model_validate({"event": {"follower_id": object()}})


def test_parts_of_a_payload_stay_as_strict_as_the_whole() -> None:
    """Whether or not JSON was read of them before."""
    body = {"measured_at": NOW.isoformat(), "heart_rate_bpm": 60.0}
    assert TypeAdapter(list[HeartRate]).validate_python([body])[0].heart_rate_bpm == 60
    with pytest.raises(InvalidEventError, match=r"measurement\.measured_at"):
        Recorded(at=NOW, measurement=body)  # type: ignore[arg-type]  # a mistake  # pyright: ignore[reportArgumentType]
    with pytest.raises(InvalidEventError, match="at: "):
        Recorded(at="2026-11-23T18:30:00Z")  # type: ignore[arg-type]  # a mistake  # pyright: ignore[reportArgumentType]


def test_the_class_itself_stays_strict() -> None:
    with pytest.raises(ValidationError, match="followed_at"):
        MemberFollowed.model_validate(FOLLOWED.to_data())
    adapter = TypeAdapter[Event](MemberFollowed)
    assert adapter.validate_python(FOLLOWED) is FOLLOWED

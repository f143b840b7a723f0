from __future__ import annotations

import pytest

from platform_events.testing._local.go_json import Json
from platform_events.testing._local.registration import RegistrationError, check

URL = "http://127.0.0.1:9"


def test_a_registration_that_succeeded() -> None:
    check(URL, 200, True)


@pytest.mark.parametrize(
    ("status", "answer", "shown"),
    [
        (0, "ConnectError", (0, "ConnectError")),
        (200, {"error": "bad", "data": None, "status": 400}, (400, "bad")),
        (400, {"code": "server_kind_mismatch", "message": "no"}, (400, "no")),
        (502, None, (502, "it gave no reason")),
        (
            200,
            {"message": "Successfully registered"},
            (200, "it registered at another server (Successfully registered)"),
        ),
    ],
)
def test_a_registration_that_was_refused(status: int, answer: Json, shown: tuple[int, str]) -> None:
    with pytest.raises(RegistrationError) as refused:
        check(URL, status, answer)
    assert (refused.value.status, refused.value.reason) == shown
    assert str(refused.value).startswith(URL)

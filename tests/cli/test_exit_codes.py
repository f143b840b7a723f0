"""What the exit code says."""

from __future__ import annotations

import pytest
import typer

from platform_events import ConfigurationError, PlatformEventsError, UnknownEventError
from platform_events.cli._exit_codes import ExitCode, code_of, fail
from platform_events.errors import SendError


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (SendError("no"), 3),
        (ConfigurationError("no"), 4),
        (UnknownEventError("platform/sync.a", ()), 1),
    ],
)
def test_each_error_has_its_code(error: PlatformEventsError, code: int) -> None:
    assert code_of(error) == code


def test_a_failure_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as caught:
        fail("no", ExitCode.USAGE)
    assert caught.value.exit_code == 2
    assert capsys.readouterr().err == "error: no\n"

"""What cannot be served is refused where it is served, and says how to mend it."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import inngest
import pytest

from platform_events import (
    Client,
    ConfigurationError,
    ReactionAdded,
    create_function,
    get_client,
    override_client,
)
from platform_events.serving.options import ServeSettings
from platform_events.serving.replays import MemorySignatureStore
from tests.serving.apps import open_gate


@pytest.fixture(autouse=True)
def client() -> Iterator[Client]:
    with override_client(app_id="app", is_production=False) as client:
        yield client


def declare(fn_id: str, **options: Any) -> Any:
    @create_function(fn_id=fn_id, trigger=ReactionAdded, **options)
    def handler(ctx: inngest.ContextSync, event: ReactionAdded) -> None: ...

    return handler


def sdk(client: inngest.Inngest, fn_id: str, **options: Any) -> inngest.Function[None]:
    @client.create_function(fn_id=fn_id, trigger=inngest.TriggerEvent(event="a"), **options)
    def handler(ctx: inngest.ContextSync) -> None: ...

    return handler


def fails(ctx: object, failure: object) -> None: ...


def test_functions_of_ours_and_of_the_sdk_are_served_together(client: Client) -> None:
    gate = open_gate([declare("one", on_failure=fails), sdk(client, "two")])
    assert [function.id for function in gate.functions] == ["app-one", "app-two"]
    assert gate.client is client
    assert "app-one" not in repr(gate)


def test_another_client_can_be_given() -> None:
    with override_client(app_id="other", is_production=False) as other:
        pass
    assert get_client() is not other
    assert open_gate([declare("one")], client=other).functions[0].id == "other-one"


@pytest.mark.parametrize("value", ["1", "true", " True "])
def test_the_environment_may_ask_for_unsigned_registration(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("INNGEST_ENABLE_UNAUTHED_SYNC", value)
    assert ServeSettings.resolve().enable_unauthed_sync
    assert not ServeSettings.resolve(enable_unauthed_sync=False).enable_unauthed_sync


@pytest.mark.parametrize("value", ["", "0", "false", "no"])
def test_unsigned_registration_is_not_asked_for(value: str) -> None:
    assert not ServeSettings.resolve({"INNGEST_ENABLE_UNAUTHED_SYNC": value}).enable_unauthed_sync


def test_the_environment_is_read() -> None:
    settings = ServeSettings.resolve({
        "INNGEST_SERVE_ORIGIN": "scores.example.com",
        "INNGEST_SERVE_PATH": "/inngest",
        "PLATFORM_EVENTS_ALLOWED_HOSTS": "a.example, b.example:81,",
        "PLATFORM_EVENTS_SIGNATURE_MAX_AGE_S": "60",
        "PLATFORM_EVENTS_REFUSE_REPLAYS": "1",
    })  # fmt: skip
    assert settings.serve_origin == "https://scores.example.com"
    assert settings.serve_path == "/inngest"
    assert settings.hosts.patterns == ("scores.example.com", "a.example", "b.example:81")
    assert settings.signature_max_age_s == 60
    assert isinstance(settings.replays, MemorySignatureStore)


@pytest.mark.parametrize(
    "origin",
    ["", "ftp://x.example", "https://", "https://x.example/path", "https://x.example?a", "https://[",
     "https://user:secret@x.example", "https://x.example:0", "https://x y.example"],
)  # fmt: skip
def test_an_origin_that_is_not_one_is_refused(origin: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        ServeSettings.resolve({}, serve_origin=origin)
    assert caught.value.setting == "serve_origin"
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("value", [0, -1, 86_401, "many", "1e999", True, [], 10**400, "nan"])
def test_an_age_that_is_not_one_is_refused(value: Any) -> None:
    with pytest.raises(ConfigurationError) as caught:
        ServeSettings.resolve({}, signature_max_age_s=value)
    assert caught.value.setting == "signature_max_age_s"
    with pytest.raises(ConfigurationError) as caught:
        ServeSettings.resolve({"PLATFORM_EVENTS_SIGNATURE_MAX_AGE_S": "often"})
    assert caught.value.setting == "PLATFORM_EVENTS_SIGNATURE_MAX_AGE_S"


@pytest.mark.parametrize("hosts", ["a.example", ["a.example", ""]])
def test_hosts_that_are_not_a_list_are_refused(hosts: Any) -> None:
    with pytest.raises(ConfigurationError) as caught:
        ServeSettings.resolve({}, allowed_hosts=hosts)
    assert caught.value.setting == "allowed_hosts"


def test_an_option_that_there_is_not_is_refused() -> None:
    options: Any = {"signature_age": 5}
    with pytest.raises(ConfigurationError, match="signature_age is not an option of serve"):
        ServeSettings.resolve({}, **options)


def test_a_client_of_the_sdk_is_refused() -> None:
    plain: Any = inngest.Inngest(app_id="app", is_production=False)
    with pytest.raises(ConfigurationError, match="client is a inngest") as caught:
        open_gate([declare("one")], client=plain)
    assert caught.value.setting == "client"
    plain._http_client._http_client_sync.close()


def check(functions: Any, message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        open_gate(functions)
    assert caught.value.setting == "functions"
    assert message in str(caught.value)


def test_nothing_is_refused() -> None:
    check([], "no functions to serve: pass at least one")


def test_one_function_is_no_list() -> None:
    check(declare("one"), "functions must be a list: put the one function in a list")
    check(None, "functions must be a list")


def test_one_id_twice_is_refused(client: Client) -> None:
    check([declare("a"), declare("b"), declare("a")], "two functions have the id a")
    check([declare("a"), sdk(client, "a")], "two functions have the id a")
    check(
        [declare("a", on_failure=fails), declare("a-failure")],
        "two functions have the id app-a-failure",
    )


def test_a_function_of_another_app_is_refused() -> None:
    other = inngest.Inngest(app_id="app-b", is_production=False)
    check([declare("a"), sdk(other, "c")], "app-b-c belongs to another app: this one is 'app'")
    other._http_client._http_client_sync.close()


@pytest.mark.parametrize(
    ("thing", "name"),
    [
        (lambda: None, "<lambda>"),
        ("greet", "str"),
        (ReactionAdded, "ReactionAdded"),
        (fails, "fails"),
    ],
)
def test_what_is_no_function_is_refused(thing: Any, name: str) -> None:
    check([thing], f"{name} cannot be served: decorate it with create_function")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"retries": -1}, "greater than or equal to 0"),
        ({"debounce": inngest.Debounce(period=1)}, "duration must be at least 1 second"),
        (
            {"timeouts": inngest.Timeouts(finish=dt.timedelta(seconds=1.5))},
            "duration must be a whole number of seconds",
        ),
    ],
)
def test_what_could_not_be_registered_is_refused(
    client: Client, options: dict[str, Any], message: str
) -> None:
    check([sdk(client, "a", **options)], "app-a cannot be registered: ")
    check([sdk(client, "a", **options)], message)


@pytest.mark.parametrize("extra", ["fastapi", "flask", "django"])
def test_a_missing_framework_is_told_with_its_extra(extra: str) -> None:
    module = "fast_api" if extra == "fastapi" else extra
    script = f"import sys; sys.modules[{extra!r}] = None; import platform_events.{module}"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, check=False
    )
    assert f'{extra} is missing: pip install "platform-events[{extra}]"' in done.stderr


@pytest.mark.parametrize("module", ["fast_api", "flask", "django"])
def test_importing_a_framework_warns_of_nothing(module: str) -> None:
    script = f"import platform_events.{module}"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""

"""Settings: where each comes from, and what is refused before any network is used."""

from __future__ import annotations

import functools
from typing import Any

import httpx2
import inngest
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from platform_events.errors import ConfigurationError
from platform_events.sending.client import Client
from platform_events.sending.settings import DEFAULT_MAX_EVENT_BYTES, Settings

pytestmark = pytest.mark.usefixtures("clean_client")

CLOUD = {"PLATFORM_EVENTS_APP_ID": "app", "INNGEST_EVENT_KEY": "key"}
DEV = {"PLATFORM_EVENTS_APP_ID": "app", "INNGEST_DEV": "1"}
Options = dict[str, Any]  # Any: options of every type, wrong ones included


def refusal(environment: dict[str, str], **options: Any) -> ConfigurationError:  # Any: as above
    with pytest.raises(ConfigurationError) as caught:
        Settings.resolve(environment, **options)
    assert caught.value.__context__ is None  # nothing in it can show a value
    return caught.value


def test_the_cloud_is_the_default() -> None:
    settings = Settings.resolve(CLOUD)
    assert settings.is_production
    assert settings.event_api_base_url == "https://inn.gs"
    assert settings.api_base_url == "https://api.inngest.com"
    assert settings.max_event_bytes == DEFAULT_MAX_EVENT_BYTES
    assert settings.send_timeout_s == 10


@pytest.mark.parametrize("value", ["1", "true", " TRUE "])
def test_inngest_dev_asks_for_a_dev_server(value: str) -> None:
    settings = Settings.resolve({**DEV, "INNGEST_DEV": value})
    assert not settings.is_production
    assert settings.event_key == "NO_EVENT_KEY_SET"
    assert settings.event_api_base_url == settings.api_base_url == "http://127.0.0.1:8288"


@pytest.mark.parametrize("value", ["", "0", "false", "False", " "])
def test_inngest_dev_may_be_off(value: str) -> None:
    assert Settings.resolve({**CLOUD, "INNGEST_DEV": value}).is_production


def test_inngest_dev_may_be_the_url_of_the_dev_server() -> None:
    settings = Settings.resolve({**DEV, "INNGEST_DEV": "http://inngest:9999/"})
    assert not settings.is_production
    assert settings.event_api_base_url == settings.api_base_url == "http://inngest:9999"


def test_production_is_never_sent_to_the_dev_server() -> None:
    """The SDK does this with the URL in ``INNGEST_DEV``."""
    environment = {**CLOUD, "INNGEST_DEV": "http://localhost:9999"}
    settings = Settings.resolve(environment, is_production=True)
    assert settings.event_api_base_url == "https://inn.gs"


@pytest.mark.parametrize(
    ("option", "variable", "other"),
    [
        ("event_api_base_url", "INNGEST_EVENT_API_BASE_URL", "api_base_url"),
        ("api_base_url", "INNGEST_API_BASE_URL", "event_api_base_url"),
    ],
)
def test_the_order_of_precedence_of_urls(option: str, variable: str, other: str) -> None:
    environment = {**DEV, "INNGEST_DEV": "http://dev:1"}
    assert getattr(Settings.resolve(environment), option) == "http://dev:1"
    environment["INNGEST_BASE_URL"] = "http://base:1"
    assert getattr(Settings.resolve(environment), option) == "http://base:1"
    environment[variable] = "http://variable:1"
    options: Options = {option: "http://option:1"}
    settings = Settings.resolve(environment)
    assert getattr(settings, option) == "http://variable:1"
    assert getattr(settings, other) == "http://base:1"
    assert getattr(Settings.resolve(environment, **options), option) == "http://option:1"


@pytest.mark.parametrize(
    ("option", "variable", "given_option", "given_variable", "expected"),
    [
        ("app_id", "PLATFORM_EVENTS_APP_ID", "one", "two", "two"),
        ("event_key", "INNGEST_EVENT_KEY", "one", "two", "two"),
        ("signing_key", "INNGEST_SIGNING_KEY", "signkey-test-ab", "cd", "cd"),
        ("max_event_bytes", "PLATFORM_EVENTS_MAX_EVENT_BYTES", 5, "7", 7),
        ("send_timeout_s", "PLATFORM_EVENTS_SEND_TIMEOUT_S", 0.5, "2.5", 2.5),
        ("env", "INNGEST_ENV", "one", "two", "two"),
        ("env", "RAILWAY_GIT_BRANCH", "one", "two", "two"),
        ("env", "RENDER_GIT_BRANCH", "one", "two", "two"),
        ("env", "VERCEL_GIT_COMMIT_REF", "one", "two", "two"),
    ],
)
def test_an_option_goes_before_its_variable(
    option: str, variable: str, given_option: object, given_variable: str, expected: object
) -> None:
    environment = {**DEV, variable: given_variable}
    assert getattr(Settings.resolve(environment), option) == expected
    options: Options = {option: given_option}
    assert getattr(Settings.resolve(environment, **options), option) == given_option
    absent: Options = {option: None}
    assert getattr(Settings.resolve(environment, **absent), option) == expected


def test_inngests_own_variable_for_the_environment_goes_first() -> None:
    environment = {
        **DEV,
        "INNGEST_ENV": "",
        "RAILWAY_GIT_BRANCH": "r",
        "VERCEL_GIT_COMMIT_REF": "v",
    }
    assert Settings.resolve(environment).env == "r"
    assert Settings.resolve({**environment, "INNGEST_ENV": "i"}).env == "i"
    assert Settings.resolve(DEV).env is None


def test_without_an_is_production_option_the_environment_decides() -> None:
    absent: Options = {"is_production": None}
    assert Settings.resolve(CLOUD, **absent).is_production
    assert not Settings.resolve(DEV, **absent).is_production
    assert not Settings.resolve(CLOUD, is_production=False).is_production


def test_what_is_neither_checked_nor_changed() -> None:
    settings = Settings.resolve(DEV, app_version="1.2", middleware=[inngest.MiddlewareSync])
    assert settings.app_version == "1.2"
    assert settings.middleware == (inngest.MiddlewareSync,)
    assert settings.logger is None


@pytest.mark.parametrize(
    "url",
    [
        "http://inngest",
        "http://localhost/",
        "http://h:80",
        "https://h.test/api",
        "https://h.test?x=1",
        "https://h.test:1?",
        "https://h.test:1/#",
        "https://user:hunter2@h.test",
        "https://user@h.test",
        "//h.test:1",
        "ftp://h.test",
        "http://",
        "http://:8288",
        "http://h:99999",
        "http://h:port",
        "http://h:0",
        "http://h.test:",
        "http://h .test",
        "http://h.test\t:1",
        "http://h\n.test",
        "http://bücher.test",
        "http://[::1",
        "http://[v1.a]:1",
        "http://999.1.1.1",
        "http://a..test",
        f"http://{'a' * 64}.test",
        "",
        " ",
        "yes",
    ],
)
@pytest.mark.parametrize(
    "setting",
    [
        "event_api_base_url",
        "api_base_url",
        "INNGEST_EVENT_API_BASE_URL",
        "INNGEST_API_BASE_URL",
        "INNGEST_BASE_URL",
        "INNGEST_DEV",
    ],
)
def test_a_malformed_base_url_is_refused(setting: str, url: str) -> None:
    if not setting.islower() and not url.strip():
        return  # that is how it is switched off, or left out
    is_option = setting.islower()
    options: Options = {setting: url} if is_option else {}
    error = refusal(DEV if is_option else {**DEV, setting: url}, **options)
    assert error.setting == setting
    assert str(error).startswith(setting)
    assert "hunter2" not in str(error)


def test_the_fault_of_a_base_url_is_named() -> None:
    message = str(refusal({**DEV, "INNGEST_DEV": "http://inngest"}))
    assert message == (
        "INNGEST_DEV has a host with neither a dot nor a port, which the SDK ignores: add the "
        "port; it must be an origin such as http://127.0.0.1:8288"
    )
    wrong: Options = {"api_base_url": 8288}
    assert "http://127.0.0.1:8288" in str(refusal(DEV, **wrong))


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("http://127.0.0.1:8288/", "http://127.0.0.1:8288"),
        (" https://inn.gs\n", "https://inn.gs"),
        ("HTTP://Inngest:8288", "http://Inngest:8288"),
        ("http://[::1]:8288", "http://[::1]:8288"),
        ("http://inngest_dev:8288", "http://inngest_dev:8288"),
        ("h.test", "http://h.test"),
        ("inngest:8288/", "http://inngest:8288"),
    ],
)
def test_a_base_url_becomes_an_origin(url: str, origin: str) -> None:
    assert Settings.resolve(DEV, event_api_base_url=url).event_api_base_url == origin


@given(st.from_regex(r"https?://[!-~]{1,20}(:[0-9]{1,5})?/?", fullmatch=True))
@example("http://h.test:1?")
@example("http://h.test:1/?#")
def test_a_base_url_that_is_taken_serves_the_sdk_and_the_transport(url: str) -> None:
    try:
        settings = Settings.resolve(DEV, event_api_base_url=url, api_base_url=url)
    except ConfigurationError:
        return
    client = Client(settings)
    assert client.event_api_origin == settings.event_api_base_url
    assert httpx2.URL(f"{settings.event_api_base_url}/e/key").raw_path == b"/e/key"


BAD_KEYS = [
    "",
    " ",
    "key\n",
    " key",
    "a b",
    "schlüssel",
    ".",
    "..",
    5,
]


@pytest.mark.parametrize("key", BAD_KEYS)
def test_an_event_key_that_has_no_place_in_a_url_is_refused(key: Any) -> None:  # Any: wrong types
    error = refusal(DEV, event_key=key)
    assert error.setting == "event_key"
    if isinstance(key, str):
        error = refusal({**CLOUD, "INNGEST_EVENT_KEY": key})
        assert error.setting == "INNGEST_EVENT_KEY"
        assert "INNGEST_EVENT_KEY" in str(error)


@pytest.mark.parametrize(
    ("key", "fault"),
    [
        ("", "is empty"),
        ("hunter2\n", "white space"),
        ("hunter 2", "wrong form"),
        (5, "not a string"),
    ],
)
def test_the_fault_of_a_key_is_named_and_the_key_is_not(
    key: Any, fault: str
) -> None:  # Any: as above
    message = str(refusal(DEV, event_key=key))
    assert fault in message
    assert "hunter" not in message


@pytest.mark.parametrize(
    "key",
    ["hunter2", "signkey-test-xyz", "signkey-test-abc", "signkey-test-ab\n", "signkey-ab"],
)
@pytest.mark.parametrize("variable", ["INNGEST_SIGNING_KEY", "INNGEST_SIGNING_KEY_FALLBACK"])
def test_a_signing_key_that_is_not_hexadecimal_is_refused(key: str, variable: str) -> None:
    error = refusal({**DEV, variable: key})
    assert error.setting == variable
    assert str(error).startswith(variable)
    assert not key or key.strip() not in str(error)


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("7Aj1+CXo=", "/e/7Aj1+CXo="),
        ("a-b_c.d~e", "/e/a-b_c.d~e"),
        ("a/b?c#d%20", "/e/a%2Fb%3Fc%23d%2520"),
    ],
)
def test_of_an_event_key_only_what_needs_it_is_quoted(key: str, path: str) -> None:
    url = Settings.resolve({**CLOUD, "INNGEST_EVENT_KEY": key}).event_url
    assert httpx2.URL(url).raw_path.decode() == path


def test_a_production_service_needs_an_event_key_to_send_alone() -> None:
    settings = Settings.resolve({"PLATFORM_EVENTS_APP_ID": "app"})
    assert settings.event_key is None
    client = Client(settings)
    with pytest.raises(ConfigurationError, match="INNGEST_DEV=1") as caught:
        client.send_sync(inngest.Event(name="a/b"))
    assert caught.value.setting == "INNGEST_EVENT_KEY"
    client.close()


EMPTY = [
    "INNGEST_SIGNING_KEY",
    "INNGEST_SIGNING_KEY_FALLBACK",
    "INNGEST_EVENT_KEY",
    "INNGEST_BASE_URL",
    "INNGEST_API_BASE_URL",
    "INNGEST_EVENT_API_BASE_URL",
    "PLATFORM_EVENTS_MAX_EVENT_BYTES",
    "PLATFORM_EVENTS_SEND_TIMEOUT_S",
    "PLATFORM_EVENTS_ATTEMPT_TIMEOUT_S",
    "PLATFORM_EVENTS_SHARE_REQUESTS",
    "INNGEST_ENV",
]


@pytest.mark.parametrize("value", ["", " "])
def test_an_empty_variable_is_unset_in_dev_mode(value: str) -> None:
    """As Docker Compose gives those that a developer leaves out."""
    assert Settings.resolve({**DEV, **dict.fromkeys(EMPTY, value)}) == Settings.resolve(DEV)


@pytest.mark.parametrize("variable", EMPTY[:4])
def test_an_empty_variable_is_wrong_in_production(variable: str) -> None:
    assert refusal({**CLOUD, variable: ""}).setting == variable


@pytest.mark.parametrize("app_id", ["", " ", "app\n", "a\0b", 5])
def test_a_malformed_app_id_is_refused(app_id: Any) -> None:  # Any: wrong types
    error = refusal(DEV, app_id=app_id)
    assert error.setting == "app_id"
    assert "app_id" in str(error)


@pytest.mark.parametrize("app_id", ["my app", "team/app", "-app", "äpp"])
def test_an_app_id_under_which_functions_are_registered_is_kept(app_id: str) -> None:
    with pytest.warns(UserWarning, match="another id is another app to Inngest"):
        settings = Settings.resolve(DEV, app_id=app_id)
    assert settings.app_id == app_id


def test_an_app_id_is_needed() -> None:
    error = refusal({"INNGEST_DEV": "1"})
    assert error.setting == "PLATFORM_EVENTS_APP_ID"
    assert "configure(app_id=...)" in str(error)


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        *(("max_event_bytes", v) for v in [0, -1, 0.5, True, "x", "", float("nan"), 10**400, [1]]),
        *(
            ("send_timeout_s", v)
            for v in [0, -1, 1e-9, float("inf"), 1e300, "soon", False, None.__class__]
        ),
    ],
)
def test_a_number_that_makes_no_sense_is_refused(setting: str, value: object) -> None:
    options: Options = {setting: value}
    assert refusal(DEV, **options).setting == setting
    if isinstance(value, str):
        variable = f"PLATFORM_EVENTS_{setting.upper()}"
        assert refusal({**CLOUD, variable: value}).setting == variable


@pytest.mark.parametrize("env", ["zweig-ä", "line\nbreak", "end\n", 5])
def test_an_environment_that_no_header_can_hold_is_refused(env: Any) -> None:  # Any: wrong types
    assert refusal(DEV, env=env).setting == "env"
    if isinstance(env, str):
        assert refusal({**DEV, "VERCEL_GIT_COMMIT_REF": env}).setting == "VERCEL_GIT_COMMIT_REF"


@pytest.mark.parametrize("name", ["eventkey", "serialiser", "request_timeout"])
def test_an_option_that_does_not_exist_is_refused(name: str) -> None:
    options: Options = {name: "x"}
    error = refusal(DEV, **options)
    assert error.setting == name
    assert name in str(error)


def test_is_production_is_a_bool() -> None:
    wrong: Options = {"is_production": "false"}
    assert refusal(DEV, **wrong).setting == "is_production"


def test_no_repr_shows_a_key() -> None:
    settings = Settings.resolve(
        DEV,
        event_key="hunter2",
        signing_key="signkey-test-abcdef0123456789abcdef0123456789",
        middleware=[functools.partial(make_middleware, key="hunter3")],
    )
    for shown in [repr(settings), str(settings), repr(Client(settings))]:
        assert "app_id='app'" in shown
        assert not any(key in shown for key in ["hunter2", "hunter3", "abcdef"])


def make_middleware(client: inngest.Inngest, _: object, *, key: str) -> inngest.MiddlewareSync:
    return inngest.MiddlewareSync(client, key)


SIGNING_KEY = "signkey-prod-5ec2e7c0ffee5ec2e7c0ffee5ec2e7c0"
AWAY = "http://inngest.example:8288"
HERE = "http://127.0.0.1:8288"


@pytest.mark.parametrize("variable", ["INNGEST_SIGNING_KEY", "INNGEST_SIGNING_KEY_FALLBACK"])
@pytest.mark.parametrize("url", [AWAY, "https://localhost.evil.example"])
def test_dev_mode_beside_a_signing_key_needs_a_server_on_this_machine(
    variable: str, url: str
) -> None:
    environment = {"INNGEST_DEV": url, variable: SIGNING_KEY}
    with pytest.raises(ConfigurationError, match="INNGEST_DEV is set beside a signing key") as info:
        Settings.resolve(environment, app_id="app")
    assert info.value.setting == "INNGEST_DEV"
    assert Settings.resolve(environment, app_id="app", allow_dev_mode=True).allow_dev_mode
    allowed = {**environment, "PLATFORM_EVENTS_ALLOW_DEV_MODE": "true"}
    assert not Settings.resolve(allowed, app_id="app").is_production
    for local in ("1", HERE, "http://localhost:8288", "http://[::1]:8288", "http://a.localhost:1"):
        resolved = Settings.resolve({**environment, "INNGEST_DEV": local}, app_id="app")
        assert resolved.is_server_local


def test_dev_mode_without_a_signing_key_may_have_its_server_anywhere() -> None:
    assert Settings.resolve({"INNGEST_DEV": AWAY}, app_id="app").api_base_url == AWAY


@pytest.mark.parametrize("name", ["event_api_base_url", "api_base_url"])
def test_both_servers_must_be_on_this_machine(name: Any) -> None:
    options: Options = {"app_id": "app", "signing_key": SIGNING_KEY}
    options[name] = AWAY
    with pytest.raises(ConfigurationError, match="not on this machine"):
        Settings.resolve({"INNGEST_DEV": "1"}, **options)


@pytest.mark.parametrize("value", ["yes", "on", 1])
def test_a_switch_that_is_not_one_is_refused(value: Any) -> None:
    with pytest.raises(ConfigurationError, match="allow_dev_mode must be 1 or 0"):
        Settings.resolve({"INNGEST_DEV": "1"}, app_id="app", allow_dev_mode=value)


@pytest.mark.parametrize("variable", ["INNGEST_SIGNING_KEY", "INNGEST_SIGNING_KEY_FALLBACK"])
@pytest.mark.parametrize("key", ["ab", "signkey-prod-ab", "signkey-prod-0123456789abcdef"])
def test_a_signing_key_that_can_be_guessed_is_refused(key: str, variable: str) -> None:
    environment = {"INNGEST_EVENT_KEY": "key", "INNGEST_SIGNING_KEY": SIGNING_KEY, variable: key}
    with pytest.raises(ConfigurationError, match="too short to be safe") as info:
        Settings.resolve(environment, app_id="app")
    assert info.value.setting == variable
    assert key not in str(info.value)


def test_the_signing_key_of_a_server_on_this_machine_may_be_short_but_not_one_byte() -> None:
    environment = {"INNGEST_EVENT_KEY": "key", "INNGEST_BASE_URL": HERE}
    short = {**environment, "INNGEST_SIGNING_KEY": "abcd"}
    assert Settings.resolve(short, app_id="app").signing_key == "abcd"
    with pytest.raises(ConfigurationError, match="too short to be safe"):
        Settings.resolve({**environment, "INNGEST_SIGNING_KEY": "ab"}, app_id="app")


CLEAR = ["INNGEST_BASE_URL", "INNGEST_EVENT_API_BASE_URL", "INNGEST_API_BASE_URL"]


@pytest.mark.parametrize("variable", CLEAR)
def test_nothing_goes_over_a_network_unencrypted_in_production(variable: str) -> None:
    environment = {**CLOUD, variable: "http://inngest.internal:8288"}
    error = refusal(environment)
    assert error.setting == variable
    assert "PLATFORM_EVENTS_ALLOW_HTTP=1" in str(error)
    assert Settings.resolve({**environment, "PLATFORM_EVENTS_ALLOW_HTTP": "1"}).allow_http
    assert Settings.resolve(environment, allow_http=True).is_production
    assert not Settings.resolve(environment, is_production=False).allow_http
    assert Settings.resolve({**CLOUD, variable: "http://127.0.0.1:8288"}).is_production
    option: Options = {"event_api_base_url": "http://a.test"}
    assert refusal(CLOUD, **option).setting == "event_api_base_url"


@pytest.mark.parametrize("variable", CLEAR)
def test_without_a_scheme_production_is_encrypted(variable: str) -> None:
    settings = Settings.resolve({**CLOUD, variable: "inngest.internal"})
    assert "https://inngest.internal" in {settings.event_api_base_url, settings.api_base_url}

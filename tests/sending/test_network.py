"""What HTTP clients read from the environment is checked, and this machine is reached directly."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import certifi
import pytest

from platform_events import ConfigurationError, asend_event, configure, send_event
from platform_events.cli._diagnosis import Verdict, diagnose
from platform_events.sending._network import check_network_variables

from ..support.clients import connect, follow
from ..support.http import EventServer, reply

pytestmark = pytest.mark.usefixtures("clean_client")

BROKEN = [
    ("NO_PROXY", "localhost,127.0.0.0/8,::1/128"),
    ("no_proxy", "http://[::1"),
    ("ALL_PROXY", "socks5://127.0.0.1:1080"),
    ("all_proxy", "socks5h://127.0.0.1:1080"),
    ("HTTPS_PROXY", "ftp://127.0.0.1:21"),
    ("http_proxy", "socks4://127.0.0.1:1080"),
    ("HTTP_PROXY", "http://[::1"),
    ("HTTP_PROXY", "proxy:port"),
    ("SSL_CERT_FILE", "/nonexistent/certificates.pem"),
    ("SSL_CERT_FILE", " "),
    ("SSL_CERT_DIR", "/nonexistent:/nowhere"),
    ("SSLKEYLOGFILE", "/nonexistent/keys.log"),
    ("SSLKEYLOGFILE", "/"),
]


@pytest.mark.parametrize(("variable", "value"), BROKEN)
def test_a_variable_that_breaks_http_clients_is_named(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setattr("platform_events.sending._network.find_spec", lambda _: None)
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigurationError) as caught:
        configure(app_id="app", is_production=False)
    assert caught.value.setting == variable
    assert str(caught.value).startswith(f"{variable} ")
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(("variable", "value"), BROKEN)
def test_doctor_tells_of_it(monkeypatch: pytest.MonkeyPatch, variable: str, value: str) -> None:
    monkeypatch.setattr("platform_events.sending._network.find_spec", lambda _: None)
    environment = {"PLATFORM_EVENTS_APP_ID": "app", "INNGEST_DEV": "1", variable: value}
    first, *_ = diagnose(environment, serve_url=None, timeout_s=1, now=0)
    assert (first.verdict, first.subject, first.source) == (Verdict.SETTING, variable, variable)


def test_a_file_without_certificates_is_told(tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.write_text("no certificate")
    with pytest.raises(ConfigurationError, match="SSL_CERT_FILE cannot be read"):
        check_network_variables({"SSL_CERT_FILE": str(empty)})


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("NO_PROXY", "localhost, 127.0.0.0/8,::1,.corp.example,*.a.test,http://b.test,,10.1.2.3"),
        ("NO_PROXY", "*,::1/128"),
        ("HTTPS_PROXY", "http://user:pw@proxy.corp.example:3128"),
        ("HTTPS_PROXY", "proxy.corp.example:3128"),
        ("HTTPS_PROXY", "https://proxy.corp.example"),
        ("ALL_PROXY", "socks5://127.0.0.1:1080"),
        ("HTTPS_PROXY", ""),
        ("HTTPS_PROXY", " "),
        ("SSL_CERT_FILE", ""),
        ("SSL_CERT_FILE", certifi.where()),
        ("SSL_CERT_DIR", "/nonexistent:/"),
        ("ssl_cert_file", "/nonexistent"),
        ("SSLKEYLOGFILE", os.devnull),
    ],
)
def test_what_http_clients_take_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setattr("platform_events.sending._network.find_spec", lambda _: object())
    check_network_variables({variable: value})


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_this_machine_is_reached_without_a_proxy(
    server: EventServer, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "http://127.0.0.1:9")  # where nothing listens
    client = connect(server.url)
    assert send_event(follow()) == "01ID000001"
    assert asyncio.run(asend_event(follow())) == "01ID000002"
    # And so is what the SDK itself asks.
    server.answer_with(reply(200, b""))
    assert vars(client)["_http_client"].get_sync(server.url).status_code == 200


def test_other_servers_are_reached_through_the_proxy(
    server: EventServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", server.url)
    connect("http://inngest.test:8288")
    assert send_event(follow()) == "01ID000001"
    [request] = server.requests
    assert request.path.startswith("http://inngest.test:8288/e/")

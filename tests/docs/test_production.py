"""The page on production: its servers start, and its files are sound."""

from __future__ import annotations

import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from platform_events.serving.options import ServeOptions
from tests.support.pages import ROOT, blocks, commands, files
from tests.support.processes import bare_environment

PRODUCTION = ROOT / "docs/guide/production.md"
SETTINGS = (ROOT / "docs/guide/client.md").read_text("utf-8") + (ServeOptions.__doc__ or "")
SERVERS = [
    line
    for session in blocks(PRODUCTION, "console")
    for line in commands(session)
    if not line.startswith("platform-events ")
]
# inngest/inngest: cmd/start/cmd.go
OPTIONS = {"event-key", "signing-key", "postgres-uri", "redis-uri", "host", "port", "sdk-url"}


def test_each_kind_of_server_is_shown() -> None:
    assert [line.split()[0] for line in SERVERS] == ["uvicorn", "gunicorn", "uwsgi"]


@pytest.mark.slow
@pytest.mark.parametrize("command", SERVERS, ids=lambda line: line.split()[0])
def test_servers_start_answer_and_end(command: str, tmp_path: Path) -> None:
    for name, content in files(PRODUCTION).items():
        (tmp_path / name).write_text(content, "utf-8")
    with running(command, tmp_path) as (process, url):
        answer = ask_until_ready(process, f"{url}/ready")
        assert (answer.status_code, answer.content) == (200, b"")
        inspected = httpx.get(f"{url}/api/inngest").json()
        assert inspected["function_ids"] == ["scoring-calculate-score"]
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0


@contextmanager
def running(command: str, folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    program, *arguments = shlex.split(command.replace("0.0.0.0", "127.0.0.1"))
    found = shutil.which(program, path=Path(sys.executable).parent)
    if found is None:
        pytest.skip(f"{program} is not installed")
    environment = bare_environment() | {
        "INNGEST_DEV": "1", "PLATFORM_EVENTS_APP_ID": "scoring", "PYTHONPATH": str(folder),
    }  # fmt: skip
    with subprocess.Popen(
        [found, *(re.sub(r"\b8000\b", str(port), argument) for argument in arguments)],
        cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        try:
            yield process, f"http://127.0.0.1:{port}"
        finally:
            process.kill()


def ask_until_ready(process: subprocess.Popen[bytes], url: str) -> httpx.Response:
    """Ask until somebody listens; a server that ends before that has failed."""
    while process.poll() is None:
        try:
            return httpx.get(url, timeout=20)
        except httpx.ConnectError:
            continue
    pytest.fail(f"the server ended with {process.returncode}")


def hadolint(dockerfile: str) -> str:
    """Lint a Dockerfile; give what was found."""
    program = shutil.which("hadolint", path=Path(sys.executable).parent)
    if program is None:
        pytest.skip("hadolint is not installed")
    done = subprocess.run(
        [program, "--no-color", "-"], input=dockerfile, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


def test_the_dockerfile_is_sound() -> None:
    [dockerfile] = blocks(PRODUCTION, "dockerfile")
    assert hadolint(dockerfile) == ""
    assert {"functions.py", "asgi.py"} <= files(PRODUCTION).keys()
    [started] = re.findall(r'^CMD \["uvicorn", (.*)\]$', dockerfile, re.MULTILINE)
    assert started.replace('"', "").replace(",", "") in SERVERS[0].replace(" --workers 2", "")


def test_the_linter_would_find_something() -> None:
    assert "DL3006" in hadolint("FROM python\n")


def mappings(page: Path) -> list[dict[str, Any]]:
    return [yaml.safe_load(block) for block in blocks(page, "yaml")]


def test_settings_of_a_container_exist() -> None:
    [pod, _] = mappings(PRODUCTION)
    names = [variable["name"] for variable in pod["env"]]
    assert len(names) == 4
    assert all(f"``{name}``" in SETTINGS or f"`{name}`" in SETTINGS for name in names)
    keys = [variable["name"] for variable in pod["env"] if "valueFrom" in variable]
    assert keys == ["INNGEST_EVENT_KEY", "INNGEST_SIGNING_KEY"]


def test_the_probe_asks_where_it_is_answered() -> None:
    [probe] = mappings(ROOT / "docs/guide/serving.md")
    assert probe["readinessProbe"]["httpGet"]["path"] == "/ready"


def test_a_server_of_ones_own_is_composed_of_what_there_is() -> None:
    [_, compose] = mappings(PRODUCTION)
    services = compose["services"]
    inngest = services["inngest"]
    assert inngest["command"] == "inngest start"
    options = {
        name.removeprefix("INNGEST_").lower().replace("_", "-") for name in inngest["environment"]
    }
    assert {"event-key", "signing-key", "postgres-uri", "redis-uri"} <= options <= OPTIONS
    for name, condition in inngest["depends_on"].items():
        assert condition == {"condition": "service_healthy"}
        assert "healthcheck" in services[name]
        assert f"@{name}:" in str(inngest) or f"//{name}:" in str(inngest)
    mounted = {
        volume.partition(":")[0] for one in services.values() for volume in one.get("volumes", ())
    }
    assert mounted == compose["volumes"].keys()
    # Keys come from the environment, and the dashboard, which has no login, is not for everybody.
    assert all("KEY" not in name or "${" in value for name, value in inngest["environment"].items())
    assert all(port.startswith("127.0.0.1:") for port in inngest["ports"])

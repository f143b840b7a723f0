"""``platform-events sync``: a served app, registered with its server."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final, cast
from urllib.parse import quote

import typer

from .._printable import printable
from ._exit_codes import ExitCode, fail

if TYPE_CHECKING:
    from ..sending._transport import Answer
    from ..sending.settings import Settings

_MAX_REASON: Final = 300


@dataclass(frozen=True, slots=True)
class Synced:
    """What a registration changed.

    Attributes:
        app_id: The app.
        is_modified: Whether the server says that something is new.
        functions: The ids of its functions afterwards; None where the server does not tell.
        added: Those that are new.
        removed: Those that are gone.
    """

    app_id: str
    is_modified: bool
    functions: list[str] | None
    added: list[str]
    removed: list[str]


def sync(
    url: Annotated[
        str, typer.Argument(metavar="URL", help="Where the service serves its functions.")
    ],
    timeout: Annotated[
        float, typer.Option(metavar="SECONDS", min=0.1, max=120, help="For each request.")
    ] = 30,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
) -> None:
    """Register a service's functions with its Inngest server: a deployment's last step.

    The service does it when it gets a PUT, which is signed in production. Tells what changed, or
    why the server refused. The settings are those of the service's environment.
    """
    from ..sending.settings import Settings

    if not re.match(r"https?://[^/]", url):
        fail("URL must begin with http:// or https://, and a host", ExitCode.USAGE)
    settings = Settings.resolve(os.environ)
    registrar = _Registrar(settings, timeout)
    before = registrar.functions()
    answer = registrar.register(url, now=int(time.time()))
    after = registrar.functions()
    known, now_known = set(before or ()), set(after or ())
    synced = Synced(
        settings.app_id,
        answer.get("modified") is True,
        after,
        sorted(now_known - known) if before is not None else [],
        sorted(known - now_known) if after is not None else [],
    )
    typer.echo(json.dumps(asdict(synced), indent=2) if as_json else _told(synced))


@dataclass(frozen=True, slots=True)
class _Registrar:
    """Asks the service to register, and the server what it knows."""

    settings: Settings
    timeout_s: float

    def register(self, url: str, *, now: int) -> dict[str, Any]:  # Any: JSON
        """Let the service register its functions, and give what the server said."""
        from ..serving._signatures import sign_probe

        headers = {"x-inngest-server-kind": "cloud" if self.settings.is_production else "dev"}
        if self.settings.signing_key:
            signature = sign_probe(self.settings.signing_key, b"", url=url, now=now)
            if signature is None:
                reason = "others could use the signature of a registration that is not encrypted"
                fail(f"give the URL with https: {reason}", ExitCode.USAGE)
            headers["x-inngest-signature"] = signature
        answer = self._ask("PUT", url, headers)
        if isinstance(answer, str):
            fail(f"{printable(url)} does not answer ({answer})", ExitCode.FOUND)
        found = _json(answer.body)
        said = cast("dict[str, Any]", found) if isinstance(found, dict) else {}
        is_refused = said.get("ok") is False or "error" in said
        if answer.status_code != 200 or not isinstance(found, dict) or is_refused:
            reason = said.get("message") or said.get("error") or "it did not say why"
            shown = printable(str(reason))[:_MAX_REASON]
            message = f"not registered (HTTP {answer.status_code}): {shown}"
            fail(message, ExitCode.FOUND)
        return said

    def functions(self) -> list[str] | None:
        """Give the ids of the functions that the server knows; None where it does not tell."""
        from ..serving._signatures import authorization

        settings = self.settings
        app_id = quote(settings.app_id, safe="")
        headers = {"x-inngest-env": settings.env} if settings.env else dict[str, str]()
        if settings.signing_key and settings.sends_bearer:
            headers["authorization"] = authorization(settings.signing_key)
        answer = self._ask("GET", f"{settings.api_base_url}/v1/apps/{app_id}/functions", headers)
        if isinstance(answer, str) or answer.status_code != 200:
            return None
        found = _json(answer.body)
        if found is None:  # Go writes a list that was never begun as null
            return []
        if not isinstance(found, list):
            return None
        entries = cast("list[dict[str, object]]", found)
        return sorted(printable(str(entry["id"])) for entry in entries if "id" in entry)

    def _ask(self, method: str, url: str, headers: Mapping[str, str]) -> Answer | str:
        import httpx2

        from ..sending._transport import HttpRequest, exchange, open_client

        try:
            with open_client(url) as client:
                return exchange(client, HttpRequest(url, headers, b"", self.timeout_s, method))
        except (httpx2.RequestError, httpx2.InvalidURL) as error:
            return type(error).__name__


def _told(synced: Synced) -> str:
    lines = [f"{synced.app_id}: {'registered' if synced.is_modified else 'nothing changed'}"]
    lines += [f"added: {name}" for name in synced.added]
    lines += [f"removed: {name}" for name in synced.removed]
    if synced.functions is not None:
        own = [name for name in synced.functions if not name.endswith("-failure")]
        failures = len(synced.functions) - len(own)
        and_failures = f", and {failures} for failures" if failures else ""
        lines.append(f"functions: {', '.join(own) or 'none'}{and_failures}")
    return "\n".join(lines)


def _json(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return ""

"""``platform-events sync``: a served app, registered with its server."""

from __future__ import annotations

import os
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated, Any, Final, cast

import typer

from .._printable import printable, printable_json
from ._exit_codes import ExitCode, fail
from ._options import JsonOption, require_http_url

if TYPE_CHECKING:
    from ..sending.settings import Settings

_MAX_REASON: Final = 300


@dataclass(frozen=True, slots=True)
class Synced:
    """What a registration changed."""

    app_id: str
    is_modified: bool  # whether the server says that something is new
    functions: list[str] | None  # all ids afterwards; None where the server does not tell
    added: list[str]
    removed: list[str]
    changed: list[str]

    @classmethod
    def of(
        cls,
        app_id: str,
        said: dict[str, Any],  # Any: JSON
        before: dict[str, object] | None,
        after: dict[str, object] | None,
    ) -> Synced:
        """Compare what the server had before with what it has now."""
        is_known = before is not None and after is not None
        old, new = before or {}, after or {}
        return cls(
            app_id,
            said.get("modified") is True,
            None if after is None else sorted(new),
            sorted(new.keys() - old.keys()) if is_known else [],
            sorted(old.keys() - new.keys()) if is_known else [],
            sorted(name for name in new.keys() & old.keys() if new[name] != old[name]),
        )


def sync(
    url: Annotated[
        str, typer.Argument(metavar="URL", help="Where the service serves its functions.")
    ],
    timeout: Annotated[
        float, typer.Option(metavar="SECONDS", min=0.1, max=120, help="For each request.")
    ] = 30,
    as_json: JsonOption = False,
) -> None:
    """Register a service's functions with its Inngest server: a deployment's last step.

    The service does it when it gets a PUT, which is signed in production. Tells what changed, or
    why the server refused. The settings are those of the service's environment.
    """
    from ..events._hidden import HiddenMapping
    from ..sending.settings import Settings
    from ._registered import ask_registered, read_registered

    require_http_url("URL", url)
    settings, environment = Settings.resolve(os.environ), HiddenMapping(os.environ)
    before = read_registered(ask_registered(settings, environment, timeout_s=timeout))
    said = _register(settings, url, now=int(time.time()), timeout_s=timeout)
    after = read_registered(ask_registered(settings, environment, timeout_s=timeout))
    synced = Synced.of(settings.app_id, said, before, after)
    typer.echo(printable_json(asdict(synced), indent=2) if as_json else _told(synced))


def _register(
    settings: Settings, url: str, *, now: int, timeout_s: float
) -> dict[str, Any]:  # Any: JSON
    """Let the service register its functions; return what the server said."""
    from ..serving._signatures import sign_probe
    from ..serving.options import ServeSettings
    from ._http import ask, read_json

    headers = {"x-inngest-server-kind": "cloud" if settings.is_production else "dev"}
    if settings.signing_key:
        age_s = ServeSettings.resolve(os.environ).signature_max_age_s
        signature = sign_probe(settings.signing_key, b"", url=url, now=now, max_age_s=age_s)
        if signature is None:
            reason = "others could use the signature of a registration that is not encrypted"
            fail(f"give the URL with https: {reason}", ExitCode.USAGE)
        headers["x-inngest-signature"] = signature
    answer = ask("PUT", url, headers, timeout_s=timeout_s)
    if isinstance(answer, str):
        remedy = (
            "start the service, or correct the URL"
            if answer.startswith("Connect")
            else "look at the service's own log, or correct the URL"
        )
        fail(f"{printable(url)} does not answer ({answer}): {remedy}", ExitCode.FOUND)
    found = read_json(answer)
    said = cast("dict[str, Any]", found) if isinstance(found, dict) else {}
    is_refused = said.get("ok") is False or "error" in said
    if answer.status_code != 200 or not isinstance(found, dict) or is_refused:
        reason = said.get("message") or said.get("error") or "it did not say why"
        shown = printable(str(reason))[:_MAX_REASON]
        fail(f"not registered (HTTP {answer.status_code}): {shown}", ExitCode.FOUND)
    return said


def _told(synced: Synced) -> str:
    from ._registered import describe_functions

    lines = [f"{synced.app_id}: {'registered' if synced.is_modified else 'nothing changed'}"]
    lines += [f"added: {name}" for name in synced.added]
    lines += [f"removed: {name}" for name in synced.removed]
    lines += [f"changed: {name}" for name in synced.changed]
    if synced.functions is not None:
        lines.append(describe_functions(synced.functions))
    return "\n".join(lines)

"""Finds out whether a service is set up: its settings, the Event API and its serve endpoint.

Nothing is changed by it: no event is sent, and nothing is registered. No key is shown.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Final, cast
from urllib.parse import quote

import httpx

from ..errors import ConfigurationError
from ..settings import Settings
from ..signatures import authorization, sign
from ..transport import Answer, exchange, hide_in_logs


class Verdict(StrEnum):
    """What was found out about one thing.

    Example:
        >>> from platform_events.cli.diagnosing import Verdict
        >>> Verdict("problem")
        <Verdict.PROBLEM: 'problem'>
    """

    OK = "ok"
    NOTE = "note"
    """It may be meant like that, or could not be found out."""
    PROBLEM = "problem"
    SETTING = "setting"
    """A setting is missing or wrong, so that no client can be made."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found out about one thing. No key is in it.

    Attributes:
        verdict: Whether all is well.
        subject: What it is about, such as ``"Event API"``.
        found: What was found.
        source: Where a setting came from: an environment variable, or ``"default"``.
        remedy: What to do about it; empty if nothing is.
    """

    verdict: Verdict
    subject: str
    found: str
    source: str = ""
    remedy: str = ""


def diagnose(
    environment: Mapping[str, str], *, serve_url: str | None, timeout_s: float, now: int
) -> Iterator[Diagnosis]:
    """Find out whether a service is set up.

    Args:
        environment: The environment variables of the service.
        serve_url: Where the service serves its functions; by default that is not looked at.
        timeout_s: How long each of up to three requests may take, in seconds.
        now: The present, in seconds since 1970, which signatures are made for.

    Yields:
        What was found: each setting, then whether the Event API answers, then, with a
        ``serve_url``, whether the endpoint does, and whether its functions are registered. If
        settings are wrong, there are these alone.

    Example:
        >>> from platform_events.cli.diagnosing import diagnose
        >>> for found in diagnose({"INNGEST_DEV": "1"}, serve_url=None, timeout_s=1, now=0):
        ...     print(found.verdict, found.subject, found.source)
        setting PLATFORM_EVENTS_APP_ID environment
    """
    errors, settings = _resolve(environment)
    if errors:
        for error in errors:
            yield Diagnosis(Verdict.SETTING, error.setting, str(error), "environment")
        return
    yield from _settings(settings, environment, is_serving=serve_url is not None)
    hide_in_logs(settings.event_key)
    with httpx.Client() as client:
        asking = _Asking(client, settings, timeout_s)
        yield asking.event_api()
        if serve_url is not None:
            count, diagnosis = asking.endpoint(serve_url, now)
            yield diagnosis
            yield asking.registration(count)


# What stands in for a setting that must be there, so that the other ones are checked, too.
_STAND_INS: Final = {"PLATFORM_EVENTS_APP_ID": "app", "INNGEST_EVENT_KEY": "key"}


def _resolve(environment: Mapping[str, str]) -> tuple[list[ConfigurationError], Settings]:
    """Find every setting that is wrong, not only the first."""
    errors: list[ConfigurationError] = []
    tried = dict(environment)
    while True:
        try:
            return errors, Settings.resolve(tried)
        except ConfigurationError as error:
            errors.append(error)
            if error.setting in _STAND_INS:
                tried[error.setting] = _STAND_INS[error.setting]
            else:
                del tried[error.setting]


_VARIABLES: Final = {
    "app id": ("PLATFORM_EVENTS_APP_ID",),
    "mode": ("INNGEST_DEV",),
    "event key": ("INNGEST_EVENT_KEY",),
    "signing key": ("INNGEST_SIGNING_KEY",),
    "fallback signing key": ("INNGEST_SIGNING_KEY_FALLBACK",),
    "branch environment": (
        "INNGEST_ENV", "RAILWAY_GIT_BRANCH", "RENDER_GIT_BRANCH", "VERCEL_GIT_COMMIT_REF",
    ),
    "Event API URL": ("INNGEST_EVENT_API_BASE_URL", "INNGEST_BASE_URL", "INNGEST_DEV"),
    "API URL": ("INNGEST_API_BASE_URL", "INNGEST_BASE_URL", "INNGEST_DEV"),
    "most bytes of an event": ("PLATFORM_EVENTS_MAX_EVENT_BYTES",),
    "time for a send": ("PLATFORM_EVENTS_SEND_TIMEOUT_S",),
}  # fmt: skip


def _settings(
    settings: Settings, environment: Mapping[str, str], *, is_serving: bool
) -> Iterator[Diagnosis]:
    found = {
        "app id": settings.app_id,
        "mode": "production" if settings.is_production else "development",
        "event key": _masked("INNGEST_EVENT_KEY", environment),
        "signing key": _masked("INNGEST_SIGNING_KEY", environment),
        "fallback signing key": _masked("INNGEST_SIGNING_KEY_FALLBACK", environment),
        "branch environment": settings.env or "none",
        "Event API URL": settings.event_api_base_url,
        "API URL": settings.api_base_url,
        "most bytes of an event": f"{settings.max_event_bytes:,}",
        "time for a send": f"{settings.send_timeout_s:g} s",
    }
    for subject, value in found.items():
        names = (name for name in _VARIABLES[subject] if environment.get(name))
        source = next(names, "default")
        if source == "INNGEST_DEV" and settings.is_production and subject != "mode":
            source = "default"  # INNGEST_DEV=0 gives no address
        if subject != "signing key" or settings.signing_key or not settings.is_production:
            yield Diagnosis(Verdict.OK, subject, value, source)
        elif is_serving:
            remedy = "set INNGEST_SIGNING_KEY: without it the service does not start"
            yield Diagnosis(Verdict.PROBLEM, subject, value, source, remedy)
        else:
            remedy = "enough to send; to serve functions, set INNGEST_SIGNING_KEY"
            yield Diagnosis(Verdict.NOTE, subject, value, source, remedy)


def _masked(variable: str, environment: Mapping[str, str]) -> str:
    return "set, not shown" if variable in environment else "not set"


@dataclass(frozen=True, slots=True)
class _Asking:
    """Asks the servers."""

    client: httpx.Client
    settings: Settings
    timeout_s: float

    def event_api(self) -> Diagnosis:
        """Find out whether events would be accepted, with a request that has none.

        An empty list is accepted with 200 and starts nothing (inngest/inngest:
        pkg/eventstream/eventstream.go); what a server says of the key, it says before it reads.
        """
        subject, settings = "Event API", self.settings
        url = f"{settings.event_api_base_url}/e/{settings.event_key}"
        headers = {"content-type": "application/json"}
        if settings.env:
            headers["x-inngest-env"] = settings.env
        answer = self._ask("POST", url, headers, b"[]")
        if isinstance(answer, str):
            remedy = (
                "check INNGEST_EVENT_API_BASE_URL, and whether this network reaches it"
                if settings.is_production
                else "start a dev server: npx inngest-cli@latest dev"
            )
            return _problem(subject, f"does not answer ({answer})", remedy)
        match answer.status_code:
            case 401:
                found = "refuses the event key"
                remedy = "set INNGEST_EVENT_KEY to an event key of this environment"
                return _problem(subject, found, remedy)
            case 503:
                remedy = "look at the server: one that needs keys has none (`--event-key`)"
                return _problem(subject, "is not available (HTTP 503)", remedy)
            case 200 | 400 if isinstance(_json(answer), dict):
                return self._kind_of_server(answer)
            case _:
                remedy = "check INNGEST_EVENT_API_BASE_URL: an Inngest server does not answer so"
                return _problem(subject, f"is none (HTTP {answer.status_code})", remedy)

    def _kind_of_server(self, answer: Answer) -> Diagnosis:
        kind = answer.headers.get("x-inngest-server-kind")
        if self.settings.is_production and kind == "dev":
            found = "is a dev server, and the service works for production"
            return _problem("Event API", found, "set INNGEST_DEV to 1 or to the server's URL")
        if not self.settings.is_production and kind == "cloud":
            found = "is a production server, and the service works for development"
            return _problem("Event API", found, "unset INNGEST_DEV")
        return Diagnosis(Verdict.OK, "Event API", "answers, and takes the event key")

    def endpoint(self, url: str, now: int) -> tuple[int | None, Diagnosis]:
        """Find out what the serve endpoint says of itself, and how many functions it has."""
        subject, settings = "serve endpoint", self.settings
        headers = {"x-inngest-server-kind": "cloud" if settings.is_production else "dev"}
        if settings.signing_key:
            headers["x-inngest-signature"] = sign(settings.signing_key, b"", now=now)
        answer = self._ask("GET", url, headers)
        if isinstance(answer, str):
            remedy = "start the service, or correct --serve-url"
            return None, _problem(subject, f"does not answer ({answer})", remedy)
        said = _json(answer)
        match answer.status_code, said:
            case 401, _:
                remedy = "give the service the INNGEST_SIGNING_KEY that is set here"
                return None, _problem(subject, "refuses the signature", remedy)
            case 403, _:
                remedy = "set INNGEST_DEV here as it is set in the service"
                return None, _problem(subject, "works for the other mode", remedy)
            case 200, {"function_count": int(count)}:
                return count, self._inspected(count, cast("dict[str, object]", said))
            case _:
                remedy = "give --serve-url in whole, such as http://127.0.0.1:8000/api/inngest"
                return None, _problem(subject, f"is none (HTTP {answer.status_code})", remedy)

    def _inspected(self, count: int, said: dict[str, object]) -> Diagnosis:
        subject = "serve endpoint"
        app_id = said.get("app_id", self.settings.app_id)
        if app_id != self.settings.app_id:
            remedy = "set PLATFORM_EVENTS_APP_ID here as it is set in the service"
            return _problem(subject, "is of an app with another id", remedy)
        if not count:
            return _problem(subject, "has no functions", "give serve() the functions")
        return Diagnosis(Verdict.OK, subject, f"answers, and has {_functions(count)}")

    def registration(self, served: int | None) -> Diagnosis:
        """Find out whether the server knows the functions of the app.

        Source: inngest/inngest: pkg/api/apiv1/functions.go.
        """
        subject, settings = "registration", self.settings
        url = f"{settings.api_base_url}/v1/apps/{quote(settings.app_id)}/functions"
        headers = (
            {"authorization": authorization(settings.signing_key)} if settings.signing_key else {}
        )
        if settings.env:
            headers["x-inngest-env"] = settings.env
        answer = self._ask("GET", url, headers)
        if isinstance(answer, str):
            remedy = "check INNGEST_API_BASE_URL, and whether this network reaches it"
            return _problem(subject, f"the API does not answer ({answer})", remedy)
        if answer.status_code in {401, 403}:
            remedy = "set INNGEST_SIGNING_KEY to the signing key of this environment"
            return _problem(subject, "the API refuses the signing key", remedy)
        registered = _registered(answer)
        if registered is None:
            remedy = "look at the server's list of apps"
            found = f"the API does not tell (HTTP {answer.status_code})"
            return Diagnosis(Verdict.NOTE, subject, found, remedy=remedy)
        # A failure handler counts as a function of its own on the server alone.
        if not registered or registered < (served or 0):
            found = f"the server has {_functions(registered)} of the app"
            remedy = "register them: send PUT to the serve endpoint, or sync the app in Inngest"
            return _problem(subject, found, remedy)
        return Diagnosis(Verdict.OK, subject, f"the server has {_functions(registered)} of the app")

    def _ask(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes = b""
    ) -> Answer | str:
        """Ask a server, and give its answer, or the kind of failure."""
        try:
            return exchange(
                self.client, method, url, headers=headers, body=body, timeout_s=self.timeout_s
            )
        except (httpx.RequestError, httpx.InvalidURL) as error:
            return type(error).__name__


def _problem(subject: str, found: str, remedy: str) -> Diagnosis:
    return Diagnosis(Verdict.PROBLEM, subject, found, remedy=remedy)


def _functions(count: int) -> str:
    return f"{count} function{'' if count == 1 else 's'}"


def _json(answer: Answer) -> object:
    try:
        return cast("object", json.loads(answer.body))
    except (ValueError, RecursionError):
        return None


def _registered(answer: Answer) -> int | None:
    """Count the functions in an answer; None if it is no such answer."""
    if answer.status_code != HTTPStatus.OK:
        return None
    found = _json(answer)
    # Go writes a list that was never begun as null.
    if found is None and answer.body.strip() == b"null":
        return 0
    return len(cast("list[object]", found)) if isinstance(found, list) else None

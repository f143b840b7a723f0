"""Checks of a service: its settings, the Event API and its serve endpoint.

Nothing is changed by it: no event is sent, and nothing is registered. No key is shown.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, cast

from .._printable import printable
from ..errors import ConfigurationError
from ..events._hidden import Hidden, HiddenMapping
from ..sending._transport import Answer, hide_in_logs
from ..sending.settings import Settings
from ..serving._signatures import sign_probe
from ..serving.options import ServeSettings
from ._http import ask, read_json
from ._registered import (
    ask_registered,
    describe_functions,
    is_failure_handler,
    read_registered,
)


class Verdict(StrEnum):
    """What was found out about one thing.

    Example:
        >>> from platform_events.cli._diagnosis import Verdict
        >>> Verdict("problem")
        <Verdict.PROBLEM: 'problem'>
    """

    OK = "ok"
    NOTE = "note"
    """It may be meant like that, or could not be found out."""
    PROBLEM = "problem"
    SETTING = "setting"
    """A setting is missing or wrong, so that no client can be made, or no function served."""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What was found out about one thing. No key is in it.

    Attributes:
        verdict: Whether all is well.
        subject: What it is about, such as ``"Event API"``.
        found: What was found.
        source: Where a setting came from: an environment variable, or ``"default"``; empty for
            one that is missing.
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
    """Check a service's configuration.

    Args:
        environment: The environment variables of the service.
        serve_url: Where the service serves its functions; by default that is not looked at.
        timeout_s: How long each of up to three requests may take, in seconds.
        now: The present, in seconds since 1970, which signatures are made for.

    Yields:
        What was found: each setting, then whether the Event API answers, then, with a
        ``serve_url``, whether the endpoint does, and whether its functions are registered. If
        settings are missing or wrong, there are these, and nothing is asked.

    Example:
        >>> from platform_events.cli._diagnosis import diagnose
        >>> for found in diagnose({"INNGEST_DEV": "1"}, serve_url=None, timeout_s=1, now=0):
        ...     print(found.verdict, found.subject, found.found)
        setting PLATFORM_EVENTS_APP_ID is missing
        note Event API was not asked
    """
    environment = HiddenMapping(environment)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        errors, settings = _resolve(environment)
    if errors:
        yield from (_wrong(error, environment) for error in errors)
        subjects = ["Event API"] if serve_url is None else ["Event API", "serve endpoint"]
        for subject in subjects:
            yield Diagnosis(Verdict.NOTE, subject, "was not asked", remedy="fix the settings")
        return
    yield from _settings(settings, environment, is_serving=serve_url is not None)
    for remedy in dict.fromkeys(str(warning.message) for warning in told):
        yield Diagnosis(Verdict.NOTE, "settings", "are unusual", remedy=remedy)
    assert settings.event_key is not None  # noqa: S101  # else it would be among the errors
    hide_in_logs(settings.event_key)
    asking = _Asking(settings, environment, timeout_s)
    yield asking.event_api()
    if serve_url is not None:
        served, diagnosis = asking.endpoint(serve_url, now)
        yield diagnosis
        yield asking.registration(served, serve_url)


def _wrong(error: ConfigurationError, environment: Mapping[str, str]) -> Diagnosis:
    is_missing = error.setting not in environment
    found = "is missing" if is_missing else "is wrong"
    source = "" if is_missing else error.setting
    return Diagnosis(Verdict.SETTING, error.setting, found, source, remedy=str(error))


# What stands in for a setting that must be there, so that the other ones are checked, too.
_STAND_INS: Final = {"PLATFORM_EVENTS_APP_ID": "app", "INNGEST_EVENT_KEY": "key"}


def _resolve(environment: Mapping[str, str]) -> tuple[list[ConfigurationError], Settings]:
    """Find every setting that is wrong, not only the first."""
    errors: list[ConfigurationError] = []
    tried = Hidden(dict(environment))
    while True:
        try:
            ServeSettings.resolve(tried.value)
            settings = Settings.resolve(tried.value)
            settings.event_url  # noqa: B018  # raises if there is no key
        except ConfigurationError as error:
            errors.append(error)
            if error.setting in _STAND_INS:
                tried.value[error.setting] = _STAND_INS[error.setting]
            else:
                del tried.value[error.setting]
        else:
            return errors, settings


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
        source = _source(subject, settings, environment)
        if subject == "mode" and not settings.is_production and _has_signing_key(environment):
            remedy = "unset INNGEST_DEV in production, and INNGEST_SIGNING_KEY elsewhere: anybody "
            remedy += "who reaches the service can run its functions"
            yield Diagnosis(
                Verdict.PROBLEM, subject, "development, beside a signing key", source, remedy
            )
        elif subject != "signing key" or settings.signing_key or not settings.is_production:
            yield Diagnosis(Verdict.OK, subject, value, source)
        elif is_serving:
            remedy = "set INNGEST_SIGNING_KEY: without it a service in production does not start"
            yield Diagnosis(Verdict.SETTING, subject, value, source, remedy)
        else:
            remedy = "enough to send; to serve functions, set INNGEST_SIGNING_KEY"
            yield Diagnosis(Verdict.NOTE, subject, value, source, remedy)
    if settings.is_production and is_serving:
        yield _serve_origin(environment)


def _has_signing_key(environment: Mapping[str, str]) -> bool:
    names = ("INNGEST_SIGNING_KEY", "INNGEST_SIGNING_KEY_FALLBACK")
    return any(environment.get(name) for name in names)


def _serve_origin(environment: Mapping[str, str]) -> Diagnosis:
    for name in ("INNGEST_SERVE_ORIGIN", "PLATFORM_EVENTS_ALLOWED_HOSTS"):
        if environment.get(name):
            return Diagnosis(Verdict.OK, "serve origin", environment[name], name)
    remedy = "set INNGEST_SERVE_ORIGIN, unless serve() is given serve_origin or allowed_hosts"
    return Diagnosis(Verdict.NOTE, "serve origin", "not set", "default", remedy)


def _source(subject: str, settings: Settings, environment: Mapping[str, str]) -> str:
    names = (name for name in _VARIABLES[subject] if environment.get(name))
    source = next(names, "default")
    if source == "INNGEST_DEV" and settings.is_production and subject != "mode":
        return "default"  # INNGEST_DEV=0 gives no address
    return source


def _masked(variable: str, environment: Mapping[str, str]) -> str:
    return "set, not shown" if variable in environment else "not set"


@dataclass(frozen=True, slots=True)
class _Served:
    """What an endpoint says of its functions: how many, and which, unless it is only the SDK's.

    An endpoint does not count the functions that handle failures, but names them, too.
    """

    count: int
    ids: frozenset[str] | None

    @classmethod
    def read(cls, said: dict[str, object]) -> _Served:
        count, ids = cast("int", said["function_count"]), said.get("function_ids")
        if not isinstance(ids, list):
            return cls(count, None)
        return cls(count, frozenset(printable(str(one)) for one in cast("list[object]", ids)))


@dataclass(frozen=True, slots=True)
class _Asking:
    """Asks the servers."""

    settings: Settings
    environment: Mapping[str, str]
    timeout_s: float

    def event_api(self) -> Diagnosis:
        """Find out whether events would be accepted, with a request that has none.

        An empty list is accepted with 200 and starts nothing (inngest/inngest:
        pkg/eventstream/eventstream.go); what a server says of the key, it says before it reads.
        """
        subject, settings = "Event API", self.settings
        headers = {"content-type": "application/json"}
        if settings.env:
            headers["x-inngest-env"] = settings.env
        answer = ask("POST", settings.event_url, headers, timeout_s=self.timeout_s, body=b"[]")
        if isinstance(answer, str):
            return _problem(subject, f"does not answer ({answer})", self._reach(subject, answer))
        match answer.status_code:
            case 401:
                found = "refuses the event key"
                remedy = "set INNGEST_EVENT_KEY to an event key of this environment"
                return _problem(subject, found, remedy)
            case 503:
                remedy = "look at the server: one that needs keys has none (`--event-key`)"
                return _problem(subject, "is not available (HTTP 503)", remedy)
            case 429 | 500 | 502 | 504 as status:
                remedy = "try again later, or look at the server"
                return _problem(subject, f"is not available (HTTP {status})", remedy)
            case 200 | 400 if isinstance(read_json(answer), dict):
                return self._kind_of_server(answer)
            case _:
                address = self._address(subject)
                remedy = f"correct {address}: an Inngest server does not answer so"
                return _problem(
                    subject, f"is not an Inngest server (HTTP {answer.status_code})", remedy
                )

    def _kind_of_server(self, answer: Answer) -> Diagnosis:
        kind = answer.headers.get("x-inngest-server-kind")
        if self.settings.is_production and kind == "dev":
            found = "is a dev server, and the service works for production"
            return _problem("Event API", found, "set INNGEST_DEV to 1 or to the server's URL")
        if not self.settings.is_production and kind == "cloud":
            found = "is a production server, and the service works for development"
            return _problem("Event API", found, "unset INNGEST_DEV")
        has_key = "INNGEST_EVENT_KEY" in self.environment
        found = "answers, and takes the event key" if has_key else "answers"
        return Diagnosis(Verdict.OK, "Event API", found)

    def _reach(self, subject: str, failure: str) -> str:
        """Say what to do about a server that does not answer."""
        address = self._address(subject)
        if not failure.startswith("Connect"):
            return f"look at the server's own log, give it time with --timeout, or check {address}"
        if self.settings.is_production:
            return f"check {address}, and whether this network reaches it"
        return f"start a dev server (npx inngest-cli@latest dev), or check {address}"

    def _address(self, subject: str) -> str:
        """Name what the address of a server is set with."""
        about = "API URL" if subject == "registration" else f"{subject} URL"
        source = _source(about, self.settings, self.environment)
        return f"the address ({_VARIABLES[about][0]})" if source == "default" else source

    def endpoint(self, url: str, now: int) -> tuple[_Served | None, Diagnosis]:
        """Find out what the serve endpoint says of itself, and which functions it has."""
        subject, settings = "serve endpoint", self.settings
        headers = {"x-inngest-server-kind": "cloud" if settings.is_production else "dev"}
        if settings.signing_key:
            age_s = ServeSettings.resolve(self.environment).signature_max_age_s
            signature = sign_probe(settings.signing_key, b"", url=url, now=now, max_age_s=age_s)
            if signature is None:
                remedy = "give --serve-url with https: others could use the signature elsewhere"
                return None, _problem(subject, "was not asked without encryption", remedy)
            headers["x-inngest-signature"] = signature
        answer = ask("GET", url, headers, timeout_s=self.timeout_s)
        if isinstance(answer, str):
            remedy = (
                "start the service, or correct --serve-url"
                if answer.startswith("Connect")
                else "look at the service's own log, or correct --serve-url"
            )
            return None, _problem(subject, f"does not answer ({answer})", remedy)
        said = read_json(answer)
        match answer.status_code, said:
            case 401, _ if settings.signing_key is None:
                remedy = "set INNGEST_SIGNING_KEY here as it is set in the service"
                return None, _problem(subject, "refuses what is not signed", remedy)
            case 401, _:
                remedy = "set INNGEST_SIGNING_KEY here and in the service to the same key"
                return None, _problem(subject, "refuses the signature", remedy)
            case 403, _:
                remedy = "set INNGEST_DEV here as it is set in the service"
                return None, _problem(subject, "works for the other mode", remedy)
            case 301 | 302 | 307 | 308, _:
                remedy = "give --serve-url as the service has it: mind a slash at its end"
                return None, _problem(subject, f"is elsewhere (HTTP {answer.status_code})", remedy)
            case 200, {"function_count": int()}:
                inspection = cast("dict[str, object]", said)
                served = _Served.read(inspection)
                return served, self._inspected(served, inspection)
            case _:
                remedy = "give --serve-url in whole, such as http://127.0.0.1:8000/api/inngest"
                return None, _problem(
                    subject, f"is not a serve endpoint (HTTP {answer.status_code})", remedy
                )

    def _inspected(self, served: _Served, said: dict[str, object]) -> Diagnosis:
        subject = "serve endpoint"
        app_id = said.get("app_id", self.settings.app_id)
        if app_id != self.settings.app_id:
            remedy = "set PLATFORM_EVENTS_APP_ID here as it is set in the service"
            return _problem(subject, "is of an app with another id", remedy)
        if not served.count:
            return _problem(subject, "has no functions", "give serve() the functions")
        count = f"{served.count} function{'' if served.count == 1 else 's'}"
        functions = count if served.ids is None else describe_functions(served.ids)
        return Diagnosis(Verdict.OK, subject, f"answers, and has {functions}")

    def registration(self, served: _Served | None, url: str) -> Diagnosis:
        """Find out whether the server has the functions that the endpoint serves."""
        subject, settings = "registration", self.settings
        answer = ask_registered(settings, self.environment, timeout_s=self.timeout_s)
        if isinstance(answer, str):
            remedy = self._reach(subject, answer)
            return _problem(subject, f"the API does not answer ({answer})", remedy)
        if answer.status_code in {401, 403}:
            remedy = "set INNGEST_SIGNING_KEY to the signing key of this environment"
            refused = "the signing key" if settings.signing_key else "what is not signed"
            return _problem(subject, f"the API refuses {refused}", remedy)
        registered = read_registered(answer)
        if registered is None:
            remedy = "look at the server's list of apps"
            found = f"the API does not tell (HTTP {answer.status_code})"
            return Diagnosis(Verdict.NOTE, subject, found, remedy=remedy)
        has = f"the server has {describe_functions(registered, f' of the app {settings.app_id}')}"
        remedy = f"run platform-events sync {printable(url)}"
        if not registered:
            remedy += "; or set PLATFORM_EVENTS_APP_ID to the id that they are registered under"
            return _problem(subject, has, remedy)
        difference = _difference(served, registered.keys())
        if difference:
            return _problem(subject, f"{has}; {difference}", remedy)
        return Diagnosis(Verdict.OK, subject, has)


def _problem(subject: str, found: str, remedy: str) -> Diagnosis:
    return Diagnosis(Verdict.PROBLEM, subject, found, remedy=remedy)


def _difference(served: _Served | None, registered: AbstractSet[str]) -> str:
    """Say which functions only one side has; empty if there are none, or that is not known."""
    if served is None:
        return ""
    if served.ids is None:
        own = sum(not is_failure_handler(name, registered) for name in registered)
        return "" if own >= served.count else f"the endpoint has {served.count}"
    sides = {
        "served, but not registered": served.ids - registered,
        "registered, but not served": registered - served.ids,
    }
    return "; ".join(
        f"{what}: {', '.join(sorted(names))}" for what, names in sides.items() if names
    )

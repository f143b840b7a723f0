"""The options of ``serve``: the same for every framework, checked before anything is served."""

from __future__ import annotations

import math
import os
import re
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, Self, TypedDict

from typing_extensions import Unpack

from ..errors import ConfigurationError
from ..events._hidden import HiddenMapping, hide_locals
from ..sending.client import Client
from ._registration import AllowedHosts, check_origin
from ._servable import check_client
from ._signatures import MAX_AGE_S
from .replays import MemorySignatureStore, SignatureStore

DEFAULT_PATH: Final = "/api/inngest"
"""The path at which functions are served."""

_LONGEST_AGE_S: Final = 86_400
_PLAIN_PATH: Final = re.compile(r"/[A-Za-z0-9._~/-]+")


class ServeOptions(TypedDict, total=False):
    """The options of ``serve``. What is absent is read from the environment.

    Attributes:
        client: The client that the functions are bound to; absent: the one client configured
            when requests are served. If given, everything is checked at once.
        serve_origin: The origin that Inngest calls, such as ``"https://scores.example.com"``. In
            production this or ``allowed_hosts`` is required. Environment:
            ``INNGEST_SERVE_ORIGIN``.
        allowed_hosts: The hosts that the app may be registered under besides that of
            ``serve_origin``: ``host`` (any port), ``host:port``, ``.domain`` for a domain and
            its subdomains, or ``*``. Environment: ``PLATFORM_EVENTS_ALLOWED_HOSTS``, separated by
            commas.
        enable_unauthed_sync: Whether a registration in production may be unsigned. Environment:
            ``INNGEST_ENABLE_UNAUTHED_SYNC``, on if ``1`` or ``true``.
        health_path: Where a readiness probe is answered, such as ``"/ready"``: with 200, or with
            503 while a setting is missing. It needs no signature and tells nothing else. Absent:
            nowhere.
        public_path: The path that Inngest calls, if a proxy rewrites it.
        serve_path: Where to serve, instead of ``/api/inngest``. Environment:
            ``INNGEST_SERVE_PATH``.
        signature_max_age_s: How far in the past or in the future a signature may have been made, in
            seconds; by default 300.
            Environment: ``PLATFORM_EVENTS_SIGNATURE_MAX_AGE_S``.
        refuse_replays: Whether a call whose signature was seen before is refused: a store that all
            processes share, or ``True`` for one in this process. Environment:
            ``PLATFORM_EVENTS_REFUSE_REPLAYS``, on if ``1`` or ``true``.
        clock: Returns the current time, in seconds since 1970, to measure the age of signatures.
    """

    client: Client
    serve_origin: str | None
    allowed_hosts: Sequence[str] | None
    enable_unauthed_sync: bool | None
    health_path: str | None
    public_path: str | None
    serve_path: str | None
    signature_max_age_s: float | None
    refuse_replays: bool | SignatureStore | None
    clock: Callable[[], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeSettings:
    """Options that are complete and checked.

    The attributes of :class:`ServeOptions`, and:

    Attributes:
        hosts: The hosts that the app may be registered under.
        replays: Remembers signatures; None if replays are not refused.
    """

    client: Client | None
    serve_origin: str | None
    hosts: AllowedHosts
    enable_unauthed_sync: bool
    health_path: str | None
    public_path: str | None
    serve_path: str
    signature_max_age_s: float
    replays: SignatureStore | None = field(repr=False)
    clock: Callable[[], float] = field(repr=False)

    @classmethod
    @hide_locals
    def resolve(
        cls, environment: Mapping[str, str] = os.environ, /, **options: Unpack[ServeOptions]
    ) -> Self:
        """Combine options and environment, options first, and check the result.

        Args:
            environment: Where to look up options that are absent.
            **options: See :class:`ServeOptions`.

        Returns:
            The settings.

        Raises:
            ConfigurationError: An option is wrong; the error names it.

        Example:
            >>> ServeSettings.resolve({"INNGEST_SERVE_ORIGIN": "https://x.example"}).serve_path
            '/api/inngest'
        """
        environment = HiddenMapping(environment)
        for name in options.keys() - ServeOptions.__annotations__.keys():
            raise ConfigurationError(f"{name} is not an option of serve", setting=name)
        origin = _origin(options.get("serve_origin"), environment)
        clock = options.get("clock") or time.time
        serve_path = options.get("serve_path") or environment.get("INNGEST_SERVE_PATH")
        serve_path = serve_path or DEFAULT_PATH
        unauthed = options.get("enable_unauthed_sync")
        return cls(
            client=check_client(options.get("client")),
            serve_origin=origin,
            hosts=AllowedHosts.pinned(origin, _hosts(options.get("allowed_hosts"), environment)),
            enable_unauthed_sync=_is_on("INNGEST_ENABLE_UNAUTHED_SYNC", environment)
            if unauthed is None
            else unauthed,
            health_path=_health_path(options.get("health_path"), serve_path),
            public_path=options.get("public_path"),
            serve_path=serve_path,
            signature_max_age_s=_max_age_s(options.get("signature_max_age_s"), environment),
            replays=_store(options.get("refuse_replays"), environment, clock),
            clock=clock,
        )


def _origin(option: str | None, environment: Mapping[str, str]) -> str | None:
    variable = environment.get("INNGEST_SERVE_ORIGIN")
    if option is not None:
        return check_origin(option, "serve_origin")
    return check_origin(variable, "INNGEST_SERVE_ORIGIN") if variable else None


def _hosts(option: Sequence[str] | None, environment: Mapping[str, str]) -> Sequence[str]:
    if option is None:
        listed = environment.get("PLATFORM_EVENTS_ALLOWED_HOSTS", "").split(",")
        return [host.strip() for host in listed if host.strip()]
    if isinstance(option, str) or not all(option):
        raise ConfigurationError(
            'allowed_hosts must be a list of hosts, such as ["scores.example.com"]',
            setting="allowed_hosts",
        )
    return option


def _health_path(option: object, serve_path: str) -> str | None:
    if option is None:
        return None
    if not isinstance(option, str) or not _PLAIN_PATH.fullmatch(option):
        problem = 'must be a path without parameters, such as "/ready"'
    elif option.strip("/") == serve_path.strip("/"):
        problem = "must differ from serve_path, where every request is verified"
    else:
        return option
    raise ConfigurationError(f"health_path {problem}", setting="health_path")


def _max_age_s(option: object, environment: Mapping[str, str]) -> float:
    name = "signature_max_age_s" if option is not None else "PLATFORM_EVENTS_SIGNATURE_MAX_AGE_S"
    value = option if option is not None else environment.get(name) or MAX_AGE_S
    number = math.nan
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        with suppress(ValueError, OverflowError):
            number = float(value)
    if not 1 <= number <= _LONGEST_AGE_S:
        raise ConfigurationError(
            f"{name} must be a number of seconds from 1 to {_LONGEST_AGE_S}", setting=name
        )
    return number


def _store(
    option: bool | SignatureStore | None,
    environment: Mapping[str, str],
    clock: Callable[[], float],
) -> SignatureStore | None:
    if option is None:
        option = _is_on("PLATFORM_EVENTS_REFUSE_REPLAYS", environment)
    if isinstance(option, bool):
        return MemorySignatureStore(clock=clock) if option else None
    return option


def _is_on(variable: str, environment: Mapping[str, str]) -> bool:
    return environment.get(variable, "").strip().lower() in {"1", "true"}

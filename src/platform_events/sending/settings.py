"""The settings of the one client, checked before any network is used.

The SDK reads some of these settings in surprising ways: it silently ignores
``INNGEST_DEV=http://inngest``, drops the path of a base URL, accepts an empty event key and puts a
key into a URL unquoted. Here each of these is corrected, or an error that names the setting.
"""

from __future__ import annotations

import logging
import math
import os
import re
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Self, TypeAlias, TypedDict, cast
from urllib.parse import quote

from typing_extensions import Unpack

from ..errors import ConfigurationError
from ..events._hidden import HiddenMapping, hide_locals
from ._hosts import is_loopback
from ._network import check_network_variables
from ._urls import check_base_url

if TYPE_CHECKING:
    import inngest

    Middleware: TypeAlias = Callable[
        [inngest.Inngest, object], inngest.Middleware | inngest.MiddlewareSync
    ]
    """A class of the SDK's middleware of either kind, or what makes an instance of one."""

DEFAULT_MAX_EVENT_BYTES: Final = 3 * 1024 * 1024
"""The largest event of any server (inngest/inngest: pkg/consts/consts.go, AbsoluteMaxEventSize)."""

DEFAULT_SEND_TIMEOUT_S: Final = 10.0
"""How long a request is tried, including retries, in seconds."""

_ENV_VARIABLES: Final = (
    "INNGEST_ENV",
    "RAILWAY_GIT_BRANCH",
    "RENDER_GIT_BRANCH",
    "VERCEL_GIT_COMMIT_REF",
)

_MIN_TIMEOUT_S: Final = 0.001
_MAX_TIMEOUT_S: Final = 86_400
_DEV_ORIGIN: Final = "http://127.0.0.1:8288"
_CLOUD_API_ORIGIN: Final = "https://api.inngest.com"
_CLOUD_EVENT_ORIGIN: Final = "https://inn.gs"
# What the SDK sends to a dev server, which accepts any key.
_DEV_EVENT_KEY: Final = "NO_EVENT_KEY_SET"

_PLAIN_APP_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
# Printable ASCII; "." and ".." have a meaning in a path.
_EVENT_KEY: Final = re.compile(r"(?!\.{1,2}\Z)[!-~]+")
# Allowed unquoted in a path, besides letters and digits (RFC 3986, section 3.3: pchar).
_PATH_CHARACTERS: Final = "-._~!$&'()*+,;=:@"
_HEADER_VALUE: Final = re.compile(r"[!-~]([ -~]*[!-~])?")
_SIGNING_KEY: Final = re.compile(r"(signkey-\w+-)?([0-9a-fA-F]{2})+")
# Keys can be guessed offline from one signed request, so only test keys may be this short.
_SHORTEST_KEY_BYTES: Final = 16
_SHORTEST_TEST_KEY_BYTES: Final = 2


class ClientOptions(TypedDict, total=False):
    """The arguments of ``configure``. What is absent is read from the environment.

    Attributes:
        app_id: The id of the service at Inngest, such as ``"scoring"``; functions belong to it.
            Another id is another app. Environment: ``PLATFORM_EVENTS_APP_ID``.
        app_version: A version to show in Inngest's dashboard.
        env: The branch environment. Environment: ``INNGEST_ENV``, or the branch that Railway,
            Render or Vercel deploys.
        is_production: Whether requests are signed and keys required. Environment: it is, unless
            ``INNGEST_DEV`` is ``1`` or the URL of a dev server.
        event_key: Authenticates sends; in production the first send needs it. Environment:
            ``INNGEST_EVENT_KEY``.
        signing_key: Verifies that requests come from Inngest. Environment:
            ``INNGEST_SIGNING_KEY`` (and ``INNGEST_SIGNING_KEY_FALLBACK`` during a rotation).
        event_api_base_url: Where events go. Environment: ``INNGEST_EVENT_API_BASE_URL``,
            ``INNGEST_BASE_URL``, or the URL in ``INNGEST_DEV``.
        api_base_url: Where functions are registered. Environment: ``INNGEST_API_BASE_URL``,
            ``INNGEST_BASE_URL``, or the URL in ``INNGEST_DEV``.
        allow_dev_mode: Whether dev mode is meant although a signing key is set and the Inngest
            server is not on this machine: anybody who reaches the service can run its functions
            then. Environment: ``PLATFORM_EVENTS_ALLOW_DEV_MODE``, which is ``1`` or ``true``.
        max_event_bytes: The most bytes that one event may have as JSON; 3 MiB, which is what
            a server takes at most. Inngest Cloud takes less by plan: 256 KiB on the free one.
            Environment: ``PLATFORM_EVENTS_MAX_EVENT_BYTES``.
        send_timeout_s: How long one request of events is tried for, retries included, in seconds;
            10. Environment: ``PLATFORM_EVENTS_SEND_TIMEOUT_S``.
        attempt_timeout_s: How long one attempt at a request may take, in seconds; by default a
            third of ``send_timeout_s`` for the first one, but at least a second, and then what is
            left. Environment: ``PLATFORM_EVENTS_ATTEMPT_TIMEOUT_S``.
        share_requests: Whether events that are sent while requests are under way leave together
            in the next request; they do by default. Environment:
            ``PLATFORM_EVENTS_SHARE_REQUESTS``, ``1`` or ``0``.
        allow_http: Whether events and signatures may go unencrypted, in production, to servers
            that are not on this machine. Environment: ``PLATFORM_EVENTS_ALLOW_HTTP``.
        middleware: The SDK's middleware, synchronous or not.
        logger: The SDK's logger.
        serializer: Converts what functions and steps return, by the types that they declare,
            instead of pydantic. JSON types need none.
    """

    app_id: str
    app_version: str
    env: str
    is_production: bool
    event_key: str
    signing_key: str
    event_api_base_url: str
    api_base_url: str
    allow_dev_mode: bool
    max_event_bytes: int
    send_timeout_s: float
    attempt_timeout_s: float
    share_requests: bool
    allow_http: bool
    middleware: list[Middleware]
    logger: logging.Logger
    serializer: inngest.Serializer


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Settings that are complete and checked. The repr shows no keys.

    The attributes are those of :class:`ClientOptions`.
    """

    app_id: str
    app_version: str | None
    env: str | None
    is_production: bool
    event_key: str | None = field(repr=False)
    signing_key: str | None = field(repr=False)
    event_api_base_url: str
    api_base_url: str
    allow_dev_mode: bool = False
    allow_http: bool = False
    max_event_bytes: int
    send_timeout_s: float
    attempt_timeout_s: float | None
    share_requests: bool
    middleware: tuple[Middleware, ...] = field(repr=False)
    logger: logging.Logger | None = field(repr=False)
    serializer: inngest.Serializer | None = field(default=None, repr=False)

    @property
    def event_url(self) -> str:
        """Where events are sent, including the key.

        Raises:
            ConfigurationError: There is no event key, and the server needs one.
        """
        if self.event_key is None:
            raise ConfigurationError(
                "no event key: set INNGEST_EVENT_KEY to a key of the environment, or set "
                "INNGEST_DEV=1 to work with a dev server",
                setting="INNGEST_EVENT_KEY",
            )
        return f"{self.event_api_base_url}/e/{quote(self.event_key, safe=_PATH_CHARACTERS)}"

    @classmethod
    @hide_locals
    def resolve(
        cls, environment: Mapping[str, str] = os.environ, /, **options: Unpack[ClientOptions]
    ) -> Self:
        """Combine options and environment, options first, and check the result.

        Args:
            environment: Where to look up options that are absent.
            **options: See :class:`ClientOptions`.

        Returns:
            The settings.

        Raises:
            ConfigurationError: A setting is missing or wrong; the error names it.

        Example:
            >>> Settings.resolve({"INNGEST_DEV": "1"}, app_id="scoring").event_api_base_url
            'http://127.0.0.1:8288'
        """
        environment = HiddenMapping(environment)
        given = _SettingsResolver(environment, cast("Mapping[str, object]", options))
        given.check_names()
        check_network_variables(environment)
        is_dev, dev_url = _dev_mode(environment.get("INNGEST_DEV", ""))
        is_production = given.is_production(default=not is_dev)
        given = replace(given, is_production_mode=is_production)
        local = None if is_production else dev_url or _DEV_ORIGIN
        settings = cls(
            app_id=given.app_id(),
            app_version=options.get("app_version"),
            env=given.env(),
            is_production=is_production,
            event_key=given.event_key(),
            signing_key=given.signing_key("signing_key", "INNGEST_SIGNING_KEY"),
            event_api_base_url=given.url("event_api_base_url", "INNGEST_EVENT_API_BASE_URL")
            or local
            or _CLOUD_EVENT_ORIGIN,
            api_base_url=given.url("api_base_url", "INNGEST_API_BASE_URL")
            or local
            or _CLOUD_API_ORIGIN,
            allow_http=given.flag("allow_http", "PLATFORM_EVENTS_ALLOW_HTTP"),
            allow_dev_mode=given.flag("allow_dev_mode", "PLATFORM_EVENTS_ALLOW_DEV_MODE"),
            max_event_bytes=given.max_event_bytes(),
            send_timeout_s=given.send_timeout_s(),
            attempt_timeout_s=given.timeout_s(
                "attempt_timeout_s", "PLATFORM_EVENTS_ATTEMPT_TIMEOUT_S"
            ),
            share_requests=given.flag(
                "share_requests", "PLATFORM_EVENTS_SHARE_REQUESTS", default=True
            ),
            middleware=tuple(options.get("middleware") or ()),
            logger=options.get("logger"),
            serializer=options.get("serializer"),
        )
        given.check_signing_keys(settings)
        given.check_encryption(settings)
        return settings

    @property
    def is_server_local(self) -> bool:
        """Whether the Inngest servers for events and for functions are both on this machine."""
        return is_loopback(self.api_base_url) and is_loopback(self.event_api_base_url)

    @property
    def sends_bearer(self) -> bool:
        """Whether the API may receive credentials: in dev mode, only if it is on this machine."""
        return self.is_production or is_loopback(self.api_base_url)


@hide_locals
def max_event_bytes(environment: Mapping[str, str] = os.environ) -> int:
    """Return the largest size of one event, in bytes, without resolving other settings.

    Args:
        environment: Where ``PLATFORM_EVENTS_MAX_EVENT_BYTES`` is looked up.

    Returns:
        The setting ``max_event_bytes``.

    Raises:
        ConfigurationError: It is not a whole number above 0.

    Example:
        >>> max_event_bytes({"PLATFORM_EVENTS_MAX_EVENT_BYTES": "262144"})
        262144
    """
    return _SettingsResolver(environment, {}).max_event_bytes()


@dataclass(frozen=True, slots=True)
class _SettingsResolver:
    """Looks a setting up by its option, then by its variable, and checks it."""

    environment: Mapping[str, str] = field(repr=False)
    options: Mapping[str, object] = field(repr=False)
    is_production_mode: bool = True

    def find(self, option: str, variable: str) -> tuple[object, str]:
        """Return the value, or None, and the name under which it was found."""
        value = self.options.get(option)
        if value is not None:
            return value, option
        text = self.environment.get(variable)
        if _is_blank(text) and not self.is_production_mode:
            # Tools such as Docker Compose set omitted variables to an empty string.
            text = None
        return text, variable

    def check_names(self) -> None:
        for name in self.options.keys() - ClientOptions.__annotations__.keys():
            raise ConfigurationError(f"{name} is not a setting", setting=name)

    def is_production(self, *, default: bool) -> bool:
        value = self.options.get("is_production")
        if value is None:
            return default
        if not isinstance(value, bool):
            raise ConfigurationError("is_production must be a bool", setting="is_production")
        return value

    def env(self) -> str | None:
        value, name = self.options.get("env"), "env"
        for variable in _ENV_VARIABLES:
            # The SDK treats an empty one as absent as well.
            if _is_blank(value):
                value, name = self.environment.get(variable), variable
        if _is_blank(value):
            return None
        if not isinstance(value, str) or not _HEADER_VALUE.fullmatch(value):
            raise ConfigurationError(
                f"{name} must be printable ASCII characters, as it is sent in a header",
                setting=name,
            )
        return value

    def app_id(self) -> str:
        value, name = self.find("app_id", "PLATFORM_EVENTS_APP_ID")
        if value is None:
            raise ConfigurationError(
                "no app id: set PLATFORM_EVENTS_APP_ID, or call configure(app_id=...), with the "
                'name of the service, such as "scoring"',
                setting=name,
            )
        if not isinstance(value, str) or not value.strip() or not value.isprintable():
            raise ConfigurationError(
                f"{name} must be a non-empty string of printable characters", setting=name
            )
        if not _PLAIN_APP_ID.fullmatch(value):
            warnings.warn(
                f"{name} has characters other than ASCII letters, digits, dots, hyphens and "
                "underscores: keep it if functions are registered under it, as another id is "
                "another app to Inngest; otherwise use only those",
                stacklevel=5,
            )
        return value

    def event_key(self) -> str | None:
        value, name = self.find("event_key", "INNGEST_EVENT_KEY")
        if value is None:
            return None if self.is_production_mode else _DEV_EVENT_KEY
        if not isinstance(value, str) or not _EVENT_KEY.fullmatch(value):
            raise ConfigurationError(
                f"{name} {_key_fault(value)}: it must be printable ASCII characters without spaces",
                setting=name,
            )
        return value

    def check_encryption(self, settings: Settings) -> None:
        """Refuse to send events or signatures unencrypted over a network."""
        if not settings.is_production or settings.allow_http:
            return
        for option, variable, url in (
            ("event_api_base_url", "INNGEST_EVENT_API_BASE_URL", settings.event_api_base_url),
            ("api_base_url", "INNGEST_API_BASE_URL", settings.api_base_url),
        ):
            if url.startswith("http://") and not is_loopback(url):
                name = self.url_source(option, variable)
                raise ConfigurationError(
                    f"{name} begins with http://, so that keys and health data would go over the "
                    "network unencrypted: use https://, or set PLATFORM_EVENTS_ALLOW_HTTP=1 if "
                    "the network is trusted",
                    setting=name,
                )

    def signing_key(self, option: str, variable: str) -> str | None:
        value, name = self.find(option, variable)
        if value is None:
            return None
        if not isinstance(value, str) or not _SIGNING_KEY.fullmatch(value):
            raise ConfigurationError(
                f"{name} {_key_fault(value)}: it must be signkey-<environment>- and an even "
                "number of hexadecimal digits, or only the digits",
                setting=name,
            )
        return value

    def check_signing_keys(self, settings: Settings) -> None:
        """Check signing keys against the other settings."""
        fallback = "INNGEST_SIGNING_KEY_FALLBACK"
        keys = [("signing_key", "INNGEST_SIGNING_KEY"), (fallback, fallback)]
        found = [(key, self.find(*names)[1]) for names in keys if (key := self.signing_key(*names))]
        least = _SHORTEST_TEST_KEY_BYTES if settings.is_server_local else _SHORTEST_KEY_BYTES
        for key, name in found:
            if settings.is_production and len(key.rpartition("-")[2]) < 2 * least:
                raise ConfigurationError(
                    f"{name} is too short to be safe: use the key of the environment, or of a "
                    f"server of your own {_SHORTEST_KEY_BYTES} random bytes or more",
                    setting=name,
                )
        is_exposed = bool(found) and not settings.is_production and not settings.is_server_local
        if is_exposed and not settings.allow_dev_mode:
            raise ConfigurationError(
                "INNGEST_DEV is set beside a signing key, and the Inngest server is not on this "
                "machine: anybody could run the functions of this service. In production unset "
                "INNGEST_DEV; in development unset INNGEST_SIGNING_KEY, or set "
                "PLATFORM_EVENTS_ALLOW_DEV_MODE=1 if it is meant",
                setting="INNGEST_DEV",
            )

    def flag(self, option: str, variable: str, *, default: bool = False) -> bool:
        value, name = self.find(option, variable)
        if value is None or value == "":
            return default
        if isinstance(value, bool):
            return value
        text = value.strip().lower() if isinstance(value, str) else "?"
        if text in {"", "0", "false", "1", "true"}:
            return text in {"1", "true"}
        raise ConfigurationError(f"{name} must be 1 or 0, or a bool", setting=name)

    def url(self, option: str, variable: str) -> str | None:
        value, name = self.find(option, variable)
        if value is None:
            value, name = self.find("INNGEST_BASE_URL", "INNGEST_BASE_URL")
        if value is None:
            return None
        return check_base_url(value, name, is_production=self.is_production_mode)

    def url_source(self, option: str, variable: str) -> str:
        """Return the name under which a base URL was set."""
        value, name = self.find(option, variable)
        return "INNGEST_BASE_URL" if value is None else name

    def max_event_bytes(self) -> int:
        number, name = self.number("max_event_bytes", "PLATFORM_EVENTS_MAX_EVENT_BYTES")
        if number is None:
            return DEFAULT_MAX_EVENT_BYTES
        if not 1 <= number < math.inf or not number.is_integer():
            raise ConfigurationError(f"{name} must be a whole number above 0", setting=name)
        return int(number)

    def send_timeout_s(self) -> float:
        number = self.timeout_s("send_timeout_s", "PLATFORM_EVENTS_SEND_TIMEOUT_S")
        return DEFAULT_SEND_TIMEOUT_S if number is None else number

    def timeout_s(self, option: str, variable: str) -> float | None:
        number, name = self.number(option, variable)
        if number is not None and not _MIN_TIMEOUT_S <= number <= _MAX_TIMEOUT_S:
            raise ConfigurationError(
                f"{name} must be a number of seconds from {_MIN_TIMEOUT_S} to {_MAX_TIMEOUT_S}",
                setting=name,
            )
        return number

    def number(self, option: str, variable: str) -> tuple[float | None, str]:
        """Return the number, or NaN if it is not one, and the name under which it was found."""
        value, name = self.find(option, variable)
        if value is None:
            return None, name
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            return math.nan, name
        try:
            return float(value), name
        except (ValueError, OverflowError):
            return math.nan, name


def _dev_mode(value: str) -> tuple[bool, str | None]:
    """Read ``INNGEST_DEV``: whether it asks for a dev server, and which."""
    value = value.strip()
    if value.lower() in {"", "0", "false"}:
        return False, None
    if value.lower() in {"1", "true"}:
        return True, None
    return True, check_base_url(value, "INNGEST_DEV", is_production=False)


def _is_blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _key_fault(value: object) -> str:
    if not isinstance(value, str):
        return "is not a string"
    if not value.strip():
        return "is empty"
    return "has white space around it" if value != value.strip() else "has a wrong form"

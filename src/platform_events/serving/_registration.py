"""Registration: the allowed hosts, the request's body, and whether Inngest accepted it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import urlsplit

from .._printable import printable
from ..errors import ConfigurationError
from ._answers import EndpointAnswer, RequestRejected, read_object

_AUTHORITY: Final = re.compile(r"[A-Za-z0-9._\-\[\]:]*[A-Za-z0-9\]]")

MAX_SYNC_BYTES: Final = 16 * 1024
"""The largest body of a registration, in bytes; it holds a URL."""


@dataclass(frozen=True, slots=True)
class AllowedHosts:
    """The hosts that an app may be registered under."""

    # A signature of an empty body covers neither the method nor the host, and the URL that an app
    # registers follows the host of the request. So whoever intercepts such a signature could
    # register the app under a host of their own.

    patterns: Sequence[str]  # host (any port), host:port, .domain with its subdomains, or *

    @classmethod
    def pinned(cls, origin: str | None, hosts: Sequence[str]) -> Self:
        """Allow the host of an origin, and further hosts."""
        own = [urlsplit(origin).netloc] if origin else []
        return cls(tuple(host.lower() for host in (*own, *hosts)))

    def allow(self, host: str) -> bool:
        host = host.lower()
        if not _AUTHORITY.fullmatch(host):
            return False
        try:
            parts = urlsplit(f"//{host}")
            name, port = parts.hostname or "", parts.port
        except ValueError:
            return False
        return any(_matches(pattern, name, port) for pattern in self.patterns)


def _matches(pattern: str, name: str, port: int | None) -> bool:
    if pattern == "*":
        return True
    if pattern.startswith("."):
        return name == pattern[1:] or name.endswith(pattern)
    parts = urlsplit(f"//{pattern}")
    # A Host header omits the ports 80 and 443.
    is_port = parts.port is None or parts.port == port or (port is None and parts.port in {80, 443})
    return parts.hostname == name and is_port


def check_origin(value: str, name: str) -> str:
    """Check an origin and complete its scheme, which defaults to https as in the SDK."""
    origin = value.strip().removesuffix("/")
    origin = origin if "://" in origin else f"https://{origin}"
    if not _is_origin(origin):
        raise ConfigurationError(
            f"{name} must be an origin, such as https://scores.example.com", setting=name
        )
    return origin


def _is_origin(text: str) -> bool:
    try:
        parts = urlsplit(text)
        is_complete = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    is_bare = text == f"{parts.scheme}://{parts.netloc}"
    return is_complete and is_bare and _AUTHORITY.fullmatch(parts.netloc) is not None


def check_sync(body: bytes, *, is_in_band: bool, hosts: AllowedHosts) -> None:
    content = read_object(body or b"{}")
    if content is None:
        raise RequestRejected(400, "body_invalid", "the body must be a JSON object, or empty")
    if is_in_band:
        host = _host_of(content.get("url"))
        if not host:
            raise RequestRejected(400, "body_invalid", "the body must hold the url of the app")
        check_host(host, hosts)


def check_host(host: str, hosts: AllowedHosts) -> None:
    if not hosts.allow(host):
        raise RequestRejected(
            403,
            "host_not_allowed",
            "the app is not registered under this host: register it under its serve_origin, or "
            "add the host to allowed_hosts",
        )


def _host_of(url: object) -> str:
    """Return the host of a URL; empty if it cannot be parsed, which would make the SDK raise."""
    try:
        return urlsplit(url).netloc if isinstance(url, str) else ""
    except ValueError:
        return ""


def registration_refusal(answer: EndpointAnswer) -> str | None:
    """Return why Inngest refused a registration; None if it did not."""
    if answer.headers.get("x-inngest-sync-kind") != "out_of_band":
        return None
    content = read_object(answer.body) or {}
    error = content.get("error")
    says_so = content.get("ok") is True or content.get("status") == 200
    if not error and (not content or says_so or content.keys() & {"modified", "skipped"}):
        return None
    return printable(error[:500]) if isinstance(error, str) and error else "it did not say why"

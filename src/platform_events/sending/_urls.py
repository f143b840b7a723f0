"""Checks base URLs for what the SDK would ignore, truncate or misread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from urllib.parse import SplitResult, urlsplit

from ..errors import ConfigurationError


def check_base_url(value: object, name: str, *, is_production: bool) -> str:
    """Check a base URL and return its origin."""
    text = value.strip() if isinstance(value, str) else ""
    if text and "//" not in text:
        text = f"{'https' if is_production else 'http'}://{text}"
    fault = _find_fault(text)
    if fault:
        # The value stays out of the message: it may hold a password.
        raise ConfigurationError(
            f"{name} {fault}; it must be an origin such as http://127.0.0.1:8288", setting=name
        )
    parts = urlsplit(text)
    return f"{parts.scheme}://{parts.netloc}"


def _find_fault(text: str) -> str | None:
    if not text.isascii() or any(c.isspace() or not c.isprintable() for c in text):
        return "has characters that no URL has"
    try:
        parts = urlsplit(text)
        parts.port  # noqa: B018  # reading it checks it
    except ValueError:
        return "is not a valid URL"
    return next((fault for is_broken, fault in _RULES if is_broken(text, parts)), None)


def _has_no_origin(_: str, parts: SplitResult) -> bool:
    return parts.scheme not in {"http", "https"} or not parts.hostname


def _has_credentials(_: str, parts: SplitResult) -> bool:
    return "@" in parts.netloc


def _has_no_valid_host(_: str, parts: SplitResult) -> bool:
    return parts.port == 0 or parts.netloc.endswith(":") or not _is_host(parts.netloc)


def _has_more_than_an_origin(text: str, parts: SplitResult) -> bool:
    return bool(parts.path.strip("/")) or "?" in text or "#" in text


def _has_a_bare_host(_: str, parts: SplitResult) -> bool:
    host = parts.hostname or ""
    return parts.port is None and "." not in host and ":" not in host


def _looks_like_a_scheme(text: str, _: SplitResult) -> bool:
    # The SDK strips these letters, and the colon after them, from both ends.
    return "." not in text and ":" not in text.strip("htps:/")


_RULES: Final[list[tuple[Callable[[str, SplitResult], bool], str]]] = [
    (_has_no_origin, "does not begin with http:// or https:// and a host"),
    (_has_credentials, "holds a user name or password, which would be sent nowhere"),
    (_has_no_valid_host, "is not a valid URL"),
    (_has_more_than_an_origin, "has a path, a query or a fragment, which the SDK drops"),
    (
        _has_a_bare_host,
        "has a host with neither a dot nor a port, which the SDK ignores: add the port",
    ),
    (
        _looks_like_a_scheme,
        "has a host of only the letters h, t, p and s, which the SDK takes for a scheme",
    ),
]


def _is_host(text: str) -> bool:
    """Whether the HTTP client accepts it as a host, with or without a port."""
    import httpx2

    try:
        # The resolver encodes it again, which fails on labels that are empty or too long.
        return bool(httpx2.URL(f"http://{text}").host.encode("idna"))
    except (httpx2.InvalidURL, ValueError):
        return False

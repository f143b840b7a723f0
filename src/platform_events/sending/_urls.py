"""Checks base URLs for what the SDK would ignore, truncate or misread."""

from __future__ import annotations

from urllib.parse import urlsplit

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
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "is not a valid URL"
    if parts.scheme not in {"http", "https"} or not host:
        return "does not begin with http:// or https:// and a host"
    if "@" in parts.netloc:
        return "holds a user name or password, which would be sent nowhere"
    if port == 0 or parts.netloc.endswith(":") or not _is_host(parts.netloc):
        return "is not a valid URL"
    if parts.path.strip("/") or "?" in text or "#" in text:
        return "has a path, a query or a fragment, which the SDK drops"
    if port is None and "." not in host and ":" not in host:
        return "has a host with neither a dot nor a port, which the SDK ignores: add the port"
    # The SDK strips these letters, and the colon after them, from both ends.
    if "." not in text and ":" not in text.strip("htps:/"):
        return "has a host of only the letters h, t, p and s, which the SDK takes for a scheme"
    return None


def _is_host(text: str) -> bool:
    """Whether the HTTP client accepts it as a host, with or without a port."""
    import httpx2

    try:
        # The resolver encodes it again, which fails on labels that are empty or too long.
        return bool(httpx2.URL(f"http://{text}").host.encode("idna"))
    except (httpx2.InvalidURL, ValueError):
        return False

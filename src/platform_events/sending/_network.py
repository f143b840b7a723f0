"""Checks what HTTP clients read from the environment: proxies and certificates.

The SDK's client and ours read the same variables when they are created, and report a wrong one in
an error that does not name it.
"""

from __future__ import annotations

import ipaddress
import os
import ssl
from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from ..errors import ConfigurationError


def check_network_variables(environment: Mapping[str, str]) -> None:
    for variable, find_fault in _CHECKS:
        value = environment.get(variable)
        fault = find_fault(value) if value else None
        if fault:
            raise ConfigurationError(f"{variable} {fault}", setting=variable)


def _find_proxy_fault(value: str) -> str | None:
    if not value.strip():
        return None
    scheme = value.partition("://")[0].lower() if "://" in value else "http"
    if scheme in {"socks5", "socks5h"}:
        if find_spec("socksio") is None:
            return "is a SOCKS proxy, which needs one more package: pip install socksio"
    elif scheme not in {"http", "https"}:
        return "is not a proxy that can be used: its scheme must be http, https or socks5"
    if not _is_url(value if "://" in value else f"http://{value}"):
        return "is not a valid URL of a proxy, such as http://proxy.example:3128"
    return None


def _find_exception_fault(value: str) -> str | None:
    for host in (part.strip() for part in value.split(",")):
        if host == "*":
            return None
        if host and not _is_url(host if "://" in host else f"all://{_as_host(host)}"):
            return (
                f"has an entry that the HTTP client of the SDK does not take ({host!a}): "
                "it must be a host name, an IP address or an IPv4 network; leave it out, as this "
                "machine is never reached through a proxy"
            )
    return None


def _as_host(text: str) -> str:
    """Return a host that bypasses the proxy as httpx writes it into a URL."""
    if _is_address(ipaddress.IPv6Address, text):
        return f"[{text}]"
    is_plain = _is_address(ipaddress.IPv4Address, text) or text.lower() == "localhost"
    return text if is_plain else f"*{text}"


def _is_address(kind: type[ipaddress.IPv4Address | ipaddress.IPv6Address], text: str) -> bool:
    try:
        kind(text.split("/", maxsplit=1)[0])
    except ValueError:
        return False
    return True


def _is_url(text: str) -> bool:
    import httpx2

    try:
        httpx2.URL(text)
    except httpx2.InvalidURL:
        return False
    return True


def _find_key_log_fault(value: str) -> str | None:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).keylog_filename = value
    except OSError as error:
        return f"cannot be written ({error.strerror}): name another file, or unset it"
    return None


def _find_certificate_fault(value: str) -> str | None:
    try:
        ssl.create_default_context(cafile=value)
    except OSError as error:  # ssl.SSLError is one
        reason = error.strerror or "it holds no certificates"
        return f"cannot be read ({reason}): give a file of certificates, or unset it"
    return None


def _find_directory_fault(value: str) -> str | None:
    if any(Path(part).is_dir() for part in value.split(os.pathsep)):
        return None
    return "is not a directory: give one of certificates, or unset it"


_CHECKS: Final[Sequence[tuple[str, Callable[[str], str | None]]]] = (
    ("HTTP_PROXY", _find_proxy_fault),
    ("http_proxy", _find_proxy_fault),
    ("HTTPS_PROXY", _find_proxy_fault),
    ("https_proxy", _find_proxy_fault),
    ("ALL_PROXY", _find_proxy_fault),
    ("all_proxy", _find_proxy_fault),
    ("NO_PROXY", _find_exception_fault),
    ("no_proxy", _find_exception_fault),
    # OpenSSL knows these in upper case only. It makes the key log with every other context.
    ("SSLKEYLOGFILE", _find_key_log_fault),
    ("SSL_CERT_FILE", _find_certificate_fault),
    ("SSL_CERT_DIR", _find_directory_fault),
)

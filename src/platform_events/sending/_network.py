"""Checks what HTTP clients read from the environment: proxies and certificates.

The SDK's client and ours read the same variables when they are created, and report a wrong one in
an error that does not name it.
"""

from __future__ import annotations

import ipaddress
import os
import ssl
from collections.abc import Callable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from ..errors import ConfigurationError


def check_network_variables(environment: Mapping[str, str]) -> None:
    """Check the variables that HTTP clients read."""
    for variable, value in _set_variables(environment, "http_proxy", "https_proxy", "all_proxy"):
        _check_proxy(variable, value)
    for variable, value in _set_variables(environment, "no_proxy"):
        _check_exceptions(variable, value)
    # OpenSSL knows these in upper case only. It makes the key log with every other context.
    for variable, check in _CHECKS.items():
        if environment.get(variable):
            check(variable, environment[variable])


def _set_variables(environment: Mapping[str, str], *names: str) -> Iterator[tuple[str, str]]:
    for name in names:
        for variable in (name.upper(), name):
            if environment.get(variable, "").strip():
                yield variable, environment[variable]


def _check_proxy(variable: str, value: str) -> None:
    scheme = value.partition("://")[0].lower() if "://" in value else "http"
    if scheme in {"socks5", "socks5h"}:
        if find_spec("socksio") is None:
            raise _wrong(
                variable, "is a SOCKS proxy, which needs one more package: pip install socksio"
            )
    elif scheme not in {"http", "https"}:
        raise _wrong(
            variable, "is not a proxy that can be used: its scheme must be http, https or socks5"
        )
    if not _is_url(value if "://" in value else f"http://{value}"):
        raise _wrong(variable, "is not a valid URL of a proxy, such as http://proxy.example:3128")


def _check_exceptions(variable: str, value: str) -> None:
    for host in (part.strip() for part in value.split(",")):
        if host == "*":
            return
        if host and not _is_url(host if "://" in host else f"all://{_as_host(host)}"):
            raise _wrong(
                variable,
                f"has an entry that the HTTP client of the SDK does not take ({host!a}): "
                "it must be a host name, an IP address or an IPv4 network; leave it out, as this "
                "machine is never reached through a proxy",
            )


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


def _check_key_log(variable: str, value: str) -> None:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).keylog_filename = value
    except OSError as error:
        raise _wrong(
            variable, f"cannot be written ({error.strerror}): name another file, or unset it"
        ) from None


def _check_directory(variable: str, value: str) -> None:
    if not any(Path(part).is_dir() for part in value.split(os.pathsep)):
        raise _wrong(variable, "is not a directory: give one of certificates, or unset it")


def _check_certificates(variable: str, value: str) -> None:
    try:
        ssl.create_default_context(cafile=value)
    except OSError as error:  # ssl.SSLError is one
        fault = error.strerror or "it holds no certificates"
        raise _wrong(
            variable, f"cannot be read ({fault}): give a file of certificates, or unset it"
        ) from None


_CHECKS: Final[Mapping[str, Callable[[str, str], None]]] = {
    "SSLKEYLOGFILE": _check_key_log,
    "SSL_CERT_FILE": _check_certificates,
    "SSL_CERT_DIR": _check_directory,
}


def _wrong(variable: str, fault: str) -> ConfigurationError:
    return ConfigurationError(f"{variable} {fault}", setting=variable)

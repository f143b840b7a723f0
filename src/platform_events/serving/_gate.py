"""What every serve endpoint does around the SDK: sans-IO, so the same for every web framework.

A request is checked in two steps. ``check_head`` looks at the headers before the body is read, so
that nobody can make a service hold bodies that Inngest did not sign. ``verify_request`` then looks
at the whole request. A rejected request runs nothing. ``fix_response`` turns failures that the
SDK's answer hides into errors, and signs the answer. No answer and no log line shows a payload
value or a key.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import parse_qsl

import inngest
from typing_extensions import override

from .._printable import printable
from ..errors import ConfigurationError
from ..events._hidden import Hidden
from ..functions._call_report import keep_headers, report_malformed
from ..functions.event_function import Servable
from ..sending.client import Client
from ._answers import (
    MAX_FOREIGN,
    NO_STORE,
    EndpointAnswer,
    RequestRejected,
    describe_sdk_error,
    fix_failure,
    list_functions,
    sdk_headers,
)
from ._calls import call_error
from ._registration import MAX_SYNC_BYTES, check_host, check_sync, registration_refusal
from ._rejection_log import RejectionLog
from ._servable import bind_functions, function_ids
from ._signatures import SignatureError, Signer, Verifier, canonical_json
from .options import ServeSettings

MAX_BODY_BYTES: Final = 8 * 1024 * 1024
"""The largest request body, in bytes. Inngest sends at most 4 MiB and lets an app fetch the rest
(inngest/inngest: pkg/consts/consts.go, MaxSDKRequestBodySize)."""

BODY_TIMEOUT_S: Final = 10.0
"""How long a body may take to arrive, in seconds."""

SIGNATURE_HEADER: Final = "x-inngest-signature"
"""The name of the header that holds the signature, in lower case."""

_SERVER_KIND: Final = "x-inngest-server-kind"
ROUTED_METHODS: Final = ("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH")
"""The methods that a framework passes on: the gate itself answers those that are not allowed."""

_METHODS: Final = ("GET", "POST", "PUT")
_PARAMETERS: Final = frozenset({"fnId", "stepId", "probe", "deployId"})
_SDK_DIRECTORY: Final = str(Path(inngest.__file__).parent)

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class RequestHead:
    """A request without its body, as the framework sees it."""

    method: str
    host: str
    headers: Mapping[str, str] = field(repr=False)  # by lower-case names
    query: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)

    @classmethod
    def of(
        cls, method: str, host: str, headers: Mapping[str, str], query_string: str = ""
    ) -> RequestHead:
        pairs = parse_qsl(query_string, keep_blank_values=True)
        query = dict(pairs)
        for name in _PARAMETERS & query.keys():
            if sum(one == name for one, _ in pairs) > 1:
                raise RequestRejected(400, "query_invalid", f"duplicate parameter {name}")
        return cls(method, host, headers, query)

    @property
    def is_probe(self) -> bool:
        """Whether the request only asks if the app trusts the signing key."""
        return self.method == "POST" and self.query.get("probe") == "trust"


@dataclass(frozen=True, slots=True)
class Admission:
    """A request that may reach the SDK."""

    signer: Signer | None  # with the key that the request was signed with
    # The headers that the SDK must be given otherwise than they came, or (None) not at all.
    changes: Mapping[str, str | None] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Gate:
    """Stands between a web framework and the SDK's endpoint."""

    client: Client
    functions: list[inngest.Function[Any]] = field(repr=False)  # Any: as the SDK serves them
    settings: ServeSettings
    verifier: Verifier | None  # None in dev mode, where nothing is signed
    rejections: RejectionLog = field(repr=False)
    function_ids: frozenset[str] = field(repr=False)

    @classmethod
    def of(cls, functions: Sequence[Servable], settings: ServeSettings, client: Client) -> Gate:
        """Check what is to be served."""
        keys = Hidden([key for key in (client.signing_key, client.signing_key_fallback) if key])
        if client.is_production:
            check_signing_key(client)
            _check_hosts(settings)
        elif keys.value or client.settings.signing_key:
            _warn_of_dev_mode(client)
        verifier = Verifier(keys.value, settings.clock, settings.signature_max_age_s)
        quote_in_logs(client.logger)
        bound = bind_functions(functions, client)
        return cls(
            client=client,
            functions=bound,
            function_ids=frozenset(one for function in bound for one in function_ids(function)),
            settings=settings,
            verifier=verifier if client.is_production else None,
            rejections=RejectionLog(client.logger, settings.clock),
        )

    def check_head(self, head: RequestHead) -> None:
        """Check what can be checked before the body is read."""
        if head.method not in _METHODS:
            rejected = RequestRejected(405, "method_not_allowed", "use GET, POST or PUT")
            rejected.answer = rejected.answer.with_headers(allow=", ".join(_METHODS))
            raise rejected
        verifier = self._verifier_for(head)
        if verifier is not None:
            self._check_signature(head, verifier.check_header)
        self._check_size(head, _content_length(head))
        if head.method == "PUT" and self.verifier is not None:
            check_host(head.host, self.settings.hosts)
        if head.query.get("probe", "trust") != "trust":
            raise RequestRejected(400, "query_invalid", "the one probe there is is trust")

    def verify_request(self, head: RequestHead, body: bytes) -> Admission:
        self._check_size(head, len(body))
        changes: dict[str, str | None] = {}
        if head.headers.get(_SERVER_KIND, "dev") not in {"dev", "cloud"}:
            changes[_SERVER_KIND] = None  # the SDK ignores it, but logs it unquoted
        signer, verifier = None, self._verifier_for(head)
        if verifier is not None:
            signer = self._check_signature(head, lambda header: verifier.verify(header, body))
        if signer is not None and head.method != "POST":
            # The SDK verifies these again, with the key without its prefix.
            now = int(self.settings.clock())
            changes[SIGNATURE_HEADER] = signer.sign(canonical_json(body), now=now)
        self._check_content(head, body)
        if head.method == "POST":
            keep_headers(head.headers)
        return Admission(signer, changes)

    def refuse_replay(self, head: RequestHead) -> None:
        """Refuse a call whose signature was seen before, if that is asked for; may block."""
        store, verifier = self.settings.replays, self.verifier
        if store is None or verifier is None or head.method != "POST" or head.is_probe:
            return
        signature = self._check_signature(head, verifier.check_header)
        expires_at = int(signature.seconds) + verifier.max_age_s + 1
        if not store.add(str(signature), expires_at):
            self.rejections.warn("replay", "A call was refused: its signature was seen before")
            raise RequestRejected(401, None, "Unauthorized")

    def fix_response(
        self, head: RequestHead, admission: Admission, answer: EndpointAnswer
    ) -> EndpointAnswer:
        refusal = registration_refusal(answer) if head.method == "PUT" else None
        if refusal is not None:
            message = f"the Inngest server refused the registration: {refusal}"
            self.client.logger.error("%s", message)
            refused = RequestRejected(502, "registration_failed", message).answer
            headers = self.fix_headers(head, answer.headers)
            return replace(refused, headers={**headers, **refused.headers})
        fixed = fix_failure(answer)
        if head.method == "GET":
            fixed = list_functions(fixed, self.function_ids)
        headers = self.fix_headers(head, fixed.headers)
        if admission.signer is not None:
            now = int(self.settings.clock())
            headers[SIGNATURE_HEADER] = admission.signer.sign(fixed.body, now=now)
        return replace(fixed, headers=headers)

    def fix_headers(self, head: RequestHead, headers: Mapping[str, str]) -> dict[str, str]:
        """Complete the headers of an answer, including a streamed one, which is not signed."""
        fixed = {
            name: value
            for name, value in headers.items()
            if name not in {SIGNATURE_HEADER, "content-length"}
        }
        if self.verifier is not None and head.method == "POST":
            fixed["x-inngest-expected-server-kind"] = "cloud"  # see VerifiedClient
        return {**sdk_headers(), **fixed, **NO_STORE}

    def describe_failure(self, error: Exception) -> EndpointAnswer:
        """Make the answer for a request on which the SDK raised."""
        name = type(error).__name__
        self.client.logger.error("The serve endpoint failed with %s", name)
        return RequestRejected(500, "internal_error", f"the request failed with {name}").answer

    def _is_in_band(self, head: RequestHead) -> bool:
        # In band, the answer itself holds the functions. A dev server never asks for that, and in
        # dev mode the SDK ignores it.
        return self.verifier is not None and head.headers.get("x-inngest-sync-kind") == "in_band"

    def _verifier_for(self, head: RequestHead) -> Verifier | None:
        """Return what verifies a request; None if it needs no signature."""
        may_be_unsigned = self.settings.enable_unauthed_sync and not self._is_in_band(head)
        if head.method == "PUT" and may_be_unsigned and SIGNATURE_HEADER not in head.headers:
            return None
        return self.verifier

    def _check_signature(self, head: RequestHead, check: Callable[[str | None], _T]) -> _T:
        """Apply a check of the verifier's; what fails it is logged and rejected."""
        try:
            return check(head.headers.get(SIGNATURE_HEADER))
        except SignatureError as error:
            message = f"A {head.method} to the serve endpoint was refused: {error}"
            self.rejections.warn(f"{head.method} {error.fault}", message)
        raise RequestRejected(401, None, "Unauthorized")

    def _check_size(self, head: RequestHead, size: int) -> None:
        limit = MAX_BODY_BYTES if head.method == "POST" else MAX_SYNC_BYTES
        if size > limit:
            raise RequestRejected(413, "body_too_large", f"a body has {limit} bytes at most")

    def _check_content(self, head: RequestHead, body: bytes) -> None:
        if head.method == "PUT":
            check_sync(body, is_in_band=self._is_in_band(head), hosts=self.settings.hosts)
        elif head.method == "POST" and not head.is_probe:
            problem = call_error(body)
            if problem:
                run_id = head.headers.get("x-run-id", "")
                report_malformed(head.query.get("fnId", ""), run_id, problem)
                raise RequestRejected(400, "body_invalid", problem)
            self._check_function(head.query.get("fnId"))

    def _check_function(self, fn_id: str | None) -> None:
        """Answer as the SDK would, which logs the id unquoted."""
        if fn_id is not None and fn_id not in self.function_ids:
            message = f"function {printable(fn_id[:MAX_FOREIGN])} not found"
            self.rejections.warn("function_not_found", message)
            raise RequestRejected(500, "function_not_found", message)


def check_signing_key(client: Client) -> None:
    if client.signing_key is None:
        raise ConfigurationError(
            "no signing key: set INNGEST_SIGNING_KEY to the key of the environment, or set "
            "INNGEST_DEV=1 to work with a dev server",
            setting="INNGEST_SIGNING_KEY",
        )


def _check_hosts(settings: ServeSettings) -> None:
    if not settings.hosts.patterns:
        raise ConfigurationError(
            "no serve origin: set INNGEST_SERVE_ORIGIN to the origin that Inngest calls, such as "
            "https://scores.example.com, or give serve() the allowed_hosts, so that nobody can "
            "register the app under a host of theirs",
            setting="INNGEST_SERVE_ORIGIN",
        )


def _warn_of_dev_mode(client: Client) -> None:
    client.logger.warning(
        "DEV MODE BESIDE A SIGNING KEY: nothing that reaches the serve endpoint is verified, and "
        "anybody can run functions. In production, unset INNGEST_DEV; in development, unset "
        "INNGEST_SIGNING_KEY"
    )


def _content_length(head: RequestHead) -> int:
    length = head.headers.get("content-length") or "0"
    if not (length.isascii() and length.isdecimal()) or len(length) > 18:
        raise RequestRejected(400, "body_invalid", "the content length is not a number")
    return int(length)


class _ForeignWordsFilter(logging.Filter):
    """Quotes the text of requests and of API answers in the log records of the SDK."""

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        if record.pathname.startswith(_SDK_DIRECTORY):
            record.msg, record.args = describe_sdk_error(record.getMessage()), ()
        return True


_FOREIGN_WORDS: Final = _ForeignWordsFilter()


def quote_in_logs(logger: object) -> None:
    inner: object = getattr(logger, "logger", logger)  # an adapter holds the logger that it adapts
    if isinstance(inner, logging.Logger):  # not a stand-in of a test, for example
        inner.addFilter(_FOREIGN_WORDS)

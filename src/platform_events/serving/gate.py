"""What every serve endpoint does around the SDK: sans-IO, so the same for every web framework.

Before a request reaches the SDK its size, its signature and its form are checked; what is refused
runs nothing. After the SDK answered, a registration that Inngest refused becomes an error (the SDK
answers 200), and data that cannot be JSON is not tried again. No answer and no log line shows a
payload value or a key.
"""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NotRequired, Protocol, TypeAlias, cast, runtime_checkable
from urllib.parse import urlsplit

import inngest
import pydantic
import pydantic_core
from typing_extensions import TypedDict

from ..errors import ConfigurationError, InvalidEventError
from ..sending.client import Client, get_client
from ..sending.transport import Answer
from .signatures import SignatureError, Verifier

MAX_BODY_BYTES: Final = 8 * 1024 * 1024
"""The most bytes of a request. Inngest sends 4 MiB at most, and lets an app fetch what is more
(inngest/inngest: pkg/consts/consts.go, MaxSDKRequestBodySize)."""

SIGNATURE: Final = "x-inngest-signature"
"""The header that holds the signature, in lower case."""

_JSON: Final = {"content-type": "application/json"}
_SHOWN: Final = 500
# Where an app says it is served is no matter for checking its functions.
_ANY_URL: Final = "http://localhost/api/inngest"


@runtime_checkable
class Bindable(Protocol):
    """A function that is bound to a client when it is served."""

    def bind(self, client: Client, /) -> inngest.Function[Any]:  # Any: as the SDK serves them
        """Make the SDK's function of it.

        Args:
            client: The client of the app.

        Returns:
            The SDK's function.
        """
        ...


# Any: the SDK does not care for what its functions return.
Servable: TypeAlias = Bindable | inngest.Function[Any]
"""What can be served: what ``create_function`` made, ours or the SDK's."""


@dataclass(frozen=True, slots=True)
class Gate:
    """Stands between a web framework and the SDK's endpoint.

    Attributes:
        client: The client of the app.
        functions: What is served, bound to it.
        verifier: Verifies signatures; None where there is no production.
        allows_unsigned_sync: Whether a registration may be unsigned.
    """

    client: Client
    functions: list[inngest.Function[Any]] = field(repr=False)  # Any: as the SDK serves them
    verifier: Verifier | None
    allows_unsigned_sync: bool

    @classmethod
    def open(
        cls,
        functions: Sequence[Servable],
        *,
        client: Client | None = None,
        enable_unauthed_sync: bool | None = None,
        clock: Callable[[], float] = time.time,
    ) -> Gate:
        """Check what shall be served.

        Args:
            functions: The functions.
            client: The client of the app; None: the one client.
            enable_unauthed_sync: Whether a registration in production may be unsigned. None: only
                if ``INNGEST_ENABLE_UNAUTHED_SYNC`` is ``1`` or ``true``.
            clock: Gives the present, in seconds since 1970.

        Returns:
            The gate.

        Raises:
            ConfigurationError: There is no signing key in production, or the functions cannot be
                served together.
        """
        client = client or get_client()
        keys = [key for key in (client.signing_key, client.signing_key_fallback) if key]
        if client.is_production and client.signing_key is None:
            raise ConfigurationError(
                "no signing key: set INNGEST_SIGNING_KEY to the key of the environment, or set "
                "INNGEST_DEV=1 to work with a dev server",
                setting="INNGEST_SIGNING_KEY",
            )
        if enable_unauthed_sync is None:
            variable = os.environ.get("INNGEST_ENABLE_UNAUTHED_SYNC", "")
            enable_unauthed_sync = variable.strip().lower() in {"1", "true"}
        return cls(
            client=client,
            functions=_bind(functions, client),
            verifier=Verifier(keys, clock) if client.is_production else None,
            allows_unsigned_sync=enable_unauthed_sync,
        )

    def verify_request(self, method: str, headers: Mapping[str, str], body: bytes) -> str | None:
        """Check a request.

        Args:
            method: Its method.
            headers: Its headers, found by lower-case names.
            body: Its body.

        Returns:
            The signature to hand on to the SDK, if there is one.

        Raises:
            RequestRejected: It must not reach the SDK.
        """
        if len(body) > MAX_BODY_BYTES:
            raise RequestRejected(
                413, "body_too_large", f"a body has {MAX_BODY_BYTES} bytes at most"
            )
        # In band the answer itself holds the functions. A dev server never asks for that, and
        # the SDK does not look for it there.
        is_in_band = self.verifier is not None and headers.get("x-inngest-sync-kind") == "in_band"
        may_be_unsigned = method == "PUT" and self.allows_unsigned_sync and not is_in_band
        signature = headers.get(SIGNATURE)
        if signature is not None or not may_be_unsigned:
            signature = self._check_signature(method, signature, body)
        if method == "POST":
            _check_call(body)
        elif method == "PUT":
            _check_sync(body, is_in_band=is_in_band)
        return signature

    def _check_signature(self, method: str, signature: str | None, body: bytes) -> str | None:
        if self.verifier is None:
            return signature
        try:
            return self.verifier.verify(signature, body)
        except SignatureError as error:
            self.client.logger.warning("A %s to the serve endpoint was refused: %s", method, error)
        raise RequestRejected(401, None, "Unauthorized")

    def fix_response(self, method: str, answer: Answer) -> Answer:
        """Mend what the SDK answered.

        Args:
            method: The request's method.
            answer: The SDK's answer, with headers by lower-case names.

        Returns:
            The answer to give: the same one, unless it hides an error.
        """
        if method == "PUT" and answer.headers.get("x-inngest-sync-kind") == "out_of_band":
            refusal = _refusal(answer.body)
            if refusal is not None:
                message = f"the Inngest server refused the registration: {refusal[:_SHOWN]}"
                self.client.logger.error("%s", message)
                refused = RequestRejected(502, "registration_failed", message).answer
                # These belong to the body that is not sent.
                stale = {SIGNATURE, "content-length"}
                kept = {name: value for name, value in answer.headers.items() if name not in stale}
                return Answer(502, {**kept, **refused.headers}, refused.body)
        if answer.status_code == 500 and _code(answer.body) == "output_unserializable":
            # The same code will return the same again; the SDK means this, but does not say it.
            headers = {**answer.headers, "x-inngest-no-retry": "true"}
            return Answer(500, headers, answer.body)
        return answer

    def failed(self, error: Exception) -> Answer:
        """Answer for the SDK when it raised instead.

        Args:
            error: What it raised. Its text may hold what a server sent, so it is not shown.

        Returns:
            The answer.
        """
        name = type(error).__name__
        self.client.logger.error("The serve endpoint failed with %s", name)
        return RequestRejected(500, "internal_error", f"the request failed with {name}").answer


class RequestRejected(Exception):  # noqa: N818  # it is an answer, not an error of the program
    """A request is refused.

    Attributes:
        answer: What to answer.
    """

    def __init__(self, status: int, code: str | None, message: str) -> None:
        super().__init__(status, code, message)
        content = {"message": message} if code is None else {"code": code, "message": message}
        self.answer: Answer = Answer(status, _JSON, json.dumps(content).encode())


def _bind(
    functions: Sequence[Servable], client: Client
) -> list[inngest.Function[Any]]:  # Any: as the SDK serves them
    if not isinstance(functions, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance]  # a mistake
        raise _unservable("the functions are no list: put the one function in a list")
    bound = [_bind_one(function, client) for function in functions]
    if not bound:
        raise _unservable("there is no function to serve: give at least one")
    for function in bound:
        if function.id != f"{client.app_id}-{function.local_id}":
            raise _unservable(
                f"{function.id} belongs to another app: this one is {client.app_id!r}, so declare "
                "the function with create_function, or with the client that serves it"
            )
        _check_config(function)
    ids = Counter(identity for function in bound for identity in _ids(function))
    twice = sorted(identity for identity, count in ids.items() if count > 1)
    if twice:
        raise _unservable(f"two functions have the id {', '.join(twice)}: each needs its own")
    return bound


def _bind_one(function: object, client: Client) -> inngest.Function[Any]:  # Any: as above
    if isinstance(function, inngest.Function):
        return cast("inngest.Function[Any]", function)  # type: ignore[redundant-cast]  # not to pyright
    if isinstance(function, Bindable) and not isinstance(function, type):
        return function.bind(client)
    name = getattr(function, "__name__", type(function).__name__)
    raise _unservable(f"{name} is no function that can be served: decorate it with create_function")


def _ids(function: inngest.Function[Any]) -> Iterator[str]:  # Any: as above
    yield function.id
    if function.on_failure_fn_id is not None:
        yield function.on_failure_fn_id


def _check_config(function: inngest.Function[Any]) -> None:  # Any: as above
    """Find what would fail at registration only, with an answer that says little."""
    problem = ""
    try:
        config = function.get_config(_ANY_URL)
        for one in filter(None, (config.main, config.on_failure)):
            one.model_dump(mode="json")
    except Exception as error:  # noqa: BLE001  # the SDK raises what it likes, pydantic's too
        problem = str(error)
    if problem:
        raise _unservable(f"{function.id} cannot be registered: {problem}")


def _unservable(message: str) -> ConfigurationError:
    return ConfigurationError(message, setting="functions")


_TOLERANT: Final = pydantic.ConfigDict(strict=True, extra="ignore")


@pydantic.with_config(_TOLERANT)
class _Event(TypedDict):
    name: str
    data: NotRequired[dict[str, Any] | None]  # Any: what a producer sent
    id: NotRequired[str]
    ts: NotRequired[int]


@pydantic.with_config(_TOLERANT)
class _Stack(TypedDict):
    stack: NotRequired[list[str] | None]


@pydantic.with_config(_TOLERANT)
class _Context(TypedDict):
    attempt: int
    disable_immediate_execution: bool
    max_attempts: NotRequired[int | None]
    run_id: str
    stack: _Stack


@pydantic.with_config(_TOLERANT)
class _Call(TypedDict):
    """What the SDK needs of a call; its own error and log line would quote the values."""

    ctx: _Context
    event: _Event
    events: NotRequired[list[_Event] | None]
    steps: dict[str, Any]  # Any: what steps returned
    use_api: bool


_CALL: Final = pydantic.TypeAdapter(_Call)


def _check_call(body: bytes) -> None:
    problem = ""
    try:
        call = _CALL.validate_python(pydantic_core.from_json(body, allow_inf_nan=False))
        if call.get("events") is None and not call["use_api"]:
            problem = "invalid call: events: Field required, unless use_api is true"
    except pydantic.ValidationError as error:
        problem = str(InvalidEventError.from_pydantic("call", error))
    except ValueError as error:  # its text holds a rule and a place, and no value
        problem = f"invalid call: Invalid JSON: {error}"
    if problem:  # raised here, so that no context holds the values
        raise RequestRejected(400, "body_invalid", problem)


def _check_sync(body: bytes, *, is_in_band: bool) -> None:
    content = _object(body or b"{}")
    if content is None:
        raise RequestRejected(400, "body_invalid", "the body must be a JSON object, or empty")
    if is_in_band and not _is_url(content.get("url")):
        raise RequestRejected(400, "body_invalid", "the body must hold the url of the app")


def _is_url(value: object) -> bool:
    """Whether it is a text that the SDK can take apart: it does so unguarded."""
    try:
        return isinstance(value, str) and bool(urlsplit(value).netloc)
    except ValueError:
        return False


def _refusal(body: bytes) -> str | None:
    """Tell why Inngest refused a registration, or None if it did not.

    The SDK keeps the status to itself, so what shows is all there is: a server that takes an app
    says so (inngest/inngest: pkg/devserver/api.go), and anything else does not.
    """
    answer = _object(body) or {}
    error = answer.get("error")
    says_so = answer.get("ok") is True or answer.get("status") == 200
    if not error and (says_so or "modified" in answer or "skipped" in answer):
        return None
    return error if isinstance(error, str) and error else "it did not say why"


def _code(body: bytes) -> object:
    return (_object(body) or {}).get("code")


def _object(body: bytes) -> dict[str, object] | None:
    """Read a JSON object; None for whatever else it is."""
    try:
        content: object = pydantic_core.from_json(body)
    except ValueError:
        return None
    return cast("dict[str, object]", content) if isinstance(content, dict) else None

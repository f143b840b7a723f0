"""The functions of an app as its Inngest server has them.

Source: inngest/inngest: pkg/api/apiv1/functions.go and pkg/cqrs/functions.go.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from http import HTTPStatus
from typing import Final, cast
from urllib.parse import quote

from .._printable import printable
from ..events._hidden import Hidden, HiddenMapping
from ..sending._transport import Answer
from ..sending.settings import Settings
from ..serving._signatures import authorization
from ._http import ask, read_json

_FAILURE: Final = "-failure"


def ask_registered(
    settings: Settings, environment: Mapping[str, str], *, timeout_s: float
) -> Answer | str:
    """Ask the server which functions of the app it has; give its answer, or the kind of failure."""
    url = f"{settings.api_base_url}/v1/apps/{quote(settings.app_id, safe='')}/functions"
    plain = {"x-inngest-env": settings.env} if settings.env else dict[str, str]()
    if not settings.sends_bearer or not settings.signing_key:
        return ask("GET", url, plain, timeout_s=timeout_s)
    headers = _signed(plain, Hidden(settings.signing_key))
    answer = ask("GET", url, headers, timeout_s=timeout_s)
    fallback = Hidden(environment.get("INNGEST_SIGNING_KEY_FALLBACK") or "")
    if fallback.value and isinstance(answer, Answer) and answer.status_code in {401, 403}:
        # During a rotation Inngest may still have the other key.
        answer = ask("GET", url, _signed(plain, fallback), timeout_s=timeout_s)
    return answer


def _signed(headers: Mapping[str, str], key: Hidden[str]) -> Mapping[str, str]:
    return HiddenMapping({**headers, "authorization": authorization(key.value)})


def read_registered(answer: Answer | str) -> dict[str, object] | None:
    """Read the configuration of each function by its id; None if the answer does not tell."""
    if isinstance(answer, str) or answer.status_code != HTTPStatus.OK:
        return None
    found = read_json(answer)
    if found is None:  # Go writes a list that was never begun as null
        return {}
    if not isinstance(found, list):
        return None
    functions = dict[str, object]()
    for one in cast("list[object]", found):
        entry = cast("dict[str, object]", one) if isinstance(one, dict) else {}
        if not isinstance(entry.get("id"), str):
            return None
        functions[printable(str(entry["id"]))] = entry.get("config")
    return functions


def describe_functions(ids: Collection[str], of: str = "") -> str:
    """Describe functions by name, those that handle failures of others apart."""
    failures = [name for name in ids if is_failure_handler(name, ids)]
    own = [name for name in ids if name not in failures]
    names = f" ({', '.join(sorted(own))})" if own else ""
    text = f"{len(own)} function{'' if len(own) == 1 else 's'}{of}{names}"
    if failures:
        text += f", and {len(failures)} for failures ({', '.join(sorted(failures))})"
    return text


def is_failure_handler(name: str, ids: Collection[str]) -> bool:
    """Whether a function handles the failures of another one, by the ids that the SDK makes."""
    return name.endswith(_FAILURE) and name.removesuffix(_FAILURE) in ids

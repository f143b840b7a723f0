"""Any signature of Inngest's is accepted in its time, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from platform_events.serving.signatures import MAX_AGE_S, SignatureError, Verifier
from platform_events.testing._local import go_json
from platform_events.testing._local.signing_key import SigningKey, strip_prefix

KEY = "signkey-prod-5ec2e7c0ffee"
NOW = 1_795_456_839

texts = st.text(st.characters(exclude_categories=["Cs"]))
values: Any = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-1e300, 1e300) | texts,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
    max_leaves=10,
)
keys = st.binary(min_size=1, max_size=40).map(bytes.hex)


def verifier(*accepted: str, now: float = NOW) -> Verifier:
    return Verifier(accepted or (KEY,), lambda: now)


@given(values, st.integers(-MAX_AGE_S, MAX_AGE_S), keys, st.sampled_from(["", "signkey-test-"]))
def test_what_was_signed_is_accepted(value: Any, age: int, key: str, prefix: str) -> None:
    header = SigningKey(strip_prefix(key)).sign(go_json.dumps(value), NOW - age)
    for body in (go_json.dumps(value), json.dumps(value, indent=1).encode()):
        assert verifier(prefix + key).verify(header, body) == header
        assert verifier("00ff", prefix + key).verify(header, body) == header


@given(st.binary(), st.text() | st.from_regex(r"t=[0-9]+&s=[0-9a-f]{64}", fullmatch=True))
def test_whatever_else_is_refused(body: bytes, header: str) -> None:
    with pytest.raises(SignatureError) as caught:
        verifier().verify(header, body)
    assert len(header) < 8 or header not in str(caught.value)


@given(values, values, keys)
def test_another_body_or_key_is_refused(value: Any, other: Any, key: str) -> None:
    body, another = go_json.dumps(value), go_json.dumps(other)
    header = SigningKey(strip_prefix(KEY)).sign(body, NOW)
    assume(body != another and key != KEY.rpartition("-")[2])
    for attempt in ((KEY, another), (key, body)):
        with pytest.raises(SignatureError, match="does not match"):
            verifier(attempt[0]).verify(header, attempt[1])


@given(values, st.data())
def test_one_changed_character_is_refused(value: Any, data: st.DataObject) -> None:
    body = go_json.dumps(value)
    header = SigningKey(strip_prefix(KEY)).sign(body, NOW)
    at = data.draw(st.integers(0, len(header) - 1))
    changed = f"{header[:at]}{data.draw(st.characters())}{header[at + 1 :]}"
    assume(changed != header)
    with pytest.raises(SignatureError):
        verifier().verify(changed, body)


@given(st.integers(MAX_AGE_S + 1, 10**9), st.sampled_from([-1, 1]))
def test_another_time_is_refused(age: int, direction: int) -> None:
    header = SigningKey(strip_prefix(KEY)).sign(b"{}", NOW - direction * age)
    how = "old" if direction > 0 else "ahead"
    with pytest.raises(SignatureError, match=rf"the signature is {age} s {how}: it was sent"):
        verifier().verify(header, b"{}")


@pytest.mark.parametrize("body", [b"{}", b'{"a": 1.0}', b""])
def test_a_signature_with_the_whole_key_is_made_anew_for_the_sdk(body: bytes) -> None:
    signer = SigningKey(KEY)
    clean = go_json.dumps(json.loads(body)) if body else body
    header = verifier().verify(signer.sign(clean, NOW), body)
    assert header == SigningKey(strip_prefix(KEY)).sign(clean, NOW)


@pytest.mark.parametrize(
    "body", [b"[" * 100_000, b"1e999", b"NaN", b"9" * 5_000, b'"\\ud800"', b"\xff", b"1" * 400]
)
def test_what_has_no_canonical_form_is_refused(body: bytes) -> None:
    with pytest.raises(SignatureError, match="does not match"):
        verifier().verify(SigningKey(strip_prefix(KEY)).sign(b"{}", NOW), body)


def test_no_signature_is_told_and_no_key_is_shown() -> None:
    with pytest.raises(SignatureError, match="the request is not signed"):
        verifier().verify(None, b"")
    assert KEY not in repr(verifier())

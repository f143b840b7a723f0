"""Any signature of Inngest's is accepted in its time, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from platform_events.serving import _signatures
from platform_events.serving._signatures import (
    MAX_AGE_S,
    PROBE_VALIDITY_S,
    SignatureError,
    Signer,
    Verifier,
    sign_probe,
)
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


@given(
    values,
    st.integers(-int(MAX_AGE_S), int(MAX_AGE_S)),
    keys,
    st.sampled_from(["", "signkey-test-"]),
)
def test_what_was_signed_is_accepted(value: Any, age: int, key: str, prefix: str) -> None:
    header = SigningKey(strip_prefix(key)).sign(go_json.dumps(value), NOW - age)
    for body in (go_json.dumps(value), json.dumps(value, indent=1).encode()):
        for keys_of_app in ((prefix + key,), ("00ff", prefix + key)):
            signer = verifier(*keys_of_app).verify(header, body)
            assert signer.sign(b"answer", now=NOW) == SigningKey(key).sign(b"answer", NOW)


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


@given(st.integers(int(MAX_AGE_S) + 1, 10**9), st.sampled_from([-1, 1]))
def test_another_time_is_refused(age: int, direction: int) -> None:
    header = SigningKey(strip_prefix(KEY)).sign(b"{}", NOW - direction * age)
    how = "old" if direction > 0 else "ahead"
    with pytest.raises(SignatureError, match=rf"the signature is {age} s {how}: it was sent"):
        verifier().verify(header, b"{}")


@pytest.mark.parametrize("body", [b"{}", b'{"a": 1.0}', b""])
def test_a_request_that_was_signed_with_the_whole_key_is_answered_with_the_bare_one(
    body: bytes,
) -> None:
    signer = SigningKey(KEY)
    clean = go_json.dumps(json.loads(body)) if body else body
    found = verifier().verify(signer.sign(clean, NOW), body)
    assert found.sign(clean, now=NOW) == SigningKey(strip_prefix(KEY)).sign(clean, NOW)


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


@pytest.mark.parametrize("size", [17_000, 1_000_000])
def test_a_large_body_is_verified_as_it_came(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(body: bytes) -> bytes:
        raise AssertionError("a large body is not canonicalized")

    monkeypatch.setattr(_signatures, "canonical_json", slow)
    body = go_json.dumps({"a": "x" * size})
    header = SigningKey(strip_prefix(KEY)).sign(body, NOW)
    assert isinstance(verifier().verify(header, body), Signer)
    with pytest.raises(SignatureError, match="does not match"):
        verifier().verify(header, body.replace(b":", b": "))


@pytest.mark.parametrize(
    "url", ["https://scores.example.com/api/inngest", "http://127.0.0.1:8000", "http://[::1]:1"]
)
def test_a_probe_is_signed_for_a_moment(url: str) -> None:
    header = sign_probe(KEY, b"", url=url, now=NOW)
    assert header is not None
    for now in (NOW, NOW + PROBE_VALIDITY_S):
        assert isinstance(verifier(now=now).verify(header, b""), Signer)
    with pytest.raises(SignatureError, match="old"):
        verifier(now=NOW + PROBE_VALIDITY_S + 1).verify(header, b"")


@pytest.mark.parametrize(
    "url", ["http://scores.example.com", "http://127.0.0.1.evil.example", "http://[", "ftp://a.b"]
)
def test_a_probe_is_not_signed_where_others_may_read_it(url: str) -> None:
    assert sign_probe(KEY, b"", url=url, now=NOW) is None


def test_a_signer_does_not_show_its_key() -> None:
    signer = Signer("5ec2e7c0ffee")
    assert "5ec2e7" not in repr(signer) + repr([getattr(signer, name) for name in Signer.__slots__])

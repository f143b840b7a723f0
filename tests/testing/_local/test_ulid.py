from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_events.testing._local.ulid import (
    Seed,
    Ulids,
    encode,
    is_ulid,
    millis_of,
    parse_seed,
    seeded,
)

RECORDED_SEED = "1795456839034,MdKVwipOORrTRQ=="
RECORDED_ID = "01M84S2BBT6799BGHA9RWHNMT6"

millis = st.integers(1, (1 << 48) - 1)
entropy = st.binary(min_size=10, max_size=10)


def test_the_recorded_seed_gives_the_recorded_id() -> None:
    seed = parse_seed(RECORDED_SEED)
    assert seed is not None
    assert seeded(seed, 1) == RECORDED_ID


@given(millis, entropy)
def test_a_seed_survives_the_header(time: int, random: bytes) -> None:
    assert parse_seed(f"{time},{base64.b64encode(random).decode()}") == Seed(time, random)


@given(millis, entropy)
def test_an_id_tells_its_time(time: int, random: bytes) -> None:
    assert is_ulid(encode(time, random))
    assert millis_of(encode(time, random)) == time


def test_counting_wraps_within_the_last_four_bytes() -> None:
    seed = Seed(1, bytes(6) + b"\xff\xff\xff\xff")
    assert seeded(seed, 1) == encode(1, bytes(10))


@pytest.mark.parametrize(
    "header",
    [
        "",
        "1795456839034",
        "1795456839034,",
        "0,MdKVwipOORrTRQ==",
        "-1,MdKVwipOORrTRQ==",
        "x,MdKVwipOORrTRQ==",
        "1795456839034,MdKVwipOORrTRQ",
        "1795456839034,AAAA",
        "1795456839034,MdKVwipOORrTRQ==,",
        f"{1 << 48},MdKVwipOORrTRQ==",
    ],
)
def test_a_malformed_seed_is_none(header: str) -> None:
    assert parse_seed(header) is None


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="48 bits"):
        encode(1 << 48, bytes(10))
    with pytest.raises(ValueError, match="10 bytes"):
        encode(0, bytes(9))


@pytest.mark.parametrize("text", ["", "U" * 26, "8" + "0" * 25, "0" * 25])
def test_what_is_no_ulid(text: str) -> None:
    assert not is_ulid(text)


def test_ids_rise_even_when_time_goes_back() -> None:
    times = iter([5, 5, 4, 6])
    ids = Ulids(lambda: next(times), lambda count: b"\xff" * count)
    made = [ids.new() for _ in range(4)]
    assert made == sorted(made)
    assert len(set(made)) == 4
    assert [millis_of(one) for one in made] == [5, 5, 5, 6]

"""Signatures are remembered while they are valid, and in bounds."""

from __future__ import annotations

from platform_events.serving.replays import MemorySignatureStore


def test_a_signature_is_new_once() -> None:
    store = MemorySignatureStore(clock=lambda: 0.0)
    assert store.add("a", 300)
    assert store.add("b", 300)
    assert not store.add("a", 300)


def test_what_has_expired_is_forgotten() -> None:
    now = [0.0]
    store = MemorySignatureStore(clock=lambda: now[0])
    store.add("a", 10)
    store.add("b", 20)
    now[0] = 11
    store.add("c", 30)
    assert len(store) == 2
    assert store.add("a", 40)


def test_when_it_is_full_the_oldest_go_first() -> None:
    store = MemorySignatureStore(3, clock=lambda: 0.0)
    assert all(store.add(name, 300) for name in "abcd")
    assert len(store) == 3
    assert not store.add("d", 300)
    assert store.add("a", 300)

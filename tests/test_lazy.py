from __future__ import annotations

import sys

import pytest

from platform_events import outbox, testing
from platform_events._lazy import lazy_exports

packages = pytest.mark.parametrize("package", [outbox, testing])


@packages
def test_every_name_is_there(package: object) -> None:
    names = vars(package)["__all__"]
    assert {*names} <= {*dir(package)}
    for name in names:
        assert getattr(package, name)


@packages
def test_another_name_is_not_there(package: object) -> None:
    with pytest.raises(AttributeError, match="has no attribute 'nope'"):
        getattr(package, "nope")  # noqa: B009  # no type checker needs to know


def test_a_missing_package_is_told_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jcs", None)
    _, get, _ = lazy_exports("json", {"decoder": "jcs.nothing"}, "outbox")
    with pytest.raises(ModuleNotFoundError, match=r'pip install "platform-events\[outbox\]"'):
        get("decoder")


def test_a_module_of_this_package_that_is_missing_is_a_mistake_of_ours() -> None:
    _, get, _ = lazy_exports("platform_events", {"x": ".not_there"}, "outbox")
    with pytest.raises(ModuleNotFoundError, match=r"No module named 'platform_events.not_there'"):
        get("x")

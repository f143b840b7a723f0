"""The benchmarks can fail, and compare what they say they compare."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import httpx2
import pytest
from pydantic import BaseModel

from benchmarks import endpoint, functions, report, type_checking, typescript
from benchmarks.event_api import serve
from benchmarks.growth import Catalogue
from benchmarks.measuring import Comparison, Result, compare
from benchmarks.plain_models import source
from examples.events import EVENTS

pytestmark = pytest.mark.slow

main_module = import_module("benchmarks.__main__")


def comparison(ours: float = 1.0, theirs: float = 1.0, limit: float = 1.1) -> Comparison:
    return Comparison("something", limit, 2, lambda: ours, lambda: theirs)


def test_both_sides_are_measured_in_turns_after_a_warm_up() -> None:
    calls: list[str] = []

    def measure(side: str) -> float:
        calls.append(side)
        return len(calls)

    result = compare(
        Comparison("x", 1.0, 2, lambda: measure("ours"), lambda: measure("theirs")), rounds=2
    )

    assert calls == ["ours", "theirs", "theirs", "ours", "ours", "theirs"]
    assert (result.ours, result.theirs) == ([2, 2.5], [1.5, 3])


def test_ratios_are_of_the_best_rounds_and_of_the_middle() -> None:
    result = Result(comparison(), [3, 2, 9], [1, 4, 3])

    assert result.ratio_of_minima == 2
    assert result.ratio_of_medians == 3
    assert not result.is_within_limit


@pytest.mark.parametrize(("ours", "code"), [(1.1, 0), (1.2, 1)])
def test_a_missed_limit_fails_the_run(
    ours: float, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def few(*, is_quick: bool) -> Iterator[tuple[Comparison, int]]:
        assert is_quick
        yield from [(comparison(), 1), (comparison(ours), 1)]

    monkeypatch.setattr(main_module, "plan", few)

    assert main_module.main(["--quick"]) == code
    assert ("MISSED" in capsys.readouterr().out) == bool(code)


def test_the_page_names_neither_paths_nor_hosts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "PAGE", tmp_path / "docs" / "benchmarks.md")

    report.write([Result(comparison(), [2e-9], [2e-3])])

    page = report.PAGE.read_text("utf-8")
    assert "| something | 2 ns | 2 ms | 0.00 | 0.00 | 1.10 | ok |" in page
    assert str(Path.home()) not in page


def test_the_server_gives_every_event_an_id_of_its_own() -> None:
    with serve() as url, httpx2.Client(base_url=url, trust_env=False) as client:
        answers = [client.post("/e/key", json=[{"name": "a"}] * n).json() for n in (2, 1)]

    assert [answer["status"] for answer in answers] == [200, 200]
    assert [len(answer["ids"]) for answer in answers] == [2, 1]
    assert len({*answers[0]["ids"], *answers[1]["ids"]}) == 3


def test_typed_and_untyped_functions_are_called_alike() -> None:
    with functions.connect() as app:
        for comparison in (functions.handler(app, 2), functions.endpoint(app, 2)):
            assert min(comparison.ours(), comparison.theirs()) > 0


def test_both_endpoints_are_called_in_process() -> None:
    with endpoint.connect() as endpoints:
        for comparison, _ in endpoint.comparisons(endpoints, is_quick=True):
            assert min(comparison.ours(), comparison.theirs()) > 0


def test_the_plain_models_have_the_fields_of_the_events() -> None:
    models: dict[str, type[BaseModel]] = {}
    exec(compile(source(), "plain_models.py", "exec", dont_inherit=True), models)

    for event in EVENTS:
        model = models[type(event).__name__]
        assert list(model.model_fields) == list(type(event).model_fields)
        assert model.model_validate(event.to_data()).model_dump() == event.model_dump()


def test_a_generated_catalogue_is_typed_imported_and_read(tmp_path: Path) -> None:
    catalogue = Catalogue(20, tmp_path)
    catalogue.write()

    measured = [catalogue.mypy(), catalogue.pyright(), catalogue.imports(), catalogue.parses()]

    assert all(seconds > 0 for seconds in measured)


def test_both_services_type_check() -> None:
    with type_checking.comparison() as comparison:
        assert comparison.ours() > 0
        assert comparison.theirs() > 0


def test_typescript_is_measured_on_both_sides() -> None:
    with typescript.comparisons() as comparisons:
        small, *others = comparisons
        assert [small.ours() > 0, small.theirs() > 0, len(others)] == [True, True, 3]


def test_without_node_typescript_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def find_none() -> None:
        pytest.fail("Node.js is missing")

    monkeypatch.setattr(typescript, "find_node", find_none)
    with typescript.comparisons() as comparisons:
        assert comparisons == []
    assert capsys.readouterr().out == "TypeScript is not measured: Node.js is missing\n"

# Every target makes its own .venv first; nothing but Python is needed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# Tests start many interpreters: without byte code each compiles all that it imports.
unexport PYTHONDONTWRITEBYTECODE
# Proxies of companies sign by certificates that the system knows, and uv by itself does not.
export UV_SYSTEM_CERTS := true

.PHONY: demo test test-slow docs check compat generate dist npm-dist bench coverage wheel-test type-test mutation screenshot clean
.DEFAULT_GOAL := test

$(READY): pyproject.toml constraints.txt
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python --constraint constraints.txt --group dev --all-extras --requirement pyproject.toml --editable .
	touch $(READY)

demo: $(READY) ## run the main job on an embedded default
	$(BIN)/python -m examples.demo $(ARGS)

test: $(READY) ## pass the tests, but for those that take minutes
	$(BIN)/pytest --numprocesses auto $(ARGS)

test-slow: $(READY) ## pass the tests that take minutes: soak, benchmarks, the release loop
	$(BIN)/pytest -m slow --numprocesses auto tests $(ARGS)

check: $(READY) ## lint, format, types, staleness of generated files
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python tools/generate.py --check
	$(BIN)/python tools/lint_catalogue.py
	$(BIN)/towncrier build --draft --version next > /dev/null
	$(BIN)/lint-imports
	$(BIN)/mypy
	$(BIN)/mypy $(wildcard tests/typing/*.py)
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/zizmor --offline --quiet .github

docs: $(READY) ## build the documentation into docs/_build, with warnings as errors
	$(BIN)/sphinx-build --fail-on-warning --keep-going --quiet --fresh-env --write-all docs docs/_build $(ARGS)

dist: $(READY) ## build what is published, into dist/
	$(BIN)/python -m build --outdir dist

npm-dist: $(READY) ## the npm package that is published beside the wheel, into dist/npm/
	$(BIN)/platform-events export npm --out build/npm --force
	mkdir -p dist/npm
	npm pack ./build/npm --pack-destination dist/npm
	npm publish ./build/npm --dry-run

compat: $(READY) ## what the events have changed since every release, and whom it breaks
	$(BIN)/platform-events check-compat $(ARGS)

generate: $(READY) ## write what is derived from the catalogue
	$(BIN)/python tools/generate.py

bench: $(READY) ## measure, and write docs/benchmarks.md
	$(BIN)/python -m benchmarks --write $(ARGS)

coverage: $(READY) ## the tests, and whether they reach every line and branch of src/
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest --numprocesses auto $(ARGS)
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

wheel-test: $(READY) ## the tests against the built wheel, with the source out of reach
	$(BIN)/python tools/test_wheel.py $(ARGS)

type-test: $(READY) ## what type checkers tell those who install the package, and their tests
	$(BIN)/python tools/check_types.py

mutation: $(READY) ## mutants of naming and sending that no test notices
	$(BIN)/mutmut run
	$(BIN)/mutmut results

screenshot: $(READY) ## the picture of the catalogue page, with the Chromium of this machine
	$(BIN)/python tools/screenshot.py

clean:
	rm -rf $(VENV) dist build .coverage .mypy_cache .pytest_cache .ruff_cache .hypothesis mutants

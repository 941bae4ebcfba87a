# make demo: install in a virtual environment of its own, make and check real workbooks from examples/ into demo/.
# make test: the whole test suite. make test-long: the same with many more random cases (many hours).
# make bench: the benchmarks, which write the pages docs/benchmarks*.md (an hour on a quiet machine).
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
JOBS   ?= 2

.PHONY: demo test test-long lint bench clean

demo: $(VENV)/.demo-ready
	$(BIN)/okosos demo -o demo

test: $(VENV)/.test-ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/okosos templates check
	$(BIN)/okosos satser check
	$(BIN)/python -m pytest -n $(JOBS) --dist loadgroup --max-worker-restart=0

test-long: export OKOSOS_CASES = 1000
test-long: export OKOSOS_HOUSEHOLDS = 1000
test-long: export OKOSOS_MONTHS = 500
test-long: export OKOSOS_REGISTERS = 500
test-long: export OKOSOS_MANAGED = 500
test-long: export OKOSOS_PLANS = 300
test-long: export OKOSOS_SETTLEMENTS = 500
test-long: export OKOSOS_LOANS = 1500
test-long: export OKOSOS_SPLITS = 20
test-long: export OKOSOS_RIGHTS = 200
test-long: export OKOSOS_MISTAKES = 1
test-long: export OKOSOS_CORRECT = 200
test-long: export OKOSOS_FUZZ = 5000
test-long: export OKOSOS_REGEN = 20
test-long: export OKOSOS_FORMS = 30
test-long: export OKOSOS_FORMULAS = 1
test-long: test

bench: $(VENV)/.test-ready
	$(BIN)/pip install --quiet -e '.[bench]'
	$(BIN)/python bench/bench_dividende.py
	$(BIN)/python bench/bench_gjeldsradgivning.py
	$(BIN)/python bench/bench_validate.py
	$(BIN)/python bench/bench_regenerate.py

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.demo-ready: pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check -e .
	touch $@

$(VENV)/.test-ready: pyproject.toml | $(VENV)/bin/python
	$(BIN)/pip install --quiet --disable-pip-version-check -e '.[test]'
	touch $@ $(VENV)/.demo-ready

clean:
	rm -rf $(VENV) demo build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

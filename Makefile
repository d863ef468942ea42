# Two commands for newcomers: `make demo` and `make test`. Every target sets up what it needs.
PYTHON ?= python3
BIN := .venv/bin
RUN := $(BIN)/python

.PHONY: demo test setup check lint types arrows unit fix evaluate bench bench-knowledge chaos native clean
.DEFAULT_GOAL := test

demo: .venv/ready
	@$(RUN) -m app demo

test: lint types arrows unit

.venv/ready: requirements.txt pyproject.toml
	@$(PYTHON) scripts/setup_venv.py requirements.txt
	@touch $@

.venv/dev: requirements-dev.txt .venv/ready
	@$(PYTHON) scripts/setup_venv.py requirements-dev.txt
	@touch $@

setup: .venv/dev

lint: .venv/dev
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

types: .venv/dev
	@$(BIN)/mypy

arrows: .venv/dev
	@$(BIN)/lint-imports

# Two processes: much of the time is spent waiting, and the model wants the cores as well.
unit: .venv/dev
	@$(RUN) -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder --cov --cov-report=term:skip-covered

check: lint types arrows
	@$(RUN) -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder -m "not live"

fix: .venv/dev
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

evaluate: .venv/ready
	@$(RUN) -m app evaluate $(foreach brand,$(wildcard brands/*),--brand $(brand)) \
	  --cases $(wildcard brands/*/cases/*.jsonl) --now 2026-11-23T10:00+08:00 --out reports

bench: .venv/dev
	@PYTHONPATH=. $(RUN) scripts/bench_delivery.py
	@PYTHONPATH=. $(RUN) scripts/bench_turn.py --limit 24

bench-knowledge: .venv/dev
	@PYTHONPATH=. $(RUN) scripts/bench_knowledge.py $(SETS) $(ARGS)

chaos: .venv/dev
	@$(RUN) -m tests.chaos $(ROWS)

# The embedded model's library, compiled for this machine: reads about a third faster with AVX-512.
native: .venv/ready
	@scripts/native.sh

clean:
	rm -rf .venv var reports

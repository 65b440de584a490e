# Quietwatch: everything a newcomer or CI runs. Needs only Python 3.11 to 3.13 and its package index.

PYTHON ?= $(shell for v in 3.13 3.12 3.11 3; do \
	p=$$(command -v python$$v) && $$p -c 'import sys, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' \
	2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
TENSORFLOW := .venv-tensorflow
ACCURACY := quietwatch-bench
# A file of tests stays together: what it makes once is made once.
SIDE_BY_SIDE := --numprocesses logical --maxprocesses 4 --dist loadfile

.DEFAULT_GOAL := help
.PHONY: help demo test test-services test-faults postgresql test-accuracy test-tensorflow lint format bench bench-accuracy lock golden \
	clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(VENV)/run.stamp ## Install into .venv and judge the two sample clips
	$(BIN)/quietwatch demo --home quietwatch-demo

test: $(VENV)/dev.stamp ## Run the tests, side by side (five and a half minutes on two cores)
	$(BIN)/python -m pytest $(SIDE_BY_SIDE)

test-services: $(VENV)/dev.stamp postgresql ## Run the tests that need servers: .services (900 MB; npm, Go) and PostgreSQL
	$(BIN)/python -m pytest --services

test-faults: $(VENV)/dev.stamp postgresql ## Run the long tests of faults: 50 rounds of kills on each catalog (minutes)
	$(BIN)/python -m pytest --faults $(SIDE_BY_SIDE)

postgresql:
	@ls -d /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || { \
		[ "$$(id -u)" = 0 ] || { echo "PostgreSQL is missing; install it: apt-get install postgresql" >&2; exit 1; }; \
		apt-get update -qq && apt-get install -qq --yes postgresql; }

test-accuracy: $(VENV)/run.stamp ## Measure accuracy on a slice of the scenes; fails beyond its bounds (five minutes)
	$(BIN)/python benchmarks/accuracy.py

test-tensorflow: $(TENSORFLOW)/stamp ## Run the tests that need TensorFlow, in an environment of their own (700 MB)
	$(TENSORFLOW)/bin/python -m pytest tests/tensorflow/test_savedmodel.py tests/contracts/test_detector.py

lint: $(VENV)/dev.stamp ## Check format, style, types and the floors of the house
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/dev.stamp ## Put the code into the agreed format
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

bench: $(VENV)/dev.stamp ## Measure memory and speed (minutes; run it alone)
	$(BIN)/python benchmarks/memory.py

bench-accuracy: $(VENV)/run.stamp ## Make both halves of the labelled scenes and measure accuracy on them (hours)
	$(BIN)/quietwatch bench scenes $(ACCURACY)/tune --half tune --seed 1
	$(BIN)/quietwatch bench scenes $(ACCURACY)/held-out --half held-out --seed 2
	$(BIN)/quietwatch bench run $(ACCURACY)/held-out --tune $(ACCURACY)/tune \
		--cache $(ACCURACY)/cache --out $(ACCURACY)

golden: $(VENV)/dev.stamp ## Make golden events and specs anew (raise the stage's version with events)
	$(BIN)/python tests/golden/make.py
	$(BIN)/python tests/golden/pachyderm/make.py

lock: $(VENV)/dev.stamp ## Pin the newest dependencies that fit, without naming an index
	$(BIN)/python tools/lock.py

clean: ## Remove the environment and everything made
	rm -rf $(VENV) $(TENSORFLOW) .services quietwatch-demo $(ACCURACY) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "No Python 3.11, 3.12 or 3.13 found; name one: make PYTHON=/path/to/python" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

# The stamps are written last, so an install that broke off is begun again.
$(VENV)/run.stamp: requirements.lock pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/dev.stamp: requirements-dev.lock $(VENV)/run.stamp
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements-dev.lock
	@touch $@

$(TENSORFLOW)/stamp: requirements-train.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "No Python 3.11, 3.12 or 3.13 found; name one: make PYTHON=/path/to/python" >&2; exit 1; }
	$(PYTHON) -m venv $(TENSORFLOW)
	$(TENSORFLOW)/bin/python -m pip install --quiet --require-hashes --requirement requirements-train.lock
	$(TENSORFLOW)/bin/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

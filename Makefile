# The commands of the house. `make help` lists them; each sets up what it needs.
PYTHON ?= python3
PORT ?= 5000
BIN := .venv/bin
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

help:  ## list the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/run.stamp  ## a virtual environment from the lock file
	@:

run: .venv/run.stamp  ## the demo municipality: web, worker and outbox, on PORT (5000)
	@$(BIN)/medborgarpanel demo --port $(PORT)

test: .venv/test.stamp  ## everything: lint, types, imports, all tests on SQLite and on PostgreSQL
	@$(BIN)/python tests/run.py all

check: .venv/test.stamp  ## the fast part: lint, types, imports, unit tests
	@$(BIN)/python tests/run.py check

bench: .venv/test.stamp  ## benchmarks against peers, as ratios in one run
	@$(BIN)/python tests/run.py bench

proof: .venv/test.stamp  ## the long proofs: kill loops, simulations
	@$(BIN)/python tests/run.py proof

proof-spark: .venv/test.stamp  ## the cube on a real Spark cluster of a master and two workers (needs Java 17)
	@command -v java >/dev/null || { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq --no-install-recommends default-jre-headless; } \
		|| { echo "Spark needs Java 17: install the package default-jre-headless" >&2; exit 1; }
	@$(BIN)/python -m pip install -q --disable-pip-version-check 'pyspark >=4,<5'
	@$(BIN)/python -m pytest -rfEs --no-header -s tests/spark

images: .venv/test.stamp  ## the pictures of README and manual, from the demo
	@$(BIN)/python docs/images/take.py

vendor: .venv/test.stamp  ## fetch and compile the style sheet again (needs npm)
	@$(BIN)/python panel/styles/vendor.py

lock: .venv/test.stamp  ## write the lock files anew from setup.cfg
	@$(BIN)/pip-compile -q --generate-hashes --allow-unsafe --all-build-deps --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-options --no-header --extra text --extra statistics -o requirements.txt setup.cfg
	@$(BIN)/pip-compile -q --generate-hashes --allow-unsafe --all-build-deps --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-options --no-header --extra test -c requirements.txt -o requirements-test.txt setup.cfg

clean:  ## remove the virtual environment and the demo
	@rm -rf .venv instance

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed; this is " + sys.version.split()[0] + ". Name another: make PYTHON=python3.12 …" if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv .venv 2>/dev/null || { rm -rf .venv; $(PYTHON) -m virtualenv -q .venv 2>/dev/null; } \
		|| { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq python3-venv && rm -rf .venv && $(PYTHON) -m venv .venv; } \
		|| { rm -rf .venv; echo "This Python lacks the modules venv and ensurepip: install the package python3-venv, or name a Python that has them: make PYTHON=… run" >&2; exit 1; }

.venv/run.stamp: requirements.txt setup.cfg pyproject.toml | .venv/bin/python
	@echo "Setting up .venv from the lock file …" >&2
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/test.stamp: requirements-test.txt .venv/run.stamp
	@echo "Adding the tools of the tests …" >&2
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-test.txt
	@touch $@


.PHONY: help setup run test check bench proof proof-spark images vendor lock clean

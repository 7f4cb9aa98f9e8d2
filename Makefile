# Letterpath. `make` lists what there is; `make run` and `make test` need nothing but Python 3.11.

VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
LOG    := $(VENV)/install.log

# 3.12 and 3.11 come first: for them every package is ready-made, Redis included. Of each, the one
# that came with the system, if it can make environments: most are optimised with a profile, and the
# tests then take three quarters of the time that they take with a plain build, such as pyenv's.
RECENT := -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
PYTHON ?= $(shell for p in python3.12 python3.11 python3.15 python3.14 python3.13 python3; do \
            for q in /usr/bin/$$p $$p; do \
              command -v $$q >/dev/null 2>&1 && $$q $(RECENT) || continue; \
              [ $$q = $$p ] || $$q -c 'import ensurepip' 2>/dev/null || continue; \
              echo $$q && break 2; \
            done; \
          done)

.DEFAULT_GOAL := help
.PHONY: help run test test-full bench faults check format lock messages migration screenshots clean

help:  ## list what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(STAMP)  ## run everything on this machine: web, worker, clock, Redis, mailbox
	@$(BIN)/letterpath run

# The tests start some hundred programs: compiled once, whatever else is wished on this machine.
test: $(STAMP)  ## run the tests (PYTEST="-k story" for some of them)
	@env -u PYTHONDONTWRITEBYTECODE $(BIN)/pytest $(SPREAD) $(PYTEST)

test-full: $(STAMP)  ## the same with every promised input: all naughty strings, mutated mails, folders
	@LETTERPATH_TESTS=full env -u PYTHONDONTWRITEBYTECODE $(BIN)/pytest $(SPREAD) $(PYTEST)

# Two processes more than there are cores, up to four (tests/conftest.py): each starts a Redis and a
# PostgreSQL of its own. The slowest files are first in line; put in order by their number of tests
# they would keep all waiting at last.
SPREAD := --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

bench: $(STAMP)  ## measure letters a second beside others (BENCH="sign-up" for that one; ROUNDS=5)
	@$(BIN)/python -m tests.bench $(BENCH) --rounds $(ROUNDS)

ROUNDS ?= 5

faults: $(STAMP)  ## kill workers and take parts away, at full size; figures in var/faults
	@LETTERPATH_FAULTS=full $(BIN)/pytest tests/faults $(PYTEST)

check: $(STAMP)  ## style, types and import contracts, as CI checks them
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python -m course.i18n.messages --check

format: $(STAMP)  ## put the code in order
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(STAMP)  ## pin the newest allowed releases, with their hashes
	$(BIN)/uv pip compile $(COMPILE) --upgrade -o requirements.txt pyproject.toml
	$(BIN)/uv pip compile $(COMPILE) --upgrade --extra dev --extra test -o requirements-dev.txt pyproject.toml

COMPILE := --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
           --no-emit-index-url --no-emit-find-links

messages: $(STAMP)  ## write every sentence that subscribers meet into the catalogs of translations
	@$(BIN)/python -m course.i18n.messages

migration: $(STAMP)  ## write a migration for changed models (NAME="what it does")
	$(BIN)/python -m course.migrations.write "$(NAME)"

screenshots: $(STAMP)  ## take a picture of every page and letter, into var/screenshots
	@$(BIN)/python -m tests.browser.screenshots var/screenshots

clean:  ## remove the virtual environment and caches; var/ with its letters stays
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis *.egg-info
	find . -name __pycache__ -prune -exec rm -rf {} +

$(STAMP): requirements-dev.txt pyproject.toml
	@test -n "$(PYTHON)" && $(PYTHON) $(RECENT) || { echo "$(NO_PYTHON)" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || { echo "$(NO_VENV)" >&2; exit 1; }
	@echo "Installing $$(grep -c == requirements-dev.txt) packages into $(VENV), once. This takes a minute or two."
	@$(PIP) --require-hashes -r requirements-dev.txt >$(LOG) 2>&1 \
	  && $(PIP) --no-deps --no-build-isolation -e . >>$(LOG) 2>&1 \
	  || { if grep -qE 'metadata-generation-failed|Failed building|failed-wheel-build' $(LOG); \
	       then echo "$(NO_COMPILER)"; else grep -m 2 '^ERROR' $(LOG); echo "$(NO_PACKAGE)"; fi >&2; exit 1; }
	@touch $(STAMP)

PIP         := $(BIN)/python -m pip install --quiet --disable-pip-version-check
NO_PYTHON   := Letterpath needs Python 3.11 or newer, and there is none on this machine (or PYTHON names an older one).
NO_VENV     := Python can't make a virtual environment: install its venv module (on Debian: apt install python3-venv).
NO_COMPILER := A package has to be built here and could not be: install a C compiler (on Debian: apt install \
               build-essential), or use Python 3.11 or 3.12 on x86-64 Linux, which needs none. Details: $(LOG)
NO_PACKAGE  := The packages could not be installed; is the network there? Details: $(LOG)

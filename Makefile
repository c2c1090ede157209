# Every command of the project. `make run` and `make test` do everything on a fresh machine.

SUPPORTED := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))
PYTHON ?= $(shell for p in python3.12 python3.13 python3.11 python3 python; do $$p -c '$(SUPPORTED)' 2>/dev/null && echo $$p && break; done)
ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
EXE := .exe
else
BIN := .venv/bin
EXE :=
endif
VENV_PYTHON := $(BIN)/python$(EXE)
INSTALL := $(VENV_PYTHON) -m pip install --quiet --disable-pip-version-check
UV := uv>=0.9,<1

.PHONY: run test test-fast coverage check format lock samples screenshots bench clean

run: .venv/ready-to-run            ## make the environment and run the app
	$(BIN)/streamlit run app.py

test: .venv/ready-to-test          ## make the environment and pass the tests
	$(VENV_PYTHON) -m pytest $(ARGS)

test-fast: .venv/ready-to-test     ## the tests that take no more than a few seconds each
	$(VENV_PYTHON) -m pytest -m "not slow and not browser" $(ARGS)

coverage: .venv/ready-to-test      ## the lines that the fast tests do not reach, and the share that they do
	$(VENV_PYTHON) -m pytest -m "not slow and not browser" --cov --cov-report=term-missing:skip-covered $(ARGS)

check: .venv/ready-to-test         ## style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: .venv/ready-to-test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: .venv/ready-to-lock          ## renew requirements.lock, for every system and Python that is supported
	.venv/lock/$(notdir $(BIN))/uv pip compile --universal --python-version 3.11 --upgrade --quiet --no-annotate \
		--custom-compile-command "make lock" requirements-test.txt --output-file requirements.lock

samples: .venv/ready-to-run        ## draw the sample pictures and teach the sample models
	$(VENV_PYTHON) scripts/make_samples.py

screenshots: .venv/ready-to-test   ## the pictures of the README
	$(VENV_PYTHON) scripts/make_screenshots.py

bench: .venv/ready-to-test         ## measure, and print the table
	$(VENV_PYTHON) -m bench $(ARGS)

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .coverage

$(VENV_PYTHON):
	@test -n "$(PYTHON)" || { echo "TeachLens needs Python 3.11, 3.12 or 3.13 with venv (on Debian and Ubuntu: apt install python3-venv)."; exit 1; }
	$(PYTHON) -m venv .venv

# The files of requirements say what is needed and within which bounds; the lock says which releases were tested together.
.venv/ready-to-run: requirements.txt requirements.lock | $(VENV_PYTHON)
	$(INSTALL) -r requirements.txt -c requirements.lock
	touch $@

.venv/ready-to-test: requirements.txt requirements-test.txt requirements.lock | $(VENV_PYTHON)
	$(INSTALL) -r requirements-test.txt -c requirements.lock
	touch $@ .venv/ready-to-run

# The tool that writes the lock lives beside what it locks, not among it.
.venv/ready-to-lock: | $(VENV_PYTHON)
	$(VENV_PYTHON) -m venv .venv/lock
	.venv/lock/$(notdir $(BIN))/python -m pip install --quiet --disable-pip-version-check "$(UV)"
	touch $@

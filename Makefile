# Every command of the project. `make run` and `make test` do everything on a fresh machine.

SUPPORTED := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))
PYTHON ?= $(shell for p in python3.12 python3.13 python3.11 python3 python; do $$p -c '$(SUPPORTED)' 2>/dev/null && echo $$p && break; done)
ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
EXE := .exe
else
BIN := .venv/bin
endif
# Everybody's versions are those of the lock file.
INSTALL := -m pip install --quiet --disable-pip-version-check -c requirements.lock

.PHONY: run test test-fast coverage check format lock samples screenshots bench clean

run: .venv/ready-to-run            ## make the environment and run the app
	$(BIN)/streamlit run app.py

test: .venv/ready-to-test          ## make the environment and pass the tests
	$(BIN)/python -m pytest $(ARGS)

test-fast: .venv/ready-to-test     ## the quick tests: no browser, nothing that takes more than a few seconds
	$(BIN)/python -m pytest -m "not slow and not browser" $(ARGS)

coverage: .venv/ready-to-test      ## the quick tests, and which lines they do not reach
	$(BIN)/python -m pytest -m "not slow and not browser" --cov $(ARGS)

check: .venv/ready-to-test         ## style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: .venv/ready-to-test
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: .venv/ready-to-run           ## renew the lock file: the newest versions that the requirements allow
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --no-header --no-annotate \
		--no-emit-index-url --no-emit-find-links requirements-test.txt -o requirements.lock

samples: .venv/ready-to-run        ## draw the sample pictures and teach the sample models
	$(BIN)/python scripts/make_samples.py

screenshots: .venv/ready-to-test   ## the pictures of the README
	$(BIN)/python scripts/make_screenshots.py

bench: .venv/ready-to-test         ## measure, and print the table
	$(BIN)/python -m bench $(ARGS)

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .coverage

$(BIN)/python$(EXE):
	@test -n "$(PYTHON)" || { echo "TeachLens needs Python 3.11, 3.12 or 3.13 with venv (on Debian and Ubuntu: apt install python3-venv)."; exit 1; }
	$(PYTHON) -m venv .venv

.venv/ready-to-run: requirements.txt requirements.lock | $(BIN)/python$(EXE)
	$(BIN)/python $(INSTALL) -r requirements.txt
	touch $@

.venv/ready-to-test: requirements.txt requirements-test.txt requirements.lock | $(BIN)/python$(EXE)
	$(BIN)/python $(INSTALL) -r requirements-test.txt
	touch $@ .venv/ready-to-run

# Everything uses the virtual environment .venv at the root; `make` builds it when needed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help demo studio test bench lint clean

help:  ## say what can be made
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/^([a-z]+):[^#]*## /  make \1\t/'

demo: $(VENV)/.runtime  ## install the speaker and the simulator, then run a few turns in a pretend house
	$(BIN)/python -m simulator.demo

studio: $(VENV)/.runtime  ## install the speaker and the simulator, then show the pretend house in the browser
	$(BIN)/inglenook studio --room "Living Room"

test: $(VENV)/.dev  ## install what the tests need, then run them all
	$(BIN)/python -m pytest -q -n 2 --dist loadfile

bench: $(VENV)/.runtime  ## measure the budgets on this machine
	$(BIN)/inglenook bench

lint: $(VENV)/.dev  ## format, style and type checks
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy .

clean:  ## remove the virtual environment and caches
	rm -rf $(VENV) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	@echo "Making the virtual environment $(VENV) with $(PYTHON)."
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	  || { echo "Inglenook needs Python 3.11, 3.12 or 3.13; name one with 'make PYTHON=python3.11 ...'."; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
	  || { echo "Python's venv is missing; on Debian: sudo apt-get install python3-venv"; exit 1; }

$(VENV)/.runtime: $(VENV)/bin/python pyproject.toml
	@echo "Installing Inglenook's runtime into $(VENV) (a few minutes on a Raspberry Pi)."
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime pyproject.toml
	@echo "Installing what tests and training need into $(VENV) (tensorflow: about 600 MB)."
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev,export]'
	@touch $@

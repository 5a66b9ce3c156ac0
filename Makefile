# Orderclerk: everything starts here. Needs Python 3.11 or newer and make; the rest sets itself up in .venv.
#
#   make demo     play it: a local Telegram in the browser with the bot beside it, no account needed
#   make tour     the same without a browser: an order in each language, from /start to paid
#   make run      run the bot with the settings of .env
#   make test     all tests           (make test ARGS="tests/orders -k money")
#   make check    ruff, mypy, import-linter and the flow check
#   make format   let ruff put the code in order
#   make bench    what a turn costs
#   make fidelity the local Telegram against python-telegram-bot's own live tests
#   make screenshots   the pictures of docs/images, anew from the demo
#   make lock     make requirements.txt anew from pyproject.toml
#   make clean    remove .venv and every cache

SHELL := /bin/sh
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help setup demo tour run test check format bench screenshots fidelity lock clean

PY := .venv/bin/python
# The stamp carries the checksum of the pins and of the place: other pins or a moved folder mean a new .venv.
READY := .venv/ready-$(shell { cat requirements.txt; pwd; } | cksum | tr ' ' -)
ARGS ?=
# Tests run side by side, one process per core; JOBS=0 runs them in one, for a debugger.
JOBS ?= auto

help:
	@sed -n 's/^#   //p' Makefile

$(READY):
	@sh tools/venv
	@touch $@

setup: $(READY)

demo: $(READY)
	@$(PY) -m bot demo $(ARGS)

tour: $(READY)
	@$(PY) -m bot demo --tour $(ARGS)

run: $(READY)
	@$(PY) -m bot run $(ARGS)

test: $(READY)
	@$(PY) -m pytest -n $(JOBS) --dist worksteal $(ARGS)

check: $(READY)
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy
	@.venv/bin/lint-imports --no-logo
	@$(PY) -m bot check

format: $(READY)
	@$(PY) -m ruff check --fix .
	@$(PY) -m ruff format .

bench: $(READY)
	@$(PY) -m benchmarks $(ARGS)

fidelity: $(READY)
	@$(PY) -m playground.fidelity $(ARGS)

screenshots: $(READY)
	@$(PY) tools/screenshots.py

lock:
	@sh tools/lock

clean:
	@rm -rf .venv build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

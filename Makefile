# Orderclerk: everything starts here. Needs Python 3.11 or newer and make; the rest sets itself up in .venv.
#
#   make demo     play it: a local Telegram in the browser with the bot beside it, no account needed
#   make tour     the same without a browser: an order in each language, from /start to the review
#   make run      run the bot with the settings of .env
#   make test     all tests           (make test ARGS="tests/orders -k money"; CHANNEL=ptb, DATABASE=postgresql)
#   make long     the tests that take minutes each: replicas, both channels side by side, trouble, disputes restarted
#   make check    ruff, mypy, import-linter and the flow check
#   make format   let ruff put the code in order
#   make bench    what a turn costs
#   make malformed     a million updates that no Telegram would send   (make malformed N=20000)
#   make crash    kill the bot 300 times and see that nobody notices more than they must   (make crash N=5000)
#   make simulate 2,000 whole lives of a bot among people and bad weather, each by its seed  (make simulate N=100)
#   make planted  plant 16 bugs in a copy, one by one, and see that the simulation finds each
#   make mutants  change orders/ and the dialog engine in small ways, and see which changes no test notices
#   make fidelity the local Telegram against python-telegram-bot's own live tests
#   make screenshots   the pictures of docs/images, anew from the demo
#   make lock     make requirements.txt anew from pyproject.toml
#   make clean    remove .venv and every cache

SHELL := /bin/sh
# Tests and runs start many processes: none should compile everything anew.
unexport PYTHONDONTWRITEBYTECODE
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.PHONY: help setup demo tour run test long check format bench malformed crash simulate planted mutants screenshots fidelity lock clean

PY := .venv/bin/python
# The stamp carries the checksum of the pins and of the place: other pins or a moved folder mean a new .venv.
READY := .venv/ready-$(shell { cat requirements.txt; pwd; } | cksum | tr ' ' -)
ARGS ?=
# How many: each target that counts has its own number unless one is given.
N ?=
# Tests run side by side, four processes, as they often wait; JOBS=0 runs them in one, for a debugger. A file stays
# in one process, which makes what its tests share once; the longest files come first (tests/conftest.py).
JOBS ?= 4
# What the conversations run with: aiogram or ptb, sqlite or postgresql.
CHANNEL ?=
DATABASE ?=

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
	@TEST_CHANNEL=$(CHANNEL) TEST_DATABASE=$(DATABASE) $(PY) -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

long: $(READY)
	@$(PY) -m pytest -m long -n $(JOBS) --dist loadfile --no-loadscope-reorder $(ARGS)

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

malformed: $(READY)
	@$(PY) -m benchmarks.malformed $(or $(N),1000000) $(ARGS)

crash: $(READY)
	@$(PY) -m tests.crash $(or $(N),300) $(ARGS)

simulate: $(READY)
	@$(PY) -m tests.simulation $(or $(N),2000) $(ARGS)

planted: $(READY)
	@PLANTED=all $(PY) -m pytest -n $(JOBS) tests/simulation -k planted $(ARGS)

mutants: $(READY)
	@.venv/bin/mutmut run $(ARGS)
	@.venv/bin/mutmut results

fidelity: $(READY)
	@$(PY) -m playground.fidelity $(ARGS)

screenshots: $(READY)
	@$(PY) tools/screenshots.py

lock:
	@sh tools/lock

clean:
	@rm -rf .venv build mutants .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# Needs Python >= 3.11, git and make. Everything is installed into .venv; data of the demo lies in .data.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
PY = .venv/bin/python
JOBS ?= auto
PORT ?= 8000

.PHONY: help demo install install-dev browser gettext test check bench backup restore lock format messages

help:  ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1|/p' Makefile | awk -F'|' '{printf "  make %-12s %s\n", $$1, $$2}'

demo: install  ## the product with demo data on http://127.0.0.1:8000 (PORT=...), until Ctrl-C
	@exec $(PY) manage.py demo --port $(PORT)

install: python-found  ## what the product needs, into .venv
	@$(PYTHON) tools/install.py run

install-dev: python-found
	@$(PYTHON) tools/install.py dev

test: install-dev browser  ## all tests, browser journeys included
	@$(PY) -m pytest -n $(JOBS) $(ARGS)

check: install-dev gettext  ## format, lint, types, layers, migrations, translations, deployment
	@$(PY) tools/check.py $(ARGS)

bench: python-found  ## the figures of docs/performance.md
	@$(PYTHON) tools/install.py bench
	@$(PY) tools/bench.py $(ARGS)

backup: install  ## dump the embedded database into .data/backups
	@$(PY) tools/backup.py save

restore: install  ## put a dump back: make restore FILE=.data/backups/...
	@$(PY) tools/backup.py restore "$(FILE)"

browser:
	@tools/system_packages.sh chromium fonts-noto-cjk

gettext:
	@tools/system_packages.sh gettext

messages: install-dev gettext  ## collect new texts into the .po files
	@$(PY) manage.py makemessages -l zh_Hans --no-location --no-obsolete --ignore=.venv --ignore=node_modules

format: install-dev
	@$(PY) -m ruff format . && $(PY) -m ruff check --fix .

lock: install-dev  ## resolve the dependencies anew and export them for pip
	@.venv/bin/uv lock --upgrade && $(PY) tools/check.py --write requirements

.PHONY: python-found
python-found:
	@test -n "$(PYTHON)" || { echo "No Python >= 3.11 found. Name one: make PYTHON=/path/to/python3.12"; exit 1; }

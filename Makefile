# Quytrinh: `make help` lists the targets.
# Nothing but Python 3.11 or newer and make is needed; the rest is installed here.

PYTHON ?= python3
PORT ?= 8000
# An SQLAlchemy URL; without one the database is the file instance/quytrinh.db.
DATABASE ?=
ifneq ($(strip $(DATABASE)),)
export QUYTRINH_DATABASE_URL := $(DATABASE)
endif

# The tests start Python hundreds of times, and rewriting their assertions is the most of
# collecting them: what was compiled once is kept, whatever the machine says.
export PYTHONDONTWRITEBYTECODE :=

VENV := .venv
BIN := $(VENV)/bin
# Never a part of the product or of its development: only `make oracle` installs it.
PM4PY := pm4py==2.7.23.11
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet install --constraint constraints.txt
# A stamp is a file that says: this was done after the files it depends on had changed.
CREATED := $(VENV)/.created
INSTALLED := $(VENV)/.installed
DEVELOPED := $(VENV)/.developed
FRONTEND := webui/static/dist/manifest.json
FRONTEND_SOURCES := $(wildcard webui/frontend/package*.json webui/frontend/build.mjs webui/frontend/src/*) webui/frontend_build.py
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard webui/translations/*/LC_MESSAGES/messages.po))
REQUIREMENTS := setup.cfg pyproject.toml constraints.txt

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help install develop system run test check lint types architecture pytest coverage fmt bench laws fuzz crash pairs oracle soak constraints clean

help: ## List the targets.
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-13s %s\n", $$1, $$2 }'

install: $(INSTALLED) $(CATALOGUES) $(FRONTEND) ## Make .venv with the command quytrinh and the built front end.

develop: install $(DEVELOPED) ## The same with the tools that `make check` needs.

run: install ## Prepare the database, with a demo on first start, and serve (PORT=, DATABASE=).
	@$(BIN)/quytrinh init --demo
	@exec $(BIN)/quytrinh serve --port $(PORT)

test: system check ## Everything that must hold; installs what is missing.

check: develop lint types architecture pytest ## The same, without looking for system packages.

system: ## Install PostgreSQL, Chromium and fonts when root, else say how.
	@.ci/system-packages

lint: $(DEVELOPED) ## Format and rules (ruff).
	$(BIN)/ruff format --check
	$(BIN)/ruff check

types: $(DEVELOPED) ## Types (mypy, strict).
	$(BIN)/mypy

architecture: $(DEVELOPED) ## Which way imports point (import-linter).
	$(BIN)/lint-imports

pytest: develop ## All tests on both databases and in a real browser.
	# The slow files first, so that neither process waits long for the other.
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder \
		tests/web tests/crash tests/acceptance tests/integration tests/contracts \
		tests/conformance tests/unit tests/architecture

coverage: develop ## All tests with branch coverage and its floor.
	$(BIN)/python -m pytest --cov --cov-report=term

fmt: $(DEVELOPED) ## Format, and repair what can be repaired.
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

bench: install ## Measure against the floor and bare SpiffWorkflow (DATABASE=).
	$(BIN)/quytrinh bench --json

laws: develop ## Try each law of working time 10,000 times.
	QUYTRINH_LAWS=10000 $(BIN)/python -m pytest tests/unit/engine/domain/test_working_time_laws.py

fuzz: develop ## Break 100,000 model files and search for counter-examples.
	$(BIN)/python -m tests.fuzz
	HYPOTHESIS_PROFILE=fuzz $(BIN)/python -m pytest -m fuzz

crash: develop ## Kill workers again and again; nothing may be lost or doubled.
	$(BIN)/python -m pytest -m crash --capture=no

pairs: develop ## Try 10,000 times to have one person do both steps of a pair.
	QUYTRINH_PAIRS=10000 $(BIN)/python -m pytest tests/integration/engine/test_pairs.py -k sqlite

oracle: ## Write golden answers of alignments with pm4py (AGPL, in a place of its own).
	$(PYTHON) -m venv build/oracle
	build/oracle/bin/python -m pip --disable-pip-version-check --quiet install $(PM4PY)
	PYTHONPATH=. build/oracle/bin/python -W ignore -m tests.acceptance.alignment_oracle tests/acceptance/golden/alignment

soak: develop ## Live through a month of trouble; no alarm may be raised.
	$(BIN)/python -m pytest -m soak --capture=no

constraints: develop ## Write down the releases that are installed now as the tested set.
	@{ head -n 2 constraints.txt; $(BIN)/python -m pip freeze --exclude quytrinh --exclude-editable | grep -v ' @ '; } > constraints.new
	@mv constraints.new constraints.txt

clean: ## Remove everything made here, except the database.
	rm -rf $(VENV) build *.egg-info webui/static/dist webui/frontend/node_modules
	rm -rf .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage
	find engine models_bpmn storage webui tests -name __pycache__ -prune -exec rm -rf {} +
	rm -f $(CATALOGUES)

$(CREATED):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=python3.11 …" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { echo "The module venv is missing. Run: apt-get install -y python3-venv" >&2; rm -rf $(VENV); exit 1; }
	@touch $@

$(INSTALLED): $(CREATED) $(REQUIREMENTS)
	@echo "Installing Python packages …"
	@$(PIP) --editable .
	@touch $@

$(DEVELOPED): $(INSTALLED)
	@echo "Installing development tools …"
	@$(PIP) --editable '.[dev]'
	@touch $@

$(FRONTEND): $(FRONTEND_SOURCES) | $(INSTALLED)
	@$(BIN)/python -m webui.frontend_build

%.mo: %.po | $(INSTALLED)
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@

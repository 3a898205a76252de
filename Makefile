# `make` lists the targets. The first one that runs prepares the clone (deploy/bootstrap.py); Python 3.11 is all it needs.

PYTHON ?= python3
BIN := .venv/bin
READY := @$(PYTHON) deploy/bootstrap.py
MANAGE := $(BIN)/python manage.py
NPM := PATH="$(CURDIR)/$(BIN):$$PATH" npm --prefix static --silent
# The checks read the settings, which want a key.
CHECK_ENV := AIHELPER_DATA_DIR=.cache/check SECRET_KEY=of-no-worth-and-only-for-the-checks-8c1f
WORKERS ?= auto
# Where this is set, each of the hundreds of processes of the tests would compile all modules anew.
unexport PYTHONDONTWRITEBYTECODE
PYTEST := $(BIN)/pytest -q -n $(WORKERS) -m "not e2e and not faults"

.DEFAULT_GOAL := help
.PHONY: help install run test check format format-check lint types layers migrations schema schema-check front \
	front-check backend-test server-test e2e screenshots size bench-ui admin-bench admin-screenshots faults soak backup-check lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## /{printf "  make %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## Serve on http://127.0.0.1:8000 (HOST, PORT; .env.example has all settings)
	@export AIHELPER_STARTED=$$(date +%s); $(PYTHON) deploy/bootstrap.py run && exec $(MANAGE) up

install: ## Prepare the clone for running, and start nothing
	$(READY) run

test: ## Run the tests, of the server on SQLite and of the page
	$(READY) test
	@$(PYTEST)
	@$(NPM) test

check: ## All that has to pass before a change is taken; names at the end what failed
	$(READY) test
	@MAKE=$(MAKE) $(BIN)/python deploy/check.py

format: ## Format the code
	$(READY) test
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --quiet --fix .

format-check:
	@$(BIN)/ruff format --check --quiet . || { echo "Run: make format"; exit 1; }

lint: ## Lint the Python code
	@$(BIN)/ruff check --quiet .

types: ## Check the types
	@$(CHECK_ENV) $(BIN)/mypy --no-error-summary

layers: ## Check that imports only point down
	@mkdir -p .cache && $(CHECK_ENV) $(BIN)/lint-imports --no-cache > .cache/layers.txt || { cat .cache/layers.txt; exit 1; }

migrations: ## Check that no migration is missing
	@$(CHECK_ENV) $(MANAGE) makemigrations --check --dry-run

schema: ## Write database.sql anew from the migrations
	@$(CHECK_ENV) $(MANAGE) dump_schema

schema-check:
	@$(CHECK_ENV) $(MANAGE) dump_schema --check

front: ## Build the page
	$(READY) run

front-check: ## Lint, type-check and test the page
	@$(NPM) run check

backend-test:
	@$(PYTEST)

server-test: ## Run the tests that have a database on MariaDB and Redis, started for the purpose
	@$(BIN)/python -m aihelper.lib.testing.servers -- $(PYTEST) --database-only

e2e: ## Test the page in a real browser
	$(READY) test
	@$(BIN)/pytest -q -m e2e -n 3 --dist loadgroup aihelper/tests/e2e

screenshots: ## Take pictures of the page into screenshots/ (ONLY="code zh-dark": those with these parts in their names)
	$(READY) test
	@$(BIN)/python -m aihelper.tests.e2e.screenshots $(ONLY)

admin-screenshots: ## Take pictures of every page of the administration into screenshots/admin/ (ONLY likewise; AXE=1 for axe)
	$(READY) test
	@$(BIN)/python -m aihelper.tests.administration.screenshots $(ONLY)

size: ## Measure the first load of the chat page, beside Open WebUI's (WHAT=files lists what it fetches)
	$(READY) test
	@$(BIN)/python -m aihelper.tests.e2e.speed.size $(WHAT)

bench-ui: ## Measure what showing an answer costs while it is written, beside a naive page (takes minutes)
	$(READY) test
	@$(BIN)/python -m aihelper.tests.e2e.speed.bench

admin-bench: ## Measure every page of the administration at 100,000 rows in each table (ROWS; takes minutes)
	$(READY) test
	@$(BIN)/python -m aihelper.tests.administration.bench $(ONLY)

faults: ## Kill servers and databases in the middle, and see that nothing is lost
	$(READY) test
	@$(BIN)/pytest -q -m faults -n 3 aihelper/tests/faults

soak: ## The same and the fuzz tests for hours, from another seed each time (FAULT_SEED repeats one)
	$(READY) test
	@FAULT_ROUNDS=50 $(BIN)/pytest -q -s -m faults aihelper/tests/faults
	@FUZZ_EXAMPLES=100000 $(BIN)/pytest -q --timeout=0 aihelper/tests/rights/test_fuzz.py

backup-check: ## Back up 200,000 messages from SQLite into MariaDB and back, and compare all rows (takes minutes)
	$(READY) test
	@$(BIN)/python -m aihelper.tests.operations.roundtrip $${SESSIONS:-10000} $${MESSAGES:-200000}

lock: ## Lock the dependencies of pyproject.toml anew
	$(READY) test
	@$(BIN)/python deploy/lock.py

clean: ## Remove what was built; the data in var/ stays
	@rm -rf .venv .boot .cache .mypy_cache .pytest_cache .ruff_cache static/node_modules static/dist

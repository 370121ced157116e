# Everything a person does with this checkout. `make help` lists it.
PYTHON ?= python3
PORT ?= 8080
DATA ?= data
BIN := .venv/bin
READY := .venv/.ready

.DEFAULT_GOAL := help
.PHONY: help setup demo test check lint arrows types bench faults lock browser clean

help: ## Show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'
	@printf '\n  PORT (default 8080) and DATA (default ./data) can be set: make demo PORT=9000 DATA=/srv/werkstem\n'

setup: $(READY) ## Make the environment: .venv with locked requirements

$(READY): requirements/uv.txt requirements/dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Werkstem needs python3 of version 3.11 or newer; this is $$($(PYTHON) --version)."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "python3 has no venv here. On Debian: apt install python3-venv"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/uv.txt
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements/dev.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $(READY)

browser: setup
	@sh tests/browser.sh

demo: setup ## Run the service with a filled, invented organisation and print the links
	@$(BIN)/werkstem demo --port $(PORT) --data $(DATA)

test: setup browser ## Set everything up and run all tests (PostgreSQL and a real browser included)
	@$(BIN)/python -m pytest -n 2 --dist loadgroup --ignore=tests/faults
	@$(BIN)/python -m pytest tests/faults # After the others: they measure, and want the machine for themselves.

check: setup lint arrows types test ## What CI runs: lint, arrows, types, catalogues, all tests

lint: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

arrows: setup
	@$(BIN)/lint-imports --no-cache

types: setup
	@$(BIN)/mypy

bench: setup ## Measure, or WHAT=talk one thing (compare talk growth replicas wave steps pages)
	@$(BIN)/python -m bench $(WHAT)

faults: setup ## The long fault runs: kill -9, outages, restarts, replicas; prints figures
	@$(BIN)/python -m pytest tests/faults --long -s

lock: setup ## Renew the locked requirements
	@$(BIN)/uv pip compile --quiet --no-header --no-emit-index-url --universal --python-version 3.11 --generate-hashes --upgrade pyproject.toml -o requirements/run.txt
	@$(BIN)/uv pip compile --quiet --no-header --no-emit-index-url --universal --python-version 3.11 --generate-hashes --upgrade --extra dev pyproject.toml -c requirements/run.txt -o requirements/dev.txt
	@echo uv | $(BIN)/uv pip compile --quiet --no-header --no-emit-index-url --universal --python-version 3.11 --generate-hashes - -o requirements/uv.txt

clean: ## Remove the environment and everything that was built
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis

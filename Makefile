# Verbs: demo, test, check, bench, sweep. Each sets up what it needs, inside this directory.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
AUDIT := .venv-audit
CLIENTS := .venv-clients
CACHE := $(CURDIR)/.greenshift/cache

export GREENSHIFT_CACHE ?= $(CACHE)
export PIP_CACHE_DIR ?= $(CACHE)/pip
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo test quick durations sweep check format docs bench requirements clean

help:            ## show this
	@grep -E '^[a-z]+: .*##|^[a-z]+:  *##' $(MAKEFILE_LIST) | sed 's/:.*##/  -/'

demo: $(VENV)/.runtime  ## ship a good and a bad release of examples/payments on a local twin
	@$(BIN)/greenshift demo

# A file's tests stay together; tests/support/durations.py lets the longest files begin first.
PARALLEL := --numprocesses 3 --dist loadfile --no-loadscope-reorder
export GREENSHIFT_DURATIONS ?= $(CURDIR)/.greenshift/durations.json

test: $(VENV)/.dev $(AUDIT)/.ready $(CLIENTS)/.ready  ## every test, on three processes
	@mkdir -p .greenshift
	$(BIN)/python -m pytest --quiet $(PARALLEL)

quick: $(VENV)/.dev     ## units, and one project from its deployment to its end; for while you work
	$(BIN)/python -m pytest --quiet $(PARALLEL) tests/unit \
	  tests/e2e/test_project.py::test_a_users_own_repository_is_deployed_released_and_destroyed

durations: test         ## every test, and what each file costs is kept for the order of the next run
	cp .greenshift/durations.json tests/durations.json

sweep: $(VENV)/.dev     ## kill the controller at every call it makes and the engine at every line it writes; takes a while
	GREENSHIFT_SWEEP=full $(BIN)/python -m pytest --quiet --timeout 0 tests/functional/survival tests/functional/engine/test_engine_kills.py tests/functional/pulumi tests/e2e/test_real_cli_walk.py tests/functional/terraform tests/functional/twin/test_fuzz.py tests/functional/codebuild/test_build_log_bounds.py

check: $(VENV)/.dev     ## lint, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(VENV)/.dev    ## rewrite the code in the project's format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(VENV)/.dev      ## write the generated pages anew
	$(BIN)/python docs/generate.py

bench: $(VENV)/.runtime ## measure; asserts nothing
	$(BIN)/python bench/run.py

requirements: $(VENV)/.dev ## pin all dependencies anew
	$(BIN)/python -m pip install --quiet pip-tools
	cd requirements && ../$(BIN)/python pin.py

clean:                  ## remove everything the verbs above made
	rm -rf $(VENV) $(AUDIT) $(CLIENTS) .greenshift .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	@echo "making $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit("Greenshift needs Python 3.11 or newer, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: $(VENV)/bin/python requirements/runtime.txt requirements/build.txt pyproject.toml
	@echo "installing what Greenshift needs into $(VENV)"
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/runtime.txt -r requirements/build.txt
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.runtime requirements/dev.txt
	@echo "installing what checks and tests need into $(VENV)"
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $@

# Of its own: these tools need other versions than Greenshift does.
$(AUDIT)/.ready: requirements/audit.txt
	@echo "installing what judges a stack from outside into $(AUDIT)"
	@$(PYTHON) -m venv $(AUDIT)
	@$(AUDIT)/bin/python -m pip install --quiet --require-hashes -r requirements/audit.txt
	@touch $@

# boto3 as it was: programs that people still run must see the same twin.
$(CLIENTS)/.ready: $(VENV)/.dev requirements/clients-1.26.txt requirements/clients-1.35.txt
	@echo "installing older clients for tests into $(CLIENTS)"
	@for version in 1.26 1.35; do \
	  $(BIN)/python -m pip install --quiet --upgrade --require-hashes --target $(CLIENTS)/$$version \
	    -r requirements/clients-$$version.txt 2> $(CLIENTS).log || { cat $(CLIENTS).log; exit 1; }; done
	@rm -f $(CLIENTS).log
	@touch $@

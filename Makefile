# Everything a contributor does, by name. `make help` lists it.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TOOLS := skopeo buildah podman umoci docker-registry dockerd:docker.io busybox:busybox-static # command, or command:package
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help demo test test-fast tools check lint types imports docs bench codegen test-all dist package api all clean

help: ## List the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

$(VENV)/.made:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "ecrkit needs Python 3.11 or newer, this is " + sys.version.split()[0])'
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/.for-use: $(VENV)/.made pyproject.toml
	$(INSTALL) --editable '.[local,progress]'
	touch $@

$(VENV)/.for-work: $(VENV)/.made pyproject.toml
	$(INSTALL) --editable '.[local,progress,zstd,fast-gzip,dev]'
	touch $@

demo: $(VENV)/.for-use ## Push a real image to a local ECR and read it back
	$(BIN)/python examples/push_an_image.py

test: $(VENV)/.for-work ## Run the tests
	$(BIN)/python -m pytest -n 2 --dist loadfile

test-fast: $(VENV)/.for-work ## Run the tests that need a second or less each, while you work
	$(BIN)/python -m pytest -n 2 -m "not slow"

tools: ## Install the tools of others that images are compared with; where that cannot be, tests skip them
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && ! which $(foreach tool,$(TOOLS),$(firstword $(subst :, ,$(tool)))) >/dev/null 2>&1; then \
	  apt-get update -qq >/dev/null 2>&1; \
	  for tool in $(TOOLS); do command -v "$${tool%%:*}" >/dev/null || \
	    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$${tool##*:}" >/dev/null 2>&1 || \
	    echo "$${tool##*:} could not be installed; tests that need it are skipped"; done; fi

test-all: ## Run the tests on Python 3.11 to 3.14 (PYTHONS=...), and with the oldest dependencies
	$(PYTHON) tests/matrix.py

lint: $(VENV)/.for-work ## Check style and format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.for-work ## Check types with mypy and pyright, both strict
	$(BIN)/mypy
	$(BIN)/pyright --pythonpath $(BIN)/python

imports: $(VENV)/.for-work ## Check that no room of the house imports one above it
	$(BIN)/lint-imports

codegen: $(VENV)/.for-work ## Write the generated files from the vendored service model
	$(BIN)/python -m codegen

check: lint types imports docs ## Check everything but the tests
	$(BIN)/python -m codegen --check

api: $(VENV)/.for-work ## Write the snapshot of the public surface anew
	$(BIN)/python -m tests.contracts.public_api

dist: $(VENV)/.for-work ## Build the wheel and the sdist
	rm -rf dist
	$(BIN)/python -m build
	$(BIN)/python -m twine check --strict dist/*

package: dist ## Install the wheel into a fresh environment and try it
	$(BIN)/python tests/package/check_dist.py dist

docs: $(VENV)/.for-work ## Build the documentation; warnings are errors
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

bench: $(VENV)/.for-work ## Measure against boto3 and others, side by side
	$(INSTALL) --editable '.[bench]'
	$(BIN)/python -m benchmarks

all: test check ## What CI does

clean: ## Remove what was built
	rm -rf $(VENV) .venv-* site dist build

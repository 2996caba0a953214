# Two commands do all the set-up: `make demo` (a company, its ROI and a planner on http://127.0.0.1:8080) and `make test`.
SHELL := /bin/bash
.DEFAULT_GOAL := help

export CARGO_TARGET_DIR ?= $(CURDIR)/target
# Tests find their files from here, whichever checkout filled the build folder.
export INSTA_WORKSPACE_ROOT := $(CURDIR)
TOOLS := $(CARGO_TARGET_DIR)/tools
# One profile and one feature set everywhere, so that dependencies are compiled once.
FLAGS = --release --locked $(shell cat $(TOOLS)/duckdb/flags 2>/dev/null)
# Where the prebuilt library was had, cargo is told of it; otherwise these stay empty and DuckDB is built from source.
ENV = $(shell cat $(TOOLS)/duckdb/env 2>/dev/null)
TANDEM := $(CARGO_TARGET_DIR)/release/tandem

.PHONY: help demo build test lint unit browser notebook e2e bench truth fmt clean-demo duckdb

help: ## This list
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

demo: build ## Simulate a company, fit it and serve the pages on http://127.0.0.1:8080 (DEMO_FLAGS="--port 9000")
	@$(TANDEM) demo $(DEMO_FLAGS)

build: duckdb ## The `tandem` binary, in $(CARGO_TARGET_DIR)/release
	@$(ENV) cargo build $(FLAGS) --workspace

duckdb:
	@.ci/fetch-duckdb $(TOOLS)/duckdb

test: lint unit e2e browser notebook ## Everything: lints, unit and statistical tests, crash harness, browser, notebook
	@echo "make test: all parts passed"

lint: duckdb ## rustfmt, clippy, licences
	@cargo fmt --all --check
	@$(ENV) cargo clippy $(FLAGS) --workspace --all-targets -- -D warnings
	@.ci/check-licences

unit: duckdb ## Rust tests of every crate
	@$(ENV) cargo test $(FLAGS) --workspace --no-fail-fast

e2e: build ## The command line and server as a newcomer uses them, on the public data where present
	@.ci/e2e $(TANDEM)

browser: build ## Every page in Chromium at 1440 and 390 px, light and dark, with and without scripts
	@server/tests/browser/run $(TANDEM)

notebook: build ## Executes notebooks/ against a server
	@notebooks/run $(TANDEM)

bench: duckdb ## Criterion benchmarks; results belong into docs/benchmarks.md
	@$(ENV) cargo bench --locked $(filter --no-default-features,$(FLAGS)) --workspace

truth: duckdb ## The truth laboratory: 16 planted worlds, 20 seeds each (SEEDS=20); results belong into docs/benchmarks.md
	@$(ENV) cargo run $(FLAGS) --workspace --example truth -- $(or $(SEEDS),20)

fmt: ## Formats the code
	@cargo fmt --all

clean-demo: ## Forgets the demo company
	@$(TANDEM) demo --reset --no-serve

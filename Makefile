# Each target installs what it needs first; see `make help`.
SHELL := /bin/bash
.DEFAULT_GOAL := help
RELEASE := .build/release/reconcile
RUN := $(RELEASE)
SWIFT_RELEASE := swift build -c release --static-swift-stdlib --product reconcile

.PHONY: help deps build release demo test lint bench clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

deps: ## Install the Debian packages the build needs (as root or through sudo)
	@./Scripts/install-dependencies

build: deps ## Debug build of everything, tests included
	swift build --build-tests

release: deps ## Optimised program: .build/release/reconcile
	$(SWIFT_RELEASE)

demo: release ## Show the plan for the embedded example fleet, carry it out, and run again
	@./Scripts/demo $(RUN)

test: deps ## All tests
	@./Scripts/test

lint: ## Format check, strict
	swift format lint --strict --recursive --parallel Package.swift Sources Tests

bench: release ## Measure the program against its baselines and print a table
	@python3 Benchmarks/run.py --program $(RUN)

clean: ## Remove build products
	rm -rf .build

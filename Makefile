# Each target installs what it needs first; see `make help`.
SHELL := /bin/bash
.DEFAULT_GOAL := help
RELEASE := .build/release/reconcile
RUN := $(RELEASE)
SWIFT_RELEASE := swift build -c release --static-swift-stdlib --product reconcile

LAB_NAME ?= reclab
export LAB_NAME

.PHONY: help deps deps-lab build release demo test test-lab test-lab-full lint bench bench-planner bench-lab lab-up lab-down clean

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

deps: ## Install the Debian packages the build needs (as root or through sudo)
	@./Scripts/install-dependencies

deps-lab: ## Install the Debian packages the lab of real libvirt hosts needs
	@./Scripts/install-dependencies lab

build: deps ## Debug build of everything, tests included
	swift build --build-tests

release: deps ## Optimised program: .build/release/reconcile
	$(SWIFT_RELEASE)

demo: release ## Show the plan for the embedded example fleet, carry it out, and run again
	@./Scripts/demo $(RUN)

test: deps ## All tests; those on real libvirt hosts where root and packages are there
	@./Scripts/test

test-lab: build ## The tests on real libvirt hosts only
	@./Scripts/test-lab

test-lab-full: build ## The same with the whole matrix of failures (docs/safety.md); takes long
	@RECONCILE_LAB_FULL=1 ./Scripts/test-lab

lint: ## Format check, strict
	swift format lint --strict --recursive --parallel Package.swift Sources Tests

bench: release ## Measure the program against its baselines and print a table
	@python3 Benchmarks/run.py --program $(RUN)

bench-planner: deps ## Measure the planner on generated estates against its references (BENCH_OPTIONS=--all: large ones too)
	swift build -c release --static-swift-stdlib --product planner-benchmark
	@python3 Benchmarks/planner/table.py --program .build/release/planner-benchmark $(BENCH_OPTIONS)

bench-lab: release deps-lab ## Measure against virsh on real libvirt hosts and print a table
	@python3 Benchmarks/lab.py --program $(RUN)

lab-up: deps-lab ## Three real libvirt hosts on this machine (as root; lab/README.md)
	@./lab/lab up 3 && ./lab/lab status

lab-down: ## Stop them
	@./lab/lab down

clean: ## Remove build products
	rm -rf .build

# Each target installs what it needs first; see `make help`.
SHELL := /bin/bash
.DEFAULT_GOAL := help
RELEASE := .build/release/reconcile
SHIPPED := .build/package/reconcile
RUN := $(RELEASE)
SWIFT_RELEASE := swift build -c release --static-swift-stdlib --product reconcile

LAB_NAME ?= reclab
export LAB_NAME

.PHONY: help deps deps-lab build release demo test test-lab test-lab-full lint fuzz soak package deb test-package install bench bench-planner bench-lab fleets fleets-short fleets-beside fleets-nightly lab-up lab-down clean

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

test-lab-full: build ## The same in their long form, with the whole matrix of failures, whose table goes into docs/safety.md; takes hours
	@./Scripts/test-lab-full

FUZZ_SECONDS ?= 600
FUZZ_SEED ?= $(shell date +%s)

fuzz: release ## Hostile manifests, plans, snapshots, worlds and databases for FUZZ_SECONDS (600) from FUZZ_SEED
	@python3 Scripts/fuzz.py --program $(RUN) --seconds $(FUZZ_SECONDS) --seed $(FUZZ_SEED)

soak: build ## 10,000 passes over silent hosts: sockets, threads and memory must stay flat (takes a quarter of an hour)
	RECONCILE_SOAK_PASSES=10000 swift test --skip-build --filter SilentHostTests

package: deps ## The Debian package and the tarball, in .build/package, with the program as it is shipped (stripped, bound at start)
	@./Scripts/install-dependencies package
	@./Scripts/package

deb: package ## The same

test-package: package ## Hold the package against lintian, install, upgrade and purge it where no Swift is (TEST_PACKAGE_OPTIONS=--rebuild)
	@./Scripts/install-dependencies package-test
	@./Scripts/test-package $(TEST_PACKAGE_OPTIONS)

PREFIX ?= /usr/local

# Builds only what was never built: who installs is root, and often has no Swift in the path.
$(SHIPPED):
	@./Scripts/install-dependencies package
	@./Scripts/build-shipped

install: $(SHIPPED) ## Program, unit, manual and completions below PREFIX (/usr/local) in DESTDIR; starts nothing
	@./Scripts/install-files $(SHIPPED) "$(DESTDIR)" $(PREFIX)

lint: ## Format check, strict
	swift format lint --strict --recursive --parallel Package.swift Sources Tests

bench: release ## Measure the program against its baselines and print a table
	@python3 Benchmarks/run.py --program $(RUN)

bench-planner: deps ## Measure the planner on generated estates against its references (BENCH_OPTIONS=--all: large ones too)
	swift build -c release --static-swift-stdlib --product planner-benchmark
	@python3 Benchmarks/planner/table.py --program .build/release/planner-benchmark $(BENCH_OPTIONS)

FLEETS_VENV := .build/fleets-python

fleets: release ## Plan 1,500 random fleets and hold each plan against an exact solver (FLEETS_OPTIONS; 20 minutes at most)
	@./Benchmarks/fleets/solver $(FLEETS_VENV)
	@$(FLEETS_VENV)/bin/python Benchmarks/fleets/sweep.py --program $(RUN) --count 1500 --seconds 1200 $(FLEETS_OPTIONS)

fleets-short: build ## The first of these fleets with the debug program, whose planner is optimised too; three minutes at most
	@./Benchmarks/fleets/solver $(FLEETS_VENV)
	@$(FLEETS_VENV)/bin/python Benchmarks/fleets/sweep.py --program .build/debug/reconcile --count 1500 --seconds 180 $(FLEETS_OPTIONS)

# For what runs beside something else: the debug program, one at a time.
fleets-beside:
	@./Benchmarks/fleets/solver $(FLEETS_VENV)
	@$(FLEETS_VENV)/bin/python Benchmarks/fleets/sweep.py --program .build/debug/reconcile --count $(FLEETS_COUNT) --jobs 1 --seconds 1500

fleets-nightly: release ## The same with 100,000 other fleets each day
	@./Benchmarks/fleets/solver $(FLEETS_VENV)
	@$(FLEETS_VENV)/bin/python Benchmarks/fleets/sweep.py --program $(RUN) --from $$(( $$(date +%Y%j) * 100000 )) --count 100000 \
	  --rows .build/fleets-$$(date +%F).jsonl $(FLEETS_OPTIONS)

bench-lab: release deps-lab ## Measure against virsh on real libvirt hosts and print a table
	@python3 Benchmarks/lab.py --program $(RUN)

lab-up: deps-lab ## Three real libvirt hosts on this machine (as root; lab/README.md)
	@./lab/lab up 3 && ./lab/lab status

lab-down: ## Stop them
	@./lab/lab down

clean: ## Remove build products
	rm -rf .build

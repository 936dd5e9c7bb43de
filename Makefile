# Everything one does with this repository; each line of `make help` is the comment behind a target.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help build demo test conformance images torture lint format nightly clean
sources = Sources Tests Package.swift

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

build: ## both programs, in .build/debug
	@scripts/install.sh build
	swift build

demo: ## a service on this machine and one real job through it; Ctrl-C ends it (DEMO_ONCE=1: ends after the job)
	@exec scripts/demo.sh

test: ## all tests; they bring their own broker and engines (ARGS="--filter Name": some of them)
	@exec scripts/test.sh $(ARGS)

conformance: ## the conformance suite against a pman that runs: URL=http://host:5010 BACKEND= STORAGE= IMAGE=
	@PMAN_CONFORMANCE_URL="$(URL)" PMAN_CONFORMANCE_BACKEND="$(BACKEND)" PMAN_CONFORMANCE_STORAGE="$(STORAGE)" \
	PMAN_CONFORMANCE_IMAGE="$(IMAGE)" exec scripts/conformance.sh

torture: ## gateways, workers, engines and the broker hurt one after the other: LENGTH=300 (seconds) SEED=
	@PMAN_TORTURE_SECONDS="$(or $(LENGTH),300)" PMAN_TEST_SEED="$(SEED)" PMAN_TEST_WITHOUT=docker exec scripts/test.sh --filter TortureSerial

images: ## builds the images and tries every file in compose/ on an engine of its own
	@exec scripts/images.sh $(PARTS)

lint: ## what CI says about style
	swift format lint --strict --recursive --parallel $(sources)

format: ## puts the style right
	swift format --in-place --recursive --parallel $(sources)

nightly: ## the tests under the address and thread sanitizers, and the images
	@exec scripts/nightly.sh $(ARGS)

clean: ## removes what was built
	rm -rf .build .build-address .build-thread .test

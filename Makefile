# Everything one does with this repository; each line of `make help` is the comment behind a target.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help build demo test conformance images torture bench bench-quick soak lint format fuzz malformed nightly clean
sources = Sources Tests Benchmarks/Sources Benchmarks/Package.swift Package.swift

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

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

bench: ## the programs beside their floors: the broker's, HTTP's and Docker's own limits; some ten minutes
	@exec scripts/bench.sh

bench-quick: ## the same in two minutes
	@BENCH_QUICK=1 exec scripts/bench.sh

soak: ## a million jobs on simulated engines: nothing grows with them, each ran once: COUNT=
	@BENCH_PARTS=soak BENCH_SOAK="$(COUNT)" exec scripts/bench.sh

lint: ## what CI says about style
	swift format lint --strict --recursive --parallel $(sources)

format: ## puts the style right
	swift format --in-place --recursive --parallel $(sources)

fuzz: ## decoders of bytes from outside under libFuzzer: LENGTH=60 (seconds each) TARGET="names" INPUT=file
	@SECONDS_EACH="$(or $(LENGTH),60)" TARGET="$(TARGET)" INPUT="$(INPUT)" exec scripts/fuzz.sh

malformed: ## 1,000,000 malformed requests to a gateway: COUNT= (20,000 of them in make test)
	@PMAN_TEST_MALFORMED="$(or $(COUNT),1000000)" PMAN_TEST_WITHOUT=docker exec scripts/test.sh --filter MalformedRequestsSerial

nightly: ## what takes hours: all tests under two sanitizers, fuzzing, malformed requests, broken copies, torture, figures, images
	@exec scripts/nightly.sh $(ARGS)

clean: ## removes what was built
	rm -rf .build .build-* .test

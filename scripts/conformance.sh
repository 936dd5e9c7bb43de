#!/usr/bin/env bash
# Runs the conformance suite against a pman that is running: make conformance URL=... BACKEND=... STORAGE=... IMAGE=...
#
#   PMAN_CONFORMANCE_URL       its gateway, http://host:port
#   PMAN_CONFORMANCE_BACKEND   the backend, as in CONTAINER_ENV
#   PMAN_CONFORMANCE_STORAGE   the storage root as it is seen on this machine; a folder for each job is made in it
#   PMAN_CONFORMANCE_IMAGE     an image that the scheduler can run, with busybox's programs and no entry point
#
# What would hurt the scheduler or the worker, or look behind the API, is left out.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/say.sh
for variable in URL BACKEND STORAGE IMAGE; do
    name=PMAN_CONFORMANCE_$variable
    [ -n "${!name:-}" ] || fail "$variable is missing: make conformance URL=http://host:5010 BACKEND=kubernetes STORAGE=/mnt/storage IMAGE=busybox:1"
done
scripts/install.sh build
step "building"
swift build --build-tests
swift test --skip-build --disable-xctest --filter BackendConformance
say "left out: whatever kills, freezes or looks into the scheduler or the worker"

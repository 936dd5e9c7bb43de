#!/usr/bin/env bash
# What takes hours: all tests under two sanitizers, fuzzing, a million malformed requests, broken copies that the torture must find
# out, an hour of torture, a million jobs, the figures, and the images as they are shipped.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/say.sh

scripts/install.sh test
export PMAN_TEST_SCALE=${PMAN_TEST_SCALE:-2}
failed=()
for sanitizer in address thread; do
    step "the tests under the $sanitizer sanitizer"
    SANITIZER=$sanitizer scripts/test.sh "$@" || failed+=("$sanitizer sanitizer")
done
step "a minute of fuzzing each"
SECONDS_EACH=${SECONDS_EACH:-60} scripts/fuzz.sh || failed+=("fuzzing")
step "a million malformed requests"
make --no-print-directory malformed || failed+=("malformed requests")
step "copies that are broken on purpose"
scripts/mutants.sh || failed+=("mutants")
step "an hour of torture"
make --no-print-directory torture LENGTH=3600 || failed+=("torture")
step "a million jobs"
make --no-print-directory soak || failed+=("soak")
step "the figures"
scripts/bench.sh || failed+=("bench")
step "the release build, its images and the stack of them"
scripts/images.sh || failed+=("images")
[ ${#failed[@]} -eq 0 ] || { printf -v list '%s, ' "${failed[@]}"; fail "failed: ${list%, }"; }
step "all of it passed"

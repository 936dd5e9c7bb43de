#!/usr/bin/env bash
# What takes too long for every change: the tests under two sanitizers, and the images as they are shipped.
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
step "the release build, its images and the stack of them"
scripts/images.sh || failed+=("images")
[ ${#failed[@]} -eq 0 ] || { printf -v list '%s, ' "${failed[@]}"; fail "failed: ${list%, }"; }
step "all of it passed"

#!/usr/bin/env bash
# Breaks the service on purpose and expects the torture to find it: a checker that has never found anything proves nothing.
#
#   scripts/mutants.sh [NAME ...]      all of Tests/Torture/Mutants when none is named
#
# Each patch there says what it breaks, and which faults show it. They are applied to a copy of what is committed, one after the other.
#
#   LENGTH=60     seconds of faults for each
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/say.sh
source scripts/processes.sh

checkout=$PWD/.test/mutants/checkout
clean_up() { git worktree remove --force "$checkout" 2>/dev/null || true; }
clean_up_in_the_end

names=("$@")
[ ${#names[@]} -gt 0 ] || for patch in Tests/Torture/Mutants/*.patch; do names+=("$(basename "$patch" .patch)"); done
git worktree remove --force "$checkout" 2>/dev/null || true
git worktree prune
mkdir -p .test/mutants
git worktree add --quiet --detach "$checkout" HEAD
# Built in one folder, so that each builds only what its patch touches.
mkdir -p .test/mutants/build
ln -s ../build "$checkout/.build"
survivors=()
for name in "${names[@]}"; do
    step "$name: $(sed '/^$/q' "Tests/Torture/Mutants/$name.patch" | tr '\n' ' ')"
    git -C "$checkout" checkout --quiet --force HEAD
    git -C "$checkout" apply "$PWD/Tests/Torture/Mutants/$name.patch" || fail "$name.patch does not fit the code any more: make it anew"
    log=.test/mutants/$name.log
    faults=$(sed -n 's/^Faults: //p' "Tests/Torture/Mutants/$name.patch")
    if PMAN_TORTURE_FAULTS=$faults PMAN_TORTURE_SECONDS=${LENGTH:-60} PMAN_TEST_WITHOUT=docker "$checkout/scripts/test.sh" --filter TortureSerial >"$log" 2>&1; then
        say "$name was not found out: $log"
        survivors+=("$name")
    elif grep -q ' [1-9][0-9]* violations' "$log"; then
        step "found out: $(grep -o '[0-9]* jobs, .*' "$log" | head -1)"
        grep -m 3 'violat\|torture-' "$log" | tail -2 | cut -c1-200 || true
    else
        last_lines "$log"
        fail "$name: the torture did not come to its end (above: why)"
    fi
done
[ ${#survivors[@]} -eq 0 ] || fail "not found out: ${survivors[*]}"
step "all ${#names[@]} broken copies were found out"

#!/usr/bin/env bash
# Fuzzes what reads bytes from outside, with libFuzzer and the address sanitizer: make fuzz. docs/reliability.md has figures.
#
#   SECONDS_EACH=60     how long each target runs
#   TARGET="a b"        only these; all of them when it is not said (scripts/fuzz.sh list says their names)
#   FUZZ_JOBS=1         how many run at once
#   INPUT=file          runs TARGET on that one input, which repeats what a crash was
#
# What libFuzzer finds lies in .test/fuzz/<target>/found and goes on from there the next time; seeds are in
# Tests/Fuzzing/Corpora. Ends with 1 when an input crashed a target, hung it, or made it need too much memory.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/say.sh
source scripts/processes.sh

seconds=${SECONDS_EACH:-60}
keep=$PWD/.test/fuzz
clean_up() { :; }
clean_up_in_the_end

scripts/install.sh build
# The toolchain's libFuzzer without its main program: ours is Tests/Fuzzing/main.swift.
library=$(find "$(dirname "$(readlink -f "$(command -v swift)")")/../lib/clang" -name 'libclang_rt.fuzzer_no_main*.a' \
    -path "*$(uname -m)*" 2>/dev/null | head -1)
[ -n "$library" ] || fail "this Swift toolchain has no libFuzzer (libclang_rt.fuzzer_no_main)"
step "building the fuzz targets"
export PMAN_FUZZING=1
build=(swift build --product Fuzzing --sanitize=address --scratch-path .build-fuzzing -Xlinker "$library")
mkdir -p "$keep"
# The linker warns of every symbol of the address sanitizer.
run_process "${build[@]}" >"$keep/build.log" 2>&1 || { grep -v 'Cannot export local symbol' "$keep/build.log"; fail "the build failed (above: why)"; }
program=$("${build[@]}" --show-bin-path)/Fuzzing
unset PMAN_FUZZING
# libFuzzer itself says where it crashed, and keeps the input.
export SWIFT_BACKTRACE=enable=no
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=0}

[ "${1:-}" != list ] || exec "$program"
if [ -n "${INPUT:-}" ]; then
    FUZZ_TARGET=${TARGET:?names the target} exec "$program" "$INPUT"
fi

# libFuzzer's own words for how far it came: executions, coverage, corpus.
figures() { awk '/^stat::number_of_executed_units/ {n=$2} / cov: / {for (i=1;i<NF;i++) if ($i=="cov:") c=$(i+1)} END {printf "%12s executions, coverage %s\n", n?n:"?", c?c:"?"}' "$1"; }

one() {
    local target=$1 found=$keep/$1/found
    mkdir -p "$found" "Tests/Fuzzing/Corpora/$target"
    if FUZZ_TARGET=$target "$program" "$found" "Tests/Fuzzing/Corpora/$target" -max_total_time="$seconds" \
        -dict=Tests/Fuzzing/words.dict -artifact_prefix="$keep/$target/" -timeout=10 -rss_limit_mb=2048 -max_len=8192 \
        -print_final_stats=1 -verbosity=1 >"$keep/$target/log" 2>&1; then
        printf '  %-22s %s\n' "$target" "$(figures "$keep/$target/log")"
    else
        printf '  %-22s FAILED\n' "$target"
        grep -aE 'Fatal error|SUMMARY|does not hold|ERROR: ' "$keep/$target/log" | head -5 || true
        local input
        input=$(grep -aoE "$keep/$target/(crash|timeout|oom|leak)-[0-9a-f]+" "$keep/$target/log" | tail -1)
        say "    to repeat it: TARGET=$target INPUT=${input:-?} scripts/fuzz.sh"
        return 1
    fi
}

targets=${TARGET:-$("$program")}
step "$(wc -w <<<"$targets") targets, $seconds s each"
failed=0 jobs=${FUZZ_JOBS:-1} count=0 pids=()
for target in $targets; do
    one "$target" &
    pids+=($!)
    count=$((count + 1))
    if [ $((count % jobs)) -eq 0 ]; then
        for pid in "${pids[@]}"; do wait "$pid" || failed=1; done
        pids=()
    fi
done
for pid in "${pids[@]}"; do wait "$pid" || failed=1; done
[ $failed -eq 0 ] || fail "fuzzing found something (above); inputs and logs are in .test/fuzz"
step "nothing was found"

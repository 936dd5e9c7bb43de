#!/usr/bin/env bash
# Measures the programs beside their floors: make bench, make bench-quick. docs/performance.md has the last result.
#
#   BENCH_QUICK=1     two minutes instead of ten
#   BENCH_PARTS       some of: serving jobs workers running waiting; and soak, which is not among them when it is not named
#   BENCH_SOAK        how many jobs that is: a million when it is not said
#   BENCH_WAITING     how many jobs are made to wait: 100000 when it is not said; a million take some ten minutes
#   PMAN_BIN_DIR      where the programs are, instead of building them
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/say.sh
source scripts/processes.sh
source scripts/broker.sh
source scripts/engine.sh

clean_up() {
    engine_stop
    broker_stop
    [ -z "$run_directory" ] || python3 scripts/remains.py "$run_directory"
}
clean_up_in_the_end

# What the programs said, where the next run finds it.
keep_logs() {
    rm -rf .test/bench-logs
    mkdir -p .test/bench-logs
    cp "$run_directory"/bench/*.log .test/bench-logs/
    say "the programs' logs are in .test/bench-logs"
}

[ "$(id -u)" -eq 0 ] || fail "a private engine is started by root only: sudo env PATH=\"\$PATH\" make bench"
scripts/install.sh build demo bench
programs=${PMAN_BIN_DIR:-}
if [ -z "$programs" ]; then
    step "building for release"
    for program in pman-gateway pman-worker SimulatedEngine; do
        run_process swift build -c release --product $program || fail "the build failed (above: why)"
    done
    programs=$(swift build -c release --show-bin-path)
fi
run_process swift build -c release --package-path Benchmarks || fail "the build failed (above: why)"
constant=$(swift build -c release --package-path Benchmarks --show-bin-path)/ConstantServer
mkdir -p .test
cc -O2 -o .test/broker-limit Benchmarks/broker-limit.c -lrabbitmq

new_run_directory test
mkdir -p "$run_directory/broker" "$run_directory/bench"
broker_launch "$run_directory/broker"
engine_start "$run_directory/docker"
mkdir -p "$run_directory/image"
busybox_root "$run_directory/image"
engine_import "$run_directory/image" local/bench 1
broker_wait
step "measuring"
export BENCH_DIR=$run_directory/bench BENCH_PROGRAMS=$programs BENCH_CONSTANT=$constant
export BENCH_SIMULATED_ENGINE=$programs/SimulatedEngine BENCH_BROKER_LIMIT=$PWD/.test/broker-limit
export BENCH_BROKER_PORT=$broker_port BENCH_BROKER_METRICS=http://127.0.0.1:$broker_metrics_port BENCH_ENGINE=$engine_host
run_process python3 -u Benchmarks/measure/main.py || { keep_logs; fail "measuring failed (above: why)"; }
cp "$run_directory/bench/result.json" "$run_directory/bench/result.md" .test/
say "the table is in .test/result.md, the figures in .test/result.json"

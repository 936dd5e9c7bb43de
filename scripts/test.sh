#!/usr/bin/env bash
# Runs the tests: make test. Arguments are passed on to `swift test`.
#
# Installs what is missing, starts a Docker engine of its own for them (the tests start brokers and further engines
# themselves), and takes away all of it in the end, also when it is interrupted.
#
#   BACKEND=swarm                     only what one backend promises, and the worker's tests of it
#   SANITIZER=address|thread          builds and runs with that sanitizer, in a build folder of its own
#   LIBRARIES_ONLY=1                  builds only Core, AMQP, HTTPClient and their tests
#   PMAN_TEST_WITHOUT=docker,...      leaves out the backends that are named; says so in the end
#   WARNINGS_AS_ERRORS=1              as in CI
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/say.sh
source scripts/processes.sh
source scripts/engine.sh

without=,${PMAN_TEST_WITHOUT:-},

clean_up() {
    engine_stop
    [ -z "$run_directory" ] || python3 scripts/remains.py "$run_directory"
}
clean_up_in_the_end

# A run of this checkout that was killed left its folder, which says so.
remove_killed_runs() {
    local folder
    for folder in "${TMPDIR:-/tmp}"/pman-test-????????; do
        [ -O "$folder" ] && [ "$(sed -n 2p "$folder/owner" 2>/dev/null)" = "$PWD" ] || continue
        owner_is_alive "$folder/owner" || python3 scripts/remains.py "$(realpath "$folder")" || true
    done
}

scripts/install.sh test
scripts/stand-ins.sh >/dev/null
remove_killed_runs
new_run_directory test
# All that the tests make lies in there.
export PMAN_TEST_DIR=$run_directory

case $without in
    *,docker,*) ;;
    *)
        # Not only this script: the tests themselves start engines, freeze and kill them.
        [ "$(id -u)" -eq 0 ] || fail "the tests start container engines of their own, which only root can do. As root:
    sudo env PATH=\"\$PATH\" make test
Without root, leaving those tests out: PMAN_TEST_WITHOUT=docker,podman,swarm,kubernetes,cromwell,slurm make test"
        engine_start "$run_directory/docker"
        root=$run_directory/image
        mkdir -p "$root"
        busybox_root "$root"
        engine_import "$root" local/pmt 1
        engine_import "$root" local/pmt-ep 1 'ENTRYPOINT ["/bin/echo","IMG-EP"]' 'CMD ["img-cmd"]'
        engine_import "$root" local/pmt-user 1 'USER 1234'
        rm -rf "$root"
        export PMAN_TEST_DOCKER_HOST=$engine_host
        step "a private Docker engine runs at $engine_host"
        ;;
esac
export PMAN_TEST_WITHOUT=${PMAN_TEST_WITHOUT:-}

options=()
case ${SANITIZER:-} in
    '') ;;
    address)
        options+=(--sanitize=address)
        export LSAN_OPTIONS=suppressions=$PWD/scripts/leaks-not-ours.txt
        ;;
    thread)
        options+=(--sanitize=thread)
        export TSAN_OPTIONS=halt_on_error=1
        ;;
    *) fail "SANITIZER=$SANITIZER: address or thread" ;;
esac
folder=.build${SANITIZER:+-$SANITIZER}${LIBRARIES_ONLY:+-libraries}
[ "$folder" = .build ] || options+=(--scratch-path "$folder")

began=$SECONDS
step "building"
run_process swift build --build-tests "${options[@]}" || fail "the build failed (above: why)"
step "built in $((SECONDS - began)) s"
if [ $# -eq 0 ] && [ -z "${BACKEND:-}" ]; then
    scripts/compose-check.py "$(swift build "${options[@]}" --show-bin-path)" || fail "the files in compose/ are not good (above: why)"
fi
began=$SECONDS
status=0
report=$run_directory/report
tests=(swift test --skip-build --disable-xctest "${options[@]}")
run_tests() { run_process "${tests[@]}" "$@" > >(tee -a "$report") 2>&1 || status=$?; }
if [ -n "${BACKEND:-}" ]; then
    export PMAN_TEST_BACKENDS=$BACKEND
    run_tests --filter "BackendConformance|WorkerTests.*(?i:$BACKEND)" "$@"
elif [ $# -gt 0 ]; then
    run_tests "$@"
else
    # One after the other: the end-to-end tests kill and freeze what they run on, and want the machine to themselves.
    # Six at once: hundreds would only be in each other's way, and in that of their deadlines.
    run_tests --skip 'EndToEndTests|BackendConformance|TortureSerial' --experimental-maximum-parallelization-width 6
    run_tests --filter BackendConformance
    run_tests --filter EndToEndTests
    run_tests --filter TortureSerial
fi
step "tested in $((SECONDS - began)) s"
if [ "$without" != ,, ]; then
    say "left out, because PMAN_TEST_WITHOUT says so: ${PMAN_TEST_WITHOUT//,/, }"
fi
case ${PMAN_TEST_SCALE:-1} in 1) say "left for make nightly: dockerd killed and restarted among forty jobs, with and without live-restore; a node of a broker of three killed" ;; esac
# What failed stands far above; whoever reads only the end shall know it as well.
if [ $status -ne 0 ]; then
    grep -E '^✘|^error:|Fatal error' "$report" | grep -v '^✘ Suite' | head -60 >&2 || true
    fail "the tests failed (above: what and where)"
fi

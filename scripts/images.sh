#!/usr/bin/env bash
# Builds the images and tries every file in compose/ for real, on a Docker engine of its own: make images.
#
#   scripts/images.sh [stack|swarm|minichris|cluster ...]      all when none is named
#
# The Dockerfile and the Compose files are used as they are. What stands in for images that this machine may be unable
# to fetch is made of Debian's packages: the builder (whose `swift` hands out what this machine's toolchain built, with
# the very command of the Dockerfile), RabbitMQ and Prometheus. Grafana is in no Debian: it is left out and said so.
#
#   PMAN_IMAGES_BINARIES=.build/debug   takes programs that are there; quicker, for working on this script
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/say.sh
source scripts/processes.sh
source scripts/engine.sh
source scripts/images-stand-ins.sh
source scripts/images-stack.sh

stack_files=()

clean_up() {
    if [ "$1" -ne 0 ] && [ -n "$engine_host" ]; then stack_say_all >&2; fi
    [ -z "$engine_process" ] || stack_down
    engine_stop
    [ -z "$run_directory" ] || python3 scripts/remains.py "$run_directory"
}
clean_up_in_the_end

[ "$(id -u)" -eq 0 ] || fail "a private engine is started by root only: sudo env PATH=\"\$PATH\" make images"
scripts/install.sh build demo images
binaries=${PMAN_IMAGES_BINARIES:-}
if [ -z "$binaries" ]; then
    began=$SECONDS
    step "building the programs"
    options=(-c release --static-swift-stdlib)
    for program in pman-gateway pman-worker pmanctl; do
        run_process swift build "${options[@]}" --product $program || fail "the build failed (above: why)"
    done
    binaries=$(swift build "${options[@]}" --show-bin-path)
    step "built in $((SECONDS - began)) s"
fi

new_run_directory test
stand_in_roots
# With a bridge, in a network of its own: what is published there is seen from nowhere else.
engine_is_swarm=yes engine_start "$run_directory/docker"
step "a private Docker engine runs at $engine_host"
stand_in_images "$binaries"

stack_build
parts=("$@")
[ ${#parts[@]} -gt 0 ] || parts=(stack minichris swarm cluster)
for part in "${parts[@]}"; do
    began=$SECONDS
    "try_$part"
    step "$part: good, in $((SECONDS - began)) s"
done
say "left out: Grafana, whose image cannot be made of Debian's packages"
step "all of it passed"

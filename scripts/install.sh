#!/usr/bin/env bash
# Installs what is missing on a Debian machine with a Swift toolchain.
#
#   scripts/install.sh build|demo|podman|slurm|images|bench|test ...
#
# build: what `swift build` needs. demo: what `make demo` needs as well. test: what `make test` needs as well.
# Says nothing and asks nobody when nothing is missing. Services that come with the packages are not started: the demo
# and the tests run their own.
set -euo pipefail
source "$(dirname "$0")/say.sh"
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

packages=()
want_build() {
    packages+=(ca-certificates git g++ make pkg-config librabbitmq-dev libcurl4-openssl-dev libsqlite3-dev tzdata)
}
want_engine() {
    # Docker's own packages (docker-ce) serve as well, and the two cannot be installed side by side.
    command -v dockerd >/dev/null || packages+=(docker.io)
    packages+=(iptables iproute2)
    if [ "$(cat /sys/module/apparmor/parameters/enabled 2>/dev/null)" = Y ]; then packages+=(apparmor); fi
}
engine_answers() {
    local host=${DOCKER_HOST:-unix:///var/run/docker.sock}
    [ "${host#unix://}" != "$host" ] && curl -sf -m 5 --unix-socket "${host#unix://}" http://docker/_ping >/dev/null 2>&1
}
want_demo() {
    want_build
    packages+=(rabbitmq-server busybox-static curl python3)
    engine_answers || want_engine
}
want_podman() { packages+=(podman runc uidmap slirp4netns fuse-overlayfs dbus-user-session); }
want_slurm() {
    # Charliecloud runs the jobs' containers.
    packages+=(slurmctld slurmd slurm-client slurmrestd slurm-wlm-jwt-plugin munge charliecloud)
}
want_compose() {
    # Compose v2 as a plug-in of docker serves users as well; what is checked here is 1.29, which is stricter.
    packages+=(docker-compose)
}
want_images() {
    want_engine
    want_compose
    packages+=(debootstrap)
}
want_bench() {
    # The load: one thread of it makes more requests than any server here answers.
    packages+=(wrk)
    want_engine
}
want_test() {
    want_build
    packages+=(rabbitmq-server busybox-static curl python3 openssl faketime)
    want_engine
    want_podman
    want_slurm
    want_compose
    # The stand-ins of schedulers that cannot be had here.
    packages+=(python3-venv bubblewrap)
    # The browser that the page is tried in: 78 MB, installed within 15 s.
    packages+=(chromium chromium-driver)
}

[ $# -gt 0 ] || { warn "usage: scripts/install.sh build|demo|podman|slurm|images|bench|test ..."; exit 64; }
for set in "$@"; do
    case $set in
        build | demo | podman | slurm | images | bench | test) "want_$set" ;;
        *) warn "usage: scripts/install.sh build|demo|podman|slurm|images|bench|test ..."; exit 64 ;;
    esac
done

if ! command -v swift >/dev/null; then
    fail "no Swift toolchain in PATH; get Swift 6.2 or newer from https://www.swift.org/install/linux/"
fi
if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    fail "this is no Debian: install by hand what these packages hold, then run the programs yourself: ${packages[*]}"
fi

installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "${packages[@]}" 2>/dev/null || true)
missing=()
for package in "${packages[@]}"; do
    grep -qxF "installed $package" <<<"$installed" || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "missing: ${missing[*]}
Not root, and there is no sudo. As root: apt-get install ${missing[*]}"
    as_root=(sudo)
fi

step "installing ${missing[*]}"
log=$(mktemp)

# Keeps the packages' services from starting. One that is there already is somebody's decision and stays as it is; one
# with our mark was left by an install that was killed.
policy=/usr/sbin/policy-rc.d
mark='# made by pman for the time of one install'
made_policy=no
undo() {
    [ $made_policy = no ] || "${as_root[@]}" rm -f "$policy"
    rm -f "$log"
}
trap undo EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
if [ ! -e $policy ] || grep -qF "$mark" $policy; then
    made_policy=yes
    printf '#!/bin/sh\n%s\nexit 101\n' "$mark" | "${as_root[@]}" tee $policy >/dev/null
    "${as_root[@]}" chmod 755 $policy
fi

apt() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -y -q -o DPkg::Lock::Timeout=600 "$@" >>"$log" 2>&1 </dev/null
}
installs() { apt install --no-install-recommends "${missing[@]}"; }
# The package lists of a new machine are missing or old: fetch them only when it does not work as it is.
if ! { apt-cache show "${missing[@]}" >/dev/null 2>&1 && installs; }; then
    if ! { apt update && installs; }; then
        tail -n 30 "$log" >&2
        fail "apt-get could not install: ${missing[*]} (above: what it said)"
    fi
fi

# Nor shall they start at the next boot because of us.
if [ -d /run/systemd/system ]; then
    for package in "${missing[@]}"; do
        case $package in
            rabbitmq-server) "${as_root[@]}" systemctl -q disable rabbitmq-server.service epmd.socket 2>/dev/null || true ;;
            slurmctld | slurmd | slurmrestd | munge) "${as_root[@]}" systemctl -q disable "$package.service" 2>/dev/null || true ;;
            docker.io) "${as_root[@]}" systemctl -q disable docker.service docker.socket containerd.service 2>/dev/null || true ;;
        esac
    done
fi
step "installed"

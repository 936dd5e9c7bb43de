# A Docker or Podman engine: the one that answers, or a private one. Sourced after processes.sh.
#
#   engine_find            sets engine_host to that of an engine that answers; false when none does
#   engine_start FOLDER    starts a private one, which touches no other engine of the machine; sets engine_host
#   engine_start_podman FOLDER   the same with Podman
#   engine_start_swarm FOLDER    a private one that is a swarm of one node
#   engine_stop            ends the private one; remains.py takes away the rest
#   engine_call METHOD PATH [CURL ARGUMENTS]   asks its API

engine_host= engine_process= containerd_process= engine_is_podman=no podman_arguments=()

engine_call() {
    local method=$1 path=$2
    shift 2
    curl -sS -m 60 --unix-socket "${engine_host#unix://}" -X "$method" "$@" "http://docker$path"
}

engine_answers() { [ -S "${engine_host#unix://}" ] && [ "$(engine_call GET /_ping -m 5 2>/dev/null)" = OK ]; }

engine_find() {
    local host
    # Never anybody else's, if one says so.
    [ "${DEMO_ENGINE:-}" != private ] || return 1
    for host in "${DOCKER_HOST:-}" unix:///var/run/docker.sock; do
        # A remote engine does not see this machine's files.
        [ "${host#unix://}" != "$host" ] || continue
        engine_host=$host
        if engine_answers; then return 0; fi
    done
    engine_host=
    return 1
}

engine_start() {
    local folder=$1 group
    group=$(basename "$(dirname "$folder")")
    if [ "$(id -u)" -ne 0 ] && ! sudo -v; then fail "no Docker engine answers, and only root can start one"; fi
    mkdir -p "$folder"
    # Other users look for the socket, not into the folder.
    chmod 711 "$folder"
    engine_host=unix://$folder/docker.sock
    echo "$group" >"$folder/control-group"
    echo '{}' >"$folder/daemon.json"
    cat >"$folder/containerd.toml" <<CONFIGURATION
version = 2
root = "$folder/containerd"
state = "$folder/c"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
  address = "$folder/c.sock"
[ttrpc]
  address = "$folder/t.sock"
CONFIGURATION
    start_root_process "$folder/containerd.log" containerd --config "$folder/containerd.toml"
    containerd_process=$started
    wait_until 30 "${as_root[@]}" test -S "$folder/c.sock" || { last_lines "$folder/containerd.log"; fail "containerd does not start"; }
    # In a network of its own: without a bridge, dockerd deletes the docker0 that it finds, which is another engine's.
    local network=(--bridge=none)
    # Services want the bridge, and a swarm listens on loopback.
    [ "${engine_is_swarm:-no}" = no ] || network=()
    start_root_process "$folder/dockerd.log" unshare --net sh -c 'ip link set lo up && exec "$@"' sh dockerd --config-file "$folder/daemon.json" \
        --data-root "$folder/data" --exec-root "$folder/exec" --pidfile "$folder/docker.pid" -H "$engine_host" \
        --group "$(id -gn)" --containerd "$folder/c.sock" "${network[@]}" --iptables=false --ip6tables=false \
        --cgroup-parent "/$group" --exec-opt native.cgroupdriver=cgroupfs
    engine_process=$started engine_log=$folder/dockerd.log
    engine_is_up_or_dead() { ! is_alive "$engine_process" || engine_answers; }
    if ! wait_until 60 engine_is_up_or_dead || ! is_alive "$engine_process"; then
        last_lines "$folder/dockerd.log"
        fail "dockerd does not start (above: what it said). With a Docker engine of your own running, DOCKER_HOST names it."
    fi
}

engine_start_swarm() {
    local engine_is_swarm=yes answer
    engine_start "$1"
    answer=$(engine_call POST /swarm/init -H 'Content-Type: application/json' \
        -d '{"ListenAddr": "127.0.0.1:2377", "AdvertiseAddr": "127.0.0.1"}')
    case $answer in *'"message"'*) fail "the engine does not become a swarm: $answer" ;; esac
    engine_node_is_ready() { engine_call GET /nodes 2>/dev/null | grep -q '"State":"ready"'; }
    wait_until 60 engine_node_is_ready || fail "the swarm's node does not get ready"
}

engine_start_podman() {
    local folder=$1
    [ "$(id -u)" -eq 0 ] || fail "a private Podman is started by root only: sudo env PATH=\"\$PATH\" make ..."
    mkdir -p "$folder"
    chmod 711 "$folder"
    engine_host=unix://$folder/podman.sock
    engine_is_podman=yes
    # Limits that are equal, because Podman 4.3's Docker API swaps soft and hard; runc, because crun refuses mixed
    # hierarchies of control groups; locks in files, because those in shared memory belong to every Podman here.
    cat >"$folder/containers.conf" <<CONFIGURATION
[containers]
default_ulimits = ["nofile=4096:4096", "nproc=4096:4096"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
lock_type = "file"
CONFIGURATION
    podman_arguments=(--root "$folder/root" --runroot "$folder/run" --tmpdir "$folder/tmp")
    start_root_process "$folder/podman.log" env -C "$folder" CONTAINERS_CONF="$folder/containers.conf" \
        podman "${podman_arguments[@]}" system service --time=0 "$engine_host"
    engine_process=$started engine_log=$folder/podman.log
    if ! wait_until 30 engine_answers; then
        last_lines "$folder/podman.log"
        fail "Podman does not start (above: what it said)"
    fi
}

# Asked politely it would give every container ten seconds.
engine_stop() {
    # Their control groups have no parent of their own.
    if [ $engine_is_podman = yes ]; then podman "${podman_arguments[@]}" rm --all --force --time 0 >/dev/null 2>&1 || true; fi
    kill_root_process "$engine_process"
    kill_root_process "$containerd_process"
    engine_process= containerd_process=
}

# A root file system with every applet of busybox: busybox_root FOLDER
busybox_root() {
    local root=$1 busybox applet
    busybox=$(command -v busybox) || fail "busybox is missing: apt-get install busybox-static"
    mkdir -p "$root"/{bin,etc,home,tmp}
    chmod 1777 "$root/tmp"
    cp "$busybox" "$root/bin/busybox"
    for applet in $("$busybox" --list); do [ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"; done
    printf 'root:x:0:0:root:/:/bin/sh\n' >"$root/etc/passwd"
}

# Makes an image of a folder: engine_import FOLDER REPOSITORY TAG [DOCKERFILE INSTRUCTION...]
engine_import() {
    local root=$1 query="fromSrc=-&repo=$2&tag=$3" name="$2:$3" answer
    # Podman takes the tag as a part of the name.
    [ $engine_is_podman = no ] || query="fromSrc=-&repo=$name"
    shift 3
    while [ $# -gt 0 ]; do
        query+="&changes=$(python3 -c 'import sys, urllib.parse; print(urllib.parse.quote(sys.argv[1]))' "$1")"
        shift
    done
    answer=$(tar -C "$root" --owner=0 --group=0 --numeric-owner -c . \
        | engine_call POST "/images/create?$query" -H 'Content-Type: application/x-tar' --data-binary @-) || true
    case $answer in
        *'"status":"sha256:'* | *'"status":"'[0-9a-f][0-9a-f]*) ;;
        *) fail "the image $name cannot be made on $engine_host: ${answer:-no answer}" ;;
    esac
}

#!/usr/bin/env bash
# Runs pman on this machine, and one real job through it: make demo.
#
# Leaves the service running until Ctrl-C, then takes away everything it made. DEMO_ONCE=1: ends after the job, with the
# job's exit status. BACKEND: docker (default), podman, swarm or slurm, always a private one. DEMO_ENGINE=private: a Docker engine of its own even where one answers.
# PMAN_BIN_DIR: where the programs are, instead of building them.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/say.sh
source scripts/processes.sh
source scripts/broker.sh
source scripts/engine.sh
source scripts/slurm.sh

backend=${BACKEND:-docker}
case $backend in
    docker) ;;
    podman | swarm | slurm) DEMO_ENGINE=private ;;
    *) fail "BACKEND=$backend: docker, podman, swarm or slurm" ;;
esac
hash=$(checkout_hash)
prefix=pman-demo-$hash.
image=pman-demo-$hash
gateway_process= worker_process= follower= is_own_engine=no is_mine=no

# ---- the end: what this script made goes away, whatever happened

remove_from_engine() {
    local label="org.chrisproject.pman.installation=$prefix" id ids
    ids=$(engine_call GET /containers/json -G -d all=1 --data-urlencode "filters={\"label\":[\"$label\"]}" 2>/dev/null \
        | python3 -c 'import json, sys; print(*(each["Id"] for each in json.load(sys.stdin)))' 2>/dev/null) || return 0
    for id in $ids; do engine_call DELETE "/containers/$id?force=1" >/dev/null 2>&1 || true; done
    engine_call DELETE "/images/$image:1?force=1" >/dev/null 2>&1 || true
}

# Of this run, or of one that was killed.
take_away() {
    [ -z "$follower" ] || kill "$follower" 2>/dev/null || true
    stop_process "$worker_process" 10
    stop_process "$gateway_process" 10
    if [ $is_own_engine = no ] && [ -n "$engine_host" ]; then remove_from_engine; fi
    engine_stop
    slurm_stop
    broker_stop
    if [ -d "$run_directory" ]; then
        if [ $is_own_engine = yes ]; then "${as_root[@]}" python3 scripts/remains.py "$run_directory"
        else python3 scripts/remains.py "$run_directory"; fi
    fi || true
    # Jobs that do not run as this user leave files that only root can remove.
    rm -rf .demo 2>/dev/null || "${as_root[@]}" rm -rf .demo || true
}

clean_up() {
    [ $is_mine = yes ] || return 0
    { say "" && step "cleaning up"; } 2>/dev/null
    take_away
}
clean_up_in_the_end

# Ends the demo with what the failing part said last; the whole logs stay under .build.
fail_with_log() {
    local kept=.build/demo-logs
    mkdir -p $kept
    cp "$run_directory"/*.log $kept/ 2>/dev/null || true
    [ ! -e "${broker_log:-}" ] || cp "$broker_log" $kept/broker.log
    last_lines "$1"
    fail "$2
The whole logs are in $kept. Then: make demo again."
}

# ---- a run of this checkout that goes on, or was killed

if owner_is_alive .demo/owner; then
    is_mine=no
    fail "a demo of this checkout runs already (process $(cut -d' ' -f1 .demo/owner | head -n 1)), at $(cat .demo/url 2>/dev/null || echo "an address that it has not said yet"); end it with Ctrl-C"
fi
if [ -d .demo ]; then
    step "cleaning up after a demo that was killed"
    run_directory=$(cat .demo/run-directory 2>/dev/null || true)
    engine_host=$(cat .demo/engine-host 2>/dev/null || true)
    is_own_engine=$(cat .demo/is-own-engine 2>/dev/null || echo no)
    take_away
    run_directory= engine_host= is_own_engine=no
fi

# ---- what it needs

scripts/install.sh demo

mkdir -p .demo/storage/demo-1/incoming .demo/storage/demo-1/outgoing .demo/storage/demo-2/outgoing
write_owner .demo/owner
is_mine=yes
# Sockets' paths must be short: not inside of the checkout.
new_run_directory demo
echo "$run_directory" >.demo/run-directory

mkdir -p "$run_directory/broker"
broker_launch "$run_directory/broker"
step "a private RabbitMQ starts on 127.0.0.1:$broker_port"

programs=${PMAN_BIN_DIR:-}
if [ -z "$programs" ]; then
    step "building (minutes the first time, seconds later)"
    run_process swift build -c debug || fail "the build failed (above: why)"
    programs=$(swift build -c debug --show-bin-path)
fi

make_image() {
    local root=$run_directory/image
    mkdir -p "$root"
    busybox_root "$root"
    cp scripts/demo/count-words "$root/bin/count-words"
    if [ "$backend" = slurm ]; then
        mv "$root" "$slurm_images/$image+1"
        return
    fi
    engine_import "$root" "$image" 1 "LABEL org.chrisproject.pman.installation=$prefix"
    rm -rf "$root"
}

# Whether the engine mounts this machine's folders: one that is reached from inside a container does not.
engine_sees_files() {
    local id code
    id=$(engine_call POST /containers/create -H 'Content-Type: application/json' -d "{
        \"Image\": \"$image:1\", \"Cmd\": [\"test\", \"-d\", \"/storage/demo-1\"], \"NetworkDisabled\": true,
        \"Labels\": {\"org.chrisproject.pman.installation\": \"$prefix\"},
        \"HostConfig\": {\"Binds\": [\"$PWD/.demo/storage:/storage:ro\"]}}" | sed -n 's/.*"Id":"\([0-9a-f]*\)".*/\1/p') || return 1
    [ -n "$id" ] || return 1
    engine_call POST "/containers/$id/start" >/dev/null || true
    code=$(engine_call POST "/containers/$id/wait" | sed -n 's/.*"StatusCode":\([0-9]*\).*/\1/p') || true
    engine_call DELETE "/containers/$id?force=1" >/dev/null || true
    [ "$code" = 0 ]
}

if engine_find; then
    echo "$engine_host" >.demo/engine-host
    make_image
    if engine_sees_files; then
        step "the Docker engine at $engine_host is used"
    else
        step "the Docker engine at $engine_host does not see this checkout's files"
        remove_from_engine
        rm .demo/engine-host
        engine_host=
    fi
fi
if [ -z "$engine_host" ]; then
    case $backend in
        podman | slurm) scripts/install.sh "$backend" ;;
        *) command -v dockerd >/dev/null || DOCKER_HOST=none scripts/install.sh demo ;;
    esac
    is_own_engine=yes
    echo yes >.demo/is-own-engine
    case $backend in
        podman) engine_start_podman "$run_directory/podman" ;;
        swarm) engine_start_swarm "$run_directory/docker" ;;
        slurm)
            slurm_start "$run_directory/slurm"
            engine_process=$slurm_process engine_log=$slurm_log engine_host=$slurm_url
            ;;
        *) engine_start "$run_directory/docker" ;;
    esac
    echo "$engine_host" >.demo/engine-host
    make_image
    step "a private engine runs at $engine_host ($backend)"
fi

broker_wait

# ---- the two programs

start_gateway() {
    start_process "$run_directory/gateway.log" env -u AUTH -u AUTH_FILE -u TLS_CERT_FILE -u TLS_KEY_FILE \
        AMQP_URL="$broker_url" QUEUE_PREFIX="$prefix" LISTEN="127.0.0.1:$1" STATE_DIR="$run_directory/gateway" \
        BROKER_METRICS_URL="http://127.0.0.1:$broker_metrics_port" CONTAINER_ENV="$backend" "$programs/pman-gateway"
    gateway_process=$started
    url=http://127.0.0.1:$1
    gateway_is_ready_or_dead() { ! is_alive "$gateway_process" || curl -sf -m 5 "$url/readyz" >/dev/null 2>&1; }
    wait_until 60 gateway_is_ready_or_dead && is_alive "$gateway_process"
}

port=5010
is_port_free $port || port=$(free_ports 1)
mkdir -p "$run_directory/gateway"
if ! start_gateway "$port"; then
    # Somebody else may have taken the port in between; then another one does.
    is_port_free "$port" || [ -d "/proc/$gateway_process" ] || port=$(free_ports 1)
    kill_process "$gateway_process"
    start_gateway "$port" || fail_with_log "$run_directory/gateway.log" "the gateway does not get ready (above: the end of its log)"
fi

container_user= scheduler=(DOCKER_HOST="$engine_host" ENGINE_ID="$image")
if [ "$backend" = slurm ]; then
    scheduler=(SLURM_REST_URL="$slurm_url" SLURM_CONTAINER_COMMAND=charliecloud SLURM_IMAGE_DIRECTORY="$slurm_images"
        SLURM_LOG_DIRECTORY="$run_directory/slurm/records")
fi
# Jobs run as whoever runs the demo, so that the files they write belong to them.
[ "$(id -u)" -eq 0 ] || container_user=$(id -u):$(id -g)
start_process "$run_directory/worker.log" env -u VOLUME_NAME -u DOCKER_TLS_VERIFY -u DOCKER_CERT_PATH -u LISTEN \
    AMQP_URL="$broker_url" QUEUE_PREFIX="$prefix" CONTAINER_ENV="$backend" "${scheduler[@]}" \
    STORAGE_TYPE=host STOREBASE="$PWD/.demo/storage" ${container_user:+CONTAINER_USER="$container_user"} \
    "$programs/pman-worker"
worker_process=$started
echo "$url" >.demo/url
step "gateway and worker are started; the API is at $url/api/v1/"

# ---- one job

cp scripts/demo/input/*.txt .demo/storage/demo-1/incoming/
# Also for a job that runs as another user.
chmod -R a+rX .demo/storage
chmod 777 .demo/storage/*/outgoing

# The body of a job, on one line: job_body JID OUTPUT
job_body() {
    printf '%s' "{\"jid\": \"$1\", \"type\": \"ds\", \"image\": \"$image:1\", \"entrypoint\": [\"count-words\"]," \
        " \"args\": [\"--pause\", \"1\"], \"input_dir\": \"demo-1/incoming\", \"output_dir\": \"$1/outgoing\"," \
        ' "auid": "demo", "number_of_workers": 1, "cpu_limit": 500, "memory_limit": 100, "gpu_limit": 0}'
}
post_command() {
    printf "curl -sS -X POST %s/api/v1/ -H 'Content-Type: application/json' -d '%s'" "$url" "$(job_body "$1")"
}

say ""
say "\$ $(post_command demo-1)"
answer=$(curl -sS -m 30 -w '\n%{http_code}' -X POST "$url/api/v1/" -H 'Content-Type: application/json' -d "$(job_body demo-1)") \
    || fail_with_log "$run_directory/gateway.log" "the gateway did not answer the POST"
say "$(head -n 1 <<<"$answer")"
say ""
[ "$(tail -n 1 <<<"$answer")" = 201 ] \
    || fail_with_log "$run_directory/gateway.log" "the gateway answered $(tail -n 1 <<<"$answer") to the POST"

# Ends the demo if one of its parts ended by itself.
watch_parts() {
    is_alive "$gateway_process" || fail_with_log "$run_directory/gateway.log" "the gateway has ended (above: the end of its log)"
    is_alive "$worker_process" || fail_with_log "$run_directory/worker.log" "the worker has ended (above: the end of its log)"
    is_alive "$broker_process" || fail_with_log "$broker_log" "RabbitMQ has ended (above: the end of its log)"
    [ $is_own_engine = no ] || is_alive "$engine_process" \
        || fail_with_log "$engine_log" "the engine has ended (above: the end of its log)"
}
parts() { printf '%s ' "$gateway_process" "$worker_process" "$broker_process"; [ $is_own_engine = no ] || printf %s "$engine_process"; }

python3 scripts/demo/follow-job.py "$url" demo-1 .demo/storage/demo-1/outgoing &
follower=$!
job_status=0
# shellcheck disable=SC2046
wait -n $follower $(parts) 2>/dev/null || job_status=$?
if is_alive $follower; then
    kill $follower
    watch_parts
fi
wait $follower || job_status=$?
[ $job_status -ne 75 ] || fail_with_log "$run_directory/gateway.log" "the gateway stopped answering"
if [ $job_status -ne 0 ]; then
    last_lines "$run_directory/worker.log" 10
fi
if [ -s .demo/storage/demo-1/outgoing/words.txt ]; then
    say ""
    say ".demo/storage/demo-1/outgoing/words.txt:"
    sed 's/^/    /' .demo/storage/demo-1/outgoing/words.txt
fi

if [ "${DEMO_ONCE:-}" = 1 ]; then exit $job_status; fi

say ""
say "pman runs at $url (also in .demo/url) until Ctrl-C. The next job:"
say ""
say "$(post_command demo-2)"
say ""
say "The same with the command line tool, which waits for it and prints its output:"
say ""
say "${programs#"$PWD"/}/pmanctl submit --url $url --image $image:1 --type ds --input demo-1/incoming \\"
say "    --cpu-limit 500 --memory-limit 100 --wait --logs -- count-words --pause 1"
say ""
say "How it goes: curl -sS $url/api/v1/demo-2/   Its files: .demo/storage/demo-2/outgoing   One more: another jid"
# From here on Ctrl-C is how it ends, and no failure.
trap 'exit 0' INT
# shellcheck disable=SC2046
wait -n $(parts) 2>/dev/null || true
watch_parts

# The stack of compose/, brought up, used, hurt and taken down. Sourced by images.sh.

images=(pman-gateway pman-worker)
# At most this many bytes, packed as a registry sends them: tens of megabytes.
largest_image=60000000

compose() {
    local arguments=() file
    for file in "${stack_files[@]}"; do arguments+=(-f "$file"); done
    DOCKER_HOST=$engine_host DOCKER_SOCKET=${engine_host#unix://} DOCKER_BUILDKIT=0 COMPOSE_PROJECT_NAME=pmanimages \
        docker-compose "${arguments[@]}" "$@" </dev/null >>"$run_directory/compose.log" 2>&1
}
compose_or_fail() { compose "$@" || { last_lines "$run_directory/compose.log"; fail "docker-compose $* failed (above: why)"; }; }

# Published ports are in the engine's network.
api() { nsenter --net --target "$engine_process" curl -sS -m 20 "$@"; }

containers() { engine_call GET "/containers/json?all=1" | python3 -c 'import json, sys
for each in json.load(sys.stdin): print(each["Id"], each["Labels"].get("com.docker.compose.service", "-"), each["Status"], sep="\t")'; }
container_of() { containers | awk -F'\t' -v service="$1" '$2 == service {print $1}' | head -1; }
is_healthy() { containers | awk -F'\t' -v service="$1" '$2 == service && $3 ~ /\(healthy\)/ {found=1} END {exit !found}'; }
wait_healthy() {
    local service
    for service in "$@"; do wait_until 240 is_healthy "$service" || fail "$service does not become healthy"; done
}

stack_say_all() {
    say "---- the containers"
    containers || true
    local id service status
    containers | grep -v '\tExited (0)' | while IFS=$'\t' read -r id service status; do
        say "---- $service"
        engine_call GET "/containers/$id/logs?stdout=1&stderr=1&tail=25" | tr -d '\000-\010' | cut -c1-300 || true
    done
}

stack_build() {
    local image size packed
    stack_files=(compose/docker-compose.yml)
    step "building the images"
    compose_or_fail build gateway worker
    for image in "${images[@]}"; do
        size=$(engine_call GET "/images/$image/json" | python3 -c 'import json, sys; print(json.load(sys.stdin)["Size"])')
        packed=$(engine_call GET "/images/$image/get" -m 300 | gzip | wc -c)
        step "$image: $((size / 1000000)) MB, $((packed / 1000000)) MB to send"
        [ -n "${PMAN_IMAGES_BINARIES:-}" ] || [ "$packed" -le $largest_image ] || fail "$image is larger than $((largest_image / 1000000)) MB"
    done
}

stack_down() {
    local id
    [ ${#stack_files[@]} -gt 0 ] || return 0
    compose down -v --timeout 30 || return 1
    # The jobs' own.
    for id in $(containers | cut -f1); do engine_call DELETE "/containers/$id?force=1&v=1" >/dev/null; done
    stack_files=()
}

# The folders of a job's data, in the volume of that name: job_folders VOLUME JOB
job_folders() {
    local data
    data=$(engine_call GET "/volumes/$1" | python3 -c 'import json, sys; print(json.load(sys.stdin)["Mountpoint"])')
    mkdir -p "$data/$2/in" "$data/$2/out"
    chmod 777 "$data/$2/out"
    printf '%s\n' "$data/$2"
}

# Sends a job that writes a line: post_job PORT JOB
post_job() {
    local answer
    answer=$(api -w '\n%{http_code}' -H 'Content-Type: application/json' "http://127.0.0.1:$1/api/v1/" -d '{
        "jid": "'"$2"'", "args": [], "args_path_flags": [], "auid": "images", "number_of_workers": 1, "cpu_limit": 100,
        "memory_limit": 20, "gpu_limit": 0, "image": "local/busybox:1", "type": "ds",
        "entrypoint": ["/bin/sh", "-c", "echo ran >> /share/outgoing/ran; id -u"],
        "input_dir": "'"$2"'/in", "output_dir": "'"$2"'/out", "env": []}') || return 1
    [ "${answer##*$'\n'}" = 201 ]
}
is_finished() {
    case $(api "http://127.0.0.1:$1/api/v1/$2/" || true) in
        *'"finishedSuccessfully"'*) ;;
        *'"finishedWithError"'* | *'"undefined"'*) fail "the job $2 ended badly: $(api "http://127.0.0.1:$1/api/v1/$2/")" ;;
        *) false ;;
    esac
}

# run_job PORT VOLUME JOB
run_job() {
    local folder
    folder=$(job_folders "$2" "$3")
    wait_until 120 post_job "$1" "$3" || fail "the job $3 is not accepted: $(api "http://127.0.0.1:$1/readyz")"
    finish_job "$1" "$3" "$folder"
}
finish_job() {
    wait_until 180 is_finished "$1" "$2" || fail "the job $2 does not finish: $(api "http://127.0.0.1:$1/api/v1/$2/")"
    [ "$(wc -l <"$3/out/ran")" -eq 1 ] || fail "the job $2 ran $(wc -l <"$3/out/ran") times"
}

# Jobs wait while no worker runs, the broker is replaced by an empty one, and all of them run once:
# lose_broker PORT VOLUME WORKER COMMAND... ; the command replaces the broker.
lose_broker() {
    local port=$1 volume=$2 worker=$3 job folder
    shift 3
    compose_or_fail stop "$worker"
    for job in waits-1 waits-2 waits-3 waits-4 waits-5; do
        job_folders "$volume" $job >/dev/null
        wait_until 60 post_job "$port" $job || fail "the job $job is not accepted"
    done
    "$@"
    compose_or_fail start "$worker"
    for job in waits-1 waits-2 waits-3 waits-4 waits-5; do
        folder=$(job_folders "$volume" $job)
        finish_job "$port" $job "$folder"
    done
    step "five jobs that waited outlived their broker, and each ran once"
}

try_stack() {
    local services=(rabbitmq gateway worker)
    stack_files=(compose/docker-compose.yml)
    compose_or_fail up -d "${services[@]}" prometheus
    wait_healthy "${services[@]}"
    step "the stack is up"
    run_job 5010 pman-storebase first
    prometheus_sees() { api "http://127.0.0.1:9090/api/v1/query?query=sum(up)" | grep -q '"[1-9]"\]'; }
    wait_until 120 prometheus_sees || fail "Prometheus reaches nothing: $(api http://127.0.0.1:9090/api/v1/targets)"
    replace_broker() {
        compose_or_fail rm -s -f -v rabbitmq
        engine_call DELETE "/volumes/pmanimages_rabbitmq" >/dev/null
        compose_or_fail up -d --no-recreate rabbitmq
        wait_healthy rabbitmq
    }
    lose_broker 5010 pman-storebase worker replace_broker
    stack_down
}

try_minichris() {
    stack_files=(Tests/StandIns/minichris/docker-compose.yml compose/minichris.override.yml)
    # /var/run/docker.sock of the stack's own file is covered, so it may be another engine's.
    compose_or_fail up -d
    wait_healthy pman pman-worker
    step "the stack is up"
    run_job 5010 pmanimages_remote first
    recreate_broker() { compose_or_fail up -d --force-recreate --no-deps -V queue; }
    lose_broker 5010 pmanimages_remote pman-worker recreate_broker
    stack_down
}

try_cluster() {
    stack_files=(compose/docker-compose.yml compose/cluster.yml)
    compose_or_fail up -d rabbitmq rabbitmq-2 rabbitmq-3 gateway gateway-2 worker
    wait_healthy rabbitmq rabbitmq-2 rabbitmq-3 gateway gateway-2 worker
    step "the stack is up"
    run_job 5010 pman-storebase first
    engine_call POST "/containers/$(container_of rabbitmq)/kill" >/dev/null
    engine_call POST "/containers/$(container_of gateway)/kill" >/dev/null
    step "a broker's node and a gateway are killed"
    run_job 5020 pman-storebase second
    stack_down
}

try_swarm() {
    local answer
    answer=$(engine_call POST /swarm/init -H 'Content-Type: application/json' \
        -d '{"ListenAddr": "127.0.0.1:2377", "AdvertiseAddr": "127.0.0.1"}')
    case $answer in *'"message"'*) fail "the engine does not become a swarm: $answer" ;; esac
    stack_files=(compose/docker-compose.yml compose/swarm.yml)
    compose_or_fail up -d rabbitmq gateway worker
    wait_healthy rabbitmq gateway worker
    step "the stack is up"
    run_job 5010 pman-storebase first
    api -X DELETE -o /dev/null -w '%{http_code}' http://127.0.0.1:5010/api/v1/first/ | grep -q 204 || fail "the job cannot be deleted"
    stack_down
}

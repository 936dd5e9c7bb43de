# A private RabbitMQ. Sourced after processes.sh.
#
#   broker_launch FOLDER   starts it on ports of its own and returns at once; sets broker_port, broker_metrics_port,
#                          broker_url, broker_log
#   broker_wait            waits until it answers
#   broker_stop            ends it; its folder stays

broker_process= epmd_process= broker_folder=

broker_launch() {
    local folder=$1 dist_port epmd_port user=() name
    broker_folder=$folder
    name=$(basename "$(dirname "$folder")")-$(basename "$folder")
    mkdir -p "$folder/data" "$folder/log"
    broker_log=$folder/log/output.log
    # Written to by this script and, as the user that it runs as, by RabbitMQ.
    : >"$broker_log"
    read -r broker_port dist_port epmd_port broker_metrics_port <<<"$(free_ports 4)"
    cat >"$folder/rabbitmq.conf" <<CONFIGURATION
listeners.tcp.default = 127.0.0.1:$broker_port
prometheus.tcp.ip = 127.0.0.1
prometheus.tcp.port = $broker_metrics_port
log.console = true
log.file = false
CONFIGURATION
    echo '[rabbitmq_prometheus].' >"$folder/enabled_plugins"
    if [ "$(id -u)" -eq 0 ]; then
        chown -R rabbitmq:rabbitmq "$folder"
        user=(setpriv --reuid rabbitmq --regid rabbitmq --init-groups --pdeathsig KILL --)
    fi
    # A port mapper of its own too: Erlang would start one for the whole machine, which outlives the broker.
    start_process "$broker_log" "${user[@]}" env HOME="$folder" epmd -address 127.0.0.1 -port "$epmd_port"
    epmd_process=$started
    # ALLOW_INPUT without a terminal: the start script becomes the server instead of waiting for it.
    start_process "$broker_log" "${user[@]}" env -i PATH="$PATH" LANG=C.UTF-8 HOME="$folder" PMAN_RUN_DIR="$run_directory" \
        RABBITMQ_CONF_ENV_FILE=/dev/null RABBITMQ_NODENAME="$name@localhost" RABBITMQ_CONFIG_FILE="$folder/rabbitmq.conf" \
        RABBITMQ_ADVANCED_CONFIG_FILE="$folder/advanced.config" RABBITMQ_ENABLED_PLUGINS_FILE="$folder/enabled_plugins" \
        RABBITMQ_MNESIA_BASE="$folder/data" RABBITMQ_LOG_BASE="$folder/log" RABBITMQ_DIST_PORT="$dist_port" \
        RABBITMQ_PID_FILE="$folder/pid" ERL_EPMD_PORT="$epmd_port" ERL_EPMD_ADDRESS=127.0.0.1 \
        ERL_CRASH_DUMP_SECONDS=0 RABBITMQ_ALLOW_INPUT=1 \
        RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-noinput -kernel inet_dist_use_interface {127,0,0,1} +sbwt none +sbwtdcpu none +sbwtdio none" \
        /usr/lib/rabbitmq/bin/rabbitmq-server
    broker_process=$started
    broker_url="amqp://guest:guest@127.0.0.1:$broker_port/%2F"
}

# Speaks AMQP: sends the protocol's header and sees a frame come back.
broker_answers() {
    is_alive "$broker_process" || return 0
    (
        exec 3<>"/dev/tcp/127.0.0.1/$broker_port" || exit 1
        printf 'AMQP\x00\x00\x09\x01' >&3
        IFS= read -r -t 5 -N 1 -u 3 _
    ) 2>/dev/null
}

broker_wait() {
    wait_until 90 broker_answers && is_alive "$broker_process" && return 0
    last_lines "$broker_log"
    fail "RabbitMQ does not start (above: what it said)"
}

# It is thrown away, so it is not asked to put its data in order first.
broker_stop() {
    kill_process "$broker_process"
    kill_process "$epmd_process"
    broker_process= epmd_process=
}

# Starting and ending processes, and this script itself. Sourced after say.sh.

PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

# In front of what only root may do.
as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(sudo)

# The folder of this run, below the temporary files: what it starts has its files there. Empty: none was made.
run_directory=

# new_run_directory demo|test
new_run_directory() {
    run_directory=$(realpath "$(mktemp -d "${TMPDIR:-/tmp}/pman-$1-XXXXXXXX")")
    # Servers run as users of their own.
    chmod 755 "$run_directory"
    write_owner "$run_directory/owner"
}

# However this script ends, its `clean_up` runs first, to its end, with the exit status so far; if that is 0 and clean_up
# fails, the script has failed.
clean_up_in_the_end() {
    trap end_in_order EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    # Nobody reads what this prints: still in order.
    trap 'exit 141' PIPE
    trap 'exit 143' TERM
}
end_in_order() {
    local status=$?
    trap '' INT TERM HUP PIPE
    trap - EXIT
    [ -z "$running" ] || stop_process "$running" 5
    clean_up $status || status=$((status ? status : 1))
    exit $status
}

# Starts a command in a session of its own, so that Ctrl-C reaches only this script, which ends things in order; it
# dies with this script, also when that is killed. Sets `started` to its process id.
#   start_process LOG COMMAND...
start_process() {
    local log=$1
    shift
    PMAN_RUN_DIR=$run_directory setsid setpriv --pdeathsig KILL -- "$@" </dev/null >>"$log" 2>&1 &
    started=$!
}

# Runs a command to its end, so that signals to this script are served meanwhile; its output is this script's.
run_process() {
    PMAN_RUN_DIR=$run_directory setsid setpriv --pdeathsig KILL -- "$@" </dev/null &
    running=$!
    local status=0
    wait $running || status=$?
    running=
    return $status
}
running=

# The same for what only root may run. With sudo the session begins behind it, because sudo knows its user by the terminal.
start_root_process() {
    local log=$1
    shift
    if [ "$(id -u)" -eq 0 ]; then
        start_process "$log" "$@"
        return
    fi
    sudo -n env PMAN_RUN_DIR="$run_directory" setsid --wait setpriv --pdeathsig KILL -- "$@" </dev/null >>"$log" 2>&1 &
    started=$!
}

# Not `kill -0`: a process of sudo's is alive as well.
is_alive() { [ -n "${1:-}" ] && [ -d "/proc/$1" ]; }

# Ends a process that this script started, and those of its session: SIGTERM, and SIGKILL after some seconds.
#   stop_process ID [SECONDS]
stop_process() {
    local id=$1 seconds=${2:-10} end
    is_alive "$id" || return 0
    kill -TERM -- "-$id" 2>/dev/null || kill -TERM "$id" 2>/dev/null || true
    end=$((SECONDS + seconds))
    while is_alive "$id" && [ $SECONDS -lt $end ]; do sleep 0.05; done
    kill_process "$id"
}

kill_process() {
    is_alive "${1:-}" || return 0
    kill -KILL -- "-$1" 2>/dev/null || kill -KILL "$1" 2>/dev/null || true
    wait "$1" 2>/dev/null || true
}

kill_root_process() {
    is_alive "${1:-}" || return 0
    if [ "$(id -u)" -eq 0 ]; then
        kill_process "$1"
    else
        # sudo's command is in a session of its own: first the command, then sudo ends by itself.
        sudo -n pkill -KILL -P "$(pgrep -P "$1" | paste -sd, -)" 2>/dev/null || true
        sudo -n kill -KILL "$1" 2>/dev/null || true
        wait "$1" 2>/dev/null || true
    fi
}

# Waits until a command succeeds: wait_until SECONDS COMMAND...
wait_until() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        [ $SECONDS -lt $end ] || return 1
        sleep 0.1
    done
}

# Free ports of 127.0.0.1, all different: free_ports COUNT. None of those that the kernel gives to outgoing connections.
free_ports() {
    python3 - "$1" <<'PYTHON'
import random, socket, sys
found = {}
while len(found) < int(sys.argv[1]):
    port, each = random.randrange(11000, 32000), socket.socket()
    try:
        each.bind(("127.0.0.1", port))
        found[port] = each
    except OSError:
        pass
print(*found)
PYTHON
}

is_port_free() {
    python3 -c 'import socket, sys
each = socket.socket()
each.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
each.bind(("127.0.0.1", int(sys.argv[1])))' "$1" 2>/dev/null
}

# A name for this checkout, so that two of them on one machine never meet.
checkout_hash() { printf %s "$PWD" | sha256sum | cut -c1-10; }

# What a run leaves for the next one, should it be killed: who it is.
write_owner() { printf '%s %s\n%s\n' $$ "$(start_time $$)" "$PWD" >"$1"; }
start_time() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null | cut -d' ' -f20; }
owner_is_alive() {
    local id time
    [ -s "$1" ] && read -r id time <"$1" || return 1
    [ -n "$time" ] && [ "$(start_time "$id")" = "$time" ]
}

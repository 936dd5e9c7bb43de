#!/bin/bash
# Runs a job's container on a compute node:
#   pman-job.sh all|one WORKERS DIRECTORY DIRECTORY-IN-THE-CONTAINER IMAGE INPUT OUTPUT SHELL GPUS
#
# Cromwell's own script runs in the container and leaves the exit code in the file rc. Where it could not even begin, or
# was ended from outside, this leaves one, so that Cromwell need not wait; and says why at the end of standard error.
# Several workers are started by Slurm, one on each node, with this script and `one`; each has a directory of its own.
part=$1 workers=$2 directory=$3 inside=$4 image=$5 input=$6 output=$7 shell=$8 gpus=$9
if [ "$part" = one ]; then
    worker=$directory/worker-$SLURM_PROCID
    mkdir -p "$worker/execution"
    cp "$directory/execution/script" "$worker/execution/script"
    directory=$worker
fi
execution=$directory/execution
runtime=$(command -v apptainer || command -v singularity)

# One field of --mount's comma-separated list, whatever the path has in it.
field() { printf '"%s=%s"' "$1" "${2//\"/\"\"}"; }

# Whether the job left that file, and not a link to somebody else's: this script sees more than the container did.
plain() { [ -f "$1" ] && [ ! -L "$1" ] && [ ! -L "${1%/*}" ]; }

# finish EXIT-CODE TEXT: nothing where the script in the container has done it
finish() {
    plain "$execution/rc" && return
    say "$2"
    leave "$1"
}

# say TEXT: at the end of standard error
say() {
    local each
    if [ -L "$execution" ]; then rm -f "$execution"; fi
    mkdir -p "$execution"
    for each in stdout stderr; do
        plain "$execution/$each" || { rm -rf "${execution:?}/$each" && touch "$execution/$each"; }
    done
    printf 'pman: %s\n' "$1" >>"$execution/stderr"
}

# The exit code appears at once, and last.
leave() {
    rm -rf "$execution/rc.pman" "$execution/rc"
    printf '%s\n' "$1" >"$execution/rc.pman" && mv "$execution/rc.pman" "$execution/rc"
}

# exit_code EXECUTION: what is in its rc, if that is a number
exit_code() {
    local code=
    if plain "$1/rc"; then code=$(head -c 10 "$1/rc" | tr -d '\000\n'); fi
    [[ $code =~ ^[0-9]{1,3}$ ]] || code=1
    printf %s "$code"
}

run_several() {
    local each file code=0 worst=0
    # The text of this script: the other nodes do not have the file. A worker that fails does not end the others.
    srun --ntasks="$workers" --kill-on-bad-exit=0 /bin/bash -c "$(cat "$0")" pman-job one "${@:2}" </dev/null &
    child=$!
    wait $child
    if [ $ended = yes ]; then
        wait $child
        return
    fi
    for each in "$directory"/worker-*; do
        for file in stdout stderr; do
            if plain "$each/execution/$file"; then cat "$each/execution/$file" >>"$execution/$file"; fi
        done
        code=$(exit_code "$each/execution")
        [ "$code" -le "$worst" ] || worst=$code
    done
    [ "$(ls -d "$directory"/worker-* | wc -l)" -eq "$workers" ] || finish 1 "not all $workers workers could be started"
    [ -e "$execution/rc" ] || leave "$worst"
}

run_one() {
    local options scratch errors code reader each
    if [ -z "$runtime" ]; then
        finish 127 "there is neither apptainer nor singularity on $(hostname)"
        return
    fi
    for each in "$input" "$output"; do
        if [ ! -d "$each" ]; then
            finish 126 "there is no directory $each on $(hostname)"
            return
        fi
    done
    options=(
        exec --containall --writable-tmpfs --pwd "$inside"
        --mount "type=bind,$(field source "$directory"),$(field destination "$inside")"
        --mount "type=bind,$(field source "$input"),destination=/share/incoming,ro"
        --mount "type=bind,$(field source "$output"),destination=/share/outgoing"
    )
    [ "$gpus" -eq 0 ] || options+=(--nv)
    # What the runtime itself says, where the job cannot reach it; its own output is in Cromwell's files already.
    scratch=$(mktemp -d)
    errors=$scratch/errors
    mkfifo "$scratch/pipe"
    tail -c 4000 <"$scratch/pipe" >"$errors" &
    reader=$!
    "$runtime" "${options[@]}" "docker://$image" "$shell" "$inside/execution/script" >/dev/null 2>"$scratch/pipe" \
        </dev/null &
    child=$!
    wait $child
    code=$?
    if [ $ended = yes ]; then
        # Not before it is gone: what it still writes would come last.
        wait $child
        rm -rf "$scratch"
        return
    fi
    wait $reader
    if [ -e "$execution/stdout" ]; then
        finish $code "the job was killed ($code)"
    else
        finish $code "the image $image could not be run: $(tail -n 1 "$errors" | tr -d '\000-\037')"
    fi
    rm -rf "$scratch"
}

ended=no child=
trap 'ended=yes; [ -z "$child" ] || kill -TERM "$child" 2>/dev/null' TERM
if [ "$part" = all ] && [ "$workers" -gt 1 ]; then run_several "$@"; else run_one; fi
[ $ended = no ] || finish 143 "ended by Slurm: its time limit passed, or it was cancelled"
exit "$(exit_code "$execution")"

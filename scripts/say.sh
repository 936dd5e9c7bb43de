# How the scripts speak. Sourced, not run.

say() { printf '%s\n' "$*"; }

# A step of the way, with the time of day.
step() { printf '%s  %s\n' "$(date +%H:%M:%S)" "$*"; }

warn() { printf '%s\n' "$*" >&2; }

# Ends the script; whoever sourced this cleans up in its EXIT trap.
fail() {
    printf '\nerror: %s\n' "$*" >&2
    exit 1
}

# The end of a log, so that nothing that a failing part said is lost: last_lines FILE [COUNT]
last_lines() {
    [ -s "$1" ] || return 0
    printf -- '---- the end of %s\n' "$1" >&2
    tail -n "${2:-40}" "$1" >&2
    printf -- '----\n' >&2
}

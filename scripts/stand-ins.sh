#!/usr/bin/env bash
# Makes the Python environment that the stand-ins of the tests run in: .test/python in the checkout.
#
# Quick when it is there and Tests/StandIns/requirements.txt has not changed. Prints where the interpreter is.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/say.sh

folder=.test/python
requirements=Tests/StandIns/requirements.txt
if ! cmp -s "$requirements" "$folder/requirements.txt" || ! "$folder/bin/python3" -c '' 2>/dev/null; then
    step "installing the stand-ins' Python packages" >&2
    log=$(mktemp)
    trap 'rm -f "$log"' EXIT
    mkdir -p .test
    # Two runs at once: the second waits and finds it done.
    exec 9>.test/python.lock
    flock 9
    if ! cmp -s "$requirements" "$folder/requirements.txt" || ! "$folder/bin/python3" -c '' 2>/dev/null; then
        rm -rf "$folder"
        # Debian's interpreter, whatever else is in PATH.
        python=/usr/bin/python3
        [ -x $python ] || python=python3
        if ! { "$python" -m venv "$folder" && "$folder/bin/python3" -m pip install -q -r "$requirements"; } >"$log" 2>&1; then
            tail -n 20 "$log" >&2
            fail "the stand-ins' Python packages could not be installed (above: why; python3-venv is needed)"
        fi
        # Written last, so that an installation that was interrupted is made again.
        cp "$requirements" "$folder/requirements.txt"
    fi
fi
printf '%s\n' "$PWD/$folder/bin/python3"

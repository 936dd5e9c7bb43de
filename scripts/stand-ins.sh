#!/usr/bin/env bash
# Makes the Python environment in which the tests' stand-ins for schedulers run, in .test/python, and prints where its
# interpreter is. Does nothing when it is there and holds what Tests/StandIns/requirements.txt says.
set -euo pipefail
cd "$(dirname "$0")/.."
source scripts/say.sh

folder=$PWD/.test/python
requirements=Tests/StandIns/requirements.txt
mark=$folder/requirements.txt

if ! cmp -s "$requirements" "$mark" || ! "$folder/bin/python3" -c '' 2>/dev/null; then
    mkdir -p .test
    log=$(mktemp)
    trap 'rm -f "$log"' EXIT
    # Two at once, from two tests: the second waits and finds it done.
    exec 9>.test/python.lock
    flock 9
    if ! cmp -s "$requirements" "$mark" || ! "$folder/bin/python3" -c '' 2>/dev/null; then
        rm -rf "$folder"
        if ! { python3 -m venv "$folder" && "$folder/bin/pip" install --disable-pip-version-check -r "$requirements"; } \
            >"$log" 2>&1 9>&-; then
            last_lines "$log" 30
            fail "the stand-ins' Python environment could not be made (above: why)"
        fi
        cp "$requirements" "$mark"
    fi
fi
say "$folder/bin/python3"

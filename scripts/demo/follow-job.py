#!/usr/bin/env python3
"""Follows a job through the HTTP API and prints what happens, as it happens.

    follow-job.py URL JID OUTPUT_FOLDER

URL is the gateway's, OUTPUT_FOLDER where the job writes. Prints each new status, message, line of the log and file
with the time of day. Exit status: the job's own when the message tells it (`exited (3)`), else 0 when it finished
successfully and 1 when not; 75 when the gateway gives no answer for a while.
"""
import json
import os
import re
import sys
import time
import urllib.error
import urllib.request

FINAL = ("finishedSuccessfully", "finishedWithError", "undefined")
WORDS = {"notstarted": "queued", "started": "started", "finishedSuccessfully": "finished", "finishedWithError": "failed",
         "undefined": "gone"}


def show(kind, text):
    now = time.time()
    stamp = time.strftime("%H:%M:%S", time.localtime(now)) + f".{int(now % 1 * 1000):03d}"
    print(f"{stamp}  {kind:<9} {text}", flush=True)


def show_logs(seen, logs):
    """Prints the whole lines that are new; the log is a tail, so its beginning may be gone."""
    lines = logs.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n") and len(lines) > len(seen):
        lines.pop()
    common = len(seen)
    while common and lines[:common] != seen[-common:]:
        common -= 1
    for line in lines[common:]:
        show("log", line.rstrip("\n"))
    return lines


def show_files(seen, folder):
    for top, _, names in sorted(os.walk(folder)):
        for name in sorted(names):
            path = os.path.join(top, name)
            try:
                size = os.path.getsize(path)
            except OSError:
                continue
            if path not in seen:
                show("file", os.path.relpath(path))
            seen[path] = size


def main():
    url, jid, folder = sys.argv[1], sys.argv[2], sys.argv[3]
    status = message = None
    lines, files = [], {}
    away_since = None
    while True:
        try:
            with urllib.request.urlopen(f"{url}/api/v1/{jid}/", timeout=10) as answer:
                job = json.load(answer)
            away_since = None
        except (OSError, ValueError) as error:
            away_since = away_since or time.monotonic()
            if time.monotonic() - away_since > 30:
                show("error", f"GET {url}/api/v1/{jid}/: {error}")
                return 75
            time.sleep(0.5)
            continue
        if (job["status"], job["message"]) != (status, message):
            if job["status"] not in FINAL:
                show(WORDS.get(job["status"], job["status"]), job["message"])
            status, message = job["status"], job["message"]
        lines = show_logs(lines, job["logs"] + ("" if status not in FINAL or job["logs"].endswith("\n") else "\n"))
        show_files(files, folder)
        if status in FINAL:
            show(WORDS[status], f"{status}: {message}")
            for path, size in files.items():
                show("wrote", f"{os.path.relpath(path)}, {size} bytes")
            code = re.match(r"exited \((\d+)\)", message)
            if status == "finishedSuccessfully":
                return 0
            return int(code.group(1)) or 1 if code else 1
        time.sleep(0.1)


try:
    sys.exit(main())
except KeyboardInterrupt:
    sys.exit(130)

"""Measures the programs beside their floors, in one run and interleaved. Started by scripts/bench.sh."""
import os, signal, sys

import growth, jobs, serving, soak
from programs import RUN, stop_all
from report import write

signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
quick = os.environ.get("BENCH_QUICK") == "1"
parts = (os.environ.get("BENCH_PARTS") or "serving jobs workers running waiting").split()
os.makedirs(f"{RUN}/storage/bench/in", exist_ok=True)
os.makedirs(f"{RUN}/storage/bench/out", exist_ok=True)
try:
    if "serving" in parts:
        serving.measure(*((3, 2) if quick else (7, 4)))
    if "jobs" in parts:
        jobs.measure(quick)
    if "workers" in parts:
        growth.measure_workers(quick)
    if "running" in parts:
        growth.measure_running(200 if quick else 1000)
    if "waiting" in parts:
        growth.measure_waiting(int(os.environ.get("BENCH_WAITING") or (5_000 if quick else 100_000)))
    if "soak" in parts:
        soak.measure(int(os.environ.get("BENCH_SOAK") or 1_000_000))
finally:
    stop_all()
write(RUN)

"""What the gateway's requests cost, beside a server that answers a constant and the broker's own limit."""
import os, subprocess, sys

from engine import ENGINE, Engine
from load import job, post, post_script, wait_for_end, wrk
from programs import BROKER_PORT, Program, RUN, gateway, worker
from report import report, say

HERE = os.path.dirname(os.path.abspath(__file__))


def broker_limit(kind, size, window, seconds, number):
    """The broker's confirmed messages a second, of this size and with this window."""
    return float(subprocess.run(
        [os.environ["BENCH_BROKER_LIMIT"], BROKER_PORT, f"bench-limit-{number}", kind, str(size), str(window),
         str(seconds)], capture_output=True, text=True, check=True).stdout)


def measure(rounds, seconds):
    ours = gateway(1)
    lines = job("seen", ["/bin/sh"], ["-c", "i=0; while [ $i -lt 20 ]; do echo a line of output $i; i=$((i+1)); done"])
    one = worker(1, ENGINE)
    post(ours, lines)
    wait_for_end(ours, "seen")
    one.stop()
    measure_get(ours, rounds, seconds)
    measure_original(rounds, seconds)
    measure_post(ours, rounds, seconds)
    ours.stop()


def measure_get(ours, rounds, seconds):
    say("GET")
    constant = Program("ConstantServer", ["PORT", ours.get("/api/v1/seen/")[1].decode()], path=os.environ["BENCH_CONSTANT"],
                       ready="/")
    rates, floor, costs, floor_costs, waits = [], [], [], [], []
    for _ in range(rounds):
        for server, rate, cost in ((ours, rates, costs), (constant, floor, floor_costs)):
            before = server.processor_time()
            seen = wrk(server.port, "/api/v1/seen/", 64, seconds)
            cost.append((server.processor_time() - before) / seen["count"] * 1e6)
            rate.append(seen["rate"])
            if server is ours:
                waits.append(seen["p50"])
    constant.stop()
    report("GET of a finished job with 20 lines, 64 connections", "/s", rates, floor, "constant answer",
           "≥ 0.8 of it", lambda ratio: ratio >= 0.8)
    report("the same, against the original's 56/s", "/s", rates, target="≥ 28,000", is_met=lambda rate: rate >= 28_000)
    report("the same, median wait", "ms", waits)
    report("processor time of a GET", "µs", costs, floor_costs, "constant answer", "≤ 60 µs")


def measure_original(rounds, seconds):
    port_and_engine = ["PORT", ENGINE]
    original = Program("original", [f"{HERE}/original.py", *port_and_engine], path=sys.executable, ready=None)
    engine = Engine()
    engine.call("POST", "/containers/create?name=bench-original", {
        "Image": "local/bench:1", "Entrypoint": ["/bin/sh"],
        "Cmd": ["-c", "i=0; while [ $i -lt 20 ]; do echo a line of output $i; i=$((i+1)); done"]})
    engine.call("POST", "/containers/bench-original/start")
    engine.call("POST", "/containers/bench-original/wait")
    original.wait("/api/v1/bench-original/")
    rates, waits = [], []
    for _ in range(min(3, rounds)):
        seen = wrk(original.port, "/api/v1/bench-original/", 64, seconds)
        rates.append(seen["rate"])
        waits.append(seen["p50"])
    original.stop()
    engine.call("DELETE", "/containers/bench-original?force=1")
    report("GET of the same from a stand-in with the original's shape", "/s", rates)
    report("the same, median wait", "ms", waits)


def measure_post(ours, rounds, seconds):
    say("POST")
    rates, floor, costs, late = [], [], [], []
    for number in range(rounds):
        script, size = post_script()
        before = ours.processor_time()
        seen = wrk(ours.port, "/api/v1/", 32, seconds, script)
        if seen["refused"]:
            sys.exit(f"{seen['refused']} POSTs were refused")
        costs.append((ours.processor_time() - before) / seen["count"] * 1e6)
        rates.append(seen["rate"])
        # An entry of the log is the request and some 250 bytes.
        floor.append(broker_limit("stream", size + 250, 32, seconds, number))
        late.append(wrk(ours.port, "/api/v1/", 8, max(2, seconds // 2), post_script()[0])["p99"])
    report("POST answered 201, 32 connections", "/s", rates, floor, "confirmed messages of a stream, window 32",
           "≥ 0.5 of it", lambda ratio: ratio >= 0.5)
    report("POST, 99th percentile with 8 connections", "ms", late, target="≤ 25", is_met=lambda ms: ms <= 25)
    report("processor time of a POST", "µs", costs, target="≤ 300", is_met=lambda us: us <= 300)

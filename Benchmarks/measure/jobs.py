"""What pman adds to a job on a real Docker engine."""
import time

from engine import ENGINE, Engine
from load import job, post, post_all, wait_for_all, wait_for_end
from programs import RUN, gateway, worker
from report import report, say


def measure(quick):
    say("jobs on Docker")
    engine, ours, one = Engine(), gateway(2), worker(2, ENGINE)
    storage = f"{RUN}/storage"
    engine.run_all(storage, 8, 8, "warm")
    times, floor = [], []
    for number in range(6 if quick else 20):
        began = time.monotonic()
        post(ours, job(f"one-{number}"))
        wait_for_end(ours, f"one-{number}", every=0.002)
        times.append((time.monotonic() - began) * 1000)
        floor.append(engine.run_all(storage, 1, 1, f"one-{number}") * 1000)
    report("one job, from POST to its final status in GET", "ms", times, floor, "the same calls on Docker alone")
    report("what pman adds to it", "ms", [a - b for a, b in zip(times, floor)], target="≤ 25", is_met=lambda ms: ms <= 25)

    count = 40 if quick else 200
    rates, floor, accepted = [], [], []
    for number in range(2 if quick else 3):
        jids = [f"many-{number}-{n}" for n in range(count)]
        began = time.monotonic()
        accepted.append(post_all(ours, [job(jid) for jid in jids]))
        rates.append(count / (wait_for_all(ours, jids) - began))
        for jid in jids:
            ours.request("DELETE", f"/api/v1/{jid}/")
        engine.wait_until_removed(f"many-{number}-")
        floor.append(count / engine.run_all(storage, count, 8, f"many-{number}"))
    report(f"{count} POSTs in one moment, all accepted", "s", accepted, target="< 0.5", is_met=lambda s: s < 0.5)
    report("jobs through one Docker worker, from the first POST to the last end", "/s", rates, floor,
           "Docker alone, 8 at a time", "≥ 0.95 of it", lambda ratio: ratio >= 0.95)
    one.stop()
    ours.stop()

"""How it grows: workers on simulated engines of their own, many waiting jobs, large caches, the start and the idle."""
import glob, os, re, time, urllib.request

from load import job, post_all, post_script, wait_for_all, wait_for_figure, wrk
from programs import Program, PROGRAMS, RUN, gateway, worker
from report import report, say

SIMULATED = os.environ["BENCH_SIMULATED_ENGINE"]
# As slow as Docker is on a machine of its own: create and start, in ms.
LATENCY = ("100", "150")


def simulated(name, latency):
    socket = f"{RUN}/{name}.sock"
    program = Program(f"engine-{name}", [socket, f"{RUN}/{name}.ledger", *latency], path=SIMULATED, ready=None)
    while not os.path.exists(socket):
        time.sleep(0.01)
    return program, f"unix://{socket}"


def log_entries(stream):
    """How many messages the broker says the stream has."""
    address = os.environ["BENCH_BROKER_METRICS"] + "/metrics/detailed?family=queue_coarse_metrics"
    text = urllib.request.urlopen(address, timeout=10).read().decode()
    found = re.search(rf'rabbitmq_detailed_queue_messages\{{[^}}]*queue="{re.escape(stream)}"[^}}]*\}} (\S+)', text)
    return float(found[1])


def size(pattern):
    """Of all files below the folders that are meant, in bytes."""
    return sum(os.path.getsize(os.path.join(place, file)) for folder in glob.glob(pattern, recursive=True)
               for place, _, files in os.walk(folder) for file in files)


def report_memory(what, program, limit, when):
    resident, own = program.memory()
    report(f"memory of {what}", "MiB", [resident])
    report("the same without what comes from files", "MiB", [own], target=f"≤ {limit} {when}",
           is_met=lambda mib: mib <= limit)


def measure_workers(quick):
    say("workers, each on a simulated engine of its own")
    alone = None
    for count in (1, 2) if quick else (1, 2, 4, 8):
        ours = gateway(f"w{count}")
        engines = [simulated(f"w{count}-{n}", LATENCY) for n in range(count)]
        workers = [worker(f"w{count}", address) for _, address in engines]
        jids = [f"j{n}" for n in range((100 if quick else 300) * count)]
        began = time.monotonic()
        before = ours.processor_time() + sum(each.processor_time() for each in workers)
        post_all(ours, [job(jid) for jid in jids])
        rate = len(jids) / (wait_for_all(ours, jids) - began)
        cost = (ours.processor_time() + sum(each.processor_time() for each in workers) - before) / len(jids) * 1000
        alone = alone or rate
        for each in workers + [program for program, _ in engines] + [ours]:
            each.stop()
        report(f"jobs through {count} worker{'s' if count > 1 else ''}", "/s", [rate], [alone * count],
               "so many times one", "≥ 0.9 of it", lambda ratio: ratio >= 0.9)
        report(f"processor time of a job in gateway and worker, with {count}", "ms", [cost])


def measure_running(count):
    say(f"{count} jobs running")
    ours = gateway("running")
    engine, address = simulated("running", ("0", "0"))
    one = worker("running", address)
    post_all(ours, [job(f"r{n}", ["simulate", "3600000", "0"]) for n in range(count)])
    wait_for_figure(ours, "pman_jobs_running", count)
    time.sleep(5)
    report_memory(f"a worker that watches {count:,} running jobs", one, 32, "with 1,000")
    one.settle()
    ours.settle()
    report("that worker when nothing happens", "% of a core", [one.idle(10)], target="< 0.5",
           is_met=lambda percent: percent < 0.5)
    report("its gateway", "% of a core", [ours.idle(10)], target="< 0.5", is_met=lambda percent: percent < 0.5)
    for each in (one, engine, ours):
        each.stop()


def measure_waiting(wanted):
    say(f"{wanted:,} jobs waiting")
    full, empty = gateway("full"), gateway("empty")
    while (full.figure("pman_cache_jobs") or 0) < wanted:
        wrk(full.port, "/api/v1/", 32, 10 if wanted > 50_000 else 2, post_script()[0])
    jobs = int(full.figure("pman_cache_jobs"))
    wait_for_figure(full, "pman_queue_messages", jobs * 0.999)
    report_memory(f"a gateway with {jobs:,} jobs", full, 48, "with 100,000")
    full.settle()
    report("that gateway when nothing happens", "% of a core", [full.idle(10)], target="< 0.5",
           is_met=lambda percent: percent < 0.5)
    report("bytes of the log, a waiting job", "", [size(f"{RUN}/../broker/data/*/stream/*benchfull_results*") / jobs])
    report("bytes of a gateway's cache, a waiting job", "", [size(f"{RUN}/statefull") / jobs])
    path = "/api/v1/one/"
    for each in (full, empty):
        post_all(each, [job("one")])
    gets, posts, depths = ([], []), ([], []), ([], [])
    for _ in range(3):
        for place, each in enumerate((full, empty)):
            gets[place].append(wrk(each.port, path, 64, 2)["rate"])
            posts[place].append(wrk(each.port, "/api/v1/", 32, 2, post_script()[0])["rate"])
            depths[place].append(wrk(each.port, "/api/v2/queues", 4, 2)["p50"])
    name = f"with {jobs:,} jobs waiting"
    report(f"GET of a waiting job {name}", "/s", gets[0], gets[1], "an empty queue", "≥ 0.9 of it", lambda r: r >= 0.9)
    report(f"POST {name}", "/s", posts[0], posts[1], "an empty queue", "≥ 0.9 of it", lambda r: r >= 0.9)
    report(f"depth of the queues {name}, median wait", "ms", depths[0], depths[1], "an empty queue", "≤ 1.1 of it",
           lambda r: r <= 1.1)
    empty.stop()
    full.stop()
    again = gateway("full")
    report(f"start of a gateway with {jobs:,} jobs in its cache", "s", [again.ready_after], target="≤ 3",
           is_met=lambda s: s <= 3)
    report_memory("that gateway, started anew", again, 48, "with 100,000")
    entries = log_entries("benchfull.results")
    again.stop()
    fresh = gateway("full", "-replay")
    report("entries of the log read by a new gateway", "/s", [entries / fresh.ready_after], target="≥ 30,000",
           is_met=lambda rate: rate >= 30_000)
    fresh.stop()

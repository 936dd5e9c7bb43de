"""Very many jobs, one after the other: what must not grow with them does not, and the engines' ledgers are right."""
import concurrent.futures, glob, os, statistics, sys, time

from growth import simulated, size
from load import job, post_all, wait_for_end
from programs import RUN, gateway, worker
from report import report, say

ROUND = 1_000
# So that checkpoints are written and the log's beginning is taken away while it is measured.
LOG_BYTES = 300_000_000


def look(programs):
    """What each of the programs holds now."""
    seen = {}
    for name, program in programs.items():
        process = f"/proc/{program.process.pid}"
        threads = next(line for line in open(f"{process}/status") if line.startswith("Threads:"))
        seen[f"memory of {name}", "MiB"] = program.memory()[0]
        seen[f"descriptors of {name}", ""] = len(os.listdir(f"{process}/fd"))
        seen[f"threads of {name}", ""] = int(threads.split()[1])
    return seen


def check_ledger(path):
    """Each container was started once and removed; how many there were."""
    created, started, removed = set(), {}, set()
    for line in open(path):
        _, kind, container, *_ = line.rstrip("\n").split("\t")
        if kind == "create":
            created.add(container)
        elif kind == "start":
            started[container] = started.get(container, 0) + 1
        elif kind == "remove":
            removed.add(container)
    if created != removed or created != set(started) or set(started.values()) != {1}:
        sys.exit(f"{path}: {len(created)} made, {len(started)} started, {len(removed)} removed, "
                 f"{sum(1 for times in started.values() if times > 1)} of them started more than once")
    return len(created)


def measure(count):
    say(f"{count:,} jobs, posted, run, asked about and deleted, {ROUND:,} at a time")
    ours = gateway("soak", more={"LOG_MAX_BYTES": str(LOG_BYTES)})
    engines = [simulated(f"soak-{n}", ("0", "0")) for n in range(2)]
    workers = [worker("soak", address) for _, address in engines]
    programs = {"the gateway": ours, "a worker": workers[0]}
    samples, caches = [], []
    began = time.monotonic()

    def finish(jid):
        seen = wait_for_end(ours, jid, every=0.05)
        if seen["status"] != "finishedSuccessfully":
            sys.exit(f"{jid}: {seen}")
        status, body = ours.request("DELETE", f"/api/v1/{jid}/")
        if status != 204:
            sys.exit(f"DELETE of {jid} was answered with {status} {body}")

    done = 0
    while done < count:
        jids = [f"soak-{done + n}" for n in range(min(ROUND, count - done))]
        post_all(ours, [job(jid) for jid in jids], width=8)
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            list(pool.map(finish, jids))
        done += len(jids)
        samples.append(look(programs))
        caches.append(size(f"{RUN}/statesoak"))
        if done * 10 // count > (done - len(jids)) * 10 // count:
            memory = ", ".join(f"{name} {samples[-1]['memory of ' + name, 'MiB']:,.0f} MiB" for name in programs)
            say(f"  {done:,} after {time.monotonic() - began:,.0f} s: {memory}")
    report("jobs, posted, run, asked about and deleted", "/s", [count / (time.monotonic() - began)])

    end = time.monotonic() + 60
    while time.monotonic() < end and any(check_left(f"{RUN}/soak-{n}.ledger") for n in range(2)):
        time.sleep(0.5)
    made = sum(check_ledger(f"{RUN}/soak-{n}.ledger") for n in range(2))
    if made != count:
        sys.exit(f"{count} jobs had {made} containers")
    # The second quarter beside the last one; the first is for warming up.
    quarter = len(samples) // 4
    for what in samples[0] if quarter else []:
        middle = statistics.median(sample[what] for sample in samples[quarter:2 * quarter])
        last = statistics.median(sample[what] for sample in samples[-quarter:])
        report(f"{what[0]} after {count:,} jobs", what[1], [last], [middle], "in the second quarter of them", "≤ 1.1 of it",
               lambda ratio: ratio <= 1.1)
    if quarter:
        report("a deleted job in the gateway's cache", "bytes", [(caches[-1] - caches[quarter]) / (len(caches) - 1 - quarter) / ROUND])
    log = sum(os.path.getsize(path) for path in glob.glob(f"{RUN}/../broker/data/*/stream/*benchsoak_results*/*.segment"))
    report("the log", "MB", [log / 1e6], target=f"≤ {LOG_BYTES / 1e6 + 200:,.0f}", is_met=lambda mb: mb <= LOG_BYTES / 1e6 + 200)
    for each in workers + [program for program, _ in engines] + [ours]:
        each.stop()


def check_left(path):
    """Whether something is on the engine still."""
    kinds = [line.split("\t", 2)[1] for line in open(path)]
    return kinds.count("create") != kinds.count("remove")

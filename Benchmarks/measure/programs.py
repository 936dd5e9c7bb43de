"""The programs that are measured, as processes of their own."""
import http.client, itertools, os, socket, subprocess, sys, time

RUN = os.environ["BENCH_DIR"]
PROGRAMS = os.environ["BENCH_PROGRAMS"]
BROKER_PORT = os.environ["BENCH_BROKER_PORT"]
TICKS = os.sysconf("SC_CLK_TCK")
started = []
numbers = itertools.count()


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Program:
    def __init__(self, name, arguments=(), variables=None, path=None, ready="/readyz"):
        self.port = free_port()
        self.log = open(f"{RUN}/{name}.log", "a")
        environment = {"PATH": os.environ["PATH"], "HOME": RUN}
        if variables is not None:
            environment |= variables | {"LISTEN": f"127.0.0.1:{self.port}", "LOG_LEVEL": "warning"}
        began = time.monotonic()
        self.process = subprocess.Popen(
            [path or f"{PROGRAMS}/{name}", *[str(self.port) if a == "PORT" else a for a in arguments]],
            env=environment, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log, cwd=RUN)
        started.append(self)
        if ready:
            self.wait(ready)
        self.ready_after = time.monotonic() - began

    def wait(self, path):
        for _ in range(60000):
            if self.process.poll() is not None:
                sys.exit(f"{self.process.args[0]} ended with {self.process.returncode}: see {self.log.name}")
            try:
                if self.get(path)[0] == 200:
                    return
            except OSError:
                pass
            time.sleep(0.005)
        sys.exit(f"{self.process.args[0]} is not ready")

    def request(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, content

    def get(self, path):
        return self.request("GET", path)

    def figure(self, name):
        """The sum of a metric over its labels; None where there is none."""
        found = None
        for line in self.get("/metrics")[1].decode().splitlines():
            if line.startswith(name) and line[len(name)] in " {":
                found = (found or 0) + float(line.rsplit(" ", 1)[1])
        return found

    def processor_time(self):
        """Seconds since it was started."""
        fields = open(f"/proc/{self.process.pid}/stat").read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def memory(self):
        """Resident, in MiB: all of it, and without what comes from files, as the libraries do that programs share."""
        found = {}
        for line in open(f"/proc/{self.process.pid}/smaps_rollup"):
            name, *words = line.split()
            if name in ("Rss:", "Anonymous:"):
                found[name] = int(words[0]) / 1024
        return found["Rss:"], found["Anonymous:"]

    def settle(self, limit=120):
        """Waits until it has ended what it does by itself now and then, as a checkpoint of the log."""
        end = time.monotonic() + limit
        while time.monotonic() < end and self.idle(1) > 2:
            pass

    def idle(self, seconds):
        """Percent of a core while nothing is asked of it."""
        before = self.processor_time()
        time.sleep(seconds)
        return (self.processor_time() - before) / seconds * 100

    def stop(self):
        if self in started:
            started.remove(self)
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.log.close()


def stop_all():
    for each in list(started):
        each.stop()


def gateway_variables(number, state=""):
    return {"AMQP_URL": f"amqp://guest:guest@127.0.0.1:{BROKER_PORT}/%2F", "QUEUE_PREFIX": f"bench{number}.",
            "STATE_DIR": f"{RUN}/state{number}{state}", "BROKER_METRICS_URL": os.environ["BENCH_BROKER_METRICS"],
            "CONTAINER_ENV": "docker"}


def worker_variables(number, engine):
    return gateway_variables(number) | {"DOCKER_HOST": engine, "STORAGE_TYPE": "host", "STOREBASE": f"{RUN}/storage", "ENGINE_ID": f"bench-{next(numbers)}"}


def gateway(number, state="", more={}):
    return Program("pman-gateway", variables=gateway_variables(number, state) | more)


def worker(number, engine):
    return Program("pman-worker", variables=worker_variables(number, engine))

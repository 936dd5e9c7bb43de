"""Docker's own floor, straight on its API."""
import concurrent.futures, http.client, json, os, socket, sys, time
from urllib.parse import quote

ENGINE = os.environ.get("BENCH_ENGINE", "")
IMAGE = "local/bench:1"


class Connection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("docker", timeout=120)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.path)


class Engine:
    def __init__(self, address=ENGINE):
        self.path = address.removeprefix("unix://")

    def call(self, method, path, content=None, connection=None):
        connection = connection or Connection(self.path)
        connection.request(method, path, json.dumps(content) if content is not None else None,
                           {"Content-Type": "application/json"})
        answer = connection.getresponse()
        data = answer.read()
        if answer.status >= 300:
            sys.exit(f"{method} {path}: {answer.status} {data[:200]}")
        return data

    def run(self, storage, name):
        """What pman does for a job, and no more: create, start, wait, inspect, read the output."""
        connection = Connection(self.path)
        content = {
            "Image": IMAGE, "Cmd": ["/share/incoming", "/share/outgoing"], "Entrypoint": ["/bin/true"],
            "HostConfig": {"Binds": [f"{storage}/bench/in:/share/incoming:ro", f"{storage}/bench/out:/share/outgoing"],
                           "NanoCpus": 200_000_000, "MemoryReservation": 20 << 20}}
        made = json.loads(self.call("POST", f"/containers/create?name={name}", content, connection))["Id"]
        self.call("POST", f"/containers/{made}/start", None, connection)
        self.call("POST", f"/containers/{made}/wait", None, connection)
        self.call("GET", f"/containers/{made}/json", None, connection)
        self.call("GET", f"/containers/{made}/logs?stdout=1&stderr=1&tail=1000", None, connection)
        return made

    def wait_until_removed(self, part):
        """Until no container has that in its name: removing them would slow down what is measured next."""
        while json.loads(self.call("GET", "/containers/json?all=1&filters=" + quote(json.dumps({"name": [part]})))):
            time.sleep(0.2)

    def run_all(self, storage, count, width, tag):
        """Seconds for so many, so many at a time; they are removed afterwards."""
        began = time.monotonic()
        with concurrent.futures.ThreadPoolExecutor(width) as pool:
            made = list(pool.map(lambda n: self.run(storage, f"bench-floor-{tag}-{n}"), range(count)))
        took = time.monotonic() - began
        for each in made:
            self.call("DELETE", f"/containers/{each}?force=1")
        return took

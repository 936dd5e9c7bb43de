"""Requests: many at once by wrk, single ones by hand."""
import concurrent.futures, http.client, json, re, subprocess, sys, threading, time

from programs import RUN

own = threading.local()


def wrk(port, path, connections, seconds, script=None):
    """Requests a second, median and 99th percentile in ms, how many, and how many were refused."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "--timeout", "30s"]
    if script:
        command += ["-s", script]
    text = subprocess.run(
        command + [f"http://127.0.0.1:{port}{path}"], capture_output=True, text=True, check=True).stdout

    def milliseconds(name):
        value, unit = re.search(rf"{name}\s+([\d.]+)(us|ms|s|m)\b", text).groups()
        return float(value) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60000}[unit]

    refused = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    return {"rate": float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1]), "p50": milliseconds("50%"),
            "p99": milliseconds("99%"), "count": int(re.search(r"(\d+) requests in", text)[1]),
            "refused": int(refused[1]) if refused else 0}


def job(jid, entrypoint=("/bin/true",), args=(), image="local/bench:1"):
    return {"jid": jid, "args": list(args), "auid": "bench", "number_of_workers": "1", "cpu_limit": "200",
            "memory_limit": "20", "gpu_limit": "0", "image": image, "entrypoint": list(entrypoint), "type": "ds",
            "input_dir": "bench/in", "output_dir": "bench/out"}


posts = 0


def post_script():
    """A script for wrk that posts a new job each time; also the size of such a request."""
    global posts
    posts += 1
    path, template = f"{RUN}/post{posts}.lua", json.dumps(job("JID"))
    open(path, "w").write(f"""
local number = 0
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
function request()
  number = number + 1
  return wrk.format(nil, "/api/v1/", nil, (([[{template}]]):gsub("JID", "load-{posts}-" .. number)))
end
""")
    return path, len(template)


def post(gateway, content):
    """On a connection that each thread keeps."""
    connections = own.__dict__
    for _ in range(2):
        connection = connections.get(gateway.port)
        if connection is None:
            connection = connections[gateway.port] = http.client.HTTPConnection("127.0.0.1", gateway.port, timeout=60)
        try:
            connection.request("POST", "/api/v1/", json.dumps(content), {"Content-Type": "application/json"})
            answer = connection.getresponse()
            answer.read()
            break
        except (http.client.HTTPException, OSError):
            connections.pop(gateway.port, None)
    if answer.status != 201:
        sys.exit(f"POST was answered with {answer.status}")


def post_all(gateway, jobs, width=32):
    """All at once; returns the seconds until the last was accepted."""
    began = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(width) as pool:
        list(pool.map(lambda each: post(gateway, each), jobs))
    return time.monotonic() - began


def wait_for_end(gateway, jid, every=0.005, limit=300):
    end = time.monotonic() + limit
    seen = None
    while time.monotonic() < end:
        seen = json.loads(gateway.get(f"/api/v1/{jid}/")[1])
        if seen.get("status", "").startswith("finished"):
            return seen
        time.sleep(every)
    sys.exit(f"{jid} does not end: {seen}")


def wait_for_all(gateway, jids, limit=600):
    """Until each of them has ended, asking about one at a time, as cheaply as can be; returns when."""
    for jid in jids:
        wait_for_end(gateway, jid, every=0.05, limit=limit)
    return time.monotonic()


def wait_for_figure(gateway, name, value, limit=600):
    """Until a metric of the gateway is at least so much. A scrape costs the gateway and the broker something."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        if (gateway.figure(name) or 0) >= value:
            return
        time.sleep(0.5)
    sys.exit(f"{name} does not become {value}")

"""A stand-in with the shape of the original: eight processes that take one request each and ask the engine in it.

    python3 original.py PORT ENGINE

It stands for the shape alone. GET asks the engine for the container and its output, POST makes and starts one.
"""
import http.server, json, os, signal, socket, sys

PORT, ENGINE = int(sys.argv[1]), sys.argv[2]
os.environ.setdefault("BENCH_ENGINE", ENGINE)
from engine import Connection, IMAGE


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0"

    def engine(self, method, path, content=None):
        connection = Connection(ENGINE.removeprefix("unix://"))
        connection.request(method, path, json.dumps(content) if content else None, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, answer.read()

    def do_GET(self):
        jid = self.path.rstrip("/").rsplit("/", 1)[1]
        status, data = self.engine("GET", f"/containers/{jid}/json")
        if status != 200:
            return self.answer(404, {"message": "not found"})
        state = json.loads(data)["State"]
        logs = self.engine("GET", f"/containers/{jid}/logs?stdout=1&stderr=1&tail=1000")[1]
        self.answer(200, {"jid": jid, "status": state["Status"], "logs": logs.decode(errors="replace")})

    def do_POST(self):
        content = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.engine("POST", f"/containers/create?name={content['jid']}", {
            "Image": IMAGE, "Entrypoint": content["entrypoint"], "Cmd": content["args"]})
        self.engine("POST", f"/containers/{content['jid']}/start")
        self.answer(201, {"jid": content["jid"], "status": "notstarted"})

    def answer(self, status, content):
        data = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


listener = socket.create_server(("127.0.0.1", PORT), backlog=512)
children = []
for _ in range(8):
    child = os.fork()
    if child == 0:
        server = http.server.HTTPServer(("127.0.0.1", PORT), Handler, bind_and_activate=False)
        server.socket = listener
        server.serve_forever()
    children.append(child)


def end(*_):
    for child in children:
        os.kill(child, signal.SIGKILL)
    os._exit(0)


signal.signal(signal.SIGTERM, end)
while True:
    signal.pause()

"""What tests and node.py may ask of the API server on its plain port.

GET  /stand-in/state                    every object
GET  /stand-in/requests                 how often each verb was used on each resource
GET  /stand-in/changes?since=VERSION    what changed since (waits for a second for it); for node.py
GET  /stand-in/settings                 what can be set, as it is
POST /stand-in/settings                 sets some of it (see Settings)
POST /stand-in/forget                   watches from before now are answered 410; {"as": "status" or "event"}
POST /stand-in/disconnect               cuts every watch in the middle of a line
POST /stand-in/create/KIND              makes an object as somebody else; answers it
POST /stand-in/put/KIND                 replaces an object (node.py, or a test that plays one)
POST /stand-in/delete/KIND/NAME         takes an object away at once
"""
import json
import threading

import store as stores


class Settings:
    """How the server and the node behave."""

    def __init__(self):
        self.values = {
            # Tokens that are accepted.
            "tokens": [],
            # "verb resource", which is refused whatever the Role says.
            "denied": [],
            # Every request is answered with this status; with retryAfter in a header.
            "refuse": None,
            "retryAfter": None,
            # How many requests are refused before it is over; nil: all.
            "refusals": None,
            # Seconds between bookmarks.
            "bookmarkSeconds": 30,
            # Pause in seconds after every 16 bytes of a watch.
            "slowness": 0,
            # How watches that are too old are told: as a status or as an event.
            "goneAs": "event",
            # Pods that the namespace may have; and what pods of one node may ask for.
            "podQuota": None,
            "node": {"cpu": 8000, "memory": 16384, "nvidia.com/gpu": 0, "labels": {"kubernetes.io/os": "linux"}},
            # Image names, and the folder that is each one's root.
            "images": {},
            # Seconds that pulling an image takes before it fails, and before it is tried again.
            "pullPause": 0.3,
        }


def answer(server, method, path, query, body):
    """Status and JSON for a request to the plain port."""
    store, settings = server.store, server.settings
    parts = path.strip("/").split("/")[1:]
    if method == "GET" and parts == ["state"]:
        return 200, {kind: store.all(kind)[0] for kind in stores.KINDS}
    if method == "GET" and parts == ["requests"]:
        with server.counts_lock:
            return 200, dict(server.counts)
    if method == "GET" and parts == ["settings"]:
        return 200, settings.values
    if method == "GET" and parts == ["changes"]:
        since = int(query.get("since", "0"))
        with store.lock:
            if since >= store.version:
                store.lock.wait(1)
            if since < store.forgotten or since == 0:
                return 200, {"version": store.version, "all": {k: list(v.values()) for k, v in store.objects.items()}}
            changed = [entry[1:] for entry in store.history if entry[0] > since]
            return 200, {"version": store.version, "changed": changed}
    if method != "POST":
        return 404, {}
    data = json.loads(body or b"{}")
    if parts == ["settings"]:
        settings.values.update(data)
        return 200, settings.values
    if parts == ["forget"]:
        settings.values["goneAs"] = data.get("as", "event")
        store.forget()
        return 200, {}
    if parts == ["disconnect"]:
        with store.lock:
            server.cuts += 1
            store.lock.notify_all()
        return 200, {}
    if parts[0] == "create":
        item = store.create(parts[1], data)
        return (201, item) if item else (409, {})
    if parts[0] == "put":
        try:
            return 200, store.replace(parts[1], data)
        except stores.Conflict:
            return 409, {}
        except KeyError:
            return 404, {}
    if parts[0] == "delete":
        return (200, {}) if store.delete(parts[1], parts[2]) else (404, {})
    return 404, {}


def serve(server, port):
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
    from urllib.parse import parse_qsl, urlsplit

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self):
            url = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, value = answer(server, self.command, url.path, dict(parse_qsl(url.query)), body)
            data = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = handle_any

        def log_message(self, *arguments):
            pass

    plain = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    plain.daemon_threads = True
    threading.Thread(target=plain.serve_forever, daemon=True).start()

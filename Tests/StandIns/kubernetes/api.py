#!/usr/bin/env python3
"""The API server of the stand-in; see README.md. All that it needs is in the JSON file that it is given."""
import base64
import copy
import json
import select
import socket
import ssl
import sys
import threading
import time
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlsplit

import kubernetes_validate
import yaml

import checks
import control
import logs
import store as stores

SCHEMA = "1.31"


class Refusal(Exception):
    def __init__(self, code, reason, message, details=None):
        self.code, self.reason, self.message, self.details = code, reason, message, details

    @property
    def status(self):
        status = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": self.message,
                  "reason": self.reason, "code": self.code}
        if self.details:
            status["details"] = self.details
        return status


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, configuration):
        self.configuration = configuration
        self.namespace = configuration["namespace"]
        self.store = stores.Store(configuration["folder"] + "/state")
        self.settings = control.Settings()
        self.settings.values.update(configuration.get("settings") or {})
        self.rules = []
        with open(configuration["role"]) as file:
            for document in yaml.safe_load_all(file):
                if document and document["kind"] == "Role":
                    self.rules += document["rules"]
        self.counts, self.counts_lock = {}, threading.Lock()
        # How often all watches were cut.
        self.cuts = 0
        self.pages = {}
        self.store.create("namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": self.namespace}, "status": {"phase": "Active"}})
        super().__init__(("127.0.0.1", configuration["port"]), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(configuration["certificate"], configuration["key"])
        context.load_verify_locations(configuration["authority"])
        context.verify_mode = ssl.CERT_OPTIONAL
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)
        control.serve(self, configuration["controlPort"])

    def handle_error(self, request, address):
        pass  # connections that clients drop


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # A client that connects and says nothing does not keep a thread for ever.
    timeout = 330

    def log_message(self, *arguments):
        pass

    def do_any(self):
        length = int(self.headers.get("Content-Length") or 0)
        self.body = self.rfile.read(length)
        try:
            self.authenticate()
            self.route()
        except Refusal as refusal:
            self.reply(refusal.code, refusal.status)
        except (BrokenPipeError, ConnectionResetError, ssl.SSLError, socket.timeout):
            self.close_connection = True
        except Exception:
            # A mistake of this stand-in: said in its log.
            traceback.print_exc()
            self.close_connection = True

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = do_any

    def reply(self, code, value, headers=()):
        data = json.dumps(value).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        for name, text in headers:
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(data)

    # Who asks, and what they may do

    def authenticate(self):
        values = self.server.settings.values
        if values["refuse"] and values["refusals"] != 0:
            if values["refusals"]:
                values["refusals"] -= 1
            headers = [("Retry-After", str(values["retryAfter"]))] if values["retryAfter"] else []
            refusal = Refusal(values["refuse"], "TooManyRequests" if values["refuse"] == 429 else "InternalError",
                              "too many requests" if values["refuse"] == 429 else "the stand-in was told to refuse")
            self.reply(refusal.code, refusal.status, headers)
            raise ConnectionResetError()
        if self.connection.getpeercert():
            return
        kind, _, token = (self.headers.get("Authorization") or "").partition(" ")
        if kind != "Bearer" or token not in values["tokens"]:
            raise Refusal(401, "Unauthorized", "Unauthorized")

    def authorize(self, verb, group, resource, name=None):
        with self.server.counts_lock:
            key = f"{verb} {resource}"
            self.server.counts[key] = self.server.counts.get(key, 0) + 1
        allowed = f"{verb} {resource}" not in self.server.settings.values["denied"] and any(
            group in rule["apiGroups"] and resource in rule["resources"] and verb in rule["verbs"]
            and (not rule.get("resourceNames") or name in rule["resourceNames"])
            for rule in self.server.rules)
        if not allowed:
            full = f"{resource}.{group}" if group else resource
            named = f' "{name}"' if name else ""
            base, _, sub = resource.partition("/")
            raise Refusal(
                403, "Forbidden",
                f'{base}{"." + group if group else ""}{named} is forbidden: User "system:serviceaccount:{self.server.namespace}:pman-worker" cannot {verb} '
                f'resource "{resource}" in API group "{group}" in the namespace "{self.server.namespace}"',
                {"name": name or "", "group": group, "kind": base})

    # What is asked

    def route(self):
        url = urlsplit(self.path)
        self.query = dict(parse_qsl(url.query, keep_blank_values=True))
        parts = [unquote(each) for each in url.path.strip("/").split("/")]
        if parts == ["version"] and self.command == "GET":
            return self.reply(200, {"major": "1", "minor": "31", "gitVersion": "v1.31.0", "platform": "stand-in"})
        if parts[:2] == ["api", "v1"]:
            group, rest = "", parts[2:]
        elif parts[:3] == ["apis", "batch", "v1"]:
            group, rest = "batch", parts[3:]
        else:
            raise Refusal(404, "NotFound", "the server could not find the requested resource")
        if len(rest) < 2 or rest[0] != "namespaces":
            raise Refusal(404, "NotFound", "the server could not find the requested resource")
        if len(rest) == 2:
            self.authorize("get", "", "namespaces", rest[1])
            return self.get("namespaces", rest[1])
        if rest[1] != self.server.namespace:
            raise Refusal(403, "Forbidden", f'{rest[2]} is forbidden: User "system:serviceaccount:{self.server.namespace}:pman-worker" cannot list resource "{rest[2]}" in API group "{group}" in the namespace "{rest[1]}"')
        resource, rest = rest[2], rest[3:]
        if {"jobs": "batch", "pods": "", "events": ""}.get(resource) != group:
            raise Refusal(404, "NotFound", "the server could not find the requested resource")
        if not rest:
            if self.command == "GET" and self.query.get("watch") in ("1", "true"):
                self.authorize("watch", group, resource)
                return self.watch(resource)
            if self.command == "GET":
                self.authorize("list", group, resource)
                return self.list(resource)
            if self.command == "POST" and resource == "jobs":
                self.authorize("create", group, resource)
                return self.create_job()
        elif len(rest) == 1:
            verbs = {"GET": "get", "PATCH": "patch", "DELETE": "delete"}
            if self.command in verbs:
                self.authorize(verbs[self.command], group, resource, rest[0])
                if self.command == "GET":
                    return self.get(resource, rest[0])
                if resource == "jobs":
                    return self.patch(rest[0]) if self.command == "PATCH" else self.delete(rest[0])
        elif rest[1:] == ["log"] and resource == "pods" and self.command == "GET":
            self.authorize("get", "", "pods/log", rest[0])
            return self.log(rest[0])
        raise Refusal(405, "MethodNotAllowed", "the server does not allow this method on the requested resource")

    def found(self, kind, name):
        item = self.server.store.get(kind, name)
        if item is None:
            full = "jobs.batch" if kind == "jobs" else kind
            raise Refusal(404, "NotFound", f'{full} "{name}" not found', {"name": name, "kind": kind})
        return item

    def get(self, kind, name):
        self.reply(200, self.found(kind, name))

    def selector(self):
        labels = dict(each.split("=", 1) for each in self.query.get("labelSelector", "").split(",") if each)
        fields = dict(each.split("=", 1) for each in self.query.get("fieldSelector", "").split(",") if each)

        def field(item, path):
            for part in path.split("."):
                item = item.get(part, "")
            return item

        def matches(item):
            has = item["metadata"].get("labels") or {}
            return all(has.get(k) == v for k, v in labels.items()) and all(field(item, k) == v for k, v in fields.items())
        return matches

    def list(self, kind):
        limit = int(self.query.get("limit") or 0)
        if "continue" in self.query:
            token = json.loads(base64.b64decode(self.query["continue"]))
            items, version = self.server.pages.get(token["id"], (None, None))
            if items is None or int(version) < self.server.store.forgotten:
                raise Refusal(410, "Expired", "The provided continue parameter is too old to display a consistent list result.")
            start, identifier = token["start"], token["id"]
        else:
            items, version = self.server.store.all(kind)
            matches = self.selector()
            items, start, identifier = [each for each in items if matches(each)], 0, f"{version}-{time.monotonic()}"
        page = items[start:start + limit] if limit else items
        metadata = {"resourceVersion": str(version)}
        if limit and start + limit < len(items):
            self.server.pages[identifier] = (items, version)
            while len(self.server.pages) > 50:
                del self.server.pages[next(iter(self.server.pages))]
            metadata["continue"] = base64.b64encode(json.dumps({"id": identifier, "start": start + limit}).encode()).decode()
            metadata["remainingItemCount"] = len(items) - start - limit
        version, name = stores.KINDS[kind]
        # As in a real list, the items have no kind and apiVersion of their own.
        bare = [{k: v for k, v in each.items() if k not in ("kind", "apiVersion")} for each in page]
        self.reply(200, {"kind": name + "List", "apiVersion": version, "metadata": metadata, "items": bare})

    def create_job(self):
        if (self.headers.get("Content-Type") or "").split(";")[0] != "application/json":
            raise Refusal(415, "UnsupportedMediaType", "the body of the request was in an unknown format - accepted media types include: application/json")
        try:
            item = json.loads(self.body)
            kubernetes_validate.validate(item, SCHEMA, strict=True)
        except ValueError as error:
            raise Refusal(400, "BadRequest", f"the object provided is unrecognized: {error}")
        except kubernetes_validate.ValidationError as error:
            path = ".".join(str(each) for each in error.path)
            raise Refusal(400, "BadRequest", f'strict decoding error: {path}: {error.message}')
        name = item["metadata"].get("name")
        complaints = list(checks.job(item))
        if complaints:
            raise Refusal(422, "Invalid", f'Job.batch "{name}" is invalid: ' + (complaints[0] if len(complaints) == 1 else "[" + ", ".join(complaints) + "]"),
                          {"name": name, "group": "batch", "kind": "Job"})
        item["metadata"]["namespace"] = self.server.namespace
        item["metadata"]["generation"] = 1
        spec = item["spec"]
        spec.setdefault("suspend", False)
        spec.setdefault("backoffLimit", 6)
        spec.setdefault("completionMode", "NonIndexed")
        spec.setdefault("parallelism", 1)
        spec.setdefault("completions", 1)
        spec["podReplacementPolicy"] = "TerminatingOrFailed"
        spec["template"]["spec"].setdefault("terminationGracePeriodSeconds", 30)
        item["status"] = {}
        with self.server.store.lock:
            made = self.server.store.create("jobs", item)
            if made is None:
                raise Refusal(409, "AlreadyExists", f'jobs.batch "{name}" already exists', {"name": name, "group": "batch", "kind": "jobs"})
            uid = made["metadata"]["uid"]
            labels = {"batch.kubernetes.io/controller-uid": uid, "batch.kubernetes.io/job-name": name, "controller-uid": uid, "job-name": name}
            spec["selector"] = {"matchLabels": {"batch.kubernetes.io/controller-uid": uid}}
            spec["template"].setdefault("metadata", {}).setdefault("labels", {}).update(labels)
            made = self.server.store.replace("jobs", {**made, "spec": spec})
        self.reply(201, made)

    def patch(self, name):
        if (self.headers.get("Content-Type") or "").split(";")[0] != "application/merge-patch+json":
            raise Refusal(415, "UnsupportedMediaType", "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml")
        patch = json.loads(self.body)
        with self.server.store.lock:
            current = self.found("jobs", name)
            metadata = patch.get("metadata") or {}
            if metadata.get("uid", current["metadata"]["uid"]) != current["metadata"]["uid"]:
                raise Refusal(409, "Conflict", f'Operation cannot be fulfilled on jobs.batch "{name}": Precondition failed: UID in precondition: {metadata["uid"]}, UID in object meta: {current["metadata"]["uid"]}', {"name": name, "group": "batch", "kind": "jobs"})
            if metadata.get("resourceVersion", current["metadata"]["resourceVersion"]) != current["metadata"]["resourceVersion"]:
                raise Refusal(409, "Conflict", f'Operation cannot be fulfilled on jobs.batch "{name}": the object has been modified; please apply your changes to the latest version and try again', {"name": name, "group": "batch", "kind": "jobs"})
            patch.pop("status", None)  # a subresource of its own
            changed = merged(copy.deepcopy(current), patch)
            for field in ("template", "completions", "selector", "completionMode"):
                if changed["spec"].get(field) != current["spec"].get(field):
                    raise Refusal(422, "Invalid", f'Job.batch "{name}" is invalid: spec.{field}: Invalid value: field is immutable')
            if changed["spec"] != current["spec"]:
                changed["metadata"]["generation"] += 1
            self.reply(200, self.server.store.replace("jobs", changed))

    def delete(self, name):
        options = json.loads(self.body) if self.body else {}
        if options:
            wrong = set(options) - {"apiVersion", "kind", "gracePeriodSeconds", "preconditions", "orphanDependents", "propagationPolicy", "dryRun"}
            if wrong or options.get("kind") != "DeleteOptions" or options.get("apiVersion") not in ("v1", "meta.k8s.io/v1", "batch/v1") or set(options.get("preconditions") or {}) - {"uid", "resourceVersion"}:
                raise Refusal(400, "BadRequest", f"no DeleteOptions: {options}")
        with self.server.store.lock:
            current = self.found("jobs", name)
            uid = (options.get("preconditions") or {}).get("uid")
            if uid and uid != current["metadata"]["uid"]:
                raise Refusal(409, "Conflict", f'Operation cannot be fulfilled on jobs.batch "{name}": Precondition failed: UID in precondition: {uid}, UID in object meta: {current["metadata"]["uid"]}')
            if options.get("propagationPolicy") not in ("Background", "Foreground"):
                for pod in self.server.store.all("pods")[0]:
                    owners = pod["metadata"].get("ownerReferences") or []
                    if any(each["uid"] == current["metadata"]["uid"] for each in owners):
                        pod["metadata"]["ownerReferences"] = []
                        self.server.store.replace("pods", pod)
            self.server.store.delete("jobs", name)
        self.reply(200, {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success",
                         "details": {"name": name, "group": "batch", "kind": "jobs", "uid": current["metadata"]["uid"]}})

    def log(self, name):
        pod = self.found("pods", name)
        container = self.query.get("container") or pod["spec"]["containers"][0]["name"]
        statuses = [each for each in pod.get("status", {}).get("containerStatuses") or [] if each["name"] == container]
        if container not in [each["name"] for each in pod["spec"]["containers"]]:
            raise Refusal(400, "BadRequest", f"container {container} is not valid for pod {name}")
        if not pod["spec"].get("nodeName"):
            return self.text(b"")
        waiting = not statuses or "waiting" in statuses[0]["state"]
        if waiting:
            reason = statuses[0]["state"]["waiting"]["reason"] if statuses else "ContainerCreating"
            words = {"ErrImagePull": "trying and failing to pull image", "ImagePullBackOff": "trying and failing to pull image"}
            raise Refusal(400, "BadRequest", f'container "{container}" in pod "{name}" is {words.get(reason, "waiting to start: " + reason)}')
        path = f"{self.server.configuration['folder']}/logs/{pod['metadata']['uid']}"
        lines = int(self.query["tailLines"]) if "tailLines" in self.query else None
        limit = int(self.query["limitBytes"]) if "limitBytes" in self.query else None
        if self.query.get("follow") in ("1", "true"):
            return self.follow(name, pod["metadata"]["uid"], path, lines)
        self.text(logs.read(path, lines, limit))

    def follow(self, name, uid, path, lines):
        """What was written, then what is written, until the container has ended."""
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        self.wfile.flush()
        data = logs.read(path, None, None)
        position, piece = len(data), logs.last(data, lines)
        while True:
            pod = self.server.store.get("pods", name)
            ended = pod is None or pod["metadata"]["uid"] != uid or pod.get("status", {}).get("phase") in ("Succeeded", "Failed")
            if not piece:
                piece = logs.read(path, None, None)[position:]
                position += len(piece)
            if piece:
                self.chunk(piece)
                piece = b""
                continue
            if ended:
                return self.chunk(b"")
            if select.select([self.connection], [], [], 0.1)[0] and not self.connection.recv(1):
                self.close_connection = True
                return

    def text(self, data):
        self.send_response(200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    # Watches

    def watch(self, kind):
        store, values = self.server.store, self.server.settings.values
        matches = self.selector()
        bookmarks = self.query.get("allowWatchBookmarks") in ("1", "true")
        version = self.query.get("resourceVersion") or ""
        end = time.monotonic() + int(self.query.get("timeoutSeconds") or 300)
        gone = Refusal(410, "Expired", f"too old resource version: {version} ({store.version})")
        with store.lock:
            cuts = self.server.cuts
            too_old = version not in ("", "0") and int(version) < store.forgotten
            if too_old and values["goneAs"] == "status":
                raise gone
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        # A client that connects must see that the stream is open.
        self.wfile.flush()
        if too_old:
            self.event("ERROR", gone.status)
            return self.chunk(b"")
        if version in ("", "0"):
            items, last = store.all(kind)
            for item in items:
                if matches(item):
                    self.event("ADDED", item)
        else:
            last = int(version)
        bookmark = time.monotonic() + values["bookmarkSeconds"]
        while True:
            with store.lock:
                if store.version <= last and cuts == self.server.cuts:
                    store.lock.wait(max(0, min(end, bookmark, time.monotonic() + 1) - time.monotonic()))
                if cuts != self.server.cuts:
                    break
                lost = last < store.forgotten
                news = [entry for entry in store.history if entry[0] > last]
            if lost and values["goneAs"] == "status":
                break  # the next one is told
            if lost:
                self.event("ERROR", gone.status)
                return self.chunk(b"")
            for each, of, change, item in news:
                last = each
                if of == kind and matches(item):
                    self.event(change, item)
            if time.monotonic() >= end:
                return self.chunk(b"")
            if bookmarks and time.monotonic() >= bookmark:
                version, name = stores.KINDS[kind]
                self.event("BOOKMARK", {"kind": name, "apiVersion": version, "metadata": {"resourceVersion": str(last), "creationTimestamp": None}})
                bookmark = time.monotonic() + values["bookmarkSeconds"]
        # Cut in the middle of a line, and of a chunk.
        self.wfile.write(b'40\r\n{"type":"MODIFIED","object":{"ki')
        self.wfile.flush()
        self.connection.close()
        self.close_connection = True

    def event(self, kind, item):
        self.chunk(json.dumps({"type": kind, "object": item}).encode() + b"\n")

    def chunk(self, data):
        pause = self.server.settings.values["slowness"]
        pieces = [data[at:at + 16] for at in range(0, len(data), 16)] if pause and data else [data]
        for piece in pieces:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.wfile.flush()
            if pause:
                time.sleep(pause)


def merged(target, patch):
    """RFC 7396."""
    for key, value in patch.items():
        if value is None:
            target.pop(key, None)
        elif isinstance(value, dict):
            target[key] = merged(target.get(key) if isinstance(target.get(key), dict) else {}, value)
        else:
            target[key] = value
    return target


if __name__ == "__main__":
    with open(sys.argv[1]) as file:
        server = Server(json.load(file))
    print("the API server listens", flush=True)
    server.serve_forever()

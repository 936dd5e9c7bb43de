#!/usr/bin/env python3
"""A stand-in for Cromwell: server.py PORT FOLDER CONFIGURATION

The part of its REST API that pman uses, as Cromwell's own OpenAPI description has it; what is not documented there is
refused. Workflows are read by a real parser of WDL and run for real, through the configuration's own commands, with
programs that stand in for Slurm and Apptainer. Images are folders below FOLDER/images.

Beside the API: POST /stand-in/faults sets what goes wrong, /stand-in/settings how quick things are,
/stand-in/evaluate says what workflows mean, /stand-in/workflows/ID changes one.
"""
import datetime
import email.parser
import email.policy
import json
import os
import re
import sys
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import configuration
import job
import workflows

IDENTIFIER = r"([0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12})"
LABEL = re.compile(r"([a-z][-a-z0-9]*[a-z0-9])?[:]([a-z][-a-z0-9]*[a-z0-9])?")
STATUSES = {"Submitted", "Running", "Aborting", "Failed", "Succeeded", "Aborted"}
FIELDS = {"workflowSource", "workflowUrl", "workflowOnHold", "workflowInputs", "workflowOptions", "workflowType",
          "workflowTypeVersion", "labels", "workflowDependencies", "requestedWorkflowId"}


class Refusal(Exception):
    def __init__(self, status, message):
        super().__init__(message)
        self.status = status
        self.message = message


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 300
    store = None
    faults = []
    counts = {}
    faults_lock = threading.Lock()

    def log_message(self, form, *arguments):
        sys.stderr.write(f"{time.time():.3f} {form % arguments}\n")

    def do_GET(self): self.handle_request()

    def do_POST(self): self.handle_request()

    def do_PATCH(self): self.handle_request()

    def handle_request(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = urllib.parse.urlsplit(self.path)
        with Handler.faults_lock:
            kind = re.sub(IDENTIFIER, "ID", parts.path)
            Handler.counts[f"{self.command} {kind}"] = Handler.counts.get(f"{self.command} {kind}", 0) + 1
        fault = self.fault(parts.path)
        if fault and fault.get("delay"):
            time.sleep(fault["delay"])
        if fault and not fault.get("after") and "status" in fault:
            return self.answer(fault["status"], {"status": "error", "message": fault.get("message", "a fault")})
        try:
            status, value = self.route(parts.path, urllib.parse.parse_qsl(parts.query, keep_blank_values=True), body)
        except Refusal as refusal:
            status, value = refusal.status, {"status": "fail", "message": refusal.message}
        if fault and fault.get("after"):
            if "status" not in fault:
                self.close_connection = True
                return None
            status, value = fault["status"], {"status": "error", "message": fault.get("message", "a fault")}
        return self.answer(status, value)

    def answer(self, status, value):
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def fault(self, path):
        with Handler.faults_lock:
            for fault in Handler.faults:
                if fault.get("method", self.command) == self.command and re.search(fault["path"], path):
                    fault["times"] = fault.get("times", 1) - 1
                    if fault["times"] <= 0:
                        Handler.faults.remove(fault)
                    return fault
        return None

    def route(self, path, query, body):
        if path.startswith("/stand-in/"):
            return self.control(path.removeprefix("/stand-in/"), body)
        if path == "/engine/v1/version" and self.command == "GET":
            return 200, {"cromwell": "stand-in"}
        if path == "/api/workflows/v1" and self.command == "POST":
            return self.submit(body)
        if path == "/api/workflows/v1/query" and self.command == "GET":
            return 200, self.query(query)
        match = re.fullmatch(r"/api/workflows/v1/([^/]+)/(abort|releaseHold|status|metadata|labels)", path)
        methods = {"abort": ["POST"], "releaseHold": ["POST"], "labels": ["GET", "PATCH"]}
        if not match or self.command not in methods.get(match[2], ["GET"]):
            raise Refusal(404, "The requested resource could not be found.")
        if not re.fullmatch(IDENTIFIER, match[1]):
            raise Refusal(400, f"Invalid workflow ID: '{match[1]}'.")
        workflow = self.store.visible(match[1])
        if workflow is None:
            raise Refusal(404, f"Unrecognized workflow ID: {match[1]}")
        if self.command == "PATCH":
            return 200, self.update_labels(workflow, body)
        return 200, getattr(self, match[2])(workflow, query)

    # The API.

    def submit(self, body):
        kind = self.headers.get("Content-Type", "")
        if not kind.startswith("multipart/form-data"):
            raise Refusal(415, "The request's Content-Type is not supported.")
        message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(
            b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
        parts = {}
        for part in message.iter_parts():
            name = part.get_param("name", header="content-disposition")
            if name not in FIELDS:
                raise Refusal(400, f"Unexpected body part name: {name}")
            parts[name] = part.get_payload(decode=True).decode("utf-8")
        if not parts.get("workflowSource"):
            raise Refusal(400, "workflowSource or workflowUrl needs to be supplied")
        if parts.get("workflowType", "WDL") != "WDL" or parts.get("workflowTypeVersion", "1.0") not in ("draft-2", "1.0"):
            raise Refusal(400, "Unknown workflow type or version")
        labels = self.parse_labels(parts.get("labels", "{}"))
        on_hold = parts.get("workflowOnHold", "false")
        if on_hold not in ("true", "false"):
            raise Refusal(400, f"Cannot convert {on_hold} to boolean")
        workflow = self.store.submit(parts["workflowSource"], labels, on_hold == "true")
        return 201, {"id": workflow["id"], "status": workflow["status"]}

    def query(self, query):
        wanted = {}
        for name, value in query:
            wanted.setdefault(name, []).append(value)
        unknown = set(wanted) - {"label", "status", "start", "submission", "end", "name", "id", "page", "pageSize",
                                 "additionalQueryResultFields", "includeSubworkflows"}
        if unknown:
            raise Refusal(400, f"Unrecognized query keys: {', '.join(sorted(unknown))}")
        for label in wanted.get("label", []):
            if not LABEL.fullmatch(label):
                raise Refusal(400, f"not a documented label: {label}")
        if set(wanted.get("status", [])) - STATUSES:
            raise Refusal(400, f"Unrecognized status values: {wanted['status']}")
        since = {name: datetime.datetime.fromisoformat(wanted[name][0]) for name in ("start", "submission") if name in wanted}
        found = []
        with self.store.lock:
            everything = list(self.store.all.values())
        for workflow in everything:
            if self.store.visible(workflow["id"]) is None:
                continue
            if wanted.get("status") and workflow["status"] not in wanted["status"]:
                continue
            if any(workflow["labels"].get(label.split(":", 1)[0]) != label.split(":", 1)[1] for label in wanted.get("label", [])):
                continue
            if wanted.get("id") and workflow["id"] not in wanted["id"]:
                continue
            if any(name not in workflow or datetime.datetime.fromisoformat(workflow[name]) < moment
                   for name, moment in since.items()):
                continue
            found.append(workflow)
        found.sort(key=lambda each: each["submission"], reverse=True)
        total = len(found)
        if "pageSize" in wanted:
            page, size = int(wanted.get("page", ["1"])[0]), int(wanted["pageSize"][0])
            found = found[(page - 1) * size:page * size]
        results = []
        for workflow in found:
            result = {key: workflow[key] for key in ("id", "status", "submission", "start", "end") if key in workflow}
            result["name"] = "ChRISJob"
            if "labels" in wanted.get("additionalQueryResultFields", []):
                result["labels"] = self.all_labels(workflow)
            results.append(result)
        return {"results": results, "totalResultsCount": total}

    @staticmethod
    def all_labels(workflow):
        return {"cromwell-workflow-id": "cromwell-" + workflow["id"], **workflow["labels"]}

    def status(self, workflow, _):
        return {"id": workflow["id"], "status": workflow["status"]}

    def labels(self, workflow, _):
        return {"id": workflow["id"], "labels": self.all_labels(workflow)}

    def update_labels(self, workflow, body):
        labels = self.parse_labels(body)
        with self.store.lock:
            workflow["labels"].update(labels)
            self.store.save(workflow)
        return self.labels(workflow, None)

    @staticmethod
    def parse_labels(text):
        try:
            labels = json.loads(text)
            assert isinstance(labels, dict) and all(isinstance(each, str) for each in labels.values())
        except (ValueError, AssertionError) as error:
            raise Refusal(400, "Invalid workflow custom labels JSON. Expected a JsObject of \"labelKey\": \"labelValue\" "
                          "values.") from error
        for each in [*labels, *labels.values()]:
            if len(each) > 255:
                raise Refusal(400, f"Invalid label: `{each}` is {len(each)} characters. The maximum is 255.")
        return labels

    def metadata(self, workflow, query):
        with self.store.lock:
            known = {key: workflow[key] for key in ("id", "status", "submission", "start", "end") if key in workflow}
            known.update(labels=self.all_labels(workflow), submittedFiles={"workflow": workflow["source"]}, inputs={})
            if workflow["failures"]:
                known["failures"] = workflow["failures"]
            call = None
            if workflow["call"]:
                hidden = ("killed", "looked", "dead")
                call = {key: value for key, value in workflow["call"].items() if key not in hidden}
                known["calls"] = {"ChRISJob.plugin_instance": [call]}
        include = [value for name, value in query if name == "includeKey"]
        if not include:
            return known
        fits = lambda name: any(name.startswith(each) for each in include)
        kept = {key: value for key, value in known.items() if key == "id" or fits(key)}
        if call:
            kept["calls"] = {"ChRISJob.plugin_instance": [
                {key: value for key, value in call.items() if fits(key) or key in ("attempt", "shardIndex")}]}
        return kept

    def abort(self, workflow, _):
        if not self.store.abort(workflow):
            raise Refusal(404, f"Couldn't abort {workflow['id']} because no workflow with that ID is in progress")
        return {"id": workflow["id"], "status": "Aborting"}

    def releaseHold(self, workflow, _):
        if not self.store.release(workflow):
            raise Refusal(403, f"Couldn't change status of workflow {workflow['id']} to 'Submitted' because the workflow is "
                          "not in 'On Hold' state")
        return {"id": workflow["id"], "status": "Submitted"}

    # What is only here.

    def control(self, path, body):
        value = json.loads(body or b"null")
        if path == "faults":
            with Handler.faults_lock:
                Handler.faults[:] = value
            return 200, {}
        if path == "settings":
            self.store.settings.update(value)
            return 200, self.store.settings
        if path == "list":
            with self.store.lock:
                return 200, [{key: each.get(key) for key in ("id", "status", "labels")} for each in self.store.all.values()]
        if path == "counts":
            with Handler.faults_lock:
                return 200, dict(Handler.counts)
        if path == "evaluate":
            answers = []
            for source in value:
                try:
                    command, attributes = job.evaluate(source)
                    answers.append({"command": command, "attributes": attributes})
                except job.InvalidWorkflow as error:
                    answers.append({"error": str(error)})
            return 200, answers
        match = re.fullmatch(f"workflows/{IDENTIFIER}", path)
        if match:
            with self.store.lock:
                workflow = self.store.all.get(match[1])
                if workflow is None:
                    raise Refusal(404, "no such workflow")
                if value is None:
                    del self.store.all[match[1]]
                    os.unlink(os.path.join(self.store.folder, match[1] + ".json"))
                else:
                    workflow.update(value)
                    self.store.save(workflow)
            return 200, {}
        raise Refusal(404, "no such thing")


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256
    allow_reuse_address = True


def main():
    port, folder, path = int(sys.argv[1]), os.path.abspath(sys.argv[2]), sys.argv[3]
    os.environ.update(STAND_IN_FOLDER=folder)
    programs = os.path.join(os.path.dirname(os.path.abspath(__file__)), "programs")
    spool = os.path.join(folder, "spool")
    os.makedirs(spool, exist_ok=True)
    os.chmod(spool, 0o1777)
    Handler.store = workflows.Workflows(folder, configuration.Configuration(path), programs)
    Server(("127.0.0.1", port), Handler).serve_forever()


if __name__ == "__main__":
    main()

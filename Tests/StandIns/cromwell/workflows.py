"""The workflows that the stand-in has, and what becomes of them. Each is a file, so that a server that was killed and
starts again goes on where it was; what runs does not die with it."""
import datetime
import json
import os
import subprocess
import threading
import time
import uuid

import job

ACTIVE = ("Submitted", "Running", "Aborting")
ENDED = ("Succeeded", "Failed", "Aborted")


def now():
    return datetime.datetime.now(datetime.timezone.utc)


def text(moment):
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Workflows:
    def __init__(self, folder, configuration, programs):
        self.lock = threading.RLock()
        self.configuration = configuration
        self.programs = programs
        self.folder = os.path.join(folder, "workflows")
        self.root = os.path.join(folder, "cromwell-executions")
        self.settings = {"hidden": 0.3, "pickup": 0.1, "exit_code_timeout": 3.0, "ignore_abort": False}
        self.all = {}
        self.submitted = set()
        os.makedirs(self.folder, exist_ok=True)
        os.makedirs(self.root, exist_ok=True)
        for name in os.listdir(self.folder):
            if name.endswith(".json"):
                with open(os.path.join(self.folder, name)) as file:
                    workflow = json.load(file)
                self.all[workflow["id"]] = workflow
        threading.Thread(target=self._live, daemon=True).start()

    # What the API does.

    def submit(self, source, labels, on_hold):
        identifier = str(uuid.uuid4())
        workflow = {
            "id": identifier, "source": source, "labels": labels, "submission": text(now()), "seen": time.time(),
            "status": "On Hold" if on_hold else "Submitted", "changed": time.time(), "failures": [], "call": None,
        }
        with self.lock:
            self.all[identifier] = workflow
            self.save(workflow)
        return workflow

    def visible(self, identifier):
        with self.lock:
            workflow = self.all.get(identifier)
            if workflow and time.time() - workflow["seen"] >= self.settings["hidden"]:
                return workflow
            return None

    def release(self, workflow):
        with self.lock:
            if workflow["status"] != "On Hold":
                return False
            self.change(workflow, "Submitted")
            return True

    def abort(self, workflow):
        with self.lock:
            if workflow["status"] in ENDED:
                return False
            if workflow["status"] in ("On Hold", "Submitted"):
                self.end(workflow, "Aborted")
            elif workflow["status"] == "Running":
                self.change(workflow, "Aborting")
            return True

    # Their lives.

    def change(self, workflow, status):
        workflow["status"] = status
        workflow["changed"] = time.time()
        self.save(workflow)

    def end(self, workflow, status, failures=()):
        workflow["end"] = text(now())
        workflow["failures"] = list(failures)
        if workflow["call"]:
            workflow["call"]["end"] = workflow["end"]
            workflow["call"]["executionStatus"] = {"Succeeded": "Done"}.get(status, status)
        self.change(workflow, status)

    def save(self, workflow):
        path = os.path.join(self.folder, workflow["id"] + ".json")
        with open(path + ".new", "w") as file:
            json.dump(workflow, file)
        os.replace(path + ".new", path)

    def _live(self):
        while True:
            time.sleep(0.05)
            with self.lock:
                busy = [each for each in self.all.values() if each["status"] in ACTIVE]
            for workflow in busy:
                try:
                    self._step(workflow)
                except Exception as error:  # A workflow that cannot be run must not end the others.
                    with self.lock:
                        self.end(workflow, "Failed", [{"message": "Workflow failed", "causedBy": [
                            {"message": f"{type(error).__name__}: {error}", "causedBy": []}]}])

    def _step(self, workflow):
        if workflow["status"] == "Submitted":
            with self.lock:
                if workflow["status"] != "Submitted" or time.time() - workflow["changed"] < self.settings["pickup"]:
                    return
                workflow["start"] = text(now())
                self.change(workflow, "Running")
        if not workflow["call"]:
            self._begin(workflow)
        elif "jobId" not in workflow["call"]:
            self._find_job(workflow)
        else:
            self._look(workflow)

    def _begin(self, workflow):
        try:
            command, attributes = job.evaluate(workflow["source"])
        except job.InvalidWorkflow as error:
            with self.lock:
                self.end(workflow, "Failed", [{"message": "Workflow input processing failed", "causedBy": [
                    {"message": f"ERROR: {error}", "causedBy": []}]}])
            return
        place = os.path.join(self.root, "ChRISJob", workflow["id"], "call-plugin_instance")
        execution = os.path.join(place, "execution")
        inside = f"/cromwell-executions/ChRISJob/{workflow['id']}/call-plugin_instance"
        os.makedirs(execution, exist_ok=True)
        shell = self.configuration.job_shell
        script = os.path.join(execution, "script")
        with open(script, "w") as file:
            file.write(job.script(command, inside + "/execution", shell))
        values = {
            "job_id": "", "job_name": f"cromwell_{workflow['id'][:8]}_plugin_instance", "cwd": place,
            "out": execution + "/stdout", "err": execution + "/stderr", "script": script, "job_shell": shell,
            "docker_cwd": inside, "docker_script": inside + "/execution/script",
        }
        with open(script + ".submit", "w") as file:
            file.write(self.configuration.command("submit-docker", values, attributes))
        with self.lock:
            workflow["call"] = {
                "executionStatus": "Running", "attempt": 1, "shardIndex": -1, "start": text(now()),
                "stdout": execution + "/stdout", "stderr": execution + "/stderr",
                "runtimeAttributes": attributes,
            }
            self.save(workflow)
        self._submit(workflow["id"], script + ".submit")

    def _submit(self, identifier, submit):
        """Once, also when this server was killed before it knew that it had: the folder is the fence."""
        self.submitted.add(identifier)
        # In a session of its own: it does its work also when this server is killed.
        with open(submit + ".stdout", "ab") as output, open(submit + ".stderr", "ab") as errors:
            subprocess.Popen(
                ["/bin/sh", "-c", 'mkdir "$0.begun" 2>/dev/null || exit 0; /bin/bash "$0"; echo $? >"$0.rc.new"; '
                 'mv "$0.rc.new" "$0.rc"', submit], stdout=output, stderr=errors, stdin=subprocess.DEVNULL,
                start_new_session=True, env=self._environment())

    def _find_job(self, workflow):
        submit = workflow["call"]["stdout"].removesuffix("stdout") + "script.submit"
        if not os.path.exists(submit + ".rc"):
            if workflow["id"] not in self.submitted:
                self._submit(workflow["id"], submit)
            return
        with open(submit + ".stdout") as file:
            found = self.configuration.job_id.fullmatch(file.read().strip())
        with self.lock:
            if found:
                workflow["call"]["jobId"] = found[1]
                self.save(workflow)
            else:
                self._fail(workflow, "java.lang.RuntimeException: Could not find job ID from stdout file."
                           f"Check the stderr file for possible errors: {submit}.stderr")

    def _look(self, workflow):
        call = workflow["call"]
        execution = call["stdout"].removesuffix("/stdout")
        if workflow["status"] == "Aborting" and not call.get("killed") and not self.settings["ignore_abort"]:
            call["killed"] = True
            self._run("kill", execution, call["jobId"])
        try:
            with open(execution + "/rc") as file:
                code = int(file.read())
        except (OSError, ValueError):
            return self._look_if_alive(workflow, execution)
        with self.lock:
            call["returnCode"] = code
            if workflow["status"] == "Aborting":
                if not self.settings["ignore_abort"]:
                    self.end(workflow, "Aborted")
            elif code == 0:
                self.end(workflow, "Succeeded")
            else:
                self._fail(workflow, f"Job ChRISJob.plugin_instance:NA:1 exited with return code {code} which has not been "
                           "declared as a valid return code. See 'continueOnReturnCode' runtime attribute for more details.")

    def _look_if_alive(self, workflow, execution):
        """As with exit-code-timeout-seconds: not alive, and after that time again no exit code."""
        call = workflow["call"]
        if time.time() - call.get("looked", 0) < self.settings["exit_code_timeout"] / 3:
            return
        call["looked"] = time.time()
        if self._run("check-alive", execution, call["jobId"]) == 0:
            call.pop("dead", None)
            return
        dead = call.setdefault("dead", time.time())
        if time.time() - dead < self.settings["exit_code_timeout"] and workflow["status"] != "Aborting":
            return
        with self.lock:
            if workflow["status"] == "Aborting":
                self.end(workflow, "Aborted")
            else:
                self._fail(workflow, "The job was aborted from outside Cromwell")

    def _fail(self, workflow, message):
        self.end(workflow, "Failed", [{"message": "Workflow failed", "causedBy": [{"message": message, "causedBy": []}]}])

    def _run(self, name, execution, identifier):
        path = f"{execution}/script.{name}"
        with open(path, "w") as file:
            file.write(self.configuration.command(name, {"job_id": identifier, "job_shell": "/bin/sh"}))
        return subprocess.run(
            ["/bin/bash", path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL,
            env=self._environment(), check=False).returncode

    def _environment(self):
        return {**os.environ, "PATH": self.programs + ":" + os.environ.get("PATH", "/usr/bin:/bin")}

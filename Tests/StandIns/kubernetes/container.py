"""One container: a command run by bubblewrap on a copy of the image's folder."""
import os
import re
import shutil
import signal
import subprocess
import threading
import time

from scheduler import amount
from store import now

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
GROUPS = "/sys/fs/cgroup/memory"


def expanded(text, variables):
    """$(NAME) is replaced where NAME is known, $$ is $:
    https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/"""
    result, at = [], 0
    while at < len(text):
        if text[at] == "$" and at + 1 < len(text):
            if text[at + 1] == "$":
                result.append("$")
                at += 2
                continue
            found = re.match(r"\$\(([^)]*)\)", text[at:])
            if found:
                result.append(variables.get(found.group(1), found.group(0)))
                at += len(found.group(0))
                continue
        result.append(text[at])
        at += 1
    return "".join(result)


class Container:
    def __init__(self, configuration, settings, pod, root):
        self.configuration, self.settings, self.pod, self.image = configuration, settings, pod, root
        self.uid = pod["metadata"]["uid"]
        self.spec = pod["spec"]["containers"][0]
        self.folder = configuration["folder"]
        self.root = f"{self.folder}/roots/{self.uid}"
        self.group = None
        self.ended = False
        self.exit_code, self.reason, self.started_at, self.finished_at = None, None, None, None
        self.process = None

    # What it is made of

    def environment(self):
        values = {"PATH": PATH, "HOSTNAME": self.pod["metadata"]["name"][:63], "KUBERNETES_SERVICE_HOST": "10.96.0.1", "KUBERNETES_SERVICE_PORT": "443"}
        for variable in self.spec.get("env") or []:
            values[variable["name"]] = expanded(variable.get("value", ""), values)
        values.setdefault("HOME", "/")
        return values

    def source(self, mount):
        volume = next(each for each in self.pod["spec"]["volumes"] if each["name"] == mount["name"])
        if "persistentVolumeClaim" in volume:
            base = os.path.realpath(f"{self.folder}/claims/{volume['persistentVolumeClaim']['claimName']}")
        elif "hostPath" in volume:
            base = volume["hostPath"]["path"]
            if volume["hostPath"].get("type") == "Directory" and not os.path.isdir(base):
                raise FileNotFoundError(base)
        else:
            return None
        path = os.path.join(base, mount.get("subPath") or "")
        # A kubelet makes what is missing, and never leaves the volume.
        os.makedirs(path, mode=0o750, exist_ok=True)
        if not (os.path.realpath(path) + "/").startswith(os.path.realpath(base) + "/"):
            raise PermissionError(path)
        return path

    def arguments(self, user, group):
        arguments = ["bwrap", "--die-with-parent", "--unshare-pid", "--unshare-ipc", "--unshare-net", "--as-pid-1", "--bind", self.root, "/", "--proc", "/proc", "--dev", "/dev"]
        if user is not None or group is not None:
            arguments = ["setpriv", f"--reuid={user or 0}", f"--regid={group or 0}", "--clear-groups", "--"] + arguments
            if user:
                arguments += ["--unshare-user", "--uid", str(user), "--gid", str(group or 0)]
        arguments += ["--cap-drop", "ALL"]
        for mount in self.spec.get("volumeMounts") or []:
            source = self.source(mount)
            if source is None:
                volume = next(each for each in self.pod["spec"]["volumes"] if each["name"] == mount["name"])
                limit = volume["emptyDir"].get("sizeLimit")
                arguments += (["--size", str(int(amount("memory", limit) * (1 << 20)))] if limit else []) + ["--tmpfs", mount["mountPath"]]
            else:
                arguments += ["--ro-bind" if mount.get("readOnly") else "--bind", source, mount["mountPath"]]
        return arguments + ["--chdir", self.spec.get("workingDir") or "/", "--"]

    def missing(self, program, search):
        """Why the runtime cannot start the program; None when it can."""
        if "/" in program:
            path, depth = program, 0
            while os.path.islink(self.root + path) and depth < 10:
                path, depth = os.path.normpath(os.path.join(os.path.dirname(path), os.readlink(self.root + path))), depth + 1
            if not os.path.exists(self.root + path):
                return f'exec: "{program}": stat {program}: no such file or directory'
            if os.path.isdir(self.root + path) or not os.access(self.root + path, os.X_OK):
                return f'exec: "{program}": permission denied'
            return None
        if any(os.path.lexists(f"{self.root}{folder}/{program}") for folder in search.split(":")):
            return None
        return f'exec: "{program}": executable file not found in $PATH'

    def start(self):
        """None, or why it cannot be started, as containerd says it."""
        shutil.copytree(self.image, self.root, symlinks=True)
        os.chmod(self.root, 0o755)
        for folder in ["/proc", "/dev", "/tmp"] + [each["mountPath"] for each in self.spec.get("volumeMounts") or []]:
            os.makedirs(self.root + folder, exist_ok=True)
        os.chmod(self.root + "/tmp", 0o1777)
        environment = self.environment()
        command = [expanded(each, environment) for each in (self.spec.get("command") or [])]
        problem = self.missing(command[0], environment["PATH"])
        if problem:
            shutil.rmtree(self.root, ignore_errors=True)
            return f"failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: {problem}: unknown"
        security = self.spec.get("securityContext") or {}
        arguments = self.arguments(security.get("runAsUser"), security.get("runAsGroup")) + command
        self.make_group()
        os.makedirs(f"{self.folder}/logs", exist_ok=True)
        with open(f"{self.folder}/logs/{self.uid}", "ab") as log:
            self.process = subprocess.Popen(
                arguments, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
                preexec_fn=self.enter_group)
        self.started_at = now()
        threading.Thread(target=self.wait, daemon=True).start()
        return None

    # Memory

    def make_group(self):
        limit = ((self.spec.get("resources") or {}).get("limits") or {}).get("memory")
        if not limit or not os.path.isdir(GROUPS):
            return
        group = f"{GROUPS}/{self.configuration['controlGroup']}/{self.uid}"
        os.makedirs(group, exist_ok=True)
        with open(group + "/memory.limit_in_bytes", "w") as file:
            file.write(str(int(amount("memory", limit) * (1 << 20))))
        self.group = group

    def enter_group(self):
        if self.group:
            with open(self.group + "/cgroup.procs", "w") as file:
                file.write(str(os.getpid()))

    def out_of_memory(self):
        if not self.group:
            return False
        with open(self.group + "/memory.oom_control") as file:
            kills = [line.split()[1] for line in file if line.startswith("oom_kill ")]
        return bool(kills) and kills[0] != "0"

    # How it ends

    def wait(self):
        code = self.process.wait()
        self.exit_code = 128 - code if code < 0 else code
        if self.out_of_memory():
            # containerd says so of a program that ended with it; the kernel's SIGKILL is 137.
            self.reason = "OOMKilled" if self.exit_code != 0 else "Completed"
        else:
            self.reason = "Completed" if self.exit_code == 0 else "Error"
        self.finished_at = now()
        shutil.rmtree(self.root, ignore_errors=True)
        if self.group:
            try:
                os.rmdir(self.group)
            except OSError:
                pass
        self.ended = True

    def inner(self):
        """The program itself, which is the child of bwrap."""
        try:
            with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children") as file:
                return [int(each) for each in file.read().split()]
        except OSError:
            return []

    def stop(self, grace):
        if getattr(self, "stopping", False):
            return
        self.stopping = True

        def end():
            for each in self.inner():
                try:
                    os.kill(each, signal.SIGTERM)
                except OSError:
                    pass
            deadline = time.monotonic() + grace
            while not self.ended and time.monotonic() < deadline:
                time.sleep(0.05)
            self.kill()
        threading.Thread(target=end, daemon=True).start()

    def kill(self):
        if not self.ended:
            for each in self.inner() + [self.process.pid]:
                try:
                    os.kill(each, signal.SIGKILL)
                except OSError:
                    pass

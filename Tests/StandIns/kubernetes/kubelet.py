"""The kubelet of the one node: pulls images, that is, finds their folders, runs containers, and tells what they do."""
import copy
import re
import time

from container import Container
from store import now

IMAGE = re.compile(r"^[a-z0-9][a-z0-9._:/@-]*[A-Za-z0-9._-]*$")


def ask_to_go(cluster, pod):
    """What the API server does with a DELETE of a pod."""
    if pod["metadata"].get("deletionTimestamp"):
        return
    pod = copy.deepcopy(pod)
    pod["metadata"]["deletionTimestamp"] = now()
    pod["metadata"]["deletionGracePeriodSeconds"] = pod["spec"].get("terminationGracePeriodSeconds", 30)
    cluster.put("pods", pod)


class Kubelet:
    def __init__(self, cluster, configuration):
        self.cluster = cluster
        self.configuration = configuration
        self.containers = {}
        # When an image was last tried, and how often.
        self.pulls = {}

    def look(self):
        present = set()
        for pod in self.cluster.all("pods"):
            pod = copy.deepcopy(pod)
            uid = pod["metadata"]["uid"]
            present.add(uid)
            if pod["metadata"].get("deletionTimestamp"):
                self.let_go(pod, uid)
            elif pod["spec"].get("nodeName") and pod["status"].get("phase") not in ("Succeeded", "Failed"):
                self.advance(pod, uid)
        # Removed by force, behind our back.
        for uid in [each for each in self.containers if each not in present]:
            self.containers.pop(uid).kill()

    def let_go(self, pod, uid):
        container = self.containers.get(uid)
        if container and not container.ended:
            grace = pod["metadata"].get("deletionGracePeriodSeconds", 30)
            container.stop(grace)
            return
        if pod["spec"].get("nodeName") and container and pod["status"].get("phase") not in ("Succeeded", "Failed"):
            self.tell_end(pod, container)
            if not self.cluster.put("pods", pod):
                return
        self.containers.pop(uid, None)
        # The Job controller sees the end of a pod before it is gone, by its finalizer.
        pod = self.cluster.copy("pods", pod["metadata"]["name"])
        if pod:
            self.cluster.delete("pods", pod["metadata"]["name"])

    def advance(self, pod, uid):
        container = self.containers.get(uid)
        if container:
            if container.ended:
                self.tell_end(pod, container)
            elif pod["status"].get("phase") != "Running":
                self.tell_running(pod, container)
        elif self.state(pod) and "running" in self.state(pod):
            # It ran under a kubelet that was killed: nobody knows how it ended.
            self.set_state(pod, {"terminated": {"exitCode": 137, "reason": "ContainerStatusUnknown", "message": "The container could not be located when the pod was terminated", "startedAt": None, "finishedAt": None}})
            pod["status"]["phase"] = "Failed"
        else:
            self.begin(pod, uid)
        self.cluster.put("pods", pod)

    def begin(self, pod, uid):
        pod["status"].setdefault("startTime", now())
        spec = pod["spec"]["containers"][0]
        image = spec["image"]
        name = image if ":" in image.rsplit("/", 1)[-1] else image + ":latest"
        if not IMAGE.match(image):
            return self.wait(pod, "InvalidImageName", f'Failed to apply default image tag "{image}": couldn\'t parse image name "{image}": invalid reference format')
        root = self.cluster.settings["images"].get(name)
        if root is None:
            return self.fail_to_pull(pod, uid, name)
        state = self.state(pod)
        if not state:
            # Seen by everybody before it begins.
            return self.wait(pod, "ContainerCreating", None)
        if spec.get("securityContext", {}).get("runAsNonRoot") and not spec["securityContext"].get("runAsUser"):
            return self.wait(pod, "CreateContainerConfigError", "container has runAsNonRoot and image will run as root")
        container = Container(self.configuration, self.cluster.settings, pod, root)
        problem = container.start()
        if problem:
            return self.set_over(pod, {"exitCode": 128, "reason": "StartError", "message": problem, "startedAt": "1970-01-01T00:00:00Z", "finishedAt": now()})
        self.containers[uid] = container
        self.tell_running(pod, container)

    def fail_to_pull(self, pod, uid, name):
        tried, count = self.pulls.get(uid, (0, 0))
        state = self.state(pod)
        if not state:
            return self.wait(pod, "ContainerCreating", None)
        if time.monotonic() - tried < self.cluster.settings["pullPause"] * 2 ** min(count, 5):
            if time.monotonic() - tried >= self.cluster.settings["pullPause"]:
                self.wait(pod, "ImagePullBackOff", f'Back-off pulling image "{name}"')
            return None
        self.pulls[uid] = (time.monotonic(), count + 1)
        return self.wait(pod, "ErrImagePull", f'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/{name}": failed to resolve reference "docker.io/{name}": docker.io/{name}: not found')

    # What is written into the pod

    def state(self, pod):
        statuses = pod["status"].get("containerStatuses")
        return statuses[0]["state"] if statuses else None

    def set_state(self, pod, state):
        spec = pod["spec"]["containers"][0]
        terminated = "terminated" in state
        pod["status"]["containerStatuses"] = [{
            "name": spec["name"], "image": spec["image"], "imageID": "", "ready": "running" in state,
            "started": "running" in state, "restartCount": 0, "lastState": {}, "state": state,
            **({"containerID": f"containerd://{pod['metadata']['uid']}"} if terminated or "running" in state else {}),
        }]
        conditions = [each for each in pod["status"].get("conditions") or [] if each["type"] == "PodScheduled"]
        for kind, status in (("Initialized", True), ("Ready", "running" in state), ("ContainersReady", "running" in state)):
            conditions.append({"type": kind, "status": "True" if status else "False", "lastProbeTime": None, "lastTransitionTime": now()})
        pod["status"]["conditions"] = conditions

    def wait(self, pod, reason, message):
        if (self.state(pod) or {}).get("waiting", {}).get("reason") != reason:
            self.set_state(pod, {"waiting": {"reason": reason, **({"message": message} if message else {})}})

    def tell_running(self, pod, container):
        self.set_state(pod, {"running": {"startedAt": container.started_at}})
        pod["status"]["phase"] = "Running"

    def tell_end(self, pod, container):
        self.set_over(pod, {
            "exitCode": container.exit_code, "reason": container.reason, "startedAt": container.started_at, "finishedAt": container.finished_at,
            "containerID": f"containerd://{pod['metadata']['uid']}"})

    def set_over(self, pod, terminated):
        self.set_state(pod, {"terminated": terminated})
        pod["status"]["phase"] = "Succeeded" if terminated["exitCode"] == 0 else "Failed"

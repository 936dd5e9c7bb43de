"""Objects with resourceVersions, and what happened to them."""
import copy
import json
import os
import threading
import time
import uuid

KINDS = {"jobs": ("batch/v1", "Job"), "pods": ("v1", "Pod"), "events": ("v1", "Event"), "namespaces": ("v1", "Namespace")}


def now():
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


class Conflict(Exception):
    pass


class Store:
    """Every change is a line of a file before anybody sees it, so that a killed server comes back as it was."""

    def __init__(self, path):
        self.lock = threading.Condition()
        self.version = 1000
        self.objects = {kind: {} for kind in KINDS}
        # (version, kind, type, object); watches before `forgotten` cannot be served.
        self.history = []
        self.forgotten = 0
        self.path = path
        if os.path.exists(path):
            with open(path) as file:
                for line in file:
                    try:
                        version, kind, change, item = json.loads(line)
                    except ValueError:
                        break  # the line in which the server was killed
                    self.version = version
                    self._apply(kind, change, item)
        self.forgotten = self.version
        self.file = open(path, "a")

    def _apply(self, kind, change, item):
        if change == "DELETED":
            self.objects[kind].pop(item["metadata"]["name"], None)
        else:
            self.objects[kind][item["metadata"]["name"]] = item

    def _note(self, kind, change, item):
        self.version += 1
        item["metadata"]["resourceVersion"] = str(self.version)
        self.file.write(json.dumps([self.version, kind, change, item]) + "\n")
        self.file.flush()
        self._apply(kind, change, item)
        self.history.append((self.version, kind, change, copy.deepcopy(item)))
        if len(self.history) > 20000:
            self.forgotten = self.history[10000][0]
            del self.history[:10000]
        self.lock.notify_all()

    def create(self, kind, item):
        with self.lock:
            metadata = item["metadata"]
            if metadata["name"] in self.objects[kind]:
                return None
            metadata["uid"] = str(uuid.uuid4())
            metadata["creationTimestamp"] = now()
            self._note(kind, "ADDED", item)
            return copy.deepcopy(item)

    def get(self, kind, name):
        with self.lock:
            return copy.deepcopy(self.objects[kind].get(name))

    def all(self, kind):
        with self.lock:
            items = [copy.deepcopy(each) for _, each in sorted(self.objects[kind].items())]
            return items, self.version

    def replace(self, kind, item):
        """Only if nobody has changed it since it was read."""
        with self.lock:
            current = self.objects[kind].get(item["metadata"]["name"])
            if current is None or current["metadata"]["uid"] != item["metadata"]["uid"]:
                raise KeyError(item["metadata"]["name"])
            if current["metadata"]["resourceVersion"] != item["metadata"].get("resourceVersion"):
                raise Conflict()
            if current != item:
                self._note(kind, "MODIFIED", copy.deepcopy(item))
            return copy.deepcopy(self.objects[kind][item["metadata"]["name"]])

    def delete(self, kind, name, uid=None):
        with self.lock:
            current = self.objects[kind].get(name)
            if current is None or (uid and current["metadata"]["uid"] != uid):
                return None
            item = copy.deepcopy(current)
            self._note(kind, "DELETED", item)
            return item

    def forget(self):
        """From now on nobody can watch from an earlier version on."""
        with self.lock:
            self.version += 1
            self.forgotten = self.version
            self.history.clear()
            self.lock.notify_all()

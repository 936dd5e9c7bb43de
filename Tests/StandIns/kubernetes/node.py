#!/usr/bin/env python3
"""The scheduler, the Job controller, the garbage collector and the kubelet of the stand-in's one node; see README.md."""
import copy
import http.client
import json
import random
import string
import sys
import time

import jobs
import kubelet
import scheduler


class Cluster:
    """What is known of the API server's objects, and how to change them."""

    def __init__(self, port, folder):
        self.port = port
        # A claim is a link to a folder, in `claims`.
        self.folder = folder
        self.version = 0
        self.objects = {"jobs": {}, "pods": {}, "events": {}, "namespaces": {}}
        self.settings = {}

    def ask(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, json.dumps(body) if body is not None else None)
            response = connection.getresponse()
            return response.status, json.loads(response.read())
        finally:
            connection.close()

    def refresh(self):
        """Waits for changes, for a second at the most."""
        _, self.settings = self.ask("GET", "/stand-in/settings")
        _, answer = self.ask("GET", f"/stand-in/changes?since={self.version}")
        if "all" in answer:
            self.objects = {kind: {each["metadata"]["name"]: each for each in items} for kind, items in answer["all"].items()}
        for kind, change, item in answer.get("changed", []):
            if change == "DELETED":
                self.objects[kind].pop(item["metadata"]["name"], None)
            else:
                self.objects[kind][item["metadata"]["name"]] = item
        self.version = answer["version"]

    def all(self, kind):
        return list(self.objects[kind].values())

    def create(self, kind, item):
        status, made = self.ask("POST", f"/stand-in/create/{kind}", item)
        if status == 201:
            self.objects[kind][made["metadata"]["name"]] = made
        return status == 201

    def put(self, kind, item):
        """False when somebody has changed it meanwhile: it is looked at again in the next round."""
        current = self.objects[kind].get(item["metadata"]["name"])
        if current == item:
            return True
        status, answer = self.ask("POST", f"/stand-in/put/{kind}", item)
        if status == 200:
            self.objects[kind][item["metadata"]["name"]] = answer
        return status == 200

    def delete(self, kind, name):
        self.ask("POST", f"/stand-in/delete/{kind}/{name}", {})
        self.objects[kind].pop(name, None)

    def copy(self, kind, name):
        item = self.objects[kind].get(name)
        return copy.deepcopy(item) if item else None

    @staticmethod
    def suffix():
        return "".join(random.choices(string.ascii_lowercase + string.digits, k=5))


def collect_garbage(cluster):
    """Pods whose Job is gone are asked to go: https://kubernetes.io/docs/concepts/architecture/garbage-collection/"""
    uids = {each["metadata"]["uid"] for each in cluster.all("jobs")}
    for pod in cluster.all("pods"):
        owners = pod["metadata"].get("ownerReferences") or []
        if owners and all(each["uid"] not in uids for each in owners):
            kubelet.ask_to_go(cluster, pod)


def main():
    with open(sys.argv[1]) as file:
        configuration = json.load(file)
    cluster = Cluster(configuration["controlPort"], configuration["folder"])
    node = kubelet.Kubelet(cluster, configuration)
    print("the node is up", flush=True)
    while True:
        try:
            cluster.refresh()
            jobs.control(cluster)
            collect_garbage(cluster)
            scheduler.schedule(cluster)
            node.look()
        except (OSError, http.client.HTTPException, ValueError):
            # The API server is away. What runs goes on; its end is told later.
            time.sleep(0.1)


if __name__ == "__main__":
    main()

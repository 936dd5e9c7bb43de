"""Gives pods to the one node, if it has what they ask for."""
import copy
import os

from store import now

UNITS = {"Ki": 1 / 1024, "Mi": 1, "Gi": 1024, "Ti": 1024 * 1024}


def amount(name, text):
    """Millicores, MiB, or a number."""
    text = str(text)
    if name == "cpu":
        return float(text[:-1]) if text.endswith("m") else float(text) * 1000
    if name == "memory":
        return float(text[:-2]) * UNITS[text[-2:]] if text[-2:] in UNITS else float(text) / (1 << 20)
    return float(text)


def asked(pod):
    """Without requests the limits are what is asked for."""
    limits = (pod["spec"]["containers"][0].get("resources") or {}).get("limits") or {}
    return {name: amount(name, text) for name, text in limits.items()}


def schedule(cluster):
    node = cluster.settings["node"]
    pods = cluster.all("pods")
    used = {}
    for pod in pods:
        if pod["spec"].get("nodeName") and pod["status"].get("phase") not in ("Succeeded", "Failed"):
            for name, value in asked(pod).items():
                used[name] = used.get(name, 0) + value
    for pod in pods:
        if pod["spec"].get("nodeName") or pod["metadata"].get("deletionTimestamp"):
            continue
        pod = copy.deepcopy(pod)
        refusal = why_not(cluster, pod, node, used)
        if refusal:
            set_scheduled(pod, "False", refusal)
        else:
            set_scheduled(pod, "True", "")
            pod["spec"]["nodeName"] = "stand-in"
            for name, value in asked(pod).items():
                used[name] = used.get(name, 0) + value
        cluster.put("pods", pod)


def why_not(cluster, pod, node, used):
    for volume in pod["spec"].get("volumes") or []:
        claim = (volume.get("persistentVolumeClaim") or {}).get("claimName")
        if claim and not os.path.isdir(f"{cluster.folder}/claims/{claim}"):
            return f'0/1 nodes are available: persistentvolumeclaim "{claim}" not found. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.'
    if any(node["labels"].get(key) != value for key, value in (pod["spec"].get("nodeSelector") or {}).items()):
        return "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling."
    short = [name for name, value in asked(pod).items() if used.get(name, 0) + value > node.get(name, 0)]
    if short:
        return f"0/1 nodes are available: {', '.join(f'1 Insufficient {name}' for name in sorted(short))}. preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod."
    return None


def set_scheduled(pod, status, message):
    conditions = [each for each in pod["status"].get("conditions") or [] if each["type"] != "PodScheduled"]
    known = next((each for each in pod["status"].get("conditions") or [] if each["type"] == "PodScheduled"), None)
    if known and known["status"] == status and known.get("message", "") == message:
        return
    condition = {"type": "PodScheduled", "status": status, "lastProbeTime": None, "lastTransitionTime": now()}
    if message:
        condition.update(reason="Unschedulable", message=message)
    pod["status"]["conditions"] = conditions + [condition]

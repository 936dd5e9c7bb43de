"""The Job controller: https://kubernetes.io/docs/concepts/workloads/controllers/job/ as of 1.31."""
import calendar
import copy
import time

import kubelet
from store import now


def seconds(text):
    return calendar.timegm(time.strptime(text, "%Y-%m-%dT%H:%M:%SZ"))


def holds(item, kind):
    return any(each["type"] == kind and each["status"] == "True" for each in item["status"].get("conditions") or [])


def set_condition(item, kind, status, reason, message):
    conditions = item["status"].setdefault("conditions", [])
    for each in conditions:
        if each["type"] == kind:
            if each["status"] == status:
                return
            break
    else:
        each = {"type": kind}
        conditions.append(each)
    each.update(status=status, reason=reason, message=message, lastProbeTime=now(), lastTransitionTime=now())


def is_over(pod):
    return pod.get("status", {}).get("phase") in ("Succeeded", "Failed")


def pods_of(cluster, job):
    uid = job["metadata"]["uid"]
    return [each for each in cluster.all("pods") if any(owner["uid"] == uid for owner in each["metadata"].get("ownerReferences") or [])]


def control(cluster):
    for job in cluster.all("jobs"):
        job = copy.deepcopy(job)
        if holds(job, "Complete") or holds(job, "Failed"):
            remove_when_old(cluster, job)
        else:
            sync(cluster, job)


def remove_when_old(cluster, job):
    """https://kubernetes.io/docs/concepts/workloads/controllers/ttlafterfinished/"""
    time_to_live = job["spec"].get("ttlSecondsAfterFinished")
    ends = [each["lastTransitionTime"] for each in job["status"]["conditions"] if each["type"] in ("Complete", "Failed")]
    if time_to_live is not None and time.time() >= seconds(ends[0]) + time_to_live:
        cluster.delete("jobs", job["metadata"]["name"])


def sync(cluster, job):
    spec, status = job["spec"], job["status"]
    pods = pods_of(cluster, job)
    active = [each for each in pods if not is_over(each) and not each["metadata"].get("deletionTimestamp")]
    terminating = [each for each in pods if not is_over(each) and each["metadata"].get("deletionTimestamp")]
    succeeded = [each for each in pods if each.get("status", {}).get("phase") == "Succeeded"]
    # Deleted pods count as failed: https://github.com/kubernetes/enhancements/tree/master/keps/sig-apps/3939-allow-replacement-when-fully-terminated
    failed = [each for each in pods if each.get("status", {}).get("phase") == "Failed"] + (terminating if not spec["suspend"] else [])
    finishing = holds(job, "FailureTarget") or holds(job, "SuccessCriteriaMet")
    if spec["suspend"] and not finishing:
        status.pop("startTime", None)
        set_condition(job, "Suspended", "True", "JobSuspended", "Job suspended")
        for pod in active:
            kubelet.ask_to_go(cluster, pod)
        active = []
    elif not finishing:
        if any(each["type"] == "Suspended" for each in status.get("conditions") or []):
            set_condition(job, "Suspended", "False", "JobResumed", "Job resumed")
        status.setdefault("startTime", now())
        deadline = spec.get("activeDeadlineSeconds")
        if len(failed) > spec["backoffLimit"]:
            set_condition(job, "FailureTarget", "True", "BackoffLimitExceeded", "Job has reached the specified backoff limit")
        elif deadline is not None and time.time() >= seconds(status["startTime"]) + deadline:
            set_condition(job, "FailureTarget", "True", "DeadlineExceeded", "Job was active longer than specified deadline")
        elif len(succeeded) >= spec["completions"]:
            set_condition(job, "SuccessCriteriaMet", "True", "CompletionsReached", "Reached expected number of succeeded pods")
        else:
            wanted = min(spec["parallelism"], spec["completions"] - len(succeeded)) - len(active)
            for _ in range(wanted):
                pod = make_pod(cluster, job)
                if not pod:
                    break
                active.append(pod)
    # The final condition comes only when every pod has ended: since 1.31.
    for kind, end in (("FailureTarget", "Failed"), ("SuccessCriteriaMet", "Complete")):
        target = next((each for each in status.get("conditions") or [] if each["type"] == kind and each["status"] == "True"), None)
        if not target:
            continue
        for pod in active:
            kubelet.ask_to_go(cluster, pod)
        if not active and not terminating:
            set_condition(job, end, "True", target["reason"], target["message"])
            if end == "Complete":
                status["completionTime"] = now()
    for name, value in (("active", len(active)), ("succeeded", len(succeeded)), ("failed", len(failed)), ("terminating", len(terminating))):
        if value:
            status[name] = value
        else:
            status.pop(name, None)
    status["ready"] = len([each for each in active if each.get("status", {}).get("phase") == "Running"])
    status["uncountedTerminatedPods"] = {}
    cluster.put("jobs", job)


def make_pod(cluster, job):
    name = job["metadata"]["name"]
    pod_name = f"{name[:58 - 1]}-{cluster.suffix()}"
    quota = cluster.settings.get("podQuota")
    if quota is not None:
        used = len([each for each in cluster.all("pods") if not is_over(each)])
        if used >= quota:
            note_failure(cluster, job, f'Error creating: pods "{pod_name}" is forbidden: exceeded quota: stand-in, requested: pods=1, used: pods={used}, limited: pods={quota}')
            return None
    template = copy.deepcopy(job["spec"]["template"])
    pod = {
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {**(template.get("metadata") or {}), "name": pod_name, "namespace": job["metadata"]["namespace"],
                     "ownerReferences": [{"apiVersion": "batch/v1", "kind": "Job", "name": name, "uid": job["metadata"]["uid"], "controller": True, "blockOwnerDeletion": True}]},
        "spec": template["spec"],
        "status": {"phase": "Pending"},
    }
    return pod if cluster.create("pods", pod) else None


def note_failure(cluster, job, message):
    name = f"{job['metadata']['name']}.failed"
    event = {
        "apiVersion": "v1", "kind": "Event", "metadata": {"name": name, "namespace": job["metadata"]["namespace"]},
        "involvedObject": {"apiVersion": "batch/v1", "kind": "Job", "name": job["metadata"]["name"], "uid": job["metadata"]["uid"], "namespace": job["metadata"]["namespace"]},
        "reason": "FailedCreate", "type": "Warning", "message": message, "firstTimestamp": now(), "lastTimestamp": now(),
        "source": {"component": "job-controller"}, "count": 1,
    }
    if name not in cluster.objects["events"]:
        cluster.create("events", event)

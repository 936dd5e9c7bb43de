"""What an API server refuses beyond what the schema says, as far as the objects here can be wrong in it."""
import re

LABEL = re.compile(r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$")
SUBDOMAIN = re.compile(r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$")
QUALIFIED = re.compile(r"^([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9]$")
VARIABLE = re.compile(r"^[-._a-zA-Z][-._a-zA-Z0-9]*$")
QUANTITY = re.compile(r"^[0-9]+(\.[0-9]+)?(m|k|M|G|T|Ki|Mi|Gi|Ti|Pi)?$")
# https://kubernetes.io/docs/concepts/security/pod-security-standards/ is no part of this.


def _key(key):
    prefix, _, name = key.rpartition("/")
    return bool(QUALIFIED.match(name)) and (not prefix or bool(SUBDOMAIN.match(prefix)))


def _metadata(metadata, where):
    for key, value in (metadata.get("labels") or {}).items():
        if not _key(key) or not (value == "" or QUALIFIED.match(value)):
            yield f"{where}.labels: Invalid value: \"{value}\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.'"
    total = 0
    for key, value in (metadata.get("annotations") or {}).items():
        total += len(key) + len(value)
        if not _key(key):
            yield f"{where}.annotations: Invalid value: \"{key}\": name part must consist of alphanumeric characters, '-', '_' or '.'"
    if total > 256 << 10:
        yield f"{where}.annotations: Too long: must have at most 262144 bytes"


def _container(container, volumes):
    where = "spec.template.spec.containers[0]"
    if not LABEL.match(container["name"]):
        yield f"{where}.name: Invalid value: \"{container['name']}\": a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-'"
    if not container.get("image"):
        yield f"{where}.image: Required value"
    for index, variable in enumerate(container.get("env") or []):
        if not VARIABLE.match(variable["name"]):
            yield f"{where}.env[{index}].name: Invalid value: \"{variable['name']}\": a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit"
    for name, value in ((container.get("resources") or {}).get("limits") or {}).items():
        if not QUANTITY.match(str(value)):
            yield f"{where}.resources.limits[{name}]: Invalid value: \"{value}\""
    paths = set()
    for index, mount in enumerate(container.get("volumeMounts") or []):
        if mount["name"] not in volumes:
            yield f"{where}.volumeMounts[{index}].name: Not found: \"{mount['name']}\""
        if mount["mountPath"] in paths:
            yield f"{where}.volumeMounts[{index}].mountPath: Invalid value: \"{mount['mountPath']}\": must be unique"
        paths.add(mount["mountPath"])
        path = mount.get("subPath") or ""
        if path.startswith("/"):
            yield f"{where}.volumeMounts[{index}].subPath: Invalid value: \"{path}\": must be a relative path"
        if ".." in path.split("/"):
            yield f"{where}.volumeMounts[{index}].subPath: Invalid value: \"{path}\": must not contain '..'"


def job(item):
    """Every complaint about a Job that the schema lets pass."""
    metadata, spec = item["metadata"], item["spec"]
    name = metadata.get("name") or ""
    if not SUBDOMAIN.match(name):
        yield f"metadata.name: Invalid value: \"{name}\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character"
    if len(name) > 63:
        yield "spec.template.labels: Invalid value: must be no more than 63 characters"
    yield from _metadata(metadata, "metadata")
    template = spec["template"]
    yield from _metadata(template.get("metadata") or {}, "spec.template.metadata")
    pod = template["spec"]
    if pod.get("restartPolicy") not in ("Never", "OnFailure"):
        yield f"spec.template.spec.restartPolicy: Required value: valid values: \"OnFailure\", \"Never\""
    for field in ("backoffLimit", "ttlSecondsAfterFinished", "completions", "parallelism"):
        if (spec.get(field) or 0) < 0:
            yield f"spec.{field}: Invalid value: {spec[field]}: must be greater than or equal to 0"
    if "activeDeadlineSeconds" in spec and spec["activeDeadlineSeconds"] < 1:
        yield f"spec.activeDeadlineSeconds: Invalid value: {spec['activeDeadlineSeconds']}: must be greater than 0"
    if "selector" in spec:
        yield "spec.selector: Invalid value: `selector` will be auto-generated"
    volumes = set()
    for volume in pod.get("volumes") or []:
        volumes.add(volume["name"])
        if not LABEL.match(volume["name"]):
            yield f"spec.template.spec.volumes: Invalid value: \"{volume['name']}\""
        if len([each for each in volume if each != "name"]) != 1:
            yield "spec.template.spec.volumes[0]: Required value: must specify a volume type"
    if len(pod["containers"]) != 1:
        yield "spec.template.spec.containers: the stand-in runs one container"
    for container in pod["containers"]:
        yield from _container(container, volumes)

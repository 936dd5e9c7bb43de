#!/usr/bin/python3
"""Checks what can be checked of compose/ without an engine: that docker-compose accepts every file and combination,
that the programs know every variable that they are given, and that every file that is mounted exists.

    scripts/compose-check.py FOLDER_OF_THE_PROGRAMS

Needs Debian's docker-compose, which brings the YAML reader along."""

import os
import re
import subprocess
import sys
from pathlib import Path

import yaml

root = Path(__file__).resolve().parent.parent
folder = root / "compose"
stand_in = root / "Tests/StandIns/minichris/docker-compose.yml"
main = folder / "docker-compose.yml"
combinations = [
    [main],
    [main, folder / "auth.yml"],
    [main, folder / "swarm.yml"],
    [main, folder / "cluster.yml"],
    [main, folder / "cluster.yml", folder / "swarm.yml"],
    [stand_in, folder / "minichris.override.yml"],
]
# What the stack of another project gives its pman, and this one's gateway does not read.
not_ours = {"CONTAINER_USER", "ENABLE_HOME_WORKAROUND", "JOB_LABELS"}


def known_variables(program: Path) -> set[str]:
    text = subprocess.run([program, "--help"], check=True, capture_output=True, text=True).stdout
    return set(re.findall(r"^  ([A-Z][A-Z0-9_]+)  ", text, re.MULTILINE))


def config(files: list[Path]) -> dict:
    arguments = [argument for file in files for argument in ("-f", str(file))]
    # Only what the files say, not what this shell happens to have set.
    environment = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "PMAN_AUTH_FILE": "/somewhere/auth"}
    done = subprocess.run(
        ["docker-compose", *arguments, "config"], capture_output=True, text=True, cwd="/", env=environment)
    if done.returncode != 0:
        raise SystemExit(f"error: docker-compose does not accept {' + '.join(f.name for f in files)}:\n{done.stderr}")
    return yaml.safe_load(done.stdout)


def complaints(name: str, services: dict, known: dict[str, set[str]]) -> list[str]:
    found = []
    for service_name, service in services.items():
        where = f"{name}: {service_name}"
        image = service.get("image", "")
        for program, variables in known.items():
            if program not in image:
                continue
            for variable in service.get("environment", {}):
                if variable not in variables and not (program == "pman-gateway" and variable in not_ours):
                    found.append(f"{where} sets {variable}, which {program} does not know")
            for key, wanted in {"cap_drop": ["ALL"], "read_only": True}.items():
                if service_name != "pman" and service.get(key) != wanted:
                    found.append(f"{where} has no {key}: {wanted}")
        for volume in service.get("volumes", []):
            source = volume.split(":")[0] if isinstance(volume, str) else volume.get("source", "")
            if source.startswith(str(folder)) and not Path(source).exists():
                found.append(f"{where} mounts {source}, which does not exist")
    return found


def main_program() -> None:
    programs = Path(sys.argv[1])
    known = {name: known_variables(programs / name) for name in ("pman-gateway", "pman-worker")}
    found = []
    for files in combinations:
        services = config(files)["services"]
        found += complaints(" + ".join(file.name for file in files), services, known)
    stages = re.findall(r"^FROM .* AS (\S+)$", (folder / "Dockerfile").read_text(), re.MULTILINE)
    for service in config([main])["services"].values():
        target = service.get("build", {}).get("target")
        if target is not None and target not in stages:
            found.append(f"the Dockerfile has no stage {target}")
    if found:
        raise SystemExit("error: " + "\n       ".join(found))
    print(f"{len(combinations)} combinations of the files in compose/ are good")


main_program()

#!/usr/bin/env python3
"""Takes away what a run leaves in its folder: remains.py FOLDER

Processes that carry PMAN_RUN_DIR=FOLDER or are servers whose command line names the folder, and all that they started;
mounts below it; the control groups that files named `control-group` in it name; the folder. The folder's name is
random, so nothing of anybody else is touched. Prints what it had to kill. Exit status 1 when something stays.
"""
import os
import signal
import shutil
import subprocess
import sys
import time

SERVERS = {"containerd", "containerd-shim", "containerd-shim-runc-v2", "dockerd", "podman", "conmon", "runc", "beam.smp",
           "epmd", "erl_child_setup", "slirp4netns", "fuse-overlayfs", "rootlessport", "setpriv", "bwrap",
           "munged", "slurmctld", "slurmd", "slurmrestd"}


def read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""


def processes():
    """Every process: id -> (parent, command name, is a zombie)."""
    found = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            head, _, tail = read(f"/proc/{name}/stat").rpartition(b") ")
            fields = tail.split()
            if len(fields) > 1:
                found[int(name)] = (int(fields[1]), fields[0] == b"Z")
    return found


def control_groups(folder):
    """The control groups of the folder's engines, in every hierarchy, the deepest first."""
    names = []
    for top, folders, files in os.walk(folder):
        if "control-group" in files:
            names.append(read(os.path.join(top, "control-group")).decode().strip())
        if os.path.basename(top) == "overlay-containers":
            # Podman's, one for each container.
            names += [f"libpod_parent/libpod-{each}" for each in folders if len(each) == 64]
        folders[:] = [each for each in folders if each not in ("merged", "diff", "overlay2", "snapshots", "content")]
    root = "/sys/fs/cgroup"
    tops = [root] + [os.path.join(root, each) for each in os.listdir(root)] if os.path.isdir(root) else []
    found = []
    for top in tops:
        for name in names:
            path = os.path.join(top, name)
            if name and ".." not in name and os.path.isdir(path):
                found += [each for each, _, _ in os.walk(path)]
    return sorted(set(found), key=len, reverse=True)


def remove_shim_sockets(folder):
    """containerd's helpers listen in /run/containerd/s whatever their containerd is told; each says where exactly."""
    for top, folders, files in os.walk(folder):
        folders[:] = [each for each in folders if each not in ("rootfs", "merged", "diff", "overlay2", "snapshots", "content")]
        if "address" in files:
            address = read(os.path.join(top, "address")).decode(errors="replace").removeprefix("unix://")
            if address.startswith("/run/containerd/s/") and os.path.exists(address):
                os.unlink(address)


def belonging(folder, groups):
    everything = processes()
    ours = set()
    for group in groups:
        ours.update(int(each) for each in read(os.path.join(group, "cgroup.procs")).split())
    marker, inside = f"PMAN_RUN_DIR={folder}".encode(), (folder + "/").encode()
    # Slurm's keepers of running jobs name the folder in their environment only.
    slurm = b"SLURM_CONF=" + inside
    for each in everything:
        command = read(f"/proc/{each}/cmdline")
        program = os.path.basename(command.split(b"\0")[0]).decode(errors="replace")
        environment = read(f"/proc/{each}/environ").split(b"\0")
        if marker in environment or any(entry.startswith(slurm) for entry in environment) \
                or (program in SERVERS and inside in command):
            ours.add(each)
    grown = True
    while grown:
        more = {each for each, (parent, _) in everything.items() if parent in ours} - ours
        ours |= more
        grown = bool(more)
    # Neither this process nor those that wait for it.
    each = os.getpid()
    while each in everything:
        ours.discard(each)
        each = everything[each][0]
    return {each for each in ours if each in everything and not everything[each][1]}


def main():
    folder = os.path.realpath(sys.argv[1])
    if folder.count("/") < 2 or not os.path.isdir(folder):
        return 0
    groups = control_groups(folder)
    end = time.monotonic() + 20
    while time.monotonic() < end:
        left = belonging(folder, groups)
        if not left:
            break
        for group in groups:
            # What is paused does not die before it is thawed.
            if os.path.exists(os.path.join(group, "freezer.state")):
                try:
                    with open(os.path.join(group, "freezer.state"), "w") as file: file.write("THAWED")
                except OSError:
                    pass
        for each in left:
            try:
                os.kill(each, signal.SIGKILL)
            except ProcessLookupError:
                pass
        time.sleep(0.05)
    remove_shim_sockets(folder)
    mounts = [line.split()[1].decode() for line in read("/proc/self/mounts").splitlines()]
    for mount in sorted((each for each in mounts if each.startswith(folder + "/")), key=len, reverse=True):
        subprocess.run(["umount", "-l", mount], check=False)
    for _ in range(40):
        groups = [each for each in groups if os.path.isdir(each)]
        for group in groups:
            try:
                os.rmdir(group)
            except OSError:
                pass
        if not any(os.path.isdir(each) for each in groups):
            break
        time.sleep(0.05)
    shutil.rmtree(folder, ignore_errors=True)
    left = [f"process {each}" for each in belonging(folder, groups)] + [each for each in groups if os.path.isdir(each)]
    if os.path.exists(folder):
        left.append(folder)
    if left:
        print("could not take away: " + ", ".join(left), file=sys.stderr)
    return 1 if left else 0


sys.exit(main())

"""Ask the warm process for a kernel that is what a new process started by this one would be."""

from __future__ import annotations

import json
import os
import resource
import select
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from helpers.warm import shared
from helpers.warm.client import Child, Warm
from helpers.warm.kernel import TASK
from helpers.warm.messages import NotServed

PORTS_SECONDS = 60.0
UNDERSTOOD = {"cwd", "env", "stdin", "stdout", "stderr", "extra_arguments", "kernel_id"}
LAUNCHER = [sys.executable, "-m", "ipykernel_launcher"]
LIMITS = [getattr(resource, name) for name in dir(resource) if name.startswith("RLIMIT_")]


def start_kernel(cmd: Sequence[str], popen: Mapping[str, Any], *, own_ports: bool) -> tuple[Child, dict[str, int]]:
    """Have a kernel made and wait until it can be reached.

    Parameters
    ----------
    cmd
        The command that would start it.
    popen
        What else would be given to ``subprocess.Popen``.
    own_ports
        Whether the kernel chooses its ports; else it takes those of its connection file.

    Returns
    -------
    Child, dict
        The process, and its ports by their names.

    Raises
    ------
    NotServed
        If there is no warm process, or it cannot do what is asked, or the kernel came to nothing.
    """
    environment = dict(popen.get("env") or os.environ) | {"JPY_PARENT_PID": str(os.getpid())}
    folder = Path.cwd() / (popen.get("cwd") or "")
    _check_can_be_asked(cmd, popen, environment, folder)
    options = {"argv": list(cmd), "client": os.getpid(), "own_ports": own_ports, **_inherited()}
    warm = Warm(address=str(shared.address()))
    hears, tells = os.pipe()
    with os.fdopen(hears, "rb") as hearing:
        with os.fdopen(tells, "wb") as telling, Path(os.devnull).open("rb") as nothing:
            streams = _streams(popen, nothing.fileno())
            files = [*streams, telling.fileno()]
            child = warm.fork(TASK, options, files=files, cwd=str(folder), env=environment)
        return child, _ports(hearing.fileno(), child)


def _check_can_be_asked(
    cmd: Sequence[str], popen: Mapping[str, Any], environment: dict[str, str], folder: Path
) -> None:
    other = {name for name, value in popen.items() if value is not None} - UNDERSTOOD
    if list(cmd[:3]) != LAUNCHER or other:
        raise NotServed(f"a kernel started with {' '.join(cmd[:3])} {' '.join(other)} needs a process of its own")
    if shared.settled_environment(environment) != shared.settled_environment(os.environ):
        raise NotServed("the kernel is to have another environment than this process")
    if (folder / "matplotlibrc").exists():
        raise NotServed("a file in the kernel's folder sets matplotlib up")


def _inherited() -> dict[str, Any]:
    """What a process takes over from the one that starts it, besides its environment and files."""
    status = Path("/proc/self/status").read_text("utf-8").splitlines()
    umask = next((line.split()[1] for line in status if line.startswith("Umask:")), "0022")
    return {
        "umask": int(umask, 8),
        "affinity": sorted(os.sched_getaffinity(0)),
        "limits": [[number, list(resource.getrlimit(number))] for number in LIMITS],
    }


def _streams(popen: Mapping[str, Any], nothing: int) -> list[int]:
    """Return the open files that are to be the kernel's input, output and error: no input, else this process's own."""
    usual = {"stdin": nothing, "stdout": 1, "stderr": 2}
    chosen = [usual[name] if popen.get(name) is None else popen[name] for name in usual]
    if any(stream in (subprocess.PIPE, subprocess.STDOUT) for stream in chosen):
        raise NotServed("pipes to a kernel need a process of one's own")
    chosen = [nothing if stream == subprocess.DEVNULL else stream for stream in chosen]
    return [stream if isinstance(stream, int) else stream.fileno() for stream in chosen]


def _ports(hears: int, child: Child) -> dict[str, int]:
    """Wait for what the kernel says when it is bound; it says nothing where it came to nothing."""
    told, until = b"", time.monotonic() + PORTS_SECONDS
    while select.select([hears], [], [], max(0.0, until - time.monotonic()))[0]:
        part = os.read(hears, 4096)
        if not part:
            break
        told += part
    try:
        return json.loads(told)
    except ValueError:
        child.end()
        raise NotServed("the kernel came to nothing") from None

"""The warm process that all kernels of a user share: where it listens, and how it is started.

There is one for each user, interpreter, state of the installed packages and everything else that a process takes
over from the one that started it and cannot change afterwards. So a kernel from it is what a new process would be.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from helpers.warm import files, messages
from helpers.warm.client import ONE_THREAD, Warm, can_fork
from helpers.warm.messages import NotServed

MINUTES, KERNELS = "CARE_ATLAS_WARM_MINUTES", "CARE_ATLAS_WARM_KERNELS"
SETTLED_AT_START = (
    "PYTHON",
    "LD_",
    "MALLOC_",
    "GLIBC_",
    "LC_",
    "MPLCONFIG",
    "MATPLOTLIB",
    "XDG_C",
    "JUPYTER_PLATFORM",
)
SETTLED_AT_START_TOO = ("LANG", "LANGUAGE", "TZ", "HOME", "TMPDIR", MINUTES, KERNELS)
NEVER_SERVES_SECONDS = 3600.0


def warm_process() -> Warm | None:
    """Return a way to the warm process of this user, which is started if there is none; None where none can be had."""
    try:
        return Warm(address=str(address()))
    except (NotServed, OSError):
        return None


def stop() -> None:
    """End the warm process that kernels started here would come from, and its kernels; nothing where there is none."""
    with contextlib.suppress(NotServed, OSError):
        at = private_folder() / f"{files.digest(_surroundings())}.sock"
        if _listens(at):
            Warm(address=str(at)).fork(f"{__name__}:end_parent", {}).wait(10)


def end_parent(_options: dict, _files: list[int]) -> None:
    """In a child: tell the warm process to end."""
    os.kill(os.getppid(), signal.SIGTERM)


def address() -> Path:
    """Return the socket on which this user's warm process listens; start the process if need be.

    It can be asked at once: a request waits until the libraries are loaded.

    Raises
    ------
    NotServed
        If there can be no warm process here, or one that was started lately refused to serve.
    """
    if not can_fork():
        raise NotServed("there is no safe fork on this system")
    folder = private_folder()
    at = folder / f"{files.digest(_surroundings())}.sock"
    if len(os.fsencode(at)) > 100:
        raise NotServed(f"the path is too long for a socket: {at}")
    if _listens(at):
        return at
    with _locked(folder / "lock"):
        if not _listens(at):
            check_served(at)
            _start(at)
    return at


def libraries() -> list[str]:
    """Return the modules that are loaded before the first fork."""
    lines = (files.ROOM / "libraries.txt").read_text("utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def private_folder() -> Path:
    """Return this user's own folder for sockets, which nobody else can enter.

    Raises
    ------
    NotServed
        If what is there belongs to somebody else, or is open to others.
    """
    given = os.environ.get("XDG_RUNTIME_DIR", "")
    base = Path(given) / "care-atlas" if given and Path(given).is_dir() else None
    folder = base or Path(tempfile.gettempdir()) / f"care-atlas-{os.getuid()}"
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid() or stat.S_IMODE(found.st_mode) & 0o077:
        raise NotServed(f"{folder} is not a folder of this user alone")
    return folder


def settled_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that a process reads once, at its start, so that kernels with others need another one."""
    return {
        name: value
        for name, value in sorted(environment.items())
        if name.startswith(SETTLED_AT_START) or name in SETTLED_AT_START_TOO
    }


def _surroundings() -> list[object]:
    """Everything that two kernels must have in common to come from one warm process."""
    return [
        sys.executable,
        files.made_of(),
        settled_environment(os.environ),
        os.getpriority(os.PRIO_PROCESS, 0),
        [str(Path("/proc/self/ns", name).readlink()) for name in ("mnt", "net", "pid", "user")],  # containers
        Path("/proc/self/cgroup").read_text("utf-8"),  # login sessions, limits of services
    ]


def _listens(at: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as asking:
        try:
            asking.connect(str(at))
        except OSError:
            return False
        return messages.is_same_user(asking)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def check_served(at: Path) -> None:
    refused = at.with_suffix(".refused")
    with contextlib.suppress(OSError):
        if time.time() - refused.stat().st_mtime < NEVER_SERVES_SECONDS:
            raise NotServed(refused.read_text("utf-8"))
        refused.unlink()


def _start(at: Path) -> None:
    """Start a warm process that listens there; those that ended are cleared away."""
    for socket_file in at.parent.glob("*.sock"):
        if not _listens(socket_file):
            socket_file.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(at))
        at.chmod(0o600)
        listener.listen(64)
        settings = {
            "modules": libraries(),
            "listen": listener.fileno(),
            "workers": int(os.environ.get(KERNELS, "2")),
            "idle_seconds": 60 * float(os.environ.get(MINUTES, "15")),
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "helpers.warm.pool", json.dumps(settings), str(at)],
            env={**_plain_environment(), **ONE_THREAD},
            cwd="/",
            pass_fds=[listener.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        process.returncode = 0  # it outlives this process, which is not to wait for it


def _plain_environment() -> dict[str, str]:
    """What the warm process itself is given: nothing that is one client's alone."""
    kept = ("PATH", "USER", "LOGNAME", "SHELL", "XDG_RUNTIME_DIR")
    return settled_environment(os.environ) | {name: os.environ[name] for name in kept if name in os.environ}


if __name__ == "__main__":  # loads the libraries while its caller does something else
    warm_process()

"""The first moments of a child of the warm process: what it must not share with its siblings, and then its task."""

from __future__ import annotations

import contextlib
import ctypes
import os
import random
import signal
import sys
import traceback
from importlib import import_module
from typing import Any

PARENT_DEATH_SIGNAL, CHILD_SUBREAPER = 1, 36
REQUESTS = "CARE_ATLAS_WARM_FD"
FAILED_TO_BEGIN, RAISED = 70, 1


def be_child(request: dict[str, Any], files: list[int], *, parent: int, requests: int | None) -> None:
    """Run a request's task in this process, which was made for it, and end.

    Parameters
    ----------
    request
        ``task`` (``module:function``, called with ``options`` and ``files``), ``options``, and if wanted ``cwd``,
        ``env`` (the whole environment), ``memory_bytes`` (allowed on top of what the process has at its start),
        ``may_fork`` (whether it may ask the warm process for children of its own).
    files
        The open files that came with the request.
    parent
        The warm process; the child ends with it.
    requests
        The file by which children are asked for.
    """
    status = FAILED_TO_BEGIN
    try:
        _end_with(parent)
        _set_surroundings(request, requests)
        module, _, function = request["task"].partition(":")
        task = getattr(import_module(module), function)
        status = RAISED
        status = int(task(request.get("options", {}), files) or 0)
    except SystemExit as error:
        status = error.code if isinstance(error.code, int) else int(error.code is not None)
    except BaseException:
        with contextlib.suppress(Exception):
            traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status & 0xFF)


def new_session() -> None:
    """Leave the session of the warm process, so that this child and all that it starts can be ended together."""
    with contextlib.suppress(OSError):
        os.setsid()
    for name in (signal.SIGTERM, signal.SIGCHLD, signal.SIGHUP):
        signal.signal(name, signal.SIG_DFL)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)  # as in every Python: a pipe that closed is an exception
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.set_wakeup_fd(-1)


def adopt_orphans() -> None:
    """Ask Linux to give this process whatever its children leave behind, so that it can be ended, too."""
    if sys.platform.startswith("linux"):
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(CHILD_SUBREAPER, 1, 0, 0, 0)


def end_with_parent(number: int = signal.SIGKILL) -> None:
    """Ask Linux to end this process with the one that made it, or no longer to (0).

    Elsewhere the closing of its files has to do.
    """
    if sys.platform.startswith("linux"):
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, int(number), 0, 0, 0)


def _end_with(parent: int) -> None:
    end_with_parent()
    if os.getppid() != parent:  # it ended before the system was asked
        os._exit(FAILED_TO_BEGIN)


def _set_surroundings(request: dict[str, Any], requests: int | None) -> None:
    if "env" in request:
        os.environ.clear()
        os.environ.update(request["env"])
    if requests is not None and request.get("may_fork"):
        os.environ[REQUESTS] = str(requests)
    else:
        os.environ.pop(REQUESTS, None)
        if requests is not None:
            os.close(requests)
    if "cwd" in request:
        os.chdir(request["cwd"])
    if "memory_bytes" in request:
        _limit_memory(request["memory_bytes"])
    _reseed()


def _reseed() -> None:
    """No two children draw the same random numbers; numpy's old generator would, since it was seeded before."""
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()


def _limit_memory(more_bytes: int) -> None:
    """Allow so many bytes on top of what there is; a cell that wants more gets a MemoryError."""
    try:
        import resource

        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 (pathlib may not be loaded)
            pages = int(file.read().split()[0])
    except (ImportError, OSError):
        return
    limit = pages * resource.getpagesize() + more_bytes
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))

"""The child process in which one file is read: it takes a request from a folder and leaves its answer there.

Started by :mod:`helpers.ingest.isolation` and by nothing else. The limits on memory and time are set before any code
that reads files is imported. Nothing slow is imported here (no pandas, no numpy), and tasks should not either.
"""

from __future__ import annotations

import contextlib
import gc
import json
import math
import os
import re
import signal
import sys
import traceback
from importlib import import_module

TASK = re.compile(r"[a-z_][a-z0-9_]*:[a-z][a-z0-9_]*\Z")
PARENT_DEATH_SIGNAL = 1
ANSWER_BYTES = 500_000_000
RESERVE_BYTES = 4_000_000


def main(folder: str) -> None:
    """Run the task in ``request.json`` of a folder and write ``answer.json`` beside it."""
    with open(f"{folder}/request.json", encoding="utf-8") as file:  # noqa: PTH123 (pathlib is slow to import)
        request = json.load(file)
    sys.stdout = sys.stderr
    die_with_parent(request["parent"])
    set_limits(request["limits"]["memory_bytes"], request["limits"]["seconds"])
    gc.disable()  # the process is short and makes millions of cells: collecting takes a third of its time
    reserve = bytearray(RESERVE_BYTES)
    try:
        answer = {"state": "done", "result": run(request)}
    except MemoryError:
        del reserve
        answer = {"state": "memory"}
    except Exception:
        answer = {"state": "died", "trace": traceback.format_exc(limit=20)}
    write_answer(answer, f"{folder}/answer.json")


def run(request: dict) -> dict:
    """Run the task that a request names, ``module:function`` in the package of readers."""
    from helpers.ingest.books import Limits

    if not TASK.match(request["task"]):
        raise ValueError(f"not a task: {request['task']!r}")
    module, _, function = request["task"].partition(":")
    task = getattr(import_module(f"{request['package']}.{module}"), function)
    return task(os.fsdecode(bytes.fromhex(request["path"])), Limits(**request["limits"]), **request["options"])


def write_answer(answer: dict, path: str) -> None:
    """Write an answer as JSON, and its table beside it; one too large for the memory left becomes that finding."""
    try:
        table = answer.get("result", {}).pop("table", None)
        if table is not None:
            write_table(table, path)
        text = json.dumps(answer)
    except MemoryError:
        answer.clear()
        text = json.dumps({"state": "memory"})
    with open(path, "w", encoding="ascii") as file:  # noqa: PTH123
        file.write(text)
    sys.stderr.flush()
    os._exit(0)  # what is left need not be taken apart cell by cell


def write_table(table, path: str) -> None:
    """Write a table of Arrow beside the answer, where nothing but data can be."""
    import pyarrow as pa

    with pa.OSFile(path.replace("answer.json", "table.arrow"), "wb") as file, pa.ipc.new_file(file, table.schema) as to:
        to.write_table(table)


def set_limits(memory_bytes: int, seconds: float) -> None:
    """Limit the memory, the processor time and the size of written files, where the system can."""
    try:
        import resource
    except ImportError:
        return
    limits = {
        "RLIMIT_AS": (memory_bytes, memory_bytes),
        "RLIMIT_CPU": (math.ceil(seconds), math.ceil(seconds) + 1),
        "RLIMIT_FSIZE": (ANSWER_BYTES, ANSWER_BYTES),
        "RLIMIT_CORE": (0, 0),
    }
    for name, limit in limits.items():
        with contextlib.suppress(AttributeError, ValueError, OSError):
            resource.setrlimit(getattr(resource, name), limit)


def die_with_parent(parent: int) -> None:
    """Ask Linux to end this process when its parent ends; elsewhere the wall clock of the parent has to do."""
    if not sys.platform.startswith("linux"):
        return
    with contextlib.suppress(ImportError, OSError, AttributeError):
        import ctypes

        ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it ended before the request arrived
        os._exit(1)

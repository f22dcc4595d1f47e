"""Reading a file in a process of its own, so that a hostile one costs one finding and not the run.

Each file gets a fresh child process with a limit on memory, on processor time and on the clock. When the clock runs
out, the child's whole process group is ended; when this process dies, Linux ends the child. The answer is JSON in a
file that nobody else can read, with at most one table beside it (Arrow, every buffer checked): nothing that a broken
child writes can run here.

Measured with 100,000 rows of 13 columns: the JSON of column lists (:func:`columns`) is written and read in under 2 s,
half the time of one object a row.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import IO

from helpers.ingest import readings
from helpers.ingest.books import Limits, Refusal
from helpers.ingest.findings import Finding, Findings, as_written
from helpers.ingest.gate import read_bytes

PACKAGE = "helpers.ingest"
HOME = Path(__file__).parents[2]
START = """
import sys
sys.path[:0] = [path for path in [{home}] if path not in sys.path]
sys.path.extend(path for path in {paths} if path not in sys.path)
from helpers.ingest.child import main
main({folder})
"""
TABLE = "table.arrow"
FEW_THREADS = {"OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "1", "ARROW_DEFAULT_MEMORY_POOL": "system"}
KEPT_VARIABLES = ("PATH", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
SAID_BYTES = 4_000
ANSWER_ROOM = 1_000_000  # with less than this on the disk an answer may have been cut short
LOOK_SECONDS = 0.5
ENDED = getattr(os, "WEXITED", 0) | getattr(os, "WNOHANG", 0) | getattr(os, "WNOWAIT", 0)


def run_isolated(task: str, path: str | Path, *, limits: Limits = Limits(), **options: object) -> dict:  # noqa: B008
    """Run a task on a file in a child process and return its answer.

    Parameters
    ----------
    task
        ``module:function`` inside ``helpers.ingest``. The function is called with the path (str), the limits and the
        options, and returns a dictionary that JSON can carry, and in it, if it likes, a ``pyarrow.Table`` called
        ``table``. Its module should import neither pandas nor numpy.
    path
        The file. Its name and its size are checked here, before the child starts.
    limits
        ``memory_bytes`` and ``seconds`` bound the child.
    options
        Anything that JSON can carry.

    Returns
    -------
    dict
        What the task returned, with ``sha256`` and ``bytes`` of the file. Where it has no answer: ``findings`` with the
        one finding that says why (file-missing, file-unreadable, file-type, file-empty, file-too-large,
        file-reader-died, file-reader-memory or file-reader-timeout), and ``trace``, what the child said last.

    Notes
    -----
    Nothing is raised for what a file does to its child. Memory is limited on Linux only; the clock everywhere.
    """
    path = Path(path).absolute()
    findings = Findings(path.name)
    try:
        data = read_bytes(path, limits)
    except Refusal as refusal:
        refusal.note(findings)
        return {"sha256": "", "bytes": 0, **_refused(findings)}
    identity = {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}
    del data
    request = {
        "task": task,
        "package": PACKAGE,
        "path": os.fsencode(path).hex(),
        "limits": asdict(limits),
        "options": options,
        "parent": os.getpid(),
    }
    with tempfile.TemporaryDirectory(prefix="atlas-") as folder:
        answer = _ask_child(request, Path(folder), limits.seconds)
    if answer["state"] == "done":
        return {**identity, **answer["result"]}
    _note_end(answer, limits, findings)
    return {**identity, **_refused(findings), "trace": answer.get("trace", "")}


def found(result: dict, file: str = "") -> list[Finding]:
    """The findings that an answer carries, under the name that the file goes by here."""
    return [Finding(**(finding | ({"file": file} if file else {}))) for finding in result.get("findings", ())]


def columns(rows: Iterable[Sequence], names: Sequence[str]) -> dict[str, list]:
    """Rows of equal length as one list for each name: the shape in which a large table should cross processes."""
    lists: list[list] = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in names]
    return dict(zip(names, lists, strict=True))


def _ask_child(request: dict, folder: Path, seconds: float) -> dict:
    """Start a child on the request in a folder, and return the answer that it leaves there or how it ended."""
    (folder / "request.json").write_text(json.dumps(request), "utf-8")
    with (folder / "said.txt").open("wb") as said:
        code = _end_in_time(_start(said, folder), seconds)
    try:
        answer = json.loads((folder / "answer.json").read_bytes())
        if answer["state"] == "done" and (folder / TABLE).exists():
            answer["result"]["table"] = readings.checked_table((folder / TABLE).read_bytes())
        return answer
    except (OSError, ValueError):  # what Arrow finds wrong with a table is a ValueError too
        if shutil.disk_usage(folder).free < ANSWER_ROOM:  # the disk's fault and not the file's, so no finding about it
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from None
        trace = _last_said(folder / "said.txt")
        return {"state": _state(code, trace), "trace": trace, "code": code}


def _start(said: IO[bytes], folder: Path) -> subprocess.Popen:
    """Start a child; its standard output is a pipe on which it writes nothing and which closes when it ends."""
    paths = [entry for entry in sys.path if entry and Path(entry).is_absolute()]
    program = START.format(home=repr(str(HOME)), paths=paths, folder=repr(str(folder)))
    return subprocess.Popen(
        [sys.executable, "-I", "-X", "utf8", "-c", program],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=said,
        cwd=folder,
        env=FEW_THREADS | {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ},
        start_new_session=True,
    )


def _end_in_time(child: subprocess.Popen, seconds: float) -> int | None:
    """Wait for the end of a child, end its whole group, and return its exit status; None when the clock ran out."""
    ended = False
    try:
        ended = _wait_for_end(child, seconds)
    finally:
        _end_group(child)
    return child.returncode if ended else None


def _wait_for_end(child: subprocess.Popen, seconds: float) -> bool:
    """Wait without collecting the child, so that its number stays its own until its group is ended."""
    if os.name != "posix":
        with suppress(subprocess.TimeoutExpired):
            child.communicate(timeout=seconds)
        return child.returncode is not None
    deadline = time.monotonic() + seconds
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdout, selectors.EVENT_READ)
        while (rest := deadline - time.monotonic()) > 0:
            if selector.select(min(rest, LOOK_SECONDS)) or os.waitid(os.P_PID, child.pid, ENDED):
                return True
    return False


def _end_group(child: subprocess.Popen) -> None:
    with suppress(ProcessLookupError, PermissionError):
        if os.name == "posix":
            os.killpg(child.pid, signal.SIGKILL)
        else:
            child.kill()
    child.stdout.close()
    child.wait()


def _last_said(path: Path) -> str:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - SAID_BYTES))
        return file.read().decode("utf-8", "replace")


def _state(code: int | None, said: str) -> str:
    if code is None or (hasattr(signal, "SIGXCPU") and code == -signal.SIGXCPU):
        return "timeout"
    ran_out = code == -getattr(signal, "SIGKILL", 9) or "MemoryError" in said or "memory allocation" in said
    return "memory" if ran_out else "died"


def _note_end(answer: dict, limits: Limits, findings: Findings) -> None:
    megabytes = round(limits.memory_bytes / 1e6)
    if answer["state"] == "timeout":
        message = f"reading the file took longer than {limits.seconds:g} seconds and was stopped"
        findings.add("file-reader-timeout", expected=f"at most {limits.seconds:g} seconds", message=message)
    elif answer["state"] == "memory":
        message = f"reading the file took more than {megabytes:,} MB of memory and was stopped"
        findings.add("file-reader-memory", expected=f"at most {megabytes:,} MB", message=message)
    else:
        findings.add("file-reader-died", message=f"the reader of this file ended without an answer{_how(answer)}")


def _how(answer: dict) -> str:
    code = answer.get("code")
    if code is None:
        last = answer.get("trace", "").strip().rpartition("\n")[2]
        return f" ({as_written(last)})" if last else ""
    return f" (signal {-code})" if code < 0 else f" (exit status {code})"


def _refused(findings: Findings) -> dict:
    return {"findings": [finding.as_dict() for finding in findings]}

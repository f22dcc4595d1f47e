"""Publishing: one run at a time, a private folder for each run, and a report that is whole or not there."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import hashlib
import json
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

try:
    import fcntl
except ImportError:  # Windows has no flock; msvcrt locks a byte instead
    fcntl = None

LOCK = ".lock"
PRIVATE = ".run-"
OLD = ".old-"
STARTED, VERIFIED = ".started", ".verified"
HERE, EXCHANGE = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of Linux


class Locked(Exception):
    """Another run holds the output folder; the message names it."""


@contextlib.contextmanager
def lock(out: Path, run_id: str) -> Iterator[None]:
    """Hold the output folder for this run; the lock goes with the process, however it ends.

    Raises
    ------
    Locked
        Within a second, if another run holds it.
    OSError
        If the folder cannot be made or written to.
    """
    out.mkdir(parents=True, exist_ok=True)
    handle = os.open(out / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if not _take_soon(handle):
            holder = os.pread(handle, 200, 1).decode("utf-8", "replace") if hasattr(os, "pread") else ""
            raise Locked(f"Another run holds {out}: {holder.strip() or 'unknown'}")
        os.ftruncate(handle, 0)
        os.lseek(handle, 0, os.SEEK_SET)
        os.write(handle, f" run {run_id}, process {os.getpid()}".encode())
        yield
    finally:
        os.close(handle)


def _take_soon(handle: int) -> bool:
    """Take the lock, now or within half a second: who only looks at it (``atlas status``) holds it for an instant."""
    until = time.monotonic() + 0.5
    while not (taken := _take(handle)) and time.monotonic() < until:
        time.sleep(0.02)
    return taken


def _take(handle: int) -> bool:
    try:
        if fcntl:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    except OSError as error:
        if error.errno not in (errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK):
            raise  # a disk that knows no locks is not one that another run holds
        return False
    return True


def recover(out: Path) -> list[Path]:
    """Put right what an earlier run that was killed left behind: the last good report comes back, scraps go.

    Returns
    -------
    list of Path
        The folders of such runs, with the executed notebooks in them and nothing else: they may be whole.
    """
    for old in out.glob(f"{OLD}*"):
        target = out / old.name.removeprefix(OLD)
        if target.exists():
            _remove(old)
        else:
            old.rename(target)
    for part in out.glob(".*.part"):
        part.unlink(missing_ok=True)
    return [private for private in sorted(out.glob(f"{PRIVATE}*")) if _keep_notebooks(private)]


def _keep_notebooks(private: Path) -> bool:
    """Remove all but executed notebooks from the folder of a run that was killed; False where none are left."""
    for path in [*private.iterdir()] if private.is_dir() else []:
        if path.name == STARTED:
            continue
        if not (path / "notebooks").is_dir():
            _remove(path)
            continue
        for part in path.iterdir():
            if part.name not in ("notebooks", VERIFIED):
                _remove(part)
    if any(private.glob("*/notebooks/*.ipynb")):
        return True
    _remove(private)
    return False


def started(private: Path) -> int:
    """When the run of a private folder began, in nanoseconds; 0 where that is not known."""
    try:
        return int((private / STARTED).read_text("ascii"))
    except (OSError, ValueError):
        return 0


def sweep(out: Path) -> None:
    """Remove what runs leave behind while they work; for the end of a run that holds the lock."""
    for scrap in [*out.glob(f"{PRIVATE}*"), *out.glob(f"{OLD}*")]:
        _remove(scrap)


def _remove(path: Path) -> None:
    """Remove a folder or a file; one that cannot go stays until the next run tries again."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with contextlib.suppress(OSError):
            path.unlink()


def private_folder(out: Path, run_id: str) -> Path:
    """The folder of this run, on the same disk as the reports, so that publishing is a rename."""
    folder = out / f"{PRIVATE}{run_id}"
    folder.mkdir()
    (folder / STARTED).write_text(str(time.time_ns()), "ascii")
    return folder


def publish(built: Path, target: Path) -> None:
    """Put a finished report in the place of the last one.

    On Linux the two folders change places in one step, so a report is there at every moment. Elsewhere, and on disks
    that cannot do that, two renames do it; a run killed between them gives the old report back when the next starts
    (`recover`).
    """
    old = target.with_name(f"{OLD}{target.name}")
    if target.exists() and _exchange(built, target):
        _remove(built)
        return
    if target.exists():
        target.rename(old)
    built.rename(target)
    _remove(old)


def _exchange(one: Path, other: Path) -> bool:
    """Let two folders change places in one step; False where the system cannot."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):
        return False
    return rename(HERE, os.fsencode(one), HERE, os.fsencode(other), EXCHANGE) == 0


def write_text(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def write_json(path: Path, value: Any) -> None:
    """Write JSON whole or not at all."""
    write_text(path, json.dumps(value, ensure_ascii=False, indent=1) + "\n")


def read_json(path: Path) -> dict[str, Any]:
    """What a JSON file of ours holds; an empty table where it is missing or cut short."""
    try:
        value = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def sha256(path: Path) -> str:
    """The fingerprint of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

"""Whether a run holds the folder of the reports, asked by somebody who does not want to hold it."""

from __future__ import annotations

import os
from pathlib import Path

from helpers.batch import publish


def holder(out: Path) -> str:
    """Return what the run that holds the folder wrote about itself; "" where none does.

    The lock is shared for an instant, which a run that begins in this instant has to wait for (``publish.lock`` does).
    """
    try:
        handle = os.open(out / publish.LOCK, os.O_RDONLY if publish.fcntl else os.O_RDWR)
    except OSError:
        return ""
    try:
        return "" if _share(handle) else os.read(handle, 200)[1:].decode("utf-8", "replace").strip() or "unknown"
    except OSError:
        return "unknown"  # Windows lets nobody read the byte that is locked
    finally:
        os.close(handle)


def _share(handle: int) -> bool:
    if not publish.fcntl:
        return publish._take(handle)
    try:
        publish.fcntl.flock(handle, publish.fcntl.LOCK_SH | publish.fcntl.LOCK_NB)
    except OSError:
        return False
    return True

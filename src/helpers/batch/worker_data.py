"""The data of a run on a Dask worker: those that lie there already, a mirror of their address, or what the run sent."""

from __future__ import annotations

import io
import secrets
import threading
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from helpers.batch import alike
from helpers.reference import paths

Job = Mapping[str, Any]
_lock = threading.RLock()


def find(job: Job, scratch: Path) -> Path | None:
    """A folder on this machine with the very bytes of the run's data: the same path, our own, a copy; else None."""
    with _lock:
        kept = _kept(job, scratch)
        if kept.is_dir():
            return kept
        own = [paths.project() / "data"] if job["is_own_data"] else [Path(job["data"])]
        for folder in own:
            if folder.is_dir() and alike.content(folder) == job["content"]:
                return folder
        if job["address"]:
            return _fetched(job, scratch)
    return None


def _fetched(job: Job, scratch: Path) -> Path | None:
    """The data from the address that they have for all; None where they cannot be had, or are others by now."""
    from helpers.batch import mirrors

    part = scratch / "care-atlas-fetched"
    try:
        mirrors.mirror(job["address"], part)
        if alike.content(part) != job["content"]:
            return None
        part.rename(_kept(job, scratch))
    except OSError:
        return None
    return _kept(job, scratch)


def _kept(job: Job, scratch: Path) -> Path:
    return scratch / f"care-atlas-data-{job['content'][:32]}"


def keep(job: Job, archive: bytes, scratch: Path) -> None:
    """Keep what the run sent.

    Raises
    ------
    ValueError
        If it is not what the run had at its start.
    """
    kept = _kept(job, scratch)
    with _lock:
        if not kept.is_dir():
            part = kept.with_name(f"{kept.name}.{secrets.token_hex(4)}")
            zipfile.ZipFile(io.BytesIO(archive)).extractall(part)
            if alike.content(part) != job["content"]:
                raise ValueError("the data changed since the run began")
            part.rename(kept)


def packed(folder: Path) -> bytes:
    """The files of a folder as one archive, the hidden ones left out."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, path in sorted(alike.files(folder)):
            archive.write(path, name)
    return whole.getvalue()

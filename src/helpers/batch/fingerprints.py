"""Fingerprints of folders, of code and of libraries: names and bytes, never times.

Each file is read once; what it was like when it was read is remembered, so that a later change can be seen at once.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from helpers.ingest.listing import list_files

NO_CODE = ("__pycache__",)
Signature = tuple[int, int, int, int]


@dataclass(frozen=True)
class Entry:
    """One file of a part: what it is called there, where it lies, and what is to be said of one that is not read."""

    name: str
    path: Path
    fault: str = ""


@dataclass(frozen=True)
class Files:
    """The fingerprints of all files that were asked for, each made once."""

    _made: dict[Path, str] = field(default_factory=dict)
    _seen: dict[Path, Signature | None] = field(default_factory=dict)

    def digest(self, entries: Iterable[Entry]) -> str:
        """One fingerprint for the names and bytes of some files."""
        return digest([[entry.name, entry.fault or self.of(entry.path)] for entry in entries])

    def of(self, path: Path) -> str:
        """The fingerprint of one file's bytes; else why it has none."""
        if path not in self._made:
            self._seen[path] = signature(path)
            self._made[path] = _hashed(path)
        return self._made[path]

    def is_still(self, entries: Iterable[Entry]) -> bool:
        """Whether these files are those whose fingerprints were made, by their sizes and times."""
        return all(
            entry.fault or (entry.path in self._seen and self._seen[entry.path] == signature(entry.path))
            for entry in entries
        )


def digest(value: Any) -> str:
    """One fingerprint for anything that JSON can carry."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def signature(path: Path) -> Signature | None:
    """By what a changed file is told from the former one without reading it; None where there is none."""
    try:
        status = os.stat(path)  # noqa: PTH116 - for a thousand regions Path.stat costs twice as much
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def _hashed(path: Path) -> str:
    try:
        with path.open("rb", buffering=0) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        return f"not read: {error.strerror}"


def as_listed(folder: Path, name: str) -> list[Entry]:
    """The files of a folder that readers see (hidden files and a README are none), and what they say of others."""
    return [Entry(f"{name}/{one.name}", one.path, one.fault) for one in list_files(folder)]


def every(folder: Path, name: str) -> list[Entry]:
    """Every file below a folder, by name, but what Python keeps of its code, and hidden ones, which nothing reads."""
    found = []
    for above, folders, files in os.walk(folder):
        folders[:] = sorted(one for one in folders if one not in NO_CODE and not one.startswith("."))
        below = f"{name}{above[len(os.fspath(folder)) :]}"
        found += [Entry(f"{below}/{file}", Path(above, file)) for file in sorted(files) if not file.startswith(".")]
    return found


def single(path: Path, name: str) -> list[Entry]:
    """One file, or none where it is not there."""
    return [Entry(name, path)] if os.path.isfile(path) else []  # noqa: PTH113 - as `signature`


@cache
def libraries() -> str:
    """A fingerprint of Python and of all that is installed for it, by the versions that the installed say they have."""
    folders = [entry for entry in dict.fromkeys(sys.path) if entry and os.path.isdir(entry)]  # noqa: PTH112
    names = [one for folder in folders for one in os.listdir(folder)]  # noqa: PTH208 - names alone
    installed = sorted(name for name in names if name.endswith((".dist-info", ".egg-info")))
    return digest([sys.version, platform.machine(), platform.system(), installed])

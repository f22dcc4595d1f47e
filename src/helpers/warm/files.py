"""What state files on the disk are in: whether packages were installed, or the project's own code was edited."""

from __future__ import annotations

import fnmatch
import hashlib
import json
import os
import sys
from pathlib import Path

ROOM = Path(__file__).parent
PROJECT = ROOM.parent


def digest(value: object) -> str:
    """Return a short name for a value that JSON can carry; equal values have equal names."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()[:20]


def state(folder: Path, names_like: str = "*") -> str:
    """Return a name for the state of the source files under a folder: their paths, sizes and times of change."""
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(fnmatch.filter(names, names_like)):
            seen = (Path(place) / name).stat()
            found.append([place, name, seen.st_mtime_ns, seen.st_size])
    return digest(found)


def installed() -> str:
    """Return a name for what is installed: the records and path files in the folders that modules come from."""
    found = []
    for folder in sorted({entry for entry in sys.path if entry.endswith(("site-packages", "dist-packages"))}):
        if Path(folder).is_dir():
            for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
                if entry.name.endswith((".dist-info", ".egg-info", ".pth", ".egg-link")):
                    found.append([folder, entry.name, entry.stat().st_mtime_ns])
    return digest(found)


def made_of() -> list[str]:
    """Return names for what a warm process consists of: the packages of others, and the files of this room."""
    return [installed(), state(ROOM), state(PROJECT, "__init__.py")]

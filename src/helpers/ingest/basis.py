"""What a reading rests on beside the file itself: the code that read it, and the registers that it was read with.

Both are hashes of bytes. A run may name its code in ``CARE_ATLAS_CODE``, since it has hashed the whole of it already.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from helpers.reference import datapackage, paths

CODE_VARIABLE = "CARE_ATLAS_CODE"
ROOMS = ("reference", "disclosure", "ingest")
LIBRARIES = ("numpy", "openpyxl", "pandas", "pyarrow", "python-calamine", "pyyaml", "scipy", "xlrd")
_first_seen: dict[Path, str] = {}


def code_version() -> str:
    """What the run calls its code, else a hash of the rooms that read and of the libraries that they use."""
    return os.environ.get(CODE_VARIABLE, "").strip() or _own_code()


def registers_version(data: str | Path = "") -> str:
    """A hash of every register and description with which files of a data folder are read.

    "" where they are no longer those that this process met first: it may remember the former ones, so what it reads now
    rests on both, and must not be kept under the name of either.
    """
    folder, own = paths.data(data), paths.project() / "data"
    places = dict.fromkeys((folder, own))  # what a data folder lacks, the project's own stands in for
    files = [file for place in places for file in (place / datapackage.FILE, *_below(place / "reference"))]
    version = _hash_of(files)
    return version if version == _first_seen.setdefault(folder, version) else ""


@cache
def _own_code() -> str:
    home = Path(__file__).parents[1]
    files = [file for room in ROOMS for file in _below(home / room) if "__pycache__" not in file.parts]
    versions = [f"{name} {_version(name)}" for name in LIBRARIES]
    return hashlib.sha256("\n".join([sys.version, *versions, _hash_of(files)]).encode()).hexdigest()


def _version(name: str) -> str:
    from importlib import metadata  # slow, and most processes are told their code

    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _below(folder: Path) -> list[Path]:
    return sorted(Path(above) / name for above, _, names in os.walk(folder) for name in names)


def _hash_of(files: Iterable[Path]) -> str:
    """One hash for the names and bytes of some files; one that is not there counts as that."""
    whole = hashlib.sha256()
    for file in files:
        try:
            with file.open("rb") as opened:
                own = hashlib.file_digest(opened, "sha256").hexdigest()
        except OSError:
            own = ""
        whole.update(os.fsencode(file) + b"\0" + own.encode() + b"\n")
    return whole.hexdigest()

"""What the data descriptions (``datapackage.json``) say that a chapter can come to know: that of its own files.

A description of every region's files stands in one table, and a new hash for one workbook must not make all reports
anew. So of the entries for single regions' files only those count that :func:`helpers.reference.datapackage.describe`
could give for a file that is read: the one of its path, and those of its name and bytes.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from helpers.batch.fingerprints import digest
from helpers.reference import datapackage

OF_REGIONS = ("assessments", "demand", "together")


@dataclass(frozen=True)
class Descriptions:
    """The entries of the description of one data folder, sorted by the files that they are of.

    ``folder`` is its name with a slash at its end, all links followed; ``shared`` a fingerprint of the entries of no
    single region (of all, where it is no description that can be read).
    """

    folder: str
    shared: str
    by_path: Mapping[str, list[Any]]
    by_bytes: Mapping[tuple[str, str], list[Any]]

    def of_file(self, real: str, sha256: str) -> list[Any]:
        """Where a file (all links followed) lies below the folder, "" outside it, and what may be said of it."""
        below = real.removeprefix(self.folder) if real.startswith(self.folder) else ""
        return [below, self.by_path.get(below, []), self.by_bytes.get((real.rpartition("/")[2], sha256), [])]


def read_descriptions(folder: Path) -> Descriptions:
    """Read the description of a data folder; a folder without one has nothing to say."""
    text = b""
    try:
        text = (folder / datapackage.FILE).read_bytes()
        entries = [(entry, PurePosixPath(entry["path"])) for entry in json.loads(text)["resources"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        why = error.strerror if isinstance(error, OSError) else ""
        return Descriptions(f"{folder.resolve().as_posix()}/", digest([text.hex(), why]), {}, {})
    own = [(entry, path) for entry, path in entries if path.parts[:1] and path.parts[0] in OF_REGIONS]
    by_path, by_bytes = defaultdict(list), defaultdict(list)
    for entry, path in own:
        by_path[entry["path"]].append(entry)
        by_bytes[path.name, entry.get("sha256", "")].append(entry)
    shared = [entry for entry, path in entries if path.parts[:1] and path.parts[0] not in OF_REGIONS]
    return Descriptions(f"{folder.resolve().as_posix()}/", digest(shared), dict(by_path), dict(by_bytes))


def told(known: Iterable[Descriptions], files: Iterable[tuple[Path, str]]) -> list[Any]:
    """All that is said of some files (each with the fingerprint of its bytes), and what is said of none of a region."""
    folders: dict[str, str] = {}
    known = list(known)
    return [
        [one.shared for one in known],
        [[one.of_file(real_path(path, folders), sha256) for one in known] for path, sha256 in files],
    ]


def real_path(path: Path, folders: dict[str, str]) -> str:
    """A path with all links followed and forward slashes; ``folders`` remembers where the folders lead."""
    above, name = os.path.split(path)
    if path.is_symlink():
        return Path(os.path.realpath(path)).as_posix()
    if above not in folders:
        folders[above] = Path(os.path.realpath(above)).as_posix()
    return f"{folders[above]}/{name}"

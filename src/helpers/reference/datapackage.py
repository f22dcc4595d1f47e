"""What is known of every file under ``data/``: title, producer, date, licence, status, columns, hash.

It stands in ``data/datapackage.json``, written by people; only the hashes are for a machine::

    python -m helpers.reference.datapackage            say what is not as it stands there; exit status 1 if anything
    python -m helpers.reference.datapackage --update   write the hashes anew
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from helpers.reference import paths

FILE = "datapackage.json"
NOT_DESCRIBED = {FILE, "README.md"}
STATUSES = ("published", "compiled", "illustrative", "reconstructed")


@dataclass(frozen=True)
class Field:
    """One column of a file: its unit ("" where it has none) and what it holds."""

    name: str
    description: str
    unit: str = ""


@dataclass(frozen=True)
class Resource:
    """One file under ``data/`` and what is known of it. ``columns`` is empty where the file is no table."""

    path: str
    title: str
    producer: str
    url: str
    date: str
    licence: str
    attribution: str
    status: str
    status_note: str
    sha256: str
    rows: int | None
    columns: tuple[Field, ...]


def describe(path: str | Path, data: str | Path = "") -> Resource | None:
    """Say what is known of a file.

    Parameters
    ----------
    path
        The file, absolute or as it stands in the description (``indicators/x.csv``).
    data
        The data folder; empty for the project's own. A file of the project's own data (used where a data folder has
        none) is described by the project, and so is a copy of one with the same name and bytes.

    Returns
    -------
    Resource or None
        None where the file is not described: it is then somebody's own and nothing is claimed of it. The hash
        is the declared one; :func:`problems` compares it with the file's.
    """
    folder, own = paths.data(data), paths.project() / "data"
    name = Path(path)
    if _is_inside(name, own) and not _is_inside(name, folder):
        return load_resources(own).get(name.resolve().relative_to(own).as_posix())
    relative = name.resolve().relative_to(folder) if _is_inside(name, folder) else name
    return load_resources(data).get(relative.as_posix()) or _same_as_shipped(name, own)


def _same_as_shipped(name: Path, own: Path) -> Resource | None:
    """The project's description of a file of the same name and the same bytes, wherever somebody has put the copy."""
    alike = [resource for path, resource in load_resources(own).items() if Path(path).name == name.name]
    if not alike or not name.is_file():
        return None
    return next((resource for resource in alike if resource.sha256 == sha256(name)), None)


def load_resources(data: str | Path = "") -> dict[str, Resource]:
    """Load the description of every file, by its path below the data folder; empty where there is none."""
    file = paths.data(data) / FILE
    if not file.is_file():
        return {}
    return dict(_resources(file, file.stat().st_mtime_ns))


def problems(data: str | Path = "") -> list[str]:
    """List where the description and the files disagree: not described, missing, or changed."""
    folder, described = paths.data(data), load_resources(data)
    present = files(folder)
    return [
        *(f"{name}: not described in {FILE}" for name in present if name not in described),
        *(f"{name}: described, but there is no such file" for name in described if name not in present),
        *(f"{name}: the file is not the one that was described (its sha256 differs)"
          for name, resource in described.items()
          if name in present and resource.sha256 != sha256(folder / name)),
    ]  # fmt: skip


def update(data: str | Path = "") -> list[str]:
    """Write the present hashes into the description; return the paths whose hash changed."""
    folder = paths.data(data)
    content = json.loads((folder / FILE).read_text(encoding="utf-8"))
    changed = []
    for entry in content["resources"]:
        file = folder / entry["path"]
        present = sha256(file) if file.is_file() else entry.get("sha256")
        if entry.get("sha256") != present:
            entry["sha256"] = present
            changed.append(entry["path"])
    (folder / FILE).write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return changed


def files(folder: Path) -> list[str]:
    """List the files that are to be described: all below the folder but this description, README and hidden ones.

    Workshops are not: what a panel said in the room is for its owner's eyes until its workbook is written.
    """
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    found = (path for path in found if path.parts[0] != paths.WORKSHOPS)
    return sorted(
        path.as_posix()
        for path in found
        if path.as_posix() not in NOT_DESCRIBED and not any(p.startswith((".", "~$")) for p in path.parts)
    )


def sha256(file: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _is_inside(path: Path, folder: Path) -> bool:
    return path.is_absolute() and path.resolve().is_relative_to(folder)


@cache
def _resources(file: Path, modified: int) -> dict[str, Resource]:
    content = json.loads(file.read_text(encoding="utf-8"))
    return {entry["path"]: _resource(entry) for entry in content["resources"]}


def _resource(entry: dict[str, Any]) -> Resource:
    texts = ("title", "producer", "url", "date", "licence", "attribution", "status", "status_note", "sha256")
    fields = entry.get("schema", {}).get("fields", [])
    return Resource(
        path=entry["path"],
        rows=entry.get("rows"),
        columns=tuple(Field(f["name"], f["description"], f.get("unit", "")) for f in fields),
        **{text: entry.get(text, "") for text in texts},
    )


def main(arguments: list[str] | None = None) -> int:
    """Check the description, or write the hashes anew; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m helpers.reference.datapackage", description=main.__doc__)
    parser.add_argument("--data", default="", help="the data folder; the project's own if not given")
    parser.add_argument("--update", action="store_true", help="write the present hashes into the description")
    chosen = parser.parse_args(arguments)
    if chosen.update:
        for name in update(chosen.data):
            print(f"{name}: hash written")
    found = problems(chosen.data)
    for problem in found:
        print(problem)
    if not found:
        print(f"{len(load_resources(chosen.data))} files, all as described")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

"""Where a fetched file goes: its dated name, the description beside it, and its predecessor out of use.

Of one source one file is in use, the newest: two releases hold the same figures, and revised ones would contradict
each other. So the older file moves from ``indicators/`` to ``superseded/``, where nothing is read, and keeps its entry
in ``datapackage.json``. Of one day the last is kept. Each step replaces a whole file. Who is stopped between two leaves
both releases in place, which the readers report and the next fetch puts right, and never a source without a file.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import re
import shutil
import tempfile
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from helpers.ingest.fetching.answers import Answer
from helpers.ingest.fetching.sources import Source
from helpers.ingest.layouts import key
from helpers.reference import datapackage, paths

PRIVATE = ".fetch-"
SUPERSEDED = "superseded"
LEAST_SHARE = 0.5
NEW_DESCRIPTION = {"name": "care-atlas-data", "title": "Data of a Care Atlas data folder", "resources": []}


class PlacingError(Exception):
    """The file cannot be put in place; the message says why. Nothing was changed."""


@dataclass(frozen=True)
class Placed:
    """What was done: ``state`` is written or unchanged, ``file`` the path below the data folder."""

    state: str
    file: str
    notes: tuple[str, ...] = ()


@contextlib.contextmanager
def private_file(data: Path, name: str, content: bytes) -> Iterator[Path]:
    """Give a file of this name that nobody reads yet, on the disk where it is to go."""
    own = data / "indicators"
    with tempfile.TemporaryDirectory(prefix=PRIVATE, dir=own if own.is_dir() else data) as folder:
        file = Path(folder) / name
        with file.open("wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        file.chmod(0o644)
        yield file


def clear_private(data: Path) -> None:
    """Remove what a fetch that was killed left behind."""
    for folder in (data, data / "indicators", data / SUPERSEDED):
        for left in folder.glob(f"{PRIVATE}*"):
            shutil.rmtree(left, ignore_errors=True)


def in_use(source: Source, data: Path) -> list[Path]:
    """The source's files in the data folder's own ``indicators/``, the newest last."""
    dated, folder = re.compile(rf"{source.id}_\d{{4}}-\d{{2}}-\d{{2}}\.(csv|json)"), data / "indicators"
    return sorted(path for path in folder.glob(f"{source.id}_*") if dated.fullmatch(path.name))


def check_not_shrunk(source: Source, answer: Answer, data: Path) -> None:
    """Refuse an answer with less than half the rows of the file in use.

    Raises
    ------
    PlacingError
        With both counts. Who knows that it is right moves the older file away.
    """
    entries = {entry.get("path"): entry for entry in read_description(data)["resources"]}
    for file in in_use(source, data)[-1:]:
        before = entries.get(_below(file, data), {}).get("rows") or 0
        if answer.rows < LEAST_SHARE * before:
            raise PlacingError(
                f"only {answer.rows:,} rows came; {file.name} has {before:,}. Nothing was written. If that is right, "
                f"move {file.name} out of indicators/ and fetch again"
            )


def put(file: Path, source: Source, answer: Answer, data: Path, today: dt.date) -> Placed:
    """Put a checked file in place, describe it, and take its predecessors out of use.

    Returns
    -------
    Placed
        ``unchanged`` where the newest file in use has the same bytes: it stays, with its own date.

    Raises
    ------
    PlacingError
        If the description cannot be read. Nothing was changed.
    """
    description, older = read_description(data), in_use(source, data)
    if older and older[-1].suffix == file.suffix and datapackage.sha256(older[-1]) == datapackage.sha256(file):
        return Placed("unchanged", _below(older[-1], data), ("the source gives the same as before",))
    notes = _keep_project_figures(data, description)
    target = data / "indicators" / file.name
    entry = _entry(file, source, answer, today)
    older = [path for path in older if path != target]
    for path in older:
        _copy_aside(path, data)
    file.replace(target)
    for path in older:
        path.unlink()
        _note_superseded(description, _below(path, data), f"{SUPERSEDED}/{path.name}", target.name, today)
    _insert(description, entry)
    _write(data / datapackage.FILE, description)
    moved = [f"{path.name} is out of use and kept in {SUPERSEDED}/" for path in older]
    return Placed("written", _below(target, data), (*notes, *moved))


def _keep_project_figures(data: Path, description: dict[str, Any]) -> list[str]:
    """Give a data folder without figures of its own a copy of the project's, which it used until now."""
    own, project = data / "indicators", paths.project() / "data"
    if own.is_dir():
        return []
    known = {entry["path"]: entry for entry in read_description(project)["resources"]}
    with tempfile.TemporaryDirectory(prefix=PRIVATE, dir=data) as folder:
        copy = Path(folder) / "indicators"
        shutil.copytree(project / "indicators", copy, ignore=shutil.ignore_patterns(".*", "~$*"))
        names = [f"indicators/{path}" for path in datapackage.files(copy)]
        copy.rename(own)
    for name in names:
        if name in known:
            _insert(description, known[name])
    return [
        f"the folder had no figures of its own and used the project's; these {len(names)} files were copied into its "
        "indicators/, so that none is lost"
    ]


def _copy_aside(path: Path, data: Path) -> None:
    (data / SUPERSEDED).mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=PRIVATE, dir=data / SUPERSEDED) as folder:
        copy = Path(folder) / path.name
        shutil.copy2(path, copy)
        copy.replace(data / SUPERSEDED / path.name)


def _entry(file: Path, source: Source, answer: Answer, today: dt.date) -> dict[str, Any]:
    """What is recorded of a file."""
    words = {key(name): said for name, said in source.columns.items()}
    fields = [{"name": name, "description": words.get(key(name), "as the source has it")} for name in answer.columns]
    asked = {"source": source.id, "query": answer.query, "released": answer.released, "notes": list(answer.notes)}
    host = urlsplit(source.address).netloc
    released = f"; released {answer.released}" if answer.released else ""
    return {
        "name": f"indicators-{file.stem}",
        "path": f"indicators/{file.name}",
        "title": source.title,
        "producer": source.producer,
        "url": source.page,
        "date": today.isoformat(),
        "licence": source.licence,
        "attribution": source.attribution,
        "status": "published",
        "status_note": f"fetched on {today.isoformat()} by atlas fetch {source.id} from {host}{released}",
        "sha256": datapackage.sha256(file),
        "rows": answer.rows,
        "fetched": asked,
        **({"schema": {"fields": fields}} if fields else {}),
    }


def _note_superseded(description: dict[str, Any], old: str, new: str, by: str, today: dt.date) -> None:
    for entry in [entry for entry in description["resources"] if entry.get("path") == old]:
        description["resources"].remove(entry)
        note = f"superseded on {today.isoformat()} by {by}"
        said = "; ".join(part for part in (entry.get("status_note", ""), note) if part)
        name = f"{SUPERSEDED}-{Path(new).stem}"
        _insert(description, entry | {"name": name, "path": new, "status_note": said})


def _insert(description: dict[str, Any], entry: dict[str, Any]) -> None:
    """Put an entry where its path belongs; one of the same path makes way."""
    resources = [one for one in description["resources"] if one.get("path") != entry["path"]]
    resources.insert(bisect_left([one.get("path", "") for one in resources], entry["path"]), entry)
    description["resources"] = resources


def read_description(data: Path) -> dict[str, Any]:
    """Read the folder's description; a new one where there is none.

    Raises
    ------
    PlacingError
        If there is one that cannot be read.
    """
    file = data / datapackage.FILE
    try:
        content = json.loads(file.read_text("utf-8")) if file.exists() else NEW_DESCRIPTION | {"resources": []}
        if all(isinstance(entry["path"], str) for entry in content["resources"]):
            return content
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PlacingError(f"{file} cannot be read ({type(error).__name__}); mend it first") from None
    raise PlacingError(f"{file} has an entry without a path; mend it first")


def _write(file: Path, description: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory(prefix=PRIVATE, dir=file.parent) as folder:
        new = Path(folder) / file.name
        new.write_text(json.dumps(description, indent=2, ensure_ascii=False) + "\n", "utf-8")
        new.replace(file)


def _below(path: Path, data: Path) -> str:
    return path.relative_to(data).as_posix()

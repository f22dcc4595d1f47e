"""Where the numbers of a page come from: one row a file, with what is known of it and what became of its rows."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.reference import datapackage, paths

if TYPE_CHECKING:
    import pandas as pd

DESCRIBED = ("title", "producer", "url", "date", "licence", "attribution", "status", "status_note")
COUNTED = ("bytes", "rows_in", "used", "skipped", "refused")
OWN_NOTE = "not described in datapackage.json, so nothing is claimed of its source"
CHANGED_NOTE = "the file is not the one that datapackage.json describes: its hash differs"


def sha256_of(path: str | Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def source_table(files: pd.DataFrame, *, folder: str | Path, data: str | Path = "") -> pd.DataFrame:
    """Join what was read of some files with what is known of them.

    Parameters
    ----------
    files : DataFrame
        One row a file, as the readers give it: ``file`` (its name in ``folder``), ``sha256``, ``bytes``,
        ``state`` (used | refused), ``rows_in``, ``used``, ``skipped``, ``refused``; ``title``, ``status`` and
        ``status_note`` where the file says so itself.
    folder : path
        The folder that holds the files.
    data : path
        The data folder, whose ``datapackage.json`` describes them; empty for the project's own.

    Returns
    -------
    DataFrame
        One row a file, in the order given: ``file``, ``path`` (below the data folder, "" outside it),
        ``sha256``, ``state``, ``bytes``, ``rows_in``, ``used``, ``skipped``, ``refused``, ``title``, ``producer``,
        ``url``, ``date``, ``licence``, ``attribution``, ``status`` and ``status_note``. What the file says of its
        title and status itself goes before the description; a file that is not described is somebody's ``own``
        and has its name for a title.
    """
    import pandas as pd

    columns = ["file", "path", "sha256", "state", *COUNTED, *DESCRIBED]
    rows = [_source(row, Path(folder), data) for row in files.to_dict("records")]
    table = pd.DataFrame(rows, columns=columns)
    texts = dict.fromkeys([column for column in columns if column not in COUNTED], "str")
    return table.astype(texts | dict.fromkeys(COUNTED, "int64"))


def _source(row: dict[str, object], folder: Path, data: str | Path) -> dict[str, object]:
    file = folder / str(row["file"])
    known = datapackage.describe(file.resolve(), data)
    described = {name: getattr(known, name) for name in DESCRIBED} if known else dict.fromkeys(DESCRIBED, "")
    if known is None:
        described |= {"title": str(row.get("title") or row["file"]), "status": "own", "status_note": OWN_NOTE}
    elif known.sha256 and row["sha256"] and known.sha256 != row["sha256"]:
        described["status_note"] = "; ".join(note for note in (described["status_note"], CHANGED_NOTE) if note)
    is_told = row.get("status") not in (None, "", "own")
    said = {name: row[name] for name in ("title", "status", "status_note") if row.get(name) and is_told}
    counted = {name: int(row.get(name) or 0) for name in COUNTED}
    place = {"path": _below(file.resolve(), paths.data(data)), "sha256": row["sha256"], "state": row["state"]}
    return {"file": row["file"], **place, **counted, **described, **said}


def _below(file: Path, folder: Path) -> str:
    return file.relative_to(folder).as_posix() if file.is_relative_to(folder) else ""

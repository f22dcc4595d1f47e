"""A report that another machine made, put where the run publishes from, once it is known to be whole."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from helpers.batch import publish
from helpers.batch.workers import RegionFailed


def put(told: Mapping[str, Any], folder: Path, *, where: str) -> None:
    """Put the files of a report into ``folder``, which is new.

    Parameters
    ----------
    told
        A worker's answer: ``folder`` is the name of one beside ours that it built on a shared disk, or ``archive``
        holds the files; ``told["sha256"]`` is the fingerprint of the page.
    folder
        Where the files go.
    where
        Who sent it, for the message.

    Raises
    ------
    RegionFailed
        If anything is not what the report's own record says.
    """
    try:
        if "archive" in told:
            zipfile.ZipFile(io.BytesIO(told["archive"])).extractall(folder)
        else:
            folder.with_name(Path(told["folder"]).name).rename(folder)
    except (OSError, zipfile.BadZipFile) as error:
        raise RegionFailed(f"what {where} made did not arrive ({error})") from error
    missing = unlike_record(folder, told["told"]["sha256"])
    if missing:
        raise RegionFailed(f"what {where} made did not arrive whole ({missing})")


def unlike_record(folder: Path, page: str) -> str:
    """The first file that is not what the record in the folder says of it; "" where all are."""
    record = publish.read_json(folder / "report.json")
    if not record or record.get("sha256") != page:
        return "report.json"
    for name, file in record["files"].items():
        path = folder / name
        if not path.is_file() or publish.sha256(path) != file["sha256"]:
            return name
    return ""

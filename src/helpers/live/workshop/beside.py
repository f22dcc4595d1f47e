"""The small files beside a workshop's own: where the phones' server is, what was written, what is watched.

They are read by other processes while they are written, so each is put in place whole; the folder and they are for
their owner's eyes alone. Losing one loses nothing that anybody said.
"""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SERVER, PHONES = "server.json", "phones.json"  # where phones come in; what their server keeps for the next one
WRITTEN, BUILT = "written.json", "report.json"  # the workbook and the report that came of it
WATCHED = "watched.json"  # the folder of workbooks that is watched
PRESENTER, VOILA = "presenter.json", "voila.json"  # where the presenter's page is; its secret as Voilà reads it


def read(folder: Path, name: str) -> dict[str, Any]:
    """What such a file says; an empty table where it is missing, cut short or something else."""
    with contextlib.suppress(OSError, ValueError):
        told = json.loads((folder / name).read_text("utf-8"))
        return told if isinstance(told, dict) else {}
    return {}


def write(folder: Path, name: str, told: Mapping[str, Any]) -> None:
    """Put such a file in place.

    Raises
    ------
    OSError
        If there is no room or no right to write; nothing is left behind.
    """
    handle, draft = tempfile.mkstemp(dir=folder, prefix=f".{name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            json.dump(told, stream)
        Path(draft).replace(folder / name)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def remove(folder: Path, name: str) -> None:
    """Take such a file away, if it is there."""
    with contextlib.suppress(OSError):
        (folder / name).unlink(missing_ok=True)

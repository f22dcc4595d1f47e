"""What goes into a report, as fingerprints. For now every run has fingerprints of its own, so all is made anew."""

from __future__ import annotations

import secrets
from datetime import date
from pathlib import Path
from typing import Any

from helpers.batch import publish
from helpers.reference import register_ids


class Inputs:
    """The fingerprints of one run."""

    def __init__(self, data: Path) -> None:
        self.data, self.key = data, secrets.token_hex(16)

    @classmethod
    def of(cls, data: Path, *, today: date) -> Inputs:
        return cls(data)

    def everything(self) -> list[str]:
        return [*register_ids.region_ids(self.data), register_ids.COMPARED_ID]

    def region_key(self, id_: str) -> str:
        return self.key

    def chapter_keys(self, id_: str) -> dict[str, str]:
        return dict.fromkeys(("01_maturity", "02_population_needs", "05_regions_compared"), self.key)

    def shared_key(self) -> str:
        return self.key


def output_files(folder: Path) -> dict[str, dict[str, Any]]:
    """The files of a finished report by their names, each with hash and size."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "report.json")
    return {
        path.relative_to(folder).as_posix(): {"sha256": publish.sha256(path), "bytes": path.stat().st_size}
        for path in files
    }


def is_whole(folder: Path, last: dict[str, Any]) -> bool:
    return all((folder / name).is_file() for name in last.get("files", {}))

"""The assessments of every region at once, for the chapter that sets them beside each other."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from helpers.ingest.assessments import read_assessments
from helpers.ingest.findings import Findings
from helpers.reference import paths, regions


@dataclass(frozen=True)
class AllAssessments:
    """What the data folder holds of all regions.

    ``ratings``, ``files`` and ``findings`` are those of `assessments.read_assessments`; a file is named with the folder
    of its region (``fife/workshop.xlsx``), since two regions may call theirs alike, and ``files`` has a column
    ``region``.
    """

    ratings: pd.DataFrame
    files: pd.DataFrame
    findings: list[Findings]


def read_all_assessments(*, data: str | Path = "", today: dt.date | None = None) -> AllAssessments:
    """Read the assessments of every region of the register that has a folder of them, in the register's order.

    A file that cannot be used is refused in ``files`` and takes no other down.
    """
    folder = paths.assessments(data=data)
    ids = [id_ for id_ in regions.region_ids(data) if (folder / id_).is_dir()]
    read = {id_: read_assessments(id_, data=data, today=today) for id_ in ids}
    if not read:
        return AllAssessments(pd.DataFrame(), pd.DataFrame(), [])
    return AllAssessments(
        pd.concat([_in_folder(part.ratings, id_) for id_, part in read.items()], ignore_index=True),
        pd.concat([_in_folder(part.files, id_).assign(region=id_) for id_, part in read.items()], ignore_index=True),
        [_findings_in_folder(found, id_) for id_, part in read.items() for found in part.findings],
    )


def _in_folder(table: pd.DataFrame, region: str) -> pd.DataFrame:
    return table.assign(file=[f"{region}/{name}" for name in table["file"]])


def _findings_in_folder(found: Findings, region: str) -> Findings:
    name = f"{region}/{found.file}"
    items = [replace(item, file=name) for item in found]
    return Findings(name, found.sha256, found.rows, items)

"""The assessments of every region at once, for the chapter that sets them beside each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import pandas as pd

from helpers.ingest import assessments
from helpers.ingest.assessments import ReadFile
from helpers.ingest.findings import Findings
from helpers.reference import paths, regions

AT_ONCE = 50


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
    if not ids:
        return AllAssessments(pd.DataFrame(), pd.DataFrame(), [])
    parts = [_read_some(ids[at : at + AT_ONCE], data, today) for at in range(0, len(ids), AT_ONCE)]
    return AllAssessments(
        pd.concat([part.ratings for part in parts], ignore_index=True),
        pd.concat([part.files for part in parts], ignore_index=True),
        [found for part in parts for found in part.findings],
    )


def _read_some(ids: Sequence[str], data: str | Path, today: dt.date | None) -> AllAssessments:
    """Read some regions together: as many as do no harm to memory before they are tables."""
    read = assessments.read_folders(ids, data=data, today=today)
    named = [[_in_folder(file, id_) for file in files] for id_, (files, _) in zip(ids, read, strict=True)]
    others = [[_findings_in_folder(left, id_) for left in others] for id_, (_, others) in zip(ids, read, strict=True)]
    files = list(chain.from_iterable(named))
    region = [id_ for id_, own in zip(ids, named, strict=True) for _ in own]
    return AllAssessments(
        assessments.ratings_of(files),
        assessments.files_of(files).assign(region=pd.Series(region, dtype="str")),
        [found for own, left in zip(named, others, strict=True) for found in [*(one.findings for one in own), *left]],
    )


def _in_folder(file: ReadFile, region: str) -> ReadFile:
    findings = _findings_in_folder(file.findings, region)
    return ReadFile(findings, {**file.answer, "file": findings.file})


def _findings_in_folder(found: Findings, region: str) -> Findings:
    name = f"{region}/{found.file}"
    items = [replace(item, file=name) for item in found]
    return Findings(name, found.sha256, found.rows, items)

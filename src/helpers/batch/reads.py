"""Which files each chapter can read: the one list by which a report is known to be up to date.

A test runs the chapters and holds every file that they open against it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from helpers.batch.fingerprints import Entry, as_listed, every, single
from helpers.ingest.listing import list_files
from helpers.reference import paths, register_ids
from helpers.reference.register_ids import COMPARED_ID

OWN, ALL, INDICATORS = "assessments", "assessments of all", "indicators"
DEMAND, TOGETHER = "demand", "together"
OF_REGIONS: Mapping[str, tuple[str, ...]] = {
    "01_maturity": (OWN, INDICATORS),
    "02_population_needs": (INDICATORS, DEMAND, TOGETHER),
}
OF_ALL: Mapping[str, tuple[str, ...]] = {"05_regions_compared": (ALL, INDICATORS)}
CONDITIONS = "conditions"  # stands beside the regions' own files and is read with one of them alone


@dataclass(frozen=True)
class Folders:
    """Where the files of each kind lie, found once."""

    data: Path
    assessments: Path
    indicators: Path
    of_regions: Mapping[str, Path]

    @classmethod
    def of(cls, data: Path) -> Folders:
        each = {kind: paths.of_region(kind, CONDITIONS, data).parent for kind in (DEMAND, TOGETHER)}
        return cls(data, paths.assessments(data=data), paths.indicators(data), each)

    @property
    def descriptions(self) -> dict[str, Path]:
        """The data folder and the project's own, which stands in for what it lacks; once where they are the same."""
        own = paths.project() / "data"
        return {"data": self.data} if self.data == own else {"data": self.data, "project": own}


def chapters_of(id_: str) -> Mapping[str, tuple[str, ...]]:
    """The chapters that a region can have, or that of all regions, and the kinds of files that each reads."""
    return OF_ALL if id_ == COMPARED_ID else OF_REGIONS


def files_of(kind: str, id_: str, folders: Folders) -> list[Entry]:
    """The files of a kind for a region, as they are now."""
    if kind == INDICATORS:
        is_own = folders.indicators.parent == folders.data
        return as_listed(folders.indicators, "indicators" if is_own else "indicators of the project")
    if kind == ALL:
        return [entry for region in register_ids.region_ids(folders.data) for entry in files_of(OWN, region, folders)]
    if kind == OWN:
        return as_listed(folders.assessments / id_, f"assessments/{id_}")
    names = (id_, CONDITIONS) if kind == DEMAND else (id_,)
    found = [single(folders.of_regions[kind] / f"{name}.csv", f"{kind}/{name}.csv") for name in names]
    return [entry for one in found for entry in one] if found[0] else []


def declared(folders: Folders) -> list[Entry]:
    """The declared things of a data folder, and those of the project."""
    return [
        entry
        for name, folder in folders.descriptions.items()
        for part in ("reference", "reference/models")  # the second again, since it may be a link
        for entry in every(folder / part, f"{name} {part}")
    ]


def strays(folders: Folders) -> list[list[str]]:
    """What lies in ``assessments`` but in no region's folder: names alone, since nobody reads it."""
    known = set(register_ids.region_ids(folders.data))
    try:
        names = sorted(set(os.listdir(folders.assessments)) - known)  # noqa: PTH208 - names alone
    except OSError as error:
        return [["", str(error.strerror)]]
    return [[name, *(f"{one.name} {one.fault}" for one in list_files(folders.assessments / name))] for name in names]

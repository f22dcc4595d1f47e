"""What goes into a report, as fingerprints: what is unchanged need not be made again.

A chapter's key stands for its notebook, the code, the libraries, what it is told, and every file that it can read; a
region's for those of its chapters, since what its page adds rests on the same files. The day is in none of them: from
when until when a report holds is written down beside it (:func:`helpers.ingest.judging.holding`).

Not seen are changes inside a library that leave its version as it is, fonts of the system, and the environment.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from helpers.batch import fingerprints, publish
from helpers.batch.descriptions import Descriptions
from helpers.batch.fingerprints import Entry
from helpers.ingest.listing import list_files
from helpers.reference import paths, register_ids
from helpers.reference.register_ids import COMPARED_ID

FORM = 1  # of the keys themselves
OWN, ALL, INDICATORS, DEMAND, TOGETHER = "own assessments", "all assessments", "indicators", "demand", "together"
READS = {
    "01_maturity": (OWN, INDICATORS),
    "02_population_needs": (INDICATORS, DEMAND, TOGETHER),
}
COMPARED_READS = {"05_regions_compared": (ALL, INDICATORS)}
SHARED = "shared files"


@dataclass(frozen=True)
class Inputs:
    """The fingerprints of one run; each file is looked at once.

    ``code`` is the folder of the package, ``notebooks`` that of the chapters, ``libraries`` a fingerprint of what is
    installed; the present ones where they are not given.
    """

    data: Path
    today: date
    code: Path = Path(__file__).parents[1]
    notebooks: Path = field(default_factory=lambda: paths.project() / "notebooks")
    libraries: str = field(default_factory=fingerprints.libraries)
    _files: fingerprints.Files = field(default_factory=fingerprints.Files)
    _digests: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, data: Path, *, today: date, **others: Any) -> Inputs:
        """Those of a data folder, on a day."""
        return cls(data, today, **others)

    def everything(self) -> list[str]:
        """The ids of all regions, and of the page that compares them."""
        return [*register_ids.region_ids(self.data), COMPARED_ID]

    def chapter_keys(self, id_: str) -> dict[str, str]:
        """The key of each chapter that a region can have, or of that of all regions."""
        return {name: self._chapter_key(name, id_) for name in _chapters(id_)}

    def region_key(self, id_: str) -> str:
        """The key of a region's report, or of the page of all regions."""
        return fingerprints.digest([id_, self.chapter_keys(id_)])

    def compared_key(self) -> str:
        """The key of the page of all regions."""
        return self.region_key(COMPARED_ID)

    def shared_key(self) -> str:
        """The key of what is said once for all regions: of the indicators, and of folders that are no region's."""
        stray = [[entry.name, entry.fault] for entry in self._stray()]
        told = self._descriptions.told(SHARED, [entry.path.name for entry in self._entries(INDICATORS, "")])
        return fingerprints.digest([self._always, self._digest(INDICATORS, ""), stray, told])

    def covered(self, id_: str) -> dict[str, set[Path]]:
        """The files for which the key of each chapter stands."""
        always = {entry.path for entry in self._always_entries()}
        return {
            name: always.union((self._notebook(name),), *({e.path for e in self._entries(kind, id_)} for kind in kinds))
            for name, kinds in _chapters(id_).items()
        }

    def is_still(self, id_: str) -> bool:
        """Whether a region's files are as they were when its key was made; for the end of a report that took long."""
        kinds = dict.fromkeys(kind for kinds in _chapters(id_).values() for kind in kinds)
        found = [entry for kind in kinds for entry in self._listed(kind, id_)]
        before = [entry for kind in kinds for entry in self._entries(kind, id_)]
        return found == before and self._files.is_still(found)

    def is_current(self, id_: str, last: Mapping[str, Any]) -> bool:
        """Whether the record of a report is that of the same inputs, and holds today."""
        start, end, day = last.get("valid_from") or "", last.get("valid_until"), self.today.isoformat()
        return last.get("key") == self.region_key(id_) and start <= day and (not end or day < end)

    def _chapter_key(self, name: str, id_: str) -> str:
        kinds = _chapters(id_)[name]
        names = [entry.path.name for kind in kinds for entry in self._entries(kind, id_)]
        own = [self._digest(kind, id_) for kind in kinds]
        notebook = self._files.of(self._notebook(name))
        told = self._descriptions.told(id_, names)
        return fingerprints.digest([FORM, name, parameters(id_, self.data), notebook, self._always, own, told])

    def _notebook(self, name: str) -> Path:
        return self.notebooks / f"{name}.ipynb"

    @cached_property
    def _always(self) -> list[str | bool]:
        """What goes into everything: the code, the libraries, and what is declared."""
        alone = paths.leaves_out_shipped(self.data)
        return [self._files.digest(self._always_entries()), self.libraries, alone]

    def _always_entries(self) -> list[Entry]:
        return [*fingerprints.every(self.code, "code"), *self._declared()]

    def _declared(self) -> Iterable[Entry]:
        """The declared things of the data folder and, since they stand in for what it lacks, those of the project."""
        for name, folder in _data_folders(self.data).items():
            yield from fingerprints.every(folder / "reference", f"{name}/reference")
            yield from fingerprints.every(folder / "reference" / "models", f"{name}/reference/models")

    @cached_property
    def _descriptions(self) -> Descriptions:
        return Descriptions.of(_data_folders(self.data).values())

    @cached_property
    def _known(self) -> dict[str, list[Entry]]:
        return {}

    def _entries(self, kind: str, id_: str) -> list[Entry]:
        """The files of a kind as they were when they were first asked for."""
        place = kind if kind in (ALL, INDICATORS) else f"{kind} {id_}"
        if place not in self._known:
            self._known[place] = self._listed(kind, id_)
        return self._known[place]

    def _digest(self, kind: str, id_: str) -> str:
        place = kind if kind in (ALL, INDICATORS) else f"{kind} {id_}"
        if place not in self._digests:
            self._digests[place] = self._files.digest(self._entries(kind, id_))
        return self._digests[place]

    def _listed(self, kind: str, id_: str) -> list[Entry]:
        """The files of a kind for a region as they are now."""
        if kind == OWN:
            return fingerprints.as_listed(paths.assessments(id_, self.data), f"assessments/{id_}")
        if kind == ALL:
            return [entry for one in register_ids.region_ids(self.data) for entry in self._entries(OWN, one)]
        if kind == INDICATORS:
            return fingerprints.as_listed(paths.indicators(self.data), self._place_of_indicators())
        own = fingerprints.single(paths.of_region(kind, id_, self.data), f"{kind}/{id_}.csv")
        conditions = paths.of_region(DEMAND, "conditions", self.data)
        return [*own, *fingerprints.single(conditions, "demand/conditions.csv")] if own and kind == DEMAND else own

"""What goes into a report, as fingerprints: what is unchanged need not be made again.

A chapter's key stands for its notebook, the code, the libraries, what it is told, and every file that it can read; a
region's for those of its chapters, since what its page adds rests on the same files. The day is in none of them: from
when until when a report holds is written down beside it (:func:`helpers.ingest.judging.holding`).

Not seen are changes inside a library that leave its version as it is, fonts of the system, and the environment.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from helpers.batch import descriptions, fingerprints, publish, reads
from helpers.batch.fingerprints import Entry, digest
from helpers.reference import datapackage, paths, register_ids
from helpers.reference.register_ids import COMPARED_ID

FORM = 1  # of the keys themselves
RECORD = "report.json"


@dataclass(frozen=True)
class Inputs:
    """The fingerprints of one run; each file is read once.

    ``code`` is the folder of the package, ``notebooks`` that of the chapters, ``libraries`` a fingerprint of what is
    installed; the present ones where they are not given.
    """

    data: Path
    today: date
    code: Path = Path(__file__).parents[1]
    notebooks: Path = field(default_factory=lambda: paths.project() / "notebooks")
    libraries: str = field(default_factory=fingerprints.libraries)
    _files: fingerprints.Files = field(default_factory=fingerprints.Files)
    _listed: dict[tuple[str, str], list[Entry]] = field(default_factory=dict)
    _told: dict[tuple[str, str], str] = field(default_factory=dict)

    @classmethod
    def of(cls, data: Path, *, today: date, **others: Any) -> Inputs:
        """Those of a data folder on a day."""
        return cls(paths.data(data), today, **others)

    def everything(self) -> list[str]:
        """The ids of all regions, and that of the page that compares them."""
        return [*register_ids.region_ids(self.data), COMPARED_ID]

    def chapter_keys(self, id_: str) -> dict[str, str]:
        """The key of each chapter that a region can have, or of the one of all regions, by the chapter's name."""
        return {name: self._chapter_key(name, kinds, id_) for name, kinds in reads.chapters_of(id_).items()}

    def region_key(self, id_: str) -> str:
        """The key of a region's report, or of the page of all regions."""
        return digest([id_, self.chapter_keys(id_)])

    def compared_key(self) -> str:
        """The key of the page of all regions."""
        return self.region_key(COMPARED_ID)

    def shared_key(self) -> str:
        """The key of what is said once for all regions: of the indicators, and of folders that are no region's."""
        return digest([FORM, self._always, self._part(reads.INDICATORS, ""), reads.strays(self._folders)])

    def is_current(self, id_: str, last: Mapping[str, Any]) -> bool:
        """Whether the record of a report is of the same inputs, and the report holds today."""
        start, end, day = last.get("valid_from") or "", last.get("valid_until") or "", self.today.isoformat()
        return last.get("key") == self.region_key(id_) and start <= day and (not end or day < end)

    def is_still(self, id_: str) -> bool:
        """Whether all that goes into a region's key is as it was when the key was made, by names, sizes and times.

        For the end of a report that took long: if not, some of its chapters may have read others, even where what was
        changed is as before by now.
        """
        if not self._files.is_still([*self._code_and_declared, *self._chapters(id_)]):
            return False
        kinds = dict.fromkeys(kind for kinds in reads.chapters_of(id_).values() for kind in kinds)
        found = {kind: reads.files_of(kind, id_, self._folders) for kind in kinds}
        return all(now == self._entries(kind, id_) and self._files.is_still(now) for kind, now in found.items())

    def is_older(self, id_: str, moment: int) -> bool:
        """Whether nothing that goes into a region's key was touched since a moment, in nanoseconds."""
        files = {path for covered in self.covered(id_).values() for path in covered if path.exists()}
        return all(path.stat().st_ctime_ns < moment for path in files)

    def _chapters(self, id_: str) -> list[Entry]:
        return [Entry(name, self._notebook(name), "") for name in reads.chapters_of(id_)]

    def covered(self, id_: str) -> dict[str, set[Path]]:
        """The files for which each chapter's key stands."""
        always = [entry.path for entry in self._code_and_declared]
        always += [folder / datapackage.FILE for folder in self._folders.descriptions.values()]
        return {
            name: {*always, self._notebook(name), *(entry.path for kind in kinds for entry in self._entries(kind, id_))}
            for name, kinds in reads.chapters_of(id_).items()
        }

    def _chapter_key(self, name: str, kinds: tuple[str, ...], id_: str) -> str:
        notebook = self._files.of(self._notebook(name))
        parts = [self._part(kind, id_) for kind in kinds]
        return digest([FORM, name, told(id_, self._named), notebook, self._always, parts])

    def _notebook(self, name: str) -> Path:
        return self.notebooks / f"{name}.ipynb"

    @cached_property
    def _folders(self) -> reads.Folders:
        return reads.Folders.of(self.data)

    @cached_property
    def _named(self) -> str:
        """What the chapters are told of the folder: the project's own data go unnamed."""
        return "" if self.data == paths.data() else str(self.data)

    @cached_property
    def _code_and_declared(self) -> list[Entry]:
        return [*fingerprints.every(self.code, "code"), *reads.declared(self._folders)]

    @cached_property
    def _always(self) -> list[str | bool]:
        """What goes into every chapter."""
        alone = paths.leaves_out_shipped(self.data)
        return [self._files.digest(self._code_and_declared), self.libraries, alone]

    @cached_property
    def _descriptions(self) -> list[descriptions.Descriptions]:
        return [descriptions.read_descriptions(folder) for folder in self._folders.descriptions.values()]

    def _entries(self, kind: str, id_: str) -> list[Entry]:
        """The files of a kind as they were when they were first asked for."""
        of = ("" if kind in (reads.ALL, reads.INDICATORS) else id_, kind)
        if of not in self._listed:
            self._listed[of] = reads.files_of(kind, id_, self._folders)
        return self._listed[of]

    def _part(self, kind: str, id_: str) -> str:
        """One fingerprint for the files of a kind: their names, their bytes and what is known of them."""
        of = ("" if kind in (reads.ALL, reads.INDICATORS) else id_, kind)
        if of in self._told:
            return self._told[of]
        if kind == reads.ALL:
            self._told[of] = digest([self._part(reads.OWN, region) for region in register_ids.region_ids(self.data)])
        else:
            entries = self._entries(kind, id_)
            files = [(entry.path, self._files.of(entry.path)) for entry in entries if not entry.fault]
            known = descriptions.told(self._descriptions, files)
            self._told[of] = digest([self._files.digest(entries), known])
        return self._told[of]


def told(id_: str, data: str) -> dict[str, Any]:
    """What the chapters of a region are told, but for the day; ``data`` is "" for the project's own."""
    named = {} if id_ == COMPARED_ID else {"region": id_}
    return {**named, "data": data, "interactive": False}


def output_files(folder: Path) -> dict[str, dict[str, Any]]:
    """The files of a finished report by their names, each with hash and size."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != RECORD)
    return {
        path.relative_to(folder).as_posix(): {"sha256": publish.sha256(path), "bytes": path.stat().st_size}
        for path in files
    }


def is_whole(folder: Path, last: Mapping[str, Any], *, deep: bool = False) -> bool:
    """Whether a folder holds the files that the record of its report names, each of its size.

    The bytes of a file are looked at where it was written after the report was built, or of all files if ``deep``.
    """
    files = last.get("files") or {}
    try:
        built = datetime.fromisoformat(last["built"]).timestamp() + 1  # it is written down in whole seconds
    except (KeyError, TypeError, ValueError):
        built = 0.0
    return bool(files) and all(_is_as_written(folder / name, said, built, deep=deep) for name, said in files.items())


def _is_as_written(path: Path, said: Mapping[str, Any], built: float, *, deep: bool) -> bool:
    found = fingerprints.signature(path)
    if found is None or found[0] != said.get("bytes"):
        return False
    return (not deep and found[1] < built * 1e9) or publish.sha256(path) == said.get("sha256")

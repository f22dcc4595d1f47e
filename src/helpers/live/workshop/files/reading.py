"""Reading a watched workbook: in a process of its own, with limits; what cannot be used becomes findings."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from helpers.ingest.assessments import AssessmentError, read_assessment
from helpers.ingest.books import Limits
from helpers.ingest.findings import printable
from helpers.live.workshop import beside
from helpers.live.workshop.files import notes
from helpers.live.workshop.files.handing_in import Saved
from helpers.live.workshop.keeping import Facts

# What a file that is being written looks like; also one that another program holds.
HALF_WRITTEN = {"file-broken", "file-empty", "file-missing", "file-unreadable", "file-type"}
LIMITS = Limits(file_bytes=5_000_000, unpacked_bytes=50_000_000, rows=20_000, seconds=10, memory_bytes=750_000_000)


@dataclass(frozen=True)
class Read:
    """What came of a file: its ratings, or None; what is to be said; and whether another try may do better."""

    saved: Saved | None = None
    findings: list[dict[str, Any]] = field(default_factory=list)
    is_half_written: bool = False


def read(path: Path, *, at: str, session: Path, facts: Facts, data: str = "") -> Read:
    """Read a workbook for a workshop.

    Parameters
    ----------
    path
        The file.
    at
        When it was saved.
    session
        The workshop's folder.
    facts
        What the workshop is about.
    data
        The data folder; empty for the project's own.

    Returns
    -------
    Read
        Nothing is raised: whatever is wrong with one file is said of that file.
    """
    name = printable(path.name)
    if _is_of_this_workshop(path, session):
        return _refused("own-workbook", "This workbook was written by this workshop.", name)
    try:
        ratings, found = read_assessment(path, region=facts.region, limits=LIMITS, data=data, with_default_round=False)
    except AssessmentError as error:
        if (codes := {one.code for one in error.findings.errors}) <= {"region-wrong", "no-usable-rows"}:
            where = next((one.message for one in error.findings if one.code in codes), "")
            return _refused("region-wrong", f"This is not a file of {facts.region_name}: {where}.", name)
        return Read(None, notes.of_reader(error.findings), bool(error.findings.codes & HALF_WRITTEN))
    except Exception as error:  # of this machine or of the data folder; the other files are read all the same
        return _refused("reading-failed", f"The file could not be read: {error}", name)
    edition = ratings["model"].iloc[0]
    if edition != facts.model:
        sentence = f"This file rates the edition {edition} of the model, the workshop {facts.model}."
        return _refused("model-other", sentence, name)
    said = notes.of_reader(found, ratings["cell"])
    if (ratings["kind"] != "individual").any():
        sentence = "Agreed and desired levels in the file were not taken: the presenter records them."
        said.append(notes.finding("agreed-not-taken", sentence, file=name))
    not_rated = frozenset(one.cell for one in found if one.code == "rating-not-rated")
    return Read(Saved(name, found.sha256, ratings, not_rated, at, is_whole=not found.rows.refused), said)


def _refused(code: str, sentence: str, file: str) -> Read:
    return Read(None, [notes.finding(code, sentence, file=file, severity=notes.ERROR)])


def _is_of_this_workshop(path: Path, session: Path) -> bool:
    """Whether it is the workbook that came out of this workshop, which would bring everybody in twice."""
    with contextlib.suppress(OSError, KeyError):
        return path.samefile(beside.read(session, beside.WRITTEN)["workbook"])
    return False

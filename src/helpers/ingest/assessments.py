"""Assessments read from spreadsheets: ratings that can be trusted, and everything that was found on the way.

Each file is parsed and understood in a child process (:mod:`helpers.ingest.assessing`); here its answer becomes a
table, and the files of a region are put together.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.ingest import across, gate, judging
from helpers.ingest.books import Limits
from helpers.ingest.findings import Findings, InputError, Rows, printable
from helpers.ingest.isolation import found
from helpers.ingest.kept_answer import run_once
from helpers.ingest.listing import list_files, not_read
from helpers.reference import paths, regions

ENDINGS = tuple(gate.ENDINGS)
TASK = "assessing:read_file"
AT_A_TIME = 2
COLUMNS = {
    "region": "str",
    "stakeholder": "str",
    "kind": "str",
    "round": "Int64",
    "dimension": "str",
    "rating": "Int64",
    "justification": "str",
    "confidence": "str",
    "date": "datetime64[ns]",
    "role": "str",
    "sector": "str",
    "model": "str",
    "file": "str",
    "sheet": "str",
    "cell": "str",
}
FILES = {
    "file": "str",
    "sha256": "str",
    "bytes": "int64",
    "state": "str",
    "rows_in": "int64",
    "used": "int64",
    "skipped": "int64",
    "refused": "int64",
    "status": "str",
    "status_note": "str",
    "title": "str",
    **judging.HOLDS,
}


class AssessmentError(InputError):
    """Nothing in the file can be trusted; ``findings`` says why, and the message lists every problem with its place."""


@dataclass(frozen=True)
class Assessments:
    """All assessment files of a region.

    Attributes
    ----------
    ratings : DataFrame
        One row a rating, as :func:`read_assessment` gives it, file by file in the order of their names.
    files : DataFrame
        One row a file that was opened: ``file`` (its path below the region's folder), ``sha256``, ``bytes``,
        ``state`` (used | refused), ``rows_in``, ``used``, ``skipped``, ``refused``, ``status`` (own | illustrative |
        reconstructed | published | compiled | unknown), ``status_note``, ``title``, and ``holds_from`` and
        ``holds_until``, from which day and until before which day it is read as it was (see `judging.holding`).
    findings : list of Findings
        One for each file; after them one for each that was not opened: of another kind, or unreadable.
    """

    ratings: pd.DataFrame
    files: pd.DataFrame
    findings: list[Findings]


@dataclass
class ReadFile:
    """What came of one file: its findings, and its ratings as lists."""

    findings: Findings
    answer: dict[str, Any] = field(default_factory=dict)

    @property
    def is_usable(self) -> bool:
        return bool(self.answer.get("is_usable"))


def read_assessment(
    path: str | Path,
    *,
    region: str,
    limits: Limits = Limits(),  # noqa: B008
    today: dt.date | None = None,
    data: str | Path = "",
    with_default_round: bool = True,
) -> tuple[pd.DataFrame, Findings]:
    """Read an assessment: a spreadsheet in the long or the wide layout.

    Parameters
    ----------
    path
        A file ending in .xlsx, .xlsm, .xls, .xlsb, .ods or .csv.
    region
        The id of the region whose assessment it is, such as ``midlothian``; "" to go by what the file says.
    limits
        What the file may cost in bytes, rows, columns, seconds and memory.
    today
        Dates after this day are left out; by default the present day.
    data
        The data folder with the models and the register of regions; empty for the project's own.
    with_default_round
        Whether a rating of which the file gives no round is one of round 1; else its ``round`` is <NA>.

    Returns
    -------
    ratings : DataFrame
        One row a rating of one stakeholder for one dimension in one round: ``region`` (id), ``stakeholder`` (as
        written; Consensus for the agreed ratings, Desired for the levels that the region aims at), ``kind``
        (individual | consensus | desired), ``round`` (1 where none is given), ``dimension`` (code), ``rating`` (level
        of the scale, <NA> where it is missing), ``justification``, ``confidence`` (low | medium | high | ""), ``date``
        (NaT where none is certain), ``role``, ``sector``, ``model`` (id), ``file``, ``sheet``, ``cell`` (address of the
        rating).
    findings : Findings
        Everything that was repaired, left out or refused, with its place; ``rows`` counts the places where a rating
        can stand: read = used + skipped + refused.

    Raises
    ------
    AssessmentError
        If nothing can be trusted: the file cannot be read, its structure is broken, it is another region's, or not
        one rating in it is sound. A single bad cell only costs its rating.
    UnknownRegion
        If the register has no such region.

    Notes
    -----
    Nothing is guessed: a rating that is not exactly a level is refused, a date that can be another is left out,
    merged cells are not filled down, hidden sheets are not read. That two spellings are one person is only seen
    where they differ in case or spaces.
    """
    file = _read(Path(path), region=_known(region, data), limits=limits, today=today, data=data)
    if not file.is_usable:
        raise AssessmentError(file.findings)
    ratings = ratings_of([file])
    if not with_default_round:
        ratings["round"] = ratings["round"].where(pd.Series(file.answer["states_round"], dtype="bool"))
    return ratings, file.findings


def read_assessments(
    region: str,
    *,
    data: str | Path = "",
    today: dt.date | None = None,
    limits: Limits = Limits(),  # noqa: B008
) -> Assessments:
    """Read every assessment of a region: the files in ``assessments/<region>/`` of the data folder, and below it.

    Parameters
    ----------
    region
        The region's id.
    data
        The data folder; empty for the project's own.
    today, limits
        As for :func:`read_assessment`.

    Returns
    -------
    Assessments
        Empty tables where there is no file. A file that cannot be used is refused in ``files`` and takes no other
        down. A rating that stands in two files within 180 days is counted once; where they contradict, none is used.

    Raises
    ------
    UnknownRegion
        If the register has no such region.
    """
    ((files, others),) = read_folders([region], data=data, today=today, limits=limits)
    return Assessments(ratings_of(files), files_of(files), [file.findings for file in files] + others)


def read_folders(
    region_ids: Sequence[str],
    *,
    data: str | Path = "",
    today: dt.date | None = None,
    limits: Limits = Limits(),  # noqa: B008
) -> list[tuple[list[ReadFile], list[Findings]]]:
    """Read the folders of some regions, two files at a time whichever region they are of.

    For each region what came of its files, settled among each other, and what is said of those that were not opened.
    """
    folders = [list_files(paths.assessments(_known(region, data), data)) for region in region_ids]
    jobs = [(one, region) for region, listed in zip(region_ids, folders, strict=True) for one in listed]
    jobs = [(one, region) for one, region in jobs if not not_read(one, ENDINGS)]
    read = partial(_read, limits=limits, today=today, data=data)
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        answers = pool.map(lambda job: read(job[0].path, name=job[0].name, region=job[1]), jobs)
        files = [[next(answers) for one in listed if not not_read(one, ENDINGS)] for listed in folders]
    for own in files:
        across.settle([(file.answer, file.findings) for file in own if file.is_usable])
    others = [[left for one in listed if (left := not_read(one, ENDINGS))] for listed in folders]
    return list(zip(files, others, strict=True))


def unknown_folders(data: str | Path = "") -> list[str]:
    """One sentence for each folder in ``assessments`` that holds files but is no region's, so that nobody reads them.

    A folder ``assessments`` that cannot be listed is such a sentence too.
    """
    top = paths.assessments(data=data)
    listed = list_files(top)
    if [one.path for one in listed] == [top]:
        return [f"assessments was not read: {listed[0].fault}"]
    holding = dict.fromkeys(one.name.partition("/")[0] for one in listed if "/" in one.name or one.is_folder)
    unknown = {folder: why for folder in holding if (why := unknown_folder(folder, data))}
    return [f"assessments/{folder} was not read: {why}" for folder, why in unknown.items()]


def unknown_folder(name: str, data: str | Path = "") -> str:
    """Why a folder in ``assessments`` is no region's, with the nearest region as a suggestion; "" where it is one."""
    try:
        regions.region(name, data)
    except regions.UnknownRegion as error:
        return str(error)
    return ""


def _known(region: str, data: str | Path) -> str:
    return regions.region(region, data).id if region else ""


def _read(
    path: Path, *, name: str = "", region: str, limits: Limits, today: dt.date | None, data: str | Path
) -> ReadFile:
    """Read one file in a child process of its own; ``name`` is what it is called here, its own name if not given."""
    name = name or printable(path.name)
    day = today or dt.date.today()
    folder = str(paths.data(data))
    answer = run_once(TASK, path, rests_on=folder, limits=limits, region=region, today=day.isoformat(), data=folder)
    findings = Findings(name, answer.get("sha256", ""), Rows(**answer.get("rows", {})), found(answer, name))
    return ReadFile(findings, {"file": name, **answer, **judging.holds_of(answer, day)})


def ratings_of(files: Iterable[ReadFile]) -> pd.DataFrame:
    """The ratings of some files as one table, file by file; see :func:`read_assessment` for its columns."""
    answers = [file.answer for file in files if file.is_usable]
    columns = {name: pd.Series(_column(answers, name), dtype="object") for name in COLUMNS}
    columns["date"] = pd.to_datetime(columns["date"].replace("", None), format="%Y-%m-%d")
    return pd.DataFrame(columns).astype(COLUMNS)


def _column(answers: list[dict[str, Any]], name: str) -> list[Any]:
    """One column of all files; what is the same for a whole file stands once in its answer."""
    parts = [
        answer["columns"][name] if name in answer["columns"] else [answer[name]] * len(answer["columns"]["cell"])
        for answer in answers
    ]
    return list(chain.from_iterable(parts))


def files_of(files: Iterable[ReadFile]) -> pd.DataFrame:
    """One row a file; see :class:`Assessments` for its columns."""
    rows = [_file_row(file) for file in files]
    return pd.DataFrame(rows, columns=list(FILES)).astype(FILES)


def _file_row(file: ReadFile) -> dict[str, Any]:
    rows, about = file.findings.rows, file.answer.get("about", {})
    return {
        "file": file.findings.file,
        "sha256": file.findings.sha256,
        "bytes": file.answer.get("bytes", 0),
        "state": "used" if file.is_usable else "refused",
        "rows_in": rows.read,
        "used": rows.used,
        "skipped": rows.skipped,
        "refused": rows.refused,
        "status": about.get("status", "own"),
        "status_note": about.get("status_note", ""),
        "title": about.get("title", ""),
        **{name: file.answer[name] for name in judging.HOLDS},
    }

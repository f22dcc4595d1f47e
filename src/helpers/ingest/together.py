"""Which person uses which services, for what is needed together: ``together/<region>.csv`` in the data folder.

The service ``none`` stands for a person who uses none of them: without such people one cannot say what goes together
among everybody. Persons are told apart by their entry in the column ``person`` and by nothing else. They are numbered
here; no entry of that column goes any further, not into a finding either.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from helpers.ingest.findings import Findings
from helpers.ingest.region_rows import Line, Lines, count, read_lines
from helpers.reference import paths

FOLDER = "together"
COLUMNS = ["person", "service"]
FILES = ["file", "sha256", "bytes", "state", "rows_in", "used", "skipped", "refused"]


@dataclass(frozen=True)
class Together:
    """Who uses what.

    Attributes
    ----------
    people : DataFrame
        One row a person and service, each once: ``person`` (a number given here, from 0), ``service`` (str), ``file``.
    files : DataFrame
        One row, none where the region has no file: ``file``, ``sha256``, ``bytes``, ``state``, ``rows_in``, ``used``,
        ``skipped``, ``refused``.
    findings : list of Findings
        Of the file; none quotes a cell.
    """

    people: pd.DataFrame
    files: pd.DataFrame
    findings: list[Findings]


def read_together(region: str, *, data: str | Path = "") -> Together:
    """Read who uses which service in a region; a region without a file has no rows, which is no error.

    Parameters
    ----------
    region
        The id of the region.
    data
        The data folder; empty for the project's own.

    Raises
    ------
    ValueError
        If ``region`` does not have the form of an id.
    """
    path = paths.of_region(FOLDER, region, data)
    if not path.is_file():
        return Together(_people([], ""), pd.DataFrame(columns=FILES), [])
    lines, rows = _read(path)
    found, counted = lines.findings, lines.findings.rows
    file = {
        "file": found.file, "sha256": found.sha256, "bytes": lines.bytes, "state": "used" if rows else "refused",
        "rows_in": counted.read, "used": counted.used, "skipped": counted.skipped, "refused": counted.refused,
    }  # fmt: skip
    return Together(_people(rows, found.file), pd.DataFrame([file], columns=FILES), [found])


def check_file(path: Path) -> Findings:
    """Say what is wrong with one file of the folder; nothing of it is quoted."""
    return _read(path)[0].findings


def _read(path: Path) -> tuple[Lines, list[tuple[int, str]]]:
    lines = read_lines(path, name=f"{FOLDER}/{path.name}", columns=COLUMNS, required=COLUMNS, shown=False)
    rows = _rows(lines.items)
    count(lines)
    return lines, rows


def _rows(lines: list[Line]) -> list[tuple[int, str]]:
    """Number the persons and keep each person and service once."""
    numbers: dict[str, int] = {}
    seen: set[tuple[int, str]] = set()
    for line in lines:
        person, service = line.required("person"), " ".join(line.required("service").split())
        if line.state != "used":
            continue
        row = numbers.setdefault(person, len(numbers)), service
        if row in seen:
            line.find("figure-twice", "service", "this person and service stand in a row above; they count once")
            line.state = "skipped"
        seen.add(row)
    return sorted(seen)


def _people(rows: list[tuple[int, str]], file: str) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.assign(file=file).astype({"person": "int64", "service": "str", "file": "str"})

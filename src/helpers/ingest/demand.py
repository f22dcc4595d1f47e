"""A region's own figures for the bed model: arrivals and stays by group, and the conditions to try them under.

``demand/<region>.csv`` in the data folder holds the first, ``demand/conditions.csv`` the second; without the second the
illustrative conditions that ship with the project stand in, and say that they are.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from helpers.ingest.findings import Findings
from helpers.ingest.region_rows import Line, Lines, count, read_lines
from helpers.reference import paths

FOLDER = "demand"
CONDITIONS = "conditions"
DEFAULT = "demand_conditions.csv"
RATES = {"arrivals": "arrivals_per_day", "stay": "stay_days"}
ENDS = ("_low", "_high")
PLACE = ["file", "sheet", "cell"]
DEMAND = [
    "group", "arrivals_per_day", "arrivals_low", "arrivals_high", "stay_days", "stay_low", "stay_high", "beds",
    "delayed_pct", "source",
]  # fmt: skip
CONDITION = [
    "condition", "condition_name", "group", "arrivals", "arrivals_low", "arrivals_high", "stay", "stay_low",
    "stay_high", "reason", "source", "status",
]  # fmt: skip
FILES = ["file", "sha256", "bytes", "state", "rows_in", "used", "skipped", "refused"]


@dataclass(frozen=True)
class Demand:
    """What a region gives for the bed model.

    Attributes
    ----------
    demand : DataFrame
        One row a group: ``group``, ``arrivals_per_day``, ``arrivals_low``, ``arrivals_high`` (people), ``stay_days``,
        ``stay_low``, ``stay_high`` (days), ``beds``, ``delayed_pct``, ``source``, and ``file``, ``sheet``, ``cell``
        (of the arrivals). No rows where the region has no file, or nothing in it could be used.
    conditions : DataFrame
        One row a condition (and group): ``condition``, ``condition_name``, ``group``, the factors ``arrivals`` and
        ``stay`` with ``_low`` and ``_high``, ``reason``, ``source``, ``status`` ("illustrative" for those of the
        project), and the place.
    files : DataFrame
        One row a file that was read, below the data folder: ``file``, ``sha256``, ``bytes``, ``state``, ``rows_in``,
        ``used``, ``skipped``, ``refused``.
    findings : list of Findings
        One for each file.
    """

    demand: pd.DataFrame
    conditions: pd.DataFrame
    files: pd.DataFrame
    findings: list[Findings]


def read_demand(region: str, *, data: str | Path = "") -> Demand:
    """Read a region's arrivals and stays, and the conditions; a region without a file has none, which is no error.

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
    own = paths.of_region(FOLDER, region, data)
    shared = paths.of_region(FOLDER, CONDITIONS, data)
    if region == CONDITIONS or not own.is_file():
        return Demand(_frame([], DEMAND), _frame([], CONDITION), pd.DataFrame(columns=FILES), [])
    given = shared if shared.is_file() else paths.reference_file(DEFAULT, data)
    tables = [
        _read(own, f"{FOLDER}/{own.name}", DEMAND, ["group", *RATES.values()], _group),
        _read(given, f"{given.parent.name}/{given.name}", CONDITION, ["condition", *RATES], _condition),
    ]
    files = pd.DataFrame([_file(lines) for lines, _ in tables], columns=FILES)
    return Demand(tables[0][1], tables[1][1], files, [lines.findings for lines, _ in tables])


def check_file(path: Path) -> Findings:
    """Say what is wrong with one file of the folder, whether a region's arrivals and stays or the conditions."""
    name = f"{FOLDER}/{path.name}"
    if path.stem == CONDITIONS:
        return _read(path, name, CONDITION, ["condition", *RATES], _condition)[0].findings
    return _read(path, name, DEMAND, ["group", *RATES.values()], _group)[0].findings


def _read(path: Path, name: str, columns: list[str], required: list[str], read) -> tuple[Lines, pd.DataFrame]:
    lines = read_lines(path, name=name, columns=columns, required=required)
    rows = [read(line) | {"file": name, "sheet": lines.sheet, "cell": line.cell(required[1])} for line in lines.items]
    keys = ["group"] if columns is DEMAND else ["condition", "group"]
    seen: set[tuple] = set()
    for line, row in zip(lines.items, rows, strict=True):
        at = tuple(row[column] for column in keys)
        if line.state == "used" and at in seen:
            line.find("figure-twice", keys[0], f"{' '.join(at)} stands in a row above; the first one counts")
            line.state = "skipped"
        seen.add(at)
    count(lines)
    kept = [row for line, row in zip(lines.items, rows, strict=True) if line.state == "used"]
    return lines, _frame(kept, columns)


def _group(line: Line) -> dict[str, object]:
    """One group's rates; a row without a name or a rate is left out."""
    row: dict[str, object] = {"group": line.required("group"), "source": line.text("source")}
    for name, column in RATES.items():
        row |= _interval(line, column, name)
    if row["group"] == "all":
        line.find("value-out-of-range", "group", "all is the name of the groups together", expected="another name")
    return row | {"beds": line.number_in("beds"), "delayed_pct": line.number_in("delayed_pct", high=100)}


def _condition(line: Line) -> dict[str, object]:
    """One condition's factors; a row without a name or a factor is left out."""
    name = line.required("condition")
    texts = {column: line.text(column) for column in ("reason", "source", "status")}
    row: dict[str, object] = {"condition": name, "condition_name": line.text("condition_name") or name, **texts}
    for factor in RATES:
        row |= _interval(line, factor, factor)
    return row | {"group": line.text("group") or "all"}


def _interval(line: Line, column: str, name: str) -> dict[str, float]:
    """A number with the ends of its interval; both ends or none."""
    value = _required(line, column)
    ends = {f"{name}{end}": line.number_in(f"{name}{end}") for end in ENDS}
    low, high = ends.values()
    if line.state == "used":
        if math.isnan(low) != math.isnan(high):
            lacking = f"{name}_low" if math.isnan(low) else f"{name}_high"
            line.find("limits-disordered", lacking, f"{lacking} is blank; an interval has both ends or none")
        elif low > value or high < value or (low == 0) != (high == 0):
            message = f"{column} {value:g} does not lie between {low:g} and {high:g}, all above 0 or all 0"
            line.find("limits-disordered", column, message)
    return {column: value, **ends}


def _required(line: Line, column: str) -> float:
    """The number of a column that has to be there; a mark for a missing one leaves the row out like a blank."""
    value = line.number_in(column) if line.required(column) else math.nan
    if math.isnan(value) and line.state == "used":
        line.find("value-missing", column, f"{column} is marked as missing; the row was left out")
        line.state = "skipped"
    return value


def _frame(rows: list[dict[str, object]], columns: list[str]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=[*columns, *PLACE])
    texts = {"group", "source", "condition", "condition_name", "reason", "status", *PLACE}
    return table.astype({column: "str" if column in texts else float for column in table.columns})


def _file(lines: Lines) -> dict[str, object]:
    rows, found = lines.findings.rows, lines.findings
    return {
        "file": found.file, "sha256": found.sha256, "bytes": lines.bytes, "state": "used" if rows.used else "refused",
        "rows_in": rows.read, "used": rows.used, "skipped": rows.skipped, "refused": rows.refused,
    }  # fmt: skip

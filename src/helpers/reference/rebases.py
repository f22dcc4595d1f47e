"""Dates from which on the limits of a control chart start anew, each with its reason: a declared judgement.

The register is the table ``data/reference/rebases.csv``. Limits are never moved automatically: guidance (NHS England,
Making data count) wants a known cause, a new level that has lasted, and a note on the chart.
"""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.reference import paths

if TYPE_CHECKING:
    import pandas as pd

FILE = "rebases.csv"
COLUMNS = ("indicator", "date", "reason", "source")


class RebasesError(ValueError):
    """The register of rebases cannot be used; the message names every line that is wrong."""


def load_rebases(data: str | Path = "") -> pd.DataFrame:
    """Load the declared rebases.

    Parameters
    ----------
    data
        The data folder; empty for the project's own.

    Returns
    -------
    pandas.DataFrame
        One row a rebase, in the file's order: ``indicator`` (code), ``date`` (the first day of the new limits),
        ``reason`` (a few words for the chart), ``source``.

    Raises
    ------
    RebasesError
        If a column is missing, a date is none, a reason is missing, or a rebase stands twice.
    """
    import pandas as pd

    rows = _rows(paths.reference_file(FILE, data))
    if wrong := _wrong(rows):
        raise RebasesError(f"{FILE}: " + "; ".join(f"line {line}: {why}" for line, why in wrong.items()))
    table = pd.DataFrame(rows, columns=list(COLUMNS)).astype("str")
    return table.assign(date=pd.to_datetime(table["date"], format="%Y-%m-%d").astype("datetime64[ns]"))


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
        if missing:
            raise RebasesError(f"{FILE}: the column {', '.join(missing)} is missing")
        return [{column: (row[column] or "").strip() for column in COLUMNS} for row in reader]


def _wrong(rows: list[dict[str, str]]) -> dict[int, str]:
    """What is wrong with which line, the header being line 1."""
    seen: set[tuple[str, str]] = set()
    wrong = {}
    for line, row in enumerate(rows, start=2):
        rebase = (row["indicator"], row["date"])
        if not _is_day(row["date"]):
            wrong[line] = f"{row['date']!r} is not a day; write it as 2020-04-01"
        elif not row["indicator"] or not row["reason"]:
            wrong[line] = "a rebase needs an indicator and a reason"
        elif rebase in seen:
            wrong[line] = f"{row['indicator']} is rebased on {row['date']} already"
        seen.add(rebase)
    return wrong


def _is_day(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False

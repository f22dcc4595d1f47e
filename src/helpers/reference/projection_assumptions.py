"""What a projection assumes, as declared: named variants, each parameter with its interval and its reason.

The register is the table ``data/reference/projection_assumptions.csv``; a data folder can bring its own copy. What
ships is assumed by this project, to be replaced, and says so (``status`` illustrative).
"""

from __future__ import annotations

import csv
import difflib
import math
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.reference import paths

if TYPE_CHECKING:
    import pandas as pd

FILE = "projection_assumptions.csv"
NUMBERS = ("value", "low", "high")
COLUMNS = ("variant", "variant_name", "parameter", *NUMBERS, "reason", "source", "status")
PRINCIPAL = "principal"
ABOVE_ZERO = ("mortality", "fertility")
MIGRATION = ("migration", "migration_per_1000")
PARAMETERS = {
    "mortality": "factor on death rates",
    "improvement_pct": "yearly fall of death rates, %",
    "fertility": "factor on birth rates",
    "migration_factor": "factor on net migration as counted",
    "migration_per_1000": "further net migrants a year per 1,000 residents",
    "migration": "further net migrants a year",
}


class ProjectionAssumptionsError(ValueError):
    """The declared assumptions cannot be used; the message names every line that is wrong."""


def load_projection_assumptions(data: str | Path = "") -> pd.DataFrame:
    """Load the declared assumptions.

    Parameters
    ----------
    data
        The data folder; empty for the project's own.

    Returns
    -------
    pandas.DataFrame
        One row a variant and parameter, in the file's order, the variant ``principal`` first: ``variant`` (id),
        ``variant_name``, ``parameter`` (see ``PARAMETERS``), ``parameter_name``, ``value``, ``low`` and ``high`` (ends
        of the 95 % interval; both missing: known exactly), ``reason``, ``source``, ``status`` ("illustrative": assumed
        by this project, to be replaced), ``file``. A parameter that a variant does not name is as in the principal one.

    Raises
    ------
    ProjectionAssumptionsError
        If a column or the principal variant is missing, a line stands twice, names no known parameter, lacks its
        number, its name or its reason, has one end of an interval only, or a value outside its interval or that cannot
        be. Every such line is named.
    """
    import pandas as pd

    rows = _rows(paths.reference_file(FILE, data))
    wrong = {line: why for line, row in enumerate(rows, start=2) if (why := _wrong(row, rows[: line - 2]))}
    said = [f"line {line}: {why}" for line, why in wrong.items()] + _wrong_together(rows)
    if said:
        raise ProjectionAssumptionsError(f"{FILE}: " + "; ".join(said))
    table = pd.DataFrame(rows, columns=list(COLUMNS)).astype("str")
    numbers = {column: table[column].map(_number).astype(float) for column in NUMBERS}
    table = table.assign(**numbers, parameter_name=table["parameter"].map(PARAMETERS), file=FILE)
    is_later = table["variant"] != PRINCIPAL
    return table.loc[is_later.sort_values(kind="stable").index].reset_index(drop=True)


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
        if missing:
            raise ProjectionAssumptionsError(f"{FILE}: the column {', '.join(missing)} is missing")
        return [{column: (row[column] or "").strip() for column in COLUMNS} for row in reader]


def _wrong(row: dict[str, str], before: list[dict[str, str]]) -> str:
    """What is wrong with one line, "" for nothing."""
    name = row["parameter"]
    if not row["variant"] or not row["variant_name"] or not row["reason"]:
        return "a line needs a variant, a variant_name and a reason"
    if name not in PARAMETERS:
        near = difflib.get_close_matches(name, PARAMETERS, n=1)
        return f"no parameter is called {name!r}" + (f" - did you mean {near[0]!r}?" if near else "")
    same = [other for other in before if other["variant"] == row["variant"]]
    if any(other["parameter"] == name for other in same):
        return f"{name} of {row['variant']} stands in a line above already"
    if same and same[0]["variant_name"] != row["variant_name"]:
        return f"{row['variant']} is called {same[0]['variant_name']!r} in a line above"
    return _wrong_number(row)


def _wrong_number(row: dict[str, str]) -> str:
    """What is wrong with the numbers of one line."""
    value, low, high = (_number(row[column]) for column in NUMBERS)
    written = [column for column in NUMBERS if row[column] and math.isnan(_number(row[column]))]
    if written or math.isnan(value):
        return f"{(written or ['value'])[0]} has to be a number, such as 0.95"
    if math.isnan(low) != math.isnan(high):
        return "an interval has both ends, low and high, or none"
    if not math.isnan(low) and not low <= value <= high:
        return f"{value:g} does not lie between low {low:g} and high {high:g}"
    lowest = value if math.isnan(low) else low
    if row["parameter"] in ABOVE_ZERO and lowest <= 0:
        return f"{row['parameter']} is a factor and has to be above 0, its low end too"
    if row["parameter"] == "migration_factor" and lowest < 0:
        return "migration_factor has to be 0 or more, its low end too"
    if row["parameter"] == "improvement_pct" and (value if math.isnan(high) else high) >= 100:
        return "improvement_pct has to be below 100"
    return ""


def _wrong_together(rows: list[dict[str, str]]) -> list[str]:
    """What is wrong with the lines taken together."""
    said = [] if any(row["variant"] == PRINCIPAL for row in rows) else [f"no line is of the variant {PRINCIPAL}"]
    both = {row["parameter"] for row in rows} & set(MIGRATION)
    return said + ([f"name either {' or '.join(MIGRATION)}, not both"] if len(both) > 1 else [])


def _number(written: str) -> float:
    """The finite number that is written, nan where there is none."""
    try:
        number = float(written)
    except ValueError:
        return math.nan
    return number if math.isfinite(number) else math.nan

"""Which population indicators speak for the need of which dimension of the maturity model: a declared judgement.

The register is the table ``data/reference/needs.csv``. No data say that an indicator belongs to a dimension, so each
link has its reason beside it and can be changed in a copy of the file.
"""

from __future__ import annotations

import csv
import difflib
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.reference import indicators, models, paths

if TYPE_CHECKING:
    import pandas as pd

FILE = "needs.csv"
COLUMNS = ("dimension", "indicator", "reason", "source")


class NeedsError(ValueError):
    """The register of needs cannot be used; the message names every line that is wrong."""


def load_needs(data: str | Path = "") -> pd.DataFrame:
    """Load the links between dimensions and indicators.

    Parameters
    ----------
    data
        The data folder; empty for the project's own.

    Returns
    -------
    pandas.DataFrame
        One row a link, in the file's order: ``dimension`` (code), ``indicator`` (code), ``reason``, ``source``. A
        dimension may have no link. Where the project's file is used beside models or a register of indicators of
        somebody's own, links to what these do not have are left out.

    Raises
    ------
    NeedsError
        If a line of the folder's own file names an unknown dimension or indicator, one of which neither more nor less
        is better, or a link that stands already; or if a column is missing.
    """
    import pandas as pd

    file = paths.reference_file(FILE, data)
    rows = _rows(file)
    wrong = _wrong(rows, data)
    if wrong and file.parent == paths.reference(data):
        raise NeedsError(f"{FILE}: " + "; ".join(f"line {line}: {why}" for line, why in wrong.items()))
    kept = [row for line, row in enumerate(rows, start=2) if line not in wrong]
    return pd.DataFrame(kept, columns=list(COLUMNS)).astype("str")


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines)
        missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
        if missing:
            raise NeedsError(f"{FILE}: the column {', '.join(missing)} is missing")
        return [{column: (row[column] or "").strip() for column in COLUMNS} for row in reader]


def _wrong(rows: list[dict[str, str]], data: str | Path) -> dict[int, str]:
    """What is wrong with which line, the header being line 1."""
    dimensions = {code for model in models.load_models(data).values() for code in model.codes}
    polarity = indicators.load_register(data)["polarity"].to_dict()
    seen: set[tuple[str, str]] = set()
    wrong = {}
    for line, row in enumerate(rows, start=2):
        link = (row["dimension"], row["indicator"])
        if link[0] not in dimensions:
            wrong[line] = f"no model has a dimension {link[0]!r}{_near(link[0], dimensions)}"
        elif link[1] not in polarity:
            wrong[line] = f"the register has no indicator {link[1]!r}{_near(link[1], polarity)}"
        elif polarity[link[1]] == "none":
            wrong[line] = f"of {link[1]!r} neither more nor less is better, so it cannot speak for a need"
        elif link in seen:
            wrong[line] = f"{link[0]} and {link[1]} are linked already"
        seen.add(link)
    return wrong


def _near(text: str, known: Collection[str]) -> str:
    found = difflib.get_close_matches(text, list(known), n=1, cutoff=0.7)
    return f" - did you mean {found[0]!r}?" if found else ""

"""What others have printed about a region's integrated care: statements with their source, never measurements."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.reference import paths

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("region", "kind", "dimension", "text", "source")


def load_published_findings(region: str, data: str | Path = "") -> pd.DataFrame:
    """Load the printed statements about one region.

    Returns
    -------
    pandas.DataFrame
        One row a statement: ``region``, ``kind`` (strength, weakness, priority, process, coaching, improvement or
        note), ``dimension`` (its code, or ""), ``text`` (in our own words) and ``source``; no rows where nothing is
        in print.
    """
    import pandas as pd

    with paths.reference_file("published_findings.csv", data).open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["region"] == region]
    return pd.DataFrame(rows, columns=list(COLUMNS))

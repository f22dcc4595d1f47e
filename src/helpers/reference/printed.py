"""What others have printed about integrated care: statements about regions and profiles, each with its source."""

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


def load_published_profiles(data: str | Path = "") -> pd.DataFrame:
    """Load the profiles that others have published.

    Returns
    -------
    pandas.DataFrame
        One row a profile and dimension: ``profile`` (id), ``profile_name``, ``model`` (id of the edition on which it
        was rated), ``dimension`` (code), ``median`` and ``iqr`` (levels; missing where not printed), ``n``, ``note``,
        ``source``.
    """
    import pandas as pd

    file = paths.reference_file("published_profiles.csv", data)
    numbers = {"median": "float64", "iqr": "float64", "n": "Int64"}
    return pd.read_csv(file, dtype=numbers, keep_default_na=False, na_values={name: [""] for name in numbers})

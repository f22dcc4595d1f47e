"""How many figures are hidden, for a page to say; a hidden figure never vanishes without a word."""

from __future__ import annotations

import pandas as pd

COLUMNS = ("file", "indicator", "reason", "hidden", "figures")


def hidden_summary(table: pd.DataFrame) -> pd.DataFrame:
    """Count the hidden figures of each file and indicator by their reason.

    Parameters
    ----------
    table : DataFrame
        One row a figure with ``indicator``, ``qualifier`` and ``is_hidden``; ``file`` where there is one. A table
        without ``is_hidden`` has nothing hidden.

    Returns
    -------
    DataFrame
        One row a file, indicator and reason: ``file``, ``indicator``, ``reason`` (as ``qualifier`` says it, such as
        "hidden: fewer than 5"), ``hidden`` (how many), ``figures`` (of the file's for this indicator). No row where
        nothing is hidden; never a count of people.
    """
    if "is_hidden" not in table or not table["is_hidden"].any():
        return pd.DataFrame(columns=list(COLUMNS)).astype({"hidden": "int64", "figures": "int64"})
    named = table.assign(file=table.get("file", ""), figures=1)
    figures = named.groupby(["file", "indicator"], sort=False)["figures"].transform("sum")
    named = named.assign(figures=figures, reason=named["qualifier"])[named["is_hidden"]]
    grouped = named.groupby(["file", "indicator", "reason"], sort=False)
    return grouped.agg(hidden=("is_hidden", "sum"), figures=("figures", "first")).reset_index()[list(COLUMNS)]

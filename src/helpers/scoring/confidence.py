"""Levels of confidence and arguments that name data: the one place that checks them and names the columns of limits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

Confidence = float | Sequence[float]
Data = str | float | Sequence[float] | np.ndarray | pd.Series


def levels(confidence: Confidence) -> tuple[float, ...]:
    """Return the levels as a tuple.

    Raises
    ------
    ValueError
        If one is not between 0.5 and 1 (95 for 0.95 is refused, not guessed), or stands twice.
    """
    given = (confidence,) if np.isscalar(confidence) else tuple(confidence)
    wrong = [level for level in given if isinstance(level, bool) or not 0.5 <= float(level) < 1]
    if wrong or not given or len(set(given)) < len(given):
        raise ValueError(f"confidence is a level such as 0.95, or several different ones; got {confidence!r}")
    return tuple(float(level) for level in given)


def suffixes(confidence: Confidence) -> dict[str, float]:
    """Return each level by the ending of its columns: "" for a single one, else "_95", "_99_8".

    Several levels get ``lowercl_95`` and so on; one level gets ``lowercl`` and ``uppercl``.
    """
    given = levels(confidence)
    if np.isscalar(confidence) or len(given) == 1:
        return {"": given[0]}
    return {"_" + f"{level * 100:.10g}".replace(".", "_"): level for level in given}


def limit_columns(name: str, confidence: Confidence) -> list[str]:
    """Return the names of the columns of limits of ``name`` ("" for the value itself): lower, upper, lower ..."""
    start = f"{name}_" if name else ""
    return [f"{start}{end}{suffix}" for suffix in suffixes(confidence) for end in ("lowercl", "uppercl")]


def column(table: pd.DataFrame, data: Data, what: str) -> np.ndarray:
    """Return the numbers that an argument names: a column, an expression of the table's length, or one for all rows.

    Parameters
    ----------
    table
        One row an observation.
    data
        A column's name, a Series or array of the table's length, or a single number.
    what
        The argument's name, for messages.

    Raises
    ------
    ValueError
        If there is no such column, the length is another one, or the values are not numbers.
    """
    if isinstance(data, str):
        if data not in table.columns:
            raise ValueError(f"{what}: the table has no column {data!r}; it has {', '.join(map(str, table.columns))}")
        data = table[data]
    if np.isscalar(data):
        return np.full(len(table), float(data))
    if len(data) != len(table):
        raise ValueError(f"{what}: {len(data)} values were given for a table of {len(table)} rows")
    if isinstance(data, pd.Series) and not data.index.equals(table.index):
        raise ValueError(f"{what}: the values have another index than the table, so which belongs to which row is open")
    try:
        return pd.Series(data).to_numpy(dtype=float, na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{what}: not all values are numbers ({error})") from None

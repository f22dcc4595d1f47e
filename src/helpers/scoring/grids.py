"""Long tables as grids: one line an area, one place a step (an age band, a fifth), so that no loop runs over areas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

MOST_NAMED = 3


@dataclass(frozen=True)
class Grid:
    """Where the rows of a long table stand.

    ``areas`` has one row an area with the columns that name it, in the order of the table; ``steps`` are the
    different steps in rising order; ``rows`` holds for each area and step the row's position, -1 where there is none.
    """

    areas: pd.DataFrame
    steps: np.ndarray
    rows: np.ndarray

    def fill(self, values: np.ndarray) -> np.ndarray:
        """Return values of the table's rows as areas x steps, ``nan`` where an area has no row."""
        return np.where(self.rows >= 0, values[self.rows], np.nan)

    @property
    def has_row(self) -> np.ndarray:
        return self.rows >= 0


def grid(table: pd.DataFrame, by: Sequence[str], steps: np.ndarray, what: str) -> Grid:
    """Lay a long table out.

    Parameters
    ----------
    table
        One row an area and step.
    by
        The columns that name an area; none where the whole table is one.
    steps
        The step of each row, numbers.
    what
        What a step is, for messages: "age band".

    Raises
    ------
    ValueError
        If the table is empty, a column is missing, a step is, or an area has two rows for one step.
    """
    if table.empty:
        raise ValueError(f"the table has no rows, so there is no {what}")
    by = [by] if isinstance(by, str) else list(by)
    absent = [name for name in by if name not in table.columns]
    if absent:
        raise ValueError(f"by: the table has no column {absent[0]!r}; it has {', '.join(map(str, table.columns))}")
    check_rows(table, ~np.isfinite(steps), f"no number says which {what} these rows are for")
    codes = _codes(table, by)
    different, places = np.unique(steps, return_inverse=True)
    rows = np.full((codes.max(initial=-1) + 1, len(different)), -1)
    rows[codes, places] = np.arange(len(table))
    repeated = rows[codes, places] != np.arange(len(table))
    check_rows(table, repeated, f"the area has another row for the same {what}; sum or choose them first")
    first = np.unique(codes, return_index=True)[1]
    return Grid(table[by].iloc[first].reset_index(drop=True), different, rows)


def _codes(table: pd.DataFrame, by: list[str]) -> np.ndarray:
    """Number the areas by their first row."""
    if not by:
        return np.zeros(len(table), dtype=int)
    if len(by) == 1:
        return pd.factorize(table[by[0]], use_na_sentinel=False)[0]
    return table.groupby(by, sort=False, dropna=False).ngroup().to_numpy()


def check_rows(table: pd.DataFrame, wrong: np.ndarray, why: str) -> None:
    """Raise `ValueError` if any row is wrong, naming the first few by their index."""
    if wrong.any():
        named = [str(label) for label in table.index[wrong][: MOST_NAMED + 1]]
        rows = ", ".join(named[:MOST_NAMED]) + (f" and {int(wrong.sum()) - MOST_NAMED} more" if len(named) > 3 else "")
        raise ValueError(f"{why}: row {rows}" if len(named) == 1 else f"{why}: rows {rows}")

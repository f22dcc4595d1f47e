"""Counts and populations that can be true, and the groups that they belong to: what every rate needs first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.scoring.confidence import Data, column
from helpers.scoring.wording import listing, plural, verb

SHOWN_ROWS = 10
NO_COUNT, NO_POPULATION = "the number of events is missing", "the population is missing"


class Groups(NamedTuple):
    """Which group each row belongs to (0, 1 ... in the order in which they first come) and what they are called."""

    code: np.ndarray
    keys: pd.DataFrame

    def total(self, values: np.ndarray) -> np.ndarray:
        """The sum in each group; missing where one of its values is."""
        return np.bincount(self.code, weights=values, minlength=len(self.keys))

    def size(self) -> np.ndarray:
        return np.bincount(self.code, minlength=len(self.keys))

    def names(self, which: np.ndarray) -> str:
        """Some of the groups in words: "Angus 2020 and Fife 2021"."""
        chosen = self.keys[np.asarray(which)]
        return listing([" ".join(map(str, row)) or "the table" for row in chosen.itertuples(index=False)], SHOWN_ROWS)


def refuse(wrong: np.ndarray, argument: str, fault: str, mend: str) -> None:
    """Raise `ValueError` that names the rows, counted from 1, in which something is wrong; nothing where none is."""
    rows = np.flatnonzero(wrong)
    if len(rows):
        named = listing([str(row + 1) for row in rows], SHOWN_ROWS)
        word = verb(len(rows), "row", "rows")
        raise ValueError(f"{argument}: {plural(len(rows), 'value')} {fault}, in {word} {named} (from 1); {mend}")


def counts(table: pd.DataFrame, data: Data, what: str) -> np.ndarray:
    """Return the counts that an argument names, missing where they are missing; refuses negative and infinite ones."""
    found = column(table, data, what)
    refuse((found < 0) | np.isinf(found), what, "below 0 or infinite", "a count is 0 or more; leave unknown ones blank")
    return found


def populations(table: pd.DataFrame, data: Data, what: str, *, whole: bool = False) -> np.ndarray:
    """Return the populations that an argument names; refuses 0, less and infinite, and if ``whole`` missing ones."""
    found = column(table, data, what)
    mend = "leave the row out, or put the population at risk"
    refuse((found <= 0) | np.isinf(found), what, "not above 0", mend)
    if whole:
        refuse(np.isnan(found), what, "missing", mend)
    return found


def grouped(table: pd.DataFrame, by: str | Sequence[str]) -> Groups:
    """Number the groups of a table; with no columns in ``by`` the whole table is one group.

    Raises
    ------
    ValueError
        If there is no such column, or a row has no group.
    """
    names = [by] if isinstance(by, str) else list(by)
    if absent := [name for name in names if name not in table.columns]:
        raise ValueError(f"by: the table has no column {listing(absent)}; it has {', '.join(map(str, table.columns))}")
    code, n = np.zeros(len(table), dtype=int), 1
    for name in names:
        own, found = pd.factorize(table[name])
        refuse(own < 0, "by", f"missing in the column {name}", "say which group each row belongs to")
        code, kept = pd.factorize(code * len(found) + own)
        n = len(kept)
    first = np.zeros(min(n, len(table)), dtype=int)
    first[code[::-1]] = np.arange(len(table))[::-1]
    return Groups(code, table[names].iloc[first].reset_index(drop=True))

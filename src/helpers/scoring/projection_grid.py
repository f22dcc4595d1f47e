"""A table by sex and age as numbers on a grid, for projections: two sexes, bands of one width, the last one open."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.scoring import age_bands
from helpers.scoring.ratings import check_columns

SEXES = ("female", "male")
TOTALS = ("all", "0-15", "16-64", "65+", "75+", "85+")


@dataclass(frozen=True)
class Grid:
    """The bands of a projection: their width in years and their first ages; the last one is open."""

    width: int
    starts: tuple[int, ...]

    @property
    def labels(self) -> list[str]:
        ends = [*self.starts[1:], math.inf]
        return [age_bands.label(start, end) for start, end in zip(self.starts, ends, strict=True)]


def grid_of(table: pd.DataFrame, what: str) -> Grid:
    """Read the bands off a table of one row a sex and age group.

    Raises
    ------
    ValueError
        If a row is missing or stands twice, the bands leave a gap, overlap, are not of one width or do not end openly.
    """
    check_columns(table, ("sex", "age_group"), what)
    rows = age_bands.with_bounds(table)
    unread = rows.loc[rows["age_from"].isna() | ~rows["sex"].isin(SEXES), ["sex", "age_group"]]
    if len(unread):
        named = ", ".join(f"{row.sex} {row.age_group}" for row in unread.head(3).itertuples())
        raise ValueError(f"{what}: every row is of one sex (female, male) and one age band such as 0-4; got {named}")
    bands = {sex: sorted(zip(own["age_from"], own["age_to"], strict=True)) for sex, own in rows.groupby("sex")}
    if len(bands) != len(SEXES) or bands["female"] != bands["male"]:
        raise ValueError(f"{what}: females and males need the same age bands, each once")
    first = bands["female"]
    widths = {end - start for start, end in first[:-1]}
    if not age_bands.is_whole(*zip(*first, strict=True)) or len(widths) != 1:
        raise ValueError(f"{what}: the age bands run from 0 to an open one, all others equally wide, without a gap")
    return Grid(int(widths.pop()), tuple(int(start) for start, _ in first))


def numbers(table: pd.DataFrame, column: str, grid: Grid, what: str, *, lowest: float = 0.0) -> np.ndarray:
    """Return a column of a table as an array of sex (female, male) by band.

    Raises
    ------
    ValueError
        If the bands are others than the grid's, or a number is missing or below ``lowest``.
    """
    if grid_of(table, what) != grid:
        raise ValueError(f"{what}: the age bands are not those of the base population; bring both to the same bands")
    check_columns(table, (column,), what)
    rows = age_bands.with_bounds(table).sort_values(["sex", "age_from"])
    values = pd.to_numeric(rows[column]).to_numpy(dtype=float).reshape(len(SEXES), len(grid.starts))
    wrong = rows.loc[~(values.ravel() >= lowest) | np.isinf(values.ravel()), ["sex", "age_group"]]
    if len(wrong):
        named = ", ".join(f"{row.sex} {row.age_group}" for row in wrong.head(3).itertuples())
        least = "a number" if math.isinf(lowest) else f"a number of at least {lowest:g}"
        raise ValueError(f"{what}: {column} needs {least} in every row; look at {named}")
    return values


def groups(grid: Grid) -> list[tuple[str, int, np.ndarray]]:
    """The age groups that are reported: five-year bands, then totals whose ends are among the bands' own.

    Returns
    -------
    list of tuple
        Name, first age, and which bands it holds.
    """
    starts = np.array(grid.starts)
    width = max(age_bands.FIVE, grid.width)
    own = starts // width * width
    result = [(_band_name(start, width, own), int(start), own == start) for start in np.unique(own)]
    for name in TOTALS:
        low, high = (0, math.inf) if name == "all" else age_bands.bounds(name)
        if low in grid.starts and (high in grid.starts or math.isinf(high)):
            result.append((name, int(low), (starts >= low) & (starts < high)))
    return list({name: group for group in result for name in [group[0]]}.values())


def _band_name(start: float, width: int, own: np.ndarray) -> str:
    return age_bands.label(start, math.inf if start == own.max() else start + width)

"""What was counted of births, deaths and migration, by year, and how a count of one age band is laid on others."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from helpers.scoring import age_bands, figures, population
from helpers.scoring.projection_grid import SEXES, Grid
from helpers.scoring.ratings import check_columns
from helpers.scoring.wording import plural

TOGETHER = 5
OLDEST = 10
LONGEST = pd.Timedelta(days=367)
WHOLE = ("", "all", "total")
CELLS = ["year", "sex", "age_from", "value", "file"]
ROWS = ["year", "sex", "age_from", "age_to", "value", "file"]


@dataclass(frozen=True)
class Area:
    """One area and the figures that may be its own: its code, the codes of its parts, and its name in words.

    What it has been asked for is kept, since the ways to a projection that are tried want the same counts.
    """

    figures: pd.DataFrame
    code: str
    parts: tuple[str, ...]
    name: str
    found: dict[tuple, pd.DataFrame] = field(default_factory=dict, repr=False, compare=False)

    def by_age(self, indicator: str, width: int) -> pd.DataFrame:
        """As `by_age` gives it."""
        if (indicator, width) not in self.found:
            counted = by_age(self.figures, indicator, self.code, parts=self.parts, width=width)
            self.found[indicator, width] = counted
        return self.found[indicator, width]

    def as_given(self, indicator: str) -> pd.DataFrame:
        """As `as_given` gives it."""
        if (indicator,) not in self.found:
            self.found[indicator,] = as_given(self.figures, indicator, self.code, parts=self.parts)
        return self.found[indicator,]

    def hidden(self, indicator: str) -> str:
        """How many of its figures are hidden as small numbers, in words; "" for none."""
        if "is_hidden" not in self.figures:
            return ""
        codes = [self.code, *self.parts]
        own = self.figures[(self.figures["indicator"] == indicator) & self.figures["area_code"].isin(codes)]
        n = int(own["is_hidden"].fillna(False).astype(bool).sum())
        return f" ({plural(n, 'figure')} hidden as small numbers)" if n else ""


@dataclass(frozen=True)
class Found:
    """One input on a grid: its numbers (None where it is missing), how it came about, the years and the files.

    ``is_stand_in`` says that it was lent from elsewhere or spread by a profile of this project's.
    """

    numbers: np.ndarray | None
    how: str
    years: tuple[int, ...] = ()
    files: tuple[str, ...] = ()
    is_stand_in: bool = False


def by_age(
    indicators: pd.DataFrame, indicator: str, area_code: str, *, parts: Collection[str] = (), width: int = 1
) -> pd.DataFrame:
    """Give an indicator's counts for every single year that has each band of a width of both sexes.

    Returns
    -------
    DataFrame
        One row a year, sex and band, in their order: ``year`` (in which the middle of the period lies), ``sex``,
        ``age_from``, ``value``, ``file``. Nothing is filled in; periods longer than a year are left out.
    """
    own = _of_area(indicators, indicator, area_code, parts)
    if own.empty:
        return pd.DataFrame(columns=CELLS)
    own = _whole(own)
    found = population.by_band(own.assign(indicator=population.POPULATION), area_code, parts=parts, width=width)
    if found.empty:
        return pd.DataFrame(columns=CELLS)
    cells = found.assign(year=_year(found["period_end"])).rename(columns={"population": "value"})
    return cells.drop_duplicates(["year", "sex", "age_from"], keep="last")[CELLS].reset_index(drop=True)


def as_given(indicators: pd.DataFrame, indicator: str, area_code: str, *, parts: Collection[str] = ()) -> pd.DataFrame:
    """Give an indicator's counts for every single year as they stand, hidden and blank ones too.

    Returns
    -------
    DataFrame
        One row a year, sex and age group of the file with the latest year: ``year``, ``sex``, ``age_from``, ``age_to``
        (missing for all ages), ``value`` (missing where it is in the source or in one of the parts), ``file``. Parts
        are added up where the area has no figure of its own and every part has one.
    """
    own = _of_area(indicators, indicator, area_code, parts)
    if own.empty:
        return pd.DataFrame(columns=ROWS)
    own = _whole(own)
    wanted = 1 if (own["area_code"] == area_code).any() else len(set(parts))
    if own.empty:
        return pd.DataFrame(columns=ROWS)
    own = age_bands.with_bounds(own.assign(year=_year(own["period_end"])))
    own = own[own["file"] == own.sort_values("year", kind="stable")["file"].iloc[-1]]
    own = own[own["age_from"].notna() | (own["age_group"] == "all")]
    own = own.drop_duplicates(["area_code", "year", "sex", "age_from", "age_to"], keep="last")
    groups = own.groupby(["year", "sex", "age_from", "age_to", "file"], dropna=False)["value"]
    summed = groups.sum(min_count=max(wanted, 1)).where(groups.size() == wanted)
    return summed.reset_index()[ROWS]


def _of_area(indicators: pd.DataFrame, indicator: str, area_code: str, parts: Collection[str]) -> pd.DataFrame:
    """An indicator's figures of an area, else of its parts; alone, since populations may be a hundred thousand rows."""
    check_columns(indicators, figures.REQUIRED, "indicators")
    own = indicators[indicators["indicator"] == indicator]
    is_own = own["area_code"] == area_code
    return own[is_own if is_own.any() else own["area_code"].isin(set(parts))]


def _whole(own: pd.DataFrame) -> pd.DataFrame:
    """The figures for single years and everybody; ``period_end`` becomes the middle of the period."""
    blank = own["value"].isna().to_numpy()
    table = figures.complete(own.assign(value=own["value"].fillna(0.0)))
    table["value"] = table["value"].mask(blank)
    table = table[table["group"].isin(WHOLE) & (table["quintile"] == "total")]
    start = table["period_start"].fillna(table["period_end"])
    length = table["period_end"] - start
    table = table.assign(period_end=start + length / 2, group="")
    return table[table["period_end"].notna() & (length <= LONGEST)]


def _year(middles: pd.Series) -> pd.Series:
    return pd.to_datetime(middles).dt.year.astype(int)


def latest(years: Collection[int], base_year: int) -> list[int]:
    """The years that are pooled: the latest five of those that are not ten years or more before the base year."""
    return sorted({int(year) for year in years if year > base_year - OLDEST})[-TOGETHER:]


def cells(table: pd.DataFrame, years: Collection[int], grid: Grid) -> np.ndarray:
    """The sum of counts over years, by sex (female, male) and the grid's bands; later bands go into the open one."""
    own = table[table["year"].isin(set(years))]
    starts = np.minimum(own["age_from"].astype(float), grid.starts[-1])
    summed = own.groupby(["sex", starts])["value"].sum()
    order = pd.MultiIndex.from_product([SEXES, [float(start) for start in grid.starts]])
    return summed.reindex(order).to_numpy(dtype=float).reshape(len(SEXES), len(grid.starts))


def share_in(low: float, high: float, people: np.ndarray, grid: Grid) -> np.ndarray:
    """How a number of an age band is spread over the grid: in proportion to the people of that age, with the sum 1.

    Within a band of the grid people are taken to be spread evenly over its years; an open band counts as a whole.
    All 0 where nobody is of that age.
    """
    starts = np.array(grid.starts, dtype=float)
    ends = np.append(starts[1:], np.inf)
    width = np.append(np.diff(starts), np.inf)
    with np.errstate(invalid="ignore"):
        part = np.clip(np.minimum(ends, high) - np.maximum(starts, low), 0, None) / width
    part[-1] = float(high > starts[-1])
    held = people * part
    return held / held.sum() if held.sum() > 0 else held


def over(counts: np.ndarray, people: np.ndarray) -> np.ndarray:
    """Counts for each person; 0 where nobody is."""
    return np.divide(counts, people, out=np.zeros_like(counts), where=people > 0)


def files_of(table: pd.DataFrame) -> tuple[str, ...]:
    """The names of the files that rows came from."""
    return tuple(name for name in table["file"].unique() if name)

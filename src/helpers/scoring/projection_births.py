"""Birth rates by the mother's age from what an area has counted; where ages are missing, by a named profile."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import pairwise

import numpy as np
import pandas as pd

from helpers.scoring import population
from helpers.scoring.projection_flows import Area, Found, cells, files_of, latest, over, share_in
from helpers.scoring.projection_grid import Grid
from helpers.scoring.wording import number

BIRTHS = "births"
MOTHERS = (15.0, 45.0)
FERTILE = (15.0, 50.0)
YOUNGEST, OLDEST = 10.0, 55.0
Bands = Mapping[tuple[float, float], float]


def birth_rates(own: Area, other: Area | None, people: pd.DataFrame, base_year: int, grid: Grid) -> Found:
    """Give births per woman and year by band.

    Parameters
    ----------
    own
        The area.
    other
        The country whose birth rates stand in where the area lacks mothers' ages or births.
    people
        The area's population, as `projection_flows.by_age` gives it.
    base_year, grid
        Of the projection.

    Notes
    -----
    The first of these that the data allow: births by the mother's age; the number of births, mothers' ages as by the
    country's birth rates; the number, spread evenly over women aged 15 to 44; the country's birth rates as they are.
    Births whose mother's age is not known are spread as the others of their year.
    """
    counted, women = births_by_year(own), _women(people, grid)
    lent = None if other is None else _lent(other, base_year, grid)
    aged = {year: one for year, one in counted.items() if one[1]}
    years = latest(set(aged or counted) & set(women), base_year)
    if not years:
        return _without(own, other, lent)
    files = files_of(own.as_given(BIRTHS))
    pooled = sum(women[year] for year in years)
    total = sum(counted[year][0] for year in years)
    if aged:
        born = sum(_laid(*counted[year], women[year], grid) for year in years)
        how = f"{number(total, 0)} births by the mother's age, over the women of the same years"
        return Found(over(born, pooled), how, tuple(years), files)
    weights = lent.numbers * pooled if lent else share_in(*MOTHERS, pooled, grid)
    ages = f"mothers' ages as by {other.name}'s birth rates" if lent else "spread evenly over women aged 15 to 44"
    how = f"{number(total, 0)} births, {ages}, since they are not given by the mother's age"
    rates = over(total * weights / weights.sum(), pooled)
    return Found(rates, how, tuple(years), files + (lent.files if lent else ()), is_stand_in=True)


def births_by_year(area: Area) -> dict[int, tuple[float, Bands]]:
    """Of every year the number of births, and those by the mother's ages as far as they are known.

    Births by sex of the child are added up. A year in which a figure is blank or hidden counts only where the number of
    all births is given. Age groups that overlap are not used.
    """
    found = {}
    for year, own in area.as_given(BIRTHS).groupby("year"):
        own = own[own["sex"] == "all"] if (own["sex"] == "all").any() else own
        summed = own.groupby(["age_from", "age_to"], dropna=False)["value"].sum(min_count=own["sex"].nunique())
        is_all = summed.index.get_level_values(0).isna()
        bands = {mothers_band(*ends): born for ends, born in summed[~is_all].items()}
        known = {ends: born for ends, born in bands.items() if not np.isnan(born)}
        total = float(summed[is_all].iloc[0]) if is_all.any() else np.nan
        if np.isnan(total) and len(known) == (~is_all).sum():
            total = sum(known.values())
        if total > 0:
            found[int(year)] = (total, known if _are_apart(known) and sum(known.values()) > 0 else {})
    return found


def mothers_band(low: float, high: float) -> tuple[float, float]:
    """The ages of the mothers of an age group: "under 20" is 15 to 19, "45+" is 45 to 49."""
    low, high = max(low, YOUNGEST), min(high, OLDEST)
    if low < FERTILE[0] < high:
        low = FERTILE[0]
    if low < FERTILE[1] < high:
        high = FERTILE[1]
    return low, high


def _without(own: Area, other: Area | None, lent: Found | None) -> Found:
    """The country's birth rates as they are, or nothing."""
    lacking = f"births of {own.name}{own.hidden(BIRTHS)} in years whose population by sex and age is known"
    if lent is None:
        return Found(None, lacking)
    how = f"{other.name}'s birth rates as they are, since there are no {lacking}"
    return Found(lent.numbers, how, lent.years, lent.files, is_stand_in=True)


def _lent(other: Area, base_year: int, grid: Grid) -> Found | None:
    """The country's birth rates by the mother's age; None where its births have no mothers' ages."""
    counted = {year: one for year, one in births_by_year(other).items() if one[1]}
    women = _women(other.by_age(population.POPULATION, grid.width), grid)
    years = latest(set(counted) & set(women), base_year)
    if not years:
        return None
    born = sum(_laid(*counted[year], women[year], grid) for year in years)
    rates = over(born, sum(women[year] for year in years))
    return Found(rates, "", tuple(years), files_of(other.as_given(BIRTHS)))


def _women(people: pd.DataFrame, grid: Grid) -> dict[int, np.ndarray]:
    """Women by band, by year."""
    return {int(year): cells(part, [year], grid)[0] for year, part in people.groupby("year")
            if part["age_from"].max() >= grid.starts[-1]}  # fmt: skip


def _are_apart(bands: Collection[tuple[float, float]]) -> bool:
    return all(before[1] <= after[0] for before, after in pairwise(sorted(bands)))


def _laid(total: float, bands: Bands, women: np.ndarray, grid: Grid) -> np.ndarray:
    """Births by the grid's bands: those of each band of mothers over its women, all of them together the total."""
    born = sum(count * share_in(*ends, women, grid) for ends, count in bands.items())
    return born * total / born.sum()

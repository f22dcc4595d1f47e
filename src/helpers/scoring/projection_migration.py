"""Net migrants a year by sex and age; where they are given less finely, spread as the population lives, and said so."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.scoring import age_bands
from helpers.scoring.projection_flows import Area, Found, files_of, latest, share_in
from helpers.scoring.projection_grid import SEXES, Grid
from helpers.scoring.wording import number

MIGRATION = "net_migration"


def net_migrants(own: Area, base: np.ndarray, base_year: int, grid: Grid) -> Found:
    """Give the mean yearly net migration by sex and band.

    Parameters
    ----------
    own
        The area.
    base
        Its base population by sex and band.
    base_year, grid
        Of the projection.

    Notes
    -----
    The first of these that the data allow: by sex and whole age bands; by whole age bands; a total, for both sexes
    together or each. Within a band, and where sex or age are missing, in proportion to the base population: too many of
    the old, too few of the young (Rogers and Castro, Model Migration Schedules, IIASA 1981).
    """
    given = own.as_given(MIGRATION)
    for spread, said in (
        (_by_sex_and_age, "by sex and age"),
        (_by_age, "by age, spread over the sexes in proportion to the population"),
        (_as_total, "a total, spread over ages and sexes in proportion to the population, though the young move more"),
    ):
        laid = {int(year): spread(rows, base, grid) for year, rows in given.groupby("year")}
        laid = {year: people for year, people in laid.items() if people is not None}
        years = latest(laid, base_year)
        if years:
            mean = sum(laid[year] for year in years) / len(years)
            how = f"{number(mean.sum(), 0)} people a year on average, {said}"
            return Found(mean, how, tuple(years), files_of(given), is_stand_in=spread is not _by_sex_and_age)
    return Found(None, f"net migration of {own.name}{own.hidden(MIGRATION)}")


def _by_sex_and_age(rows: pd.DataFrame, base: np.ndarray, grid: Grid) -> np.ndarray | None:
    laid = [_over_ages(rows[rows["sex"] == sex], base[place], grid) for place, sex in enumerate(SEXES)]
    return None if any(one is None for one in laid) else np.stack(laid)


def _by_age(rows: pd.DataFrame, base: np.ndarray, grid: Grid) -> np.ndarray | None:
    both = base.sum(axis=0)
    laid = _over_ages(rows[rows["sex"] == "all"], both, grid)
    return None if laid is None else laid * np.divide(base, both, out=np.zeros_like(base), where=both > 0)


def _as_total(rows: pd.DataFrame, base: np.ndarray, grid: Grid) -> np.ndarray | None:
    totals = rows[rows["age_from"].isna()].set_index("sex")["value"]
    both = totals.reindex(["all"] if "all" in totals else list(SEXES))
    return None if both.isna().any() else float(both.sum()) * base / base.sum()


def _over_ages(rows: pd.DataFrame, people: np.ndarray, grid: Grid) -> np.ndarray | None:
    """Migrants of whole age bands on the grid; None where a band is missing, or has migrants and no people."""
    bands = rows[rows["age_from"].notna()]
    if bands["value"].isna().any() or not age_bands.is_whole(bands["age_from"], bands["age_to"]):
        return None
    laid = [(row.value, share_in(row.age_from, row.age_to, people, grid)) for row in bands.itertuples()]
    if any(count != 0 and share.sum() == 0 for count, share in laid):
        return None
    return sum(count * share for count, share in laid)

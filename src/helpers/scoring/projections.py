"""Which projection the data allow: a published one as it stands, assumptions that were declared, or the recent past."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd

from helpers.scoring import age_bands, population
from helpers.scoring import projection_tables as tables
from helpers.scoring.projection import project
from helpers.scoring.projection_grid import TOTALS
from helpers.scoring.projection_ratios import FEWEST, project_ratios

PROJECTED = "population_projected"
OFFICIAL = "published projection"
YEARS = 10


def projections(
    indicators: pd.DataFrame,
    area_code: str,
    *,
    parts: Collection[str] = (),
    base: pd.DataFrame | None = None,
    rates: pd.DataFrame | None = None,
    assumptions: pd.DataFrame | None = None,
    years: int = YEARS,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Project an area's population in the best way that the data allow, and name the way.

    Parameters
    ----------
    indicators
        One row a figure: ``population_projected`` and ``population`` by sex and age, as far as they are there.
    area_code, parts
        As in `helpers.scoring.population.pyramid`.
    base, rates, assumptions
        As `helpers.scoring.projection.project` takes them; ``base`` is the latest population of `history` unless given,
        and always of its year.
    years
        How far ahead; the ratios were tried out for ten years and no longer (docs/needs.md).

    Returns
    -------
    population, components : DataFrame
        As `helpers.scoring.projection.project` gives them, the first with its ``file``; column ``method`` names the
        first of these that the data allow: a published projection (figures of ``population_projected``, as they stand,
        without limits), cohort components (rates and assumptions are given), cohort change ratios (six populations by
        single year of age without a gap). No rows where none is possible.
    """
    published = official(indicators, area_code, parts=parts)
    if len(published):
        return published, pd.DataFrame(columns=tables.COMPONENTS)
    past = history(indicators, area_code, parts=parts)
    if rates is not None and assumptions is not None and len(rates) and len(past):
        base_year = int(past["year"].max())
        base = past[past["year"] == base_year] if base is None else base
        found = project(base, rates, assumptions, base_year=base_year, years=years)
    elif _unbroken(past) > FEWEST:
        found = project_ratios(past, years=years)
    else:
        return pd.DataFrame(columns=[*tables.POPULATION, "file"]), pd.DataFrame(columns=tables.COMPONENTS)
    return found[0].assign(file=past["file"].iloc[-1]), found[1]


def history(indicators: pd.DataFrame, area_code: str, *, parts: Collection[str] = ()) -> pd.DataFrame:
    """An area's past population by sex and single year of age, else by five-year band.

    Returns
    -------
    DataFrame
        One row a year, sex and age group: ``year``, ``sex``, ``age_group``, ``age_from``, ``population``, and the file.
    """
    for width in (1, age_bands.FIVE):
        found = population.by_band(indicators, area_code, parts=parts, width=width)
        if len(found):
            break
    return found.assign(year=_years(found))[["year", "sex", "age_group", "age_from", "population", "file"]]


def past_totals(indicators: pd.DataFrame, area_code: str, *, parts: Collection[str] = ()) -> pd.DataFrame:
    """The past of what the projection's chart shows: ``year``, ``age_group`` (all, 75+ ...), ``population``."""
    past = history(indicators, area_code, parts=parts)
    rows = []
    for name in TOTALS:
        low, high = (0, np.inf) if name == "all" else age_bands.bounds(name)
        within = past[(past["age_from"] >= low) & (past["age_from"] < high)]
        if low in set(past["age_from"]) and (np.isinf(high) or high in set(past["age_from"])):
            rows.append(within.groupby("year", as_index=False)["population"].sum().assign(age_group=name))
    columns = ["year", "age_group", "population"]
    return pd.concat(rows, ignore_index=True)[columns] if rows else pd.DataFrame(columns=columns)


def official(indicators: pd.DataFrame, area_code: str, *, parts: Collection[str] = ()) -> pd.DataFrame:
    """A published projection by sex and age as it stands, in the shape of `helpers.scoring.projection.project`.

    The first projected year stands for the base year; variants are told apart by the column ``group``. Limits are
    missing: what is published here has none.
    """
    table = population.counts(indicators, PROJECTED)
    kept = []
    for variant, own in table.groupby(table["group"].replace("", "principal").replace("all", "principal")):
        series = population.by_band(own.assign(indicator=population.POPULATION, group=""), area_code, parts=parts)
        kept.append(series.assign(variant=variant, variant_name=str(variant).replace("_", " ").capitalize()))
    found = pd.concat(kept, ignore_index=True) if kept else pd.DataFrame()
    if found.empty:
        return pd.DataFrame(columns=[*tables.POPULATION, "file"])
    file = found["file"].iloc[-1]
    return _with_totals(found.assign(year=_years(found)))[tables.POPULATION].assign(file=file)


def _with_totals(found: pd.DataFrame) -> pd.DataFrame:
    """Add both sexes together, and the totals over ages whose ends are among the bands' own."""
    keys = ["variant", "variant_name", "year"]
    both = found.groupby([*keys, "age_group", "age_from"], as_index=False)["population"].sum().assign(sex="all")
    rows = pd.concat([both, found[[*keys, "age_group", "age_from", "population", "sex"]]], ignore_index=True)
    starts, extra = set(rows["age_from"]), []
    for name in TOTALS:
        low, high = (0, np.inf) if name == "all" else age_bands.bounds(name)
        if low in starts and (np.isinf(high) or high in starts):
            within = rows[(rows["age_from"] >= low) & (rows["age_from"] < high)]
            total = within.groupby([*keys, "sex"], as_index=False)["population"].sum()
            extra.append(total.assign(age_group=name, age_from=float(low)))
    rows = pd.concat([rows, *extra], ignore_index=True).drop_duplicates([*keys, "sex", "age_group"])
    rows["is_base"] = rows["year"] == rows["year"].min()
    return rows.assign(lowercl=np.nan, uppercl=np.nan, method=OFFICIAL, confidence=np.nan, n_draws=0)


def _unbroken(past: pd.DataFrame) -> int:
    """How many populations stand without a gap up to the latest, as far apart as the bands are wide."""
    if past.empty:
        return 0
    width = 1 if 1 in set(past["age_from"]) else age_bands.FIVE
    years = set(past["year"])
    latest = max(years)
    return next(n for n in range(len(years) + 1) if latest - n * width not in years)


def _years(found: pd.DataFrame) -> pd.Series:
    return pd.to_datetime(found["period_end"]).dt.year.astype(int)

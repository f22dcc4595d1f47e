"""Life expectancy at birth worked out from deaths and population by age, where a data folder holds them."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from helpers.scoring import figures
from helpers.scoring.life_expectancy import life_expectancy
from helpers.scoring.ratings import check_columns

CALCULATED = "life_expectancy_calculated"
DEATHS, POPULATION = "deaths", "population"
YEARS_TOGETHER = 3
AREA = ["area_code", "sex", "file"]
REFUSED = ["area_code", "sex", "period", "reason", "file"]
_BAND = re.compile(r"(?:under\s*1|(\d+)\s*(?:(?:-|–|to)\s*(\d+)|(\+|(?:and|or)\s*over|plus))?)", re.IGNORECASE)


def age_bounds(age_group: object) -> tuple[float, float]:
    """Return the first and the last whole year of age of a band, the last endless for "85+"; missing for other texts.

    Understood are "0", "1-4", "1 to 4", "85+", "85 and over" and "under 1".
    """
    found = _BAND.fullmatch(str(age_group).strip())
    if not found:
        return np.nan, np.nan
    first, last, is_open = found.groups()
    low = float(first or 0)
    return low, np.inf if is_open else float(last) if last else low


def calculated(indicators: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Work out life expectancy at birth for every area, sex and file that has both deaths and population by age.

    Parameters
    ----------
    indicators
        One row a figure; ``deaths`` and ``population`` with ``age_group`` "0", "1-4", ... "85+" (any bands that follow
        each other without a gap from 0 to an open one) and ``measure`` "number".

    Returns
    -------
    tuple of DataFrame
        The figures, one row an area and sex in the columns of an indicator table, ``indicator`` being
        "life_expectancy_calculated"; and those refused: ``area_code``, ``sex``, ``period``, ``reason``, ``file``.

    Notes
    -----
    Deaths and population are taken from one file and for the same periods. Single years are pooled to the last three
    that follow each other, as the National Records of Scotland do; other periods stand for themselves, and the
    population is then the person-years of the whole period.
    """
    check_columns(indicators, figures.REQUIRED, "indicators")
    paired = figures.files_with(indicators, [DEATHS])
    table = figures.complete(paired[paired["indicator"].isin((DEATHS, POPULATION))])
    table = _with_ages(table[table["quintile"] == "total"])
    pairs = [_pooled(group) for _, group in table.groupby(AREA, sort=False)]
    pairs = [pair for pair in pairs if len(pair)]
    if not pairs:
        return figures.complete(indicators.iloc[:0]), pd.DataFrame(columns=REFUSED)
    found = [_worked_out(same) for _, same in pd.concat(pairs).groupby("bands", sort=False)]
    lived = pd.concat(found, ignore_index=True)
    about = table.drop_duplicates(AREA)[[*AREA, "area_name", "region"]]
    lived = lived.merge(about, on=AREA, how="left", validate="1:1")
    refused = lived.loc[lived["value"].isna(), REFUSED]
    shown = lived[lived["value"].notna()].assign(indicator=CALCULATED, measure="years", age_group="all")
    return figures.complete(shown.drop(columns="reason")), refused


def _with_ages(table: pd.DataFrame) -> pd.DataFrame:
    bounds = np.array([age_bounds(text) for text in table["age_group"]]).reshape(-1, 2)
    table = table.assign(age_from=bounds[:, 0], age_to=bounds[:, 1])
    return table[table["age_from"].notna()]


def _pooled(group: pd.DataFrame) -> pd.DataFrame:
    """Deaths and person-years by age of the latest period of one area and sex; nothing where they do not fit."""
    wide = group.drop_duplicates(["indicator", "period", "age_from", "age_to"]).pivot_table(
        index=["period_end", "period_start", "period", "age_from", "age_to"], columns="indicator", values="value"
    )
    if not {DEATHS, POPULATION} <= set(wide.columns):
        return pd.DataFrame()
    wide = wide.dropna().reset_index()
    whole = wide.groupby("period", sort=False).filter(_follow)
    kept = _last_years(whole)
    if kept.empty:
        return pd.DataFrame()
    summed = kept.groupby("age_from", as_index=False)[[DEATHS, POPULATION]].sum()
    start, end = kept["period_start"].min(), kept["period_end"].max()
    periods = list(kept["period"].unique())
    period = periods[-1] if len(periods) == 1 else f"{start.year}-{end.year}"
    named = {column: group[column].iloc[0] for column in AREA}
    bands = ",".join(f"{age:g}" for age in summed["age_from"])
    return summed.assign(**named, period=period, period_start=start, period_end=end, bands=bands)


def _follow(bands: pd.DataFrame) -> bool:
    """Whether the bands follow each other without gap or overlap from 0 to an open one."""
    ordered = bands.sort_values("age_from")
    begin, end = ordered["age_from"].to_numpy(), ordered["age_to"].to_numpy()
    return len(begin) > 1 and begin[0] == 0 and bool(np.isinf(end[-1])) and bool((end[:-1] + 1 == begin[1:]).all())


def _last_years(whole: pd.DataFrame) -> pd.DataFrame:
    """The rows of the last three single years that follow each other with the same bands, or of the last period."""
    if whole.empty:
        return whole
    periods = whole.groupby(["period_end", "period_start"]).agg(bands=("age_from", tuple)).reset_index()
    kept = [periods.iloc[-1]]
    for _, earlier in list(periods.iterrows())[-2::-1]:
        follows = earlier["period_end"] + pd.Timedelta(days=1) == kept[-1]["period_start"]
        is_year = all((p["period_end"] - p["period_start"]).days < 366 for p in (earlier, kept[-1]))
        if len(kept) == YEARS_TOGETHER or not follows or not is_year or earlier["bands"] != kept[-1]["bands"]:
            break
        kept.append(earlier)
    return whole[whole["period_end"].isin([each["period_end"] for each in kept])]


def _worked_out(pooled: pd.DataFrame) -> pd.DataFrame:
    """Life expectancy at birth of all areas with one set of bands."""
    keys = [*AREA, "period", "period_start", "period_end"]
    lived = life_expectancy(pooled, by=keys, start_age="age_from", deaths=DEATHS, population=POPULATION)
    at_birth = lived[lived["start_age"] == 0]
    kept = at_birth[[*keys, "value", "lowercl", "uppercl", "reason", "n_deaths", "person_years"]]
    return kept.rename(columns={"n_deaths": "numerator", "person_years": "denominator"})

"""Period life expectancy with its interval, and the part of it that is lived in good health, for many areas at once.

What may not be published is blank with a reason in words: a figure from too small a population, or from an open age
band in which nobody died (its death rate of 0 would let people live for ever).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import special

from helpers.scoring import confidence as levels
from helpers.scoring import life_table
from helpers.scoring.confidence import Confidence, Data
from helpers.scoring.estimated import check_keys
from helpers.scoring.grids import Grid, check_rows, grid

FEWEST_PERSON_YEARS = 5_000
METHOD = "Chiang's abridged life table, variance by Silcocks"
SULLIVAN = "Sullivan's method on Chiang's abridged life table, variance of deaths by Silcocks and of the share"
FEW = "the population is {people:,.0f} person-years, below the {least:,.0f} that a life table needs"
NO_BAND = "there is no row for the age band from {age:g}"
NOBODY = "nobody lives in the age band from {age:g}"
NO_DEATHS = "nobody died in the last, open age band (from {age:g}), so years lived in it cannot be worked out"
TOO_MANY = "in the age band from {age:g} more people die than its death rate leaves alive; use wider or narrower bands"
NO_SHARE = "no share in good health, or no standard error of it, for the age band from {age:g}"


def life_expectancy(
    t: pd.DataFrame,
    by: Sequence[str] = ("area",),
    start_age: Data = "startage",
    deaths: Data = "deaths",
    population: Data = "pops",
    confidence: Confidence = 0.95,
    *,
    fewest_person_years: float = FEWEST_PERSON_YEARS,
) -> pd.DataFrame:
    """Work out the years that people of each age have before them, at the death rates of one period.

    Parameters
    ----------
    t
        One row an area and age band (and sex, if ``by`` has it).
    by
        The columns that name an area.
    start_age
        The age in years at which each band begins; a band ends where the next one begins and the last is open. Any
        set of bands will do: 0, 1, 5, 10 ... 85, 90 or 95, or plain bands of five years.
    deaths, population
        Deaths in the period, and the people at risk in all its years (person-years).
    confidence
        One level or several; see `helpers.scoring.confidence`.
    fewest_person_years
        Below this total nothing is given for an area.

    Returns
    -------
    DataFrame
        One row an area and age band, areas in the order of the table, ages rising: the columns of ``by``;
        ``start_age``; ``value``, ``lowercl``, ``uppercl`` and ``standard_error``, the remaining years at that age;
        ``n_deaths`` and ``person_years``, at that age and above; ``statistic``, ``method``, and ``reason`` where the
        figures are blank.

    Raises
    ------
    ValueError
        If a number of deaths or people is missing or negative, a band stands twice for an area, there are fewer than
        two bands, or an age is negative.

    Notes
    -----
    Those who die in a band live half of it, in the first year of life a tenth (Chiang 1984; the tenth is the
    convention of the Office for National Statistics and of Public Health England). A first band wider than a year is
    taken with a half, which moves life expectancy at birth by under a hundredth of a year at today's infant mortality.
    Bands without deaths before the last are taken as they stand; they then add nothing to the variance.

    *Blank, with a reason:* the area's person-years are below 5,000 (Toson and Baker 2003, the Office for National
    Statistics' study of small populations, and the rule of Public Health England); an area lacks a band that others
    have, or has nobody in one; nobody died in the last band (join it with the one before, for all areas alike); the
    rate of a band kills more than all. The method follows the people of one period and no cohort; the intervals hold
    the chance of the deaths alone and not errors of the population estimates.
    """
    ages, lines, dead, people = _grids(t, by, start_age, deaths, population)
    reasons = _reasons(ages, lines, dead, people, fewest_person_years)
    table = life_table.build(ages, dead, people)
    years, variance = _blanked(life_table.expectancy(table), reasons)
    columns = {"value": years, **_limits("", years, variance, confidence), "standard_error": np.sqrt(variance)}
    return _long(lines, ages, columns, dead, people, reasons, "life expectancy", METHOD)


def healthy_life_expectancy(
    t: pd.DataFrame,
    by: Sequence[str] = ("area",),
    start_age: Data = "startage",
    deaths: Data = "deaths",
    population: Data = "pops",
    healthy: Data = "healthy",
    healthy_se: Data = "healthy_se",
    confidence: Confidence = 0.95,
    *,
    fewest_person_years: float = FEWEST_PERSON_YEARS,
) -> pd.DataFrame:
    """Share the remaining years out into those in good health and those in poorer health (Sullivan).

    Parameters
    ----------
    healthy, healthy_se
        The share of people in good health in each band, 0 to 1, and its standard error. Where a survey has wider
        bands than the deaths, give each band the share of the wider one.
    t, by, start_age, deaths, population, confidence, fewest_person_years
        As for `life_expectancy`.

    Returns
    -------
    DataFrame
        One row an area and age band: the columns of ``by``; ``start_age``; ``value`` with limits, the years in good
        health; ``life_expectancy`` and ``poor_health_years`` (the rest of it) with theirs (``life_expectancy_lowercl``
        and so on); ``healthy_share_pct``, the years in good health as a percentage of all; ``n_deaths``,
        ``person_years``, ``statistic``, ``method``, ``reason``.

    Raises
    ------
    ValueError
        As `life_expectancy`, and if a share is not between 0 and 1 or its standard error negative.

    Notes
    -----
    The variance has the part of the share (Jagger, Hauet and Brouard 2001, European concerted action on the
    harmonisation of health expectancy calculations) and that of the deaths with the years weighted by the share
    (Newman 1988; Mathers 1991), shares of different bands and deaths taken as independent. The years in poorer health
    have an interval of their own, worked out the same way from the shares that are not in good health; it is not the
    difference of two intervals. A survey with the same people in several bands of one area makes the interval too
    narrow.
    """
    ages, lines, dead, people = _grids(t, by, start_age, deaths, population)
    share, error = (levels.column(t, data, name) for data, name in ((healthy, "healthy"), (healthy_se, "healthy_se")))
    check_rows(t, (share < 0) | (share > 1), "healthy: a share in good health lies between 0 and 1")
    check_rows(t, error < 0, "healthy_se: a standard error cannot be negative")
    share, error = lines.fill(share), lines.fill(error)
    reasons = _reasons(ages, lines, dead, people, fewest_person_years)
    reasons = _where(reasons, np.isnan(share) | np.isnan(error), NO_SHARE, ages)
    table = life_table.build(ages, dead, people)
    columns = {}
    states = {"": (share, error**2), "life_expectancy": (1.0, 0.0), "poor_health_years": (1 - share, error**2)}
    for name, (part, variance_of_part) in states.items():
        years, variance = _blanked(life_table.expectancy(table, part, variance_of_part), reasons)
        columns |= {name or "value": years, **_limits(name, years, variance, confidence)}
    columns["healthy_share_pct"] = 100 * columns["value"] / columns["life_expectancy"]
    return _long(lines, ages, columns, dead, people, reasons, "healthy life expectancy", SULLIVAN)


def _grids(
    t: pd.DataFrame, by: Sequence[str], start_age: Data, deaths: Data, population: Data
) -> tuple[np.ndarray, Grid, np.ndarray, np.ndarray]:
    """Check the input and lay it out as areas x bands."""
    starts = levels.column(t, start_age, "start_age")
    check_rows(t, starts < 0, "start_age: an age cannot be negative")
    lines = grid(t, by, starts, "age band")
    if len(lines.steps) < 2:
        raise ValueError("start_age: a life table needs at least two age bands, the last of them open")
    numbers = []
    for data, name in ((deaths, "deaths"), (population, "population")):
        given = levels.column(t, data, name)
        check_rows(t, ~np.isfinite(given), f"{name}: a number is missing; write 0 where there were none")
        check_rows(t, given < 0, f"{name}: a number cannot be negative")
        numbers.append(lines.fill(given))
    return lines.steps, lines, *numbers


def _reasons(ages: np.ndarray, lines: Grid, deaths: np.ndarray, people: np.ndarray, least: float) -> np.ndarray:
    """Say for each area why it gets no figures, "" where it does; the first reason that holds."""
    totals = np.nansum(people, axis=1)
    reasons = np.full(len(totals), "", dtype=object)
    for place in np.flatnonzero(totals < least):
        reasons[place] = FEW.format(people=totals[place], least=least)
    for wrong, why in (
        (~lines.has_row, NO_BAND),
        (people == 0, NOBODY),
        ((deaths == 0) & (np.arange(len(ages)) == len(ages) - 1), NO_DEATHS),
        (_kills_all(ages, deaths, people), TOO_MANY),
    ):
        reasons = _where(reasons, wrong, why, ages)
    return reasons


def _kills_all(ages: np.ndarray, deaths: np.ndarray, people: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        dying = life_table.build(ages, deaths, people).dying
    return (dying >= 1) & (np.arange(len(ages)) < len(ages) - 1)


def _where(reasons: np.ndarray, wrong: np.ndarray, why: str, ages: np.ndarray) -> np.ndarray:
    """Add a reason to the areas with a wrong band that have none yet; it names the first such band."""
    result = reasons.copy()
    for place in np.flatnonzero(wrong.any(axis=1) & (reasons == "")):
        result[place] = why.format(age=ages[np.argmax(wrong[place])])
    return result


def _blanked(grids: np.ndarray, reasons: np.ndarray) -> np.ndarray:
    return np.where((reasons != "")[None, :, None], np.nan, grids)


def _limits(name: str, years: np.ndarray, variance: np.ndarray, confidence: Confidence) -> dict[str, np.ndarray]:
    distances = [float(special.ndtri((1 + level) / 2)) for level in levels.levels(confidence)]
    ends = [years + sign * z * np.sqrt(variance) for z in distances for sign in (-1, 1)]
    return dict(zip(levels.limit_columns(name, confidence), ends, strict=True))


def _long(
    lines: Grid,
    ages: np.ndarray,
    columns: dict[str, np.ndarray],
    deaths: np.ndarray,
    people: np.ndarray,
    reasons: np.ndarray,
    statistic: str,
    method: str,
) -> pd.DataFrame:
    """Write grids as a long table, one row an area and band."""
    count = len(lines.areas)
    above = {"n_deaths": deaths, "person_years": people}
    above = {name: np.cumsum(values[:, ::-1], axis=1)[:, ::-1] for name, values in above.items()}
    names = {name: np.repeat(lines.areas[name].to_numpy(), len(ages)) for name in lines.areas}
    numbers = {name: values.ravel() for name, values in {**columns, **above}.items()}
    said = {
        "statistic": np.tile(np.array([f"{statistic} at {age:g}" for age in ages], dtype=object), count),
        "method": method,
        "reason": np.repeat(reasons, len(ages)),
    }
    own = {"start_age": np.tile(ages, count), **numbers, **said}
    check_keys(names, own)
    return pd.DataFrame({**names, **own})

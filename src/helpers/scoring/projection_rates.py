"""Rates for a projection where an area's own are too few: a reference schedule scaled to what the area has counted."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.scoring.confidence import Data, column

KEY = ["sex", "age_group"]


def death_rates(table: pd.DataFrame, *, deaths: Data, population: Data, years: float = 1.0) -> pd.Series:
    """Give deaths per person and year of each row; 0 deaths give 0, nobody gives a missing rate.

    Parameters
    ----------
    table
        One row a sex and age group.
    deaths
        Of all the years together.
    population
        In the middle of the period.
    years
        How many years the deaths are of.

    Raises
    ------
    ValueError
        If a number is below 0.
    """
    died, people = column(table, deaths, "deaths"), column(table, population, "population")
    if (died < 0).any() or (people < 0).any():
        raise ValueError("deaths and population have to be 0 or more in every row")
    with np.errstate(divide="ignore", invalid="ignore"):
        rates = np.where(people > 0, died / (people * years), np.nan)
    return pd.Series(rates, table.index, name="death_rate")


def scaled_death_rates(
    table: pd.DataFrame, *, reference: Data, population: Data, deaths: float, years: float = 1.0
) -> pd.Series:
    """Scale a reference schedule of death rates so that it gives the area's own number of deaths.

    One factor for all ages: the observed deaths over those that the reference rates would give in this population, the
    standardised mortality ratio (indirect standardisation). The shape by age and sex stays the reference's.

    Raises
    ------
    ValueError
        If the reference rates give no deaths here.
    """
    rates, people = column(table, reference, "reference"), column(table, population, "population")
    expected = float((rates * people).sum() * years)
    if not expected > 0:
        raise ValueError("the reference rates give no deaths in this population, or one of them is missing")
    return pd.Series(rates * deaths / expected, table.index, name="death_rate")


def scaled_birth_rates(table: pd.DataFrame, *, reference: Data, total_fertility: float, width: int = 1) -> pd.Series:
    """Scale a schedule of birth rates by age so that a woman who lived through it had ``total_fertility`` children.

    Parameters
    ----------
    table
        One row a sex and age group; rows of males get 0.
    reference
        Births per woman and year, or any weights with the right shape over the ages.
    total_fertility
        Children per woman: the sum of the rates over single years of age.
    width
        Of the age bands in years.

    Raises
    ------
    ValueError
        If the reference is 0 at every age.
    """
    rates = np.where(table["sex"] == "female", column(table, reference, "reference"), 0.0)
    total = width * rates.sum()
    if not total > 0:
        raise ValueError("the reference birth rates are 0 at every age, or one of them is missing")
    return pd.Series(rates * total_fertility / total, table.index, name="birth_rate")

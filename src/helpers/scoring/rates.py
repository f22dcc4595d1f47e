"""Proportions and rates with their intervals; standardised rates, means and quantiles stand beside it by name."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.scoring.confidence import Confidence, Data
from helpers.scoring.counts import NO_COUNT, NO_POPULATION, counts, populations, refuse
from helpers.scoring.estimated import checked_multiplier, estimate_columns, per, worded
from helpers.scoring.indirect import indirectly_standardised_rates, indirectly_standardised_ratios
from helpers.scoring.means import means
from helpers.scoring.poisson_limits import METHODS, method_codes, poisson_limits
from helpers.scoring.quantiles import quantiles
from helpers.scoring.standardised import directly_standardised_rates, directly_standardised_rates_repeated
from helpers.scoring.wilson import wilson

__all__ = [
    "crude_rates",
    "directly_standardised_rates",
    "directly_standardised_rates_repeated",
    "indirectly_standardised_rates",
    "indirectly_standardised_ratios",
    "means",
    "proportions",
    "quantiles",
]
REASONS = ("", NO_COUNT, NO_POPULATION)


def proportions(
    t: pd.DataFrame, *, numerator: Data, denominator: Data, confidence: Confidence = 0.95, multiplier: float = 100
) -> pd.DataFrame:
    """Add proportions with their limits to a copy of a table.

    Parameters
    ----------
    t
        One row a proportion.
    numerator, denominator
        Those of whom something holds, and all: a column's name, values of the table's length, or a number.
    confidence
        A level such as 0.95, or several.
    multiplier
        100 for percentages, 1 for shares.

    Returns
    -------
    DataFrame
        The table with ``value``, ``lowercl``, ``uppercl`` (or ``lowercl_95`` ... for several levels), all times the
        multiplier, ``statistic``, ``method`` ("Wilson"), ``confidence`` ("95%") and ``reason`` why a value is missing.
        Columns of these names are replaced.

    Raises
    ------
    ValueError
        If a count is negative, a population is not above 0, or a numerator is above its denominator; with the rows.

    Notes
    -----
    Wilson's score limits (Wilson, JASA 1927; 22: 209-212; Newcombe, Statistics in Medicine 1998; 17: 857-872). Where
    numerator or denominator is missing, value and limits are, never 0. They hold for a simple random sample or for
    independent events; surveys with a design effect need wider ones.
    """
    count, people = counts(t, numerator, "numerator"), populations(t, denominator, "denominator")
    refuse(count > people, "numerator", "above the denominator", "a proportion is a part of a whole; see crude_rates")
    scale = checked_multiplier(multiplier)
    columns = estimate_columns(
        count / people * scale,
        lambda level: tuple(limit * scale for limit in wilson(count, people, level)),
        confidence=confidence,
        statistic=f"proportion of {per(scale)}",
        method="Wilson",
        reason=_missing(count, people),
    )
    return t.assign(**columns)


def crude_rates(
    t: pd.DataFrame, *, numerator: Data, denominator: Data, confidence: Confidence = 0.95, multiplier: float = 100_000
) -> pd.DataFrame:
    """Add crude rates with their limits to a copy of a table.

    Parameters
    ----------
    t
        One row a rate.
    numerator, denominator
        Events and population (or person-years): a column's name, values of the table's length, or a number.
    confidence
        A level such as 0.95, or several.
    multiplier
        The rate is per so many.

    Returns
    -------
    DataFrame
        The table with ``value``, ``lowercl``, ``uppercl`` (or ``lowercl_95`` ...), ``statistic``, ``method`` ("exact"
        below 10 events, "Byar" from 10 on), ``confidence`` and ``reason``; columns of these names are replaced.

    Raises
    ------
    ValueError
        If a count is negative or a population is not above 0; with the rows.

    Notes
    -----
    `poisson_limits.poisson_limits`: Byar's approximation from 10 events on, exact below, 0 events included. Events are
    taken as independent; where one person can have many, the interval is too narrow.
    """
    count, people = counts(t, numerator, "numerator"), populations(t, denominator, "denominator")
    scale = checked_multiplier(multiplier) / people
    columns = estimate_columns(
        count * scale,
        lambda level: tuple(limit * scale for limit in poisson_limits(count, level)),
        confidence=confidence,
        statistic=f"rate per {per(multiplier)}",
        method=_methods(count, people),
        reason=_missing(count, people),
    )
    return t.assign(**columns)


def _methods(count: np.ndarray, people: np.ndarray) -> object:
    return worded(np.where(np.isnan(people), 2, method_codes(count)), METHODS)


def _missing(count: np.ndarray, people: np.ndarray) -> object:
    return worded(np.where(np.isnan(count), 1, np.where(np.isnan(people), 2, 0)), REASONS)

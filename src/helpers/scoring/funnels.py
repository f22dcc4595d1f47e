"""Funnel plots: each area against the average of all, with limits that allow for chance and narrow as areas grow.

Spiegelhalter, Funnel plots for comparing institutional performance, Statistics in Medicine 2005; 24: 1185-1202. The
limits are those of the average (the target), not of the area: an area outside of them differs from the target by
more than chance would make it, at that level, were it the only one looked at. Of 1,000 areas without any difference
about 50 lie outside the 95 % limits and 2 outside the 99.8 % limits.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import special

from helpers.scoring.confidence import Confidence, Data, column
from helpers.scoring.counts import counts, populations, refuse
from helpers.scoring.estimated import checked_multiplier
from helpers.scoring.funnel_limits import proportion_limits_of
from helpers.scoring.funnel_table import (
    EXACT,
    LEVELS,
    SCORE,
    STRETCHED,
    Parts,
    codes,
    funnel_table,
    limit_columns,
    poisson_parts,
    rate_limits,
    target_of,
)
from helpers.scoring.poisson_limits import BYAR_FROM


def funnel_proportions(
    t: pd.DataFrame,
    *,
    numerator: Data,
    denominator: Data,
    confidence: Confidence = LEVELS,
    multiplier: float = 100,
    target: float | None = None,
    overdispersion: bool = False,
) -> pd.DataFrame:
    """Set the proportions of areas against the proportion of all of them.

    Parameters
    ----------
    t
        One row an area.
    numerator, denominator
        Those of whom something holds, and all: a column's name, values of the table's length, or a number.
    confidence
        The levels of the limits.
    multiplier
        100 for percentages.
    target
        What areas are set against, times the multiplier; the sum of all numerators over that of the denominators where
        none is named.
    overdispersion
        Whether to widen the limits by what the areas differ beyond chance, where they do (phi above 1 + 2 sqrt(2 / n)).

    Returns
    -------
    DataFrame
        The table with ``value``, ``size`` (the denominator), ``target``, the limits around the target at each area's
        own size (``lower_limit_95``, ``upper_limit_95`` ... or ``lower_limit``, ``upper_limit`` for one level),
        ``p_value``, ``sign`` (1 above, -1 below, 0 within the limits of the first level, <NA> where there is no value),
        ``position`` in words ("above the 99.8 % limits"), ``overdispersion`` (phi, 1 where areas differ as chance has
        it), ``method`` and ``reason``.

    Raises
    ------
    ValueError
        If a count cannot be true, or no area has both counts; with the rows.

    Notes
    -----
    Limits target +- z sqrt(target (1 - target) / n), within 0 and 1: an area lies outside exactly if the target lies
    outside its Wilson interval. Areas count in the target; one that holds much of all people pulls it towards itself.
    """
    count, people = counts(t, numerator, "numerator"), populations(t, denominator, "denominator")
    refuse(count > people, "numerator", "above the denominator", "a proportion is a part of a whole")
    scale, code = checked_multiplier(multiplier), codes(count, people)
    share = target_of(count, people, target, scale)
    z = (count / people - share) / np.sqrt(share * (1 - share) / people)
    p_value = 2 * special.ndtr(-np.abs(z))
    return funnel_table(
        t,
        Parts(count / people, people, z, p_value, proportion_limits_of, share, scale, SCORE, code),
        confidence,
        overdispersion=overdispersion,
    )


def funnel_crude_rates(
    t: pd.DataFrame,
    *,
    numerator: Data,
    denominator: Data,
    confidence: Confidence = LEVELS,
    multiplier: float = 100_000,
    target: float | None = None,
    overdispersion: bool = False,
) -> pd.DataFrame:
    """Set crude rates against the rate of all areas; arguments, columns and errors as `funnel_proportions`.

    Notes
    -----
    Exact Poisson limits of the events that the target leads one to expect: an area lies outside exactly if the expected
    number lies outside the exact interval of its events (Garwood 1936). ``p_value`` is twice the smaller exact tail.
    """
    count, people = counts(t, numerator, "numerator"), populations(t, denominator, "denominator")
    scale = checked_multiplier(multiplier)
    rate = target_of(count, people, target, scale)
    parts = poisson_parts(count, people, rate, scale, EXACT, codes(count, people))
    return funnel_table(t, parts, confidence, overdispersion=overdispersion)


def funnel_standardised_rates(
    t: pd.DataFrame,
    *,
    numerator: Data,
    value: Data,
    confidence: Confidence = LEVELS,
    multiplier: float = 100_000,
    target: float | None = None,
    overdispersion: bool = False,
) -> pd.DataFrame:
    """Set directly standardised rates against their average; columns as `funnel_proportions`.

    Parameters
    ----------
    numerator
        Events.
    value
        The standardised rate per ``multiplier``.

    Notes
    -----
    ``size`` is the effective population, events over rate: that of which the area would have this rate without
    standardising; limits are then those of a crude rate (Public Health England, Technical Guide: funnel plots for
    public health intelligence). The weights make standardised rates a little less certain than that, so the limits are
    a little narrow. Areas with fewer than 10 events or a rate of 0 are not placed.
    """
    count, rate = counts(t, numerator, "numerator"), column(t, value, "value")
    refuse((rate < 0) | np.isinf(rate), "value", "below 0 or infinite", "a rate is 0 or more")
    scale = checked_multiplier(multiplier)
    few = count < BYAR_FROM
    people = count / np.where((rate > 0) & ~few, rate, np.nan) * scale
    code = np.where(np.isnan(count), 1, np.where(few, 3, np.where(np.isnan(people), 2, 0)))
    average = target_of(count, people, target, scale)
    parts = poisson_parts(count, people, average, scale, f"{EXACT}; population taken as events over rate", code)
    return funnel_table(t, parts, confidence, overdispersion=overdispersion)


def funnel_ratios(
    t: pd.DataFrame,
    *,
    observed: Data,
    expected: Data,
    confidence: Confidence = LEVELS,
    multiplier: float = 100,
    target: float | None = None,
    overdispersion: bool = False,
) -> pd.DataFrame:
    """Set observed over expected events against 1 (times the multiplier); columns as `funnel_proportions`.

    ``size`` is the expected number of events. See `funnel_crude_rates` for limits and test.
    """
    count, base = counts(t, observed, "observed"), populations(t, expected, "expected")
    scale = checked_multiplier(multiplier)
    ratio = 1.0 if target is None else target / scale
    parts = poisson_parts(count, base, ratio, scale, EXACT, codes(count, base))
    return funnel_table(t, parts, confidence, overdispersion=overdispersion)


def funnel_curve(
    funnel: pd.DataFrame, *, statistic: str, multiplier: float, confidence: Confidence = LEVELS, points: int = 60
) -> pd.DataFrame:
    """Work out the limits over the range of sizes, to draw them as curves.

    Parameters
    ----------
    funnel
        What one of the functions above gave.
    statistic
        "proportion" or "rate" (standardised rates and ratios are rates).
    multiplier, confidence
        As they were given to it.
    points
        How many sizes, closer together among small ones.

    Returns
    -------
    DataFrame
        One row a size, from small to large: ``size``, ``target`` and the limits as there.
    """
    if statistic not in ("proportion", "rate"):
        raise ValueError(f"statistic: one of proportion, rate; got {statistic!r}")
    sizes = funnel.loc[funnel["sign"].notna(), "size"].to_numpy(dtype=float)
    if not len(sizes):
        raise ValueError("funnel: no area has a place, so there is nothing to draw")
    scale, target = checked_multiplier(multiplier), float(funnel["target"].iloc[0])
    used = STRETCHED in funnel["method"].max()
    phi = float(funnel["overdispersion"].iloc[0]) if used else 1.0
    reach = np.geomspace(sizes.min() / 1.15, sizes.max() * 1.06, points)
    limits_of = proportion_limits_of if statistic == "proportion" else rate_limits(stretched=used)
    limits = limit_columns(reach, target / scale, scale, phi, confidence, limits_of)
    return pd.DataFrame({"size": reach, "target": target, **limits})

"""Funnel plots: each area against the average of all, with limits that allow for chance and narrow as areas grow.

Spiegelhalter, Funnel plots for comparing institutional performance, Statistics in Medicine 2005; 24: 1185-1202. The
limits are those of the average (the target), not of the area: an area outside of them differs from the target by
more than chance would make it, at that level, were it the only one looked at. Of 1,000 areas without any difference
about 50 lie outside the 95 % limits and 2 outside the 99.8 % limits.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import special

from helpers.scoring.confidence import Confidence, Data, column, levels, suffixes
from helpers.scoring.counts import NO_COUNT, NO_POPULATION, counts, populations, refuse
from helpers.scoring.estimated import checked_multiplier, worded
from helpers.scoring.funnel_limits import (
    dispersion,
    exact_p_value,
    is_more_than_chance,
    poisson_limits_of,
    poisson_z,
    proportion_limits_of,
    stretched_poisson_limits_of,
)
from helpers.scoring.poisson_limits import BYAR_FROM

LEVELS = (0.95, 0.998)
WITHIN = "within the limits"
FEW = f"fewer than {BYAR_FROM} events: too few for a standardised rate"
REASONS = ("", NO_COUNT, NO_POPULATION, FEW)
EXACT = "exact Poisson limits around the target"
SCORE = "normal limits of a proportion around the target"
STRETCHED = "; widened for overdispersion (Spiegelhalter 2005, winsorised at 10 %)"


class _Parts(NamedTuple):
    """What a funnel is made of: observed and expected counts, sizes, and how limits and p values follow from them."""

    value: np.ndarray
    size: np.ndarray
    z: np.ndarray
    p_value: np.ndarray
    limits: Callable[[np.ndarray, float, float], tuple[np.ndarray, np.ndarray]]
    target: float
    scale: float
    method: str
    code: np.ndarray


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
    scale, code = checked_multiplier(multiplier), _code(count, people)
    share = _target(count, people, target, scale)
    z = (count / people - share) / np.sqrt(share * (1 - share) / people)
    p_value = 2 * special.ndtr(-np.abs(z))
    return _funnel(
        t,
        _Parts(count / people, people, z, p_value, proportion_limits_of, share, scale, SCORE, code),
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
    rate = _target(count, people, target, scale)
    parts = _poisson(count, people, rate, scale, EXACT, _code(count, people))
    return _funnel(t, parts, confidence, overdispersion=overdispersion)


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
    average = _target(count, people, target, scale)
    parts = _poisson(count, people, average, scale, f"{EXACT}; population taken as events over rate", code)
    return _funnel(t, parts, confidence, overdispersion=overdispersion)


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
    parts = _poisson(count, base, ratio, scale, EXACT, _code(count, base))
    return _funnel(t, parts, confidence, overdispersion=overdispersion)


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
    limits_of = proportion_limits_of if statistic == "proportion" else _rate_limits(stretched=used)
    limits = _limit_columns(reach, target / scale, scale, phi, confidence, limits_of)
    return pd.DataFrame({"size": reach, "target": target, **limits})


def _code(count: np.ndarray, size: np.ndarray) -> np.ndarray:
    return np.where(np.isnan(count), 1, np.where(np.isnan(size), 2, 0))


def _target(count: np.ndarray, size: np.ndarray, target: float | None, scale: float) -> float:
    known = ~np.isnan(count + size)
    if target is None and not known.any():
        raise ValueError("numerator: no area has both counts, so that there is no average to set areas against")
    found = count[known].sum() / size[known].sum() if target is None else float(target) / scale
    if not found >= 0:
        raise ValueError(f"target: 0 or more; got {target!r}")
    return found


def _poisson(count: np.ndarray, size: np.ndarray, rate: float, scale: float, method: str, code: np.ndarray) -> _Parts:
    expected = rate * size
    z, p_value = poisson_z(count, expected), exact_p_value(count, expected)
    return _Parts(count / size, size, z, p_value, _rate_limits(stretched=False), rate, scale, method, code)


def _rate_limits(*, stretched: bool) -> Callable:
    """Limits of a rate from those of its events."""
    of_events = stretched_poisson_limits_of if stretched else poisson_limits_of

    def limits(size: np.ndarray, rate: float, level: float, phi: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
        return tuple(events / size for events in of_events(rate * size, level, phi))

    return limits


def _limit_columns(
    size: np.ndarray, target: float, scale: float, phi: float, confidence: Confidence, limits_of: Callable
) -> dict[str, np.ndarray]:
    found = {}
    for suffix, level in suffixes(confidence).items():
        low, high = limits_of(size, target, level, phi)
        found |= {f"lower_limit{suffix}": low * scale, f"upper_limit{suffix}": high * scale}
    return found


def _funnel(t: pd.DataFrame, parts: _Parts, confidence: Confidence, *, overdispersion: bool) -> pd.DataFrame:
    """The columns of a funnel."""
    placed = parts.code == 0
    phi = dispersion(parts.z[placed])
    stretch = overdispersion and is_more_than_chance(phi, int(placed.sum()))
    limits_of, p_value, method = parts.limits, parts.p_value, parts.method
    if stretch:
        limits_of = limits_of if limits_of is proportion_limits_of else _rate_limits(stretched=True)
        p_value, method = 2 * special.ndtr(-np.abs(parts.z) / np.sqrt(phi)), method + STRETCHED
    p_value = np.where(placed, p_value, np.nan)
    size = np.where(placed, parts.size, np.nan)
    limits = _limit_columns(size, parts.target, parts.scale, phi if stretch else 1.0, confidence, limits_of)
    side = np.where(parts.value > parts.target, 1, -1)
    return t.assign(
        value=np.where(parts.code == 3, np.nan, parts.value * parts.scale),
        size=size,
        target=parts.target * parts.scale,
        **limits,
        p_value=p_value,
        sign=_signs(p_value, side, levels(confidence)[0]),
        position=_positions(p_value, side, confidence),
        overdispersion=phi,
        method=worded(np.where(placed, 0, 1), (method, "")),
        reason=worded(parts.code, REASONS),
    )


def _signs(p_value: np.ndarray, side: np.ndarray, level: float) -> object:
    sign = np.where(np.isnan(p_value), np.nan, np.where(p_value < 1 - level, side, 0))
    return pd.array(sign, "Float64").astype("Int64")


def _positions(p_value: np.ndarray, side: np.ndarray, confidence: Confidence) -> object:
    """Where each area lies, in words: beyond the widest limits that it leaves."""
    ordered = sorted(levels(confidence))
    outside = sum((p_value < 1 - level).astype(int) for level in ordered)
    words = ["", WITHIN]
    words += [f"{way} the {level * 100:.10g}\u00a0% limits" for way in ("above", "below") for level in ordered]
    code = np.where(outside == 0, 1, 1 + outside + np.where(side > 0, 0, len(ordered)))
    return worded(np.where(np.isnan(p_value), 0, code), words)

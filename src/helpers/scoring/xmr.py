"""XmR control charts (individual values and moving ranges) with NHS England's "Making data count" rules.

Sources: NHS England and NHS Improvement, Making data count: Getting started (2018) and Strengthening your decisions
(2020); D. J. Wheeler, Understanding Variation, 1993 (the factors 2.66 and 3.267); L. P. Provost and S. K. Murray, The
Health Care Data Guide, 2011 (the rules, and that a point on the mean belongs to neither side).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import pandas as pd

from helpers.scoring import xmr_rules as rules
from helpers.scoring.confidence import Data
from helpers.scoring.estimated import check_keys
from helpers.scoring.xmr_points import Dates, columns_of, points_of

LIMIT_FACTOR = 2.66
SCREEN_FACTOR = 3.267
MINIMUM = 12
RULES = ("outside limits", "shift", "trend", "two of three near a limit")
IMPROVEMENTS = ("decrease", "increase", "neutral")
Improvement = Literal["decrease", "increase", "neutral"]
WORKED_WITH = ("series", "place", "half", "side", "slope")
CHART = [
    "date", "value", "phase", "n_points", "n_setting_limits", "mean", "lower_limit", "upper_limit", "moving_range",
    *rules.FLAGS, "special_cause", "direction", "is_improvement", "is_concern", "improvement", "target", "is_reliable",
    "note",
]  # fmt: skip


def xmr(
    t: pd.DataFrame,
    *,
    date: Dates,
    value: Data,
    improvement: Improvement = "decrease",
    by: str | Sequence[str] | None = None,
    target: Data | None = None,
    rebase: Sequence[object] | Mapping[object, Sequence[object]] | None = None,
    baseline: int | None = None,
    screen: bool = True,
    lowest: float | None = 0.0,
    highest: float | None = None,
) -> pd.DataFrame:
    """Set every point of one or many series beside the limits that its own series leads to expect.

    Parameters
    ----------
    t
        One row a point, in any order.
    date, value
        Columns, or data of the table's length. A missing value keeps its row, without a judgement.
    improvement
        Which way is better: "decrease", "increase", or "neutral" where neither is.
    by
        Columns that tell the series apart.
    target
        A number, a column or data of the table's length.
    rebase
        Dates from which on the limits start anew, for all series or, by series, as ``{key: dates}``. Nothing is
        rebased automatically: guidance wants a known cause and a level that has lasted.
    baseline
        How many first points (of each phase between two rebases) set the limits; None for all of the phase.
    screen
        Leave moving ranges above 3.267 times their mean out, once, so that a single jump does not widen the limits.
    lowest, highest
        What a value cannot be below or above; limits stop there. None for no such bound.

    Returns
    -------
    DataFrame
        One row a point, by series and date: the ``by`` columns, ``date``, ``value``, ``phase`` (1 up to the first
        rebase), ``n_points`` and ``n_setting_limits`` (of its phase), ``mean``, ``lower_limit``, ``upper_limit``,
        ``moving_range`` (distance to the point before in the phase), ``is_outside``, ``is_shift``, ``is_trend``,
        ``is_two_of_three``, ``special_cause`` (missing, or the first rule of `RULES` that it meets), ``direction``
        ("high", "low" or ""), ``is_improvement``, ``is_concern``, ``improvement``, ``target``, ``is_reliable`` (at
        least 12 points set the limits, and they vary), ``note``.

    Raises
    ------
    ValueError
        If a date is missing or no date, a series has a date twice, a value is outside ``lowest`` and ``highest``, or
        an argument is none of its choices.

    Notes
    -----
    *Limits*: mean +- 2.66 x the mean moving range, and none where there is no moving range.

    *Rules*: a point outside the limits; a shift, 7 points or more in a row on one side of the mean; a trend, 6
    points or more in a row each higher (or lower) than the one before; two of three points in a row in the outer
    third, beyond two thirds of the way to the same limit, points outside it included. All points of a run are marked,
    of two in three those that lie in the outer third. Where several rules fit, ``special_cause`` and ``direction``
    come from the first in this order; the ``is_`` columns keep all. A trend points where it goes, the others where the
    point lies.

    *Gaps*: the guidance is silent on missing periods. Here a missing value, or a step of more than 1.5 times the
    series' usual (median) step, ends a run and a trend and has no moving range, since the points beside it are no
    neighbours. A point on the mean ends a shift. Nothing runs across a rebase.

    The limits describe a series without drift or season; where there is one, its points are marked.
    """
    _check(improvement, baseline)
    keys = columns_of(by)
    check_keys(keys, [*CHART, *WORKED_WITH])
    points = points_of(t, date=date, value=value, keys=keys, target=target, bounds=(lowest, highest), rebase=rebase)
    known = points["value"].notna().to_numpy()
    found = _judged(points[known], baseline=baseline, screen=screen, lowest=lowest, highest=highest)
    chart = points.join(found)
    chart[list(rules.FLAGS)] = chart[list(rules.FLAGS)].astype("boolean").fillna(False).astype(bool)
    chart = _in_words(_filled(chart), improvement)
    return chart[[*keys, *CHART]].reset_index(drop=True)


def _check(improvement: str, baseline: int | None) -> None:
    if improvement not in IMPROVEMENTS:
        raise ValueError(f"improvement must be one of {', '.join(IMPROVEMENTS)}; got {improvement!r}")
    if baseline is not None and (isinstance(baseline, bool) or int(baseline) != baseline or baseline < 2):
        raise ValueError(f"baseline is a number of points, at least 2; got {baseline!r}")


def _judged(
    known: pd.DataFrame, *, baseline: int | None, screen: bool, lowest: float | None, highest: float | None
) -> pd.DataFrame:
    """Limits and rules for the points that have a value."""
    value, starts, is_joined = known["value"].to_numpy(), *_neighbours(known)
    segment = np.cumsum(starts) - 1
    sizes = np.bincount(segment)
    place = np.arange(len(value)) - np.flatnonzero(starts)[segment] if len(value) else segment
    sets = place < (np.inf if baseline is None else baseline)
    mean = _mean(value, sets, segment)[segment]
    ranges = np.where(is_joined, np.abs(np.diff(value, prepend=np.nan)), np.nan)
    half = LIMIT_FACTOR * _mean_range(ranges, sets & is_joined, segment, screen=screen)[segment]
    flags = rules.flags(value, mean, half, starts=starts, is_joined=is_joined)
    limits = {"lower_limit": mean - half, "upper_limit": mean + half}
    limits = {name: np.clip(limit, lowest, highest) for name, limit in limits.items()}
    counts = {"n_points": sizes[segment], "n_setting_limits": np.bincount(segment, sets)[segment]}
    columns = {"mean": mean, **limits, "moving_range": ranges, "half": half, **counts, **flags}
    return pd.DataFrame(columns, index=known.index)


def _neighbours(known: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Which points begin a phase, and which follow their neighbour in it without a gap."""
    series, phase, place = (known[name].to_numpy() for name in ("series", "phase", "place"))
    new_series = np.diff(series, prepend=-1) != 0
    starts = new_series | (np.diff(phase, prepend=-1) != 0)
    step = np.diff(known["date"].to_numpy().astype("datetime64[ns]").astype("int64"), prepend=0).astype(float)
    step[new_series] = np.nan
    usual = pd.Series(step).groupby(series).transform("median").to_numpy()
    is_joined = ~starts & (np.diff(place, prepend=-1) == 1) & (step <= 1.5 * usual)
    return starts, is_joined


def _mean(values: np.ndarray, used: np.ndarray, segment: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        return np.bincount(segment, np.where(used, values, 0.0)) / np.bincount(segment, used)


def _mean_range(ranges: np.ndarray, used: np.ndarray, segment: np.ndarray, *, screen: bool) -> np.ndarray:
    """The mean moving range of each phase, outliers left out once."""
    ranges = np.where(used, ranges, 0.0)
    mean = _mean(ranges, used, segment)
    if not screen:
        return mean
    with np.errstate(invalid="ignore"):
        return _mean(ranges, used & (ranges <= SCREEN_FACTOR * mean[segment]), segment)


def _filled(chart: pd.DataFrame) -> pd.DataFrame:
    """Give the rows without a value what their phase has: limits and counts."""
    shared = ["mean", "lower_limit", "upper_limit", "n_points", "n_setting_limits", "half"]
    if chart["value"].isna().any():
        groups = chart.groupby(["series", "phase"])[shared]
        chart[shared] = groups.transform("first")
    counts = ["n_points", "n_setting_limits"]
    chart[counts] = chart[counts].fillna(0).astype(int)
    return chart


def _in_words(chart: pd.DataFrame, improvement: str) -> pd.DataFrame:
    flags = [chart[name].to_numpy() for name in rules.FLAGS]
    side, slope = (chart[name].fillna(0).to_numpy() for name in ("side", "slope"))
    sign = np.select(flags, [side, side, slope, side], 0)
    good = {"decrease": -1, "increase": 1, "neutral": 2}[improvement]
    cause = np.select(flags, RULES, "").astype(object)
    chart["special_cause"] = pd.Series(np.where(cause == "", None, cause), chart.index, dtype="str")
    chart["direction"] = np.select([sign > 0, sign < 0], ["high", "low"], "")
    chart["is_improvement"], chart["is_concern"] = sign == good, sign == -good
    varies = chart["half"].to_numpy() > 0
    is_enough = chart["n_setting_limits"].to_numpy() >= MINIMUM
    chart["is_reliable"] = varies & is_enough
    few = "limits are not reliable below 12 points; " + chart["n_setting_limits"].astype(str) + " set these"
    still = "the points that set the limits do not vary, so any other value lies outside"
    none = "no limits without two neighbouring points"
    chart["note"] = np.select([chart["half"].isna(), ~is_enough, ~varies], [none, few, still], "")
    return chart.assign(improvement=improvement)

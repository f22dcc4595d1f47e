"""Is there a trend over all periods of a series, how steep, and is a straight line enough to say so?

Sources: log-linear and logistic regression with a dispersion (McCullagh and Nelder 1989); published estimates weighted
by their standard errors, these taken from the 95 % limits (Altman and Bland, BMJ 2003;326:219); H. B. Mann,
Econometrica 1945;13:245-259 with M. G. Kendall, Rank Correlation Methods, and P. K. Sen, Journal of the American
Statistical Association 1968;63:1379-1389 for series of bare values (`scipy.stats`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
import pandas as pd
from scipy import special, stats

from helpers.scoring import line_fits
from helpers.scoring.confidence import Data, column, levels
from helpers.scoring.curves import MOST_CURVED, shape_of
from helpers.scoring.estimated import check_keys
from helpers.scoring.estimates import Z
from helpers.scoring.line_fits import Fit
from helpers.scoring.xmr_points import columns_of

Scale = Literal["log", "logit", "identity"]
SCALES = ("log", "logit", "identity")
LEAST = 3
RESULT = [
    "n_periods", "slope", "slope_lowercl", "slope_uppercl", "slope_se", "df", "p_value", "dispersion", "centre",
    "p_linear", "shape", "turn", "scale", "method",
]  # fmt: skip
METHODS = {
    "counts": "log-linear regression of the counts, with overdispersion",
    "shares": "logistic regression of the counts, with overdispersion",
    "log": "weighted regression of the logarithms, weights from the 95 % limits",
    "logit": "weighted regression of the logits, weights from the 95 % limits",
    "identity": "weighted regression, weights from the 95 % limits",
    "ranks": "Mann-Kendall test, slope by Theil and Sen",
}


def slopes(
    t: pd.DataFrame,
    *,
    by: str | Sequence[str] | None,
    time: Data,
    scale: Scale,
    numerator: Data | None = None,
    denominator: Data | None = None,
    value: Data | None = None,
    lowercl: Data | None = None,
    uppercl: Data | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Fit a line through each series and test its slope.

    Parameters
    ----------
    t
        One row a period of a series, in any order; rows that lack something needed are left out.
    by
        Columns that tell the series apart.
    time
        In years; a number.
    scale
        "log" for rates and counts, "logit" for shares, "identity" for anything else.
    numerator, denominator
        Events and population: quasi-Poisson on the log scale, quasi-binomial on the logit scale.
    value, lowercl, uppercl
        In place of the counts: published values with their 95 % limits (shares from 0 to 1 on the logit scale).

    Returns
    -------
    DataFrame
        One row a series: the ``by`` columns, ``n_periods``, ``slope`` a year on the scale, with ``slope_lowercl``,
        ``slope_uppercl``, ``slope_se`` and ``df``; ``p_value``; ``dispersion``; ``centre`` (the mean of the fitted
        values on the values' own scale); ``p_linear``, a test of the line against a curve (nan below 5 periods);
        ``shape`` of that curve and, where it turns once, ``turn`` (time); ``scale``; ``method``. Nan where the
        series has fewer than 3 periods, no events, or none but in the first or the last period (of shares: none up to a
        period and all after it, or the other way round), since no line is steep enough then.

    Raises
    ------
    ValueError
        If a series has a time twice, or counts or limits are impossible.

    Notes
    -----
    The slope's error is multiplied by the root of the dispersion (Pearson's statistic over n - 2) where that is
    above 1, and never made smaller; t distribution with n - 2 degrees of freedom. Periods are taken as independent.
    The line is tested against a quadratic, from 10 periods on a cubic, by an F test with the curve's dispersion.
    """
    if scale not in SCALES:
        raise ValueError(f"scale must be one of {', '.join(SCALES)}; got {scale!r}")
    keys, (level,) = columns_of(by), levels(confidence)
    given = {"numerator": numerator, "denominator": denominator, "value": value, "lowercl": lowercl, "uppercl": uppercl}
    numbers = {name: column(t, data, name) for name, data in given.items() if data is not None}
    check_keys(keys, [*RESULT, "time", *given])
    rows = t[keys].reset_index(drop=True).assign(time=column(t, time, "time"), **numbers)
    rows = rows.dropna(subset=["time", *numbers])
    name, fitted = _model(rows, scale, set(numbers))
    series = rows.groupby(keys, sort=False, dropna=False).ngroup() if keys else pd.Series(0, rows.index)
    table = rows[~series.duplicated()][keys].reset_index(drop=True)
    padded = _padded(rows.drop(columns=keys), series.to_numpy(), len(table))
    found = _tested(padded, fitted, level, shares=name == "shares")
    return table.assign(**found, scale=scale, method=METHODS[name])[[*keys, *RESULT]]


def _model(rows: pd.DataFrame, scale: str, given: set[str]) -> tuple[str, Callable]:
    """Check the numbers and choose the model that they allow."""
    if given == {"numerator", "denominator"} and scale != "identity":
        _refuse(rows, (rows["numerator"] < 0) | (rows["denominator"] <= 0), "counts below 0 or no population")
        if scale == "log":
            return "counts", lambda p, x, degree: line_fits.counts(x, p["numerator"], p["denominator"], degree=degree)
        _refuse(rows, rows["numerator"] > rows["denominator"], "a numerator above its denominator")
        return "shares", lambda p, x, degree: line_fits.shares(x, p["numerator"], p["denominator"], degree=degree)
    if given == {"value", "lowercl", "uppercl"}:
        _refuse(rows, ~(rows["uppercl"] > rows["lowercl"]), "limits in the wrong order, or without width")
        inside = {"log": rows["lowercl"] > 0, "logit": (rows["lowercl"] > 0) & (rows["uppercl"] < 1)}
        _refuse(rows, ~inside.get(scale, pd.Series(True, rows.index)), f"limits that the {scale} scale cannot take")
        return scale, lambda p, x, degree: _by_limits(p, x, degree, scale)
    raise ValueError("give numerator and denominator (log or logit scale), or value, lowercl and uppercl")


def _refuse(rows: pd.DataFrame, wrong: pd.Series, what: str) -> None:
    if wrong.any():
        places = ", ".join(map(str, rows.index[wrong][:5]))
        raise ValueError(f"{what} in row {places}: mend the figures or leave the rows out")


def _by_limits(padded: dict[str, np.ndarray], x: np.ndarray, degree: int, scale: str) -> Fit:
    change = {"log": np.log, "logit": special.logit, "identity": np.asarray}[scale]
    present = padded["present"]
    value, low, high = (change(np.where(present, padded[name], 0.5)) for name in ("value", "lowercl", "uppercl"))
    error = np.where(present, (high - low) / (2 * Z), np.inf)
    return line_fits.weighted(x, np.where(present, value, 0.0), error**-2.0, degree=degree)


def _padded(rows: pd.DataFrame, series: np.ndarray, n: int) -> dict[str, np.ndarray]:
    """Numbers as arrays of one row a series in the order of time, 0 where it has no more."""
    order = np.lexsort([rows["time"].to_numpy(), series])
    series, rows = series[order], rows.iloc[order]
    place = pd.Series(series).groupby(series).cumcount().to_numpy()
    shape = (n, int(place.max(initial=-1)) + 1)
    result = {"present": np.zeros(shape, dtype=bool)}
    result["present"][series, place] = True
    for name in rows:
        result[name] = np.zeros(shape)
        result[name][series, place] = rows[name]
    again = result["present"][:, 1:] & (np.diff(result["time"], axis=1) == 0)
    if again.any():
        which = result["time"][:, 1:][again][0]
        raise ValueError(f"time: {which:g} stands more than once in a series; keep one row a period")
    return result


def _tested(padded: dict[str, np.ndarray], fitted: Callable, level: float, *, shares: bool) -> dict[str, np.ndarray]:
    """Test the series that can be; the others stay missing."""
    can_be = _can_be_fitted(padded, shares=shares)
    n = padded["present"].sum(axis=1)
    found = {name: np.full(len(n), np.nan) for name in RESULT[:-2]} | {"n_periods": n}
    found["shape"] = np.full(len(n), "", dtype=object)
    for curved in (1, 2, 0):
        usable = np.flatnonzero(can_be & (_curves(n) == curved))
        if len(usable):
            part = {name: numbers[usable] for name, numbers in padded.items()}
            for name, numbers in _lines(part, fitted, level, curved).items():
                found[name][usable] = numbers
    return found


def _curves(n: np.ndarray) -> np.ndarray:
    """How many terms beyond the line are tested: none below 5 periods, one, from 10 periods on two."""
    return np.select([n >= 10, n >= 5], [MOST_CURVED - 1, 1], 0)


def _can_be_fitted(padded: dict[str, np.ndarray], *, shares: bool) -> np.ndarray:
    enough = padded["present"].sum(axis=1) >= LEAST
    if "numerator" not in padded:
        return enough
    events, population = padded["numerator"].sum(axis=1), padded["denominator"].sum(axis=1)
    return enough & (events > 0) & (events != population) & ~_is_apart(padded, shares=shares)


def _is_apart(padded: dict[str, np.ndarray], *, shares: bool) -> np.ndarray:
    """Which series have no steepest line, since every steeper one fits them better.

    Those with none of the events (or, of shares, none or all) on one side of a period and the opposite on its other
    side (A. Albert and J. A. Anderson, Biometrika 1984;71:1-10).
    """
    events, present = padded["numerator"], padded["present"]
    some = (events > 0).astype(int)
    state = some + (some & (events == padded["denominator"])) if shares else some
    step = np.where(present[:, 1:], np.diff(state, axis=1), 0)
    one_way = (step >= 0).all(axis=1) | (step <= 0).all(axis=1)
    return one_way & (((state == 1) & present).sum(axis=1) <= 1)


def _lines(padded: dict[str, np.ndarray], fitted: Callable, level: float, curved: int) -> dict[str, np.ndarray]:
    present, time = padded["present"], padded["time"]
    n = present.sum(axis=1)
    first, last = time[:, 0], time[np.arange(len(n)), n - 1]
    middle, half = (first + last) / 2, (last - first) / 2
    x = np.where(present, (time - middle[:, None]) / half[:, None], 0.0)
    line, freedom = fitted(padded, x, 1), n - 2
    dispersion = line.pearson / freedom
    slope = line.coefficients[:, 1] / half
    error = np.sqrt(line.covariance[:, 1, 1] * np.maximum(dispersion, 1)) / half
    reach = stats.t.ppf((1 + level) / 2, freedom) * error
    found = {
        "slope": slope, "slope_lowercl": slope - reach, "slope_uppercl": slope + reach, "slope_se": error,
        "df": freedom, "p_value": 2 * stats.t.sf(np.abs(slope / error), freedom), "dispersion": dispersion,
        "centre": line.fitted.sum(axis=1, where=present) / n,
    }  # fmt: skip
    if not curved:
        return found
    curve, rest = fitted(padded, x, 1 + curved), n - 2 - curved
    f = (line.deviance - curve.deviance) / curved / np.maximum(curve.pearson / rest, 1)
    shapes = [shape_of(coefficients) for coefficients in curve.coefficients]
    turn = middle + half * np.array([at for _, at in shapes])
    return found | {"p_linear": stats.f.sf(f, curved, rest), "shape": [words for words, _ in shapes], "turn": turn}


def monotone(
    t: pd.DataFrame,
    *,
    by: str | Sequence[str] | None,
    time: Data,
    value: Data,
    scale: Literal["log", "identity"] = "identity",
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Test each series of bare values for a monotone trend.

    Returns
    -------
    DataFrame
        As `slopes` gives it: the p value of Kendall's tau of value and time (exact where no values tie and n is at
        most 33), the median of the pairwise slopes with its limits; no ``slope_se``, ``dispersion`` or
        ``p_linear``. On the log scale all values must be above 0.
    """
    keys, (level,) = columns_of(by), levels(confidence)
    check_keys(keys, [*RESULT, "time", "value"])
    rows = t[keys].reset_index(drop=True).assign(time=column(t, time, "time"), value=column(t, value, "value"))
    rows = rows.dropna(subset=["time", "value"])
    if scale == "log":
        _refuse(rows, rows["value"] <= 0, "values that the log scale cannot take")
    groups = rows.groupby(keys, sort=False, dropna=False) if keys else [((), rows)]
    found = [dict(zip(keys, key, strict=True)) | _ranked(group, level, scale) for key, group in groups if len(group)]
    table = pd.DataFrame(found, columns=[*keys, *RESULT])
    return table.assign(scale=scale, method=METHODS["ranks"], shape="")


def _ranked(group: pd.DataFrame, level: float, scale: str) -> dict[str, float]:
    time, value = (group[name].to_numpy() for name in ("time", "value"))
    if len(set(time)) < len(time):
        raise ValueError("time: a period stands more than once in a series; keep one row a period")
    y = np.log(value) if scale == "log" else value
    result = {"n_periods": len(group), "centre": float(np.mean(y))}
    if len(group) < LEAST:
        return result
    slope, _, low, high = stats.theilslopes(y, time, alpha=level)
    p_value = 1.0 if np.ptp(y) == 0 else float(stats.kendalltau(time, y).pvalue)
    return result | {"slope": slope, "slope_lowercl": low, "slope_uppercl": high, "p_value": p_value}


def latest_apart(start: Sequence[object], end: Sequence[object]) -> np.ndarray:
    """Choose periods that share no day, the latest first.

    Returns
    -------
    array of bool
        Which periods are kept: the one that ends last, then going back always the next that ends before the one kept
        begins. Where one period's dates are missing it is not kept.
    """
    starts, ends = (pd.DatetimeIndex(days).to_numpy(dtype="datetime64[s]") for days in (start, end))
    kept, before = np.zeros(len(ends), dtype=bool), None
    for place in np.lexsort([starts, ends])[::-1]:
        known = not (np.isnat(starts[place]) or np.isnat(ends[place]))
        if known and (before is None or ends[place] < before):
            kept[place], before = True, starts[place]
    return kept

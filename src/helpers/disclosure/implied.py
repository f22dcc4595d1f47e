"""The count that a figure gives away without naming it: through its rate and denominator, or through its limits."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import chi2, norm

MULTIPLIERS = {"percent": 100, "rate_per_1000": 1_000, "rate_per_10000": 10_000, "rate_per_100000": 100_000}
COUNTS = ("number", "change_number")
TOLERANCE = 1e-6
FINEST = 4  # decimals beyond which a number is taken as exact
Z = float(norm.ppf(0.975))
GRID = np.geomspace(0.02, 2_000, 400)  # counts for which the exact upper limit is tabulated
UPPER = chi2.ppf(0.975, 2 * GRID + 2) / (2 * GRID)
NUMBERS = ("numerator", "denominator", "value", "lowercl", "uppercl")


def counts(table: pd.DataFrame) -> pd.DataFrame:
    """Work out what is known of the count behind each figure.

    Parameters
    ----------
    table : DataFrame
        One row a figure: ``numerator``, ``denominator``, ``value``, ``lowercl``, ``uppercl`` (missing where not given)
        and ``measure``. Columns that are absent count as missing.

    Returns
    -------
    DataFrame
        One row a figure, with the table's index: ``lowest`` and ``highest`` (the count; missing where nothing gives it
        away) and ``through`` (numerator | value | rate | limits | "").

    Notes
    -----
    The numerator comes first; else a value that is itself a count; else value x denominator / multiplier, within
    the rounding of the value; else the 95 % limits. Wilson's limits are the roots of (limit - p)^2 = z^2 limit (1 -
    limit) / n (Wilson, J Am Stat Assoc 1927), so that n follows from one of them. The exact upper limit of a Poisson
    count (Garwood, Biometrika 1936; Byar's is near to it) is a fixed multiple of the count, which tells it.
    For a standardised rate the last two are an approximation.
    """
    numbers = {name: _column(table, name) for name in NUMBERS}
    measure = table["measure"] if "measure" in table else pd.Series("", table.index)
    multiplier = measure.map(MULTIPLIERS).to_numpy(float)
    ways = {
        "numerator": _exact(numbers["numerator"]),
        "value": _exact(np.where(measure.isin(COUNTS), numbers["value"], np.nan)),
        "rate": _from_rate(numbers["value"], numbers["denominator"], multiplier),
        "limits": _from_limits(numbers, multiplier),
    }
    low, high = np.full(len(table), np.nan), np.full(len(table), np.nan)
    through = np.full(len(table), "", dtype=object)
    for way, (least, most) in ways.items():
        new = np.isnan(low) & ~np.isnan(least)
        low[new], high[new], through[new] = least[new], most[new], way
    return pd.DataFrame({"lowest": low, "highest": high, "through": through.astype(str)}, index=table.index)


def half_unit(values: np.ndarray) -> np.ndarray:
    """Half of the last decimal that each number is written with; 0 where it has more than four."""
    half = np.zeros(len(values))
    open_ = np.isfinite(values)
    for decimals in range(FINEST + 1):
        fits = open_ & (np.abs(values - np.round(values, decimals)) < TOLERANCE * 10.0**-decimals)
        half[fits] = 0.5 * 10.0**-decimals
        open_ &= ~fits
    return half


def _column(table: pd.DataFrame, name: str) -> np.ndarray:
    return table[name].to_numpy(float, na_value=np.nan) if name in table else np.full(len(table), np.nan)


def _exact(count: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return count.copy(), count.copy()


def _from_rate(value: np.ndarray, denominator: np.ndarray, multiplier: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    half = half_unit(value)
    low = np.clip(value - half, 0, None) * denominator / multiplier
    return low, (value + half) * denominator / multiplier


def _from_limits(numbers: dict[str, np.ndarray], multiplier: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The count that the 95 % limits tell, as far as their rounding lets it."""
    value, lower, upper = (numbers[name] for name in ("value", "lowercl", "uppercl"))
    is_share = multiplier == MULTIPLIERS["percent"]
    found = []
    for shift in (-1, 1):  # limits half a unit nearer to the value or further from it
        low = np.clip(lower - shift * half_unit(lower), 0, value)
        high = np.maximum(upper + shift * half_unit(upper), value)
        count = np.where(is_share, _of_share(value / 100, low / 100, high / 100), _of_rate(value, high))
        found.append(np.where(np.isnan(multiplier), np.nan, count))
    return np.fmin(*found), np.fmax(*found)


def _of_share(p: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
    use_lower = (p - lower > upper - p) | np.isnan(upper)
    limit = np.where(use_lower, lower, upper)
    with np.errstate(divide="ignore", invalid="ignore"):
        size = Z**2 * limit * (1 - limit) / (p - limit) ** 2
        return np.where(np.isfinite(size), p * size, np.nan)


def _of_rate(value: np.ndarray, upper: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = upper / value
    count = np.interp(ratio, UPPER[::-1], GRID[::-1])
    beyond = (ratio <= UPPER[-1]) | ~np.isfinite(ratio)
    count = np.where(beyond, np.nan, count)
    return np.where((value == 0) & (upper > 0), 0.0, count)

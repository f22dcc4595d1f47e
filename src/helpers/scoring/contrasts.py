"""An area beside its comparator by a test of the difference or ratio, from counts; never by overlapping intervals.

Two intervals may overlap while their difference is clear (Schenker and Gentleman, The American Statistician 2001; 55:
182-186), so the difference itself is tested. What only has printed limits goes through `estimates.compare`. Results
use the words of that module: ``sign``, ``difference``, ``ratio``, ``p_value``, ``method``, ``reason``.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import special

from helpers.scoring.conditional import clopper_pearson, conditional_p_value, expected_p_value
from helpers.scoring.confidence import Data, column, levels
from helpers.scoring.counts import NO_COUNT, NO_POPULATION, counts, populations, refuse
from helpers.scoring.estimated import checked_multiplier, worded
from helpers.scoring.multiplicity import with_false_discovery_rate, with_verdicts
from helpers.scoring.poisson_limits import exact, poisson_limits
from helpers.scoring.wilson import wilson

__all__ = [
    "compare_proportions", "compare_rates", "compare_standardised_rates", "compare_with_expected",
    "with_false_discovery_rate", "with_verdicts",
]  # fmt: skip
COLUMNS = [
    "value", "comparator_value", "difference", "difference_lowercl", "difference_uppercl", "ratio", "ratio_lowercl",
    "ratio_uppercl", "p_value", "sign", "method", "reason",
]  # fmt: skip
REASONS = ("", NO_COUNT, NO_POPULATION, "there is no event on either side")
PART = "; the area is taken out of its comparator first"
INSIDE = "; the area is part of its comparator, which makes the test err on the side of no clear difference"


def compare_proportions(
    t: pd.DataFrame,
    *,
    numerator: Data,
    denominator: Data,
    comparator_numerator: Data,
    comparator_denominator: Data,
    is_part: bool,
    confidence: float = 0.95,
    multiplier: float = 100,
) -> pd.DataFrame:
    """Test the difference of two proportions, row by row.

    Parameters
    ----------
    t
        One row a pair.
    numerator, denominator, comparator_numerator, comparator_denominator
        Those of whom something holds, and all, in the area and in its comparator: a column's name, values of the
        table's length, or a number.
    is_part
        Whether the comparator's counts hold the area's: then they are subtracted first.
    confidence
        One level.
    multiplier
        100 for percentages.

    Returns
    -------
    DataFrame
        The table with ``value`` and ``comparator_value`` (without the area where ``is_part``), ``difference`` and
        ``ratio`` with their limits (``difference_lowercl`` ...), ``p_value``, ``sign`` (1 higher, -1 lower, 0 no clear
        difference, <NA> not tested), ``method`` and ``reason``. Values and differences are times the multiplier.

    Raises
    ------
    ValueError
        If a count cannot be true, or an area that is part of its comparator has more than it; with the rows.

    Notes
    -----
    Test: the score test of two proportions (Pearson's chi-squared without correction). Limits of the difference:
    Newcombe's hybrid of Wilson's (Statistics in Medicine 1998; 17: 873-890, method 10); of the ratio: Katz and others
    (Biometrics 1978; 34: 469-474), missing where a numerator is 0. The sign follows the test; limits may just touch 0
    where it does not, or the other way round.
    """
    x, n, y, m = _two(t, numerator, denominator, comparator_numerator, comparator_denominator, is_part=is_part)
    for count, people, what in ((x, n, "numerator"), (y, m, "comparator_numerator")):
        refuse(count > people, what, "above the denominator", "a proportion is a part of a whole")
    level, scale = _one(confidence), checked_multiplier(multiplier)
    both = (x + y) / (n + m)
    with np.errstate(divide="ignore", invalid="ignore"):
        z = (x / n - y / m) / np.sqrt(both * (1 - both) * (1 / n + 1 / m))
        error = np.where((x > 0) & (y > 0), np.sqrt(1 / x - 1 / n + 1 / y - 1 / m), np.nan)
    p_value = np.where((both == 0) | (both == 1), 1.0, 2 * special.ndtr(-np.abs(z)))
    limits = (wilson(x, n, level), wilson(y, m, level))
    method = "score test of two proportions; limits of Newcombe and Katz" + (PART if is_part else "")
    return _table(t, (x / n * scale, y / m * scale), limits, scale, error, level, p_value, _why(x, n, y, m), method)


def compare_rates(
    t: pd.DataFrame,
    *,
    numerator: Data,
    denominator: Data,
    comparator_numerator: Data,
    comparator_denominator: Data,
    is_part: bool,
    confidence: float = 0.95,
    multiplier: float = 100_000,
) -> pd.DataFrame:
    """Test the ratio of two crude rates, row by row; arguments, columns and errors as `compare_proportions`.

    Notes
    -----
    Given all events, those of the area are binomial with its share of the population (Przyborowski and Wilenski,
    Biometrika 1940; 31: 313-323). The p value is twice the smaller tail with half of the observed point (mid-p), which
    keeps its level closer than the exact test (Lancaster, JASA 1961; 56: 223-234). Limits of the ratio are the exact
    ones of Clopper and Pearson for that share, a little wide; those of the difference square and add the distances to
    the rates' own limits (Zou and Donner, Statistics in Medicine 2008; 27: 1693-1702). Counts need not be whole.
    """
    x, n, y, m = _two(t, numerator, denominator, comparator_numerator, comparator_denominator, is_part=is_part)
    level, scale = _one(confidence), checked_multiplier(multiplier)
    p_value = conditional_p_value(x, x + y, n / (n + m))
    limits = tuple(tuple(end / people for end in poisson_limits(count, level)) for count, people in ((x, n), (y, m)))
    low, high = clopper_pearson(x, x + y, level)
    with np.errstate(divide="ignore", invalid="ignore"):
        ends = tuple(share / (1 - share) * m / n for share in (low, high))
    method = "mid-p test of two Poisson counts given their sum" + (PART if is_part else "")
    why = np.where((x == 0) & (y == 0), 3, _why(x, n, y, m))
    return _table(t, (x / n * scale, y / m * scale), limits, scale, ends, level, p_value, why, method)


def compare_standardised_rates(
    t: pd.DataFrame,
    *,
    value: Data,
    standard_error: Data,
    comparator_value: Data,
    comparator_standard_error: Data,
    is_part: bool,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Test the ratio of two directly standardised rates, row by row; columns as `compare_proportions`.

    Parameters
    ----------
    value, standard_error, comparator_value, comparator_standard_error
        As `standardised.directly_standardised_rates` gives them, by the same standard population.
    is_part
        Whether the comparator holds the area. Summaries cannot be taken apart; ``method`` then says which way the test
        errs. Standardise the comparator without the area to avoid it.

    Notes
    -----
    z test of the difference of logarithms, each with variance (standard error / rate) squared (Breslow and
    Day 1987); rates of 0 are not tested.
    """
    own, other = column(t, value, "value"), column(t, comparator_value, "comparator_value")
    errors = [
        column(t, standard_error, "standard_error"),
        column(t, comparator_standard_error, "comparator_standard_error"),
    ]
    level = _one(confidence)
    for given, what in zip(errors, ("standard_error", "comparator_standard_error"), strict=True):
        refuse(given < 0, what, "below 0", "a standard error is above 0")
    with np.errstate(divide="ignore", invalid="ignore"):
        error = np.sqrt((errors[0] / own) ** 2 + (errors[1] / other) ** 2)
        p_value = 2 * special.ndtr(-np.abs(np.log(own / other)) / error)
    tested = (own > 0) & (other > 0) & (error > 0)
    z = special.ndtri((1 + level) / 2)
    limits = ((own - z * errors[0], own + z * errors[0]), (other - z * errors[1], other + z * errors[1]))
    method = "z test of the ratio of two standardised rates (log scale)" + (INSIDE if is_part else "")
    words = ("", "a rate or its standard error is missing or 0")
    code = np.where(tested, 0, 1)
    return _table(t, (own, other), limits, 1.0, error, level, np.where(tested, p_value, np.nan), code, method, words)


def compare_with_expected(
    t: pd.DataFrame, *, observed: Data, expected: Data, is_part: bool, confidence: float = 0.95, multiplier: float = 1
) -> pd.DataFrame:
    """Test observed against expected events, that is, an indirectly standardised ratio against 1.

    Parameters
    ----------
    observed, expected
        Events, as `indirect.indirectly_standardised_ratios` gives them.
    is_part
        Whether the reference holds the area; ``method`` then says which way the test errs.
    multiplier
        1, or 100 for ratios as percentages.

    Returns
    -------
    DataFrame
        As `compare_proportions`, with ``comparator_value`` the multiplier itself.

    Notes
    -----
    The expected count is taken as known. The p value is twice the smaller Poisson tail with half of the observed point
    (mid-p); the limits are Garwood's exact ones, a little wide.
    """
    count, base = counts(t, observed, "observed"), populations(t, expected, "expected")
    level, scale = _one(confidence), checked_multiplier(multiplier)
    p_value = expected_p_value(count, base)
    low, high = (end / base for end in exact(count, level))
    method = "mid-p test of a Poisson count against the expected one" + (INSIDE if is_part else "")
    code = np.where(np.isnan(count), 1, np.where(np.isnan(base), 2, 0))
    one = np.where(np.isnan(base), np.nan, 1.0)
    values, fixed = (count / base * scale, one * scale), (one, one)
    return _table(t, values, ((low, high), fixed), scale, (low, high), level, p_value, code, method)


def _two(t: pd.DataFrame, x: Data, n: Data, y: Data, m: Data, *, is_part: bool) -> tuple[np.ndarray, ...]:
    """The four counts, the area taken out of its comparator where it is part of it."""
    x, n = counts(t, x, "numerator"), populations(t, n, "denominator")
    y, m = counts(t, y, "comparator_numerator"), populations(t, m, "comparator_denominator")
    if is_part:
        mend = "the comparator must hold more than the area that is part of it"
        refuse(x > y, "comparator_numerator", "below the area's own", mend)
        refuse(n >= m, "comparator_denominator", "not above the area's own", mend)
        y, m = y - x, m - n
    return x, n, y, m


def _one(confidence: float) -> float:
    given = levels(confidence)
    if len(given) > 1:
        raise ValueError(f"confidence: a comparison has one level; got {confidence!r}")
    return given[0]


def _why(x: np.ndarray, n: np.ndarray, y: np.ndarray, m: np.ndarray) -> np.ndarray:
    return np.where(np.isnan(x) | np.isnan(y), 1, np.where(np.isnan(n) | np.isnan(m), 2, 0))


def _table(
    t: pd.DataFrame,
    values: tuple[np.ndarray, np.ndarray],
    limits: tuple[tuple[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]],
    scale: float,
    ratio: np.ndarray | tuple[np.ndarray, np.ndarray],
    level: float,
    p_value: np.ndarray,
    code: np.ndarray,
    method: str,
    words: tuple[str, ...] = REASONS,
) -> pd.DataFrame:
    """The columns of a comparison; ``limits`` of both values square and add, ``ratio`` is its limits or log error."""
    own, other = values
    (low, high), (other_low, other_high) = (tuple(end * scale for end in pair) for pair in limits)
    difference = own - other
    with np.errstate(divide="ignore", invalid="ignore"):
        times = np.where(other > 0, own / other, np.nan)
        if not isinstance(ratio, tuple):
            factor = np.exp(special.ndtri((1 + level) / 2) * ratio)
            ratio = (times / factor, times * factor)
    ratio = tuple(np.where(np.isfinite(end) & ~np.isnan(times), end, np.nan) for end in ratio)
    tested = (code == 0) & ~np.isnan(p_value)
    p_value = np.where(tested, p_value, np.nan)
    sign = pd.array(np.where(tested, np.where(p_value < 1 - level, np.sign(difference), 0), np.nan), "Float64")
    found = [
        own, other, difference,
        difference - np.hypot(own - low, other_high - other), difference + np.hypot(high - own, other - other_low),
        times, *ratio, p_value, sign.astype("Int64"), worded(np.where(tested, 0, 1), (method, "")), worded(code, words),
    ]  # fmt: skip
    return t.assign(**dict(zip(COLUMNS, found, strict=True)))

"""Tails of counts: Poisson against what is expected, binomial given a sum; for counts that need not be whole too."""

from __future__ import annotations

import numpy as np
from scipy import special


def expected_p_value(count: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Two-sided mid-p value of a Poisson count: twice the smaller tail, half of the observed point in each.

    Poisson tails as incomplete gamma functions, which also take counts that are averages over years.
    """
    some = np.where(count > 0, count, 1.0)
    up_to, below = special.gammaincc(count + 1, expected), np.where(count > 0, special.gammaincc(some, expected), 0.0)
    above, from_on = special.gammainc(count + 1, expected), np.where(count > 0, special.gammainc(some, expected), 1.0)
    return _two_sided((up_to + below) / 2, (above + from_on) / 2) + 0 * count


def conditional_p_value(count: np.ndarray, total: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Two-sided mid-p value of a count that is binomial given the total, its tails as incomplete beta functions."""
    tails = [
        (_binomial(x, total, p) + np.where(x > 0, _binomial(np.maximum(x - 1, 0), total, p), 0.0)) / 2
        for x, p in ((count, share), (total - count, 1 - share))
    ]
    return np.where(np.isnan(count + total + share), np.nan, _two_sided(*tails))


def _binomial(count: np.ndarray, total: np.ndarray, share: np.ndarray) -> np.ndarray:
    """The probability of at most ``count`` of ``total``."""
    rest = total - count
    return np.where(rest > 0, special.betainc(np.where(rest > 0, rest, 1.0), count + 1, 1 - share), 1.0)


def _two_sided(low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Twice the smaller tail; each is worked out by itself, since 1 less the one is no number for the other."""
    return np.minimum(2 * np.minimum(low, high), 1.0)


def clopper_pearson(count: np.ndarray, total: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Exact limits of a binomial share (Clopper and Pearson, Biometrika 1934; 26: 404-413)."""
    tail, rest = (1 - level) / 2, total - count
    low = special.betaincinv(np.where(count > 0, count, 1.0), rest + 1, tail)
    high = special.betaincinv(count + 1, np.where(rest > 0, rest, 1.0), 1 - tail)
    return np.where(count > 0, low, 0.0) + 0 * total, np.where(rest > 0, high, 1.0) + 0 * total

"""The limits of funnels: where a count or a proportion leaves what its target leads one to expect."""

from __future__ import annotations

import numpy as np
from scipy import special

from helpers.scoring.poisson_limits import exact

WINSORISED = 0.1


def proportion_limits_of(n: np.ndarray, share: float, level: float, phi: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Limits of a proportion of ``n`` whose true share is known, by the normal approximation, within 0 and 1."""
    half = special.ndtri((1 + level) / 2) * np.sqrt(phi * share * (1 - share) / n)
    return np.clip(share - half, 0, 1), np.clip(share + half, 0, 1)


def poisson_limits_of(expected: np.ndarray, level: float, phi: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
    """Events at which the expected number lies just on the exact (Garwood) limits of the events.

    The turned-round question of `poisson_limits.exact`, answered for counts that need not be whole, so that the limits
    are smooth in the expected number: the shape at which the gamma distribution has the tail below it. The lower one is
    0 where no number of events would be too few.
    """
    expected = np.asarray(expected, dtype=float)
    tail = (1 - level) / 2
    high = special.gdtrib(1.0, tail, expected)
    some = np.where(np.exp(-expected) < tail, expected, np.nan)
    low = special.gdtrib(1.0, 1 - tail, some) - 1
    return np.where(np.isnan(expected), np.nan, np.where(np.isnan(some), 0.0, low)), high


def events_axis(events: np.ndarray, *, rate: float, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Populations of which so many events lie just on the upper and just on the lower limit around a rate.

    The axis of a funnel that is drawn by events: the lower and the upper exact limit of the events over the rate. For a
    rate of several years whose axis is one year's population, divide by the years.
    """
    low, high = exact(np.asarray(events, dtype=float), level)
    return low / rate, high / rate


def stretched_poisson_limits_of(expected: np.ndarray, level: float, phi: float) -> tuple[np.ndarray, np.ndarray]:
    """Limits of events with ``phi`` times a Poisson count's variance, on the square root scale."""
    half = special.ndtri((1 + level) / 2) * np.sqrt(phi) / 2
    root = np.sqrt(expected)
    return np.maximum(root - half, 0) ** 2, (root + half) ** 2


def poisson_z(count: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """How many standard errors a count lies from the expected number, on the square root scale."""
    return 2 * (np.sqrt(count) - np.sqrt(expected))


def exact_p_value(count: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Two-sided p value of a Poisson count: twice the smaller exact tail, so that it agrees with the exact limits."""
    at_least = np.where(count > 0, special.gammainc(np.where(count > 0, count, 1.0), expected), 1.0)
    at_most = special.gammaincc(count + 1, expected)
    return np.minimum(2 * np.minimum(at_least, at_most), 1.0)


def dispersion(z: np.ndarray) -> float:
    """Phi, the mean of the squared distances with the outer tenths drawn in to the tenths' edges: 1 for chance alone.

    Spiegelhalter, Statistics in Medicine 2005; 24: 1185-1202. Missing for fewer than two areas.
    """
    if len(z) < 2:
        return float("nan")
    low, high = np.quantile(z, [WINSORISED, 1 - WINSORISED])
    return float(np.mean(np.clip(z, low, high) ** 2))


def is_more_than_chance(phi: float, n: int) -> bool:
    """Whether phi lies above what chance gives in about 39 of 40 sets of ``n`` areas: 1 + 2 sqrt(2 / n)."""
    return bool(n > 1 and phi > 1 + 2 * np.sqrt(2 / n))

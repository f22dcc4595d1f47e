"""Limits of a count of events that come independently of each other, as Poisson counts do."""

from __future__ import annotations

import numpy as np
from scipy import special

BYAR_FROM = 10
METHODS = ("exact", "Byar", "")


def byar(count: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Limits by Byar's approximation (Breslow and Day 1987, Statistical Methods in Cancer Research II, p. 69).

    From 10 events on within 0.2 % of the exact ones at 95 % (1.5 % at 99.8 %); with fewer it is not to be used.
    """
    z = special.ndtri((1 + level) / 2)
    more = count + 1
    with np.errstate(divide="ignore", invalid="ignore"):
        low = count * (1 - 1 / (9 * count) - z / (3 * np.sqrt(count))) ** 3
    return np.where(count == 0, 0.0, low), more * (1 - 1 / (9 * more) + z / (3 * np.sqrt(more))) ** 3


def exact(count: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Exact limits of a count from quantiles of chi-squared (Garwood, Biometrika 1936; 28: 437-442).

    The chi-squared quantile with 2x degrees of freedom is twice that of the gamma distribution of shape x. Of 0 events
    the lower limit is 0. Counts need not be whole.
    """
    tail = (1 - level) / 2
    count = np.asarray(count, dtype=float)
    low = special.gammaincinv(np.where(count > 0, count, np.nan), tail)
    return np.where(count == 0, 0.0, low), special.gammainccinv(count + 1, tail)


def poisson_limits(count: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Limits by Byar's approximation from 10 events on, exact below (Eayres 2008, APHO Technical Briefing 3)."""
    low, high = byar(count, level)
    few = count < BYAR_FROM
    if few.any():
        low[few], high[few] = exact(count[few], level)
    return low, high


def method_codes(count: np.ndarray) -> np.ndarray:
    """Where in `METHODS` the method of each count stands: exact, Byar, or none where it is missing."""
    return np.where(np.isnan(count), 2, np.where(count < BYAR_FROM, 0, 1))

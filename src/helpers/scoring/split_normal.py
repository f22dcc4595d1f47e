"""Draws from a declared interval: a value with two ends that need not lie equally far from it."""

from __future__ import annotations

import numpy as np
from scipy import stats

Z95 = float(stats.norm.ppf(0.975))


def split_draws(value: float, low: float, high: float, z: np.ndarray, *, log: bool) -> np.ndarray:
    """Turn standard normal draws into draws from an interval; the first draw is the value itself.

    Parameters
    ----------
    value, low, high
        The median and the 2.5 and 97.5 % points, ``low <= value <= high``.
    z
        Draws of a standard normal, one for each result.
    log
        Whether the two halves are normal on the scale of logarithms (factors and amounts above 0) or as they stand.

    Notes
    -----
    Two half normal distributions joined at the value, each scaled to its own end, so that all three points are exact
    quantiles. An interval without width gives the value itself.
    """
    centre, below, above = (np.log([value, low, high]) if log else np.array([value, low, high])).astype(float)
    z = np.concatenate([[0.0], z[1:]])
    drawn = centre + z / Z95 * np.where(z < 0, centre - below, above - centre)
    drawn = np.exp(drawn) if log else drawn
    return np.where((z == 0) | (low == high), value, drawn)

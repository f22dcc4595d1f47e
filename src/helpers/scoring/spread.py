"""How far the ratings of one dimension lie together, from the counts of its levels.

Counts have the levels in their last axis; every other axis is a dimension, a region or a draw.
"""

from __future__ import annotations

from functools import cache

import numpy as np

NEAR = 1.0
# Fitch et al., RAND/UCLA Appropriateness Method User's Manual 2001, for ratings from 1 to 9.
IPRAS_SYMMETRIC, IPRAS_CORRECTION, MIDDLE = 2.35, 1.5, 5.0


def quantile(counts: np.ndarray, levels: np.ndarray, share: float) -> np.ndarray:
    """A quantile by linear interpolation (Hyndman and Fan's definition 7, numpy's ``linear``); nan without ratings."""
    n = counts.sum(axis=-1)
    place = np.round(np.maximum(n - 1, 0) * share, 9)
    low, high = _ordered(counts, levels, np.floor(place)), _ordered(counts, levels, np.ceil(place))
    return np.where(n > 0, low + (high - low) * (place - np.floor(place)), np.nan)


def _ordered(counts: np.ndarray, levels: np.ndarray, place: np.ndarray) -> np.ndarray:
    """The rating in this place, from 0, of the ratings in order."""
    below = (np.cumsum(counts, axis=-1) <= place[..., None]).sum(axis=-1)
    return levels[np.minimum(below, len(levels) - 1)]


def n_within(counts: np.ndarray, levels: np.ndarray, middle: np.ndarray, distance: float) -> np.ndarray:
    """How many ratings lie within ``distance`` levels of ``middle``."""
    return (counts * (np.abs(levels - middle[..., None]) <= distance)).sum(axis=-1)


def disagreement_index(counts: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """The RAND/UCLA disagreement index; above 1 means disagreement. nan below two ratings.

    Notes
    -----
    The 30th and 70th percentile (by `quantile`) are first mapped from the model's scale to 1-9, since the constants
    2.35 and 1.5 were fitted on that scale: a rating x from 0 to 5 becomes 1 + 1.6 x. The index is
    (p70 - p30) / (2.35 + 1.5 |5 - (p30 + p70) / 2|).

    Another rating at the median may raise it: 0, 0, 0, 4, 4, 4, 4 have 1.80, and with another 4 they have 1.88. The
    percentiles come together, but their middle comes nearer to the middle of the scale, where the divisor is smaller.
    """
    low, high = (1 + 8 * (quantile(counts, levels, p) - levels[0]) / (levels[-1] - levels[0]) for p in (0.3, 0.7))
    asymmetry = np.abs(MIDDLE - (low + high) / 2)
    index = (high - low) / (IPRAS_SYMMETRIC + IPRAS_CORRECTION * asymmetry)
    return np.where(counts.sum(axis=-1) > 1, index, np.nan)


def r_wg(counts: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """r_WG: 1 less the variance of the ratings over the variance of ratings by chance. nan below two ratings.

    Notes
    -----
    L. R. James, R. G. Demaree, G. Wolf, Journal of Applied Psychology 1984, 69(1), 85-98: 1 - s^2 / ((K^2 - 1) / 12),
    K levels, s^2 with n - 1. 1 is full agreement and 0 is a spread as by chance; it is **negative** where the ratings
    spread more than that, and it is given so, not cut off at 0.
    """
    n = counts.sum(axis=-1)
    squares = n * (counts * levels**2).sum(axis=-1) - (counts * levels).sum(axis=-1) ** 2
    variance = np.divide(squares, n * (n - 1), out=np.full(n.shape, np.nan), where=n > 1)
    return 1 - variance / ((len(levels) ** 2 - 1) / 12)


def agreement_a(counts: np.ndarray) -> np.ndarray:
    """van der Eijk's A: 1 unanimous, 0 spread evenly, -1 half at each end. nan below two ratings.

    Notes
    -----
    C. van der Eijk, Measuring agreement in ordered rating scales, Quality & Quantity 2001, 35, 325-341. Counts are cut
    into layers, each level either in a layer or not; A is the mean of the layers' values by their share of the
    ratings. With the levels sorted by count, the layers are the steps from one count to the next.

    Another rating at a level that nobody outnumbers never lowers it; another at the median may, where the median is
    not such a level: 0, 0, 2, 3, 4 have A = 0.34, and with another 2 they have 0.23, since two clusters now stand out.
    """
    counts = np.asarray(counts)
    k = counts.shape[-1]
    n, values = counts @ np.ones(k), _layer_values(k)
    keyed = np.sort(counts.astype(np.int32) * k + np.arange(k, dtype=np.int32), axis=-1)
    pattern, total = np.zeros(n.shape, dtype=int), np.zeros(n.shape)
    for place in reversed(range(k)):
        pattern |= 1 << (keyed[..., place] % k).astype(int)
        below = keyed[..., place - 1] // k if place else 0
        total += (keyed[..., place] // k - below) * values[pattern]
    return np.divide(total, n, out=np.full(n.shape, np.nan), where=n > 1)


@cache
def _layer_values(k: int) -> np.ndarray:
    """The value of every layer of ``k`` levels times its size, by its pattern (bit i: level i is in it)."""
    present = (np.arange(2**k)[:, None] >> np.arange(k)) & 1
    size = present.sum(axis=1)
    before = np.cumsum(present, axis=1) - present
    after = size[:, None] - before - present
    gaps = ((1 - present) * before * after).sum(axis=1)
    absent_before = np.arange(k) - before
    absent_after = (k - 1 - np.arange(k)) - after
    beside = (present * (before * absent_after + after * absent_before)).sum(axis=1)
    known = (size > 1) & (size < k)
    unimodal = np.ones(2**k)
    apart = (k - 2) * beside - (k - 1) * gaps
    np.divide(apart, (k - 2) * (beside + gaps), out=unimodal, where=known)
    return unimodal * (1 - (size - 1) / (k - 1)) * size

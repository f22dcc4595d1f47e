"""Agreement and reliability of a whole profile, for many draws of stakeholders at once.

Every function takes weights (draws x stakeholders: how often each counts; all 1 for the panel itself) and gives
one value a draw, nan where it is not defined. Somebody who is drawn twice agrees perfectly with himself, which
would push the measures of agreement between stakeholders up by about (1 - alpha) / n; so pairs of a stakeholder
with himself are left out: with n the sum of the weights and s the sum of their squares there are n^2 - s pairs,
which is n (n - 1) where every weight is 1, and all formulas are then the published ones.

Ratings are whole numbers and the sums stay whole numbers, so that full agreement gives exactly 1.
"""

from __future__ import annotations

import numpy as np
from scipy import stats


def krippendorff_alpha(counts: np.ndarray, squares: np.ndarray, *, metric: str = "ordinal") -> np.ndarray:
    """Krippendorff's alpha; missing ratings allowed.

    Parameters
    ----------
    counts
        Draws x units x levels.
    squares
        Draws x units: sums of the squared weights of those who rated the unit.
    metric
        "ordinal" or "nominal".

    Notes
    -----
    K. Krippendorff, Computing Krippendorff's Alpha-Reliability, 2011. The ordinal distance of two levels is the
    squared difference of their mid-ranks among all ratings, so that both disagreements are sums of squares.
    """
    pairs = _over_levels(counts) ** 2 - squares
    counts = counts * (pairs > 0)[..., None]
    n, margins = _over_levels(counts), counts.sum(axis=1)
    total = n.sum(axis=1)
    if metric == "ordinal":
        ranks = 2 * np.cumsum(margins, axis=1) - margins
        within, between = _ordinal(counts, n, ranks), _ordinal(margins[:, None], total[:, None], ranks)[:, 0]
    else:
        within, between = n**2 - _over_levels(counts**2), total**2 - (margins**2).sum(axis=1)
    observed = _ratio(n * within, pairs).sum(axis=1)
    all_pairs = total**2 - np.where(pairs > 0, squares, 0).sum(axis=1)
    return 1 - _ratio(observed * all_pairs, total * between, empty=np.nan)


def _ordinal(counts: np.ndarray, n: np.ndarray, ranks: np.ndarray) -> np.ndarray:
    """The sum of squared differences of ranks over all ordered pairs of ratings."""
    first = (counts @ ranks[:, :, None])[..., 0]
    second = (counts @ (ranks**2)[:, :, None])[..., 0]
    return 2 * (n * second - first**2)


def gwet_ac2(counts: np.ndarray, squares: np.ndarray) -> np.ndarray:
    """Gwet's AC2 with ordinal weights over the whole scale; missing ratings allowed.

    Notes
    -----
    K. L. Gwet, Handbook of Inter-Rater Reliability, 4th edition 2014, chapters 3 and 6. A unit that one person
    rated counts for the chance agreement only. ``counts`` has a place for every level of the scale, chosen or not.
    """
    q = counts.shape[2]
    weights = ordinal_weights(q)
    n = _over_levels(counts)
    pairs = n**2 - squares
    agreeing = np.einsum("duk,duk->du", counts @ weights, counts) - squares
    observed = _ratio(_ratio(agreeing, pairs).sum(axis=1), (pairs > 0).sum(axis=1), empty=np.nan)
    rated = (n > 0).sum(axis=1)
    shares = _ratio(_ratio(counts, n[..., None]).sum(axis=1), rated[:, None])
    chance = weights.sum() / (q * (q - 1)) * (shares * (1 - shares)).sum(axis=1)
    return _ratio(observed - chance, 1 - chance, empty=np.nan)


def ordinal_weights(q: int) -> np.ndarray:
    """Gwet's ordinal weights: 1 less the number of pairs of levels in the stretch between, over the most there are."""
    apart = np.abs(np.subtract.outer(np.arange(q), np.arange(q)))
    return 1 - (apart + 1) * apart / (q * (q - 1))


def kendall_w(weights: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Kendall's W, corrected for ties; every stakeholder rated every dimension.

    Notes
    -----
    M. G. Kendall, Rank Correlation Methods, 1948. With z the centred mid-ranks of a stakeholder, W is
    |sum z|^2 / (n sum |z|^2); the tie correction is in the lengths of the z.
    """
    ranks = 2 * stats.rankdata(scores, axis=1) - (scores.shape[1] + 1)
    n, own, shared = _mean_products(weights, ranks @ ranks.T)
    return _ratio((n - 1) * shared + own, n * own, empty=np.nan)


def icc_2(weights: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """ICC(2,1) and ICC(2,k): absolute agreement of single ratings, and of the mean of k stakeholders.

    Notes
    -----
    P. E. Shrout, J. L. Fleiss, Intraclass correlations, Psychological Bulletin 1979, 86(2), 420-428; dimensions are
    their targets, stakeholders their judges. By components of variance, which is the same as their mean squares:
    dimension = mean covariance of two stakeholders, error = mean variance less that, stakeholder = variance of the
    stakeholders' means less error / m. ICC(2,k) is nan where it has no meaning, since the mean's variance would be
    negative.
    """
    m = scores.shape[1]
    sums = scores.sum(axis=1)
    n, own, shared = _mean_products(weights, m * (scores @ scores.T) - np.outer(sums, sums))
    own, shared = own / (m * (m - 1)), shared / (m * (m - 1))
    pairs = n**2 - (weights**2).sum(axis=1)
    between = _ratio(n * (weights @ sums**2) - (weights @ sums) ** 2, pairs, empty=np.nan) / m**2
    error = own - shared
    other = between - error / m + error
    of_means = np.maximum(shared + other / n, 0)
    return _ratio(shared, shared + other, empty=np.nan), _ratio(shared, of_means, empty=np.nan)


def _mean_products(weights: np.ndarray, products: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """How many; the mean product of a stakeholder with himself; the mean over pairs of two different ones."""
    n, squares = weights.sum(axis=1), weights**2
    every = ((weights @ products) * weights).sum(axis=1)
    own = np.diag(products)
    return n, weights @ own / n, _ratio(every - squares @ own, n**2 - squares.sum(axis=1), empty=np.nan)


def cronbach_alpha(weights: np.ndarray, scores: np.ndarray) -> np.ndarray:
    """Cronbach's alpha: dimensions are the items, stakeholders the persons.

    Notes
    -----
    L. J. Cronbach, Psychometrika 1951, 16(3), 297-334. The divisors of the variances cancel.
    """
    m, n = scores.shape[1], weights.sum(axis=1)
    items = n[:, None] * (weights @ scores**2) - (weights @ scores) ** 2
    sums = scores.sum(axis=1)
    total = n * (weights @ sums**2) - (weights @ sums) ** 2
    return _ratio(m * (total - items.sum(axis=1)), (m - 1) * total, empty=np.nan)


def _over_levels(values: np.ndarray) -> np.ndarray:
    """The sum over the last axis; on an axis this short a product with ones is several times faster than a sum."""
    return values @ np.ones(values.shape[-1])


def _ratio(above: np.ndarray, below: np.ndarray, *, empty: float = 0.0) -> np.ndarray:
    """The quotient, and ``empty`` where the divisor is 0 (below rounding)."""
    above, below = np.broadcast_arrays(np.asarray(above, dtype=float), np.asarray(below, dtype=float))
    return np.divide(above, below, out=np.full(above.shape, empty), where=np.abs(below) > 1e-12)

"""The line through an area's quantiles: its slope, its scatter and draws of it, for all areas at once.

Pamuk ER (1985), Social class inequality in mortality from 1921 to 1972 in England and Wales, Population Studies
39:17-31; Mackenbach JP, Kunst AE (1997), Measuring the magnitude of socio-economic inequalities in health, Social
Science and Medicine 44:757-771: each quantile stands at the middle of its share of the population, ranked from 0 (the
most deprived) to 1 (the least), and the line is fitted with the shares as weights.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

AREAS_AT_A_TIME = 200


@dataclass(frozen=True)
class Lines:
    """The fitted lines of all areas.

    ``slope`` is the height at rank 1 less that at rank 0, ``start`` the height at rank 0, ``spread`` the standard error
    of the slope from the scatter about the line; ``to_slope`` and ``to_start`` (areas x quantiles) turn values into
    slope and start.
    """

    slope: np.ndarray
    start: np.ndarray
    spread: np.ndarray
    to_slope: np.ndarray
    to_start: np.ndarray


def fit(share: np.ndarray, values: np.ndarray) -> Lines:
    """Fit the lines, by weighted least squares.

    The spread is that of the regression, with quantiles - 2 degrees of freedom; missing where there are two only. A
    series without any variation has a slope of exactly 0.
    """
    rank = np.cumsum(share, axis=1) - share / 2
    off = rank - (share * rank).sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        width = (share * off**2).sum(axis=1, keepdims=True)
        to_slope = share * off / width
        to_start = share - to_slope * (rank - off)
        lifted = values - values[:, :1]
        slope = (to_slope * lifted).sum(axis=1)
        start = values[:, 0] + (to_start * lifted).sum(axis=1)
        rest = values - start[:, None] - slope[:, None] * rank
        freedom = values.shape[1] - 2
        scatter = (share * rest**2).sum(axis=1) / freedom if freedom > 0 else np.full(len(values), np.nan)
        return Lines(slope, start, np.sqrt(scatter / width[:, 0]), to_slope, to_start)


def slope_error(lines: Lines, errors: np.ndarray) -> np.ndarray:
    """Return the standard error of the slope from those of the values."""
    return np.sqrt(((lines.to_slope * errors) ** 2).sum(axis=1))


def drawn(
    lines: Lines,
    errors: np.ndarray,
    *,
    back: Callable[[np.ndarray], np.ndarray],
    measures: Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, ...]],
    probabilities: np.ndarray,
    draws: int,
    seed: int,
) -> np.ndarray:
    """Draw values about those given, fit each draw, and return quantiles of what is measured on the lines.

    Parameters
    ----------
    errors
        Standard errors of the values on the line's own scale, areas x quantiles.
    back
        Takes heights from the line's scale to that of the values.
    measures
        Takes the heights at rank 0 and 1 to the measures.
    probabilities
        Which quantiles of the draws are wanted.

    Returns
    -------
    ndarray
        Measures x probabilities x areas.

    Notes
    -----
    All areas share one set of normal draws from the seed, so that the result of an area does not depend on which others
    stand in the table. Their errors of simulation go together; a limit at 95 % is out by about 2.7 % of a standard
    error with 10,000 draws.
    """
    normal = np.random.default_rng(seed).standard_normal((draws, errors.shape[1]))
    parts = []
    for first in range(0, len(errors), AREAS_AT_A_TIME):
        some = slice(first, first + AREAS_AT_A_TIME)
        start = lines.start[some, None] + (lines.to_start[some] * errors[some]) @ normal.T
        slope = lines.slope[some, None] + (lines.to_slope[some] * errors[some]) @ normal.T
        found = measures(back(start), back(start + slope))
        parts.append(np.stack([_quantiles(each, probabilities) for each in found]))
    return np.concatenate(parts, axis=2)


def _quantiles(values: np.ndarray, probabilities: np.ndarray) -> np.ndarray:
    """Quantiles along each row (numpy's ``linear``), without sorting more than is needed; overwrites the values."""
    places = probabilities * (values.shape[1] - 1)
    below = np.floor(places).astype(int)
    above = np.minimum(below + 1, values.shape[1] - 1)
    values.partition(np.unique([below, above]), axis=1)
    low, high = values[:, below], values[:, above]
    with np.errstate(invalid="ignore"):
        return (low + (places - below) * (high - low)).T

"""Intervals from draws of stakeholders with replacement."""

from __future__ import annotations

import numpy as np
from scipy import stats

SMALLEST_REST = 1e-12


def expanded_percentiles(values: np.ndarray, n: np.ndarray | int, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    """Limits from the percentiles of the draws, widened for small panels.

    Parameters
    ----------
    values
        The panel itself in the first place of the last axis, the draws in the others; nan where a draw has no value,
        and those are left out.
    n
        How many stakeholders were drawn; at least 2, or the limits are nan.
    confidence
        Such as 0.95.

    Notes
    -----
    Plain percentiles are too narrow in small panels, since draws vary by (n - 1) / n of the variance and the normal
    quantile stands where Student's t belongs. So more extreme percentiles are taken: instead of 2.5 % the share
    Phi(-sqrt(n / (n - 1)) t) with the 97.5 % quantile t for n - 1 degrees of freedom, 1.1 % for 12 stakeholders
    (T. C. Hesterberg, The American Statistician 2015, 69(4), 371-386). Where every draw gives the same
    value the interval has no width; that says that there were no differences to draw from, not that there is no doubt.
    """
    return _percentiles(values[..., 1:], n, confidence)


def reflected(values: np.ndarray, n: np.ndarray | int, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    """Limits as `expanded_percentiles` has them, reflected in the panel's value on the scale -ln(1 - value).

    For coefficients of at most 1 whose draws lie lower than the panel as the panel lies lower than the population:
    reflection takes that shift out (the basic interval of Davison and Hinkley, Bootstrap Methods and their Application
    1997, section 5.2; for this scale see Bonett, Journal of Educational and Behavioral Statistics 2002, 27, 335-340).
    """
    scale = -np.log(np.maximum(1 - values, SMALLEST_REST))
    low, high = _percentiles(scale[..., 1:], n, confidence)
    panel, at_most = scale[..., 0], values[..., 0] >= 1
    return tuple(np.where(at_most, 1.0, 1 - np.exp(end - 2 * panel)) for end in (high, low))


def _percentiles(values: np.ndarray, n: np.ndarray | int, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    n = np.asarray(n, dtype=float)
    freedom = np.maximum(n - 1, 1)
    quantile = np.sqrt((freedom + 1) / freedom) * stats.t.ppf((1 + confidence) / 2, freedom)
    share = stats.norm.cdf(-quantile)
    ordered = np.sort(values, axis=-1)
    known = np.isfinite(ordered).sum(axis=-1)
    known = np.where(n > 1, known, 0)
    return _at(ordered, known, share), _at(ordered, known, 1 - share)


def _at(ordered: np.ndarray, known: np.ndarray, share: np.ndarray) -> np.ndarray:
    """The quantile of the first ``known`` of the ordered values, by linear interpolation."""
    place = np.maximum(known - 1, 0) * share
    under = np.floor(place).astype(int)
    over = np.minimum(under + 1, np.maximum(known - 1, 0))
    low, high = (np.take_along_axis(ordered, at[..., None], axis=-1)[..., 0] for at in (under, over))
    return np.where(known > 0, low + (high - low) * (place - under), np.nan)

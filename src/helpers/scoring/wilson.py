"""Wilson's limits of a proportion."""

from __future__ import annotations

import numpy as np
from statsmodels.stats.proportion import proportion_confint


def wilson(count: np.ndarray, n: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Wilson's score limits of a share (Wilson, JASA 1927; 22: 209-212); exactly 0 of none and 1 of all."""
    low, high = proportion_confint(count, n, alpha=1 - level, method="wilson")
    return np.where(count == 0, 0.0, low), np.where(count == n, 1.0, high)

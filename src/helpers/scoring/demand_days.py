"""Beds in use day by day, person by person: what the short cut of the bed model is held against."""

from __future__ import annotations

import numpy as np

WARM_UP = 30


def simulate(
    arrivals_per_day: float,
    stay_days: float,
    *,
    days: int,
    spread: float = 1.0,
    warm_up: float = WARM_UP,
    seed: int = 0,
) -> np.ndarray:
    """Follow people who arrive at random and stay for skewed lengths of time, and count them once a day.

    Parameters
    ----------
    arrivals_per_day
        Mean of a Poisson process.
    stay_days
        Mean stay; stays are log-normal.
    days
        How many days are counted.
    spread
        Standard deviation of the logarithm of the stay; 0 for equal stays, 1 for a long tail.
    warm_up
        How many mean stays go by before the first count, so that it starts in the steady state. With a long tail a few
        very long stays are still missing then.
    seed
        Of the generator.

    Returns
    -------
    ndarray
        Beds in use at the same time of each day.
    """
    random = np.random.default_rng(seed)
    before = warm_up * stay_days
    number = random.poisson(arrivals_per_day * (before + days))
    came = random.uniform(-before, days, number)
    stays = stay_days * np.exp(spread * random.standard_normal(number) - spread**2 / 2)
    in_use = np.zeros(days + 1, dtype=int)
    first = np.clip(np.ceil(came), 0, days).astype(int)
    gone = np.clip(np.ceil(came + stays), 0, days).astype(int)
    np.add.at(in_use, first, 1)
    np.add.at(in_use, gone, -1)
    return np.cumsum(in_use)[:days]

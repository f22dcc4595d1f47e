"""The four rules for special causes, for all series at once; what they are stands in `xmr.xmr`."""

from __future__ import annotations

import numpy as np

SHIFT = 7
TREND = 6
OUTER_THIRD = 2 / 3
TOLERANCE = 1e-9
FLAGS = ("is_outside", "is_shift", "is_trend", "is_two_of_three")


def flags(
    value: np.ndarray, mean: np.ndarray, half: np.ndarray, *, starts: np.ndarray, is_joined: np.ndarray
) -> dict[str, np.ndarray]:
    """Mark the points of special causes.

    Parameters
    ----------
    value, mean, half
        Of every point: its value, the mean of its phase, the distance from the mean to the limits (nan for none).
    starts
        Whether it is the first point of a phase.
    is_joined
        Whether it follows the point before it in the same phase without a gap.

    Returns
    -------
    dict
        ``is_outside``, ``is_shift``, ``is_trend``, ``is_two_of_three``, and the signs that tell the direction:
        ``side`` of the mean and ``slope`` of the trend (0 for none).

    Notes
    -----
    Two values within 1e-9 of the phase's largest are taken as equal: the mean of 0.1, 0.1 and 0.1 is not 0.1.
    """
    slack = _slack(value, starts)
    away = value - mean
    side = np.where(np.abs(away) > slack, np.sign(away), 0).astype(int)
    with np.errstate(invalid="ignore"):
        is_outside = np.abs(away) > half + slack
        is_outer = np.abs(away) > OUTER_THIRD * half + slack
    is_trend, slope = _trend(value, slack, is_joined)
    return {
        "is_outside": is_outside,
        "is_shift": _shift(side, is_joined),
        "is_trend": is_trend,
        "is_two_of_three": _two_of_three(np.where(is_outer, side, 0), is_joined),
        "side": side,
        "slope": slope,
    }


def _slack(value: np.ndarray, starts: np.ndarray) -> np.ndarray:
    if not len(value):
        return value
    largest = np.maximum.reduceat(np.abs(value), np.flatnonzero(starts))
    return TOLERANCE * largest[np.cumsum(starts) - 1]


def _run_lengths(sign: np.ndarray, is_joined: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The length of the run of equal signs that each point is in, and the number of that run."""
    run = np.cumsum(~is_joined | (np.diff(sign, prepend=0) != 0)) - 1
    return np.bincount(run)[run] if len(run) else run, run


def _shift(side: np.ndarray, is_joined: np.ndarray) -> np.ndarray:
    lengths, _ = _run_lengths(side, is_joined)
    return (lengths >= SHIFT) & (side != 0)


def _trend(value: np.ndarray, slack: np.ndarray, is_joined: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mark runs of steps the same way, with the point from which the first step starts."""
    step = np.diff(value, prepend=np.nan)
    with np.errstate(invalid="ignore"):
        sign = np.where(is_joined & (np.abs(step) > slack), np.sign(step), 0)
    sign = np.nan_to_num(sign).astype(int)
    lengths, run = _run_lengths(sign, is_joined)
    marked = (lengths >= TREND - 1) & (sign != 0)
    begins = marked & (np.diff(run, prepend=-1) != 0)
    before = np.append(begins[1:], False) if len(begins) else begins
    slope = np.where(marked, sign, np.where(before, np.roll(sign, -1), 0))
    return marked | before, slope


def _two_of_three(outer: np.ndarray, is_joined: np.ndarray) -> np.ndarray:
    """Mark the points in the outer third that share three points in a row with another one on their side."""
    marked = np.zeros(len(outer), dtype=bool)
    joined_twice = is_joined[2:] & is_joined[1:-1]
    for side in (-1, 1):
        near = outer == side
        window = np.flatnonzero((near[:-2].astype(int) + near[1:-1] + near[2:] >= 2) & joined_twice)
        for offset in range(3):
            marked[window + offset] |= near[window + offset]
    return marked

"""The shape of a fitted curve in words: does it go one way, and where does it turn?"""

from __future__ import annotations

import numpy as np

MOST_CURVED = 3
MATERIAL = 0.25
STEADY = "one way"
UP_DOWN, DOWN_UP, BY_TURNS = "rose, then fell", "fell, then rose", "rose and fell by turns"
_GRID = np.linspace(-1, 1, 201)


def shape_of(coefficients: np.ndarray) -> tuple[str, float]:
    """Say how a polynomial runs between -1 and 1.

    Returns
    -------
    tuple
        One of "one way", "rose, then fell", "fell, then rose" and "rose and fell by turns", and where it turns (nan
        where not exactly once).

    Notes
    -----
    It turns where it goes back by more than a quarter of its whole range: curves of low degree overshoot a series
    that levels off, and that is no turn. The quarter is a choice of this project.
    """
    y = np.polynomial.polynomial.polyval(_GRID, coefficients)
    turns = _turns(y)
    if not turns:
        return STEADY, float("nan")
    if len(turns) > 1:
        return BY_TURNS, float("nan")
    place, way = turns[0]
    return (UP_DOWN if way > 0 else DOWN_UP), float(_GRID[place])


def _turns(y: np.ndarray) -> list[tuple[int, int]]:
    """The places of material turns, each with the way the curve went before it (1 up, -1 down)."""
    least, way, far, lowest, highest = MATERIAL * np.ptp(y), 0, 0, y[0], y[0]
    found = []
    for place, value in enumerate(y):
        lowest, highest = min(lowest, value), max(highest, value)
        if way == 0 and highest - lowest > least:
            way, far = (1 if value == highest else -1), place
        elif way * (value - y[far]) > 0:
            far = place
        elif way * (y[far] - value) > least:
            found.append((far, way))
            way, far = -way, place
    return found

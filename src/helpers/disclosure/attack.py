"""The attack: between which counts a hidden cell must lie, for somebody who has every published table and the rule.

The attacker solves, for each hidden cell, for the least and the largest count that any tables could have that agree
with everything that is published (Fischetti and Salazar, Management Science 2001). Linear programs with HiGHS; with
whole counts and few parts as integer programs, since the attacker knows that people are whole.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from helpers.disclosure.system import EXACT, UNSEEN, System

WHOLE_UP_TO = 300  # parts up to which the integer program is solved
NODES = 2_000
WITNESSES = 6


@dataclass(frozen=True)
class Range:
    """What the attack leaves of one cell; ``is_exact`` says that wholeness was used to the full."""

    lowest: float
    highest: float
    is_exact: bool


def ranges(system: System, cells: np.ndarray) -> list[Range]:
    """The range of each of these cells."""
    return [_range(system, cell) for cell in cells]


def unprotected(system: System) -> np.ndarray:
    """The small cells whose range is narrower than the rule's protection width.

    Tables that agree with all that is published are witnesses: a cell that differs by the width between two of them
    is protected. Few solutions serve most cells; the rest is solved one by one.
    """
    cells, width = system.hidden, system.rule.protection_width
    if not len(cells):
        return cells
    true = np.where(system.state[cells] == UNSEEN, np.nan, system.count[cells])
    least, most = true, true
    open_ = np.ones(len(cells), dtype=bool)
    for turn in range(WITNESSES):
        found = _solve(system, _weights(system, cells[open_], turn))
        if found is None:
            break
        value = system.parts[cells] @ found
        least, most = np.fmin(least, value), np.fmax(most, value)
        open_ = ~(most - least >= width - EXACT)
        if not open_.any():
            return cells[:0]
    left = cells[open_]
    found = ranges(system, left)
    return left[[one.highest - one.lowest < width - EXACT for one in found]]


def _weights(system: System, cells: np.ndarray, turn: int) -> np.ndarray:
    """What a witness is to make small: all cells, none, or every other one, so that the witnesses differ."""
    signs = np.where((np.arange(len(cells)) >> (turn // 2)) % 2 == 0, 1.0, -1.0) if turn > 1 else np.ones(len(cells))
    signs = signs * (1 if turn % 2 == 0 else -1)
    return np.asarray(signs @ system.parts[cells]).ravel()


def _range(system: System, cell: int) -> Range:
    row = np.asarray(system.parts[cell].todense()).ravel()
    ends = []
    for sign in (1.0, -1.0):
        found = _solve(system, sign * row)
        ends.append(np.nan if found is None else float(row @ found))
    low, high = _within(system, cell, *ends)
    if not system.is_whole:
        return Range(low, high, True)
    return Range(float(np.ceil(low - EXACT)), float(np.floor(high + EXACT)), _is_small(system))


def _within(system: System, cell: int, low: float, high: float) -> tuple[float, float]:
    """The ends found; where there is none the bounds that the rule alone gives."""
    least, most = (float(bound[cell]) for bound in system.bounds())
    return (least if np.isnan(low) else low), (most if np.isnan(high) else high)


def _is_small(system: System) -> bool:
    return system.is_whole and system.parts.shape[1] <= WHOLE_UP_TO


def _solve(system: System, cost: np.ndarray) -> np.ndarray | None:
    """Tables that agree with everything published and make the cost least; None where the solver finds none.

    The linear program comes first: where its tables are whole, nothing better is. Where no whole tables fit, since
    what is published does not add up, those of fractions are taken.
    """
    low, high = system.bounds()
    inside = LinearConstraint(system.parts, low - EXACT, high + EXACT)
    bounds = Bounds(0, _ceiling(system, high))
    found = milp(cost, constraints=inside, bounds=bounds)
    if found.x is None or not _is_small(system) or np.all(np.abs(found.x - np.round(found.x)) < 10 * EXACT):
        return found.x
    options = {"node_limit": NODES}
    whole = milp(cost, constraints=inside, bounds=bounds, integrality=np.ones(len(cost)), options=options)
    return found.x if whole.x is None else whole.x


def _ceiling(system: System, high: np.ndarray) -> float:
    """A count that no part exceeds, so that a cell of which nothing is known has a largest one too."""
    known = system.count[np.isfinite(system.count)]
    return float(max(10.0 * (known.max() if len(known) else 0) + 1_000, high[np.isfinite(high)].max(initial=0)))

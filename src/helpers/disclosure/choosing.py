"""Complementary suppression: the few further cells that have to go so that no small one can be worked out.

For a small cell that is not protected, another set of tables is looked for in which it differs by the protection width
while as few and as small published cells as possible change: what changes is hidden, and then nobody can tell the two
sets apart. It is the cell suppression problem solved one cell at a time (Kelly, Golden and Assad, Networks 1992;
Fischetti and Salazar, Management Science 2001), as an integer program where the tables are small, else as a linear one
whose changed cells are hidden.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_matrix, diags, hstack, identity, vstack

from helpers.disclosure.attack import NODES, unprotected
from helpers.disclosure.primary import small
from helpers.disclosure.system import EXACT, SECONDARY, SHOWN, System

CELLS_CHOSEN_EXACTLY = 60
REACH = 8  # how many times the hidden range a cell may move
GAP = 0.02


def protected(system: System) -> System:
    """Hide further cells until every small one is protected.

    Returns
    -------
    System
        With ``state`` ``secondary`` where a cell has to go. Where no choice is found, every cell that hangs together
        with the unprotected one goes.
    """
    open_ = list(unprotected(system))
    while open_:
        cell = open_[0]
        tables = _alternative(system, cell)
        if tables is None:
            return _all_hidden(system)
        system = system.with_state(_state_for(system, tables))
        open_ = [one for one in open_[1:] if not _differs(system, tables, one)]
    return system if not len(unprotected(system)) else _all_hidden(system)


def _differs(system: System, tables: np.ndarray, cell: int) -> bool:
    apart = abs((system.parts[cell] @ tables)[0] - system.count[cell])
    return apart >= system.rule.protection_width - EXACT


def _state_for(system: System, tables: np.ndarray) -> np.ndarray:
    """The shown cells that these tables change become hidden."""
    low, high = system.bounds()
    value = system.parts @ tables
    changed = (value < low - 2 * EXACT) | (value > high + 2 * EXACT)
    return np.where((system.state == SHOWN) & changed, SECONDARY, system.state)


def _all_hidden(system: System) -> System:
    return system.with_state(np.where(system.state == SHOWN, SECONDARY, system.state))


def _alternative(system: System, cell: int) -> np.ndarray | None:
    """Tables in which a cell differs by the protection width and little else that is shown does; the cheaper way."""
    found = [answer for up in (True, False) if (answer := _shifted(system, cell, up=up)) is not None]
    return min(found, key=lambda answer: answer[0])[1] if found else None


def _shifted(system: System, cell: int, *, up: bool) -> tuple[float, np.ndarray] | None:
    """Solve for the parts of other tables, and for which candidates change (one more variable each, 0 to 1)."""
    candidates = _candidates(system)
    low, high = system.bounds()
    low, high = low - EXACT, high + EXACT
    width = system.rule.protection_width
    if up:
        low[cell] = max(low[cell], system.count[cell] + width)
    else:
        high[cell] = min(high[cell], system.count[cell] - width)
    if low[cell] > high[cell] + EXACT:
        return None
    pieces, chosen = system.parts.shape[1], len(candidates)
    is_exact = chosen <= CELLS_CHOSEN_EXACTLY
    found = milp(
        np.concatenate([np.zeros(pieces), _price(system, candidates)]),
        constraints=_room(system, candidates, low, high),
        bounds=Bounds(0, np.concatenate([np.full(pieces, np.inf), np.ones(chosen)])),
        integrality=np.concatenate([np.full(pieces, is_exact and system.is_whole), np.full(chosen, is_exact)]),
        options={"node_limit": NODES, "mip_rel_gap": GAP},
    )
    return None if found.x is None else (float(found.fun), found.x[:pieces])


def _candidates(system: System) -> np.ndarray:
    """The shown cells that may go: those of which hiding says no more than that they are not small."""
    below = max(system.rule.hidden_below, 1)
    is_large = ~small(system.count, system.rule) & (system.count >= below - EXACT)
    return np.flatnonzero((system.state == SHOWN) & is_large)


def _price(system: System, candidates: np.ndarray) -> np.ndarray:
    """One for each cell, and a little more for a larger one, so that totals stay where another cell does."""
    size = system.count[candidates]
    return 1 + size / (1 + size.sum())


def _room(system: System, candidates: np.ndarray, low: np.ndarray, high: np.ndarray) -> LinearConstraint:
    """Every cell within its bounds; a candidate that is chosen may also fall to the first count shown, or grow."""
    below, width = system.rule.hidden_below, system.rule.protection_width
    falls, grows = np.zeros(len(low)), np.zeros(len(low))
    reach = float(REACH * (below + width))
    falls[candidates] = np.clip(system.count[candidates] - below, 0, reach)
    grows[candidates] = reach
    pick = csr_matrix(identity(len(low)))[:, candidates]
    upper = hstack([system.parts, -diags(grows) @ pick])
    lower = hstack([system.parts, diags(falls) @ pick])
    none = np.full(len(low), np.inf)
    return LinearConstraint(csr_matrix(vstack([upper, lower])), np.r_[-none, low], np.r_[high, none])

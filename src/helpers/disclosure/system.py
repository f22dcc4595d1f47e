"""The published tables as equations: a cell is the sum of its parts, and the parts are what an attacker solves for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
import pandas as pd
from scipy.optimize import linprog
from scipy.sparse import coo_matrix, csgraph, csr_matrix, hstack, identity, vstack

from helpers.disclosure.covers import Cover
from helpers.disclosure.implied import half_unit
from helpers.disclosure.primary import small
from helpers.reference.disclosure import Rule

SHOWN, PRIMARY, SECONDARY, UNSEEN, FIXED = "shown", "primary", "secondary", "unseen", "fixed"
EXACT = 1e-6


@dataclass(frozen=True)
class System:
    """One set of cells that hang together.

    Attributes
    ----------
    parts : sparse matrix
        One row a cell, one column a part: how often (or, for a yearly average, with which share) the cell counts it.
    count : array
        The true count of each cell, missing where it is not known (in an attack: hidden).
    slack : array
        By how much a cell may differ from the sum of its parts: its rounding.
    state : array of str
        ``shown``, ``primary`` (hidden since it is small), ``secondary`` (hidden to protect another), or ``unseen`` (to
        be protected though nothing is known of its size: in no table but made plain by the rest, or hidden since
        there are few people), or ``fixed`` (shown elsewhere and not ours to hide).
    is_whole : bool
        Whether all counts are whole numbers.
    rule : Rule
    """

    parts: csr_matrix
    count: np.ndarray
    slack: np.ndarray
    state: np.ndarray
    is_whole: bool
    rule: Rule

    @property
    def hidden(self) -> np.ndarray:
        """The cells that must not be found out: the small ones."""
        return np.flatnonzero((self.state == PRIMARY) | (self.state == UNSEEN))

    def bounds(self) -> tuple[np.ndarray, np.ndarray]:
        """The least and the largest count that each cell can have for somebody who has the tables and the rule.

        A shown count is what it says, within its rounding; a small one lies in the range that the rule hides; one
        hidden to protect another is at least the first count that is shown.
        """
        below, base = self.rule.hidden_below, self.rule.rounding_base
        low, high = self.count - self.slack, self.count + self.slack
        if base:
            near = np.floor(self.count / base + 0.5) * base
            least, most = (-((base - 1) // 2), base // 2) if base % 2 else (-(base // 2), base // 2 - 1)
            shown_zero = self.count <= EXACT
            low = np.where(shown_zero, 0.0, np.minimum(low, np.maximum(near + least, below)))
            high = np.where(shown_zero, 0.0, np.maximum(high, near + most))
        last = below - 1 if self.is_whole else below
        first = self.rule.hidden_from if self.is_whole else 0
        low = np.select([self.state == PRIMARY, self.state == SECONDARY, self.state == UNSEEN], [first, below, 0], low)
        is_told = np.isin(self.state, [SHOWN, FIXED])
        high = np.select([self.state == PRIMARY, is_told], [last, high], np.inf)
        wide = np.where(is_told, 0, self.slack)  # a sum that does not add up is no contradiction
        return np.maximum(low - wide, 0), high + wide

    def with_state(self, state: np.ndarray) -> System:
        return replace(self, state=state)


def build(
    cells: pd.DataFrame, covers: Mapping[str, Cover], state: Sequence[str], scale: np.ndarray, rule: Rule
) -> System:
    """Put up the equations of cells with these covers.

    ``cells`` has the dimensions as columns, ``count`` (missing where hidden) and ``slack`` (how far it may be off);
    ``scale`` is 1 for a sum and 1 / years for a yearly average.
    """
    places, index = [], {}
    for labels in cells[list(covers)].itertuples(index=False, name=None):
        pieces = [covers[name][label] for name, label in zip(covers, labels, strict=True)]
        places.append([index.setdefault(piece, len(index)) for piece in product(*pieces)])
    rows = np.repeat(np.arange(len(places)), [len(place) for place in places])
    columns = np.concatenate([np.asarray(place, dtype=int) for place in places])
    parts = coo_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(cells), len(index))).tocsr()
    parts = _merged(parts)
    count, slack = cells["count"].to_numpy(float), cells["slack"].to_numpy(float)
    parts = csr_matrix(parts.multiply(scale[:, None]))
    is_rounded = (np.abs(count - np.round(count)) > EXACT) | ((scale != 1) & ~np.isnan(count))
    slack = slack + np.where(is_rounded, half_unit(count[is_rounded]).min(initial=np.inf) if is_rounded.any() else 0, 0)
    return System(parts, count, slack, np.asarray(state, dtype=object).astype(str), False, rule)


def _merged(parts: csr_matrix) -> csr_matrix:
    """Parts that stand in the same cells are one part: nothing can tell them apart."""
    by_column = parts.tocsc()
    by_column.sort_indices()
    kept: dict[bytes, int] = {}
    for column in range(by_column.shape[1]):
        start, end = by_column.indptr[column : column + 2]
        kept.setdefault(by_column.indices[start:end].tobytes(), column)
    return by_column[:, list(kept.values())].tocsr()


def groups(system: System) -> list[tuple[np.ndarray, System]]:
    """The cells that hang together, each group a system of its own: the numbers of its cells, and the system.

    Left out are groups in which there is nothing to protect, and cells that hang together with no other.
    """
    cells, pieces = system.parts.shape
    graph = coo_matrix(system.parts)
    both = coo_matrix((np.ones(graph.nnz), (graph.row, cells + graph.col)), shape=(cells + pieces,) * 2)
    label = csgraph.connected_components(both, directed=False)[1][:cells]
    order = np.argsort(label, kind="stable")
    found = []
    for members in np.split(order, np.flatnonzero(np.diff(label[order])) + 1):
        if len(members) > 1 and np.isin(system.state[members], [PRIMARY, UNSEEN]).any():
            found.append((members, _part(system, members)))
    return found


def _part(system: System, members: np.ndarray) -> System:
    parts = system.parts[members]
    used = np.unique(parts.indices)
    taken = {name: getattr(system, name)[members] for name in ("count", "slack", "state")}
    count = taken["count"][~np.isnan(taken["count"])]
    is_whole = bool(np.all(np.abs(count - np.round(count)) < EXACT) and np.all(parts.data == 1))
    return replace(system, parts=csr_matrix(parts[:, used]), is_whole=is_whole, **taken)


def settled(system: System) -> System:
    """Widen the rounding of cells that do not add up, as little as it takes, so that the tables agree with themselves.

    Without it a published total that is not the sum of its parts would make every attack fail, and prove nothing.
    """
    cells, pieces = system.parts.shape
    low, high = _told(system)
    eye = identity(cells, format="csr")
    matrix = vstack([hstack([system.parts, -eye]), hstack([-system.parts, -eye])])
    has_end = np.isfinite(np.concatenate([high, low]))
    limit = np.concatenate([high, -low])[has_end]
    cost = np.concatenate([np.zeros(pieces), np.ones(cells)])
    found = linprog(cost, A_ub=matrix.tocsr()[has_end], b_ub=limit, bounds=(0, None), method="highs")
    if found.x is None:
        return system
    apart = found.x[pieces:]
    return replace(system, slack=system.slack + np.where(apart > EXACT, apart + EXACT, 0))


def _told(system: System) -> tuple[np.ndarray, np.ndarray]:
    """The bounds of each cell, those of a hidden one being its count where that is known."""
    low, high = system.bounds()
    known = ~np.isin(system.state, [SHOWN, FIXED]) & ~np.isnan(system.count)
    return np.where(known, system.count - system.slack, low), np.where(known, system.count + system.slack, high)


def unseen(system: System) -> System:
    """Add the cells that are in no table and that the published ones make plain: all less females is males.

    Only what stands out at once is looked for: a part that can be no larger than a count the rule hides, since the
    other parts of a published cell are published too.
    """
    low, high = system.bounds()
    parts = system.parts
    alone = np.diff(parts.indptr) == 1
    least = np.zeros(parts.shape[1])
    np.maximum.at(least, parts.indices[parts.indptr[:-1][alone]], (low / _factor(parts))[alone])
    room = high - parts @ least
    most = np.full(parts.shape[1], np.inf)
    each = room[np.repeat(np.arange(parts.shape[0]), np.diff(parts.indptr))] / parts.data
    np.minimum.at(most, parts.indices, each + least[parts.indices])
    is_cell = np.zeros(parts.shape[1], dtype=bool)
    is_cell[parts.indices[parts.indptr[:-1][alone]]] = True
    plain = np.flatnonzero(~is_cell & (most > EXACT) & small(most, system.rule))
    if not len(plain):
        return system
    extra = csr_matrix((np.ones(len(plain)), (np.arange(len(plain)), plain)), shape=(len(plain), parts.shape[1]))
    return replace(
        system,
        parts=vstack([parts, extra]).tocsr(),
        count=np.concatenate([system.count, most[plain]]),
        slack=np.concatenate([system.slack, np.zeros(len(plain))]),
        state=np.concatenate([system.state, np.full(len(plain), UNSEEN)]),
    )


def _factor(parts: csr_matrix) -> np.ndarray:
    return parts.data[np.minimum(parts.indptr[:-1], len(parts.data) - 1)]

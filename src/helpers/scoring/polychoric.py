"""Ordinal alpha: Cronbach's alpha on polychoric correlations.

Two steps (Olsson, Psychometrika 1979, 44(4), 443-460): the thresholds of each item from its own counts, then each
correlation by maximum likelihood with those thresholds. In the draws each correlation takes one step of scoring from
the panel's estimate with the thresholds of the draw, which is as exact as the draws are (Davidson and MacKinnon,
International Economic Review 1999, 40(2), 487-508).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import numpy as np
from scipy import special

NODES, NODE_WEIGHTS = np.polynomial.legendre.leggauss(16)
LARGEST, FARTHEST, STEPS, CLOSE = 0.995, 8.0, 60, 1e-9
TINY = 1e-12
SMALLEST_FOR_ANY_ITEMS, PER_PAIR, FROM_ITEMS = 200, 1.5, 12


def smallest_panel(n_items: int) -> int:
    """How many stakeholders polychoric correlations of this many items take.

    Notes
    -----
    K. G. Joreskog, D. Sorbom, PRELIS 2 User's Reference Guide, 1996: 1.5 k (k + 1) for k items, which is 234 for 12,
    and at least 200 below 12 items.
    """
    least = int(np.ceil(PER_PAIR * n_items * (n_items + 1)))
    return least if n_items >= FROM_ITEMS else max(least, SMALLEST_FOR_ANY_ITEMS)


def ordinal_alpha(weights: np.ndarray, scores: np.ndarray, levels: tuple[int, ...]) -> np.ndarray:
    """Ordinal alpha of every draw; the first row of the weights is the panel itself.

    Parameters
    ----------
    weights
        Draws x stakeholders; the first row is all 1.
    scores
        Stakeholders x items; nothing is missing and every item has at least two levels.

    Notes
    -----
    B. D. Zumbo, A. M. Gadermann, C. Zeisser, Journal of Modern Applied Statistical Methods 2007, 6(1), 21-29:
    m / (m - 1) (1 - m / sum of the correlation matrix).
    """
    m = scores.shape[1]
    together = np.zeros(len(weights))
    for tables in pair_tables(weights, scores, levels):
        whole = correlation(tables[:1])
        together[0] += whole[0]
        together[1:] += one_step(tables[1:], whole[0])
    total = m + 2 * together
    return m / (m - 1) * (1 - np.divide(m, total, out=np.full(len(total), np.nan), where=total > TINY))


def pair_tables(weights: np.ndarray, scores: np.ndarray, levels: tuple[int, ...]) -> Iterator[np.ndarray]:
    """The cross table of each pair of items in every draw: draws x levels x levels."""
    chosen = (scores[:, :, None] == np.asarray(levels, dtype=float)).astype(np.float32)
    light = weights.astype(np.float32)
    for first, second in combinations(range(scores.shape[1]), 2):
        rows, columns = (chosen[:, item][:, chosen[:, item].any(axis=0)] for item in (first, second))
        both = (rows[:, :, None] * columns[:, None, :]).reshape(len(scores), -1)
        yield (light @ both).reshape(len(weights), rows.shape[1], columns.shape[1]).astype(float)


def correlation(tables: np.ndarray) -> np.ndarray:
    """The polychoric correlation of each table, by scoring within a bracket that shrinks."""
    rho, low, high = np.zeros(len(tables)), np.full(len(tables), -LARGEST), np.full(len(tables), LARGEST)
    ends = _thresholds(tables)
    for _ in range(STEPS):
        score, information = _score(tables, *ends, rho)
        low, high = np.where(score >= 0, rho, low), np.where(score <= 0, rho, high)
        step = rho + np.divide(score, information, out=np.zeros_like(score), where=information > TINY)
        following = np.where((step > low) & (step < high), step, (low + high) / 2)
        if np.abs(following - rho).max() < CLOSE:
            break
        rho = following
    return following


def one_step(tables: np.ndarray, start: float) -> np.ndarray:
    """One step of scoring from ``start`` for every table, with the table's own thresholds."""
    score, information = _score(tables, *_thresholds(tables), np.full(len(tables), start))
    step = np.divide(score, information, out=np.full(len(tables), np.nan), where=information > TINY)
    return np.clip(start + step, -LARGEST, LARGEST)


def _thresholds(tables: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The normal quantiles between the levels of the rows and of the columns."""
    n = tables.sum(axis=(1, 2))[:, None]
    shares = (np.cumsum(tables.sum(axis=axis), axis=1)[:, :-1] / n for axis in (2, 1))
    rows, columns = (np.clip(special.ndtri(share), -FARTHEST, FARTHEST) for share in shares)
    return rows, columns


def _score(tables: np.ndarray, rows: np.ndarray, columns: np.ndarray, rho: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The derivative of the log likelihood in rho, per rating, and its expected information."""
    cells = _cells(below(rows, columns, rho), special.ndtr(rows), special.ndtr(columns))
    slopes = _cells(_density(rows, columns, rho))
    shares = tables / tables.sum(axis=(1, 2), keepdims=True)
    relative = np.divide(slopes, cells, out=np.zeros_like(cells), where=cells > TINY)
    return (shares * relative).sum(axis=(1, 2)), (slopes * relative).sum(axis=(1, 2))


def _cells(corners: np.ndarray, rows: np.ndarray | float = 0.0, columns: np.ndarray | float = 0.0) -> np.ndarray:
    """What lies in each cell, from what lies below each corner; the margins are 0 for a density."""
    n, height, width = corners.shape
    padded = np.zeros((n, height + 2, width + 2))
    padded[:, 1:-1, 1:-1] = corners
    padded[:, 1:-1, -1], padded[:, -1, 1:-1] = rows, columns
    padded[:, -1, -1] = 0.0 if np.isscalar(rows) else 1.0
    return np.diff(np.diff(padded, axis=1), axis=2)


def below(rows: np.ndarray, columns: np.ndarray, rho: np.ndarray) -> np.ndarray:
    """The bivariate normal distribution at every pair of thresholds: tables x rows x columns.

    Notes
    -----
    Its derivative in rho is the density, so that it is the product of the margins and an integral over the angle
    asin(rho), taken by Gauss and Legendre with 16 nodes (Drezner and Wesolowsky, Journal of Statistical Computation
    and Simulation 1990, 35, 101-107).
    """
    a, b = rows[:, :, None], columns[:, None, :]
    half = (a**2 + b**2) / 2
    product = a * b
    end = np.arcsin(rho)[:, None, None]
    total = np.zeros_like(product)
    for node, weight in zip(NODES, NODE_WEIGHTS, strict=True):
        sine = np.sin(end * (node + 1) / 2)
        total += weight * np.exp((product * sine - half) / (1 - sine**2))
    return special.ndtr(a) * special.ndtr(b) + total * end / (4 * np.pi)


def _density(rows: np.ndarray, columns: np.ndarray, rho: np.ndarray) -> np.ndarray:
    a, b, r = rows[:, :, None], columns[:, None, :], rho[:, None, None]
    spread = 1 - r**2
    return np.exp((r * a * b - (a**2 + b**2) / 2) / spread) / (2 * np.pi * np.sqrt(spread))

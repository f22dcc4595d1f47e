"""What the tests by permutation share: ranks that sum exactly, arrangements, p-values and their correction.

A permutation test asks how often chance alone would give a statistic as large as the one seen. It needs neither a
large panel nor a scale with equal steps, only that under "no difference" the stakeholders could have been dealt to
the groups in any other way.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd

SEED = 20190401
PERMUTATIONS = 9999
CLEAR_BELOW = 0.05
# two statistics that are nearer than this are the same; sums in another order differ by less
_SAME = 1e-9
_CELLS_AT_ONCE = 2_000_000


def check_permutations(permutations: int) -> int:
    """Return the number of permutations, or raise `ValueError` where it is below 1."""
    if permutations < 1:
        raise ValueError(f"permutations is at least 1; this is {permutations}")
    return permutations


def rating_matrix(rows: pd.DataFrame, columns: Sequence[object], *, across: str = "dimension") -> pd.DataFrame:
    """The stakeholders' ratings as a table of stakeholders x dimensions, or x rounds.

    Parameters
    ----------
    rows
        At most one row a stakeholder and column, as `panels.counted` gives them for dimensions.
    columns
        The dimensions or rounds, in the order in which they are to stand; others are left out.
    across
        The column of ``rows`` that holds them.

    Returns
    -------
    DataFrame
        One row a stakeholder, in the order of the names; floats, NaN where a rating is missing. Rows of a kind other
        than ``individual`` are left out. What is drawn at random goes over `counting.in_order` of it, so that names
        decide nothing.
    """
    own = rows[(rows["kind"] == "individual") & rows[across].isin(list(columns))]
    index, across_index = pd.Index(sorted(own["stakeholder"].unique()), name="stakeholder"), pd.Index(columns)
    levels = np.full((len(index), len(across_index)), np.nan)
    places = index.get_indexer(own["stakeholder"]), across_index.get_indexer(own[across])
    levels[places] = own["rating"].to_numpy(dtype=float, na_value=np.nan)
    return pd.DataFrame(levels, index=index, columns=across_index)


def centred_ranks(ratings: np.ndarray) -> np.ndarray:
    """Mid-ranks of each column, doubled and centred on zero: 2 r - (N + 1) for the N ratings that are there.

    Ties share the mean of their ranks. Doubled, every value is a whole number, so that sums are exact and equal
    statistics stay equal; a missing rating is 0, which is the mean, and adds to no sum.
    """
    present = ~np.isnan(ratings)
    ranks = np.zeros(ratings.shape)
    for level in np.unique(ratings[present]):
        at = ratings == level
        lower, upper = (ratings < level).sum(axis=0), (ratings > level).sum(axis=0)
        ranks += at * (lower - upper)
    return ranks


def arrangements(sizes: Sequence[int], permutations: int, rng: np.random.Generator) -> tuple[np.ndarray, bool]:
    """Deal labels to stakeholders: in every distinct way if there are few, else at random.

    Parameters
    ----------
    sizes
        How many stakeholders get the label 0, 1 and so on. Whoever has which label does not matter, so that the draws
        are the same whatever the stakeholders are called.
    permutations
        How many random arrangements are drawn; up to as many distinct ones are listed one by one instead.
    rng
        Where the random numbers come from.

    Returns
    -------
    tuple
        The arrangements, one a row, and whether they are all there are.
    """
    sizes = np.asarray(sizes, dtype=int)
    if number_of_arrangements(sizes) <= permutations:
        return _every(sizes), True
    rows = np.tile(np.repeat(np.arange(len(sizes), dtype=np.int16), sizes), (permutations, 1))
    return rng.permuted(rows, axis=1, out=rows), False


def number_of_arrangements(sizes: Sequence[int]) -> int:
    """In how many distinct ways groups of these sizes can be dealt: the multinomial coefficient."""
    sizes = [int(size) for size in sizes]
    return math.prod(math.comb(sum(sizes[place:]), size) for place, size in enumerate(sizes))


def _every(sizes: np.ndarray) -> np.ndarray:
    """Every distinct row that holds label 0 ``sizes[0]`` times, label 1 ``sizes[1]`` times and so on."""
    n, first = int(sizes.sum()), int(sizes[:1].sum())
    if len(sizes) <= 1 or not n:
        return np.zeros((1, n), dtype=np.int16)
    chosen = np.array(list(combinations(range(n), first)), dtype=int).reshape(math.comb(n, first), first)
    taken = np.zeros((len(chosen), n), dtype=bool)
    np.put_along_axis(taken, chosen, True, axis=1)
    rest = _every(sizes[1:]) + 1
    rows = np.zeros((len(chosen), len(rest), n), dtype=np.int16)
    free = np.nonzero(~taken)[1].reshape(len(chosen), 1, n - first)
    np.put_along_axis(rows, np.broadcast_to(free, (len(chosen), *rest.shape)), rest[None], axis=2)
    return rows.reshape(-1, n)


def pieces(n_rows: int, n_columns: int) -> Iterator[slice]:
    """Slices of the rows of a large table, each small enough to be worked on in memory."""
    step = max(1, _CELLS_AT_ONCE // max(1, n_columns))
    return (slice(start, start + step) for start in range(0, n_rows, step))


def n_as_large(statistics: np.ndarray, observed: np.ndarray) -> np.ndarray:
    """How many of the statistics (one a row) are at least as large as the observed one, for each column."""
    return (statistics >= observed - _SAME * np.maximum(1, np.abs(observed))).sum(axis=0)


class Tests(NamedTuple):
    """What several tests on the same arrangements gave: an array over the tests each."""

    p_value: np.ndarray
    p_adjusted: np.ndarray
    can_be_clear: bool


def step_down(observed: np.ndarray, by_chance: np.ndarray, *, is_exact: bool) -> Tests:
    """Judge several tests at once on their joint arrangements, corrected for their number by the step-down min-P.

    Parameters
    ----------
    observed
        The statistic of each test; larger is further from "no difference".
    by_chance
        The same statistics in every arrangement: arrangements x tests.
    is_exact
        Whether these are all the arrangements there are; else they are random ones, and the observed one counts as one
        more, so that no p-value is 0 (Phipson and Smyth, Statistical Applications in Genetics and Molecular Biology
        2010, 9(1), article 39).

    Returns
    -------
    Tests
        ``p_value``: the share of the arrangements whose statistic is at least as large; ``p_adjusted``: corrected,
        never below ``p_value`` nor in another order; ``can_be_clear``: whether the most extreme of these arrangements
        would be below 0.05 corrected. That is False only where all were listed and are too few for so many tests.

    Notes
    -----
    In each arrangement every test has a p-value of its own, and the smallest of them says how far chance alone gets
    somewhere among so many tests. The smallest p-value that was found is corrected to the share of the arrangements
    whose smallest one is as small; the next is compared with the smallest among the tests that are left, and so on;
    none is smaller than the one before it. Tests that hang together cost little, and tests that cannot come out small
    cost nothing (P. H. Westfall, S. S. Young, Resampling-Based Multiple Testing, Wiley 1993, algorithm 2.8; Y. Ge,
    S. Dudoit, T. P. Speed, Test 2003, 12(1), 1-77). The chance of calling anything clear where nothing differs stays
    below the level, and also where some tests differ and others do not, since all are dealt together.
    """
    rows = by_chance if is_exact else np.vstack([observed, by_chance])
    counts, n = n_at_least(rows), len(rows)
    own = n_as_large(rows, observed)
    order = np.argsort(own, kind="stable")
    left = np.minimum.accumulate(counts[:, order[::-1]], axis=1)[:, ::-1]
    adjusted = np.empty(len(own))
    adjusted[order] = np.maximum.accumulate((left <= own[order]).sum(axis=0)) / n
    smallest = counts.min(axis=1)
    least = smallest.min()
    hopeless = is_exact and least < CLEAR_BELOW * n <= (smallest == least).sum()
    return Tests(own / n, adjusted, not hopeless)


def n_at_least(statistics: np.ndarray) -> np.ndarray:
    """For each statistic, how many in its column are at least as large; those that differ by rounding are the same."""
    order = np.argsort(statistics, axis=0)
    ordered = np.take_along_axis(statistics, order, axis=0)
    is_new = np.diff(ordered, axis=0) > _SAME * np.maximum(1, np.abs(ordered[1:]))
    first = np.zeros(statistics.shape, dtype=int)
    first[1:] = np.where(is_new, np.arange(1, len(ordered))[:, None], 0)
    counts = np.empty(statistics.shape, dtype=int)
    np.put_along_axis(counts, order, len(ordered) - np.maximum.accumulate(first, axis=0), axis=0)
    return counts


def is_too_few(n_arrangements: float) -> bool:
    """Whether chance gives even the clearest difference, and its mirror image, too often to be called clear."""
    return 2 / n_arrangements >= CLEAR_BELOW


def holm(p_values: np.ndarray) -> np.ndarray:
    """Correct p-values for the number of tests by the method of Holm.

    The smallest of m is multiplied by m, the next by m - 1 and so on; none is smaller than the one before it, and none
    is above 1. The chance of calling any difference clear where there is none stays below the level, however the
    tests hang together (Holm, Scandinavian Journal of Statistics 1979, 6(2), 65-70).

    Parameters
    ----------
    p_values
        NaN where nothing was tested; those do not count and stay NaN.

    Returns
    -------
    array
        The corrected p-values, in the order given.
    """
    values = np.asarray(p_values, dtype=float)
    adjusted = np.full(values.shape, np.nan)
    tested = np.flatnonzero(~np.isnan(values))
    order = tested[np.argsort(values[tested], kind="stable")]
    steps = values[order] * np.arange(len(order), 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1)
    return adjusted


def with_verdict(table: pd.DataFrame) -> pd.DataFrame:
    """Add ``p_adjusted`` (Holm, over the rows that were tested) and ``is_clear`` (below 0.05)."""
    adjusted = holm(table["p_value"].to_numpy(dtype=float))
    return table.assign(p_adjusted=adjusted, is_clear=adjusted < CLEAR_BELOW)

"""What the tests by permutation share: ranks that sum exactly, arrangements, p-values and Holm's correction.

A permutation test asks how often chance alone would give a statistic as large as the one seen. It needs neither a
large panel nor a scale with equal steps, only that under "no difference" the stakeholders could have been dealt to
the groups in any other way.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import combinations

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
        One row a stakeholder, in the order of the names, so that no result depends on the order of the rows; floats,
        NaN where a rating is missing. Rows of a kind other than ``individual`` are left out.
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


def arrangements(labels: np.ndarray, permutations: int, rng: np.random.Generator) -> tuple[np.ndarray, bool]:
    """Deal labels to stakeholders anew: in every distinct way if there are few, else at random.

    Parameters
    ----------
    labels
        The label of each stakeholder, whole numbers from 0.
    permutations
        How many random arrangements are drawn; up to as many distinct ones are listed one by one instead.
    rng
        Where the random numbers come from.

    Returns
    -------
    tuple
        The arrangements, one a row, and whether they are all there are.
    """
    sizes = np.bincount(labels)
    if number_of_arrangements(sizes) <= permutations:
        return _every(sizes), True
    rows = np.tile(labels.astype(np.int16), (permutations, 1))
    return rng.permuted(rows, axis=1, out=rows), False


def number_of_arrangements(sizes: Sequence[int]) -> int:
    """In how many distinct ways groups of these sizes can be dealt: the multinomial coefficient."""
    sizes = [int(size) for size in sizes]
    return math.prod(math.comb(sum(sizes[place:]), size) for place, size in enumerate(sizes))


def _every(sizes: np.ndarray) -> np.ndarray:
    """Every distinct row that holds label 0 ``sizes[0]`` times, label 1 ``sizes[1]`` times and so on."""
    n, first = int(sizes.sum()), int(sizes[:1].sum())
    if len(sizes) <= 1:
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


def p_values(n_at_least: np.ndarray, n_arrangements: int, *, is_exact: bool) -> np.ndarray:
    """The p-value from the number of arrangements whose statistic is at least as large as the observed one.

    Where all arrangements were listed, their exact share; else (1 + count) / (1 + permutations), which counts the
    observed one and is never 0 (Phipson and Smyth, Statistical Applications in Genetics and Molecular Biology
    2010, 9(1), article 39).
    """
    return n_at_least / n_arrangements if is_exact else (1 + n_at_least) / (1 + n_arrangements)


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
    """Add ``p_adjusted`` (Holm, over the rows that were tested) and ``is_clear`` (``p_adjusted`` below 0.05)."""
    adjusted = holm(table["p_value"].to_numpy(dtype=float))
    return table.assign(p_adjusted=adjusted, is_clear=adjusted < CLEAR_BELOW)

"""Whether the ratings themselves moved from one wave of assessment to the next, or chance would do as much."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.reference.models import Model
from helpers.scoring import permutation
from helpers.scoring.counting import in_order
from helpers.scoring.movement import waves_compared
from helpers.scoring.panels import SMALLEST_PANEL, counted_of
from helpers.scoring.waves import ensure_waves, wave_name

COLUMNS = [
    "dimension", "dimension_name", "short_name", "order", "earlier_wave", "later_wave", "earlier_wave_name",
    "later_wave_name", "comparable", "reason", "caution", "n_pairs", "n_earlier_only", "n_later_only",
    "n_contradicted", "n_up", "n_down", "n_same", "effect", "p_value", "p_adjusted", "is_clear", "direction", "refusal",
]  # fmt: skip
COUNTS = ("n_pairs", "n_earlier_only", "n_later_only", "n_up", "n_down", "n_same")
TOO_FEW = "too few people for any change to be called clear"


class _Ends(NamedTuple):
    """The ratings of two waves, as stakeholders x dimensions; ``is_later`` says of whom is in no pair which wave."""

    before: np.ndarray
    after: np.ndarray
    alone: np.ndarray
    is_later: np.ndarray
    n_contradicted: int


def between_waves(
    ratings: pd.DataFrame,
    model: Model,
    *,
    models: Mapping[str, Model] | None = None,
    earlier: str | None = None,
    later: str | None = None,
    permutations: int = permutation.PERMUTATIONS,
    seed: int = permutation.SEED,
) -> pd.DataFrame:
    """Test, dimension by dimension, whether the stakeholders' ratings moved between two waves.

    Parameters
    ----------
    ratings
        One row a rating, of one region.
    model
        The model of the later wave; gives the dimensions and their order.
    models
        Every model by its id, needed where the earlier wave was rated on another edition.
    earlier, later
        The waves, as ``2024-03``; without them the last two that have a date.
    permutations
        How many times chance is tried. Where there are no more distinct ways than that, all are listed and the
        p-value is exact.
    seed
        Where the random numbers start.

    Returns
    -------
    DataFrame
        One row a dimension in model order; no rows where there are no two dated waves. ``dimension``,
        ``dimension_name``, ``short_name``, ``order``; the two waves and their names; ``comparable``, ``reason``
        and ``caution`` (as `movement.waves_compared`); ``n_pairs`` (people with a rating of it in both waves),
        ``n_earlier_only``, ``n_later_only`` (people of one wave only), ``n_contradicted`` (names that stand in
        both waves with another role or sector; they are not paired, but count among the people of each wave);
        ``n_up``, ``n_down``, ``n_same`` (of the pairs), all counts missing where ``comparable`` is False; ``effect``
        (-1, everybody lower, to 1, everybody higher); ``p_value`` (two-sided, by permutation), ``p_adjusted``
        (corrected for the number of dimensions tested, see `permutation.step_down`), ``is_clear`` (``p_adjusted``
        below 0.05: it may be called a change); ``direction`` ("up", "down" or "", the sign of the effect, clear or
        not); ``refusal`` (why there is no test, or ""). Where the people are so few that no ratings at all could give
        a clear change, ``refusal`` says so; the effect and the p-values then stay, and ``is_clear`` is False.

    Raises
    ------
    ValueError
        If there is no such wave, the earlier one does not lie before the later or mixes editions of the model, the
        later one was rated on another edition, a wave has a dimension that its model does not have or a rating off
        its scale, the table holds several regions, or ``permutations`` is below 1.

    Notes
    -----
    The people of a name or number that stands in both waves are taken as the same person, unless a stated role
    or sector contradicts it: somebody else may have been given the number. Pairs say most, but panels change, so
    the others count too: effect = (n_p d_p + n_u delta_u) / (n_p + n_u). d_p is the share of the n_p pairs that went
    up less the share that went down; delta_u is Cliff's delta of the later against the earlier ratings of the people
    in no pair (the share of all couples of them in which the later one is higher, less that in which it is lower);
    n_u = 2 n1 n2 / (n1 + n2), the harmonic mean of their two numbers, 0 where either is 0. Without a change
    the variance of d_p is the share of pairs that moved over n_p, and that of delta_u about 2/3 over n_u, so the
    weights are close to those that make the sum most precise. Only the order of levels is used.

    Without a change each pair could as well have come the other way round, and each person in no pair have sat
    in the other wave. So the waves of a pair are swapped at random, for all its dimensions together, and the waves
    of the others are dealt anew. Somebody of a pair who rated a dimension in one wave only is left out of it. Where
    few are paired, "moved" may also mean that other people sat: no test can part the two. Dimensions with fewer than
    5 ratings in either wave are not tested.

    Sign flips and permutation tests: Good, Permutation, Parametric and Bootstrap Tests of Hypotheses, 3rd edition,
    Springer 2005. Cliff's delta: Cliff, Psychological Bulletin 1993, 114(3), 494-509.
    """
    permutation.check_permutations(permutations)
    table = ensure_waves(ratings)
    compared = waves_compared(table, model, earlier=earlier, later=later, models=models)
    if compared.empty:
        return pd.DataFrame(columns=COLUMNS)
    first, last = compared.loc[0, ["earlier_wave", "later_wave"]]
    parts = [table[table["wave"] == wave] for wave in (first, last)]
    compared["short_name"] = [each.short_name for each in model.dimensions]
    withheld = [wave for wave, part in zip((first, last), parts, strict=True) if part["withheld"].any()]
    ends = _nobody(len(compared)) if withheld else _ends(*parts, model)
    compared = compared.assign(**_counts(ends))
    compared["refusal"] = _refusals(compared, withheld)
    compared = _with_tests(compared, ends, permutations, seed)
    compared[list(COUNTS)] = compared[list(COUNTS)].astype("Int64").where(compared["comparable"])
    compared["direction"] = np.select([compared["effect"] > 0, compared["effect"] < 0], ["up", "down"], "")
    return compared[COLUMNS]


def _with_tests(compared: pd.DataFrame, ends: _Ends, permutations: int, seed: int) -> pd.DataFrame:
    """Add effects, p-values, verdicts, and the refusal where nothing could be clear."""
    tested = (compared["refusal"] == "").to_numpy()
    numbers = {name: np.full(len(tested), np.nan) for name in ("effect", "p_value", "p_adjusted")}
    can_be_clear = True
    if tested.any():
        numbers["effect"][tested], found = _test(ends, tested, permutations, seed)
        numbers["p_value"][tested], numbers["p_adjusted"][tested], can_be_clear = found
    is_clear = numbers["p_adjusted"] < permutation.CLEAR_BELOW
    too_few = _too_few(compared) | (not can_be_clear)
    refusal = compared["refusal"].mask(tested & ~is_clear & too_few, TOO_FEW)
    return compared.assign(**numbers, is_clear=is_clear, refusal=refusal)


def _too_few(compared: pd.DataFrame) -> np.ndarray:
    """Whether there are too few ways in which the ratings of a dimension could have come."""
    dealt = [permutation.number_of_arrangements(n) for n in compared[["n_earlier_only", "n_later_only"]].to_numpy()]
    pairs = compared["n_pairs"].to_list()
    return np.array([permutation.is_too_few(2**n * ways) for n, ways in zip(pairs, dealt, strict=True)], dtype=bool)


def _ends(first: pd.DataFrame, last: pd.DataFrame, model: Model) -> _Ends:
    """Part the people of two waves into pairs and others, in the order of what they rated, whatever their names."""
    before, after = (permutation.rating_matrix(counted_of(part), model.codes) for part in (first, last))
    both = before.index.intersection(after.index)
    unlike = _contradicted(*(_stated(part[part["stakeholder"].isin(both)]).loc[both] for part in (first, last)))
    pairs = both[~unlike]
    alone = [matrix.drop(pairs).to_numpy() for matrix in (before, after)]
    is_later = np.repeat([0, 1], [len(rows) for rows in alone])
    levels = (before.loc[pairs].to_numpy(), after.loc[pairs].to_numpy(), np.vstack(alone))
    return _Ends(*levels, is_later, int(unlike.sum()))


def _stated(part: pd.DataFrame) -> pd.DataFrame:
    """The role and sector of each stakeholder of a wave, in small letters; "" where none is stated."""
    each = part[["stakeholder", "role", "sector"]].drop_duplicates()
    told = {column: each[column].str.strip().str.casefold() for column in ("role", "sector")}
    return each.assign(**told).groupby("stakeholder").max()


def _contradicted(before: pd.DataFrame, after: pd.DataFrame) -> np.ndarray:
    """Whether a role or sector is stated in both waves and is not the same."""
    return ((before != after) & (before != "") & (after != "")).any(axis=1).to_numpy(dtype=bool)


def _counts(ends: _Ends) -> dict[str, np.ndarray]:
    steps = ends.after - ends.before
    present, is_later = ~np.isnan(ends.alone), ends.is_later == 1
    return {
        "n_pairs": (~np.isnan(steps)).sum(axis=0),
        "n_earlier_only": present[~is_later].sum(axis=0),
        "n_later_only": present[is_later].sum(axis=0),
        "n_contradicted": ends.n_contradicted,
        "n_up": (steps > 0).sum(axis=0),
        "n_down": (steps < 0).sum(axis=0),
        "n_same": (steps == 0).sum(axis=0),
    }


def _nobody(n_dimensions: int) -> _Ends:
    none = np.zeros((0, n_dimensions))
    return _Ends(none, none, none, np.zeros(0, dtype=int), 0)


def _refusals(compared: pd.DataFrame, withheld: list[str]) -> list[str]:
    if withheld:
        return [f"single ratings of {wave_name(withheld[0])} are not shown"] * len(compared)
    reasons = []
    for row in compared.to_dict("records"):
        few = [
            f"fewer than {SMALLEST_PANEL} of the people compared rated it in {row[f'{end}_wave_name']}"
            for end in ("earlier", "later")
            if row["n_pairs"] + row[f"n_{end}_only"] < SMALLEST_PANEL
        ]
        reasons.append(row["reason"] or next(iter(few), ""))
    return reasons


def _test(ends: _Ends, tested: np.ndarray, permutations: int, seed: int) -> tuple[np.ndarray, permutation.Tests]:
    """The effect of each dimension tested and its p-values, on the same arrangements for all dimensions."""
    steps, alone = np.sign(ends.after - ends.before)[:, tested], ends.alone[:, tested]
    observed = effects(np.ones((1, len(steps))), ends.is_later[None], steps, alone)[0]
    steps, alone = in_order(_turned(steps)), in_order(alone)
    signs, dealt, is_exact = _arrangements(len(steps), ends.is_later, permutations, np.random.default_rng(seed))
    pieces = permutation.pieces(len(signs), len(steps) + len(alone))
    by_chance = np.vstack([np.abs(effects(signs[piece], dealt[piece], steps, alone)) for piece in pieces])
    return observed, permutation.step_down(np.abs(observed), by_chance, is_exact=is_exact)


def _turned(steps: np.ndarray) -> np.ndarray:
    """The steps of each pair, the first one upwards: chance turns them about anyway, and so either wave may lead."""
    moved = np.nan_to_num(steps)
    first = np.take_along_axis(moved, (moved != 0).argmax(axis=1)[:, None], axis=1)
    return np.where(first < 0, -1, 1) * steps


def _arrangements(
    n_pairs: int, is_later: np.ndarray, permutations: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, bool]:
    """Signs of the pairs and waves of the others, one arrangement a row: all there are, if few, else random ones."""
    sizes = np.sort(np.bincount(is_later, minlength=2))[::-1]  # which wave is which makes no difference to the size
    if 2**n_pairs * permutation.number_of_arrangements(sizes) > permutations:
        signs = rng.integers(0, 2, (permutations, n_pairs), dtype=np.int8) * 2 - 1
        dealt = np.tile(np.repeat(np.arange(2, dtype=np.int8), sizes), (permutations, 1))
        return signs, rng.permuted(dealt, axis=1, out=dealt), False
    signs = (np.arange(2**n_pairs)[:, None] >> np.arange(n_pairs) & 1) * 2 - 1
    dealt, _ = permutation.arrangements(sizes, permutations, rng)
    return np.repeat(signs, len(dealt), axis=0), np.tile(dealt, (len(signs), 1)), True


def effects(signs: np.ndarray, is_later: np.ndarray, steps: np.ndarray, alone: np.ndarray) -> np.ndarray:
    """The effect of many arrangements at once.

    Parameters
    ----------
    signs
        Arrangements x pairs: 1, or -1 where the waves of the pair are swapped.
    is_later
        Arrangements x people in no pair: 1 for the later wave, else 0.
    steps
        Pairs x dimensions: 1, 0 or -1 for up, the same or down; NaN where a rating is missing.
    alone
        People in no pair x dimensions: ratings, NaN where missing.

    Returns
    -------
    array
        Arrangements x dimensions, from -1 to 1. With centred ranks t (`permutation.centred_ranks`) Cliff's delta is
        the sum of the later t over n1 n2, so n_u delta_u is 2 / (n1 + n2) times that sum.
    """
    ranks, present = permutation.centred_ranks(alone), (~np.isnan(alone)).astype(float)
    n = np.maximum(present.sum(axis=0), 1)
    later = is_later.astype(float)
    n_later = later @ present
    n_pairs, n_others = (~np.isnan(steps)).sum(axis=0), 2 * n_later * (present.sum(axis=0) - n_later) / n
    total = signs.astype(float) @ np.nan_to_num(steps) + 2 * (later @ ranks) / n
    return total / np.where(n_pairs + n_others > 0, n_pairs + n_others, 1)

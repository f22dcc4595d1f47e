"""Whether the ratings themselves moved from one wave of assessment to the next, or chance would do as much."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.reference.models import Model
from helpers.scoring import permutation
from helpers.scoring.movement import waves_compared
from helpers.scoring.panels import SMALLEST_PANEL, counted
from helpers.scoring.waves import ensure_waves, wave_name

COLUMNS = [
    "dimension", "dimension_name", "short_name", "order", "earlier_wave", "later_wave", "earlier_wave_name",
    "later_wave_name", "comparable", "reason", "caution", "n_pairs", "n_earlier_only", "n_later_only",
    "n_contradicted", "n_up", "n_down", "n_same", "effect", "p_value", "p_adjusted", "is_clear", "direction", "refusal",
]  # fmt: skip


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
        ``n_up``, ``n_down``, ``n_same`` (of the pairs); ``effect`` (-1, everybody lower, to 1, everybody higher);
        ``p_value`` (two-sided, by permutation), ``p_adjusted`` (Holm, over the dimensions tested), ``is_clear``
        (``p_adjusted`` below 0.05: it may be called a change); ``direction`` ("up", "down" or "", the sign of the
        effect, clear or not); ``refusal`` (why there is no test, or "").

    Raises
    ------
    ValueError
        If there is no such wave, the earlier one does not lie before the later or mixes editions of the model, the
        later one was rated on another edition, the table holds several regions, or ``permutations`` is below 1.

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
    _check_order(first, last)
    _check_model(table, last, model)
    compared["short_name"] = compared["dimension"].map({each.code: each.short_name for each in model.dimensions})
    withheld = [wave for wave in (first, last) if table.loc[table["wave"] == wave, "withheld"].any()]
    ends = _nobody(len(compared)) if withheld else _ends(table, first, last, model)
    compared = compared.assign(**_counts(ends))
    compared["refusal"] = _refusals(compared, withheld)
    tested = (compared["refusal"] == "").to_numpy()
    compared[["effect", "p_value"]] = np.nan
    if tested.any():
        compared.loc[tested, ["effect", "p_value"]] = np.column_stack(_test(ends, tested, permutations, seed))
    compared["direction"] = np.select([compared["effect"] > 0, compared["effect"] < 0], ["up", "down"], "")
    return permutation.with_verdict(compared)[COLUMNS]


def _check_order(first: str, last: str) -> None:
    if first >= last:
        raise ValueError(f"ratings: the earlier wave {first} does not lie before the later one, {last}")


def _check_model(table: pd.DataFrame, wave: str, model: Model) -> None:
    others = sorted(set(table.loc[table["wave"] == wave, "model"]) - {"", model.id})
    if others:
        raise ValueError(f"ratings: the wave {wave} was rated on the model {', '.join(others)}, not on {model.id}")


def _ends(table: pd.DataFrame, first: str, last: str, model: Model) -> _Ends:
    """Part the people of two waves into pairs and others."""
    before, after = (permutation.rating_matrix(counted(table, wave=wave), model.codes) for wave in (first, last))
    who = [_stated(table[table["wave"] == wave]) for wave in (first, last)]
    both = before.index.intersection(after.index)
    unlike = _contradicted(*(stated.loc[both] for stated in who))
    pairs = both[~unlike]
    rest = [_alone(*side, pairs, number) for number, side in enumerate(zip((before, after), who, strict=True))]
    alone = pd.concat(rest).sort_index()
    levels = (before.loc[pairs], after.loc[pairs], alone[list(model.codes)])
    return _Ends(*(frame.to_numpy(dtype=float) for frame in levels), alone["_later"].to_numpy(), int(unlike.sum()))


def _stated(part: pd.DataFrame) -> pd.DataFrame:
    """The role and sector of each stakeholder of a wave; "" where none is stated."""
    each = part[["stakeholder", "role", "sector"]].drop_duplicates()
    return (
        each.assign(**{column: each[column].str.strip() for column in ("role", "sector")}).groupby("stakeholder").max()
    )


def _contradicted(before: pd.DataFrame, after: pd.DataFrame) -> np.ndarray:
    """Whether a role or sector is stated in both waves and is not the same."""
    old, new = (frame.apply(lambda texts: texts.str.casefold()) for frame in (before, after))
    return ((old != new) & (old != "") & (new != "")).any(axis=1).to_numpy(dtype=bool)


def _alone(matrix: pd.DataFrame, who: pd.DataFrame, pairs: pd.Index, is_later: int) -> pd.DataFrame:
    """Those in no pair, under name, role and sector, which tell apart two people who had the same number."""
    rest = matrix.drop(pairs)
    index = pd.MultiIndex.from_frame(who.loc[rest.index].reset_index())
    return rest.set_axis(index).assign(_later=is_later)


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


def _test(ends: _Ends, tested: np.ndarray, permutations: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The effect of each dimension tested and its p-value, with the same arrangements for all dimensions."""
    steps = np.sign(ends.after - ends.before)[:, tested]
    alone = ends.alone[:, tested]
    observed = effects(np.ones((1, len(steps))), ends.is_later[None], steps, alone)[0]
    signs, dealt, is_exact = _arrangements(len(steps), ends.is_later, permutations, np.random.default_rng(seed))
    count = np.zeros(len(observed), dtype=int)
    for piece in permutation.pieces(len(signs), len(steps) + len(alone)):
        by_chance = np.abs(effects(signs[piece], dealt[piece], steps, alone))
        count += permutation.n_as_large(by_chance, np.abs(observed))
    return observed, permutation.p_values(count, len(signs), is_exact=is_exact)


def _arrangements(
    n_pairs: int, is_later: np.ndarray, permutations: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, bool]:
    """Signs of the pairs and waves of the others, one arrangement a row: all there are, if few, else random ones."""
    n_dealt = permutation.number_of_arrangements(np.bincount(is_later))
    if 2**n_pairs * n_dealt > permutations:
        signs = rng.integers(0, 2, (permutations, n_pairs), dtype=np.int8) * 2 - 1
        dealt = np.tile(is_later.astype(np.int8), (permutations, 1))
        return signs, rng.permuted(dealt, axis=1, out=dealt), False
    signs = (np.arange(2**n_pairs)[:, None] >> np.arange(n_pairs) & 1) * 2 - 1
    dealt, _ = permutation.arrangements(is_later, permutations, rng)
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

"""Where to begin: the dimensions ranked by a weighted sum that anybody can work out again, and how firm that is.

A weighted sum of a few criteria, each from 0 to 1, is the plainest of the methods of multi-criteria decision analysis
(Belton and Stewart, Multiple Criteria Decision Analysis, 2002, chapter 5). The weights are a choice and no finding, so
they are shown, can be changed, and the ranking is tried under thousands of others (stochastic multicriteria
acceptability analysis: Lahdelma and Salminen, Operations Research 2001, 49(3), 444-454).
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

from helpers.scoring.panels import counted
from helpers.scoring.ratings import check_columns
from helpers.scoring.weighting import CRITERIA, DEFAULT_WEIGHTS, check_weights, left_out, weights_table

__all__ = ["CRITERIA", "DEFAULT_WEIGHTS", "DRAWS", "left_out", "ranking", "weights_table"]

SEED = 20_250_327
DRAWS = 10_000
TOP = 3
NEARLY = 1e-9
READINGS = (
    (0.9, "in the top three under almost any weights"),
    (0.5, "in the top three under most weights"),
    (0.1, "in the top three under some weights"),
    (0.0, "hardly ever in the top three"),
)
REACHED = "has reached the level wanted"
BEYOND = "the level wanted lies below the present one"
NO_LEVEL = "its present level is not known"
UNDECLARED = "the region has not said which level it wants here, but has for other dimensions"
NO_CRITERION = "no criterion that has a weight is known of it"
COLUMNS = [
    "rank", "dimension", "dimension_name", "short_name", "level", "desired", "desired_from", "gap", "gap_share",
    "disagreement", "confidence", "need", "need_words", "points_gap", "points_disagreement", "points_confidence",
    "points_need", "points", "share_top_three", "reading", "refusal",
]  # fmt: skip


def ranking(
    profile: pd.DataFrame,
    agreement: pd.DataFrame | None = None,
    ratings: pd.DataFrame | None = None,
    need: pd.DataFrame | None = None,
    *,
    weights: Mapping[str, float],
    scale: tuple[int, int],
    draws: int = DRAWS,
    seed: int = SEED,
) -> pd.DataFrame:
    """Rank the dimensions by how much speaks for beginning with each.

    Parameters
    ----------
    profile
        One row a dimension of one wave, as `maturity.profile` gives it; ``desired`` holds the declared levels.
    agreement
        One row a dimension with ``agreement_a``, as `agreement.by_dimension` gives it.
    ratings
        One row a rating of that region, for the confidence of those that count in the profile's wave.
    need
        One row a dimension with ``need`` and ``need_words``, as `need.by_dimension` gives it.
    weights
        Criterion (gap, disagreement, confidence, need) to a number: its size is how much the criterion counts, in
        proportion to the others; with a minus sign less of it makes a dimension more urgent. One not named counts 0.
    scale
        The lowest and the highest level of the model.
    draws, seed
        How many random weightings are tried, and where the random numbers begin.

    Returns
    -------
    DataFrame
        One row a dimension, the most urgent first, those without a rank last in model order: ``rank`` (ties share it);
        ``dimension``, ``dimension_name``, ``short_name``; ``level``, ``desired`` (levels); ``desired_from``
        ("declared", "highest level" where the region declared none at all, "" where it did for others only); ``gap``
        (levels, 0 where the desired level is reached); ``gap_share``, ``disagreement``, ``confidence``, ``need`` (0 to
        1, missing where not known); ``need_words``; ``points_gap`` ... ``points_need`` and ``points``, their sum (0 to
        100); ``share_top_three`` (of the random weightings, 0 to 1); ``reading`` (that in words); ``refusal`` (why
        there is no rank).

    Raises
    ------
    ValueError
        If a column is missing, a level lies off the scale, or the weights cannot be used.

    Notes
    -----
    *Points* are 100 times the weighted mean of what is known of a dimension: of each criterion's value, or of 1 less
    its value where the weight is negative, with the sizes of the weights of the criteria known there. One that is
    missing is shown as missing and counts neither for nor against: if it gave no points, "not known" would weigh like
    "no need", and most dimensions have no indicator linked to them. A criterion that no ranked dimension has is left
    out (`left_out` names it).

    *The gap* counts as a share of the region's widest gap, not of the whole scale: a weight then weighs the way from
    the least to the most that there is (swing weighting, von Winterfeldt and Edwards 1986). On the whole scale gaps of
    one and two levels would hardly differ, and the other criteria would decide.

    *Who has a rank.* Not a dimension at or above its desired level: without a gap, need alone is no reason to begin
    there. Nor one without a desired level where others have one: a declared aim and the highest level do not mix.

    *How firm.* ``share_top_three`` is the share of weightings, drawn evenly from all that add up to one (Dirichlet
    distribution with ones) with the signs kept, under which fewer than three dimensions have more points. Criteria of
    weight 0 stay out. It says how far the ranking hangs on the weights, and nothing about errors in the ratings.
    """
    signed = check_weights(weights)
    table = _with_gap(_with_criteria(profile, agreement, ratings, need), scale)
    is_ranked = table["refusal"] == ""
    used = [name for name in CRITERIA if signed[name] and table.loc[is_ranked, name].notna().any()]
    unknown = is_ranked & (table[used].isna().all(axis=1) if used else True)
    table.loc[unknown, "refusal"] = NO_CRITERION
    is_ranked &= ~unknown
    worth = _worth(table[is_ranked], signed, used)
    table = table.join(_points(worth, signed, used)).join(_robustness(worth, used, draws, seed))
    for name in CRITERIA:
        table[f"points_{name}"] = table.get(f"points_{name}", math.nan)
    ahead = _n_ahead(table.loc[is_ranked, "points"].to_numpy(dtype=float)[None, :])[0]
    table["rank"] = pd.Series(ahead + 1, table.index[is_ranked], dtype="Int64").reindex(table.index)
    table["reading"] = table["reading"].astype("object").fillna("")
    ordered = table.sort_values(["rank", "order"], na_position="last", kind="stable", ignore_index=True)
    return ordered.rename(columns={"gap": "gap_share", "gap_levels": "gap"})[COLUMNS]


def _with_criteria(
    profile: pd.DataFrame, agreement: pd.DataFrame | None, ratings: pd.DataFrame | None, need: pd.DataFrame | None
) -> pd.DataFrame:
    """The dimensions of the profile with what is known of each but its gap."""
    check_columns(profile, ("dimension", "dimension_name", "short_name", "order", "wave", "level"), "priorities")
    columns = ["dimension", "dimension_name", "short_name", "order", "level"]
    table = profile[columns].reset_index(drop=True)
    declared = profile["desired"] if "desired" in profile else pd.Series(pd.NA, profile.index)
    table["desired"] = pd.array(declared, dtype="Int64")
    table["level"] = table["level"].astype("Int64")
    apart = pd.Series(dtype=float) if agreement is None else _by_dimension(agreement, "agreement_a").astype(float)
    table["disagreement"] = (1 - table["dimension"].map(apart).astype(float)) / 2
    sure = pd.Series(dtype=float) if ratings is None or table.empty else _confidence(ratings, profile["wave"].iloc[0])
    table["confidence"] = table["dimension"].map(sure).astype(float)
    needed = pd.DataFrame(columns=["dimension", "need", "need_words"]) if need is None else need
    table["need"] = table["dimension"].map(_by_dimension(needed, "need")).astype(float)
    table["need_words"] = table["dimension"].map(_by_dimension(needed, "need_words")).astype("object").fillna("")
    return table


def _by_dimension(table: pd.DataFrame, column: str) -> pd.Series:
    check_columns(table, ("dimension", column), "priorities")
    return table.set_index("dimension")[column]


def _confidence(ratings: pd.DataFrame, wave: str) -> pd.Series:
    """How sure those were who said how sure they were: high counts 1, medium half, low 0."""
    rows = counted(ratings, wave=wave)
    if "confidence" not in rows:
        return pd.Series(dtype=float)
    sure = rows["confidence"].map({"high": 1.0, "medium": 0.5, "low": 0.0}).astype(float)
    return sure.groupby(rows["dimension"]).mean()


def _with_gap(table: pd.DataFrame, scale: tuple[int, int]) -> pd.DataFrame:
    lowest, highest = scale
    for column in ("level", "desired"):
        if not table[column].dropna().between(lowest, highest).all():
            raise ValueError(f"priorities: the column {column} holds a level off the scale {lowest}-{highest}")
    is_declared = table["desired"].notna()
    table["desired_from"] = is_declared.map({True: "declared", False: ""}).astype("object")
    if not is_declared.any():
        table["desired"] = pd.array([highest] * len(table), dtype="Int64")
        table["desired_from"] = "highest level"
    gap = (table["desired"] - table["level"]).clip(lower=0)
    is_beyond = (table["desired"] < table["level"]).fillna(False).astype(bool)
    table["gap_levels"] = gap
    table["gap"] = gap.astype(float) / max(float(gap.max()) if gap.notna().any() else 1.0, 1.0)
    refusal = pd.Series("", table.index, dtype="object").mask((gap == 0).fillna(False).astype(bool), REACHED)
    refusal = refusal.mask(is_beyond, BEYOND)
    table["refusal"] = refusal.mask(table["level"].isna(), NO_LEVEL).mask(table["desired"].isna(), UNDECLARED)
    return table


def _worth(ranked: pd.DataFrame, signed: Mapping[str, float], used: list[str]) -> pd.DataFrame:
    """What speaks for each ranked dimension by each criterion that is used, 0 to 1; missing where not known."""
    columns = {name: ranked[name] if signed[name] > 0 else 1 - ranked[name] for name in used}
    return pd.DataFrame(columns, index=ranked.index, dtype=float)


def _points(worth: pd.DataFrame, signed: Mapping[str, float], used: list[str]) -> pd.DataFrame:
    sizes = pd.Series({name: abs(signed[name]) for name in used}, dtype=float)
    whole = worth[used].notna().mul(sizes).sum(axis=1)
    each = (100 * worth[used].mul(sizes)).div(whole.where(whole > 0), axis=0)
    return each.add_prefix("points_").assign(points=each.sum(axis=1, min_count=1))


def _robustness(worth: pd.DataFrame, used: list[str], draws: int, seed: int) -> pd.DataFrame:
    sizes = np.random.default_rng(seed).dirichlet(np.ones(max(len(used), 1)), size=draws)
    values = worth.to_numpy(dtype=float)
    sizes = sizes[:, : len(used)]
    whole = sizes @ (~np.isnan(values)).T.astype(float)
    points = 100 * np.divide(sizes @ np.nan_to_num(values).T, whole, out=np.zeros(whole.shape), where=whole > 0)
    share = (_n_ahead(points) < TOP).mean(axis=0) if draws else np.full(len(worth), math.nan)
    return pd.DataFrame({"share_top_three": share, "reading": [_reading(s, len(worth)) for s in share]}, worth.index)


def _n_ahead(points: np.ndarray) -> np.ndarray:
    """In each row, how many have more points than each one; nearly equal is equal."""
    return (points[:, None, :] > points[:, :, None] + NEARLY).sum(axis=2)


def _reading(share: float, n_ranked: int) -> str:
    if n_ranked <= TOP:
        return f"one of only {n_ranked} with a gap" if n_ranked > 1 else "the only one with a gap"
    return next((words for least, words in READINGS if share >= least), "")

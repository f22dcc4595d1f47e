"""Whether people of different roles or sectors rate differently."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.reference.models import Model
from helpers.scoring import maturity, permutation
from helpers.scoring.panels import counted, participants
from helpers.scoring.waves import ensure_waves
from helpers.scoring.wording import plural, verb

BY = ("role", "sector")
SMALLEST_GROUP = 3
OTHERS = "others"
CLIFFS_DELTA, EPSILON_SQUARED = "Cliff's delta", "epsilon squared"
# Romano and others 2006 for Cliff's delta; Rea and Parker's bands for an association, squared, for epsilon squared
BANDS = {
    CLIFFS_DELTA: ((0.474, "large"), (0.33, "medium"), (0.147, "small"), (0.0, "negligible")),
    EPSILON_SQUARED: (
        (0.64, "very strong"), (0.36, "strong"), (0.16, "relatively strong"), (0.04, "moderate"), (0.01, "weak"),
        (0.0, "negligible"),
    ),
}  # fmt: skip
COLUMNS = [
    "dimension", "dimension_name", "short_name", "order", "by", "n", "n_groups", "statistic", "p_value", "p_adjusted",
    "effect", "effect_name", "effect_reading", "highest_group", "highest_median", "lowest_group", "lowest_median",
    "is_clear", "refusal",
]  # fmt: skip
MEDIANS = ["dimension", "dimension_name", "order", "group", "n", "median", "q1", "q3", "is_pooled"]


def differences(
    ratings: pd.DataFrame,
    model: Model,
    *,
    by: str,
    wave: str | None = None,
    permutations: int = permutation.PERMUTATIONS,
    seed: int = permutation.SEED,
) -> pd.DataFrame:
    """Test, dimension by dimension, whether groups of stakeholders rate differently.

    Parameters
    ----------
    ratings
        One row a rating, of one region.
    model
        The maturity model on which the wave was rated.
    by
        What makes the groups: ``role`` or ``sector``.
    wave
        The wave, as ``2025-03``; the latest without it.
    permutations
        How many times the groups are dealt anew at random. Where there are no more distinct ways than that, all of
        them are listed instead and the p-value is exact.
    seed
        Where the random numbers start.

    Returns
    -------
    DataFrame
        One row a dimension in model order: ``dimension``, ``dimension_name``, ``short_name``, ``order``, ``by``;
        ``n`` (ratings compared), ``n_groups`` (groups with a rating of it); ``statistic`` (Kruskal and Wallis's H,
        with ties); ``p_value`` (by permutation), ``p_adjusted`` (Holm, over the dimensions tested), ``is_clear``
        (``p_adjusted`` below 0.05); ``effect``, ``effect_name`` and ``effect_reading`` (the usual word for its size):
        epsilon squared, from 0 to 1, for three groups or more, and for two Cliff's delta of the highest against the
        lowest group, from -1 to 1; ``highest_group``, ``highest_median``, ``lowest_group``, ``lowest_median``: by
        median, and where medians tie by mean rank ("" and NaN where nothing tells the groups apart), never a
        group with fewer than 3 ratings of the dimension; ``refusal`` (why there is no test, or "").

    Raises
    ------
    ValueError
        If ``by`` is neither role nor sector, ``permutations`` is below 1, and as `maturity.profile`.

    Notes
    -----
    A group of at least 3 stakeholders with a rating stands for itself. Those in smaller groups or without a stated one
    are pooled as ``others``, if there are 3 of them or more; else they are left out, so that ``n`` is smaller
    than in the profile. The labels of the stakeholders are permuted, the same for all dimensions, and a
    missing rating stays with its stakeholder.

    H: Kruskal and Wallis, JASA 1952, 47(260), 583-621. Epsilon squared H / (n - 1): Tomczak and Tomczak, Trends in
    Sport Sciences 2014, 21(1), 19-25; its words are the bands of Rea and Parker (Designing and Conducting Survey
    Research, 1992) for an association, squared. Chance alone gives it a mean of (groups - 1) / (n - 1), which is
    0.18 for 3 groups of 12 people, so in a small panel its word means little unless ``is_clear``. Cliff's delta:
    Cliff, Psychological Bulletin 1993, 114(3), 494-509; its words: Romano and others, Florida Association of
    Institutional Research 2006 (0.147, 0.33, 0.474).
    """
    _check_by(by)
    permutation.check_permutations(permutations)
    table = ensure_waves(ratings)
    profile = maturity.profile(table, model, wave=wave)
    members, n_small = _members(table, by, wave)
    matrix = permutation.rating_matrix(counted(table, wave=wave), model.codes).reindex(members.index)
    labels, names = pd.factorize(members["group"])  # numbered as they come, so that a name changes nothing
    summary = _summaries(matrix.to_numpy(), labels, len(names))
    table = profile[COLUMNS[:4]].assign(by=by, n=summary["n"].sum(axis=0), n_groups=(summary["n"] > 0).sum(axis=0))
    withheld = bool(profile["withheld"].any())
    table["refusal"] = _refusals(summary["n"], matrix, withheld=withheld, n_small=n_small)
    tested = (table["refusal"] == "").to_numpy()
    table[["statistic", "p_value"]] = np.nan
    if tested.any():
        found = _kruskal(matrix.to_numpy()[:, tested], labels, permutations, seed)
        table.loc[tested, ["statistic", "p_value"]] = np.column_stack(found)
    table = permutation.with_verdict(_with_extremes(table, summary, names, tested))
    return _with_effect(table, len(names))[COLUMNS]


def medians(ratings: pd.DataFrame, model: Model, *, by: str, wave: str | None = None) -> pd.DataFrame:
    """Summarise the ratings of each group of stakeholders.

    Parameters
    ----------
    ratings, model, by, wave
        As for `differences`, which compares the same groups.

    Returns
    -------
    DataFrame
        One row a dimension and group, dimensions in model order, groups by name and ``others`` last: ``dimension``,
        ``dimension_name``, ``order``, ``group``; ``n`` (ratings); ``median``, ``q1``, ``q3`` (levels; NaN where the
        group has fewer than 3 ratings of the dimension); ``is_pooled`` (it is ``others``). No rows where single
        ratings are withheld or no group has 3 stakeholders.

    Raises
    ------
    ValueError
        If ``by`` is neither role nor sector, and as `maturity.profile`.
    """
    _check_by(by)
    table = ensure_waves(ratings)
    profile = maturity.profile(table, model, wave=wave)
    members, _ = _members(table, by, wave)
    matrix = permutation.rating_matrix(counted(table, wave=wave), model.codes).reindex(members.index)
    parts = []
    for group in sorted(set(members["group"]), key=lambda name: (name == OTHERS, name)):
        own = matrix[members["group"] == group].to_numpy()
        n = (~np.isnan(own)).sum(axis=0)
        shown = np.where(n >= SMALLEST_GROUP, own, np.nan)
        q1, median, q3 = pd.DataFrame(shown).quantile([0.25, 0.5, 0.75], interpolation="linear").to_numpy()
        numbers = {"group": group, "n": n, "median": median, "q1": q1, "q3": q3, "is_pooled": group == OTHERS}
        parts.append(profile[MEDIANS[:3]].assign(**numbers))
    if not parts:
        return pd.DataFrame(columns=MEDIANS)
    return pd.concat(parts).sort_values("order", kind="stable", ignore_index=True)


def _check_by(by: str) -> None:
    if by not in BY:
        raise ValueError(f"by is one of {', '.join(BY)}; this is {by!r}")


def _members(ratings: pd.DataFrame, by: str, wave: str | None) -> tuple[pd.DataFrame, int]:
    """The group of each stakeholder who is compared, by name, and how many have no group of their own."""
    who = participants(ratings, wave=wave).set_index("stakeholder").sort_index()
    stated = who.loc[who["n_rated"] > 0, by].str.strip()
    stands = (stated != "") & (stated.str.casefold() != OTHERS) & (stated.map(stated.value_counts()) >= SMALLEST_GROUP)
    pooled = int((~stands).sum())
    kept = stated.where(stands, OTHERS) if pooled >= SMALLEST_GROUP else stated[stands]
    return kept.to_frame("group"), pooled


def _summaries(ratings: np.ndarray, labels: np.ndarray, n_groups: int) -> dict[str, np.ndarray]:
    """Number of ratings, median (NaN below 3) and sum of centred ranks: groups x dimensions."""
    ranks, present = permutation.centred_ranks(ratings), ~np.isnan(ratings)
    each = [labels == group for group in range(n_groups)]
    empty = np.zeros((0, ratings.shape[1]))
    n = np.array([present[own].sum(axis=0) for own in each]) if each else empty.astype(int)
    middle = np.array([pd.DataFrame(ratings[own]).median().to_numpy() for own in each]) if each else empty
    rank_sum = np.array([ranks[own].sum(axis=0) for own in each]) if each else empty
    return {"n": n, "median": np.where(n >= SMALLEST_GROUP, middle, np.nan), "rank_sum": rank_sum}


def _refusals(n: np.ndarray, matrix: pd.DataFrame, *, withheld: bool, n_small: int) -> list[str]:
    if withheld:
        return ["single ratings are not shown"] * n.shape[1]
    if len(n) < 2:
        rest = f"; {plural(n_small, 'stakeholder')} {verb(n_small, 'is', 'are')} in smaller ones or in none"
        why = f"there are fewer than two groups of at least {SMALLEST_GROUP} stakeholders"
        return [why + rest if n_small else why] * n.shape[1]
    few = f"fewer than two groups have at least {SMALLEST_GROUP} ratings of it"
    enough, levels = (n >= SMALLEST_GROUP).sum(axis=0) >= 2, matrix.nunique()
    return [
        few if not many else "" if distinct > 1 else "everybody gave the same rating"
        for many, distinct in zip(enough, levels, strict=True)
    ]


def _kruskal(ratings: np.ndarray, labels: np.ndarray, permutations: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """H of each dimension and its p-value, with the same arrangements of the stakeholders' labels for all."""
    dealt, is_exact = permutation.arrangements(labels, permutations, np.random.default_rng(seed))
    ranks, present = permutation.centred_ranks(ratings), (~np.isnan(ratings)).astype(float)
    n_groups = int(labels.max()) + 1
    observed = kruskal_h(labels[None], ranks, present, n_groups)[0]
    count = np.zeros(ratings.shape[1], dtype=int)
    for piece in permutation.pieces(*dealt.shape):
        count += permutation.n_as_large(kruskal_h(dealt[piece], ranks, present, n_groups), observed)
    return observed, permutation.p_values(count, len(dealt), is_exact=is_exact)


def kruskal_h(labels: np.ndarray, ranks: np.ndarray, present: np.ndarray, n_groups: int) -> np.ndarray:
    """Kruskal and Wallis's H for many arrangements of the labels at once.

    Parameters
    ----------
    labels
        Arrangements x stakeholders: the number of each one's group.
    ranks, present
        Stakeholders x dimensions: centred ranks, and 1 where there is a rating, else 0.
    n_groups
        How many groups there are.

    Returns
    -------
    array
        Arrangements x dimensions. On centred ranks H, its correction for ties included, is (N - 1) times the sum of
        squares between the groups over the total sum of squares.
    """
    both = np.hstack([ranks, present])
    between = np.zeros((len(labels), ranks.shape[1]))
    for group in range(n_groups):
        sums, sizes = np.hsplit((labels == group).astype(float) @ both, 2)
        between += sums**2 / np.maximum(sizes, 1)
    return between * (present.sum(axis=0) - 1) / (ranks**2).sum(axis=0)


def _with_extremes(
    table: pd.DataFrame, summary: dict[str, np.ndarray], names: np.ndarray, tested: np.ndarray
) -> pd.DataFrame:
    """Add the highest and the lowest group of each dimension tested, and Cliff's delta between the two."""
    rows = [_extremes(summary, names, place) if is_tested else _NOBODY for place, is_tested in enumerate(tested)]
    return table.assign(**pd.DataFrame(rows, columns=list(_NOBODY), index=table.index))


_NOBODY = {
    "highest_group": "", "highest_median": np.nan, "lowest_group": "", "lowest_median": np.nan, "delta": np.nan,
}  # fmt: skip


def _extremes(summary: dict[str, np.ndarray], names: np.ndarray, place: int) -> dict[str, object]:
    n, median, rank_sum = (summary[column][:, place] for column in ("n", "median", "rank_sum"))
    heights = {int(g): (median[g], rank_sum[g] / n[g]) for g in np.flatnonzero(n >= SMALLEST_GROUP)}
    by_name = sorted(heights, key=lambda group: names[group])
    high, low = max(by_name, key=heights.get), min(by_name, key=heights.get)
    delta = rank_sum[high] / (n[high] * n[low])  # of two groups only, where centred ranks add up to 0
    if heights[high] == heights[low]:
        return _NOBODY | {"delta": 0.0}
    levels = {"highest_median": float(median[high]), "lowest_median": float(median[low])}
    return {"highest_group": names[high], "lowest_group": names[low], "delta": delta, **levels}


def _with_effect(table: pd.DataFrame, n_groups: int) -> pd.DataFrame:
    name = CLIFFS_DELTA if n_groups == 2 else EPSILON_SQUARED
    effect = table["delta"] if n_groups == 2 else table["statistic"] / (table["n"] - 1)
    reading = ["" if np.isnan(value) else _in_words(abs(value), name) for value in effect]
    named = np.where(effect.isna(), "", name)
    return table.assign(effect=effect, effect_name=named, effect_reading=reading)


def _in_words(size: float, name: str) -> str:
    return next(words for least, words in BANDS[name] if size >= least)

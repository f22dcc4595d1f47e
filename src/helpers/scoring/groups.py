"""Whether people of different roles or sectors rate differently."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.reference.models import Model
from helpers.scoring import permutation, spread
from helpers.scoring.counting import in_order, level_counts
from helpers.scoring.panels import SMALLEST_PANEL, counted_of, of_wave, stated
from helpers.scoring.ratings import check_on_model
from helpers.scoring.wording import plural, verb

BY = ("role", "sector")
SMALLEST_GROUP = 3
OTHERS = "others"
TOO_SMALL = "the groups are too small for any difference to be called clear"
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
        One row a dimension in model order: ``dimension``, ``dimension_name``, ``short_name``, ``order``, ``by``; ``n``
        (ratings compared), ``n_groups`` (groups with a rating of it); ``statistic`` (Kruskal and Wallis's H, with
        ties); ``p_value`` (by permutation), ``p_adjusted`` (corrected for the number of dimensions tested, see
        `permutation.step_down`), ``is_clear`` (``p_adjusted`` below 0.05); ``effect``, ``effect_name`` and
        ``effect_reading`` (the usual word for its size): epsilon squared, from 0 to 1, for three groups or more, and
        for two Cliff's delta of the highest against the lowest group, from -1 to 1; ``highest_group``,
        ``highest_median``, ``lowest_group``, ``lowest_median``: by median, and where medians tie by mean rank ("" and
        NaN where nothing tells the groups apart), never a group with fewer than 3 ratings of the dimension; ``refusal``
        (why there is no test, or ""). Where the groups are so small that no ratings at all could give a clear
        difference, ``refusal`` says so; the statistic, the effect and the p-values then stay, and ``is_clear`` is
        False.

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
    part = check_on_model(of_wave(ratings, wave), model)
    scores, labels, names, n_small = _groups(part, model, by)
    summary = _summaries(scores, labels, len(names), model)
    table = _dimensions(model).assign(by=by, n=summary["n"].sum(axis=0), n_groups=(summary["n"] > 0).sum(axis=0))
    withheld = bool(part["withheld"].any())
    refusals = np.array(_refusals(summary["n"], scores, withheld=withheld, n_small=n_small), dtype=object)
    tested = refusals == ""
    numbers, is_hopeless = _tested(scores, labels, tested, permutations, seed)
    is_clear = numbers["p_adjusted"] < permutation.CLEAR_BELOW
    refusals[tested & ~is_clear & (_too_small(summary["n"]) | is_hopeless)] = TOO_SMALL
    table = table.assign(**numbers, is_clear=is_clear, refusal=refusals)
    return _with_effect(_with_extremes(table, summary, names, tested), len(names))[COLUMNS]


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
        ``dimension_name``, ``order``, ``group``; ``n`` (ratings); ``median`` (level; NaN where the group has fewer than
        3 ratings of the dimension), ``q1``, ``q3`` (NaN below 5: of three or four ratings they would give every one
        back); ``is_pooled`` (it is ``others``). No rows where single ratings are withheld or no group has 3
        stakeholders.

    Raises
    ------
    ValueError
        If ``by`` is neither role nor sector, and as `maturity.profile`.
    """
    _check_by(by)
    part = check_on_model(of_wave(ratings, wave), model)
    scores, labels, names, _ = _groups(part, model, by)
    summary = _summaries(scores, labels, len(names), model)
    parts = []
    for group in sorted(range(len(names)), key=lambda group: (names[group] == OTHERS, names[group])):
        numbers = {column: summary[column][group] for column in ("n", "median", "q1", "q3")}
        parts.append(_dimensions(model).assign(group=names[group], is_pooled=names[group] == OTHERS, **numbers))
    if not parts:
        return pd.DataFrame(columns=MEDIANS)
    return pd.concat(parts).sort_values("order", kind="stable", ignore_index=True)[MEDIANS]


def _dimensions(model: Model) -> pd.DataFrame:
    rows = [(each.code, each.name, each.short_name, each.order) for each in model.dimensions]
    return pd.DataFrame(rows, columns=COLUMNS[:4])


def _check_by(by: str) -> None:
    if by not in BY:
        raise ValueError(f"by is one of {', '.join(BY)}; this is {by!r}")


def _groups(part: pd.DataFrame, model: Model, by: str) -> tuple[np.ndarray, np.ndarray, list[str], int]:
    """Scores of those who are compared, the number of each one's group, the groups, and how many have none of theirs.

    Neither the order nor the names of the stakeholders decide the order of anything; groups are numbered by size.
    """
    matrix = permutation.rating_matrix(counted_of(part), model.codes)
    told = stated(part)[by].str.strip().reindex(matrix.index)
    stands = (told != "") & (told.str.casefold() != OTHERS) & (told.map(told.value_counts()) >= SMALLEST_GROUP)
    pooled = int((~stands).sum())
    kept = told.where(stands, OTHERS) if pooled >= SMALLEST_GROUP else told[stands]
    sizes = kept.value_counts()
    names = sorted(sizes.index, key=lambda name: (sizes[name], name))
    labels = kept.map({name: number for number, name in enumerate(names)}).to_numpy(dtype=int)
    both = in_order(np.column_stack([matrix.loc[kept.index].to_numpy(), labels]))
    return both[:, :-1], both[:, -1].astype(int), names, pooled


def _summaries(scores: np.ndarray, labels: np.ndarray, n_groups: int, model: Model) -> dict[str, np.ndarray]:
    """Number of ratings, quartiles (NaN in small groups) and sum of centred ranks: groups x dimensions."""
    own = (labels == np.arange(n_groups)[:, None]).astype(float)
    counts, levels = level_counts(own, scores, model.levels), np.asarray(model.levels, dtype=float)
    n = counts.sum(axis=-1).astype(int)
    least = {"median": (0.5, SMALLEST_GROUP), "q1": (0.25, SMALLEST_PANEL), "q3": (0.75, SMALLEST_PANEL)}
    shown = {
        name: np.where(n >= few, spread.quantile(counts, levels, share), np.nan) for name, (share, few) in least.items()
    }
    return {"n": n, "rank_sum": own @ permutation.centred_ranks(scores), **shown}


def _refusals(n: np.ndarray, scores: np.ndarray, *, withheld: bool, n_small: int) -> list[str]:
    if withheld:
        return ["single ratings are not shown"] * n.shape[1]
    if len(n) < 2:
        rest = f"; {plural(n_small, 'stakeholder')} {verb(n_small, 'is', 'are')} in smaller ones or in none"
        why = f"there are fewer than two groups of at least {SMALLEST_GROUP} stakeholders"
        return [why + rest if n_small else why] * n.shape[1]
    few = f"fewer than two groups have at least {SMALLEST_GROUP} ratings of it"
    enough = (n >= SMALLEST_GROUP).sum(axis=0) >= 2
    is_flat = ~(permutation.centred_ranks(scores) != 0).any(axis=0)
    return [
        few if not many else "everybody gave the same rating" if flat else ""
        for many, flat in zip(enough, is_flat, strict=True)
    ]


def _tested(
    scores: np.ndarray, labels: np.ndarray, tested: np.ndarray, permutations: int, seed: int
) -> tuple[dict[str, np.ndarray], bool]:
    """H of each dimension tested and its p-values, on the same arrangements for all; whether none can be clear."""
    numbers = {name: np.full(len(tested), np.nan) for name in ("statistic", "p_value", "p_adjusted")}
    if not tested.any():
        return numbers, False
    sizes, ratings = np.bincount(labels), scores[:, tested]
    dealt, is_exact = permutation.arrangements(sizes, permutations, np.random.default_rng(seed))
    ranks, present = permutation.centred_ranks(ratings), (~np.isnan(ratings)).astype(float)
    observed = kruskal_h(labels[None], ranks, present, len(sizes))[0]
    pieces = permutation.pieces(*dealt.shape)
    by_chance = np.vstack([kruskal_h(dealt[piece], ranks, present, len(sizes)) for piece in pieces])
    found = permutation.step_down(observed, by_chance, is_exact=is_exact)
    for name, values in (("statistic", observed), ("p_value", found.p_value), ("p_adjusted", found.p_adjusted)):
        numbers[name][tested] = values
    return numbers, not found.can_be_clear


def _too_small(n: np.ndarray) -> np.ndarray:
    """Whether the groups of each dimension (groups x dimensions: ratings) can be dealt in too few ways."""
    return np.array([permutation.is_too_few(permutation.number_of_arrangements(sizes)) for sizes in n.T], dtype=bool)


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

"""How far the ratings moved from one Delphi round to the next, and whether another round would still tell anything."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from helpers.reference.models import Model
from helpers.scoring.panels import SMALLEST_PANEL, of_wave
from helpers.scoring.permutation import rating_matrix
from helpers.scoring.ratings import check_on_model, one_each
from helpers.scoring.wording import plural

STABLE_BELOW_PCT = 15.0
COLUMNS = [
    "dimension", "round_before", "round_after", "n_before", "n_after", "n_both", "n_changed", "n_up", "n_down",
    "person_change_pct", "is_stable", "median_before", "median_after", "spread_before", "spread_after", "refusal",
]  # fmt: skip


def between_rounds(ratings: pd.DataFrame, *, wave: str | None = None, model: Model | None = None) -> pd.DataFrame:
    """Measure how far each dimension moved between consecutive rounds of one wave.

    Parameters
    ----------
    ratings
        One row a rating, of one region.
    wave
        The wave, as ``2025-03``; the latest without it.
    model
        The model on which the wave was rated; with it dimensions and ratings are checked against it.

    Returns
    -------
    DataFrame
        One row a dimension and pair of consecutive rounds in which it was rated, dimensions in the order in which
        they first come; no rows where there was one round. ``dimension``, ``round_before``, ``round_after``;
        ``n_before``, ``n_after`` (experts who rated it in each), ``n_both`` (in both); of these ``n_changed``,
        ``n_up`` and ``n_down``; ``person_change_pct`` (%: the net changes of the distribution, see the notes);
        ``is_stable`` (below 15 %; missing where ``refusal`` is not ""); ``median_before``, ``median_after``,
        ``spread_before``, ``spread_after``
        (levels, of all who rated in that round; the spread is the interquartile range); ``refusal`` (why it cannot be
        called stable or not: fewer than 5 experts rated in both rounds, or fewer than half of those of either).

    Raises
    ------
    ValueError
        If a column is missing, the table holds several regions, there is no such wave, an expert has two different
        ratings of a dimension in one round, or, with ``model``, as `ratings.check_on_model`.

    Notes
    -----
    Half the sum of the absolute differences between the two histograms is the smallest number of experts who must
    have changed their rating; in % of the experts who rated in both rounds it is the measure of Scheibe, Skutsch
    and Schofer (in Linstone and Turoff, The Delphi Method, 1975, 262-287), who take less than 15 % as stable.
    It needs the distributions only, so it holds even where nobody knows who gave which rating and the experts
    were numbered arbitrarily. ``n_changed``, ``n_up`` and ``n_down`` hold only where a name or number is the
    same expert in both rounds; swaps that cancel out raise them but not ``person_change_pct``. Of ratings that were
    worked back from printed summaries it says only as much as the printed figures settle. With fewer than 7
    experts one change is more than 15 %. Stable is not the same as agreed.
    """
    part = of_wave(ratings, wave)
    part = part if model is None else check_on_model(part, model)
    part = part[(part["kind"] == "individual") & (part["rating"].notna() | part["withheld"])]
    rows = one_each(part, ["dimension", "round", "stakeholder"])
    found = [_pair(*key) for key in _pairs(rows)]
    return pd.DataFrame(found, columns=COLUMNS).astype({"is_stable": "boolean"})


def _pairs(rows: pd.DataFrame) -> list[tuple[str, int, int, pd.DataFrame]]:
    """Each dimension with two consecutive rounds of it, and its ratings: experts x rounds."""
    pairs = []
    for dimension, group in rows.groupby("dimension", sort=False):
        rounds = sorted(int(number) for number in group["round"].unique())
        wide = rating_matrix(group, rounds, across="round")
        pairs += [(dimension, *pair, wide[list(pair)]) for pair in pairwise(rounds)]
    return pairs


def _pair(dimension: str, round_before: int, round_after: int, wide: pd.DataFrame) -> dict[str, object]:
    before, after = wide.to_numpy().T
    steps = (after - before)[~np.isnan(after - before)]
    refusal = _refusal(before, after, len(steps))
    changed = person_change_pct(before, after)
    row = {"dimension": dimension, "round_before": round_before, "round_after": round_after}
    row |= {"n_before": int((~np.isnan(before)).sum()), "n_after": int((~np.isnan(after)).sum())}
    row |= {"n_both": len(steps), "n_changed": int((steps != 0).sum())}
    row |= {"n_up": int((steps > 0).sum()), "n_down": int((steps < 0).sum())}
    row |= {"person_change_pct": changed, "refusal": refusal}
    row["is_stable"] = pd.NA if refusal else changed < STABLE_BELOW_PCT
    for end, levels in (("before", before), ("after", after)):
        row[f"median_{end}"], row[f"spread_{end}"] = _middle(levels[~np.isnan(levels)])
    return row


def _refusal(before: np.ndarray, after: np.ndarray, n_both: int) -> str:
    """Why the two rounds say nothing about whether views have settled; "" where they do."""
    largest = max(int((~np.isnan(levels)).sum()) for levels in (before, after))
    if not largest:
        return "single ratings are not shown"
    if not n_both:
        return "no expert rated it in both rounds"
    if n_both < SMALLEST_PANEL and n_both == largest:
        return f"only {plural(n_both, 'expert')} rated in both rounds; this takes at least {SMALLEST_PANEL}"
    if n_both < SMALLEST_PANEL or 2 * n_both < largest:
        return f"only {n_both} of {plural(largest, 'expert')} rated in both rounds"
    return ""


def person_change_pct(before: np.ndarray, after: np.ndarray) -> float:
    """The net changes between two rounds, in % of those who rated in both; NaN where nobody did."""
    both = ~np.isnan(before) & ~np.isnan(after)
    if not both.any():
        return np.nan
    levels = np.union1d(before[both], after[both])
    old, new = ((ratings[both][:, None] == levels).sum(axis=0) for ratings in (before, after))
    return float(100 * np.abs(new - old).sum() / 2 / both.sum())


def _middle(levels: np.ndarray) -> tuple[float, float]:
    """The median and the interquartile range; NaN where there are no ratings."""
    if not len(levels):
        return np.nan, np.nan
    q1, median, q3 = np.quantile(levels, [0.25, 0.5, 0.75], method="linear")
    return float(median), float(q3 - q1)

"""Whether the agreed level lies in the middle of what the stakeholders had rated, each alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import special

from helpers.reference.models import Model
from helpers.scoring import spread
from helpers.scoring.counting import level_counts
from helpers.scoring.panels import SMALLEST_PANEL, consensus_of, counted_of, of_wave
from helpers.scoring.permutation import rating_matrix, with_verdict
from helpers.scoring.ratings import check_on_model

COLUMNS = [
    "dimension", "dimension_name", "short_name", "order", "consensus", "median", "departure", "n", "n_below", "n_at",
    "n_above", "effect", "p_value", "p_adjusted", "is_clear", "refusal",
]  # fmt: skip


def consensus_beside_ratings(ratings: pd.DataFrame, model: Model, *, wave: str | None = None) -> pd.DataFrame:
    """Set the consensus of each dimension beside the single ratings from which it was made.

    Parameters
    ----------
    ratings
        One row a rating, of one region.
    model
        The maturity model on which the wave was rated.
    wave
        The wave, as ``2025-03``; the latest without it.

    Returns
    -------
    DataFrame
        One row a dimension in model order: ``dimension``, ``dimension_name``, ``short_name``, ``order``;
        ``consensus`` and ``median`` (levels) and ``departure`` (consensus - median, in levels); ``n`` ratings, of
        which ``n_below``, ``n_at`` and ``n_above`` lie below, at and above the consensus; ``effect``
        ((n_above - n_below) / n, from -1, everybody had rated lower, to 1, everybody higher); ``p_value`` (exact
        two-sided sign test; ratings at the consensus are left out), ``p_adjusted`` (Holm, over the dimensions
        tested), ``is_clear`` (``p_adjusted`` below 0.05); ``refusal`` (why there is no test, or "").

    Raises
    ------
    ValueError
        As `maturity.profile`: several regions, another edition of the model, an unknown wave or dimension.

    Notes
    -----
    The consensus was made by the same people after they had rated, so the two are no independent samples. The test
    asks only whether the consensus lies in the middle of what they had rated: whether a rating that departs
    from it is as likely to lie above as below. A clear departure is no error; a talk may well have moved people.

    Sign test: Dixon and Mood, Journal of the American Statistical Association 1946, 41(236), 557-566. Below
    5 ratings there is no test. With 12 dimensions, at least 9 of the ratings must depart, all to one side, for the
    smallest possible p-value to be clear.
    """
    part = check_on_model(of_wave(ratings, wave), model)
    given = rating_matrix(counted_of(part), model.codes).to_numpy()
    consensus = consensus_of(part).reindex(list(model.codes)).astype("Int64")
    agreed, n = consensus.to_numpy(dtype=float, na_value=np.nan), (~np.isnan(given)).sum(axis=0)
    counts = level_counts(np.ones((1, len(given))), given, model.levels)[0]
    median = spread.quantile(counts, np.asarray(model.levels, dtype=float), 0.5)
    below, at, above = ((sign(given, agreed)).sum(axis=0) for sign in (np.less, np.equal, np.greater))
    rows = [(each.code, each.name, each.short_name, each.order) for each in model.dimensions]
    table = pd.DataFrame(rows, columns=COLUMNS[:4]).assign(
        consensus=consensus.array, median=median, departure=agreed - median, n=n, n_below=below, n_at=at, n_above=above
    )
    table["refusal"] = _refusals(agreed, n, withheld=bool(part["withheld"].any()))
    tested = (table["refusal"] == "").to_numpy()
    table["effect"] = np.where(tested, (above - below) / np.maximum(n, 1), np.nan)
    table["p_value"] = np.where(tested, sign_test(below, above), np.nan)
    return with_verdict(table)[COLUMNS]


def sign_test(n_below: np.ndarray, n_above: np.ndarray) -> np.ndarray:
    """The exact two-sided p-value of the sign test: both tails of a fair coin; 1 where nothing departs."""
    return np.minimum(1.0, 2 * special.bdtr(np.minimum(n_below, n_above), n_below + n_above, 0.5))


def _refusals(agreed: np.ndarray, n: np.ndarray, *, withheld: bool) -> list[str]:
    if withheld:
        return ["single ratings are not shown"] * len(n)
    few = f"fewer than {SMALLEST_PANEL} stakeholders rated it"
    return [
        "there is no consensus" if np.isnan(level) else few if count < SMALLEST_PANEL else ""
        for level, count in zip(agreed, n, strict=True)
    ]

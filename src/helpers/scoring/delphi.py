"""The published Delphi rule for maturity: is there agreement on a dimension, and which level follows?"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import special

from helpers.reference.models import Model
from helpers.scoring.ratings import check_on_model, complete, individuals, one_each
from helpers.scoring.waves import with_waves

SMALLEST_CLASSIC, LARGEST_CLASSIC = 8, 16
# Fitch et al., table of panel sizes: the most ratings that may lie outside the three-point region.
CLASSIC_OUTSIDE = {8: 2, 9: 2, 10: 2, 11: 3, 12: 3, 13: 3, 14: 4, 15: 4, 16: 4}
BINOMIAL_SHARE_INSIDE, BINOMIAL_LEVEL = 0.8, 0.33
PROGRESSING_FROM, OPTIMISING_FROM = 2.5, 5.0

COLUMNS = [
    "dimension", "round", "n", "median", "q1", "q3", "pct_at_median", "pct_in_agreement",
    "distribution", "level", "n_outside", "allowed_outside", "rule", "region", "wave",
]  # fmt: skip


def delphi(ratings: pd.DataFrame, model: Model | None = None) -> pd.DataFrame:
    """Judge every dimension in every round by the Delphi rule for maturity.

    Parameters
    ----------
    ratings
        One row a rating. Only ``stakeholder``, ``dimension`` and ``rating`` are needed; ``kind``, ``round``,
        ``date``, ``region`` and ``wave`` are used where they are there. The consensus does not count, nor do
        missing ratings.
    model
        The model on which all of them were rated; with it dimensions and ratings are checked against it.

    Returns
    -------
    DataFrame
        One row a dimension and round (of each region and wave), dimensions in the order in which they first
        come:

        ``n``; ``median``, ``q1``, ``q3`` (levels; Hyndman and Fan's definition 7, numpy's ``linear``);
        ``pct_at_median`` (%: the share at the median; where it lies halfway between two levels, the mean of
        the shares of those two); ``pct_in_agreement`` (%: the share of ratings within median - 1 to median
        + 1); ``distribution``: "Agreement" or "Split", "" where the rule is not defined; ``level``:
        "Initial" (median below 2.5), "Progressing" (2.5 to below 5), "Optimising" (5), "Uncertain" (Split),
        "" where the rule is not defined; ``n_outside``, ``allowed_outside`` (ratings outside that region,
        and how many still are agreement); ``rule`` (which rule was used, or why none is defined).

    Raises
    ------
    ValueError
        If a column is missing, a rating is not a whole number, or a stakeholder gave two different ratings of
        a dimension in one round on one date; with ``model``, as `ratings.check_on_model`.

    Notes
    -----
    The levels, and the limit of fewer than 4 of 12 outside, are those of Lim and Yap, International Journal
    of Integrated Care 2024 (doi 10.5334/ijic.7747), whose printed figures this reproduces; half medians and
    their percentages follow from the printed table, not from their text. Other panel sizes follow the
    RAND/UCLA Appropriateness Method User's Manual (Fitch et al., RAND 2001): at most 2 outside for 8 to 10
    raters, 3 for 11 to 13, 4 for 14 to 16. Below 8 the rule is not defined. Above 16 the manual's binomial
    version: agreement unless the hypothesis that 80 % of such ratings lie inside is rejected at the level
    0.33 (one-sided). The two ends of the scale have a narrower region, since there is nothing beyond them.
    """
    table = complete(ratings) if model is None else check_on_model(complete(ratings), model)
    if "wave" not in ratings.columns:
        table["wave"] = with_waves(ratings)["wave"].array
    rows = individuals(table)
    rows = one_each(rows[rows["rating"].notna()], ["region", "wave", "round", "dimension", "stakeholder"])
    first = {name: place for place, name in reversed(list(enumerate(table["dimension"])))}
    groups = rows.groupby(["region", "wave", "dimension", "round"], sort=False)
    judged = [_judge(key, group["rating"].to_numpy(dtype=float)) for key, group in groups]
    judged.sort(key=lambda row: (row["region"], row["wave"], first[row["dimension"]], row["round"]))
    return pd.DataFrame(judged, columns=COLUMNS)


class Verdict(NamedTuple):
    """What the rule says of one round of one dimension; ``allowed`` and ``agrees`` are None where it is not defined."""

    median: float
    q1: float
    q3: float
    n_outside: int
    allowed: int | None
    rule: str

    @property
    def agrees(self) -> bool | None:
        return None if self.allowed is None else self.n_outside <= self.allowed


def verdict(ratings: np.ndarray) -> Verdict:
    """Judge the ratings of one round of one dimension, at least one, each of another stakeholder."""
    q1, median, q3 = (float(value) for value in np.quantile(ratings, [0.25, 0.5, 0.75], method="linear"))
    outside = int((np.abs(ratings - median) > 1).sum())
    return Verdict(median, q1, q3, outside, *allowed_outside(len(ratings)))


def _judge(key: tuple, ratings: np.ndarray) -> dict[str, object]:
    region, wave, dimension, round_ = key
    n, found = len(ratings), verdict(ratings)
    distribution = {None: "", True: "Agreement", False: "Split"}[found.agrees]
    return {
        "dimension": dimension,
        "round": int(round_),
        "n": n,
        "median": found.median,
        "q1": found.q1,
        "q3": found.q3,
        "pct_at_median": 100 * _share_at(ratings, found.median),
        "pct_in_agreement": 100 * (n - found.n_outside) / n,
        "distribution": distribution,
        "level": _level(found.median, distribution),
        "n_outside": found.n_outside,
        "allowed_outside": np.nan if found.allowed is None else float(found.allowed),
        "rule": found.rule,
        "region": region,
        "wave": wave,
    }


def _share_at(ratings: np.ndarray, median: float) -> float:
    return float(np.mean([(ratings == np.floor(median)).mean(), (ratings == np.ceil(median)).mean()]))


def _level(median: float, distribution: str) -> str:
    if distribution != "Agreement":
        return "Uncertain" if distribution else ""
    if median >= OPTIMISING_FROM:
        return "Optimising"
    return "Progressing" if median >= PROGRESSING_FROM else "Initial"


def allowed_outside(n: int) -> tuple[int | None, str]:
    """How many of ``n`` ratings may lie outside the three-point region, and the rule that says so.

    Returns
    -------
    tuple
        The number, or None where no rule is defined; and the rule in words, or why there is none.
    """
    if n < SMALLEST_CLASSIC:
        return None, f"not defined below {SMALLEST_CLASSIC} ratings; there {'is' if n == 1 else 'are'} {n}"
    if n <= LARGEST_CLASSIC:
        allowed = CLASSIC_OUTSIDE[n]
        return allowed, f"RAND/UCLA: at most {allowed} of {n} ratings outside"
    # the largest number that such a population reaches or passes with a probability of at least 0.33
    numbers = np.arange(1, n + 1)
    reached = special.bdtrc(numbers - 1, n, 1 - BINOMIAL_SHARE_INSIDE)
    allowed = int(numbers[reached >= BINOMIAL_LEVEL].max(initial=0))
    return allowed, f"RAND/UCLA, binomial: at most {allowed} of {n} ratings outside"

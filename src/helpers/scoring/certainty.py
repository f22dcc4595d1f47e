"""How sure it is that a dimension stands at its level, given the stakeholders who rated it.

The model: the stakeholders are a random handful of people like them. The shares in which all such people would
choose the levels have a Dirichlet prior that weighs as much as one more stakeholder, spread evenly over the
levels; the ratings turn it into a Dirichlet posterior. The middle of all such people stands at a level or above
where at least half of them choose that level or one above it, and that half has a Beta distribution, so the
probability is exact and nothing is drawn at random.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import special

from helpers.reference.models import Model
from helpers.scoring import maturity

PRIOR_WEIGHT = 1.0
CONFIDENCE = 0.9
FEW, MOST_OF_FEW = 8, 0.9
# the calibrated words of Mastrandrea and others, IPCC guidance note on uncertainties, 2010
WORDS = (
    (0.99, "virtually certain"),
    (0.95, "extremely likely"),
    (0.9, "very likely"),
    (0.66, "likely"),
    (0.33, "about as likely as not"),
    (0.1, "unlikely"),
    (0.0, "very unlikely"),
)


def of_levels(
    ratings: pd.DataFrame, model: Model, *, wave: str | None = None, confidence: float = CONFIDENCE
) -> pd.DataFrame:
    """Say how sure it is that each dimension stands at its level or above, given these stakeholders.

    Parameters
    ----------
    ratings
        One row a rating, of one region.
    model
        The maturity model on which the wave was rated.
    wave
        The wave, as ``2025-03``; the latest without it.
    confidence
        How probable the plausible range of the level is to be, above 0 and below 1.

    Returns
    -------
    DataFrame
        One row a dimension in model order: ``dimension``; ``n`` (ratings); ``level`` (as in the profile: agreed, or
        the median rounded down); ``p_at_least`` (probability, 0 to 1, that the middle of people like these
        stakeholders lies at ``level`` or above); ``low_level`` and ``high_level`` (the plausible range of the
        middle: it lies at the first or above, and at the second or below, each with a probability of at least
        (1 + confidence) / 2); ``certainty`` (the probability in words); ``refusal`` (why it is not known, or "").

    Raises
    ------
    ValueError
        If ``confidence`` is not between 0 and 1, and as `maturity.profile`.

    Notes
    -----
    With few ratings the prior matters: five of five at one level make it 99 % probable, a uniform prior over all shares
    would say 95 %. So the words are capped there (`in_words`).

    An agreed level was not drawn from the ratings, so a small probability beside a consensus is no error of the
    panel: it says that the single ratings alone would not carry that level.
    """
    profile = maturity.profile(ratings, model, wave=wave)
    counts = maturity.distribution(ratings, model, wave=wave)
    columns = ["dimension", "n", "level", "p_at_least", "low_level", "high_level", "certainty", "refusal"]
    return with_certainty(profile, counts, model, confidence=confidence)[columns]


def with_certainty(
    profile: pd.DataFrame, distribution: pd.DataFrame, model: Model, *, confidence: float = CONFIDENCE
) -> pd.DataFrame:
    """Add to a profile how sure each level is; the columns ``p_at_least`` to ``refusal`` of `of_levels`.

    Parameters
    ----------
    profile, distribution
        As `maturity.profile` and `maturity.distribution` give them, of one wave.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence lies between 0 and 1; this is {confidence}")
    reached = probability_at_least(counts_of(distribution, model))
    low, high = plausible_range(reached, confidence)
    return _added(profile, model, reached, low, high)


def counts_of(distribution: pd.DataFrame, model: Model) -> np.ndarray:
    """The ratings of each dimension at each level, as `maturity.distribution` counts them: dimensions x levels."""
    counts = distribution.pivot_table(index="dimension", columns="level", values="n", aggfunc="sum")
    return counts.reindex(index=list(model.codes), columns=list(model.levels)).to_numpy(dtype=float)


def probability_at_least(counts: np.ndarray) -> np.ndarray:
    """The probability that the middle of people like these stands at each level or above.

    Parameters
    ----------
    counts
        Ratings at each level; the levels run along the last axis, lowest first.

    Returns
    -------
    array
        As many numbers, from 0 to 1, falling along the last axis; the first is 1.
    """
    prior = PRIOR_WEIGHT / counts.shape[-1]
    above = np.flip(np.cumsum(np.flip(counts + prior, axis=-1), axis=-1), axis=-1)
    below = np.maximum((counts + prior).sum(axis=-1, keepdims=True) - above, 0)
    inside = np.where(below > prior / 2, below, 1.0)
    return np.where(below > prior / 2, special.betainc(inside, above, 0.5), 1.0)


def plausible_range(reached: np.ndarray, confidence: float) -> tuple[np.ndarray, np.ndarray]:
    """The places, along the last axis, of the lowest and the highest level that the middle may well have."""
    tail = (1 - confidence) / 2
    return (reached >= 1 - tail).sum(axis=-1) - 1, (reached > tail).sum(axis=-1) - 1


def in_words(probability: float, n: int) -> str:
    """A probability in the calibrated words; "" where it is not known.

    Below eight ratings the words go no further than "very likely": there the probability hangs on the prior too.
    """
    known = [(least, words) for least, words in WORDS if n >= FEW or least <= MOST_OF_FEW]
    return "" if np.isnan(probability) else next(words for least, words in known if probability >= least)


def _added(profile: pd.DataFrame, model: Model, reached: np.ndarray, low: np.ndarray, high: np.ndarray) -> pd.DataFrame:
    levels = np.array(model.levels)
    rated = (profile["n"] > 0).to_numpy()
    place = (profile["level"].astype("Float64") - model.scale_minimum).to_numpy(dtype=float, na_value=np.nan)
    known = rated & ~np.isnan(place)
    p = np.full(len(profile), np.nan)
    p[known] = reached[known, place[known].astype(int)]
    ends = {name: pd.array(levels[at], dtype="Int64") for name, at in (("low_level", low), ("high_level", high))}
    table = profile.assign(p_at_least=p, **ends)
    for name in ends:
        table.loc[~rated, name] = pd.NA
    why = "single ratings are not shown" if profile["withheld"].any() else "nobody rated it"
    said = [in_words(value, n) for value, n in zip(p, profile["n"], strict=True)]
    return table.assign(certainty=said, refusal=np.where(rated, "", why))

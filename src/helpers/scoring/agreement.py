"""How far the stakeholders agree: on each dimension, and over the whole profile.

Two questions, to be kept apart: how close the ratings of one dimension lie (`delphi`, `by_dimension`), and how reliable
the profile over all dimensions is (`coefficients`). The first comes first, since coefficients fall when a profile is
flat even if everybody agrees.
"""

from __future__ import annotations

import pandas as pd

from helpers.reference.models import Model
from helpers.scoring.coefficients import coefficient_table
from helpers.scoring.counting import SEED, check_draws, panel_of, panels_of
from helpers.scoring.delphi import allowed_outside, delphi
from helpers.scoring.spread_table import dimension_table

__all__ = ["CONFIDENCE", "DRAWS", "SEED", "allowed_outside", "by_dimension", "by_region", "coefficients", "delphi"]

DRAWS, CONFIDENCE = 2000, 0.95


def by_dimension(
    ratings: pd.DataFrame,
    model: Model,
    *,
    wave: str | None = None,
    draws: int = DRAWS,
    confidence: float = CONFIDENCE,
    seed: int = SEED,
) -> pd.DataFrame:
    """Say how close the ratings of each dimension lie.

    Parameters
    ----------
    ratings
        One row a rating, of one region.
    model
        The maturity model on which the wave was rated.
    wave
        The wave, as ``2025-03``; the latest without it.
    draws
        How many panels are drawn from the stakeholders, with replacement, for the interval of A.
    confidence
        Of that interval, between 0 and 1.
    seed
        Of the draws. Neither the order nor the names of the stakeholders change the result.

    Returns
    -------
    DataFrame
        One row a dimension in model order: ``dimension``, ``dimension_name``, ``short_name``, ``order``, ``wave``,
        ``n`` (ratings), ``median``, ``q1``, ``q3`` (levels; Hyndman and Fan's definition 7), ``share_at_median`` (0 to
        1, as `maturity.profile` counts it: a median halfway between two levels counts both, where `delphi` takes the
        mean of the two), ``n_near`` and ``n_outside`` (ratings within one level of the median, and the others),
        ``allowed_outside``, ``distribution`` ("Agreement", "Split", "" where the rule is not defined) and ``rule`` as
        in `delphi`; ``disagreement_index`` (RAND/UCLA, above 1 means disagreement; rescaled to 1-9), ``r_wg`` (1 full
        agreement, 0 as by chance, negative where the ratings spread further), ``agreement_a`` (van der Eijk's A, 1
        unanimous, 0 spread evenly, -1 half at each end) with ``agreement_a_lowercl`` and ``agreement_a_uppercl``;
        ``reading`` (A in words; its ends are van der Eijk's, the steps between are ours); ``refusal``. With fewer than
        two ratings the index, r_WG and A are missing and ``refusal`` says why.

    Raises
    ------
    ValueError
        If a column is missing, the table holds several regions, another edition of the model, a dimension that the
        model does not have or a rating off its scale; if ``draws`` is below 1 or ``confidence`` not between 0 and 1.

    Notes
    -----
    Formulas and sources: `helpers.scoring.spread`. Another stakeholder who rates at the median (a level) never lowers
    the share at the median, the share near it, or r_WG, never widens the interquartile range and never turns Agreement
    into Split. Of the disagreement index and of A this is not true; each gives a counterexample there.
    The interval of A is that of `intervals.expanded_percentiles`.
    """
    check_draws(draws, confidence)
    panel = panel_of(ratings, model, wave=wave)
    table = dimension_table([panel], model, draws=draws, confidence=confidence, seed=seed)
    return table.drop(columns="region")


def coefficients(
    ratings: pd.DataFrame,
    model: Model,
    *,
    wave: str | None = None,
    draws: int = DRAWS,
    confidence: float = CONFIDENCE,
    seed: int = SEED,
) -> pd.DataFrame:
    """Say how reliable the whole profile is, by the coefficients of the literature.

    Parameters
    ----------
    ratings, model, wave, draws, confidence, seed
        As in `by_dimension`.

    Returns
    -------
    DataFrame
        One row a coefficient: ``coefficient`` (krippendorff_alpha, gwet_ac2, kendall_w, icc_2_1, icc_2_k,
        cronbach_alpha, ordinal_alpha), ``coefficient_name``, ``asks`` (its question), ``value``, ``lowercl``,
        ``uppercl``, ``confidence``, ``n_stakeholders`` (used), ``n_left_out`` (left out because they did not rate every
        dimension; alpha and AC2 allow that), ``n_dimensions`` (used: rated by two or more, and where whole rows are
        needed by half of the stakeholders or more; ``method`` says how many that leaves out), ``draws``, ``draws_used``
        (in which the coefficient is defined), ``reading`` (the usual word), ``reading_source``, ``method``,
        ``refusal``. ``value`` is missing and ``refusal`` says why with fewer than five stakeholders or three
        dimensions, in a flat profile, in a wave whose single ratings are withheld, and where a coefficient is not
        defined: Cronbach's alpha where all stakeholders have one sum of ratings, ordinal alpha below 234 stakeholders
        for twelve dimensions.

    Raises
    ------
    ValueError
        As `by_dimension`.

    Notes
    -----
    Formulas and sources: `helpers.scoring.reliability` and `helpers.scoring.polychoric`. Intervals are percentiles of
    draws of stakeholders, in which pairs of a stakeholder with himself do not count, widened for small panels; those of
    the last two are reflected, since their draws lie too low. Limits below -1 are given as -1. How far they hold in
    simulated panels of 12 is measured by ``benchmarks/coverage.py``; plain percentiles hold far less often.
    An interval without width says that there were no differences to draw from, not that there is no doubt.
    """
    check_draws(draws, confidence)
    panel = panel_of(ratings, model, wave=wave)
    return coefficient_table([panel], model, draws=draws, confidence=confidence, seed=seed).drop(columns="region")


def by_region(
    ratings: pd.DataFrame,
    model: Model,
    *,
    draws: int = DRAWS,
    confidence: float = CONFIDENCE,
    seed: int = SEED,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables of `by_dimension` and of `coefficients` for many regions, each in its latest wave.

    Returns
    -------
    tuple of DataFrame
        The two tables, with ``region`` in front, regions in the order in which they first come. What they say of a
        region is what the two functions say of it alone.

    Raises
    ------
    ValueError
        As `by_dimension`, except that there may be several regions.
    """
    check_draws(draws, confidence)
    panels = panels_of(ratings, model)
    options = {"draws": draws, "confidence": confidence, "seed": seed}
    return dimension_table(panels, model, **options), coefficient_table(panels, model, **options)

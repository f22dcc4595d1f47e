"""Indirectly standardised ratios and rates: an area's events over those that a reference leads one to expect."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.scoring.confidence import Confidence, Data, column
from helpers.scoring.counts import Groups, counts, grouped, populations, refuse
from helpers.scoring.estimated import beside_keys, checked_multiplier, estimate_columns, per, worded
from helpers.scoring.poisson_limits import METHODS, method_codes, poisson_limits

REASONS = ("", "the number of events is missing", "no event is expected, so that there is no ratio")


def indirectly_standardised_ratios(
    t: pd.DataFrame,
    *,
    by: str | Sequence[str],
    numerator: Data,
    denominator: Data,
    reference_numerator: Data,
    reference_denominator: Data,
    confidence: Confidence = 0.95,
    multiplier: float = 1,
    observed_totals: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Standardise indirectly: observed over expected events.

    Parameters
    ----------
    t
        One row an area and age group.
    by
        The columns that tell areas apart; empty for one ratio.
    numerator, denominator
        Events and population of each row: a column's name, values of the table's length, or a number. A population of
        0 expects nothing; events in it are refused.
    reference_numerator, reference_denominator
        Events and population of the reference in the same age group.
    confidence
        A level such as 0.95, or several.
    multiplier
        1, or 100 for ratios as percentages of the reference.
    observed_totals
        Where only the events of whole areas are known: one row an area with the columns of ``by`` and the column that
        ``numerator`` names.

    Returns
    -------
    DataFrame
        One row an area, in the order in which they come: the columns of ``by``, ``observed``, ``expected`` (events),
        ``value``, limits, ``statistic``, ``method`` ("exact" below 10 events, "Byar" from 10 on), ``confidence``,
        ``reason``.

    Raises
    ------
    ValueError
        If a count is negative or a population missing, the reference has no population or a missing count (put 0 where
        nobody had the event), or the totals are not of the same areas.

    Notes
    -----
    Expected events are the area's population times the reference's rates, age group by age group; limits are those of
    the observed count, the reference taken as fixed (Breslow and Day 1987). Ratios of two areas do not compare with
    each other where their ages differ much, only each with the reference.
    """
    parts = (numerator, denominator, reference_numerator, reference_denominator)
    groups, observed, expected, _ = _sums(t, by, parts, observed_totals)
    scale = checked_multiplier(multiplier)
    return _estimates(groups, observed, expected, scale, confidence, f"standardised ratio x {per(scale)}", {})


def indirectly_standardised_rates(
    t: pd.DataFrame,
    *,
    by: str | Sequence[str],
    numerator: Data,
    denominator: Data,
    reference_numerator: Data,
    reference_denominator: Data,
    confidence: Confidence = 0.95,
    multiplier: float = 100_000,
    observed_totals: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Standardise indirectly: the ratio of `indirectly_standardised_ratios` times the reference's crude rate.

    Returns
    -------
    DataFrame
        As there, and ``reference_rate`` (per ``multiplier``).
    """
    parts = (numerator, denominator, reference_numerator, reference_denominator)
    groups, observed, expected, reference = _sums(t, by, parts, observed_totals)
    rate = reference * checked_multiplier(multiplier)
    statistic = f"standardised rate per {per(multiplier)}"
    return _estimates(groups, observed, expected, rate, confidence, statistic, {"reference_rate": rate})


def _sums(
    t: pd.DataFrame, by: str | Sequence[str], parts: Sequence[Data], observed_totals: pd.DataFrame | None
) -> tuple[Groups, np.ndarray, np.ndarray, np.ndarray]:
    """Groups, observed and expected events, and the reference's crude rate over the same age groups."""
    numerator, denominator, reference_numerator, reference_denominator = parts
    groups, people = grouped(t, by), column(t, denominator, "denominator")
    mend = "put the population, 0 where there is nobody"
    refuse(~(people >= 0) | np.isinf(people), "denominator", "missing or below 0", mend)
    cases = counts(t, reference_numerator, "reference_numerator")
    refuse(np.isnan(cases), "reference_numerator", "missing", "put 0 where nobody of the reference had the event")
    base = populations(t, reference_denominator, "reference_denominator", whole=True)
    expected, reference = groups.total(people * cases / base), groups.total(cases) / groups.total(base)
    if observed_totals is not None:
        return groups, _given(observed_totals, groups, numerator), expected, reference
    events = counts(t, numerator, "numerator")
    refuse((events > 0) & (people == 0), "numerator", "above 0 where there is no population", "mend one of the two")
    return groups, groups.total(events), expected, reference


def _given(totals: pd.DataFrame, groups: Groups, numerator: Data) -> np.ndarray:
    """The totals in the order of the groups; refuses areas that are only in one of the two tables."""
    names = list(groups.keys.columns)
    own = grouped(totals, names).keys.assign(_=1)
    if len(own) < len(totals):
        raise ValueError("observed_totals: an area stands there twice; give one row an area")
    given = totals[names].assign(_observed=counts(totals, numerator, "observed_totals"))
    if not names:
        return given["_observed"].to_numpy()
    both = groups.keys.merge(given, on=names, how="outer", indicator=True, validate="1:1")
    alone = both[both["_merge"] != "both"]
    if len(alone):
        missing = ", ".join(" ".join(map(str, row)) for row in alone[names].itertuples(index=False))
        raise ValueError(f"observed_totals: not the same areas as the table; only in one of them: {missing}")
    return groups.keys.merge(given, on=names, how="left", validate="1:1")["_observed"].to_numpy()


def _estimates(
    groups: Groups,
    observed: np.ndarray,
    expected: np.ndarray,
    scale: np.ndarray | float,
    confidence: Confidence,
    statistic: str,
    extra: dict[str, np.ndarray],
) -> pd.DataFrame:
    unit = scale / np.where(expected > 0, expected, np.nan)
    columns = estimate_columns(
        observed * unit,
        lambda level: tuple(limit * unit for limit in poisson_limits(observed, level)),
        confidence=confidence,
        statistic=f"indirectly {statistic}",
        method=worded(np.where(expected > 0, method_codes(observed), 2), METHODS),
        reason=worded(np.where(np.isnan(observed), 1, np.where(expected > 0, 0, 2)), REASONS),
    )
    return beside_keys(groups.keys, {"observed": observed, "expected": expected, **extra, **columns})

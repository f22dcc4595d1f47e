"""Directly standardised rates: what an area's rate would be if it had the standard population's ages."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.scoring.confidence import Confidence, Data, column
from helpers.scoring.counts import Groups, counts, grouped, populations, refuse
from helpers.scoring.estimated import beside_keys, checked_multiplier, estimate_columns, per, worded
from helpers.scoring.poisson_limits import BYAR_FROM, poisson_limits

DOBSON = "Dobson, with Byar's limits of the count"
REPEATED = f"{DOBSON}, widened for events that are not independent"


def directly_standardised_rates(
    t: pd.DataFrame,
    *,
    by: str | Sequence[str] = ("area",),
    numerator: Data,
    denominator: Data,
    standard_population: Data,
    confidence: Confidence = 0.95,
    multiplier: float = 100_000,
    age_group: str = "",
    fewest_events: int = BYAR_FROM,
) -> pd.DataFrame:
    """Standardise rates directly.

    Parameters
    ----------
    t
        One row an area (and whatever else is in ``by``) and age group, each area with the same age groups.
    by
        The columns that tell areas apart; empty for one rate.
    numerator, denominator, standard_population
        Events, population and the standard population of each row: a column's name, values of the table's length, or
        a number. See `reference.standard_populations` for the European ones.
    confidence
        A level such as 0.95, or several.
    multiplier
        The rate is per so many.
    age_group
        The column of age groups, if it is to be checked that every area has each once; without it the number of rows
        and the standard populations are compared.
    fewest_events
        Below so many events in all, value and limits are left blank.

    Returns
    -------
    DataFrame
        One row an area, in the order in which they come: the columns of ``by``, ``numerator`` and ``denominator``
        (totals), ``value``, limits, ``statistic``, ``method``, ``confidence``, ``reason`` why it is blank, and
        ``standard_error`` (in units of the rate), which tests of differences take.

    Raises
    ------
    ValueError
        If a count is negative, a population or standard population is missing or not above 0, or the areas have
        different age groups.

    Notes
    -----
    The rate is the mean of the age-specific rates weighted by the standard population. Limits as Dobson, Kuulasmaa,
    Eberle and Scherer (Statistics in Medicine 1991; 10: 457-462): those of the total count, moved and scaled to the
    rate's variance; Byar's for the count from 10 events on, exact below where ``fewest_events`` lets them be. An area
    with a missing count is blank. Where few of the events weigh most, the lower limit would lie below 0, which no rate
    does, and is 0. Events are taken as independent: see `directly_standardised_rates_repeated`.
    """
    groups, events = grouped(t, by), counts(t, numerator, "numerator")
    people = populations(t, denominator, "denominator", whole=True)
    weight = _weights(t, standard_population)
    _check_strata(t, groups, weight, age_group)
    return _rates(groups, events, events, people, weight, confidence, multiplier, DOBSON, fewest_events)


def directly_standardised_rates_repeated(
    t: pd.DataFrame,
    *,
    by: str | Sequence[str],
    age_group: str,
    persons: Data,
    events_per_person: Data,
    denominator: Data,
    standard_population: Data,
    confidence: Confidence = 0.95,
    multiplier: float = 100_000,
    fewest_events: int = BYAR_FROM,
) -> pd.DataFrame:
    """Standardise rates of events of which one person can have several, such as emergency admissions.

    Parameters
    ----------
    t
        One row an area, age group and number of events: how many ``persons`` had ``events_per_person`` events each.
        Population and standard population stand in each row and are the same within an area and age group.
    age_group
        The column of age groups.

    Returns
    -------
    DataFrame
        As `directly_standardised_rates`.

    Notes
    -----
    Persons are independent, their events are not: the variance of a count is the sum over persons of the square of
    their events (Stukel, Glynn, Fisher and others, Standardized rates of recurrent outcomes, Statistics in Medicine
    1994; 13: 1781-1791). Limits are scaled from those of the total count by that variance. Other arguments and errors
    as `directly_standardised_rates`.
    """
    names = [by] if isinstance(by, str) else list(by)
    strata, groups = grouped(t, [*names, age_group]), grouped(t, by)
    people = populations(t, denominator, "denominator", whole=True)
    who, each = counts(t, persons, "persons"), counts(t, events_per_person, "events_per_person")
    first = np.unique(strata.code, return_index=True)[1]
    weight = _weights(t, standard_population)
    for values, what in ((people, "denominator"), (weight, "standard_population")):
        refuse(values != values[first][strata.code], what, "different within an age group", "give one for each")
    groups = Groups(groups.code[first], groups.keys)
    _check_strata(strata.keys, groups, weight[first], age_group)
    sums = strata.total(who * each), strata.total(who * each**2)
    return _rates(groups, *sums, people[first], weight[first], confidence, multiplier, REPEATED, fewest_events)


def _weights(t: pd.DataFrame, data: Data) -> np.ndarray:
    found = column(t, data, "standard_population")
    mend = "every age group needs its standard population; see reference.standard_populations"
    refuse(~(found > 0) | np.isinf(found), "standard_population", "missing or not above 0", mend)
    return found


def _rates(
    groups: Groups,
    events: np.ndarray,
    variance: np.ndarray,
    people: np.ndarray,
    weight: np.ndarray,
    confidence: Confidence,
    multiplier: float,
    method: str,
    fewest_events: int,
) -> pd.DataFrame:
    """The rates of groups of strata; ``variance`` is that of each count, the count itself where it is Poisson's."""
    scale = checked_multiplier(multiplier)
    share = weight / people
    total, whole = groups.total(events), groups.total(weight)
    blank = ~(total >= fewest_events)
    value = np.where(blank, np.nan, groups.total(share * events) / whole * scale)
    error = np.where(blank, np.nan, np.sqrt(groups.total(share**2 * variance)) / whole * scale)
    with np.errstate(divide="ignore", invalid="ignore"):
        stretch = error / np.sqrt(total)
    columns = estimate_columns(
        value,
        lambda level: tuple(np.maximum(value + stretch * (end - total), 0) for end in poisson_limits(total, level)),
        confidence=confidence,
        statistic=f"directly standardised rate per {per(scale)}",
        method=method,
        reason=_reasons(total, fewest_events),
    )
    columns = _zero_is_zero(columns, total)
    sums = {"numerator": total, "denominator": groups.total(people)}
    return beside_keys(groups.keys, {**sums, **columns, "standard_error": error})


def _zero_is_zero(columns: dict[str, object], total: np.ndarray) -> dict[str, object]:
    """Without any event there is no variance to scale by: where 0 events may be shown, they have no limits."""
    none = total == 0
    return {
        name: np.where(none, np.nan, held) if name.startswith(("lowercl", "uppercl")) else held
        for name, held in columns.items()
    }


def _reasons(total: np.ndarray, fewest_events: int) -> object:
    words = (
        "",
        "the number of events is missing in an age group",
        f"fewer than {fewest_events} events: too few to standardise",
        "no event: a standardised rate of 0 has no limits",
    )
    few = total < fewest_events
    return worded(np.where(np.isnan(total), 1, np.where(few, 2, np.where(total == 0, 3, 0))), words)


def _check_strata(t: pd.DataFrame, groups: Groups, weight: np.ndarray, age_group: str) -> None:
    """Refuse areas whose age groups or standard populations are not those of the first area."""
    size = groups.size()
    odd = size != size[:1]
    for total in (groups.total(weight), groups.total(weight**2)):
        odd |= ~np.isclose(total, total[:1], rtol=1e-9)
    if age_group:
        odd |= _lacking(t, groups, age_group)
    if odd.any():
        raise ValueError(
            f"by: the age groups or standard populations of {groups.names(odd)} are not those of the other areas; "
            "every area needs each age group once, with the same standard population"
        )


def _lacking(t: pd.DataFrame, groups: Groups, age_group: str) -> np.ndarray:
    """Which groups do not have every age group exactly once."""
    bands = grouped(t, age_group)
    seen = np.bincount(groups.code * len(bands.keys) + bands.code, minlength=len(groups.keys) * len(bands.keys))
    return (seen.reshape(len(groups.keys), -1) != 1).any(axis=1)

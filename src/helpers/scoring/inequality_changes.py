"""Whether the inequality of an indicator has changed over time: a test of trend on periods that share no year."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import special, stats

from helpers.scoring import figures
from helpers.scoring.inequality_over_time import HEAD

ENOUGH_FOR_A_TREND = 4
NAMES = {"rii": "relative", "sii": "absolute"}
OF_EACH = ["first", "latest", "per_year", "per_year_lowercl", "per_year_uppercl", "p_value", "p_adjusted", "change",
           "reason"]  # fmt: skip
COLUMNS = [*HEAD, "n_periods", "n_apart", "first_period", "latest_period", "method",
           *(f"{name}_{column}" for name in NAMES for column in OF_EACH)]  # fmt: skip
LEVEL = 0.95
DAYS_A_YEAR = 365.25
WIDENED, NARROWED, UNCHANGED, NOT_TESTED = "wider", "narrower", "no clear change", "not tested"
OVERLAP = "the periods overlap or have no dates, so that no two of them are known to be independent"
NO_ERRORS = "the figures have no limits, so no change can be tested"
TREND = "weighted line through the indices of periods that share no year; errors from the chance in the five figures"
TWO_ENDS = "first and latest period that share no year, z test; errors from the chance in the five figures"


def inequality_changes(indices: pd.DataFrame) -> pd.DataFrame:
    """Test for every indicator whether its inequality has changed.

    Parameters
    ----------
    indices
        As `inequality_over_time.inequality_indices` gives it.

    Returns
    -------
    DataFrame
        One row an indicator with an index for two periods or more, in the same order: ``n_periods``, ``n_apart`` (those
        that the test uses), ``first_period`` and ``latest_period`` of these, ``method``; and for the relative index
        (``rii_``) and the absolute one (``sii_``): ``first`` and ``latest`` (the indices of these two periods),
        ``per_year`` with 95 % limits (the change a year), ``p_value``, ``p_adjusted``, and ``change``: "wider",
        "narrower", "no clear change" or "not tested" with a ``reason``. Wider means that the two ends have moved
        apart, whichever is worse off; an index that has changed its sign is wider or narrower by its size.

    Notes
    -----
    Periods of several years overlap, so the same events stand in several of them. From the latest backwards every
    period is taken that shares no day with the one taken before. With four such periods or more a line is fitted
    through the indices, weighted by one over their squared standard errors, and the more cautious of two answers taken:
    that of errors known from the chance in the figures (normal), and that of the indices' scatter about the line
    (Student's t with two degrees of freedom less than periods; Knapp and Hartung 2003, Statistics in Medicine
    22:2693-2710). With two or three the first and the latest are compared. The errors hold the
    chance in the five figures and take the fifths as independent. Absolute and relative inequality can move apart, so
    both are told. A gap is wider or narrower where the p value, adjusted over the region's indicators for the false
    discovery rate (Benjamini and Hochberg 1995, Journal of the Royal Statistical Society B 57:289-300), is below 0.05;
    the limits beside it are the plain ones.
    """
    usable = indices[indices["sii"].notna() & indices["rii"].notna()]
    groups = [group for _, group in usable.groupby(figures.KEY, sort=False) if len(group) > 1]
    changes = pd.DataFrame([_row(group) for group in groups], columns=COLUMNS)
    for name in NAMES:
        tested = changes[f"{name}_p_value"].notna()
        adjusted = stats.false_discovery_control(changes.loc[tested, f"{name}_p_value"].astype(float))
        changes.loc[tested, f"{name}_p_adjusted"] = adjusted
        changes[f"{name}_change"] = [_change(row, name) for row in changes.to_dict("records")]
    return changes.astype({"n_periods": int, "n_apart": int})


def _row(group: pd.DataFrame) -> dict[str, object]:
    apart = periods_apart(group)
    row = {column: group[column].iloc[-1] for column in HEAD} | {"n_periods": len(group), "n_apart": len(apart)}
    row |= {"first_period": apart["period"].iloc[0], "latest_period": apart["period"].iloc[-1]}
    row["method"] = TREND if len(apart) >= ENOUGH_FOR_A_TREND else TWO_ENDS
    for name in NAMES:
        row |= {f"{name}_{column}": value for column, value in _tested(apart, name).items()}
    return row


def periods_apart(group: pd.DataFrame) -> pd.DataFrame:
    """Take, from the latest period backwards, those that share no day with the one taken before."""
    starts, ends = group["period_start"].to_numpy(), group["period_end"].to_numpy()
    kept = [len(group) - 1]
    for place in reversed(range(len(group) - 1)):
        if ends[place] < starts[kept[-1]]:
            kept.append(place)
    return group.iloc[kept[::-1]]


def _tested(apart: pd.DataFrame, name: str) -> dict[str, object]:
    values, errors = (apart[column].to_numpy(dtype=float) for column in (name, f"{name}_error"))
    found = {"first": values[0], "latest": values[-1], **dict.fromkeys(OF_EACH[2:7], np.nan)}
    if len(values) < 2:
        return found | {"reason": OVERLAP}
    if not (np.isfinite(errors) & (errors > 0)).all():
        return found | {"reason": NO_ERRORS}
    years = _years(apart)
    if len(values) >= ENOUGH_FOR_A_TREND:
        slope, reach, p_value = _trend(years, values, errors)
    else:
        slope, reach, p_value = _between_ends(years, values, errors)
    found |= {"per_year": slope, "per_year_lowercl": slope - reach, "per_year_uppercl": slope + reach}
    return found | {"p_value": p_value, "reason": ""}


def _years(apart: pd.DataFrame) -> np.ndarray:
    """The middle of each period in years since the first."""
    start, end = apart["period_start"], apart["period_end"]
    return ((start + (end - start) / 2 - start.iloc[0]).dt.days / DAYS_A_YEAR).to_numpy()


def _trend(years: np.ndarray, values: np.ndarray, errors: np.ndarray) -> tuple[float, float, float]:
    """The change a year, half the width of its interval, and p: the more cautious of two answers.

    One takes the errors as known, the other as what the scatter about the line shows.
    """
    weights = 1 / errors**2
    off = years - np.average(years, weights=weights)
    width = (weights * off**2).sum()
    slope = (weights * off * values).sum() / width
    rest = values - np.average(values, weights=weights) - slope * off
    freedom = len(values) - 2
    known, shown = 1 / np.sqrt(width), np.sqrt((weights * rest**2).sum() / freedom / width)
    upper = (1 + LEVEL) / 2
    reach = max(special.ndtri(upper) * known, stats.t.ppf(upper, freedom) * shown)
    p_shown = 2 * stats.t.sf(abs(slope) / shown, freedom) if shown > 0 else 0.0
    return float(slope), float(reach), float(max(2 * special.ndtr(-abs(slope) / known), p_shown))


def _between_ends(years: np.ndarray, values: np.ndarray, errors: np.ndarray) -> tuple[float, float, float]:
    """The same of the first and the latest period alone, errors taken as known."""
    slope, error = (values[-1] - values[0]) / (years[-1] - years[0]), np.hypot(errors[0], errors[-1])
    error = error / (years[-1] - years[0])
    reach = special.ndtri((1 + LEVEL) / 2) * error
    return float(slope), float(reach), float(2 * special.ndtr(-abs(slope) / error))


def _change(row: Mapping[str, object], name: str) -> str:
    """Wider or narrower by the size of the index; the larger of both ends says on which side of 0 the area stands."""
    first, latest, slope = (float(row[f"{name}_{column}"]) for column in ("first", "latest", "per_year"))
    if np.isnan(slope):
        return NOT_TESTED
    if row[f"{name}_p_adjusted"] >= 1 - LEVEL:
        return UNCHANGED
    side = np.sign(latest) if abs(latest) >= abs(first) else np.sign(first)
    return WIDENED if slope * side > 0 else NARROWED

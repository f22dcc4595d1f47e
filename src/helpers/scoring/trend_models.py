"""Which test of trend the figures of an indicator allow, and its result as a change a year."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import special

from helpers.scoring import trend_tests
from helpers.scoring.estimates import uses_log_scale

COUNTS, SHARES, RANKS, LOG_RANKS = "counts", "shares", "ranks", "log ranks"
LIMITS = {"log": "log limits", "logit": "logit limits", "identity": "identity limits"}
PER_CENT, POINTS, UNIT = "%", "percentage points", "unit"
CHANGES = [f"{name}{end}" for name in ("annual_change", "annual_change_pct") for end in ("", "_lowercl", "_uppercl")]
_SLOPE = ["slope", "slope_lowercl", "slope_uppercl"]


def model_for(figures: pd.DataFrame) -> str:
    """Choose the test for the figures of one indicator.

    Parameters
    ----------
    figures
        Its periods, of one area or of several that are to be compared: ``measure``, ``value``, ``lowercl``,
        ``uppercl``, ``numerator``, ``denominator``.

    Returns
    -------
    str
        "counts" (quasi-Poisson) or "shares" (logistic) where numerator and denominator make every value, rounding
        apart; they do not where a rate is standardised, and the crude rate may then go another way. Else "log",
        "logit" or "identity limits" where every value lies inside limits that the scale can take. Else "ranks", on
        logarithms where all values are above 0 and the measure is a rate or share.
    """
    measure = str(figures["measure"].iloc[0])
    is_share = measure.startswith(("percent", "proportion"))
    if uses_log_scale(measure) and _are_crude(figures, _multiplier(measure)):
        return SHARES if is_share else COUNTS
    columns = ("value", "lowercl", "uppercl")
    value, lower, upper = (figures[name].to_numpy(dtype=float, na_value=np.nan) for name in columns)
    has_limits = bool(((lower < upper) & (lower <= value) & (value <= upper)).all())
    positive = bool((value > 0).all())
    if has_limits and uses_log_scale(measure) and bool((lower > 0).all()):
        whole = _multiplier(measure)
        return LIMITS["logit" if is_share and bool((upper < whole).all()) else "log"]
    if has_limits:
        return LIMITS["identity"]
    return LOG_RANKS if positive and uses_log_scale(measure) else RANKS


def _multiplier(measure: str) -> float:
    """What a figure is a number of: 100 for a percentage, 100,000 for "rate_per_100000"; nan where not told."""
    known = {"percent": 100.0, "proportion": 1.0}
    per = measure.rpartition("_per_")[2]
    return known.get(measure, float(per) if per.isdigit() else float("nan"))


def _are_crude(figures: pd.DataFrame, multiplier: float) -> bool:
    columns = ("numerator", "denominator", "value")
    numerator, denominator, value = (figures[name].to_numpy(dtype=float, na_value=np.nan) for name in columns)
    made = numerator / np.where(denominator > 0, denominator, np.nan) * multiplier
    is_near = np.abs(made - value) <= 0.06 + 0.002 * np.abs(value)
    possible = (numerator >= 0) & ((numerator <= denominator) | (multiplier > 100))
    return bool((is_near & possible).all() and numerator.sum() > 0)


def tested(groups: Mapping[object, pd.DataFrame], models: Mapping[object, str]) -> pd.DataFrame:
    """Test several series, each with its model.

    Parameters
    ----------
    groups
        By key the periods of each, with ``time`` in years.
    models
        By key what `model_for` chose.

    Returns
    -------
    DataFrame
        One row a key (the index): the columns of `trend_tests.slopes`, and ``annual_change_pct`` and
        ``annual_change`` with their limits and ``change_unit``: "%" (the second is missing), "percentage points" or
        "unit". On the logit scale both are worked out at the middle of the series; on the values' own scale the
        per cent are of the mean of the fitted values.
    """
    rows = [group.assign(series=place, model=models[key]) for place, (key, group) in enumerate(groups.items())]
    if not rows:
        return pd.DataFrame(columns=[*trend_tests.RESULT, *CHANGES, "change_unit"])
    table = pd.concat(rows, ignore_index=True)
    parts = [_by_model(part, str(model)) for model, part in table.groupby("model")]
    found = pd.concat(parts, ignore_index=True).sort_values("series", ignore_index=True)
    keys = list(groups)
    return found.set_index(pd.Index([keys[place] for place in found["series"]], tupleize_cols=False))


def _by_model(rows: pd.DataFrame, model: str) -> pd.DataFrame:
    options = {"by": "series", "time": "time"}
    if model in (COUNTS, SHARES):
        scale = "log" if model == COUNTS else "logit"
        found = trend_tests.slopes(rows, **options, scale=scale, numerator="numerator", denominator="denominator")
    elif model in (RANKS, LOG_RANKS):
        found = trend_tests.monotone(rows, **options, value="value", scale="log" if model == LOG_RANKS else "identity")
    else:
        scale = model.removesuffix(" limits")
        per = _multiplier(str(rows["measure"].iloc[0])) if scale == "logit" else 1.0
        limits = {name: rows[name] / per for name in ("value", "lowercl", "uppercl")}
        found = trend_tests.slopes(rows, **options, scale=scale, **limits)
    return found.assign(**_changes(found))


def _changes(found: pd.DataFrame) -> dict[str, object]:
    """The slope and its limits as a change a year."""
    slope, centre, scale = found[_SLOPE].to_numpy(dtype=float), found[["centre"]].to_numpy(dtype=float), found["scale"]
    missing = np.full_like(slope, np.nan)
    if scale.eq("log").all():
        unit, change, pct = PER_CENT, missing, 100 * np.expm1(slope)
    elif scale.eq("logit").all():
        share = special.expit(centre)
        unit, change, pct = POINTS, 100 * share * (1 - share) * slope, 100 * (1 - share) * slope
    else:
        unit, change, pct = UNIT, slope, np.where(centre > 0, 100 * slope / np.where(centre > 0, centre, 1), np.nan)
    return dict(zip(CHANGES, np.hstack([change, pct]).T, strict=True)) | {"change_unit": unit}

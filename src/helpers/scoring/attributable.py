"""What would go if everybody had the least deprived quantile's value, and how far the two ends lie apart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import special

from helpers.scoring import confidence as levels
from helpers.scoring.confidence import Confidence, Data
from helpers.scoring.conventions import NO_INTERVALS
from helpers.scoring.estimated import beside_keys
from helpers.scoring.quantile_grid import Quantiles, quantiles

NO_REFERENCE = "the least deprived quantile has no events, so nothing can be set against its value"
NO_OVERALL = "no quantile has any events"
TOO_UNCERTAIN = "the least deprived quantile's value is too uncertain for limits of the attributable share"
MOST_ERROR = 1.0
NO_END = "the most deprived quantile has no events, so the ratio has no limits"


def population_attributable_risk(
    t: pd.DataFrame,
    by: Sequence[str] = ("area",),
    *,
    quantile: Data,
    population: Data,
    value: Data,
    se: Data | None = None,
    lowercl: Data | None = None,
    uppercl: Data | None = None,
    value_type: str = "rate",
    confidence: Confidence = 0.95,
) -> pd.DataFrame:
    """Work out which share of the whole would go if all quantiles had the least deprived one's rate.

    Parameters
    ----------
    t, by, quantile, population, value, se, lowercl, uppercl, value_type, confidence
        As for `helpers.scoring.inequality.slope_index`. Without standard errors or limits there are no limits.

    Returns
    -------
    DataFrame
        One row an area: the columns of ``by``; ``par`` in percent of the overall value, with limits; ``overall`` (the
        mean of the quantiles weighted by their populations) and ``least_deprived``; ``population``, ``n_quantiles``,
        ``method``, ``reason``.

    Notes
    -----
    100 x (overall - least deprived) / overall, as the ScotPHO profiles publish it; below 0 where the least deprived
    quantile has the highest rate, blank where it has no events. The limits come from the logarithm of least deprived
    over overall by the delta method, the quantiles taken as independent. Where the standard error of that logarithm is
    above 1 the method does not hold (a lower limit of -100,000 % can come out), and there are none. The figure says
    what the share would be if all had that rate, not that it could be brought about.
    """
    options = {"se": se, "lowercl": lowercl, "uppercl": uppercl, "value_type": value_type}
    found = quantiles(t, by, quantile=quantile, population=population, value=value, **options)
    overall, least = found.overall, found.value[:, -1]
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = least / overall
        effect = -found.share / overall[:, None]
        effect[:, -1] += 1 / least
    reasons = _first(found.reasons, (~(overall > 0), NO_OVERALL), (~(least > 0), NO_REFERENCE))
    error, reasons_of_limits = _error(found, effect, reasons)
    reasons_of_limits = _first(reasons_of_limits, (error > MOST_ERROR, TOO_UNCERTAIN))
    error = np.where(error > MOST_ERROR, np.nan, error)
    columns = {"par": 100 * (1 - ratio)}
    for (low, high), z in zip(_pairs("par", confidence), _distances(confidence), strict=True):
        columns |= {low: 100 * (1 - ratio * np.exp(z * error)), high: 100 * (1 - ratio * np.exp(-z * error))}
    columns = {name: np.where(reasons == "", values, np.nan) for name, values in columns.items()}
    columns |= {"overall": found.blanked(overall), "least_deprived": found.blanked(least)}
    method = "100 x (overall - least deprived) / overall; limits by the delta method on the logarithm"
    return _table(found, columns, method, reasons_of_limits)


def deprivation_ranges(
    t: pd.DataFrame,
    by: Sequence[str] = ("area",),
    *,
    quantile: Data,
    population: Data,
    value: Data,
    se: Data | None = None,
    lowercl: Data | None = None,
    uppercl: Data | None = None,
    value_type: str = "rate",
    confidence: Confidence = 0.95,
) -> pd.DataFrame:
    """Set the most deprived quantile beside the least deprived one.

    Parameters
    ----------
    t, by, quantile, population, value, se, lowercl, uppercl, value_type, confidence
        As for `population_attributable_risk`.

    Returns
    -------
    DataFrame
        One row an area: the columns of ``by``; ``absolute_range``, the most less the least deprived quantile's value,
        and ``relative_range``, the one over the other, each with limits; ``population``, ``n_quantiles``, ``method``,
        ``reason``.

    Notes
    -----
    The two end quantiles only; what lies between them is for the slope index. The limits are those of a difference, and
    of the logarithm of a ratio, of independent values. There is no ratio to a value of 0.
    """
    options = {"se": se, "lowercl": lowercl, "uppercl": uppercl, "value_type": value_type}
    found = quantiles(t, by, quantile=quantile, population=population, value=value, **options)
    most, least = found.value[:, 0], found.value[:, -1]
    apart, relative = np.zeros(found.value.shape), np.zeros(found.value.shape)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(least > 0, most / least, np.nan)
        apart[:, 0], apart[:, -1] = 1, -1
        relative[:, 0], relative[:, -1] = 1 / most, -1 / least
    reasons = _first(found.reasons, (~(least > 0), NO_REFERENCE), (~(most > 0), NO_END))
    error, _ = _error(found, apart, found.reasons)
    log_error, reasons = _error(found, relative, reasons)
    columns = {"absolute_range": most - least, "relative_range": ratio}
    for name, scale in (("absolute_range", error), ("relative_range", log_error)):
        for (low, high), z in zip(_pairs(name, confidence), _distances(confidence), strict=True):
            for column, sign in ((low, -1), (high, 1)):
                linear = name == "absolute_range"
                columns[column] = most - least + sign * z * scale if linear else ratio * np.exp(sign * z * scale)
    ordered = [each for name in ("absolute_range", "relative_range") for each in (name, *_flat(name, confidence))]
    columns = {name: found.blanked(columns[name]) for name in ordered}
    return _table(found, columns, "difference and ratio of the two end quantiles", reasons)


def _first(reasons: np.ndarray, *more: tuple[np.ndarray, str]) -> np.ndarray:
    """Add reasons to the areas that have none, the first that holds."""
    for wrong, why in more:
        reasons = np.where((reasons == "") & wrong, why, reasons)
    return reasons


def _error(found: Quantiles, effect: np.ndarray, reasons: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The standard error of a function of the values, from its derivatives, and the reasons with those of limits."""
    if found.error is None:
        return np.full(len(reasons), np.nan), _first(reasons, (np.ones(len(reasons), dtype=bool), NO_INTERVALS))
    with np.errstate(invalid="ignore"):
        parts = np.where(effect == 0, 0.0, effect * found.error)
        error = np.sqrt((parts**2).sum(axis=1))
    error = np.where(reasons == "", error, np.nan)
    return error, np.where(reasons == "", found.limit_reasons, reasons)


def _distances(confidence: Confidence) -> list[float]:
    return [float(special.ndtri((1 + level) / 2)) for level in levels.levels(confidence)]


def _flat(name: str, confidence: Confidence) -> list[str]:
    return levels.limit_columns(name, confidence)


def _pairs(name: str, confidence: Confidence) -> list[tuple[str, str]]:
    flat = _flat(name, confidence)
    return list(zip(flat[::2], flat[1::2], strict=True))


def _table(found: Quantiles, columns: dict[str, np.ndarray], method: str, reasons: np.ndarray) -> pd.DataFrame:
    counts = {"population": np.nansum(found.population, axis=1), "n_quantiles": found.lines.has_row.sum(axis=1)}
    return beside_keys(found.lines.areas, {**columns, **counts, "method": method, "reason": reasons})

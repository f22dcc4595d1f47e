"""Values by quantile of deprivation, checked and laid out as areas x quantiles, with their standard errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from helpers.scoring import confidence as levels
from helpers.scoring.confidence import Data
from helpers.scoring.estimates import Z
from helpers.scoring.grids import Grid, check_rows, grid

VALUE_TYPES = ("normal", "rate", "proportion")
NO_ROW = "there is no row for quantile {number:g}"
NO_PEOPLE = "quantile {number:g} has no population"
NO_VALUE = "quantile {number:g} has no value"
NO_ERROR = "quantile {number:g} has no standard error or limits, so nothing has an interval"
FEW_QUANTILES = "a line needs two quantiles at least"


@dataclass(frozen=True)
class Quantiles:
    """Values of all areas by quantile, 1 the most deprived.

    ``value``, ``population`` and ``error`` (standard errors, None where nothing says how sure a value is) are areas x
    quantiles; ``reasons`` says for each area why nothing can be worked out, "" where it can.
    """

    lines: Grid
    population: np.ndarray
    value: np.ndarray
    error: np.ndarray | None
    reasons: np.ndarray

    @property
    def share(self) -> np.ndarray:
        """The share of the area's population in each quantile."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return self.population / self.population.sum(axis=1, keepdims=True)

    @property
    def overall(self) -> np.ndarray:
        """The mean of the quantiles' values, weighted by their populations."""
        return (self.share * self.value).sum(axis=1)

    @property
    def limit_reasons(self) -> np.ndarray:
        """The reasons, and those why an area has no limits."""
        return self.reasons if self.error is None else self.noted(~np.isfinite(self.error), NO_ERROR)

    def noted(self, wrong: np.ndarray, why: str) -> np.ndarray:
        """Return the reasons, with one more for the areas with a wrong quantile that have none; it names the first."""
        result = self.reasons.copy()
        for place in np.flatnonzero(wrong.any(axis=1) & (result == "")):
            result[place] = why.format(number=self.lines.steps[np.argmax(wrong[place])])
        return result

    def blanked(self, values: np.ndarray) -> np.ndarray:
        """Return numbers of the areas, missing where there is a reason."""
        return np.where(self.reasons == "", values, np.nan)


def checked_type(value_type: str) -> str:
    """Return the kind of value if it is one."""
    if value_type not in VALUE_TYPES:
        raise ValueError(f"value_type must be one of {', '.join(VALUE_TYPES)}; got {value_type!r}")
    return value_type


def quantiles(
    t: pd.DataFrame,
    by: Sequence[str],
    *,
    quantile: Data,
    population: Data,
    value: Data,
    value_type: str,
    se: Data | None = None,
    lowercl: Data | None = None,
    uppercl: Data | None = None,
    scale: str = "natural",
) -> Quantiles:
    """Check the input of the measures of inequality and lay it out.

    Parameters
    ----------
    scale
        "natural", "log" or "logit": what values and standard errors are given back on.
    t, by, quantile, population, value, se, lowercl, uppercl, value_type
        As for `helpers.scoring.inequality.slope_index`.

    Raises
    ------
    ValueError
        If a population or standard error is negative, a rate is, a proportion is not between 0 and 1, a lower limit
        is above its upper one, one of the two limits is given alone, or a quantile stands twice for an area.
    """
    lines = grid(t, by, levels.column(t, quantile, "quantile"), "quantile")
    people, values = levels.column(t, population, "population"), levels.column(t, value, "value")
    _check(t, people, values, checked_type(value_type))
    errors = _errors(t, values, people, se=se, limits=(lowercl, uppercl), value_type=value_type, scale=scale)
    with np.errstate(divide="ignore", invalid="ignore"):
        moved = lines.fill(SCALES[scale](values))
    moved = np.where(np.isfinite(moved), moved, np.nan)
    found = Quantiles(lines, lines.fill(people), moved, None if errors is None else lines.fill(errors), _none(lines))
    for wrong, why in (
        (~lines.has_row, NO_ROW),
        (~(found.population > 0), NO_PEOPLE),
        (np.isnan(lines.fill(values)), NO_VALUE),
        (~np.isfinite(moved), f"quantile {{number:g}} has a value that has no {scale}"),
    ):
        found = replace(found, reasons=found.noted(wrong, why))
    return replace(found, reasons=found.noted(np.full(moved.shape, len(lines.steps) < 2), FEW_QUANTILES))


def _none(lines: Grid) -> np.ndarray:
    return np.full(len(lines.areas), "", dtype=object)


def _check(t: pd.DataFrame, people: np.ndarray, values: np.ndarray, value_type: str) -> None:
    check_rows(t, people < 0, "population: a number of people cannot be negative")
    if value_type != "normal":
        check_rows(t, values < 0, f"value: a {value_type} cannot be negative")
    if value_type == "proportion":
        check_rows(t, values > 1, "value: a proportion lies between 0 and 1; divide percentages by 100")


def _errors(
    t: pd.DataFrame,
    values: np.ndarray,
    people: np.ndarray,
    *,
    se: Data | None,
    limits: tuple[Data | None, Data | None],
    value_type: str,
    scale: str,
) -> np.ndarray | None:
    """Standard errors on the scale: as given, from the 95 % limits, of a proportion from its population, or none."""
    if (limits[0] is None) != (limits[1] is None):
        raise ValueError("lowercl and uppercl: give both limits or neither")
    if se is None and limits[0] is not None:
        return _from_limits(t, *limits, value_type=value_type, scale=scale)
    if se is None and value_type != "proportion":
        return None
    with np.errstate(divide="ignore", invalid="ignore"):
        errors = np.sqrt(values * (1 - values) / people) if se is None else levels.column(t, se, "se")
        check_rows(t, errors < 0, "se: a standard error cannot be negative")
        return errors / SLOPES[scale](values)


def _from_limits(t: pd.DataFrame, lowercl: Data, uppercl: Data, *, value_type: str, scale: str) -> np.ndarray:
    """Half the width of the 95 % interval on the scale, in standard errors."""
    low, high = levels.column(t, lowercl, "lowercl"), levels.column(t, uppercl, "uppercl")
    check_rows(t, low > high, "lowercl: a lower limit is above its upper limit")
    if value_type == "proportion":
        check_rows(t, (low < 0) | (high > 1), "limits: those of a proportion lie between 0 and 1")
    with np.errstate(divide="ignore", invalid="ignore"):
        return (SCALES[scale](high) - SCALES[scale](low)) / (2 * Z)


def _logit(values: np.ndarray) -> np.ndarray:
    return np.log(values / (1 - values))


SCALES = {"natural": np.asarray, "log": np.log, "logit": _logit}
SLOPES = {"natural": np.ones_like, "log": np.asarray, "logit": lambda values: values * (1 - values)}
BACK = {"natural": np.asarray, "log": np.exp, "logit": lambda moved: 1 / (1 + np.exp(-moved))}

"""The two conventions for the slope and the relative index of inequality, on grids of areas x quantiles.

PHE: Low A, Low A (2004), Measuring the gap: quantifying and comparing local health inequalities, Journal of Public
Health 26:388-395, and the technical guidance of Fingertips. ScotPHO: Public Health Scotland, Measuring inequalities in
health, and the indices published with the ScotPHO profiles, from which the limits were worked out
(``tests/test_inequality_published.py``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import special, stats

from helpers.scoring import slopes
from helpers.scoring.quantile_grid import BACK, Quantiles
from helpers.scoring.slopes import Lines

NO_INTERVALS = "nothing says how sure the values are (se, or lowercl and uppercl), so there are no limits"
END_NOT_POSITIVE = "the line does not stay above 0, so there is no ratio of its ends"
END_MAY_BE_ZERO = "an end of the line may well be 0, so the ratio of its ends has no limit on that side"
NO_EVENTS = "the overall value is 0, so there is nothing to set the slope against"
NO_SCATTER = "a line through two quantiles has no scatter, so there are no limits"


@dataclass(frozen=True)
class Indices:
    """The two indices of all areas; limits are 2 x levels (lower, upper, lower ...) x areas.

    ``reasons`` says for each area why something is missing.
    """

    sii: np.ndarray
    rii: np.ndarray
    sii_limits: np.ndarray
    rii_limits: np.ndarray
    overall: np.ndarray
    reasons: np.ndarray
    method: str


def phe(found: Quantiles, scale: str, multiplier: float, grades: tuple[float, ...], draws: int, seed: int) -> Indices:
    """The slope and the ratio of the ends, limits from the standard errors of the values."""
    lines = slopes.fit(found.share, found.value)
    measures = _measures(multiplier)
    ends = BACK[scale](lines.start), BACK[scale](lines.start + lines.slope)
    sii, rii = measures(*ends)
    blank = np.full((2 * len(grades), len(sii)), np.nan)
    limits, reasons = (blank, blank), np.where(found.reasons == "", NO_INTERVALS, found.reasons)
    if found.error is not None:
        limits, reasons = _phe_limits(found, lines, scale, multiplier, grades, draws, seed), found.limit_reasons
        limits = tuple(np.where(reasons == "", ends_, np.nan) for ends_ in limits)
    positive = (ends[0] > 0) & (ends[1] > 0)
    rii_limits = np.where(positive & (limits[1] > 0) & np.isfinite(limits[1]), limits[1], np.nan)
    reasons = np.where((reasons == "") & ~positive, END_NOT_POSITIVE, reasons)
    return Indices(
        sii=sii,
        rii=np.where(positive, rii, np.nan),
        sii_limits=limits[0],
        rii_limits=rii_limits,
        overall=found.overall if scale == "natural" else np.full(len(sii), np.nan),
        reasons=np.where((reasons == "") & np.isnan(rii_limits).any(axis=0), END_MAY_BE_ZERO, reasons),
        method=_phe_method(scale, found, draws, seed),
    )


def _measures(multiplier: float) -> Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """The slope index and the ratio of a line's ends; a ratio to an end at or below 0 is endless."""

    def measures(first: np.ndarray, last: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        above, below = (last, first) if multiplier > 0 else (first, last)
        with np.errstate(divide="ignore", invalid="ignore"):
            return multiplier * (last - first), np.where(below > 0, above / below, np.inf)

    return measures


def _phe_limits(
    found: Quantiles, lines: Lines, scale: str, multiplier: float, grades: tuple[float, ...], draws: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Closed form where it is exact (the slope of untransformed values, the ratio of logarithms), else draws."""
    wanted = np.array([p for grade in grades for p in ((1 - grade) / 2, (1 + grade) / 2)])
    z, error = special.ndtri(wanted)[:, None], slopes.slope_error(lines, found.error)
    options = {"back": BACK[scale], "measures": _measures(multiplier), "draws": draws, "seed": seed}
    sii, rii = slopes.drawn(lines, found.error, probabilities=wanted, **options)
    if scale == "natural":
        sii = multiplier * lines.slope + z * abs(multiplier) * error
    if scale == "log":
        rii = np.exp(np.sign(multiplier) * lines.slope + z * error)
    return sii, rii


def _phe_method(scale: str, found: Quantiles, draws: int, seed: int) -> str:
    line = {"natural": "line", "log": "line through logarithms", "logit": "line through logits"}[scale]
    simulated = {"natural": "those of the ratio", "log": "those of the slope", "logit": "both"}[scale]
    said = f"PHE: weighted {line} of {found.value.shape[1]} quantiles, least against most deprived end"
    return said if found.error is None else f"{said}; limits: {simulated} from {draws:,} draws (seed {seed})"


def scotpho(found: Quantiles, multiplier: float, grades: tuple[float, ...], overall: np.ndarray) -> Indices:
    """The excess of the most deprived end and its share of the overall value, limits from the scatter of the line."""
    lines = slopes.fit(found.share, found.value)
    freedom = found.value.shape[1] - 2
    t = np.array([sign * stats.t.ppf((1 + grade) / 2, freedom) for grade in grades for sign in (-1, 1)])[:, None]
    sii = 0 - multiplier * lines.slope  # and not -0, which would be written with a sign
    limits = sii + t * abs(multiplier) * lines.spread
    size = np.where(overall > 0, abs(multiplier) * overall, np.nan)
    no_scatter = np.full(len(sii), freedom < 1)
    reasons = np.where((found.reasons == "") & ~(overall > 0), NO_EVENTS, found.reasons)
    return Indices(
        sii=sii,
        rii=sii / size,
        sii_limits=limits,
        rii_limits=limits / size,
        overall=overall,
        reasons=np.where((reasons == "") & no_scatter, NO_SCATTER, reasons),
        method=f"ScotPHO: weighted line of {freedom + 2} quantiles, most less least deprived end, over the overall "
        f"value; limits from the scatter (Student's t, {freedom} degrees of freedom)",
    )

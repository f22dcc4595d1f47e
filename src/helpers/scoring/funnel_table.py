"""The columns of a funnel: value, target, limits at each area's size, and where the area lies."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import special

from helpers.scoring.confidence import Confidence, levels, suffixes
from helpers.scoring.counts import NO_COUNT, NO_POPULATION
from helpers.scoring.estimated import worded
from helpers.scoring.funnel_limits import (
    dispersion,
    exact_p_value,
    is_more_than_chance,
    poisson_limits_of,
    poisson_z,
    proportion_limits_of,
    stretched_poisson_limits_of,
)
from helpers.scoring.poisson_limits import BYAR_FROM

LEVELS = (0.95, 0.998)
WITHIN = "within the limits"
FEW = f"fewer than {BYAR_FROM} events: too few for a standardised rate"
REASONS = ("", NO_COUNT, NO_POPULATION, FEW)
EXACT = "exact Poisson limits around the target"
SCORE = "normal limits of a proportion around the target"
STRETCHED = "; widened for overdispersion (Spiegelhalter 2005, winsorised at 10 %)"


class Parts(NamedTuple):
    """What a funnel is made of: observed and expected counts, sizes, and how limits and p values follow from them."""

    value: np.ndarray
    size: np.ndarray
    z: np.ndarray
    p_value: np.ndarray
    limits: Callable[[np.ndarray, float, float], tuple[np.ndarray, np.ndarray]]
    target: float
    scale: float
    method: str
    code: np.ndarray


def codes(count: np.ndarray, size: np.ndarray) -> np.ndarray:
    """Which of `REASONS` holds for each area."""
    return np.where(np.isnan(count), 1, np.where(np.isnan(size), 2, 0))


def target_of(count: np.ndarray, size: np.ndarray, target: float | None, scale: float) -> float:
    """The target as a share or rate: as named, else all events over all sizes."""
    known = ~np.isnan(count + size)
    if target is None and not known.any():
        raise ValueError("numerator: no area has both counts, so that there is no average to set areas against")
    found = count[known].sum() / size[known].sum() if target is None else float(target) / scale
    if not found >= 0:
        raise ValueError(f"target: 0 or more; got {target!r}")
    return found


def poisson_parts(
    count: np.ndarray, size: np.ndarray, rate: float, scale: float, method: str, code: np.ndarray
) -> Parts:
    expected = rate * size
    z, p_value = poisson_z(count, expected), exact_p_value(count, expected)
    return Parts(count / size, size, z, p_value, rate_limits(stretched=False), rate, scale, method, code)


def rate_limits(*, stretched: bool) -> Callable:
    """Limits of a rate from those of its events."""
    of_events = stretched_poisson_limits_of if stretched else poisson_limits_of

    def limits(size: np.ndarray, rate: float, level: float, phi: float = 1.0) -> tuple[np.ndarray, np.ndarray]:
        return tuple(events / size for events in of_events(rate * size, level, phi))

    return limits


def limit_columns(
    size: np.ndarray, target: float, scale: float, phi: float, confidence: Confidence, limits_of: Callable
) -> dict[str, np.ndarray]:
    """The limits around the target at each size and level, in the target's unit."""
    found = {}
    for suffix, level in suffixes(confidence).items():
        low, high = limits_of(size, target, level, phi)
        found |= {f"lower_limit{suffix}": low * scale, f"upper_limit{suffix}": high * scale}
    return found


def funnel_table(t: pd.DataFrame, parts: Parts, confidence: Confidence, *, overdispersion: bool) -> pd.DataFrame:
    """The columns of a funnel."""
    placed = parts.code == 0
    phi = dispersion(parts.z[placed])
    stretch = overdispersion and is_more_than_chance(phi, int(placed.sum()))
    limits_of, p_value, method = parts.limits, parts.p_value, parts.method
    if stretch:
        limits_of = limits_of if limits_of is proportion_limits_of else rate_limits(stretched=True)
        p_value, method = 2 * special.ndtr(-np.abs(parts.z) / np.sqrt(phi)), method + STRETCHED
    p_value = np.where(placed, p_value, np.nan)
    size = np.where(placed, parts.size, np.nan)
    limits = limit_columns(size, parts.target, parts.scale, phi if stretch else 1.0, confidence, limits_of)
    side = np.where(parts.value > parts.target, 1, -1)
    columns = {
        "value": np.where(parts.code == 3, np.nan, parts.value * parts.scale),
        "size": size,
        "target": parts.target * parts.scale,
        **limits,
        "p_value": p_value,
        "sign": _signs(p_value, side, levels(confidence)[0]),
        "position": _positions(p_value, side, confidence),
        "overdispersion": phi,
        "method": worded(np.where(placed, 0, 1), (method, "")),
        "reason": worded(parts.code, REASONS),
    }
    return t.assign(**columns) if len(t.columns) else pd.DataFrame(columns, index=t.index)


def _signs(p_value: np.ndarray, side: np.ndarray, level: float) -> object:
    sign = np.where(np.isnan(p_value), np.nan, np.where(p_value < 1 - level, side, 0))
    return pd.array(sign, "Float64").astype("Int64")


def _positions(p_value: np.ndarray, side: np.ndarray, confidence: Confidence) -> object:
    """Where each area lies, in words: beyond the widest limits that it leaves."""
    ordered = sorted(levels(confidence))
    outside = sum((p_value < 1 - level).astype(int) for level in ordered)
    words = ["", WITHIN]
    words += [f"{way} the {level * 100:.10g}\u00a0% limits" for way in ("above", "below") for level in ordered]
    code = np.where(outside == 0, 1, 1 + outside + np.where(side > 0, 0, len(ordered)))
    return worded(np.where(np.isnan(p_value), 0, code), words)

"""Tables of the coefficients over a whole profile: one row a coefficient, with its interval or why there is none."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.reference.models import Model
from helpers.scoring import polychoric, reliability
from helpers.scoring.counting import Panel, drawn, in_order, level_counts, square_sums
from helpers.scoring.intervals import expanded_percentiles, reflected
from helpers.scoring.panels import SMALLEST_PANEL
from helpers.scoring.readings import COEFFICIENTS, reading
from helpers.scoring.wording import plural, verb

SMALLEST_PROFILE = 3
WITHHELD = "single ratings are not shown, since the panel is too small"
FLAT = "everybody gave every dimension the same rating, so there is nothing to tell apart"
NO_ORDER = "each stakeholder gave every dimension one rating, so there is no order of dimensions to compare"
NO_PERSONS = "all stakeholders have the same sum of ratings, so there are no differences between them to measure by"
ONE_LEVEL = "everybody gave one of the dimensions the same rating, which then goes with no other"
UNDEFINED = "the coefficient is not defined for these ratings"

COLUMNS = [
    "coefficient", "coefficient_name", "asks", "value", "lowercl", "uppercl", "confidence", "n_stakeholders",
    "n_left_out", "n_dimensions", "draws", "draws_used", "reading", "reading_source", "method", "refusal",
]  # fmt: skip
TOLERANT = ("krippendorff_alpha", "gwet_ac2")
OF_PAIRS = ("krippendorff_alpha", "gwet_ac2", "kendall_w", "icc_2_1", "icc_2_k")
OF_PERSONS = ("cronbach_alpha", "ordinal_alpha")
LOWEST_LIMIT = -1.0


class _Base(NamedTuple):
    """The scores a coefficient is computed from, who and how many dimensions are left out, and why it cannot be."""

    scores: np.ndarray
    n_left_out: int
    refusal: str
    n_sparse: int = 0


def coefficient_table(panels: list[Panel], model: Model, *, draws: int, confidence: float, seed: int) -> pd.DataFrame:
    """One row a panel and coefficient: ``region`` and the columns of `agreement.coefficients`."""
    rows = [row for panel in panels for row in _rows(panel, model, draws, confidence, seed)]
    return pd.DataFrame(rows, columns=["region", *COLUMNS])


def _rows(panel: Panel, model: Model, draws: int, confidence: float, seed: int) -> list[dict[str, object]]:
    bases = _bases(panel)
    values = {**_of_counts(bases[True], model, draws, seed), **_of_complete(bases[False], model, draws, seed)}
    limits = _limits({code: found for code, (found, _) in values.items() if found is not None}, bases, confidence)
    return [
        {"region": panel.region, "confidence": confidence, "draws": draws}
        | _row(code, bases[code in TOLERANT], *values[code], limits.get(code, (np.nan, np.nan)))
        for code in COEFFICIENTS
    ]


def _limits(
    known: dict[str, np.ndarray], bases: dict[bool, _Base], confidence: float
) -> dict[str, tuple[float, float]]:
    """The interval of each coefficient; see `agreement.coefficients` for why two of them are reflected."""
    limits = {}
    for by, codes in ((reflected, OF_PERSONS), (expanded_percentiles, OF_PAIRS)):
        for tolerant in (True, False):
            chosen = [code for code in codes if code in known and (code in TOLERANT) is tolerant]
            if chosen:
                rows = np.array([known[code] for code in chosen])
                low, high = by(rows, len(bases[tolerant].scores), confidence)
                low = np.maximum(low, np.minimum(rows[:, 0], LOWEST_LIMIT))
                limits |= dict(zip(chosen, zip(low, high, strict=True), strict=True))
    return limits


def _row(
    code: str, base: _Base, values: np.ndarray | None, refusal: str, limits: tuple[float, float]
) -> dict[str, object]:
    told = COEFFICIENTS[code]
    value = np.nan if values is None else float(values[0])
    return {
        "coefficient": code,
        "coefficient_name": told.name,
        "asks": told.asks,
        "value": value,
        "lowercl": float(limits[0]),
        "uppercl": float(limits[1]),
        "n_stakeholders": len(base.scores),
        "n_left_out": base.n_left_out,
        "n_dimensions": base.scores.shape[1],
        "draws_used": 0 if values is None else int(np.isfinite(values[1:]).sum()),
        "reading": reading(code, value),
        "reading_source": told.source,
        "method": f"{told.method} {_sparse(base.n_sparse)}." if base.n_sparse else told.method,
        "refusal": refusal,
    }


def _bases(panel: Panel) -> dict[bool, _Base]:
    """What the coefficients that allow missing ratings (True) and those that do not (False) are computed from.

    Whoever left a single dimension out is lost to the latter, so a dimension that fewer than half of the stakeholders
    rated is left out of these, and not the stakeholders.
    """
    n_rated = np.isfinite(panel.scores).sum(axis=0)
    tolerant = _base(panel, panel.scores[:, n_rated > 1], 0)
    dense = (n_rated > 1) & (2 * n_rated >= len(panel.scores))
    return {True: tolerant, False: _base(panel, panel.scores[:, dense], int((n_rated > 1).sum() - dense.sum()), np.all)}


def _base(panel: Panel, chosen: np.ndarray, n_sparse: int, keep=np.any) -> _Base:
    scores = in_order(chosen[keep(np.isfinite(chosen), axis=1)])
    n_left_out = len(chosen) - len(scores)
    rated = f"rated all {chosen.shape[1]} dimensions" if keep is np.all and n_left_out else "rated"
    return _Base(scores, n_left_out, _refusal(panel, scores, rated, n_sparse), n_sparse)


def _refusal(panel: Panel, scores: np.ndarray, what: str, n_sparse: int) -> str:
    n, m = scores.shape
    sparse = f" ({_sparse(n_sparse)})" if n_sparse else ""
    if panel.is_withheld:
        return WITHHELD
    if not len(panel.scores):
        return "nobody rated"
    if m < SMALLEST_PROFILE:
        by = "half of the stakeholders or more" if n_sparse else "two or more"
        return f"{_some(m, 'dimension')} rated by {by}; this takes at least {SMALLEST_PROFILE} dimensions{sparse}"
    if n < SMALLEST_PANEL:
        return f"{_some(n, 'stakeholder')} {what}; this takes at least {SMALLEST_PANEL}{sparse}"
    given = scores[np.isfinite(scores)]
    return FLAT if (given == given[0]).all() else ""


def _sparse(n: int) -> str:
    """Say that some dimensions are left out."""
    return f"{plural(n, 'dimension')} that fewer than half of the stakeholders rated {verb(n, 'is', 'are')} left out"


def _some(n: int, noun: str) -> str:
    return f"only {n} {noun}{'' if n == 1 else 's'}" if n else f"no {noun}"


def _of_counts(base: _Base, model: Model, draws: int, seed: int) -> dict[str, tuple[np.ndarray | None, str]]:
    if base.refusal:
        return dict.fromkeys(TOLERANT, (None, base.refusal))
    weights = drawn(len(base.scores), draws, seed)
    counts, squares = level_counts(weights, base.scores, model.levels), square_sums(weights, base.scores)
    return {
        "krippendorff_alpha": _judged(reliability.krippendorff_alpha(counts, squares), UNDEFINED),
        "gwet_ac2": _judged(reliability.gwet_ac2(counts, squares), UNDEFINED),
    }


def _of_complete(base: _Base, model: Model, draws: int, seed: int) -> dict[str, tuple[np.ndarray | None, str]]:
    if base.refusal:
        return dict.fromkeys((code for code in COEFFICIENTS if code not in TOLERANT), (None, base.refusal))
    weights = drawn(len(base.scores), draws, seed)
    single, average = reliability.icc_2(weights, base.scores)
    return {
        "kendall_w": _judged(reliability.kendall_w(weights, base.scores), NO_ORDER),
        "icc_2_1": _judged(single, UNDEFINED),
        "icc_2_k": _judged(average, UNDEFINED),
        "cronbach_alpha": _judged(reliability.cronbach_alpha(weights, base.scores), NO_PERSONS),
        "ordinal_alpha": _ordinal_alpha(weights, base.scores, model),
    }


def _ordinal_alpha(weights: np.ndarray, scores: np.ndarray, model: Model) -> tuple[np.ndarray | None, str]:
    n, m = scores.shape
    least = polychoric.smallest_panel(m)
    if n < least:
        few = f"polychoric correlations of {m} dimensions take at least {least} stakeholders, and {n} rated all of them"
        return None, few
    if (scores == scores[0]).all(axis=0).any():
        return None, ONE_LEVEL
    return _judged(polychoric.ordinal_alpha(weights, scores, model.levels), UNDEFINED)


def _judged(values: np.ndarray, reason: str) -> tuple[np.ndarray | None, str]:
    """The values, or none and the reason where the panel itself has no value."""
    return (None, reason) if np.isnan(values[0]) else (values, "")

"""What the criteria of a ranking weigh: the defaults with their reasons, a check, and a table that says it in words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd

CRITERIA = ("gap", "disagreement", "confidence", "need")
# The gap weighs most, since closing it is what priorities are for. Need comes next: the same gap matters more where the
# population is worse off. Disagreement counts against, since a gap that all see is readier to act on (a plus sign turns
# that round: first where views are apart). Confidence counts a little, as a check that people knew what they rated.
DEFAULT_WEIGHTS: Mapping[str, float] = MappingProxyType({"gap": 3, "disagreement": -1, "confidence": 1, "need": 2})

MEANINGS = {
    "gap": "levels from the present one to the one wanted, as a share of the region's widest gap",
    "disagreement": "how far the ratings lie apart, from 0 (all the same) to 1 (half at each end of the scale)",
    "confidence": "how sure the stakeholders were of their ratings, from 0 (low) to 1 (high); medium counts half",
    "need": "share of the linked population indicators on which the region is worse than its comparator",
}
MORE = {"gap": "a wider gap", "disagreement": "more disagreement", "confidence": "more confidence", "need": "more need"}
LESS = {
    "gap": "a smaller gap",
    "disagreement": "less disagreement",
    "confidence": "less confidence",
    "need": "less need",
}


def weights_table(weights: Mapping[str, float], ranked: pd.DataFrame | None = None) -> pd.DataFrame:
    """Say what each weight does.

    Parameters
    ----------
    weights
        As for `priorities.ranking`.
    ranked
        The ranking made with them, so that a criterion that had to be left out there is told.

    Returns
    -------
    DataFrame
        One row a criterion: ``criterion``, ``weight``, ``share_pct`` (% of all points that it can give), ``direction``
        and ``meaning`` (in words).

    Raises
    ------
    ValueError
        If the weights cannot be used.
    """
    signed = check_weights(weights)
    absent = left_out(ranked) if ranked is not None else []
    sizes = {name: 0.0 if name in absent else abs(weight) for name, weight in signed.items()}
    whole = sum(sizes.values())
    rows = [
        {
            "criterion": name,
            "weight": signed[name],
            "share_pct": 100 * sizes[name] / whole if whole else 0.0,
            "direction": _direction(name, signed[name], is_absent=name in absent),
            "meaning": MEANINGS[name],
        }
        for name in CRITERIA
    ]
    return pd.DataFrame(rows)


def left_out(ranked: pd.DataFrame) -> list[str]:
    """The criteria of which nothing is known for any ranked dimension, so that they gave no points."""
    table = ranked.loc[ranked["rank"].notna()].drop(columns="gap").rename(columns={"gap_share": "gap"})
    return [name for name in CRITERIA if len(table) and table[name].isna().all()]


def check_weights(weights: Mapping[str, float]) -> dict[str, float]:
    """Return the weight of every criterion, 0 for one that is not named; raise `ValueError` if they cannot be used."""
    unknown = [str(name) for name in weights if name not in CRITERIA]
    if unknown:
        raise ValueError(f"weights: there is no criterion {', '.join(unknown)}; there are {', '.join(CRITERIA)}")
    for name, weight in weights.items():
        if isinstance(weight, bool) or not _is_finite(weight):
            raise ValueError(f"weights: that of {name} has to be a number, and {weight!r} is none")
    signed = {name: float(weights.get(name, 0)) for name in CRITERIA}
    if not any(signed.values()):
        raise ValueError("weights: at least one has to be other than 0, or nothing tells the dimensions apart")
    return signed


def _is_finite(weight: object) -> bool:
    try:
        return not isinstance(weight, str) and math.isfinite(weight)
    except TypeError:
        return False


def _direction(name: str, weight: float, *, is_absent: bool) -> str:
    if not weight:
        return "not counted"
    if is_absent:
        return "left out: not known of any dimension"
    return f"{(MORE if weight > 0 else LESS)[name]} makes a dimension more urgent"

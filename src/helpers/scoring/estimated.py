"""The columns that every estimate has: value, limits, what it is, how it was worked out, at which confidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from helpers.scoring.confidence import Confidence, levels, suffixes

Limits = tuple[np.ndarray, np.ndarray]


def estimate_columns(
    value: np.ndarray,
    limits: Callable[[float], Limits],
    *,
    confidence: Confidence,
    statistic: str,
    method: object,
    reason: object = "",
) -> dict[str, object]:
    """Return the columns ``value``, limits at each level, ``statistic``, ``method``, ``confidence`` and ``reason``.

    Limits are missing where the value is, and ``method`` is "" there where it is one text for all.
    """
    found: dict[str, object] = {"value": value}
    known = ~np.isnan(value)
    for suffix, level in suffixes(confidence).items():
        low, high = limits(level)
        found[f"lowercl{suffix}"] = np.where(known, low, np.nan)
        found[f"uppercl{suffix}"] = np.where(known, high, np.nan)
    said = chosen(known, (method, "")) if isinstance(method, str) else method
    return found | {
        "statistic": statistic,
        "method": said,
        "confidence": ", ".join(f"{level * 100:.10g}%" for level in levels(confidence)),
        "reason": reason,
    }


def check_keys(keys: Iterable[object], columns: Iterable[str]) -> None:
    """Raise `ValueError` where a column that tells groups apart has the name of one of the result's own."""
    if taken := [str(name) for name in keys if name in set(columns)]:
        raise ValueError(f"by: the result has a column {taken[0]!r} of its own; rename that of the table first")


def beside_keys(keys: pd.DataFrame, columns: Mapping[str, object]) -> pd.DataFrame:
    """Put columns beside those that tell groups apart, none of which is replaced (`check_keys`)."""
    check_keys(keys.columns, columns)
    return keys.assign(**columns)


def chosen(is_first: np.ndarray, words: Sequence[str]) -> object:
    """The first of two texts where something holds, else the second, as a column of text."""
    return pd.array(list(words), dtype="str").take(np.where(is_first, 0, 1))


def worded(codes: np.ndarray, words: Sequence[str]) -> object:
    """The text with each number, as a column of text."""
    return pd.array(list(words), dtype="str").take(codes)


def per(multiplier: float) -> str:
    """A multiplier as it stands in texts: 100000, 1, 0.001."""
    return f"{multiplier:.10g}"


def checked_multiplier(multiplier: float) -> float:
    """Return the multiplier; raises `ValueError` unless it is a number above 0."""
    if isinstance(multiplier, bool) or not np.isscalar(multiplier) or not 0 < float(multiplier) < np.inf:
        raise ValueError(f"multiplier: a number above 0 such as 100 or 100000; got {multiplier!r}")
    return float(multiplier)

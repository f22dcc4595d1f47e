"""Small words for titles, labels and alt texts of charts; what every room needs is in ``helpers.scoring.wording``."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

import pandas as pd

from helpers.scoring.wording import NBSP, decimals_for, listing, number, plural

_PERIOD_NOISE = re.compile(
    r"[;,]?\s*\(?\b\d[- ]year aggregates?\b\)?|\bmid-year estimate\b|\b(financial|calendar|survey)\s*years?\b",
    re.IGNORECASE,
)


def named(names: Sequence[object], total: int, noun: str = "dimension", *, most: int = 3) -> str:
    """Name up to `most` things, or say how many of them there are: "5 of 12 dimensions"."""
    return listing(names) if len(names) <= most else f"{len(names)} of {plural(total, noun)}"


def short(value: float) -> str:
    """Write a median or level without needless zeros: 3, 2.5."""
    return "" if pd.isna(value) else number(round(float(value), 2))


def joined(parts: Sequence[str]) -> str:
    """Join what is there with semicolons: measure; period; n."""
    return "; ".join(part for part in parts if part)


def figure(value: float, lower: float = math.nan, upper: float = math.nan) -> str:
    """Write a value with no more decimals than its interval carries."""
    if pd.isna(value):
        return "–"
    if pd.isna(lower) or pd.isna(upper):
        whole = float(value) == round(float(value)) or abs(value) >= 1000
        return number(float(value), 0 if whole else 1)
    return number(float(value), decimals_for(lower, upper))


def with_unit(value: float, unit: str, lower: float = math.nan, upper: float = math.nan) -> str:
    """Write a value with its unit where that is one sign or word, 13 % or 81.2 years; other units stand elsewhere."""
    written = figure(value, lower, upper)
    if pd.isna(value) or not (sign := short_unit(unit)):
        return written
    return f"{written}{NBSP}{sign}"


def short_unit(unit: str) -> str:
    """Return the unit's sign: "%" for "% of adults", "years" for "years in good health", else nothing."""
    first = unit.strip().split(" ")[0]
    return first if first in {"%", "years"} else ""


def with_interval(value: float, unit: str, lower: float, upper: float) -> str:
    """Write a value with its 95 % interval: "13 % (8 to 18)"."""
    written = with_unit(value, unit, lower, upper)
    if pd.isna(lower) or pd.isna(upper):
        return written
    return f"{written} ({figure(lower, lower, upper)} to {figure(upper, lower, upper)})"


def short_period(period: object) -> str:
    """Write a period as a label: "2002/03–2004/05" for "2002/03 to 2004/05 financial years; 3-year aggregates"."""
    bare = _PERIOD_NOISE.sub("", str(period)).strip(" ;,()")
    return re.sub(r"\s*(?:\bto\b|–|(?<=\d{4})-(?=\d{4}))\s*", "–", bare) or str(period)

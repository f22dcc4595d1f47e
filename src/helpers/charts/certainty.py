"""What a profile may tell beside its levels: the plausible range of each level, and the level that is wanted."""

from __future__ import annotations

import pandas as pd

from helpers.charts import style
from helpers.charts.keys import Mark
from helpers.charts.words import short

LOW, HIGH, WANTED = "low_level", "high_level", "desired"
RANGE_KEY = Mark("range", "plausible range of the level (90\u00a0%)", style.INK, size=7)
WANTED_KEY = Mark("point", "level wanted", face="white", marker="D", size=7)


def levels(profile: pd.DataFrame, column: str) -> pd.Series:
    """Return a column of levels as plain floats; all missing where the profile does not have it."""
    if column not in profile:
        return pd.Series(float("nan"), profile.index)
    return profile[column].astype("Float64").astype(float)


def has_range(profile: pd.DataFrame) -> bool:
    """Say whether any dimension has a plausible range."""
    return bool((levels(profile, LOW).notna() & levels(profile, HIGH).notna()).any())


def has_wanted(profile: pd.DataFrame) -> bool:
    """Say whether a level is wanted for any dimension."""
    return bool(levels(profile, WANTED).notna().any())


def words(row) -> str:
    """Say the range and the level wanted of one dimension: " (plausibly 2 to 4, wanted 5)"."""
    low, high, wanted = (getattr(row, column, None) for column in (LOW, HIGH, WANTED))
    parts = [] if pd.isna(low) or pd.isna(high) else [f"plausibly {_span(low, high)}"]
    parts += [] if pd.isna(wanted) else [f"wanted {short(wanted)}"]
    return f" ({', '.join(parts)})" if parts else ""


def _span(low: float, high: float) -> str:
    return short(low) if low == high else f"{short(low)} to {short(high)}"

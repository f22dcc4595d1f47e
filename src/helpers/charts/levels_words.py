"""What the picture of one dimension's levels says in words: its finding, its measure, and all of it for a reader."""

from __future__ import annotations

import math

import pandas as pd

from helpers.charts.words import short
from helpers.scoring.standing import Standing
from helpers.scoring.wording import capital, number, plural, sentence


def title_levels(standing: Standing) -> str:
    """Return the finding: whether the panel agrees, and in what."""
    n = standing.n
    if not n:
        return "Nobody has rated this yet"
    if n == 1:
        return f"One rating so far: level {standing.chosen[0]}"
    everybody = "both" if n == 2 else f"all {number(n)}"
    if len(standing.chosen) == 1:
        return f"{everybody.capitalize()} chose level {standing.chosen[0]}"
    share = everybody if standing.n_near == n else f"{number(standing.n_near)} of {number(n)}"
    near = f"{share} are within one level of the median, {_level(standing.median)}"
    if standing.agrees is None:
        return capital(near)
    return f"{'Agreement' if standing.agrees else 'Views are split'}: {near}"


def subtitle_levels(standing: Standing) -> str:
    """Return how the finding was judged, or why no rule judges it."""
    if standing.n < 2 or len(standing.chosen) == 1:
        return ""
    if standing.allowed is None:
        return "Too few ratings to judge agreement: that takes eight."
    outside, allowed = standing.n - standing.n_near, number(standing.allowed)
    if not outside:
        return f"No rating is further off; the rule for agreement would allow {allowed}."
    return f"{plural(outside, 'rating')} further off; the rule for agreement allows {allowed}."


def alt_levels(
    levels: pd.DataFrame, standing: Standing, *, name: str, before: float = math.nan, agreed: float = math.nan
) -> str:
    """Describe the picture: kind, subject, finding, every count, and what moved since the round before."""
    kind = f"Dots along the levels of {name}, one for each of {plural(standing.n, 'stakeholder')}"
    counts = [f"level {row.level}: {row.n}{_was(row)}" for row in levels.itertuples()]
    parts = [kind, title_levels(standing), "; ".join(counts)]
    if not math.isnan(standing.q1):
        parts.append(f"The middle half lies between {short(standing.q1)} and {short(standing.q3)}")
    if not math.isnan(before):
        parts.append(f"The median of the round before was {short(before)}")
    if not math.isnan(agreed):
        parts.append(f"The panel agreed on level {short(agreed)}")
    return " ".join(sentence(part) for part in parts)


def _level(value: float) -> str:
    """A median as a level; one that lies between two levels is none."""
    return f"level {short(value)}" if float(value).is_integer() else short(value)


def _was(row) -> str:
    return f", was {row.n_before}" if hasattr(row, "n_before") else ""

"""Title, subtitle and alt text of a projection; "more" and "fewer" only where the whole interval says so."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.charts.words import joined
from helpers.scoring.projection import METHOD
from helpers.scoring.wording import NBSP, number, sentence

NOTHING = "There is no projection."
GROUPS = ("all", "75+")
MOST_VARIANTS = 4


def group_name(age_group: str) -> str:
    """Write an age group in words: "All ages", "Aged 75 and over"."""
    return "All ages" if age_group == "all" else "Aged " + age_group.replace("-", " to ").replace("+", " and over")


def change_words(projection: pd.DataFrame, age_group: str) -> str:
    """Say where the first variant goes: "From 91,340 in 2018 to 106,270 (96,421 to 117,890) in 2028"."""
    own = own_rows(projection, age_group)
    line = own[own["variant"] == own["variant"].iloc[0]]
    first, last = line.iloc[0], line.iloc[-1]
    between = ""
    if not np.isnan(last["lowercl"]):
        between = f" ({rounded(last['lowercl'])} to {rounded(last['uppercl'])})"
    said = f"From {number(first['population'], 0)} in {first['year']} to {rounded(last['population'])}{between}"
    return f"{said} in {last['year']}"


def rounded(people: float) -> str:
    """Write people with three figures, since no projection carries more: 106,000; 9,470; 84."""
    step = 10 ** max(0, len(f"{abs(people):.0f}") - 3)
    return number(round(people / step) * step, 0)


def title_projection(projection: pd.DataFrame, *, region_name: str) -> str:
    """Return the finding on those aged 75 and over, or on all: "rises" only where the whole interval lies above."""
    if projection.empty:
        return f"There is no projection for {region_name}"
    group = "75+" if len(own_rows(projection, "75+")) else "all"
    own = own_rows(projection, group)
    line = own[own["variant"] == own["variant"].iloc[0]]
    first, last = line.iloc[0], line.iloc[-1]
    who = "people aged 75 and over" if group == "75+" else "people"
    change = 100 * (last["population"] / first["population"] - 1)
    low, high = (last[c] if not np.isnan(last[c]) else last["population"] for c in ("lowercl", "uppercl"))
    if low <= first["population"] <= high:
        return f"Whether {region_name} will have more {who} in {last['year']} is open"
    more = "more" if change > 0 else "fewer"
    by = f"{number(abs(change), 0)}{NBSP}%{_between(low, high, first['population'])}"
    return f"{region_name} would have {by} {more} {who} in {last['year']} than in {first['year']}"


def _between(low: float, high: float, base: float) -> str:
    """The interval of a change in per cent, its size only: " (26 to 41)"; nothing where there is none."""
    if low == high:
        return ""
    ends = sorted(abs(100 * (end / base - 1)) for end in (low, high))
    return f" ({number(ends[0], 0)}{NBSP}to{NBSP}{number(ends[1], 0)})"


def subtitle_projection(projection: pd.DataFrame) -> str:
    """Return measure, years and method."""
    if projection.empty:
        return ""
    years = f"{projection['year'].min()} to {projection['year'].max()}"
    base = f"base year {projection.loc[projection['is_base'], 'year'].iloc[0]}"
    n = len(projection["variant"].unique())
    drawn = f"{MOST_VARIANTS} of {n} variants drawn" if n > MOST_VARIANTS else ""
    return joined(["Projected residents", years, base, str(projection["method"].iloc[0]), drawn])


def alt_projection(projection: pd.DataFrame, *, region_name: str, groups: Sequence[str] = GROUPS) -> str:
    """Describe the lines: kind, subject, finding, both ends of every group."""
    if projection.empty:
        return NOTHING
    shown = [group for group in groups if len(own_rows(projection, group))]
    kind = f"Line charts of the projected population of {region_name}, base year marked"
    each = "; ".join(f"{group_name(group)}: {change_words(projection, group)}" for group in shown)
    return " ".join(sentence(part) for part in (kind, title_projection(projection, region_name=region_name), each))


def interval_words(projection: pd.DataFrame) -> str:
    """Say what the interval holds: the named assumptions, or that the recent past goes on."""
    share = f"{100 * projection['confidence'].iloc[0]:.0f}{NBSP}% interval"
    is_named = projection["method"].iloc[0] == METHOD
    return f"{share} from named assumptions" if is_named else f"{share}, if the assumptions hold"


def drawn_variants(projection: pd.DataFrame, age_group: str) -> list[str]:
    """The variants of which a chart of one group has room: the first, and those three that end furthest from it."""
    own = projection[(projection["age_group"] == age_group) & (projection["sex"] == "all")]
    if own.empty:
        return []
    ends = own.sort_values("year", kind="stable").groupby("variant", sort=False)["population"].last()
    ends = ends.reindex(list(dict.fromkeys(own["variant"])))
    furthest = (ends - ends.iloc[0]).abs().iloc[1:].sort_values(ascending=False, kind="stable")
    kept = {ends.index[0], *furthest.index[: MOST_VARIANTS - 1]}
    return [variant for variant in ends.index if variant in kept]


def own_rows(projection: pd.DataFrame, age_group: str) -> pd.DataFrame:
    """The rows of one group and both sexes, of the variants that are drawn, by year."""
    if projection.empty:
        return projection
    variants = drawn_variants(projection, age_group)
    own = projection[(projection["age_group"] == age_group) & (projection["sex"] == "all")]
    own = own[own["variant"].isin(variants)]
    place = own["variant"].map(variants.index) if len(own) else 0
    return own.assign(_place=place).sort_values(["_place", "year"]).drop(columns="_place")

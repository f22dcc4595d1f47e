"""Title, subtitle and description of the chart of lives: how long they are and how much of them in good health."""

from __future__ import annotations

import pandas as pd

from helpers.charts.words import figure, joined, short_period, with_interval, with_unit
from helpers.scoring.lives import CALCULATED, HEALTHY, LIFE, POORER, SPREAD
from helpers.scoring.wording import listing, sentence

PEOPLE = {"female": "women", "male": "men", "all": "people"}
HEADINGS = {"female": "Females", "male": "Males", "all": "All people"}
KIND_NAMES = {
    LIFE: "Life expectancy at birth", HEALTHY: "In good health", POORER: "In poorer health",
    CALCULATED: "Life expectancy, calculated here",
}  # fmt: skip


def drawn(lives: pd.DataFrame) -> pd.DataFrame:
    """The rows that a chart shows: those with a value, by sex, not the quoted spread."""
    shown = lives[(lives["kind"] != SPREAD) & lives["value"].notna()]
    place = shown["sex"].map({sex: k for k, sex in enumerate(HEADINGS)}).fillna(len(HEADINGS))
    return shown.assign(_place=place).sort_values("_place", kind="stable").drop(columns="_place")


def title_lives(lives: pd.DataFrame, *, region_name: str) -> str:
    """Return the finding: how long women and men live here, and how much of it in good health."""
    shown = drawn(lives)
    life = shown[shown["kind"] == LIFE] if (shown["kind"] == LIFE).any() else shown[shown["kind"] == CALCULATED]
    healthy = shown[shown["kind"] == HEALTHY].set_index("sex")
    if life.empty:
        parts = [f"{_years(row)} of {PEOPLE.get(row.Index, row.Index)}" for row in healthy.itertuples()]
        return f"In {region_name} healthy life expectancy is {listing(parts)}" if parts else _nothing(region_name)
    said = [f"{PEOPLE.get(row.sex, row.sex)} {_years(row)}{_good(row, healthy)}" for row in life.itertuples()]
    return f"Expected at birth in {region_name}: {'; '.join(said)}"


def _good(row, healthy: pd.DataFrame) -> str:
    """The years of a life in good health, where they are known: ", 61.9 of them in good health"."""
    if row.sex not in healthy.index:
        return ""
    known = healthy.loc[row.sex]
    return f", {figure(known.value, known.lowercl, known.uppercl)} of them in good health"


def _years(row) -> str:
    return with_unit(row.value, "years", row.lowercl, row.uppercl)


def _nothing(region_name: str) -> str:
    return f"There is no life expectancy of {region_name}"


def subtitle_lives(lives: pd.DataFrame) -> str:
    """Return measure, periods and interval."""
    periods = []
    shown = drawn(lives)
    names = {LIFE: "life expectancy", CALCULATED: "calculated here", HEALTHY: "healthy life expectancy"}
    for kind, name in names.items():
        of_kind = shown.loc[shown["kind"] == kind, "period"].unique()
        periods += [f"{name} {' and '.join(map(short_period, of_kind))}"] if len(of_kind) else []
    return joined(["Years from birth at the death rates of the period", ", ".join(periods), "95\u00a0% intervals"])


def alt_lives(lives: pd.DataFrame, *, region_name: str) -> str:
    """Describe the chart: kind, subject, every figure with its interval and its comparison."""
    shown = drawn(lives)
    each = [f"{row.indicator_name} {_told(row)}" for row in shown.itertuples()]
    parts = [f"Dot plot on one axis of years: {region_name}", title_lives(lives, region_name=region_name)]
    return " ".join(sentence(part) for part in (*parts, "; ".join(each)) if part)


def _told(row) -> str:
    value = with_interval(row.value, "years", row.lowercl, row.uppercl)
    if pd.isna(row.comparator_value):
        return value
    other = with_unit(row.comparator_value, "years", row.lowercl, row.uppercl)
    return f"{value}, {row.comparator_basis} {other}, {row.verdict}"


def row_words(row) -> list[str]:
    """Say a row's figure with its interval, and how it lies to the comparator."""
    value = with_interval(row.value, "years", row.lowercl, row.uppercl)
    if pd.isna(row.comparator_value) or row.verdict == "not compared":
        return [value]
    other = with_unit(row.comparator_value, "years", row.lowercl, row.uppercl)
    return [value, f"{row.verdict}; {_short(row.comparator_basis)} {other}"]


def _short(basis: str) -> str:
    """The key names the comparator in full."""
    return "median" if basis.startswith("median") else basis

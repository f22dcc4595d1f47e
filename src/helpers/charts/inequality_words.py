"""Titles, subtitles and descriptions of the charts of inequality, and the words for one index and its change."""

from __future__ import annotations

import math

import pandas as pd

from helpers.charts.words import joined, short_period
from helpers.scoring.deprivation import FIFTHS
from helpers.scoring.inequality_changes import NARROWED, NOT_TESTED, UNCHANGED, WIDENED
from helpers.scoring.inequality_over_time import NO_GRADIENT, NOT_WORKED_OUT, UNTESTED
from helpers.scoring.wording import NBSP, number, plural, sentence

WORSE = "most deprived worse off"
MEASURE = "Gap between the most and the least deprived end, in % of the area's average"


def latest(indices: pd.DataFrame) -> pd.DataFrame:
    """The latest period of every indicator."""
    return indices[indices["is_latest"].astype(bool)]


def in_order(indices: pd.DataFrame) -> pd.DataFrame:
    """The latest indices, the largest first; those that are not worked out last."""
    return latest(indices).sort_values("rii", ascending=False, na_position="last", kind="stable")


def percent(value: float) -> str:
    """A relative index as a percentage of the average: "122 %"."""
    return "–" if pd.isna(value) else f"{number(100 * value, 0)}{NBSP}%"


def gap_words(row) -> str:
    """Say what lies between the two ends: "gap of 122 % of the average (51 to 192)"."""
    if row.verdict == NOT_WORKED_OUT:
        return "No index: not every fifth has a figure"
    if pd.isna(row.rii):
        return f"No relative index: {row.reason}"
    low, high = (number(100 * value, 0) for value in (row.rii_lowercl, row.rii_uppercl))
    limits = f" ({low}{NBSP}to{NBSP}{high})"
    said = f"gap of {percent(row.rii)} of the average" + ("" if math.isnan(row.rii_lowercl) else limits)
    if row.verdict == UNTESTED:
        return f"{said}; without limits of the five figures it cannot be tested"
    return f"{said}; the five figures are too uncertain to carry it" if _is_uncertain(row) else said


def _is_uncertain(row) -> bool:
    """Whether the line through the fifths is clear, but the chance in the five figures is not ruled out."""
    return row.verdict == NO_GRADIENT and (row.rii_lowercl > 0 or row.rii_uppercl < 0)


def panel_words(row) -> str:
    """Say the verdict and the gap in one line: "Most deprived worse off: gap 122 % (51 to 192)"."""
    if row.verdict == NOT_WORKED_OUT or pd.isna(row.rii):
        return gap_words(row)
    low, high = (number(100 * value, 0) for value in (row.rii_lowercl, row.rii_uppercl))
    limits = "" if math.isnan(row.rii_lowercl) else f" ({low}{NBSP}to{NBSP}{high})"
    verdict = "Too uncertain to call" if _is_uncertain(row) else row.verdict.capitalize()
    return f"{verdict}: gap {percent(row.rii)}{limits}"


def finding_words(row) -> str:
    """Say the verdict and the gap: "Most deprived worse off, gap of 122 % of the average (51 to 192)"."""
    if row.verdict == NOT_WORKED_OUT:
        return gap_words(row)
    return sentence(f"{row.verdict}, {gap_words(row)}").removesuffix(".")


def change_words(row) -> str:
    """Say how both gaps have changed: "Relative gap wider, absolute gap no clear change"."""
    if row.rii_change == row.sii_change == NOT_TESTED:
        return f"Change not tested: {row.rii_reason}"
    if row.rii_change == row.sii_change == UNCHANGED:
        return "No clear change of the gap"
    if row.rii_change == row.sii_change:
        return f"Gap {row.rii_change}, relative and absolute"
    return f"Relative gap: {row.rii_change}; absolute gap: {row.sii_change}"


def title_inequality(indices: pd.DataFrame, *, region_name: str) -> str:
    """Return the finding: on how many indicators the most deprived are worse off along the whole gradient."""
    rows = latest(indices)
    known = rows[~rows["verdict"].isin([NOT_WORKED_OUT, UNTESTED])]
    if known.empty and (rows["verdict"] == UNTESTED).any():
        return f"Whether things in {region_name} are worse where people are more deprived cannot be tested"
    if known.empty:
        return f"No index of inequality can be worked out for {region_name}"
    if len(known) == 1:
        row = next(known.itertuples())
        return f"{row.indicator_name} in {region_name}: {row.verdict}"
    directed = known[known["polarity"] != "none"]
    if directed.empty:
        clear, total = int((known["verdict"] != NO_GRADIENT).sum()), plural(len(known), "indicator")
        return f"A gradient by deprivation is clear on {clear} of {total} in {region_name}"
    worse, total = int((directed["verdict"] == WORSE).sum()), plural(len(directed), "indicator")
    if not worse:
        return f"On none of {total} are things in {region_name} clearly worse where people are more deprived"
    on = f"all {total}" if 1 < worse == len(directed) else f"{worse} of {total}"
    return f"On {on} things in {region_name} are clearly worse where people are more deprived"


def subtitle_inequality(indices: pd.DataFrame) -> str:
    """Return measure, convention and period."""
    rows = latest(indices)
    periods = rows["period"].map(short_period).unique()
    when = str(periods[0]) if len(periods) == 1 else "latest period of each indicator"
    return joined([MEASURE, "relative index of inequality, ScotPHO convention", when, "95\u00a0% intervals"])


def alt_inequality(indices: pd.DataFrame, *, region_name: str) -> str:
    """Describe the chart of intervals: kind, subject, finding, every indicator."""
    rows = in_order(indices).itertuples()
    each = [f"{row.indicator_name} ({short_period(row.period)}): {_told(row)}" for row in rows]
    kind = f"Points with intervals: {region_name}, {plural(len(each), 'indicator')}"
    parts = (kind, title_inequality(indices, region_name=region_name), "; ".join(each))
    return " ".join(sentence(part) for part in parts if part)


def _told(row) -> str:
    words = finding_words(row)
    return words[:1].lower() + words[1:]


def title_gradients(indices: pd.DataFrame, *, region_name: str) -> str:
    """Return what the gradients show, or why there is no index."""
    rows = latest(indices)
    if len(rows) and (rows["verdict"] == NOT_WORKED_OUT).all():
        known = {int(rows[[f"value_{fifth}" for fifth in FIFTHS]].notna().sum(axis=1).max())}
        return f"Only {min(known)} of the 5 national fifths have figures in {region_name}, so there is no index"
    return f"From the most to the least deprived fifth in {region_name}"


def subtitle_gradients(indices: pd.DataFrame) -> str:
    """Return how to read the gradients."""
    bars = "Each bar is a fifth, as wide as its share of the people, with its 95\u00a0% interval"
    has_line = latest(indices)["sii"].notna().any()
    return joined(
        [bars, "the line is the slope; gaps in % of the average, with 95\u00a0% intervals" if has_line else ""]
    )


def alt_gradients(indices: pd.DataFrame, *, region_name: str) -> str:
    """Describe the gradients: kind, subject, both ends of every line."""
    rows = latest(indices)
    kind = f"Bars by deprivation fifth with a fitted line: {region_name}, {plural(len(rows), 'indicator')}"
    each = "; ".join(f"{row.indicator_name}: {_ends(row)}" for row in rows.itertuples())
    return " ".join(sentence(part) for part in (kind, each) if part)


def _ends(row) -> str:
    if row.verdict == NOT_WORKED_OUT:
        return "no line"
    decimals = 0 if abs(row.overall) >= 100 else 1
    ends = [number(value, decimals) for value in (row.most_deprived_end, row.least_deprived_end)]
    return f"the line runs from {ends[0]} at the most to {ends[1]} at the least deprived end, {row.verdict}"


def title_changes(changes: pd.DataFrame, *, region_name: str) -> str:
    """Return the finding: how many relative gaps have widened and narrowed."""
    tested = changes[changes["rii_change"] != NOT_TESTED]
    if tested.empty:
        return f"Whether inequality has changed in {region_name} cannot be tested"
    total = plural(len(tested), "indicator")
    wider, narrower = (int((tested["rii_change"] == word).sum()) for word in (WIDENED, NARROWED))
    if not wider and not narrower:
        return f"On none of {total} has the relative gap in {region_name} clearly changed"
    return f"The relative gap in {region_name} has widened on {wider} of {total} and narrowed on {narrower}"


def subtitle_changes(changes: pd.DataFrame) -> str:
    """Return measure and interval."""
    shaded = "shaded: 95\u00a0% interval of the line through the fifths"
    return joined([MEASURE, shaded, "points: periods that are tested"])


def alt_changes(changes: pd.DataFrame, *, region_name: str) -> str:
    """Describe the lines: kind, subject, finding, of every indicator both ends and the change."""
    kind = f"Line charts of the relative index of inequality: {region_name}, {plural(len(changes), 'indicator')}"
    each = "; ".join(
        f"{row.indicator_name}: {percent(row.rii_first)} in {short_period(row.first_period)}, "
        f"{percent(row.rii_latest)} in {short_period(row.latest_period)}, {change_words(row).lower()}"
        for row in changes.itertuples()
    )
    return " ".join(sentence(part) for part in (kind, title_changes(changes, region_name=region_name), each) if part)

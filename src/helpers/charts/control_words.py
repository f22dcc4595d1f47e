"""Title, subtitle and alt text of control charts; the title is the finding that the summary's rules carry."""

from __future__ import annotations

import pandas as pd

from helpers.charts.words import joined
from helpers.scoring.delays_words import beds, month
from helpers.scoring.wording import plural, sentence

_MARKS = {
    "improvement": "unusual, for the better",
    "concern": "unusual, for the worse",
    "special cause": "unusual",
    "common cause": "a usual month",
}


def mark_words(kind: str) -> str:
    """Name a kind of month: "unusual, for the worse"."""
    return _MARKS[kind]


def level(value: float) -> str:
    """Write a mean or limit: whole from 10 on, else with one decimal."""
    return beds(value)


def title_control(summary: pd.DataFrame, *, region_name: str) -> str:
    """Return the finding of a summary of one row (``scoring.delays.summary``)."""
    if summary.empty:
        return f"There are no months of delayed discharges in {region_name}"
    return str(summary["finding"].iloc[0])


def subtitle_control(summary: pd.DataFrame, *, region_name: str) -> str:
    """Return measure, months and what the lines are."""
    if summary.empty:
        return ""
    row = summary.iloc[0]
    months = f"{month(row['first_date'])} to {month(row['latest_date'])}"
    measure = (
        f"Beds a day taken by people ready to leave hospital, {region_name}; bed days divided by days of the month"
    )
    return joined([measure, months, "shaded: range expected of single months"])


def alt_control(chart: pd.DataFrame, summary: pd.DataFrame, *, region_name: str) -> str:
    """Describe the chart: kind, subject, finding, limits, and the months that are unusual."""
    if summary.empty:
        return f"Control chart without figures: {region_name}."
    row = summary.iloc[0]
    months = f"{month(row['first_date'])} to {month(row['latest_date'])}"
    kind = f"Control chart of delayed discharges by month, {region_name}, {months}"
    counts = [
        f"{plural(int((chart[name] & chart['is_reliable']).sum()), 'month')} {words}"
        for name, words in (("is_improvement", "unusual, for the better"), ("is_concern", "unusual, for the worse"))
    ]
    rebases = chart[chart["rebase_reason"] != ""] if "rebase_reason" in chart else chart.head(0)
    anew = [f"limits start anew in {month(one.date)}, {one.rebase_reason}" for one in rebases.itertuples()]
    parts = [kind, str(row["finding"]), str(row["sentence"]), " and ".join(counts), "; ".join(anew)]
    return " ".join(sentence(part) for part in parts if part)

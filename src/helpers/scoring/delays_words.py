"""What a control chart of delayed discharges says in words; special causes are named only where a rule found them."""

from __future__ import annotations

import pandas as pd

from helpers.scoring.wording import number, sentence
from helpers.scoring.xmr_rules import SHIFT

SUBJECT = "Delayed discharges took"


def beds(value: float) -> str:
    """Beds a day: whole ones from 10 on, below that with one decimal."""
    return number(value, 0 if round(value, 1) >= 10 else 1)


def month(date: pd.Timestamp) -> str:
    """A month in words: "August 2025"."""
    return f"{date:%B %Y}"


def finding(row) -> str:
    """The finding as a title: how many beds in the last year, and how the latest month lies to what is usual.

    Parameters
    ----------
    row
        A row of `delays.summary`, as ``itertuples`` gives it.
    """
    when = f"the {row.n_months} months" if row.n_months > 1 else "the month"
    start = f"{SUBJECT} {beds(row.beds_per_day)} beds a day in {when} to {month(row.latest_date)}"
    return f"{start}; {_beside(row)}"


def _beside(row) -> str:
    since = f"since {month(row.phase_from)}"
    if not row.is_reliable:
        few = row.n_setting_limits < 12
        return "too few months to say what is usual" if few else f"no month {since} differs from another"
    if is_moving(row) and row.run_length < SHIFT and row.special_cause != "outside limits":
        return f"their level has not been steady {since}"
    in_a_row = is_moving(row) and row.run_length >= SHIFT
    side, way = ("above", "risen") if row.direction == "high" else ("below", "fallen")
    return {
        "outside limits": f"the latest month lies {side} the range expected {since}",
        "shift": f"the last {row.run_length} months all lie {side} the average {since}",
        "trend": f"they have {way} month by month for the last half year or longer",
        "two of three near a limit": f"two of the last three months lie far {side} the average {since}",
    }.get("shift" if in_a_row else row.special_cause, f"the latest month lies in the range expected {since}")


def is_moving(row) -> bool:
    """Whether the rules call more than half of the months unusual: then one range does not hold for all of them."""
    return bool(row.is_reliable) and row.n_special_cause > row.n_points / 2


def basis(row) -> str:
    """The numbers behind the finding, and a caution where the rules find more unusual months than usual ones."""
    text = f"{month(row.latest_date)}: {beds(row.latest_value)} beds a day"
    if pd.isna(row.mean):
        return sentence(text)
    since = f"since {month(row.phase_from)}"
    text += f"; average {beds(row.mean)} {since}"
    if pd.notna(row.upper_limit):
        text += f", range expected of a single month {beds(row.lower_limit)} to {beds(row.upper_limit)}"
    text = sentence(f"{text}{f' ({row.note})' if row.note else ''}")
    if is_moving(row):
        counted = f"{row.n_special_cause} of {row.n_points} months {since} are unusual by the rules"
        text += " " + sentence(f"{counted}: the level has been moving, so that no one range holds for all of them")
    return text

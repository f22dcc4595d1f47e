"""What the tested directions of indicators say in words: a change a year, a sentence, a large figure."""

from __future__ import annotations

import pandas as pd

from helpers.scoring.estimates import CONFIDENCE
from helpers.scoring.message import BigNumber, Message
from helpers.scoring.wording import (
    NBSP,
    decimals_apart,
    decimals_for,
    listing,
    number,
    plural,
    sentence,
    series,
    verb,
)

UNTESTED = "not tested"


def tested_directions(directions: pd.DataFrame | None) -> pd.DataFrame:
    """The rows of `directions.directions` that were tested; none where there is no table."""
    return pd.DataFrame() if directions is None or directions.empty else directions[directions["verdict"] != UNTESTED]


def yearly(row) -> str:
    """Say the change a year with its 95 % interval: "by 1.2 % a year (0.8 to 1.6)", its sign being in the verb."""
    name = "annual_change_pct" if row.change_unit == "%" else "annual_change"
    ends = [getattr(row, name), getattr(row, f"{name}_lowercl"), getattr(row, f"{name}_uppercl")]
    if row.verdict == "falling":
        ends = [-ends[0], -ends[2], -ends[1]]
    decimals = decimals_for(ends[1], ends[2])
    value, low, high = (number(end, decimals_apart([end], 0, decimals)) for end in ends)
    return f"by {value}{NBSP}{row.change_unit} a year ({low}{NBSP}to{NBSP}{high})"


def interval(row) -> str:
    """The interval of a change that has no clear direction: "−2.0 to +0.6 % a year"."""
    name = "annual_change_pct" if row.change_unit == "%" else "annual_change"
    ends = [getattr(row, f"{name}_lowercl"), getattr(row, f"{name}_uppercl")]
    if any(map(pd.isna, ends)):
        return ""
    decimals = decimals_for(*ends)
    said = [number(end, decimals_apart([end], 0, decimals)) for end in ends]
    low, high = (f"+{words}" if end > 0 else words for end, words in zip(ends, said, strict=True))
    return f"{low}{NBSP}to{NBSP}{high}{NBSP}{row.change_unit} a year"


def direction_words(row) -> str:
    """Say what was found over all periods: "Falling by 1.2 % a year (0.8 to 1.6): better", "No clear trend ..."."""
    if row.verdict == UNTESTED:
        return f"Trend not tested: {row.reason}"
    if row.verdict in ("rising", "falling"):
        pace = ", not at a steady pace," if row.is_steady is not pd.NA and not row.is_steady else ""
        meaning = f": {row.meaning}" if row.meaning else ""
        return f"{row.verdict.capitalize()}{pace} {yearly(row)}{meaning}"
    if row.shape:
        return f"Not a steady trend: {row.shape}"
    among = f" once {row.n_tested} are tested together" if row.p_value < 1 - CONFIDENCE else ""
    within = interval(row)
    return f"No clear trend{among}{f' ({within})' if within else ''}"


def moved(tested: pd.DataFrame) -> list[Message]:
    """One sentence on the direction of the indicators that were tested, at least one."""
    if len(tested) == 1:
        return [_message(_one(next(tested.itertuples())))]
    n, clauses = len(tested), _clauses(tested)
    if not clauses:
        return [_message(f"Of {n} indicators not one shows a clear trend over all its periods")]
    unclear = int((tested["verdict"] == "no clear trend").sum())
    if unclear:
        clauses.append(f"{unclear} {verb(unclear, 'shows', 'show')} no clear trend")
    return [_message(f"Over all periods of {plural(n, 'indicator')}, {series(clauses)}")]


def headline(tested: pd.DataFrame) -> BigNumber:
    """The large figure of the same: how many move for the better and for the worse."""
    better, worse = (int((tested["meaning"] == word).sum()) for word in ("better", "worse"))
    if not better and not worse:
        clear = int(tested["verdict"].isin(["rising", "falling"]).sum())
        return BigNumber(f"{clear} of {len(tested)}", "indicators with a clear trend over all periods", "trends")
    parts = [f"{count} {word}" for count, word in ((better, "better"), (worse, "worse")) if count]
    label = f"of {plural(len(tested), 'indicator')}, by the trend over all periods"
    return BigNumber(", ".join(parts), label, "trends")


def _message(text: str) -> Message:
    return Message(sentence(text), "trends", "moved", 3.8)


def _clauses(tested: pd.DataFrame) -> list[str]:
    clauses = []
    for word in ("better", "worse"):
        part = tested[tested["meaning"] == word]
        if len(part):
            is_are = verb(len(part), "moves", "move")
            clauses.append(f"{len(part)} {is_are} for the {word} ({listing(list(part['short_name']))})")
    for word in ("rising", "falling"):
        count = int(((tested["meaning"] == "") & (tested["verdict"] == word)).sum())
        if count:
            clauses.append(f"{count} {verb(count, 'is', 'are')} {word}")
    return clauses


def _one(row) -> str:
    between = f"from {row.first_period} to {row.latest_period}"
    if row.verdict in ("rising", "falling"):
        for_the = f", for the {row.meaning}," if row.meaning else ""
        return f"{row.indicator_name} is {row.verdict}{for_the} {yearly(row)}, {between}"
    if row.shape:
        return f"{row.indicator_name} has no steady trend {between}: it {row.shape}"
    return f"{row.indicator_name} shows no clear trend {between}"

"""What a spider diagram that fills step by step, as in a workshop, says in words."""

from __future__ import annotations

import pandas as pd

from helpers.charts.spider import drawn_level
from helpers.charts.words import joined, short
from helpers.scoring.wording import number, plural, sentence


def alt_spider(profile: pd.DataFrame) -> str:
    """Describe the diagram: its kind, how many dimensions have a level, and each level so far, agreed or a median.

    `alt_profile` describes the finished profile of a wave, whose levels are whole.
    """
    told = profile.assign(drawn=drawn_level(profile)).dropna(subset="drawn")
    levels = [
        f"{row.dimension_name}: {'median' if pd.isna(row.consensus) else 'agreed'} {short(row.drawn)}"
        for row in told.itertuples()
    ]
    kind = f"Spider diagram of {number(len(told))} of {plural(len(profile), 'dimension')}"
    return " ".join(sentence(part) for part in (kind, joined(levels)) if part)

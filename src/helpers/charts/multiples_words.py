"""The words beside the profiles of many regions."""

from __future__ import annotations

import pandas as pd

from helpers.charts import compared_words as words
from helpers.charts.words import joined
from helpers.scoring.wording import every, listing, out_of, plural, sentence, verb


def title_multiples(levels: pd.DataFrame) -> str:
    """Return the finding: what stands highest or lowest in most regions."""
    rated = [own for _, own in levels.groupby("region", sort=False) if not words.usable(own).empty]
    if not rated:
        return "No region has levels to show"
    if len(rated) == 1:
        return f"{rated[0]['region_name'].iloc[0]}: {words.extremes_words(rated[0])}"
    ends = {end: words.most_often(levels, end=end) for end in ("lowest", "highest")}
    total = levels["dimension"].nunique()
    said = [
        f"{_stand(names, total, end, shared=shared)} in {_of(count, len(rated))}"
        for end, (names, count, shared) in ends.items()
        if count > len(rated) / 2 and len(names) <= 2
    ]
    if not said:
        return f"No dimension is highest, or lowest, in more than half of {plural(len(rated), 'region')}"
    return "; ".join(said)


def _stand(names: list[str], total: int, end: str, *, shared: bool) -> str:
    """Say that dimensions are lowest, or among the lowest where others share the level."""
    among = "among the " if shared else ""
    return f"{words.named_all(names, total)} {verb(len(names), 'is', 'are')} {among}{end}"


def _of(count: int, total: int) -> str:
    """Say in how many regions: "7 of 12 regions", "all 12 regions"."""
    whole = every(total, "region")
    return whole if count == total else out_of(count, total, "region")


def subtitle_multiples(levels: pd.DataFrame, *, scale: tuple[int, int] = (0, 5)) -> str:
    """Return measure, scale and number of regions; the key above the panels names the grey ticks."""
    return joined([f"{words.measure_words(levels)}, {words.scale_words(scale)}", words.count_words(levels)])


def alt_multiples(levels: pd.DataFrame) -> str:
    """Describe the profiles: kind, subject, finding, every level of every region."""
    count = plural(levels["region"].nunique(), "region")
    kind = f"Small multiples: the levels of {count}, a panel each"
    each = []
    for _, own in levels.groupby("region", sort=False):
        first = next(own.itertuples())
        said = [f"{row.short_name} {_level(row)}" for row in own.itertuples()]
        each.append(f"{first.region_name} ({words.panel_words(first)}): {listing(said, most=len(said))}")
    return " ".join(sentence(part) for part in (kind, title_multiples(levels), *each))


def _level(row) -> str:
    return words.blank_words(row) or str(int(row.level))

"""The words beside the map of regions by dimension."""

from __future__ import annotations

import pandas as pd

from helpers.charts import compared_words as words
from helpers.charts.words import joined, short
from helpers.scoring.wording import FEW, NBSP, listing, out_of, plural, sentence, verb


def title_heatmap(levels: pd.DataFrame, *, from_level: int = 3) -> str:
    """Return the finding: on which dimension most regions reach a level, and on which fewest do."""
    own = words.usable(levels)
    if own.empty:
        return "No region has levels to show"
    if len(words.regions(own)) == 1:
        return _alone(own, from_level)
    reached = own.assign(reached=own["level"] >= from_level).groupby("dimension_name", sort=False)["reached"]
    counts = reached.agg(k="sum", n="size")
    share = counts["k"] / counts["n"]
    stands = f"at level{NBSP}{from_level} or above"
    most, least = counts[share == share.max()], counts[share == share.min()]
    said = f"On {_where(most, counts)}, {_who(most)} {verb(int(most['k'].iloc[0]), 'stands', 'stand')} {stands}"
    return said if len(most) == len(counts) else f"{said}; on {_where(least, counts)}, {_who(least, noun='')}"


def subtitle_heatmap(levels: pd.DataFrame, reference: pd.DataFrame, *, scale: tuple[int, int] = (0, 5)) -> str:
    """Return measure, scale, number of regions and what stands apart."""
    measure = f"{words.measure_words(levels)}, {words.scale_words(scale)}"
    grey = words.reference_words(reference)
    return joined([measure, words.count_words(levels), f"set apart: medians of {grey}" if grey else ""])


def alt_heatmap(levels: pd.DataFrame, reference: pd.DataFrame, *, from_level: int = 3) -> str:
    """Describe the map: kind, subject, finding, the levels of every region and of the reference."""
    count = plural(levels["region"].nunique(), "region")
    kind = f"Heat map: the levels of {count} on {plural(levels['dimension'].nunique(), 'dimension')}"
    each = []
    for _, own in levels.groupby("region", sort=False):
        said = [f"{row.short_name} {words.blank_words(row) or int(row.level)}" for row in own.itertuples()]
        marked = words.status_words(own["status"].iloc[0])
        name = f"{own['region_name'].iloc[0]}{f' ({marked})' if marked else ''}"
        each.append(f"{name}: {listing(said, most=len(said))}")
    if grey := words.reference_words(reference):
        shown = reference[reference["median"].notna() & reference["is_comparable"].astype(bool)]
        said = [f"{row.short_name} {short(row.median)}" for row in shown.itertuples()]
        each.append(f"Medians of {grey}: {listing(said, most=len(said))}")
    return " ".join(sentence(part) for part in (kind, title_heatmap(levels, from_level=from_level), *each))


def _alone(own: pd.DataFrame, from_level: int) -> str:
    reached = int((own["level"] >= from_level).sum())
    where = out_of(reached, len(own), "dimension")
    return f"{own['region_name'].iloc[0]} stands at level{NBSP}{from_level} or above on {where}"


def _where(part: pd.DataFrame, counts: pd.DataFrame) -> str:
    if len(part) == len(counts):
        return "every dimension" if len(counts) > 1 else str(counts.index[0])
    return words.named_all(list(part.index), len(counts))


def _who(part: pd.DataFrame, noun: str = "region") -> str:
    """Say how many regions, "all 9" and "none of 9" among them; the noun may be left out the second time."""
    reached, count = int(part["k"].iloc[0]), int(part["n"].iloc[0])
    if reached in {0, count}:
        few = "all" if reached else "none"
        return few if not noun else f"{few}{'' if reached else ' of'} {plural(count, noun)}"
    return out_of(reached, count, noun) if noun or count >= FEW else f"{reached} of {count}"

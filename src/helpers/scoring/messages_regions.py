"""What the comparison of regions says, in sentences."""

from __future__ import annotations

import pandas as pd

from helpers.scoring.message import BigNumber, Message
from helpers.scoring.wording import listing, number, plural

CERTAIN, MAY_BE_FIRST, FEW = 0.9, 0.05, 3


def regions(levels: pd.DataFrame, ranking: pd.DataFrame) -> list[Message]:
    """Say what the regions have in common, where they differ most, and whether one stands first.

    Parameters
    ----------
    levels, ranking
        As `compared.levels` and `compared.ranking` give them.

    Returns
    -------
    list of Message
        At most four sentences; none where no region has a level.
    """
    known = levels[levels["level"].notna()]
    if known.empty:
        return []
    return [*_common(known), *_apart(known), *_beside_reference(known), *_first(ranking)]


def headline_regions(levels: pd.DataFrame, *, from_level: int = 3) -> list[BigNumber]:
    """Three figures in large type: how many regions, what all of them have reached, and the widest distance."""
    known = levels[levels["level"].notna()]
    n = known["region"].nunique()
    if n < 2:
        return []
    spans = _spans(known)
    everywhere = spans[spans["n"] == n]
    widest = spans.sort_values(["range", "order"], ascending=[False, True]).iloc[0]
    figures = [BigNumber(str(n), "regions with an assessment", "who")]
    if len(everywhere):
        count = f"{int((everywhere['low'] >= from_level).sum())} of {len(everywhere)}"
        figures.append(
            BigNumber(count, f"dimensions on which every region stands at level {from_level} or above", "heat")
        )
    if widest["range"] > 1:
        ties = int((spans["range"] == widest["range"]).sum())
        where = str(widest["dimension_name"]) if ties == 1 else plural(ties, "dimension")
        label = f"between the regions on {where}, the widest distance"
        figures.append(BigNumber(f"{int(widest['range'])} levels", label, "heat"))
    return figures


def _spans(known: pd.DataFrame) -> pd.DataFrame:
    """Each dimension's lowest, middle and highest level over the regions, the lowest middle first."""
    by = known.assign(level=known["level"].astype(float)).groupby(["dimension", "dimension_name", "order"])["level"]
    spans = pd.DataFrame({"low": by.min(), "middle": by.median(), "high": by.max(), "n": by.size()}).reset_index()
    return spans.assign(range=spans["high"] - spans["low"]).sort_values(["middle", "order"], ignore_index=True)


def _common(known: pd.DataFrame) -> list[Message]:
    n = known["region"].nunique()
    spans = _spans(known)
    spans = spans[spans["n"] == n]
    if n < 2 or spans.empty or spans["middle"].nunique() < 2:
        return []
    low = spans[spans["middle"] == spans["middle"].min()]
    high = spans[spans["middle"] == spans["middle"].max()]
    text = (
        f"Over the {plural(n, 'region')} the middle level is highest on {listing(list(high['dimension_name']), 3)} "
        f"({number(high['middle'].iloc[0])}) and lowest on {listing(list(low['dimension_name']), 3)} "
        f"({number(low['middle'].iloc[0])})."
    )
    return [Message(text, "profiles", "picture", 5)]


def _apart(known: pd.DataFrame) -> list[Message]:
    spans = _spans(known)
    widest = spans[(spans["range"] == spans["range"].max()) & (spans["range"] > 1)]
    if widest.empty:
        return []
    row = widest.iloc[0]
    names = listing(list(widest["dimension_name"]), 3)
    text = f"Levels lie furthest apart on {names}: {int(row['range'])} levels"
    if len(widest) == 1:
        part = known[known["dimension"] == row["dimension"]]
        high, low = (listing(list(part.loc[part["level"] == row[end], "region_name"]), 3) for end in ("high", "low"))
        text += f", from {int(row['low'])} ({low}) to {int(row['high'])} ({high})"
    return [Message(f"{text}.", "heat", "gap", 4)]


def _beside_reference(known: pd.DataFrame) -> list[Message]:
    """On how many dimensions each region stands above, at and below the published median; a description, no test."""
    part = known[known["reference_is_comparable"].astype(bool)]
    if part.empty:
        return []
    apart = part["level"].astype(float) - part["reference_median"]
    sides = {"above": apart > 0, "level": apart == 0, "below": apart < 0}
    counts = pd.DataFrame(sides).groupby(part["region_name"], sort=False).sum()
    n = int(part["dimension"].nunique())
    if len(counts) <= FEW:
        told = [
            f"{name} {row['above']} above, {row['level']} level and {row['below']} below"
            for name, row in counts.iterrows()
        ]
        text = f"Beside the pooled European medians of {plural(n, 'dimension')}: {'; '.join(told)}."
        return [Message(text, "profiles", "picture", 3)]
    low, high = int(counts["above"].min()), int(counts["above"].max())
    span = str(low) if low == high else f"{low} to {high}"
    text = f"The regions stand above the pooled European median on {span} of {plural(n, 'dimension')}."
    return [Message(text, "profiles", "picture", 3)]


def _first(ranking: pd.DataFrame) -> list[Message]:
    placed = ranking[ranking["rank"].notna()].sort_values("share_first", ascending=False)
    if placed.empty:
        return []
    counted = f"dimensions that stakeholders put at level {int(placed['from_level'].iloc[0])} or above"
    could = placed[placed["share_first"] >= MAY_BE_FIRST]
    top = could.iloc[0]
    if top["share_first"] >= CERTAIN:
        text = f"{top['region_name']} has the most {counted}, and would have in nearly any draw of stakeholders."
    elif len(could) <= FEW and len(set(could["share_first"])) > 1:
        told = [f"{row.region_name} in {round(10 * row.share_first)} of 10 draws" for row in could.itertuples()]
        text = f"By the number of {counted}, {listing(told)} of stakeholders would stand first."
    else:
        names = listing(list(could["region_name"])) if len(could) <= FEW else f"{len(could)} of {len(placed)} regions"
        text = f"By the number of {counted}, {names} cannot be told apart at the top."
    return [Message(text, "places", "picture", 3.5)]

"""Title, subtitle, row words and alt text of the chart of priorities, and how firm a place is under other weights."""

from __future__ import annotations

import pandas as pd

from helpers.charts.words import joined, short
from helpers.scoring.wording import listing, plural, sentence

FIRST, ALMOST_ANY, MOST = 3, 0.9, 0.8
_CRITERIA = {
    "points_gap": "gap",
    "points_disagreement": "disagreement",
    "points_confidence": "confidence",
    "points_need": "need",
}


def is_ranked(ranking: pd.DataFrame) -> pd.Series:
    """Say which dimensions have a place: those with a gap, a rank and no refusal."""
    gap = ranking["gap"].astype("Float64").fillna(0)
    return (ranking["refusal"] == "") & ranking["rank"].notna() & (gap > 0)


def ordered(ranking: pd.DataFrame) -> pd.DataFrame:
    """Return the rows as the chart shows them, with ``ranked``: most urgent first, then those without a place."""
    table = ranking.assign(ranked=is_ranked(ranking).astype(bool))
    table["is_weighed"] = len(_used(ranking)) > 1
    table["_rank"] = table["rank"].astype("Float64").where(table["ranked"]).astype(float)
    by = ["ranked", "_rank", *[column for column in ("order",) if column in table]]
    ascending = [False, True, True][: len(by)]
    return table.sort_values(by, ascending=ascending, kind="stable").drop(columns="_rank").reset_index(drop=True)


def weightings(share: float) -> str:
    """Say a share of weightings: "under 9 in 10 weightings"; never rounded up to all or down to none."""
    if share >= ALMOST_ANY:
        return "under almost any weights"
    if share <= 0:
        return "under no weights tried"
    if share < 0.1:
        return "under fewer than 1 in 10 weightings"
    return f"under {min(9, round(10 * share))}\u00a0in\u00a010 weightings"


def row_words(row, n_ranked: int) -> str:
    """Say how firm a place is, or why a dimension has none.

    With three places or fewer to give everyone is among the first three, and with one criterion there is nothing to
    weigh; then the gap is said instead.
    """
    if not row.ranked:
        return str(row.refusal) or ("no rank" if pd.isna(row.gap) or row.gap > 0 else "no gap: the level is reached")
    if pd.isna(row.share_top_three) or n_ranked <= FIRST or not row.is_weighed:
        return f"a gap of {plural(int(row.gap), 'level')}" if float(row.gap).is_integer() else f"a gap of {row.gap}"
    return f"in the top three {weightings(float(row.share_top_three))}"


def title_priorities(ranking: pd.DataFrame) -> str:
    """Return the finding: the first three, or that which come first depends on the weights."""
    table = ordered(ranking)
    ranked = table[table["ranked"]]
    if ranked.empty:
        return _nothing(table)
    first = ranked[ranked["rank"].astype(int) <= FIRST]
    if _used(ranking) == ["gap"]:
        return _by_one_criterion(first, ranked)
    firm = first["share_top_three"].astype(float).fillna(1) >= MOST
    if (len(ranked) <= FIRST or firm.all()) and len(first) <= FIRST + 1:
        names = listing(list(first["dimension_name"]), FIRST + 1)
        return f"First {'priorities' if len(first) > 1 else 'priority'}: {names}"
    if firm.all():
        return f"{len(first)} of {plural(len(ranked), 'dimension')} with a gap share the first places"
    if not firm.any():
        here = ranked["dimension_name"].iloc[0]
        return f"Which dimensions come first depends on the weights; with those set here, {here}"
    shares = first.loc[firm, "share_top_three"].astype(float)
    how = "almost any" if (shares >= ALMOST_ANY).all() else "most"
    names = list(first.loc[firm, "dimension_name"])
    stand = f"{listing(names)} {'stands' if len(names) == 1 else 'stand'} among the first three"
    return f"{stand} under {how} weights; the next places depend on the weights"


def subtitle_priorities(ranking: pd.DataFrame, *, when: str = "", scale: tuple[int, int] = (0, 5)) -> str:
    """Return measure, scale, wave and what the order was made from."""
    measure = f"Present level and level wanted, {scale[0]} (lowest) to {scale[1]} (highest)"
    used = _used(ranking)
    weighed = ", weighted" if len(used) > 1 else ""
    return joined([measure, when, f"order from {listing(used, most=4)}{weighed}" if used else ""])


def _used(ranking: pd.DataFrame) -> list[str]:
    """Return the criteria that gave points to any dimension."""
    return [name for column, name in _CRITERIA.items() if column in ranking and ranking[column].notna().any()]


def _by_one_criterion(first: pd.DataFrame, ranked: pd.DataFrame) -> str:
    widest = first[first["rank"] == first["rank"].min()]
    if len(widest) == len(ranked) > 1:
        return f"All {plural(len(ranked), 'dimension')} below the level wanted have the same gap"
    names = (
        listing(list(widest["dimension_name"]), FIRST + 1) if len(widest) <= FIRST + 1 else f"{len(widest)} dimensions"
    )
    return f"Widest gap: {names}"


def alt_priorities(ranking: pd.DataFrame, *, when: str = "") -> str:
    """Describe the chart: kind, subject, finding, every place with its levels."""
    table = ordered(ranking)
    n_ranked = int(table["ranked"].sum())
    kind = joined([f"Dumbbell chart of priorities: {plural(len(table), 'dimension')}, most urgent first", when])
    each = [_place(row, n_ranked) for row in table.itertuples()]
    return " ".join(sentence(part) for part in (kind, title_priorities(ranking), "; ".join(each)) if part)


def levels_words(row) -> str:
    """Say present and desired level: "from 2 to 4"; "at 4" where nothing more is wanted."""
    if pd.isna(row.level) or pd.isna(row.desired):
        return "" if pd.isna(row.level) else f"at {short(row.level)}"
    return f"from {short(row.level)} to {short(row.desired)}" if row.desired > row.level else f"at {short(row.level)}"


def _place(row, n_ranked: int) -> str:
    number = f"{int(row.rank)}. " if row.ranked else ""
    return f"{number}{row.dimension_name}: {joined([levels_words(row), row_words(row, n_ranked).rstrip('.')])}".replace(
        "; ", ", "
    )


def _nothing(table: pd.DataFrame) -> str:
    gap = table["gap"].astype("Float64")
    if len(table) and gap.notna().all() and (gap <= 0).all():
        return "Every dimension has reached the level wanted"
    return "There are no priorities to rank"

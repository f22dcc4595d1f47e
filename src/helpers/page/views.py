"""Where views differ: between stakeholders, between their sectors or roles, and from what was agreed."""

from __future__ import annotations

import pandas as pd

from helpers.charts import agreement as agreement_charts
from helpers.charts import agreement_words, groups_words
from helpers.charts import groups as group_charts
from helpers.page.blocks import Block, Blocks, absent, words
from helpers.page.drawing import drawing
from helpers.page.maturity import when
from helpers.page.tables import Column, table
from helpers.scoring.wording import listing, number, out_of, plural

NOT_KNOWN = Column("refusal", "Why not known", "prose")
AGREEMENT = (
    Column("dimension_name", "Dimension"),
    Column("n", "Ratings", "integer"),
    Column("median", "Median", "number"),
    Column("q1", "Lower quartile", "number", decimals=None),
    Column("q3", "Upper quartile", "number", decimals=None),
    Column("pct_at_median", "On the median level or levels", "number", unit="%", decimals=0),
    Column("n_near", "Within a level of the median", "integer"),
    Column("allowed_outside", "May lie outside", "integer"),
    Column("distribution", "Delphi verdict"),
    Column("agreement_a", "Agreement A (-1 to 1)", "number", decimals=2),
    Column("agreement_a_lowercl", "A, lower limit", "number", decimals=2),
    Column("agreement_a_uppercl", "A, upper limit", "number", decimals=2),
    Column("reading", "Usual reading of A"),
    Column("disagreement_index", "RAND/UCLA disagreement index", "number", decimals=2),
    Column("r_wg", "r_WG", "number", decimals=2),
    NOT_KNOWN,
)
DEPARTURES = (
    Column("dimension_name", "Dimension"),
    Column("consensus", "Consensus", "integer"),
    Column("median", "Median rating", "number"),
    Column("n_below", "Rated lower", "integer"),
    Column("n_at", "Rated the same", "integer"),
    Column("n_above", "Rated higher", "integer"),
    Column("p_value", "p", "number", decimals=3),
    Column("p_adjusted", "p, corrected", "number", decimals=3),
    NOT_KNOWN,
)
GROUPS = (
    Column("dimension_name", "Dimension"),
    Column("n", "Ratings", "integer"),
    Column("n_groups", "Groups", "integer"),
    Column("highest_group", "Highest"),
    Column("highest_median", "Median of the highest", "number"),
    Column("lowest_group", "Lowest"),
    Column("lowest_median", "Median of the lowest", "number"),
    Column("effect", "Size of the difference", "number", decimals=2),
    Column("effect_name", "Measured as"),
    Column("effect_reading", "Usual reading"),
    Column("p_value", "p", "number", decimals=3),
    Column("p_adjusted", "p, corrected", "number", decimals=3),
    NOT_KNOWN,
)
MEDIANS = (
    Column("dimension_name", "Dimension"),
    Column("group", "Group"),
    Column("n", "Ratings", "integer"),
    Column("median", "Median", "number"),
    Column("q1", "Lower quartile", "number", decimals=None),
    Column("q3", "Upper quartile", "number", decimals=None),
)


def agreement(
    agreed: pd.DataFrame, distribution: pd.DataFrame, departures: pd.DataFrame, profile: pd.DataFrame, source: str
) -> Blocks:
    """How close views lie on each dimension, and where the consensus is not what most had rated."""
    if profile["withheld"].any():
        return Blocks([absent("With so few stakeholders it is not shown where their views differ.")])
    rated = agreed[agreed["n"] > 0]
    if rated.empty:
        return Blocks([absent("No dimension has ratings yet, so nothing can be said of where views differ.")])
    counts = distribution[distribution["dimension"].isin(rated["dimension"])]
    figure = drawing(
        agreement_charts.figure_agreement, rated, counts, anchor="differences",
        title=agreement_words.title_agreement(rated),
        subtitle=agreement_words.subtitle_agreement(rated, when=when(profile)),
        alt=agreement_words.alt_agreement(rated, when=when(profile)), source=source,
    )  # fmt: skip
    shown = rated.assign(pct_at_median=100 * rated["share_at_median"])
    figures = table(shown, AGREEMENT, name="agreement", title="How far stakeholders agree", with_source=False)
    counted = _counts_table(counts)
    return Blocks([figure, words(_departed(departures)), figures, counted, *_departures_table(departures)])


def _counts_table(counts: pd.DataFrame) -> Block:
    """How many ratings each level got, one row a dimension."""
    wide = counts.pivot_table(index=["order", "dimension_name"], columns="level", values="n", aggfunc="sum")
    levels = [Column(f"level_{level}", f"Level {level}", "integer") for level in wide.columns]
    wide.columns = [column.name for column in levels]
    title = "How many chose each level"
    columns = (Column("dimension_name", "Dimension"), *levels)
    return table(wide.reset_index(), columns, name="ratings by level", title=title, with_source=False)


def _departed(departures: pd.DataFrame) -> str:
    """Where the agreed level lies a level or more from the middle of the ratings, and what most had rated."""
    known = departures[departures["consensus"].notna() & (departures["n"] > 0)]
    if known.empty:
        return ""
    away = known[known["departure"].abs() >= 1]
    if away.empty:
        return "On every dimension the agreed level lies within a level of the middle of the ratings."
    parts = [_departure(row) for row in away.itertuples()]
    return f"The agreed level lies a level or more from the middle of the ratings on {listing(parts, 4)}."


def _departure(row) -> str:
    other, way = (row.n_below, "lower") if row.departure > 0 else (row.n_above, "higher")
    told = out_of(int(other), int(row.n), "stakeholder")
    return f"{row.dimension_name} (agreed {row.consensus}, median {number(row.median)}; {told} rated it {way})"


def _departures_table(departures: pd.DataFrame) -> list[Block]:
    shown = departures[departures["consensus"].notna()]
    if shown.empty:
        return []
    title = "The consensus beside the single ratings"
    return [table(shown, DEPARTURES, name="consensus and ratings", title=title, with_source=False)]


def groups(medians: pd.DataFrame, differences: pd.DataFrame, profile: pd.DataFrame, source: str) -> Blocks:
    """Whether sectors, or roles, see it differently; one sentence where that cannot be said."""
    by = str(differences["by"].iloc[0]) if len(differences) else "sector"
    tested = differences[differences["refusal"] == ""]
    if tested.empty or medians.empty:
        why = next((text for text in differences["refusal"] if text), "no dimension has ratings")
        return Blocks([absent(f"Whether {by}s rate differently cannot be said: {why}.")])
    tables = [
        table(
            _readings_where_clear(differences),
            GROUPS,
            name=f"{by}s",
            title=f"Differences between {by}s",
            with_source=False,
        ),
        table(medians, MEDIANS, name=f"{by} medians", title=f"Median rating of each {by}", with_source=False),
    ]
    if not tested["is_clear"].astype(bool).any():  # a picture of differences that are none would say too much
        return Blocks([words(_told_apart(tested, medians, by)), *tables])
    figure = drawing(
        group_charts.figure_groups, medians, differences, anchor=f"{by}s",
        title=groups_words.title_groups(medians, differences),
        subtitle=groups_words.subtitle_groups(medians, differences),
        alt=groups_words.alt_groups(medians, differences), source=source,
    )  # fmt: skip
    return Blocks([figure, words(_told_apart(tested, medians, by)), *tables])


def _compared_groups(medians: pd.DataFrame, by: str) -> str:
    """Which groups were set against each other: "Between Health and all others put together"."""
    pooled = medians["is_pooled"].astype(bool)
    named = list(dict.fromkeys(medians.loc[~pooled, "group"]))
    return f"Between {listing([*named, 'all others put together'] if pooled.any() else named, 5)}"


def _readings_where_clear(differences: pd.DataFrame) -> pd.DataFrame:
    """With few people a large effect comes about by chance, so it is only put into words where it is clear."""
    clear = differences["is_clear"].fillna(False).astype(bool)
    return differences.assign(effect_reading=differences["effect_reading"].where(clear, ""))


def _told_apart(tested: pd.DataFrame, medians: pd.DataFrame, by: str) -> str:
    clear = tested[tested["is_clear"].astype(bool)]
    asked = plural(len(tested), "dimension")
    if clear.empty:
        text = (
            f"{_compared_groups(medians, by)} no difference is clear on any of the {asked}; groups this small can hide "
        )
        text += "real ones."
        nearest = tested.sort_values(["p_value", "order"]).iloc[0]
        ends = [
            f"{name} {number(median)}"
            for name, median in (
                (nearest["highest_group"], nearest["highest_median"]),
                (nearest["lowest_group"], nearest["lowest_median"]),
            )
        ]
        return f"{text} Furthest apart are the medians on {nearest['dimension_name']} ({', '.join(ends)})."
    parts = [f"{row.dimension_name} ({row.highest_group} above {row.lowest_group})" for row in clear.itertuples()]
    return f"Different {by}s rate clearly differently on {len(clear)} of {asked}: {listing(parts, 4)}."

"""What the chapter on all regions shows: profiles side by side, a heat map, places, and wholes made of parts."""

from __future__ import annotations

import pandas as pd

from helpers.charts import heatmap, heatmap_words, multiples, multiples_words
from helpers.charts import ranking as ranking_charts
from helpers.charts import rollup as rollup_charts
from helpers.page import blocks
from helpers.page.blocks import Block, Blocks, absent, words
from helpers.page.drawing import drawing, in_parts
from helpers.page.maturity import STATUS_WORDS
from helpers.page.tables import Column, table
from helpers.scoring import rollup
from helpers.scoring.wording import listing, number, plural, verb

PANELS_ACROSS = 4
MOST_DRAWN, FIRST_DRAWN = 96, 24
LEVELS = (
    Column("region_name", "Region"),
    Column("dimension_name", "Dimension"),
    Column("level", "Level", "integer"),
    Column("level_from", "Level from"),
    Column("low_level", "Plausible from", "integer"),
    Column("high_level", "Plausible to", "integer"),
    Column("reference_median", "European median", "number"),
    Column("wave_name", "Wave"),
    Column("n_stakeholders", "Stakeholders", "integer"),
    Column("status", "Status"),
    Column("reason", "Why not compared", "prose"),
    Column("caution", "Bear in mind", "prose"),
)
RANKING = (
    Column("region_name", "Region"),
    Column("rank", "Place", "integer"),
    Column("rank_low", "Place, at best", "integer"),
    Column("rank_high", "Place, at worst", "integer"),
    Column("reached", "Reached by single ratings", "integer"),
    Column("reached_low", "At least", "integer"),
    Column("reached_high", "At most", "integer"),
    Column("reached_by_level", "Reached by its levels", "integer"),
    Column("n_dimensions", "Dimensions counted", "integer"),
    Column("first_pct", "First", "number", unit="% of draws", decimals=0),
    Column("n_stakeholders", "Stakeholders", "integer"),
    Column("refusal", "Why without a place", "prose"),
)
AT_LEVEL = (
    Column("dimension_name", "Dimension"),
    Column("at", "Level"),
    Column("n_regions", "Regions", "integer"),
    Column("share_pct", "Share of those with a level", "number", unit="%", decimals=0),
)
ROLLED = (
    Column("dimension_name", "Dimension"),
    Column("level", "Level", "integer"),
    Column("n_parts", "Parts at it", "integer"),
    Column("share_pct", "Share by weight", "number", unit="%", decimals=0),
    Column("parts", "Which", "prose"),
    Column("weight_name", "Weighted by", "prose"),
)


ILLUSTRATIVE = (
    "The assessments on this page are illustrative: nobody in these regions gave these ratings. The page shows what a "
    "comparison looks like and must not be quoted. Only the European medians are published figures."
)
APART = "Real and illustrative ratings are never compared, so {files} {are} left out."


def notices(chosen: pd.DataFrame, files: pd.DataFrame) -> Block:
    """The banners: illustrative data, files left out since they do not compare, files refused.

    Parameters
    ----------
    chosen, files
        One row a file: those that are compared, and all.
    """
    statuses = set(chosen["status"]) if len(chosen) else set()
    words_of = STATUS_WORDS | {"illustrative": ILLUSTRATIVE}
    items = [(status, text, "files") for status, text in words_of.items() if status in statuses]
    states = files["state"] if len(files) else pd.Series(dtype=object)
    aside = [file for file in files.loc[states == "used", "file"] if file not in set(chosen["file"])]
    if aside:
        items.append(("note", APART.format(files=listing(aside, 4), are=verb(len(aside), "is", "are")), "files"))
    refused = list(files.loc[states == "refused", "file"])
    if refused:
        items.append(("refused", f"{listing(refused, 4)} could not be used; see what was wrong.", "findings"))
    return blocks.notices(items)


def who(levels: pd.DataFrame) -> Block:
    """Which regions stand here, when each was rated and by how many."""
    about = levels.drop_duplicates("region")
    if about.empty:
        return words("No region has an assessment that could be used.", anchor="who")
    parts = [f"{row.region_name} ({_panel(row)})" for row in about.itertuples()]
    return words(f"{plural(len(about), 'region')} with an assessment: {listing(parts, 12)}.", anchor="who")


def _panel(row) -> str:
    return ", ".join(part for part in (plural(int(row.n_stakeholders), "stakeholder"), row.wave_name) if part)


def limits(levels: pd.DataFrame, ranking: pd.DataFrame) -> Block:
    """What this page cannot say."""
    sentences = [
        "Each region was rated by its own people, who may read the levels differently from those elsewhere.",
        "Who takes part in an assessment is not left to chance, so the truth may lie outside the ranges shown.",
    ]
    if len(set(levels["wave_name"])) > 1:
        sentences.append("The assessments are of different dates.")
    if len(set(levels["model"])) > 1:
        sentences.append("They were made on different editions of the model; dimensions that do not compare are blank.")
    return words(*sentences, anchor="limits")


def facts(levels: pd.DataFrame) -> Block:
    """What the list of all regions says of this page."""
    about = levels.drop_duplicates("region")
    status = "illustrative" if (about["status"] == "illustrative").any() else ""
    said = listing(list(about["region_name"]), 5) + (", illustrative" if status else "")
    return blocks.facts(compared=said)


def profiles(levels: pd.DataFrame, reference: pd.DataFrame, source: str) -> Blocks:
    """The profile of every region in a panel of its own, the published medians behind it; of too many a table alone."""
    shown = table(levels, LEVELS, name="levels", title="Level of every region and dimension", with_source=False)
    if (count := levels["region"].nunique()) > MOST_DRAWN:
        return Blocks([words(_too_many(count), "The table has the level of each on every dimension."), shown])
    parts = [(part, reference) for part in multiples.parts(levels)]
    across = PANELS_ACROSS if len(parts) > 1 else None
    figure = in_parts(
        multiples.figure_multiples, parts, across=across, anchor="profiles",
        title=multiples_words.title_multiples(levels), subtitle=multiples_words.subtitle_multiples(levels),
        alts=[multiples_words.alt_multiples(part) for part, _ in parts], source=_with_reference(source, reference),
    )  # fmt: skip
    return Blocks([figure, shown])


def _too_many(count: int) -> str:
    return f"{number(count, 0)} regions are too many to draw one by one, which is done for up to {MOST_DRAWN}."


def heat(levels: pd.DataFrame, reference: pd.DataFrame, source: str) -> Blocks:
    """Every region and dimension as a number in a coloured cell; of too many, how many stand at each level."""
    if (count := levels["region"].nunique()) > MOST_DRAWN:
        said = words(f"{heatmap_words.title_heatmap(levels)}.", _too_many(count))
        title = "Regions at each level, by dimension"
        return Blocks([said, table(_at_levels(levels), AT_LEVEL, name="at each level", title=title, folded=False,
                                   with_source=False)])  # fmt: skip
    parts = [(part, reference) for part in heatmap.parts(levels)]
    figure = in_parts(
        heatmap.figure_heatmap, parts, anchor="heat", title=heatmap_words.title_heatmap(levels),
        subtitle=heatmap_words.subtitle_heatmap(levels, reference),
        alts=[heatmap_words.alt_heatmap(part, reference) for part, _ in parts],
        source=_with_reference(source, reference),
    )  # fmt: skip
    return Blocks([figure])


def _at_levels(levels: pd.DataFrame) -> pd.DataFrame:
    """How many regions stand at each level of each dimension, and of how many none is known or compares."""
    stood = levels.assign(at=levels["level"].astype("Int64").astype("string").fillna("not known or does not compare"))
    counts = stood.groupby(["dimension", "dimension_name", "at"], sort=False).size().rename("n_regions").reset_index()
    known = levels.groupby("dimension")["level"].count()
    share = 100 * counts["n_regions"] / counts["dimension"].map(known).where(lambda n: n > 0)
    counts["share_pct"] = share.where(counts["at"].str.isdecimal())
    order = {code: place for place, code in enumerate(levels["dimension"].unique())}
    return counts.sort_values(["dimension", "at"], key=lambda by: by.map(order) if by.name == "dimension" else by)


def places(ranking: pd.DataFrame, source: str) -> Blocks:
    """The regions by how many dimensions they reached, with the range of each place; one sentence without a ranking.

    Of too many the first are drawn, and the table has all.
    """
    if ranking["rank"].isna().all():
        why = next((text for text in ranking["refusal"] if text), "no region has ratings")
        return Blocks([absent(f"No ranking is drawn: {why}.")])
    is_long = len(ranking) > MOST_DRAWN
    drawn = ranking.head(FIRST_DRAWN) if is_long else ranking
    parts = ranking_charts.parts(drawn)
    subtitle = ranking_charts.subtitle_ranking(ranking)
    subtitle += f"; the first {FIRST_DRAWN} of {number(len(ranking), 0)} are drawn" if is_long else ""
    figure = in_parts(
        ranking_charts.figure_ranking, [(part,) for part in parts], anchor="places",
        title=ranking_charts.title_ranking(ranking), subtitle=subtitle,
        alts=[ranking_charts.alt_ranking(part) for part in parts], source=source,
    )  # fmt: skip
    shown = ranking.assign(first_pct=100 * ranking["share_first"])
    return Blocks([figure, table(shown, RANKING, name="places", title="Places of the regions", with_source=False)])


def wholes(rolled: pd.DataFrame, source: str) -> Blocks:
    """Every region that is made of parts: how they spread over the levels, never their average."""
    if rolled.empty:
        return Blocks([absent("No region has two parts with an assessment, so no whole is put together from parts.")])
    found = [_whole(str(id_), part, source) for id_, part in rolled.groupby("whole", sort=False)]
    return Blocks([block for group in found for block in group])


def _whole(id_: str, rolled: pd.DataFrame, source: str) -> list[Block]:
    name, summary = str(rolled["whole_name"].iloc[0]), rollup.summary(rolled)
    figure = drawing(
        rollup_charts.figure_rollup, rolled, summary, anchor=f"whole-{id_}",
        title=rollup_charts.title_rollup(summary), subtitle=rollup_charts.subtitle_rollup(summary),
        alt=rollup_charts.alt_rollup(rolled, summary), source=source,
    )  # fmt: skip
    shown = rolled[rolled["n_parts"] > 0].assign(share_pct=100 * rolled["share_weight"])
    listed = table(shown, ROLLED, name=f"parts of {name}", title=f"The parts of {name} by level", with_source=False)
    parts, known = int(summary["n_parts"].max()), int(rolled["n_known"].iloc[0])
    said = f"{name}, from {parts} of its {plural(known, 'part')}; nothing is said of the others."
    if parts >= known:
        said = f"{name}, from all of its {plural(known, 'part')}."
    return [words(said), figure, listed]


def _with_reference(source: str, reference: pd.DataFrame) -> str:
    """The source of a figure that shows the published medians too."""
    named = reference[["profile_name", "source"]].drop_duplicates()
    return " ".join([source, *(f"{row.profile_name}: {row.source}." for row in named.itertuples())]).strip()

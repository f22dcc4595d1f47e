"""Services that are needed together, and groups of people who use services alike."""

from __future__ import annotations

import pandas as pd

from helpers.charts import together as together_charts
from helpers.page.blocks import Block, Blocks, absent, words
from helpers.page.drawing import drawing
from helpers.page.sourcing import source_line
from helpers.page.tables import Column, table
from helpers.reference.regions import Region
from helpers.scoring.together import MINIMUM, USERS
from helpers.scoring.wording import NBSP, listing, number, plural

PAIRS = (
    Column("service_a", "Service"),
    Column("service_b", "With"),
    Column("n_both", "People with both", "integer"),
    Column("n_a", "People with the first", "integer"),
    Column("n_b", "People with the second", "integer"),
    Column("support_pct", "With both", "number", unit="% of all", decimals=1),
    Column("lift", "Times as often as by chance", "number", decimals=2),
    Column("lift_lowercl", "Lower limit", "number", decimals=2),
    Column("lift_uppercl", "Upper limit", "number", decimals=2),
    Column("also_b_pct", "Of the first, also the second", "number", unit="%", decimals=0),
    Column("also_a_pct", "Of the second, also the first", "number", unit="%", decimals=0),
    Column("p_adjusted", "p, corrected", "number", decimals=3),
    Column("verdict", "Together"),
)
CLASSES = (
    Column("class", "Group", "integer"),
    Column("share_pct", "Of all people", "number", unit="%", decimals=0),
    Column("service", "Service"),
    Column("use_pct", "Of the group", "number", unit="%", decimals=0),
    Column("overall_pct", "Of all", "number", unit="%", decimals=0),
)
OFTEN = 50


def together(
    pairs: pd.DataFrame,
    classes: pd.DataFrame,
    place: Region,
    files: pd.DataFrame,
    *,
    is_given: bool = True,
) -> Blocks:
    """Pairs of services and groups of people; one sentence where the region has given nothing.

    Parameters
    ----------
    pairs
        As `helpers.scoring.together.pairs` gives it.
    classes
        The first table of `helpers.scoring.latent_classes.classes`.
    files
        One row a file, as ``ingest.sources.source_table`` gives it: the region's file of persons and services.
    is_given
        Whether the region has such a file with a usable row.
    """
    if not is_given:
        text = f"a file together/{place.id}.csv in the data folder with the columns person, service adds them"
        return Blocks([absent(f"Which services are used by the same people in {place.name} is not known; {text}.")])
    if pairs.empty:
        why = f"fewer than {MINIMUM} people stand behind each, or it would give some away"
        return Blocks([absent(f"No pair of services of {place.name} can be shown: {why}.")])
    figure = drawing(
        together_charts.figure_together,
        pairs,
        anchor="together",
        title=together_charts.title_together(pairs),
        subtitle=together_charts.subtitle_together(pairs),
        alt=together_charts.alt_together(pairs),
        source=source_line(files, files["file"]),
    )
    shown = table(pairs, PAIRS, name="together", title="Every pair of services that can be shown", with_source=False)
    return Blocks([figure, words(*_said(pairs)), shown, *_classes(classes)])


def _said(pairs: pd.DataFrame) -> list[str]:
    hidden = int(pairs["n_hidden"].iloc[0])
    said = [f"Pairs with fewer than {MINIMUM} people in any of their counts are not shown ({hidden} of "
            f"{plural(int(pairs['n_pairs'].iloc[0]), 'pair')})."]  # fmt: skip
    if pairs["base"].iloc[0] == USERS:
        said.append("Only people with at least one service are in the data, so that less than chance cannot be judged.")
    said.append("A difference is clear where the test, corrected for the number of pairs, says so.")
    return [*said, "That two services go together does not say that one leads to the other."]


def _classes(classes: pd.DataFrame) -> list[Block]:
    """The groups in a sentence each, and their table; or why there are none."""
    if classes.empty:
        return []
    refusal = str(classes["refusal"].iloc[0])
    if refusal:
        return [words(f"Groups of people who use services alike are not shown: {refusal}.")]
    count = int(classes["n_classes"].iloc[0])
    start = f"The data are best described by {plural(count, 'group')} of people who use services alike."
    said = [_group_words(own) for _, own in classes.groupby("class")]
    shown = table(classes, CLASSES, name="classes", title="Groups of people who use services alike", with_source=False)
    return [words(start, *said, "The groups summarise the data; they are not kinds of people."), shown]


def _group_words(own: pd.DataFrame) -> str:
    """One group: its size, and what half of it or more use."""
    size = f"{number(own['share_pct'].iloc[0], 0)}{NBSP}% of people"
    often = own[own["use_pct"] >= OFTEN].sort_values("use_pct", ascending=False)
    if often.empty:
        return f"Of group {own['class'].iloc[0]:.0f} ({size}) fewer than half use any one service."
    uses = listing([f"{row.service} ({number(row.use_pct, 0)}{NBSP}%)" for row in often.itertuples()], 4)
    return f"Of group {own['class'].iloc[0]:.0f} ({size}) most use {uses}."

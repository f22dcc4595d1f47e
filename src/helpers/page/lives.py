"""What the page says of how long people live: the figure, the table and the method in a sentence."""

from __future__ import annotations

import pandas as pd

from helpers.charts import lives as charts
from helpers.page.blocks import Block, Blocks, absent, words, worked_out
from helpers.page.drawing import drawing
from helpers.page.sourcing import files_of, source_line
from helpers.page.tables import Column, table
from helpers.reference.regions import Region
from helpers.scoring.lives import CALCULATED, POORER, SPREAD
from helpers.scoring.wording import sentence

LIVES = (
    Column("indicator_name", "Measure"),
    Column("value", "Value", "number", unit="years"),
    Column("lowercl", "Lower limit", "number", unit="years"),
    Column("uppercl", "Upper limit", "number", unit="years"),
    Column("period", "Period"),
    Column("comparator_value", "Comparator", "number", unit="years"),
    Column("comparator_basis", "Which comparator"),
    Column("verdict", "Beside the comparator"),
    Column("minimum", "Lowest area", "number", unit="years"),
    Column("maximum", "Highest area", "number", unit="years"),
    Column("rank", "Rank", "integer"),
    Column("n_areas", "Areas", "integer"),
    Column("caution", "Bear in mind", "prose"),
)
METHOD = (
    "Life expectancy is how long people would live if the death rates of the period stayed for good; it follows "
    "nobody's own life."
)
OF_POORER = (
    "Years in poorer health are life expectancy less healthy life expectancy; their interval takes the two as "
    "independent, which makes it wider than it is."
)
OF_CALCULATED = (
    "“Calculated here” is worked out from deaths and population by age in the data folder (Chiang's abridged life "
    "table, variance by Silcocks)."
)


def lives(table_: pd.DataFrame, place: Region, files: pd.DataFrame) -> Blocks:
    """How long people live here and how much of it in good health; one sentence where the data do not say."""
    shown = table_[table_["kind"] != SPREAD]
    if shown["value"].notna().sum() == 0:
        why = next((f" It could not be worked out here: {text}." for text in shown["caution"] if text), "")
        text = f"The data hold no life expectancy of {place.name}; a file with life_expectancy by sex would show it."
        return Blocks([absent(f"{text}{why}")])
    figure = drawing(
        charts.figure_lives,
        table_,
        anchor="lives",
        title=charts.title_lives(table_, region_name=place.name),
        subtitle=charts.subtitle_lives(table_),
        alt=charts.alt_lives(table_, region_name=place.name),
        source=source_line(files, files_of(shown)),
    )
    listed = table(shown, LIVES, name="lives", title="Life expectancy and healthy life expectancy")
    return Blocks([figure, words(*_spread(table_)), listed, _method(shown)])


def _spread(table_: pd.DataFrame) -> list[str]:
    """Quote what is published of the difference inside the area."""
    quoted = table_[table_["kind"] == SPREAD]
    return [sentence(f"{row.indicator_name}, as published: {row.caution}") for row in quoted.itertuples()]


def _method(shown: pd.DataFrame) -> Block:
    kinds = set(shown["kind"])
    parts = [METHOD, OF_POORER if POORER in kinds else "", OF_CALCULATED if CALCULATED in kinds else ""]
    cautions = shown.loc[shown["caution"] != "", "caution"].drop_duplicates()
    return worked_out(*parts, *(sentence(text) for text in cautions))

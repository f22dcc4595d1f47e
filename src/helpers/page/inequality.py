"""What the page says of inequality by deprivation: the index of every indicator, the gradients, and the change."""

from __future__ import annotations

import pandas as pd

from helpers.charts import gradients as gradient_charts
from helpers.charts import inequality as charts
from helpers.charts import inequality_words as said
from helpers.page.blocks import Block, Blocks, absent, worked_out
from helpers.page.drawing import drawing
from helpers.page.sourcing import files_of, source_line
from helpers.page.tables import Column, table
from helpers.reference.regions import Region
from helpers.scoring.inequality_changes import TREND, inequality_changes
from helpers.scoring.inequality_over_time import NOT_WORKED_OUT
from helpers.scoring.wording import sentence

INDICES = (
    Column("indicator_name", "Indicator"),
    Column("period", "Period"),
    Column("sii", "Slope index", "number"),
    Column("sii_lowercl", "Lower limit", "number"),
    Column("sii_uppercl", "Upper limit", "number"),
    Column("unit", "Unit"),
    Column("rii", "Relative index", "number", decimals=2),
    Column("rii_lowercl", "Lower limit", "number", decimals=2),
    Column("rii_uppercl", "Upper limit", "number", decimals=2),
    Column("par", "Attributable to deprivation", "number", unit="%"),
    Column("par_lowercl", "Lower limit", "number", unit="%"),
    Column("par_uppercl", "Upper limit", "number", unit="%"),
    Column("overall", "Whole area", "number"),
    Column("verdict", "Gradient"),
    Column("reason", "Why something is missing", "prose"),
)
CHANGES = (
    Column("indicator_name", "Indicator"),
    Column("first_period", "First period"),
    Column("latest_period", "Latest period"),
    Column("n_apart", "Periods tested", "integer"),
    Column("rii_first", "Relative index, first", "number", decimals=2),
    Column("rii_latest", "Relative index, latest", "number", decimals=2),
    Column("rii_per_year", "A year", "number", decimals=3),
    Column("rii_per_year_lowercl", "Lower limit", "number", decimals=3),
    Column("rii_per_year_uppercl", "Upper limit", "number", decimals=3),
    Column("rii_p_adjusted", "p, adjusted", "number", decimals=3),
    Column("rii_change", "Relative gap"),
    Column("sii_first", "Slope index, first", "number"),
    Column("sii_latest", "Slope index, latest", "number"),
    Column("sii_p_adjusted", "p, adjusted", "number", decimals=3),
    Column("sii_change", "Absolute gap"),
    Column("rii_reason", "Why not tested", "prose"),
)
METHOD = (
    "These are the slope and the relative index of inequality in ScotPHO's convention: a straight line is fitted "
    "through the five fifths, each at its place among the people from most to least deprived and weighted by them; "
    "the slope index is the most less the least deprived end, the relative index is that over the whole area's figure. "
    "The limits come from how far the fifths lie off the line (Student's t with 3 degrees of freedom). "
    "A gradient is called clear only where these limits leave out 0 and the chance in the five figures alone would not "
    "bring the slope about. Nothing corrects for the number of indicators: of 20 without a gradient one may seem to "
    "have one."
)
BELOW = "Where the gradient is steep and not straight the line can end below 0, which no figure can."
OTHER = (
    "Fingertips (Public Health England) divides the two ends by each other instead, so its relative index is another "
    "number."
)
ATTRIBUTABLE = (
    "Attributable to deprivation is the share that would go if everybody had the least deprived fifth's figure; it "
    "does not say that this can be brought about."
)
OF_CHANGE = (
    "Periods of several years overlap, so the test uses those that share no day; its errors hold the chance in the "
    "five figures, and p is adjusted over all indicators shown (Benjamini and Hochberg)."
)


def inequality(indices: pd.DataFrame, place: Region, files: pd.DataFrame) -> Blocks:
    """The index of every indicator by deprivation, its gradient and its change; one sentence where there is none."""
    if indices.empty:
        text = (
            f"The data hold no indicator of {place.name} by fifth of deprivation, so there is no index of inequality."
        )
        return Blocks([absent(text)])
    changes = inequality_changes(indices)
    blocks = [*_summary(indices, place, files), _gradients(indices, place, files)]
    blocks += _changes(indices, changes, place, files) if len(changes) else []
    every = said.in_order(indices)
    shown = table(every, INDICES, name="inequality", title="Indices of inequality, latest period")
    below = BELOW if (said.latest(indices)[["most_deprived_end", "least_deprived_end"]] < 0).any(axis=None) else ""
    of_change = OF_CHANGE if len(changes) else ""
    return Blocks([*blocks, shown, worked_out(METHOD, below, OTHER, ATTRIBUTABLE, of_change)])


def _summary(indices: pd.DataFrame, place: Region, files: pd.DataFrame) -> list[Block]:
    """All indicators in one picture; a sentence where none has an index."""
    latest = said.latest(indices)
    if (latest["verdict"] == NOT_WORKED_OUT).all():
        why = latest["reason"].iloc[0]
        return [absent(f"No index of inequality can be worked out for {place.name}: {why}.")]
    figure = drawing(
        charts.figure_inequality,
        indices,
        anchor="inequality",
        title=said.title_inequality(indices, region_name=place.name),
        subtitle=said.subtitle_inequality(indices),
        alt=said.alt_inequality(indices, region_name=place.name),
        source=source_line(files, files_of(latest)),
    )
    return [figure]


def _gradients(indices: pd.DataFrame, place: Region, files: pd.DataFrame) -> Block:
    return drawing(
        gradient_charts.figure_gradients,
        indices,
        anchor="gradients",
        title=said.title_gradients(indices, region_name=place.name),
        subtitle=said.subtitle_gradients(indices),
        alt=said.alt_gradients(indices, region_name=place.name),
        source=source_line(files, files_of(said.latest(indices))),
    )


def _changes(indices: pd.DataFrame, changes: pd.DataFrame, place: Region, files: pd.DataFrame) -> list[Block]:
    figure = drawing(
        charts.figure_inequality_changes,
        indices,
        changes=changes,
        anchor="inequality-change",
        title=said.title_changes(changes, region_name=place.name),
        subtitle=said.subtitle_changes(changes),
        alt=said.alt_changes(changes, region_name=place.name),
        source=source_line(files, files_of(indices)),
    )
    names = {"name": "inequality over time", "title": "Change of inequality", "description": sentence(TREND)}
    listed = table(changes, CHANGES, **names, with_source=False)
    return [figure, listed]

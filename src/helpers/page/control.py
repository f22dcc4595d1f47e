"""Delayed discharges on the page: the control chart, what it rests on, and every month as a table."""

from __future__ import annotations

import pandas as pd

from helpers.charts import control as charts
from helpers.charts import control_words
from helpers.page.blocks import Blocks, absent, words
from helpers.page.drawing import drawing
from helpers.page.sourcing import files_of, source_line
from helpers.page.tables import Column
from helpers.page.tables import table as shown_table
from helpers.reference.regions import Region

SOURCE = "phs-delayed-discharges"
MONTHS = (
    Column("period", "Month"),
    Column("value", "Beds a day", "number"),
    Column("bed_days", "Bed days", "integer"),
    Column("days_in_month", "Days", "integer"),
    Column("mean", "Average", "number"),
    Column("lower_limit", "Lower limit", "number"),
    Column("upper_limit", "Upper limit", "number"),
    Column("special_cause", "Rule that finds it unusual"),
    Column("direction", "High or low"),
    Column("beds_per_100000", "Beds a day per 100,000 adults", "number"),
    Column("rebase_reason", "Limits start anew", "prose"),
)


def control(table: pd.DataFrame, summary: pd.DataFrame, place: Region, files: pd.DataFrame) -> Blocks:
    """The control chart of delayed discharges.

    Parameters
    ----------
    table
        As ``scoring.delays.control`` gives it, of the region alone.
    summary
        As ``scoring.delays.summary`` gives it of the same.
    place
        The region.
    files
        One row a file of indicators.

    Returns
    -------
    Blocks
        Figure, a sentence, and the months; one sentence where there are no figures.
    """
    if table.empty or summary.empty:
        text = f"The data hold no delayed discharges by month of {place.name}"
        how = "For council areas of Scotland the command" if place.country == "Scotland" else "In Scotland the command"
        return Blocks([absent(f"{text}. {how} atlas fetch {SOURCE} brings the figures.")])
    figure = drawing(
        charts.figure_control,
        table,
        anchor="delays",
        title=control_words.title_control(summary, region_name=place.name),
        subtitle=control_words.subtitle_control(summary, region_name=place.name),
        alt=control_words.alt_control(table, summary, region_name=place.name),
        source=source_line(files, files_of(table)),
    )
    months = shown_table(table, MONTHS, name="delayed discharges", title="Delayed discharges, every month")
    return Blocks([figure, words(summary["sentence"].iloc[0]), months])

"""Beds and demand: what a region's own arrivals and stays would need under each condition."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from helpers.charts import demand as demand_charts
from helpers.page.blocks import Block, Blocks, absent, notices, words, worked_out
from helpers.page.drawing import drawing
from helpers.page.sourcing import files_of, source_line
from helpers.page.tables import Column, table
from helpers.reference.regions import Region
from helpers.scoring.wording import NBSP, number

NEEDED = (
    Column("condition_name", "Condition"),
    Column("group", "Group"),
    Column("mean_occupancy", "In use on average", "number", unit="beds", decimals=1),
    Column("beds_50", "Enough on 50 % of days", "integer", unit="beds"),
    Column("beds_80", "Enough on 80 % of days", "integer", unit="beds"),
    Column("beds_95", "Enough on 95 % of days", "integer", unit="beds"),
    Column("beds_95_lowercl", "95 %: lower limit over assumptions", "integer", unit="beds"),
    Column("beds_95_uppercl", "95 %: upper limit over assumptions", "integer", unit="beds"),
    Column("beds_95_chance", "95 %: if assumptions were exact", "integer", unit="beds"),
    Column("share_of_variance_assumptions_pct", "Variation from assumptions", "number", unit="%", decimals=0),
    Column("share_of_variance_chance_pct", "Variation from chance", "number", unit="%", decimals=0),
    Column("beds", "Available", "integer", unit="beds"),
    Column("shortfall_pct", "Too few", "number", unit="% of days", decimals=1),
    Column("delayed_beds", "Used by people ready to leave", "number", unit="beds", decimals=1),
)
GIVEN = (
    Column("group", "Group"),
    Column("arrivals_per_day", "Arrivals a day", "number", decimals=None),
    Column("arrivals_low", "Lower limit", "number", decimals=None),
    Column("arrivals_high", "Upper limit", "number", decimals=None),
    Column("stay_days", "Mean stay", "number", unit="days", decimals=None),
    Column("stay_low", "Lower limit of stay", "number", unit="days", decimals=None),
    Column("stay_high", "Upper limit of stay", "number", unit="days", decimals=None),
    Column("beds", "Beds", "integer"),
    Column("delayed_pct", "Bed-days of people ready to leave", "number", unit="%", decimals=None),
    Column("source", "From", "prose"),
)
CONDITIONS = (
    Column("condition_name", "Condition"),
    Column("group", "Group"),
    Column("arrivals", "Arrivals times", "number", decimals=None),
    Column("arrivals_low", "Lower limit", "number", decimals=None),
    Column("arrivals_high", "Upper limit", "number", decimals=None),
    Column("stay", "Stay times", "number", decimals=None),
    Column("stay_low", "Lower limit of stay", "number", decimals=None),
    Column("stay_high", "Upper limit of stay", "number", decimals=None),
    Column("reason", "Why", "prose"),
    Column("source", "From", "prose"),
    Column("status", "Status"),
)
MODEL = (
    "Beds in use are worked out as if people came independently of each other, everybody were admitted, and rates "
    "stayed the same within a condition. Weekdays, people who come together and peaks within the day are not in it, so "
    "that the real need varies more."
)


def demand(
    needed: pd.DataFrame,
    given: pd.DataFrame,
    conditions: pd.DataFrame,
    place: Region,
    files: pd.DataFrame,
    *,
    refused: Iterable[str] = (),
) -> Blocks:
    """The beds needed under each condition, and what went in; one sentence where the region has given nothing.

    Parameters
    ----------
    needed
        As `helpers.scoring.demand.beds_needed` gives it.
    given, conditions
        As ``ingest.demand.read_demand`` gives them.
    files
        One row a file, as ``ingest.sources.source_table`` gives it.
    refused
        Names of files that are there and of which nothing could be used.
    """
    if needed.empty:
        return Blocks([absent(_how(place, list(refused)))])
    figure = drawing(
        demand_charts.figure_demand,
        needed,
        anchor="demand",
        title=demand_charts.title_demand(needed, region_name=place.name),
        subtitle=demand_charts.subtitle_demand(needed),
        alt=demand_charts.alt_demand(needed, region_name=place.name),
        source=source_line(files, files_of(given) | files_of(conditions)),
    )
    blocks = [
        *_notice(conditions),
        figure,
        words(_shares(needed)),
        table(needed, NEEDED, name="beds", title="Beds needed by condition and group", with_source=False),
        table(given, GIVEN, name="demand", title="Arrivals and stays that went in"),
        table(conditions, CONDITIONS, name="conditions", title="The conditions and why"),
        worked_out(MODEL),
    ]
    return Blocks(blocks)


def _how(place: Region, refused: list[str]) -> str:
    """What is missing and how to add it."""
    if refused:
        return f"Nothing in {' or '.join(refused)} could be used, so the beds of {place.name} are not worked out."
    columns = "group, arrivals_per_day, arrivals_low, arrivals_high, stay_days, stay_low, stay_high, beds, source"
    return (
        f"There are no arrivals and lengths of stay for {place.name}: a file demand/{place.id}.csv in the data folder "
        f"with the columns {columns} adds the beds that they need."
    )


def _notice(conditions: pd.DataFrame) -> list[Block]:
    made_up = conditions[conditions["status"] == "illustrative"]
    if made_up.empty:
        return []
    text = "The conditions under “Beds and demand” are made up by this project; demand/conditions.csv replaces them."
    return [notices([("illustrative", text, "demand")])]


def _shares(needed: pd.DataFrame) -> str:
    """How much of the variation comes from not knowing, and how much from one day to the next."""
    first = needed.iloc[0]
    parts = [f"{number(first[f'share_of_variance_{name}_pct'], 0)}{NBSP}%" for name in ("assumptions", "chance")]
    assumed = f"{parts[0]} of the variation comes from assumptions that nobody knows exactly"
    return f"{first['condition_name']}: {assumed}, {parts[1]} from one day to the next by chance."

"""How far the whole profile can be relied on: coefficients of agreement over all dimensions, read in words."""

from __future__ import annotations

import pandas as pd

from helpers.charts import coefficients as coefficient_charts
from helpers.charts import coefficients_words
from helpers.page.blocks import Blocks, absent
from helpers.page.drawing import drawing
from helpers.page.tables import Column, table

COEFFICIENTS = (
    Column("coefficient_name", "Coefficient"),
    Column("asks", "What it asks", "prose"),
    Column("value", "Value", "number", decimals=2),
    Column("lowercl", "Lower limit", "number", decimals=2),
    Column("uppercl", "Upper limit", "number", decimals=2),
    Column("reading", "Usual reading"),
    Column("n_stakeholders", "Stakeholders", "integer"),
    Column("n_left_out", "Left out", "integer"),
    Column("n_dimensions", "Dimensions", "integer"),
    Column("draws_used", "Draws", "integer"),
    Column("method", "How", "prose"),
    Column("reading_source", "Reading after", "prose"),
    Column("refusal", "Why not given", "prose"),
)


def reliance(coefficients: pd.DataFrame, source: str) -> Blocks:
    """The coefficients with their intervals and usual readings; one sentence where none can be given."""
    if (coefficients["refusal"] != "").all():
        why = coefficients["refusal"].iloc[0]
        return Blocks([absent(f"How far the whole profile can be relied on is not computed: {why}.")])
    figure = drawing(
        coefficient_charts.figure_coefficients, coefficients, anchor="reliance",
        title=coefficients_words.title_coefficients(coefficients),
        subtitle=coefficients_words.subtitle_coefficients(coefficients),
        alt=coefficients_words.alt_coefficients(coefficients), source=source,
    )  # fmt: skip
    title = "Agreement and reliability over the whole profile"
    return Blocks([figure, table(coefficients, COEFFICIENTS, name="coefficients", title=title, with_source=False)])

"""How far the whole profile can be relied on: coefficients of agreement over all dimensions, read in words."""

from __future__ import annotations

import pandas as pd

from helpers.charts import coefficients as coefficient_charts
from helpers.charts import coefficients_words
from helpers.page.blocks import Blocks, absent, words
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
# the bands of Koo and Li, Journal of Chiropractic Medicine 2016
LIKENESS = ((0.75, "much the same profile"), (0.5, "a similar profile"), (-1e9, "another profile"))


def reliance(coefficients: pd.DataFrame, source: str) -> Blocks:
    """The coefficients with their intervals and usual readings; one sentence where none can be given."""
    if (coefficients["refusal"] != "").all():
        why = coefficients["refusal"].iloc[0]
        return Blocks([absent(f"How far the whole profile can be relied on is not computed: {why}.")])
    figure = drawing(
        coefficient_charts.figure_coefficients, coefficients, anchor="reliance",
        title=_finding(coefficients),
        subtitle=coefficients_words.subtitle_coefficients(coefficients),
        alt=coefficients_words.alt_coefficients(coefficients), source=source, folded=True,
    )  # fmt: skip
    title = "Agreement and reliability over the whole profile"
    said = words(_in_words(coefficients), anchor="relied-on")
    return Blocks(
        [said, figure, table(coefficients, COEFFICIENTS, name="coefficients", title=title, with_source=False)]
    )


def _finding(coefficients: pd.DataFrame) -> str:
    """What the section is about, in one clause: whether another panel would draw the same profile."""
    known = coefficients[coefficients["refusal"] == ""].set_index("coefficient")["value"]
    if "icc_2_k" not in known:
        return "How far another panel would draw the same profile is not known"
    likeness = next(words for least, words in LIKENESS if known["icc_2_k"] >= least)
    return f"Another panel of this size would probably draw {likeness}"


def _in_words(coefficients: pd.DataFrame) -> str:
    """The two numbers that a reader may take from it: for the panel together, and for one person alone."""
    known = coefficients[coefficients["refusal"] == ""].set_index("coefficient")
    if not {"icc_2_k", "icc_2_1"} <= set(known.index):
        return ""
    whole, single = known.loc["icc_2_k"], known.loc["icc_2_1"]
    interval = f", likely {whole['lowercl']:.2f} to {whole['uppercl']:.2f}"
    return (
        f"On a scale to 1 the reliability of the panel together is {whole['value']:.2f}{interval}, and of one "
        f"stakeholder alone {single['value']:.2f}: the profile is the panel's, not any one person's."
    )

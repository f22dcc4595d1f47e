"""The nine outcomes with three columns of evidence, and what people say, as figures, tables and sentences."""

from __future__ import annotations

import pandas as pd

from helpers.charts import citizens as citizens_charts
from helpers.charts import outcomes as outcome_charts
from helpers.page.blocks import Blocks, absent
from helpers.page.drawing import drawing, in_parts
from helpers.page.sourcing import files_of, source_line
from helpers.page.tables import Column, table
from helpers.reference.regions import Region
from helpers.scoring.outcomes import KINDS

MAP = (
    Column("outcome_name", "Outcome"),
    Column("service", "Service data", "list"),
    Column("population", "Population", "list"),
    Column("people", "What matters to people", "list"),
)
SAID = (
    Column("indicator_name", "Question"),
    Column("value", "Share", "number", unit="%", decimals=None),
    Column("lowercl", "Lower limit", "number", decimals=None),
    Column("uppercl", "Upper limit", "number", decimals=None),
    Column("period", "Period"),
    Column("comparator_value", "Comparator", "number", decimals=None),
    Column("comparator_basis", "Which comparator"),
    Column("verdict", "Beside the comparator"),
)


def outcomes(evidence: pd.DataFrame, coverage: pd.DataFrame, place: Region, files: pd.DataFrame) -> Blocks:
    """Three columns of evidence for each outcome; one sentence where there is no figure for any."""
    if evidence.empty:
        return Blocks([absent(f"The data hold no figure of {place.name} for any of the outcomes.")])
    figure = drawing(
        outcome_charts.figure_outcomes,
        evidence,
        coverage,
        anchor="outcomes",
        title=outcome_charts.title_outcomes(coverage, region_name=place.name),
        subtitle=outcome_charts.subtitle_outcomes(evidence),
        alt=outcome_charts.alt_outcomes(evidence, coverage, region_name=place.name),
        source=source_line(files, files_of(evidence)),
    )
    title = "The evidence for each outcome"
    shown = table(evidence_map(evidence, coverage), MAP, name="outcomes", title=title, with_source=False)
    return Blocks([figure, shown])


def evidence_map(evidence: pd.DataFrame, coverage: pd.DataFrame) -> pd.DataFrame:
    """Give one row an outcome and one list of short statements a kind of evidence: ``outcome_name`` and the kinds."""
    words = evidence.assign(said=[_statement(row) for row in evidence.itertuples()])
    lists = words.groupby(["outcome", "evidence"], sort=False)["said"].agg(list).to_dict()
    rows = [
        {"outcome_name": f"{row.outcome}. {row.outcome_name}: {row.text}"}
        | {kind: lists.get((row.outcome, kind), []) for kind in KINDS}
        for row in coverage.itertuples()
    ]
    return pd.DataFrame(rows, columns=[column.name for column in MAP])


def citizens(said: pd.DataFrame, place: Region, files: pd.DataFrame) -> Blocks:
    """What people say when they are asked; one sentence where nobody was."""
    if said.empty:
        return Blocks([absent(f"The data hold no answers of people in {place.name}.")])
    printed = said["verdict"] == "as printed"
    parts = [part for part in (said[~printed], said[printed]) if len(part)]
    figure = in_parts(
        citizens_charts.figure_citizens,
        [[part] for part in parts],
        anchor="citizens",
        title=citizens_charts.title_citizens(said, region_name=place.name),
        subtitle=citizens_charts.subtitle_citizens(said),
        alts=[citizens_charts.alt_citizens(part, region_name=place.name) for part in parts],
        source=source_line(files, files_of(said)),
    )
    return Blocks([figure, table(said, SAID, name="citizens", title="What people say, every question")])


def _statement(row) -> str:
    """One figure in a few words: "Emergency patients: 7,010 per 100,000 (2020-2022), better, falling"."""
    when = f" ({row.period})" if row.period else ""
    said = f"{row.short_name}: {row.figure_text}{when}, {row.verdict}"
    return f"{said}, {row.direction}" if row.direction in ("rising", "falling") else said

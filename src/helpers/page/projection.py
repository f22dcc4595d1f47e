"""A projection on the page: the lines, what they rest on and assume, and births, deaths and migration apart."""

from __future__ import annotations

import pandas as pd

from helpers.charts import components as component_charts
from helpers.charts import projection as projection_charts
from helpers.page.blocks import Block, absent, notices, words
from helpers.page.drawing import drawing
from helpers.page.sourcing import files_of, source_line
from helpers.page.tables import Column, table
from helpers.reference.regions import Region
from helpers.scoring.population import POPULATION
from helpers.scoring.projection import METHOD as BY_COMPONENTS
from helpers.scoring.projection_grid import TOTALS
from helpers.scoring.projections import OFFICIAL
from helpers.scoring.wording import listing

FETCH = "atlas fetch phs-population"
HOW = "data/README.md says how they are added"
PUBLISHED = "What its producer has published need not be hidden; see “Small numbers” there."
EVERY = 5
PROJECTION = (
    Column("age_group", "Age"),
    Column("year", "Year"),
    Column("variant_name", "Variant"),
    Column("population", "People", "number", decimals=0),
    Column("lowercl", "Lower limit", "number", decimals=0),
    Column("uppercl", "Upper limit", "number", decimals=0),
    Column("method", "Method"),
)
COMPONENTS = (
    Column("variant_name", "Variant"),
    Column("year", "Year"),
    Column("population_start", "At the start", "number", decimals=0),
    Column("births", "Births", "number", decimals=0),
    Column("deaths", "Deaths", "number", decimals=0),
    Column("net_migration", "Net migration", "number", decimals=0),
    Column("change", "Change", "number", decimals=0),
    Column("change_lowercl", "Lower limit of change", "number", decimals=0),
    Column("change_uppercl", "Upper limit of change", "number", decimals=0),
    Column("population_end", "At the end", "number", decimals=0),
)
COHORTS = (
    Column("variant_name", "Variant"),
    Column("year", "Year"),
    Column("population_start", "At the start", "number", decimals=0),
    Column("newborn", "Youngest band at the end", "number", decimals=0),
    Column("cohort_change", "Deaths and migration together", "number", decimals=0),
    Column("change", "Change", "number", decimals=0),
    Column("population_end", "At the end", "number", decimals=0),
)
INPUTS = (
    Column("input_name", "Input"),
    Column("years", "Years together"),
    Column("how", "How it was made", "prose"),
    Column("file", "File"),
)
ASSUMPTIONS = (
    Column("variant_name", "Variant"),
    Column("parameter_name", "What is assumed"),
    Column("value", "Value", "number", decimals=None),
    Column("low", "Lower limit", "number", decimals=None),
    Column("high", "Upper limit", "number", decimals=None),
    Column("reason", "Why", "prose"),
    Column("source", "From", "prose"),
    Column("status", "Status"),
)
ASSUMED = (
    "What the projection assumes of births, deaths and migration (“Who lives here”) is set by this project, from no "
    "publication; a file reference/projection_assumptions.csv in the data folder replaces it."
)
METHODS = {
    BY_COMPONENTS: (
        "Births, deaths and migration are worked out step by step from what was counted and from named assumptions; "
        "the interval spans the declared intervals of these assumptions and nothing else."
    ),
    "cohort change ratios (Hamilton-Perry)": (
        "The recent past is carried on: how each age group grew or shrank as it got older, by the mean of the last "
        "five changes; the interval comes from how much these changes varied. Births, deaths and migration cannot be "
        "told apart in this way. Tried out on past years, such intervals often held too little of what came, most of "
        "all for the oldest where mortality was changing."
    ),
    OFFICIAL: "The figures are a published projection as it stands; it gives no interval.",
}


def projected(
    projection: pd.DataFrame,
    components: pd.DataFrame,
    place: Region,
    files: pd.DataFrame,
    *,
    past: pd.DataFrame | None = None,
    inputs: pd.DataFrame | None = None,
    assumptions: pd.DataFrame | None = None,
) -> list[Block]:
    """The projection with its components; one sentence on what is missing where there is none.

    Parameters
    ----------
    projection, components, past, inputs, assumptions
        As `helpers.scoring.residents.residents` gives them.
    files
        One row a file, as ``ingest.sources.source_table`` gives it.
    """
    inputs = pd.DataFrame(columns=["input", "is_there", "file"]) if inputs is None else inputs
    assumptions = pd.DataFrame(columns=["variant", "status"]) if assumptions is None else assumptions
    if projection.empty:
        return [absent(_how_to_project(place, inputs))]
    drawn = _projection(projection, past, place, files, inputs)
    made_of = _components(components, place, files, inputs)
    return [*_notice(assumptions), *drawn, *made_of, *_assumed(inputs, assumptions)]


def _projection(
    projection: pd.DataFrame, past: pd.DataFrame | None, place: Region, files: pd.DataFrame, inputs: pd.DataFrame
) -> list[Block]:
    used = files_of(projection) | (files_of(inputs) if _is_by_components(projection) else set())
    figure = drawing(
        projection_charts.figure_projection,
        projection,
        past=past,
        anchor="projection",
        title=projection_charts.title_projection(projection, region_name=place.name),
        subtitle=projection_charts.subtitle_projection(projection),
        alt=projection_charts.alt_projection(projection, region_name=place.name),
        source=source_line(files, used),
    )
    shown = table(_milestones(projection), PROJECTION, name="projection", title="Residents projected by age")
    return [figure, words(*_said(projection, inputs), anchor="projection-method"), shown]


def _is_by_components(projection: pd.DataFrame) -> bool:
    return len(projection) > 0 and projection["method"].iloc[0] == BY_COMPONENTS


def _said(projection: pd.DataFrame, inputs: pd.DataFrame) -> list[str]:
    """The method in words, what it rests on or what a better one lacks, and the names of the variants."""
    method = str(projection["method"].iloc[0])
    names = list(projection["variant_name"].unique())
    variants = f"Variants: {listing(names, len(names))}." if len(names) > 1 else ""
    said = f"Method: {method}. {METHODS.get(method, '')}"
    if method == BY_COMPONENTS:
        return [said, *_rests_on(inputs), variants]
    lacking = _lacking(inputs)
    further = f"To project from births, deaths and migration, the data lack {lacking}." if lacking else ""
    return [said, variants, *([further] if method != OFFICIAL else [])]


def _rests_on(inputs: pd.DataFrame) -> list[str]:
    """The years that were counted, and a sentence for each input that was lent or spread by a profile."""
    each = inputs[inputs["input"] != POPULATION].drop_duplicates("input")
    spans = {years: listing(list(part["input_name"].str.lower())) for years, part in each.groupby("years", sort=False)}
    counted = f"What was counted is of {each['years'].iloc[0]}."
    if len(spans) > 1:
        counted = f"Counted are {'; '.join(f'{names} of {years}' for years, names in spans.items())}."
    lent = each[each["is_stand_in"].astype(bool)]
    return [counted, *(f"{row.input_name}: {row.how}." for row in lent.itertuples())]


def _lacking(inputs: pd.DataFrame) -> str:
    """What is missing for a projection by births, deaths and migration; "" for nothing."""
    missing = inputs[~inputs["is_there"].astype(bool)]
    if missing.empty:
        return ""
    if not inputs["is_there"].any():
        return f"population and deaths by sex and age, births and net migration ({HOW})"
    hidden = f" {PUBLISHED}" if missing["how"].str.contains("hidden").any() else ""
    return f"{'; '.join(missing['how'])} ({HOW}).{hidden}".removesuffix(".")


def _how_to_project(place: Region, inputs: pd.DataFrame) -> str:
    """What is missing and how to get it."""
    takes = "a published projection by sex and age, or the population by sex and single year of age for six years"
    said = f"There is no projection of {place.name}: it takes {takes} without a gap ({FETCH})"
    lacking = _lacking(inputs)
    return f"{said}. To project from births, deaths and migration, the data lack {lacking}." if lacking else f"{said}."


def _notice(assumptions: pd.DataFrame) -> list[Block]:
    is_ours = (assumptions["status"] == "illustrative").any()
    return [notices([("illustrative", ASSUMED, "projection")])] if is_ours else []


def _components(components: pd.DataFrame, place: Region, files: pd.DataFrame, inputs: pd.DataFrame) -> list[Block]:
    """The components of change as a figure and a table; a table of cohorts where they cannot be told apart."""
    if components.empty:
        return []
    title = "What the change is made of, step by step"
    if components["births"].isna().any():
        return [table(components, COHORTS, name="components", title=title, with_source=False)]
    figure = drawing(
        component_charts.figure_components,
        components,
        anchor="components",
        title=component_charts.title_components(components, region_name=place.name),
        subtitle=component_charts.subtitle_components(components),
        alt=component_charts.alt_components(components, region_name=place.name),
        source=source_line(files, files_of(inputs)),
    )
    return [figure, table(components, COMPONENTS, name="components", title=title, with_source=False)]


def _assumed(inputs: pd.DataFrame, assumptions: pd.DataFrame) -> list[Block]:
    """What went into a projection by births, deaths and migration, and what it assumes."""
    if assumptions.empty:
        return []
    about = "A parameter that a variant does not name is as in the principal one, with its interval."
    return [
        table(inputs, INPUTS, name="projection inputs", title="What the projection rests on", with_source=False),
        table(assumptions, ASSUMPTIONS, name="assumptions", title="What each variant assumes", description=about,
              with_source=False),
    ]  # fmt: skip


def _milestones(projection: pd.DataFrame) -> pd.DataFrame:
    """Both sexes together, at the base year, every fifth year after it and the last one; later variants as totals."""
    base, last = projection["year"].min(), projection["year"].max()
    kept = ((projection["year"] - base) % EVERY == 0) | (projection["year"] == last)
    is_first = projection["variant"] == projection["variant"].iloc[0]
    return projection[kept & (projection["sex"] == "all") & (is_first | projection["age_group"].isin(TOTALS))]

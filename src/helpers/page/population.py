"""Who lives here, and how many there may be: the age structure, a projection, and the sentences that go with them."""

from __future__ import annotations

import pandas as pd

from helpers.charts import age_bands as band_charts
from helpers.charts import pyramid as pyramid_charts
from helpers.page.blocks import Block, Blocks, absent, words
from helpers.page.drawing import drawing
from helpers.page.projection import FETCH, projected
from helpers.page.sourcing import files_of, source_line
from helpers.page.tables import Column, table
from helpers.reference.regions import Region
from helpers.scoring.wording import number

STRUCTURE = (
    Column("age_group", "Age"),
    Column("sex", "Sex"),
    Column("population", "People", "number", decimals=0),
    Column("share_pct", "Share", "number", unit="% of all", decimals=1),
    Column("comparator_share_pct", "Comparator's share", "number", unit="% of all", decimals=1),
    Column("comparator_name", "Comparator"),
    Column("period", "Period"),
    Column("basis", "Basis"),
)
BANDS = (
    Column("age_group", "Age"),
    Column("population", "People", "number", decimals=0),
    Column("share_pct", "Share", "number", unit="% of all", decimals=1),
    Column("comparator_share_pct", "Comparator's share", "number", unit="% of all", decimals=1),
    Column("minimum_pct", "Lowest area", "number", unit="%", decimals=1),
    Column("maximum_pct", "Highest area", "number", unit="%", decimals=1),
    Column("n_areas", "Areas", "integer"),
    Column("comparator_name", "Comparator"),
    Column("period", "Period"),
    Column("basis", "Basis"),
)
RATIOS = (
    Column("ratio_name", "Who"),
    Column("unit", "Unit"),
    Column("value", "Value", "number", decimals=1),
    Column("comparator_value", "Comparator", "number", decimals=1),
    Column("minimum", "Lowest area", "number", decimals=1),
    Column("maximum", "Highest area", "number", decimals=1),
    Column("rank", "Rank, 1 the highest", "integer"),
    Column("n_areas", "Areas", "integer"),
    Column("numerator", "People counted", "number", decimals=0),
    Column("denominator", "Per people", "number", decimals=0),
    Column("comparator_name", "Comparator"),
    Column("period", "Period"),
)


def population(
    structure: pd.DataFrame,
    projection: pd.DataFrame,
    components: pd.DataFrame,
    place: Region,
    files: pd.DataFrame,
    *,
    bands: pd.DataFrame | None = None,
    ratios: pd.DataFrame | None = None,
    past: pd.DataFrame | None = None,
    inputs: pd.DataFrame | None = None,
    assumptions: pd.DataFrame | None = None,
) -> Blocks:
    """The age structure, ratios between ages, and the projection with its components.

    Parameters
    ----------
    structure
        As `helpers.scoring.population.pyramid` gives it; without rows ``bands`` is drawn instead.
    projection, components
        As `helpers.scoring.projections.projections` gives them.
    files
        One row a file, as ``ingest.sources.source_table`` gives it.
    bands, ratios
        As `helpers.scoring.population_bands` gives them.
    past
        As `helpers.scoring.projections.past_totals` gives it.
    inputs, assumptions
        What a projection by births, deaths and migration rests on or lacks, and what it assumes, as
        `helpers.scoring.residents.residents` gives them.
    """
    bands = structure.iloc[:0] if bands is None else bands
    ratios = structure.iloc[:0] if ratios is None else ratios
    shown = _pyramid(structure, projection, files) if len(structure) else _bands(bands, place, files)
    if len(ratios):
        rows = table(ratios, RATIOS, name="age ratios", title="Ratios between age groups", with_source=False)
        shown = [*shown, words(ratio_words(ratios), anchor="dependency"), rows]
    after = projected(projection, components, place, files, past=past, inputs=inputs, assumptions=assumptions)
    return Blocks([*shown, *after])


def ratio_words(ratios: pd.DataFrame) -> str:
    """How many children and older people there are for every 100 of working age, here and in the comparator."""
    known = ratios.set_index("ratio")
    all_, young, old = (known.loc[code] for code in ("dependency", "young_dependency", "old_age_dependency"))
    people = f"{number(all_['value'], 0)} younger or older people for every 100 aged 16 to 64"
    said = f"In {all_['period']} there were {people}: "
    said += f"{number(young['value'], 1)} aged 0 to 15 and {number(old['value'], 1)} aged 65 and over"
    if all_["comparator_name"]:
        others = f"{number(young['comparator_value'], 1)} and {number(old['comparator_value'], 1)}"
        said += f" ({others} in {all_['comparator_name']})"
    return f"{said}. These are ratios of ages; they do not say who works or who needs care."


def _pyramid(structure: pd.DataFrame, projection: pd.DataFrame, files: pd.DataFrame) -> list[Block]:
    later = _latest(projection)
    figure = drawing(
        pyramid_charts.figure_pyramid,
        structure,
        projected=later,
        anchor="population",
        title=pyramid_charts.title_pyramid(structure),
        subtitle=pyramid_charts.subtitle_pyramid(structure, later),
        alt=pyramid_charts.alt_pyramid(structure, later),
        source=source_line(files, files_of(structure)),
    )
    return [figure, table(structure, STRUCTURE, name="population", title="Residents by sex and age")]


def _bands(bands: pd.DataFrame, place: Region, files: pd.DataFrame) -> list[Block]:
    """The broad bands, and how to get the figures by sex and single year of age."""
    how = f"{FETCH} adds them from Public Health Scotland's open data"
    missing = f"The data hold no population of {place.name} by sex and age; {how}."
    if bands.empty:
        return [absent(missing)]
    if bands["population"].isna().all():
        return [absent(f"{missing} The printed counts by broad age band are not shown: {bands['reason'].iloc[0]}.")]
    figure = drawing(
        band_charts.figure_age_bands,
        bands,
        anchor="population",
        title=band_charts.title_age_bands(bands),
        subtitle=band_charts.subtitle_age_bands(bands),
        alt=band_charts.alt_age_bands(bands),
        source=source_line(files, files_of(bands)),
    )
    about = "16 to 64 is all ages less 0 to 15 and 65 and over, and so on; all ages may be rounded to the nearest 10."
    rows = table(bands, BANDS, name="population", title="Residents by broad age band", description=about)
    return [figure, rows, words(missing)]


def _latest(projection: pd.DataFrame) -> pd.DataFrame | None:
    """The last year of the first variant by sex, None where there is no projection."""
    if projection.empty:
        return None
    first = projection[projection["variant"] == projection["variant"].iloc[0]]
    return first[(first["year"] == first["year"].max()) & (first["sex"] != "all")]

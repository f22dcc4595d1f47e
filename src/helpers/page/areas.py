"""The section against all council areas: funnels and ranks of what a region differs in most, as blocks."""

from __future__ import annotations

import pandas as pd

from helpers.charts import areas as area_charts
from helpers.charts import areas_words
from helpers.page.blocks import Blocks, absent, words, worked_out
from helpers.page.drawing import drawing
from helpers.page.sourcing import files_of, source_line
from helpers.page.tables import Column, table
from helpers.reference.regions import Region
from helpers.scoring.wording import listing, plural, verb

TESTS = (
    Column("indicator_name", "Indicator"),
    Column("value", "Value", "number", decimals=None),
    Column("lowercl", "Lower limit", "number", decimals=None),
    Column("uppercl", "Upper limit", "number", decimals=None),
    Column("average", "Average of all areas", "number", decimals=1),
    Column("unit", "Unit"),
    Column("period", "Period"),
    Column("n_areas", "Areas", "integer"),
    Column("place", "Place", "integer"),
    Column("verdict", "Beside the average"),
    Column("corrected", "p value, corrected"),
    Column("overdispersion", "Overdispersion", "number", decimals=1),
    Column("method", "Method", "prose"),
    Column("reason", "Why not compared", "prose"),
)
AREAS = (
    Column("indicator_name", "Indicator"),
    Column("area_name", "Area"),
    Column("value", "Value", "number", decimals=None),
    Column("lowercl", "Lower limit", "number", decimals=None),
    Column("uppercl", "Upper limit", "number", decimals=None),
    Column("unit", "Unit"),
    Column("period", "Period"),
)
FUNNELS = (
    *AREAS,
    Column("numerator", "Events or people", "number", decimals=None),
    Column("size", "Size", "integer"),
    Column("target", "Average", "number", decimals=1),
    Column("lower_limit_99_8", "Lower 99.8\u00a0% limit", "number", decimals=1),
    Column("upper_limit_99_8", "Upper 99.8\u00a0% limit", "number", decimals=1),
    Column("position", "Lies"),
    Column("reason", "Why not placed", "prose"),
)
SMALLEST = 0.0001
RULE = (
    "Shown are at most four indicators: those with a direction that is better whose difference from the average of all "
    "areas stays clear after correction for the number of tests (Benjamini and Hochberg, 5\u00a0%), and of these the "
    "ones whose 95\u00a0% interval stays furthest from the average, measured by the spread of the areas."
)
FUNNEL_NOTE = (
    "In a funnel an area outside the limits differs from the average by more than chance would make it; inside, chance "
    "is enough. Many areas outside mean that areas differ for other reasons too, so that being outside is nothing rare."
)

OPPOSITE = ({"better", "worse"}, {"higher", "lower"})


def areas(
    funnels: pd.DataFrame,
    ranks: pd.DataFrame,
    place: Region,
    files: pd.DataFrame,
    *,
    tests: pd.DataFrame | None = None,
    beside: pd.DataFrame | None = None,
) -> Blocks:
    """Set the region against all areas of its kind; one sentence where that cannot be done.

    Parameters
    ----------
    funnels, ranks, tests
        As `scoring.against_all.against_all` gives them.
    place
        The region.
    files
        One row a file, as `ingest.sources.source_table` gives it.
    beside
        As `scoring.beside.beside_comparator` gives it, for a word where the two comparators part.
    """
    if tests is None or tests.empty:
        if funnels.empty and ranks.empty:
            return Blocks([absent(_why_not(place))])
    elif funnels.empty and ranks.empty:
        return Blocks([words(_none_clear(tests, place), anchor="areas"), _every_test(tests)])
    drawn = pd.concat([funnels[["file"]], ranks[["file"]]])
    title = areas_words.title_areas(funnels, ranks, region_name=place.name)
    figure = drawing(
        area_charts.figure_areas,
        funnels,
        ranks,
        region_name=place.name,
        anchor="areas",
        title=title,
        subtitle=areas_words.subtitle_areas(funnels, ranks),
        alt=areas_words.alt_areas(funnels, ranks, region_name=place.name),
        source=source_line(files, files_of(drawn)),
    )
    parted = _parted(tests, beside)
    parts = [figure, *([words(parted)] if parted else [])]
    parts += [table(funnels, FUNNELS, name="funnels", title="Every area in the funnels")] if len(funnels) else []
    parts += [table(ranks, AREAS, name="ranks", title="Every area in order")] if len(ranks) else []
    parts += [] if tests is None or tests.empty else [_every_test(tests)]
    return Blocks([*parts, worked_out(RULE, FUNNEL_NOTE if len(funnels) else "")])


def _parted(tests: pd.DataFrame | None, beside: pd.DataFrame | None) -> str:
    """Name the indicators on which the average of all areas and the median of them say opposite things, and why."""
    if tests is None or beside is None or beside.empty:
        return ""
    keys = ["indicator", "sex", "age_group"]
    both = tests.merge(beside[[*keys, "verdict"]], on=keys, suffixes=("", "_median"))
    parted = both[
        [{one, other} in OPPOSITE for one, other in zip(both["verdict"], both["verdict_median"], strict=True)]
    ]
    if parted.empty:
        return ""
    names = listing(list(parted["indicator_name"]), len(parted))
    return (
        f"{names} {verb(len(parted), 'comes', 'come')} out the other way here than beside the median above: in the "
        "average of all areas large ones weigh more, in the median all count alike."
    )


def _every_test(tests: pd.DataFrame):
    tests = tests.assign(corrected=[_p_words(value) for value in tests["q_value"]])
    return table(tests, TESTS, name="against all areas", title="Every indicator against the average of all areas")


def _p_words(value: float) -> str:
    """A p value as it can be read: nothing is ever certain."""
    return "" if pd.isna(value) else f"below {SMALLEST}" if value < SMALLEST else f"{value:.4f}"


def _why_not(place: Region) -> str:
    if place.kind == "country":
        return (
            f"{place.name} is not one of the areas that it consists of, so it is not ranked among them; "
            "each area's own report shows where it stands."
        )
    return (
        f"The data hold no indicator of {place.name} for ten areas of its kind or more, so it cannot be set against "
        "all areas; put a file with the figures of all areas into the folder of indicators."
    )


def _none_clear(tests: pd.DataFrame, place: Region) -> str:
    judged = tests[tests["sign"].notna() & (tests["polarity"] != "none")]
    if judged.empty:
        return (
            f"None of {plural(len(tests), 'indicator')} of {place.name} can be tested against the average of all areas."
        )
    return (
        f"On none of {plural(len(judged), 'indicator')} does {place.name} differ clearly from the average of all "
        "areas, after correction for the number of tests."
    )

"""What the chapter on population needs shows: finished tables of ``scoring.needs`` as figures and sentences.

What has a module of its own (areas, control, demand, inequality, lives, outcomes, population, together) is here by name
too, so that the notebook has one place to show from.
"""

from __future__ import annotations

import pandas as pd

from helpers.charts import spine as spine_charts
from helpers.charts import spine_words, trend_words
from helpers.charts import trends as trend_charts
from helpers.page import blocks
from helpers.page.areas import areas
from helpers.page.blocks import Block, Blocks, absent, words
from helpers.page.control import control
from helpers.page.demand import demand
from helpers.page.drawing import drawing, in_parts
from helpers.page.inequality import inequality
from helpers.page.key_messages import key_messages
from helpers.page.lives import lives
from helpers.page.outcomes import citizens, outcomes
from helpers.page.population import population
from helpers.page.sourcing import files_of, source_line
from helpers.page.tables import Column, places, table
from helpers.page.together import together
from helpers.reference.regions import Region
from helpers.scoring import messages
from helpers.scoring.wording import listing, plural

__all__ = [
    "areas", "citizens", "control", "demand", "deprivation", "facts", "inequality", "key_messages", "limits", "lives",
    "outcomes", "overview", "plan", "population", "release_note", "spine", "together", "trends",
]  # fmt: skip

SPINE = (
    Column("indicator_name", "Indicator"),
    Column("value", "Value", "number", decimals=None),
    Column("lowercl", "Lower limit", "number", decimals=None),
    Column("uppercl", "Upper limit", "number", decimals=None),
    Column("unit", "Unit"),
    Column("period", "Period"),
    Column("comparator_value", "Comparator", "number", decimals=None),
    Column("comparator_basis", "Which comparator"),
    Column("verdict", "Beside the comparator"),
    Column("minimum", "Lowest area", "number", decimals=None),
    Column("maximum", "Highest area", "number", decimals=None),
    Column("rank", "Rank", "integer"),
    Column("n_areas", "Areas", "integer"),
    Column("reason", "Why not compared", "prose"),
)
TRENDS = (
    Column("indicator_name", "Indicator"),
    Column("area_name", "Area"),
    Column("period", "Period"),
    Column("value", "Value", "number", decimals=None),
    Column("lowercl", "Lower limit", "number", decimals=None),
    Column("uppercl", "Upper limit", "number", decimals=None),
    Column("numerator", "Numerator", "number", decimals=None),
    Column("denominator", "Denominator", "number", decimals=None),
)
CHANGES = (
    Column("indicator_name", "Indicator"),
    Column("first_period", "First period"),
    Column("first_value", "First value", "number", decimals=None),
    Column("latest_period", "Latest period"),
    Column("latest_value", "Latest value", "number", decimals=None),
    Column("difference", "Difference", "number", decimals=None),
    Column("difference_lowercl", "Lower limit", "number", decimals=None),
    Column("difference_uppercl", "Upper limit", "number", decimals=None),
    Column("verdict", "Change"),
    Column("meaning", "Which is"),
    Column("reason", "Why not compared", "prose"),
    Column("first_place", "First figure in"),
    Column("latest_place", "Latest figure in"),
)
DIRECTIONS = (
    Column("indicator_name", "Indicator"),
    Column("first_period", "First period tested"),
    Column("latest_period", "Latest period"),
    Column("n_periods", "Periods", "integer"),
    Column("annual_change_pct", "Change a year", "number", "%", decimals=2),
    Column("annual_change_pct_lowercl", "Lower limit", "number", "%", decimals=2),
    Column("annual_change_pct_uppercl", "Upper limit", "number", "%", decimals=2),
    Column("annual_change", "Change a year in the unit", "number", decimals=2),
    Column("p_adjusted", "p, adjusted", "number", decimals=3),
    Column("verdict", "Direction"),
    Column("meaning", "Which is"),
    Column("reason", "Note", "prose"),
    Column("comparator_annual_change_pct", "Comparator's change a year", "number", "%", decimals=2),
    Column("compared", "Beside the comparator's"),
    Column("method", "Test", "prose"),
)
TWO_ENDS = (
    "The two ends of each series, by a test of their difference; nothing corrects for the number of indicators. What "
    "lies between, and whether it is a trend, the tests of the direction say."
)
QUINTILES = (
    Column("indicator_name", "Indicator"),
    Column("quintile_name", "Fifth"),
    Column("value", "Value", "number", decimals=None),
    Column("lowercl", "Lower limit", "number", decimals=None),
    Column("uppercl", "Upper limit", "number", decimals=None),
    Column("unit", "Unit"),
    Column("period", "Period"),
    Column("reason", "Note", "prose"),
)
ROWS_A_PAGE = 24
PLAN = (
    Column("indicator_name", "Figure"),
    Column("group", "Of whom"),
    Column("figure_text", "As printed"),
    Column("period", "Period"),
    Column("can_say", "What can be said", "prose"),
    Column("cannot_say", "What cannot be said", "prose"),
)
CONTRADICTIONS = PLAN[:4]


def overview(beside: pd.DataFrame, place: Region) -> Block:
    """How many indicators there are, for which years, and with whom they are compared."""
    if beside.empty:
        return words(f"There are no indicators of {place.name} to compare.", anchor="overview")
    years = _years(beside)
    when = f", the oldest of {years[0]}, the latest of {years[1]}" if years else ""
    first = f"{plural(len(beside), 'indicator')} of {place.name}{when}."
    bases = beside.loc[beside["comparator_basis"] != "", "comparator_basis"]
    names = [f"the {basis}" if basis.startswith("median") else basis for basis in bases.unique()]
    against = f"The comparator is {listing(names)}." if names else ""
    return words(first, against, anchor="overview")


def spine(beside: pd.DataFrame, place: Region, files: pd.DataFrame) -> Blocks:
    """The region beside its comparator for every indicator, and the table of the same figures."""
    if beside.empty:
        return Blocks([absent(f"No indicator of {place.name} can be set beside another area.")])
    parts = _by_theme(beside)
    figure = in_parts(
        spine_charts.figure_spine,
        [[part] for part in parts],
        region_name=place.name,
        anchor="beside",
        title=spine_words.title_spine(beside, region_name=place.name),
        subtitle=spine_words.subtitle_spine(beside),
        alts=[spine_words.alt_spine(part, region_name=place.name) for part in parts],
        source=source_line(files, files_of(beside)),
    )
    shown = table(beside, SPINE, name="indicators", title="Every indicator beside the comparator")
    return Blocks([figure, shown])


def trends(
    trend: pd.DataFrame,
    changes: pd.DataFrame,
    beside: pd.DataFrame,
    place: Region,
    comparator_code: str,
    files: pd.DataFrame,
    directions: pd.DataFrame | None = None,
) -> Blocks:
    """Indicators over time, the region's line and the comparator's; one sentence where there are none.

    With ``directions`` (``scoring.trends.directions``) each chart and the title say the direction over all periods,
    and a table has its tests; without, the latest figure is set beside the first.
    """
    if changes.empty:
        text = f"The data hold no indicator of {place.name} for more than one period."
        return Blocks([absent(text)])
    others = [name for code, name in _areas(trend) if code == comparator_code]
    figure = drawing(
        trend_charts.figure_trends,
        trend,
        changes=changes,
        region_code=place.area_code,
        comparator_code=comparator_code,
        directions=directions,
        anchor="trends",
        title=trend_words.title_trends(changes, region_name=place.name, directions=directions),
        subtitle=trend_words.subtitle_trends(changes, directions=directions),
        alt=trend_words.alt_trends(
            changes, region_name=place.name, comparator_name=(others or [""])[0], directions=directions
        ),
        source=source_line(files, files_of(trend)),
    )
    title = "First and latest period"
    change = table(_with_places(changes), CHANGES, name="changes", title=title, description=TWO_ENDS, with_source=False)
    named = trend.merge(changes[["indicator", "indicator_name"]].drop_duplicates(), on="indicator", validate="m:1")
    every = table(named, TRENDS, name="over time", title="Every period")
    tested = () if directions is None or directions.empty else (_directions(directions),)
    return Blocks([figure, release_note(trend, beside), *tested, change, every])


def deprivation(
    indices: pd.DataFrame, fifths: pd.DataFrame, beside: pd.DataFrame, place: Region, files: pd.DataFrame
) -> Blocks:
    """Indicators by fifth of deprivation with one index for the gradient; one sentence where there are none."""
    if fifths.empty:
        text = f"The data hold no indicator of {place.name} by deprivation."
        return Blocks([absent(text)])
    *shown, method = inequality(indices, place, files)
    title = "Every fifth of deprivation"
    every = table(fifths, QUINTILES, name="deprivation", title=title, anchor="quintiles")
    return Blocks([*shown, release_note(fifths, beside), every, method])


def plan(figures: pd.DataFrame, place: Region) -> Blocks:
    """The plan's own figures with what each can carry; one sentence where there is no plan."""
    if figures.empty:
        text = f"The data hold no figures from a strategic plan of {place.name}."
        return Blocks([absent(text)])
    clashes, bare = int(figures["is_contradicted"].sum()), int(figures["lacks_base"].sum())
    said = f"The plan prints {plural(len(figures), 'figure')}."
    said += f" {bare} of them are shares without the number they are a share of." if bare else ""
    said += f" {clashes} contradict another figure of the plan." if clashes else ""
    against = figures[figures["is_contradicted"]]
    first = table(
        against, CONTRADICTIONS, name="contradictions", title="Figures that contradict each other", folded=False
    )
    shown = table(figures, PLAN, name="plan", title="What the plan prints, and what it can carry")
    return Blocks([words(said, anchor="plan"), *([first] if clashes else []), shown])


def release_note(frame: pd.DataFrame, beside: pd.DataFrame) -> Block:
    """Say it in sight where figures come from another release than those set beside the comparator."""
    ours = beside.drop_duplicates("indicator").set_index("indicator")["file"]
    known = frame[frame["indicator"].isin(ours.index)]
    others = sorted(files_of(known[known["file"] != known["indicator"].map(ours)]))
    if not others:
        return words("")
    text = f"These figures come from another release ({listing(others)}) than those beside the comparator"
    return words(f"{text}: years, populations and definitions may differ, so the two do not compare.")


ALONE = (
    "The figures that ship with the project are out of use here, since the data folder has indicators of its own; "
    "copies of the project's files in that folder bring them back."
)


def limits(beside: pd.DataFrame, hidden: pd.DataFrame | None = None, *, alone: bool = False) -> Block:
    """What this chapter cannot say, from what it was given.

    ``hidden`` as `disclosure.hidden_summary` gives it; ``alone`` where the figures that ship with the project are out
    of use.
    """
    sentences = [
        "Indicators describe the whole area; places and people inside it differ.",
        "A difference from the comparator says nothing about its cause.",
    ]
    old = beside[beside["period"].str.findall(r"\d{4}").str[-1].fillna("9999") < "2019"]
    if len(old):
        names = listing(list(old["indicator_name"]), 4)
        sentences.append(f"The latest figures in the data are from before 2019 for {names}.")
    return words(*sentences, *_hidden(hidden), *([ALONE] if alone else []), anchor="needs-limits")


def _hidden(hidden: pd.DataFrame | None) -> list[str]:
    """Say how many figures are not shown, so that none vanishes without a word."""
    if hidden is None or hidden.empty:
        return []
    n, files = plural(int(hidden["hidden"].sum()), "figure"), listing(list(hidden["file"].unique()))
    return [f"{n} of {files} are left out, since they rest on few people or would give such a number away."]


def facts(beside: pd.DataFrame) -> Block:
    """What the list of all regions says: how many indicators are better and worse than the comparator."""
    judged = messages.judged_rows(beside)
    counts = {word: int((judged["verdict"] == word).sum()) for word in ("better", "worse", "no clear difference")}
    text = f"{counts['better']} better, {counts['worse']} worse, {counts['no clear difference']} no clear difference"
    years = _years(beside)
    said = f"Indicators of {years[0]} to {years[1]}" if years else ""
    return blocks.facts(needs=text if len(judged) else "", indicator_period=said)


def _directions(directions: pd.DataFrame) -> Block:
    return table(directions, DIRECTIONS, name="directions", title="Direction over all periods, tested")


def _with_places(changes: pd.DataFrame) -> pd.DataFrame:
    """The changes with the places of both their ends."""
    first = changes[["first_file", "first_sheet", "first_cell"]].set_axis(["file", "sheet", "cell"], axis=1)
    return changes.assign(first_place=places(first), latest_place=places(changes))


def _by_theme(beside: pd.DataFrame) -> list[pd.DataFrame]:
    """Parts of whole themes, each short enough for one printed page."""
    number, rows, numbers = 0, 0, {}
    for theme, size in beside.groupby("theme", sort=False).size().items():
        number, rows = (number + 1, size) if rows and rows + size > ROWS_A_PAGE else (number, rows + size)
        numbers[theme] = number
    return [part for _, part in beside.groupby(beside["theme"].map(numbers), sort=True)]


def _years(beside: pd.DataFrame) -> tuple[str, str] | None:
    """The years in which the oldest and the newest of the periods end."""
    ends = beside["period"].str.findall(r"\d{4}").str[-1].dropna()
    return (ends.min(), ends.max()) if len(ends) else None


def _areas(trend: pd.DataFrame) -> list[tuple[str, str]]:
    return list(trend[["area_code", "area_name"]].drop_duplicates().itertuples(index=False, name=None))

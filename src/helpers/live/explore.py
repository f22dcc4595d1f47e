"""The drop-down at the head of a chapter: another region, the same charts. A thin skin over ``page``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

import ipywidgets as widgets
from IPython.display import display

from helpers.ingest import assessments, indicators, sources
from helpers.page import maturity as maturity_page
from helpers.page import needs as needs_page
from helpers.page.blocks import Block
from helpers.page.sourcing import source_line
from helpers.reference import indicators as register
from helpers.reference import models, paths, regions
from helpers.scoring import comparison, examples
from helpers.scoring import maturity as ratings_scored


def maturity(region: str, *, data: str = "", show: bool = True) -> widgets.VBox | None:
    """A drop-down of all regions with an assessment that draws the chapter's pictures; nothing when not ``show``."""
    folder = paths.assessments(data=data)
    known = regions.region_ids(data)
    choices = [id_ for id_ in known if (folder / id_).is_dir()]
    return chooser(region, choices, partial(maturity_blocks, data=data), data=data) if show else None


def needs(region: str, *, data: str = "", show: bool = True) -> widgets.VBox | None:
    """A drop-down of all regions with indicators that draws the chapter's pictures; nothing when not ``show``."""
    if not show:
        return None
    read = indicators.read_indicator_folder(data=data)
    known = regions.load_regions(data)
    has = known["area_code"].isin(set(read.indicators["area_code"])) & (known["area_code"] != "")
    return chooser(region, list(known.index[has]), partial(needs_blocks, read=read, data=data), data=data)


def chooser(region: str, choices: Sequence[str], draw: Callable[[str], list[Block]], *, data: str = "") -> widgets.VBox:
    """A drop-down of regions over the blocks that ``draw`` gives for the chosen one.

    Nothing is drawn until somebody chooses, so that opening a notebook costs nothing.
    """
    names = regions.load_regions(data)["region_name"]
    menu = widgets.Dropdown(
        options=[("Choose a region", "")] + [(names[id_], id_) for id_ in choices],
        value="",
        description="Region",
        layout=widgets.Layout(width="26em"),
    )
    page = widgets.Output()
    menu.observe(lambda change: _redraw(page, change["new"], draw), names="value")
    return widgets.VBox([menu, page])


def maturity_blocks(region: str, *, data: str = "", today: str = "") -> list[Block]:
    """The pictures of chapter 01 for one region."""
    assessment = assessments.read_assessments(region, data=data, today=_day(today))
    real = examples.without_examples(assessment.ratings, assessment.files)
    ratings = ratings_scored.withhold_small_panels(real)
    waves = ratings_scored.waves(ratings)
    model = models.load_model(ratings_scored.latest_model(waves), data)
    profile = ratings_scored.profile(ratings, model)
    distribution = ratings_scored.distribution(ratings, model)
    earlier = ratings_scored.earlier_profile(ratings, model)
    compared = ratings_scored.waves_compared(ratings, model, models=models.load_models(data))
    files = sources.source_table(assessment.files, folder=paths.assessments(region, data), data=data)
    source = source_line(files, ratings["file"].unique())
    return [
        maturity_page.notices(assessment.files, waves),
        *maturity_page.picture(profile, distribution, earlier, ratings, model, source),
        maturity_page.dimensions(distribution, profile, source),
        *maturity_page.movement(compared, ratings, source),
    ]


def needs_blocks(region: str, *, read: indicators.Indicators, data: str = "") -> list[Block]:
    """The pictures of chapter 02 for one region."""
    place, figures = regions.region(region, data), read.indicators
    files = sources.source_table(read.files, folder=paths.indicators(data), data=data)
    declared = register.load_register(data)
    beside = comparison.beside_comparator(
        figures, area_code=place.area_code, comparator=place.comparator, register=declared
    )
    country = regions.country_code(place, data)
    changes = comparison.trend_change(figures, area_code=place.area_code, register=declared)
    trends = comparison.trends(figures, [place.area_code, country], changes)
    fifths = comparison.quintiles(figures, place.area_code, declared)
    return [
        *needs_page.spine(beside, place, files),
        *needs_page.trends(trends, changes, beside, place, country, files),
        *needs_page.quintiles(fifths, comparison.quintile_gaps(fifths), beside, place, files),
    ]


def _redraw(page: widgets.Output, region: str, draw: Callable[[str], list[Block]]) -> None:
    page.clear_output(wait=True)
    with page:
        for block in draw(region) if region else []:
            display(block)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None

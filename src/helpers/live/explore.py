"""The menus and sliders of a chapter: another region, other weights, the same charts. A thin skin over ``page``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

import ipywidgets as widgets
import pandas as pd
from IPython.display import display

from helpers.ingest import assessments, indicators, sources
from helpers.live import needed
from helpers.page import compared as compared_page
from helpers.page import maturity as maturity_page
from helpers.page import movement, reliance, views
from helpers.page import needs as needs_page
from helpers.page import priorities as priority_page
from helpers.page.blocks import Block, absent
from helpers.page.sourcing import source_line
from helpers.reference import indicators as register
from helpers.reference import models, paths, regions
from helpers.reference.models import Model
from helpers.scoring import (
    agreement,
    certainty,
    changes,
    compared,
    comparison,
    departures,
    examples,
    groups,
    stability,
    weighting,
)
from helpers.scoring import maturity as ratings_scored
from helpers.scoring import needs as work
from helpers.scoring import priorities as ranked


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


def priorities(
    profile: pd.DataFrame,
    agreed: pd.DataFrame,
    ratings: pd.DataFrame,
    need: pd.DataFrame,
    *,
    weights: Mapping[str, int],
    model: Model,
    show: bool = True,
) -> widgets.VBox | None:
    """A slider for each weight over the ranking that follows from them; nothing when not ``show``.

    The tables are those of `scoring.priorities.ranking`. Nothing is drawn until a slider is let go.
    """
    if not show:
        return None
    scale = (model.scale_minimum, model.scale_maximum)

    def draw(chosen: Mapping[str, int]) -> list[Block]:
        if not any(chosen.values()):
            return [absent("With every weight at 0 there is nothing to rank by.")]
        ranking = ranked.ranking(profile, agreed, ratings, need, weights=chosen, scale=scale)
        return priority_page.priorities(ranking, chosen, model, "")

    return sliders(weights, draw)


def sliders(weights: Mapping[str, int], draw: Callable[[Mapping[str, int]], list[Block]]) -> widgets.VBox:
    """A slider from -5 to 5 for each of these numbers over the blocks that ``draw`` gives for them."""
    look = {"min": -5, "max": 5, "continuous_update": False, "layout": widgets.Layout(width="26em")}
    bars = {
        name: widgets.IntSlider(value=value, description=name.capitalize(), style={"description_width": "8em"}, **look)
        for name, value in weights.items()
    }
    page = widgets.Output()
    for bar in bars.values():
        bar.observe(lambda _: _show(page, draw({name: bar.value for name, bar in bars.items()})), names="value")
    return widgets.VBox([*bars.values(), page])


def places(
    ratings: pd.DataFrame,
    levels: pd.DataFrame,
    model: Model,
    *,
    apart: Mapping[str, str] | None = None,
    show: bool = True,
) -> widgets.VBox | None:
    """A menu of levels over the places of the regions by that level; nothing when not ``show``."""
    if not show:
        return None
    menu = widgets.Dropdown(
        options=[("Choose a level", None)] + [(f"level {level} or above", level) for level in model.levels[1:]],
        value=None,
        description="Reached",
        layout=widgets.Layout(width="26em"),
    )
    page = widgets.Output()

    def draw(change: Mapping[str, Any]) -> None:
        chosen = change["new"]
        shown = [] if chosen is None else compared.ranking(ratings, levels, model, from_level=chosen, apart=apart)
        _show(page, [] if chosen is None else compared_page.places(shown, ""))

    menu.observe(draw, names="value")
    return widgets.VBox([menu, page])


def maturity_blocks(region: str, *, data: str = "", today: str = "") -> list[Block]:
    """The pictures of chapter 01 for one region, by the same functions in the same order."""
    day, place = _day(today), regions.region(region, data)
    assessment = assessments.read_assessments(region, data=data, today=day)
    real = examples.without_examples(assessment.ratings, assessment.files)
    ratings = ratings_scored.withhold_small_panels(real)
    waves = ratings_scored.waves(ratings)
    model, known = models.load_model(ratings_scored.latest_model(waves), data), models.load_models(data)
    distribution = ratings_scored.distribution(ratings, model)
    profile = certainty.with_certainty(ratings_scored.profile(ratings, model), distribution, model)
    files = sources.source_table(assessment.files, folder=paths.assessments(region, data), data=data)
    source = source_line(files, ratings["file"].unique())
    agreed = agreement.by_dimension(ratings, model)
    weights = dict(weighting.DEFAULT_WEIGHTS)
    scale = (model.scale_minimum, model.scale_maximum)
    ranking = ranked.ranking(
        profile,
        agreed,
        ratings,
        needed.by_dimension(place, model, data=data, day=day),
        weights=weights,
        scale=scale,
    )
    by_sector = groups.differences(ratings, model, by="sector")
    return [
        maturity_page.notices(assessment.files, waves),
        *maturity_page.picture(
            profile, distribution, ratings_scored.earlier_profile(ratings, model), ratings, model, source
        ),
        maturity_page.certainty(profile),
        maturity_page.meanings(profile),
        *views.agreement(agreed, distribution, departures.consensus_beside_ratings(ratings, model), profile, source),
        *views.groups(
            groups.medians(ratings, model, by="sector"),
            by_sector,
            profile,
            source,
        ),
        *movement.movement(
            ratings_scored.waves_compared(ratings, model, models=known),
            changes.between_waves(ratings, model, models=known),
            ratings,
            source,
        ),
        *movement.rounds(
            agreement.delphi(ratings, model),
            ratings_scored.distribution_by_round(ratings),
            stability.between_rounds(ratings, model=model),
            model,
            source,
            is_reconstructed=bool((files["status"] == "reconstructed").any()),
        ),
        *priority_page.priorities(ranking, weights, model, source),
        *reliance.reliance(agreement.coefficients(ratings, model), source),
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
    directions = work.directions(figures, place.area_code, declared, comparator_code=country)
    fifths = work.quintiles(figures, place.area_code, declared)
    indices = work.inequality_indices(figures, place.area_code, declared)
    return [
        *needs_page.spine(beside, place, files),
        *needs_page.trends(trends, changes, beside, place, country, files, directions),
        *needs_page.deprivation(indices, fifths, beside, place, files),
    ]


def _redraw(page: widgets.Output, region: str, draw: Callable[[str], list[Block]]) -> None:
    page.clear_output(wait=True)
    with page:
        for block in draw(region) if region else []:
            display(block)


def _show(page: widgets.Output, blocks: list[Block]) -> None:
    page.clear_output(wait=True)
    with page:
        for block in blocks:
            display(block)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None

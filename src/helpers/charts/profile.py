"""The maturity profile of one wave as a figure: spider diagram and strip chart, with title, subtitle and alt text."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from helpers.charts import certainty, spider, strips, style
from helpers.charts.words import joined, named, short
from helpers.scoring.wording import listing, plural, sentence, verb

_SPIDER = {"wide": (424, 420), "narrow": (360, 366)}
_ACROSS = 1000
_GAP = 20


@style.context()
def figure_spider(
    profile: pd.DataFrame,
    *,
    earlier: pd.DataFrame | None = None,
    earlier_name: str = "earlier wave",
    scale: tuple[int, int] = (0, 5),
    width: str = "wide",
) -> Figure:
    """Draw the spider diagram alone; arguments as in :func:`helpers.charts.spider.plot_spider`."""
    options = {"earlier": earlier, "earlier_name": earlier_name, "scale": scale, "width": width}
    return spider.plot_spider(profile, **options).figure


@style.context()
def figure_strips(distribution: pd.DataFrame, *, profile: pd.DataFrame, width: str = "wide") -> Figure:
    """Draw the strip chart alone; arguments as in :func:`helpers.charts.strips.plot_strips`."""
    return strips.plot_strips(distribution, profile=profile, width=width).figure


@style.context()
def figure_profile(
    profile: pd.DataFrame,
    *,
    distribution: pd.DataFrame,
    earlier: pd.DataFrame | None = None,
    earlier_name: str = "earlier wave",
    scale: tuple[int, int] = (0, 5),
    width: str = "wide",
) -> Figure:
    """Draw the spider diagram with the strip chart of the same numbers beside it (wide) or below it (narrow).

    With fewer than three dimensions there is nothing to span a web between, and the strip chart stands alone.

    Parameters
    ----------
    profile, distribution
        Tables of one wave; columns as :func:`helpers.charts.spider.plot_spider` and
        :func:`helpers.charts.strips.plot_strips` say.
    earlier, earlier_name, scale
        As :func:`helpers.charts.spider.plot_spider` says.
    width
        "wide" (1,000 px) or "narrow" (360 px).

    Returns
    -------
    Figure
    """
    if len(profile) < 3:
        return strips.plot_strips(distribution, profile=profile, width=width).figure
    across, down = _SPIDER[style.checked_width(width)]
    down += spider.key_growth(profile, earlier, earlier_name, width, across)
    beside = width == "wide"
    rows = strips.strip_rows(profile, width=width, across=_ACROSS - across - _GAP if beside else None)
    header, body = strips.header(profile, rows), len(profile) * rows.height
    top = 0 if beside else down + 16
    figure = style.canvas(_ACROSS if beside else across, max(down, top + header + body + 4))
    options = {"earlier": earlier, "earlier_name": earlier_name, "scale": scale, "width": width}
    spider.plot_spider(profile, ax=style.panel(figure, 0, 0, across, down), **options)
    left = across + _GAP + rows.names if beside else (across - rows.plot) / 2
    strip_ax = style.panel(figure, left, top + header, rows.plot, body)
    strips.plot_strips(distribution, profile=profile, ax=strip_ax, rows=rows, width=width)
    return figure


def title_profile(profile: pd.DataFrame) -> str:
    """Return the finding: which dimensions stand highest and which lowest."""
    rated = profile[profile["level"].notna()]
    if rated.empty:
        hidden = "Too few stakeholders to show their ratings, and no level is agreed"
        return hidden if strips.any_withheld(profile) else "No dimension has been rated yet"
    highest, lowest = int(rated["level"].max()), int(rated["level"].min())
    if highest == lowest:
        every = "Every dimension" if len(rated) == len(profile) else "Every dimension with a level"
        return f"{every} stands at level\u00a0{highest}" if len(rated) > 1 else _alone(rated)
    top, bottom = (rated.loc[rated["level"] == level, "dimension_name"] for level in (highest, lowest))
    few = len(top) + len(bottom) <= 4
    first = f"{named(list(top), len(rated), most=3 if few else 1)} {verb(len(top), 'stands', 'stand')}"
    return f"{first} highest, at level\u00a0{highest}; {named(list(bottom), len(rated))} lowest, at level\u00a0{lowest}"


def subtitle_profile(profile: pd.DataFrame, *, when: str = "", scale: tuple[int, int] = (0, 5)) -> str:
    """Return measure, scale, wave and n."""
    measure = f"{_measure(profile)}, {scale[0]} (lowest) to {scale[1]} (highest)"
    return joined([measure, when, strips.panel_words(profile)])


def alt_profile(profile: pd.DataFrame, *, when: str = "") -> str:
    """Describe the spider diagram: its kind, what it shows, the finding, every level."""
    blank = "none agreed" if strips.any_withheld(profile) else "not rated"
    levels = [f"{row.dimension_name} {_level(row.level, blank)}{certainty.words(row)}" for row in profile.itertuples()]
    first = f"Spider diagram: {_measure(profile).lower()}, {plural(len(profile), 'dimension')}"
    parts = [first, when, _hidden(profile)]
    listed = f"Levels: {listing(levels, most=len(levels))}" if levels else ""
    return " ".join(sentence(part) for part in (joined(parts), title_profile(profile), listed) if part)


def title_strips(profile: pd.DataFrame) -> str:
    """Return the finding: where views differ most."""
    rated = profile[profile["n"] > 0]
    if rated.empty:
        hidden = strips.any_withheld(profile)
        return "Too few stakeholders to show their ratings" if hidden else "No dimension has been rated yet"
    if rated["n"].max() == 1:
        return "One stakeholder has rated so far, so there is no spread to show"
    widest = float(rated["spread"].max())
    if widest <= 1:
        return "Views lie close together: in every dimension the middle half of the ratings is within one level"
    most = rated[rated["spread"] == widest]
    where = named(list(most["dimension_name"]), len(rated))
    if len(most) > 1:
        return f"Views differ most on {where}"
    row = most.iloc[0]
    return f"Views differ most on {where}, where ratings run from {short(row['minimum'])} to {short(row['maximum'])}"


def subtitle_strips(profile: pd.DataFrame, *, when: str = "", scale: tuple[int, int] = (0, 5)) -> str:
    """Return measure, scale, wave and n."""
    shown = _measure(profile) if strips.any_withheld(profile) else "Each stakeholder's rating of each dimension"
    return joined([f"{shown}, {scale[0]} (lowest) to {scale[1]} (highest)", when, strips.panel_words(profile)])


def alt_strips(profile: pd.DataFrame, *, when: str = "") -> str:
    """Describe the strip chart: its kind, what it shows, the finding, range and median of every dimension."""
    shown = _measure(profile).lower() if strips.any_withheld(profile) else "a dot for each stakeholder"
    first = joined([f"Strip chart: {shown}, {plural(len(profile), 'dimension')}", when, _hidden(profile)])
    each = [_row_words(row) for row in profile.itertuples()]
    return " ".join(sentence(part) for part in (first, title_strips(profile), "; ".join(each)) if part)


def _row_words(row) -> str:
    agreed = "" if pd.isna(row.consensus) else f", agreed {_level(row.consensus)}"
    if not row.n:
        return f"{row.dimension_name}: {'ratings not shown' if strips.is_withheld(row) else 'not rated'}{agreed}"
    ratings = f"{row.n} ratings from {short(row.minimum)} to {short(row.maximum)}" if row.n > 1 else "1 rating"
    return f"{row.dimension_name}: {ratings}, median {short(row.median)}{agreed}"


def _measure(profile: pd.DataFrame) -> str:
    agreed = profile["consensus"].notna()
    if agreed.all():
        return "Level agreed for each dimension"
    if strips.any_withheld(profile):
        return f"Level agreed for each dimension ({'blank where none' if agreed.any() else 'none'} is recorded)"
    return "Level agreed, or the median where none is recorded" if agreed.any() else "Median rating of each dimension"


def _hidden(profile: pd.DataFrame) -> str:
    return "single ratings are not shown" if strips.any_withheld(profile) else ""


def _alone(rated: pd.DataFrame) -> str:
    return f"{rated.iloc[0]['dimension_name']} stands at level\u00a0{int(rated.iloc[0]['level'])}"


def _level(level: object, blank: str = "not rated") -> str:
    return blank if pd.isna(level) else str(int(level))

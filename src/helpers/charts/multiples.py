"""Profiles of many regions as small multiples: a panel a region, a row a dimension, the levels across."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from helpers.charts import compared_words as words
from helpers.charts import keys, style, text
from helpers.charts.keys import Mark
from helpers.charts.multiples_words import alt_multiples, subtitle_multiples, title_multiples
from helpers.charts.panels import Head, Panels

__all__ = [
    "alt_multiples",
    "columns",
    "figure_multiples",
    "parts",
    "plot_multiple",
    "subtitle_multiples",
    "title_multiples",
]

MOST = 12
_ROW = {"wide": 18, "narrow": 18}
_WIDEST = 300
_BAND = "#f4f6f8"


@dataclass(frozen=True)
class Profiles(Panels):
    """Panels whose row names stand once at the left of each line of panels, `names` pixels wide."""

    names: float = 0

    @property
    def edge(self) -> float:
        return self.names or super().edge

    @property
    def across(self) -> float:
        if not self.names:
            return super().across
        room = style.WIDTHS[self.width] - self.names
        return min(room, self.columns * _WIDEST + (self.columns - 1) * self.gap)


def parts(levels: pd.DataFrame, *, most: int = MOST) -> list[pd.DataFrame]:
    """Split the table into tables of whole regions, each of which makes a figure that fits a printed page."""
    return words.parts(levels, most=most)


def columns(count: int) -> int:
    """Return how many panels stand side by side at the desk: at most four, the lines about equally long."""
    return math.ceil(count / math.ceil(count / 4)) if count else 1


def plot_multiple(
    levels: pd.DataFrame, *, scale: tuple[int, int] = (0, 5), ax: Axes | None = None, width: str = "wide"
) -> Axes:
    """Draw the profile of one region.

    Parameters
    ----------
    levels
        One row a dimension of one region, in model order: level, level_from ("consensus" or "median"), low_level,
        high_level, is_comparable, reference_median, reference_is_comparable.
    scale
        The model's lowest and highest level.
    ax
        Where to draw; the levels' numbers stand above it. New axes when None.
    width
        "wide" or "narrow".

    Returns
    -------
    Axes

    Notes
    -----
    A row without a level, or one that may not stand beside other regions, says so instead of showing a point; where
    no row has a level the panel is empty, and its head says so.
    """
    panels = _panels(1, len(levels), style.checked_width(width))
    ax = panels.axes(panels.figure(), 0) if ax is None else ax
    ax.set(xlim=(scale[0] - 0.35, scale[1] + 0.35), ylim=(max(len(levels), 1) - 0.5, -0.5))
    blanks = [words.blank_words(row) for row in levels.itertuples()]
    is_empty = all(blank == "no level" for blank in blanks)
    _draw_grid(ax, blanks, scale, width)
    for row, (blank, dimension) in enumerate(zip(blanks, levels.itertuples(), strict=True)):
        if blank and is_empty:
            continue
        if blank:
            options = {"size": style.SMALL[width] - 1, "colour": style.SECONDARY}
            text.write(ax, blank, scale[0], row, dx=-4, **options)
        else:
            _draw_row(ax, row, dimension)
    return ax


@style.context()
def figure_multiples(
    levels: pd.DataFrame,
    reference: pd.DataFrame,
    *,
    scale: tuple[int, int] = (0, 5),
    across: int | None = None,
    width: str = "wide",
) -> Figure:
    """Draw the profiles of some regions as small multiples.

    Parameters
    ----------
    levels
        The rows of all regions to draw, as :func:`plot_multiple` says, with region, region_name, status, wave_name,
        n_stakeholders, dimension, dimension_name, short_name. Regions stand in the order of the table.
    reference
        One row a dimension: median, is_comparable, profile_name, which names the grey ticks. May be empty.
    scale
        The model's lowest and highest level.
    across
        Panels side by side at the desk; :func:`columns` of the number of regions when None. Give it where a long
        list is drawn in :func:`parts`, so that the panels of all are equally wide.
    width
        "wide" (960 px) or "narrow" (360 px, one panel in a row).

    Returns
    -------
    Figure
    """
    own = [] if words.usable(levels).empty else [table for _, table in levels.groupby("region", sort=False)]
    panels = _panels(across or columns(len(own)), max(map(len, own), default=1), style.checked_width(width))
    heads = [_head(panels, table) for table in own]
    marks = _marks(levels, reference)
    size = style.SMALL[width]
    room = style.WIDTHS[width] - 16
    top = 1.5 * size * keys.key_lines(marks, room, size) + 20
    panels = replace(panels, heads=tuple(heads), top=top if own else 0)
    drawing = panels.figure()
    for place, table in enumerate(own):
        ax = plot_multiple(table, scale=scale, ax=panels.axes(drawing, place), width=width)
        if width == "narrow" or place % panels.columns == 0:
            _write_names(ax, table, panels)
        _draw_bands(ax, table, panels, is_first=width == "narrow" or place % panels.columns == 0)
        if place == 0:
            left = -panels.left - panels.names
            keys.draw_key(ax, marks, left=left, top=10 - panels.head(0) - panels.top, room=room, size=size)
    if not own:
        options = {"x_at": "axes", "y_at": "axes", "size": style.TEXT[width], "colour": style.SECONDARY}
        message = words.NO_LEVELS if len(levels) else words.NOTHING
        text.write(panels.axes(drawing, 0), message, 0, 0.5, dx=-panels.left - panels.names, **options)
    return drawing


def _panels(count: int, rows: int, width: str) -> Profiles:
    body = rows * _ROW[width]
    if width == "wide":
        return Profiles(width, columns=count, left=0, right=0, body=body, foot=6, above=24, gap=24, names=164, below=30)
    return Profiles(width, columns=1, left=96, right=0, body=body, foot=6, above=24, below=28)


def _head(panels: Profiles, own: pd.DataFrame) -> Head:
    first = next(own.itertuples())
    size = style.SMALL[panels.width]
    measure = text.wrap(words.panel_words(first), panels.column, size, lines=3)
    finding = [_fitting(choices, panels.column, size) for choices in words.extremes_choices(own)]
    name = text.wrap(first.region_name, panels.column, style.TEXT[panels.width], bold=True, lines=3)
    return Head(name, measure, finding)


def _fitting(choices: Sequence[str], room: float, size: float) -> str:
    """Return the first of some wordings that fits into one line, else the last one shortened."""
    fits = (wording for wording in choices if text.width(wording, size) <= room)
    return next(fits, text.fit(choices[-1], room, size))


def _marks(levels: pd.DataFrame, reference: pd.DataFrame) -> list[Mark]:
    """Name the marks that the panels have, once, above them all."""
    shown = words.usable(levels)
    marks = [Mark("point", "level agreed", size=8)] if (shown["level_from"] == "consensus").any() else []
    if (shown["level_from"] == "median").any():
        marks.append(Mark("point", "median, none agreed", face="white", size=8))
    if shown["low_level"].notna().any():
        marks.append(Mark("line", "plausible range"))
    grey = words.reference_words(reference)
    if not grey or not (shown["reference_median"].notna() & shown["reference_is_comparable"].astype(bool)).any():
        return marks
    return [*marks, Mark("upright", f"median of {grey}", style.COMPARATOR, size=13)]


def _draw_grid(ax: Axes, blanks: list[str], scale: tuple[int, int], width: str) -> None:
    """Draw a light line for each level, broken where a row has words instead, and the levels' numbers on top."""
    rows = [row for row, blank in enumerate(blanks) if not blank]
    gap = float("nan")
    for level in range(scale[0], scale[1] + 1):
        xs = [x for _ in rows for x in (level, level, gap)]
        ys = [y for row in rows for y in (row - 0.5, row + 0.5, gap)]
        ax.plot(xs, ys, color=style.RULE, lw=0.8, clip_on=False, zorder=0)
        options = {"y_at": "axes", "dy": -9, "size": style.SMALL[width] - 1, "colour": style.SECONDARY, "ha": "center"}
        text.write(ax, level, level, 1, **options)


def _draw_bands(ax: Axes, own: pd.DataFrame, panels: Profiles, *, is_first: bool) -> None:
    """Tint every second row, from the names to the last panel, so that the eye keeps its row."""
    before = panels.left + panels.names if is_first else panels.gap
    left = -before / style.size_px(ax)[0]
    for row in range(1, len(own), 2):
        transform = ax.get_yaxis_transform()
        box = Rectangle((left, row - 0.5), 1 - left, 1, transform=transform, fc=_BAND, lw=0, clip_on=False, zorder=-1)
        ax.add_patch(box)


def _draw_row(ax: Axes, row: int, dimension) -> None:
    if dimension.reference_is_comparable and not pd.isna(dimension.reference_median):
        options = {"ms": 13, "mew": 1.8, "color": style.COMPARATOR, "label": "reference", "zorder": 2}
        ax.plot([dimension.reference_median], [row], "|", clip_on=False, **options)
    if not (pd.isna(dimension.low_level) or pd.isna(dimension.high_level)):
        ends = [int(dimension.low_level), int(dimension.high_level)]
        ax.plot(ends, [row, row], color=style.REGION, alpha=0.55, lw=2, clip_on=False, zorder=3, label="range")
    face = style.REGION if dimension.level_from == "consensus" else "white"
    options = {"ms": 9, "mfc": face, "mec": style.REGION, "mew": 1.6, "label": "level", "zorder": 4}
    ax.plot([int(dimension.level)], [row], "o", clip_on=False, **options)


def _write_names(ax: Axes, own: pd.DataFrame, panels: Profiles) -> None:
    """Write the dimensions' names at the left; where the full name does not fit, the short one."""
    room, size = panels.left + panels.names - 14, style.SMALL[panels.width]
    for row, dimension in enumerate(own.itertuples()):
        full = dimension.dimension_name if panels.names else dimension.short_name
        fits = text.width(style.plain(full), size) <= room
        name = full if fits else text.fit(dimension.short_name, room, size)
        text.write(ax, name, 0, row, x_at="axes", dx=-panels.left - panels.names, size=size)

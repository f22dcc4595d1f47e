"""All regions by dimension: a cell for each level, its number printed in it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.charts import compared_words as words
from helpers.charts import heatmap_heads as heads
from helpers.charts import ramp, style, text
from helpers.charts.heatmap_layout import COLUMNS, KEY, Block, Line, block_of, placed
from helpers.charts.heatmap_words import alt_heatmap, subtitle_heatmap, title_heatmap

__all__ = ["alt_heatmap", "figure_heatmap", "parts", "plot_heatmap", "subtitle_heatmap", "title_heatmap"]

MOST = 24


def parts(levels: pd.DataFrame, *, most: int = MOST) -> list[pd.DataFrame]:
    """Split the table into tables of whole regions, each of which makes a figure that fits a printed page."""
    return words.parts(levels, most=most)


def plot_heatmap(
    levels: pd.DataFrame,
    reference: pd.DataFrame,
    *,
    scale: tuple[int, int] = (0, 5),
    ax: Axes | None = None,
    width: str = "wide",
) -> Axes:
    """Draw one map of regions by dimension.

    Parameters
    ----------
    levels
        One row a region and dimension: region, region_name, status, dimension, short_name, order, level,
        is_comparable. Regions stand in the order of the table, dimensions in model order.
    reference
        One row a dimension: dimension, median, is_comparable, profile_name. May be empty.
    scale
        The model's lowest and highest level.
    ax
        Where to draw the cells; names stand to their left and above them. New axes when None.
    width
        "wide" (a row a region, a column a dimension) or "narrow" (the other way round; at most four columns, of
        which the reference is one).

    Returns
    -------
    Axes

    Notes
    -----
    A cell without a level is hatched and shows a dash; one that may not stand beside other regions shows ≠.
    """
    block = block_of(levels, reference, style.checked_width(width))
    if ax is None:
        ax = style.panel(*placed([block], 0))
    ax.set(xlim=(0, block.plot), ylim=(max(block.height, 1), 0))
    cells = _cells(levels, reference)
    for i, row in enumerate(block.rows):
        _write_row(ax, block, i, row)
        for j, column in enumerate(block.columns):
            key = (row.key, column.key) if width == "wide" else (column.key, row.key)
            level, sign = cells.get(key, (math.nan, ramp.NO_LEVEL))
            box = (block.left(j) + 1, block.top(i) + 1, block.cell - 2, block.tall(row) - 2)
            size = style.TEXT[width] - (0 if block.row > 30 or width == "narrow" else 1)
            ramp.draw_cell(ax, box, level, scale=scale, size=size, sign=sign)
    spans = [(block.left(place), block.cell) for place in range(len(block.columns))]
    heads.write(ax, [column.name for column in block.columns], [c.note for c in block.columns], spans, width)
    return ax


@style.context()
def figure_heatmap(
    levels: pd.DataFrame, reference: pd.DataFrame, *, scale: tuple[int, int] = (0, 5), width: str = "wide"
) -> Figure:
    """Draw the map, on a phone in several blocks one under the other; arguments as in :func:`plot_heatmap`."""
    style.checked_width(width)
    if levels.empty:
        figure = style.canvas(style.WIDTHS[width], 40)
        ax = style.panel(figure, 8 if width == "narrow" else 0, 0, 300, 40)
        text.write(ax, words.NOTHING, 0, 0.5, size=style.TEXT[width], colour=style.SECONDARY, y_at="axes")
        return figure
    most = COLUMNS - bool(words.reference_words(reference))
    tables = [levels] if width == "wide" else words.parts(levels, most=most)
    blocks = [block_of(table, reference, width) for table in tables]
    figure = placed(blocks, 0)[0]
    for number, table in enumerate(tables):
        _, *place = placed(blocks, number)
        plot_heatmap(table, reference, scale=scale, ax=style.panel(figure, *place), width=width)
    _draw_key(figure, _signs(levels, reference), width)
    return figure


def _cells(levels: pd.DataFrame, reference: pd.DataFrame) -> dict[tuple[str, str], tuple[float, str]]:
    """Return number and sign of every cell by region and dimension; the reference is the region without a code."""
    rows = [(row.region, row.dimension, row.level, row.is_comparable) for row in levels.itertuples()]
    if not reference.empty:
        rows += [("", row.dimension, row.median, row.is_comparable) for row in reference.itertuples()]
    result = {}
    for region, dimension, level, is_comparable in rows:
        blank = pd.isna(level) or not is_comparable
        sign = ramp.NO_LEVEL if is_comparable else ramp.NOT_COMPARABLE
        result[region, dimension] = (math.nan if blank else float(level), sign)
    return result


def _signs(levels: pd.DataFrame, reference: pd.DataFrame) -> list[tuple[str, str]]:
    """Return the signs that the cells show, each with its meaning."""
    shown = {sign for level, sign in _cells(levels, reference).values() if math.isnan(level)}
    meanings = ((ramp.NO_LEVEL, "no level agreed or shown"), (ramp.NOT_COMPARABLE, "does not compare"))
    return [(sign, meaning) for sign, meaning in meanings if sign in shown]


def _draw_key(figure: Figure, signs: Sequence[tuple[str, str]], width: str) -> None:
    """Name the signs of the hatched cells above the map; the numbers in the others need no key."""
    edge, size = 8 if width == "narrow" else 0, style.SMALL[width]
    ax = style.panel(figure, edge, 0, style.WIDTHS[width] - 2 * edge, KEY)
    ax.set(xlim=(0, style.WIDTHS[width] - 2 * edge), ylim=(KEY, 0))
    x = 0.0
    for sign, meaning in signs:
        ramp.draw_cell(ax, (x, 1, 30, 16), math.nan, scale=(0, 5), size=size, sign=sign)
        text.write(ax, meaning, x + 37, 9, size=size)
        x += 37 + text.width(meaning, size) + 20


def _write_row(ax: Axes, block: Block, place: int, line: Line) -> None:
    """Write a row's name with its note under it, or beside it where the rows are low."""
    size, small = style.TEXT[block.width] - 1, style.SMALL[block.width] - 1
    if block.width == "narrow":
        size = style.SMALL["narrow"]
    height = block.tall(line)
    middle = block.top(place) + height / 2
    room = block.names - (10 if block.width == "wide" else 4)
    if height > 30:
        most = 1 if line.note else 2
        names = text.wrap(line.name, room, size, lines=most)
        if text.is_cut(names):
            size = small + 0.5
            names = text.wrap(line.name, room, size, lines=most)
        up = text.LEADING * small / 2 if line.note else 0
        text.write_lines(ax, names, 0, middle, size=size, dx=-block.names, dy=-up)
        below = text.LEADING * size * len(names) / 2
        text.write(ax, line.note, 0, middle, size=small, dx=-block.names, dy=below, colour=style.SECONDARY)
        return
    size -= 0 if block.width == "narrow" else 1
    beside = text.width(line.note, small) + 10 if line.note else 0
    text.write(ax, text.fit(line.name, room - beside, size), 0, middle, size=size, dx=-block.names)
    text.write(ax, line.note, 0, middle, size=small, dx=-10, ha="right", colour=style.SECONDARY)

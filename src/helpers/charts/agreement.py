"""Where views lie close together and where apart: one row a dimension, the most divided first."""

from __future__ import annotations

import math

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from helpers.charts import keys, strips, style, text
from helpers.charts import rows as rowed
from helpers.charts.agreement_words import (
    SPLIT,
    alt_agreement,
    ordered,
    row_words,
    subtitle_agreement,
    title_agreement,
)
from helpers.charts.keys import Mark
from helpers.charts.rows import Rows

__all__ = ["alt_agreement", "figure_agreement", "plot_agreement", "subtitle_agreement", "title_agreement"]

HEADER = {"wide": 58, "narrow": 62}
MOST_DOTS = 30
NOTHING = "There are no ratings to compare yet."
BAND = "#e4ecf5"
_MARKS = 9


def plot_agreement(
    by_dimension: pd.DataFrame,
    distribution: pd.DataFrame,
    *,
    scale: tuple[int, int] = (0, 5),
    ax: Axes | None = None,
    width: str = "wide",
) -> Axes:
    """Draw how far the stakeholders agree on each dimension.

    Parameters
    ----------
    by_dimension
        One row a dimension: dimension, dimension_name, order, n, median, n_near, n_outside, distribution ("Agreement",
        "Split" or ""), refusal; agreement_a orders those of equal share where it is there.
    distribution
        One row a dimension and level: dimension, level, n.
    scale
        The model's lowest and highest level.
    ax
        Where to draw the levels; names stand to its left and the verdict in words to its right. New axes when None.
    width
        "wide" or "narrow".

    Returns
    -------
    Axes

    Notes
    -----
    Up to 30 stakeholders are a dot each, a larger panel a bar for each level. Filled is what lies within one level
    of the median, hollow what lies outside.
    """
    table = ordered(by_dimension)
    rows, has_dots = _agreement_rows(table, width), _most(table) <= MOST_DOTS
    marks = agreement_key(has_dots)
    header = keys.taller(HEADER[rows.width], marks, holds=2 if rows.stacked else 1, room=rows.across, size=rows.small)
    ax = rowed.axes(rows, len(table) if _most(table) else 1, header=header) if ax is None else ax
    if table.empty or not _most(table):
        return rowed.empty(ax, NOTHING, rows)
    rowed.prepare(ax, len(table), (scale[0] - 0.5, scale[1] + 0.5))
    rowed.rules(ax, len(table), rows)
    _write_header(ax, rows, scale, marks, header)
    counts = _counts(table, distribution, scale)
    for row, dimension in enumerate(table.itertuples()):
        _write_row(ax, rows, row, dimension)
        _draw_region(ax, rows, row, dimension, scale)
    draw = _draw_dots if has_dots else _draw_bars
    draw(ax, rows, table, counts)
    return ax


@style.context()
def figure_agreement(
    by_dimension: pd.DataFrame, distribution: pd.DataFrame, *, scale: tuple[int, int] = (0, 5), width: str = "wide"
) -> Figure:
    """Draw how far the stakeholders agree on each dimension; arguments as in :func:`plot_agreement`."""
    return plot_agreement(by_dimension, distribution, scale=scale, width=width).figure


def agreement_key(has_dots: bool) -> list[Mark]:
    """Return the names of the marks: dots for a small panel, bars for a large one."""
    if has_dots:
        shapes = [
            Mark("point", "one stakeholder, within a level of the middle", size=7.5),
            Mark("point", "further away", face="white", size=7.5),
        ]
    else:
        shapes = [
            Mark("band", "share of the stakeholders, within a level of the middle", size=10),
            Mark("frame", "further away", size=10),
        ]
    return [*shapes, Mark("point", "the middle (median)", style.INK, "^", size=7)]


def _most(table: pd.DataFrame) -> int:
    return int(table["n"].fillna(0).max()) if len(table) else 0


def _agreement_rows(table: pd.DataFrame, width: str) -> Rows:
    most = _most(table)
    rows = rowed.layout(width, names=200, words=360, glyph=46 if most <= 20 else 60, edge=8)
    names = [rowed.name_lines(name, rows) for name in table["dimension_name"]]
    words = [_word_lines(rows, row) for row in table.itertuples()]
    longest = [max(map(len, lines), default=1) for lines in (names, words)]
    return rowed.grown(rows, name_lines=longest[0], word_lines=longest[1])


def _word_lines(rows: Rows, row) -> list[str]:
    room = rows.words - (2 if rows.stacked else rowed.GAP)
    return text.wrap(row_words(row), room, rows.small, bold=row.distribution == SPLIT, lines=2)


def _write_header(ax: Axes, rows: Rows, scale: tuple[int, int], marks: list[Mark], header: float) -> None:
    for level in range(scale[0], scale[1] + 1):
        options = {"y_at": "axes", "dy": -11, "colour": style.SECONDARY, "ha": "center"}
        text.write(ax, level, level, 1, size=rows.small, **options)
    left = 0 if rows.stacked else -rows.names
    keys.draw_key(ax, marks, left=left, top=14 - header, room=rows.across, size=rows.small)


def _write_row(ax: Axes, rows: Rows, row: int, dimension) -> None:
    rowed.write_name(ax, rows, row, dimension.dimension_name)
    split = dimension.distribution == SPLIT
    colour = style.WORSE if split else style.SECONDARY if dimension.distribution or not dimension.n else style.INK
    rowed.write_words(ax, rows, row, _word_lines(rows, dimension), colour=colour, bold=split)


def _counts(table: pd.DataFrame, distribution: pd.DataFrame, scale: tuple[int, int]) -> pd.DataFrame:
    counts = distribution.pivot_table(index="dimension", columns="level", values="n", aggfunc="sum")
    levels = range(scale[0], scale[1] + 1)
    return counts.reindex(index=table["dimension"], columns=levels).fillna(0).astype(int)


def _draw_region(ax: Axes, rows: Rows, row: int, dimension, scale: tuple[int, int]) -> None:
    """Draw the row's floor, a band over the levels within one of the median and a pointer under the median."""
    floor = _floor(rows, row)
    ax.plot(ax.get_xlim(), [floor] * 2, color=style.RULE, lw=1, clip_on=False, zorder=1)
    if pd.isna(dimension.median):
        return
    low, high = max(scale[0], math.ceil(dimension.median - 1)), min(scale[1], math.floor(dimension.median + 1))
    height = (rows.glyph - _MARKS - 6) / rows.height
    corner, across = (low - 0.45, floor - height), high - low + 0.9
    ax.add_patch(Rectangle(corner, across, height, fc=BAND, lw=0, clip_on=False, zorder=0.5, label="region"))
    pointer = rowed.at(rows, row, rows.glyph / 2 - _MARKS + 2)
    ax.plot([dimension.median], [pointer], "^", ms=7, color=style.INK, mec="none", clip_on=False, label="median")


def _floor(rows: Rows, row: int) -> float:
    return rowed.at(rows, row, rows.glyph / 2 - _MARKS - 4)


def _draw_dots(ax: Axes, rows: Rows, table: pd.DataFrame, counts: pd.DataFrame) -> None:
    unit = rows.plot / counts.shape[1]
    pitch, layer = strips.dot_grid(int(counts.to_numpy().max(initial=1)), unit - 14, rows.glyph - _MARKS - 10)
    places = {True: ([], []), False: ([], [])}
    for row, (median, levels) in enumerate(zip(table["median"], counts.to_numpy(), strict=True)):
        for level, count in zip(counts.columns, levels, strict=True):
            xs, ys = places[abs(level - median) <= 1]
            for right, up in strips.dot_places(count, pitch, layer):
                xs.append(level + right / unit)
                ys.append(rowed.at(rows, row, rows.glyph / 2 - _MARKS - 5 - up))
    for near, (xs, ys) in places.items():
        look = {"mfc": style.REGION if near else "white", "mec": style.REGION, "mew": 1.1, "ms": pitch - 2.4}
        ax.plot(xs, ys, "o", **look, clip_on=False, zorder=4, label="near" if near else "outside")


def _draw_bars(ax: Axes, rows: Rows, table: pd.DataFrame, counts: pd.DataFrame) -> None:
    """Draw a bar for each level, as high as its share of the row's ratings; one scale for all rows."""
    shares = counts.div(counts.sum(axis=1).clip(lower=1), axis=0)
    tall = (rows.glyph - _MARKS - 10) / rows.height / max(float(shares.to_numpy().max(initial=0)), 1e-9)
    for row, (median, levels) in enumerate(zip(table["median"], shares.to_numpy(), strict=True)):
        for level, share in zip(shares.columns, levels, strict=True):
            if share:
                near = abs(level - median) <= 1
                look = {"fc": style.REGION if near else "white", "ec": style.REGION, "lw": 1.1}
                corner = (level - 0.3, _floor(rows, row) - share * tall)
                bar = Rectangle(corner, 0.6, share * tall, **look, clip_on=False, zorder=3)
                bar.set_label("near" if near else "outside")
                ax.add_patch(bar)

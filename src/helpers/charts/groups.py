"""How groups of stakeholders rate: one row a dimension, a mark for each group's median, what the test says in words."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.charts import keys, style, text
from helpers.charts import rows as rowed
from helpers.charts.groups_words import (
    alt_groups,
    noun,
    ordered,
    row_words,
    subtitle_groups,
    title_groups,
)
from helpers.charts.keys import Mark
from helpers.charts.rows import Rows
from helpers.scoring.wording import plural

__all__ = ["alt_groups", "figure_groups", "plot_groups", "subtitle_groups", "title_groups"]

HEADER = {"wide": 58, "narrow": 62}
NOTHING = "There are no groups to compare yet."
SHAPES = (("o", style.INK), ("s", "white"), ("^", style.INK), ("D", "white"))
OTHER = ("X", style.NO_DIFFERENCE)
_SIZES = {"o": 9, "s": 8.5, "^": 9.5, "D": 7.5, "X": 8}
_PITCH = 12.5


def plot_groups(
    medians: pd.DataFrame,
    differences: pd.DataFrame,
    *,
    scale: tuple[int, int] = (0, 5),
    ax: Axes | None = None,
    width: str = "wide",
) -> Axes:
    """Draw the median of every group on every dimension.

    Parameters
    ----------
    medians
        One row a dimension and group: dimension, group, n, median.
    differences
        One row a dimension: dimension, dimension_name, order, by, n, n_groups, effect, effect_reading, highest_group,
        lowest_group, is_clear, refusal.
    scale
        The model's lowest and highest level.
    ax
        Where to draw the levels; names stand to its left and the finding in words to its right. New axes when None.
    width
        "wide" or "narrow".

    Returns
    -------
    Axes

    Notes
    -----
    Groups have shapes, not colours. The four largest have one each; more are drawn as grey crosses under one name.
    Two marks at the same level stand one above the other, more of them in two columns around it.
    """
    table = ordered(differences)
    shown = medians[medians["median"].notna() & medians["dimension"].isin(table["dimension"])]
    shapes = group_shapes(shown)
    rows = _group_rows(table, shown, width)
    marks = group_key(shown, shapes)
    header = keys.taller(HEADER[rows.width], marks, holds=2 if rows.stacked else 1, room=rows.across, size=rows.small)
    ax = rowed.axes(rows, len(table) if len(shown) else 1, header=header) if ax is None else ax
    if table.empty or shown.empty:
        return rowed.empty(ax, NOTHING, rows)
    rowed.prepare(ax, len(table), (scale[0] - 0.5, scale[1] + 0.5))
    rowed.rules(ax, len(table), rows)
    rowed.level_grid(ax, rows, range(scale[0], scale[1] + 1), range(len(table)))
    left = 0 if rows.stacked else -rows.names
    keys.draw_key(ax, marks, left=left, top=14 - header, room=rows.across, size=rows.small)
    for row, dimension in enumerate(table.itertuples()):
        clear = bool(dimension.is_clear) and not dimension.refusal
        rowed.write_name(ax, rows, row, dimension.dimension_name)
        lines = _word_lines(rows, dimension, noun(differences))
        rowed.write_words(ax, rows, row, lines, colour=style.INK if clear else style.SECONDARY, bold=clear)
        _draw_medians(ax, rows, row, shown[shown["dimension"] == dimension.dimension], shapes, clear=clear)
    return ax


@style.context()
def figure_groups(
    medians: pd.DataFrame, differences: pd.DataFrame, *, scale: tuple[int, int] = (0, 5), width: str = "wide"
) -> Figure:
    """Draw the median of every group on every dimension; arguments as in :func:`plot_groups`."""
    return plot_groups(medians, differences, scale=scale, width=width).figure


def group_shapes(medians: pd.DataFrame) -> dict[str, tuple[str, str]]:
    """Return marker and face of every group: a shape of its own for the four largest, in the order of the table."""
    sizes = medians.groupby("group", sort=False)["n"].max()
    largest = set(sizes.sort_values(ascending=False, kind="stable").index[: len(SHAPES)])
    own = iter(SHAPES)
    return {group: next(own) if group in largest else OTHER for group in sizes.index}


def group_key(medians: pd.DataFrame, shapes: dict[str, tuple[str, str]]) -> list[Mark]:
    """Return the groups' marks, each with its number of stakeholders."""
    sizes = medians.groupby("group", sort=False)["n"].max()
    marks, rest = [], 0
    for group, (marker, face) in shapes.items():
        if (marker, face) == OTHER:
            rest += 1
            continue
        words = f"{style.plain(group, length=40)} ({int(sizes[group])})"
        marks.append(Mark("point", words, style.INK, marker, face, _SIZES[marker]))
    others = Mark("point", plural(rest, "smaller group"), OTHER[1], OTHER[0], size=8)
    return marks + ([others] if rest else [])


def _group_rows(table: pd.DataFrame, medians: pd.DataFrame, width: str) -> Rows:
    tied = int(medians.groupby(["dimension", "median"]).size().max()) if len(medians) else 1
    deepest = max(down for _, down in _spots(tied)) * 2
    rows = rowed.layout(width, names=200, words=330, glyph=max(34, deepest + 22), edge=8)
    names = [rowed.name_lines(name, rows) for name in table["dimension_name"]]
    words = [_word_lines(rows, row, noun(table)) for row in table.itertuples()]
    longest = [max(map(len, lines), default=1) for lines in (names, words)]
    return rowed.grown(rows, name_lines=longest[0], word_lines=longest[1])


def _word_lines(rows: Rows, row, groups: str) -> list[str]:
    room = rows.words - (2 if rows.stacked else rowed.GAP)
    return text.wrap(row_words(row, groups), room, rows.small, bold=True, lines=3)


def _draw_medians(
    ax: Axes, rows: Rows, row: int, own: pd.DataFrame, shapes: dict[str, tuple[str, str]], *, clear: bool
) -> None:
    """Draw a line from the lowest to the highest group and the groups on it; close together where they tie."""
    if own.empty:
        return
    ends = [float(own["median"].min()), float(own["median"].max())]
    line = {"color": style.NO_DIFFERENCE if clear else style.MIDDLE_HALF, "lw": 3}
    ax.plot(ends, [rowed.at(rows, row)] * 2, **line, clip_on=False, zorder=2, label="between")
    ink, unit = style.INK if clear else style.NO_DIFFERENCE, (ax.get_xlim()[1] - ax.get_xlim()[0]) / rows.plot
    for median, tied in own.groupby("median"):
        for group, (right, down) in zip(tied["group"], _spots(len(tied)), strict=True):
            marker, face = shapes[group]
            look = {"mfc": ink if face == style.INK else face, "mec": ink, "mew": 1.5, "ms": _SIZES[marker]}
            if (marker, face) == OTHER:
                look |= {"mec": face, "mew": 0}
            x, y = float(median) + right * unit, rowed.at(rows, row, down)
            ax.plot([x], [y], marker, **look, clip_on=False, zorder=5, label=str(group))


def _spots(tied: int) -> list[tuple[float, float]]:
    """Return places, in pixels to the right and down, for groups at one level: beyond two in two columns."""
    columns = 1 if tied <= 2 else 2
    lines = -(-tied // columns)
    return [
        ((k % columns - (columns - 1) / 2) * _PITCH, (k // columns - (lines - 1) / 2) * _PITCH) for k in range(tied)
    ]

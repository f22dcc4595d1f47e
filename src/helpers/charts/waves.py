"""An earlier and a later wave side by side: dumbbells, one row a dimension."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.charts import keys, style, text
from helpers.charts import rows as rowed
from helpers.charts.keys import Mark
from helpers.charts.rows import Rows
from helpers.charts.waves_words import (
    alt_waves,
    change_words,
    for_rows,
    is_backed,
    row_words,
    subtitle_waves,
    title_waves,
    wave_name,
    with_verdicts,
)

__all__ = ["alt_waves", "change_words", "figure_waves", "plot_waves", "subtitle_waves", "title_waves"]

HEADER = {"wide": 58, "narrow": 62}
NOTHING = "There are no two waves to compare yet."


def plot_waves(
    compared: pd.DataFrame,
    *,
    tested: pd.DataFrame | None = None,
    scale: tuple[int, int] = (0, 5),
    ax: Axes | None = None,
    width: str = "wide",
) -> Axes:
    """Draw what moved between two waves.

    Parameters
    ----------
    compared
        One row a dimension in model order: dimension_name, earlier, later, change, comparable, reason;
        earlier_wave_name and later_wave_name name the waves.
    tested
        One row a dimension: dimension, is_clear, direction ("up", "down" or ""), refusal: whether the single ratings
        changed clearly. Adds that to the words; a move that they do not back is drawn grey.
    scale
        The model's lowest and highest level.
    ax
        Where to draw the levels; names stand to its left and the change in words to its right. New axes when None.
    width
        "wide" or "narrow".

    Returns
    -------
    Axes
    """
    compared = for_rows(with_verdicts(compared, tested))
    rows = _wave_rows(compared, width)
    ax = rowed.axes(rows, len(compared), header=HEADER[width]) if ax is None else ax
    if compared.empty:
        return rowed.empty(ax, NOTHING, rows)
    rowed.prepare(ax, len(compared), (scale[0] - 0.5, scale[1] + 0.5))
    rowed.rules(ax, len(compared), rows)
    rowed.level_grid(ax, rows, range(scale[0], scale[1] + 1), range(len(compared)))
    _draw_key(ax, rows, compared)
    for row, dimension in enumerate(compared.itertuples()):
        rowed.write_name(ax, rows, row, dimension.dimension_name)
        lines, moved = _change_lines(rows, dimension), bool(dimension.comparable) and dimension.change != 0
        stands = moved and (tested is None or is_backed(dimension))
        rowed.write_words(ax, rows, row, lines, colour=style.INK if moved else style.SECONDARY, bold=stands)
        if dimension.comparable:
            _draw_dumbbell(ax, rows, row, dimension, stands=stands)
    return ax


@style.context()
def figure_waves(
    compared: pd.DataFrame,
    *,
    tested: pd.DataFrame | None = None,
    scale: tuple[int, int] = (0, 5),
    width: str = "wide",
) -> Figure:
    """Draw what moved between two waves; arguments as in :func:`plot_waves`."""
    return plot_waves(compared, tested=tested, scale=scale, width=width).figure


def _wave_rows(compared: pd.DataFrame, width: str) -> Rows:
    rows = rowed.layout(width, names=200, words=320, glyph=34 if width == "wide" else 26, edge=8)
    names = [rowed.name_lines(name, rows) for name in compared["dimension_name"]]
    words = [_change_lines(rows, row) for row in compared.itertuples()]
    longest = [max(map(len, lines), default=1) for lines in (names, words)]
    return rowed.grown(rows, name_lines=longest[0], word_lines=longest[1])


def _change_lines(rows: Rows, row) -> list[str]:
    room = rows.words - (2 if rows.stacked else rowed.GAP)
    words = row_words(row)
    move, beside, ratings = words.partition("; ratings: ")
    if beside and text.width(words, rows.small, bold=True) > room:
        return [
            text.fit(move, room, rows.small, bold=True),
            text.fit(f"ratings: {ratings}", room, rows.small, bold=True),
        ]
    return text.wrap(words, room, rows.small, bold=True, lines=2)


def _draw_key(ax: Axes, rows: Rows, compared: pd.DataFrame) -> None:
    marks = [
        Mark("point", wave_name(compared, "earlier"), style.NO_DIFFERENCE, face="white", size=9),
        Mark("point", wave_name(compared, "later"), size=10),
    ]
    left = 0 if rows.stacked else -rows.names
    keys.draw_key(ax, marks, left=left, top=14 - HEADER[rows.width], room=rows.across, size=rows.small)


def _draw_dumbbell(ax: Axes, rows: Rows, row: int, dimension, *, stands: bool) -> None:
    """Draw the earlier level as a grey ring, the later one as a blue point, and what lies between as a bar."""
    y = rowed.at(rows, row)
    if dimension.change != 0:
        bar = {"color": style.REGION, "alpha": 0.35} if stands else {"color": style.MIDDLE_HALF}
        ax.plot([dimension.earlier, dimension.later], [y, y], **bar, lw=5, clip_on=False, label="move")
    ring = 9 if dimension.change else 16
    ax.plot([dimension.earlier], [y], "o", ms=ring, mfc="white", mec=style.NO_DIFFERENCE, mew=1.8, clip_on=False)
    ax.plot([dimension.later], [y], "o", ms=10, color=style.REGION, mec="none", clip_on=False, zorder=5)

"""What to do first: dimensions by urgency, each from its present level to the one wanted, and how firm its place is."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.charts import keys, style, text
from helpers.charts import rows as rowed
from helpers.charts.keys import Mark
from helpers.charts.priorities_words import (
    FIRST,
    alt_priorities,
    levels_words,
    ordered,
    row_words,
    subtitle_priorities,
    title_priorities,
)
from helpers.charts.rows import Rows

__all__ = ["alt_priorities", "figure_priorities", "plot_priorities", "subtitle_priorities", "title_priorities"]

HEADER = {"wide": 58, "narrow": 62}
NOTHING = "There are no priorities to rank yet."
RANKED, UNRANKED = "Most urgent first", "Without a place"
_HEADING = {"wide": 38, "narrow": 34}
_NUMBER = 30


def plot_priorities(
    ranking: pd.DataFrame, *, scale: tuple[int, int] = (0, 5), ax: Axes | None = None, width: str = "wide"
) -> Axes:
    """Draw the dimensions by urgency.

    Parameters
    ----------
    ranking
        One row a dimension: rank, dimension_name, order, level, desired, desired_from ("declared", "highest level" or
        ""), gap, share_top_three (0 to 1), refusal.
    scale
        The model's lowest and highest level.
    ax
        Where to draw the levels; names stand to its left and words to its right. New axes when None.
    width
        "wide" or "narrow".

    Returns
    -------
    Axes

    Notes
    -----
    Dimensions without a gap, or refused, stand below the others, grey.
    """
    table = ordered(ranking)
    rows = _priority_rows(table, width)
    groups = [RANKED if ranked else UNRANKED for ranked in table["ranked"]]
    places, headings, total = rowed.grouped(groups, rows, heading=_HEADING[width])
    marks = priority_key(table)
    header = keys.taller(HEADER[rows.width], marks, holds=2 if rows.stacked else 1, room=rows.across, size=rows.small)
    ax = rowed.axes(rows, total, header=header) if ax is None else ax
    if table.empty:
        return rowed.empty(ax, NOTHING, rows)
    rowed.prepare(ax, total, (scale[0] - 0.5, scale[1] + 0.5))
    rowed.level_grid(ax, rows, range(scale[0], scale[1] + 1), places)
    left = 0 if rows.stacked else -rows.names
    keys.draw_key(ax, marks, left=left, top=14 - header, room=rows.across, size=rows.small)
    for y, name in headings:
        rowed.write_heading(ax, rows, y, name)
    for place, row in zip(places, table.itertuples(), strict=True):
        _write_row(ax, rows, place, row, int(table["ranked"].sum()))
        _draw_gap(ax, rows, place, row)
    return ax


@style.context()
def figure_priorities(ranking: pd.DataFrame, *, scale: tuple[int, int] = (0, 5), width: str = "wide") -> Figure:
    """Draw the dimensions by urgency; arguments as in :func:`plot_priorities`."""
    return plot_priorities(ranking, scale=scale, width=width).figure


def priority_key(table: pd.DataFrame) -> list[Mark]:
    """Return the marks' names; what the diamond means depends on whether levels wanted were declared."""
    origins = set(table.loc[table["desired"].notna(), "desired_from"]) if "desired_from" in table else set()
    words = "level wanted"
    if "highest level" in origins:
        words = "highest level" if origins == {"highest level"} else "level wanted, or the highest where none is stated"
    wanted = [Mark("point", words, face="white", marker="D", size=7.5)] if table["desired"].notna().any() else []
    return [Mark("point", "present level", size=10), *wanted]


def _priority_rows(table: pd.DataFrame, width: str) -> Rows:
    rows = rowed.layout(width, names=240, words=320, glyph=34 if width == "wide" else 26, edge=8)
    names = [_name_lines(rows, row) for row in table.itertuples()]
    words = [_word_lines(rows, row, int(table["ranked"].sum())) for row in table.itertuples()]
    longest = [max(map(len, lines), default=1) for lines in (names, words)]
    return rowed.grown(rows, name_lines=longest[0], word_lines=longest[1], note_lines=1)


def _named(rows: Rows, row) -> tuple[Rows, str]:
    """Return the measures and the text of a name: beside its number when wide, after it when narrow."""
    if not rows.stacked:
        return replace(rows, names=rows.names - _NUMBER), str(row.dimension_name)
    return rows, f"{int(row.rank)}. {row.dimension_name}" if row.ranked else str(row.dimension_name)


def _name_lines(rows: Rows, row) -> list[str]:
    inner, name = _named(rows, row)
    return rowed.name_lines(name, inner, note=levels_words(row))


def _word_lines(rows: Rows, row, n_ranked: int) -> list[str]:
    room = rows.words - (2 if rows.stacked else rowed.GAP)
    return text.wrap(row_words(row, n_ranked), room, rows.small, lines=3)


def _write_row(ax: Axes, rows: Rows, place: float, row, n_ranked: int) -> None:
    inner, name = _named(rows, row)
    rowed.write_name(ax, inner, place, name, note=levels_words(row))
    colour = style.INK if row.ranked else style.SECONDARY
    rowed.write_words(ax, rows, place, _word_lines(rows, row, n_ranked), colour=colour)
    if row.ranked and not rows.stacked:
        colour = style.REGION if row.rank <= FIRST else style.SECONDARY
        options = {"size": rows.size + 3, "bold": True, "colour": colour, "x_at": "axes"}
        text.write(ax, int(row.rank), 0, place, dx=-rows.names, **options)


def _draw_gap(ax: Axes, rows: Rows, place: float, row) -> None:
    """Draw present level, desired level and the way between; grey without a place."""
    y, colour = rowed.at(rows, place), style.REGION if row.ranked else style.COMPARATOR
    level, desired = (None if pd.isna(value) else float(value) for value in (row.level, row.desired))
    if level is not None and desired is not None and level != desired:
        way = {"color": colour, "alpha": 0.35, "lw": 5, "label": "gap"}
        ax.plot([level, desired], [y, y], **way, clip_on=False, zorder=2)
    if desired is not None:
        size = 14 if level == desired else 8
        look = {"mfc": "white", "mec": colour, "mew": 1.6, "ms": size, "label": "wanted"}
        ax.plot([desired], [y], "D", **look, clip_on=False, zorder=4)
    if level is not None:
        ax.plot([level], [y], "o", ms=10, color=colour, mec="none", clip_on=False, zorder=5, label="level")

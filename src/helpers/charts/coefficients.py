"""Coefficients of a whole profile as a small forest chart: the question first, then the value with its interval."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.charts import rows as rowed
from helpers.charts import style, text
from helpers.charts.coefficients_words import (
    alt_coefficients,
    row_words,
    subtitle_coefficients,
    title_coefficients,
)
from helpers.charts.rows import Rows
from helpers.scoring.wording import number

__all__ = [
    "alt_coefficients",
    "figure_coefficients",
    "plot_coefficients",
    "subtitle_coefficients",
    "title_coefficients",
]

HEADER = {"wide": 26, "narrow": 26}
LOWEST = -1.0
NOTHING = "There are no coefficients to show yet."
_LINES = 3


def plot_coefficients(coefficients: pd.DataFrame, *, ax: Axes | None = None, width: str = "wide") -> Axes:
    """Draw every coefficient with its interval.

    Parameters
    ----------
    coefficients
        One row a coefficient: coefficient_name, asks (the question it answers), value, lowercl, uppercl, reading,
        refusal.
    ax
        Where to draw the values; questions stand to its left and the words to its right. New axes when None.
    width
        "wide" or "narrow".

    Returns
    -------
    Axes

    Notes
    -----
    The axis runs from 0, or from the lowest value or limit below it, to 1. What lies below -1 is drawn as an arrow.
    """
    rows = _coefficient_rows(coefficients, width)
    ax = rowed.axes(rows, len(coefficients), header=HEADER[rows.width]) if ax is None else ax
    if coefficients.empty:
        return rowed.empty(ax, NOTHING, rows)
    low, refused = _lowest(coefficients), (coefficients["refusal"] != "") | coefficients["value"].isna()
    rowed.prepare(ax, len(coefficients), (low - 0.04 * (1 - low), 1 + 0.04 * (1 - low)))
    rowed.rules(ax, len(coefficients), rows)
    if not refused.all():
        _draw_grid(ax, rows, low, [row for row, without in enumerate(refused) if not without])
    for row, coefficient in enumerate(coefficients.itertuples()):
        _write_question(ax, rows, row, coefficient)
        lines, without = _word_lines(rows, coefficient), bool(refused.iloc[row])
        rowed.write_words(ax, rows, row, lines, colour=style.SECONDARY if without else style.INK)
        if not without:
            _draw_value(ax, rows, row, coefficient)
    return ax


@style.context()
def figure_coefficients(coefficients: pd.DataFrame, *, width: str = "wide") -> Figure:
    """Draw every coefficient with its interval; arguments as in :func:`plot_coefficients`."""
    return plot_coefficients(coefficients, width=width).figure


def _lowest(coefficients: pd.DataFrame) -> float:
    """Return where the axis begins: at 0, or at the half below the lowest value or limit, at -1 at the lowest."""
    known = coefficients.loc[coefficients["refusal"] == "", ["value", "lowercl"]].astype(float)
    lowest = float(np.nanmin(known.to_numpy(), initial=0))
    return max(LOWEST, math.floor(lowest * 2) / 2)


def _draw_grid(ax: Axes, rows: Rows, low: float, places: list[int]) -> None:
    """Draw a light line at every half through the rows that have a value, a firmer one at 0 inside the axis."""
    half = rows.glyph / rows.height / 2
    for value in np.arange(low, 1.01, 0.5):
        colour = style.COMPARATOR if value == 0 > low else style.RULE
        for place in places:
            ends = [rowed.at(rows, place) - half, rowed.at(rows, place) + half]
            ax.plot([value] * 2, ends, color=colour, lw=0.8, clip_on=False, zorder=0)
        options = {"y_at": "axes", "dy": -11, "colour": style.SECONDARY, "ha": "center"}
        text.write(ax, number(float(value)), value, 1, size=rows.small, **options)


def _coefficient_rows(coefficients: pd.DataFrame, width: str) -> Rows:
    rows = rowed.layout(width, names=370, words=280, glyph=30 if width == "wide" else 22, edge=8)
    names = [_question_lines(rows, row) for row in coefficients.itertuples()]
    words = [_word_lines(rows, row) for row in coefficients.itertuples()]
    longest = [max(map(len, lines), default=1) for lines in (names, words)]
    beside = 1 if rows.stacked else 0
    return rowed.grown(rows, name_lines=longest[0] + beside, word_lines=longest[1], note_lines=1 - beside)


def _question_lines(rows: Rows, row) -> list[str]:
    return rowed.name_lines(row.asks, rows, most=_LINES)


def _word_lines(rows: Rows, row) -> list[str]:
    room = rows.words - (2 if rows.stacked else rowed.GAP)
    return text.wrap(row_words(row), room, rows.small, lines=4)


def _write_question(ax: Axes, rows: Rows, row: int, coefficient) -> None:
    """Write the question and, small under it, the coefficient's technical name."""
    lines, room = _question_lines(rows, coefficient), rows.names - (0 if rows.stacked else rowed.GAP)
    note = text.fit(coefficient.coefficient_name, room, rows.small)
    question, place = text.LEADING * rows.size * len(lines), {"x_at": "axes", "dx": 0 if rows.stacked else -rows.names}
    small = text.LEADING * rows.small
    top = -rows.height / 2 + 6 if rows.stacked else -(question + small) / 2
    text.write_lines(ax, lines, 0, row, size=rows.size, dy=top + question / 2, bold=rows.stacked, **place)
    under = top + question + small / 2
    text.write(ax, note, 0, row, size=rows.small, dy=under, colour=style.SECONDARY, **place)


def _draw_value(ax: Axes, rows: Rows, row: int, coefficient) -> None:
    """Draw the interval as a thin line and the value as a point; an arrow where either leaves the axis."""
    y, edge = rowed.at(rows, row), ax.get_xlim()[0]
    lower, upper = float(coefficient.lowercl), float(coefficient.uppercl)
    if not (math.isnan(lower) or math.isnan(upper)):
        ends = [max(lower, edge), max(upper, edge)]
        ax.plot(ends, [y, y], color=style.REGION, lw=2, clip_on=False, zorder=3, label="interval")
    if lower < edge or coefficient.value < edge:
        ax.plot([edge], [y], "<", ms=7, color=style.REGION, mec="none", clip_on=False, zorder=4, label="beyond")
    if coefficient.value >= edge:
        point = {"ms": 9, "color": style.REGION, "mec": "white", "mew": 1}
        ax.plot([float(coefficient.value)], [y], "o", **point, clip_on=False, zorder=5, label="value")

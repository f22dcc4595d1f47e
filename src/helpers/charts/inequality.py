"""The relative index of inequality of all indicators with its intervals, and over time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from helpers.charts import inequality_words as words
from helpers.charts import keys, style, text, verdicts
from helpers.charts import rows as rowed
from helpers.charts.keys import Mark
from helpers.charts.panels import Panels
from helpers.charts.rows import Rows
from helpers.charts.trends import plot_trend
from helpers.charts.words import short_period
from helpers.scoring.inequality_changes import periods_apart
from helpers.scoring.inequality_over_time import NOT_WORKED_OUT, UNTESTED
from helpers.scoring.wording import NBSP, number

KEY = ["indicator", "sex", "age_group"]
NOTHING = "There is no index of inequality."
NO_PERIODS = "There is no index of inequality for two periods."
LOOKS = {
    "most deprived worse off": "worse", "least deprived worse off": "better",
    "higher at the most deprived end": "higher", "higher at the least deprived end": "lower",
    "no clear gradient": "no clear difference", UNTESTED: "not compared", NOT_WORKED_OUT: "not compared",
}  # fmt: skip
_PANELS = {
    "wide": Panels("wide", columns=3, left=44, right=58, body=110, foot=34),
    "narrow": Panels("narrow", columns=1, left=40, right=54, body=110, foot=32),
}


def plot_inequality(indices: pd.DataFrame, *, ax: Axes | None = None, width: str = "wide") -> Axes:
    """Draw the latest relative index of every indicator with its interval, the largest first.

    Parameters
    ----------
    indices
        As `scoring.inequality_over_time.inequality_indices` gives it: indicator_name, short_name, period, rii with
        limits, verdict, reason, is_latest.
    ax
        Where to draw; names stand to its left and words to its right. New axes when None.
    width
        "wide" or "narrow".

    Returns
    -------
    Axes
    """
    ordered = words.in_order(indices)
    rows = _rows(ordered, style.checked_width(width))
    marks = _marks(ordered)
    ax = rowed.axes(rows, len(ordered), header=_header(rows, marks)) if ax is None else ax
    if ordered.empty:
        return rowed.empty(ax, NOTHING, rows)
    ticks = _ticks(ordered)
    rowed.prepare(ax, len(ordered), (ticks[0], ticks[-1]))
    rowed.rules(ax, len(ordered), rows)
    _write_header(ax, rows, marks, ticks)
    for place, row in enumerate(ordered.itertuples()):
        _write_row(ax, rows, place, row)
        if not pd.isna(row.rii):
            _draw_grid(ax, rows, place, ticks)
            _draw_row(ax, rows, place, row)
    return ax


@style.context()
def figure_inequality(indices: pd.DataFrame, *, width: str = "wide") -> Figure:
    """Draw the latest relative index of every indicator; arguments as in :func:`plot_inequality`."""
    return plot_inequality(indices, width=width).figure


@style.context()
def figure_inequality_changes(indices: pd.DataFrame, *, changes: pd.DataFrame, width: str = "wide") -> Figure:
    """Draw the relative index over time as small multiples.

    Parameters
    ----------
    indices
        The indices of all periods.
    changes
        One row a panel, in order, as `scoring.inequality_changes` gives it.
    width
        "wide" or "narrow".

    Returns
    -------
    Figure

    Notes
    -----
    The points stand at the periods that share no day, on which the test rests; the line runs through all.
    """
    panels = _PANELS[style.checked_width(width)]
    heads = [
        panels.head_for(row.indicator_name, "% of the area's average", words.change_words(row))
        for row in changes.itertuples()
    ]
    panels = replace(panels, heads=tuple(heads), top=0)
    drawing = panels.figure()
    for place, row in enumerate(changes.to_dict("records")):
        own = indices[(indices[KEY] == [row[column] for column in KEY]).all(axis=1) & indices["rii"].notna()]
        _draw_over_time(panels.axes(drawing, place), own.sort_values("period_start", kind="stable"), width)
    if changes.empty:
        options = {"size": style.TEXT[width], "colour": style.SECONDARY, "x_at": "axes", "y_at": "axes"}
        text.write(panels.axes(drawing, 0), NO_PERIODS, 0, 0.5, dx=-panels.left, **options)
    return drawing


def _draw_over_time(ax: Axes, own: pd.DataFrame, width: str) -> None:
    """Draw one index over time with its band, points where the tested periods lie, and the line of equality."""
    scaled = {"value": 100 * own["rii"], "lowercl": 100 * own["rii_lowercl"], "uppercl": 100 * own["rii_uppercl"]}
    trend = own.assign(**scaled, area_code="region", area_name="")
    plot_trend(trend, region_code="region", named=False, ax=ax, width=width)
    apart = trend[trend["period"].isin(periods_apart(own)["period"])]
    by_period = dict(zip(trend["period"], _line(ax).get_xdata(), strict=True))
    points = [by_period[period] for period in apart["period"]]
    ax.plot(points, apart["value"], "o", ms=5, color=style.REGION, clip_on=False, zorder=4, label="tested")
    if ax.get_ylim()[0] < 0:
        zero = {"color": style.COMPARATOR, "lw": 1.1, "clip_on": False, "zorder": 0.5, "label": "equal"}
        ax.plot([0, 1], [0, 0], transform=ax.get_yaxis_transform(), **zero)


def _line(ax: Axes):
    """The line that the trend's drawing has made, from which the places of the periods are taken."""
    return next(line for line in ax.lines if line.get_label() == "region")


def _rows(ordered: pd.DataFrame, width: str) -> Rows:
    rows = rowed.layout(width, names=300, words=300, glyph=34 if width == "wide" else 26, edge=12)
    names = [rowed.name_lines(_name(row, rows), rows) for row in ordered.itertuples()]
    lines = [_lines(rows, row) for row in ordered.itertuples()]
    longest = [max(map(len, each), default=1) for each in (names, lines)]
    return rowed.grown(rows, name_lines=longest[0], word_lines=longest[1], note_lines=0 if rows.stacked else 1)


def _name(row, rows: Rows) -> str:
    return (row.short_name or row.indicator_name) if rows.stacked else row.indicator_name


def _lines(rows: Rows, row) -> list[str]:
    room = rows.words - (0 if rows.stacked else rowed.GAP)
    if pd.isna(row.rii):
        return text.wrap(words.gap_words(row), room, rows.small, lines=3)
    return [row.verdict, *text.wrap(words.gap_words(row), room, rows.small, lines=2)]


def _ticks(ordered: pd.DataFrame) -> np.ndarray:
    ends = 100 * ordered[["rii", "rii_lowercl", "rii_uppercl"]].to_numpy(dtype=float)
    known = ends[np.isfinite(ends)]
    low, high = min(0.0, known.min(initial=0.0)), max(100.0, known.max(initial=0.0))
    return MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)


def _marks(ordered: pd.DataFrame) -> list[Mark]:
    seen = [verdict for verdict in LOOKS if (ordered["verdict"] == verdict).any() and verdict != NOT_WORKED_OUT]
    return [verdicts.look(LOOKS[verdict]).mark(verdict) for verdict in seen]


def _header(rows: Rows, marks: list[Mark]) -> float:
    return 44 + 1.5 * rows.small * keys.key_lines(marks, rows.across, rows.small)


def _write_header(ax: Axes, rows: Rows, marks: list[Mark], ticks: np.ndarray) -> None:
    left, size = (0 if rows.stacked else -rows.names), rows.small
    keys.draw_key(ax, marks, left=left, top=12 - _header(rows, marks), room=rows.across, size=size)
    for tick in ticks:
        said = "equal" if tick == 0 else f"{number(tick, 0)}{NBSP}%" if tick == ticks[-1] else number(tick, 0)
        edge = {ticks[0]: "left", ticks[-1]: "right"}.get(tick, "center") if rows.stacked else "center"
        options = {"y_at": "axes", "dy": -9, "size": size, "colour": style.SECONDARY}
        text.write(ax, said, tick, 1, ha=edge, dx={"left": -8, "right": 8}.get(edge, 0), **options)


def _draw_grid(ax: Axes, rows: Rows, place: float, ticks: np.ndarray) -> None:
    half, middle = rows.glyph / rows.height / 2, rowed.at(rows, place)
    for tick in ticks:
        colour, weight = (style.INK, 1.2) if tick == 0 else (style.RULE, 0.9)
        ax.plot([tick, tick], [middle - half, middle + half], color=colour, lw=weight, clip_on=False, zorder=0)


def _draw_row(ax: Axes, rows: Rows, place: float, row) -> None:
    y, look = rowed.at(rows, place), verdicts.look(LOOKS[row.verdict])
    if not (pd.isna(row.rii_lowercl) or pd.isna(row.rii_uppercl)):
        ends = [100 * row.rii_lowercl, 100 * row.rii_uppercl]
        ax.plot(ends, [y, y], color=look.colour, lw=1.8, clip_on=False, zorder=3, label="interval")
    edge = "white" if look.face != "white" else look.colour
    options = {"ms": look.size, "mfc": look.face, "mec": edge, "mew": 1.3, "clip_on": False, "zorder": 4}
    ax.plot([100 * row.rii], [y], look.marker, label="index", **options)


def _write_row(ax: Axes, rows: Rows, place: float, row) -> None:
    note = "" if rows.stacked else short_period(row.period)
    rowed.write_name(ax, rows, place, _name(row, rows), note=note)
    rowed.write_words(ax, rows, place, _lines(rows, row))

"""The five fifths of an area from most to least deprived, each as wide as its people, and the line through them."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from helpers.charts import keys, style, text
from helpers.charts.inequality_words import latest, panel_words
from helpers.charts.keys import Mark
from helpers.charts.panels import Panels
from helpers.charts.words import figure, joined, short_period
from helpers.scoring.deprivation import FIFTHS

NOTHING = "There are no figures by deprivation."
_PANELS = {
    "wide": Panels("wide", columns=3, left=44, right=6, body=130, foot=34),
    "narrow": Panels("narrow", columns=1, left=40, right=6, body=130, foot=32),
}
_BAR = "#cfe0f2"


def plot_gradient(index: pd.Series, *, ax: Axes | None = None, width: str = "wide") -> Axes:
    """Draw one indicator by fifth with the line whose slope is the index.

    Parameters
    ----------
    index
        One row of `scoring.inequality_over_time`: share_1 to share_5, value_1 ..., lowercl_1 ..., uppercl_1 ...,
        overall, most_deprived_end, least_deprived_end.
    ax
        Where to draw; numbers stand to its left, the fifths' below. New axes when None.
    width
        "wide" or "narrow".

    Returns
    -------
    Axes

    Notes
    -----
    Fifths without a figure take no room. Where there is no index the bars stand alone.
    """
    panels = _PANELS[style.checked_width(width)]
    ax = panels.axes(panels.figure(), 0) if ax is None else ax
    fifths = _fifths(index)
    if not fifths:
        ax.set(xlim=(0, 1), ylim=(0, 1))
        text.write(ax, "no figures", 0, 0.5, size=style.SMALL[width], colour=style.SECONDARY)
        return ax
    _set_limits(ax, fifths, index, width)
    for fifth in fifths:
        _draw_fifth(ax, fifth, width)
    _draw_line(ax, index)
    size = style.SMALL[width]
    options = {"x_at": "axes", "y_at": "axes", "dy": 27, "size": size, "colour": style.SECONDARY}
    text.write(ax, "← more deprived", 0, 0, **options)
    text.write(ax, "less deprived →", 1, 0, ha="right", **options)
    return ax


@style.context()
def figure_gradients(indices: pd.DataFrame, *, width: str = "wide") -> Figure:
    """Draw the latest period of every indicator as small multiples, three in a row when wide.

    Parameters
    ----------
    indices
        As `scoring.inequality_over_time.inequality_indices` gives it.
    width
        "wide" or "narrow".

    Returns
    -------
    Figure

    Notes
    -----
    Where no indicator has an index, the title says why and the panels say nothing of it.
    """
    panels, rows = _PANELS[style.checked_width(width)], latest(indices)
    has_index = rows["sii"].notna().any()
    heads = [
        panels.head_for(
            row.indicator_name, joined([row.unit, short_period(row.period)]), panel_words(row) if has_index else ""
        )
        for row in rows.itertuples()
    ]
    marks = [
        Mark("band", "a fifth, as wide as its people", _BAR, size=12),
        Mark("line", "slope"),
        Mark("dashes", "whole area", style.INK),
    ]
    marks = marks if has_index else marks[:1]
    key_height = 1.5 * style.SMALL[width] * keys.key_lines(marks, panels.across, style.SMALL[width])
    panels = replace(panels, heads=tuple(heads), top=key_height + 16)
    drawing = panels.figure()
    for place, (_, row) in enumerate(rows.iterrows()):
        ax = panels.axes(drawing, place)
        plot_gradient(row, ax=ax, width=width)
        if place == 0:
            top = 10 - panels.head(0) - panels.top
            keys.draw_key(ax, marks, left=-panels.left, top=top, room=panels.across, size=style.SMALL[width])
    if rows.empty:
        options = {"size": style.TEXT[width], "colour": style.SECONDARY, "x_at": "axes", "y_at": "axes"}
        text.write(panels.axes(drawing, 0), NOTHING, 0, 0.5, dx=-panels.left, **options)
    return drawing


class _Fifth(NamedTuple):
    """A fifth with a figure: where it begins and ends on the axis of people, and its value."""

    fifth: str
    value: float
    lowercl: float
    uppercl: float
    begin: float
    end: float


def _fifths(index: pd.Series) -> list[_Fifth]:
    """The fifths with a figure; all of one width where the people of one are not known."""
    known = [fifth for fifth in FIFTHS if not pd.isna(index[f"value_{fifth}"])]
    share = np.array([index[f"share_{fifth}"] for fifth in known], dtype=float)
    share = np.ones(len(known)) if np.isnan(share).any() else share
    share = share / share.sum()
    ends = share.cumsum()
    places = zip(known, (ends - share).tolist(), ends.tolist(), strict=True)
    of_each = ("value", "lowercl", "uppercl")
    return [
        _Fifth(fifth, *(float(index[f"{name}_{fifth}"]) for name in of_each), begin, end)
        for fifth, begin, end in places
    ]


def _set_limits(ax: Axes, fifths: list[_Fifth], index: pd.Series, width: str) -> None:
    """Start at zero, since the bars' length means an amount, and draw light lines with their numbers.

    Where the slope ends below zero the axes reach down to it, without a number: no figure can lie there.
    """
    ends = [index["most_deprived_end"], index["least_deprived_end"]]
    of_fifths = [number for fifth in fifths for number in (fifth.value, fifth.lowercl, fifth.uppercl)]
    values = np.append(of_fifths, np.array(ends, dtype=float))
    low, high = min(0.0, float(np.nanmin(values))), float(np.nanmax(values))
    ticks = MaxNLocator(nbins=3, steps=[1, 2, 2.5, 5, 10]).tick_values(0, high if high > 0 else 1)
    ax.set(xlim=(0, 1), ylim=(low, max(high, ticks[-1])))
    for tick in ticks:
        colour = style.COMPARATOR if tick == 0 else style.RULE
        ax.plot([0, 1], [tick, tick], color=colour, lw=0.9, clip_on=False, zorder=0)
        options = {"x_at": "axes", "dx": -8, "ha": "right", "size": style.SMALL[width], "colour": style.SECONDARY}
        text.write(ax, figure(tick), 0, tick, **options)


def _draw_fifth(ax: Axes, fifth: _Fifth, width: str) -> None:
    gap = 0.006
    corner, across = (fifth.begin + gap, 0), fifth.end - fifth.begin - 2 * gap
    if across > 0:
        ax.add_patch(Rectangle(corner, across, fifth.value, fc=_BAR, lw=0, clip_on=False, zorder=1, label="fifth"))
    middle = (fifth.begin + fifth.end) / 2
    if not (pd.isna(fifth.lowercl) or pd.isna(fifth.uppercl)):
        line = {"color": style.COMPARATOR, "lw": 1.6, "clip_on": False, "zorder": 2, "label": "interval"}
        ax.plot([middle, middle], [fifth.lowercl, fifth.uppercl], **line)
    if (fifth.end - fifth.begin) * style.size_px(ax)[0] > 12:
        options = {"y_at": "axes", "dy": 12, "size": style.SMALL[width], "ha": "center", "colour": style.SECONDARY}
        text.write(ax, fifth.fifth, middle, 0, **options)


def _draw_line(ax: Axes, index: pd.Series) -> None:
    """Draw the slope, and the whole area as a dashed line."""
    if not pd.isna(index["overall"]):
        dashes = {"color": style.INK, "lw": 1.2, "ls": (0, (4, 2)), "clip_on": False, "zorder": 3, "label": "total"}
        ax.plot([0, 1], [index["overall"]] * 2, **dashes)
    ends = [index["most_deprived_end"], index["least_deprived_end"]]
    if not pd.isna(ends).any():
        ax.plot([0, 1], ends, color=style.REGION, lw=2.4, clip_on=False, zorder=4, label="slope")
        ax.plot([0, 1], ends, "o", ms=6, color=style.REGION, mec="white", clip_on=False, zorder=5, label="ends")

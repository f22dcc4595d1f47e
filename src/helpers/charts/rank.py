"""All areas in order of one indicator, each with its interval, the region marked among them."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes

from helpers.charts import style, text
from helpers.charts.areas_scale import OTHERS, PANELS, axis_note, label_region, say_nothing, set_values
from helpers.charts.words import figure

NOTHING = "There is no indicator of which areas can be ranked."


def plot_rank(rank: pd.DataFrame, *, ax: Axes | None = None, width: str = "wide") -> Axes:
    """Draw all areas in order of one indicator.

    Parameters
    ----------
    rank
        One row an area of one indicator, from low to high: area_name, is_region, value, lowercl, uppercl, average.
    ax
        Where to draw; the scale stands to its left, the lowest and the highest area are named below. New axes when
        None.
    width
        "wide" or "narrow".

    Returns
    -------
    Axes
    """
    panels = PANELS[style.checked_width(width)]
    ax = panels.axes(panels.figure(), 0) if ax is None else ax
    rank = rank[rank["value"].notna()].sort_values("value", kind="stable", ignore_index=True)
    if rank.empty:
        ax.set(xlim=(0, 1), ylim=(0, 1))
        say_nothing(ax, panels, NOTHING)
        return ax
    set_values(ax, rank[["value", "lowercl", "uppercl", "average"]].to_numpy(dtype=float).ravel(), width)
    ax.set_xlim(-0.7, len(rank) - 0.3)
    ax.axhline(rank["average"].iloc[0], color=style.COMPARATOR, lw=1.8, zorder=1, label="average")
    for row in rank.itertuples():
        _draw_area(ax, row)
    _label(ax, rank, width)
    _write_ends(ax, rank, width)
    return ax


def _draw_area(ax: Axes, row) -> None:
    colour, weight, size = (style.REGION, 2.4, 10) if row.is_region else (OTHERS, 1.4, 6)
    order = 4 if row.is_region else 2
    if not (pd.isna(row.lowercl) or pd.isna(row.uppercl)):
        ends = [row.lowercl, row.uppercl]
        ax.plot([row.Index] * 2, ends, color=colour, lw=weight, zorder=order, clip_on=False, label="interval")
    name = "region" if row.is_region else "area"
    look = {"ms": size, "mfc": colour, "mec": "white", "mew": 0.8, "clip_on": False, "label": name}
    ax.plot([row.Index], [row.value], "o", zorder=order + 0.5, **look)


def _label(ax: Axes, rank: pd.DataFrame, width: str) -> None:
    """Write the region's name where neither points nor ends of intervals are in the way."""
    region = rank[rank["is_region"]]
    if region.empty:
        return
    row = region.iloc[0]
    words = f"{row['area_name']} {figure(row['value'], row['lowercl'], row['uppercl'])}"
    marks = [
        (place, low + share * (high - low))
        for place, low, high in zip(rank.index, rank["lowercl"], rank["uppercl"], strict=True)
        for share in (0, 0.25, 0.5, 0.75, 1)
        if not pd.isna(low)
    ]
    marks += list(zip(rank.index, rank["value"], strict=True))
    marks += [(place, rank["average"].iloc[0]) for place in rank.index]
    label_region(ax, words, (region.index[0], row["value"]), marks, width)


def _write_ends(ax: Axes, rank: pd.DataFrame, width: str) -> None:
    """Name the lowest and the highest area below the axis, and say where the scale starts."""
    small, across = style.SMALL[width], style.size_px(ax)[0]
    options = {"y_at": "axes", "x_at": "axes", "dy": 13, "size": small, "colour": style.SECONDARY}
    for row, place, side in ((rank.iloc[0], 0, "left"), (rank.iloc[-1], 1, "right")):
        value = f" {figure(row['value'], row['lowercl'], row['uppercl'])}"
        name = text.fit(row["area_name"], across / 2 - 8 - text.width(value, small), small)
        text.write(ax, name + value, place, 0, ha=side, **options)
    note = axis_note(ax)
    below = f"from lowest to highest of {len(rank)} areas{f'; {note}' if note else ''}"
    text.write(ax, text.fit(below, across + 10, small), 0, 0, **(options | {"dy": 31}))

"""Funnels: every area against the average of all, inside or outside of limits that narrow as areas grow."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.charts import style, text
from helpers.charts.areas_scale import OTHERS, PANELS, axis_note, label_region, say_nothing, set_values
from helpers.charts.words import figure
from helpers.scoring.funnels import funnel_curve

NOTHING = "There is no indicator to draw as a funnel."
SIZE = {"rate": "effective population of the area", "proportion": "people of the area who are counted"}
_STEPS = (1, 2, 5)


def plot_funnel(funnel: pd.DataFrame, *, ax: Axes | None = None, width: str = "wide") -> Axes:
    """Draw one indicator's funnel.

    Parameters
    ----------
    funnel
        One row an area of one indicator: area_name, is_region, value, size, target, overdispersion, method, sign,
        statistic ("rate" or "proportion") and multiplier, as `against_all` gives them. Areas without a size are left
        out.
    ax
        Where to draw; the scale of values stands to its left, that of sizes below. New axes when None.
    width
        "wide" or "narrow".

    Returns
    -------
    Axes
    """
    panels = PANELS[style.checked_width(width)]
    ax = panels.axes(panels.figure(), 0) if ax is None else ax
    placed = funnel[funnel["sign"].notna()]
    if placed.empty:
        ax.set(xlim=(0, 1), ylim=(0, 1))
        say_nothing(ax, panels, NOTHING)
        return ax
    first = placed.iloc[0]
    curve = funnel_curve(placed, statistic=first["statistic"], multiplier=first["multiplier"])
    values = placed["value"].to_numpy(dtype=float)
    reach = values.max() - values.min()
    inside = curve.filter(like="_limit_").clip(values.min() - 0.25 * reach, values.max() + 0.25 * reach)
    set_values(ax, np.concatenate([values, inside.to_numpy().ravel()]), width)
    ax.set_xscale("log")
    ax.set_xlim(curve["size"].min(), curve["size"].max())
    ax.xaxis.set_tick_params(which="both", length=0, labelbottom=False)
    _draw_limits(ax, curve)
    _draw_areas(ax, placed, width)
    _write_sizes(ax, first["statistic"], width)
    return ax


def _draw_limits(ax: Axes, curve: pd.DataFrame) -> None:
    """Draw the outer limits as a band, the inner ones dashed, the average as a line; cut off at the axes' edges."""
    bottom, top = ax.get_ylim()
    size, (low, high) = curve["size"], (curve[f"{end}_limit_99_8"].clip(bottom, top) for end in ("lower", "upper"))
    ax.fill_between(size, low, high, color=style.RANGE, lw=0, zorder=0.5, label="99.8")
    for end in ("lower", "upper"):
        limit = curve[f"{end}_limit_95"]
        shown = limit.where((limit >= bottom) & (limit <= top))
        ax.plot(size, shown, color=style.COMPARATOR, lw=1.2, ls=(0, (4, 3)), zorder=1, label="95")
    ax.plot(size, curve["target"], color=style.COMPARATOR, lw=1.8, zorder=1, label="average")


def _draw_areas(ax: Axes, placed: pd.DataFrame, width: str) -> None:
    others, region = placed[~placed["is_region"]], placed[placed["is_region"]]
    look = {"ms": 7, "mfc": OTHERS, "mec": "white", "mew": 0.8, "zorder": 2, "label": "area", "clip_on": False}
    ax.plot(others["size"], others["value"], "o", ls="none", **look)
    if region.empty:
        return
    row = region.iloc[0]
    own = {"ms": 10, "mfc": style.REGION, "mec": "white", "mew": 1.2, "zorder": 4, "label": "region", "clip_on": False}
    ax.plot([row["size"]], [row["value"]], "o", **own)
    words = f"{row['area_name']} {figure(row['value'], row['lowercl'], row['uppercl'])}"
    label_region(ax, words, (row["size"], row["value"]), others[["size", "value"]].to_numpy(), width)


def _write_sizes(ax: Axes, statistic: str, width: str) -> None:
    """Write round sizes below, as many as there is room for, and what they are."""
    low, high = ax.get_xlim()
    small = style.SMALL[width]
    taken = -np.inf
    for tick in _round_sizes(low, high):
        place = style.size_px(ax)[0] * (np.log(tick / low) / np.log(high / low))
        half = text.width(figure(tick), small) / 2
        if place - half > taken + 10 and place - half > -20 and place + half < style.size_px(ax)[0] + 10:
            options = {"y_at": "axes", "dy": 12, "size": small, "colour": style.SECONDARY, "ha": "center"}
            text.write(ax, figure(tick), tick, 0, **options)
            taken = place + half
    note = axis_note(ax)
    words = f"{SIZE[statistic]}{f'; {note}' if note else ''}"
    options = {"x_at": "axes", "y_at": "axes", "dy": 30, "size": small, "colour": style.SECONDARY}
    text.write(ax, text.fit(words, style.size_px(ax)[0] + 10, small), 0, 0, **options)


def _round_sizes(low: float, high: float) -> list[float]:
    first, last = int(np.floor(np.log10(low))), int(np.ceil(np.log10(high)))
    return [
        float(step * 10**power)
        for power in range(first, last + 1)
        for step in _STEPS
        if low <= step * 10**power <= high
    ]

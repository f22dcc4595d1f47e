"""What charts of all areas share: the scale of values at the left, and labels that keep out of the points' way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from helpers.charts import style, text
from helpers.charts.panels import Panels
from helpers.charts.trends import starts_at_zero
from helpers.charts.words import figure

KEY = ["indicator", "sex", "age_group"]
OTHERS = "#a9afb8"
POINT = 4.5
AWAY = 30
_FAR = [sign * step for step in range(24, 160, 12) for sign in (-1, 1)]
PANELS = {
    "wide": Panels("wide", columns=2, left=54, right=16, body=220, foot=52, gap=48),
    "narrow": Panels("narrow", columns=1, left=48, right=12, body=200, foot=50),
}


def set_values(ax: Axes, values: np.ndarray, width: str) -> None:
    """Set the scale of values and draw its light lines; one that does not start at zero says so below."""
    known = values[np.isfinite(values)]
    lowest, highest = float(known.min()), float(known.max())
    low = min(lowest, 0.0) if starts_at_zero(lowest, highest) else lowest
    ticks = MaxNLocator(nbins=4, steps=[1, 2, 2.5, 5, 10]).tick_values(low, highest if highest > low else low + 1)
    ax.set_ylim(ticks[0], max(ticks[-1], highest))
    size = style.SMALL[width]
    for tick in ticks:
        look = {"color": style.COMPARATOR if tick == ticks[0] else style.RULE, "lw": 0.9, "zorder": 0}
        ax.plot([0, 1], [tick] * 2, transform=ax.get_yaxis_transform(), clip_on=False, **look)
        text.write(ax, figure(tick), 0, tick, x_at="axes", dx=-8, ha="right", size=size, colour=style.SECONDARY)


def axis_note(ax: Axes) -> str:
    """Say where the scale starts if that is not zero: "scale from 60"."""
    bottom = ax.get_ylim()[0]
    return "" if bottom == 0 else f"scale from {figure(bottom)}"


def label_region(
    ax: Axes, words: str, point: tuple[float, float], others: Sequence[Sequence[float]], width: str
) -> None:
    """Write the region's name at the side of its point where the fewest others are in the way."""
    size = style.SMALL[width]
    across, down = style.size_px(ax)
    here = _pixels(ax, [point])[0]
    near = _pixels(ax, others)
    room = text.width(words, size, bold=True)
    best = min(_sides(room, size), key=lambda side: _in_the_way(here, near, side, room, size, across, down))
    dx, dy, ha = best
    if abs(dy) > AWAY:
        ends = np.array([here, np.add(here, (dx / 2, -dy))])
        at = ax.transAxes.inverted().transform(ends * ax.get_figure(root=True).dpi / 72 + _corner(ax))
        ax.plot(*at.T, transform=ax.transAxes, color=style.REGION, lw=0.8, zorder=3, clip_on=False, label="leader")
    options = {"dx": dx, "dy": dy, "ha": ha, "size": size, "bold": True, "colour": style.REGION}
    text.write(ax, words, *point, **options)


def _corner(ax: Axes) -> list[float]:
    box = ax.get_window_extent()
    return [box.x0, box.y0]


def _pixels(ax: Axes, points: Sequence[Sequence[float]]) -> np.ndarray:
    """Places in pixels from the axes' lower left corner."""
    found = ax.transData.transform(np.asarray(points, dtype=float).reshape(-1, 2))
    return (found - _corner(ax)) * 72 / ax.get_figure(root=True).dpi


def _sides(room: float, size: float) -> list[tuple[float, float, str]]:
    """Right, left, above and below, aslant to either side, and further away."""
    beside = [(11, 0, "left"), (-11, 0, "right"), (0, -15, "center"), (0, 15, "center")]
    return beside + [(dx, dy, ha) for dx, ha in ((8, "left"), (-8, "right")) for dy in (-13, 13, *_FAR)]


def _in_the_way(
    here: np.ndarray,
    others: np.ndarray,
    side: tuple[float, float, str],
    room: float,
    size: float,
    across: float,
    down: float,
) -> float:
    """How many points a label at that side would cover; much more where it would leave the axes."""
    dx, dy, ha = side
    left = here[0] + dx - {"left": 0, "right": room, "center": room / 2}[ha]
    middle = here[1] - dy
    box = (left - POINT, left + room + POINT, middle - 0.6 * size - POINT, middle + 0.6 * size + POINT)
    inside = (others[:, 0] > box[0]) & (others[:, 0] < box[1]) & (others[:, 1] > box[2]) & (others[:, 1] < box[3])
    outside = (box[0] < 0) + (box[1] > across) + (box[2] < 0) + (box[3] > down)
    return float(inside.sum()) + 100 * outside


def own_rows(table: pd.DataFrame) -> list[pd.DataFrame]:
    """The rows of each indicator, in the order in which they come."""
    return [part for _, part in table.groupby(KEY, sort=False)]


def say_nothing(ax: Axes, panels: Panels, words: str) -> None:
    """Write one sentence instead of a chart."""
    options = {"x_at": "axes", "y_at": "axes", "dx": -panels.left, "size": style.TEXT[panels.width]}
    text.write(ax, words, 0, 0.5, colour=style.SECONDARY, **options)

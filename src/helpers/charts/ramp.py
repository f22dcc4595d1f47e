"""One blue hue from the lowest to the highest level, and the cells that are drawn in it."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from helpers.charts import style, text
from helpers.charts.words import short

# No shade lies between the third and the fourth: there neither white nor ink would read well on it.
_STOPS = ((0.0, "#eff5fb"), (0.6, "#679fd6"), (0.7, "#3377bd"), (1.0, "#0a3f78"))
_HATCH = "#c5ccd4"
_STEP = 7
NO_LEVEL, NOT_COMPARABLE = "–", "≠"

Box = tuple[float, float, float, float]


def shade(level: float, scale: tuple[int, int]) -> str:
    """Return the colour of a level, light for the lowest and dark for the highest."""
    share = (float(level) - scale[0]) / max(scale[1] - scale[0], 1)
    (start, light), (end, dark) = _STOPS[2:] if share > 0.6 + 1e-9 else _STOPS[:2]
    part = min(max((share - start) / (end - start), 0), 1)
    pairs = zip(_rgb(light), _rgb(dark), strict=True)
    return "#" + "".join(f"{round(one * (1 - part) + other * part):02x}" for one, other in pairs)


def ink_on(colour: str) -> str:
    """Return ink or white, whichever reads better on the colour."""
    return max((style.INK, "#ffffff"), key=lambda ink: contrast(ink, colour))


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21, as the Web Content Accessibility Guidelines 2.1 define it."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def draw_cell(
    ax: Axes, box: Box, level: float, *, scale: tuple[int, int], size: float, sign: str = NO_LEVEL, bold: bool = False
) -> None:
    """Draw a cell of the axes' units, which are pixels: the level's shade and number, or hatching and a sign."""
    left, top, across, down = box
    middle = (left + across / 2, top + down / 2)
    if pd.isna(level):
        _hatch(ax, box)
        half = text.width(sign, size) / 2 + 4
        _fill(ax, (middle[0] - half, middle[1] - size * 0.6, 2 * half, size * 1.2), "#ffffff", "")
        text.write(ax, sign, *middle, size=size, colour=style.SECONDARY, ha="center")
        return
    colour = shade(level, scale)
    _fill(ax, box, colour, "cell", edge=style.RULE)
    text.write(ax, short(level), *middle, size=size, colour=ink_on(colour), ha="center", bold=bold)


def _fill(ax: Axes, box: Box, colour: str, label: str, *, edge: str = "none") -> None:
    left, top, across, down = box
    patch = Rectangle((left, top), across, down, fc=colour, ec=edge, lw=0.6 if edge != "none" else 0, zorder=2)
    patch.set(clip_on=False, label=label)
    ax.add_patch(patch)


def _hatch(ax: Axes, box: Box) -> None:
    """Fill a cell with slanted lines; a pattern of matplotlib's own would not outlive the rewriting of the SVG."""
    left, top, across, down = box
    xs, ys = [], []
    for start in np.arange(_STEP, across + down, _STEP):
        begin, end = max(0.0, start - down), min(start, across)
        xs += [left + begin, left + end, np.nan]
        ys += [top + start - begin, top + start - end, np.nan]
    edge = [left, left + across, left + across, left, left], [top, top, top + down, top + down, top]
    options = {"color": _HATCH, "lw": 0.8, "clip_on": False, "zorder": 1}
    ax.plot(xs + list(edge[0]), ys + list(edge[1]), label="hatched", **options)


def _rgb(colour: str) -> tuple[int, int, int]:
    return tuple(int(colour[k : k + 2], 16) for k in (1, 3, 5))


def _luminance(colour: str) -> float:
    shares = [part / 255 for part in _rgb(colour)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue

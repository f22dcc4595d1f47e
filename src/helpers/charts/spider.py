"""The spider diagram of one wave: the agreed levels as a firm line, the middle half of the stakeholders as a band."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from helpers.charts import keys, style, text
from helpers.charts.keys import Mark

_ZERO = 0.13
_PAD = {"wide": 14, "narrow": 9}


@dataclass(frozen=True)
class Web:
    """The geometry of a spider diagram, in pixels around its centre."""

    angles: np.ndarray
    radius: float
    scale: tuple[int, int]

    def points(self, levels: np.ndarray) -> np.ndarray:
        """Return x and y for one level a spoke; level 0 keeps a little distance from the centre, so it is seen."""
        low, high = self.scale
        share = _ZERO + (1 - _ZERO) * (np.asarray(levels, dtype=float) - low) / (high - low)
        return self.radius * share[:, None] * np.column_stack([np.sin(self.angles), np.cos(self.angles)])


def plot_spider(
    profile: pd.DataFrame,
    *,
    earlier: pd.DataFrame | None = None,
    earlier_name: str = "earlier wave",
    scale: tuple[int, int] = (0, 5),
    ax: Axes | None = None,
    width: str = "wide",
) -> Axes:
    """Draw a spider diagram.

    Parameters
    ----------
    profile
        One row a dimension in model order, at least three: dimension, dimension_name, consensus, median, q1, q3;
        short_name is used for the narrow width where there is one.
    earlier
        The comparison of two waves (dimension and earlier, which is blank where a dimension does not compare), or
        the profile of an earlier wave; drawn as a grey dashed line.
    earlier_name
        What the key calls that line.
    scale
        The model's lowest and highest level.
    ax
        Where to draw; new axes when None. Names and key are written inside the axes, around the web.
    width
        "wide" or "narrow".

    Returns
    -------
    Axes

    Notes
    -----
    Where no consensus is recorded the median stands for it, with a hollow point. A dimension that nobody rated
    leaves a gap in the line. Level 0 is a small ring, not the centre, so that twelve zeros can be told apart.
    """
    ax = spider_axes(width) if ax is None else ax
    if len(profile) < 3:
        return _too_few(ax)
    names = _spoke_names(profile, width, style.size_px(ax)[0])
    marks = spider_key(profile, earlier, earlier_name)
    web = _fitted_web(ax, names, scale, width, _key_height(ax, marks, width))
    _draw_rings(ax, web, width)
    _draw_band(ax, web, profile)
    if earlier is not None and not earlier.empty:
        _draw_earlier(ax, web, profile, earlier)
    _draw_levels(ax, web, profile)
    _draw_names(ax, web, names, width)
    _draw_key(ax, marks, width)
    return ax


def spider_axes(width: str) -> Axes:
    """Return axes of the size that a spider diagram on its own has."""
    across, down = {"wide": (760, 560), "narrow": (360, 366)}[style.checked_width(width)]
    return style.panel(style.canvas(across, down), 0, 0, across, down)


def spider_key(profile: pd.DataFrame, earlier: pd.DataFrame | None, earlier_name: str) -> list[Mark]:
    """Return the names of the marks that this diagram has."""
    agreed = profile["consensus"].notna()
    marks = [Mark("line", "level agreed (consensus)", face=style.REGION)] if agreed.any() else []
    if (profile["median"].notna() & ~agreed).any():
        marks.append(Mark("line", "median, no consensus recorded", face="white"))
    if profile["q1"].notna().any():
        marks.append(Mark("band", "middle half of the stakeholders", size=12, alpha=0.3))
    if earlier is not None and not earlier.empty:
        marks.append(Mark("dashes", earlier_name, style.NO_DIFFERENCE))
    return marks


def drawn_level(profile: pd.DataFrame) -> pd.Series:
    """Return what the line shows: the consensus, or the median where none is recorded, as plain floats."""
    consensus = profile["consensus"].astype("Float64")
    return consensus.fillna(profile["median"].astype("Float64")).astype(float)


def earlier_level(earlier: pd.DataFrame) -> pd.Series:
    """Return the earlier wave's level by dimension, from a comparison of waves or from a profile."""
    table = earlier.set_index("dimension")
    return table["earlier"].astype(float) if "earlier" in table else drawn_level(table)


def _too_few(ax: Axes) -> Axes:
    words = "A spider diagram needs at least three dimensions."
    text.write(ax, words, 0, 0.5, size=12, colour=style.SECONDARY, x_at="axes", y_at="axes")
    return ax


def _spoke_names(profile: pd.DataFrame, width: str, across: float) -> list[list[str]]:
    """Return each dimension's name broken into lines; less room for them where the axes are small."""
    column = "short_name" if width == "narrow" and "short_name" in profile else "dimension_name"
    room, lines = min(150, across * 0.235), 2 if len(profile) <= 16 else 1
    return [text.wrap(name, room, style.SMALL[width], lines=lines) for name in profile[column]]


def _fitted_web(ax: Axes, names: list[list[str]], scale: tuple[int, int], width: str, below: float) -> Web:
    """Find the largest web that leaves room for every name and the key, and set the axes' units to pixels."""
    across, down = style.size_px(ax)
    down -= below
    ax.set(xlim=(-across / 2, across / 2), ylim=(-down / 2 - below, down / 2))
    angles = np.arange(len(names)) * 2 * math.pi / len(names)
    size, pad = style.SMALL[width], _PAD[width]
    radius = min(across, down) / 2
    for angle, lines in zip(angles, names, strict=True):
        block = max((text.width(line, size) for line in lines), default=0)
        sine, cosine = abs(math.sin(angle)), abs(math.cos(angle))
        if sine > 0.05:
            radius = min(radius, (across / 2 - block - 2) / sine - pad)
        if cosine > 0.05:
            radius = min(radius, (down / 2 - text.LEADING * size * len(lines) * (0.5 + cosine / 2)) / cosine - pad)
    while radius > 40 and not _fits(Web(angles, radius, scale), names, size, pad, down / 2):
        radius -= 4
    return Web(angles, max(radius, 40), scale)


def _fits(web: Web, names: list[list[str]], size: float, pad: float, half: float) -> bool:
    """Say whether the names, once they keep their distance from each other, still lie inside the axes."""
    spots = _name_spots(web, names, size, pad)
    return all(
        abs(y) + text.LEADING * size * len(lines) / 2 <= half + 1 for (_, y, _), lines in zip(spots, names, strict=True)
    )


def _draw_rings(ax: Axes, web: Web, width: str) -> None:
    low, high = web.scale
    size = style.SMALL[width]
    for level in range(low, high + 1):
        ring = _closed(web.points(np.full(len(web.angles), level)))
        ax.plot(*ring.T, color=style.RULE, lw=0.8 if level < high else 1.2, clip_on=False, zorder=1)
    ends = web.points(np.full(len(web.angles), high))
    spokes = np.hstack([np.zeros_like(ends), ends]).reshape(-1, 2)
    codes = [Path.MOVETO, Path.LINETO] * len(ends)
    ax.add_patch(PathPatch(Path(spokes, codes), fill=False, ec=style.RULE, lw=0.8, clip_on=False, zorder=1))
    for level in range(low, high + 1):
        y = web.points(np.full(len(web.angles), level))[0, 1]
        text.write(ax, level, 0, y, size=size, dx=-8, ha="right", colour=style.SECONDARY)


def _draw_band(ax: Axes, web: Web, profile: pd.DataFrame) -> None:
    """Fill between the quartiles, spoke by spoke, so that a dimension without ratings leaves a gap."""
    inner, outer = (web.points(profile[column].astype(float)) for column in ("q1", "q3"))
    vertices, codes = [], []
    for here in range(len(inner)):
        after = (here + 1) % len(inner)
        quad = np.array([outer[here], outer[after], inner[after], inner[here], outer[here]])
        if not np.isnan(quad).any():
            vertices.append(quad)
            codes += [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]
    if vertices:
        band = PathPatch(Path(np.vstack(vertices), codes), fc=style.REGION, alpha=style.SPREAD_ALPHA, lw=0, zorder=2)
        band.set(clip_on=False, label="middle half")
        ax.add_patch(band)
    for edge in (inner, outer):
        ax.plot(*_closed(edge).T, color=style.REGION, alpha=0.45, lw=0.8, clip_on=False, zorder=2)


def _draw_levels(ax: Axes, web: Web, profile: pd.DataFrame) -> None:
    points = web.points(drawn_level(profile))
    ax.plot(*_closed(points).T, color=style.REGION, lw=2.4, clip_on=False, zorder=4, label="consensus")
    agreed = profile["consensus"].notna().to_numpy()
    for mask, face in ((agreed, style.REGION), (~agreed, "white")):
        marks = {"mfc": face, "mec": style.REGION, "mew": 1.8, "ms": 8, "label": "levels"}
        ax.plot(*points[mask].T, "o", **marks, clip_on=False, zorder=5)


def _draw_earlier(ax: Axes, web: Web, profile: pd.DataFrame, earlier: pd.DataFrame) -> None:
    levels = earlier_level(earlier).reindex(profile["dimension"])
    points = _closed(web.points(levels.to_numpy()))
    dashes = {"linestyle": (0, (4, 3)), "lw": 1.8, "color": style.NO_DIFFERENCE}
    ax.plot(*points.T, **dashes, clip_on=False, zorder=3, label="earlier")


def _draw_names(ax: Axes, web: Web, names: list[list[str]], width: str) -> None:
    """Write the names level, outside the web; those on one side keep their distance from each other."""
    size, pad = style.SMALL[width], _PAD[width]
    for (x, y, ha), lines in zip(_name_spots(web, names, size, pad), names, strict=True):
        text.write_lines(ax, lines, x, y, size=size, ha=ha)


def _name_spots(web: Web, names: list[list[str]], size: float, pad: float) -> list[tuple[float, float, str]]:
    """Return x, y and alignment of every name, such that none touches another."""
    spots = [_name_spot(web, angle, len(lines), size, pad) for angle, lines in zip(web.angles, names, strict=True)]
    for sign in (1, -1):
        for side in ("left", "right"):
            mine = [k for k, (_, y, ha) in enumerate(spots) if ha == side and y * sign >= -1e-9]
            _push_apart(spots, sorted(mine, key=lambda k: abs(spots[k][1])), names, size, sign)
        middle = [k for k, (_, y, ha) in enumerate(spots) if ha == "center" and y * sign > 0]
        for k in middle:
            half = max(text.width(line, size) for line in names[k]) / 2 + 4
            near = [
                other for other, (x, y, ha) in enumerate(spots) if ha != "center" and abs(x) < half and y * sign > 0
            ]
            _push_apart(spots, [*sorted(near, key=lambda other: abs(spots[other][1]))[-1:], k], names, size, sign)
    return spots


def _name_spot(web: Web, angle: float, lines: int, size: float, pad: float) -> tuple[float, float, str]:
    sine, cosine = math.sin(angle), math.cos(angle)
    x = (web.radius + pad) * sine
    y = (web.radius + pad) * cosine + cosine * text.LEADING * size * lines / 2
    return x, y, "center" if abs(sine) < 0.05 else "left" if sine > 0 else "right"


def _push_apart(
    spots: list[tuple[float, float, str]], order: list[int], names: list[list[str]], size: float, sign: int
) -> None:
    """Push names outwards, one after the other from the middle of the web, where they would touch."""
    for before, after in pairwise(order):
        gap = text.LEADING * size * (len(names[before]) + len(names[after])) / 2 + 2
        x, y, ha = spots[after]
        spots[after] = (x, sign * max(abs(y), abs(spots[before][1]) + gap), ha)


def _key_room(ax: Axes, width: str) -> tuple[float, float]:
    """Return left edge and room of the key, under the web and about as wide."""
    across, _ = style.size_px(ax)
    return (6, across - 12) if width == "narrow" else (across * 0.08, across * 0.84)


def _key_height(ax: Axes, marks: list[Mark], width: str) -> float:
    size = style.SMALL[width]
    return 20 + 1.5 * size * keys.key_lines(marks, _key_room(ax, width)[1], size)


def _draw_key(ax: Axes, marks: list[Mark], width: str) -> None:
    left, room = _key_room(ax, width)
    top = style.size_px(ax)[1] - _key_height(ax, marks, width) + 20 + style.SMALL[width] * 0.5
    keys.draw_key(ax, marks, left=left, top=top, room=room, size=style.SMALL[width])


def _closed(points: np.ndarray) -> np.ndarray:
    return np.vstack([points, points[:1]])

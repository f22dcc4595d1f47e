"""The spider diagram of one wave: the agreed levels as a firm line, the middle half of the stakeholders as a band."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from helpers.charts import certainty, keys, style, text
from helpers.charts.keys import Mark
from helpers.charts.web import PAD, Web, fitted_web, name_spots, spoke_names

SIZES = {"wide": (760, 560), "narrow": (360, 366), "stage": (700, 700)}
_FIRMER = {"stage": 1.7}  # marks and strokes that are seen from the back of a room
_TICK = 3.5
_STAGE_WORDS = {
    "level agreed (consensus)": "agreed",
    "median, no consensus recorded": "median",
    "middle half of the stakeholders": "middle half",
    certainty.WANTED_KEY.words: "wanted",
}


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
        short_name is used for the narrow width and the stage where there is one. Drawn where they are there: low_level
        and high_level (the plausible range of the level), desired (the level wanted).
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
        "wide", "narrow", or "stage" for a projector.

    Returns
    -------
    Axes

    Notes
    -----
    Where no consensus is recorded the median stands for it, with a hollow point. A dimension that nobody rated
    leaves a gap in the line. Level 0 is a small ring, not the centre, so that twelve zeros can be told apart.
    """
    if ax is None:
        ax = spider_axes(width, key_growth(profile, earlier, earlier_name, width))
    if len(profile) < 3:
        return _too_few(ax)
    names = spoke_names(profile, width, style.size_px(ax)[0])
    marks = spider_key(profile, earlier, earlier_name)
    if width == "stage":
        marks = [replace(mark, words=_STAGE_WORDS.get(mark.words, mark.words)) for mark in marks]
    web = fitted_web(ax, names, scale, width, _key_height(style.size_px(ax)[0], marks, width))
    _draw_rings(ax, web, width)
    _draw_band(ax, web, profile, width)
    if earlier is not None and not earlier.empty:
        _draw_earlier(ax, web, profile, earlier)
    _draw_ranges(ax, web, profile)
    _draw_wanted(ax, web, profile)
    _draw_levels(ax, web, profile)
    _draw_names(ax, web, names, width)
    _draw_key(ax, marks, width)
    _make_firmer(ax, _FIRMER.get(width, 1))
    return ax


def spider_axes(width: str, growth: float = 0) -> Axes:
    """Return axes of the size that a spider diagram on its own has, higher by `growth` pixels."""
    across, down = SIZES[_checked(width)]
    return style.panel(style.canvas(across, down + growth), 0, 0, across, down + growth)


def key_growth(
    profile: pd.DataFrame, earlier: pd.DataFrame | None, earlier_name: str, width: str, across: float | None = None
) -> float:
    """Return how many pixels higher the diagram must be for the key of ranges and levels wanted, so the web is not."""
    marks = spider_key(profile, earlier, earlier_name)
    before = [mark for mark in marks if mark not in (certainty.RANGE_KEY, certainty.WANTED_KEY)]
    across = SIZES[_checked(width)][0] if across is None else across
    return _key_height(across, marks, width) - _key_height(across, before, width)


def _checked(width: str) -> str:
    return width if width == "stage" else style.checked_width(width)


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
    marks += [certainty.RANGE_KEY] if certainty.has_range(profile) else []
    return marks + ([certainty.WANTED_KEY] if certainty.has_wanted(profile) else [])


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


def _draw_band(ax: Axes, web: Web, profile: pd.DataFrame, width: str) -> None:
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
    if width == "stage":
        _draw_alone(ax, inner, outer)
    for edge in (inner, outer):
        ax.plot(*_closed(edge).T, color=style.REGION, alpha=0.45, lw=0.8, clip_on=False, zorder=2)


def _draw_alone(ax: Axes, inner: np.ndarray, outer: np.ndarray) -> None:
    """Draw the middle half along the spoke where neither neighbour is rated yet, as at the beginning of a workshop."""
    known = ~np.isnan(inner[:, 0])
    for spoke in np.flatnonzero(known & ~np.roll(known, 1) & ~np.roll(known, -1)):
        ends = np.array([inner[spoke], outer[spoke]])
        look = {"color": style.REGION, "alpha": style.SPREAD_ALPHA, "lw": 12, "solid_capstyle": "round"}
        ax.plot(*ends.T, **look, clip_on=False, zorder=2, label="middle half")


def _draw_levels(ax: Axes, web: Web, profile: pd.DataFrame) -> None:
    points = web.points(drawn_level(profile))
    ax.plot(*_closed(points).T, color=style.REGION, lw=2.4, clip_on=False, zorder=4, label="consensus")
    agreed = profile["consensus"].notna().to_numpy()
    for mask, face in ((agreed, style.REGION), (~agreed, "white")):
        marks = {"mfc": face, "mec": style.REGION, "mew": 1.8, "ms": 8, "label": "levels"}
        ax.plot(*points[mask].T, "o", **marks, clip_on=False, zorder=5)


def _draw_ranges(ax: Axes, web: Web, profile: pd.DataFrame) -> None:
    """Draw the plausible range of each level along its spoke; one level only is a tick wider than the point."""
    ends = [web.points(certainty.levels(profile, column)) for column in (certainty.LOW, certainty.HIGH)]
    across = np.column_stack([np.cos(web.angles), -np.sin(web.angles)])
    for low, high, along in zip(*ends, across, strict=True):
        if not np.isnan([low, high]).any():
            tick = along * (2 * _TICK if np.allclose(low, high) else _TICK)
            stroke = np.array([low - tick, low + tick, low, high, high + tick, high - tick])
            firm = {"color": style.INK, "lw": 1.2, "solid_capstyle": "butt", "label": "plausible range"}
            ax.plot(*stroke.T, **firm, clip_on=False, zorder=4.2)


def _draw_wanted(ax: Axes, web: Web, profile: pd.DataFrame) -> None:
    """Draw the level wanted as an open diamond, a larger one where the point already stands there."""
    wanted = certainty.levels(profile, certainty.WANTED)
    points, reached = web.points(wanted), (wanted == drawn_level(profile)).to_numpy()
    for mask, size in ((wanted.notna().to_numpy() & ~reached, 7), (reached, 11)):
        look = {"mfc": "white", "mec": style.REGION, "mew": 1.5, "ms": size, "label": "wanted"}
        ax.plot(*points[mask].T, "D", **look, clip_on=False, zorder=4.6)


def _draw_earlier(ax: Axes, web: Web, profile: pd.DataFrame, earlier: pd.DataFrame) -> None:
    levels = earlier_level(earlier).reindex(profile["dimension"])
    points = _closed(web.points(levels.to_numpy()))
    dashes = {"linestyle": (0, (4, 3)), "lw": 1.8, "color": style.NO_DIFFERENCE}
    ax.plot(*points.T, **dashes, clip_on=False, zorder=3, label="earlier")


def _make_firmer(ax: Axes, by: float) -> None:
    for line in ax.get_lines() if by != 1 else []:
        line.set(lw=by * line.get_linewidth(), ms=by * line.get_markersize(), mew=by * line.get_markeredgewidth())


def _draw_names(ax: Axes, web: Web, names: list[list[str]], width: str) -> None:
    """Write the names level, outside the web; those on one side keep their distance from each other."""
    size, pad = style.SMALL[width], PAD[width]
    for (x, y, ha), lines in zip(name_spots(web, names, size, pad), names, strict=True):
        text.write_lines(ax, lines, x, y, size=size, ha=ha)


def _key_room(across: float, width: str) -> tuple[float, float]:
    """Return left edge and room of the key, under the web and about as wide."""
    return (6, across - 12) if width in ("narrow", "stage") else (across * 0.08, across * 0.84)


def _key_height(across: float, marks: list[Mark], width: str) -> float:
    size = style.SMALL[width]
    lines = keys.key_lines(marks, _key_room(across, width)[1], size)
    return 20 + 1.5 * size * (max(lines, 2) if width == "stage" else lines)  # the web on a stage keeps its size


def _draw_key(ax: Axes, marks: list[Mark], width: str) -> None:
    across, down = style.size_px(ax)
    left, room = _key_room(across, width)
    top = down - _key_height(across, marks, width) + 20 + style.SMALL[width] * 0.5
    keys.draw_key(ax, marks, left=left, top=top, room=room, size=style.SMALL[width])


def _closed(points: np.ndarray) -> np.ndarray:
    return np.vstack([points, points[:1]])

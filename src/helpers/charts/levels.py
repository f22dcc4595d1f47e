"""One dimension for a whole room: a row for each level with its words, and a dot for each stakeholder who chose it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Rectangle

from helpers.charts import keys, style, text
from helpers.charts.keys import Mark

SIZES = {"stage": (1104, 740), "wide": (820, 470)}
_RAIL = 74
_WORDS = (0.7, 0.62, 0.53)  # of the width: the most at which the dots keep their size
_GROWN = {"stage": 1.0, "wide": 0.55}


@dataclass(frozen=True)
class _Rows:
    """The measures of the drawing in pixels; ``unit`` scales what is meant for the back of a room."""

    levels: tuple[int, ...]
    across: float
    foot: float
    unit: float
    share: float = _WORDS[-1]

    @property
    def height(self) -> float:
        return self.foot / len(self.levels)

    @property
    def words(self) -> float:
        return self.across * self.share

    @property
    def dots(self) -> tuple[float, float]:
        """Left edge and width of the room for dots."""
        left = self.words + _RAIL * self.unit
        return left, self.across - left - 100 * self.unit

    def at(self, level: float) -> float:
        """The y of a level: the highest stands on top."""
        return (self.levels[-1] - level + 0.5) * self.height


def plot_levels(
    levels: pd.DataFrame,
    *,
    middle: tuple[float, float, float],
    before: float = math.nan,
    agreed: float = math.nan,
    desired: float = math.nan,
    ax: Axes | None = None,
    width: str = "stage",
) -> Axes:
    """Draw how many chose each level of one dimension.

    Parameters
    ----------
    levels
        One row a level, lowest first: level, level_text, n; n_before where an earlier round is to be seen, too.
    middle
        The lower quartile, the median and the upper quartile, in levels; missing where nobody rated.
    before
        The median of the earlier round; an arrow leads from it to the median of now.
    agreed, desired
        The levels that the panel agreed on and wants, where it has.
    ax
        Where to draw; new axes when None.
    width
        "stage" (for a projector) or "wide".

    Returns
    -------
    Axes
    """
    across, down = SIZES[width] if ax is None else style.size_px(ax)
    ax = style.panel(style.canvas(across, down), 0, 0, across, down) if ax is None else ax
    unit = _GROWN[width]
    marks = _key(levels, middle, before, agreed, desired)
    foot = down - (keys.key_lines(marks, across - 8, 28 * unit) * 39 + 14) * unit if marks else down
    rows = _Rows(tuple(int(level) for level in levels["level"]), across, foot, unit)
    rows = _with_words(rows, levels)
    ax.set(xlim=(0, across), ylim=(down, 0))
    _draw_agreed(ax, rows, agreed)
    for row in levels.itertuples():
        _draw_row(ax, rows, row, has_before="n_before" in levels)
    _draw_dots(ax, rows, levels)
    _draw_rail(ax, rows, middle, before, desired)
    keys.draw_key(ax, marks, left=4, top=foot + 28 * unit, room=across - 8, size=28 * unit)
    return ax


@style.context()
def figure_levels(levels: pd.DataFrame, **options) -> Figure:
    """Draw how many chose each level; arguments as in :func:`plot_levels`."""
    return plot_levels(levels, **options).figure


def _key(levels: pd.DataFrame, middle: tuple, before: float, agreed: float, desired: float) -> list[Mark]:
    if not levels["n"].sum():
        return []
    marks = [Mark("point", "one stakeholder", style.REGION, size=17)]
    if "n_before" in levels:
        marks.append(Mark("point", "the round before", style.COMPARATOR, face="white", size=13))
    marks += [] if math.isnan(middle[1]) else [Mark("point", "median", style.INK, marker="D", size=14)]
    marks += [] if math.isnan(middle[0]) else [Mark("band", "middle half", size=18, alpha=0.3)]
    marks += [] if math.isnan(agreed) else [Mark("frame", "level agreed", size=20)]
    return marks + ([] if math.isnan(desired) else [Mark("point", "wanted", face="white", marker="D", size=15)])


def _draw_agreed(ax: Axes, rows: _Rows, agreed: float) -> None:
    if not math.isnan(agreed):
        top = rows.at(agreed) - rows.height / 2
        look = {"fc": (*_rgb(style.REGION), 0.07), "ec": style.REGION, "lw": 3 * rows.unit, "label": "agreed"}
        shape = "round,pad=0,rounding_size=8"
        ax.add_patch(FancyBboxPatch((2, top + 3), rows.across - 4, rows.height - 6, boxstyle=shape, **look))


def _rgb(colour: str) -> tuple[float, ...]:
    return tuple(int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5))


def _draw_row(ax: Axes, rows: _Rows, row, *, has_before: bool) -> None:
    """Write a level, its words and its count, over a hairline."""
    y, unit = rows.at(row.level), rows.unit
    if row.level != rows.levels[-1]:
        ax.plot([0, rows.across], [y - rows.height / 2] * 2, color=style.RULE, lw=1, zorder=0.5)
    text.write(ax, row.level, 34 * unit, y, size=46 * unit, bold=True, ha="center", colour=style.REGION)
    lines = text.wrap(row.level_text, rows.words - 92 * unit, 28 * unit, lines=3)
    text.write_lines(ax, lines, 80 * unit, y, size=28 * unit)
    lift = 17 * unit if has_before else 0
    colour = style.INK if row.n else style.SECONDARY
    text.write(ax, row.n, rows.across - 14, y - lift, size=40 * unit, bold=bool(row.n), ha="right", colour=colour)
    if has_before:
        was = f"was {row.n_before}"
        text.write(ax, was, rows.across - 14, y + 24 * unit, size=28 * unit, ha="right", colour=style.SECONDARY)


def _with_words(rows: _Rows, levels: pd.DataFrame) -> _Rows:
    """Give the words what the dots do not need: in three steps, so that they do not move with each rating."""
    nobody = levels.assign(**{name: 0 for name in ("n", "n_before") if name in levels})
    tried = [replace(rows, share=share) for share in _WORDS]
    return next((one for one in tried if _pitches(one, levels) == _pitches(one, nobody)), tried[-1])


def _pitches(rows: _Rows, levels: pd.DataFrame) -> list[float]:
    return [_pitch_now(rows, levels)] + ([_pitch_before(rows, levels)] if "n_before" in levels else [])


def _share(levels: pd.DataFrame) -> float:
    """Which part of a row's height the dots of now take."""
    return 0.58 if "n_before" in levels else 1


def _pitch_now(rows: _Rows, levels: pd.DataFrame) -> float:
    most = int(levels["n"].max()) if len(levels) else 0
    return _pitch(most, rows.dots[1], (rows.height - 22 * rows.unit) * _share(levels), 36 * rows.unit)


def _pitch_before(rows: _Rows, levels: pd.DataFrame) -> float:
    most = int(levels["n_before"].max()) if len(levels) else 0
    return _pitch(most, rows.dots[1], (rows.height - 22 * rows.unit) * 0.36, 24 * rows.unit)


def _draw_dots(ax: Axes, rows: _Rows, levels: pd.DataFrame) -> None:
    """Draw a dot for each stakeholder along the row, those of the round before hollow beneath them."""
    room, share = rows.height - 22 * rows.unit, _share(levels)
    look = {"mfc": style.REGION, "mec": "none"}
    _dots(ax, rows, levels["n"], lift=-room * (1 - share) / 2, pitch=_pitch_now(rows, levels), look=look)
    if "n_before" in levels:
        pitch = _pitch_before(rows, levels)
        look = {"mfc": "white", "mec": style.COMPARATOR, "mew": 2 * rows.unit}
        _dots(ax, rows, levels["n_before"], lift=room * 0.33, pitch=pitch, look=look, label="before")


def _dots(
    ax: Axes, rows: _Rows, counts: pd.Series, *, lift: float, pitch: float, look: dict, label: str = "stakeholders"
) -> None:
    left, room = rows.dots
    columns = max(1, int(room // pitch))
    spots = [
        (left + (column + 0.5) * pitch, rows.at(level) + lift + up)
        for level, count in zip(rows.levels, counts, strict=True)
        for column, up in _places(int(count), columns, pitch)
    ]
    xs, ys = np.array(spots).T if spots else ([], [])
    ax.plot(xs, ys, "o", ms=max(pitch * 0.86 - 1, 0.75 * pitch), label=label, zorder=4, **look)


def _places(count: int, columns: int, pitch: float) -> Iterator[tuple[int, float]]:
    """Column and height of each dot of one row: lines filled from the left, the block in the row's middle."""
    lines = math.ceil(count / columns)
    for dot in range(count):
        line, column = divmod(dot, columns)
        yield column, (line - (lines - 1) / 2) * pitch


def _pitch(most: int, across: float, down: float, widest: float) -> float:
    """The widest distance between dots at which the fullest row holds all of its own."""
    pitch = min(widest, down)
    while pitch > 3 and max(1, across // pitch) * max(1, down // pitch) < most:
        pitch -= 0.5
    return pitch


def _draw_rail(ax: Axes, rows: _Rows, middle: tuple, before: float, desired: float) -> None:
    """Draw the middle half as a band, the median on it, and where it stood before."""
    x, unit = rows.words + _RAIL * rows.unit * 0.42, rows.unit
    q1, median, q3 = middle
    if not math.isnan(q1):
        top, foot = rows.at(q3) - 11 * unit, rows.at(q1) + 11 * unit
        band = Rectangle((x - 13 * unit, top), 28 * unit, foot - top, fc=style.REGION, alpha=0.3, lw=0)
        band.set_label("middle half")
        ax.add_patch(band)
    if not (math.isnan(before) or math.isnan(median) or before == median):
        _draw_shift(ax, x, rows.at(before), rows.at(median), unit)
    if not math.isnan(desired):
        look = {"mfc": "white", "mec": style.REGION, "mew": 3 * unit, "label": "desired", "zorder": 5}
        ax.plot([x], [rows.at(desired)], "D", ms=28 * unit, **look)
    if not math.isnan(median):
        ax.plot([x], [rows.at(median)], "D", ms=17 * unit, color=style.INK, mec="white", label="median", zorder=6)


def _draw_shift(ax: Axes, x: float, start: float, end: float, unit: float) -> None:
    """Draw an arrow from the median of the round before to that of now."""
    way = math.copysign(1, end - start)
    tip = end - way * 16 * unit
    look = {"color": style.SECONDARY, "lw": 4 * unit, "solid_capstyle": "butt", "zorder": 5, "label": "shift"}
    ax.plot([x, x], [start, tip], **look)
    head = [x - 9 * unit, x, x + 9 * unit], [tip - way * 12 * unit, tip, tip - way * 12 * unit]
    ax.plot(*head, **look)
    hollow = {"mfc": "white", "mec": style.SECONDARY, "mew": 3 * unit, "zorder": 5, "label": "median before"}
    ax.plot([x], [start], "D", ms=14 * unit, **hollow)

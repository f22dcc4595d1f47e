"""The line above a chart that names its marks, each drawn as it looks in the chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from helpers.charts import style, text

SWATCH = 22
LINE = 26
SPACE = 20


@dataclass(frozen=True)
class Mark:
    """A mark and its name. `kind` is "point", "line", "dashes", "range", "upright", "band" or "frame"."""

    kind: str
    words: str
    colour: str = style.REGION
    marker: str = "o"
    face: str = ""
    size: float = 8
    alpha: float = 1


def key_lines(marks: Sequence[Mark], room: float, size: float) -> int:
    """Return how many lines the key takes in so many pixels."""
    return 1 + max((line for line, _, _ in _places(marks, room, size)), default=0)


def taller(height: float, marks: Sequence[Mark], *, holds: int, room: float, size: float) -> float:
    """Return the height of a header that has room for `holds` lines of key, grown by what more lines take."""
    return height + 1.5 * size * max(0, key_lines(marks, room, size) - holds)


def draw_key(ax: Axes, marks: Sequence[Mark], *, left: float, top: float, room: float, size: float) -> None:
    """Draw the key; `left` and `top` are pixels from the axes' top left corner to the middle of its first line."""
    before = _before(marks)
    for line, x, mark in _places(marks, room, size):
        y = top + line * 1.5 * size
        _draw_mark(ax, mark, left + x, y, before - 8)
        words = text.fit(mark.words, room - before, size)
        text.write(ax, words, 0, 1, x_at="axes", y_at="axes", dx=left + x + before, dy=y, size=size)


def _before(marks: Sequence[Mark]) -> float:
    """Return the room that the marks of one key take before their words: lines need more than points."""
    return LINE + 8 if any(mark.kind in {"line", "dashes"} for mark in marks) else SWATCH


def _places(marks: Sequence[Mark], room: float, size: float) -> list[tuple[int, float, Mark]]:
    """Return line and left edge of every mark, flowing on where a line is full."""
    result, line, x, before = [], 0, 0.0, _before(marks)
    for mark in marks:
        needed = before + text.width(style.plain(mark.words, length=400), size)
        if x and x + needed > room:
            line, x = line + 1, 0.0
        result.append((line, x, mark))
        x += needed + SPACE
    return result


def _draw_mark(ax: Axes, mark: Mark, x: float, y: float, across: float) -> None:
    options = {"transform": style.pixels(ax), "clip_on": False, "zorder": 6}
    if mark.kind == "point":
        face = mark.face or mark.colour
        middle = x + (LINE / 2 if across >= LINE else 8)
        ax.plot([middle], [y], mark.marker, ms=mark.size, mfc=face, mec=mark.colour, mew=1.2, **options)
    elif mark.kind == "upright":
        ax.plot([x + 8, x + 8], [y - mark.size / 2, y + mark.size / 2], color=mark.colour, lw=1.6, **options)
    elif mark.kind == "range":
        half, end = mark.size / 2, x + across
        stroke = [x, x, x, end, end, end], [y - half, y + half, y, y, y + half, y - half]
        ax.plot(*stroke, color=mark.colour, lw=1.2, solid_capstyle="butt", **options)
    elif mark.kind in {"line", "dashes"}:
        dashes = (0, (4, 3)) if mark.kind == "dashes" else "solid"
        ax.plot([x, x + LINE], [y, y], color=mark.colour, lw=2.2, ls=dashes, **options)
        if mark.face:
            ax.plot([x + LINE / 2], [y], "o", ms=mark.size, mfc=mark.face, mec=mark.colour, mew=1.5, **options)
    else:
        _draw_box(ax, mark, (x, y), across, options)


def _draw_box(ax: Axes, mark: Mark, at: tuple[float, float], across: float, options: dict) -> None:
    corner = (at[0], at[1] - mark.size / 2)
    box = Rectangle(corner, max(across, 16), mark.size, lw=0, fc=mark.colour, alpha=mark.alpha, **options)
    if mark.kind == "frame":
        box.set(lw=1.8, ec=mark.colour, fc="none", alpha=1)
    ax.add_patch(box)

"""Small multiples: panels in columns, each with a name, a line of words and its own axes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.charts import style, text


@dataclass(frozen=True)
class Head:
    """What stands above a panel, in lines: its name, what it measures, what it finds."""

    name: Sequence[str]
    measure: Sequence[str]
    finding: Sequence[str]

    def height(self, width: str) -> float:
        """Return the pixels that the lines take."""
        rest = len(self.measure) + len(self.finding)
        return text.LEADING * (style.TEXT[width] * len(self.name) + style.SMALL[width] * rest)


@dataclass(frozen=True)
class Panels:
    """The measures of small multiples in pixels.

    `left` and `right` of each panel's axes are for labels, `body` is the height of the axes, `foot` for what stands
    below them, `above` for what stands between them and the head, `top` for what stands above all panels.
    """

    width: str
    columns: int
    left: float
    right: float
    body: float
    foot: float
    above: float = 18
    top: float = 0
    gap: float = 36
    below: float = 24
    heads: tuple[Head, ...] = ()

    @property
    def edge(self) -> float:
        return 8 if self.width == "narrow" else 0

    @property
    def across(self) -> float:
        return style.WIDTHS[self.width] - 2 * self.edge

    @property
    def column(self) -> float:
        return (self.across - self.gap * (self.columns - 1)) / self.columns

    def head(self, line: int) -> float:
        """Return the height above the axes of one line of panels: the tallest of its heads."""
        own = self.heads[line * self.columns : (line + 1) * self.columns]
        return max((head.height(self.width) for head in own), default=0) + self.above

    def line_top(self, line: int) -> float:
        return self.top + sum(self.head(k) + self.body + self.foot + self.below for k in range(line))

    def figure(self) -> Figure:
        """Make the figure for these heads, at least one line."""
        lines = max(1, math.ceil(len(self.heads) / self.columns))
        return style.canvas(style.WIDTHS[self.width], self.line_top(lines) - self.below + 4)

    def axes(self, figure: Figure, place: int) -> Axes:
        """Add the axes of the panel at a place, counted along the lines, with its head."""
        line, column = divmod(place, self.columns)
        left = self.edge + column * (self.column + self.gap) + self.left
        top = self.line_top(line) + self.head(line)
        ax = style.panel(figure, left, top, self.column - self.left - self.right, self.body)
        if place < len(self.heads):
            self._write_head(ax, self.heads[place], self.head(line))
        return ax

    def head_for(self, name: object, measure: object, finding: object) -> Head:
        """Break the words above a panel into lines of its width."""
        size, small = style.TEXT[self.width], style.SMALL[self.width]
        name_lines = text.wrap(name, self.column, size, bold=True, lines=3)
        return Head(name_lines, *(text.wrap(words, self.column, small, lines=2) for words in (measure, finding)))

    def _write_head(self, ax: Axes, head: Head, height: float) -> None:
        size, small = style.TEXT[self.width], style.SMALL[self.width]
        lines = [(line, size, True, style.INK) for line in head.name]
        lines += [(line, small, False, style.SECONDARY) for line in head.measure]
        lines += [(line, small, False, style.INK) for line in head.finding]
        dy = -height
        for line, points, bold, colour in lines:
            dy += text.LEADING * points
            place = {"x_at": "axes", "y_at": "axes", "dx": -self.left, "dy": dy - text.LEADING * points / 2}
            text.write(ax, line, 0, 1, size=points, bold=bold, colour=colour, **place)

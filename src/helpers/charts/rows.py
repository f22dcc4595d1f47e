"""Charts of rows: a name, a strip to draw on, words. Side by side when wide, one above the other when narrow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from matplotlib.axes import Axes

from helpers.charts import style, text

GAP = 18


@dataclass(frozen=True)
class Rows:
    """The measures of one row in pixels.

    `names`, `plot` and `words` are the widths of the three columns; on a narrow figure the names and words have the
    plot's width and stand `above` and `below` it. `glyph` is the height of the strip that is drawn on;
    `value` is kept free of names and words on either side of the strip, for figures.
    """

    width: str
    names: float
    plot: float
    words: float
    glyph: float
    above: float = 0
    below: float = 0
    value: float = 0

    @property
    def stacked(self) -> bool:
        return self.width == "narrow"

    @property
    def height(self) -> float:
        return self.above + self.glyph + self.below

    @property
    def size(self) -> float:
        return style.TEXT[self.width] - (1 if self.width == "wide" else 0)

    @property
    def small(self) -> float:
        return style.SMALL[self.width]

    @property
    def middle(self) -> float:
        """How far the strip's centre lies below the row's centre."""
        return (self.above - self.below) / 2

    @property
    def across(self) -> float:
        return self.plot if self.stacked else self.names + self.plot + self.words


def layout(
    width: str, *, names: float, words: float, glyph: float, across: float | None = None, edge: float = 0
) -> Rows:
    """Share the figure's width out among names, strip and words; `edge` keeps the strip's ends off the figure's."""
    total = style.WIDTHS[style.checked_width(width)] if across is None else across
    if width == "narrow":
        return Rows(width, names=total - 2 * edge, plot=total - 2 * edge, words=total - 2 * edge, glyph=glyph)
    return Rows(width, names=names, plot=total - names - words, words=words, glyph=glyph)


def grown(rows: Rows, *, name_lines: int, word_lines: int, note_lines: int = 0) -> Rows:
    """Give the rows the height that their longest name and words need."""
    if rows.stacked:
        above = text.LEADING * rows.size * name_lines
        return replace(rows, above=above + 8, below=text.LEADING * rows.small * word_lines + (10 if word_lines else 4))
    lines = text.LEADING * (rows.size * name_lines + rows.small * note_lines)
    needed = max(lines, text.LEADING * rows.small * word_lines) + 10
    return replace(rows, glyph=max(rows.glyph, needed))


def axes(rows: Rows, count: float, *, header: float, footer: float = 4) -> Axes:
    """Make a figure with room for so many rows, a header above them and a footer below."""
    edge = (style.WIDTHS["narrow"] - rows.plot) / 2 if rows.stacked else 0
    height = (count or 1) * rows.height
    figure = style.canvas(rows.across + 2 * edge, header + height + footer)
    return style.panel(figure, edge if rows.stacked else rows.names, header, rows.plot, height)


def grouped(
    groups: Sequence[object], rows: Rows, *, heading: float, heights: Sequence[float] = ()
) -> tuple[list[float], list[tuple[float, str]], float]:
    """Place rows under the headings of their groups, which are `heading` pixels high.

    Returns
    -------
    tuple
        The y of every row, y and words of every heading, and how many rows high the whole is. A row whose height in
        pixels is not in `heights` has the usual one.
    """
    top, places, headings = 0.0, [], []
    for k, group in enumerate(groups):
        if k == 0 or group != groups[k - 1]:
            headings.append(((top + heading / 2) / rows.height - 0.5, str(group)))
            top += heading
        height = heights[k] if heights else rows.height
        places.append((top + height / 2) / rows.height - 0.5)
        top += height
    return places, headings, top / rows.height


def prepare(ax: Axes, count: float, limits: tuple[float, float]) -> None:
    """Set the axes' units: x as the chart needs, y one unit a row, the first row on top."""
    ax.set(xlim=limits, ylim=((count or 1) - 0.5, -0.5))


def at(rows: Rows, row: float, dy: float = 0) -> float:
    """Return the y of the strip's centre in a row, moved down by `dy` pixels."""
    return row + (rows.middle + dy) / rows.height


def rules(ax: Axes, count: int, rows: Rows) -> None:
    """Draw hairlines between the rows, over the whole figure."""
    for row in range(1, count):
        rule(ax, row - 0.5, rows)


def rule(ax: Axes, y: float, rows: Rows, *, colour: str = style.RULE, weight: float = 0.8) -> None:
    """Draw one hairline over the whole figure."""
    left, right = (0, 1) if rows.stacked else (-rows.names / rows.plot, 1 + rows.words / rows.plot)
    ax.plot([left, right], [y, y], transform=ax.get_yaxis_transform(), color=colour, lw=weight, clip_on=False, zorder=0)


def level_grid(ax: Axes, rows: Rows, levels: Sequence[int], places: Sequence[float]) -> None:
    """Draw a light line for each level through every strip, and the levels' numbers above the first."""
    half = rows.glyph / rows.height / 2
    for level in levels:
        for place in places:
            middle = at(rows, place)
            ax.plot([level] * 2, [middle - half, middle + half], color=style.RULE, lw=0.8, clip_on=False, zorder=0)
        text.write(ax, level, level, 1, y_at="axes", dy=-11, size=rows.small, colour=style.SECONDARY, ha="center")


def name_lines(name: object, rows: Rows, *, note: str = "", most: int = 2) -> list[str]:
    """Break a row's name into lines that fit its column, or, on a narrow figure, beside its note."""
    beside = text.width(note, rows.small) + 12 if note and rows.stacked else 0
    room = rows.names - (beside if rows.stacked else GAP + rows.value)
    return text.wrap(name, room, rows.size, bold=rows.stacked, lines=most)


def write_name(ax: Axes, rows: Rows, row: float, name: object, *, note: str = "") -> None:
    """Write a row's name with a quiet note: at the left over the note, or above the strip on a narrow figure."""
    lines = name_lines(name, rows, note=note)
    if rows.stacked:
        top = -rows.height / 2 + 6 + text.LEADING * rows.size / 2
        place = {"x_at": "axes", "dy": top}
        text.write(ax, note, 1, row, size=rows.small, ha="right", colour=style.SECONDARY, **place)
        dy = top + text.LEADING * rows.size * (len(lines) - 1) / 2
        text.write_lines(ax, lines, 0, row, size=rows.size, dy=dy, bold=True, x_at="axes")
        return
    below = text.LEADING * rows.small / 2 if note else 0
    place = {"x_at": "axes", "dx": -rows.names}
    text.write_lines(ax, lines, 0, row, size=rows.size, dy=-below, **place)
    under = text.LEADING * rows.size * len(lines) / 2
    text.write(ax, note, 0, row, size=rows.small, dy=under, colour=style.SECONDARY, **place)


def write_heading(ax: Axes, rows: Rows, y: float, words: object) -> None:
    """Write a group's name over a rule that spans the figure."""
    rule(ax, y + 12 / rows.height, rows, colour=style.COMPARATOR)
    left = 0 if rows.stacked else -rows.names
    name = text.fit(words, rows.across, rows.size, bold=True)
    text.write(ax, name, 0, y, x_at="axes", dx=left, dy=1, size=rows.size, bold=True)


def write_words(
    ax: Axes,
    rows: Rows,
    row: float,
    lines: Sequence[str],
    *,
    indent: float = 0,
    colour: str = style.INK,
    bold: bool = False,
) -> None:
    """Write a row's words: at the right, or below the strip on a narrow figure."""
    options = {"size": rows.small, "colour": colour, "bold": bold, "x_at": "axes"}
    if rows.stacked:
        dy = rows.height / 2 - rows.below / 2 - 3
        text.write_lines(ax, lines, 0, row, dx=indent, dy=dy, **options)
    else:
        text.write_lines(ax, lines, 1, row, dx=GAP + rows.value + indent, **options)


def write_level(ax: Axes, rows: Rows, row: float, level: int, lines: int, *, colour: str) -> None:
    """Write a level's number large before its words."""
    options = {"size": rows.size + 3, "colour": colour, "bold": True, "x_at": "axes"}
    if rows.stacked:
        dy = rows.height / 2 - rows.below / 2 - 3
        text.write(ax, level, 0, row, dy=dy - text.LEADING * rows.small * (max(lines, 1) - 1) / 2, **options)
    else:
        text.write(ax, level, 1, row, dx=GAP, **options)


def empty(ax: Axes, message: str, rows: Rows) -> Axes:
    """Say in one sentence why there is nothing to draw."""
    ax.set(xlim=(0, 1), ylim=(0, 1))
    left = 0 if rows.stacked else -rows.names
    options = {"x_at": "axes", "y_at": "axes", "dx": left, "size": style.TEXT[rows.width]}
    text.write(ax, message, 0, 1, colour=style.SECONDARY, **options)
    return ax

"""The spine chart: one row an indicator, the region beside its comparator and all areas."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from helpers.charts import keys, style, text, verdicts
from helpers.charts import rows as rowed
from helpers.charts.keys import Mark
from helpers.charts.rows import Rows
from helpers.charts.words import joined, short_period, with_unit

NOTHING = "There is no indicator to compare."
_HEADING = {"wide": 40, "narrow": 36}
_BAR = 13
_REACH = 1.3


def plot_spine(beside: pd.DataFrame, *, region_name: str, ax: Axes | None = None, width: str = "wide") -> Axes:
    """Draw a spine chart.

    Parameters
    ----------
    beside
        One row an indicator, grouped by theme: indicator_name, short_name (used when narrow), theme, period, unit,
        polarity, value, lowercl, uppercl, comparator_name, comparator_value, n_areas, verdict, and the positions x,
        x_lower, x_upper, x_min, x_q1, x_q3, x_max around a comparator at 0.
    region_name
        The region.
    ax
        Where to draw the marks; names and values to its left, the comparator's values and verdicts to its right. New
        axes when None.
    width
        "wide" or "narrow".

    Returns
    -------
    Axes
    """
    rows = _spine_rows(beside, width)
    heights = [_height(rows, row) for row in beside.itertuples()] if width == "wide" else []
    places, headings, total = rowed.grouped(list(beside["theme"]), rows, heading=_HEADING[width], heights=heights)
    marks = spine_key(beside)
    ax = rowed.axes(rows, total, header=_header(rows, marks)) if ax is None else ax
    if beside.empty:
        return rowed.empty(ax, NOTHING, rows)
    reach = _reach(beside)
    rowed.prepare(ax, total, (-reach, reach))
    _write_header(ax, rows, beside, marks, region_name)
    for y, theme in headings:
        rowed.write_heading(ax, rows, y, theme)
    several = len(_comparators(beside)) > 1
    for place, row in zip(places, beside.itertuples(), strict=True):
        _draw_row(ax, rows, place, row, reach)
        _write_row(ax, rows, place, row, several=several)
    return ax


@style.context()
def figure_spine(beside: pd.DataFrame, *, region_name: str, width: str = "wide") -> Figure:
    """Draw a spine chart; arguments as in :func:`plot_spine`."""
    return plot_spine(beside, region_name=region_name, width=width).figure


def spine_key(beside: pd.DataFrame) -> list[Mark]:
    """Return the names of the marks that this chart has."""
    marks = verdicts.verdict_marks(beside)
    names = _comparators(beside)
    if names:
        marks.append(Mark("upright", names[0] if len(names) == 1 else "comparator", style.INK, size=14))
    most = int(beside["n_areas"].max()) if beside["x_min"].notna().any() else 0
    if most:
        marks.append(Mark("band", f"range of all {most} areas", style.RANGE_MARK, size=_BAR))
        marks.append(Mark("band", "middle half of them", style.MIDDLE_HALF, size=_BAR))
    return marks


def _comparators(beside: pd.DataFrame) -> list[str]:
    return [str(name) for name in beside.loc[beside["comparator_value"].notna(), "comparator_name"].unique()]


def _spine_rows(beside: pd.DataFrame, width: str) -> Rows:
    if width == "wide":
        return Rows(width, names=430, plot=290, words=240, glyph=42, value=84)
    rows = rowed.layout(width, names=0, words=0, glyph=26, edge=8)
    names = [rowed.name_lines(_name(row, width), rows) for row in beside.itertuples()]
    return rowed.grown(rows, name_lines=max(map(len, names), default=1), word_lines=2)


def _height(rows: Rows, row) -> float:
    lines = len(rowed.name_lines(_name(row, rows.width), rows))
    return text.LEADING * (rows.size * lines + rows.small) + 10


def _name(row, width: str) -> str:
    return (row.short_name or row.indicator_name) if width == "narrow" else row.indicator_name


def _reach(beside: pd.DataFrame) -> float:
    """Return how far the axis goes to either side: the range is within 1, intervals may go a little beyond."""
    ends = beside[["x_lower", "x_upper", "x"]].abs().max().max()
    return 1.06 if pd.isna(ends) else min(max(float(ends), 1.0), _REACH) + 0.06


def _draw_row(ax: Axes, rows: Rows, place: float, row, reach: float) -> None:
    y, half = rowed.at(rows, place), _BAR / rows.height / 2
    for low, high, colour, name in (
        (row.x_min, row.x_max, style.RANGE, "range"),
        (row.x_q1, row.x_q3, style.MIDDLE_HALF, "half"),
    ):
        if not pd.isna(low):
            bar = Rectangle((low, y - half), high - low, 2 * half, fc=colour, lw=0, clip_on=False, zorder=1, label=name)
            ax.add_patch(bar)
    for end in (row.x_min, row.x_max):
        ax.plot([end, end], [y - half, y + half], color=style.COMPARATOR, lw=1, clip_on=False, zorder=1.5)
    if pd.isna(row.x):
        return
    ax.plot(
        [0, 0], [y - 1.5 * half, y + 1.5 * half], color=style.INK, lw=1.6, clip_on=False, zorder=2, label="comparator"
    )
    _draw_region(ax, y, row, reach)


def _draw_region(ax: Axes, y: float, row, reach: float) -> None:
    """Draw the region's interval and point; an interval that leaves the axis ends in an arrow head."""
    look = verdicts.look(row.verdict, row.polarity)
    if not (pd.isna(row.x_lower) or pd.isna(row.x_upper)):
        edge = reach - 0.02
        ends = [max(row.x_lower, -edge), min(row.x_upper, edge)]
        ax.plot(ends, [y, y], color=look.colour, lw=1.8, clip_on=False, zorder=3, label="interval")
        for end, limit, head in ((ends[0], row.x_lower, "<"), (ends[1], row.x_upper, ">")):
            if abs(limit) > edge:
                ax.plot([end], [y], head, ms=5, color=look.colour, clip_on=False, zorder=3)
    options = {"mfc": look.face, "mec": "white" if look.face != "white" else look.colour, "clip_on": False}
    ax.plot([row.x], [y], look.marker, ms=look.size, mew=1.3, zorder=4, label="region", **options)


def _write_row(ax: Axes, rows: Rows, place: float, row, *, several: bool) -> None:
    own = with_unit(row.value, row.unit, row.lowercl, row.uppercl)
    other = with_unit(row.comparator_value, row.unit, row.lowercl, row.uppercl)
    note = joined([short_period(row.period), f"beside: {row.comparator_name}" if several else "", row.unit])
    colour, bold = verdicts.colour(row.verdict), row.verdict in {"better", "worse"}
    if rows.stacked:
        rowed.write_name(ax, rows, place, _name(row, "narrow"))
        beside = f"{row.verdict}: {own} against {other}" if not pd.isna(row.comparator_value) else row.verdict
        _write_below(ax, rows, place, [beside, note], colour, bold)
        return
    room = rows.names - rows.value - rowed.GAP
    rowed.write_name(ax, rows, place, row.indicator_name, note=text.fit(note, room, rows.small))
    options = {"x_at": "axes", "size": rows.size}
    text.write(ax, own, 0, place, dx=-rowed.GAP, ha="right", bold=True, **options)
    text.write(ax, other, 1, place, dx=rows.value - 4, ha="right", colour=style.SECONDARY, **options)
    rowed.write_words(ax, rows, place, [row.verdict], colour=colour, bold=bold)


def _write_below(ax: Axes, rows: Rows, place: float, lines: list[str], colour: str, bold: bool) -> None:
    first, second = (text.fit(line, rows.plot, rows.small, bold=bold) for line in lines)
    dy, step = rows.height / 2 - rows.below / 2 - 3, text.LEADING * rows.small
    options = {"x_at": "axes", "size": rows.small}
    text.write(ax, first, 0, place, dy=dy - step / 2, colour=colour, bold=bold, **options)
    text.write(ax, second, 0, place, dy=dy + step / 2, colour=style.SECONDARY, **options)


def _header(rows: Rows, marks: list[Mark]) -> float:
    return 46 + 1.5 * rows.small * keys.key_lines(marks, rows.across, rows.small)


def _write_header(ax: Axes, rows: Rows, beside: pd.DataFrame, marks: list[Mark], region_name: str) -> None:
    left, size = (0 if rows.stacked else -rows.names), rows.small
    keys.draw_key(ax, marks, left=left, top=12 - _header(rows, marks), room=rows.across, size=size)
    quiet = {"y_at": "axes", "x_at": "axes", "dy": -11, "size": size, "colour": style.SECONDARY}
    directed = (beside["polarity"] != "none").any()
    text.write(ax, "← worse" if directed else "← lower", 0, 1, **quiet)
    text.write(ax, "better →" if directed else "higher →", 1, 1, ha="right", **quiet)
    if rows.stacked:
        return
    own = text.fit(region_name, rows.value + 120, size, bold=True)
    text.write(ax, own, 0, 1, dx=-rowed.GAP, ha="right", bold=True, **(quiet | {"colour": style.REGION}))
    names = _comparators(beside)
    other = str(names[0]) if len(names) == 1 and text.width(names[0], size) < rows.value - 4 else "Comparator"
    text.write(ax, other, 1, 1, dx=rows.value - 4, ha="right", **quiet)

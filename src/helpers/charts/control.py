"""Control charts: the months of a series beside the range that its own months lead to expect."""

from __future__ import annotations

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from helpers.charts import keys, style, text
from helpers.charts.control_words import level, mark_words
from helpers.charts.keys import Mark
from helpers.charts.trends import apart, starts_at_zero
from helpers.charts.words import figure

NOTHING = "There are no months to show."
_DOWN = {"wide": 320, "narrow": 230}
_TOP = {"wide": 66, "narrow": 106}
_NOTE_LINES = {"wide": 2, "narrow": 3}
_FOOT = 40
_LOOKS = {
    "improvement": ("v", style.BETTER, style.BETTER, 7.5),
    "concern": ("D", style.WORSE, style.WORSE, 6.5),
    "special cause": ("s", style.INK, style.INK, 6),
    "common cause": ("o", style.REGION, "white", 4.5),
}


def plot_control(chart: pd.DataFrame, *, ax: Axes | None = None, width: str = "wide") -> Axes:
    """Draw one series with its limits.

    Parameters
    ----------
    chart
        One row a month, as ``scoring.xmr.xmr`` gives it for one series: date, value, phase, mean, lower_limit,
        upper_limit, special_cause, is_improvement, is_concern, target; optional rebase_reason, which is written where
        the limits start anew.
    ax
        Where to draw; the limits' labels stand to its right, the years below. New axes when None.
    width
        "wide" or "narrow".

    Returns
    -------
    Axes
    """
    known = chart[chart["value"].notna()].sort_values("date", kind="stable")
    ax = _own_axes(known, width) if ax is None else ax
    if known.empty:
        ax.set(xlim=(0, 1), ylim=(0, 1))
        text.write(ax, NOTHING, 0, 0.5, size=style.TEXT[width], colour=style.SECONDARY)
        return ax
    _set_limits(ax, known)
    _draw_grid(ax, width)
    _draw_years(ax, known, width)
    for _, phase in known.groupby("phase"):
        _draw_limits(ax, phase)
    _draw_line(ax, known)
    for kind, rows in known.groupby(kinds(known)):
        _draw_points(ax, rows, str(kind), width)
    _write_limits(ax, known, width)
    _write_rebases(ax, known, width)
    return ax


@style.context()
def figure_control(chart: pd.DataFrame, *, width: str = "wide") -> Figure:
    """Draw one series with its limits and a key above; arguments as in :func:`plot_control`."""
    ax = plot_control(chart, width=style.checked_width(width))
    known = chart[chart["value"].notna()]
    if len(known):
        left, _ = _margins(known, width)
        options = {
            "left": 4 - left,
            "top": 14 - _TOP[width],
            "room": style.WIDTHS[width] - 16,
            "size": style.SMALL[width],
        }
        keys.draw_key(ax, _marks(known), **options)
    return ax.figure


def kinds(chart: pd.DataFrame) -> np.ndarray:
    """Which kind of month each is: "improvement", "concern", "special cause" (where neither is better), "common cause".

    Where the limits are not reliable no month is anything else than the last.
    """
    marks = [chart["is_improvement"], chart["is_concern"], chart["special_cause"].notna()]
    marks = [mark & chart["is_reliable"] for mark in marks]
    return np.select(marks, ["improvement", "concern", "special cause"], "common cause")


def _own_axes(known: pd.DataFrame, width: str) -> Axes:
    """Make axes between the numbers at their left and the labels at their right."""
    left, right = _margins(known, style.checked_width(width))
    whole = style.WIDTHS[width]
    drawing = style.canvas(whole, _TOP[width] + _DOWN[width] + _FOOT)
    return style.panel(drawing, left, _TOP[width], whole - left - right, _DOWN[width])


def _margins(known: pd.DataFrame, width: str) -> tuple[float, float]:
    size = style.SMALL[width]
    numbers = max((text.width(figure(tick), size) for tick in _ticks(known)[0]), default=0)
    labels = [f"{level(value)} {name}" for name, value in _labels(known).items()]
    return numbers + 14, max((text.width(words, size, bold=True) for words in labels), default=0) + 14


def _labels(known: pd.DataFrame) -> dict[str, float]:
    """What is written at the right end: the latest limits, and the latest value."""
    if known.empty:
        return {}
    row = known.iloc[-1]
    columns = {"upper limit": "upper_limit", "average": "mean", "lower limit": "lower_limit", "target": "target"}
    named = {name: row[column] for name, column in (columns | {"latest": "value"}).items()}
    return {name: float(value) for name, value in named.items() if pd.notna(value)}


def _marks(known: pd.DataFrame) -> list[Mark]:
    found = [kind for kind in _LOOKS if (kinds(known) == kind).any()]
    return [
        Mark(
            "point",
            mark_words(kind),
            _LOOKS[kind][1],
            marker=_LOOKS[kind][0],
            face=_LOOKS[kind][2],
            size=_LOOKS[kind][3],
        )
        for kind in found[::-1]
    ]


def _ticks(known: pd.DataFrame) -> tuple[np.ndarray, float]:
    """The marks of the axis of values, and the highest number that it has to hold."""
    numbers = known[["value", "lower_limit", "upper_limit", "target"]].to_numpy(dtype=float)
    if not numbers.size:
        return np.array([]), 0.0
    lowest, highest = float(np.nanmin(numbers)), float(np.nanmax(numbers))
    low = min(lowest, 0.0) if starts_at_zero(lowest, highest) else lowest
    locator = MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10])
    return locator.tick_values(low, highest if highest > low else low + 1), highest


def _set_limits(ax: Axes, known: pd.DataFrame) -> None:
    ticks, highest = _ticks(known)
    ax.set_ylim(ticks[0], max(ticks[-1], highest))
    ax.set_yticks(ticks)
    days = mdates.date2num(known["date"])
    ax.set_xlim(days.min() - 15, days.max() + 15)


def _draw_grid(ax: Axes, width: str) -> None:
    """Draw light lines with their numbers at the left; where the lowest is not zero it is broken and says so."""
    bottom, size = ax.get_ylim()[0], style.SMALL[width]
    for tick in ax.get_yticks():
        colour = style.COMPARATOR if tick == bottom else style.RULE
        dashes = (0, (2, 2)) if tick == bottom and tick else "solid"
        ax.plot([0, 1], [tick] * 2, transform=ax.get_yaxis_transform(), lw=0.9, color=colour, ls=dashes, zorder=0)
        text.write(ax, figure(tick), 0, tick, x_at="axes", dx=-8, ha="right", size=size, colour=style.SECONDARY)
    if bottom != 0:
        options = {"x_at": "axes", "y_at": "axes", "dy": 30, "size": size, "colour": style.SECONDARY}
        text.write(ax, f"The axis starts at {figure(bottom)}", 0, 0, **options)


def _draw_years(ax: Axes, known: pd.DataFrame, width: str) -> None:
    """Write each year at its first month, as many as there is room for."""
    first, last = known["date"].iloc[0], known["date"].iloc[-1]
    starts = [pd.Timestamp(year, 1, 1) for year in range(first.year, last.year + 1)]
    starts = [day for day in starts if day >= first] or [first]
    room = style.size_px(ax)[0] / max(1, len(starts))
    every = int(np.ceil((text.width("2025", style.SMALL[width]) + 10) / room))
    for day in starts[::every]:
        at = mdates.date2num(day)
        ax.plot(
            [at, at], [0, -0.018], transform=ax.get_xaxis_transform(), lw=0.9, color=style.COMPARATOR, clip_on=False
        )
        text.write(
            ax, str(day.year), at, 0, y_at="axes", dy=14, ha="center", size=style.SMALL[width], colour=style.SECONDARY
        )


def _draw_limits(ax: Axes, phase: pd.DataFrame) -> None:
    days = mdates.date2num(phase["date"])
    ends = [days.min() - 15, days.max() + 15]
    row = phase.iloc[-1]
    if pd.notna(row["upper_limit"]):
        ax.fill_between(
            ends, row["lower_limit"], row["upper_limit"], color=style.COMPARATOR, alpha=0.13, lw=0, zorder=0.5
        )
    for name, dashes in (("mean", "solid"), ("lower_limit", (0, (5, 3))), ("upper_limit", (0, (5, 3)))):
        ax.plot(ends, [row[name]] * 2, lw=1.2, ls=dashes, color=style.NO_DIFFERENCE, label=name, zorder=1)
    if pd.notna(row["target"]):
        ax.plot(ends, [row["target"]] * 2, lw=1.2, ls=(0, (1, 2)), color=style.INK, label="target", zorder=1)


def _draw_line(ax: Axes, known: pd.DataFrame) -> None:
    """Join neighbouring months; a gap stays open."""
    days = mdates.date2num(known["date"])
    step = np.diff(days, prepend=days[0])
    usual = np.median(step[1:]) if len(step) > 1 else 1
    run = np.cumsum(step > 1.5 * usual)
    for part in np.unique(run):
        ax.plot(
            days[run == part],
            known["value"].to_numpy()[run == part],
            color=style.REGION,
            lw=1.4,
            label="series",
            zorder=2,
        )


def _draw_points(ax: Axes, rows: pd.DataFrame, kind: str, width: str) -> None:
    marker, colour, face, size = _LOOKS[kind]
    if width == "narrow":
        size = 2.5 if kind == "common cause" else 0.75 * size
    options = {"ms": size, "mec": colour if kind == "common cause" else "white", "mew": 0.9 if size > 4 else 0.5}
    ax.plot(
        mdates.date2num(rows["date"]), rows["value"], marker, mfc=face, **options, label=kind, zorder=4, clip_on=False
    )


def _write_limits(ax: Axes, known: pd.DataFrame, width: str) -> None:
    """Label mean, limits and target at the right end, kept apart."""
    named, size = _labels(known), style.SMALL[width]
    per_px = (ax.get_ylim()[1] - ax.get_ylim()[0]) / style.size_px(ax)[1]
    places = apart([value / per_px for value in named.values()], 1.3 * size)
    for (name, value), place in zip(named.items(), places, strict=True):
        own = name == "latest"
        look = {"bold": own, "colour": style.REGION if own else style.SECONDARY}
        text.write(ax, f"{level(value)} {name}", 1, place * per_px, x_at="axes", dx=9, size=size, **look)


def _write_rebases(ax: Axes, known: pd.DataFrame, width: str) -> None:
    """Mark where limits start anew, with the reason above the chart."""
    if "rebase_reason" not in known:
        return
    size = style.SMALL[width]
    for row in known[known["rebase_reason"] != ""].itertuples():
        at = mdates.date2num(row.date) - 15
        ax.plot([at, at], [0, 1], transform=ax.get_xaxis_transform(), lw=1, ls=(0, (1, 2)), color=style.INK, zorder=1)
        share = (at - ax.get_xlim()[0]) / np.ptp(ax.get_xlim())
        across = style.size_px(ax)[0]
        side = "right" if share > 0.55 else "left"
        room = share * across if side == "right" else (1 - share) * across + _margins(known, width)[1] - 8
        lines = text.wrap(
            f"{row.date:%B %Y}, limits start anew: {row.rebase_reason}", room, size, lines=_NOTE_LINES[width]
        )
        text.write_lines(
            ax, lines, at, 1, y_at="axes", dy=-6 - 0.65 * size * len(lines), size=size, ha=side, colour=style.INK
        )

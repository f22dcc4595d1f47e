"""What a projected change is made of: births and people who come above the line, deaths and people who leave below."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from helpers.charts import keys, style, text
from helpers.charts.components_words import (
    FLOWS,
    NOTHING,
    alt_components,
    first_variant,
    subtitle_components,
    title_components,
)
from helpers.charts.keys import Mark
from helpers.charts.projection_words import rounded
from helpers.charts.trends import apart
from helpers.scoring.wording import MINUS, NBSP, number

__all__ = [
    "alt_components",
    "components_key",
    "figure_components",
    "plot_components",
    "subtitle_components",
    "title_components",
]

LEFT = {"wide": 62, "narrow": 52}
RIGHT = {"wide": 170, "narrow": 94}
BODY = {"wide": 250, "narrow": 220}
HEADER, FOOTER, ABOVE = 12, 30, 30
BAR = 0.7
FLOW_NAMES = {"births": "Births", "deaths": "Deaths", "net_migration": "Net migration", "change": "Change"}
_LOOKS = {
    "births": {"fc": style.REGION, "alpha": 0.5, "lw": 0},
    "deaths": {"fc": style.NO_DIFFERENCE, "alpha": 0.5, "lw": 0},
    "net_migration": {"fc": "white", "ec": style.REGION, "lw": 1.4},
}


def plot_components(components: pd.DataFrame, *, ax: Axes | None = None, width: str = "wide") -> Axes:
    """Draw births, deaths, net migration and their sum for every step of the first variant.

    Parameters
    ----------
    components
        One row a variant and step, as `helpers.scoring.projection.project` gives it; flows are drawn per year.
    ax
        Where to draw; the last step's figures stand to its right, years below. New axes when None.
    width
        "wide" or "narrow".

    Returns
    -------
    Axes

    Notes
    -----
    Bars stack away from zero: what adds people upwards, what takes people downwards. The line is the change, its
    uprights the interval.
    """
    width, own = style.checked_width(width), first_variant(components)
    marks = components_key(own)
    lines = keys.key_lines(marks, _room(width), style.SMALL[width]) if marks else 0
    ax = _axes(width, lines) if ax is None else ax
    if own.empty:
        ax.set(xlim=(0, 1), ylim=(0, 1))
        text.write(ax, NOTHING, 0, 0.5, dx=-LEFT[width], size=style.TEXT[width], colour=style.SECONDARY, x_at="axes")
        return ax
    spans = _spans(own)
    _set_limits(ax, own, spans)
    _draw_grid(ax, own, width)
    _draw_bars(ax, spans)
    _draw_change(ax, own)
    _write_ends(ax, own, spans, width)
    edge = 8 if width == "narrow" else 0
    top = 10 - HEADER - 1.5 * style.SMALL[width] * lines - ABOVE
    keys.draw_key(ax, marks, left=edge - LEFT[width], top=top, room=_room(width), size=style.SMALL[width])
    return ax


@style.context()
def figure_components(components: pd.DataFrame, *, width: str = "wide") -> Figure:
    """Draw the components of change; arguments as in :func:`plot_components`."""
    return plot_components(components, width=width).figure


def components_key(own: pd.DataFrame) -> list[Mark]:
    """Name the bars and the line."""
    if own.empty:
        return []
    marks = [
        Mark("band", "births", style.REGION, size=12, alpha=0.5),
        Mark("band", "deaths", style.NO_DIFFERENCE, size=12, alpha=0.5),
        Mark("frame", "net migration", size=12),
    ]
    share = f"{100 * own['confidence'].iloc[0]:.0f}{NBSP}% interval" if "confidence" in own else "interval"
    return [*marks, Mark("line", f"change, with its {share}", style.INK, face=style.INK, size=6)]


def _room(width: str) -> float:
    return style.WIDTHS[width] - (16 if width == "narrow" else 0)


def _axes(width: str, lines: int) -> Axes:
    across = style.WIDTHS[width] - LEFT[width] - RIGHT[width]
    top = HEADER + 1.5 * style.SMALL[width] * lines + ABOVE
    return style.panel(style.canvas(style.WIDTHS[width], top + BODY[width] + FOOTER), LEFT[width], top, across,
                       BODY[width])  # fmt: skip


def _spans(own: pd.DataFrame) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Where each bar starts and ends, per year; migration lies beyond births, or where people leave beyond deaths."""
    births, deaths, migrants = (own[flow].to_numpy(dtype=float) for flow in FLOWS)
    start = np.where(migrants >= 0, births, -deaths)
    return {
        "births": (np.zeros_like(births), births),
        "deaths": (np.zeros_like(deaths), -deaths),
        "net_migration": (start, start + migrants),
    }


def _set_limits(ax: Axes, own: pd.DataFrame, spans: dict[str, tuple[np.ndarray, np.ndarray]]) -> None:
    reach = [own["change_lowercl"], own["change_uppercl"], *(end for _, end in spans.values())]
    low, high = min(np.nanmin(one) for one in reach), max(np.nanmax(one) for one in reach)
    ticks = MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10]).tick_values(min(low, 0), max(high, 1))
    ax.set(xlim=(-0.5, len(own) - 0.5), ylim=(ticks[0], ticks[-1]))
    ax.set_yticks(ticks)


def _draw_grid(ax: Axes, own: pd.DataFrame, width: str) -> None:
    size = style.SMALL[width]
    for tick in ax.get_yticks():
        colour = style.COMPARATOR if tick == 0 else style.RULE
        ax.plot([0, 1], [tick] * 2, transform=ax.get_yaxis_transform(), color=colour, lw=0.9, zorder=0)
        said = f"+{number(tick, 0)}" if tick > 0 else number(tick, 0)
        text.write(ax, said, 0, tick, x_at="axes", dx=-8, ha="right", size=size, colour=style.SECONDARY)
    text.write(ax, "people a year", 0, 1, x_at="axes", y_at="axes", dx=-LEFT[width] + (8 if width == "narrow" else 0),
               dy=-20, size=size, colour=style.SECONDARY)  # fmt: skip
    names = list(own["year_name"])
    widest = max(text.width(name, size) for name in names) + 8
    every = int(np.ceil(widest * len(names) / style.size_px(ax)[0]))
    for place in range(len(names) - 1, -1, -every):
        text.write(ax, names[place], place, 0, y_at="axes", dy=15, ha="center", size=size, colour=style.SECONDARY)


def _draw_bars(ax: Axes, spans: dict[str, tuple[np.ndarray, np.ndarray]]) -> None:
    for flow, (start, end) in spans.items():
        ax.bar(range(len(end)), end - start, bottom=start, width=BAR, zorder=2, label=flow, **_LOOKS[flow])


def _draw_change(ax: Axes, own: pd.DataFrame) -> None:
    places = np.arange(len(own))
    for place, low, high in zip(places, own["change_lowercl"], own["change_uppercl"], strict=True):
        ax.plot([place] * 2, [low, high], color=style.INK, lw=1.3, zorder=4, label="interval")
    ax.plot(places, own["change"], color=style.INK, lw=2, marker="o", ms=6, zorder=5, label="change")


def _write_ends(ax: Axes, own: pd.DataFrame, spans: dict[str, tuple[np.ndarray, np.ndarray]], width: str) -> None:
    """Write the last step's figures beside its bars, each with its name: below it on a phone."""
    last, size = own.iloc[-1], style.SMALL[width]
    at = {flow: (start[-1] + end[-1]) / 2 for flow, (start, end) in spans.items()} | {"change": last["change"]}
    said = {
        flow: f"{MINUS}{rounded(last[flow])}" if flow == "deaths" and round(last[flow]) else signed(last[flow])
        for flow in at
    }
    below = width == "narrow"
    per_px = (ax.get_ylim()[1] - ax.get_ylim()[0]) / style.size_px(ax)[1]
    places = apart([place / per_px for place in at.values()], (2.7 if below else 1.3) * size)
    for flow, y in zip(at, places, strict=True):
        words = [said[flow], FLOW_NAMES[flow].lower() if below else FLOW_NAMES[flow]]
        lines = words if below else [" ".join(reversed(words))]
        lines = [text.fit(line, RIGHT[width] - 10, size, bold=flow == "change") for line in lines]
        look = {"size": size, "bold": flow == "change", "colour": style.INK if flow == "change" else style.SECONDARY}
        text.write_lines(ax, lines, 1, y * per_px, x_at="axes", dx=8, **look)


def signed(people: float) -> str:
    """Write people with three figures and their sign: "+530", "−84", "0"."""
    said = rounded(people)
    return f"+{said}" if people > 0 and said != "0" else said

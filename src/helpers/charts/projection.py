"""A projected population over time: what was counted, the base year marked, and what comes under each variant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from helpers.charts import keys, style, text
from helpers.charts.keys import Mark
from helpers.charts.panels import Panels
from helpers.charts.projection_words import (
    GROUPS,
    MOST_VARIANTS,
    NOTHING,
    alt_projection,
    change_words,
    group_name,
    interval_words,
    own_rows,
    rounded,
    subtitle_projection,
    title_projection,
)
from helpers.charts.trends import apart, starts_at_zero
from helpers.scoring.wording import number

__all__ = [
    "MOST_VARIANTS",
    "alt_projection",
    "figure_projection",
    "plot_projection",
    "projection_key",
    "subtitle_projection",
    "title_projection",
]

ALONE = 68
_PANELS = {
    "wide": Panels("wide", columns=2, left=62, right=150, body=230, foot=44, above=30),
    "narrow": Panels("narrow", columns=1, left=56, right=112, body=170, foot=42, above=30),
}
_OTHER_LINES = ((0, (4, 2)), (0, (1, 2)), (0, (6, 2, 1, 2)))


def plot_projection(
    projection: pd.DataFrame,
    *,
    age_group: str = "all",
    past: pd.DataFrame | None = None,
    ax: Axes | None = None,
    width: str = "wide",
) -> Axes:
    """Draw one age group over time.

    Parameters
    ----------
    projection
        One row a variant, year, sex and age group, as `helpers.scoring.projection.project` gives it; the first variant
        is the blue line with its interval as a band; of the others the three that end furthest from it are grey lines.
    age_group
        Which one; both sexes together.
    past
        What was counted: year, age_group, population.
    ax
        Where to draw; the ends' labels stand to its right, years below. New axes when None.
    width
        "wide" or "narrow".

    Returns
    -------
    Axes
    """
    panels = _PANELS[style.checked_width(width)]
    ax = panels.axes(panels.figure(), 0) if ax is None else ax
    own = own_rows(projection, age_group)
    if own.empty:
        ax.set(xlim=(0, 1), ylim=(0, 1))
        text.write(ax, NOTHING, 0, 0.5, size=style.SMALL[width], colour=style.SECONDARY)
        return ax
    counted = _counted(past, age_group, own)
    _set_limits(ax, own, counted)
    _draw_grid(ax, width)
    _draw_base(ax, int(own.loc[own["is_base"], "year"].iloc[0]), width)
    if len(counted) > 1:
        ax.plot(counted["year"], counted["population"], color=style.INK, lw=2, zorder=4, label="counted")
    for place, (_, line) in reversed(list(enumerate(own.groupby("variant", sort=False)))):
        _draw_variant(ax, line, place)
    _write_ends(ax, own, width, panels.right)
    return ax


@style.context()
def figure_projection(
    projection: pd.DataFrame,
    *,
    past: pd.DataFrame | None = None,
    groups: Sequence[str] = GROUPS,
    width: str = "wide",
) -> Figure:
    """Draw several age groups over time, one panel each; arguments as in :func:`plot_projection`."""
    panels = _PANELS[style.checked_width(width)]
    shown = [group for group in groups if len(own_rows(projection, group))]
    if len(projection) and len(projection["variant"].unique()) == 1:
        panels = replace(panels, right=ALONE)
    heads = [panels.head_for(group_name(group), "people", change_words(projection, group)) for group in shown]
    marks = projection_key(projection, past)
    key_height = 1.5 * style.SMALL[width] * keys.key_lines(marks, panels.across, style.SMALL[width]) if marks else 0
    panels = replace(panels, heads=tuple(heads), top=key_height + 16)
    drawing = panels.figure()
    for place, group in enumerate(shown):
        ax = panels.axes(drawing, place)
        plot_projection(projection, age_group=group, past=past, ax=ax, width=width)
        if place == 0:
            top = 10 - panels.head(0) - panels.top
            keys.draw_key(ax, marks, left=-panels.left, top=top, room=panels.across, size=style.SMALL[width])
    if not shown:
        text.write(panels.axes(drawing, 0), NOTHING, 0, 0.5, dx=-panels.left, size=style.TEXT[width],
                   colour=style.SECONDARY, x_at="axes", y_at="axes")  # fmt: skip
    return drawing


def projection_key(projection: pd.DataFrame, past: pd.DataFrame | None) -> list[Mark]:
    """Name the lines and the band."""
    if projection.empty:
        return []
    marks = [Mark("line", "counted", style.INK)] if past is not None and len(past["year"].unique()) > 1 else []
    marks.append(Mark("line", f"projected: {projection['variant_name'].iloc[0]}"))
    if projection["lowercl"].notna().any():
        marks.append(Mark("band", interval_words(projection), size=12, alpha=0.3))
    return marks


def _counted(past: pd.DataFrame | None, age_group: str, own: pd.DataFrame) -> pd.DataFrame:
    if past is None or past.empty:
        return pd.DataFrame(columns=["year", "population"])
    kept = past[(past["age_group"] == age_group) & (past["year"] <= own["year"].min())]
    return kept.sort_values("year")


def _set_limits(ax: Axes, own: pd.DataFrame, counted: pd.DataFrame) -> None:
    values = np.concatenate([own[["population", "lowercl", "uppercl"]].to_numpy(dtype=float).ravel(),
                             counted["population"].to_numpy(dtype=float)])  # fmt: skip
    lowest, highest = np.nanmin(values), np.nanmax(values)
    low = 0.0 if starts_at_zero(lowest, highest) else lowest
    ticks = MaxNLocator(nbins=4, steps=[1, 2, 2.5, 5, 10]).tick_values(low, highest if highest > low else low + 1)
    years = [*own["year"], *counted["year"]]
    ax.set(ylim=(ticks[0], max(ticks[-1], highest)), xlim=(min(years), max(years)))
    ax.set_yticks(ticks)


def _draw_grid(ax: Axes, width: str) -> None:
    size, bottom = style.SMALL[width], ax.get_ylim()[0]
    for tick in ax.get_yticks():
        look = {"color": style.COMPARATOR if tick == bottom else style.RULE,
                "ls": (0, (2, 2)) if tick == bottom != 0 else "solid"}  # fmt: skip
        ax.plot([0, 1], [tick] * 2, transform=ax.get_yaxis_transform(), lw=0.9, clip_on=False, zorder=0, **look)
        text.write(ax, number(tick), 0, tick, x_at="axes", dx=-8, ha="right", size=size, colour=style.SECONDARY)
    first, last = ax.get_xlim()
    for year, side in ((first, "left"), (last, "right")):
        text.write(ax, f"{year:.0f}", year, 0, y_at="axes", dy=14, ha=side, size=size, colour=style.SECONDARY)
    if bottom != 0:
        words = f"The axis starts at {number(bottom)}"
        text.write(ax, words, 0, 0, x_at="axes", y_at="axes", dy=30, size=size, colour=style.SECONDARY)


def _draw_base(ax: Axes, year: int, width: str) -> None:
    """Mark the base year by an upright line and its name."""
    ax.plot([year] * 2, ax.get_ylim(), color=style.INK, lw=1, ls=(0, (2, 2)), clip_on=False, zorder=1, label="base")
    words, size = f"base year {year}", style.SMALL[width]
    low, high = ax.get_xlim()
    room, half = style.size_px(ax)[0], text.width(words, size) / 2
    here = (year - low) / (high - low) * room
    text.write(ax, words, year, 1, y_at="axes", dx=min(max(here, half), room - half) - here, dy=-10, size=size,
               ha="center")  # fmt: skip


def _draw_variant(ax: Axes, line: pd.DataFrame, place: int) -> None:
    if place:
        look = {"color": style.NO_DIFFERENCE, "lw": 1.5, "ls": _OTHER_LINES[(place - 1) % 3], "label": "variant"}
        ax.plot(line["year"], line["population"], zorder=3, clip_on=False, **look)
        return
    if line["lowercl"].notna().any():
        band = {"color": style.REGION, "alpha": style.SPREAD_ALPHA, "lw": 0, "zorder": 1, "label": "interval"}
        ax.fill_between(line["year"], line["lowercl"].astype(float), line["uppercl"].astype(float), **band)
    ax.plot(line["year"], line["population"], color=style.REGION, lw=2.4, zorder=5, clip_on=False, label="projected")
    ax.plot(line["year"].iloc[-1:], line["population"].iloc[-1:], "o", ms=7, color=style.REGION, mec="white",
            clip_on=False, zorder=6)  # fmt: skip


def _write_ends(ax: Axes, own: pd.DataFrame, width: str, room: float) -> None:
    """Write every variant's last figure at its end, with its name where there are several, below it if need be."""
    size = style.SMALL[width]
    ends = own.groupby("variant", sort=False).last()
    beside = [f"{rounded(row.population)} {row.variant_name}" for row in ends.itertuples()]
    is_wide = any(text.width(words, size, bold=True) > room - 12 for words in beside)
    below = len(ends) > 1 and (width == "narrow" or is_wide)
    per_px = (ax.get_ylim()[1] - ax.get_ylim()[0]) / style.size_px(ax)[1]
    places = apart([people / per_px for people in ends["population"]], (2.7 if below else 1.3) * size)
    for place, (row, y) in enumerate(zip(ends.itertuples(), places, strict=True)):
        words = [rounded(row.population)] + ([str(row.variant_name)] if len(ends) > 1 else [])
        lines = words if below else [" ".join(words)]
        lines = [text.fit(line, room - 12, size, bold=place == 0) for line in lines]
        look = {"size": size, "bold": place == 0, "colour": style.REGION if place == 0 else style.SECONDARY}
        text.write_lines(ax, lines, 1, y * per_px, x_at="axes", dx=9, **look)

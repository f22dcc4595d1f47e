"""Beds needed under each condition: three dots for 50, 80 and 95 % of days, beside the beds that there are."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from helpers.charts import keys, style, text
from helpers.charts import rows as rowed
from helpers.charts.keys import Mark
from helpers.charts.rows import Rows
from helpers.charts.words import joined
from helpers.scoring.wording import NBSP, number, plural, sentence

NOTHING = "There are no beds to work out."
ALL = "all"
SHARES = (50, 80, 95)
MARKERS = {50: ("o", "white"), 80: ("o", style.MIDDLE_HALF), 95: ("o", style.REGION)}
HEADER = {"wide": 62, "narrow": 62}


def plot_demand(needed: pd.DataFrame, *, ax: Axes | None = None, width: str = "wide") -> Axes:
    """Draw the beds needed under every condition.

    Parameters
    ----------
    needed
        One row a condition and group, as `helpers.scoring.demand.beds_needed` gives it; the groups together are drawn.
    ax
        Where to draw; conditions stand to its left, words to its right. New axes when None.
    width
        "wide" or "narrow".

    Returns
    -------
    Axes
    """
    shown = _together(needed)
    rows, marks = _rows(shown, width), demand_key(shown)
    header = keys.taller(HEADER[rows.width], marks, holds=1, room=rows.across, size=rows.small)
    ax = rowed.axes(rows, len(shown), header=header) if ax is None else ax
    if shown.empty:
        return rowed.empty(ax, NOTHING, rows)
    ticks = MaxNLocator(nbins=4, steps=[1, 2, 2.5, 5, 10], integer=True).tick_values(0, _highest(shown))
    rowed.prepare(ax, len(shown), (0, ticks[-1]))
    rowed.rules(ax, len(shown), rows)
    left = 0 if rows.stacked else -rows.names
    keys.draw_key(ax, marks, left=left, top=14 - header, room=rows.across, size=rows.small)
    _draw_grid(ax, rows, ticks, len(shown))
    for row, condition in enumerate(shown.itertuples()):
        rowed.write_name(ax, rows, row, condition.condition_name)
        rowed.write_words(ax, rows, row, _word_lines(rows, condition))
        _draw_condition(ax, rows, row, condition)
    _draw_beds(ax, rows, shown)
    return ax


@style.context()
def figure_demand(needed: pd.DataFrame, *, width: str = "wide") -> Figure:
    """Draw the beds needed under every condition; arguments as in :func:`plot_demand`."""
    return plot_demand(needed, width=width).figure


def demand_key(needed: pd.DataFrame) -> list[Mark]:
    """Name the dots, the line behind the last one and the beds that there are."""
    if needed.empty:
        return []
    marks = [
        Mark("point", f"enough on {share}{NBSP}% of days", style.REGION, marker, face, 9)
        for share, (marker, face) in MARKERS.items()
    ]
    marks.append(Mark("range", f"95{NBSP}% of days: range over the assumptions", style.REGION, size=7))
    return [*marks, Mark("upright", "beds available", style.INK, size=16)] if _beds(needed) is not None else marks


def title_demand(needed: pd.DataFrame, *, region_name: str) -> str:
    """Return the finding: how often the beds would not be enough now and in the worst condition, or the beds needed."""
    shown = _together(needed)
    if shown.empty:
        return f"There are no figures to work out the beds of {region_name}"
    first, worst = shown.iloc[0], shown.loc[shown["beds_95"].idxmax()]
    if _beds(shown) is None:
        return f"{plural(int(first['beds_95']), 'bed')} would meet demand in {region_name} on 95{NBSP}% of days"
    worst = shown.loc[shown["shortfall_pct"].idxmax()]
    said = f"{plural(int(_beds(shown)), 'bed')} would fall short on {_share(first)} of days"
    if worst["condition"] == first["condition"]:
        return said
    return f"{said}, and on {_share(worst)} with “{str(worst['condition_name']).lower()}”"


def _share(row: pd.Series) -> str:
    """The share of days with its range over the assumptions: "14 % (0 to 64)"."""
    low, high = row["shortfall_lowercl"], row["shortfall_uppercl"]
    said = _days(row["shortfall_pct"])
    return said if pd.isna(low) or low == high else f"{said} ({number(low, 0)} to {number(high, 0)})"


def subtitle_demand(needed: pd.DataFrame) -> str:
    """Return what is drawn and whether the conditions are illustrative."""
    shown = _together(needed)
    if shown.empty:
        return ""
    made_up = "illustrative conditions, to be replaced" if (shown["status"] == "illustrative").any() else ""
    return joined(["Beds that are enough on so many days, by condition", "all groups together", made_up])


def alt_demand(needed: pd.DataFrame, *, region_name: str) -> str:
    """Describe the dots: kind, subject, finding, every condition."""
    shown = _together(needed)
    if shown.empty:
        return NOTHING
    kind = f"Dot plot of the beds needed in {region_name}, {plural(len(shown), 'condition')}"
    each = "; ".join(f"{row.condition_name}: {'; '.join(condition_words(row))}" for row in shown.itertuples())
    return " ".join(sentence(part) for part in (kind, title_demand(needed, region_name=region_name), each))


def condition_words(row) -> list[str]:
    """The beds of one condition, and how often those that there are fall short."""
    range_ = f"{number(row.beds_95_lowercl, 0)} to {number(row.beds_95_uppercl, 0)} over the assumptions"
    beds = f"{row.beds_50:.0f}, {row.beds_80:.0f} and {row.beds_95:.0f} beds ({range_})"
    if np.isnan(row.shortfall_pct):
        return [beds]
    ends = f"{number(row.shortfall_lowercl, 0)} to {number(row.shortfall_uppercl, 0)}"
    return [beds, f"too few on {_days(row.shortfall_pct)} of days ({ends})"]


def _days(share: float) -> str:
    return f"{number(share, 0 if share >= 1 else 1)}{NBSP}%"


def _together(needed: pd.DataFrame) -> pd.DataFrame:
    return needed[needed["group"] == ALL] if len(needed) else needed


def _beds(shown: pd.DataFrame) -> float | None:
    known = shown["beds"].dropna()
    return float(known.iloc[0]) if len(known) else None


def _highest(shown: pd.DataFrame) -> float:
    return float(np.nanmax(shown[["beds_95", "beds_95_uppercl", "beds"]].to_numpy(dtype=float)))


def _rows(shown: pd.DataFrame, width: str) -> Rows:
    rows = rowed.layout(width, names=180, words=380, glyph=42 if width == "wide" else 28, edge=8)
    longest = max((len(_word_lines(rows, row)) for row in shown.itertuples()), default=1)
    names = max((len(rowed.name_lines(name, rows)) for name in shown["condition_name"]), default=1) if len(shown) else 1
    return rowed.grown(rows, name_lines=names, word_lines=longest)


def _word_lines(rows: Rows, row) -> list[str]:
    room = rows.words - (2 if rows.stacked else rowed.GAP)
    return [line for part in condition_words(row) for line in text.wrap(part, room, rows.small, lines=2)]


def _draw_grid(ax: Axes, rows: Rows, ticks: np.ndarray, count: int) -> None:
    half = rows.glyph / rows.height / 2
    for tick in ticks:
        colour = style.COMPARATOR if tick == 0 else style.RULE
        for row in range(count):
            middle = rowed.at(rows, row)
            ax.plot([tick, tick], [middle - half, middle + half], color=colour, lw=0.9, clip_on=False, zorder=0)
        side = {ticks[0]: "left", ticks[-1]: "right"}.get(tick, "center") if rows.stacked else "center"
        options = {"y_at": "axes", "dy": -11, "size": rows.small, "colour": style.SECONDARY}
        words = f"{number(tick, 0)} beds" if tick == ticks[-1] else number(tick, 0)
        text.write(ax, words, tick, 1, ha=side, **options)


def _draw_condition(ax: Axes, rows: Rows, row: int, condition) -> None:
    y = rowed.at(rows, row)
    ends = [condition.beds_95_lowercl, condition.beds_95_uppercl]
    look = {"color": style.REGION, "clip_on": False}
    ax.plot(ends, [y, y], "|-", lw=1.6, ms=8, alpha=0.65, zorder=3, label="range", **look)
    for share in SHARES:
        marker, face = MARKERS[share]
        value = float(getattr(condition, f"beds_{share}"))
        ax.plot([value], [y], marker, ms=9, mfc=face, mec=style.REGION, mew=1.5, clip_on=False, zorder=4 + share / 100,
                label=f"beds {share}")  # fmt: skip


def _draw_beds(ax: Axes, rows: Rows, shown: pd.DataFrame) -> None:
    """Draw the beds available as an upright line through the strips."""
    beds, half = _beds(shown), rows.glyph / rows.height / 2
    if beds is None:
        return
    for row in range(len(shown)):
        middle = rowed.at(rows, row)
        ax.plot([beds] * 2, [middle - half, middle + half], color=style.INK, lw=1.8, clip_on=False, zorder=2,
                label="beds available")  # fmt: skip
    text.write(ax, f"{beds:.0f} available", beds, 1, y_at="axes", dy=-27, size=rows.small, bold=True, ha="center")

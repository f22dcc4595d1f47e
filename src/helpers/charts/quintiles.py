"""Indicators by deprivation: the five fifths of an area from most to least deprived, beside the whole area."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from helpers.charts import style, text
from helpers.charts.panels import Panels
from helpers.charts.words import figure, joined, short, short_period, with_interval, with_unit
from helpers.scoring.wording import plural, sentence

KEY = ["indicator", "sex", "age_group"]
NOTHING = "There are no figures by deprivation."
_PANELS = {
    "wide": Panels("wide", columns=2, left=142, right=76, body=5 * 25, foot=24, above=30, gap=56),
    "narrow": Panels("narrow", columns=1, left=122, right=64, body=5 * 24, foot=24, above=30),
}


def plot_quintiles(quintiles: pd.DataFrame, *, ax: Axes | None = None, width: str = "wide") -> Axes:
    """Draw one indicator by deprivation fifth.

    Parameters
    ----------
    quintiles
        One row a fifth and one for the whole area, of one indicator: quintile ("total", "1" most deprived to "5"),
        quintile_name, value, lowercl, uppercl, unit, reason.
    ax
        Where to draw; the fifths' names stand to its left and their values to its right. New axes when None.
    width
        "wide" or "narrow".

    Returns
    -------
    Axes

    Notes
    -----
    A value that carries a reason (the source withholds what is behind it) is a hollow point. A fifth without a value
    keeps its row and says so.
    """
    panels = _PANELS[style.checked_width(width)]
    ax = panels.axes(panels.figure(), 0) if ax is None else ax
    fifths = quintiles[quintiles["quintile"] != "total"]
    total = quintiles[quintiles["quintile"] == "total"]
    if quintiles["value"].notna().sum() == 0:
        ax.set(xlim=(0, 1), ylim=(len(fifths) - 0.5, -0.5))
    else:
        _set_limits(ax, quintiles, len(fifths), width)
        _draw_total(ax, total, width)
    for row, fifth in enumerate(fifths.itertuples()):
        _draw_fifth(ax, row, fifth)
        _write_fifth(ax, row, fifth, width, panels)
    return ax


@style.context()
def figure_quintiles(quintiles: pd.DataFrame, *, gaps: pd.DataFrame, width: str = "wide") -> Figure:
    """Draw several indicators by deprivation fifth as small multiples.

    Parameters
    ----------
    quintiles
        The rows of all indicators, as :func:`plot_quintiles` says, with indicator, sex, age_group.
    gaps
        One row a panel, in order: indicator, sex, age_group, indicator_name, unit, period, most_deprived,
        least_deprived, ratio, verdict and reason, which the words under the name say.
    width
        "wide" (960 px, two in a row) or "narrow" (360 px, one in a row).

    Returns
    -------
    Figure
    """
    panels = _PANELS[style.checked_width(width)]
    parts = [_own(quintiles, row) for row in gaps.to_dict("records")]
    heads = [
        panels.head_for(row.indicator_name, joined([row.unit, short_period(row.period)]), _finding(row, own))
        for row, own in zip(gaps.itertuples(), parts, strict=True)
    ]
    panels = replace(panels, heads=tuple(heads))
    drawing = panels.figure()
    for place, own in enumerate(parts):
        plot_quintiles(own, ax=panels.axes(drawing, place), width=width)
    if gaps.empty:
        options = {"size": style.TEXT[width], "colour": style.SECONDARY, "x_at": "axes", "y_at": "axes"}
        text.write(panels.axes(drawing, 0), NOTHING, 0, 0.5, dx=-panels.left, **options)
    return drawing


def _own(quintiles: pd.DataFrame, row: dict) -> pd.DataFrame:
    return quintiles[(quintiles[KEY] == [row[column] for column in KEY]).all(axis=1)]


def _finding(row, own: pd.DataFrame) -> str:
    """Say what the gap is and why a point is hollow."""
    reasons = own.loc[own["value"].notna() & (own["reason"].fillna("") != ""), "reason"].unique()
    return gap_words(row) + (f". Hollow: {reasons[0]}" if len(reasons) else "")


def gap_words(row) -> str:
    """Say how the most deprived fifth lies to the least deprived: "Most deprived fifth worse, 3.0 times the rate"."""
    if row.verdict == "not compared":
        return f"Not compared: {row.reason}" if row.reason else "Not compared"
    if row.verdict == "no clear difference":
        return "No clear difference between the most and the least deprived fifth"
    times = "" if pd.isna(row.ratio) or row.ratio < 1 else f", {short(round(row.ratio, 1))} times the least deprived"
    return f"Most deprived fifth {row.verdict}{times}"


def title_quintiles(gaps: pd.DataFrame, *, region_name: str) -> str:
    """Return the finding: on how many indicators the most deprived fifth is worse off."""
    compared = gaps[gaps["verdict"] != "not compared"]
    if compared.empty:
        return f"Nothing can be said about differences by deprivation in {region_name}"
    worse = int((compared["verdict"] == "worse").sum())
    total = plural(len(compared), "indicator")
    if len(compared) == 1:
        row = next(compared.itertuples())
        words = gap_words(row)
        return f"{row.indicator_name} in {region_name}: {words[:1].lower()}{words[1:]}"
    if not worse:
        return f"On none of {total} is the most deprived fifth of {region_name} clearly worse off"
    return f"On {worse} of {total} the most deprived fifth of {region_name} is worse off than the least deprived"


def subtitle_quintiles(gaps: pd.DataFrame) -> str:
    """Return measure and period."""
    measure = "Latest figures by deprivation of the place of residence, with 95\u00a0% intervals"
    periods = gaps["period"].map(short_period).unique() if len(gaps) else []
    return joined([measure, str(periods[0]) if len(periods) == 1 else ""])


def alt_quintiles(quintiles: pd.DataFrame, *, gaps: pd.DataFrame, region_name: str) -> str:
    """Describe the dot plots: kind, subject, finding, both ends of every indicator."""
    kind = f"Dot plots by deprivation fifth: {region_name}, {plural(len(gaps), 'indicator')}"
    each = "; ".join(f"{row.indicator_name}: {_ends(quintiles, row)}" for row in gaps.itertuples())
    return " ".join(sentence(part) for part in (kind, title_quintiles(gaps, region_name=region_name), each) if part)


def _ends(quintiles: pd.DataFrame, gap) -> str:
    own = _own(quintiles, gap._asdict()).set_index("quintile")
    words = [
        f"{name} {with_interval(fifth.value, gap.unit, fifth.lowercl, fifth.uppercl)}"
        for name, fifth in (("most deprived fifth", own.loc["1"]), ("least deprived fifth", own.loc["5"]))
        if not pd.isna(fifth.value)
    ]
    return ", ".join([*words, gap.verdict])


def _set_limits(ax: Axes, quintiles: pd.DataFrame, count: int, width: str) -> None:
    """Start the axis at zero, since the distance of the points from it means an amount."""
    values = quintiles[["value", "lowercl", "uppercl"]].to_numpy(dtype=float)
    low, high = min(0.0, float(np.nanmin(values))), float(np.nanmax(values))
    ticks = _ticks(low, high if high > low else low + 1, style.size_px(ax)[0], width)
    ax.set(xlim=(ticks[0], max(high, ticks[-1])), ylim=(count - 0.5, -0.5))
    for tick in ticks:
        colour = style.COMPARATOR if tick == 0 else style.RULE
        ax.plot([tick, tick], [-0.5, count - 0.5], color=colour, lw=0.9, clip_on=False, zorder=0)
        options = {"dy": 12, "size": style.SMALL[width], "colour": style.SECONDARY, "ha": "center"}
        text.write(ax, figure(tick), tick, count - 0.5, **options)


def _ticks(low: float, high: float, room: float, width: str) -> np.ndarray:
    """Return round numbers for the axis, only two steps where three would stand too close."""
    three, two = (MaxNLocator(nbins=n, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high) for n in (3, 2))
    widest = max(text.width(figure(tick), style.SMALL[width]) for tick in three)
    return three if (widest + 8) * (len(three) - 1) < room else two


def _draw_total(ax: Axes, total: pd.DataFrame, width: str) -> None:
    """Draw the whole area as an upright line with its value on top."""
    if total.empty or total["value"].isna().all():
        return
    row = total.iloc[0]
    ax.plot(
        [row["value"]] * 2, [-0.5, ax.get_ylim()[0]], color=style.INK, lw=1.4, ls=(0, (4, 2)), clip_on=False, zorder=2
    )
    words = f"whole area {with_unit(row['value'], row['unit'], row['lowercl'], row['uppercl'])}"
    size = style.SMALL[width]
    low, high = ax.get_xlim()
    room, half = style.size_px(ax)[0], text.width(words, size) / 2
    here = (row["value"] - low) / (high - low) * room
    text.write(
        ax,
        words,
        row["value"],
        -0.5,
        dx=min(max(here, half - 30), room + 30 - half) - here,
        dy=-9,
        size=size,
        ha="center",
    )


def _draw_fifth(ax: Axes, row: int, fifth) -> None:
    if pd.isna(fifth.value):
        return
    if not (pd.isna(fifth.lowercl) or pd.isna(fifth.uppercl)):
        ax.plot(
            [fifth.lowercl, fifth.uppercl], [row, row], color=style.REGION, alpha=0.6, lw=2.2, clip_on=False, zorder=3
        )
    face = "white" if fifth.reason else style.REGION
    ax.plot(
        [fifth.value], [row], "o", ms=9, mfc=face, mec=style.REGION, mew=1.5, clip_on=False, zorder=4, label="fifth"
    )


def _write_fifth(ax: Axes, row: int, fifth, width: str, panels: Panels) -> None:
    size = style.SMALL[width]
    heavy = fifth.quintile in {"1", "5"}
    name = text.fit(fifth.quintile_name, panels.left - 14, size)
    text.write(
        ax, name, 0, row, x_at="axes", dx=-panels.left, size=size, colour=style.INK if heavy else style.SECONDARY
    )
    if pd.isna(fifth.value):
        text.write(ax, "no figure", 0, row, x_at="axes", dx=8, size=size, colour=style.SECONDARY)
        return
    words = with_unit(fifth.value, fifth.unit, fifth.lowercl, fifth.uppercl)
    text.write(ax, words, 1, row, x_at="axes", dx=panels.right - 4, ha="right", size=size, bold=heavy)

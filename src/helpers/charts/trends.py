"""Indicators over time: the region's line with its interval, the comparator in grey, labelled at their ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import matplotlib.dates as mdates
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from helpers.charts import keys, style, text
from helpers.charts.keys import Mark
from helpers.charts.panels import Panels
from helpers.charts.trend_words import KEY, change_words
from helpers.charts.words import figure, short_period
from helpers.scoring.messages_trends import direction_words, tested_directions

NOTHING = "There are no figures for two periods."
_PANELS = {
    "wide": Panels("wide", columns=3, left=44, right=58, body=120, foot=34),
    "narrow": Panels("narrow", columns=1, left=40, right=54, body=120, foot=32),
}
_ALONE = {"wide": (600, 440), "narrow": (360, 190)}
_OTHERS = "#a9afb8"
_DRAWN = ["area_code", "area_name", "period", "period_start", "period_end", "value", "lowercl", "uppercl"]


def plot_trend(
    trend: pd.DataFrame,
    *,
    region_code: str,
    comparator_code: str = "",
    named: bool = True,
    ax: Axes | None = None,
    width: str = "wide",
) -> Axes:
    """Draw one indicator over time.

    Parameters
    ----------
    trend
        One row an area and period of one indicator: area_code, area_name, period, period_start, period_end, value,
        lowercl, uppercl. At most four areas.
    region_code
        The region: a blue line with its interval as a band.
    comparator_code
        The comparator: a grey line; further areas are thin and dotted.
    named
        Label the lines' ends with names and values, or with values alone.
    ax
        Where to draw; the ends' labels stand to its right, the first and last period below. New axes when None.
    width
        "wide" or "narrow".

    Returns
    -------
    Axes
    """
    ax = _own_axes(width) if ax is None else ax
    usable = trend.loc[trend["value"].notna(), _DRAWN]
    if usable.empty:
        ax.set(xlim=(0, 1), ylim=(0, 1))
        text.write(ax, "no figures", 0, 0.5, size=style.SMALL[width], colour=style.SECONDARY)
        return ax
    order = sorted(usable["area_code"].unique(), key=lambda code: (code == region_code, code == comparator_code))
    usable = usable.sort_values("period_start", kind="stable")
    middles = _middles(usable)
    _set_limits(ax, usable, middles)
    _draw_grid(ax, width)
    limits = usable[["value", "lowercl", "uppercl"]].to_numpy(dtype=float)
    for code in order:
        own = (usable["area_code"] == code).to_numpy(dtype=bool)
        _draw_line(ax, middles[own], limits[own], _line_style(code, region_code, comparator_code))
    _write_ends(ax, usable, order[::-1], region_code, width, named=named)
    _write_periods(ax, usable, width)
    return ax


@style.context()
def figure_trends(
    trend: pd.DataFrame,
    *,
    changes: pd.DataFrame,
    region_code: str,
    comparator_code: str = "",
    directions: pd.DataFrame | None = None,
    width: str = "wide",
) -> Figure:
    """Draw several indicators over time as small multiples.

    Parameters
    ----------
    trend
        The rows of all indicators, as :func:`plot_trend` says, with indicator, sex and age_group.
    changes
        One row a panel, in order: indicator, sex, age_group, indicator_name, unit, and first_value, latest_value,
        verdict, meaning and reason, which the words under the name say.
    region_code, comparator_code
        As :func:`plot_trend` says.
    directions
        As ``scoring.trends.directions`` gives it: the words under the name then say the direction over all periods,
        wherever it was tested.
    width
        "wide" (960 px, three in a row) or "narrow" (360 px, one in a row).

    Returns
    -------
    Figure
    """
    panels = _PANELS[style.checked_width(width)]
    found = _findings(changes, directions)
    heads = [panels.head_for(*texts) for texts in zip(changes["indicator_name"], changes["unit"], found, strict=True)]
    marks = _marks(trend, region_code, comparator_code)
    key_height = 1.5 * style.SMALL[width] * keys.key_lines(marks, panels.across, style.SMALL[width])
    panels = replace(panels, heads=tuple(heads), top=key_height + 16)
    drawing = panels.figure()
    rows_of = trend.groupby(KEY).indices
    options = {"region_code": region_code, "comparator_code": comparator_code, "width": width}
    for place, key in enumerate(changes[KEY].itertuples(index=False, name=None)):
        ax = panels.axes(drawing, place)
        plot_trend(trend.iloc[rows_of.get(key, [])], named=False, ax=ax, **options)
        if place == 0:
            top = 10 - panels.head(0) - panels.top
            keys.draw_key(ax, marks, left=-panels.left, top=top, room=panels.across, size=style.SMALL[width])
    if changes.empty:
        _say_nothing(panels.axes(drawing, 0), panels)
    return drawing


def _findings(changes: pd.DataFrame, directions: pd.DataFrame | None) -> list[str]:
    """What `finding_words` says of each row, the directions looked through once."""
    tested = {tuple(getattr(row, name) for name in KEY): row for row in tested_directions(directions).itertuples()}
    rows = [(row, tuple(getattr(row, name) for name in KEY)) for row in changes.itertuples()]
    return [direction_words(tested[key]) if key in tested else change_words(row) for row, key in rows]


def _own_axes(width: str) -> Axes:
    across, plot = _ALONE[style.checked_width(width)]
    return style.panel(style.canvas(across, 300), 46, 16, plot, 240)


def _say_nothing(ax: Axes, panels: Panels) -> None:
    options = {"x_at": "axes", "y_at": "axes", "dx": -panels.left, "size": style.TEXT[panels.width]}
    text.write(ax, NOTHING, 0, 0.5, colour=style.SECONDARY, **options)


def _marks(trend: pd.DataFrame, region_code: str, comparator_code: str) -> list[Mark]:
    """Name the lines once, above all panels."""
    names = trend.drop_duplicates("area_code").set_index("area_code")["area_name"]
    marks = [Mark("line", names[region_code])] if region_code in names else []
    if comparator_code in names:
        marks.append(Mark("line", names[comparator_code], style.COMPARATOR))
    return [*marks, Mark("band", "95\u00a0% interval", size=12, alpha=0.3)]


def _middles(rows: pd.DataFrame) -> np.ndarray:
    """Return the middle of each period as a number; a period without dates takes its place in the order."""
    start, end = pd.to_datetime(rows["period_start"]), pd.to_datetime(rows["period_end"])
    middle = start + (end.fillna(start) - start) / 2
    if middle.isna().any():
        return pd.factorize(rows["period"], sort=True)[0].astype(float)
    return mdates.date2num(middle.to_numpy())


def starts_at_zero(lowest: float, highest: float) -> bool:
    """Say whether the axis starts at zero: not where all figures lie in its upper part, as life expectancy does."""
    return lowest < 0.6 * highest


def _set_limits(ax: Axes, rows: pd.DataFrame, middles: np.ndarray) -> None:
    values = rows[["value", "lowercl", "uppercl"]].to_numpy(dtype=float)
    lowest, highest = float(np.nanmin(values)), float(np.nanmax(values))
    low = min(lowest, 0.0) if starts_at_zero(lowest, highest) else lowest
    ticks = MaxNLocator(nbins=3, steps=[1, 2, 2.5, 5, 10]).tick_values(low, highest if highest > low else low + 1)
    ax.set_ylim(ticks[0], max(ticks[-1], highest))
    ax.set_yticks(ticks)
    ax.set_xlim(middles.min() - 1e-9, middles.max() + 1e-9)


def _draw_grid(ax: Axes, width: str) -> None:
    """Draw light lines with their numbers at the left; where the lowest is above zero it is broken and says so."""
    size = style.SMALL[width]
    bottom = ax.get_ylim()[0]
    for tick in ax.get_yticks():
        is_base = tick == bottom >= 0
        line = {
            "color": style.COMPARATOR if is_base else style.RULE,
            "ls": (0, (2, 2)) if is_base and tick else "solid",
        }
        ax.plot([0, 1], [tick] * 2, transform=ax.get_yaxis_transform(), lw=0.9, clip_on=False, zorder=0, **line)
        text.write(ax, figure(tick), 0, tick, x_at="axes", dx=-8, ha="right", size=size, colour=style.SECONDARY)
    if bottom > 0:
        options = {"x_at": "axes", "y_at": "axes", "dy": 27, "size": size, "colour": style.SECONDARY}
        text.write(ax, f"The axis starts at {figure(bottom)}", 0, 0, **options)


def _line_style(code: str, region_code: str, comparator_code: str) -> dict:
    if code == region_code:
        return {"color": style.REGION, "lw": 2.4, "zorder": 4, "label": "region"}
    if code == comparator_code:
        return {"color": style.COMPARATOR, "lw": 2, "zorder": 3, "label": "comparator"}
    return {"color": _OTHERS, "lw": 1.2, "ls": ":", "zorder": 2, "label": "other"}


def _draw_line(ax: Axes, x: np.ndarray, figures: np.ndarray, options: dict) -> None:
    value, lower, upper = figures.T
    if options["label"] != "other" and not np.isnan(lower).all():
        band = {"color": options["color"], "alpha": style.SPREAD_ALPHA, "lw": 0, "zorder": 1, "clip_on": False}
        ax.fill_between(x, lower, upper, **band)
    ax.plot(x, value, clip_on=False, **options)
    if options["label"] != "other":
        ax.plot(x[-1:], value[-1:], "o", ms=7, color=options["color"], mec="white", clip_on=False, zorder=5)


def _write_ends(
    ax: Axes, rows: pd.DataFrame, order: Sequence[str], region_code: str, width: str, *, named: bool
) -> None:
    """Label every line at its end, the labels kept apart; all values with the decimals that the region's carries."""
    size = style.SMALL[width]
    last = {row["area_code"]: row for row in rows.drop_duplicates("area_code", keep="last").to_dict("records")}
    ends = [last[code] for code in order]
    limits = next(
        ((end["lowercl"], end["uppercl"]) for end in ends if end["area_code"] == region_code), (np.nan, np.nan)
    )
    per_px = (ax.get_ylim()[1] - ax.get_ylim()[0]) / style.size_px(ax)[1]
    places = apart([float(end["value"]) / per_px for end in ends], 1.3 * size)
    for end, place, code in zip(ends, places, order, strict=True):
        own = code == region_code
        name = text.fit(end["area_name"], 104, size, bold=own) if named else ""
        colour = style.REGION if own else style.SECONDARY
        words = f"{figure(end['value'], *limits)} {name}".strip()
        text.write(ax, words, 1, place * per_px, x_at="axes", dx=9, size=size, bold=own, colour=colour)


def apart(places: Sequence[float], distance: float) -> list[float]:
    """Move places as little as their order allows until neighbours are `distance` from each other."""
    order = sorted(range(len(places)), key=lambda k: places[k])
    result = list(places)
    for _ in range(20):
        for before, after in pairwise(order):
            lack = distance - (result[after] - result[before])
            if lack > 1e-9:
                result[before] -= lack / 2
                result[after] += lack / 2
    return result


def _write_periods(ax: Axes, rows: pd.DataFrame, width: str) -> None:
    """Write the first and last period below the axes, or, where both do not fit, their years."""
    first, last = rows.iloc[[0, -1]].to_dict("records")
    size = style.SMALL[width]
    words = [short_period(first["period"]), short_period(last["period"])]
    if sum(text.width(word, size) for word in words) > style.size_px(ax)[0] - 16 and not pd.isna(last["period_end"]):
        words = [str(pd.Timestamp(first["period_start"]).year), str(pd.Timestamp(last["period_end"]).year)]
    options = {"y_at": "axes", "x_at": "axes", "dy": 13, "size": size, "colour": style.SECONDARY}
    text.write(ax, words[0], 0, 0, **options)
    if words[0] != words[1]:
        text.write(ax, words[1], 1, 0, ha="right", **options)

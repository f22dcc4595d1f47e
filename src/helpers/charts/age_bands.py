"""Five broad age bands as bars, each beside its comparator and the range of all areas."""

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
from helpers.scoring.wording import NBSP, number, sentence

NOTHING = "There are no figures by age."
HEADER = {"wide": 50, "narrow": 50}
OLD = ("75-84", "85+")


def plot_age_bands(bands: pd.DataFrame, *, ax: Axes | None = None, width: str = "wide") -> Axes:
    """Draw the share of every broad age band.

    Parameters
    ----------
    bands
        One row a band, youngest first, as `helpers.scoring.population_bands.broad_bands` gives it.
    ax
        Where to draw the bars; ages stand to its left, figures to its right. New axes when None.
    width
        "wide" or "narrow".

    Returns
    -------
    Axes
    """
    rows, shown = _rows(bands, width), bands[bands["population"].notna()]
    marks = bands_key(shown)
    header = keys.taller(HEADER[rows.width], marks, holds=1, room=rows.across, size=rows.small)
    ax = rowed.axes(rows, len(shown), header=header) if ax is None else ax
    if shown.empty:
        return rowed.empty(ax, NOTHING, rows)
    ticks = MaxNLocator(nbins=4, steps=[1, 2, 2.5, 5, 10]).tick_values(0, np.nanmax(_values(shown)))
    rowed.prepare(ax, len(shown), (0, ticks[-1]))
    rowed.rules(ax, len(shown), rows)
    left = 0 if rows.stacked else -rows.names
    keys.draw_key(ax, marks, left=left, top=14 - header, room=rows.across, size=rows.small)
    _draw_grid(ax, rows, ticks, len(shown))
    for row, band in enumerate(shown.itertuples()):
        rowed.write_name(ax, rows, row, band_name(band.age_group))
        rowed.write_words(ax, rows, row, _word_lines(rows, band))
        _draw_band(ax, rows, row, band)
    return ax


@style.context()
def figure_age_bands(bands: pd.DataFrame, *, width: str = "wide") -> Figure:
    """Draw the share of every broad age band; arguments as in :func:`plot_age_bands`."""
    return plot_age_bands(bands, width=width).figure


def bands_key(bands: pd.DataFrame) -> list[Mark]:
    """Name the bar, the comparator's line and the range."""
    if bands.empty:
        return []
    row = bands.iloc[0]
    marks = [Mark("band", str(row["area_name"]), size=12, alpha=0.75)]
    if row["comparator_name"]:
        marks.append(Mark("upright", str(row["comparator_name"]), style.INK, size=16))
    if bands["minimum_pct"].notna().all() and row["n_areas"] > 1:
        marks.append(Mark("range", f"lowest to highest of {row['n_areas']} areas", style.NO_DIFFERENCE, size=8))
    return marks


def band_name(age_group: str) -> str:
    """Write a band in words: "0 to 15", "85 and over"."""
    return age_group.replace("-", " to ").replace("+", " and over")


def title_age_bands(bands: pd.DataFrame) -> str:
    """Return the finding: the share of people aged 75 and over, and the comparator's."""
    if bands["population"].notna().sum() == 0:
        return "There are no figures by age"
    row, old = bands.iloc[0], bands[bands["age_group"].isin(OLD)]
    beside = ""
    if row["comparator_name"]:
        beside = f", {number(old['comparator_share_pct'].sum(), 1)}{NBSP}% in {row['comparator_name']}"
    people = f"{number(old['share_pct'].sum(), 1)}{NBSP}% of people in {row['area_name']} were aged 75 or over"
    return f"In {row['period']}, {people}{beside}"


def subtitle_age_bands(bands: pd.DataFrame) -> str:
    """Return measure, period and n."""
    if bands["population"].notna().sum() == 0:
        return ""
    row = bands.iloc[0]
    people = f"{number(bands['population'].sum(), 0)} people"
    basis = "" if row["basis"] == "printed" else str(row["basis"])
    return joined(["Share of residents in each age band, %", str(row["period"]), people, basis])


def alt_age_bands(bands: pd.DataFrame) -> str:
    """Describe the bars: kind, subject, finding, and every band with its comparator."""
    shown = bands[bands["population"].notna()]
    if shown.empty:
        return NOTHING
    kind = f"Bars of five age bands: {shown.iloc[0]['area_name']}, {shown.iloc[0]['period']}"
    each = "; ".join(f"{band_name(row.age_group)}: {', '.join(_said(row))}" for row in shown.itertuples())
    return " ".join(sentence(part) for part in (kind, title_age_bands(bands), each))


def _said(row) -> list[str]:
    """The band's own share and people, and the comparator's share."""
    own = f"{number(row.share_pct, 1)}{NBSP}%, {number(row.population, 0)} people"
    beside = f"{row.comparator_name} {number(row.comparator_share_pct, 1)}{NBSP}%" if row.comparator_name else ""
    return [part for part in (own, beside) if part]


def _rows(bands: pd.DataFrame, width: str) -> Rows:
    rows = rowed.layout(width, names=120, words=300, glyph=40 if width == "wide" else 26, edge=8)
    longest = max((len(_word_lines(rows, band)) for band in bands.itertuples()), default=1)
    return rowed.grown(rows, name_lines=1, word_lines=longest)


def _word_lines(rows: Rows, band) -> list[str]:
    room = rows.words - (2 if rows.stacked else rowed.GAP)
    if rows.stacked:
        return text.wrap(", ".join(_said(band)), room, rows.small, lines=2)
    return [text.fit(part, room, rows.small) for part in _said(band)]


def _values(bands: pd.DataFrame) -> np.ndarray:
    return bands[["share_pct", "comparator_share_pct", "maximum_pct"]].to_numpy(dtype=float)


def _draw_grid(ax: Axes, rows: Rows, ticks: np.ndarray, count: int) -> None:
    half = rows.glyph / rows.height / 2
    for tick in ticks:
        colour = style.COMPARATOR if tick == 0 else style.RULE
        for row in range(count):
            middle = rowed.at(rows, row)
            ax.plot([tick, tick], [middle - half, middle + half], color=colour, lw=0.9, clip_on=False, zorder=0)
        side = {ticks[0]: "left", ticks[-1]: "right"}.get(tick, "center") if rows.stacked else "center"
        options = {"y_at": "axes", "dy": -11, "size": rows.small, "colour": style.SECONDARY}
        text.write(ax, f"{number(tick)}{NBSP}%", tick, 1, ha=side, **options)


def _draw_band(ax: Axes, rows: Rows, row: int, band) -> None:
    y, tall = rowed.at(rows, row), min(20, rows.glyph - 8) / rows.height
    options = {"clip_on": False}
    ax.barh([y], [band.share_pct], height=tall, color=style.REGION, alpha=0.75, lw=0, zorder=2, label="share")
    if band.n_areas > 1 and not np.isnan(band.minimum_pct):
        ends = [band.minimum_pct, band.maximum_pct]
        ax.plot(ends, [y, y], color="white", lw=3.4, zorder=3, **options)
        ax.plot(ends, [y, y], "|-", color=style.NO_DIFFERENCE, lw=1.4, ms=8, zorder=4, label="range", **options)
    if band.comparator_name:
        reach = (tall / 2 + 3 / rows.height) * np.array([-1, 1])
        ax.plot([band.comparator_share_pct] * 2, y + reach, color=style.INK, lw=2.2, zorder=5, label="comparator",
                solid_capstyle="butt", **options)  # fmt: skip

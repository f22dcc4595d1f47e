"""A population pyramid: men to the left, women to the right, the base year as bars, others as outlines over them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from helpers.charts import keys, style, text
from helpers.charts.keys import Mark
from helpers.charts.words import joined
from helpers.scoring.wording import NBSP, number, sentence

NOTHING = "There are no figures by age and sex."
SIDES = {"male": -1, "female": 1}
SIDE_NAMES = {"male": "Men and boys", "female": "Women and girls"}
BAND = {"wide": 19, "narrow": 16}
LEFT = {"wide": 76, "narrow": 48}
RIGHT = 30
HEADER, FOOTER = 34, 46
OLD = 75


def plot_pyramid(
    structure: pd.DataFrame, *, projected: pd.DataFrame | None = None, ax: Axes | None = None, width: str = "wide"
) -> Axes:
    """Draw an age structure by sex.

    Parameters
    ----------
    structure
        One row a sex and age band, as `helpers.scoring.population.pyramid` gives it: sex, age_group, age_from,
        population, period, area_name, comparator_name, comparator_share_pct.
    projected
        One later year of a projection: sex, age_group, year, population; drawn as a dashed outline.
    ax
        Where to draw; ages stand to its left. New axes when None.
    width
        "wide" or "narrow".

    Returns
    -------
    Axes

    Notes
    -----
    The comparator's shape is its shares of the region's total, so that the two differ by age and not by size.
    """
    width = style.checked_width(width)
    marks = pyramid_key(structure, projected)
    lines = keys.key_lines(marks, style.WIDTHS[width] - 16, style.SMALL[width]) if marks else 0
    ax = _axes(structure, width, lines) if ax is None else ax
    if structure.empty:
        ax.set(xlim=(0, 1), ylim=(0, 1))
        text.write(ax, NOTHING, 0, 0.5, dx=-LEFT[width], size=style.TEXT[width], colour=style.SECONDARY, x_at="axes")
        return ax
    bands = _bands(structure)
    projected = None if projected is None else projected[projected["age_group"].isin(bands)]
    _set_limits(ax, structure, projected, len(bands))
    _draw_grid(ax, width)
    _write_bands(ax, bands, width)
    _draw_bars(ax, structure, bands)
    if structure["comparator_share_pct"].notna().all():
        scaled = structure.assign(population=structure["comparator_share_pct"] / 100 * structure["population"].sum())
        _draw_outline(ax, scaled, bands, "comparator", color=style.NO_DIFFERENCE, lw=1.6)
    if projected is not None and len(projected):
        _draw_outline(ax, projected, bands, "projected", color=style.INK, lw=1.8, ls=(0, (4, 3)))
    edge = 8 if width == "narrow" else 0
    room = style.WIDTHS[width] - 16
    top = 12 - HEADER - 1.5 * style.SMALL[width] * lines
    keys.draw_key(ax, marks, left=edge - LEFT[width], top=top, room=room, size=style.SMALL[width])
    return ax


@style.context()
def figure_pyramid(structure: pd.DataFrame, *, projected: pd.DataFrame | None = None, width: str = "wide") -> Figure:
    """Draw an age structure by sex; arguments as in :func:`plot_pyramid`."""
    return plot_pyramid(structure, projected=projected, width=width).figure


def pyramid_key(structure: pd.DataFrame, projected: pd.DataFrame | None = None) -> list[Mark]:
    """Name the bars with their year, the projected year and the comparator."""
    if structure.empty:
        return []
    row = structure.iloc[0]
    has_later = projected is not None and len(projected) > 0
    base = " (base year)" if has_later else ""
    marks = [Mark("band", f"{row['area_name']}, {row['period']}{base}", size=12, alpha=0.45)]
    if has_later:
        marks.append(Mark("dashes", f"projected, {int(projected['year'].iloc[0])}", style.INK))
    if structure["comparator_share_pct"].notna().all():
        marks.append(Mark("line", f"ages of {row['comparator_name']}, same total", style.NO_DIFFERENCE))
    return marks


def title_pyramid(structure: pd.DataFrame) -> str:
    """Return the finding: the share of people aged 75 and over, and the comparator's."""
    if structure.empty:
        return "There are no figures by age and sex"
    row = structure.iloc[0]
    own, other = _old_share(structure, "share_pct"), _old_share(structure, "comparator_share_pct")
    beside = f", {number(other, 1)}{NBSP}% in {row['comparator_name']}" if not np.isnan(other) else ""
    people = f"{number(own, 1)}{NBSP}% of people in {row['area_name']} were aged 75 or over"
    return f"In {row['period']}, {people}{beside}"


def subtitle_pyramid(structure: pd.DataFrame, projected: pd.DataFrame | None = None) -> str:
    """Return measure, period and n."""
    if structure.empty:
        return ""
    row = structure.iloc[0]
    people = f"{number(structure['population'].sum(), 0)} people"
    basis = "" if row["basis"] == "printed" else str(row["basis"])
    later = f"dashed: projected to {int(projected['year'].iloc[0])}" if projected is not None and len(projected) else ""
    return joined(["Residents by sex and five-year age band", str(row["period"]), people, basis, later])


def alt_pyramid(structure: pd.DataFrame, projected: pd.DataFrame | None = None) -> str:
    """Describe the pyramid: kind, subject, finding, largest bands, and what is laid over it."""
    if structure.empty:
        return NOTHING
    row = structure.iloc[0]
    kind = f"Population pyramid of {row['area_name']}, {row['period']}, men to the left and women to the right"
    largest = structure.groupby("age_group")["population"].sum().nlargest(1)
    peak = f"The largest band is {largest.index[0]} years, {number(largest.iloc[0], 0)} people"
    over = [mark.words for mark in pyramid_key(structure, projected)[1:]]
    laid = f"Laid over it: {'; '.join(over)}" if over else ""
    return " ".join(sentence(part) for part in (kind, title_pyramid(structure), peak, laid) if part)


def _old_share(structure: pd.DataFrame, column: str) -> float:
    """The share of those aged 75 and over, missing where the bands have no such end."""
    if OLD not in set(structure["age_from"]):
        return float("nan")
    return float(structure.loc[structure["age_from"] >= OLD, column].sum(skipna=False))


def _bands(structure: pd.DataFrame) -> list[str]:
    return list(structure.sort_values("age_from")["age_group"].unique())


def _axes(structure: pd.DataFrame, width: str, lines: int) -> Axes:
    across = style.WIDTHS[width] - LEFT[width] - RIGHT
    height = BAND[width] * max(4, structure["age_group"].nunique())
    top = HEADER + 1.5 * style.SMALL[width] * lines
    return style.panel(style.canvas(style.WIDTHS[width], top + height + FOOTER), LEFT[width], top, across, height)


def _set_limits(ax: Axes, structure: pd.DataFrame, projected: pd.DataFrame | None, count: int) -> None:
    total = structure["population"].sum()
    highest = [structure["population"].max(), (structure["comparator_share_pct"] / 100 * total).max()]
    if projected is not None and len(projected):
        highest.append(projected.loc[projected["sex"].isin(SIDES), "population"].max())
    ticks = MaxNLocator(nbins=3, steps=[1, 2, 2.5, 5, 10]).tick_values(0, np.nanmax(highest) or 1)
    ax.set(xlim=(-ticks[-1], ticks[-1]), ylim=(-0.5, count - 0.5))
    ax.set_xticks(np.unique(np.concatenate([-ticks[ticks >= 0], ticks[ticks >= 0]])))


def _draw_grid(ax: Axes, width: str) -> None:
    bottom, top = ax.get_ylim()
    for tick in ax.get_xticks():
        colour = style.COMPARATOR if tick == 0 else style.RULE
        ax.plot([tick, tick], [bottom, top], color=colour, lw=0.9, clip_on=False, zorder=0)
        options = {"dy": 14, "size": style.SMALL[width], "ha": "center", "colour": style.SECONDARY}
        text.write(ax, number(abs(tick), 0), tick, bottom, **options)
    text.write(ax, "people", 0.5, bottom, x_at="axes", dy=32, ha="center", size=style.SMALL[width],
               colour=style.SECONDARY)  # fmt: skip
    for sex, side in SIDES.items():
        end = side * ax.get_xlim()[1] / 2
        text.write(ax, SIDE_NAMES[sex], end, top, dy=-14, ha="center", size=style.TEXT[width], bold=True)


def _write_bands(ax: Axes, bands: list[str], width: str) -> None:
    for place, band in enumerate(bands):
        name = band.replace("-", "–")
        options = {"size": style.SMALL[width], "colour": style.SECONDARY, "x_at": "axes", "ha": "right"}
        text.write(ax, name, 0, place, dx=-8, **options)
    text.write(ax, "Age", 0, len(bands) - 0.5, x_at="axes", dx=-8, dy=-14, ha="right", size=style.SMALL[width],
               colour=style.SECONDARY)  # fmt: skip


def _draw_bars(ax: Axes, structure: pd.DataFrame, bands: list[str]) -> None:
    """Draw the base year as outlined bars."""
    for sex, side in SIDES.items():
        own = structure[structure["sex"] == sex].set_index("age_group")["population"].reindex(bands)
        ax.barh(
            range(len(bands)), side * own.to_numpy(dtype=float), height=0.86, color=style.REGION, alpha=0.45, lw=0,
            zorder=2, label=sex,
        )  # fmt: skip
        ax.barh(range(len(bands)), side * own.to_numpy(dtype=float), height=0.86, fc="none", ec=style.REGION, lw=1.1,
                zorder=3, label=f"{sex} outline")  # fmt: skip


def _draw_outline(ax: Axes, table: pd.DataFrame, bands: list[str], label: str, **look) -> None:
    """Draw one shape around all bands of both sides, as steps."""
    for sex, side in SIDES.items():
        own = table[table["sex"] == sex].set_index("age_group")["population"].reindex(bands).to_numpy(dtype=float)
        steps = np.repeat(np.arange(len(bands) + 1) - 0.5, 2)
        reach = np.concatenate([[0], np.repeat(side * own, 2), [0]])
        ax.plot(reach, steps, clip_on=False, zorder=4, label=label, solid_capstyle="butt", **look)

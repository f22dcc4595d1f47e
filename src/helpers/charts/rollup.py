"""Several parts rolled up by weight: for each dimension a bar of the parts by level, never an average."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from helpers.charts import keys, ramp, style, text
from helpers.charts import rows as rowed
from helpers.charts.keys import Mark
from helpers.charts.rows import Rows
from helpers.charts.words import joined, named
from helpers.scoring.wording import NBSP, plural, sentence

HEADER = {"wide": 58, "narrow": 60}
NOTHING = "There are no parts to roll up."
_BAR = {"wide": 22, "narrow": 20}


def plot_rollup(
    rolled: pd.DataFrame,
    summary: pd.DataFrame,
    *,
    scale: tuple[int, int] = (0, 5),
    ax: Axes | None = None,
    width: str = "wide",
) -> Axes:
    """Draw how much of the weight stands at each level.

    Parameters
    ----------
    rolled
        One row a dimension and level: dimension, level, n_parts, share_weight (0 to 1).
    summary
        One row a dimension in model order: dimension, dimension_name, n_parts, lowest, highest, middle_level.
    scale
        The model's lowest and highest level.
    ax
        Where to draw the bars; names stand to its left and the summary in words to its right. New axes when None.
    width
        "wide" or "narrow".

    Returns
    -------
    Axes

    Notes
    -----
    A level's number stands in its part of the bar where it fits. The middle level, at or below which the first half
    of the weight stands, is underlined
    where the parts differ.
    """
    rows = _rows(summary, style.checked_width(width))
    ax = rowed.axes(rows, len(summary), header=HEADER[width]) if ax is None else ax
    if summary.empty:
        return rowed.empty(ax, NOTHING, rows)
    rowed.prepare(ax, len(summary), (0, 1))
    _draw_scale(ax, rows)
    for row, dimension in enumerate(summary.itertuples()):
        rowed.write_name(ax, rows, row, dimension.dimension_name)
        colour = style.INK if dimension.n_parts else style.SECONDARY
        rowed.write_words(ax, rows, row, _lines(rows, dimension), colour=colour)
        own = rolled[(rolled["dimension"] == dimension.dimension) & (rolled["share_weight"] > 0)]
        _draw_bar(ax, rows, row, own.sort_values("level", kind="stable"), dimension.middle_level, scale)
    return ax


@style.context()
def figure_rollup(
    rolled: pd.DataFrame, summary: pd.DataFrame, *, scale: tuple[int, int] = (0, 5), width: str = "wide"
) -> Figure:
    """Draw how much of the weight stands at each level; arguments as in :func:`plot_rollup`."""
    return plot_rollup(rolled, summary, scale=scale, width=width).figure


def summary_words(row) -> str:
    """Say where the parts stand: "levels 1 to 3; middle 2; 3 parts"."""
    if not row.n_parts or pd.isna(row.lowest):
        return "no part has a level"
    count = plural(int(row.n_parts), "part")
    low, high = int(row.lowest), int(row.highest)
    if low == high:
        return f"level{NBSP}{low}; {count}"
    return f"levels {low}{NBSP}to{NBSP}{high}; middle{NBSP}{int(row.middle_level)}; {count}"


def title_rollup(summary: pd.DataFrame) -> str:
    """Return the finding: where the parts lie furthest apart."""
    rated = summary[summary["lowest"].notna()]
    if rated.empty:
        return "No part has a level to roll up"
    if rated["n_parts"].max() == 1:
        return "Only one part has levels, so there is nothing to roll up"
    apart = (rated["highest"] - rated["lowest"]).astype(int)
    widest = rated[apart == apart.max()]
    if apart.max() == 0:
        every = "every dimension" if len(rated) > 1 else str(rated["dimension_name"].iloc[0])
        return f"The parts stand at the same level on {every}"
    where = named(widest["dimension_name"].tolist(), len(rated), most=2)
    if len(widest) == 1:
        row = next(widest.itertuples())
        return f"The parts lie furthest apart on {where}: levels {int(row.lowest)} to {int(row.highest)}"
    return f"The parts lie up to {plural(int(apart.max()), 'level')} apart, on {where}"


def subtitle_rollup(summary: pd.DataFrame, *, scale: tuple[int, int] = (0, 5)) -> str:
    """Return measure, weight, scale and number of parts."""
    if summary.empty:
        return "Parts by level"
    most = int(summary["n_parts"].max())
    weight = str(summary["weight_name"].iloc[0])
    levels = f"levels {scale[0]} (lowest) to {scale[1]} (highest)"
    how = f", {weight}" if weight.startswith("each ") else f", weighted by {weight}"
    return joined([f"Parts by level{how}", levels, plural(most, "part")])


def alt_rollup(rolled: pd.DataFrame, summary: pd.DataFrame) -> str:
    """Describe the bars: kind, subject, finding, the shares of every dimension."""
    weight = str(summary["weight_name"].iloc[0]) if len(summary) else "weight"
    kind = f"Stacked bars: parts by level on {plural(len(summary), 'dimension')}, weighted by {weight}"
    each = []
    for row in summary.itertuples():
        own = rolled[(rolled["dimension"] == row.dimension) & (rolled["share_weight"] > 0)]
        shares = [f"level{NBSP}{part.level} {_percent(part.share_weight)}" for part in own.itertuples()]
        each.append(f"{row.dimension_name}: {', '.join([summary_words(row), *shares])}")
    return " ".join(sentence(part) for part in (kind, title_rollup(summary), "; ".join(each)) if part)


def _percent(share: float) -> str:
    return f"under 1{NBSP}%" if 0 < share < 0.005 else f"{100 * share:.0f}{NBSP}%"


def _rows(summary: pd.DataFrame, width: str) -> Rows:
    rows = rowed.layout(width, names=200, words=260, glyph=40 if width == "wide" else 36, edge=8)
    names = [rowed.name_lines(name, rows) for name in summary["dimension_name"]]
    lines = [_lines(rows, row) for row in summary.itertuples()]
    longest = [max(map(len, each), default=1) for each in (names, lines)]
    return rowed.grown(rows, name_lines=longest[0], word_lines=longest[1])


def _lines(rows: Rows, row) -> list[str]:
    room = rows.words - (2 if rows.stacked else rowed.GAP)
    return text.wrap(summary_words(row), room, rows.small, lines=2)


def _draw_scale(ax: Axes, rows: Rows) -> None:
    """Write 0, half and all of the weight above the bars, and name the marks."""
    options = {"y_at": "axes", "dy": -11, "size": rows.small, "colour": style.SECONDARY}
    for share, ha in ((0, "left"), (0.5, "center"), (1, "right")):
        text.write(ax, f"{100 * share:.0f}{NBSP}%", share, 1, ha=ha, **options)
    marks = [Mark("line", "middle level: half of the weight is at or below it", style.INK)]
    left = 0 if rows.stacked else -rows.names
    keys.draw_key(ax, marks, left=left, top=14 - HEADER[rows.width], room=rows.across, size=rows.small)


def _draw_bar(ax: Axes, rows: Rows, row: int, own: pd.DataFrame, middle: object, scale: tuple[int, int]) -> None:
    height = _BAR[rows.width] / rows.height
    y, left = rowed.at(rows, row), 0.0
    for part in own.itertuples():
        colour, share = ramp.shade(part.level, scale), float(part.share_weight)
        box = Rectangle((left, y - height / 2), share, height, fc=colour, ec="white", lw=1.2, clip_on=False, zorder=2)
        box.set_label(f"level {part.level}")
        ax.add_patch(box)
        is_middle = not pd.isna(middle) and int(part.level) == int(middle)
        if share * rows.plot >= text.width(str(part.level), rows.size, bold=True) + 6:
            options = {"size": rows.size, "colour": ramp.ink_on(colour), "ha": "center", "bold": is_middle}
            text.write(ax, part.level, left + share / 2, y, **options)
        if is_middle and len(own) > 1:
            under = y + height / 2 + 4 / rows.height
            inset = 1 / rows.plot
            ends = [left + inset, left + share - inset]
            ax.plot(ends, [under] * 2, color=style.INK, lw=2.2, solid_capstyle="butt", clip_on=False, label="middle")
        left += share
    if left:
        ends = [y + side * (height / 2 + 6 / rows.height) for side in (-1, 1)]
        ax.plot([0.5, 0.5], ends, color=style.COMPARATOR, lw=0.9, clip_on=False, zorder=0, label="half")
        frame = Rectangle(
            (0, y - height / 2), left, height, fc="none", ec=style.COMPARATOR, lw=0.7, clip_on=False, zorder=3
        )
        ax.add_patch(frame)

"""How the ratings of each dimension are distributed: small multiples of counts, a bar a level."""

from __future__ import annotations

import math

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.charts import style, text
from helpers.charts.strips import DOT, any_withheld, is_withheld, panel_words
from helpers.charts.words import joined, named, short
from helpers.scoring.wording import listing, plural, sentence

_COLUMNS = {"wide": 4, "narrow": 2}
_BARS, _DIGITS, _BETWEEN = 76, 22, 26


def plot_distribution(
    distribution: pd.DataFrame,
    *,
    agreed: float | None = None,
    most: int | None = None,
    ax: Axes | None = None,
    width: str = "wide",
) -> Axes:
    """Draw how many stakeholders chose each level of one dimension.

    Parameters
    ----------
    distribution
        One row a level of one dimension: level, n.
    agreed
        The level to set off: the consensus.
    most
        The count that takes the full height, so that panels compare; the largest here when None.
    ax
        Where to draw; new axes when None.
    width
        "wide" or "narrow".

    Returns
    -------
    Axes
    """
    ax = style.panel(style.canvas(240, 140), 12, 24, 216, _BARS) if ax is None else ax
    levels, counts = distribution["level"].astype(int).tolist(), distribution["n"].astype(int).tolist()
    top = max(most or 0, *counts, 1)
    ax.set(xlim=(min(levels) - 0.6, max(levels) + 0.6), ylim=(0, top))
    is_agreed = [agreed is not None and level == agreed for level in levels]
    ax.bar(levels, counts, width=0.72, color=[style.REGION if own else DOT for own in is_agreed], clip_on=False)
    ax.axhline(0, color=style.COMPARATOR, lw=1, clip_on=False)
    size = style.SMALL[width]
    for level, count, own in zip(levels, counts, is_agreed, strict=True):
        text.write(ax, count or "", level, count, size=size, dy=-9, ha="center", bold=own)
        colour = style.REGION if own else style.SECONDARY
        text.write(ax, level, level, 0, size=size, dy=13, ha="center", colour=colour, bold=own)
    return ax


@style.context()
def figure_distributions(distribution: pd.DataFrame, *, profile: pd.DataFrame, width: str = "wide") -> Figure:
    """Draw the distribution of every dimension as small multiples that share one scale.

    Parameters
    ----------
    distribution
        One row a dimension and level: dimension, level, n.
    profile
        One row a dimension in model order: dimension, dimension_name, n, median, consensus.
    width
        "wide" (960 px, four in a row) or "narrow" (360 px, two in a row).

    Returns
    -------
    Figure
    """
    across, columns = style.WIDTHS[style.checked_width(width)], _COLUMNS[width]
    column = (across - _BETWEEN * (columns - 1)) / columns
    names = [_name(row, column, width) for row in profile.itertuples()]
    head = text.LEADING * (style.TEXT[width] * max(map(len, names), default=1) + style.SMALL[width]) + 24
    height = head + _BARS + _DIGITS
    lines = max(1, math.ceil(len(profile) / columns))
    figure = style.canvas(across, lines * (height + _BETWEEN) - _BETWEEN + 4)
    most = int(distribution["n"].max()) if len(distribution) else 1
    for place, row in enumerate(profile.itertuples()):
        left, top = place % columns * (column + _BETWEEN), place // columns * (height + _BETWEEN)
        ax = style.panel(figure, left, top + head, column, _BARS)
        own = distribution[distribution["dimension"] == row.dimension]
        plot_distribution(own, agreed=_known(row.consensus), most=most, ax=ax, width=width)
        _write_head(ax, row, names[place], head, width)
    return figure


def title_distributions(profile: pd.DataFrame) -> str:
    """Return the finding: where the largest share of stakeholders chose the same level."""
    rated = profile[profile["n"] > 0]
    if rated.empty:
        hidden = any_withheld(profile)
        return "Too few stakeholders to show their ratings" if hidden else "No dimension has been rated yet"
    share = rated["n_most_chosen"] / rated["n"]
    top = rated[share == share.max()]
    best, where = top.iloc[0], named(list(top["dimension_name"]), len(rated), most=2)
    together = f"{best['n_most_chosen']} of {plural(best['n'], 'stakeholder')}"
    each = " each" if len(top) > 1 else ""
    return f"Most agreed: {where}, where {together}{each} chose the same level"


def subtitle_distributions(profile: pd.DataFrame, *, when: str = "") -> str:
    """Return measure, wave and n."""
    return joined(["Number of stakeholders who chose each level", when, panel_words(profile)])


def alt_distributions(distribution: pd.DataFrame, *, profile: pd.DataFrame, when: str = "") -> str:
    """Describe the small multiples: kind, subject, finding, the counts of every dimension."""
    shown = "without bars, since single ratings are not shown" if any_withheld(profile) else "stakeholders by level"
    first = joined([f"Bar charts, one for each of {plural(len(profile), 'dimension')}: {shown}", when])
    each = [f"{row.dimension_name}: {_counts(distribution, row)}" for row in profile.itertuples()]
    return " ".join(sentence(part) for part in (first, title_distributions(profile), "; ".join(each)) if part)


def _counts(distribution: pd.DataFrame, row) -> str:
    if not row.n:
        return "ratings not shown" if is_withheld(row) else "not rated"
    own = distribution[(distribution["dimension"] == row.dimension) & (distribution["n"] > 0)]
    return listing([f"{level.n} at level {level.level}" for level in own.itertuples()], most=9)


def _name(row, column: float, width: str) -> list[str]:
    return text.wrap(row.dimension_name, column, style.TEXT[width], bold=True, lines=2)


def _write_head(ax: Axes, row, name: list[str], head: float, width: str) -> None:
    size, small = style.TEXT[width], style.SMALL[width]
    for line, words in enumerate(name):
        dy = -head + text.LEADING * size * (line + 0.5)
        text.write(ax, words, 0, 1, x_at="axes", y_at="axes", dy=dy, size=size, bold=True)
    unrated = "ratings not shown" if is_withheld(row) else "not rated"
    note = unrated if not row.n else f"median {short(row.median)}"
    note += "" if pd.isna(row.consensus) else f", agreed {int(row.consensus)}"
    dy = -head + text.LEADING * (size * len(name) + small * 0.5) + 2
    text.write(ax, note, 0, 1, x_at="axes", y_at="axes", dy=dy, size=small, colour=style.SECONDARY)


def _known(level: object) -> float | None:
    return None if pd.isna(level) else float(level)

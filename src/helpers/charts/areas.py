"""A region against all areas: funnels and ranks side by side as small multiples."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
from matplotlib.figure import Figure

from helpers.charts import keys, style
from helpers.charts.areas_scale import OTHERS, PANELS, own_rows, say_nothing
from helpers.charts.areas_words import finding, measure, region_row
from helpers.charts.funnel import plot_funnel
from helpers.charts.keys import Mark
from helpers.charts.rank import plot_rank

NOTHING = "There is no indicator to set against all areas."


@style.context()
def figure_areas(funnels: pd.DataFrame, ranks: pd.DataFrame, *, region_name: str, width: str = "wide") -> Figure:
    """Draw funnels, then ranks, each with its finding above it.

    Parameters
    ----------
    funnels, ranks
        The rows of all indicators, as :func:`helpers.charts.funnel.plot_funnel` and
        :func:`helpers.charts.rank.plot_rank` say, with indicator, sex, age_group, indicator_name, unit, period,
        polarity, n_areas and verdict (funnels: position; ranks: place), which the words above each panel say.
    region_name
        The region.
    width
        "wide" (960 px, two in a row) or "narrow" (360 px, one in a row).

    Returns
    -------
    Figure
    """
    panels = PANELS[style.checked_width(width)]
    parts = [(plot_funnel, part) for part in own_rows(funnels)] + [(plot_rank, part) for part in own_rows(ranks)]
    rows = [region_row(part) for _, part in parts]
    heads = [panels.head_for(row["indicator_name"], measure(row), finding(row)) for row in rows]
    marks, size = areas_key(region_name, has_funnels=len(funnels) > 0, has_ranks=len(ranks) > 0), style.SMALL[width]
    key_height = 1.5 * size * keys.key_lines(marks, panels.across, size)
    panels = replace(panels, heads=tuple(heads), top=key_height + 16)
    drawing = panels.figure()
    for place, (plot, part) in enumerate(parts):
        ax = plot(part, ax=panels.axes(drawing, place), width=width)
        if place == 0:
            top = 10 - panels.head(0) - panels.top
            keys.draw_key(ax, marks, left=-panels.left, top=top, room=panels.across, size=size)
    if not parts:
        say_nothing(panels.axes(drawing, 0), panels, NOTHING)
    return drawing


def areas_key(region_name: str, *, has_funnels: bool, has_ranks: bool) -> list[Mark]:
    """Return the names of the marks that these charts have."""
    marks = [Mark("point", region_name, size=10), Mark("point", "another area", OTHERS, size=7)]
    marks.append(Mark("line", "average of all areas", style.COMPARATOR))
    if has_funnels:
        marks.append(Mark("dashes", "95\u00a0% limits around the average", style.COMPARATOR))
        marks.append(Mark("band", "99.8\u00a0% limits", style.RANGE, size=12))
    if has_ranks:
        marks.append(Mark("upright", "95\u00a0% interval of an area", OTHERS, size=14))
    return marks

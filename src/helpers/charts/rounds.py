"""Delphi rounds: how the ratings drew together from round to round, and what the agreement rule says."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from helpers.charts import keys, strips, style, text
from helpers.charts import rows as rowed
from helpers.charts.keys import Mark
from helpers.charts.rows import Rows
from helpers.charts.words import joined, named, short
from helpers.scoring.wording import every, plural, sentence

HEADER = {"wide": 58, "narrow": 62}
NOTHING = "No rounds have been held yet."
_HEADING = {"wide": 38, "narrow": 34}


def plot_rounds(
    delphi: pd.DataFrame,
    *,
    distribution: pd.DataFrame | None = None,
    scale: tuple[int, int] = (0, 5),
    ax: Axes | None = None,
    width: str = "wide",
) -> Axes:
    """Draw every round of every dimension.

    Parameters
    ----------
    delphi
        One row a dimension and round, in order: dimension, dimension_name (the code stands in for it), round, n,
        median, q1, q3, pct_in_agreement, distribution ("Agreement", "Split" or ""), level.
    distribution
        One row a dimension, round and level with `n`: draws a dot for each stakeholder.
    scale
        The model's lowest and highest level.
    ax
        Where to draw the levels; names to its left and the verdict in words to its right. New axes when None.
    width
        "wide" or "narrow".

    Returns
    -------
    Axes
    """
    rows = _round_rows(delphi, width)
    places, headings, total = rowed.grouped(list(_names(delphi)), rows, heading=_HEADING[width])
    ax = rowed.axes(rows, total, header=HEADER[width]) if ax is None else ax
    if delphi.empty:
        return rowed.empty(ax, NOTHING, rows)
    rowed.prepare(ax, total, (scale[0] - 0.5, scale[1] + 0.5))
    rowed.level_grid(ax, rows, range(scale[0], scale[1] + 1), places)
    _draw_key(ax, rows, has_dots=distribution is not None)
    for y, name in headings:
        rowed.write_heading(ax, rows, y, name)
    for place, row in zip(places, delphi.itertuples(), strict=True):
        _draw_round(ax, rows, place, row)
        _write_round(ax, rows, place, row)
    if distribution is not None:
        _draw_dots(ax, rows, places, delphi, distribution, scale)
    return ax


@style.context()
def figure_rounds(
    delphi: pd.DataFrame,
    *,
    distribution: pd.DataFrame | None = None,
    scale: tuple[int, int] = (0, 5),
    width: str = "wide",
) -> Figure:
    """Draw every round of every dimension; arguments as in :func:`plot_rounds`."""
    return plot_rounds(delphi, distribution=distribution, scale=scale, width=width).figure


def verdict_words(row) -> str:
    """Say what the agreement rule made of a round: "Agreement, Progressing"."""
    if not row.distribution:
        return "too few or too many for the rule"
    return f"{row.distribution}, {row.level}" if row.level else str(row.distribution)


def title_rounds(delphi: pd.DataFrame) -> str:
    """Return the finding: on how many dimensions the last round ended in agreement."""
    if delphi.empty:
        return "No rounds have been held yet"
    last = _last(delphi)
    judged = last[last["distribution"] != ""]
    if judged.empty:
        return "The agreement rule is not defined for a panel of this size"
    split = judged[judged["distribution"] != "Agreement"]
    when = f"After round {int(last['round'].max())}"
    if split.empty:
        on_all = every(len(judged), "dimension") if len(judged) > 1 else named(list(_names(judged)), 1)
        return f"{when} the panel agrees on {on_all}"
    agreed = len(judged) - len(split)
    views = f"views on {named(list(_names(split)), len(judged), most=2)} are still split"
    return f"{when} the panel agrees on {agreed} of {plural(len(judged), 'dimension')}; {views}"


def subtitle_rounds(delphi: pd.DataFrame, *, scale: tuple[int, int] = (0, 5)) -> str:
    """Return measure, rounds and n."""
    measure = f"Median and middle half of the ratings by round, {scale[0]} (lowest) to {scale[1]} (highest)"
    if delphi.empty:
        return measure
    return joined([measure, plural(delphi["round"].nunique(), "round"), plural(int(delphi["n"].max()), "stakeholder")])


def alt_rounds(delphi: pd.DataFrame) -> str:
    """Describe the rounds: kind, subject, finding, every median and verdict."""
    kind = f"Strip chart of Delphi rounds: {plural(delphi['dimension'].nunique(), 'dimension')}"
    each = [
        f"{name}, round {row.round}: median {short(row.median)}, {_inside(row)}, {verdict_words(row).lower()}"
        for name, row in zip(_names(delphi), delphi.itertuples(), strict=True)
    ]
    return " ".join(sentence(part) for part in (kind, title_rounds(delphi), "; ".join(each)) if part)


def _names(delphi: pd.DataFrame) -> pd.Series:
    return delphi["dimension_name"] if "dimension_name" in delphi else delphi["dimension"]


def _last(delphi: pd.DataFrame) -> pd.DataFrame:
    return delphi.sort_values("round", kind="stable").drop_duplicates("dimension", keep="last").sort_index()


def _inside(row) -> str:
    inside = round(row.pct_in_agreement * row.n / 100)
    return f"{inside} of {int(row.n)} within one level"


def _round_rows(delphi: pd.DataFrame, width: str) -> Rows:
    rows = rowed.layout(width, names=200, words=380, glyph=40, edge=8)
    lines = [_lines(rows, row) for row in delphi.itertuples()]
    return rowed.grown(rows, name_lines=1, word_lines=max(map(len, lines), default=1))


def _lines(rows: Rows, row) -> list[str]:
    room = rows.words - (2 if rows.stacked else rowed.GAP)
    return text.wrap(f"{_inside(row)} of the median: {verdict_words(row)}", room, rows.small, bold=True, lines=2)


def _write_round(ax: Axes, rows: Rows, place: float, row) -> None:
    rowed.write_name(ax, rows, place, f"Round {row.round}", note=f"median {short(row.median)}" if rows.stacked else "")
    split = row.distribution == "Split"
    rowed.write_words(ax, rows, place, _lines(rows, row), colour=style.WORSE if split else style.INK, bold=split)


def _draw_round(ax: Axes, rows: Rows, place: float, row) -> None:
    """Draw the middle half as a band along the strip's floor and the median as a pointer on it."""
    floor = rows.glyph / 2 - 8
    if not (pd.isna(row.q1) or pd.isna(row.q3)):
        y, height = rowed.at(rows, place, floor - 5), 10 / rows.height
        low, across = row.q1 - 0.06, row.q3 - row.q1 + 0.12
        ax.add_patch(Rectangle((low, y), across, height, fc=style.REGION, alpha=0.3, lw=0, clip_on=False))
    if not pd.isna(row.median):
        ax.plot([row.median], [rowed.at(rows, place, floor)], "D", ms=8, color=style.REGION, mec="white", clip_on=False)


def _draw_dots(
    ax: Axes, rows: Rows, places: list[float], delphi: pd.DataFrame, distribution: pd.DataFrame, scale: tuple[int, int]
) -> None:
    counts = distribution.set_index(["dimension", "round", "level"])["n"]
    unit = rows.plot / (scale[1] - scale[0] + 1)
    pitch, layer = strips.dot_grid(int(counts.max()) if len(counts) else 1, unit - 10, rows.glyph - 16)
    xs, ys = [], []
    for place, row in zip(places, delphi.itertuples(), strict=True):
        for level in range(scale[0], scale[1] + 1):
            count = int(counts.get((row.dimension, row.round, level), 0))
            for right, up in strips.dot_places(count, pitch, layer):
                xs.append(level + right / unit)
                ys.append(rowed.at(rows, place, rows.glyph / 2 - 15 - up))
    ax.plot(xs, ys, "o", ms=pitch - 1.5, mfc=strips.DOT, mec="none", clip_on=False, zorder=4, label="stakeholders")


def _draw_key(ax: Axes, rows: Rows, *, has_dots: bool) -> None:
    marks = [Mark("point", "one stakeholder", strips.DOT, size=7.5)] if has_dots else []
    marks += [Mark("point", "median", marker="D"), Mark("band", "middle half of the ratings", size=10, alpha=0.3)]
    left = 0 if rows.stacked else -rows.names
    keys.draw_key(ax, marks, left=left, top=14 - HEADER[rows.width], room=rows.across, size=rows.small)

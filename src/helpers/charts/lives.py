"""Lives by sex on one axis of years: the whole, the part in good health and the years between, beside all areas."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from helpers.charts import keys, lives_words, style, text, verdicts
from helpers.charts import rows as rowed
from helpers.charts.keys import Mark
from helpers.charts.lives_words import HEADINGS, KIND_NAMES, alt_lives, row_words, subtitle_lives, title_lives
from helpers.charts.rows import Rows
from helpers.charts.words import with_unit
from helpers.scoring.lives import HEALTHY, LIFE, POORER

__all__ = ["alt_lives", "figure_lives", "plot_lives", "subtitle_lives", "title_lives"]

NOTHING = "There are no figures on how long people live here."
_BAR = 13
_HEADING = {"wide": 34, "narrow": 34}
_STEP = 10


def plot_lives(lives: pd.DataFrame, *, ax: Axes | None = None, width: str = "wide") -> Axes:
    """Draw lives.

    Parameters
    ----------
    lives
        One row a kind and sex, as `scoring.lives` gives it: kind, sex, value, lowercl, uppercl, comparator_name,
        comparator_basis, comparator_value, minimum, q1, q3, maximum, n_areas, verdict, polarity.
    ax
        Where to draw; names stand to its left and words to its right. New axes when None.
    width
        "wide" or "narrow".

    Returns
    -------
    Axes
    """
    shown = lives_words.drawn(lives)
    rows = _rows(shown, style.checked_width(width))
    headings = [HEADINGS.get(sex, str(sex)) for sex in shown["sex"]]
    places, heads, total = rowed.grouped(headings, rows, heading=_HEADING[width])
    marks = _marks(shown)
    ax = rowed.axes(rows, total, header=_header(rows, marks)) if ax is None else ax
    if shown.empty:
        return rowed.empty(ax, NOTHING, rows)
    ticks = _ticks(shown)
    rowed.prepare(ax, total, (ticks[0], ticks[-1]))
    _write_header(ax, rows, marks, ticks)
    for y, words in heads:
        rowed.write_heading(ax, rows, y, words)
    spans = _spans(shown)
    for place, row in zip(places, shown.itertuples(), strict=True):
        _grid(ax, rows, place, ticks)
        if row.kind == POORER:
            _draw_span(ax, rows, place, row, spans.get(row.sex))
        else:
            _draw_row(ax, rows, place, row)
        _write_row(ax, rows, place, row)
    return ax


@style.context()
def figure_lives(lives: pd.DataFrame, *, width: str = "wide") -> Figure:
    """Draw lives; arguments as in :func:`plot_lives`."""
    return plot_lives(lives, width=width).figure


def _rows(shown: pd.DataFrame, width: str) -> Rows:
    rows = rowed.layout(width, names=226, words=336, glyph=30, edge=12)
    lines = [_lines(rows, row) for row in shown.itertuples()]
    return rowed.grown(rows, name_lines=1, word_lines=max(map(len, lines), default=1))


def _lines(rows: Rows, row) -> list[str]:
    room = rows.words - (0 if rows.stacked else rowed.GAP)
    value, *rest = row_words(row)
    return [value, *(line for words in rest for line in text.wrap(words, room, rows.small, lines=2))]


def _ticks(shown: pd.DataFrame) -> np.ndarray:
    """Tens of years that hold everything that is drawn."""
    of_axis = shown[shown["kind"] != POORER]
    ends = of_axis[["value", "lowercl", "uppercl", "minimum", "maximum", "comparator_value"]].to_numpy(dtype=float)
    if not len(of_axis):
        return np.array([0.0, 100.0])
    low, high = np.floor(np.nanmin(ends) / _STEP) * _STEP, np.ceil(np.nanmax(ends) / _STEP) * _STEP
    return np.arange(low, max(high, low + _STEP) + 1, _STEP)


def _spans(shown: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """From healthy to whole life expectancy of each sex, where both are drawn."""
    values = {(row.kind, row.sex): row.value for row in shown.itertuples()}
    sexes = [sex for kind, sex in values if kind == LIFE and (HEALTHY, sex) in values]
    return {sex: (values[HEALTHY, sex], values[LIFE, sex]) for sex in sexes}


def _marks(shown: pd.DataFrame) -> list[Mark]:
    """Return the names of the marks that this chart has."""
    judged = shown[shown["kind"] != POORER]
    marks = verdicts.verdict_marks(judged)
    names = judged.loc[judged["comparator_value"].notna(), "comparator_name"].unique()
    if len(names):
        marks.append(Mark("upright", str(names[0]) if len(names) == 1 else "comparator", style.INK, size=14))
    if judged["minimum"].notna().any():
        marks.append(Mark("band", f"range of all {int(judged['n_areas'].max())} areas", style.RANGE_MARK, size=_BAR))
        marks.append(Mark("band", "middle half of them", style.MIDDLE_HALF, size=_BAR))
    return marks


def _header(rows: Rows, marks: list[Mark]) -> float:
    return 40 + 1.5 * rows.small * keys.key_lines(marks, rows.across, rows.small)


def _write_header(ax: Axes, rows: Rows, marks: list[Mark], ticks: np.ndarray) -> None:
    left, size = (0 if rows.stacked else -rows.names), rows.small
    keys.draw_key(ax, marks, left=left, top=12 - _header(rows, marks), room=rows.across, size=size)
    for tick in ticks:
        words = with_unit(tick, "years") if tick == ticks[-1] else f"{tick:.0f}"
        ha = "right" if tick == ticks[-1] and rows.stacked else "center"
        options = {"y_at": "axes", "dy": -9, "size": size, "colour": style.SECONDARY}
        text.write(ax, words, tick, 1, ha=ha, dx=8 if ha == "right" else 0, **options)


def _grid(ax: Axes, rows: Rows, place: float, ticks: np.ndarray) -> None:
    """Draw light lines through a strip; the left one is broken, since the axis does not start at 0."""
    half = rows.glyph / rows.height / 2
    middle = rowed.at(rows, place)
    for tick in ticks:
        dashes = (0, (2, 2)) if tick == ticks[0] and tick else "solid"
        span = [middle - half, middle + half]
        ax.plot([tick, tick], span, color=style.RULE, lw=0.9, ls=dashes, clip_on=False, zorder=0)


def _draw_row(ax: Axes, rows: Rows, place: float, row) -> None:
    y, half = rowed.at(rows, place), _BAR / rows.height / 2
    for low, high, colour, name in (
        (row.minimum, row.maximum, style.RANGE, "range"),
        (row.q1, row.q3, style.MIDDLE_HALF, "half"),
    ):
        if not pd.isna(low):
            bar = Rectangle((low, y - half), high - low, 2 * half, fc=colour, lw=0, clip_on=False, zorder=1, label=name)
            ax.add_patch(bar)
    if not pd.isna(row.comparator_value):
        line = [row.comparator_value] * 2, [y - 1.4 * half, y + 1.4 * half]
        ax.plot(*line, color=style.INK, lw=1.6, clip_on=False, zorder=2, label="comparator")
    look = verdicts.look(row.verdict, row.polarity)
    if not (pd.isna(row.lowercl) or pd.isna(row.uppercl)):
        ax.plot(
            [row.lowercl, row.uppercl], [y, y], color=look.colour, lw=1.8, clip_on=False, zorder=3, label="interval"
        )
    edge = "white" if look.face != "white" else look.colour
    options = {"ms": look.size, "mfc": look.face, "mec": edge, "mew": 1.3, "clip_on": False, "zorder": 4}
    ax.plot([row.value], [y], look.marker, label="region", **options)


def _draw_span(ax: Axes, rows: Rows, place: float, row, span: tuple[float, float] | None) -> None:
    """Draw the years in poorer health as the stretch between the two, with their number in it."""
    if span is None or span[1] <= span[0]:
        return
    y, half = rowed.at(rows, place), _BAR / rows.height / 2
    look = {"fc": style.REGION, "alpha": style.SPREAD_ALPHA, "lw": 0, "clip_on": False, "zorder": 1}
    ax.add_patch(Rectangle((span[0], y - half), span[1] - span[0], 2 * half, label="between", **look))
    for end in span:
        ax.plot([end, end], [y - half, y + half], color=style.REGION, lw=1.4, clip_on=False, zorder=2)
    words, middle = with_unit(row.value, "years", row.lowercl, row.uppercl), sum(span) / 2
    text.write(ax, words, middle, y, size=rows.small, ha="center", colour=style.REGION, bold=True)


def _write_row(ax: Axes, rows: Rows, place: float, row) -> None:
    rowed.write_name(ax, rows, place, KIND_NAMES[row.kind])
    rowed.write_words(ax, rows, place, _lines(rows, row))

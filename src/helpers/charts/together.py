"""Pairs of services that the same people use: how much more often than by chance, with intervals on a log scale."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.charts import keys, style, text
from helpers.charts import rows as rowed
from helpers.charts.keys import Mark
from helpers.charts.rows import Rows
from helpers.charts.words import joined
from helpers.scoring.wording import NBSP, number, plural, sentence

NOTHING = "There are no pairs of services to show."
MOST = 12
HEADER = {"wide": 56, "narrow": 56}
MORE, LESS = "more than by chance", "less than by chance"
_STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)


def plot_together(pairs: pd.DataFrame, *, ax: Axes | None = None, width: str = "wide") -> Axes:
    """Draw the lift of every pair; of many, the twelve that lie furthest from chance.

    Parameters
    ----------
    pairs
        One row a pair, as `helpers.scoring.together.pairs` gives it.
    ax
        Where to draw; names stand to its left, words to its right. New axes when None.
    width
        "wide" or "narrow".

    Returns
    -------
    Axes

    Notes
    -----
    The scale is one of ratios: twice as often lies as far from chance as half as often. A filled point is a clear
    difference, a hollow one is not.
    """
    shown = furthest(pairs)
    rows, marks = _rows(shown, width), together_key()
    header = keys.taller(HEADER[rows.width], marks, holds=1, room=rows.across, size=rows.small)
    ax = rowed.axes(rows, len(shown), header=header) if ax is None else ax
    if shown.empty:
        return rowed.empty(ax, NOTHING, rows)
    steps = _steps(shown)
    reach = math.log(steps[-1] / steps[0])
    rowed.prepare(ax, len(shown), (math.log(steps[0]) - 0.03 * reach, math.log(steps[-1]) + 0.03 * reach))
    rowed.rules(ax, len(shown), rows)
    left = 0 if rows.stacked else -rows.names
    keys.draw_key(ax, marks, left=left, top=14 - header, room=rows.across, size=rows.small)
    _draw_grid(ax, rows, steps, len(shown))
    for row, pair in enumerate(shown.itertuples()):
        rowed.write_name(ax, rows, row, pair_name(pair))
        lines = _word_lines(rows, pair)
        rowed.write_words(ax, rows, row, lines, colour=style.INK if _is_clear(pair) else style.SECONDARY)
        _draw_pair(ax, rows, row, pair)
    return ax


@style.context()
def figure_together(pairs: pd.DataFrame, *, width: str = "wide") -> Figure:
    """Draw the lift of every pair; arguments as in :func:`plot_together`."""
    return plot_together(pairs, width=width).figure


def together_key() -> list[Mark]:
    """Name the points and the line of chance."""
    return [
        Mark("point", "clear difference", style.REGION, size=9),
        Mark("point", "not clear or not judged", style.REGION, face="white", size=9),
        Mark("range", f"95{NBSP}% interval", style.REGION, size=0),
    ]


def furthest(pairs: pd.DataFrame) -> pd.DataFrame:
    """At most twelve pairs, clear ones first, then by how far their lift lies from chance; the highest lift on top."""
    if len(pairs) <= MOST:
        return pairs
    far = np.log(pairs["lift"].astype(float)).abs()
    order = pairs.assign(_far=far, _clear=pairs["verdict"].isin((MORE, LESS)))
    kept = order.sort_values(["_clear", "_far"], ascending=False, kind="stable").head(MOST)
    return kept.drop(columns=["_far", "_clear"]).sort_values("lift", ascending=False, ignore_index=True)


def pair_name(pair) -> str:
    """Write a pair: "Home care with District nursing"."""
    return f"{pair.service_a} with {pair.service_b}"


def pair_words(pair) -> str:
    """How much more often than by chance, and how many people."""
    lift = (
        f"{_times(pair.lift)} ({_times(pair.lift_lowercl)} to {_times(pair.lift_uppercl)}) times as often as by chance"
    )
    return f"{lift}; {number(pair.n_both, 0)} people have both"


def title_together(pairs: pd.DataFrame) -> str:
    """Return the finding: how many pairs are used together more often than by chance, and which most."""
    if pairs.empty:
        return "No pair of services can be shown"
    more = pairs[pairs["verdict"] == MORE]
    n = len(pairs)
    if more.empty:
        return f"No pair of services is clearly used together more often than by chance, of {n} that can be shown"
    first = next(more.itertuples())
    if n == 1:
        return f"{pair_name(first)}: used together {_times(first.lift)} times as often as by chance"
    most = f"most of all {pair_name(first)}, {_times(first.lift)} times"
    return f"{len(more)} of {plural(n, 'pair')} of services are used together more often than by chance, {most}"


def subtitle_together(pairs: pd.DataFrame) -> str:
    """Return measure, base and what is not shown."""
    if pairs.empty:
        return ""
    row = pairs.iloc[0]
    hidden = f"{plural(int(row['n_hidden']), 'pair')} not shown (small numbers)" if row["n_hidden"] else ""
    rest = f"{MOST} of {len(pairs)} pairs drawn" if len(pairs) > MOST else ""
    n = f"{number(row['n_people'], 0)} people, {row['base']}"
    return joined(["People with both services over what chance would give", n, rest, hidden])


def alt_together(pairs: pd.DataFrame) -> str:
    """Describe the dots: kind, finding, every pair that is drawn."""
    if pairs.empty:
        return NOTHING
    kind = f"Dot plot of {plural(len(furthest(pairs)), 'pair')} of services"
    each = "; ".join(f"{pair_name(row)}: {pair_words(row)}, {row.verdict}" for row in furthest(pairs).itertuples())
    return " ".join(sentence(part) for part in (kind, title_together(pairs), each))


def _times(value: float) -> str:
    return number(value, 1 if value >= 2 else 2)


def _is_clear(pair) -> bool:
    return pair.verdict in (MORE, LESS)


def _rows(shown: pd.DataFrame, width: str) -> Rows:
    rows = rowed.layout(width, names=270, words=330, glyph=34 if width == "wide" else 24, edge=8)
    longest = max((len(_word_lines(rows, row)) for row in shown.itertuples()), default=1)
    names = max((len(rowed.name_lines(pair_name(row), rows)) for row in shown.itertuples()), default=1)
    return rowed.grown(rows, name_lines=names, word_lines=longest)


def _word_lines(rows: Rows, pair) -> list[str]:
    return text.wrap(pair_words(pair), rows.words - (2 if rows.stacked else rowed.GAP), rows.small, lines=2)


def _steps(shown: pd.DataFrame) -> list[float]:
    """Round ratios around every lift and limit, chance among them."""
    values = shown[["lift", "lift_lowercl", "lift_uppercl"]].to_numpy(dtype=float)
    low, high = min(np.nanmin(values[values > 0]), 1), max(np.nanmax(values), 1)
    first = max([step for step in _STEPS if step <= low], default=_STEPS[0])
    last = min([step for step in _STEPS if step >= high], default=high)
    return [step for step in _STEPS if first <= step <= last] + ([last] if last not in _STEPS else [])


def _draw_grid(ax: Axes, rows: Rows, steps: list[float], count: int) -> None:
    half = rows.glyph / rows.height / 2
    for step in steps:
        look = {"color": style.COMPARATOR, "lw": 1.4} if step == 1 else {"color": style.RULE, "lw": 0.9}
        for row in range(count):
            middle = rowed.at(rows, row)
            ax.plot([math.log(step)] * 2, [middle - half, middle + half], clip_on=False, zorder=0, **look)
        options = {"y_at": "axes", "dy": -11, "size": rows.small, "colour": style.SECONDARY, "ha": "center"}
        text.write(ax, "chance" if step == 1 else f"{step:g}×", math.log(step), 1, **options)


def _draw_pair(ax: Axes, rows: Rows, row: int, pair) -> None:
    y = rowed.at(rows, row)
    ends = np.log([pair.lift_lowercl, pair.lift_uppercl])
    ax.plot(ends, [y, y], color=style.REGION, alpha=0.65, lw=2.2, clip_on=False, zorder=3, label="interval")
    face = style.REGION if _is_clear(pair) else "white"
    ax.plot([math.log(pair.lift)], [y], "o", ms=9, mfc=face, mec=style.REGION, mew=1.5, clip_on=False, zorder=4,
            label="lift")  # fmt: skip

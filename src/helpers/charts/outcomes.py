"""What stands behind each outcome: a mark a figure, in three columns, by what the test of it says."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.charts import keys, style, text, verdicts
from helpers.charts import rows as rowed
from helpers.charts.keys import Mark
from helpers.charts.rows import Rows
from helpers.scoring.wording import listing, plural, sentence

COLUMNS = {"service": "Service data", "population": "Population", "people": "What matters to people"}
NOTHING = "There is no figure for any outcome."
PRINTED = Mark("point", "as the plan prints it, not tested", style.INK, marker="|", face=style.INK, size=11)
_PITCH = {"wide": 17, "narrow": 14}
_ROW = 46


def plot_outcomes(
    evidence: pd.DataFrame, coverage: pd.DataFrame, *, ax: Axes | None = None, width: str = "wide"
) -> Axes:
    """Draw one row an outcome and one mark a figure.

    Parameters
    ----------
    evidence
        One row an outcome and figure: outcome, evidence (service, population, people), verdict, polarity; marks come
        in its order.
    coverage
        One row an outcome, all of them: outcome, outcome_name.
    ax
        Where to draw the marks; names stand to its left, or above on a narrow figure. New axes when None.
    width
        "wide" or "narrow".

    Returns
    -------
    Axes
        x runs from 0 to 3, one unit a column.
    """
    rows = rowed.layout(width, names=240, words=0, glyph=_ROW, edge=2)
    heights = _heights(evidence, coverage, rows)
    marks = outcome_key(evidence)
    header = keys.taller(66, marks, holds=1, room=rows.across, size=rows.small)
    ax = rowed.axes(rows, sum(heights) / rows.height, header=header) if ax is None else ax
    if evidence.empty:
        return rowed.empty(ax, NOTHING, rows)
    ax.set(xlim=(0, 3), ylim=(sum(heights), 0))
    left = 0 if rows.stacked else -rows.names
    keys.draw_key(ax, marks, left=left, top=14 - header, room=rows.across, size=rows.small)
    _write_columns(ax, rows)
    top = 0.0
    figures = list(evidence.itertuples())
    for row, height in zip(coverage.itertuples(), heights, strict=True):
        if top:
            rowed.rule(ax, top, rows)
        name = {"size": rows.size, "bold": rows.stacked, "x_at": "axes", "dx": left}
        text.write(ax, f"{row.outcome}. {row.outcome_name}", 0, top + (14 if rows.stacked else height / 2), **name)
        above = 26 if rows.stacked else 0
        mine = [figure for figure in figures if figure.outcome == row.outcome]
        _draw_row(ax, rows, (top + above, height - above), mine)
        top += height
    return ax


@style.context()
def figure_outcomes(evidence: pd.DataFrame, coverage: pd.DataFrame, *, width: str = "wide") -> Figure:
    """Draw what stands behind each outcome; arguments as in :func:`plot_outcomes`."""
    return plot_outcomes(evidence, coverage, width=width).figure


def outcome_key(evidence: pd.DataFrame) -> list[Mark]:
    """Return the names of the marks that occur."""
    return verdicts.verdict_marks(evidence) + ([PRINTED] if (evidence["verdict"] == "as printed").any() else [])


def _heights(evidence: pd.DataFrame, coverage: pd.DataFrame, rows: Rows) -> list[float]:
    """Return the height of every row in pixels: that of its fullest cell."""
    most = evidence.groupby(["outcome", "evidence"]).size().groupby("outcome").max()
    lines = [-(-int(most.get(outcome, 1)) // _in_a_line(rows)) for outcome in coverage["outcome"]]
    pitch, above = _PITCH[rows.width], 26 if rows.stacked else 0
    return [max(_ROW - above * 0.4, deep * pitch + 16) + above for deep in lines]


def _in_a_line(rows: Rows) -> int:
    return max(1, int((rows.plot / 3 - 10) // _PITCH[rows.width]))


def _write_columns(ax: Axes, rows: Rows) -> None:
    for place, words in enumerate(COLUMNS.values()):
        lines = text.wrap(words, rows.plot / 3 - 6, rows.small, bold=True)
        dy = -15 - (text.LEADING * rows.small * (len(lines) - 1)) / 2
        look = {"size": rows.small, "bold": True, "colour": style.SECONDARY}
        text.write_lines(ax, lines, place, 1, y_at="axes", dy=dy, **look)


def _draw_row(ax: Axes, rows: Rows, strip: tuple[float, float], mine: Sequence) -> None:
    """Draw the three cells of one outcome in a strip, given as its top and height in pixels."""
    pitch, most, middle = _PITCH[rows.width], _in_a_line(rows), strip[0] + strip[1] / 2
    for column, kind in enumerate(COLUMNS):
        cell = [figure for figure in mine if figure.evidence == kind]
        if not cell:
            text.write(ax, "none in the data", column, middle, size=rows.small, colour=style.SECONDARY)
        deep = -(-len(cell) // most)
        for k, figure in enumerate(cell):
            x = column + (k % most + 0.5) * pitch / (rows.plot / 3)
            _draw_mark(ax, x, middle + (k // most - (deep - 1) / 2) * pitch, figure)


def _draw_mark(ax: Axes, x: float, y: float, figure) -> None:
    if figure.verdict == "as printed":
        options = {"color": style.INK, "mew": 1.6, "ms": PRINTED.size}
        ax.plot([x], [y], PRINTED.marker, clip_on=False, zorder=3, label="as printed", **options)
        return
    look = verdicts.look(figure.verdict, figure.polarity)
    options = {"mfc": look.face, "mec": look.colour, "mew": 1.3, "ms": look.size}
    ax.plot([x], [y], look.marker, clip_on=False, zorder=3, label=figure.verdict, **options)


def title_outcomes(coverage: pd.DataFrame, *, region_name: str) -> str:
    """Return the finding: behind how many outcomes all three kinds of evidence stand, and behind which none does."""
    full, none = coverage[coverage["n_kinds"] == 3], coverage[coverage["n_kinds"] == 0]
    of = plural(len(coverage), "outcome")
    if len(none) == len(coverage):
        return f"The data hold no figure for any of the {of}"
    said = f"All three kinds of evidence stand behind {len(full)} of {of} in {region_name}"
    if full.empty:
        said = f"None of {of} has all three kinds of evidence in {region_name}"
    return said + (f"; the data hold nothing on {listing(list(none['outcome_name']))}" if len(none) else "")


def subtitle_outcomes(evidence: pd.DataFrame) -> str:
    """Return what a mark is."""
    n = plural(evidence["indicator"].nunique(), "indicator")
    return f"One mark a figure, {n}; many speak to more than one outcome"


def alt_outcomes(evidence: pd.DataFrame, coverage: pd.DataFrame, *, region_name: str) -> str:
    """Describe the map of outcomes: kind, subject, finding, and the counts behind each outcome."""
    kind = f"Table of marks: evidence for {plural(len(coverage), 'outcome')} in {region_name}, in three columns"
    each = [
        f"{row.outcome_name}: service data {row.n_service}, population {row.n_population}, what matters to people"
        f" {row.n_people}; worse {row.n_worse}, better {row.n_better}"
        for row in coverage.itertuples()
    ]
    return " ".join(sentence(part) for part in (kind, title_outcomes(coverage, region_name=region_name), *each))

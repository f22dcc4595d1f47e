"""What people say when they are asked: a share a row, with its interval and comparator where there are any."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.charts import keys, style, text, verdicts
from helpers.charts import rows as rowed
from helpers.charts.keys import Mark
from helpers.charts.rows import Rows
from helpers.charts.words import with_interval, with_unit
from helpers.scoring.wording import listing, plural, sentence, series

NOTHING = "Nobody has been asked."
TESTED, PRINTED = "Asked in surveys with a comparator", "Asked by the plan's own panels"
UNTESTED = "Asked, and not comparable with others"
GROUPS = {"as printed": PRINTED, "not compared": UNTESTED}
_HEADING = {"wide": 40, "narrow": 36}
_OPEN = Mark("point", "as printed; the number asked is not given", face="white")


def plot_citizens(said: pd.DataFrame, *, ax: Axes | None = None, width: str = "wide") -> Axes:
    """Draw one row a question on a scale from 0 to 100 %.

    Parameters
    ----------
    said
        One row a question: short_name, indicator_name, group, period, unit, value, lowercl, uppercl,
        comparator_value, comparator_basis, verdict, polarity, lacks_base.
    ax
        Where to draw; names to its left and words to its right. New axes when None.
    width
        "wide" or "narrow".

    Returns
    -------
    Axes
    """
    rows = _rows(said, width)
    groups = [GROUPS.get(row.verdict, TESTED) for row in said.itertuples()]
    heights = [] if rows.stacked else [_height(rows, row) for row in said.itertuples()]
    places, headings, total = rowed.grouped(groups, rows, heading=_HEADING[width], heights=heights)
    marks = citizens_key(said)
    header = keys.taller(46, marks, holds=1, room=rows.across, size=rows.small)
    ax = rowed.axes(rows, total, header=header) if ax is None else ax
    if said.empty:
        return rowed.empty(ax, NOTHING, rows)
    rowed.prepare(ax, total, (0, 100))
    _grid(ax, rows, places)
    keys.draw_key(
        ax, marks, left=0 if rows.stacked else -rows.names, top=14 - header, room=rows.across, size=rows.small
    )
    for y, name in headings:
        rowed.write_heading(ax, rows, y, name)
    for place, row in zip(places, said.itertuples(), strict=True):
        rowed.write_name(ax, rows, place, _name(row, width))
        rowed.write_words(ax, rows, place, _lines(rows, row), colour=verdicts.colour(row.verdict))
        _draw(ax, rowed.at(rows, place), row)
    return ax


@style.context()
def figure_citizens(said: pd.DataFrame, *, width: str = "wide") -> Figure:
    """Draw what people say; arguments as in :func:`plot_citizens`."""
    return plot_citizens(said, width=width).figure


def citizens_key(said: pd.DataFrame) -> list[Mark]:
    """Return the names of the marks that occur."""
    marks = verdicts.verdict_marks(said)
    if said["comparator_value"].notna().any():
        marks.append(Mark("upright", "comparator", style.INK, size=14))
    return marks + ([_OPEN] if said["lacks_base"].any() else [])


def row_words(row) -> str:
    """Say one answer in words: its figure, and what the test says beside which comparator."""
    figure = with_interval(row.value, row.unit, row.lowercl, row.uppercl)
    if row.verdict == "as printed":
        beside = f"; {row.comparator_basis} {with_unit(row.comparator_value, row.unit)}" if row.comparator_basis else ""
        return f"{figure}{f', {row.period}' if row.period else ''}{beside}"
    other = with_unit(row.comparator_value, row.unit, row.lowercl, row.uppercl)
    return f"{figure}: {row.verdict}{'' if pd.isna(row.comparator_value) else f' ({row.comparator_basis} {other})'}"


def title_citizens(said: pd.DataFrame, *, region_name: str) -> str:
    """Return the finding: what is worse or better than elsewhere, by its test; else that nothing clearly is."""
    tested = said[~said["verdict"].isin(GROUPS)]
    apart = tested[tested["verdict"].isin(["better", "worse"])]
    if len(apart) == 1:
        row = next(apart.itertuples())
        figure = with_unit(row.value, row.unit, row.lowercl, row.uppercl)
        than = f"the {row.comparator_basis}" if row.comparator_basis.startswith("median") else row.comparator_basis
        return f"{row.indicator_name}: {figure} in {region_name}, {row.verdict} than {than}"
    if len(apart):
        counts = apart["verdict"].value_counts()
        clauses = [f"{word} than elsewhere on {counts[word]}" for word in ("worse", "better") if word in counts]
        return f"What people in {region_name} say is {listing(clauses)} of {plural(len(tested), 'question')}"
    if len(tested):
        which = "the one question" if len(tested) == 1 else f"any of {len(tested)} questions"
        return f"What people in {region_name} say does not differ clearly from elsewhere on {which}"
    n = plural(len(said), "answer")
    if said["lacks_base"].all():
        return f"The plan prints {n} of people in {region_name}, none with the number asked"
    return f"{n} of people in {region_name}, none of which can be compared with elsewhere"


def subtitle_citizens(said: pd.DataFrame) -> str:
    """Return the measure and n."""
    tested = int(said[["lowercl", "uppercl"]].notna().all(axis=1).sum())
    printed = int((said["verdict"] == "as printed").sum())
    parts = [
        f"{tested} with a 95\u00a0% interval" if tested else "",
        f"{printed} as printed in the plan" if printed else "",
    ]
    n = f"Share of those asked; {plural(len(said), 'question')}"
    return f"{n}: {series([part for part in parts if part])}" if any(parts) else n


def alt_citizens(said: pd.DataFrame, *, region_name: str) -> str:
    """Describe the chart: kind, subject, finding, and every answer."""
    kind = f"Dot chart: what people in {region_name} say, {plural(len(said), 'question')}"
    each = "; ".join(f"{row.indicator_name} {row_words(row)}" for row in said.itertuples())
    return " ".join(sentence(part) for part in (kind, title_citizens(said, region_name=region_name), each) if part)


def _rows(said: pd.DataFrame, width: str) -> Rows:
    rows = rowed.layout(width, names=400, words=270, glyph=26 if width == "wide" else 20, edge=8)
    names = [rowed.name_lines(_name(row, width), rows) for row in said.itertuples()]
    words = [_lines(rows, row) for row in said.itertuples()]
    longest = [max(map(len, lines), default=1) for lines in (names, words)]
    return rowed.grown(rows, name_lines=longest[0], word_lines=longest[1])


def _height(rows: Rows, row) -> float:
    names, words = len(rowed.name_lines(_name(row, rows.width), rows)), len(_lines(rows, row))
    return max(text.LEADING * rows.size * names, text.LEADING * rows.small * words) + 12


def _name(row, width: str) -> str:
    return (row.short_name or row.indicator_name) if width == "narrow" else row.indicator_name


def _lines(rows: Rows, row) -> list[str]:
    return text.wrap(row_words(row), rows.words - (2 if rows.stacked else rowed.GAP), rows.small, lines=2)


def _grid(ax: Axes, rows: Rows, places: list[float]) -> None:
    half = rows.glyph / rows.height / 2
    for share in (0, 25, 50, 75, 100):
        for place in places:
            middle = rowed.at(rows, place)
            ax.plot([share] * 2, [middle - half, middle + half], color=style.RULE, lw=0.8, clip_on=False, zorder=0)
        words = f"{share}\u00a0%" if share in (0, 50, 100) else ""
        ha = {0: "left", 100: "right"}.get(share, "center") if rows.stacked else "center"
        text.write(ax, words, share, 1, y_at="axes", dy=-2, size=rows.small, colour=style.SECONDARY, ha=ha)


def _draw(ax: Axes, y: float, row) -> None:
    if not pd.isna(row.comparator_value):
        ax.plot([row.comparator_value], [y], "|", ms=15, mew=1.6, color=style.INK, clip_on=False, label="comparator")
    if row.verdict == "as printed":
        options = {"mfc": "white" if row.lacks_base else style.REGION, "mec": style.REGION, "mew": 1.6, "ms": 9}
        ax.plot([row.value], [y], "o", clip_on=False, zorder=3, label="printed", **options)
        return
    look = verdicts.look(row.verdict, row.polarity)
    if not (pd.isna(row.lowercl) or pd.isna(row.uppercl)):
        ax.plot(
            [row.lowercl, row.uppercl], [y, y], color=look.colour, lw=1.8, clip_on=False, zorder=2, label="interval"
        )
    options = {"mfc": look.face, "mec": "white" if look.face != "white" else look.colour, "mew": 1.3, "ms": look.size}
    ax.plot([row.value], [y], look.marker, clip_on=False, zorder=3, label="region", **options)

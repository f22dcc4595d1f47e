"""Places of the regions with what is likely of them: a point and its interval, the place in words."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.charts import compared_words as words
from helpers.charts import keys, style, text
from helpers.charts import rows as rowed
from helpers.charts.keys import Mark
from helpers.charts.rows import Rows
from helpers.charts.words import joined
from helpers.scoring.wording import NBSP, listing, plural, sentence

HEADER = {"wide": 58, "narrow": 76}
MOST = 24
CLEARLY_FIRST, LIKELY_FIRST = 0.9, 0.66


def parts(ranking: pd.DataFrame, *, most: int = MOST) -> list[pd.DataFrame]:
    """Split the table into tables of whole regions, each of which makes a figure that fits a printed page."""
    return words.parts(ranking, most=most)


def plot_ranking(ranking: pd.DataFrame, *, ax: Axes | None = None, width: str = "wide") -> Axes:
    """Draw on how many dimensions each region reaches a level.

    Parameters
    ----------
    ranking
        One row a region, first place first: region_name, status, n_stakeholders, n_dimensions, reached, reached_low,
        reached_high, reached_by_level, rank, rank_low, rank_high, from_level, refusal. Refused regions are last.
    ax
        Where to draw the points; names stand to its left and the places in words to its right. New axes when None.
    width
        "wide" or "narrow".

    Returns
    -------
    Axes
    """
    ordered = _ordered(ranking)
    rows = _rows(ordered, style.checked_width(width))
    ax = rowed.axes(rows, len(ordered), header=HEADER[width]) if ax is None else ax
    if ranking.empty:
        return rowed.empty(ax, words.NOTHING, rows)
    top = max(int(_number(ordered["n_dimensions"].max())), 1)
    pad = 0.03 * top
    rowed.prepare(ax, len(ordered), (-pad, top + pad))
    rowed.rules(ax, len(ordered), rows)
    _draw_key(ax, rows)
    placed = [row for row, region in enumerate(ordered.itertuples()) if not region.refusal]
    rowed.level_grid(ax, rows, _ticks(top), placed)
    for row, region in enumerate(ordered.itertuples()):
        rowed.write_name(ax, rows, row, region.region_name, note=_note(region))
        if region.refusal:
            _write_refusal(ax, rows, row, region)
        else:
            rowed.write_words(ax, rows, row, _lines(rows, region))
            _draw_region(ax, rows, row, region, top)
    return ax


@style.context()
def figure_ranking(ranking: pd.DataFrame, *, width: str = "wide") -> Figure:
    """Draw on how many dimensions each region reaches a level; arguments as in :func:`plot_ranking`."""
    return plot_ranking(ranking, width=width).figure


def place_words(row) -> str:
    """Say a region's place with what is likely of it: "place 2 (likely between 1 and 3)"."""
    if row.refusal:
        return f"No place: {str(row.refusal)[:1].lower()}{str(row.refusal)[1:]}"
    place = f"place{NBSP}{int(row.rank)}"
    if pd.isna(row.rank_low) or pd.isna(row.rank_high) or row.rank_low == row.rank_high:
        return place
    return f"{place} (likely between {int(row.rank_low)}{NBSP}and{NBSP}{int(row.rank_high)})"


def title_ranking(ranking: pd.DataFrame) -> str:
    """Return the finding, with caution: a first place is named only where it is nearly sure."""
    placed = _placed(ranking)
    if placed.empty:
        return "No region can be given a place"
    if len(placed) == 1:
        row = next(placed.itertuples())
        return f"Only {row.region_name} can be placed: {_reached(row)}"
    sure = placed[placed["share_first"].fillna(0) >= CLEARLY_FIRST]
    if len(sure):
        row = next(sure.itertuples())
        return f"{row.region_name} very likely stands first: {_reached(row)}"
    first = placed[placed["rank_low"] == 1]
    likely = placed[placed["share_first"].fillna(0) >= LIKELY_FIRST]
    if len(likely):
        others = first.loc[first.index != likely.index[0], "region_name"].tolist()
        could = f"; {listing(others) if len(others) <= 3 else f'{len(others)} others'} could" if others else ""
        return f"{likely['region_name'].iloc[0]} likely stands first{could}"
    if len(first) == len(placed) > 3:
        return f"No region stands clearly first: each of the {len(placed)} could"
    names = listing(first["region_name"].tolist())
    if 2 <= len(first) <= 3 and not first.index.equals(placed.index[: len(first)]):
        return f"No region stands clearly first: {names} could"
    if 2 <= len(first) <= 3:
        return f"{names} cannot be told apart{_end(first, placed)}"
    could = f": {len(first)} of {len(placed)} could" if len(first) > 3 else ""
    return f"No region stands clearly first{could}"


def subtitle_ranking(ranking: pd.DataFrame) -> str:
    """Return measure and number of regions, and who could not be placed."""
    measure = f"Number of dimensions that at least half of the stakeholders put at {_level(ranking)}"
    refused = len(ranking) - len(_placed(ranking))
    return joined([measure, words.count_words(ranking), f"{refused} without a place" if refused else ""])


def alt_ranking(ranking: pd.DataFrame) -> str:
    """Describe the chart: kind, subject, finding, every region's count and place."""
    kind = f"Dot plot: {plural(len(ranking), 'region')} by number of dimensions at {_level(ranking)}"
    each = [f"{row.region_name}{_marked(row)}: {_told(row)}" for row in _ordered(ranking).itertuples()]
    return " ".join(sentence(part) for part in (kind, title_ranking(ranking), "; ".join(each)) if part)


def _told(row) -> str:
    if row.refusal:
        return place_words(row)
    sure = pd.isna(row.reached_low) or pd.isna(row.reached_high)
    span = "" if sure else f" (likely {int(row.reached_low)} to {int(row.reached_high)})"
    by_level = "" if pd.isna(row.reached_by_level) else f", {int(row.reached_by_level)} by its report's levels"
    return f"{int(row.reached)} of {int(row.n_dimensions)} by single ratings{span}{by_level}, {place_words(row)}"


def _marked(row) -> str:
    said = words.status_words(row.status)
    return f" ({said})" if said else ""


def _end(first: pd.DataFrame, placed: pd.DataFrame) -> str:
    return "" if len(first) == len(placed) else " at the top"


def _reached(row) -> str:
    dimensions = f"{int(row.reached)} of {plural(int(row.n_dimensions), 'dimension')}"
    return f"{dimensions} at level{NBSP}{int(row.from_level)} or above by single ratings"


def _level(ranking: pd.DataFrame) -> str:
    return f"level{NBSP}{int(ranking['from_level'].iloc[0])} or above" if len(ranking) else "a level or above"


def _placed(ranking: pd.DataFrame) -> pd.DataFrame:
    return ranking[ranking["refusal"].fillna("") == ""]


def _ordered(ranking: pd.DataFrame) -> pd.DataFrame:
    """Put the refused regions last and keep the order otherwise."""
    table = ranking.assign(refusal=ranking["refusal"].fillna(""))
    return pd.concat([table[table["refusal"] == ""], table[table["refusal"] != ""]])


def _number(value: object) -> float:
    return 0.0 if pd.isna(value) else float(value)


def _ticks(top: int) -> range:
    return range(0, top + 1, 1 if top <= 6 else 2 if top <= 12 else 5)


def _note(row) -> str:
    return ", ".join(part for part in (words.people_words(row), words.status_words(row.status)) if part)


def _rows(ranking: pd.DataFrame, width: str) -> Rows:
    rows = rowed.layout(width, names=230, words=280, glyph=30 if width == "wide" else 38, edge=8)
    names = [rowed.name_lines(row.region_name, rows, note=_note(row)) for row in ranking.itertuples()]
    lines = [_lines(rows, row) for row in ranking.itertuples() if not row.refusal]
    longest = [max(map(len, each), default=1) for each in (names, lines)]
    return rowed.grown(rows, name_lines=longest[0], word_lines=longest[1], note_lines=1)


def _lines(rows: Rows, row) -> list[str]:
    room = rows.words - (2 if rows.stacked else rowed.GAP)
    return text.wrap(place_words(row), room, rows.small, lines=2)


def _write_refusal(ax: Axes, rows: Rows, row: int, region) -> None:
    """Write why a region has no place, over the room that its point and its words would take."""
    room = rows.plot if rows.stacked else rows.plot + rows.words
    lines = text.clause(place_words(region), room, rows.small, lines=3 if rows.stacked else 2)
    dy = rows.middle + rows.below / 2 if rows.stacked else 0
    text.write_lines(ax, lines, 0, row, x_at="axes", dy=dy, size=rows.small, colour=style.SECONDARY)


def _draw_key(ax: Axes, rows: Rows) -> None:
    marks = [
        Mark("line", "by the single ratings, with its likely range", face=style.REGION),
        Mark("point", "by the levels of each region's report", marker="D", face="white", size=7),
    ]
    left = 0 if rows.stacked else -rows.names
    keys.draw_key(ax, marks, left=left, top=14 - HEADER[rows.width], room=rows.across, size=rows.small)


def _draw_region(ax: Axes, rows: Rows, row: int, region, top: int) -> None:
    """Draw the interval and the point, and the number above it, with its total where that is not the axis' end."""
    y = rowed.at(rows, row, 6 if rows.stacked else 3)
    if not (pd.isna(region.reached_low) or pd.isna(region.reached_high)):
        ends = [int(region.reached_low), int(region.reached_high)]
        ax.plot(ends, [y, y], color=style.REGION, alpha=0.5, lw=2.4, clip_on=False, zorder=3, label="range")
    options = {"ms": 10, "mfc": style.REGION, "mec": "white", "mew": 1, "zorder": 4, "label": "reached"}
    ax.plot([int(region.reached)], [y], "o", clip_on=False, **options)
    if not pd.isna(region.reached_by_level):
        hollow = {"ms": 7, "mfc": "white", "mec": style.REGION, "mew": 1.6, "zorder": 5, "label": "by level"}
        hides = int(region.reached_by_level) == int(region.reached)
        below = rowed.at(rows, row, (6 if rows.stacked else 3) + 10) if hides else y
        ax.plot([int(region.reached_by_level)], [below], "D", clip_on=False, **hollow)
    total = "" if int(region.n_dimensions) == top else f" of {int(region.n_dimensions)}"
    number = f"{int(region.reached)}{total}"
    text.write(ax, number, int(region.reached), y, dy=-13, size=rows.small, ha="center", bold=True)

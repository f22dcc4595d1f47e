"""The strip chart: one row a dimension, a dot for each stakeholder, the median and the agreed level."""

from __future__ import annotations

import math

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import FancyBboxPatch

from helpers.charts import certainty, keys, style, text
from helpers.charts import rows as rowed
from helpers.charts.keys import Mark
from helpers.charts.rows import Rows
from helpers.scoring.wording import plural

DOT = "#5f93c9"
NOTHING = "Nobody has rated a dimension yet."
HEADER = {"wide": 58, "narrow": 62}
_MARKS = 9


def plot_strips(
    distribution: pd.DataFrame,
    *,
    profile: pd.DataFrame,
    ax: Axes | None = None,
    rows: Rows | None = None,
    width: str = "wide",
) -> Axes:
    """Draw a strip chart.

    Parameters
    ----------
    distribution
        One row a dimension and level: dimension, level, n. All levels are kept, those nobody chose too.
    profile
        One row a dimension in model order: dimension, dimension_name, n, n_missing, n_stakeholders, median,
        consensus, level, level_from, level_text. Drawn where they are there: low_level and high_level (the plausible
        range of the level), as a thin line behind the median.
    ax
        Where to draw the levels; the names stand to its left and the words to its right. New axes when None.
    rows
        Measures of the rows, when `ax` is given.
    width
        "wide" or "narrow".

    Returns
    -------
    Axes
    """
    rows = strip_rows(profile, width=width) if rows is None else rows
    ax = rowed.axes(rows, len(profile), header=header(profile, rows)) if ax is None else ax
    if profile.empty or distribution.empty:
        return rowed.empty(ax, NOTHING, rows)
    counts = distribution.pivot_table(index="dimension", columns="level", values="n", aggfunc="sum")
    rowed.prepare(ax, len(profile), (counts.columns.min() - 0.5, counts.columns.max() + 0.5))
    rowed.rules(ax, len(profile), rows)
    _write_header(ax, rows, list(counts.columns), profile)
    _draw_ranges(ax, rows, profile)
    cell = rows.plot / counts.shape[1] - 6, rows.glyph - _MARKS - 8
    for row, dimension in enumerate(profile.itertuples()):
        _draw_marks(ax, rows, row, dimension, cell)
        _draw_words(ax, rows, row, dimension)
    _draw_dots(ax, rows, counts.reindex(profile["dimension"]).fillna(0).astype(int), cell)
    return ax


def strip_rows(profile: pd.DataFrame, *, width: str, across: float | None = None) -> Rows:
    """Return measures of the rows that suit this profile's names and words."""
    narrow_column = across is not None and across < 700
    sizes = {"names": 128, "words": 240} if narrow_column else {"names": 200, "words": 360}
    most = int(profile["n"].max()) if len(profile) else 0
    glyph = 46 if most <= 20 else 60 if most <= 36 else 74
    rows = rowed.layout(width, glyph=glyph, across=across, edge=8, **sizes)
    names = [rowed.name_lines(row.dimension_name, rows, note=_rated(row)) for row in profile.itertuples()]
    words = [_level_lines(rows, words) for words in profile["level_text"]]
    return rowed.grown(
        rows,
        name_lines=max(map(len, names), default=1),
        word_lines=max(map(len, words), default=1),
        note_lines=1 if any(_rated(row) for row in profile.itertuples()) else 0,
    )


def header(profile: pd.DataFrame, rows: Rows) -> float:
    """Return the height of what stands above the rows: the key and the numbers of the levels."""
    holds = 2 if rows.stacked else 1
    return keys.taller(HEADER[rows.width], strip_key(profile), holds=holds, room=rows.across, size=rows.small)


def dot_grid(most: int, across: float, down: float) -> tuple[float, int]:
    """Return the distance between dots and the dots in one layer, so that `most` of them fit into a cell."""
    pitch = 9.0
    while pitch > 2 and int(across // pitch) * int(down // pitch) < most:
        pitch -= 0.25
    return pitch, max(1, math.ceil(most / max(1, down // pitch)))


def dot_places(count: int, pitch: float, layer: int) -> list[tuple[float, float]]:
    """Return the places of stacked dots: pixels to the right of the cell's middle and up from its floor."""
    places = []
    for dot in range(count):
        level, within = divmod(dot, layer)
        here = min(layer, count - level * layer)
        places.append(((within - (here - 1) / 2) * pitch, (level + 0.5) * pitch))
    return places


def _draw_dots(ax: Axes, rows: Rows, counts: pd.DataFrame, cell: tuple[float, float]) -> None:
    pitch, layer = dot_grid(int(counts.to_numpy().max(initial=1)), cell[0] - 6, cell[1] - 2)
    unit = rows.plot / counts.shape[1]
    xs, ys = [], []
    for row, levels in enumerate(counts.to_numpy()):
        for level, count in zip(counts.columns, levels, strict=True):
            for right, up in dot_places(count, pitch, layer):
                xs.append(level + right / unit)
                ys.append(rowed.at(rows, row, rows.glyph / 2 - _MARKS - 5 - up))
    size = max(pitch - 1.5, 0.75 * pitch)  # the dots of a very large panel stay in sight
    ax.plot(xs, ys, "o", ms=size, mfc=DOT, mec="none", clip_on=False, zorder=4, label="stakeholders")


def _draw_marks(ax: Axes, rows: Rows, row: int, dimension, cell: tuple[float, float]) -> None:
    """Draw the row's floor, a frame around the agreed level and a pointer under the median."""
    floor = rowed.at(rows, row, rows.glyph / 2 - _MARKS - 4)
    ax.plot(ax.get_xlim(), [floor] * 2, color=style.RULE, lw=1, clip_on=False, zorder=1)
    if not pd.isna(dimension.consensus):
        ax.add_patch(_frame(ax, rows, int(dimension.consensus), floor, cell))
    if not pd.isna(dimension.median):
        pointer = rowed.at(rows, row, rows.glyph / 2 - _MARKS + 2)
        ax.plot([dimension.median], [pointer], "^", ms=8, color=style.INK, mec="none", clip_on=False, label="median")


def _draw_ranges(ax: Axes, rows: Rows, profile: pd.DataFrame) -> None:
    """Draw the plausible range of each level as a thin line with ends, behind the pointer under the median."""
    ends = [certainty.levels(profile, column) for column in (certainty.LOW, certainty.HIGH)]
    for row, (low, high) in enumerate(zip(*ends, strict=True)):
        if not (pd.isna(low) or pd.isna(high)):
            top, y, foot = (rowed.at(rows, row, rows.glyph / 2 - _MARKS + 2 + dy) for dy in (-3, 0, 3))
            stroke = [low, low, low, high, high, high], [top, foot, y, y, foot, top]
            firm = {"color": style.INK, "lw": 1.2, "solid_capstyle": "butt", "label": "plausible range"}
            ax.plot(*stroke, **firm, clip_on=False, zorder=1.5)


def _frame(ax: Axes, rows: Rows, level: int, floor: float, cell: tuple[float, float]) -> FancyBboxPatch:
    """Return a rounded frame for one cell; its corners are round in pixels, whatever the axes' units."""
    across = (ax.get_xlim()[1] - ax.get_xlim()[0]) / rows.plot
    height = (cell[1] + 3) / rows.height
    return FancyBboxPatch(
        (level - cell[0] * across / 2, floor - height),
        cell[0] * across,
        height,
        boxstyle=f"round,pad=0,rounding_size={4 * across}",
        mutation_aspect=1 / (across * rows.height),
        fc=(*_rgb(style.REGION), 0.08),
        ec=style.REGION,
        lw=1.8,
        clip_on=False,
        zorder=3,
        label="consensus",
    )


def _rgb(colour: str) -> tuple[float, ...]:
    return tuple(int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5))


def _draw_words(ax: Axes, rows: Rows, row: int, dimension) -> None:
    rowed.write_name(ax, rows, row, dimension.dimension_name, note=_rated(dimension))
    if pd.isna(dimension.level):
        words = "ratings not shown" if is_withheld(dimension) else "not rated"
        rowed.write_words(ax, rows, row, [words], colour=style.SECONDARY)
        return
    colour = style.REGION if dimension.level_from == "consensus" else style.INK
    lines = _level_lines(rows, dimension.level_text)
    rowed.write_words(ax, rows, row, lines, indent=22)
    rowed.write_level(ax, rows, row, dimension.level, len(lines), colour=colour)


def _rated(dimension) -> str:
    """Say how many rated a dimension where not everybody did."""
    if is_withheld(dimension) or not dimension.n_missing:
        return ""
    return f"{dimension.n} of {dimension.n + dimension.n_missing} rated it"


def is_withheld(dimension) -> bool:
    """Say whether single ratings were taken out before this table was made, since the panel is small."""
    return bool(getattr(dimension, "withheld", False))


def any_withheld(profile: pd.DataFrame) -> bool:
    """Say whether the single ratings of this wave were taken out."""
    return any(is_withheld(row) for row in profile.itertuples())


def panel_words(profile: pd.DataFrame) -> str:
    """Say how many took part, and where their ratings are not shown, that they are too few."""
    people = plural(int(profile["n_stakeholders"].max()) if len(profile) else 0, "stakeholder")
    return people + (", too few to show their ratings" if any_withheld(profile) else "")


def _level_lines(rows: Rows, level_text: str) -> list[str]:
    room = rows.words - 22 - (2 if rows.stacked else rowed.GAP)
    return text.clause(level_text, room, rows.small, lines=3 if room < 260 else 2)


def _write_header(ax: Axes, rows: Rows, levels: list[int], profile: pd.DataFrame) -> None:
    for level in levels:
        options = {"y_at": "axes", "dy": -11, "colour": style.SECONDARY, "ha": "center"}
        text.write(ax, level, level, 1, size=rows.small, **options)
    left = 0 if rows.stacked else -rows.names
    top = 14 - header(profile, rows)
    keys.draw_key(ax, strip_key(profile), left=left, top=top, room=rows.across, size=rows.small)


def strip_key(profile: pd.DataFrame) -> list[Mark]:
    """Return the names of the marks that this chart has."""
    dot, pointer = Mark("point", "one stakeholder", DOT, size=7.5), Mark("point", "median", style.INK, "^", size=7)
    marks = [dot, pointer] if (profile["n"] > 0).any() else []
    marks += [Mark("frame", "level agreed (consensus)", size=12)] if profile["consensus"].notna().any() else []
    return marks + ([certainty.RANGE_KEY] if certainty.has_range(profile) else [])

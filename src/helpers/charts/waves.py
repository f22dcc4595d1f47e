"""An earlier and a later wave side by side: dumbbells, one row a dimension."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.charts import keys, style, text
from helpers.charts import rows as rowed
from helpers.charts.keys import Mark
from helpers.charts.rows import Rows
from helpers.charts.words import joined, named, short
from helpers.scoring.wording import plural, sentence

HEADER = {"wide": 58, "narrow": 62}
NOTHING = "There are no two waves to compare yet."


def plot_waves(
    compared: pd.DataFrame, *, scale: tuple[int, int] = (0, 5), ax: Axes | None = None, width: str = "wide"
) -> Axes:
    """Draw what moved between two waves.

    Parameters
    ----------
    compared
        One row a dimension in model order: dimension_name, earlier, later, change, comparable, reason;
        earlier_wave_name and later_wave_name name the waves.
    scale
        The model's lowest and highest level.
    ax
        Where to draw the levels; names stand to its left and the change in words to its right. New axes when None.
    width
        "wide" or "narrow".

    Returns
    -------
    Axes
    """
    rows = _wave_rows(compared, width)
    ax = rowed.axes(rows, len(compared), header=HEADER[width]) if ax is None else ax
    if compared.empty:
        return rowed.empty(ax, NOTHING, rows)
    rowed.prepare(ax, len(compared), (scale[0] - 0.5, scale[1] + 0.5))
    rowed.rules(ax, len(compared), rows)
    rowed.level_grid(ax, rows, range(scale[0], scale[1] + 1), range(len(compared)))
    _draw_key(ax, rows, compared)
    for row, dimension in enumerate(compared.itertuples()):
        rowed.write_name(ax, rows, row, dimension.dimension_name)
        lines, moved = _change_lines(rows, dimension), bool(dimension.comparable) and dimension.change != 0
        colour = style.INK if moved else style.SECONDARY
        rowed.write_words(ax, rows, row, lines, colour=colour, bold=moved)
        if dimension.comparable:
            _draw_dumbbell(ax, rows, row, dimension)
    return ax


@style.context()
def figure_waves(compared: pd.DataFrame, *, scale: tuple[int, int] = (0, 5), width: str = "wide") -> Figure:
    """Draw what moved between two waves; arguments as in :func:`plot_waves`."""
    return plot_waves(compared, scale=scale, width=width).figure


def change_words(earlier: float, later: float, change: float, *, comparable: bool, reason: str = "") -> str:
    """Say what a dimension did: "up 1 level, from 2 to 3"."""
    if not comparable:
        return f"not compared: {reason}" if reason else "not compared"
    if change == 0:
        return f"no change, at {short(later)}"
    size = abs(change)
    steps = "half a level" if size == 0.5 else f"{short(size)}\u00a0level{'' if size == 1 else 's'}"
    return f"{'up' if change > 0 else 'down'} {steps}, from {short(earlier)} to {short(later)}"


def title_waves(compared: pd.DataFrame) -> str:
    """Return the finding: how many dimensions moved up and down, of those that compare."""
    if compared.empty:
        return "There are no two waves to compare yet"
    usable = compared[compared["comparable"].astype(bool)]
    if usable.empty:
        return "No dimension can be compared between the two waves"
    up, down = usable[usable["change"] > 0], usable[usable["change"] < 0]
    since = f" since {_name(compared, 'earlier')}" if "earlier_wave_name" in compared else ""
    if up.empty and down.empty:
        return f"No dimension has moved{since}"
    parts = [f"{_who(part, usable)} moved {way}" for part, way in ((up, "up"), (down, "down")) if len(part)]
    still = len(usable) - len(up) - len(down)
    return sentence(f"{', '.join(parts)}{since}" + (f"; {still} did not move" if still else "")).rstrip(".")


def subtitle_waves(compared: pd.DataFrame, *, scale: tuple[int, int] = (0, 5)) -> str:
    """Return measure, waves and n."""
    measure = f"{_basis(compared)}, {scale[0]} (lowest) to {scale[1]} (highest)"
    if compared.empty:
        return measure
    waves = [f"{_name(compared, side)}: {_panel(compared, side)}" for side in ("earlier", "later")]
    return joined([measure, *waves])


def alt_waves(compared: pd.DataFrame) -> str:
    """Describe the dumbbells: kind, subject, finding, every change."""
    kind = f"Dumbbell chart: the level of {plural(len(compared), 'dimension')} in two waves"
    each = "; ".join(f"{row.dimension_name}: {_words(row)}" for row in compared.itertuples())
    return " ".join(sentence(part) for part in (kind, title_waves(compared), each) if part)


def _words(row) -> str:
    return change_words(row.earlier, row.later, row.change, comparable=bool(row.comparable), reason=row.reason)


def _basis(compared: pd.DataFrame) -> str:
    bases = set(compared["basis"]) - {""} if "basis" in compared else {"consensus"}
    return {"consensus": "Level agreed", "median": "Median rating"}.get(
        "".join(bases), "Level agreed, or median rating"
    )


def _who(part: pd.DataFrame, usable: pd.DataFrame) -> str:
    if len(part) <= 2:
        return named(list(part["dimension_name"]), len(usable), most=2)
    return f"{len(part)} of {plural(len(usable), 'comparable dimension')}"


def _name(compared: pd.DataFrame, side: str) -> str:
    column = f"{side}_wave_name"
    return str(compared[column].iloc[0]) if column in compared and len(compared) else f"{side} wave"


def _panel(compared: pd.DataFrame, side: str) -> str:
    counts = compared[f"n_{side}"].dropna()
    return plural(int(counts.max()), "stakeholder") if len(counts) else "single ratings are not shown"


def _wave_rows(compared: pd.DataFrame, width: str) -> Rows:
    rows = rowed.layout(width, names=200, words=320, glyph=34 if width == "wide" else 26, edge=8)
    names = [rowed.name_lines(name, rows) for name in compared["dimension_name"]]
    words = [_change_lines(rows, row) for row in compared.itertuples()]
    longest = [max(map(len, lines), default=1) for lines in (names, words)]
    return rowed.grown(rows, name_lines=longest[0], word_lines=longest[1])


def _change_lines(rows: Rows, row) -> list[str]:
    room = rows.words - (2 if rows.stacked else rowed.GAP)
    return text.wrap(_words(row), room, rows.small, bold=True, lines=2)


def _draw_key(ax: Axes, rows: Rows, compared: pd.DataFrame) -> None:
    marks = [
        Mark("point", _name(compared, "earlier"), style.NO_DIFFERENCE, face="white", size=9),
        Mark("point", _name(compared, "later"), size=10),
    ]
    left = 0 if rows.stacked else -rows.names
    keys.draw_key(ax, marks, left=left, top=14 - HEADER[rows.width], room=rows.across, size=rows.small)


def _draw_dumbbell(ax: Axes, rows: Rows, row: int, dimension) -> None:
    """Draw the earlier level as a grey ring, the later one as a blue point, and what lies between as a bar."""
    y = rowed.at(rows, row)
    if dimension.change != 0:
        ax.plot([dimension.earlier, dimension.later], [y, y], color=style.REGION, alpha=0.35, lw=5, clip_on=False)
    ring = 9 if dimension.change else 16
    ax.plot([dimension.earlier], [y], "o", ms=ring, mfc="white", mec=style.NO_DIFFERENCE, mew=1.8, clip_on=False)
    ax.plot([dimension.later], [y], "o", ms=10, color=style.REGION, mec="none", clip_on=False, zorder=5)

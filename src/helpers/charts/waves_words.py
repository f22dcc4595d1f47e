"""Title, subtitle, row words and alt text of the chart of two waves; what the single ratings show stands beside."""

from __future__ import annotations

import pandas as pd

from helpers.charts.words import joined, named, short
from helpers.scoring.wording import plural, sentence

RISE, FALL, STILL, UNTESTED = "clear rise", "clear fall", "no clear change", "not tested"


def with_verdicts(compared: pd.DataFrame, tested: pd.DataFrame | None) -> pd.DataFrame:
    """Return the comparison with a column ``ratings``: what the test says of the single ratings, "" without a test.

    Raises
    ------
    ValueError
        If `tested` holds a dimension twice.
    """
    if tested is None:
        return compared.assign(ratings="")
    if tested["dimension"].duplicated().any():
        raise ValueError("tested: each dimension is there once at most; dimension holds one twice")
    verdicts = {row.dimension: _verdict(row) for row in tested.itertuples()}
    said = [verdicts.get(dimension, UNTESTED) for dimension in compared["dimension"]]
    return compared.assign(ratings=said)


def for_rows(judged: pd.DataFrame) -> pd.DataFrame:
    """Return the table of `with_verdicts` for single rows: where none is clear the title says so once for all."""
    of_any = judged.loc[judged["comparable"].astype(bool), "ratings"].isin([RISE, FALL]).any()
    return judged if of_any else judged.assign(ratings="")


def _verdict(row) -> str:
    if row.refusal or pd.isna(row.is_clear):
        return UNTESTED
    return STILL if not row.is_clear else RISE if row.direction == "up" else FALL


def is_backed(row) -> bool:
    """Say whether the single ratings clearly moved the way the level did."""
    return bool(row.comparable) and row.ratings == (RISE if row.change > 0 else FALL if row.change < 0 else None)


def change_words(
    earlier: float, later: float, change: float, *, comparable: bool, reason: str = "", ratings: str = ""
) -> str:
    """Say what a dimension did: "up 1 level, from 2 to 3; ratings: clear rise"."""
    if not comparable:
        return f"not compared: {reason}" if reason else "not compared"
    beside = f"; ratings: {ratings}" if ratings else ""
    if change == 0:
        return f"no change, at {short(later)}{beside}"
    size = abs(change)
    steps = "half a level" if size == 0.5 else f"{short(size)}\u00a0level{'' if size == 1 else 's'}"
    return f"{'up' if change > 0 else 'down'} {steps}, from {short(earlier)} to {short(later)}{beside}"


def row_words(row) -> str:
    """Say what one row of `with_verdicts` did."""
    options = {"comparable": bool(row.comparable), "reason": row.reason, "ratings": row.ratings}
    return change_words(row.earlier, row.later, row.change, **options)


def title_waves(compared: pd.DataFrame, tested: pd.DataFrame | None = None) -> str:
    """Return the finding: how many dimensions moved, and which moves the single ratings clearly back."""
    if compared.empty:
        return "There are no two waves to compare yet"
    usable = compared[compared["comparable"].astype(bool)]
    if usable.empty:
        return "No dimension can be compared between the two waves"
    up, down = usable[usable["change"] > 0], usable[usable["change"] < 0]
    since = f" since {wave_name(compared, 'earlier')}" if "earlier_wave_name" in compared else ""
    backing = "" if tested is None else _backing(with_verdicts(usable, tested))
    if up.empty and down.empty:
        return f"No dimension has moved{since}{backing}"
    parts = [f"{_who(part, usable)} moved {way}" for part, way in ((up, "up"), (down, "down")) if len(part)]
    still = len(usable) - len(up) - len(down)
    rest = backing or (f"; {still} did not move" if still else "")
    return sentence(f"{', '.join(parts)}{since}{rest}").rstrip(".")


def _backing(usable: pd.DataFrame) -> str:
    """Say which moves the single ratings back: "; the ratings clearly back the move of Funding"."""
    if (usable["ratings"] == UNTESTED).all():
        return "; whether the single ratings changed cannot be tested"
    moved = usable[usable["change"] != 0]
    backed = moved[[is_backed(row) for row in moved.itertuples()]]
    if len(backed) == len(moved) > 0:
        return f"; the single ratings clearly back {_all(len(moved))}"
    if len(backed):
        return f"; the single ratings clearly back {named(list(backed['dimension_name']), len(moved), 'move')} only"
    clear = usable[usable["ratings"].isin([RISE, FALL])]
    if len(clear):
        return f"; the single ratings changed clearly on {named(list(clear['dimension_name']), len(usable))}"
    return "; the single ratings show no clear change"


def _all(moves: int) -> str:
    return {1: "that move", 2: "both moves"}.get(moves, f"all {moves} moves")


def subtitle_waves(compared: pd.DataFrame, *, scale: tuple[int, int] = (0, 5)) -> str:
    """Return measure, waves and n."""
    measure = f"{_basis(compared)}, {scale[0]} (lowest) to {scale[1]} (highest)"
    if compared.empty:
        return measure
    waves = [f"{wave_name(compared, side)}: {_panel(compared, side)}" for side in ("earlier", "later")]
    return joined([measure, *waves])


def alt_waves(compared: pd.DataFrame, tested: pd.DataFrame | None = None) -> str:
    """Describe the dumbbells: kind, subject, finding, every change."""
    kind = f"Dumbbell chart: the level of {plural(len(compared), 'dimension')} in two waves"
    shown = for_rows(with_verdicts(compared, tested))
    each = "; ".join(f"{row.dimension_name}: {row_words(row)}" for row in shown.itertuples())
    return " ".join(sentence(part) for part in (kind, title_waves(compared, tested), each) if part)


def _basis(compared: pd.DataFrame) -> str:
    bases = set(compared["basis"]) - {""} if "basis" in compared else {"consensus"}
    return {"consensus": "Level agreed", "median": "Median rating"}.get(
        "".join(bases), "Level agreed, or median rating"
    )


def _who(part: pd.DataFrame, usable: pd.DataFrame) -> str:
    if len(part) <= 2:
        return named(list(part["dimension_name"]), len(usable), most=2)
    return f"{len(part)} of {plural(len(usable), 'comparable dimension')}"


def wave_name(compared: pd.DataFrame, side: str) -> str:
    """Return the name of the "earlier" or the "later" wave."""
    column = f"{side}_wave_name"
    return str(compared[column].iloc[0]) if column in compared and len(compared) else f"{side} wave"


def _panel(compared: pd.DataFrame, side: str) -> str:
    counts = compared[f"n_{side}"].dropna()
    return plural(int(counts.max()), "stakeholder") if len(counts) else "single ratings are not shown"

"""The two pictures on the stage, as inline SVG: the levels of one dimension, and the spider diagram of all."""

from __future__ import annotations

import math
from collections.abc import Callable

import pandas as pd
from matplotlib.figure import Figure

from helpers import charts
from helpers.charts import text
from helpers.live.workshop import steps as rules
from helpers.live.workshop.stage import view
from helpers.live.workshop.stage.reading import Reading
from helpers.scoring.standing import Standing

PRACTICE = "#f8f1df"


class Drawings:
    """The pictures as drawn last: what would look the same is not drawn again."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[object, str]] = {}

    def levels(self, reading: Reading, code: str) -> str:
        """The ratings of a dimension's last round, "" unless it was revealed."""
        last = reading.state.round_of(code)
        if last is None or last.phase == rules.HIDDEN or not last.is_shown:
            return ""
        now, before = reading.found(code).rounds[last.number], view.previous(reading, code, last.number)
        agreed, desired = (_level(reading, code, kind) for kind in ("agreed", "desired"))
        key = (code, now, before, str(agreed), str(desired))
        return self._drawn("levels", key, lambda: _levels(reading, code, now, before, agreed, desired))

    def spider(self, reading: Reading) -> str:
        """All dimensions so far: agreed levels, and medians where none is recorded; "" before the first."""
        table = profile(reading)
        if table["median"].isna().all() and table["consensus"].isna().all():
            return ""
        return self._drawn("spider", table.to_csv(), lambda: _spider(table, reading))

    def _drawn(self, name: str, key: object, draw: Callable[[], str]) -> str:
        if self._kept.get(name, (None, ""))[0] != key:
            self._kept[name] = key, draw()
        return self._kept[name][1]


def _levels(reading: Reading, code: str, now: Standing, before: Standing | None, agreed: float, desired: float) -> str:
    one = reading.texts[code]
    words = [one.levels[level] for level in now.levels]
    table = pd.DataFrame({"level": now.levels, "level_text": words, "n": now.counts})
    if before:
        table["n_before"] = before.counts
    was = before.median if before else math.nan
    middle = (now.q1, now.median, now.q3)
    drawn = charts.figure_levels(table, middle=middle, before=was, agreed=agreed, desired=desired)
    said = charts.alt_levels(table, now, name=one.name, before=was, agreed=agreed)
    return _written(drawn, reading, prefix="levels", title=charts.title_levels(now), alt=said)


@charts.context()
def _spider(table: pd.DataFrame, reading: Reading) -> str:
    scale = (reading.model.scale_minimum, reading.model.scale_maximum)
    drawn = charts.plot_spider(table, scale=scale, width="stage").figure
    return _written(drawn, reading, prefix="spider", title="All dimensions so far", alt=charts.alt_spider(table))


def _written(drawn: Figure, reading: Reading, *, prefix: str, title: str, alt: str) -> str:
    """Write a picture; one of a practice says so in itself, wherever it is carried to."""
    if reading.facts.is_practice:
        look = {"size": 130, "colour": PRACTICE, "bold": True, "ha": "center", "x_at": "axes", "y_at": "axes"}
        text.write(drawn.axes[0], "Practice", 0.5, 0.5, **look).set_zorder(0)
        alt = f"Practice: this panel is simulated. {alt}"
    return charts.to_svg(drawn, prefix=prefix, title=title, alt=alt)


def profile(reading: Reading) -> pd.DataFrame:
    """One row a dimension, as the spider diagram takes it; what was not revealed is missing."""
    rows = []
    for one in reading.model.dimensions:
        now = reading.found(one.code).latest
        rows.append(
            {
                "dimension": one.code,
                "dimension_name": reading.texts[one.code].name,
                "short_name": reading.short_name(one.code),
                "consensus": _level(reading, one.code, "agreed"),
                "desired": _level(reading, one.code, "desired"),
                "median": now.median if now else math.nan,
                "q1": now.q1 if now else math.nan,
                "q3": now.q3 if now else math.nan,
            }
        )
    return pd.DataFrame(rows)


def _level(reading: Reading, code: str, kind: str) -> float:
    decision = getattr(reading.state, kind).get(code)
    return float(decision.level) if decision else math.nan

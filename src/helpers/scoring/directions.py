"""The direction of every indicator of a region over all its periods, tested, and beside that of its country."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import stats

from helpers.scoring import curves, figures, trend_models, trend_tests
from helpers.scoring.estimates import CONFIDENCE, verdict
from helpers.scoring.over_time import one_figure_each, without_months
from helpers.scoring.wording import plural, short_unit, verb

LEAST = 5
DAYS_OF_YEAR = 365.25
SHORTEST_STEP = 300
DIRECTIONS = [
    "indicator", "indicator_name", "short_name", "theme", "sex", "age_group", "unit", "measure", "polarity",
    "n_figures", "n_periods", "first_period", "latest_period", "is_thinned", *trend_models.CHANGES, "change_unit",
    "p_value", "p_adjusted", "n_tested", "verdict", "meaning", "is_steady", "p_linear", "shape", "reason", "dispersion",
    "method", "comparator_name", "n_common", "comparator_annual_change", "comparator_annual_change_pct", "compared",
    "compared_meaning", "compared_p_value", "compared_p_adjusted", *figures.PLACE,
]  # fmt: skip
NO_LINE = "no line can be fitted: there are no events, or none but in the first or the last period"
RISING, FALLING, UNCLEAR, UNTESTED = "rising", "falling", "no clear trend", "not tested"
NUMBERS = [*trend_models.CHANGES, "p_value", "p_adjusted", "p_linear", "dispersion", "comparator_annual_change",
           "comparator_annual_change_pct", "compared_p_value", "compared_p_adjusted"]  # fmt: skip
TYPES = {"row": "Int64", "n_common": "Int64", "is_steady": "boolean"} | dict.fromkeys(NUMBERS, float)
WORDS = ["first_period", "latest_period", "verdict", "meaning", "shape", "reason", "method", "compared_meaning"]
SERIES = [*figures.KEY, *figures.PERIOD, "time", *figures.NUMBERS, "measure", "file"]
Series = dict[int, pd.DataFrame]


def directions(
    indicators: pd.DataFrame,
    area_code: str,
    register: pd.DataFrame,
    *,
    comparator_code: str = "",
) -> pd.DataFrame:
    """Test over all periods whether each indicator of a region rises or falls.

    Parameters
    ----------
    indicators
        One row a figure.
    area_code
        The region.
    register
        The register of indicators.
    comparator_code
        The country (or another area) whose slope is set beside the region's; none if empty.

    Returns
    -------
    DataFrame
        One row an indicator (and sex or age group) with figures for two periods or more, in the register's order:
        ``n_figures``; ``n_periods`` tested, ``first_period`` and ``latest_period`` of these, ``is_thinned`` where
        overlapping periods were left out; ``annual_change_pct`` (per cent a year) and ``annual_change`` (a year, in
        ``change_unit``: "percentage points" or the unit; missing where the change is stated in %), each with 95 %
        limits; ``p_value``, ``p_adjusted`` (Benjamini-Hochberg over the ``n_tested`` indicators of the region);
        ``verdict``: "rising", "falling", "no clear trend", "not tested"; ``meaning``: "better" or "worse" of a rise
        or fall where the indicator has a direction, else ""; ``is_steady`` (whether a straight line is adequate,
        missing where not assessed), ``p_linear``, ``shape`` ("rose until about 2009/10, then fell") where it is not;
        ``reason`` (why not tested, or what holds the verdict back), ``dispersion``, ``method``; of the comparator
        over the ``n_common`` periods of both: ``comparator_name``, ``comparator_annual_change`` and ``..._pct``,
        ``compared``: whether the region's yearly change is "higher" or "lower" than the comparator's, "no clear
        difference" or "not compared", ``compared_meaning`` ("better", "worse", ""), its p values; the place of the
        latest figure.

    Notes
    -----
    *Periods.* At least 5 that share no day: of overlapping averages the latest is kept, then going back the next
    that ends before it. A series with hidden figures is not tested, since they are hidden for being small: what is left
    of it is no fair sample. Figures for parts of a year follow the seasons and are not tested here; those by month
    have no row, since a control chart shows them.

    *Test.* `trend_models` chooses: quasi-Poisson or logistic regression where numerator and denominator make the
    figure, weighted regression where it was standardised and has limits, Mann-Kendall and Theil-Sen for bare values.

    *Verdict.* Rising or falling where ``p_adjusted`` is below 0.05; but where a straight line is not adequate
    (``p_linear`` below 0.05) and the curve turns on its way, there is no one direction, and the verdict is "no clear
    trend" with the ``shape`` in words.

    *Beside the comparator.* The difference of the two slopes over their common periods against its standard error
    (Welch). An area that is part of the comparator shares its events, which makes the test err towards no
    difference.
    """
    table = figures.totals(figures.complete(indicators, register))
    table = without_months(table[table["area_code"].isin({area_code, comparator_code})])
    table = one_figure_each(figures.whole_population(table))
    table = _timed(table.sort_values(["period_start", "period_end", "period"], kind="stable"))
    own, other = (table[table["area_code"] == code] for code in (area_code, comparator_code))
    rows = _rows(own, register)
    every = _by_row(rows, own)
    kept = {place: _apart(group) for place, group in every.items()}
    rows = _described(rows, every, kept, _n_hidden(indicators, area_code))
    usable = {place: kept[place] for place in rows.index[rows["reason"] == ""]}
    rows = _judged(rows.join(_tests(usable)), usable)
    others = {} if comparator_code == area_code else _by_row(rows, other)
    found = _beside({place: _common(group, others[place]) for place, group in usable.items() if place in others})
    rows = rows.join(found).assign(comparator_name=figures.area_name(table, comparator_code, None))
    return _compared(rows)[DIRECTIONS].astype(TYPES | dict.fromkeys(WORDS, "str"))


def _rows(own: pd.DataFrame, register: pd.DataFrame) -> pd.DataFrame:
    """The latest figure of every series that has more than one, named, in the register's order."""
    several = own.groupby(figures.KEY)["period"].transform("size") > 1
    return figures.with_names(own[several].drop_duplicates(figures.KEY, keep="last"), register)


def _by_row(rows: pd.DataFrame, table: pd.DataFrame) -> Series:
    """The figures of each row's series."""
    groups = dict(iter(table[SERIES].groupby(figures.KEY)))
    keys = enumerate(rows[figures.KEY].itertuples(index=False, name=None))
    return {place: groups[key] for place, key in keys if key in groups}


def _timed(table: pd.DataFrame) -> pd.DataFrame:
    """Add the middle of each period as ``time`` in years."""
    middle = table["period_start"] + (table["period_end"] - table["period_start"]) / 2
    days = (middle - pd.Timestamp(1970, 1, 1)) / pd.Timedelta(days=1)
    return table.assign(time=1970 + days / DAYS_OF_YEAR)


def _apart(group: pd.DataFrame) -> pd.DataFrame:
    """The periods that share no day."""
    return group[trend_tests.latest_apart(group["period_start"], group["period_end"])]


def _n_hidden(indicators: pd.DataFrame, area_code: str) -> Counter:
    """How many figures of the whole area are hidden, by indicator, sex, age group and file."""
    hidden = figures.hidden(indicators, area_code)
    return Counter(tuple(key[:4]) for key in hidden if key[5] == "total")


def _described(rows: pd.DataFrame, every: Series, kept: Series, n_hidden: Mapping[tuple, int]) -> pd.DataFrame:
    """Add the periods that a test would use, and why there can be none."""
    gone = [n_hidden.get(tuple(every[place].iloc[0][[*figures.KEY, "file"]]), 0) for place in rows.index]
    reasons = [_why_not(every[place], kept[place], n) for place, n in zip(rows.index, gone, strict=True)]
    reasons = pd.Series(reasons, rows.index, dtype="object")
    ends = {"first_period": 0, "latest_period": -1}
    named = {
        name: [kept[p]["period"].iloc[end] if len(kept[p]) else "" for p in rows.index] for name, end in ends.items()
    }
    sizes = [(len(every[place]), len(kept[place])) for place in rows.index]
    n_figures, n_kept = (np.array([size[k] for size in sizes], dtype=int) for k in (0, 1))
    counts = {"n_figures": n_figures, "n_periods": np.where(reasons == "", n_kept, 0)}
    return rows.assign(**counts, **named, is_thinned=n_kept < n_figures, reason=reasons)


def _why_not(group: pd.DataFrame, kept: pd.DataFrame, n_hidden: int) -> str:
    if n_hidden:
        are = f"{plural(n_hidden, 'figure')} {verb(n_hidden, 'is', 'are')} hidden"
        return f"{are} to protect small numbers, so the others may mislead"
    if len(set(group["measure"])) > 1:
        return "the measure changed"
    if kept.empty:
        return "the periods have no dates"
    if len(kept) > 1 and kept["time"].diff().median() * DAYS_OF_YEAR < SHORTEST_STEP:
        return "figures for parts of a year follow the seasons"
    if len(kept) < LEAST:
        share = "share no year" if len(kept) < len(group) else "have a figure"
        return f"only {plural(len(kept), 'period')} {share}; a trend needs {LEAST}"
    return ""


def _tests(usable: Series) -> pd.DataFrame:
    found = trend_models.tested(usable, {place: trend_models.model_for(group) for place, group in usable.items()})
    return found.drop(columns=["series", "n_periods"], errors="ignore")


def _judged(rows: pd.DataFrame, usable: Series) -> pd.DataFrame:
    """Adjust for the number of indicators and put the finding in words."""
    p = rows["p_value"].astype(float)
    rows = rows.assign(p_adjusted=_adjusted(p), n_tested=int(p.notna().sum()), p_linear=rows["p_linear"].astype(float))
    bent = rows["p_linear"] < 1 - CONFIDENCE
    rows["is_steady"] = (~bent).astype("boolean").where(rows["p_linear"].notna(), pd.NA)
    turns = bent & rows["shape"].isin([curves.UP_DOWN, curves.DOWN_UP, curves.BY_TURNS])
    clear = (rows["p_adjusted"] < 1 - CONFIDENCE) & ~turns
    sign = np.sign(rows["slope"].astype(float)).where(clear, 0).where(p.notna())
    rows["verdict"] = sign.map({1: RISING, -1: FALLING, 0: UNCLEAR}).fillna(UNTESTED)
    rows["meaning"] = _meanings(sign, rows["polarity"])
    rows["shape"] = [_shape_words(row, usable.get(row.Index)) if turns[row.Index] else "" for row in rows.itertuples()]
    rows["reason"] = [_reason(row) for row in rows.itertuples()]
    units = rows["unit"].map(short_unit).where(rows["change_unit"] == trend_models.UNIT, rows["change_unit"])
    return rows.assign(change_unit=units.fillna(""), method=rows["method"].fillna(""))


def _adjusted(p: pd.Series) -> pd.Series:
    """Benjamini and Hochberg's p values; missing where there was no test."""
    known = p.dropna()
    return pd.Series(stats.false_discovery_control(known) if len(known) else [], known.index, float).reindex(p.index)


def _meanings(sign: pd.Series, polarity: pd.Series) -> list[str]:
    words = [verdict(int(s), way) if s in (1, -1) else "" for s, way in zip(sign, polarity, strict=True)]
    return [word if word in ("better", "worse") else "" for word in words]


def _shape_words(row, kept: pd.DataFrame | None) -> str:
    """The shape with the period at which the curve turns: "rose until about 2009/10, then fell"."""
    if kept is None or pd.isna(row.turn):
        return str(row.shape)
    nearest = kept["period"].iloc[int((kept["time"] - row.turn).abs().to_numpy().argmin())]
    return str(row.shape).replace(",", f" until about {str(nearest).replace('-', '–')},")


def _reason(row) -> str:
    if pd.isna(row.p_value):
        return row.reason or NO_LINE
    if row.shape:
        return f"not a steady trend: it {row.shape}"
    if row.p_value < 1 - CONFIDENCE <= row.p_adjusted:
        return f"clear alone, but not among {plural(row.n_tested, 'indicator')} tested together"
    return "not at a steady pace" if row.verdict in (RISING, FALLING) and row.p_linear < 1 - CONFIDENCE else ""


def _common(own: pd.DataFrame, other: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The periods that both have."""
    other = _apart(other[other["period"].isin(own["period"])])
    return own[own["period"].isin(other["period"])], other


def _beside(pairs: dict[int, tuple[pd.DataFrame, pd.DataFrame]]) -> pd.DataFrame:
    """The slopes of both over their common periods by the same model, and the test of their difference."""
    models = {place: trend_models.model_for(pd.concat(pair)) for place, pair in pairs.items() if len(pair[0]) >= LEAST}
    used = {place: pairs[place] for place, model in models.items() if "ranks" not in model}
    both = {(place, side): pair[side] for place, pair in used.items() for side in (0, 1)}
    found = trend_models.tested(both, {key: models[key[0]] for key in both})
    own, other = (found.loc[[(place, side) for place in used]].set_axis(list(used)) for side in (0, 1))
    apart = (own["slope"] - other["slope"]).astype(float)
    squares = [part["slope_se"].astype(float) ** 2 for part in (own, other)]
    freedom = sum(squares) ** 2 / sum(
        s**2 / part["df"].astype(float) for s, part in zip(squares, (own, other), strict=True)
    )
    p = 2 * stats.t.sf(np.abs(apart / np.sqrt(sum(squares))), freedom)
    changes = other[["annual_change", "annual_change_pct"]].add_prefix("comparator_").astype(float)
    return changes.assign(n_common=own["n_periods"], apart=apart, compared_p_value=p)


def _compared(rows: pd.DataFrame) -> pd.DataFrame:
    p = rows["compared_p_value"].astype(float)
    rows = rows.assign(compared_p_adjusted=_adjusted(p))
    sign = np.sign(rows["apart"].astype(float)).where(rows["compared_p_adjusted"] < 1 - CONFIDENCE, 0).where(p.notna())
    words = sign.map({1: "higher", -1: "lower", 0: "no clear difference"}).fillna("not compared")
    return rows.assign(compared=words, compared_meaning=_meanings(sign, rows["polarity"]))

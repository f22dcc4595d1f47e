"""Indicators over time: the figures by period, and whether the latest differs from the first."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping

import pandas as pd

from helpers.scoring import figures
from helpers.scoring.estimates import Difference, Estimate, compare, uses_log_scale, verdict

TREND = [
    "area_code", "area_name", "indicator", "sex", "age_group", "period", "period_start", "period_end",
    "numerator", "denominator", "value", "lowercl", "uppercl", "measure", *figures.PLACE,
]  # fmt: skip
CHANGE = [
    "indicator", "indicator_name", "short_name", "theme", "sex", "age_group", "unit", "measure", "polarity",
    "n_periods", "first_period", "first_value", "first_lowercl", "first_uppercl",
    "first_file", "first_sheet", "first_row", "first_cell",
    "latest_period", "latest_value", "latest_lowercl", "latest_uppercl",
    "difference", "difference_lowercl", "difference_uppercl", "ratio", "ratio_lowercl", "ratio_uppercl",
    "verdict", "meaning", "reason", "method", "p_value", *figures.PLACE,
]  # fmt: skip
HIDDEN = "figures are hidden to protect small numbers, so the others may mislead"
WORDS = {1: "risen", -1: "fallen", 0: "no clear change", None: "not compared"}
OWN = ["value", "lowercl", "uppercl"]


def trend(
    indicators: pd.DataFrame,
    area_codes: Collection[str],
    indicator: str,
    *,
    sex: str = "",
    names: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Gather one indicator over time for some areas.

    Parameters
    ----------
    indicators
        One row a figure.
    area_codes
        The areas, the region first.
    indicator
        Its code.
    sex
        "female" or "male" for figures by sex; without it those for all, and where an area has none, both
        sexes.
    names
        Names of areas by code.

    Returns
    -------
    DataFrame
        One row an area and period (and sex, where it has no figures for all), sorted by ``period_start``,
        then in the order of ``area_codes``: the figure with its limits in the indicator's unit, and its
        place. Where several files have figures of an indicator, the one with the most periods, and no other:
        releases revise populations and definitions. Periods may overlap, as three-year averages do.
    """
    table = figures.totals(figures.complete(figures.files_with(indicators, [indicator])))
    return _trend(table, area_codes, indicator, sex, names)


def _trend(
    table: pd.DataFrame,
    area_codes: Collection[str],
    indicator: str,
    sex: str = "",
    names: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """What `trend` gives, of figures that are complete and for whole areas."""
    rows = table[(table["indicator"] == indicator) & table["area_code"].isin(list(area_codes))]
    rows = rows[rows["sex"] == sex] if sex else figures.whole_population(rows)
    return _in_order(one_figure_each(rows), area_codes, names)


def _in_order(rows: pd.DataFrame, area_codes: Collection[str], names: Mapping[str, str] | None = None) -> pd.DataFrame:
    """One indicator's figures by period and area, with the areas' names."""
    written = {code: figures.area_name(rows, code, names) for code in rows["area_code"].unique()}
    place = {code: position for position, code in enumerate(area_codes)}
    called = rows["area_code"].map(written).astype("object")
    rows = rows.assign(area_name=called, _place=rows["area_code"].map(place))
    rows = rows.sort_values(["period_start", "period_end", "period", "_place", "sex"], ignore_index=True)
    return rows[TREND]


def one_figure_each(rows: pd.DataFrame) -> pd.DataFrame:
    """Keep one series an indicator: the file with the most periods of it, and that file alone.

    Releases revise populations and definitions, so a line, and a change along it, never runs from one into another.
    """
    periods = rows.groupby(["indicator", "file"])["period"].transform("nunique")
    ordered = rows.assign(_periods=periods).sort_values(["_periods", "file"], ascending=[False, True], kind="stable")
    longest = ordered.groupby("indicator")["file"].transform("first")
    return (
        ordered[ordered["file"] == longest]
        .drop_duplicates(["area_code", *figures.KEY, "period"])
        .drop(columns="_periods")
    )


def trend_change(indicators: pd.DataFrame, area_code: str, register: pd.DataFrame) -> pd.DataFrame:
    """Test for every indicator whether a region's latest figure differs from its first.

    Parameters
    ----------
    indicators
        One row a figure.
    area_code
        The region.
    register
        The register of indicators.

    Returns
    -------
    DataFrame
        One row an indicator (and sex or age group) with figures for two periods or more, in the register's
        order: the first and the latest period with value and limits, ``n_periods``, the ``difference``
        (latest less first) and, for rates and percentages, the ``ratio`` (latest to first), each with its
        approximate 95 % interval; ``verdict``: "risen", "fallen", "no clear change" or "not compared";
        ``meaning``: "better" or "worse" where it has risen or fallen and the indicator has a direction,
        else ""; ``method``, ``p_value``, ``reason``; the place of the latest figure (``file``,
        ``sheet``, ``row``, ``cell``) and that of the first (the same with ``first_``).

    Notes
    -----
    The two ends only, tested by their limits as in `estimates.compare`; what lies between them, and whether
    it is a steady trend, this does not say. Figures whose periods overlap share events and are not
    compared, nor is a series with hidden figures: these are hidden for being small, so what is left leans one
    way. Figures by month are left out: the seasons part them, and a control chart shows them (`delays`).
    """
    table = figures.totals(figures.complete(indicators, register))
    own = one_figure_each(figures.whole_population(without_months(table[table["area_code"] == area_code])))
    own = own.sort_values(["period_start", "period_end", "period"], kind="stable")
    named = figures.with_names(own.drop_duplicates(figures.KEY, keep="last"), register)
    groups = dict(iter(own.groupby(figures.KEY)))
    gone = {key[:4] for key in figures.hidden(indicators, area_code) if key[5] == "total"}
    rows = [_change(latest, groups[tuple(latest[k] for k in figures.KEY)], gone) for latest in named.to_dict("records")]
    changes = pd.DataFrame([row for row in rows if row["n_periods"] > 1], columns=CHANGE)
    return changes.astype({"row": "Int64", "first_row": "Int64", "n_periods": int})


def without_months(table: pd.DataFrame) -> pd.DataFrame:
    """Leave out figures by month, which belong in a control chart."""
    days = (table["period_end"] - table["period_start"]).dt.days + 1
    return table[~days.between(28, 31)]


def _change(latest: Mapping[str, object], group: pd.DataFrame, hidden: Collection[tuple]) -> dict[str, object]:
    first = group.iloc[0]
    found = _tested(latest, first)
    if tuple(latest[column] for column in (*figures.KEY, "file")) in hidden:
        found = Difference(None, reason=HIDDEN)
    meaning = verdict(found.sign, str(latest["polarity"])) if found.sign else ""
    row = {**latest, "n_periods": len(group), "verdict": WORDS[found.sign]}
    row |= {f"first_{column}": first[column] for column in figures.PLACE}
    row["meaning"] = meaning if meaning in ("better", "worse") else ""
    for end, figure in (("first", first), ("latest", latest)):
        row |= {f"{end}_period": figure["period"], **{f"{end}_{column}": figure[column] for column in OWN}}
    for name, estimate in (("difference", found.difference), ("ratio", found.ratio)):
        row |= dict(zip((name, f"{name}_lowercl", f"{name}_uppercl"), vars(estimate).values(), strict=True))
    return row | {"reason": found.reason, "method": found.method, "p_value": found.p_value}


def _tested(latest: Mapping[str, object], first: pd.Series) -> Difference:
    if latest["measure"] != first["measure"]:
        return Difference(None, reason="the measure changed")
    if pd.notna(first["period_end"]) and first["period_end"] >= latest["period_start"]:
        return Difference(None, reason="the two periods overlap")
    ends = [Estimate(*(float(figure[column]) for column in OWN)) for figure in (latest, first)]
    found = compare(*ends, log=uses_log_scale(str(latest["measure"])))
    if found.sign is None:
        return Difference(
            None, reason=found.reason, difference=Estimate(ends[0].value - ends[1].value, math.nan, math.nan)
        )
    return found


def trends(indicators: pd.DataFrame, area_codes: Collection[str], changes: pd.DataFrame) -> pd.DataFrame:
    """Gather every indicator of a table of changes over time: the rows of `trend`, one indicator after the other."""
    wanted = list(changes["indicator"].unique())
    table = figures.totals(figures.complete(figures.files_with(indicators, wanted)))
    table = table[table["indicator"].isin(wanted) & table["area_code"].isin(list(area_codes))]
    rows = one_figure_each(figures.whole_population(table))[TREND].groupby("indicator")
    places = rows.indices
    parts = [_in_order(rows.obj.iloc[places.get(indicator, [])], area_codes) for indicator in wanted]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=TREND)

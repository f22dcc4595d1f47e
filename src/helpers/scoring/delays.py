"""Delayed discharges by month: beds taken by people who were ready to leave hospital, and what is usual here."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from helpers.scoring import delays_words, figures
from helpers.scoring.over_time import one_figure_each
from helpers.scoring.ratings import check_columns
from helpers.scoring.xmr import xmr
from helpers.scoring.xmr_summary import xmr_summary

BED_DAYS, BEDS = "delayed_discharge_bed_days", "delayed_discharge_beds"
PER = 100_000
YEAR = 12
MONTHLY = [
    "area_code", "area_name", "age_group", "date", "period", "bed_days", "days_in_month", "beds_per_day",
    "reported_beds", "population", "beds_per_100000", *figures.PLACE,
]  # fmt: skip


def monthly(
    indicators: pd.DataFrame,
    area_codes: Collection[str],
    *,
    adults: pd.DataFrame | None = None,
    names: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Gather delayed discharges by month.

    Parameters
    ----------
    indicators
        One row a figure; the indicators ``delayed_discharge_bed_days`` and ``delayed_discharge_beds``.
    area_codes
        The areas, the region first.
    adults
        Adults by ``area_code`` and ``year``: ``population``. A year beyond the last one takes the last.
    names
        Names of areas by code.

    Returns
    -------
    DataFrame
        One row an area and month, in the order of ``area_codes``, then of time: ``date`` (first day), ``period``,
        ``age_group``, ``bed_days``, ``days_in_month``, ``beds_per_day`` (bed days divided by the days of the month,
        so that a short month does not look better), ``reported_beds`` (the source's own average, whole beds),
        ``population`` (adults), ``beds_per_100000`` (beds a day per 100,000 adults, missing where they are not
        known) and the place of the bed days. Of several age groups the widest open one: all, or 18 and over. Empty
        where there are none. A month with two different figures is left out, as a gap: which holds cannot be told.

    Raises
    ------
    ValueError
        If a month has bed days below 0.
    """
    check_columns(indicators, figures.REQUIRED, "indicators")
    table = figures.complete(indicators[indicators["indicator"].isin((BED_DAYS, BEDS))]).reset_index(drop=True)
    table = table[(table["quintile"] == "total") & table["area_code"].isin(list(area_codes)) & (table["sex"] == "all")]
    days = _months(_widest(table[table["indicator"] == BED_DAYS]))
    days = days.rename(columns={"value": "bed_days", "period_start": "date"})
    days["days_in_month"] = days["date"].dt.days_in_month
    days["beds_per_day"] = days["bed_days"] / days["days_in_month"]
    days = days.join(_reported(table[table["indicator"] == BEDS]), on=["area_code", "age_group", "period"])
    days["population"] = _population(days, adults)
    days["beds_per_100000"] = PER * days["beds_per_day"] / days["population"]
    days["area_name"] = [figures.area_name(days, code, names) for code in days["area_code"]]
    place = {code: position for position, code in enumerate(area_codes)}
    order = days.assign(_place=days["area_code"].map(place)).sort_values(["_place", "date"], kind="stable").index
    return days.loc[order, MONTHLY].reset_index(drop=True)


def control(months: pd.DataFrame, *, rebases: pd.DataFrame | None = None, target: float | None = None) -> pd.DataFrame:
    """Set every month beside what the area's own months lead to expect.

    Parameters
    ----------
    months
        As `monthly` gives it, of one area or several.
    rebases
        As ``reference.rebases.load_rebases`` gives it; limits start anew on these dates and never on their own.
    target
        Beds a day, where there is one.

    Returns
    -------
    DataFrame
        One row an area and month: ``area_code``, the columns of `xmr.xmr` (``value`` in beds a day, fewer are an
        improvement), ``rebase_reason`` (at the first month of new limits, else ""), and ``area_name``, ``period``,
        ``bed_days``, ``days_in_month``, ``reported_beds``, ``beds_per_100000`` and the place.

    Notes
    -----
    Neighbouring months share people who wait long, and winters differ from summers, so that more months lie outside
    the limits than in series without such ties: a signal is a reason to look, not a proof.
    """
    declared = (
        pd.DataFrame({"date": [], "reason": []}) if rebases is None else rebases[rebases["indicator"] == BED_DAYS]
    )
    chart = xmr(
        months, date="date", value="beds_per_day", by="area_code", improvement="decrease", target=target,
        rebase=list(declared["date"]),
    )  # fmt: skip
    begins = chart.groupby("area_code")["phase"].diff() > 0
    reasons = [_reason(declared, date) if new else "" for date, new in zip(chart["date"], begins, strict=True)]
    kept = [column for column in MONTHLY if column not in ("age_group", "beds_per_day", "population")]
    chart = chart.assign(rebase_reason=pd.Series(reasons, chart.index, dtype="str"))
    return chart.merge(months[kept], on=["area_code", "date"], how="left", validate="one_to_one")


def summary(chart: pd.DataFrame) -> pd.DataFrame:
    """Sum a control chart of delayed discharges up, in numbers and words.

    Parameters
    ----------
    chart
        As `control` gives it.

    Returns
    -------
    DataFrame
        One row an area: ``area_code``, the columns of `xmr.xmr_summary`, ``area_name``, ``run_length`` (how many of
        the last months lie on the latest one's side of the mean), ``n_months`` (12, or fewer where there are no
        more), ``months_from`` (the first of them), ``bed_days`` and ``beds_per_day`` (bed days divided by days) in
        these months, ``finding`` (a title) and ``sentence`` (what the finding rests on).
    """
    found = xmr_summary(chart, by="area_code")
    parts = [_last_months(chart[chart["area_code"] == code]) for code in found["area_code"]]
    found = pd.concat([found, pd.DataFrame(parts, columns=_LAST, index=found.index)], axis=1)
    rows = list(found.itertuples())
    texts = {
        "finding": [delays_words.finding(row) for row in rows],
        "sentence": [delays_words.basis(row) for row in rows],
    }
    return found.assign(**{name: pd.Series(said, found.index, dtype="str") for name, said in texts.items()})


_LAST = ["area_name", "run_length", "n_months", "months_from", "bed_days", "beds_per_day"]


def _last_months(chart: pd.DataFrame) -> dict[str, object]:
    """The last twelve months in sum, and how long the latest run on one side of the mean is."""
    known = chart[chart["value"].notna()]
    latest = known.iloc[-1]
    year = known[known["date"] > latest["date"] - pd.DateOffset(months=YEAR)]
    run = _run(known[known["phase"] == latest["phase"]])
    days = year["bed_days"].sum()
    return dict(zip(_LAST, [latest["area_name"], run, len(year), year["date"].iloc[0], days,
                            days / year["days_in_month"].sum()], strict=True))  # fmt: skip


def _run(phase: pd.DataFrame) -> int:
    """How many of the last months lie on one side of the mean; a month without a figure ends the run."""
    side = np.sign((phase["value"] - phase["mean"]).to_numpy())
    begins = np.diff(side, prepend=np.nan) != 0
    begins |= phase["moving_range"].isna().to_numpy()
    return len(side) - int(np.flatnonzero(begins)[-1])


def _widest(table: pd.DataFrame) -> pd.DataFrame:
    """The age group that takes in all others: all, else the open one that begins earliest."""
    starts = {group: _start(group) for group in table["age_group"].unique()}
    open_ended = {group: start for group, start in starts.items() if start is not None}
    return table[table["age_group"] == min(open_ended, key=open_ended.get)] if open_ended else table.head(0)


def _start(group: str) -> float | None:
    """The age at which an open group begins: 18 for "18plus", "18+" and "18 and over"; None for a closed one."""
    if group.strip().casefold() in ("all", "all ages"):
        return -1
    match = re.fullmatch(r"(\d+)\s*(?:\+|plus|and over|and older|or over)", group.strip().casefold())
    return float(match[1]) if match else None


def _months(table: pd.DataFrame) -> pd.DataFrame:
    """One figure a month, from one file; whole months only, and none of a month for which two figures contradict."""
    whole = table["period_start"].dt.is_month_start & (
        table["period_start"] + pd.offsets.MonthEnd(0) == table["period_end"]
    )
    table = table[whole].drop_duplicates(["file", "area_code", "period_start", "value"])
    table = table[~table.duplicated(["file", "area_code", "period_start"], keep=False)]
    if (table["value"] < 0).any():
        row = table[table["value"] < 0].iloc[0]
        raise ValueError(
            f"{row['file']} {row['cell']}: {row['value']:g} bed days in {row['period']}; there are no fewer than 0"
        )
    return one_figure_each(table)


def _reported(table: pd.DataFrame) -> pd.Series:
    keys = ["area_code", "age_group", "period"]
    return table.drop_duplicates(keys).set_index(keys)["value"].rename("reported_beds")


def _population(days: pd.DataFrame, adults: pd.DataFrame | None) -> pd.Series:
    """Adults of the month's year, or of the last year before it that is known."""
    if adults is None or adults.empty:
        return days["denominator"]
    known = adults[["area_code", "year", "population"]].astype({"year": int, "population": float})
    wanted = days[["area_code"]].assign(year=days["date"].dt.year.astype(int), _row=days.index)
    found = pd.merge_asof(wanted.sort_values("year"), known.sort_values("year"), on="year", by="area_code")
    return found.set_index("_row")["population"].reindex(days.index)


def _reason(declared: pd.DataFrame, date: pd.Timestamp) -> str:
    """The reason of the last rebase up to a date."""
    before = declared[declared["date"] <= date].sort_values("date")
    return str(before["reason"].iloc[-1]) if len(before) else ""

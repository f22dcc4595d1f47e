"""The age structure of a population in five broad bands, from the counts that are printed for every council area."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pandas as pd

from helpers.scoring import figures
from helpers.scoring.age_bands import bounds
from helpers.scoring.population import comparator_areas, comparator_name, naming
from helpers.scoring.ratings import check_columns
from helpers.scoring.wording import NBSP, listing, number

TOTAL = "population_all_ages"
SHARES = {
    "0-15": "population_0_15", "65+": "population_65_plus", "75+": "population_75_plus", "85+": "population_85_plus",
}  # fmt: skip
BANDS = ("0-15", "16-64", "65-74", "75-84", "85+")
COLUMNS = [
    "area_code", "area_name", "period", "age_group", "age_from", "population", "share_pct", "comparator_name",
    "comparator_share_pct", "minimum_pct", "maximum_pct", "n_areas", "basis", "reason", "file", "sheet", "cell",
]  # fmt: skip
RATIOS = {
    "dependency": ("People aged 0 to 15 and 65 and over", "per 100 aged 16 to 64", ("0-15", "65+"), "16-64"),
    "young_dependency": ("People aged 0 to 15", "per 100 aged 16 to 64", ("0-15",), "16-64"),
    "old_age_dependency": ("People aged 65 and over", "per 100 aged 16 to 64", ("65+",), "16-64"),
    "share_75_plus": ("People aged 75 and over", "% of the population", ("75+",), "all"),
    "share_85_plus": ("People aged 85 and over", "% of the population", ("85+",), "all"),
}
RATIO_COLUMNS = [
    "ratio", "ratio_name", "unit", "value", "numerator", "denominator", "comparator_name", "comparator_value",
    "minimum", "maximum", "n_areas", "rank", "period", "basis", "file",
]  # fmt: skip
HALF_A_UNIT = 0.05


def broad_bands(
    indicators: pd.DataFrame,
    area_code: str,
    *,
    comparator: str = "",
    peers: Collection[str] = (),
    parts: Collection[str] = (),
    names: Mapping[str, str] | None = None,
    counted: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Give a population in five broad age bands, as differences of printed counts.

    Parameters
    ----------
    indicators
        One row a figure: ``population_all_ages`` (people), and ``population_0_15``, ``_65_plus``, ``_75_plus`` and
        ``_85_plus`` (percentages with the number of people as numerator), of one file and one year.
    area_code, comparator, peers, parts, names
        As `helpers.scoring.population.pyramid` has them.
    counted
        What `broad_counts` gives of the indicators, where that is at hand.

    Returns
    -------
    DataFrame
        One row a band (0-15, 16-64, 65-74, 75-84, 85+), in order: ``population`` (people), ``share_pct``, the
        comparator's share, ``minimum_pct`` and ``maximum_pct`` (lowest and highest share among the ``n_areas`` peers),
        ``basis`` ("printed" or "sum of 32 areas"), and where the printed counts stand. Where they contradict each
        other ``population`` is missing and ``reason`` says why. No rows where there are no figures for the area.

    Notes
    -----
    16-64 is all ages less 0-15 and 65+, and so on. Three checks: no band is below 0; each printed percentage is its
    numerator over all ages, to half a unit of its first decimal; all counts are of one year and one file. ScotPHO
    rounds all ages to the nearest 10 people, which passes on to the band 16-64. A sum is given only where every part
    has figures that pass.
    """
    table = broad_counts(indicators) if counted is None else counted
    own, basis = _own(table, area_code, parts)
    if own is None:
        return pd.DataFrame(columns=COLUMNS)
    known = naming(indicators)
    others = comparator_areas(known, area_code, comparator, peers, parts)
    beside = _beside(table, others, own)
    kin = table[table["area_code"].isin(set(peers)) & (table["reason"] == "") & (table["period"] == own["period"])]
    shares = kin[list(BANDS)].div(kin["all"], axis=0) * 100
    rows = [_band(band, own, beside, shares[band]) for band in BANDS]
    return pd.DataFrame(rows).assign(
        area_code=area_code,
        area_name=figures.area_name(known, area_code, names),
        comparator_name=comparator_name(known, comparator, others, names) if beside is not None else "",
        n_areas=len(kin),
        basis=basis,
        **{column: own[column] for column in ("period", "reason", "file", "sheet", "cell")},
    )[COLUMNS]


def ratios(
    indicators: pd.DataFrame,
    area_code: str,
    *,
    comparator: str = "",
    peers: Collection[str] = (),
    parts: Collection[str] = (),
    names: Mapping[str, str] | None = None,
    counted: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Give dependency ratios and the shares of the old, beside the comparator and all peers.

    Parameters
    ----------
    indicators, area_code, comparator, peers, parts, names, counted
        As in `broad_bands`.

    Returns
    -------
    DataFrame
        One row a ratio (``dependency``, ``young_dependency``, ``old_age_dependency`` per 100 people aged 16 to 64;
        ``share_75_plus``, ``share_85_plus`` in % of all): ``ratio_name``, ``unit``, ``value`` with ``numerator`` and
        ``denominator`` (people), the comparator's value, ``minimum`` and ``maximum`` among the ``n_areas`` peers,
        and ``rank`` among them (1 is the highest; missing for an area that is not one of them). No rows where the
        counts are missing or contradict each other.

    Notes
    -----
    An age says nothing of who works or who needs care: the ratio is one of ages, by convention.
    """
    table = broad_counts(indicators) if counted is None else counted
    own, basis = _own(table, area_code, parts)
    if own is None or own["reason"]:
        return pd.DataFrame(columns=RATIO_COLUMNS)
    known = naming(indicators)
    others = comparator_areas(known, area_code, comparator, peers, parts)
    beside = _beside(table, others, own)
    kin = table[table["area_code"].isin(set(peers)) & (table["reason"] == "") & (table["period"] == own["period"])]
    rows = [_ratio(code, own, beside, kin) for code in RATIOS]
    name = comparator_name(known, comparator, others, names) if beside is not None else ""
    return pd.DataFrame(rows).assign(
        comparator_name=name, n_areas=len(kin), period=own["period"], basis=basis, file=own["file"]
    )[RATIO_COLUMNS].astype({"rank": "Int64"})  # fmt: skip


def broad_counts(indicators: pd.DataFrame) -> pd.DataFrame:
    """Give the printed counts of every area, at its latest year with all five, and what speaks against them.

    Returns
    -------
    DataFrame
        One row an area: ``area_code``, ``period`` (the year), ``file``, ``sheet``, ``cell`` (of the four shares),
        ``all``, the printed ``0-15``, ``65+``, ``75+``, ``85+`` and the differences ``16-64``, ``65-74``, ``75-84``
        (people), and ``reason``, "" where they agree.
    """
    check_columns(indicators, figures.REQUIRED, "indicators")
    wanted = indicators[indicators["indicator"].isin([TOTAL, *SHARES.values()])]
    table = figures.totals(figures.complete(wanted))
    table = table[table["sex"] == "all"]
    people = table["value"].where(table["indicator"] == TOTAL, table["numerator"])
    table = table.assign(year=table["period_end"].dt.year, people=people)
    keys = ["area_code", "file", "year"]
    columns = [TOTAL, *SHARES.values()]
    people, printed, cells = (
        table.pivot_table(index=keys, columns="indicator", values=value, aggfunc="first").reindex(columns=columns)
        for value in ("people", "value", "cell")
    )
    people = people.dropna().astype(float)
    result = people.set_axis(["all", *SHARES], axis=1)
    result = result.assign(**{
        "16-64": result["all"] - result["0-15"] - result["65+"],
        "65-74": result["65+"] - result["75+"],
        "75-84": result["75+"] - result["85+"],
    })  # fmt: skip
    result["reason"] = [
        _reason(row, shares)
        for row, shares in zip(result.to_dict("records"), printed.reindex(result.index).to_dict("records"), strict=True)
    ]
    cells = cells.reindex(result.index).itertuples(index=False, name=None)
    result["cell"] = [", ".join(map(str, row)) for row in cells]
    result = result.reset_index().assign(sheet="").sort_values(["area_code", "year", "file"], kind="stable")
    result["period"] = result["year"].astype(int).astype(str)
    return result.drop_duplicates("area_code", keep="last").drop(columns="year").reset_index(drop=True)


def _reason(row: Mapping[str, float], printed: Mapping[str, float]) -> str:
    """Why the counts of one area cannot be used, "" where they can."""
    below = [band for band in BANDS if row[band] < 0]
    if below or row["all"] <= 0:
        return f"the printed counts leave fewer than 0 people aged {listing(below)}" if below else "nobody is counted"
    for band, indicator in SHARES.items():
        share = 100 * row[band] / row["all"]
        if abs(share - printed[indicator]) > HALF_A_UNIT + 1e-9:
            counted = f"{number(row[band])} of {number(row['all'])} people are {number(share, 2)}{NBSP}%"
            return f"aged {band}: {counted}, but {number(printed[indicator])}{NBSP}% is printed"
    return ""


def _own(table: pd.DataFrame, area_code: str, parts: Collection[str]) -> tuple[dict[str, object] | None, str]:
    """The area's own counts, or the sum of all its parts, and which of the two."""
    own = table[table["area_code"] == area_code]
    if len(own):
        return own.iloc[0].to_dict(), "printed"
    return (_sum(table, parts), f"sum of {len(parts)} areas") if parts else (None, "")


def _sum(table: pd.DataFrame, parts: Collection[str]) -> dict[str, object] | None:
    """The counts of several areas together; None unless all have sound ones of one file and year."""
    rows = table[table["area_code"].isin(set(parts)) & (table["reason"] == "")]
    if len(rows) < len(set(parts)) or len(rows[["period", "file"]].drop_duplicates()) != 1:
        return None
    return {**rows.iloc[0].to_dict(), **rows[["all", *SHARES, *BANDS]].sum().to_dict(), "area_code": "", "cell": ""}


def _beside(table: pd.DataFrame, others: Collection[str], own: Mapping[str, object]) -> dict[str, object] | None:
    """The comparator's areas together; None where there is none, or none of the same year."""
    beside = _sum(table, others) if others else None
    return beside if beside and beside["period"] == own["period"] else None


def _band(
    band: str, own: Mapping[str, object], beside: Mapping[str, object] | None, kin: pd.Series
) -> dict[str, object]:
    people = float("nan") if own["reason"] else own[band]
    return {
        "age_group": band,
        "age_from": bounds(band)[0],
        "population": people,
        "share_pct": 100 * people / own["all"],
        "comparator_share_pct": 100 * beside[band] / beside["all"] if beside else float("nan"),
        "minimum_pct": kin.min(),
        "maximum_pct": kin.max(),
    }


def _ratio(
    code: str, own: Mapping[str, object], beside: Mapping[str, object] | None, kin: pd.DataFrame
) -> dict[str, object]:
    name, unit, over, under = RATIOS[code]
    values = 100 * kin[list(over)].sum(axis=1) / kin[under]
    people = sum(own[band] for band in over)
    value = 100 * people / own[under]
    is_one = own["area_code"] in set(kin["area_code"])
    return {
        "ratio": code, "ratio_name": name, "unit": unit, "value": value, "numerator": people, "denominator": own[under],
        "comparator_value": 100 * sum(beside[band] for band in over) / beside[under] if beside else float("nan"),
        "minimum": values.min(), "maximum": values.max(),
        "rank": int((values > value).sum()) + 1 if is_one else pd.NA,
    }  # fmt: skip

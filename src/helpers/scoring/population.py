"""The age structure of a population by sex and five-year band, for a pyramid.

Counts of residents are estimates or counts of everybody: they have no sampling interval, and none is made up.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import pandas as pd

from helpers.scoring import age_bands, figures
from helpers.scoring.ratings import check_columns

POPULATION = "population"
COUNCIL_AREAS = "council-areas"
SEXES = ("female", "male")
COLUMNS = [
    "area_code", "area_name", "period", "sex", "age_group", "age_from", "population", "share_pct",
    "comparator_name", "comparator_share_pct", "n_areas", "basis", "file", "sheet", "cell",
]  # fmt: skip
CELL = ["sex", "age_from"]
BY_BAND = ["period", "period_end", *CELL, "age_group", "population", "basis", *figures.PLACE]


def pyramid(
    indicators: pd.DataFrame,
    area_code: str,
    *,
    comparator: str = "",
    peers: Collection[str] = (),
    parts: Collection[str] = (),
    names: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Give a population by sex and five-year age band, at the latest period that has every band of both sexes.

    Parameters
    ----------
    indicators
        One row a figure; those of the indicator ``population`` (a number of people) by sex and age group: single
        ages or narrow bands up to an open one.
    area_code
        The region.
    comparator
        The code or the id of the area whose age structure is laid beside it, or ``council-areas`` for all ``peers``
        together.
    peers
        The codes of all areas of the region's kind, such as the 32 council areas.
    parts
        The codes of the areas that make the region up, to be added where it has no figures of its own.
    names
        Names of areas by code.

    Returns
    -------
    DataFrame
        One row a sex (female, male) and age band ("0-4" to "90+", or to the source's own open band): ``area_code``,
        ``area_name``, ``period``, ``sex``, ``age_group``, ``age_from`` (years), ``population`` (people), ``share_pct``
        (of both sexes and all ages together), ``comparator_name`` and ``comparator_share_pct`` (of the comparator's
        people, same file and period; missing where one of its bands is), ``n_areas`` (how many areas the comparator
        is), ``basis`` ("printed" or "sum of 32 areas"), and where the figure stands; one that was added up from
        several cells names the file alone. No rows where no period has every band of both sexes: nothing is filled in.
    """
    series = by_band(indicators, area_code, parts=parts)
    if series.empty:
        return pd.DataFrame(columns=COLUMNS)
    own = series[series["period"] == series["period"].iloc[-1]].copy()
    own["share_pct"] = 100 * own["population"] / own["population"].sum()
    known = naming(indicators)
    others = comparator_areas(known, area_code, comparator, peers, parts)
    alike = _of(indicators[indicators["period"] == own["period"].iloc[0]], [POPULATION], others)
    alike = alike[alike["file"] == own["file"].iloc[0]]
    beside = by_band(alike, "", parts=others) if others else series.iloc[:0]
    own = own.merge(_shares(beside), on=CELL, how="left", validate="1:1")
    found = bool(own["comparator_share_pct"].notna().all())
    own = own.assign(
        area_code=area_code,
        area_name=figures.area_name(known, area_code, names),
        comparator_name=comparator_name(known, comparator, others, names) if found else "",
        comparator_share_pct=own["comparator_share_pct"] if found else float("nan"),
        n_areas=len(others) if found else 0,
    )
    return own[COLUMNS].reset_index(drop=True)


def by_band(
    indicators: pd.DataFrame, area_code: str, *, parts: Collection[str] = (), width: int = age_bands.FIVE
) -> pd.DataFrame:
    """Give an area's population by sex and band for every period that has all bands of both sexes.

    Parameters
    ----------
    indicators, area_code, parts
        As in `pyramid`.
    width
        Of the bands in years: 5, or 1 for single ages.

    Returns
    -------
    DataFrame
        One row a period, sex and band, in their order: ``period``, ``period_end``, ``sex``, ``age_group``,
        ``age_from``, ``population``, ``basis``, ``file``, ``sheet``, ``cell``. All periods are of one file, the one
        with the latest period, and of those the one with the most periods.
    """
    check_columns(indicators, figures.REQUIRED, "indicators")
    is_one = (indicators["indicator"] == POPULATION) & indicators["area_code"].isin([area_code, *parts])
    if not is_one.any():
        return pd.DataFrame(columns=BY_BAND)
    table = counts(indicators[is_one])
    own, basis = table[table["area_code"] == area_code], "printed"
    if own.empty and parts:
        own, basis = table[table["area_code"].isin(set(parts))], f"sum of {len(parts)} areas"
    wanted = 1 if basis == "printed" else len(set(parts))
    pieces = [_banded(part, width, wanted) for _, part in own.groupby(["file", "period"], sort=False)]
    kept = [piece for piece in pieces if len(piece)]
    if not kept:
        return pd.DataFrame(columns=BY_BAND)
    return _one_file(pd.concat(kept)).assign(basis=basis)


def counts(indicators: pd.DataFrame, indicator: str = POPULATION) -> pd.DataFrame:
    """The figures of an indicator that are of one sex and one age band of a whole area, with ``age_from``, ``age_to``.

    Of a figure that stands twice in a file the first is taken.
    """
    check_columns(indicators, figures.REQUIRED, "indicators")
    table = figures.complete(indicators[indicators["indicator"] == indicator])
    table = table[table["sex"].isin(SEXES) & (table["quintile"] == "total")]
    table = age_bands.with_bounds(table)
    return table[table["age_from"].notna()].drop_duplicates(["file", "period", "area_code", *CELL, "age_to"])


def naming(indicators: pd.DataFrame) -> pd.DataFrame:
    """The areas that figures are of, each once: ``area_code``, ``area_name`` and ``region``, "" where not given."""
    check_columns(indicators, figures.REQUIRED, "indicators")
    columns = ["area_code", "area_name", "region"]
    table = indicators.reindex(columns=columns).drop_duplicates()
    return table.astype("object").fillna("").astype(str)


def _of(indicators: pd.DataFrame, names: Collection[str], areas: Collection[str]) -> pd.DataFrame:
    """The figures of some indicators and areas, complete; taken out first, since they may be few of very many."""
    check_columns(indicators, figures.REQUIRED, "indicators")
    return figures.complete(indicators[indicators["indicator"].isin(names) & indicators["area_code"].isin(areas)])


def comparator_areas(
    table: pd.DataFrame, area_code: str, comparator: str, peers: Collection[str], parts: Collection[str]
) -> list[str]:
    """The codes of the areas that are the comparator together; none where the region would be its own comparator."""
    if comparator == COUNCIL_AREAS:
        return [] if set(parts) >= set(peers) else list(peers)
    is_it = (table["area_code"] == comparator) | ((table["region"] == comparator) & (comparator != ""))
    return [code for code in table.loc[is_it, "area_code"].unique() if code != area_code]


def comparator_name(
    table: pd.DataFrame, comparator: str, others: Sequence[str], names: Mapping[str, str] | None
) -> str:
    """What the comparator is: an area's name, or "all 32 council areas"."""
    if comparator == COUNCIL_AREAS:
        return f"all {len(others)} council areas"
    return figures.area_name(table, others[0], names)


def _shares(beside: pd.DataFrame) -> pd.DataFrame:
    share = 100 * beside["population"] / beside["population"].sum()
    return beside[CELL].assign(comparator_share_pct=share.astype(float)).astype({"age_from": float, "sex": object})


def _banded(part: pd.DataFrame, width: int, areas: int) -> pd.DataFrame:
    """One period of one file in bands of a width; no rows unless every area has the same whole bands of both sexes."""
    cells = part.groupby([*CELL, "age_to"])["area_code"].nunique()
    if len(cells) == 0 or (cells != areas).any():
        return part.iloc[:0]
    bands = {sex: cells[sex].index.to_frame() for sex in SEXES if sex in cells.index}
    ends = [tuple(frame["age_from"]) for frame in bands.values()]
    is_whole = all(age_bands.is_whole(frame["age_from"], frame["age_to"]) for frame in bands.values())
    if len(ends) < 2 or ends[0] != ends[1] or not is_whole or not age_bands.fits_into(ends[0], width):
        return part.iloc[:0]
    return _added(part, width, min(ends[0][-1] // width * width, age_bands.LAST_OPEN))


def _added(part: pd.DataFrame, width: int, last: float) -> pd.DataFrame:
    starts = age_bands.wider_start(part["age_from"], width, last)
    groups = part.assign(age_from=starts).groupby(CELL)
    first = groups[["period", "period_end", "file", "sheet", "cell"]].first()
    added = first.assign(
        population=groups["value"].sum(), cell=first["cell"].where(groups.size() == 1, "")
    ).reset_index()
    labels = [age_bands.label(start, start + width if start < last else float("inf")) for start in added["age_from"]]
    return added.assign(age_group=labels, row=pd.NA)


def _one_file(table: pd.DataFrame) -> pd.DataFrame:
    """The periods of the file that has the latest one, in their order."""
    files = table.groupby("file").agg(latest=("period_end", "max"), periods=("period", "nunique"))
    best = files.sort_values(["latest", "periods"], kind="stable").index[-1]
    return table[table["file"] == best].sort_values(["period_end", "period", *CELL], ignore_index=True)

"""A region beside its comparator and all areas, indicator by indicator, at its latest period."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.scoring import figures
from helpers.scoring.estimates import (
    Difference,
    Estimate,
    against_benchmark,
    compare,
    uses_log_scale,
    verdict,
)

COUNCIL_AREAS = "council-areas"
COUNCIL_PREFIX = "S12"
FEWEST_AREAS = 10
NOT_ONE_OF_THEM = "the median is of areas of another kind; they are shown to see how they spread"

TEXTS = [
    "indicator", "indicator_name", "short_name", "theme", "sex", "age_group",
    "period", "unit", "measure", "polarity",
]  # fmt: skip
OWN = ["value", "lowercl", "uppercl"]
COMPARATOR = [
    "comparator_name", "comparator_value", "comparator_lowercl", "comparator_uppercl", "comparator_basis",
]  # fmt: skip
RANGE = ["minimum", "q1", "median", "q3", "maximum"]
POSITIONS = ["x", "x_lower", "x_upper", "x_min", "x_q1", "x_median", "x_q3", "x_max"]
COLUMNS = [
    *TEXTS, *OWN, *COMPARATOR, *RANGE, "n_areas", "rank", "verdict", "reason", "method", "p_value",
    "clear_distance", *POSITIONS, *figures.PLACE,
]  # fmt: skip
NUMBERS = [*OWN, *COMPARATOR[1:4], *RANGE, "p_value", "clear_distance", *POSITIONS]


class Figures(NamedTuple):
    """The figures of one indicator, sex, age group and period, an element an area and file."""

    area_code: np.ndarray
    area_name: np.ndarray
    region: np.ndarray
    file: np.ndarray
    value: np.ndarray
    lowercl: np.ndarray
    uppercl: np.ndarray


def beside_comparator(
    indicators: pd.DataFrame,
    *,
    area_code: str,
    comparator: str,
    register: pd.DataFrame,
    names: Mapping[str, str] | None = None,
    peers: Collection[str] | None = None,
    fewest_areas: int = FEWEST_AREAS,
) -> pd.DataFrame:
    """Set a region beside its comparator for every indicator, at the region's latest period.

    Parameters
    ----------
    indicators
        One row a figure.
    area_code
        The region.
    comparator
        The code (or the region id) of another area, or ``council-areas`` for the median of the council areas.
    register
        The register of indicators, by ``indicator``.
    names
        Names of areas by code; without them the files' own names, or the codes.
    peers
        The codes of the areas that the region is one of, for the range and the median; without them all
        areas whose code is of the same kind (council areas for a council area and for Scotland).
    fewest_areas
        Below this many areas neither a range nor a median is given.

    Returns
    -------
    DataFrame
        One row an indicator (and sex or age group, where it has no figure for all), in the register's order:

        ``period``, ``unit``, ``measure``, ``polarity``; ``value``, ``lowercl``, ``uppercl`` of the region,
        in the indicator's unit, and ``file``, ``sheet``, ``row``, ``cell`` where they stand;
        ``comparator_value`` and its limits, and ``comparator_basis``: what it truly is, the area's name or
        "median of 32 council areas"; ``comparator_name``, the same with a capital letter; ``minimum``,
        ``q1``, ``median``, ``q3``, ``maximum`` of the ``n_areas`` areas (quartiles by numpy's ``linear``);
        ``rank`` of the region among them, 1 the best, or the highest where there is no direction;
        ``verdict``: "better", "worse", "higher", "lower", "no clear difference" or "not compared", with
        ``method``, ``p_value`` or ``reason``; ``clear_distance``, how far its interval stays from the comparator
        (`clear_distance`); ``x`` and the other positions for a spine chart (`spine_positions`).

    Notes
    -----
    *Which period.* The region's latest, even where the comparator has a figure for an earlier period only:
    a fresh figure beside the median of the areas says more of today than an old one beside the national
    figure. The comparator is always of the same indicator, period, sex and age group. Where it has no such
    figure, the median of all areas of the same file and period stands in, and ``comparator_basis`` says so.

    *Which file.* Where several files have the region's figure for that period, the one with the most areas.

    *Which test.* Two areas: a z test of the difference or, for rates and percentages, the ratio, with
    standard errors from the 95 % limits. The test takes the areas as independent; a council area is part of
    Scotland, which makes the test err on the side of "no clear difference". A median of areas is taken as
    fixed, and only an area that is one of them is judged by it (a country lies elsewhere than the median of its
    parts because large parts weigh more): a z test of the distance, with the standard error of the limit that faces it.
    Nothing corrects for the number of indicators: of 40 indicators without any difference about 2 would show one.

    Figures from files without any limits, denominators or further areas are left to `plan_figures`.
    """
    table = figures.totals(figures.complete(indicators, register))
    own = figures.whole_population(table[table["area_code"] == area_code])
    kin = set(_peers(table["area_code"].unique(), area_code, comparator) if peers is None else peers)
    alike = _alike(table, own)
    chosen = figures.with_names(_one_file(_latest(own), alike, kin), register)
    rows = [
        _row(figure, alike[_key(figure)], kin, comparator, names, fewest_areas) for figure in chosen.to_dict("records")
    ]
    whole = {"rank": "Int64", "row": "Int64", "n_areas": int}
    return pd.DataFrame(rows, columns=COLUMNS).astype({**dict.fromkeys(NUMBERS, float), **whole})


def _key(figure: Mapping[str, object]) -> tuple:
    return tuple(figure[column] for column in (*figures.KEY, "period"))


def _alike(table: pd.DataFrame, own: pd.DataFrame) -> dict[tuple, Figures]:
    """The same figure of all areas, for each that the region has; as arrays, which are quick to walk."""
    columns = [table[column].to_numpy() for column in Figures._fields]
    wanted = set(own[[*figures.KEY, "period"]].itertuples(index=False, name=None))
    places = table.groupby([*figures.KEY, "period"]).indices
    return {key: Figures(*(column[place] for column in columns)) for key, place in places.items() if key in wanted}


def _latest(own: pd.DataFrame) -> pd.DataFrame:
    """All rows of the period that ends last, for each indicator, sex and age group."""
    ordered = own.sort_values(["period_end", "period_start", "period"], na_position="first", kind="stable")
    return ordered[ordered["period"] == ordered.groupby(figures.KEY)["period"].transform("last")]


def _one_file(latest: pd.DataFrame, alike: Mapping[tuple, Figures], kin: set[str]) -> pd.DataFrame:
    """Of the same figure in several files, the one whose file has it for the most areas."""
    counted = latest.assign(
        _areas=[
            len(_areas(alike[_key(figure)], figure["file"], kin))
            for figure in latest[[*figures.KEY, "period", "file"]].to_dict("records")
        ]
    )
    ordered = counted.sort_values(["_areas", "file"], ascending=[False, True], kind="stable")
    return ordered.drop_duplicates(figures.KEY).drop(columns="_areas")


def _areas(alike: Figures, file: str, kin: set[str]) -> dict[str, float]:
    """The value of each area of the region's kind in one file; of a figure that stands twice the first."""
    values: dict[str, float] = {}
    for code, its_file, value in zip(alike.area_code, alike.file, alike.value, strict=True):
        if its_file == file and code in kin:
            values.setdefault(code, float(value))
    return values


def _peers(codes: Collection[str], area_code: str, comparator: str) -> list[str]:
    """The codes of the region's kind: alike in the first three characters, or in other schemes in length."""
    if comparator == COUNCIL_AREAS or area_code.startswith("S92"):
        return [code for code in codes if code.startswith(COUNCIL_PREFIX)]
    if re.fullmatch(r"[A-Z]\d{8}", area_code):
        return [code for code in codes if code.startswith(area_code[:3])]
    return [code for code in codes if len(code) == len(area_code)]


def _row(
    figure: Mapping[str, object],
    alike: Figures,
    kin: set[str],
    comparator: str,
    names: Mapping[str, str] | None,
    fewest_areas: int,
) -> dict[str, object]:
    areas = _areas(alike, figure["file"], kin)
    enough = len(areas) >= fewest_areas
    row = {**figure, **_range(list(areas.values()) if enough else []), "n_areas": len(areas)}
    row["rank"] = _rank(figure, areas) if enough else pd.NA
    beside, basis = _comparator(figure, alike, comparator, names), ""
    own = Estimate(*(figure[column] for column in OWN))
    if beside is not None:
        estimate, basis = beside
        found = compare(own, estimate, log=uses_log_scale(str(figure["measure"])))
    elif enough:
        estimate, basis = Estimate(row["median"]), f"median of {len(areas)} {_words(kin)}"
        is_one = figure["area_code"] in kin
        found = against_benchmark(own, estimate.value) if is_one else Difference(None, reason=NOT_ONE_OF_THEM)
    else:
        estimate = Estimate(math.nan)
        found = Difference(None, reason=_too_few(len(areas)))
    row |= {
        "comparator_name": basis[:1].upper() + basis[1:],
        "comparator_value": estimate.value,
        "comparator_lowercl": estimate.lowercl,
        "comparator_uppercl": estimate.uppercl,
        "comparator_basis": basis,
        "verdict": verdict(found.sign, str(figure["polarity"])),
        "reason": found.reason,
        "method": found.method,
        "p_value": found.p_value,
    }
    return row | {"clear_distance": clear_distance(row)} | spine_positions(row)


def _comparator(
    figure: Mapping[str, object], alike: Figures, comparator: str, names: Mapping[str, str] | None
) -> tuple[Estimate, str] | None:
    """The comparator's own figure and its name, from the same file where that has it."""
    codes, regions, files = alike.area_code, alike.region, alike.file
    found = [
        place
        for place, code in enumerate(codes)
        if code != figure["area_code"] and (code == comparator or (regions[place] == comparator != ""))
    ]
    if not found:
        return None
    place = min(found, key=lambda place: (files[place] != figure["file"], files[place]))
    named = {"area_code": codes, "area_name": alike.area_name}
    name = (names or {}).get(codes[place]) or figures.area_name(pd.DataFrame(named), codes[place], names)
    return Estimate(alike.value[place], alike.lowercl[place], alike.uppercl[place]), name


def _words(kin: set[str]) -> str:
    return "council areas" if all(code.startswith(COUNCIL_PREFIX) for code in kin) else "areas"


def _too_few(n: int) -> str:
    if n <= 1:
        return "no other area has a figure for this period"
    return f"only {n} areas have a figure for this period"


def _range(values: list[float]) -> dict[str, float]:
    if not values:
        return dict.fromkeys(RANGE, math.nan)
    return dict(zip(RANGE, map(float, np.quantile(values, [0, 0.25, 0.5, 0.75, 1])), strict=True))


def _rank(figure: Mapping[str, object], areas: Mapping[str, float]) -> object:
    if figure["area_code"] not in areas:
        return pd.NA
    own = figure["value"]
    if figure["polarity"] == "lower_is_better":
        return sum(value < own for value in areas.values()) + 1
    return sum(value > own for value in areas.values()) + 1


def clear_distance(row: Mapping[str, object]) -> float:
    """How far the region's interval stays from its comparator: the part of the distance that the interval carries.

    Parameters
    ----------
    row
        ``value``, ``lowercl``, ``uppercl``, ``comparator_value``, ``minimum``, ``q1``, ``q3`` and ``maximum`` of one
        indicator.

    Returns
    -------
    float
        The distance from the comparator to the nearest end of the region's 95 % interval, over the interquartile
        range of all areas (over their full range where the middle half of them has one value), so that indicators
        in different units compare. Below 0 where the interval holds the comparator. Missing where there are no
        limits, no comparator or no range.
    """
    above = float(row["value"]) >= float(row["comparator_value"])
    distance = float(row["lowercl" if above else "uppercl"]) - float(row["comparator_value"])
    ranges = (float(row["q3"]) - float(row["q1"]), float(row["maximum"]) - float(row["minimum"]))
    unit = next((width for width in ranges if width > 0), math.nan)
    return (distance if above else -distance) / unit


def spine_positions(row: Mapping[str, object]) -> dict[str, float]:
    """Where the marks of a spine chart go, in one unit for all indicators.

    Parameters
    ----------
    row
        ``value``, ``lowercl``, ``uppercl``, ``comparator_value``, ``minimum``, ``q1``, ``median``, ``q3``,
        ``maximum`` and ``polarity`` of one indicator.

    Returns
    -------
    dict
        ``x`` (the region), ``x_lower`` and ``x_upper`` (the left and right end of its interval), ``x_min``,
        ``x_q1``, ``x_median``, ``x_q3``, ``x_max`` (the areas' range, from left to right). The comparator
        is at 0, the better side to the right and the worse to the left; without a direction higher is to
        the right. One unit is the distance from the comparator to the area (or the region's own value) that
        is furthest from it, so that the range lies within -1 to 1; the ends of an interval may lie beyond.
        All are missing where there is no comparator or no range.
    """
    flip = -1.0 if row["polarity"] == "lower_is_better" else 1.0
    centre = float(row["comparator_value"])
    reach = np.abs(np.array([row["minimum"], row["maximum"], row["value"]], dtype=float) - centre).max()
    unit = flip / reach if reach > 0 else math.nan if math.isnan(reach) else 0.0

    def at(*columns: str) -> list[float]:
        places = [(float(row[column]) - centre) * unit for column in columns]
        return sorted(place + 0.0 for place in places)

    ends = dict(zip(("x_lower", "x_upper"), at("lowercl", "uppercl"), strict=True))
    spread = dict(zip(POSITIONS[3:], at(*RANGE), strict=True))
    return {"x": at("value")[0], **ends, **spread}

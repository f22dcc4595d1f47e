"""A region against all areas of its kind: funnels and ranks of the indicators on which it clearly differs most."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import special

from helpers.scoring import figures, funnels
from helpers.scoring.beside import FEWEST_AREAS, clear_distance
from helpers.scoring.contrasts import with_false_discovery_rate, with_verdicts

MOST = 4
FALSE_SHARE = 0.05
FUNNEL, RANK = "funnel", "rank"
GROUP = [*figures.KEY, "period", "file"]
TEXTS = ["indicator_name", "short_name", "theme", "unit", "measure", "polarity"]
LIMITS = ["lower_limit_95", "upper_limit_95", "lower_limit_99_8", "upper_limit_99_8"]
OWN = ["value", "lowercl", "uppercl"]
AREA = ["area_code", "area_name", "is_region"]
WHOSE = [*figures.KEY, *TEXTS, "period"]
FUNNELS = [
    *WHOSE, *AREA, "numerator", *OWN, "size", "target", *LIMITS, "p_value", "sign", "position", "overdispersion",
    "statistic", "multiplier", "n_areas", "verdict", "method", "reason", *figures.PLACE,
]  # fmt: skip
RANKS = [*WHOSE, *AREA, *OWN, "place", "average", "n_areas", "verdict", "method", *figures.PLACE]
TESTS = [
    *WHOSE, *OWN, "average", "n_areas", "place", "kind", "p_value", "q_value", "sign", "verdict", "clear_distance",
    "overdispersion", "is_chosen", "method", "reason", *figures.PLACE,
]  # fmt: skip
SIZES = {
    "rate": "the population is taken as events over rate, the effective one of a standardised rate",
    "proportion": "the denominator is taken as numerator over percentage where the source prints none",
}
Z_TEST = "z test of the distance from the mean of the areas; errors from the 95 % limits"
NO_EVENTS = "the source does not print the number of events"
NO_LIMITS = "no limits are given, so that no difference can be tested"


class AgainstAll(NamedTuple):
    """``tests`` has one row an indicator; ``funnels`` and ``ranks`` one row an area of each indicator chosen."""

    tests: pd.DataFrame
    funnels: pd.DataFrame
    ranks: pd.DataFrame


def against_all(
    indicators: pd.DataFrame,
    *,
    area_code: str,
    register: pd.DataFrame,
    names: Mapping[str, str] | None = None,
    most: int = MOST,
    fewest_areas: int = FEWEST_AREAS,
) -> AgainstAll:
    """Set a region against the average of all areas of its kind, and choose the indicators on which it differs most.

    Parameters
    ----------
    indicators
        One row a figure, as `ingest.indicators` gives it.
    area_code
        The region. Areas of its kind have codes with the same first three characters; a country has none beside it.
    register
        The register of indicators, by ``indicator``.
    names
        Names of areas by code; without them the files' own names, or the codes.
    most
        At most so many indicators are chosen.
    fewest_areas
        An indicator with figures for fewer areas is left out.

    Returns
    -------
    AgainstAll
        ``tests``: one row an indicator (and sex or age group, where it has no figure for all) in the register's order:
        the region's figure with its limits, ``average`` of the areas, ``n_areas``, ``place`` (1 the best, or the
        highest where there is no direction), ``kind`` ("funnel" or "rank": how it is drawn), ``p_value``, ``q_value``
        (corrected), ``sign`` and ``verdict`` after correction, ``clear_distance`` (as `beside.clear_distance`, from the
        average), ``overdispersion`` (phi, of funnels), ``is_chosen``, ``method``, ``reason``, and the figure's place.

        ``funnels``: one row an area of each funnel chosen: its figure, ``size``, ``target``, limits at its size,
        ``position``, and ``verdict``, that of the region in every row; ``statistic`` and ``multiplier`` are what
        `funnels.funnel_curve` wants. ``ranks``: one row an area of each rank chosen, from low to high.

    Notes
    -----
    *Which period.* The latest for which at least ``fewest_areas`` areas have a figure, from the file with the most.

    *Which test.* Where the source prints the numerators: whether the region lies outside the funnel's limits
    (`funnels`), around the rate or percentage of all areas together. A rate is age-standardised: its effective
    population is events over rate. Numerators that are annual averages of several years (as in ScotPHO's) are taken as
    they stand, as the source does for its own limits, so that the limits are wider than all the events would make them.
    Where there are no numerators: a z test of the distance from the plain mean of the areas, standard errors from the
    95 % limits, the area's own from the side of its interval that faces the mean; the region is part of the mean, and
    its share in it is allowed for. Areas without limits are taken to be as unsure as the others on average.

    *Which picture.* A funnel where there are numerators, unless three in four areas lie outside its 99.8 %
    limits: then it tells nothing apart and all areas are ranked, beside the same average.

    *Which indicators.* Of those with a direction that is better, the ones whose p value is below 0.05 after Benjamini
    and Hochberg's correction for all of the region's tests; of these the ones whose 95 % interval stays furthest from
    the average, in interquartile ranges of the areas. Of females and males the one that differs more.

    An area is outside by chance in about 1 of 20 cases before the correction. Where areas differ for reasons other than
    chance (``overdispersion`` well above 1, usual with large counts), being outside is nothing rare.
    """
    table = figures.totals(figures.complete(indicators, register))
    kin = table[_is_kin(table["area_code"], area_code)]
    groups = _groups(kin, area_code, fewest_areas)
    if groups.empty:
        return AgainstAll(*(pd.DataFrame(columns=columns) for columns in (TESTS, FUNNELS, RANKS)))
    rows = _with_areas(kin.merge(groups, on=GROUP, validate="m:1"), area_code, register, names)
    rows = _with_places(rows, fewest_areas)
    tests = _chosen(_tests(rows), most)
    chosen = tests.loc[tests["is_chosen"], "verdict"]
    picked = rows[rows["_order"].isin(chosen.index)]
    picked = picked.assign(verdict=picked["_order"].map(chosen))
    return AgainstAll(tests[TESTS], _of_kind(picked, FUNNEL, FUNNELS), _of_kind(picked, RANK, RANKS))


def _is_kin(codes: pd.Series, area_code: str) -> pd.Series:
    """Which codes are of the region's kind: alike in the first three characters of the statistical code."""
    if not re.fullmatch(r"[A-Z]\d{8}", area_code):
        return codes != codes
    return codes.str.fullmatch(area_code[:3] + r"\d{6}")


def _groups(kin: pd.DataFrame, area_code: str, fewest_areas: int) -> pd.DataFrame:
    """Which figures of the region to take: of each indicator one period in one file."""
    own = figures.whole_population(kin[kin["area_code"] == area_code])
    counted = kin.groupby(GROUP, as_index=False)["area_code"].nunique().rename(columns={"area_code": "n_areas"})
    found = own.merge(counted, on=GROUP, validate="m:1")
    found = found[found["n_areas"] >= fewest_areas]
    found = found.sort_values(["period_end", "period", "n_areas"], na_position="first", kind="stable")
    return found.drop_duplicates(figures.KEY, keep="last")[[*GROUP, "n_areas"]]


def _with_areas(
    rows: pd.DataFrame, area_code: str, register: pd.DataFrame, names: Mapping[str, str] | None
) -> pd.DataFrame:
    """The areas' rows with names, in the register's order of indicators, and from low to high within each."""
    rows = figures.with_names(rows.drop_duplicates([*figures.KEY, "area_code"]), register)
    order = rows.groupby(figures.KEY, sort=False).ngroup()
    called = {code: figures.area_name(rows, code, names) for code in rows["area_code"].unique()}
    rows = rows.assign(_order=order, area_name=rows["area_code"].map(called), is_region=rows["area_code"] == area_code)
    return rows.sort_values(["_order", "value", "area_code"], kind="stable", ignore_index=True)


def _with_places(rows: pd.DataFrame, fewest_areas: int) -> pd.DataFrame:
    """Add where each area stands in its indicator; only the numbers are taken apart, since texts are slow to."""
    numbers = rows[["numerator", "denominator", *OWN, "is_region"]]
    starts = np.flatnonzero(~rows["_order"].duplicated())
    ends = np.append(starts[1:], len(rows))
    of_each = rows.iloc[starts][["measure", "polarity"]].itertuples(index=False, name=None)
    placed = [
        _part(numbers.iloc[start:end], *texts, fewest_areas)
        for start, end, texts in zip(starts, ends, of_each, strict=True)
    ]
    return rows.join(pd.concat(placed))


def _part(part: pd.DataFrame, measure: str, polarity: str, fewest_areas: int) -> pd.DataFrame:
    """Place one indicator's areas in a funnel where the source prints numerators, else as a rank."""
    place = part["value"].rank(method="min", ascending=polarity == "lower_is_better").astype(int)
    is_region = part["is_region"].to_numpy(dtype=bool)
    known = ~np.isnan(part["numerator"].to_numpy()) & (part["value"].to_numpy() > 0)
    per = re.fullmatch(r"rate_per_(\d+)", measure)
    has_sizes = (per or measure == "percent") and (known & is_region).any()
    if has_sizes and known.sum() >= fewest_areas:
        placed = _funnel(part, known, float(per[1]) if per else 100.0, "rate" if per else "proportion")
        if not placed["sign"].isna().to_numpy()[is_region].any():
            return _table(placed, part, place=place)
    return _table(_rank(part), part, place=place)


def _table(placed: Mapping[str, object], part: pd.DataFrame, **more: object) -> pd.DataFrame:
    """One table of many columns, made at once: added one by one they take three times as long."""
    return pd.DataFrame({**placed, **more}, index=part.index)


def _kind(placed: pd.DataFrame) -> str:
    """A rank where most areas lie outside the funnel's outer limits."""
    outside = sum("99.8" in position for position in placed["position"])
    return RANK if outside >= 0.75 * len(placed) else FUNNEL


def _funnel(part: pd.DataFrame, known: np.ndarray, multiplier: float, statistic: str) -> dict[str, object]:
    events, people, value = (part[name].to_numpy()[known] for name in ("numerator", "denominator", "value"))
    areas = pd.DataFrame(index=part.index[known])
    if statistic == "rate":
        found = funnels.funnel_standardised_rates(areas, numerator=events, value=value, multiplier=multiplier)
    else:
        people = np.where(np.isnan(people), events / value * 100, people)
        found = funnels.funnel_proportions(areas, numerator=events, denominator=people, multiplier=multiplier)
    found["method"] = [f"{words}; {SIZES[statistic]}" if words else "" for words in found["method"]]
    placed = found.drop(columns="value")
    if not known.all():
        placed = placed.reindex(part.index)
        placed["method"] = placed["method"].fillna("")
        placed["reason"] = placed["reason"].where(known, NO_EVENTS)
    target = found["target"].iloc[0]
    same = {"target": target, "average": target, "overdispersion": found["overdispersion"].iloc[0]}
    return dict(placed.items()) | same | {"statistic": statistic, "multiplier": multiplier, "kind": _kind(found)}


def _rank(part: pd.DataFrame) -> dict[str, object]:
    """The test of each area's distance from the plain mean of all, which holds the area itself."""
    values, n = part["value"].to_numpy(), len(part)
    z95 = special.ndtri(0.975)
    lower, upper = ((values - part["lowercl"]) / z95).to_numpy(), ((part["uppercl"] - values) / z95).to_numpy()
    distance = values - values.mean()
    facing, middle = np.where(distance > 0, lower, upper), (lower + upper) / 2
    facing = np.where(middle > 0, facing, np.nan)
    error = np.sqrt(((n - 1) * facing / n) ** 2 + _of_others(middle**2) / n**2)
    p_value = 2 * special.ndtr(-np.abs(distance) / error)
    sign = np.where(np.isnan(p_value), np.nan, np.where(p_value < 0.05, np.sign(distance), 0))
    tested = ~np.isnan(p_value)
    return {
        "average": values.mean(),
        "p_value": p_value,
        "sign": pd.array(sign, "Float64").astype("Int64"),
        "kind": RANK,
        "overdispersion": np.nan,
        "method": np.where(tested, Z_TEST, ""),
        "reason": np.where(tested, "", NO_LIMITS),
    }


def _of_others(variance: np.ndarray) -> np.ndarray:
    """The sum of the variances of all other areas; missing ones are taken to be like the known."""
    known = ~np.isnan(variance)
    count = known.sum() - known
    total = np.nansum(variance) - np.where(known, variance, 0.0)
    return np.where(count > 0, total / np.maximum(count, 1) * (len(variance) - 1), np.nan)


def _tests(rows: pd.DataFrame) -> pd.DataFrame:
    """The region's row of each indicator, tested beside all others."""
    own = rows[rows["is_region"]].set_index("_order", drop=False).rename_axis(None)
    parts = rows.groupby("_order")["value"]
    figure = own[[*OWN, "average"]].to_dict("records")
    distances = [_clear_distance(row, values) for row, (_, values) in zip(figure, parts, strict=True)]
    own = own.assign(clear_distance=distances)
    own = own.astype({"sign": "Int64", "place": "Int64", "row": "Int64", "p_value": float})
    return with_verdicts(with_false_discovery_rate(own, level=FALSE_SHARE), polarity="polarity")


def _clear_distance(figure: Mapping[str, float], values: pd.Series) -> float:
    minimum, q1, q3, maximum = np.quantile(values, [0, 0.25, 0.75, 1])
    spread = {"minimum": minimum, "q1": q1, "q3": q3, "maximum": maximum, "comparator_value": figure["average"]}
    return clear_distance(figure | spread)


def _chosen(tests: pd.DataFrame, most: int) -> pd.DataFrame:
    clear = tests[(tests["sign"].fillna(0) != 0) & (tests["polarity"] != "none")]
    ordered = clear.sort_values(["clear_distance", "p_value"], ascending=[False, True], kind="stable")
    chosen = ordered.drop_duplicates("indicator").index[:most]
    return tests.assign(is_chosen=tests.index.isin(chosen))


def _of_kind(picked: pd.DataFrame, kind: str, columns: list[str]) -> pd.DataFrame:
    own = picked[picked["kind"] == kind]
    return own[columns].reset_index(drop=True) if len(own) else pd.DataFrame(columns=columns)

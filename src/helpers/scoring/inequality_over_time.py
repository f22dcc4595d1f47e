"""The indices of inequality of one region, indicator by indicator and period by period, and whether they have changed.

The indices are those of the ScotPHO convention (`inequality.slope_index`), from the five fifths of deprivation that the
source gives. Their limits say how well a straight line fits; whether an index has changed is tested with the chance in
the five figures instead, since a line that fits badly does so in every period alike.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy import special

from helpers.scoring import figures, slopes
from helpers.scoring.attributable import population_attributable_risk
from helpers.scoring.deprivation import FIFTH_NAMES, FIFTHS, are_hidden
from helpers.scoring.inequality import slope_index
from helpers.scoring.quantile_grid import quantiles
from helpers.scoring.ratings import check_columns
from helpers.scoring.wording import series

HEAD = ["indicator", "indicator_name", "short_name", "theme", "sex", "age_group", "unit", "measure", "polarity"]
GROUP = [*figures.KEY, "file", "period"]
INDICES = [f"{name}{end}" for name in ("sii", "rii", "par") for end in ("", "_lowercl", "_uppercl")]
LINE = ["overall", "most_deprived_end", "least_deprived_end"]
OF_FIFTHS = [f"{name}_{fifth}" for name in ("share", "value", "lowercl", "uppercl") for fifth in FIFTHS]
NUMBERS = [*INDICES, "sii_error", "rii_error", *LINE, *OF_FIFTHS, "population"]
TEXTS = ["gradient", "verdict", "reason", "method"]
COLUMNS = [*HEAD, *figures.PERIOD, "is_latest", *NUMBERS, *TEXTS, *figures.PLACE]
NAMES = {"quantile": "fifth", "population": "denominator", "value": "value"}
LIMITS = {"lowercl": "lowercl", "uppercl": "uppercl"}
FIFTH_ENDS = ["most deprived", "least deprived"]
NOT_WORKED_OUT = "not worked out"
NO_GRADIENT = "no clear gradient"
UNTESTED = "not tested"
Z = float(special.ndtri(0.975))


def inequality_indices(indicators: pd.DataFrame, area_code: str, register: pd.DataFrame) -> pd.DataFrame:
    """Work out the indices of inequality of a region for every indicator and period with figures by fifth.

    Parameters
    ----------
    indicators
        One row a figure; fifths as ``quintile`` "1" (most deprived) to "5", the whole area as "total".
    area_code
        The region.
    register
        The register of indicators.

    Returns
    -------
    DataFrame
        One row an indicator (and sex or age group) and period, in the register's order, the latest period last
        (``is_latest``):

        ``sii``, in the indicator's unit, and ``rii``, as a multiple of the area's overall value, both the most less the
        least deprived end; ``par`` in percent; each with 95 % limits. ``sii_error`` and ``rii_error``, their standard
        errors from the chance in the five values. ``overall``, ``most_deprived_end``, ``least_deprived_end`` (the
        line's heights); ``share_1`` to ``share_5`` (of the population), ``value_1`` ..., ``lowercl_1`` ...,
        ``uppercl_1`` ...: the fifths. ``gradient``: "most deprived" or "least deprived", the end with the higher values
        where the limits of ``sii`` leave out 0 and so does ``sii`` +- 1.96 ``sii_error``, else "". ``verdict``: "most
        deprived worse off", "least deprived worse off", "higher at the most deprived end", "higher at the least
        deprived end" (of indicators without a direction), "no clear gradient", "not tested" (the fifths
        have no limits), or "not worked out" with a ``reason``.
        ``method``, and the place of the total.

    Notes
    -----
    *When a gradient is clear.* ScotPHO's limits come from how far the five values lie off the line; five values that
    lie on one by luck have narrow limits however few events stand behind them. So the chance in the values (their
    printed limits) has to leave out 0 as well.

    Where several files have an indicator by fifth, the one with the most periods, and no other. All five fifths are
    needed: an area without people in one of them has no index, as at ScotPHO. The overall value is the source's own for
    the whole area where it is given, else the mean of the fifths weighted by their people. Nothing corrects for the
    number of indicators.
    """
    check_columns(indicators, figures.REQUIRED, "indicators")
    table = figures.complete(indicators[indicators["area_code"] == area_code], register)
    own = _one_series(figures.whole_population(table))
    if own.empty:
        return pd.DataFrame(columns=COLUMNS)
    heads = figures.with_names(own.drop_duplicates(GROUP), register)
    fifths = own[own["quintile"].isin(FIFTHS)].drop_duplicates([*GROUP, "quintile"])
    long = _all_five(heads, fifths)
    found = heads.join(_measured(long), on=GROUP, validate="1:1").join(_of_fifths(long), on=GROUP, validate="1:1")
    found["is_latest"] = ~found.duplicated(figures.KEY, keep="last")
    hidden = figures.hidden(indicators, area_code)
    found["reason"] = [_reason(row, hidden) for row in found.to_dict("records")]
    carried = found["sii"].abs() > Z * found["sii_error"]
    found["gradient"] = np.select(
        [carried & (found["sii_lowercl"] > 0), carried & (found["sii_uppercl"] < 0)], FIFTH_ENDS, ""
    )
    found["verdict"] = [_verdict(row) for row in found.to_dict("records")]
    return found[COLUMNS].astype({"row": "Int64", **dict.fromkeys(NUMBERS, float)})


def _one_series(own: pd.DataFrame) -> pd.DataFrame:
    """The rows of periods with fifths, of one file an indicator: that with the most such periods; totals first."""
    split = own["quintile"].isin(FIFTHS)
    own = own[split.groupby([own[column] for column in GROUP]).transform("any")]
    periods = own.groupby([*figures.KEY, "file"])["period"].transform("nunique")
    own = own.assign(_periods=periods, _split=own["quintile"].isin(FIFTHS))
    ordered = own.sort_values(["_periods", "file"], ascending=[False, True], kind="stable")
    best = ordered.groupby(figures.KEY)["file"].transform("first")
    order = ["period_start", "period_end", "period", "_split"]
    return ordered[ordered["file"] == best].sort_values(order, kind="stable").drop(columns=["_periods", "_split"])


def _all_five(heads: pd.DataFrame, fifths: pd.DataFrame) -> pd.DataFrame:
    """Five rows an indicator and period, blank where the source gives no figure, with the overall value."""
    columns = [*GROUP, "quintile", "denominator", "value", "lowercl", "uppercl"]
    every = heads[GROUP].merge(pd.DataFrame({"quintile": list(FIFTHS)}), how="cross")
    long = every.merge(fifths[columns], on=[*GROUP, "quintile"], how="left", validate="1:1")
    long["fifth"] = long["quintile"].astype(float)
    totals = heads.assign(overall=heads["value"].where(heads["quintile"] == "total"))
    long = long.merge(totals[[*GROUP, "overall"]], on=GROUP, validate="m:1")
    keys = [long[column] for column in GROUP]
    weighted = (long["value"] * long["denominator"]).groupby(keys).transform("sum")
    mean = weighted / long["denominator"].groupby(keys).transform("sum")
    return long.assign(overall=long["overall"].fillna(mean))


def _measured(long: pd.DataFrame) -> pd.DataFrame:
    """The indices by indicator and period."""
    index = slope_index(long, by=GROUP, **NAMES, overall="overall", convention="scotpho").set_index(GROUP)
    par = population_attributable_risk(long, by=GROUP, **NAMES, **LIMITS, value_type="normal").set_index(GROUP)
    found = quantiles(long, GROUP, **NAMES, **LIMITS, value_type="normal")
    lines, overall = slopes.fit(found.share, found.value), index["overall"].to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        of_ratio = (lines.to_slope + index["rii"].to_numpy()[:, None] * found.share) / overall[:, None]
        errors = [np.sqrt(((effect * found.error) ** 2).sum(axis=1)) for effect in (lines.to_slope, of_ratio)]
    index = index.drop(columns=["n_quantiles", "convention"]).assign(sii_error=errors[0], rii_error=errors[1])
    par = par.rename(columns={"reason": "par_reason"})
    return index.join(par[["par", "par_lowercl", "par_uppercl", "par_reason"]], validate="1:1")


def _of_fifths(long: pd.DataFrame) -> pd.DataFrame:
    """The fifths side by side: their shares of the population, values and limits."""
    people = long["denominator"].to_numpy().reshape(-1, len(FIFTHS))
    grids = {name: long[name].to_numpy().reshape(-1, len(FIFTHS)) for name in ("value", "lowercl", "uppercl")}
    grids = {"share": people / np.nansum(people, axis=1, keepdims=True), **grids}
    columns = {f"{name}_{fifth}": grid[:, k] for name, grid in grids.items() for k, fifth in enumerate(FIFTHS)}
    index = pd.MultiIndex.from_frame(long[GROUP].iloc[:: len(FIFTHS)])
    return pd.DataFrame(columns, index=index)


def _reason(row: Mapping[str, object], hidden: Mapping[tuple[str, ...], str]) -> str:
    """Say in the words of the fifths why there is no index, or else why there is no attributable share."""
    place = tuple(row[column] for column in (*figures.KEY, "file", "period"))
    absent = {fifth: f"the {FIFTH_NAMES[fifth].lower()}" for fifth in FIFTHS if pd.isna(row[f"value_{fifth}"])}
    gone = [name for fifth, name in absent.items() if (*place, fifth) in hidden]
    others = [name for name in absent.values() if name not in gone]
    said = [are_hidden(gone)] if gone else []
    said += [f"no figure is given for {series(others)}, in which few people here, or none, may live"] if others else []
    if said:
        return "; ".join(said)
    if any(pd.isna(row[f"share_{fifth}"]) for fifth in FIFTHS):
        return "the source does not say how many people live in each fifth"
    return str(row["reason"] or row["par_reason"]).replace("quantile", "fifth")


def _verdict(row: Mapping[str, object]) -> str:
    if pd.isna(row["sii"]):
        return NOT_WORKED_OUT
    if pd.isna(row["sii_error"]):
        return UNTESTED
    if not row["gradient"]:
        return NO_GRADIENT
    if row["polarity"] == "none":
        return f"higher at the {row['gradient']} end"
    worse = (row["gradient"] == "most deprived") == (row["polarity"] == "lower_is_better")
    return f"{'most' if worse else 'least'} deprived worse off"

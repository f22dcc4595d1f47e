"""The tables behind a bed model, checked and drawn from: the groups' own rates, and what a condition does to them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.scoring.ratings import check_columns
from helpers.scoring.split_normal import split_draws

ALL = "all"
RATES = {"arrivals": "arrivals_per_day", "stay": "stay_days"}


def check_demand(demand: pd.DataFrame) -> pd.DataFrame:
    """Return one row a group: ``group``, both rates with ``_low`` and ``_high``, ``beds`` and ``delayed_pct``.

    Raises
    ------
    ValueError
        If a column is missing, a group stands twice, or a number cannot be: a rate below 0 or outside its interval, a
        share not from 0 to 100.
    """
    check_columns(demand, ("group", *RATES.values()), "demand")
    table = pd.DataFrame({"group": demand["group"].astype(str).to_numpy()})
    if table.empty or table["group"].duplicated().any() or (table["group"] == ALL).any():
        raise ValueError(f"demand: each group has one row, and none is called {ALL!r}")
    for name, column in RATES.items():
        for end, values in zip(("", "_low", "_high"), _interval(demand, column, name, "demand", table), strict=True):
            table[f"{name}{end}"] = values
    for column in ("beds", "delayed_pct"):
        given = demand[column] if column in demand else pd.Series(np.nan, demand.index)
        table[column] = pd.to_numeric(given).to_numpy(dtype=float, na_value=np.nan)
    wrong = (table["beds"] < 0) | (table["delayed_pct"] < 0) | (table["delayed_pct"] > 100)
    if wrong.any():
        names = ", ".join(table.loc[wrong, "group"])
        raise ValueError(f"demand: beds have to be 0 or more, delayed_pct from 0 to 100; look at {names}")
    return table


def check_conditions(conditions: pd.DataFrame, groups: pd.Series) -> pd.DataFrame:
    """Return one row a condition and group: both factors with ``_low`` and ``_high``, names, reason and status.

    Raises
    ------
    ValueError
        If a column is missing, a row stands twice, a group is unknown, or a factor is below 0 or outside its interval.
    """
    check_columns(conditions, ("condition", "arrivals", "stay"), "conditions")
    table = pd.DataFrame({"condition": conditions["condition"].astype(str).to_numpy()})
    texts = {"condition_name": table["condition"], "group": ALL, "reason": "", "status": ""}
    for column, default in texts.items():
        given = conditions[column] if column in conditions else pd.Series("", conditions.index)
        written = given.astype(object).fillna("").astype(str).reset_index(drop=True)
        table[column] = written.where(written != "", default)
    if table.empty or table.duplicated(["condition", "group"]).any():
        raise ValueError("conditions: each condition has one row for a group, or one for all")
    unknown = sorted(set(table["group"]) - {ALL, *groups})
    if unknown:
        raise ValueError(f"conditions: no group of the demand table is called {', '.join(unknown)}")
    for name in RATES:
        for end, values in zip(
            ("", "_low", "_high"), _interval(conditions, name, name, "conditions", table), strict=True
        ):
            table[f"{name}{end}"] = values
    return table


def drawn_rates(base: pd.DataFrame, draws: int, random: np.random.Generator) -> np.ndarray:
    """Draw arrivals x stay of every group: by draw and group, the first row at the values themselves."""
    result = np.ones((draws + 1, len(base)))
    for place, row in enumerate(base.to_dict("records")):
        for name in RATES:
            result[:, place] *= _drawn(row, name, random.standard_normal(draws + 1))
    return result


def condition_factors(rows: pd.DataFrame, groups: pd.Series, draws: int, seed: int) -> np.ndarray:
    """Draw what one condition does to arrivals x stay: by draw and group.

    A row for a group counts for that group, the one for all for the others; a group with neither stays as it is.
    """
    result = np.ones((draws + 1, len(groups)))
    random = np.random.default_rng([seed, *str(rows["condition"].iloc[0]).encode()])
    by_group = {row["group"]: row for row in rows.to_dict("records")}
    factors = {
        name: _drawn(row, "arrivals", random.standard_normal(draws + 1))
        * _drawn(row, "stay", random.standard_normal(draws + 1))
        for name, row in by_group.items()
    }
    for place, group in enumerate(groups):
        chosen = group if group in factors else ALL
        result[:, place] = factors.get(chosen, result[:, place])
    return result


def growth_factors(
    growth: pd.DataFrame | None, groups: pd.Series, draws: int, random: np.random.Generator
) -> np.ndarray:
    """Draw the factors on arrivals from a projection: by draw and group, 1 where none is given."""
    result = np.ones((draws + 1, len(groups)))
    if growth is None:
        return result
    check_columns(growth, ("group", "growth"), "growth")
    table = pd.DataFrame({"group": growth["group"].astype(str).to_numpy()})
    ends = _interval(growth, "growth", "growth", "growth", table)
    table = table.assign(growth=ends[0], growth_low=ends[1], growth_high=ends[2])
    drawn = {row["group"]: _drawn(row, "growth", random.standard_normal(draws + 1)) for row in table.to_dict("records")}
    for place, group in enumerate(groups):
        result[:, place] = drawn.get(group, drawn.get(ALL, result[:, place]))
    return result


def _interval(frame: pd.DataFrame, column: str, name: str, what: str, table: pd.DataFrame) -> list[np.ndarray]:
    """A value and both ends of its interval; ends that are blank are the value itself."""
    value, low, high = (
        pd.to_numeric(frame[c]).to_numpy(dtype=float, na_value=np.nan) if c in frame else np.full(len(frame), np.nan)
        for c in (column, f"{name}_low", f"{name}_high")
    )
    exact = np.isnan(low) & np.isnan(high)
    low, high = np.where(exact, value, low), np.where(exact, value, high)
    wrong = ~((low >= 0) & (low <= value) & (value <= high) & np.isfinite(high)) | ((low == 0) & (high > 0))
    if wrong.any():
        where = ", ".join(" ".join(map(str, row)) for row in table[wrong].iloc[:, :3].to_numpy())
        between = f"between {name}_low and {name}_high, all above 0 or all exactly 0"
        raise ValueError(f"{what}: {column} has to lie {between}; look at {where}")
    return [value, low, high]


def _drawn(row: dict, name: str, z: np.ndarray) -> np.ndarray:
    """Draws of one rate or factor on the scale of logarithms; 0 stays 0."""
    if row[name] == 0:
        return np.zeros_like(z)
    return split_draws(row[name], row[f"{name}_low"], row[f"{name}_high"], z, log=True)

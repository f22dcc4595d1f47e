"""The assumptions of a projection as a declared table: one row a named variant, each parameter with its interval."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.scoring.ratings import check_columns
from helpers.scoring.split_normal import split_draws

PRINCIPAL = "principal"
FACTORS = ("mortality", "fertility")
SHIFTS = ("improvement_pct", "migration", "migration_factor")
PARAMETERS = (*FACTORS, *SHIFTS)
NEUTRAL = {"mortality": 1.0, "fertility": 1.0, "improvement_pct": 0.0, "migration": 0.0, "migration_factor": 1.0}
PER_1000 = "migration_per_1000"
ENDS = ("", "_low", "_high")


def check_assumptions(assumptions: pd.DataFrame) -> pd.DataFrame:
    """Return the assumptions with every column, in order.

    Parameters
    ----------
    assumptions
        One row a variant: ``variant`` (its id, each once), ``variant_name`` (in words), and for each parameter its
        value with ``_low`` and ``_high``, the ends of its 95 % interval (both blank: known exactly).
        ``mortality`` and ``fertility`` multiply the death and birth rates; ``improvement_pct`` is by how many per cent
        the death rates fall each year; ``migration`` is net people a year beyond those in the rates, and
        ``migration_factor`` (0 or more) multiplies those in the rates. A parameter that is not among the columns
        changes nothing. ``reason`` says why.

    Raises
    ------
    ValueError
        If a variant stands twice, a value is missing, lies outside its own interval, or a factor is not above 0 (that
        of migration below 0).
    """
    check_columns(assumptions, ("variant",), "assumptions")
    table = assumptions.reset_index(drop=True).copy()
    if table["variant"].duplicated().any() or table.empty:
        twice = ", ".join(table.loc[table["variant"].duplicated(), "variant"])
        raise ValueError(f"assumptions: each variant has one row; twice: {twice}" if twice else "assumptions: no row")
    for name in PARAMETERS:
        _complete(table, name)
    for column, default in (("variant_name", table["variant"]), ("reason", "")):
        table[column] = table[column].fillna(default) if column in table else default
    columns = [f"{name}{end}" for name in PARAMETERS for end in ENDS]
    return table[["variant", "variant_name", *columns, "reason"]]


def for_area(declared: pd.DataFrame, population: float) -> pd.DataFrame:
    """Turn declared assumptions into those for one area.

    Parameters
    ----------
    declared
        One row a variant and parameter, as `helpers.reference.projection_assumptions.load_projection_assumptions` gives
        it: ``variant``, ``variant_name``, ``parameter``, ``value``, ``low``, ``high``. A parameter that a variant does
        not name is as in the variant ``principal``, with its interval.
    population
        The area's people in the base year, to turn ``migration_per_1000`` into people a year.

    Returns
    -------
    DataFrame
        One row a variant, as `check_assumptions` says.
    """
    check_columns(declared, ("variant", "variant_name", "parameter", "value", "low", "high"), "assumptions")
    own = declared[declared["variant"] == PRINCIPAL].set_index("parameter")
    rows = []
    for variant, part in declared.groupby("variant", sort=False):
        named = pd.concat([part.set_index("parameter"), own])
        named = named[~named.index.duplicated()]
        row = {"variant": variant, "variant_name": part["variant_name"].iloc[0], **NEUTRAL}
        for name, numbers in named[["value", "low", "high"]].iterrows():
            size = population / 1000 if name == PER_1000 else 1.0
            at = "migration" if name == PER_1000 else name
            row |= {f"{at}{end}": size * number for end, number in zip(ENDS, numbers, strict=True)}
        rows.append(row)
    return check_assumptions(pd.DataFrame(rows))


def _complete(table: pd.DataFrame, name: str) -> None:
    """Give a parameter its value and both ends, and refuse what cannot be."""
    value = pd.to_numeric(table[name]).astype(float) if name in table else pd.Series(NEUTRAL[name], table.index)
    ends = [pd.to_numeric(table[f"{name}{end}"]).astype(float) if f"{name}{end}" in table else value * np.nan
            for end in ENDS[1:]]  # fmt: skip
    exact = ends[0].isna() & ends[1].isna()
    low, high = (end.where(~exact, value) for end in ends)
    wrong = value.isna() | ~((low <= value) & (value <= high))
    wrong |= (low <= 0) if name in FACTORS else (low < 0) & (name == "migration_factor")
    if wrong.any():
        names = ", ".join(table.loc[wrong, "variant"].astype(str))
        above = " and above 0" if name in FACTORS else ""
        between = f"a value between {name}_low and {name}_high{above}, in every row"
        raise ValueError(f"assumptions: {name} needs {between}; look at {names}")
    table[name], table[f"{name}_low"], table[f"{name}_high"] = value, low, high


def draw(row: pd.Series, draws: int, random: np.random.Generator) -> dict[str, np.ndarray]:
    """Draw every parameter of one variant from its interval; the first of the ``draws`` is the value itself.

    See `helpers.scoring.split_normal.split_draws`: the value is the median, the ends are the 2.5 and 97.5 % points,
    factors on the scale of logarithms. A drawn value holds for all years, and the parameters are drawn independently.
    """
    return {
        name: split_draws(
            row[name], row[f"{name}_low"], row[f"{name}_high"], random.standard_normal(draws), log=name in FACTORS
        )
        for name in PARAMETERS
    }

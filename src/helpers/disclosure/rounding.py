"""Counts rounded to a base, and rates worked out anew from what is left of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import chi2
from statsmodels.stats.proportion import proportion_confint

from helpers.disclosure.implied import COUNTS, MULTIPLIERS, half_unit
from helpers.reference.disclosure import Rule

ALPHA = 0.05


def rounded(table: pd.DataFrame, rule: Rule) -> pd.DataFrame:
    """Round counts to the rule's base, and never leave the exact rate beside a rounded count.

    Parameters
    ----------
    table : DataFrame
        ``numerator``, ``denominator``, ``value``, ``lowercl``, ``uppercl`` and ``measure``.
    rule : Rule

    Returns
    -------
    DataFrame
        A copy. A share or a crude rate is worked out anew from the rounded numerator and denominator, its limits too
        (Wilson for shares, exact Poisson limits for rates, 95 %). A rate that is not numerator / denominator is
        standardised: its value and limits stay, as NHS Digital's rules have it, and the counts beside it go.

    Notes
    -----
    NHS Digital rounds numerator and denominator first and divides then, and leaves standardised rates and
    intervals alone ("complex calculations"); see the source in ``disclosure_rules.csv``.
    """
    result = table.copy()
    if not rule.rounding_base or "numerator" not in table:
        return result
    parts = {name: _to_base(table[name], rule.rounding_base) for name in ("numerator", "denominator") if name in table}
    is_crude = _is_crude(table)
    has_value = table["value"].notna() & table["numerator"].notna() & ~table["measure"].isin(COUNTS)
    keeps = is_crude | ~has_value
    for name, values in parts.items():
        result[name] = values.where(keeps)
    is_count = table["measure"].isin(COUNTS)
    result["value"] = result["value"].mask(is_count, _to_base(table["value"], rule.rounding_base))
    for name in ("lowercl", "uppercl"):
        if name in result:
            result[name] = result[name].mask(is_count)
    return _anew(result, is_crude & has_value)


def _to_base(column: pd.Series, base: int) -> pd.Series:
    """Half a base goes up, as in NHS Digital's tables."""
    return np.floor(column / base + 0.5) * base


def _is_crude(table: pd.DataFrame) -> pd.Series:
    multiplier = table["measure"].map(MULTIPLIERS)
    if "denominator" not in table:
        return pd.Series(False, table.index)
    exact = multiplier * table["numerator"] / table["denominator"]
    slack = half_unit(table["value"].to_numpy(float, na_value=np.nan)) + 1e-9
    return ((exact - table["value"]).abs() <= slack) & exact.notna()


def _anew(table: pd.DataFrame, which: pd.Series) -> pd.DataFrame:
    """Values and limits of the crude rates from the rounded counts; missing where the rounded denominator is 0."""
    part = table[which]
    number, people = part["numerator"].to_numpy(float), part["denominator"].to_numpy(float)
    multiplier = part["measure"].map(MULTIPLIERS).to_numpy(float)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(people > 0, number / people, np.nan)
        is_share = (multiplier == MULTIPLIERS["percent"]) & (share <= 1)
        lower = np.where(is_share, _wilson(number, people)[0], chi2.ppf(ALPHA / 2, 2 * number) / 2 / people)
        upper = np.where(is_share, _wilson(number, people)[1], chi2.ppf(1 - ALPHA / 2, 2 * number + 2) / 2 / people)
    lower = np.where(number == 0, 0.0, lower)
    for name, values in (("value", share), ("lowercl", lower), ("uppercl", upper)):
        had = part[name].notna() if name in part else pd.Series(False, part.index)
        new = pd.Series(np.where(np.isnan(share), np.nan, values * multiplier), part.index)
        if had.any():
            table.loc[part.index[had], name] = new[had]
    return table


def _wilson(number: np.ndarray, people: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    safe = np.where(people > 0, people, 1)
    return proportion_confint(np.minimum(number, safe), safe, alpha=ALPHA, method="wilson")

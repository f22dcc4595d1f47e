"""Primary suppression: which figures rest on a small count, and their numbers taken out all together."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.disclosure.implied import counts
from helpers.disclosure.quoting import without_quotes
from helpers.disclosure.rounding import rounded
from helpers.reference.disclosure import Rule

BLANKED = ("numerator", "value", "lowercl", "uppercl")
FREE_TEXTS = ("note",)
MARK = "hidden: "
PROTECTS = f"{MARK}so that another number cannot be worked out"
FEW_PEOPLE = f"{MARK}too few people"
NOT_ZERO = 1e-9


def small(count: pd.Series | np.ndarray, rule: Rule) -> np.ndarray:
    """Which counts the rule hides; a missing one is not hidden. A count between 0 and 1 is a yearly average: it is."""
    number = np.asarray(count, dtype=float)
    is_small = number < rule.hidden_below - NOT_ZERO
    return is_small if rule.hides_zero else is_small & (number > NOT_ZERO)


def reasons(table: pd.DataFrame, rule: Rule) -> pd.Series:
    """Say for each figure why it has to be hidden, "" where it need not be.

    Parameters
    ----------
    table : DataFrame
        One row a figure, with the columns that :func:`helpers.disclosure.implied.counts` looks at.
    rule : Rule

    Returns
    -------
    Series of str
        ``hidden: fewer than 5`` where the count is small: the numerator, or what the rate and the limits say of it;
        ``hidden: too few people`` where the denominator is.
    """
    said = pd.Series("", table.index, dtype=object)
    if not rule.hides:
        return said.astype(str)
    known = counts(table)
    is_exact = known["through"].isin(["numerator", "value"])
    count = known["lowest"].where(is_exact, (known["lowest"] + known["highest"]) / 2)
    count = count.where(is_exact | (count < 0.5), np.round(count))
    if "denominator" in table:
        people = table["denominator"].to_numpy(float, na_value=np.nan)
        said[small(people, rule) | (people < rule.minimum_denominator)] = FEW_PEOPLE
    said[small(count, rule)] = f"{MARK}{rule.words}"
    return said.astype(str)


def hide(table: pd.DataFrame, rule: Rule, *, hidden: pd.Series | None = None) -> pd.DataFrame:
    """Take the numbers out of figures that rest on a small count: count, rate and both limits together.

    Parameters
    ----------
    table : DataFrame
        One row a figure: ``numerator``, ``denominator``, ``value``, ``lowercl``, ``uppercl``, ``measure``; further
        columns stay as they are.
    rule : Rule
        Whose threshold, and to what the other counts are rounded.
    hidden : Series of str, optional
        Why each figure is hidden, "" for not; :func:`reasons` if not given.

    Returns
    -------
    DataFrame
        A copy with ``is_hidden``. Of a hidden figure ``numerator``, ``value``, ``lowercl`` and ``uppercl`` are missing,
        the denominator too where it is itself small, ``qualifier`` says why without the number, and ``note`` is empty,
        since a text may quote it; other texts of the indicator go where they do (`quoting.without_quotes`). Where the
        rule rounds, all other figures are rounded.
    """
    said = reasons(table, rule) if hidden is None else hidden
    is_hidden = (said != "").to_numpy()
    result = rounded(table, rule)
    for column in [name for name in BLANKED if name in result]:
        result[column] = result[column].mask(is_hidden)
    if "denominator" in result:
        gives_away = small(table["denominator"].to_numpy(float, na_value=np.nan), rule)
        result["denominator"] = result["denominator"].mask(is_hidden & gives_away)
    for column in [name for name in FREE_TEXTS if name in result]:
        result[column] = result[column].mask(is_hidden, "")
    before = result["qualifier"] if "qualifier" in result else pd.Series("", result.index)
    result["qualifier"] = before.where(~is_hidden, said).astype(str)
    result["is_hidden"] = is_hidden
    return without_quotes(result, table, is_hidden)

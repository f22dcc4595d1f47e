"""Disclosure control of a whole table: small counts, what gives them away, and the further cells that have to go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from helpers.disclosure import choosing, tables
from helpers.disclosure.implied import counts
from helpers.disclosure.primary import BLANKED, FEW_PEOPLE, FREE_TEXTS, PROTECTS, hide, reasons, small
from helpers.disclosure.quoting import without_quotes
from helpers.disclosure.system import FIXED, PRIMARY, SECONDARY, SHOWN, UNSEEN
from helpers.disclosure.tables import Structure
from helpers.reference.disclosure import Rule


def protect(table: pd.DataFrame, rule: Rule, *, part_of: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Take small numbers out of a table of indicators, and whatever else would give them away.

    Parameters
    ----------
    table : DataFrame
        One row a figure, as ``ingest.indicators.read_indicators`` documents it.
    rule : Rule
    part_of : mapping, optional
        The code of the whole for the code of each area that is part of another.

    Returns
    -------
    DataFrame
        A copy with ``is_hidden``; of hidden figures ``numerator``, ``value``, ``lowercl`` and ``uppercl`` are missing
        and ``qualifier`` says why: ``hidden: fewer than 5`` or ``hidden: so that another number cannot be worked
        out``. All rows of one figure (its count and its rate, say) are hidden together.

    Notes
    -----
    Sums are looked for along the sexes, the five quintiles, age bands, the parts of an area and overlapping periods,
    within one indicator and group of one table; ``ingest.hiding.hidden_across`` does it for the files of a folder. Not
    known here, and so not protected: the same people in another indicator, cases of which nearly everybody is one (97
    of 100), and what somebody knows besides.
    A count is taken from the numerator, else from the value, the rate with its denominator, or the limits.
    """
    if not rule.hides or table.empty:
        return hide(table, rule)
    said, few = reasons_of(table, rule, part_of=part_of)
    hidden = hide(table, rule, hidden=said)
    if "denominator" in hidden:
        hidden["denominator"] = hidden["denominator"].mask(few)
    return hidden


def reasons_of(
    table: pd.DataFrame,
    rule: Rule,
    *,
    part_of: Mapping[str, str] | None = None,
    is_fixed: np.ndarray | None = None,
) -> tuple[pd.Series, pd.Series]:
    """Say why each figure has to be hidden, further ones included, and which denominators go.

    Parameters
    ----------
    table, rule, part_of
        As for `protect`.
    is_fixed
        Which rows are shown elsewhere, whatever is done here: they tell what they tell and are never hidden.

    Returns
    -------
    tuple of Series
        The reasons, "" for none, and whether the denominator protects a small number of people.
    """
    structure = tables.of_indicators(part_of)
    fixed = np.zeros(len(table), dtype=bool) if is_fixed is None else is_fixed
    number = tables.cell_numbers(table, structure)
    said = _of_cells(reasons(table, rule).mask(fixed, ""), number)
    said = _with_further(table.assign(_fixed=fixed), _counts(table), said, number, structure, rule)
    people = _few_people(table, rule, number, fixed)
    further = _with_further(table.assign(_fixed=fixed), _people(table), people, number, structure, rule)
    return said.where(said != "", further), further != ""


def hide_further(hidden: pd.DataFrame, table: pd.DataFrame, said: pd.Series, few: pd.Series) -> pd.DataFrame:
    """Hide further figures of a table that `protect` gave.

    Parameters
    ----------
    hidden
        The table as it was given.
    table
        The same rows with their numbers.
    said, few
        As `reasons_of` gives them; what is hidden already keeps its reason.
    """
    new = (said != "") & ~hidden["is_hidden"]
    result = hidden.assign(is_hidden=hidden["is_hidden"] | new, qualifier=hidden["qualifier"].mask(new, said))
    for column in [name for name in BLANKED if name in result]:
        result[column] = result[column].mask(new)
    if "denominator" in result:
        result["denominator"] = result["denominator"].mask(few)
    for column in [name for name in FREE_TEXTS if name in result]:
        result[column] = result[column].mask(new, "")
    return without_quotes(result, table, result["is_hidden"].to_numpy())


def complementary(
    table: pd.DataFrame,
    rule: Rule,
    *,
    count: str,
    dimensions: Sequence[str],
    totals: Mapping[str, str],
    same: Sequence[str] = (),
) -> pd.Series:
    """Say which cells of a table with margins have to be hidden, and why.

    Parameters
    ----------
    table : DataFrame
        One row a cell, margins included.
    rule : Rule
    count : str
        The column of counts; missing where the cell is not published anyway.
    dimensions : sequence of str
        The columns along which cells are added up.
    totals : mapping
        For each dimension the label that is the sum of all its others.
    same : sequence of str
        Columns within which cells are added up at all.

    Returns
    -------
    Series of str
        With the table's index: ``hidden: fewer than 5`` (as the rule has it) for small counts, ``hidden: so that
        another number cannot be worked out`` for as few and small further cells as are needed, "" for the rest.

    Raises
    ------
    ValueError
        If a dimension has no total.
    """
    structure = tables.of_table(dimensions, totals, same)
    said = pd.Series(np.where(small(table[count], rule), f"hidden: {rule.words}", ""), table.index, dtype=object)
    known = pd.DataFrame({"count": table[count].astype(float), "slack": 0.0}, index=table.index)
    return _with_further(table, known, said.astype(str), tables.cell_numbers(table, structure), structure, rule)


def _of_cells(said: pd.Series, number: np.ndarray) -> pd.Series:
    """Each row with the strongest reason of its cell; a small count goes before few people."""
    rank = np.select([said.to_numpy() == "", said.to_numpy() == FEW_PEOPLE], [0, 1], 2)
    most = pd.Series(rank, said.index).groupby(number).transform("max").to_numpy()
    words = {0: "", 1: FEW_PEOPLE, 2: next((text for text in said if text not in ("", FEW_PEOPLE)), "")}
    return pd.Series([words[one] for one in most], said.index, dtype=object).astype(str)


def _counts(table: pd.DataFrame) -> pd.DataFrame:
    """The count of each row with what it may be off by; the limits say too little to add up."""
    known = counts(table)
    middle = (known["lowest"] + known["highest"]) / 2
    return pd.DataFrame({"count": middle, "slack": (known["highest"] - known["lowest"]) / 2}, index=table.index)


def _people(table: pd.DataFrame) -> pd.DataFrame:
    people = table["denominator"] if "denominator" in table else pd.Series(np.nan, table.index)
    return pd.DataFrame({"count": people.astype(float), "slack": 0.0}, index=table.index)


def _few_people(table: pd.DataFrame, rule: Rule, number: np.ndarray, fixed: np.ndarray) -> pd.Series:
    few = small(_people(table)["count"], rule) & ~fixed
    return _of_cells(pd.Series(np.where(few, FEW_PEOPLE, ""), table.index, dtype=object), number)


def _with_further(
    table: pd.DataFrame, known: pd.DataFrame, said: pd.Series, number: np.ndarray, structure: Structure, rule: Rule
) -> pd.Series:
    """The reasons, with those of the further cells that protect the small ones."""
    fixed = table["_fixed"].to_numpy() if "_fixed" in table else np.zeros(len(table), dtype=bool)
    cells = table.assign(count=known["count"], slack=known["slack"], _said=said, _cell=number)
    cells["_fixed"] = pd.Series(fixed, table.index).groupby(number).transform("any")
    cells = cells.assign(_blank=cells["count"].isna()).sort_values(["_cell", "_blank"], kind="stable")
    cells = cells[~cells["_blank"]].drop_duplicates("_cell").reset_index(drop=True)
    state = _state(cells, rule)
    for members, group in tables.systems(cells, state, structure, rule):
        state[members] = choosing.protected(group).state[: len(members)]
    further = set(cells["_cell"][state == SECONDARY])
    is_further = pd.Series(number, said.index).isin(further) & (said == "")
    return said.mask(is_further, PROTECTS)


def _state(cells: pd.DataFrame, rule: Rule) -> np.ndarray:
    is_small = small(cells["count"], rule)
    hidden = (cells["_said"] != "").to_numpy()
    ways = [hidden & is_small, hidden, cells["_fixed"].to_numpy(dtype=bool)]
    return np.select(ways, [PRIMARY, UNSEEN, FIXED], SHOWN).astype(object)

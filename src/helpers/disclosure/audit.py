"""The check on what is to be published: solve the tables for every hidden cell, and refuse where one is pinned down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from helpers.disclosure import attack, tables
from helpers.disclosure.implied import counts
from helpers.disclosure.primary import PROTECTS
from helpers.disclosure.system import EXACT, PRIMARY, SECONDARY, SHOWN
from helpers.disclosure.tables import Structure
from helpers.reference.disclosure import Rule

FOUND = ("lowest", "highest", "through", "is_exact", "is_pinned")
PLACES_SHOWN = 20


class DisclosureError(ValueError):
    """A hidden number can be worked out from what is published; ``found`` has a row for each."""

    def __init__(self, found: pd.DataFrame, key: Sequence[str]) -> None:
        self.found = found
        places = [", ".join(str(row[name]) for name in key if str(row[name])) for _, row in found.iterrows()]
        more = f"; and {len(places) - PLACES_SHOWN} more" if len(places) > PLACES_SHOWN else ""
        ways = ", ".join(dict.fromkeys(found["through"]))
        super().__init__(
            f"{len(places)} hidden number{'' if len(places) == 1 else 's'} can be worked out from the published ones"
            f" (through {ways}): {'; '.join(places[:PLACES_SHOWN])}{more}"
            " - hide further cells of the same tables, or their rates and limits"
        )


def audit(published: pd.DataFrame, rule: Rule, *, part_of: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Attack a table of indicators: between which counts must each hidden cell lie?

    Parameters
    ----------
    published : DataFrame
        One row a figure, as it is published: the columns of ``read_indicators`` and ``is_hidden``. The ``qualifier`` of
        a cell that is hidden to protect another says so, and the attacker reads it; any other hidden cell is
        taken to be a small count.
    rule : Rule
        What the attacker knows of the rule.
    part_of : mapping, optional
        The code of the whole for the code of each area that is part of another.

    Returns
    -------
    DataFrame
        One row a hidden cell: its key columns (``indicator``, ``group``, ``area_code``, ``period``, ``sex``,
        ``age_group``, ``quintile``, as far as they are there), ``lowest`` and ``highest`` (the count), ``through``
        (rule: nothing but the rule tells it; sums | rate | limits | value), ``is_exact`` (whether wholeness of people
        was used to the full) and ``is_pinned``: a small count whose range is narrower than the rule's protection width.

    Notes
    -----
    A rate beside a hidden count gives value x denominator / multiplier within its rounding; limits give the count
    back. For a standardised rate both are an approximation. Nothing outside the table is used.
    """
    known = counts(published)
    through = known["through"].replace({"numerator": "value"})
    frame = pd.DataFrame({"lowest": known["lowest"], "highest": known["highest"], "through": through})
    return _attacked(published, frame, rule, tables.of_indicators(part_of))


def audit_table(
    published: pd.DataFrame,
    rule: Rule,
    *,
    count: str,
    dimensions: Sequence[str],
    totals: Mapping[str, str],
    same: Sequence[str] = (),
) -> pd.DataFrame:
    """Attack any table with margins; the arguments are those of ``complementary``, the result that of ``audit``.

    A cell is hidden where ``is_hidden`` says so, or where there is no such column, where the count is missing.
    """
    number = published[count].astype(float)
    is_hidden = published["is_hidden"].astype(bool) if "is_hidden" in published else number.isna()
    number = number.mask(is_hidden)
    frame = pd.DataFrame({"lowest": number, "highest": number, "through": ""}, index=published.index)
    return _attacked(published.assign(is_hidden=is_hidden), frame, rule, tables.of_table(dimensions, totals, same))


def check_disclosure(published: pd.DataFrame, rule: Rule, *, part_of: Mapping[str, str] | None = None) -> pd.DataFrame:
    """Return a table of indicators if no hidden number in it can be worked out.

    Raises
    ------
    DisclosureError
        With the place of every small count whose range is narrower than the protection width of the rule.
    """
    found = audit(published, rule, part_of=part_of)
    return _checked(published, found, tables.of_indicators().key)


def check_table(
    published: pd.DataFrame,
    rule: Rule,
    *,
    count: str,
    dimensions: Sequence[str],
    totals: Mapping[str, str],
    same: Sequence[str] = (),
) -> pd.DataFrame:
    """Return any table with margins if no hidden number in it can be worked out; raise as ``check_disclosure`` does."""
    found = audit_table(published, rule, count=count, dimensions=dimensions, totals=totals, same=same)
    return _checked(published, found, [*same, *dimensions])


def _checked(published: pd.DataFrame, found: pd.DataFrame, key: Sequence[str]) -> pd.DataFrame:
    pinned = found[found["is_pinned"]]
    if len(pinned):
        raise DisclosureError(pinned, [name for name in key if name in pinned])
    return published


def _attacked(published: pd.DataFrame, told: pd.DataFrame, rule: Rule, structure: Structure) -> pd.DataFrame:
    cells = _cells(published, told, structure)
    state = np.select([~cells["is_hidden"], cells["qualifier"] == PROTECTS], [SHOWN, SECONDARY], PRIMARY)
    last = np.where(_is_whole(cells), rule.hidden_below - 1, rule.hidden_below)
    cells["lowest"] = np.where(state == PRIMARY, rule.hidden_from, np.where(state == SECONDARY, rule.hidden_below, 0.0))
    cells["highest"] = np.where(state == PRIMARY, last, np.inf)
    cells["through"], cells["is_exact"] = "rule", True
    for members, group in tables.systems(cells, state.astype(object), structure, rule):
        hidden = np.flatnonzero(state[members] != SHOWN)
        for place, one in zip(members[hidden], attack.ranges(group, hidden), strict=True):
            _narrow(cells, place, one.lowest, one.highest, "sums")
            cells.loc[place, "is_exact"] = one.is_exact
    for place in np.flatnonzero(cells["is_hidden"] & cells["told_lowest"].notna()):
        row = cells.loc[place]
        _narrow(cells, place, row["told_lowest"], row["told_highest"], row["told_through"])
    width = cells["highest"] - cells["lowest"]
    cells["is_pinned"] = (state == PRIMARY) & (width < rule.protection_width - EXACT)
    shown = [*[name for name in structure.key if name in cells], *FOUND]
    return cells.loc[cells["is_hidden"], shown].reset_index(drop=True)


def _cells(published: pd.DataFrame, told: pd.DataFrame, structure: Structure) -> pd.DataFrame:
    """One row a cell: its count where it is published, missing where it is hidden, and what else tells it."""
    rows = published.assign(
        _cell=tables.cell_numbers(published, structure),
        told_lowest=told["lowest"],
        told_highest=told["highest"],
        told_through=told["through"],
        qualifier=published.get("qualifier", ""),
        is_hidden=published["is_hidden"].astype(bool),
        _untold=told["lowest"].isna(),
    )
    is_hidden = rows.groupby("_cell")["is_hidden"].transform("any")
    rows = rows.assign(is_hidden=is_hidden).sort_values(["_cell", "_untold"], kind="stable")
    cells = rows.drop_duplicates("_cell").reset_index(drop=True)
    middle, slack = (cells["told_lowest"] + cells["told_highest"]) / 2, cells["told_highest"] - cells["told_lowest"]
    cells["count"], cells["slack"] = middle.mask(cells["is_hidden"]), (slack / 2).where(~cells["is_hidden"], 0.0)
    return cells[cells["is_hidden"] | cells["count"].notna()].reset_index(drop=True)


def _is_whole(cells: pd.DataFrame) -> bool:
    count = cells["count"].dropna()
    return bool(np.all(np.abs(count - np.round(count)) < EXACT))


def _narrow(cells: pd.DataFrame, place: int, low: float, high: float, through: str) -> None:
    """Keep what is narrower, and say what it came through; two that exclude each other are no contradiction here."""
    least, most = cells.loc[place, "lowest"], cells.loc[place, "highest"]
    if low <= least + EXACT and high >= most - EXACT:
        return
    inside = max(low, least) <= min(high, most) + EXACT
    cells.loc[place, ["lowest", "highest"]] = (max(low, least), min(high, most)) if inside else (low, high)
    cells.loc[place, "through"] = through

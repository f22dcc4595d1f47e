"""From a table of figures to the systems of cells that hang together: what is a sum of what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.disclosure import covers, system
from helpers.disclosure.covers import Cover
from helpers.disclosure.system import System
from helpers.reference.disclosure import Rule

SAME = ("indicator", "group")
DIMENSIONS = ("area_code", "period", "sex", "age_group", "quintile")
YEAR_DAYS = 365.25
LARGEST = 1_500  # cells that hang together through areas and periods at once


@dataclass(frozen=True)
class Structure:
    """How the cells of a table are told apart and added up.

    ``same`` are columns within which cells are added up at all, ``dimensions`` those along which; ``totals`` gives for
    a dimension the label that is the sum of all others. Without ``totals`` the table is one of indicators, and
    ``part_of`` gives the code of the whole for the code of an area.
    """

    same: tuple[str, ...]
    dimensions: tuple[str, ...]
    totals: Mapping[str, str] | None
    part_of: Mapping[str, str]

    @property
    def key(self) -> list[str]:
        return [*self.same, *self.dimensions]


def of_indicators(part_of: Mapping[str, str] | None = None) -> Structure:
    """The structure of a table of indicators: areas, periods, sexes, age groups and quintiles."""
    return Structure(SAME, DIMENSIONS, None, part_of or {})


def of_table(dimensions: Sequence[str], totals: Mapping[str, str], same: Sequence[str] = ()) -> Structure:
    """The structure of any table with margins.

    Raises
    ------
    ValueError
        If ``totals`` names no total for one of the dimensions.
    """
    without = [name for name in dimensions if name not in totals]
    if without:
        raise ValueError(f"totals names no total for {', '.join(without)}; give the label of its margin")
    return Structure(tuple(same), tuple(dimensions), dict(totals), {})


def cell_numbers(table: pd.DataFrame, structure: Structure) -> np.ndarray:
    """Number the cells: rows with the same number are the same cell, whatever their measure."""
    keys = [table[name].astype(str) for name in structure.key if name in table]
    return pd.DataFrame({str(place): key for place, key in enumerate(keys)}).groupby(
        [str(place) for place in range(len(keys))], sort=False
    ).ngroup().to_numpy()  # fmt: skip


def systems(cells: pd.DataFrame, state: np.ndarray, structure: Structure, rule: Rule) -> Iterator[tuple]:
    """Give the groups of cells in which something is to be protected.

    Parameters
    ----------
    cells : DataFrame
        One row a cell: the key columns of the structure, ``count`` and ``slack``; for indicators ``period_start`` and
        ``period_end`` too.
    state : array of str
        Of each cell, as in :class:`helpers.disclosure.system.System`.

    Yields
    ------
    (numbers, system)
        The rows of ``cells`` in the group, and its equations. The system may have further cells at its end, which
        stand in no table.
    """
    same = [name for name in structure.same if name in cells]
    grouped = cells.groupby(same, sort=False, dropna=False) if same else [((), cells)]
    for _, part in grouped:
        if len(part) > 1 and _has_margin(part, structure):
            for cover, scale in _covers(part, structure):
                yield from _groups(part, system.build(part, cover, state[part.index], scale, rule))


def _groups(part: pd.DataFrame, whole: System) -> Iterator[tuple[np.ndarray, System]]:
    places = part.index.to_numpy()
    for members, group in system.groups(system.unseen(whole)):
        yield places[members[members < len(places)]], system.settled(group)


def _has_margin(part: pd.DataFrame, structure: Structure) -> bool:
    return any(len(set(part[name])) > 1 for name in structure.dimensions if name in part)


def _covers(part: pd.DataFrame, structure: Structure) -> Iterator[tuple[dict[str, Cover], np.ndarray]]:
    """The cover of each dimension and the scale of each cell.

    A table too large to solve as a whole is taken twice: its periods apart, and then its areas apart.
    """
    names = [name for name in structure.dimensions if name in part]
    if structure.totals is not None:
        yield {name: covers.with_total(part[name], structure.totals[name]) for name in names}, np.ones(len(part))
        return
    found = {name: _cover(name, part, structure) for name in names}
    links = [name for name in ("period", "area_code") if any(len(parts) > 1 for parts in found.get(name, {}).values())]
    if len(links) < 2 or len(part) <= LARGEST:
        yield found, _scale(part, found.get("period", {}))
        return
    for name in links:
        apart = found | {name: {label: (label,) for label in found[name]}}
        yield apart, _scale(part, apart["period"])


def _cover(name: str, part: pd.DataFrame, structure: Structure) -> Cover:
    if name == "period" and "period_start" in part:
        return covers.of_periods(part)
    simple = {"sex": covers.of_sexes, "quintile": covers.of_quintiles, "age_group": covers.of_ages}
    if name == "area_code":
        return covers.of_areas(part[name], structure.part_of)
    return simple[name](part[name]) if name in simple else {label: (label,) for label in part[name].unique()}


def _scale(part: pd.DataFrame, periods: Cover) -> np.ndarray:
    """1, or 1 / years where the counts of several years are yearly averages.

    Told from the counts: where single years stand beside periods of several, by which of the two is nearer to them;
    where there are none, by broken counts.
    """
    years = np.ones(len(part))
    if "period_start" not in part or max(map(len, periods.values()), default=1) == 1:
        return years
    days = (part["period_end"] - part["period_start"]).dt.days + 1
    years = np.clip(np.round(days.fillna(YEAR_DAYS).to_numpy(float) / YEAR_DAYS), 1, None)
    return 1 / years if _is_average(part, years) else np.ones(len(part))


def _is_average(part: pd.DataFrame, years: np.ndarray) -> bool:
    several = pd.Series(years > 1, part.index)
    count = part["count"]
    who = [part[name] for name in ("area_code", "sex", "age_group", "quintile") if name in part]
    single, long = (count[which].groupby([key[which] for key in who]).mean() for which in (~several, several))
    yearly = (count / years)[several].groupby([key[several] for key in who]).mean()
    if len(single.dropna()) and len(long.dropna()):
        as_average, as_sum = ((kind - single).abs().sum() for kind in (long, yearly))
        return bool(as_average < as_sum)
    known = count[several].dropna()
    return bool(np.any(np.abs(known - np.round(known)) > system.EXACT))

"""The panel behind an assessment: who took part, whose ratings count, when a panel is too small to show."""

from __future__ import annotations

import re

import pandas as pd

from helpers.scoring import ratings as kinds
from helpers.scoring.ratings import check_one_region, individuals, one_each
from helpers.scoring.waves import ensure_waves

SMALLEST_PANEL = 5
NOT_STATED = "not stated"
NOT_SHOWN = "not shown"


def of_wave(ratings: pd.DataFrame, wave: str | None) -> pd.DataFrame:
    """The rows of one wave of one region: the latest without ``wave``; complete and with their waves."""
    table = check_one_region(ensure_waves(ratings))
    if table.empty:
        return table
    if wave is None:
        return table[table["wave_order"] == table["wave_order"].max()]
    if wave not in set(table["wave"]):
        known = ", ".join(sorted(set(table["wave"])))
        raise ValueError(f"ratings: there is no wave {wave!r}; there are {known}")
    return table[table["wave"] == wave]


def counted(ratings: pd.DataFrame, *, wave: str | None = None) -> pd.DataFrame:
    """Choose the ratings that count for the profile of a wave.

    Parameters
    ----------
    ratings
        One row a rating, of one region.
    wave
        The wave, as ``2025-03``; the latest without it.

    Returns
    -------
    DataFrame
        One row a stakeholder and dimension: the ratings that were given (missing ones are not in it) in the
        last round in which the dimension was rated in that wave. A stakeholder who did not answer that
        round is not carried forward from an earlier one. Where somebody rated twice in a round, the later
        date counts.

    Raises
    ------
    ValueError
        If a stakeholder has two different ratings of one dimension in one round on one date.
    """
    return counted_of(of_wave(ratings, wave))


def counted_of(part: pd.DataFrame) -> pd.DataFrame:
    """The ratings that count, as `counted` has them, of the rows that `of_wave` gave."""
    own = individuals(part)
    return one_each(last_rounds(own[own["rating"].notna()]), ["stakeholder", "dimension"])


def last_rounds(rows: pd.DataFrame, by: str | list[str] = "dimension") -> pd.DataFrame:
    """The rows of the last round of each dimension; of several regions, with ``by``, of each region's dimension."""
    if len(rows["round"].unique()) <= 1:
        return rows
    return rows[rows["round"] == rows.groupby(by)["round"].transform("max")]


def consensus(ratings: pd.DataFrame, *, wave: str | None = None) -> pd.Series:
    """The agreed level of each dimension of a wave, by dimension; dimensions without one are not in it."""
    return consensus_of(of_wave(ratings, wave))


def consensus_rows(ratings: pd.DataFrame, *, wave: str | None = None) -> pd.DataFrame:
    """The rows of the ratings that hold the agreed levels of a wave, one a dimension, with the cell of each."""
    return _last_of_each(kinds.agreed(of_wave(ratings, wave)))


def desired(ratings: pd.DataFrame, *, wave: str | None = None) -> pd.Series:
    """The level that the region aims at in each dimension of a wave, by dimension; undeclared ones are not in it."""
    return desired_rows(ratings, wave=wave).set_index("dimension")["rating"]


def desired_rows(ratings: pd.DataFrame, *, wave: str | None = None) -> pd.DataFrame:
    """The rows of the ratings that hold the desired levels of a wave, one a dimension, with the cell of each."""
    return _last_of_each(kinds.desired(of_wave(ratings, wave)))


def consensus_of(part: pd.DataFrame) -> pd.Series:
    """The agreed level of each dimension, as `consensus` has it, of the rows that `of_wave` gave."""
    return _last_of_each(kinds.agreed(part)).set_index("dimension")["rating"]


def _last_of_each(rows: pd.DataFrame) -> pd.DataFrame:
    """The level of the last round in which each dimension has one."""
    return one_each(last_rounds(rows[rows["rating"].notna()]), ["dimension"])


def participants(ratings: pd.DataFrame, *, wave: str | None = None) -> pd.DataFrame:
    """List the stakeholders of a wave under neutral labels.

    Parameters
    ----------
    ratings
        One row a rating, of one region.
    wave
        The wave; the latest without it.

    Returns
    -------
    DataFrame
        One row a stakeholder, consensus and desired levels left out: ``stakeholder`` (as written in the file),
        ``label`` (``S1`` ..., the same in every wave, in the order of the names), ``role``, ``sector`` ("" where not
        given), ``n_rated`` and ``n_missing`` (dimensions of the wave that they did and did not rate in the
        round that counts). Of a wave whose single ratings are withheld only the rows themselves are left to count:
        no role, no sector, ``n_rated`` and ``n_missing`` 0.
    """
    table = check_one_region(ensure_waves(ratings))
    names = sorted(individuals(table)["stakeholder"].unique(), key=_natural)
    labels = {name: f"S{number}" for number, name in enumerate(names, start=1)}
    part = of_wave(table, wave)
    n_rated = counted_of(part).groupby("stakeholder").size()
    listed = stated(part)
    listed = listed.loc[sorted(listed.index, key=_natural)].reset_index()
    listed.insert(1, "label", listed["stakeholder"].map(labels).astype(str))
    listed["n_rated"] = n_rated.reindex(listed["stakeholder"], fill_value=0).to_numpy(dtype=int)
    rated = part.loc[part["kind"] != kinds.DESIRED, "dimension"]
    listed["n_missing"] = rated.nunique() - listed["n_rated"]
    return listed.assign(role="", sector="", n_missing=0) if part["withheld"].any() else listed


def stated(part: pd.DataFrame) -> pd.DataFrame:
    """The role and the sector of each stakeholder in the rows of a wave, the last given; "" where none is."""
    own = individuals(part).sort_values("date", na_position="first", kind="stable")
    told = {name: {"role": "", "sector": ""} for name in own["stakeholder"]}
    for column in ("role", "sector"):
        for name, text in zip(own["stakeholder"], own[column], strict=True):
            told[name][column] = text or told[name][column]
    index = pd.Index(list(told), name="stakeholder", dtype=object)
    return pd.DataFrame(list(told.values()), columns=["role", "sector"], index=index)


def participation(ratings: pd.DataFrame, *, wave: str | None = None) -> pd.DataFrame:
    """Count who took part, by role and sector.

    Returns
    -------
    DataFrame
        One row a combination of ``role`` and ``sector`` ("not stated" where the file does not say), ``n`` the
        stakeholders who gave at least one rating in the wave; the most frequent first, then by name.
        Of a wave whose single ratings are withheld one row, "not shown" in both, since a role can tell who it is.
    """
    part = of_wave(ratings, wave)
    gave = part[part["rating"].notna() | part["withheld"]]
    who = participants(ratings, wave=wave)
    who = who[who["stakeholder"].isin(individuals(gave)["stakeholder"])]
    stated = who[["role", "sector"]].replace("", NOT_SHOWN if part["withheld"].any() else NOT_STATED)
    counts = stated.groupby(["role", "sector"]).size().rename("n").reset_index()
    return counts.sort_values(["n", "role", "sector"], ascending=[False, True, True], ignore_index=True)


def withhold_small_panels(ratings: pd.DataFrame, minimum: int = SMALLEST_PANEL) -> pd.DataFrame:
    """Take single ratings, their justifications and who gave them out of every wave with too few stakeholders.

    Below the minimum a distribution, a quartile, a quotation or a role would tell who said what. The consensus and
    the desired levels stay: they are what the panel chose to publish together.

    Parameters
    ----------
    ratings
        One row a rating, of one region or of several.
    minimum
        The smallest number of stakeholders with a rating in a wave whose single ratings are kept.

    Returns
    -------
    DataFrame
        The ratings with their waves and a column ``withheld``; where it is True, ``rating`` is missing and
        ``justification``, ``confidence``, ``role`` and ``sector`` are empty. Everything that is computed from the
        result, medians and quartiles included, leaves those ratings out; only the number of stakeholders remains.
    """
    table = ensure_waves(ratings)
    own = ~table["kind"].isin(kinds.AGREED_TOGETHER)
    gave = table["stakeholder"].where(own & table["rating"].notna())
    size = gave.groupby([table["region"], table["wave_order"]]).transform("nunique")
    small = own & (size < minimum)
    table["withheld"] = (table["withheld"] | (small & table["rating"].notna())).astype(bool)
    table.loc[small, "rating"] = pd.NA
    for column in ("justification", "confidence", "role", "sector"):
        if column in table:
            table.loc[small, column] = ""
    return table


def _natural(name: str) -> list[tuple[int, object]]:
    """A key that puts "Stakeholder 2" before "Stakeholder 10"."""
    parts = re.split(r"(\d+)", str(name).casefold())
    return [(0, int(part)) if part.isdecimal() else (1, part) for part in parts if part]

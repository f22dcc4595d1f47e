"""What the stakeholders' ratings say: a profile over the dimensions, and where it is high, low and disputed.

Ratings are ordinal, so the summaries are medians, quartiles and counts. Quartiles use linear interpolation
between order statistics (numpy's ``linear``, definition 7 of Hyndman and Fan, The American Statistician
1996, 50(4), 361-365); the median of an even number of ratings is the midpoint of the middle two. A missing
rating is left out, never 0, and the consensus never counts as a stakeholder. Where a wave was held in
rounds, its last round counts.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.reference.models import Model
from helpers.scoring.movement import waves_compared
from helpers.scoring.panels import (
    SMALLEST_PANEL,
    consensus,
    consensus_rows,
    counted,
    desired,
    desired_rows,
    of_wave,
    participants,
    participation,
    withhold_small_panels,
)
from helpers.scoring.ratings import check_columns, check_on_model, individuals
from helpers.scoring.waves import ensure_waves, latest_model, wave_name, waves, with_waves

__all__ = [
    "DIVIDED_SPREAD",
    "SMALLEST_PANEL",
    "consensus",
    "consensus_beside_median",
    "consensus_rows",
    "counted",
    "desired",
    "desired_rows",
    "distribution",
    "distribution_by_round",
    "divided",
    "earlier_profile",
    "latest_model",
    "participants",
    "participation",
    "profile",
    "strengths",
    "wave_name",
    "waves",
    "waves_compared",
    "weaknesses",
    "with_waves",
    "withhold_small_panels",
]

DIVIDED_SPREAD = 2.0
DEPARTURE = 1.0


def profile(ratings: pd.DataFrame, model: Model, *, wave: str | None = None) -> pd.DataFrame:
    """Summarise one wave of ratings by dimension.

    Parameters
    ----------
    ratings
        One row a rating, of one region.
    model
        The maturity model on which the wave was rated.
    wave
        The wave, as ``2025-03``; the latest without it.

    Returns
    -------
    DataFrame
        One row a dimension in model order:

        ``dimension``, ``dimension_name``, ``short_name``, ``order``, ``wave``, ``round`` (the round that
        counts); ``n`` (ratings), ``n_missing`` (stakeholders of the wave without one), ``n_stakeholders`` (who gave at
        least one rating in the wave), ``median``, ``q1``,
        ``q3``, ``minimum``, ``maximum``, ``spread`` (q3 - q1), all in levels; ``n_at_median``,
        ``share_at_median`` (0 to 1): ratings at the median, and where it lies halfway between two
        neighbouring levels, on either of the two; ``consensus``; ``desired`` (the level that the region wants,
        missing where it has not said); ``level``: the consensus, and where there
        is none the median rounded down (the level that is fully reached); ``level_from`` ("consensus",
        "median", "" where there is neither); ``level_text`` (its descriptor in the model); ``withheld``
        (single ratings were taken out: the panel was too small). Where it is True, ``n`` and
        ``n_missing`` are 0, since neither says who rated what, and only ``n_stakeholders`` counts the panel.

    Raises
    ------
    ValueError
        If the table holds several regions, another edition of the model, a dimension that the model does
        not have or a rating off its scale.
    """
    part = of_wave(ratings, wave)
    check_on_model(part, model)
    numbers = _summary(counted(ratings, wave=wave)).reindex(list(model.codes))
    took_part = individuals(part[part["rating"].notna() | part["withheld"]])["stakeholder"].nunique()
    table = pd.DataFrame(
        {
            "dimension": list(model.codes),
            "dimension_name": [dimension.name for dimension in model.dimensions],
            "short_name": [dimension.short_name for dimension in model.dimensions],
            "order": [dimension.order for dimension in model.dimensions],
            "wave": part["wave"].iloc[0] if len(part) else "",
        }
    ).join(numbers, on="dimension")
    table["n"] = table["n"].fillna(0).astype(int)
    withheld = bool(part["withheld"].any())
    table.insert(table.columns.get_loc("n") + 1, "n_missing", 0 if withheld else took_part - table["n"])
    table.insert(table.columns.get_loc("n_missing") + 1, "n_stakeholders", took_part)
    for column in ("n_at_median", "n_most_chosen"):
        table[column] = table[column].fillna(0).astype(int)
    table["share_at_median"] = (table["n_at_median"] / table["n"].where(table["n"] > 0)).astype(float)
    for column, agreed in (("consensus", consensus), ("desired", desired)):
        table[column] = agreed(ratings, wave=wave).reindex(table["dimension"]).array
    return _with_levels(table, model).assign(withheld=withheld)


def earlier_profile(ratings: pd.DataFrame, model: Model) -> pd.DataFrame | None:
    """The profile of the wave before the latest; None without one, or where it was rated on another edition."""
    table = ensure_waves(ratings)
    found = waves(table)
    dated = found[found["first_date"].notna()]
    if len(dated) < 2 or dated.iloc[-2]["model"] != model.id:
        return None
    return profile(table, model, wave=str(dated.iloc[-2]["wave"]))


def _summary(rows: pd.DataFrame) -> pd.DataFrame:
    """Numbers of each dimension, by dimension; every column is a plain float but the whole-number ones."""
    by = rows.assign(rating=rows["rating"].astype(float)).groupby("dimension")
    ratings = by["rating"]
    numbers = pd.DataFrame(
        {
            "round": by["round"].max().astype("Int64"),
            "n": ratings.size(),
            "median": ratings.median(),
            "q1": ratings.quantile(0.25, interpolation="linear"),
            "q3": ratings.quantile(0.75, interpolation="linear"),
            "minimum": ratings.min().astype("Int64"),
            "maximum": ratings.max().astype("Int64"),
        }
    )
    numbers["spread"] = numbers["q3"] - numbers["q1"]
    distance = (rows["rating"].astype(float) - ratings.transform("median")).abs()
    numbers["n_at_median"] = (distance <= 0.5).groupby(rows["dimension"]).sum()
    numbers["n_most_chosen"] = rows.groupby(["dimension", "rating"]).size().groupby("dimension").max()
    return numbers


def _with_levels(table: pd.DataFrame, model: Model) -> pd.DataFrame:
    fallback = np.floor(table["median"]).astype("Int64")
    level = table["consensus"].fillna(fallback)
    level_from = pd.Series("", table.index).mask(table["median"].notna(), "median")
    level_from = level_from.mask(table["consensus"].notna(), "consensus")
    texts = [
        "" if pd.isna(value) else model.dimension(code).levels.get(int(value), "")
        for code, value in zip(table["dimension"], level, strict=True)
    ]
    return table.assign(level=level, level_from=level_from, level_text=texts)


def distribution(ratings: pd.DataFrame, model: Model, *, wave: str | None = None) -> pd.DataFrame:
    """Count the ratings of one wave by dimension and level.

    Returns
    -------
    DataFrame
        One row a dimension and level, in the model's order, with the levels that nobody chose:
        ``dimension``, ``dimension_name``, ``order``, ``level``, ``n`` and ``share`` (0 to 1, of the ratings
        of the dimension; missing where nobody rated it).
    """
    check_on_model(of_wave(ratings, wave), model)
    rows = counted(ratings, wave=wave)
    counts = rows.groupby(["dimension", rows["rating"].astype(int)]).size()
    every = pd.MultiIndex.from_product([model.codes, model.levels], names=["dimension", "level"])
    table = counts.reindex(every, fill_value=0).rename("n").reset_index()
    total = table.groupby("dimension")["n"].transform("sum")
    table["share"] = (table["n"] / total.where(total > 0)).astype(float)
    table.insert(1, "dimension_name", table["dimension"].map(model.names).astype(str))
    table.insert(2, "order", table["dimension"].map({d.code: d.order for d in model.dimensions}).astype(int))
    return table


def distribution_by_round(ratings: pd.DataFrame) -> pd.DataFrame:
    """Count the ratings of the latest wave by ``dimension``, ``round`` and ``level``: ``n``, chosen levels only."""
    part = individuals(of_wave(ratings, None))
    given = part[part["rating"].notna()].rename(columns={"rating": "level"})
    counts = given.groupby(["dimension", "round", "level"], sort=True)["stakeholder"].nunique()
    return counts.rename("n").reset_index().astype({"round": int, "level": int})


def strengths(profile: pd.DataFrame) -> pd.DataFrame:
    """The dimensions at the highest level that the region reached.

    Strong is a rank within the profile, not a mark: all dimensions that share the highest level, so that
    ties are kept. A flat profile, in which every dimension has the same level, has neither strengths nor
    weaknesses, and no dimension is ever both.

    Returns
    -------
    DataFrame
        Rows of the profile; among equals the higher median comes first, then the model's order.
    """
    return _extreme(profile, highest=True)


def weaknesses(profile: pd.DataFrame) -> pd.DataFrame:
    """The dimensions at the region's lowest level, as `strengths` chooses; the lower median comes first."""
    return _extreme(profile, highest=False)


def _extreme(profile: pd.DataFrame, *, highest: bool) -> pd.DataFrame:
    check_columns(profile, ("level", "median", "order"), "profile")
    rated = profile[profile["level"].notna()]
    if rated["level"].nunique() < 2:
        return rated.iloc[:0]
    edge = rated["level"].max() if highest else rated["level"].min()
    return rated[rated["level"] == edge].sort_values(["median", "order"], ascending=[not highest, True])


def divided(profile: pd.DataFrame, *, at_least: float = DIVIDED_SPREAD) -> pd.DataFrame:
    """The dimensions on which the stakeholders' views differ most.

    Parameters
    ----------
    profile
        As `profile` gives it.
    at_least
        The smallest interquartile range, in levels, that counts as divided. A range of at most 1 is a
        common cut for consensus in Delphi studies; from 2 on, the middle half of the panel spans two levels
        or more.

    Returns
    -------
    DataFrame
        Rows of the profile, the widest interquartile range first, then the widest range, then the model's
        order; ``rank`` (from 1) is shared by those that tie in both.
    """
    wide = profile[profile["spread"] >= at_least]
    wide = wide.assign(range=(wide["maximum"] - wide["minimum"]).astype(float))
    wide = wide.sort_values(["spread", "range", "order"], ascending=[False, False, True])
    tied = ~wide.duplicated(["spread", "range"])
    first = pd.Series(np.arange(1, len(wide) + 1), wide.index).where(tied).ffill()
    return wide.assign(rank=first.astype(int))


def consensus_beside_median(profile: pd.DataFrame, *, at_least: float = DEPARTURE) -> pd.DataFrame:
    """The dimensions whose consensus departs from the median of the single ratings by a level or more.

    Returns
    -------
    DataFrame
        Rows of the profile with ``departure`` (consensus - median, in levels), the largest first.
    """
    departure = profile["consensus"].astype(float) - profile["median"]
    table = profile.assign(departure=departure)[departure.abs() >= at_least]
    order = table["departure"].abs().sort_values(ascending=False, kind="stable").index
    return table.loc[order]

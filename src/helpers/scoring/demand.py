"""How many beds would meet demand: arrivals and length of stay, each with an interval, under named conditions.

Beds in use on a day vary for two reasons that are kept apart: nobody knows the rates exactly, or what a winter does to
them (assumptions), and even with known rates more or fewer people come on one day than on another (chance).
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
from scipy import stats

from helpers.scoring import demand_inputs as inputs

DAYS_MET = (0.5, 0.8, 0.95)
DRAWS = 4000
SEED = 20250101
ALL = "all"
COLUMNS = [
    "condition", "condition_name", "group", "mean_occupancy", "mean_lowercl", "mean_uppercl",
    *[f"beds_{100 * share:.0f}{end}" for share in DAYS_MET for end in ("", "_lowercl", "_uppercl")],
    *[f"beds_{100 * share:.0f}_chance" for share in DAYS_MET],
    "share_of_variance_assumptions_pct", "share_of_variance_chance_pct",
    "beds", "shortfall_pct", "shortfall_lowercl", "shortfall_uppercl", "delayed_beds", "growth",
    "n_draws", "confidence", "reason", "status",
]  # fmt: skip


def beds_needed(
    demand: pd.DataFrame,
    conditions: pd.DataFrame,
    *,
    growth: pd.DataFrame | None = None,
    beds: float | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Say how many beds meet demand on 50, 80 and 95 % of days, under each condition.

    Parameters
    ----------
    demand
        One row a group (age band, specialty, ward): ``group``, ``arrivals_per_day`` (people), ``stay_days`` (mean
        days), each with the ends of its 95 % interval (``arrivals_low``, ``arrivals_high``, ``stay_low``,
        ``stay_high``; blank: known exactly), ``beds`` (available; may be missing), optional ``delayed_pct`` (share of
        bed-days of people who are ready to leave).
    conditions
        One row a condition, or a condition and group: ``condition``, ``condition_name``, ``group`` ("all" for every
        one), ``arrivals`` and ``stay``, the factors on both, each with ``_low`` and ``_high``; ``reason``, ``status``.
    growth
        Factors on arrivals from a projection (`growth_of`): ``group`` ("all" for every one), ``growth``,
        ``growth_low``, ``growth_high``.
    beds
        Beds for all groups together; without it the sum of the groups' beds where each has them.
    draws, seed
        How many sets of rates are drawn from the intervals; all conditions use the same draws of the groups' own rates,
        so that they differ by the condition and not by luck. The same seed gives the same figures.
    confidence
        Of the limits.

    Returns
    -------
    DataFrame
        One row a condition and group, the groups together ("all") first: ``mean_occupancy`` (beds in use, mean of the
        draws) with its limits; ``beds_50``, ``beds_80``, ``beds_95``: the fewest beds that are enough on so many per
        cent of days, over assumptions and chance together; each with the limits of the same number over the draws of
        the assumptions (``_lowercl``, ``_uppercl``) and ``_chance``, the number if every assumption held at its value;
        ``share_of_variance_assumptions_pct`` and ``share_of_variance_chance_pct`` (their sum is 100); ``beds``;
        ``shortfall_pct``: on how many per cent of days more are needed, with its limits over the assumptions;
        ``delayed_beds``: mean number of beds used by people ready to leave; ``growth``: the factor on arrivals. No rows
        where no group is given.

    Raises
    ------
    ValueError
        If a column is missing, a number cannot be, or a condition names a group that there is not.

    Notes
    -----
    *Model.* Arrivals are a Poisson process, everybody is admitted, stays are independent: M/G/infinity. In its steady
    state beds in use at a given moment have a Poisson distribution with mean arrivals x mean stay, whatever the shape
    of the stays' distribution, skewed or not (L. Takacs, Introduction to the Theory of Queues, 1962; on beds P. R.
    Harper and A. K. Shahani, Journal of the Operational Research Society 2002, 53, 11-18). Groups add up. So the days
    are not simulated one by one: the assumptions are drawn, and for each draw the Poisson distribution is used as it
    is. `demand_days.simulate` follows people one by one and is what the tests hold this against.

    *Beds needed.* The mean over the draws of the Poisson distributions, and its smallest number with at least 50, 80 or
    95 %. *Shares of variance*: of the Poisson means over the draws (assumptions), and the mean of these means (chance).

    *Not in it.* Weekdays and seasons inside a condition, several people arriving together, people sent elsewhere when
    all beds are taken, and a peak within the day: the real need varies more. Factors of one condition are drawn once
    for all groups that the row stands for.
    """
    if demand.empty:
        return pd.DataFrame(columns=COLUMNS)
    base = inputs.check_demand(demand)
    named = inputs.check_conditions(conditions, base["group"])
    random = np.random.default_rng(seed)
    own = inputs.drawn_rates(base, draws, random)
    grown = inputs.growth_factors(growth, base["group"], draws, random)
    tail = (1 - confidence) / 2
    parts = []
    for condition, rows in named.groupby("condition", sort=False):
        means = own * grown * inputs.condition_factors(rows, base["group"], draws, seed)
        row = {"condition": condition, **rows.iloc[0][["condition_name", "reason", "status"]]}
        parts += [row | _group(means, base, place, beds, tail) for place in _groups(base)]
    table = pd.DataFrame(parts).assign(n_draws=draws, confidence=confidence)
    table["growth"] = [_factor(grown, base, group) for group in table["group"]]
    return table[COLUMNS]


def growth_of(projection: pd.DataFrame, *, year: int, groups: dict[str, str], variant: str = "") -> pd.DataFrame:
    """Turn a projection into factors on arrivals: people in a later year over those in the base year.

    Parameters
    ----------
    projection
        As `helpers.scoring.projection.project` gives it.
    year
        The later year.
    groups
        The age group of the projection ("75+") for each group of the demand table, or for "all".
    variant
        Which variant; the first without it.

    Returns
    -------
    DataFrame
        One row a group: ``group``, ``growth``, ``growth_low``, ``growth_high`` (the projection's limits over the base
        year; equal to ``growth`` where it has none). That use for each age stays as it is, is an assumption.

    Raises
    ------
    ValueError
        If the projection has no such year, age group or variant.
    """
    rows = projection[(projection["variant"] == (variant or projection["variant"].iloc[0]))]
    rows = rows[rows["sex"] == "all"]
    base = rows[rows["is_base"]].set_index("age_group")["population"]
    later = rows[rows["year"] == year].set_index("age_group")
    lacking = [age for age in groups.values() if age not in later.index or age not in base.index]
    if lacking:
        raise ValueError(f"the projection has no figure for {year} and the ages {', '.join(lacking)}")
    result = []
    for group, age in groups.items():
        row, start = later.loc[age], base[age]
        ends = [row["population"] if math.isnan(row[end]) else row[end] for end in ("lowercl", "uppercl")]
        values = [value / start for value in (row["population"], *ends)]
        result.append({"group": group, **dict(zip(("growth", "growth_low", "growth_high"), values, strict=True))})
    return pd.DataFrame(result)


def beds_for(means: np.ndarray, share: float) -> int:
    """Return the fewest beds that are enough on a share of days, when each draw's day is Poisson with its own mean."""
    low, high = -1, int(stats.poisson.ppf(share, means.max()))
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if stats.poisson.cdf(middle, means).mean() >= share else (middle, high)
    return high


def _groups(base: pd.DataFrame) -> list[tuple[str, list[int]]]:
    """The groups together, then each alone where there are several: name and places."""
    each = [(group, [place]) for place, group in enumerate(base["group"])]
    return [(ALL, list(range(len(base)))), *(each if len(each) > 1 else [])]


def _group(
    means: np.ndarray, base: pd.DataFrame, group: tuple[str, list[int]], beds: float | None, tail: float
) -> dict[str, object]:
    """All that is said of one condition and group; ``means`` are beds in use by draw and group, first the value."""
    name, places = group
    within = means[:, places]
    total, value = within[1:].sum(axis=1), float(within[0].sum())
    unknown = base["beds"].iloc[places].isna().any()
    available = beds if name == ALL and beds is not None else np.nan if unknown else base["beds"].iloc[places].sum()
    row = {"group": name, "mean_occupancy": total.mean(), "beds": available}
    row |= dict(zip(("mean_lowercl", "mean_uppercl"), np.quantile(total, [tail, 1 - tail]), strict=True))
    for share in DAYS_MET:
        each = np.quantile(stats.poisson.ppf(share, total), [tail, 1 - tail], method="inverted_cdf")
        column = f"beds_{100 * share:.0f}"
        row |= {column: beds_for(total, share), f"{column}_lowercl": each[0], f"{column}_uppercl": each[1]}
        row[f"{column}_chance"] = float(stats.poisson.ppf(share, value))
    assumed, chance = total.var(), total.mean()
    row["share_of_variance_assumptions_pct"] = 100 * assumed / (assumed + chance) if assumed + chance else np.nan
    row["share_of_variance_chance_pct"] = 100 * chance / (assumed + chance) if assumed + chance else np.nan
    row["delayed_beds"] = float((within[1:].mean(axis=0) * base["delayed_pct"].iloc[places] / 100).sum(skipna=False))
    return row | _shortfall(total, available, tail)


def _shortfall(total: np.ndarray, beds: float, tail: float) -> dict[str, float]:
    """On how many per cent of days more beds are needed than there are, with limits over the assumptions."""
    if np.isnan(beds):
        return dict.fromkeys(("shortfall_pct", "shortfall_lowercl", "shortfall_uppercl"), np.nan)
    short = 100 * stats.poisson.sf(beds, total)
    lower, upper = np.quantile(short, [tail, 1 - tail])
    return {"shortfall_pct": short.mean(), "shortfall_lowercl": lower, "shortfall_uppercl": upper}


def _factor(grown: np.ndarray, base: pd.DataFrame, group: str) -> float:
    """The factor on a group's arrivals; missing for the groups together, unless it is one for all."""
    values = grown[0] if group == ALL else grown[0, base["group"] == group]
    return float(values[0]) if np.ptp(values) < 1e-12 else np.nan

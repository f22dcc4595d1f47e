"""What a control chart says as a whole: is the latest point more than chance, and can the target be met as things are?

Source: NHS England and NHS Improvement, Making data count: Strengthening your decisions (2020), the icons of variation
and assurance.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.scoring.xmr_points import columns_of

SUMMARY = [
    "first_date", "phase_from", "latest_date", "latest_value", "phase", "n_points", "n_setting_limits", "mean",
    "lower_limit", "upper_limit", "n_common_cause", "n_improvement", "n_concern", "n_special_cause", "special_cause",
    "direction", "variation", "target", "assurance", "improvement", "is_reliable", "note",
]  # fmt: skip
COMMON = "common cause"
PASSES, FAILS, EITHER = "consistently passes", "consistently fails", "hit and miss"


def xmr_summary(chart: pd.DataFrame, *, by: str | Sequence[str] | None = None) -> pd.DataFrame:
    """Sum a control chart up.

    Parameters
    ----------
    chart
        As `xmr.xmr` gives it.
    by
        The columns that told its series apart.

    Returns
    -------
    DataFrame
        One row a series that has a value: the ``by`` columns, ``first_date`` of the series, ``phase_from`` (the first
        date of the phase that its latest value lies in), ``latest_date``, ``latest_value``, and of that phase:
        ``phase``, ``n_points``, ``n_setting_limits``, ``mean``, ``lower_limit``, ``upper_limit``, ``n_common_cause``,
        ``n_improvement``, ``n_concern``, ``n_special_cause`` (points); ``special_cause`` and ``direction`` of the
        latest point and ``variation`` ("common cause", "improvement", "concern", or, where neither way is better,
        "special cause"); ``target`` at the latest point and ``assurance``: "consistently passes" where both limits
        meet it, "consistently fails" where neither does, "hit and miss" between, "" without a target or a way that
        is better; ``improvement``, ``is_reliable``, ``note``.

    Notes
    -----
    Variation is that of the latest point, as in the guidance; assurance is about the limits and not about how often
    the target was met.
    """
    keys = columns_of(by)
    known = chart[chart["value"].notna()]
    series = known.groupby(keys, sort=True, dropna=False).ngroup() if keys else pd.Series(0, known.index)
    latest = known[~series.duplicated(keep="last")]
    own = known[known["phase"].to_numpy() == latest.set_index(series[latest.index])["phase"].reindex(series).to_numpy()]
    groups = own.groupby(series[own.index])
    counts = groups.agg(
        phase_from=("date", "first"),
        n_improvement=("is_improvement", "sum"),
        n_concern=("is_concern", "sum"),
        n_special_cause=("special_cause", "count"),
    )
    first = known.groupby(series)["date"].first().rename("first_date")
    table = latest.rename(columns={"date": "latest_date", "value": "latest_value"}).set_index(series[latest.index])
    table = table.join([counts, first]).reset_index(drop=True)
    table["n_common_cause"] = table["n_points"] - table["n_special_cause"]
    return table.assign(variation=_variation(table), assurance=_assurance(table))[[*keys, *SUMMARY]]


def _variation(table: pd.DataFrame) -> np.ndarray:
    marks = [table["is_improvement"], table["is_concern"], table["special_cause"].notna()]
    return np.select(marks, ["improvement", "concern", "special cause"], COMMON)


def _assurance(table: pd.DataFrame) -> np.ndarray:
    target, lower, upper = (table[name].to_numpy(dtype=float) for name in ("target", "lower_limit", "upper_limit"))
    increase = (table["improvement"] == "increase").to_numpy()
    says_nothing = np.isnan(target) | np.isnan(lower) | (table["improvement"] == "neutral").to_numpy()
    passes = np.where(increase, lower >= target, upper <= target)
    fails = np.where(increase, upper < target, lower > target)
    return np.select([says_nothing, passes, fails], ["", PASSES, FAILS], EITHER)

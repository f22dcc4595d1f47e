"""What people here say when they are asked: every share of the kind "people", with what stands beside it."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from helpers.scoring import outcomes
from helpers.scoring.ratings import check_columns

SAID = [
    "indicator", "indicator_name", "short_name", "theme", "group", "period", "unit", "polarity", "value", "lowercl",
    "uppercl", "comparator_value", "comparator_basis", "verdict", "lacks_base", "note", "file", "sheet", "cell",
]  # fmt: skip
NUMBERS = ["value", "lowercl", "uppercl", "comparator_value"]


def said(beside: pd.DataFrame, plan: pd.DataFrame | None, *, kinds: Mapping[str, str]) -> pd.DataFrame:
    """Gather what people say, from surveys with a comparator and from the plan's own panels.

    Parameters
    ----------
    beside
        As `comparison.beside_comparator` gives it.
    plan
        As `comparison.plan_figures` gives it, or None.
    kinds
        The kind of evidence by the code of the indicator; those of the kind "people" are taken.

    Returns
    -------
    DataFrame
        One row a question (and group of people), percentages only: first those with a comparator, then those that
        cannot be compared, then the plan's own in its order; ``value`` with its limits where there are any, in percent;
        ``comparator_value`` and ``comparator_basis``; ``verdict`` ("as printed" for a plan's figure); ``lacks_base``
        (bool: the number asked is not printed, so how sure it is cannot be said); and where it stands.
    """
    check_columns(beside, ("indicator", "verdict", "value", "measure"), "said")
    people = [indicator for indicator, kind in kinds.items() if kind == "people"]
    surveys = beside[beside["indicator"].isin(people) & (beside["measure"] == "percent")]
    surveys = surveys.sort_values("verdict", key=lambda verdict: verdict == "not compared", kind="stable")
    surveys = surveys.assign(lacks_base=False, group="", note="")
    printed = pd.DataFrame(columns=SAID)
    if plan is not None and len(plan):
        own = plan[plan["indicator"].isin(people) & ~plan["indicator"].isin(surveys["indicator"])]
        own = own[own["measure"] == "percent"]
        printed = own.assign(verdict=outcomes.AS_PRINTED, lowercl=float("nan"), uppercl=float("nan"))
        printed = printed.assign(comparator_basis=printed["comparator_name"])
    parts = [part.reindex(columns=SAID) for part in (surveys, printed) if len(part)]
    table = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=SAID)
    return table.astype({**dict.fromkeys(NUMBERS, float), "lacks_base": bool})

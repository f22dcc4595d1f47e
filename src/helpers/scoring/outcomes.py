"""What stands behind each outcome: service data, population, and what matters to people, side by side."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from helpers.scoring.ratings import check_columns
from helpers.scoring.wording import amount, short_unit

KINDS = ("service", "population", "people")
AS_PRINTED = "as printed"
EVIDENCE = [
    "outcome", "outcome_name", "evidence", "indicator", "indicator_name", "short_name", "period", "figure_text",
    "verdict", "polarity", "direction", "file", "sheet", "cell",
]  # fmt: skip
ORDER = {"worse": 0, "better": 1, "no clear difference": 2, "higher": 3, "lower": 3, AS_PRINTED: 4, "not compared": 5}


def evidence(
    beside: pd.DataFrame,
    plan: pd.DataFrame | None,
    *,
    register: pd.DataFrame,
    outcomes: pd.DataFrame,
    kinds: Mapping[str, str],
    directions: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Gather the figures that speak to each outcome.

    Parameters
    ----------
    beside
        As `comparison.beside_comparator` gives it.
    plan
        The plan's own figures, as `comparison.plan_figures` gives them, or None.
    register
        The register of indicators; ``outcomes`` holds the numbers of the outcomes that an indicator speaks to.
    outcomes
        One row an outcome, indexed by its number: ``short_name``.
    kinds
        The kind of evidence (service, population, people) by the code of the indicator.
    directions
        As `trends.directions` gives it, or None.

    Returns
    -------
    DataFrame
        One row an outcome and figure, by outcome, kind (service, population, people), then worse before better before
        the rest: ``outcome``, ``outcome_name``, ``evidence``, ``indicator``, ``indicator_name``, ``short_name``,
        ``period``, ``figure_text`` (number and unit), ``verdict`` (that of the comparison; "as printed" for a plan's
        figure, which nothing tests), ``polarity``, ``direction`` (the tested direction over time, "" where none was
        tested), and where the figure stands. An indicator that is of no declared kind is left out.

    Notes
    -----
    Which indicator speaks to which outcome, and of which kind it is, are judgements of the registers, not findings.
    A figure of the plan is left out where an official one of the same indicator stands beside the comparator.
    """
    check_columns(beside, ("indicator", "verdict", "value", "unit"), "evidence")
    rows = [_official(row, directions) for row in beside.to_dict("records")]
    known = set(beside["indicator"])
    printed = [] if plan is None else plan[~plan["indicator"].isin(known)].to_dict("records")
    rows += [{**row, "verdict": AS_PRINTED, "direction": ""} for row in printed]
    named = outcomes["short_name"].to_dict()
    found = [
        {**row, "outcome": number, "outcome_name": named[number], "evidence": kinds[row["indicator"]]}
        for row in rows
        if row["indicator"] in kinds
        for number in _numbers(register, row["indicator"], named)
    ]
    table = pd.DataFrame(found, columns=EVIDENCE)
    order = [table["outcome"], table["evidence"].map(KINDS.index), table["verdict"].map(ORDER)]
    sorted_ = table.assign(_o=order[0], _e=order[1], _v=order[2]).sort_values(["_o", "_e", "_v"], kind="stable")
    return sorted_[EVIDENCE].reset_index(drop=True).astype({"outcome": int})


def coverage(evidence: pd.DataFrame, outcomes: pd.DataFrame) -> pd.DataFrame:
    """Count the figures behind each outcome.

    Parameters
    ----------
    evidence
        As `evidence` gives it.
    outcomes
        One row an outcome, indexed by its number: ``short_name``, ``text``.

    Returns
    -------
    DataFrame
        One row an outcome, all of them, in order: ``outcome``, ``outcome_name``, ``text``, ``n_service``,
        ``n_population``, ``n_people``, ``n_kinds`` (how many of the three kinds there is a figure of), ``n_worse``,
        ``n_better`` (figures, by their tests).
    """
    rows = []
    for number, row in outcomes.iterrows():
        mine = evidence[evidence["outcome"] == number]
        counts = {f"n_{kind}": int((mine["evidence"] == kind).sum()) for kind in KINDS}
        verdicts = {f"n_{word}": int((mine["verdict"] == word).sum()) for word in ("worse", "better")}
        n_kinds = sum(count > 0 for count in counts.values())
        head = {"outcome": number, "outcome_name": row["short_name"], "text": row["text"]}
        rows.append({**head, **counts, "n_kinds": n_kinds, **verdicts})
    return pd.DataFrame(rows)


def _official(row: Mapping[str, object], directions: pd.DataFrame | None) -> dict[str, object]:
    text = amount(row["value"], short_unit(str(row["unit"])))
    return {**row, "figure_text": text, "direction": _direction(row, directions)}


def _direction(row: Mapping[str, object], directions: pd.DataFrame | None) -> str:
    if directions is None or directions.empty:
        return ""
    mine = directions[directions["indicator"] == row["indicator"]]
    return str(mine["verdict"].iloc[0]) if len(mine) == 1 else ""


def _numbers(register: pd.DataFrame, indicator: str, named: Mapping[int, str]) -> list[int]:
    if indicator not in register.index:
        return []
    written = str(register.loc[indicator, "outcomes"]).split(";")
    return [int(number) for number in written if number.strip() and int(number) in named]

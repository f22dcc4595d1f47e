"""The ratings of a workshop as the table that scoring and charts take: what the room may see, and nothing else."""

from __future__ import annotations

import sqlite3

import pandas as pd

from helpers.live.workshop import keeping
from helpers.live.workshop.steps import Decision, State

COLUMNS = [
    "region", "stakeholder", "kind", "round", "dimension", "rating", "justification", "confidence", "date", "role",
    "sector", "model", "file", "sheet", "cell",
]  # fmt: skip


def ratings(
    connection: sqlite3.Connection,
    *,
    state: State | None = None,
    dimension: str = "",
    with_decisions: bool = True,
    everything: bool = False,
) -> pd.DataFrame:
    """The ratings of all rounds that were revealed, and the decisions.

    Parameters
    ----------
    connection
        Of the workshop.
    state
        Where it stands, if that is at hand.
    dimension
        One dimension's code; all of them without it.
    with_decisions
        Whether the agreed levels (kind "consensus") and the desired ones ("desired") stand in it, too.
    everything
        Whether rounds that were never revealed and those who could not rate (a missing rating) stand in it as well: for
        the file at the end, never for a screen. A round that was not opened, or whose opening was undone, never does.

    Returns
    -------
    DataFrame
        One row a rating, as `ingest.assessments.read_assessment` gives it. A participant who was left out is not in it.
    """
    facts = keeping.facts_of(connection)
    state = state or keeping.state(connection)
    people = {one.participant: one for one in keeping.participants(connection)}
    rows = [
        {
            "stakeholder": people[row["participant"]].label,
            "kind": "individual",
            "round": row["round"],
            "dimension": row["dimension"],
            "rating": row["rating"],
            "justification": row["justification"],
            "confidence": row["confidence"],
            "role": people[row["participant"]].role,
            "sector": people[row["participant"]].sector,
        }
        for row in keeping.latest_ratings(connection, dimension)
        if row["participant"] not in state.left_out and (_stands(state, row) if everything else _is_shown(state, row))
    ]
    if with_decisions:
        rows += _decided("Consensus", "consensus", state.agreed, state, dimension)
        rows += _decided("Desired", "desired", state.desired, state, dimension)
    table = pd.DataFrame(rows, columns=COLUMNS)
    table = table.assign(region=facts.region, model=facts.model, file="", sheet="", cell="")
    table["date"] = pd.Series(pd.Timestamp(facts.day), table.index, dtype="datetime64[ns]")
    texts = ["stakeholder", "kind", "dimension", "justification", "confidence", "role", "sector"]
    table[texts] = table[texts].astype("object").fillna("").astype(str)
    return table.astype({"rating": "Int64", "round": "Int64"})


def _is_shown(state: State, row: dict) -> bool:
    found = state.round_of(row["dimension"], row["round"])
    return found is not None and found.is_shown and row["rating"] is not None


def _stands(state: State, row: dict) -> bool:
    """Whether the round was opened, and that was not taken back."""
    return state.round_of(row["dimension"], row["round"]) is not None


def outside(connection: sqlite3.Connection, state: State) -> dict[tuple[str, int], int]:
    """How many ratings lie in rounds that were never opened, or whose opening was taken back, by dimension and round.

    The first come from watched files, which may hold all dimensions. They count nowhere: the room did not see them.
    """
    rated = [row for row in keeping.latest_ratings(connection) if row["rating"] is not None]
    rows = [(row["dimension"], row["round"]) for row in rated if not _stands(state, row)]
    return {place: rows.count(place) for place in dict.fromkeys(rows)}


def _decided(
    stakeholder: str, kind: str, decisions: dict[str, Decision], state: State, dimension: str
) -> list[dict[str, object]]:
    return [
        {
            "stakeholder": stakeholder,
            "kind": kind,
            "round": len(state.rounds.get(code, ())) or 1,
            "dimension": code,
            "rating": decision.level,
            "justification": decision.reason,
        }
        for code, decision in decisions.items()
        if not dimension or code == dimension
    ]

"""What a phone may know: where the workshop stands, and what its own participant said. Nothing else has a way out here.

Of others there is one number, and only of a round that was shown: the median of the round before, with five or more.
"""

from __future__ import annotations

import sqlite3
import statistics
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from helpers.live.workshop import keeping
from helpers.live.workshop.keeping import Participant
from helpers.live.workshop.steps import HIDDEN, State

FEWEST = 5  # with fewer stakeholders nothing of them is shown outside the room
WAITING, ENDED = "waiting", "ended"


def for_all(state: State, *, number: int, median: float | None) -> dict[str, Any]:
    """What all phones are told.

    ``number`` of the state; ``phase`` (waiting, open, revealed, closed, ended); ``dimension`` and ``round`` on the
    screen; ``agreed``, the level once it is recorded and while no round of it is hidden; ``median`` of the panel in the
    round before.
    """
    found = state.round_of(state.current)
    phase = ENDED if state.ended_at else found.phase if found else WAITING
    agreed = state.agreed.get(state.current) if found and found.phase != HIDDEN else None
    return {
        "number": number,
        "phase": phase,
        "dimension": state.current if found else "",
        "round": found.number if found else 0,
        "agreed": agreed.level if agreed else None,
        "median": median,
    }


def median_before(connection: sqlite3.Connection, state: State) -> float | None:
    """The panel's median in the round before the present one; None if that was not shown or fewer than five rated."""
    found = state.round_of(state.current)
    before = state.round_of(state.current, found.number - 1) if found and found.number > 1 else None
    if not before or not before.is_shown:
        return None
    ratings = [
        row["rating"]
        for row in keeping.latest_ratings(connection, state.current)
        if row["round"] == before.number and row["rating"] is not None and row["participant"] not in state.left_out
    ]
    return float(statistics.median(ratings)) if len(ratings) >= FEWEST else None


def for_one(
    participant: Participant | None, state: State, own: Sequence[dict[str, Any]], *, now: datetime | None = None
) -> dict[str, Any]:
    """What one phone is told besides.

    ``is_joined``, ``is_left_out``, ``label``; ``mine``, the own ratings that count (dimension, round, rating);
    ``given``, the own answer of the present round, or None; ``made`` of the last of them, in whatever round;
    ``timer_left`` in seconds, since the clocks of phones differ.
    """
    if participant is None:
        return {"is_joined": False}
    found = state.round_of(state.current)
    here = [row for row in own if found and row["dimension"] == state.current and row["round"] == found.number]
    return {
        "is_joined": True,
        "is_left_out": participant.participant in state.left_out,
        "label": participant.label,
        "mine": [[row["dimension"], row["round"], row["rating"]] for row in own],
        "given": {name: here[0][name] for name in ("rating", "confidence", "justification", "made")} if here else None,
        "made": max((row["made"] for row in own), default=0),
        "timer_left": timer_left(state, now or datetime.now(UTC)),
    }


def timer_left(state: State, now: datetime) -> float | None:
    """How many seconds the presenter's timer has left, 0 when it has run out; None where none runs."""
    found = state.open_round
    if not found or not found.timer_started:
        return None
    gone = (now - datetime.fromisoformat(found.timer_started)).total_seconds()
    return round(max(0.0, found.timer_seconds - gone), 1)

"""The one file of a workshop: an SQLite database to which everything is only ever added.

Whoever is told that something was kept can rely on it: it is on the disk (write-ahead log, ``synchronous = FULL``)
before the answer goes out. Any number of processes may have the file open: the server of the phones, the presenter's
notebook, the watcher of a folder. Each may be killed at any moment; the next one reads the same state.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import UTC, datetime
from typing import Any

from helpers.live.workshop import steps as rules
from helpers.live.workshop import typed
from helpers.live.workshop.opening import FILE_NAME, WorkshopError, connect, facts_of, make, new_code, transaction
from helpers.live.workshop.records import (
    CONFIDENCES,
    FILE,
    HAND,
    MOST_PARTICIPANTS,
    PHONE,
    PRACTICE,
    TEXT_LIMIT,
    WORD_LIMIT,
    Facts,
    Participant,
    Receipt,
    Submission,
)
from helpers.live.workshop.steps import State, Step

__all__ = [
    "CONFIDENCES", "FILE", "FILE_NAME", "HAND", "MOST_PARTICIPANTS", "PHONE", "PRACTICE", "TEXT_LIMIT",
    "WORD_LIMIT", "Facts", "Participant", "Receipt", "Step", "Submission", "WorkshopError", "all_ratings",
    "answered", "connect", "facts_of", "fit_text", "join", "last_change", "latest_ratings", "make", "mark",
    "new_code", "note_reading", "now", "own_ratings", "participant_of", "participants", "rated_since", "readings",
    "state", "steps_of", "submit", "take",
]  # fmt: skip

_COUNTING = ("participant", "dimension", "round", "rating", "confidence", "justification", "made", "at", "number")


def mark(connection: sqlite3.Connection) -> tuple[int, int, int, int]:
    """Four numbers of which one grows with each change: steps, submissions, participants, readings of files."""
    return connection.execute(
        "select (select coalesce(max(number), 0) from steps), (select coalesce(max(number), 0) from submissions),"
        " (select coalesce(max(participant), 0) from participants), (select coalesce(max(number), 0) from readings)"
    ).fetchone()


def steps_of(connection: sqlite3.Connection) -> list[Step]:
    """All steps in order, the undone ones and the undoings too."""
    names = [field.name for field in fields(Step)]
    rows = connection.execute(f"select {', '.join(names)} from steps order by number")
    return [Step(**dict(zip(names, row, strict=True))) for row in rows]


def state(connection: sqlite3.Connection) -> State:
    """Where the workshop stands."""
    return rules.state_of(steps_of(connection))


def take(connection: sqlite3.Connection, step: Step, *, dimensions: Iterable[str], levels: Iterable[int]) -> Step:
    """Keep a step of the presenter and return it, with its number, its time and its round.

    Raises
    ------
    NotNow
        If it cannot be taken in the state of this moment; nothing is kept.
    """
    with transaction(connection):
        step = rules.checked(state(connection), step, dimensions=dimensions, levels=levels)
        kept = {**asdict(step), "at": now(), "text": fit_text(step.text), "number": None}
        names = ", ".join(kept)
        number = connection.execute(
            f"insert into steps ({names}) values ({', '.join(':' + name for name in kept)})", kept
        ).lastrowid
    return Step(**{**kept, "number": number})


def join(
    connection: sqlite3.Connection, *, key: str, role: str = "", sector: str = "", source: str = PHONE, label: str = ""
) -> Participant:
    """Keep a participant; the same ``key`` again gives the same one, with the role and sector of the first time.

    ``key`` is a hash of what identifies them, never the thing itself. Without a ``label`` they are called Stakeholder
    1, 2, 3 in the order in which they came.

    Raises
    ------
    ValueError
        If the workshop is full or a word is too long.
    """
    with transaction(connection):
        if found := participant_of(connection, key):
            return found
        taken = {name for (name,) in connection.execute("select label from participants")}
        if len(taken) >= MOST_PARTICIPANTS:
            raise ValueError(f"The workshop is full: it has {MOST_PARTICIPANTS} participants.")
        number = 1 + sum(name.startswith("Stakeholder ") for name in taken)
        while not label and f"Stakeholder {number}" in taken:
            number += 1
        row = {
            "key": key,
            "label": _free(fit_text(label, WORD_LIMIT), taken) if label else f"Stakeholder {number}",
            "role": fit_text(role, WORD_LIMIT),
            "sector": fit_text(sector, WORD_LIMIT),
            "source": source,
            "at": now(),
        }
        connection.execute(
            "insert into participants (key, label, role, sector, source, at)"
            " values (:key, :label, :role, :sector, :source, :at)",
            row,
        )
        return participant_of(connection, key)  # type: ignore[return-value]


def _free(label: str, taken: set[str]) -> str:
    """This label, or with a number behind it where it is taken."""
    number, wanted = 2, label
    while label in taken:
        label, number = f"{wanted} ({number})", number + 1
    return label


def participant_of(connection: sqlite3.Connection, key: str) -> Participant | None:
    """The participant with this key."""
    row = connection.execute(
        "select participant, label, role, sector, source, at from participants where key = ?", [key]
    ).fetchone()
    return Participant(*row) if row else None


def participants(connection: sqlite3.Connection, *, key: str = "") -> list[Participant]:
    """The participants whose key begins like this (all), in the order in which they came; those left out too."""
    rows = connection.execute(
        "select participant, label, role, sector, source, at from participants"
        " where substr(key, 1, length(:key)) = :key order by 1",
        {"key": key},
    )
    return [Participant(*row) for row in rows]


def submit(
    connection: sqlite3.Connection,
    submissions: Sequence[Submission],
    *,
    dimensions: Iterable[str],
    levels: Iterable[int],
    ahead: bool = False,
) -> list[Receipt]:
    """Keep ratings, all in one commit, and say of each what became of it, in their order.

    A rating is taken while its round is open or revealed. ``ahead`` (of ratings that come from a file) also takes one
    for a dimension that was not opened yet, as of round 1.
    """
    levels, dimensions = set(levels), set(dimensions)
    with transaction(connection):
        now_state = state(connection)
        known = {number for (number,) in connection.execute("select participant from participants")}
        return [_kept(connection, one, now_state, known, dimensions, levels, ahead) for one in submissions]


def _kept(
    connection: sqlite3.Connection,
    one: Submission,
    now_state: State,
    known: set[int],
    dimensions: set[str],
    levels: set[int],
    ahead: bool,
) -> Receipt:
    repeated = connection.execute(
        "select number from submissions where participant = ? and mark = ?", [one.participant, one.mark]
    ).fetchone()
    if repeated:
        return Receipt(repeated[0], is_repeat=True)
    if refused := _why_not(one, now_state, known, dimensions, levels, ahead):
        return Receipt(refused=refused)
    row = {**asdict(one), "at": now(), "justification": fit_text(one.justification)}
    number = connection.execute(
        "insert into submissions (at, participant, dimension, round, rating, confidence, justification, made, mark)"
        " values (:at, :participant, :dimension, :round, :rating, :confidence, :justification, :made, :mark)",
        row,
    ).lastrowid
    return Receipt(number)


def _why_not(
    one: Submission, now_state: State, known: set[int], dimensions: set[str], levels: set[int], ahead: bool
) -> str:
    if one.participant not in known:
        return "unknown-participant"
    if one.participant in now_state.left_out:
        return "left-out"
    if one.dimension not in dimensions or one.confidence not in CONFIDENCES or not one.mark or len(one.mark) > 64:
        return "unfit"
    if len(one.justification) > TEXT_LIMIT:
        return "too-long"
    if one.rating is not None and one.rating not in levels:
        return "off-scale"
    if now_state.ended_at:
        return "ended"
    found = now_state.round_of(one.dimension, one.round)
    if found is None:
        return "" if ahead and one.round == 1 and not now_state.rounds.get(one.dimension) else "not-open"
    if not found.takes_ratings:
        return "closed"
    return "" if now_state.current == one.dimension else "closed"


def own_ratings(connection: sqlite3.Connection, participant: int, *, mark: str = "") -> list[dict[str, Any]]:
    """What counts of one participant, a rating for each dimension and round; for nobody else's eyes.

    With ``mark`` what would count if nothing had been handed in but what has a mark that begins like this.
    """
    where = "participant = :participant and substr(mark, 1, length(:mark)) = :mark"
    return _latest(connection, where, {"participant": participant, "mark": mark})


def latest_ratings(connection: sqlite3.Connection, dimension: str = "") -> list[dict[str, Any]]:
    """What counts of everybody, of one dimension or of all: participant, dimension, round, rating, confidence,
    justification, made, at, number. Hidden rounds are in it: for the reader to leave out (`tables.ratings` does)."""
    return _latest(connection, "dimension = :dimension" if dimension else "1", {"dimension": dimension})


def _latest(connection: sqlite3.Connection, where: str, values: Mapping[str, object]) -> list[dict[str, Any]]:
    rows = connection.execute(
        f"select {', '.join(_COUNTING)} from (select *, row_number() over (partition by participant, dimension, round"
        f" order by made desc, number desc) as place from submissions where {where}) where place = 1 order by number",
        values,
    )
    return [dict(zip(_COUNTING, row, strict=True)) for row in rows]


def all_ratings(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    """Everything that was handed in, in its order, what was replaced later too; hidden rounds are in it."""
    rows = connection.execute(f"select {', '.join(_COUNTING)} from submissions order by number")
    return [dict(zip(_COUNTING, row, strict=True)) for row in rows]


def answered(connection: sqlite3.Connection, dimension: str, round_: int) -> set[int]:
    """Who has handed in something for this round; never what."""
    rows = connection.execute(
        "select distinct participant from submissions where dimension = ? and round = ?", [dimension, round_]
    )
    return {number for (number,) in rows}


def rated_since(connection: sqlite3.Connection, number: int) -> set[tuple[str, int]]:
    """The dimensions and rounds for which something was handed in after the submission of this number; never what."""
    rows = connection.execute("select distinct dimension, round from submissions where number > ?", [number])
    return set(rows.fetchall())


def note_reading(connection: sqlite3.Connection, file: str, state_: str, findings: Sequence[Mapping[str, Any]]) -> None:
    """Keep what became of a watched file: ``used``, ``refused`` or ``gone``, and its findings."""
    with transaction(connection):
        connection.execute(
            "insert into readings (at, file, state, findings) values (?, ?, ?, ?)",
            [now(), file, state_, json.dumps(list(findings), ensure_ascii=False, default=str)],
        )


def readings(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    """The last reading of each watched file: at, file, state, findings, and whether an earlier one was_used."""
    rows = connection.execute(
        "select at, file, state, findings, exists (select 1 from readings as earlier where earlier.file = last.file"
        " and earlier.number < last.number and earlier.state = 'used') from readings as last"
        " where number in (select max(number) from readings group by file) order by file"
    )
    return [
        {"at": at, "file": file, "state": state_, "findings": json.loads(found), "was_used": bool(was_used)}
        for at, file, state_, found, was_used in rows
    ]


def fit_text(text: str, limit: int = TEXT_LIMIT) -> str:
    """What somebody typed as it is kept (`typed.fit_text`).

    Raises
    ------
    ValueError
        If it is longer than allowed.
    """
    return typed.fit_text(text, limit)


def now() -> str:
    """This moment, UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def last_change(connection: sqlite3.Connection) -> str:
    """When something was last added (UTC, ISO 8601), "" where nothing was."""
    tables = ("steps", "participants", "submissions")
    return max(connection.execute(f"select coalesce(max(at), '') from {name}").fetchone()[0] for name in tables)

"""The one file of a workshop: an SQLite database to which everything is only ever added.

Whoever is told that something was kept can rely on it: it is on the disk (write-ahead log, ``synchronous = FULL``)
before the answer goes out. Any number of processes may have the file open: the server of the phones, the presenter's
notebook, the watcher of a folder. Each may be killed at any moment; the next one reads the same state.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from helpers.live.workshop import steps as rules
from helpers.live.workshop import typed
from helpers.live.workshop.steps import State, Step

FILE_NAME = "workshop.sqlite"
PHONE, HAND, FILE, PRACTICE = SOURCES = ("phone", "hand", "file", "practice")
CONFIDENCES = ("", "low", "medium", "high")
TEXT_LIMIT, WORD_LIMIT, MOST_PARTICIPANTS = 2000, 80, 1000
CODE_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that is taken for another
BUSY_MS = 5000
# The key of a participant's cookie is kept as its SHA-256 only: whoever reads the file cannot rate for others with it.
SCHEMA = """
create table if not exists facts (name text primary key, value text not null) strict;
create table if not exists steps (
    number integer primary key autoincrement, at text not null, kind text not null, dimension text not null,
    round integer not null, level integer, text text not null, seconds integer not null,
    participant integer not null, undone integer not null) strict;
create table if not exists participants (
    participant integer primary key autoincrement, key text not null unique, label text not null unique,
    role text not null, sector text not null, source text not null, at text not null) strict;
create table if not exists submissions (
    number integer primary key autoincrement, at text not null, participant integer not null references participants,
    dimension text not null, round integer not null, rating integer, confidence text not null,
    justification text not null, made integer not null, mark text not null, unique (participant, mark)) strict;
create index if not exists submissions_by_place on submissions (dimension, round, participant, made, number);
create table if not exists readings (
    number integer primary key autoincrement, at text not null, file text not null, state text not null,
    findings text not null) strict;
"""
_COUNTING = ("participant", "dimension", "round", "rating", "confidence", "justification", "made", "at", "number")


class WorkshopError(ValueError):
    """A file that is no workshop, or of another edition of this program; the sentence says which and what to do."""


@dataclass(frozen=True)
class Facts:
    """What a workshop is about: fixed when it is made.

    ``day`` is its date (ISO), which its ratings carry; ``code`` is the unguessable part of the participants' address;
    ``is_practice`` that its panel is simulated or played back, so that nothing of it may be taken for an assessment.
    """

    region: str
    region_name: str
    model: str
    day: str
    code: str
    language: str = "en"
    is_practice: bool = False
    edition: int = 1


@dataclass(frozen=True)
class Participant:
    """One stakeholder: by phone, entered by hand, from a file, or simulated. ``label`` is all that others may see."""

    participant: int
    label: str
    role: str
    sector: str
    source: str
    at: str


@dataclass(frozen=True)
class Submission:
    """One rating as it is handed in.

    ``rating`` is None for "I cannot rate this". ``mark`` is made up by whoever hands it in, once for each rating: the
    same mark again is the same rating again, and is kept once. ``made`` grows with each rating of one participant:
    what counts is the one made last, in whatever order they arrive.
    """

    participant: int
    dimension: str
    round: int
    rating: int | None
    mark: str
    made: int
    confidence: str = ""
    justification: str = ""


@dataclass(frozen=True)
class Receipt:
    """What became of a submission: ``number`` where it is kept; else ``refused`` says why (ended, closed, not-open,
    unknown-participant, left-out, off-scale, too-long, unfit)."""

    number: int = 0
    refused: str = ""
    is_repeat: bool = False


def make(folder: str | Path, facts: Facts) -> Path:
    """Make a workshop in this folder, which is made readable for its owner alone; an existing one is not touched.

    Raises
    ------
    FileExistsError
        If there is a workshop in the folder.
    """
    folder = Path(folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / FILE_NAME
    with contextlib.suppress(OSError):
        folder.chmod(0o700)
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    with contextlib.closing(_connect(path)) as connection:
        connection.executescript(SCHEMA)
        with _transaction(connection):
            connection.executemany(
                "insert into facts values (?, ?)", [(name, json.dumps(value)) for name, value in asdict(facts).items()]
            )
    return path


def new_code() -> str:
    """An unguessable session code of 79 bits, in four groups that can be typed."""
    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(16))
    return "-".join(letters[place : place + 4] for place in range(0, 16, 4))


def connect(path: str | Path) -> sqlite3.Connection:
    """Open a workshop that exists, for reading and adding.

    Raises
    ------
    WorkshopError
        If it is not there, cannot be written, is no such file, or was made by a later edition.
    """
    path = Path(path)
    if not path.is_file():
        raise WorkshopError(f"There is no workshop at {path}.")
    connection = sqlite3.connect(":memory:")
    try:
        connection = _connect(path)
        edition = facts_of(connection).edition
    except sqlite3.OperationalError as error:  # of the disk or its rights, not of the file
        connection.close()
        raise WorkshopError(f"{path} cannot be opened for writing: {error}.") from error
    except (sqlite3.DatabaseError, TypeError) as error:
        connection.close()
        raise WorkshopError(f"{path} is not a workshop that this program made: {error}") from error
    if edition > 1:
        connection.close()
        raise WorkshopError(f"{path} was made by a later edition of this program; update it to open the workshop.")
    return connection


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None, timeout=BUSY_MS / 1000, check_same_thread=False)
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = full")
    connection.execute("pragma foreign_keys = on")
    return connection


@contextlib.contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("begin immediate")
    try:
        yield
    except BaseException:
        connection.execute("rollback")
        raise
    connection.execute("commit")


def facts_of(connection: sqlite3.Connection) -> Facts:
    """What the workshop is about."""
    told = {name: json.loads(value) for name, value in connection.execute("select name, value from facts")}
    return Facts(**{name: value for name, value in told.items() if name in {field.name for field in fields(Facts)}})


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
    with _transaction(connection):
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
    with _transaction(connection):
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
    with _transaction(connection):
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
    with _transaction(connection):
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


def today() -> str:
    """This day where the workshop takes place."""
    return date.today().isoformat()

"""The one file of a workshop as a file: made once, opened by any number of processes, written in transactions."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import sqlite3
from collections.abc import Iterator
from dataclasses import asdict, fields
from pathlib import Path

from helpers.live.workshop.records import Facts
from helpers.reference import regions, workshop_texts
from helpers.reference.models import default_model_id, load_model

FILE_NAME = "workshop.sqlite"
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


class WorkshopError(ValueError):
    """A file that is no workshop, or of another edition of this program; the sentence says which and what to do."""


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
        with transaction(connection):
            connection.executemany(
                "insert into facts values (?, ?)", [(name, json.dumps(value)) for name, value in asdict(facts).items()]
            )
    return path


def begin(
    folder: str | Path,
    region: str,
    *,
    day: str,
    model: str = default_model_id,
    language: str = "en",
    is_practice: bool = False,
    data: str | Path = "",
) -> Facts:
    """Make a workshop of a region in this folder, with a code of its own, and return its facts.

    Raises
    ------
    FileExistsError
        If there is a workshop in the folder.
    ValueError
        If there is no such region (``UnknownRegion``), model (``UnknownModel``) or language (``UnknownLanguage``).
    OSError
        If nothing can be kept there.
    """
    name = regions.region(region, data).name
    workshop_texts.dimension_texts(load_model(model, data), language, data)
    facts = Facts(region, name, model, day, new_code(), language=language, is_practice=is_practice)
    make(folder, facts)
    return facts


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
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
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

"""The readings of a run: what was read once is there for every chapter and region that reads the same.

``CARE_ATLAS_READINGS`` names a folder that nobody else can enter, in a run the run's own, which goes with it; without
it nothing is kept. A reading is named by a hash of everything that it rests on, so it is never stale, only absent.

A reading is data (JSON, and tables of Arrow whose every buffer is checked) under a hash of itself. One that is broken,
half written or has another's name counts as absent. Any number of processes may read and write at once: a reading
appears whole, and two who make the same one make the same bytes. What cannot be kept is read again, and that is all.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.ingest import basis

if TYPE_CHECKING:
    import pyarrow as pa

VARIABLE = "CARE_ATLAS_READINGS"
FORM = "care-atlas-reading-1"
OTHERS = 0o077


class ReadingsUnfit(ValueError):
    """The folder for readings is not one that this user alone can enter; the message says what it is."""


def folder() -> Path | None:
    """Give the folder for readings, None where none is named.

    Raises
    ------
    ReadingsUnfit
        If it is not there, is a link, or can be entered by anybody else.
    """
    named = os.environ.get(VARIABLE, "").strip()
    if not named:
        return None
    path = Path(named)
    try:
        status = path.lstat()
    except OSError as error:
        raise ReadingsUnfit(f"{VARIABLE}: {named} cannot be used ({error.strerror})") from None
    if not stat.S_ISDIR(status.st_mode):
        raise ReadingsUnfit(f"{VARIABLE}: {named} is not a folder")
    if os.name == "posix" and status.st_uid != os.geteuid():
        raise ReadingsUnfit(f"{VARIABLE}: {named} belongs to somebody else")
    if os.name == "posix" and status.st_mode & OTHERS:
        raise ReadingsUnfit(f"{VARIABLE}: {named} can be entered by others; it has to have the mode 700")
    return path


def key_of(what: str, *, data: str | Path, **parts: object) -> str:
    """Name a reading by everything that it rests on.

    Parameters
    ----------
    what
        What was read: the reader's name.
    data
        The data folder with whose registers it was read.
    parts
        Everything else that the reading depends on, in a form that JSON can carry: hashes of files, their names, the
        day, limits.

    Returns
    -------
    str
        64 hexadecimal digits; "" where nothing is kept: no folder is named, or the registers have changed under this
        process.
    """
    if folder() is None or not (registers := basis.registers_version(data)):
        return ""
    whole = {"what": what, "code": basis.code_version(), "registers": registers, "parts": parts}
    return hashlib.sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()


def load(key: str) -> tuple[dict, dict[str, pa.Table]] | None:
    """Give a reading, its facts and its tables by name; None where there is none that is whole."""
    place = folder()
    if not key or place is None:
        return None
    try:
        head, facts, rest = _parted(_bytes_of(place / key))
        if head != _head(key, facts, rest):
            return None
        said = json.loads(facts)
        return said["facts"], _tables(said["tables"], rest)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def save(key: str, facts: dict, tables: dict[str, pa.Table] | None = None) -> None:
    """Keep a reading; where that is impossible (no room, a text that is none), nothing is kept and nothing raised."""
    place = folder()
    if not key or place is None:
        return
    written = ""
    try:
        packed = {name: _packed(table) for name, table in (tables or {}).items()}
        sizes = {name: len(part) for name, part in packed.items()}
        said, rest = json.dumps({"facts": facts, "tables": sizes}).encode("ascii"), b"".join(packed.values())
        number, written = tempfile.mkstemp(prefix=".", dir=place)  # only this user may read it, by its mode too
        with os.fdopen(number, "wb") as file:
            file.write(b"\n".join([_head(key, said, rest), said, rest]))
        Path(written).replace(place / key)
    except (OSError, ValueError, TypeError):
        with suppress(OSError):
            Path(written or place / key).unlink()


def _bytes_of(path: Path) -> bytes:
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    with os.fdopen(os.open(path, flags), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise ValueError(f"{path} is not a file")
        return file.read()


def _parted(content: bytes) -> tuple[bytes, bytes, memoryview]:
    """The first line of a reading, its facts, and what follows them, which may be large and is not copied."""
    first = content.index(b"\n")
    second = content.index(b"\n", first + 1)
    return content[:first], content[first + 1 : second], memoryview(content)[second + 1 :]


def _head(key: str, facts: bytes, rest: bytes | memoryview) -> bytes:
    """The first line of a reading: its form, and a hash of its name and all that follows."""
    whole = hashlib.sha256(f"{key}\n{len(facts)}\n".encode())
    whole.update(facts)
    whole.update(rest)
    return f"{FORM} {whole.hexdigest()}".encode()


def _packed(table: pa.Table) -> bytes:
    import pyarrow as pa

    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema) as to:
        to.write_table(table)
    return sink.getvalue().to_pybytes()


def _tables(sizes: dict[str, int], rest: memoryview) -> dict[str, pa.Table]:
    tables, start = {}, 0
    for name, size in sizes.items():
        tables[name] = checked_table(bytes(rest[start : start + size]))
        start += size
    return tables


def checked_table(data: bytes) -> pa.Table:
    """Read a table of Arrow; every offset and text in it is checked, since nothing that it says is trusted.

    Raises
    ------
    ValueError
        If anything is wrong with it.
    """
    import pyarrow as pa

    with pa.ipc.open_file(data) as reader:
        table = reader.read_all()
    table.validate(full=True)
    return table

"""A store of files mirrored into a folder of this machine: what has changed is fetched, what has gone goes."""

from __future__ import annotations

import contextlib
import hashlib
import json
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from helpers.batch import publish
from helpers.batch.stores import Store, StoreError, cache, is_hidden, listing, opened, said, shown

NOTES = ".mirrored.json"
FRESH_SECONDS = 5.0
FLEETING = {"name", "Key", "atime", "time", "nlink", "ino", "islink", "destination"}


@contextlib.contextmanager
def held(address: str) -> Iterator[Path]:
    """Mirror the data of an address into their folder of this machine, which no other run may change meanwhile.

    Raises
    ------
    publish.Locked
        If a run on this machine works with the same address.
    StoreError
        If the data cannot be had.
    """
    home = cache(address)
    with publish.lock(home, f"with the data of {shown(address)}"):
        mirror(address, home / "data")
        yield home / "data"


def mirror(address: str, folder: Path) -> None:
    """Make a folder hold what lies at an address, and nothing else.

    Raises
    ------
    StoreError
        If there is nothing at the address or it cannot be read; the folder may then hold a part.
    """
    store = opened(address)
    with said(address):
        listed = listing(store)
        if not listed:
            raise StoreError(f"there is nothing at {shown(address)}")
        fetch(store, listed, folder)


def fetch(store: Store, listed: Mapping[str, Mapping[str, Any]], folder: Path) -> None:
    """Bring those files of the store into the folder that are not there as they are now; remove all others."""
    folder.mkdir(parents=True, exist_ok=True)
    notes, now = publish.read_json(folder / NOTES), time.time()
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        name = path.relative_to(folder).as_posix()
        if name not in listed and not is_hidden(name):
            path.unlink()
    missing = [name for name, info in listed.items() if not _is_here(folder / name, info, notes.get(name))]
    for name in missing:
        _fetch_one(store, name, listed[name], folder / name)
    marks = {name: _mark(info) for name, info in listed.items() if name not in missing or not _is_fresh(info, now)}
    publish.write_json(folder / NOTES, marks)


def _fetch_one(store: Store, name: str, info: Mapping[str, Any], target: Path) -> None:
    part = target.with_name(f".{target.name}.part")
    target.parent.mkdir(parents=True, exist_ok=True)
    with store.one_at_a_time, said(store.address):
        store.files.get_file(store.path(name), str(part))
    size = info.get("size")
    if size is not None and part.stat().st_size != size:
        raise StoreError(f"{shown(store.address)}: {name} was written to while it was read; start again")
    part.replace(target)


def _is_here(path: Path, info: Mapping[str, Any], mark: str | None) -> bool:
    try:
        return mark == _mark(info) and path.stat().st_size == info.get("size", path.stat().st_size)
    except OSError:
        return False


def _mark(info: Mapping[str, Any]) -> str:
    """By what a file is known to be the same: all that the store says of it, apart from what changes by looking."""
    said_of_it = {name: str(value) for name, value in sorted(info.items()) if name not in FLEETING}
    return hashlib.sha256(json.dumps(said_of_it).encode()).hexdigest()


def _is_fresh(info: Mapping[str, Any], now: float) -> bool:
    """Whether it was written so lately that another write could bear the same time; it is then fetched again."""
    if info.get("ETag") or info.get("etag") or info.get("md5Hash"):
        return False
    written = _written(info)
    return written is None or abs(now - written) < FRESH_SECONDS


def _written(info: Mapping[str, Any]) -> float | None:
    """When a file was written, by whatever name and form the protocol has for it; None where it does not say."""
    for name in ("mtime", "LastModified", "last_modified", "modified", "modify", "created"):
        value = info.get(name)
        if isinstance(value, (int, float)):
            return float(value)
        if isinstance(value, datetime):
            return (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp()
        if isinstance(value, str):
            with contextlib.suppress(ValueError):
                return datetime.strptime(value[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC).timestamp()
    return None

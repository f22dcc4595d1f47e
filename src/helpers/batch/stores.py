"""Data and reports at an address that fsspec knows (``s3://``, ``sftp://``, ``ftp://``, ``file://`` ...).

A store is mirrored into a folder of this machine: what has changed is fetched, what has gone goes. fsspec and the
package of the protocol are needed only where an address is named.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from helpers.batch import publish

ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://")
NOTES = ".mirrored.json"
FRESH_SECONDS = 5.0
RENAMING = {"file", "local", "ftp", "sftp", "ssh", "smb", "hdfs", "webhdfs"}
FLEETING = {"name", "Key", "atime", "time", "nlink", "ino", "islink", "destination"}


class StoreError(OSError):
    """An address cannot be used; the message says which and why, without the password that may stand in it."""


@dataclass
class Store:
    """A folder at an address: what fsspec makes of it. One call at a time, since some protocols know one line only."""

    address: str
    files: Any
    root: str
    one_at_a_time: threading.RLock = field(default_factory=threading.RLock)

    def path(self, name: str) -> str:
        return f"{self.root}/{name}"


def is_address(text: str) -> bool:
    """Whether a text is an address rather than a folder of this machine."""
    return bool(ADDRESS.match(text))


def shown(address: str) -> str:
    """The address as it may be printed and written down."""
    return re.sub(r"//[^/@]*@", "//", address)


def opened(address: str) -> Store:
    """Reach a store.

    Raises
    ------
    StoreError
        If its protocol is unknown or needs a package that is not installed, or it does not answer.
    """
    with said(address):
        from fsspec.core import url_to_fs

        files, root = url_to_fs(address.rstrip("/"), skip_instance_cache=True)
        return Store(address, files, root.rstrip("/"))


@contextlib.contextmanager
def said(address: str) -> Iterator[None]:
    """Say what a store answers in one sentence."""
    try:
        yield
    except StoreError:
        raise
    except ImportError as error:
        raise StoreError(f"{shown(address)} needs a package that is not installed: {error}") from error
    except Exception as error:  # each protocol has errors of its own
        why = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        secret = urlsplit(address).password
        why = why.replace(secret, "***") if secret else why
        raise StoreError(f"{shown(address)} cannot be used: {why}") from error


def cache(address: str) -> Path:
    """The folder of this machine that mirrors an address."""
    home = os.environ.get("CARE_ATLAS_CACHE") or Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache", "care-atlas")
    folder = Path(home).expanduser() / "stores" / hashlib.sha256(address.rstrip("/").encode()).hexdigest()[:16]
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder.resolve()


@contextlib.contextmanager
def held_mirror(address: str) -> Iterator[Path]:
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


def listing(store: Store) -> dict[str, dict[str, Any]]:
    """All files at the address by their names relative to it, with what the store says of each; no hidden ones.

    Raises
    ------
    StoreError
        If a name leads out of the folder.
    """
    with store.one_at_a_time, said(store.address):
        store.files.invalidate_cache()
        try:
            found = store.files.find(store.root, detail=True)
        except FileNotFoundError:
            return {}
    whole = {_relative(path, store.root): info for path, info in found.items() if info.get("type") == "file"}
    whole = {name: info for name, info in whole.items() if not _is_hidden(name)}
    strange = [name for name in whole if _leads_out(name)]
    if strange:
        raise StoreError(f"{shown(store.address)} holds a name that leads out of its folder: {strange[0]!r}")
    return whole


def _relative(path: str, root: str) -> str:
    return path.lstrip("/").removeprefix(root.lstrip("/")).lstrip("/")


def _is_hidden(name: str) -> bool:
    return any(part.startswith(".") and part != ".." for part in PurePosixPath(name).parts)


def _leads_out(name: str) -> bool:
    return not name or "\\" in name or "\0" in name or ".." in PurePosixPath(name).parts


def fetch(store: Store, listed: Mapping[str, Mapping[str, Any]], folder: Path) -> None:
    """Bring those files of the store into the folder that are not there as they are now; remove all others."""
    folder.mkdir(parents=True, exist_ok=True)
    notes, now = publish.read_json(folder / NOTES), time.time()
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        name = path.relative_to(folder).as_posix()
        if name not in listed and not _is_hidden(name):
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


def put(store: Store, path: Path, name: str) -> None:
    """Put one file up in the place of the last one, in one step where the protocol can rename.

    Stores of objects replace a file in one step anyway.
    """
    target = store.path(name)
    folder, _, file = target.rpartition("/")
    protocols = {store.files.protocol} if isinstance(store.files.protocol, str) else set(store.files.protocol)
    with store.one_at_a_time, said(store.address):
        store.files.makedirs(folder, exist_ok=True)
        if not protocols & RENAMING:
            store.files.put_file(str(path), target)
            return
        store.files.put_file(str(path), f"{folder}/.{file}.part")
        store.files.mv(f"{folder}/.{file}.part", target)


def remove(store: Store, name: str) -> None:
    """Remove one file; nothing happens where there is none."""
    with store.one_at_a_time, said(store.address), contextlib.suppress(FileNotFoundError):
        if store.files.exists(store.path(name)):
            store.files.rm_file(store.path(name))


def text(store: Store, name: str) -> str:
    """What a small file holds; "" where there is none."""
    with store.one_at_a_time, said(store.address):
        store.files.invalidate_cache()
        try:
            return store.files.cat_file(store.path(name)).decode("utf-8", "replace")
        except FileNotFoundError:
            return ""


def write(store: Store, name: str, content: str, *, is_new: bool = False) -> bool:
    """Write a small file; with ``is_new`` only where there is none, as far as the store can say so. False if not."""
    with store.one_at_a_time, said(store.address):
        store.files.makedirs(store.root, exist_ok=True)
        try:
            store.files.pipe_file(store.path(name), content.encode(), mode="create" if is_new else "overwrite")
        except FileExistsError:
            return False
    return True

"""Files at an address that fsspec knows (``s3://``, ``sftp://``, ``ftp://``, ``file://`` ...).

fsspec and the package of the protocol are needed only where an address is named.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://")
RENAMING = {"file", "local", "ftp", "sftp", "ssh", "smb", "hdfs", "webhdfs"}


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
    whole = {name: info for name, info in whole.items() if not is_hidden(name)}
    strange = [name for name in whole if _leads_out(name)]
    if strange:
        raise StoreError(f"{shown(store.address)} holds a name that leads out of its folder: {strange[0]!r}")
    return whole


def _relative(path: str, root: str) -> str:
    return path.lstrip("/").removeprefix(root.lstrip("/")).lstrip("/")


def is_hidden(name: str) -> bool:
    """Whether a file or one of its folders is hidden; such files are not ours to read or to remove."""
    return any(part.startswith(".") and part != ".." for part in PurePosixPath(name).parts)


def _leads_out(name: str) -> bool:
    return not name or "\\" in name or "\0" in name or ".." in PurePosixPath(name).parts


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

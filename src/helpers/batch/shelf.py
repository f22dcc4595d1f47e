"""Reports at an address: built here, put up file by file so that a record there always means a whole report.

Stores of objects know neither folders nor renaming, so a report is replaced in this order: its record goes, then come
tables and notebooks, the page, and the record. A reader may for a moment meet the old page beside new tables. A report
whose put was cut off has no record, and the next run makes it anew.
"""

from __future__ import annotations

import contextlib
import json
import secrets
import shutil
import socket
import threading
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from helpers.batch import mirrors, place, publish, stores
from helpers.batch.stores import Store, StoreError
from helpers.batch.workers import RegionFailed

LOCK = ".lock.json"
RENEW_SECONDS = 60.0
STALE = timedelta(minutes=15)
RECORDS = ("run.json", "runs.jsonl")
PAGE, RECORD = "index.html", "report.json"
LOOK_AGAIN_SECONDS = 1.0


@contextlib.contextmanager
def opened(out: str) -> Iterator[tuple[Path, place.Place]]:
    """Open the place of a run's reports: a folder of this machine, or an address, which is then held for this run.

    Yields
    ------
    Path, Place
        The folder to be run with (for an address one with the records of what lies there), and the place itself.

    Raises
    ------
    publish.Locked
        If another run holds the address.
    StoreError
        If it cannot be used.
    """
    if not stores.is_address(out):
        yield Path(out).expanduser().resolve(), place.Here()
        return
    store, local = stores.opened(out), stores.cache(out) / "reports"
    with _held(store) as lost:
        listed = stores.listing(store)
        _fetch_records(store, listed, local)
        yield local, AtAddress(store, {name: info.get("size") for name, info in listed.items()}, lost)


def _fetch_records(store: Store, listed: Mapping[str, Any], local: Path) -> None:
    """The records of all reports and runs; an empty page stands for each that lies there, for the list of them all."""
    wanted = {name: info for name, info in listed.items() if _is_record(name)}
    mirrors.fetch(store, wanted, local)
    for name in wanted:
        folder, _, file = name.rpartition("/")
        if file == RECORD and f"{folder}/{PAGE}" in listed:
            (local / folder / PAGE).touch()


def _is_record(name: str) -> bool:
    folder, _, file = name.rpartition("/")
    return file == RECORD if folder else file in RECORDS


class AtAddress:
    """The place of reports at an address."""

    def __init__(self, store: Store, sizes: dict[str, int | None], lost: threading.Event) -> None:
        self._store, self._sizes, self._lost = store, sizes, lost

    def is_whole(self, folder: Path, last: Mapping[str, Any]) -> bool:
        files = last.get("files", {})
        return bool(files) and all(
            self._sizes.get(f"{folder.name}/{name}", -1) in (file["bytes"], None) for name, file in files.items()
        )

    def publish(self, built: Path, target: Path) -> None:
        try:
            self._put_report(built, target.name)
        except StoreError as error:
            raise RegionFailed(f"its report could not be put in its place: {error}") from error
        _keep_record(built, target)

    def _put_report(self, built: Path, region: str) -> None:
        names = list(publish.read_json(built / RECORD)["files"])
        before = [name for name in self._sizes if name.startswith(f"{region}/")]
        self._check_held()
        stores.remove(self._store, f"{region}/{RECORD}")
        for name in [*sorted(names, key=lambda name: name == PAGE), RECORD]:
            stores.put(self._store, built / name, f"{region}/{name}")
        for old in sorted(set(before) - {f"{region}/{name}" for name in [*names, RECORD]}):
            stores.remove(self._store, old)

    def finish(self, out: Path) -> None:
        self._check_held()
        for name in [*RECORDS, PAGE]:
            stores.put(self._store, out / name, name)

    def _check_held(self) -> None:
        if self._lost.is_set():
            raise StoreError(f"another run took {stores.shown(self._store.address)} over")


def _keep_record(built: Path, target: Path) -> None:
    """Of what was put up, the record stays on this machine, with an empty page that says that there is one."""
    for path in built.iterdir():
        if path.name == PAGE:
            path.write_bytes(b"")
        elif path.is_dir():
            shutil.rmtree(path)
        elif path.name != RECORD:
            path.unlink()
    publish.publish(built, target)


@contextlib.contextmanager
def _held(store: Store) -> Iterator[threading.Event]:
    """Hold the lock of a store, renewed while the run goes on; the event says that somebody else took it."""
    mine, end, lost = secrets.token_hex(8), threading.Event(), threading.Event()
    _take(store, mine)
    renewing = threading.Thread(target=_renew, args=(store, mine, end, lost), name="care-atlas-lock", daemon=True)
    renewing.start()
    try:
        yield lost
    finally:
        end.set()
        renewing.join(RENEW_SECONDS)
        with contextlib.suppress(StoreError):
            if _holder(store).get("mark") == mine:
                stores.remove(store, LOCK)


def _take(store: Store, mine: str) -> None:
    """Take the lock where there is none or its run has long been silent; of two at once, the one that is last keeps it.

    A store that cannot refuse to write over a file leaves a gap of a moment; that is why it is looked at again.
    """
    holder = _holder(store)
    if holder and not holder["renewed"]:  # it is being written at this moment, or was cut off
        threading.Event().wait(LOOK_AGAIN_SECONDS)
        holder = _holder(store)
    if holder and not _is_stale(holder):
        raise publish.Locked(_words(store, holder))
    if not stores.write(store, LOCK, _lock_text(mine), is_new=not holder):
        raise publish.Locked(_words(store, _holder(store)))
    threading.Event().wait(LOOK_AGAIN_SECONDS)
    if (now := _holder(store)).get("mark") != mine:
        raise publish.Locked(_words(store, now))


def _renew(store: Store, mine: str, end: threading.Event, lost: threading.Event) -> None:
    while not end.wait(RENEW_SECONDS):
        with contextlib.suppress(StoreError):
            if _holder(store).get("mark") != mine:
                lost.set()
                return
            stores.write(store, LOCK, _lock_text(mine))


def _holder(store: Store) -> dict[str, Any]:
    content = stores.text(store, LOCK)
    if not content:
        return {}
    try:
        told = json.loads(content)
        datetime.fromisoformat(told["renewed"])
    except (ValueError, TypeError, KeyError):
        return {"mark": "", "renewed": "", "by": "unknown"}
    return told


def _is_stale(holder: Mapping[str, Any]) -> bool:
    return not holder["renewed"] or datetime.now(UTC) - datetime.fromisoformat(holder["renewed"]) > STALE


def _lock_text(mine: str) -> str:
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return json.dumps({"mark": mine, "renewed": now, "by": socket.gethostname()})


def _words(store: Store, holder: Mapping[str, Any]) -> str:
    since = f", last heard of at {holder['renewed']}" if holder.get("renewed") else ""
    return f"Another run holds {stores.shown(store.address)}: {holder.get('by', 'unknown')}{since}"

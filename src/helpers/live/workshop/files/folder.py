"""Which workbooks of a folder were saved since they were read: looked at again and again, never opened here."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from helpers.ingest.assessments import ENDINGS

GONE_LOOKS = 4  # a program that saves by replacing takes the file away for a moment
PASSED_OVER = (".", "~", "readme.")  # hidden, locks and half-saved ones of spreadsheet programs, and no assessment
Signature = tuple[int, int, int]


class FolderGone(OSError):
    """The folder cannot be listed at this moment."""


@dataclass
class Looked:
    """What was seen of one file: how it was at the last look, as which it was read, how often it was not there."""

    signature: Signature | None = None
    read: Signature | None = None
    failing_since: float | None = None
    looks_missing: int = 0
    is_gone: bool = False


@dataclass
class Folder:
    """A folder that is looked at. ``known`` are the names of files that were read before, by whomever."""

    path: Path
    known: Iterable[str] = ()
    files: dict[str, Looked] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.files = {name: Looked() for name in self.known}

    def look(self) -> tuple[dict[str, Signature], list[str]]:
        """Look once: the files to be read, since two looks in a row agree, and those that are gone now.

        Raises
        ------
        FolderGone
            If the folder cannot be listed.
        """
        there = self._listed()
        ready = {}
        for name, signature in there.items():
            seen = self.files.setdefault(name, Looked())
            seen.looks_missing, seen.is_gone = 0, False
            if signature != seen.signature:
                seen.signature, seen.failing_since = signature, None
            elif signature != seen.read:
                ready[name] = signature
        return ready, [name for name in self.files.keys() - there.keys() if self._is_gone_now(name)]

    def _is_gone_now(self, name: str) -> bool:
        seen = self.files[name]
        seen.looks_missing += 1
        if seen.is_gone or seen.looks_missing < GONE_LOOKS:
            return False
        seen.signature, seen.read, seen.is_gone = None, None, True
        return True

    def _listed(self) -> dict[str, Signature]:
        try:
            with os.scandir(self.path) as found:
                names = [entry.name for entry in found if is_workbook(entry.name)]
        except OSError as error:
            raise FolderGone(error.errno, error.strerror) from error
        signatures = {name: signature_of(self.path / name) for name in sorted(names)}
        return {name: signature for name, signature in signatures.items() if signature}

    def was_read(self, name: str, signature: Signature) -> None:
        """Note that the file was read as it was at this look."""
        self.files[name].read = signature

    def fails_for(self, name: str) -> float:
        """For how many seconds the file has been unreadable, as it is; from the first call on."""
        seen, now = self.files[name], time.monotonic()
        seen.failing_since = now if seen.failing_since is None else seen.failing_since
        return now - seen.failing_since


def is_workbook(name: str) -> bool:
    """Whether a name is one of a spreadsheet that somebody saved."""
    return name.lower().endswith(ENDINGS) and not name.lower().startswith(PASSED_OVER)


def signature_of(path: Path) -> Signature | None:
    """By what a saved file differs from the one before; None where there is no file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return None if path.is_dir() else (found.st_mtime_ns, found.st_size, found.st_ino)


def saved_at(path: Path) -> str:
    """When a file was saved, or put in its place, UTC; never later than now."""
    try:
        found = path.stat()
    except OSError:
        return datetime.now(UTC).isoformat(timespec="milliseconds")
    seconds = min(max(found.st_mtime, found.st_ctime), time.time())
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")

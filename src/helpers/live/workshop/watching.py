"""Watch a folder of workbooks, for a workshop without phones::

    python -m helpers.live.workshop.watching WORKSHOP_FOLDER FOLDER_TO_WATCH [--data DIR]

What is saved there is handed in as ratings (`handing_in`); a workbook that cannot be used is a finding, and what it
said when it was last good is kept. It ends when its standard input closes, or on SIGTERM or Ctrl-C.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import os
import sqlite3
import sys
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from helpers.ingest.findings import printable
from helpers.live.workshop import keeping
from helpers.live.workshop.ending import stop_with_input
from helpers.live.workshop.files import handing_in, reading
from helpers.live.workshop.files.folder import Folder, FolderGone, Signature, saved_at, signature_of
from helpers.live.workshop.files.notes import ERROR, finding
from helpers.live.workshop.files.reading import Read
from helpers.reference.models import load_model

LOOK_SECONDS, TICK_SECONDS, PATIENCE_SECONDS, END_SECONDS = 0.25, 0.05, 3.0, 0.3
USED, REFUSED, GONE = "used", "refused", "gone"
AT_A_TIME = 2
THE_FOLDER = "(the watched folder)"


class Watching:
    """One folder, watched for one workshop."""

    def __init__(self, session: Path, folder: Path, *, data: str = "") -> None:
        self.connection = keeping.connect(session / keeping.FILE_NAME)
        self.session, self.data = session, data
        self.facts = keeping.facts_of(self.connection)
        self.model = load_model(self.facts.model, data)
        self.said = {one["file"]: one for one in keeping.readings(self.connection)}
        known = [name for name, one in self.said.items() if one["state"] != GONE and name != THE_FOLDER]
        self.folder = Folder(folder, [name for name in known if "\\x" not in name])  # else it is not its name on disk
        self.used: dict[str, Read] = {}
        self.step = keeping.mark(self.connection)[0]
        self.pool = ThreadPoolExecutor(AT_A_TIME)
        self.going: dict[str, Future[tuple[Signature, Read]]] = {}
        self.missing_since: float | None = None
        self.next_look = 0.0

    def tick(self) -> None:
        """Do what is due: look at the folder, hand in what was read, and what a step of the presenter lets in now."""
        if time.monotonic() >= self.next_look:
            self.next_look = time.monotonic() + LOOK_SECONDS
            self._look()
        for name in [name for name, future in self.going.items() if future.done()]:
            self._take(name, *self.going[name].result())
            del self.going[name]
        self._follow()

    def _look(self) -> None:
        try:
            ready, gone = self.folder.look()
        except FolderGone as error:
            self._folder_is_gone(error)
            return
        self._folder_is_there()
        for name, signature in ready.items():
            if name not in self.going:
                self.going[name] = self.pool.submit(self._read, name, signature)
        for name in gone:
            self.used.pop(name, None)
            told = finding("file-gone", "The file is no longer in the folder; its ratings stay.", file=printable(name))
            self._say(name, GONE, [told])

    def _read(self, name: str, signature: Signature) -> tuple[Signature, Read]:
        path = self.folder.path / name
        at = saved_at(path) if printable(name) in self.said else keeping.now()
        return signature, reading.read(path, at=at, session=self.session, facts=self.facts, data=self.data)

    def _take(self, name: str, signature: Signature, read: Read) -> None:
        """Hand in what was read, unless the file was saved again meanwhile or another try may do better."""
        if signature_of(self.folder.path / name) != signature:
            return
        if read.is_half_written and self.folder.fails_for(name) < PATIENCE_SECONDS:
            return
        is_news = self.folder.files[name].read is not None
        if read.saved is None:
            self._say(name, REFUSED, read.findings, is_news=is_news)
            self.used.pop(name, None)
        else:
            self._hand_in(name, read, is_news=is_news)
            self.used[name] = read
        self.folder.was_read(name, signature)

    def _hand_in(self, name: str, read: Read, *, is_news: bool = False) -> None:
        notes = handing_in.hand_in(self.connection, read.saved, model=self.model)
        errors = [one for one in read.findings if one["severity"] == ERROR]
        others = [one for one in read.findings if one["severity"] != ERROR]
        self._say(name, USED, [*errors, *notes, *others], is_news=is_news)

    def _say(self, name: str, state: str, findings: list[dict[str, Any]], *, is_news: bool = False) -> None:
        """Keep what is said of a file, if it is something new or of a newer file."""
        name = printable(name)
        before = self.said.get(name)
        if before and not is_news and (before["state"], before["findings"]) == (state, findings):
            return
        keeping.note_reading(self.connection, name, state, findings)
        self.said[name] = {"state": state, "findings": findings}

    def _follow(self) -> None:
        """After a step of the presenter: what was not taken before may be taken now."""
        step = keeping.mark(self.connection)[0]
        if step == self.step:
            return
        for name, read in self.used.items():
            self._hand_in(name, read)
        self.step = step

    def _folder_is_gone(self, error: FolderGone) -> None:
        self.missing_since = time.monotonic() if self.missing_since is None else self.missing_since
        if time.monotonic() - self.missing_since >= PATIENCE_SECONDS:
            sentence = f"{self.folder.path} cannot be read ({error.strerror}); the ratings of its files stay."
            self._say(THE_FOLDER, REFUSED, [finding("folder-gone", sentence, file=THE_FOLDER, severity=ERROR)])

    def _folder_is_there(self) -> None:
        self.missing_since = None
        if self.said.get(THE_FOLDER, {}).get("state") == REFUSED:
            self._say(THE_FOLDER, USED, [])

    def close(self) -> None:
        """End; readings that have not come to their end within a moment end with this process."""
        concurrent.futures.wait(self.going.values(), timeout=END_SECONDS)
        self.connection.close()


def watch(session: Path, folder: Path, *, data: str, stop: threading.Event) -> None:
    """Watch until told to stop. A workshop's file that is busy for a moment is written in the next one.

    Raises
    ------
    WorkshopError
        If there is no workshop.
    """
    watching, trouble = Watching(session, folder, data=data), ""
    while not stop.is_set():
        try:
            watching.tick()
            trouble = ""
        except sqlite3.OperationalError as error:
            if str(error) != trouble:
                print(f"The workshop's file cannot be written at this moment: {error}", file=sys.stderr, flush=True)
            trouble = str(error)
        stop.wait(TICK_SECONDS)
    watching.close()


def main(arguments: list[str] | None = None) -> int:
    """Watch a folder of workbooks for a workshop; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m helpers.live.workshop.watching", description=main.__doc__)
    parser.add_argument("session", type=Path, help="the workshop's folder")
    parser.add_argument("folder", type=Path, help="the folder to watch")
    parser.add_argument("--data", default="", help="the data folder; the project's own if not given")
    wanted = parser.parse_args(arguments)
    stop = threading.Event()
    stop_with_input(stop)
    if not wanted.folder.is_dir():
        print(f"There is no folder {wanted.folder}.", file=sys.stderr)
        return 1
    try:
        watch(wanted.session, wanted.folder.resolve(), data=wanted.data, stop=stop)
    except keeping.WorkshopError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    os._exit(status)  # threads that wait for a child would keep it alive

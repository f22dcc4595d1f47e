"""One thread that writes: whatever phones have handed in by now goes to the disk in one commit, then each is told."""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from helpers.live.workshop import keeping
from helpers.live.workshop.keeping import Participant, Receipt, Submission

MOST_AT_ONCE, GATHER_SECONDS = 500, 0.004
_STOP = object()


class Writer:
    """The only hand in this process that writes into the workshop's file, with a connection of its own.

    A commit waits for the disk. While it does, the next submissions gather; so 200 phones at once cost a few commits,
    not 200, and still nobody is answered before what they said is kept.
    """

    def __init__(self, file: Path, *, dimensions: Iterable[str], levels: Iterable[int]) -> None:
        self._file, self._dimensions, self._levels = file, tuple(dimensions), tuple(levels)
        self._waiting: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Keep what waits, then end."""
        self._waiting.put(_STOP)
        self._thread.join()

    async def submit(self, one: Submission) -> Receipt:
        """Keep a rating, and come back when it is kept or refused.

        Raises
        ------
        sqlite3.Error
            If the file cannot be written at this moment; nothing was kept.
        """
        return await self._asked(one)

    async def join(self, key: str, *, role: str, sector: str) -> Participant:
        """Keep a participant; the same key again is the same one.

        Raises
        ------
        ValueError
            If the workshop is full.
        sqlite3.Error
            If the file cannot be written at this moment.
        """
        return await self._asked({"key": key, "role": role, "sector": sector})

    def _asked(self, what: Submission | dict[str, str]) -> asyncio.Future[Any]:
        loop = asyncio.get_running_loop()
        answer = loop.create_future()
        self._waiting.put((what, answer, loop))
        return answer

    def _run(self) -> None:
        connection = keeping.connect(self._file)
        try:
            while True:
                batch = self._gathered()
                self._keep(connection, [asked for asked in batch if asked is not _STOP])
                if _STOP in batch:
                    return
        finally:
            connection.close()

    def _gathered(self) -> list[Any]:
        """Wait for one, a moment more for those that come with it, and take all that wait."""
        batch = [self._waiting.get()]
        time.sleep(GATHER_SECONDS)  # about as long as a commit takes; of a crowd it makes fewer and larger ones
        while len(batch) < MOST_AT_ONCE and not self._waiting.empty():
            batch.append(self._waiting.get())
        return batch

    def _keep(self, connection: sqlite3.Connection, batch: Sequence[Any]) -> None:
        ratings = [asked for asked in batch if isinstance(asked[0], Submission)]
        if ratings:
            answer(ratings, self._receipts(connection, [one for one, _, _ in ratings]))
        for asked in batch:
            if not isinstance(asked[0], Submission):
                answer([asked], [_tried(lambda asked=asked: keeping.join(connection, **asked[0]))])

    def _receipts(self, connection: sqlite3.Connection, ratings: list[Submission]) -> list[Any]:
        """What became of each. One that cannot even be written as text does not take its neighbours with it."""

        def kept(some: list[Submission]) -> list[Receipt]:
            return keeping.submit(connection, some, dimensions=self._dimensions, levels=self._levels)

        found = _tried(lambda: kept(ratings))
        if isinstance(found, list):
            return found
        if isinstance(found, sqlite3.OperationalError) or len(ratings) == 1:  # of the disk, not of a rating
            return [found] * len(ratings)
        return [_tried(lambda one=one: kept([one])[0]) for one in ratings]


def _tried(act: Callable[[], Any]) -> Any:
    try:
        return act()
    except Exception as error:  # whatever it is, it is the answer to who asked, and the thread goes on
        return error


def answer(asked: Sequence[Any], results: Sequence[Any]) -> None:
    """Hand each result to who waits for it, in one call of the loop."""

    def hand_over() -> None:
        for (_, waiting, _), result in zip(asked, results, strict=True):
            if waiting.done():  # who asked is gone
                continue
            if isinstance(result, Exception):
                waiting.set_exception(result)
            else:
                waiting.set_result(result)

    asked[0][2].call_soon_threadsafe(hand_over)

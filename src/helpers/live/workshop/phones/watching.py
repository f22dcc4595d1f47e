"""What the presenter does reaches all phones: the file is looked at often, and who listens is told what changed."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from helpers.live.workshop import keeping
from helpers.live.workshop.phones import telling
from helpers.live.workshop.steps import State

LOOK_SECONDS, BEAT_SECONDS, RETRY_MS = 0.05, 15.0, 2000
MOST_STREAMS, MOST_OF_ONE = 1000, 2


@dataclass(frozen=True)
class Standing:
    """The state at one number, and what all phones are told of it as JSON: worked out once, however many ask."""

    number: int
    state: State
    told: bytes


@dataclass(eq=False)
class Stream:
    """An open stream of events: ``wake`` it when there is news; ``is_over`` when its phone has opened newer ones."""

    wake: asyncio.Event = field(default_factory=asyncio.Event)
    is_over: bool = False


class Watcher:
    """Looks at the workshop's file, knows where it stands, and keeps the streams of all phones."""

    def __init__(self, file: Path) -> None:
        self.connection = keeping.connect(file)
        self.standing = self._read(self._number())
        self.is_closing = False
        self._streams: dict[int, list[Stream]] = defaultdict(list)

    @property
    def streams(self) -> int:
        return sum(map(len, self._streams.values()))

    async def run(self) -> None:
        """Look again and again. A file that cannot be read for a moment is looked at again in the next one."""
        while not self.is_closing:
            with contextlib.suppress(sqlite3.Error):
                self.look()
            await asyncio.sleep(LOOK_SECONDS)

    def look(self) -> None:
        """Read the state anew if a step was added, and wake all streams."""
        number = self._number()
        if number != self.standing.number:
            self.standing = self._read(number)
            self._wake_all()

    def close(self) -> None:
        """End all streams, so that the server can end; their phones will look for the next one."""
        self.is_closing = True
        self._wake_all()

    def _number(self) -> int:
        return keeping.mark(self.connection)[0]

    def _read(self, number: int) -> Standing:
        state = keeping.state(self.connection)
        told = telling.for_all(state, number=number, median=telling.median_before(self.connection, state))
        return Standing(number, state, json.dumps(told).encode())

    def _wake_all(self) -> None:
        for stream in (one for streams in self._streams.values() for one in streams):
            stream.wake.set()

    async def events(self, participant: int) -> AsyncIterator[str]:
        """The events for one phone: the number of the state, at once, whenever it changes, and with each heartbeat.

        A phone's third stream ends its first: what is left of a lost connection may not keep it from coming back.
        """
        stream = self._entered(participant)
        try:
            yield f"retry: {RETRY_MS}\n\n"
            while not self.is_closing:
                if stream.is_over:
                    yield "event: elsewhere\ndata:\n\n"
                    return
                stream.wake.clear()  # before the number is read: what changes while it is sent wakes again
                yield f": beat\nevent: state\ndata: {self.standing.number}\n\n"
                if self.standing.state.ended_at:
                    return
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(BEAT_SECONDS):
                        await stream.wake.wait()
        finally:
            self._left(participant, stream)

    def _entered(self, participant: int) -> Stream:
        streams = self._streams[participant]
        for old in streams[: len(streams) + 1 - MOST_OF_ONE]:
            old.is_over = True
            old.wake.set()
        streams.append(stream := Stream())
        return stream

    def _left(self, participant: int, stream: Stream) -> None:
        self._streams[participant].remove(stream)
        if not self._streams[participant]:
            del self._streams[participant]

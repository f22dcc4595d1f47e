"""A gate that lets as many through at a time as there is room for, where the room may change."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator

LOOK_SECONDS = 5.0


class Gate:
    """Room for so many at a time."""

    def __init__(self, room: int) -> None:
        self._room, self._inside = room, 0
        self._changed = threading.Condition()

    @contextlib.contextmanager
    def room(self, is_over: Callable[[], bool]) -> Iterator[None]:
        """Wait for room, or until it is over."""
        with self._changed:
            while self._inside >= max(1, self._room) and not is_over():
                self._changed.wait(0.5)
            self._inside += 1
        try:
            yield
        finally:
            with self._changed:
                self._inside -= 1
                self._changed.notify()

    @contextlib.contextmanager
    def watching(self, count: Callable[[], int]) -> Iterator[None]:
        """Ask from time to time how much room there is; where nobody can say, it stays as it was."""
        end = threading.Event()

        def watch() -> None:
            while not end.wait(LOOK_SECONDS):
                with contextlib.suppress(Exception):
                    room = count()
                    with self._changed:
                        self._room = room
                        self._changed.notify_all()

        watcher = threading.Thread(target=watch, name="care-atlas-gate", daemon=True)
        watcher.start()
        try:
            yield
        finally:
            end.set()
            watcher.join(LOOK_SECONDS)

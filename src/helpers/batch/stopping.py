"""Stopping a run by hand: once, to finish what is running; twice, at once."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from typing import Any

from helpers.batch.listening import Listener


class Stop:
    """How often somebody asked the run to stop: once, to finish what is running; twice, at once."""

    def __init__(self) -> None:
        self.times = 0
        self.now = threading.Event()


@contextlib.contextmanager
def stopping(listener: Listener) -> Iterator[Stop]:
    """Ctrl-C counts; SIGTERM stops at once. Only in the main thread, where Python hears signals."""
    stop = Stop()
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def heard(number: int, _: Any) -> None:
        stop.times += 2 if number == signal.SIGTERM else 1
        listener.interrupted(min(stop.times, 2))
        if stop.times > 1:
            stop.now.set()

    before = {number: signal.signal(number, heard) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)

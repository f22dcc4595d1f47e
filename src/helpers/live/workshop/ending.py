"""How the processes beside a workshop end: with whoever started them, or when they are told to."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Callable


def at_end_of_input(do: Callable[[], object]) -> None:
    """Call this, in a thread of its own, when standard input closes: whoever held its other end is gone."""

    def read_on() -> None:
        with contextlib.suppress(OSError):
            while os.read(0, 4096):
                pass
        do()

    threading.Thread(target=read_on, daemon=True).start()


def stop_with_input(stop: threading.Event) -> None:
    """Set the event when standard input closes, or on SIGTERM or Ctrl-C."""
    at_end_of_input(stop.set)
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())

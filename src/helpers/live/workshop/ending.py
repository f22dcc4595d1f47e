"""How the processes beside a workshop end: with whoever started them, or when they are told to."""

from __future__ import annotations

import contextlib
import os
import signal
import threading


def stop_with_input(stop: threading.Event) -> None:
    """Set the event when standard input closes, or on SIGTERM or Ctrl-C."""

    def read_on() -> None:
        with contextlib.suppress(OSError):
            while os.read(0, 4096):
                pass
        stop.set()

    threading.Thread(target=read_on, daemon=True).start()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())

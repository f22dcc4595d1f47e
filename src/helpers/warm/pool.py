"""The warm process that kernels come from: a few are kept ready, with the project's own modules loaded as well.

A kernel that is ready was made before anybody asked for it. If the project's code was edited since, it is thrown
away and the kernel loads its modules itself, so that no kernel ever runs code that is not on the disk any more.

Started by :mod:`helpers.warm.shared` and by nothing else.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import select
import signal
import socket
import sys
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.warm import children, files, kernel, messages, server
from helpers.warm.server import Server, Settings

PAUSE_SECONDS = 1.0
NOT_ONE_THREAD = 71


@dataclass
class Ready:
    """A process that waits to become a kernel: the line to it, and the state of the code when it was made."""

    pid: int
    line: socket.socket
    state: str


class Pool(Server):
    """The loop of a warm process which keeps some children ready."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.ready: list[Ready] = []
        self.pause, self.told_to_end = 0.0, False
        self.made_of, self.looked = files.made_of(), time.monotonic()

    def serve(self) -> int:
        signal.signal(signal.SIGTERM, lambda *_: setattr(self, "told_to_end", True))
        return super().serve()

    def _step(self, woken: socket.socket) -> int | None:
        status = super()._step(woken)
        if self.told_to_end:
            return server.IDLE
        if status is None and not self.controls and time.monotonic() - self.looked > server.LOOK_SECONDS:
            self.looked = time.monotonic()
            return None if files.made_of() == self.made_of else server.IDLE  # nobody will ask this one any more
        return status

    def _fork(self, request: dict[str, Any], control: socket.socket, given: list[int]) -> int:
        if request["task"] == kernel.TASK:
            self._forget_stale()
            while self.ready:
                chosen = self.ready.pop(0)
                with chosen.line, contextlib.suppress(messages.NotServed):
                    messages.send_request(chosen.line, request, given)
                    return chosen.pid
        return super()._fork(request, control, given)

    def _forget_stale(self) -> None:
        now = files.state(files.PROJECT)
        for process in [process for process in self.ready if process.state != now]:
            self.ready.remove(process)
            process.line.close()  # at which it ends

    def _reap(self) -> None:
        super()._reap()
        self.pause = PAUSE_SECONDS
        self._fill()

    def _fill(self) -> None:
        """Make up for the children that were handed out, or that ended."""
        self.ready = [process for process in self.ready if _is_there(process.pid)]
        while len(self.ready) < self.settings.workers and server.threads() == 1:
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            state, parent = files.state(files.PROJECT), os.getpid()
            if child := os.fork():
                theirs.close()
                self.ready.append(Ready(child, ours, state))
                continue
            self._be_ready(theirs, ours, parent, pause=self.pause)

    def _be_ready(self, line: socket.socket, other_end: socket.socket, parent: int, *, pause: float) -> None:
        """In the child: load the project's modules, wait to be asked, become a kernel; it never returns."""
        try:
            children.new_session()
            children.end_with_parent()
            other_end.close()
            self._close_in_child()
            select.select([line], [], [], pause)  # the kernel that was handed out goes first
            kernel.load_project()
            request, given = messages.receive_request(line)
            line.close()
            if request:
                children.be_child(request, given, parent=parent, requests=None)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(children.FAILED_TO_BEGIN)

    def _close_in_child(self) -> None:
        super()._close_in_child()
        for process in self.ready:
            process.line.close()

    def _end_all(self, status: int) -> int:
        for process in self.ready:
            process.line.close()
        return super()._end_all(status)


def main(settings: Settings, address: Path) -> int:
    """Load the libraries and serve until nobody has asked for long enough."""
    for name in (signal.SIGINT, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
    if not sys.flags.safe_path:
        del sys.path[0]  # the folder this was started in, which is no kernel's
    server.load(settings.modules)
    if (count := server.threads()) != 1:
        address.with_suffix(".refused").write_text(f"a warm process has {count} threads and will not fork", "utf-8")
        return NOT_ONE_THREAD
    gc.collect()
    gc.freeze()
    if settings.idle_seconds:
        server.LOOK_SECONDS = min(server.LOOK_SECONDS, settings.idle_seconds / 2)
    return Pool(settings).serve()


def _is_there(pid: int) -> bool:
    try:
        return os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
    except ChildProcessError:
        return False


if __name__ == "__main__":
    sys.exit(main(Settings(**json.loads(sys.argv[1])), Path(sys.argv[2])))

"""The warm process: imports libraries once, then makes a child for each request by forking itself.

It has exactly one thread whenever it forks, reads no file and draws nothing; all that happens in the children. Where
there is no safe fork (macOS; a library that started a thread) or it was asked to, it keeps a few spawned workers with
the libraries loaded instead and hands each request to one of them; the clients see no difference.

Started by :mod:`helpers.warm.client` and by nothing else, with its settings as one JSON argument.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from helpers.warm import children, messages

OWNER_GONE, IDLE = 0, 0
LOOK_SECONDS, END_SECONDS = 30.0, 2.0
WORKER = "import sys; from helpers.warm.server import work; work(int(sys.argv[1]))"


@dataclass
class Settings:
    """How a warm process is to serve.

    ``modules`` are loaded first; ``requests`` is the number of the socket on which requests come, or ``listen`` of one
    that listens; ``owner`` of a socket whose closing ends it; ``spawn`` asks for workers, ``workers`` of them;
    ``idle_seconds`` ends it when nothing was asked for so long and nothing runs.
    """

    modules: list[str]
    requests: int | None = None
    requests_end: int | None = None
    listen: int | None = None
    owner: int | None = None
    spawn: bool = False
    workers: int = 2
    idle_seconds: float = 0.0


def main(settings: Settings) -> int:
    """Load the modules and serve until the owner goes away."""
    for name in (signal.SIGINT, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
    if settings.owner is not None:
        children.end_with_parent()
        children.adopt_orphans()
        if _is_closed(settings.owner):  # it ended before Linux was asked to end this process with it
            return OWNER_GONE
    load(settings.modules)
    children.end_with_parent(signal.SIG_DFL)  # from here on it sees its owner go, and ends what its children started
    settings.spawn = settings.spawn or threads() != 1  # a process with threads is not safe to fork
    gc.collect()
    gc.freeze()
    return Server(settings).serve()


def _is_closed(number: int) -> bool:
    """Whether nobody holds the other end of this socket any more."""
    with socket.socket(fileno=os.dup(number)) as owner:
        try:
            return not owner.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
        except OSError:
            return False


def load(modules: list[str]) -> None:
    """Import what is to be warm; a module that is not there is met again where it is needed."""
    for name in modules:
        with contextlib.suppress(ImportError):
            import_module(name)


def threads() -> int:
    """How many threads this process has; 1 where the system does not say."""
    try:
        return len(os.listdir("/proc/self/task"))  # noqa: PTH208
    except OSError:
        return 1


class Server:
    """The loop of the warm process: requests in, children out, ends told to those who asked."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.selector = selectors.DefaultSelector()
        self.controls: dict[int, socket.socket] = {}  # child -> the line to its client
        self.workers: list[tuple[int, socket.socket]] = []
        self.last = time.monotonic()

    def serve(self) -> int:
        woken, wake = socket.socketpair()
        for end in (woken, wake):
            end.setblocking(False)
        signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        self._watch(woken, "child")
        for name in ("requests", "listen", "owner"):
            number = getattr(self.settings, name)
            if number is not None:
                self._watch(socket.socket(fileno=number), name)
        self._fill()
        while True:
            if (status := self._step(woken)) is not None:
                return self._end_all(status)

    def _watch(self, channel: socket.socket, kind: str) -> None:
        self.selector.register(channel, selectors.EVENT_READ, kind)

    def _step(self, woken: socket.socket) -> int | None:
        """Wait for something and see to it; a status where it is time to end."""
        for key, _ in self.selector.select(LOOK_SECONDS):
            channel, kind = key.fileobj, key.data
            if kind == "owner" and not _bytes(channel):
                return OWNER_GONE
            if kind == "requests":
                self._take(*messages.receive_request(channel))
            elif kind == "listen":
                self._accept(channel)
            elif kind == "asks":
                self._asked(channel)
            elif kind == "client" and not _bytes(channel):
                self._client_gone(channel)
            elif kind == "child":
                _bytes(woken)
        self._reap()
        quiet = time.monotonic() - self.last
        return IDLE if self.settings.idle_seconds and not self.controls and quiet > self.settings.idle_seconds else None

    def _accept(self, listener: socket.socket) -> None:
        connection, _ = listener.accept()
        if messages.is_same_user(connection):
            self._watch(connection, "asks")
        else:
            connection.close()

    def _asked(self, connection: socket.socket) -> None:
        """A request that came on a connection of its own, which then is its control line."""
        self.selector.unregister(connection)
        request, files = messages.receive_request(connection)
        self._take(request, [os.dup(connection.fileno()), *files] if request else [])
        connection.close()

    def _take(self, request: dict[str, Any], files: list[int]) -> None:
        if not request or not files:
            return messages.close_all(files)
        self.last = time.monotonic()
        control, given = socket.socket(fileno=files[0]), files[1:]
        if not self.settings.spawn and threads() != 1:
            messages.say(control, refused=f"the warm process has {threads()} threads")
            control.close()
            return messages.close_all(given)
        try:
            child = self._hand_over(request, given) if self.settings.spawn else self._fork(request, control, given)
        except OSError as error:  # the system has no process left
            messages.say(control, refused=f"no process could be made: {error.strerror}")
            control.close()
            return messages.close_all(given)
        messages.close_all(given)
        self.controls[child] = control
        self._watch(control, "client")
        return messages.say(control, pid=child)

    def _fork(self, request: dict[str, Any], control: socket.socket, files: list[int]) -> int:
        parent = os.getpid()
        if child := os.fork():
            return child
        children.new_session()
        control.close()
        self._close_in_child()
        children.be_child(request, files, parent=parent, requests=self.settings.requests_end)
        raise AssertionError("be_child never returns")

    def _close_in_child(self) -> None:
        for key in list(self.selector.get_map().values()):
            key.fileobj.close()
        self.selector.close()
        for line in self.controls.values():
            line.close()

    def _client_gone(self, control: socket.socket) -> None:
        """Nobody waits for this child any more: it and all that it started end."""
        child = next(number for number, line in self.controls.items() if line is control)
        _kill_group(child)
        self.selector.unregister(control)
        control.close()
        del self.controls[child]

    def _reap(self) -> None:
        """Collect the children that have ended, end what they left behind, and tell their clients."""
        with contextlib.suppress(ChildProcessError):
            while ended := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                _kill_group(ended.si_pid)
                _, status = os.waitpid(ended.si_pid, 0)
                control = self.controls.pop(ended.si_pid, None)
                if control:
                    messages.say(control, exit=os.waitstatus_to_exitcode(status))
                    self.selector.unregister(control)
                    control.close()
                self.last = time.monotonic()
                self._end_adopted()
        if self.settings.spawn:
            self._fill()

    def _end_adopted(self) -> None:
        """End what a child left behind that had left its group; only a warm process with an owner adopts it."""
        if self.settings.owner is not None:
            ours = {*self.controls, *(number for number, _ in self.workers)}
            for orphan in _children() - ours:
                _kill(orphan)

    def _end_all(self, status: int) -> int:
        signal.set_wakeup_fd(-1)
        for child in [*self.controls, *(number for number, _ in self.workers)]:
            _kill_group(child)
        until = time.monotonic() + END_SECONDS
        while self.settings.owner is not None and (left := _children()) and time.monotonic() < until:
            for child in left:  # what they leave behind comes here, and is ended in turn
                _kill(child)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(-1, os.WNOHANG)
        return status

    def _fill(self) -> None:
        """Keep as many spawned workers at hand as were asked for."""
        while self.settings.spawn and len(self.workers) < self.settings.workers:
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)  # whole messages, one by one
            keep = [theirs.fileno(), *([self.settings.requests_end] if self.settings.requests_end is not None else [])]
            program = [sys.executable, "-c", WORKER, str(theirs.fileno())]
            worker = subprocess.Popen(program, pass_fds=keep, start_new_session=True, stdin=subprocess.DEVNULL)
            worker.returncode = 0  # this loop collects it, not the object
            theirs.close()
            messages.send_request(ours, self._for_worker(), [])
            self.workers.append((worker.pid, ours))

    def _for_worker(self) -> dict[str, Any]:
        return {
            "modules": self.settings.modules,
            "parent": os.getpid(),
            "requests": self.settings.requests_end,
            "path": [entry for entry in sys.path if entry],
        }

    def _hand_over(self, request: dict[str, Any], files: list[int]) -> int:
        child, line = self.workers.pop(0)
        messages.send_request(line, request, files)
        line.close()
        return child


def work(number: int) -> None:
    """A spawned worker: load the libraries, wait for one request, do it, end."""
    with socket.socket(fileno=number) as line:
        told, _ = messages.receive_request(line)
        if not told:
            return
        sys.path.extend(entry for entry in told["path"] if entry not in sys.path)
        children.end_with_parent()
        load(told["modules"])
        request, files = messages.receive_request(line)
    if request:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        children.be_child(request, files, parent=told["parent"], requests=told["requests"])


def _kill_group(child: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)


def _kill(child: int) -> None:
    """End a process and the group that it leads, if it leads one."""
    _kill_group(child)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(child, signal.SIGKILL)


def _children() -> set[int]:
    """The children of this process, those that it adopted too; none where the system does not say."""
    try:
        with open(f"/proc/self/task/{os.getpid()}/children", encoding="ascii") as file:  # noqa: PTH123
            return {int(number) for number in file.read().split()}
    except OSError:
        return set()


def _bytes(channel: socket.socket) -> bytes:
    try:
        return channel.recv(4096)
    except BlockingIOError:
        return b"?"
    except OSError:
        return b""


if __name__ == "__main__":
    sys.exit(main(Settings(**json.loads(sys.argv[1]))))

"""Ask a warm process for a child: start one of one's own, or speak to the one that this process came from."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from helpers.warm import children, messages
from helpers.warm.messages import NotServed

START_SECONDS, LISTEN_SECONDS = 120.0, 0.3
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
}


class Child:
    """A process that the warm process made for this one; it ends when this object is closed."""

    def __init__(
        self, control: socket.socket, *, seconds: float = START_SECONDS, stop: threading.Event | None = None
    ) -> None:
        self._control, self._heard, self._status = control, b"", None
        self.is_orphan = False  # whether the warm process went before it could say how this one ended
        told = self._first_words(seconds, stop) or {}
        if "pid" not in told:
            control.close()
            raise NotServed(told.get("refused", "the warm process made no child"))
        self.pid: int = told["pid"]

    @property
    def status(self) -> int | None:
        """The exit status (negative: the signal that ended it); None while it runs."""
        if self._status is None:
            self._look(0)
        return self._status

    def wait(self, seconds: float | None = None) -> int | None:
        """Wait for the end and return the exit status; None where the time ran out before it."""
        self._look(seconds)
        return self._status

    def end(self) -> None:
        """End the child and all that it started; nothing happens to one that has ended."""
        self._control.close()

    def _first_words(self, seconds: float, stop: threading.Event | None) -> dict[str, Any] | None:
        """What the warm process says once it has loaded its libraries; None where it was too late or told to stop."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and not (stop and stop.is_set()):
            if (told := self._hear(min(LISTEN_SECONDS, seconds))) is not None:
                return told
        return None

    def _look(self, seconds: float | None) -> None:
        if self._status is not None:
            return
        told = self._hear(seconds)
        if told is not None:
            self.is_orphan = "exit" not in told
            self._status = told.get("exit", -9)  # a warm process that is gone took its children with it
            if self.is_orphan and self._control.fileno() >= 0:
                self._end_what_it_started()

    def _end_what_it_started(self) -> None:
        """End the group that the child led: nobody else is left to do it."""
        if self.pid > 0:
            with contextlib.suppress(OSError):
                os.killpg(self.pid, signal.SIGKILL)

    def _hear(self, seconds: float | None) -> dict[str, Any] | None:
        """The next line of the warm process; an empty one at its end, None where the time ran out."""
        until = None if seconds is None else time.monotonic() + seconds
        while b"\n" not in self._heard:
            rest = None if until is None else max(0.0, until - time.monotonic())
            if self._control.fileno() < 0:
                return {}
            if not _is_readable(self._control, rest):
                return None
            try:
                part = self._control.recv(4096)
            except OSError:
                part = b""
            if not part:
                return {}
            self._heard += part
        line, _, self._heard = self._heard.partition(b"\n")
        return json.loads(line)


class Warm:
    """A way to a warm process: ``fork`` makes a child.

    ``requests`` is the socket on which requests are sent, or None where each goes over a connection to ``address``.
    """

    def __init__(self, requests: socket.socket | None = None, *, address: str = "") -> None:
        self._requests, self._address = requests, address

    def fork(
        self,
        task: str,
        options: Mapping[str, Any],
        *,
        files: Sequence[int] = (),
        cwd: str | None = None,
        env: Mapping[str, str] | None = None,
        memory_bytes: int | None = None,
        may_fork: bool = False,
        stop: threading.Event | None = None,
    ) -> Child:
        """Let a fresh process run ``module:function(options, files)``.

        Parameters
        ----------
        task
            What to run; its return value is the exit status.
        options
            Anything that JSON can carry.
        files
            Numbers of open files that the child gets; the numbers differ there.
        cwd, env
            Its folder and its whole environment; those of the warm process where not given.
        memory_bytes
            What it may use on top of what a warm process has.
        may_fork
            Whether it may ask for children in turn (``from_here``).
        stop
            Set by somebody who no longer wants to wait for the warm process to be ready.

        Raises
        ------
        NotServed
            If the warm process is gone or refuses.
        """
        asked = {"cwd": cwd, "env": dict(env) if env is not None else None, "memory_bytes": memory_bytes}
        request = {"task": task, "options": dict(options), "may_fork": may_fork}
        request |= {name: value for name, value in asked.items() if value is not None}
        if self._requests is None:
            return Child(self._connect(request, files), stop=stop)
        ours, theirs = socket.socketpair()
        with theirs:
            messages.send_request(self._requests, request, [theirs.fileno(), *files])
        return Child(ours, stop=stop)

    def _connect(self, request: dict[str, Any], files: Sequence[int]) -> socket.socket:
        control = socket.socket(socket.AF_UNIX)
        try:
            control.connect(self._address)
        except OSError as error:
            control.close()
            raise NotServed(f"no warm process listens: {error}") from error
        messages.send_request(control, request, files)
        return control


@contextlib.contextmanager
def own_warm_process(
    modules: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    spawn: bool = False,
    workers: int = 2,
    said: Path | None = None,
) -> Iterator[Warm]:
    """Start a warm process that serves this one and its children alone, and goes with it.

    It must be started from the main thread: Linux ends it with the thread that started it.

    Parameters
    ----------
    modules
        What to load before the first fork.
    env
        Its environment, before the limits on threads are added; by default this process's.
    spawn, workers
        Whether to keep spawned workers instead of forking, and how many.
    said
        A file for what it and its children write to their standard streams; by default this process's streams.

    Raises
    ------
    NotServed
        If this system has no sockets that can carry open files.
    """
    if not hasattr(socket, "send_fds"):
        raise NotServed("this system has no sockets that can carry open files")
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    alive, owned = socket.socketpair()
    settings = {
        "modules": list(modules),
        "requests": theirs.fileno(),
        "requests_end": ours.fileno(),
        "owner": owned.fileno(),
        "spawn": spawn or not can_fork(),
        "workers": workers,
    }
    with ours, alive, open(said or os.devnull, "ab") as stream:  # noqa: PTH123
        streams = {"stdout": stream, "stderr": stream} if said else {}
        with theirs, owned:
            process = subprocess.Popen(
                [sys.executable, "-m", "helpers.warm.server", json.dumps(settings)],
                env={**(os.environ if env is None else env), **ONE_THREAD},
                pass_fds=[theirs.fileno(), ours.fileno(), owned.fileno()],
                stdin=subprocess.DEVNULL,
                start_new_session=True,
                **streams,
            )
        try:
            yield Warm(ours)
        finally:
            alive.close()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(5)
            process.kill()
            process.wait()


def from_here() -> Warm | None:
    """The warm process that made this one, if it may ask it for children."""
    number = os.environ.get(children.REQUESTS, "")
    return Warm(socket.socket(fileno=os.dup(int(number)))) if number.isdigit() else None


def can_fork() -> bool:
    """Whether forking a process with such libraries is safe here: on Linux."""
    return sys.platform.startswith("linux") and os.environ.get("CARE_ATLAS_START", "") != "spawn"


def _is_readable(channel: socket.socket, seconds: float | None) -> bool:
    waiting = select.poll()
    waiting.register(channel, select.POLLIN)
    return bool(waiting.poll(None if seconds is None else seconds * 1000))

"""A kernel for one notebook, in a process made for it, which speaks over one socket instead of five ports.

It is ipykernel itself, with its own shell, display hook, streams, comms, interrupts and configuration; only the
sockets are others. So what a notebook shows is, byte for byte, what it shows on the usual kernel.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import importlib.util
import io
import os
import socket
import sys
import threading
from types import SimpleNamespace
from typing import Any

import zmq
from ipykernel.iostream import BackgroundSocket, IOPubThread
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from jupyter_client.session import Session
from traitlets import Any as AnyTrait

from helpers.warm import frames

READ_BYTES = 1 << 20
CALM = (50_000, 20, 50)  # a notebook's process is short, and looking for garbage takes a tenth of its time


def run_cells(options: dict[str, Any], files: list[int]) -> int:
    """Serve one client until it hangs up.

    ``options`` holds the ``arguments`` that the kernel would be started with and the ``key`` that signs its messages;
    ``files[0]`` is the socket.
    """
    line = socket.socket(fileno=files[0])
    gc.set_threshold(*CALM)
    _plain_streams()
    _look_started()
    asyncio.set_event_loop(asyncio.new_event_loop())
    app = _PipeApp.instance(line=line, key=options["key"].encode())
    app.initialize(options.get("arguments", []))
    _register_widgets(app)
    asyncio.get_event_loop().run_until_complete(_serve(app, line))
    sys.stdout.flush()
    sys.stderr.flush()
    return 0


def _look_started() -> None:
    """Arguments as a kernel that was started by its launcher has them."""
    launcher = importlib.util.find_spec("ipykernel_launcher")
    sys.argv = [launcher.origin if launcher else "ipykernel_launcher.py"]


def _plain_streams() -> None:
    """Standard streams as a new process has them, so that what is printed while starting goes nowhere it should not."""
    for name, number in (("stdout", 1), ("stderr", 2)):
        stream = io.TextIOWrapper(io.FileIO(number, "w", closefd=False), line_buffering=True)
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def _register_widgets(app: IPKernelApp) -> None:
    """Widgets met no kernel when they were loaded in the warm process."""
    if "ipywidgets" in sys.modules:
        sys.modules["ipywidgets"].register_comm_target(app.kernel)


async def _serve(app: IPKernelApp, line: socket.socket) -> None:
    """Hand each message to the kernel in order; cells may leave tasks behind that go on between them."""
    loop, heard = asyncio.get_running_loop(), bytearray()
    line.setblocking(False)
    while part := await loop.sock_recv(line, READ_BYTES):
        heard += part
        for _, parts in frames.unpack(heard):
            await app.kernel.dispatch_shell([zmq.Frame(part) for part in parts])


class _Pipe:
    """The socket as ipykernel's senders want it: whole messages, from any thread."""

    def __init__(self, line: socket.socket, channel: str, lock: threading.Lock) -> None:
        self._line, self._channel, self._lock = line.dup(), channel, lock

    def send_multipart(self, parts: list[bytes], flags: int = 0, copy: bool = True, track: bool = False) -> None:
        packet = memoryview(frames.pack(self._channel, [getattr(part, "bytes", part) for part in parts]))
        with self._lock, contextlib.suppress(BrokenPipeError, ConnectionResetError):
            while packet:
                packet = packet[self._send(packet) :]

    def _send(self, packet: memoryview) -> int:
        """The socket is shared with the reader, which does not block; a full one is waited for."""
        try:
            return self._line.send(packet)
        except BlockingIOError:
            import select

            waiting = select.poll()
            waiting.register(self._line, select.POLLOUT)
            waiting.poll()
            return 0

    def flush(self, *_: Any, **__: Any) -> None:
        return None


class _Direct(IOPubThread):
    """The publisher without a thread of its own: what is sent is sent at once, by whoever sends it."""

    def __init__(self, pipe: _Pipe, session: Session) -> None:
        self.socket, self.session = pipe, session
        self.background_socket = BackgroundSocket(self)
        self._master_pid, self._pipe_flag, self._stopped = os.getpid(), False, False
        self.thread = threading.Thread(name="IOPub", daemon=True)  # never started, so `schedule` calls at once
        self.io_loop = _Later()

    def stop(self) -> None:
        return None

    def start(self) -> None:
        return None


class _Later:
    """What the streams need of an event loop: to be flushed some time after a write."""

    def call_later(self, seconds: float, call: Any) -> None:
        timer = threading.Timer(seconds, call)
        timer.daemon = True
        timer.start()


class _PipeKernel(IPythonKernel):
    """The usual kernel, which answers through whatever sends whole messages and runs all cells in one thread."""

    shell_stream = AnyTrait()
    shell_channel_thread = SimpleNamespace(parent_thread=threading.main_thread())
    _supports_kernel_subshells = False

    def _abort_queues(self, subshell_id: str | None = None) -> None:
        """After an error nothing waits: the client sends one cell at a time."""


class _PipeApp(IPKernelApp):
    """The usual kernel application with one socket in the place of its ports."""

    def __init__(self, *, line: socket.socket, key: bytes, **traits: Any) -> None:
        super().__init__(**traits)
        self._line, self._key = line, key

    def init_blackhole(self) -> None:
        return None

    def init_connection_file(self) -> None:
        return None

    def init_poller(self) -> None:
        return None

    def init_heartbeat(self) -> None:
        return None

    def write_connection_file(self, **_: Any) -> None:
        return None

    def log_connection_info(self) -> None:
        return None

    def init_sockets(self) -> None:
        lock = threading.Lock()
        self.session = Session(key=self._key, username="kernel")
        self.shell_pipe, iopub, self.stdin_pipe = (_Pipe(self._line, name, lock) for name in frames.CHANNELS)
        self.iopub_thread = _Direct(iopub, self.session)
        self.iopub_socket = self.iopub_thread.background_socket

    def init_kernel(self) -> None:
        self.kernel = _PipeKernel.instance(
            parent=self,
            session=self.session,
            shell_stream=self.shell_pipe,
            iopub_thread=self.iopub_thread,
            iopub_socket=self.iopub_socket,
            log=self.log,
            profile_dir=self.profile_dir,
            user_ns=self.user_ns,
        )
        self.displayhook.get_execution_count = lambda: self.kernel.execution_count

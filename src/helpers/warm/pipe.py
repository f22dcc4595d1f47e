"""The client's end of a notebook's kernel in a child of the warm process, as nbclient wants its manager and client."""

from __future__ import annotations

import asyncio
import os
import queue
import secrets
import signal
import socket
from collections import deque
from typing import Any

from jupyter_client.session import Session
from nbclient.exceptions import DeadKernelError

from helpers.warm import frames
from helpers.warm.client import Child, Warm
from helpers.warm.messages import in_words

READ_BYTES = 1 << 20
MOST_BYTES = 500_000_000  # of what one notebook puts out; a chapter puts out some
TASK = "helpers.warm.cells:run_cells"


class KernelGone(DeadKernelError):
    """The notebook's process ended before its cells did; ``status`` is its exit status, negative for a signal."""

    def __init__(self, status: int | None, words: str = "") -> None:
        self.status, self.words = status, words or in_words(status)
        super().__init__(f"Kernel died ({self.words})")


class PipeManager:
    """Starts and ends one kernel; what nbclient calls of a kernel manager."""

    kernel_id = "warm"
    ipykernel = True

    def __init__(self, warm: Warm, *, memory_bytes: int | None = None, env: dict[str, str] | None = None) -> None:
        self._warm, self._memory_bytes, self._env = warm, memory_bytes, env
        self.child: Child | None = None
        self._line: socket.socket | None = None
        self._key = secrets.token_hex(16)

    @property
    def has_kernel(self) -> bool:
        return self.child is not None

    def start_kernel(self, *, extra_arguments: list[str] = (), cwd: str | None = None, **_: Any) -> None:
        self._line, theirs = socket.socketpair()
        env = dict(os.environ if self._env is None else self._env)
        with theirs:
            self.child = self._warm.fork(
                TASK,
                {"arguments": list(extra_arguments), "key": self._key},
                files=[theirs.fileno()],
                cwd=cwd or os.getcwd(),  # noqa: PTH109
                env=env,
                memory_bytes=self._memory_bytes,
            )

    def client(self) -> PipeClient:
        return PipeClient(self._line, self.child, key=self._key)

    def is_alive(self) -> bool:
        return self.child is not None and self.child.status is None

    def interrupt_kernel(self) -> None:
        if self.is_alive():
            os.kill(self.child.pid, signal.SIGINT)

    def shutdown_kernel(self, now: bool = False, restart: bool = False) -> None:
        self.child.end()

    def cleanup_resources(self, restart: bool = False) -> None:
        if self.child is not None:
            self.child.end()


class PipeChannel:
    """The messages of one channel, in order."""

    def __init__(self, client: PipeClient) -> None:
        self._client, self.messages = client, deque()
        self.socket = self

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:
        """The next message; ``queue.Empty`` where none came in time."""
        try:
            await asyncio.wait_for(self._client.wait_for(self), timeout)
        except TimeoutError:
            raise queue.Empty from None
        return self.messages.popleft()

    def send(self, message: dict[str, Any]) -> None:
        self._client.session.send(self, message)

    def send_multipart(self, parts: list[bytes], flags: int = 0, copy: bool = True, track: bool = False) -> None:
        self._client.send(parts)


class PipeClient:
    """Sends requests to the kernel and sorts what comes back; what nbclient calls of a kernel client."""

    allow_stdin = False

    def __init__(self, line: socket.socket, child: Child, *, key: str) -> None:
        self._line, self._child, self._heard = line, child, bytearray()
        self.session = Session(key=key.encode(), username="")
        self.shell_channel, self.iopub_channel = PipeChannel(self), PipeChannel(self)
        self._news: asyncio.Event | None = None
        self._is_gone, self._taken = False, 0

    def start_channels(self) -> None:
        self._line.setblocking(False)

    def stop_channels(self) -> None:
        if self._news is not None:
            self._loop.remove_reader(self._line)
        self._line.close()

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel answers, so that what it takes to start is not counted as its first cell's.

        Raises
        ------
        RuntimeError
            If it ended or did not answer in time; the words are those of jupyter_client.
        """
        self.kernel_info()
        try:
            await self.shell_channel.get_msg(timeout)
        except KernelGone:
            raise RuntimeError("Kernel died before replying to kernel_info") from None
        except queue.Empty:
            raise RuntimeError(f"Kernel didn't respond in {timeout} seconds before replying") from None
        while not self._is_idle():
            await self.wait_for(self.iopub_channel, more=True)
        self.iopub_channel.messages.clear()

    def _is_idle(self) -> bool:
        said = (message["content"].get("execution_state") for message in self.iopub_channel.messages)
        return "idle" in said

    def is_alive(self) -> bool:
        return self._child.status is None

    def execute(self, code: str, **options: Any) -> str:
        names = ("silent", "store_history", "user_expressions", "allow_stdin", "stop_on_error")
        content = {"silent": False, "store_history": True, "user_expressions": {}, "stop_on_error": True}
        content |= {name: options[name] for name in names if options.get(name) is not None}
        return self._ask("execute_request", {"code": code, **content, "allow_stdin": False})

    def kernel_info(self) -> str:
        return self._ask("kernel_info_request", {})

    def _ask(self, kind: str, content: dict[str, Any]) -> str:
        message = self.session.msg(kind, content)
        self.shell_channel.send(message)
        return message["header"]["msg_id"]

    def send(self, parts: list[bytes]) -> None:
        packet = frames.pack("shell", parts)
        self._line.setblocking(True)
        try:
            self._line.sendall(packet)
        except OSError:
            raise KernelGone(self._child.wait(5)) from None
        finally:
            self._line.setblocking(False)

    async def wait_for(self, channel: PipeChannel, *, more: bool = False) -> None:
        """Wait until the channel has a message, or one more than it has.

        Raises
        ------
        KernelGone
            If the kernel's process ended and all that it said has been taken.
        """
        news, enough = self._listen(), len(channel.messages) + 1 if more else 1
        while len(channel.messages) < enough:
            if self._taken > MOST_BYTES:
                raise KernelGone(
                    self._child.wait(1), f"it put out more than {MOST_BYTES // 1_000_000} MB and was ended"
                )
            if self._is_gone:
                raise KernelGone(self._child.wait(5))
            news.clear()
            await news.wait()

    def _listen(self) -> asyncio.Event:
        if self._news is None:
            self._loop, self._news = asyncio.get_running_loop(), asyncio.Event()
            self._loop.add_reader(self._line, self._read)
        return self._news

    def _read(self) -> None:
        try:
            part = self._line.recv(READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            part = b""
        self._heard += part
        self._taken += len(part)
        if self._taken > MOST_BYTES:
            self._child.end()
            part = b""
        if not part:
            self._is_gone = True
            self._loop.remove_reader(self._line)
        for channel, parts in frames.unpack(self._heard):
            self._sort(channel, parts)
        self._news.set()

    def _sort(self, channel: str, parts: list[bytes]) -> None:
        _, rest = self.session.feed_identities(parts)
        message = self.session.deserialize(rest)
        {"shell": self.shell_channel, "iopub": self.iopub_channel}[channel].messages.append(message)

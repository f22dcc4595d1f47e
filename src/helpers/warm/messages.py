"""What client and warm process say to each other: one packet of JSON with open files beside it, then lines of JSON.

A request travels with the sockets that it is about (``SCM_RIGHTS``): the control line first, then what the task is
given. On the control line the server says ``{"pid": n}`` once and ``{"exit": status}`` at the end; the client says
nothing, and its going away ends the child.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import struct
from collections.abc import Sequence
from typing import Any

MOST_BYTES, MOST_FILES = 180_000, 8
CREDENTIALS = struct.Struct("3i")


class NotServed(Exception):
    """The warm process does not serve: it is gone, refused, or cannot be reached. A normal start is the way out."""


def send_request(channel: socket.socket, request: dict[str, Any], files: Sequence[int]) -> None:
    """Send one request and the files that go with it.

    Raises
    ------
    NotServed
        If it is too large, or nobody is there to take it.
    """
    packet = json.dumps(request).encode() + b"\n"
    if len(packet) > MOST_BYTES or len(files) > MOST_FILES:
        raise NotServed(f"a request of {len(packet):,} bytes and {len(files)} files is too large")
    try:
        socket.send_fds(channel, [packet], list(files))
    except OSError as error:
        raise NotServed(f"the warm process is gone: {error}") from error


def receive_request(channel: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """Take one request; an empty one where the other side is gone or sent what is no request."""
    packet, files, flags, _ = socket.recv_fds(channel, MOST_BYTES + 1, MOST_FILES)
    try:
        if flags & (socket.MSG_TRUNC | socket.MSG_CTRUNC):
            raise ValueError("cut off")
        while packet and not packet.endswith(b"\n"):  # a connection hands a large one over in parts
            if not (part := channel.recv(MOST_BYTES)) or len(packet) > MOST_BYTES:
                raise ValueError("cut off")
            packet += part
        request = json.loads(packet)
        if not isinstance(request, dict):
            raise TypeError("not a request")
    except (ValueError, TypeError):
        close_all(files)
        return {}, []
    return request, files


def say(control: socket.socket, **words: Any) -> None:
    """One line to the client; nothing where it has gone away."""
    try:
        control.sendall(json.dumps(words).encode() + b"\n")
    except OSError:
        return


def close_all(files: Sequence[int]) -> None:
    """Close open files by their numbers."""
    for file in files:
        os.close(file)


def is_same_user(connection: socket.socket) -> bool:
    """Whether the process at the other end runs as this user; where the system cannot tell, the folder has to do."""
    if not hasattr(socket, "SO_PEERCRED"):
        return True
    seen = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, CREDENTIALS.size)
    return CREDENTIALS.unpack(seen)[1] == os.getuid()


def in_words(status: int | None) -> str:
    """An exit status for people."""
    if status is None:
        return "its socket closed"
    if status >= 0:
        return f"exit status {status}"
    return f"ended by signal {-status}, {signal.strsignal(-status)}"

"""Messages of the Jupyter protocol over one socket: each is a channel and its frames, all with their lengths."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

CHANNELS = ("shell", "iopub", "stdin")
HEAD = struct.Struct(">BH")
LENGTH = struct.Struct(">Q")


def pack(channel: str, frames: Sequence[bytes]) -> bytes:
    """One message as bytes."""
    plain = [bytes(frame) for frame in frames]
    head = HEAD.pack(CHANNELS.index(channel), len(plain)) + b"".join(LENGTH.pack(len(frame)) for frame in plain)
    return head + b"".join(plain)


def unpack(heard: bytearray) -> Iterator[tuple[str, list[bytes]]]:
    """Take the messages that are whole off the front of what was heard."""
    while (message := _first(heard)) is not None:
        yield message


def _first(heard: bytearray) -> tuple[str, list[bytes]] | None:
    if len(heard) < HEAD.size:
        return None
    channel, count = HEAD.unpack_from(heard)
    at = HEAD.size + count * LENGTH.size
    if len(heard) < at:
        return None
    lengths = [LENGTH.unpack_from(heard, HEAD.size + n * LENGTH.size)[0] for n in range(count)]
    if len(heard) < at + sum(lengths):
        return None
    frames = []
    for length in lengths:
        frames.append(bytes(heard[at : at + length]))
        at += length
    del heard[:at]
    return CHANNELS[channel], frames

"""Where phones reach the server: sockets, this machine's own addresses, and the file that tells the presenter."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import secrets
import socket
import struct
import time
from pathlib import Path
from typing import Any

from helpers.live.workshop import beside

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
PATIENCE_SECONDS, GONE_MS = 3.0, 60_000
# Neither is asked anything: naming them to an unconnected socket only chooses the interface that would be used.
_SOMEWHERE = ("192.0.2.1", "10.255.255.254", "172.31.255.254", "192.168.255.254")
_INSIDE = ("docker", "br-", "veth", "virbr", "cni", "lxc", "tun", "tap", "wg", "utun")
_SIOCGIFADDR = 0x8915


def bind(folder: Path, host: str, port: int) -> socket.socket:
    """Bind to this port, or with 0 to the one of the last time, so that phones find the server again; else a free one.

    Raises
    ------
    OSError
        If the host is none of this machine, or the port that was asked for is taken.
    """
    kept = port or int(beside.read(folder, beside.PHONES).get("port") or 0)
    until = time.monotonic() + PATIENCE_SECONDS
    while kept:
        try:
            return _bound(host, kept)
        except OSError:
            if time.monotonic() < until:
                time.sleep(0.1)  # the process before this one may be about to end
            elif port:
                raise
            else:
                break
    return _bound(host, 0)


def _bound(host: str, port: int) -> socket.socket:
    family, _, _, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        if os.name == "posix":  # elsewhere it would let two servers have the same port
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        if hasattr(socket, "TCP_USER_TIMEOUT"):  # a phone that left without a word does not keep its connection
            bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, GONE_MS)
        bound.bind(where)
        bound.listen(2048)
    except OSError:
        bound.close()
        raise
    return bound


def hosts(bound: socket.socket) -> list[str]:
    """The addresses of this machine at which others reach this socket, the likeliest first; its own if there are none.

    Bound to all interfaces, these are the private ones among their addresses.
    """
    own = ipaddress.ip_address(bound.getsockname()[0].partition("%")[0])
    if not own.is_unspecified:
        return [f"[{own}]" if own.version == 6 else str(own)]
    return private_addresses() or ["127.0.0.1"]


def private_addresses() -> list[str]:
    """This machine's private IPv4 addresses; those of networks inside the machine last. No other host is asked."""
    found = [(_way_to(place), "") for place in _SOMEWHERE] + _of_interfaces()
    inside = {address for address, name in found if name.startswith(_INSIDE)}
    mine = [address for address, _ in found if address and _is_private(address)]
    return sorted(dict.fromkeys(mine), key=lambda address: address in inside)


def _is_private(address: str) -> bool:
    one = ipaddress.ip_address(address)
    return one.is_private and not one.is_loopback and not one.is_unspecified


def _way_to(place: str) -> str:
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        way.connect((place, 9))
        return way.getsockname()[0]
    return ""


def _of_interfaces() -> list[tuple[str, str]]:
    """Address and name of each interface, where the system tells them in the way of Linux."""
    try:
        import fcntl

        names = [name for _, name in socket.if_nameindex()]
    except (ImportError, OSError, AttributeError):
        return []
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        for name in names:
            with contextlib.suppress(OSError):
                told = fcntl.ioctl(asking.fileno(), _SIOCGIFADDR, struct.pack("256s", name.encode()[:15]))
                found.append((socket.inet_ntoa(told[20:24]), name))
    return found


def allowed_hosts(bound: socket.socket) -> frozenset[str]:
    """What may stand in a request's Host; any other name was made to point here by somebody else."""
    port = bound.getsockname()[1]
    names = [*hosts(bound), *LOOPBACK]
    return frozenset(f"{name}:{port}" for name in names) | frozenset(names if port == 80 else ())


def keep_things(folder: Path, bound: socket.socket) -> dict[str, Any]:
    """Keep the port and the secret for the next server, for the owner's eyes alone, and return them."""
    kept = beside.read(folder, beside.PHONES)
    things = {"port": bound.getsockname()[1], "secret": kept.get("secret") or secrets.token_hex(32)}
    if things != kept:
        beside.write(folder, beside.PHONES, things)
    return things


def told(bound: socket.socket, code: str) -> dict[str, Any]:
    """What stands in ``server.json``: the process, the addresses for phones, and whether other machines reach it."""
    port, names = bound.getsockname()[1], hosts(bound)
    return {
        "pid": os.getpid(),
        "addresses": [f"http://{name}:{port}/s/{code}/" for name in names],
        "is_network": not all(ipaddress.ip_address(name.strip("[]")).is_loopback for name in names),
    }


def remove(folder: Path) -> None:
    """Take ``server.json`` away, if it is this process's."""
    if beside.read(folder, beside.SERVER).get("pid") == os.getpid():
        beside.remove(folder, beside.SERVER)

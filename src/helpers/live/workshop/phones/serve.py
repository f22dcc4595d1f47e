"""Serve a workshop to phones::

    python -m helpers.live.workshop.phones.serve FOLDER --host H --port P [--data DIR]

``FOLDER`` holds the workshop. Once phones can come in, ``FOLDER/server.json`` says where; at an orderly end (SIGTERM,
SIGINT) it is taken away. Exit status 1, with a sentence, if there is no workshop or the address is not to be had.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import socket
import sys
from pathlib import Path

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from helpers.live.workshop import beside, keeping
from helpers.live.workshop.ending import at_end_of_input
from helpers.live.workshop.phones import addresses
from helpers.live.workshop.phones.application import application
from helpers.live.workshop.phones.limits import Crowd
from helpers.live.workshop.phones.room import Room, open_room

SILENT_SECONDS, REQUEST_SECONDS, IDLE_SECONDS, END_SECONDS, LOOK_SECONDS = 5.0, 15.0, 30, 3, 5.0
# A browser has six connections at most to one address, and a room may stand behind one router. Half of all are left for
# the network whatever this machine does.
MOST_CONNECTIONS, MOST_OF_ONE, MOST_OF_OWN, HEAD_LIMIT = 3000, 400, 1500, 16 * 1024


class PatientProtocol(H11Protocol):
    """HTTP as uvicorn speaks it, but nobody has many connections, and who is silent or slow to ask is hung up on."""

    crowd = Crowd()
    _patience: asyncio.TimerHandle | None = None
    _is_asking = False  # something was said, and what it asks for is not clear yet
    _from: str | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        address = str((transport.get_extra_info("peername") or ("",))[0])
        if not self.crowd.enter(address, most=MOST_OF_ONE, most_own=MOST_OF_OWN):
            return transport.abort()
        self._from = address
        self._patience = self.loop.call_later(SILENT_SECONDS, transport.close)
        return None

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        is_in_the_middle = self.conn.their_state is h11.SEND_BODY or (
            self.conn.their_state is h11.IDLE and self.conn.trailing_data[0]
        )
        if not is_in_the_middle:
            self._be_patient()
        elif not self._is_asking:
            self._be_patient()
            self._is_asking = True
            self._patience = self.loop.call_later(REQUEST_SECONDS, self.transport.close)

    def connection_lost(self, exc: Exception | None) -> None:
        self._be_patient()
        if self._from is not None:
            self.crowd.leave(self._from)
        super().connection_lost(exc)

    def _be_patient(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None
        self._is_asking = False


class PhonesServer(uvicorn.Server):
    """Tells where it is once it answers, and lets go of the open streams when it is to end."""

    def __init__(self, config: uvicorn.Config, *, room: Room, folder: Path, bound: socket.socket) -> None:
        super().__init__(config)
        self.room, self.folder, self.bound = room, folder, bound
        self.told: dict[str, object] = {}
        self.hosts, self._trouble = addresses.allowed_hosts(bound), ""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._try_to_tell()
        self._looking = asyncio.create_task(self._keep_telling())

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._looking.cancel()
        self.room.watcher.close()
        addresses.remove(self.folder)
        await super().shutdown(sockets)

    async def _keep_telling(self) -> None:
        """A machine that changes to another network has another address from then on."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            self._try_to_tell()

    def _try_to_tell(self) -> None:
        """Tell, if the disk takes it; it is tried again. Phones that know the address need nobody to be told."""
        try:
            self._tell()
            self._trouble = ""
        except OSError as error:
            if str(error) != self._trouble:
                print(f"{beside.SERVER} cannot be written now: {error}", file=sys.stderr, flush=True)
            self._trouble = str(error)

    def _tell(self) -> None:
        told = addresses.told(self.bound, self.room.facts.code)
        if told != self.told:
            self.hosts = addresses.allowed_hosts(self.bound)
            beside.write(self.folder, beside.SERVER, told)
            self.told = told


def serve(folder: Path, *, host: str, port: int, data: str = "", ends_with_input: bool = False) -> None:
    """Serve until told to end, or with ``ends_with_input`` until standard input closes.

    Raises
    ------
    WorkshopError
        If there is no workshop in the folder.
    OSError
        If the address is not to be had.
    """
    keeping.connect(folder / keeping.FILE_NAME).close()
    bound = addresses.bind(folder, host, port)
    room = open_room(folder / keeping.FILE_NAME, secret=addresses.keep_things(folder, bound)["secret"], data=data)
    server = PhonesServer(
        uvicorn.Config(
            application(room, hosts=lambda: server.hosts),
            http=PatientProtocol,
            ws="none",
            log_level="error",
            access_log=False,
            server_header=False,
            proxy_headers=False,  # anybody could write there whose address they like
            timeout_keep_alive=IDLE_SECONDS,
            timeout_graceful_shutdown=END_SECONDS,
            limit_concurrency=MOST_CONNECTIONS,
            h11_max_incomplete_event_size=HEAD_LIMIT,
        ),
        room=room,
        folder=folder,
        bound=bound,
    )
    _allow_many_connections()
    if ends_with_input:
        at_end_of_input(lambda: setattr(server, "should_exit", True))
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: None)  # uvicorn has its own while it runs, and raises the signal again after
    server.run(sockets=[bound])


def _allow_many_connections() -> None:
    """Systems often begin with 1024 open files; every phone needs two."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = 2 * MOST_CONNECTIONS if most == resource.RLIM_INFINITY else min(most, 2 * MOST_CONNECTIONS)
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def main(arguments: list[str] | None = None) -> int:
    """Serve a workshop to phones; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m helpers.live.workshop.phones.serve", description=main.__doc__)
    parser.add_argument("folder", type=Path, help="the workshop's folder")
    parser.add_argument("--host", default="127.0.0.1", help="the address to bind; 0.0.0.0 for the local network")
    parser.add_argument("--port", type=int, default=0, help="0: the one of the last time, or any free one")
    parser.add_argument("--data", default="", help="the data folder; the project's own if not given")
    parser.add_argument("--ends-with-input", action="store_true", help="end when standard input closes")
    asked = parser.parse_args(arguments)
    try:
        serve(asked.folder, host=asked.host, port=asked.port, data=asked.data, ends_with_input=asked.ends_with_input)
    except (ValueError, OSError) as error:
        print(f"Phones cannot be let in: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

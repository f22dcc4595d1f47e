"""The processes of a workshop: the phones' server and the presenter's page, started, watched, restarted and ended.

All that they know stands in the workshop's folder, so that each of them, and this process too, may be killed at any
moment: whatever is started next goes on from there, at the same addresses.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

import httpx
import papermill.iorw
import papermill.parameterize

from helpers.batch import publish, xlsx
from helpers.batch.workshop import Opened
from helpers.live.workshop import beside
from helpers.reference import paths
from helpers.warm import children

NOTEBOOK, COPY = "06_workshop.ipynb", "presenter.ipynb"
READY_SECONDS, LOOK_SECONDS, END_SECONDS = 60.0, 0.25, 5.0
MOST_RESTARTS, WITHIN_SECONDS = 5, 60.0


class NotPresented(RuntimeError):
    """A process of the workshop does not come up, or keeps ending; the sentence says which, and what it said last."""


class Held(RuntimeError):
    """Another `atlas workshop` presents this workshop."""


@dataclass(frozen=True)
class Wanted:
    """How a workshop is to be presented: on which address of this machine, with which folder to watch, ..."""

    folder: Path
    region: str
    data: str = ""
    out: str = ""
    host: str = "127.0.0.1"
    port: int = 0
    watch: str = ""
    practice: Sequence[str] | None = None


@dataclass
class Part:
    """One process: how it is started, what it says, when it was started again."""

    name: str
    command: list[str]
    said: Path
    env: dict[str, str] = field(default_factory=dict)
    is_needed: bool = True
    process: subprocess.Popen | None = None
    restarts: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Start it; it ends with this process, however that ends."""
        with self.said.open("ab") as stream:
            self.process = subprocess.Popen(
                self.command,
                env={**os.environ, **self.env},
                stdin=subprocess.PIPE,
                stdout=stream,
                stderr=stream,
                start_new_session=True,
                preexec_fn=children.end_with_parent,
            )

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def end(self) -> None:
        """Ask it to end, and end it with all that it started."""
        if self.process is None:
            return
        with contextlib.suppress(OSError):
            self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(END_SECONDS)
        with contextlib.suppress(OSError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def last_words(self) -> str:
        with contextlib.suppress(OSError):
            lines = self.said.read_text("utf-8", "replace").strip().splitlines()
            return lines[-1] if lines else ""
        return ""


@contextlib.contextmanager
def stop_on_signals() -> Iterator[threading.Event]:
    """An event that Ctrl-C, or the system asking this process to end, sets."""
    stop = threading.Event()
    names = (signal.SIGINT, signal.SIGTERM)
    before = {name: signal.signal(name, lambda *_: stop.set()) for name in names}
    try:
        yield stop
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)


def words(presentation: Presentation, opened: Opened) -> list[str]:
    """What the presenter is told at the beginning, a line each."""
    facts, wanted = opened.facts, presentation.wanted
    begun = "Going on with" if opened.is_resumed else "A practice for" if facts.is_practice else "A new workshop for"
    lines = [
        f"{begun} {facts.region_name}, {facts.day}. Kept in {opened.folder}",
        f"  Presenter:    {presentation.presenter_address}",
        *(f"  Participants: {address}" for address in presentation.phone_addresses),
    ]
    if wanted.host in ("127.0.0.1", "localhost", "::1"):
        lines.append("  Only this machine reaches it. With --network, phones on the local network do, too.")
    return [*lines, "  Ctrl-C closes it."]


@contextlib.contextmanager
def presented(wanted: Wanted, *, stop: threading.Event) -> Iterator[Presentation]:
    """Start everything, wait until it answers, and end it at the end.

    Raises
    ------
    Held
        If somebody presents this workshop already.
    NotPresented
        If a part does not come up.
    """
    with _held(wanted.folder):
        presentation = Presentation(wanted)
        try:
            presentation.start(stop)
            yield presentation
        finally:
            presentation.end()


class Presentation:
    """A workshop that is being presented: where, and its processes."""

    def __init__(self, wanted: Wanted) -> None:
        self.wanted = wanted
        self.page = _page_settings(wanted.folder)
        self.parts = [_phones(wanted), _page(wanted, self.page), *_practice(wanted)]

    @property
    def presenter_address(self) -> str:
        return f"http://127.0.0.1:{self.page['port']}/?token={self.page['token']}"

    @property
    def phone_addresses(self) -> list[str]:
        return list(beside.read(self.wanted.folder, beside.SERVER).get("addresses") or ())

    def start(self, stop: threading.Event) -> None:
        beside.remove(self.wanted.folder, beside.SERVER)
        write_copy(self.wanted)
        for part in self.parts:
            part.start()
        self._wait(stop, self.parts[0], lambda: bool(self.phone_addresses))
        self._wait(stop, self.parts[1], lambda: _answers(self.page["port"]))

    def _wait(self, stop: threading.Event, part: Part, is_ready: Callable[[], bool]) -> None:
        until = time.monotonic() + READY_SECONDS
        while not stop.is_set() and not is_ready():
            if not part.is_running:
                raise NotPresented(f"{part.name} ended at once: {part.last_words() or 'it said nothing'}")
            if time.monotonic() > until:
                raise NotPresented(f"{part.name} does not answer after {READY_SECONDS:.0f} seconds; see {part.said}")
            stop.wait(0.05)

    def keep_up(self, stop: threading.Event, tell: Callable[[str], None]) -> None:
        """Restart what ends, until told to stop.

        Raises
        ------
        NotPresented
            If a part ended too often in a short time.
        """
        while not stop.wait(LOOK_SECONDS):
            for part in self.parts:
                if not part.is_running and part.is_needed:
                    self._restart(part, tell)

    def _restart(self, part: Part, tell: Callable[[str], None]) -> None:
        now = time.monotonic()
        part.restarts = [moment for moment in part.restarts if now - moment < WITHIN_SECONDS] + [now]
        if len(part.restarts) > MOST_RESTARTS:
            raise NotPresented(f"{part.name} keeps ending: {part.last_words() or 'it said nothing'}. See {part.said}.")
        tell(f"{part.name} ended and was started again; nothing is lost.")
        part.start()

    def end(self) -> None:
        for part in self.parts:
            part.end()


def write_copy(wanted: Wanted) -> Path:
    """Put the presenter's notebook, with its parameters filled in, into the workshop's folder."""
    notebook = papermill.iorw.load_notebook_node(str(paths.project() / "notebooks" / NOTEBOOK))
    values = {
        "region": wanted.region,
        "data": wanted.data,
        "session": str(wanted.folder),
        "folder": wanted.watch,
        "out": wanted.out,
    }
    filled = papermill.parameterize.parameterize_notebook(notebook, values)
    target = wanted.folder / COPY
    xlsx.replace_file(target, papermill.iorw.nbformat.writes(filled).encode())
    return target


def _phones(wanted: Wanted) -> Part:
    command = [sys.executable, "-m", "helpers.live.workshop.phones.serve", str(wanted.folder)]
    command += ["--host", wanted.host, "--port", str(wanted.port), "--ends-with-input"]
    return Part("The participants' page", _with_data(command, wanted), wanted.folder / "phones.log")


def _page(wanted: Wanted, page: dict[str, object]) -> Part:
    command = [sys.executable, "-m", "voila", str(wanted.folder / COPY), "--no-browser", "--Voila.ip=127.0.0.1"]
    command += [f"--port={page['port']}", "--Voila.port_retries=0", "--template=care-atlas"]
    command += ["--MappingKernelManager.cull_interval=30", "--MappingKernelManager.cull_idle_timeout=120"]
    command += ["--Voila.auto_token=True"]  # should the file with the secret not be read, nobody comes in
    beside.write(wanted.folder, beside.VOILA, {"Voila": {"token": page["token"]}})
    env = {
        "JUPYTER_CONFIG_PATH": str(wanted.folder),
        "JUPYTER_PATH": os.pathsep.join([*_jupyter_folders(), os.environ.get("JUPYTER_PATH", "")]).rstrip(os.pathsep),
    }
    return Part("The presenter's page", command, wanted.folder / "presenter.log", env)


def _jupyter_folders() -> list[str]:
    """Where Voilà finds the slim page and the kernel that is forked from a warm process."""
    helpers_ = resources.files("helpers")
    return [str(helpers_.joinpath("live", "workshop", "stage", "jupyter")), str(helpers_.joinpath("warm", "jupyter"))]


def _practice(wanted: Wanted) -> list[Part]:
    if wanted.practice is None:
        return []
    command = [sys.executable, "-m", "helpers.live.workshop.practice", str(wanted.folder), *wanted.practice]
    return [Part("The simulated panel", _with_data(command, wanted), wanted.folder / "practice.log", is_needed=False)]


def _with_data(command: list[str], wanted: Wanted) -> list[str]:
    return [*command, "--data", wanted.data] if wanted.data else command


def _page_settings(folder: Path) -> dict[str, object]:
    """The port and the secret of the presenter's page: those of the last time, so that an open page finds it again."""
    kept = beside.read(folder, beside.PRESENTER)
    with contextlib.suppress(ValueError, KeyError):
        if _is_free(int(kept["port"])):
            return {"port": int(kept["port"]), "token": str(kept["token"])}
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        page = {"port": found.getsockname()[1], "token": secrets.token_urlsafe(32)}
    beside.write(folder, beside.PRESENTER, page)
    return page


def _is_free(port: int) -> bool:
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _answers(port: object) -> bool:
    with contextlib.suppress(httpx.HTTPError):
        return httpx.get(f"http://127.0.0.1:{port}/static/", timeout=2, trust_env=False).status_code < 500
    return False


@contextlib.contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Hold the workshop as its only presenter; the system lets go of it with this process."""
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(publish.lock(folder, "workshop"))
        except publish.Locked:
            raise Held(f"This workshop is being presented already; see the other window. ({folder})") from None
        yield

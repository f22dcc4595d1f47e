"""Hands that make regions: children of a warm process on this machine.

They are given an order and give back what became of it; publishing is not theirs.
"""

from __future__ import annotations

import ast
import contextlib
import json
import os
import select
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from helpers.reference import paths
from helpers.warm import client
from helpers.warm.messages import NotServed, in_words

if TYPE_CHECKING:
    from helpers.batch.record import Settings

MAKE, LOOK = "helpers.batch.region:make", "helpers.batch.region:look"
ALWAYS = ("helpers.batch.warmed", "helpers.warm.engine", "helpers.warm.cells", "ipywidgets", "matplotlib.pyplot")
LISTEN_SECONDS = 0.5
READINGS, CODE = "CARE_ATLAS_READINGS", "CARE_ATLAS_CODE"


class RegionFailed(Exception):
    """A region's process ended without an answer; the message says how, for the run's record."""


class OrphanedRegion(RegionFailed):
    """The warm process ended while the region was made: by what it did itself, or by what another one did."""


class Stopped(Exception):
    """The run was told to stop at once, and the region's process was ended."""


class Hands(Protocol):
    """What a run needs of those who make its regions."""

    def look(self, settings: Settings, *, stop: threading.Event) -> dict[str, Any]:
        """What is wrong with the files that all regions share (``problems``), and for which days that ``holds``."""

    def make(
        self, order: Mapping[str, Any], settings: Settings, *, stop: threading.Event, warn: Callable[[str], None]
    ) -> dict[str, Any]:
        """Build one region's folder and say what became of it."""


@contextlib.contextmanager
def of_this_machine(settings: Settings, *, more: Mapping[str, str] | None = None) -> Iterator[Hands]:
    """Start a warm process with all that the chapters import, for this run alone; ``more`` adds to its environment."""
    readings, scraps, ipython = (settings.private / name for name in (".readings", ".tmp", ".ipython"))
    for folder in (readings, scraps, ipython):
        folder.mkdir(mode=0o700)
    env = {**os.environ, READINGS: str(readings), CODE: settings.run_id, "TMPDIR": str(scraps)}
    env |= {"IPYTHONDIR": str(ipython), **(more or {})}  # nobody's startup files in anybody's report
    with contextlib.ExitStack() as started:
        said = settings.private / ".said"  # whatever cells write past their notebook belongs in no log of ours
        begin = partial(client.own_warm_process, modules(), env=env, workers=settings.jobs, said=said)
        yield OnThisMachine(lambda: started.enter_context(begin()))


def modules() -> list[str]:
    """What the chapters import, read off their cells, and what a region's process needs."""
    found = dict.fromkeys(ALWAYS)
    for notebook in sorted((paths.project() / "notebooks").glob("*.ipynb")):
        with contextlib.suppress(ValueError, OSError, SyntaxError, KeyError, TypeError, AttributeError):
            for cell in json.loads(notebook.read_text("utf-8"))["cells"]:
                if "setup" in cell["metadata"].get("tags", []):
                    found |= dict.fromkeys(_imported("".join(cell["source"])))
    return list(found)


def _imported(source: str) -> list[str]:
    names: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names += [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return names


class OnThisMachine:
    """Regions are made by children of one warm process; one that was killed is started anew."""

    def __init__(self, begin: Callable[[], client.Warm]) -> None:
        self._begin, self._warm = begin, begin()
        self._one_begins, self._alone = threading.Lock(), threading.Lock()

    def look(self, settings: Settings, *, stop: threading.Event) -> dict[str, Any]:
        options = {"data": str(settings.data), "today": settings.today.isoformat()}
        return self._ask(LOOK, options, settings, stop=stop)

    def make(
        self, order: Mapping[str, Any], settings: Settings, *, stop: threading.Event, warn: Callable[[str], None]
    ) -> dict[str, Any]:
        asked = self._warm
        try:
            return self._ask(MAKE, order, settings, stop=stop)
        except NotServed:
            warn("its process did not start; trying once more")
        except OrphanedRegion:
            warn("the process from which all regions come was ended; making this one once more")
            shutil.rmtree(order["folder"], ignore_errors=True)
        self._begin_anew(asked)
        with self._alone:  # of those who met the same end one may have caused it, and does so again
            asked = self._warm
            try:
                return self._ask(MAKE, order, settings, stop=stop)
            except NotServed:  # the one before it, alone as well, ended the warm process again
                self._begin_anew(asked)
            try:
                return self._ask(MAKE, order, settings, stop=stop)
            except NotServed as error:
                raise RegionFailed(f"its process did not start: {error}") from error

    def _begin_anew(self, gone: client.Warm) -> None:
        """Start another warm process, unless somebody who met the same end has done so."""
        with self._one_begins:
            if self._warm is gone:
                self._warm = self._begin()

    def _ask(
        self, task: str, options: Mapping[str, Any], settings: Settings, *, stop: threading.Event
    ) -> dict[str, Any]:
        """Let a child do a task and return the last thing that it says; it is ended when the time is over."""
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                try:
                    child = self._warm.fork(
                        task,
                        options,
                        files=[theirs.fileno()],
                        may_fork=True,
                        memory_bytes=settings.memory_bytes,
                        stop=stop,
                    )
                except NotServed:
                    if stop.is_set():
                        raise Stopped from None
                    raise
            try:
                return _answer(ours, child, settings.seconds, stop)
            finally:
                child.end()


def _answer(line: socket.socket, child: client.Child, seconds: float, stop: threading.Event) -> dict[str, Any]:
    """Listen until the child has said all; what it says on the way is where it is."""
    heard, at, until = b"", "", time.monotonic() + seconds
    waiting = select.poll()
    waiting.register(line, select.POLLIN)
    while True:
        if stop.is_set():
            raise Stopped
        if time.monotonic() > until:
            raise RegionFailed(f"it took longer than {seconds:.0f} seconds and was ended{_while(at)}")
        if not waiting.poll(1000 * min(LISTEN_SECONDS, max(0.0, until - time.monotonic()))):
            continue
        part = line.recv(1 << 20)
        heard += part
        *whole, heard = heard.split(b"\n")
        for told in map(json.loads, whole):
            if "at" not in told:
                return told
            at = told["at"]
        if not part:
            how = in_words(child.wait(5))
            kind = OrphanedRegion if child.is_orphan else RegionFailed
            raise kind(f"its process ended without a word{_while(at)} ({how})")


def _while(at: str) -> str:
    return f", while it was at {at}" if at else ""

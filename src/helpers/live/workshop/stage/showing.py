"""Keeps the stage in step with the workshop's file."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Mapping
from typing import Any

from helpers.live.workshop.stage import doing, pictures, view
from helpers.live.workshop.stage.joining import Joining
from helpers.live.workshop.stage.outcome import Outcome
from helpers.live.workshop.stage.ranking import Ranking
from helpers.live.workshop.stage.reading import Reading
from helpers.live.workshop.stage.watcher import Watcher, news
from helpers.live.workshop.stage.widget import Stage

POLL_SECONDS, DRAW_SECONDS = 0.05, 0.2
SILENT_SECONDS = 150.0  # a browser lets a page that is not in sight speak once a minute
HERE, GONE = "here", "gone"


class Show:
    """One stage over one workshop.

    `tick` brings the page up to date, `heed` does what a message of the page asks for. Nothing is kept here that is
    not in the workshop's folder: another show over the same folder shows the same.
    """

    def __init__(self, reading: Reading, *, data: str = "", folder: str = "", out: str = "") -> None:
        self.reading, self.data, self.looked_at = reading, data, ""
        self.widget = Stage(place=view.place(reading), choices=doing.choices(data))
        self.joining, self.watcher = Joining(reading.folder), Watcher(reading.folder, data=data)
        self.outcome, self.ranking = Outcome(reading, data=data, out=out), Ranking(reading, data=data)
        self._stale, self._drawn_at, self._heard_at = True, 0.0, time.monotonic()
        self._drawings = pictures.Drawings()
        self.reading.look()
        self._task: asyncio.Task | None = None
        self.widget.on_msg(lambda _, message, __: self.heed(message))
        self.watcher.choose(folder if self.watcher.remembered is None else self.watcher.remembered)
        self.tick()

    def tick(self) -> None:
        """Look for what changed; draw it, but no more often than an eye can follow, and always the newest."""
        self.look()
        if self._stale and time.monotonic() - self._drawn_at >= DRAW_SECONDS:
            self.draw()
        self._set(
            phones=self.joining.told(),
            files=self.watcher.told(self.reading.files),
            outcome=self.outcome.told(),
            priorities=self.ranking.told(),
        )

    def look(self) -> None:
        """Read what changed, and say of a workbook what is wrong with it."""
        before = self.reading.files
        self._stale |= self.reading.look()
        if before is not self.reading.files:
            self.say(news(before, self.reading.files), doing.FAULT)

    def draw(self) -> None:
        """Show the file as it was read last; what the room looks at goes first."""
        reading, code = self.reading, self.looked_at or self.reading.state.current
        self._stale, self._drawn_at = False, time.monotonic()
        self._set(scene=view.scene(reading, self.looked_at), levels_svg=self._drawings.levels(reading, code))
        self._set(
            spider_svg=self._drawings.spider(reading), overview=view.overview(reading), people=view.people(reading)
        )

    def _set(self, **traits: Any) -> None:
        """Set traits, all in one message; those that are as they were do not travel."""
        with self.widget.hold_sync():
            for name, value in traits.items():
                if getattr(self.widget, name) != value:
                    setattr(self.widget, name, value)

    def heed(self, message: Mapping[str, Any]) -> None:
        """Do what the page asks for, and show at once what follows."""
        self._heard_at = time.monotonic()
        if message.get("do") == GONE:
            return self.rest()
        if message.get("do") == HERE:
            self.widget.heard += 1
        else:
            self.look()
            self.say(*doing.do(self, message))
            self.look()
            self.draw()
            self.tick()
        self.begin()

    def say(self, text: str, kind: str = doing.CALM) -> None:
        """Show a notice; each is a new one, though it may say the same."""
        if text:
            self.widget.notice = {"text": text, "kind": kind, "number": self.widget.notice.get("number", 0) + 1}

    def begin(self) -> None:
        """Keep in step from now on, where an event loop runs and nobody does so already."""
        if self._task is None or self._task.done():
            self.watcher.go_on()
            try:
                self._task = asyncio.get_running_loop().create_task(self._keep_in_step())
            except RuntimeError:  # no kernel: whoever made this ticks by hand
                self._task = None

    async def _keep_in_step(self) -> None:
        """Tick until no page has been heard of for a while: a closed one leaves nothing running."""
        while time.monotonic() - self._heard_at < SILENT_SECONDS:
            try:
                self.tick()
            except (sqlite3.Error, OSError) as error:
                self.say(f"The workshop's file cannot be read at this moment: {error}", doing.FAULT)
                await asyncio.sleep(1)
            await asyncio.sleep(POLL_SECONDS)
        self.watcher.stop()

    def rest(self) -> None:
        """End the poll and what was started, until a page is heard of."""
        if self._task is not None:
            self._task.cancel()
        self.watcher.stop()

    def close(self) -> None:
        """End for good."""
        self.rest()
        self.widget.close()
        self.reading.close()

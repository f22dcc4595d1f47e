"""A run as somebody at a terminal sees it: a bar where there is one, plain lines where there is none."""

from __future__ import annotations

import time
from typing import Self

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from helpers.batch import inert
from helpers.batch.listening import BUILT, FAILED, UNCHANGED, Listener

FIRST_CTRL_C = "Finishing what is running ({running}); nothing new is started. Press Ctrl-C again to stop at once."
SECOND_CTRL_C = "Stopping now. The published reports are whole; the next run makes what is missing."


class Lines(Listener):
    """One line for each report that was built or failed, and for each warning; an unchanged report says nothing."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.total = self.done = self.failed = self.made = 0
        self.running: list[str] = []
        self.begun = time.monotonic()

    def run_started(self, run_id: str, *, total: int, jobs: int) -> None:
        self.total, self.begun = total, time.monotonic()

    def started(self, region: str) -> None:
        self.running.append(region)

    def finished(self, region: str, state: str, seconds: float, message: str) -> None:
        self.done += 1
        self.failed += state == FAILED
        self.made += state != UNCHANGED
        if region in self.running:
            self.running.remove(region)
        self.say_finished(region, state, seconds, message)

    def say_finished(self, region: str, state: str, seconds: float, message: str) -> None:
        if state == UNCHANGED and not message:
            return
        running = f", {len(self.running)} running" if self.running else ""
        self.tell(f"[{self.done}/{self.total}] {words(region, state, seconds, message)}{running}")

    def warned(self, message: str, *, kind: str = "warning", region: str = "") -> None:
        self.tell(f"{region}: {message}" if region else message)

    def interrupted(self, times: int) -> None:
        running = ", ".join(self.running[:3]) + (f" and {len(self.running) - 3} more" if len(self.running) > 3 else "")
        self.tell(SECOND_CTRL_C if times > 1 else FIRST_CTRL_C.format(running=running or "nothing"))

    def gave_up(self, message: str, *, status: int) -> None:
        self.tell(message)

    def tell(self, text: str) -> None:
        """One line, however long; a terminal may wrap it, a log must not."""
        self.console.print(inert.log_safe(text, limit=1000), soft_wrap=not self.console.is_terminal)

    def seconds_left(self) -> float | None:
        """How long what is left will take if it goes on as so far; None before two reports were made."""
        if self.made < 2:
            return None
        return (time.monotonic() - self.begun) / self.made * (self.total - self.done)


class Quiet(Lines):
    """Only what failed or needs a word; a note would come with every run."""

    def warned(self, message: str, *, kind: str = "warning", region: str = "") -> None:
        if kind != "note":
            super().warned(message, kind=kind, region=region)

    def say_finished(self, region: str, state: str, seconds: float, message: str) -> None:
        if state == FAILED or message:
            self.tell(words(region, state, seconds, message))


class Bar(Lines):
    """A bar that stays at the foot of the terminal; what failed, or needs a word, is said above it and stays."""

    say_finished = Quiet.say_finished

    def __enter__(self) -> Self:
        self.live = Live(get_renderable=self.drawn, console=self.console, refresh_per_second=5, transient=True)
        self.live.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.live.stop()

    def drawn(self) -> RenderableType:
        """Two lines: how far, and who is running."""
        row = Table.grid(padding=(0, 1), expand=True)
        row.add_column(ratio=1)
        row.add_column(no_wrap=True)
        row.add_row(ProgressBar(total=max(self.total, 1), completed=self.done), self.figures())
        return Group(row, Text(self.who(), no_wrap=True, overflow="ellipsis"))

    def figures(self) -> Text:
        left = self.seconds_left()
        text = Text(f"{self.done}/{self.total}")
        if self.failed:
            text.append(f", {self.failed} failed", style="bold")
        if left is not None and self.done < self.total:
            text.append(f", {duration(left)} left")
        return text

    def who(self) -> str:
        if self.running:
            return f"{len(self.running)} running: {', '.join(self.running)}"
        return "Looking at what has changed" if self.done < self.total or not self.total else "Writing the list"


def words(region: str, state: str, seconds: float, message: str) -> str:
    """What became of a region, as one line."""
    took = f" in {duration(seconds)}" if state == BUILT else f" after {duration(seconds)}" if state == FAILED else ""
    return f"{region}: {state}{took}{': ' + message if message else ''}"


def duration(seconds: float) -> str:
    """Seconds as people say them: 3.1 s, 2 min 5 s, 1 h 12 min."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def for_console(console: Console, *, quiet: bool = False) -> Lines:
    """The bar in a terminal, lines elsewhere; where quiet is wanted, failures alone."""
    if quiet:
        return Quiet(console)
    return Bar(console) if console.is_terminal else Lines(console)

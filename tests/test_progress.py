"""What a run says: lines for a log, a bar for a terminal, JSON for machines; nothing said harms the run."""

import io
import json

import pytest
from rich.console import Console

from helpers.batch import events, progress
from helpers.batch.listening import Listener, Together

RECORD = {
    "started": "2026-03-01T02:00:00+00:00", "finished": "2026-03-01T02:01:05+00:00", "message": "a file is broken",
    "regions": [{"region": "fife", "state": "built"}, {"region": "moray", "state": "failed"}], "compared": None,
}  # fmt: skip
HOSTILE = "\x1b]0;mine\x07\x1b[31mred\nsecond \u202eline [bold]x[/bold]"


def a_run(listener):
    with listener:
        listener.run_started("r1", total=4, jobs=2)
        listener.warned("only your indicators are used", kind="note")
        listener.finished("angus", "unchanged", 0.0, "")
        listener.started("fife")
        listener.started("moray")
        listener.finished("fife", "built", 3.14, "")
        listener.warned("its process did not start, so it is tried once more", kind="retry", region="moray")
        listener.interrupted(1)
        listener.finished("moray", "failed", 61.2, HOSTILE)
        listener.warned("a file is broken", kind="finding")
        listener.warned("a file is broken", kind="finding")
        listener.run_finished(RECORD, status=1)


def printed(kind):
    stream = io.StringIO()
    a_run(Together([kind(Console(file=stream, width=40, markup=False, highlight=False))]))
    return stream.getvalue().splitlines()


def test_lines_say_what_was_built_and_failed_and_leave_out_what_is_unchanged():
    assert printed(progress.Lines) == [
        "only your indicators are used",
        "[2/4] fife: built in 3.1 s, 1 running",
        "moray: its process did not start, so it is tried once more",
        "Finishing what is running (moray); nothing new is started. Press Ctrl-C again to stop at once.",
        "[3/4] moray: failed after 1 min 1 s: red second line [bold]x[/bold]",
        "a file is broken",
    ]


def test_quiet_says_what_failed_alone():
    assert printed(progress.Quiet) == [
        *printed(progress.Lines)[2:4],
        "moray: failed after 1 min 1 s: red second line [bold]x[/bold]",
        "a file is broken",
    ]


@pytest.mark.parametrize("width", [40, 80])
def test_the_bar_fits_the_terminal_and_names_who_is_running(width):
    stream = io.StringIO()
    console = Console(file=stream, width=width, force_terminal=True, color_system=None)
    bar = progress.Bar(console)
    bar.run_started("r1", total=8, jobs=8)
    for number in range(8):
        bar.started(f"a-region-with-a-long-name-{number}")
    for number in range(3):
        bar.finished(f"a-region-with-a-long-name-{number}", "failed" if number else "built", 2.0, "")
    bar.begun -= 300
    with console.capture() as drawn:
        console.print(bar.drawn())
    first, second = drawn.get().splitlines()
    assert first.rstrip().endswith("3/8, 2 failed, 8 min 20 s left") and first.startswith("━")
    assert second.startswith("5 running: a-region-with-a-long") and second.rstrip().endswith("…")
    assert max(len(first), len(second)) <= width


def test_no_time_is_foretold_before_two_reports_were_made():
    lines = progress.Lines(Console(file=io.StringIO()))
    lines.run_started("r1", total=10, jobs=1)
    for state in ("unchanged", "unchanged", "built"):
        lines.finished("fife", state, 1.0, "")
    assert lines.seconds_left() is None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.04, "0.0 s"), (9.94, "9.9 s"), (9.96, "10 s"), (59.6, "1 min 0 s"), (125, "2 min 5 s"), (4320, "1 h 12 min")],
)
def test_durations_are_said_as_people_say_them(seconds, words):
    assert progress.duration(seconds) == words


def test_every_event_is_one_inert_line_of_json_with_what_the_table_says():
    stream = io.StringIO()
    a_run(Together([events.Events(stream)]))
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [line["event"] for line in lines] == [
        "run-started", "note", "region-finished", "region-started", "region-started", "region-finished", "retry",
        "interrupted", "region-finished", "finding", "run-finished",
    ]  # fmt: skip
    assert {line["run_id"] for line in lines} == {"r1"}
    assert lines[8]["message"] == "red second line [bold]x[/bold]" and (lines[8]["state"], lines[8]["seconds"]) == (
        "failed", 61.2,
    )  # fmt: skip
    assert {name: lines[-1][name] for name in ("status", "seconds", "built", "unchanged", "failed")} == {
        "status": 1, "seconds": 65.0, "built": 1, "unchanged": 0, "failed": 1,
    }  # fmt: skip
    events.Events(stream).gave_up("the disk is full", status=1)
    lines.append(json.loads(stream.getvalue().splitlines()[-1]))
    for line in lines:
        wanted = {word.split(" ")[0] for word in events.EVENTS[line["event"]].replace(":", ",").split(", ")}
        assert set(line) - {"time", "event", "run_id"} <= wanted, line["event"]


def test_a_listener_that_cannot_write_harms_neither_the_run_nor_the_others():
    class Gone(Listener):
        def started(self, region):
            raise BrokenPipeError

        def __exit__(self, *error):
            raise ValueError("I/O operation on closed file")

    stream = io.StringIO()
    a_run(Together([Gone(), events.Events(stream)]))
    assert stream.getvalue().count("\n") == 11

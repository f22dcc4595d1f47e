"""What a notebook does to itself is that region's named failure; the others are untouched, and nothing stays behind."""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from helpers.batch import publish
from small_project import command, environment, make_project, record, run, say

pytestmark = [
    pytest.mark.runs,
    pytest.mark.skipif(os.name != "posix", reason="needs process groups"),
    pytest.mark.xdist_group("small-project"),
]


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return make_project(tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="module")
def harmed(project, tmp_path_factory):
    """One good run, then one in which six regions of seven misbehave, each in its way."""
    out = tmp_path_factory.mktemp("harmed") / "out"
    regions = ("fife", "midlothian", "falkirk", "moray", "angus", "stirling", "highland")
    say(project, dict.fromkeys(regions, "good"))
    first = run(project, regions, out=out)
    assert first.returncode == 0, first.stderr
    before = {region: hashes(out / region) for region in regions}
    harms = ("endless", "exit", "quiet", "eats", "raises", "leaves", "better")
    say(project, dict(zip(regions, harms, strict=True)))
    begun = time.monotonic()
    second = run(project, regions, "--timeout", "12", out=out)
    return project, out, before, second, time.monotonic() - begun


def hashes(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): publish.sha256(path) for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("region", "says"),
    [
        ("fife", "took longer than 12 seconds and was ended, while it was at 02_population_needs"),
        ("midlothian", "02_population_needs.ipynb: its process ended in the middle (exit status 7)"),
        ("falkirk", "02_population_needs.ipynb: code cell 6 ended with SystemExit: 0"),
        ("moray", "MemoryError"),
        ("angus", "ValueError: the reason"),
        ("stirling", "took longer than 12 seconds"),
    ],
)
def test_each_harm_is_a_named_failure_and_the_last_good_report_stays(harmed, region, says):
    _, out, before, _, _ = harmed
    row = record(out)[region]
    assert row["state"] == "failed" and says in row["message"]
    assert hashes(out / region) == before[region]
    assert says.partition(" (")[0] in (out / "index.html").read_text().replace("&#39;", "'")


def test_the_others_are_untouched_and_the_run_says_that_it_failed(harmed):
    _, out, before, done, seconds = harmed
    row = record(out)["highland"]
    assert (row["state"], done.returncode) == ("built", 1)
    assert "The file says: better" in (out / "highland/index.html").read_text()
    assert hashes(out / "highland") != before["highland"]
    assert seconds < 90  # two that never end, side by side with the rest


def test_nothing_that_a_notebook_started_outlives_it(harmed):
    project, out, *_ = harmed
    left = int((project / "data/left.pid").read_text())
    assert not Path(f"/proc/{left}").exists() or "Z" in Path(f"/proc/{left}/stat").read_text()
    assert not [path.name for path in out.iterdir() if path.name.startswith((".run-", ".old-"))]


def test_a_notebook_that_floods_is_ended_before_it_takes_the_memory(project, tmp_path):
    say(project, {"fife": "floods", "moray": "good"})
    run(project, ("fife", "moray"), out=tmp_path / "out")
    rows = record(tmp_path / "out")
    assert rows["fife"]["state"] == "failed" and "put out more than 500 MB" in rows["fife"]["message"]
    assert rows["moray"]["state"] == "built"


def test_what_left_its_session_ends_with_its_region_too(project, tmp_path):
    say(project, {"fife": "escapes"})
    assert run(project, ("fife",), out=tmp_path / "out").returncode == 0
    escaped = int((project / "data/escaped.pid").read_text())
    assert not Path(f"/proc/{escaped}").exists() or "Z" in Path(f"/proc/{escaped}/stat").read_text().split(")")[1]


def test_what_a_cell_writes_past_its_notebook_is_in_no_log(project, tmp_path):
    say(project, {"fife": "shouts"})
    done = run(project, ("fife",), "--log-json", out=tmp_path / "out")
    events = [json.loads(line) for line in done.stderr.splitlines()]
    assert events[-1]["event"] == "run-finished" and done.returncode == 0
    assert "shouted" not in done.stdout + done.stderr and done.stdout == ""


def test_evidence_that_was_edited_is_not_taken_for_the_chapter(project, tmp_path):
    out = tmp_path / "out"
    say(project, {"fife": "good"})
    assert run(project, ("fife",), out=out).returncode == 0
    evidence = out / "fife/notebooks/02_population_needs.ipynb"
    evidence.write_text(evidence.read_text().replace("The file says: good,10,3", "The file says: evil,99,9"))
    assert run(project, ("fife",), out=out).returncode == 0
    page = (out / "fife/index.html").read_text()
    assert "evil" not in page and "The file says: good,10,3" in page and record(out)["fife"]["state"] == "built"


def test_what_changes_while_a_region_is_made_and_is_taken_back_is_made_anew(project, tmp_path):
    """The notebook is another one while the second region is made, and as before when the run is over."""
    out, notebook = tmp_path / "out", project / "notebooks/02_population_needs.ipynb"
    say(project, {"fife": "slow", "moray": "good"})
    going = subprocess.Popen(
        command(project, "run", "fife", "moray", "--jobs", "1", "--out", str(out)),
        env=environment(project, SLOW="5"), stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    until = time.monotonic() + 60
    while not list(out.glob(".run-*/fife/notebooks/*.ipynb")) and time.monotonic() < until:
        time.sleep(0.05)
    before = notebook.read_text()
    notebook.write_text(before.replace("The file says", "The forger says"))
    said = going.communicate(timeout=60)[1]
    assert "The forger says" in (out / "moray/index.html").read_text(), said
    notebook.write_text(before)
    assert run(project, ("fife", "moray"), out=out).returncode == 0
    assert "The forger says" not in (out / "moray/index.html").read_text()
    assert record(out)["moray"]["state"] == "built"


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_warm_process_that_a_notebook_killed_is_started_anew_for_the_others(project, tmp_path, jobs):
    """Those that were being made beside it, too: they are made once more, and it ends them only once."""
    say(project, {"fife": "kills", "moray": "slow", "angus": "good"})
    done = run(project, ("moray", "fife", "angus"), "--jobs", jobs, out=tmp_path / "out", SLOW="3")
    rows = record(tmp_path / "out")
    assert rows["fife"]["state"] == "failed" and "signal 9" in rows["fife"]["message"]
    assert [rows[region]["state"] for region in ("moray", "angus")] == ["built", "built"], done.stderr


def test_a_full_disk_is_each_regions_failure_and_leaves_what_was_there(project, tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1500k", "tmpfs", str(small)], capture_output=True)
    if mounted.returncode:
        pytest.skip("no disk can be made small here")
    try:
        say(project, {"fife": "good", "moray": "good"})
        first = run(project, ("fife",), out=small / "out")
        assert first.returncode == 0, first.stderr
        before = hashes(small / "out/fife")
        (small / "ballast").write_bytes(b"x" * 1000 * max(1, free(small) // 1000 - 60))
        say(project, {"fife": "better"})
        second = run(project, ("fife", "moray"), out=small / "out")
        assert second.returncode == 1 and "No space left on device" in second.stderr
        assert hashes(small / "out/fife") == before and record(small / "out")["fife"]["state"] == "failed"
        (small / "ballast").unlink()
        third = run(project, ("fife", "moray"), out=small / "out")
        assert third.returncode == 0 and "better" in (small / "out/fife/index.html").read_text()
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)


def free(folder: Path) -> int:
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize


def test_an_output_folder_that_cannot_be_written_to_is_said_at_once(project, tmp_path):
    say(project, {"fife": "good"})
    (tmp_path / "file").write_text("no folder")
    done = run(project, ("fife",), out=tmp_path / "file" / "out")
    assert done.returncode == 1 and "The run could not be made" in done.stderr and "Traceback" not in done.stderr


def test_a_read_only_disk_leaves_the_last_reports_and_says_so(project, tmp_path):
    out = tmp_path / "out"
    say(project, {"fife": "good"})
    assert run(project, ("fife",), out=out).returncode == 0
    bound = subprocess.run(["mount", "--bind", str(out), str(out)], capture_output=True)
    if bound.returncode:
        pytest.skip("no disk can be made read-only here")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", str(out)], check=True)
        before = hashes(out)
        done = run(project, ("fife",), "--force", out=out)
        assert done.returncode == 1 and "Read-only file system" in done.stderr and "Traceback" not in done.stderr
        assert hashes(out) == before
    finally:
        subprocess.run(["umount", "-l", str(out)], check=True)


def test_a_report_that_cannot_be_replaced_fails_that_region_alone(project, tmp_path):
    out = tmp_path / "out"
    (out / "fife").mkdir(parents=True)
    bound = subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(out / "fife")], capture_output=True)
    if bound.returncode:
        pytest.skip("nothing can be mounted here")
    try:
        say(project, {"fife": "good", "moray": "good"})
        assert run(project, ("fife", "moray"), out=out).returncode == 1
        rows = record(out)
        assert (rows["fife"]["state"], rows["moray"]["state"]) == ("failed", "built")
        assert "could not be put in its place" in rows["fife"]["message"]
    finally:
        subprocess.run(["umount", "-l", str(out / "fife")], check=True)


@pytest.mark.parametrize(("presses", "finished"), [(1, True), (2, False)])
def test_ctrl_c_once_finishes_what_is_running_and_twice_stops(project, tmp_path, presses, finished):
    out, regions = tmp_path / "out", ("fife", "moray", "angus", "stirling")
    say(project, dict.fromkeys(regions, "slow"))
    going = subprocess.Popen(
        command(project, "run", *regions, "--jobs", "1", "--out", str(out)),
        env=environment(project, SLOW="8" if finished else "90"),
        stderr=subprocess.PIPE,
        text=True,
    )
    until = time.monotonic() + 60
    while not list(out.glob(".run-*/fife/notebooks/*.ipynb")) and time.monotonic() < until:
        time.sleep(0.05)
    for _ in range(presses):
        going.send_signal(signal.SIGINT)
        time.sleep(0.3)
    begun = time.monotonic()
    said = going.communicate(timeout=60)[1]
    assert going.returncode == 130, said
    assert sorted(record(out)) == (["fife"] if finished else [])
    assert (out / "fife/index.html").exists() is finished
    assert finished or time.monotonic() - begun < 60  # not the 90 seconds that a chapter takes
    assert not list(out.glob(".run-*")) and (out / "index.html").exists()

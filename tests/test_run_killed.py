"""A run that is killed at any moment leaves each report old or new and whole, and the next run does what is missing.

A few moments are tried with every ``make test``; ``make test-killed`` tries fifty (``CARE_ATLAS_KILLS``).
"""

import json
import os
import random
import re
import signal
import subprocess
import time
from pathlib import Path

import nbformat
import pytest

from helpers.batch import publish
from small_project import REGIONS, command, environment, make_project, record, run, say

pytestmark = [
    pytest.mark.runs,
    pytest.mark.skipif(os.name != "posix", reason="needs signals"),
    pytest.mark.xdist_group("killed"),
]
KILLS = int(os.environ.get("CARE_ATLAS_KILLS", "2"))
WAIT_SECONDS = 0.15


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return make_project(tmp_path_factory.mktemp("project"))


def hashes(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): publish.sha256(path) for path in folder.rglob("*") if path.is_file()}


def reports(out: Path) -> dict[str, dict[str, str]]:
    return {region: hashes(out / region) for region in REGIONS if (out / region).is_dir()}


def without_times(folder: Path) -> dict[str, str]:
    """The files of a report as text or hash, without the moments and durations that no two runs share."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".ipynb":
            notebook = nbformat.read(path, as_version=4)
            for part in (notebook, *notebook.cells):
                for name in ("papermill", "execution"):
                    kept = part.metadata.get(name, {})
                    part.metadata[name] = {
                        key: kept[key] for key in kept if key in ("exception", "status", "parameters")
                    }
            for cell in notebook.cells:
                cell.pop("id", None)
            found[path.name] = json.dumps(notebook, sort_keys=True)
        elif path.name == "report.json":
            kept = json.loads(path.read_text())
            found[path.name] = json.dumps(
                {name: kept[name] for name in ("region", "key", "facts", "message", "inputs")}
            )
        elif path.is_file():
            found[path.name] = publish.sha256(path)
    return found


def killed_after(project: Path, out: Path, seconds: float) -> str:
    """Start a run, kill it after so many seconds of making regions, and say what it had said."""
    going = subprocess.Popen(
        command(project, "run", *REGIONS, "--jobs", "2", "--out", str(out)),
        env=environment(project, SLOW=str(WAIT_SECONDS)),
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    time.sleep(seconds)
    going.send_signal(signal.SIGKILL)
    return going.communicate(timeout=30)[1]


def processes_of(project: Path) -> list[str]:
    """Command lines of what still runs out of this project."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if str(project).encode() in (place / "environ").read_bytes():
                found.append((place / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found


def still_there(project: Path, seconds: float = 4) -> list[str]:
    """What still runs out of this project so many seconds after its run was killed; nothing as soon as nothing does."""
    until = time.monotonic() + seconds
    while (found := processes_of(project)) and time.monotonic() < until:
        time.sleep(0.1)
    return found


def test_a_run_killed_at_any_moment_leaves_old_or_new_and_the_next_does_what_is_missing(project, tmp_path):
    out, alone = tmp_path / "out", tmp_path / "alone"
    say(project, dict.fromkeys(REGIONS, "slow wave0"))
    begun = time.monotonic()
    assert run(project, REGIONS, "--jobs", "2", out=out, SLOW=str(WAIT_SECONDS)).returncode == 0
    whole = time.monotonic() - begun
    chance, seen = random.Random(20261125), set()
    for number in range(1, KILLS + 1):
        old = reports(out)
        say(project, dict.fromkeys(REGIONS, f"slow wave{number}"))
        said = killed_after(project, out, chance.uniform(0.02, 1.05) * whole)
        now = reports(out)
        assert set(now) == set(old), "a report is gone"
        new = {region for region in REGIONS if now[region] != old[region]}
        seen.add(len(new))
        for region in REGIONS:
            page = (out / region / "index.html").read_text()
            wave = re.search(r"slow wave(\d+)", page)[1]
            assert wave == str(number if region in new else number - 1)
            told = json.loads((out / region / "report.json").read_text())["files"]
            assert {name: kept["sha256"] for name, kept in told.items()} == {
                name: kept for name, kept in now[region].items() if name != "report.json"
            }
        assert not still_there(project), said
        for name in ("run.json", "runs.jsonl", "index.html"):
            assert (out / name).stat().st_size > 100
        assert run(project, REGIONS, "--jobs", "2", out=out, SLOW=str(WAIT_SECONDS)).returncode == 0
        states = {region: row["state"] for region, row in record(out).items()}
        assert {region for region, state in states.items() if state == "unchanged"} == new
        assert not [
            path.name for path in out.iterdir() if path.name.startswith((".run-", ".old-")) or ".part" in path.name
        ]
    assert run(project, REGIONS, "--jobs", "2", out=alone).returncode == 0
    for region in REGIONS:
        assert without_times(out / region) == without_times(alone / region)
    print(f"{KILLS} kills within {whole:.1f} s left {sorted(seen)} new reports")


def test_chapters_that_a_killed_run_had_finished_are_not_run_again(project, tmp_path):
    """Two chapters for one region: killed in the second, the first comes from what was left."""
    out = tmp_path / "out"
    say(project, {"fife": "slow chapters"})
    folder = project / "data/assessments/fife"
    folder.mkdir(parents=True, exist_ok=True)
    rows = "".join(f"fife,S{n},readiness,3,2026-01-01\n" for n in range(6))
    (folder / "a.csv").write_text("region,stakeholder,dimension,rating,date\n" + rows)
    going = subprocess.Popen(
        command(project, "run", "fife", "--jobs", "1", "--out", str(out)),
        env=environment(project, SLOW="2.5"),
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
    )
    until = time.monotonic() + 60
    while not list(out.glob(".run-*/fife/notebooks/02*.ipynb")) and time.monotonic() < until:
        time.sleep(0.02)
    time.sleep(0.2)
    going.kill()
    going.wait()
    assert not (out / "fife").exists()
    assert run(project, ("fife",), "--jobs", "1", out=out).returncode == 0
    chapters = json.loads((out / "fife/report.json").read_text())["chapters"]
    assert {name: kept["is_old"] for name, kept in chapters.items()} == {
        "01_maturity": True, "02_population_needs": False,
    }  # fmt: skip

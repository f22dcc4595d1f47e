"""What docs/schedule.md tells people to copy is true: options exist, units are sound, and the lines do what they say.

Set CARE_ATLAS_SLOW_TESTS=1 to run them in full, in a fresh clone (some minutes).
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from helpers.batch import events
from helpers.reference import paths

DOCS = paths.project() / "docs"
FILES = sorted((DOCS / "schedule").iterdir())
TEXTS = {path.name: path.read_text("utf-8") for path in [DOCS / "schedule.md", *FILES]}
slow = pytest.mark.skipif(not os.environ.get("CARE_ATLAS_SLOW_TESTS"), reason="takes minutes: CARE_ATLAS_SLOW_TESTS=1")
CRON_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "SHELL": "/bin/sh", "LANG": ""}


def steps():
    return yaml.safe_load(TEXTS["care-atlas.yml"])["jobs"]["reports"]["steps"]


def cron_lines():
    return [line for line in TEXTS["care-atlas.crontab"].splitlines() if line[:1].isdigit() or line[:1] == "*"]


def here(command, tmp_path):
    """A documented command with this checkout, this Python and folders of the test in the place of the assumed ones."""
    atlas = f"{shlex.quote(sys.executable)} -m helpers.cli"
    command = re.sub(r"(/opt/care-atlas/)?\.venv/bin/atlas", atlas, command)
    return command.replace("/srv/care-atlas", str(tmp_path))


def small_data(folder):
    """A data folder whose register has one region."""
    lines = paths.reference_file("regions.csv").read_text("utf-8").splitlines()
    (folder / "reference").mkdir(parents=True)
    (folder / "indicators").mkdir()
    (folder / "indicators" / "ours.csv").write_text(
        "indicator,area_code,period,value\npopulation_census,S12000047,2022,371800\n"
    )
    own = [lines[0], next(line.removesuffix("scotland") for line in lines if line.startswith("fife,"))]
    (folder / "reference" / "regions.csv").write_text("\n".join(own) + "\n", "utf-8")
    return folder


def cron(command, tmp_path):
    environment = {**CRON_ENVIRONMENT, "HOME": str(tmp_path), "CARE_ATLAS_DATA": str(tmp_path / "data")}
    words = ["/bin/sh", "-c", here(command, tmp_path)]
    return subprocess.run(words, capture_output=True, text=True, env=environment, cwd=tmp_path)


@pytest.mark.parametrize("name", TEXTS)
def test_every_option_that_is_named_exists(name):
    named = {}
    for command, rest in re.findall(r"\batlas (run|status|check)\b([^\n`;|#]*)", TEXTS[name]):
        named.setdefault(command, set()).update(re.findall(r"--[a-z-]+", rest))
    if name != "schedule.md":
        named = {command: options for command, options in named.items() if options}
        assert named or name.endswith("timer")
    for command, options in named.items():
        words = [sys.executable, "-m", "helpers.cli", command, "--help"]
        told = subprocess.run(words, capture_output=True, text=True, check=True).stdout
        assert not [option for option in options if option not in told], command


def test_the_documented_events_are_the_events():
    rows = re.findall(r"^\| `([a-z-]+)` \| (.+) \|$", TEXTS["schedule.md"].partition("## The log")[2], re.M)
    assert dict(rows) == events.EVENTS


def test_cron_lines_have_five_fields_and_no_percent_sign_which_cron_takes_for_a_line_end():
    assert len(cron_lines()) == 2
    for line in cron_lines():
        assert re.fullmatch(r"(\d+|\*) (\d+|\*) (\d+|\*) (\d+|\*) (\d+|\*) +/opt/\S+/atlas [^%]+", line)


def test_the_morning_line_of_cron_is_silent_while_all_is_well_and_speaks_where_nothing_runs(tmp_path):
    (data, out) = small_data(tmp_path / "data"), tmp_path / "reports"
    status = next(line.split(None, 5)[5] for line in cron_lines() if " status " in line)
    done = cron(status, tmp_path)
    assert done.returncode == 1 and done.stdout.startswith("No report of 1 has been built") and not done.stderr
    (out / "fife").mkdir(parents=True)
    (out / "fife" / "index.html").touch()
    (out / "fife" / "report.json").write_text('{"built": "2999-01-01T00:00:00+00:00"}')
    done = cron(status, tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), data


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
def test_the_units_are_sound(tmp_path):
    for name in ("care-atlas.service", "care-atlas.timer"):
        (tmp_path / name).write_text(TEXTS[name].replace("/opt/care-atlas/.venv/bin/atlas", sys.executable))
    units = [str(tmp_path / name) for name in ("care-atlas.service", "care-atlas.timer")]
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True)
    assert (done.returncode, done.stderr.replace(str(tmp_path), "")) == (0, "")
    calendar = re.search(r"^OnCalendar=(.+)$", TEXTS["care-atlas.timer"], re.M)[1]
    subprocess.run(["systemd-analyze", "calendar", calendar], check=True, capture_output=True)


def test_the_workflow_runs_hands_out_and_keeps_the_reports_even_where_a_region_failed():
    uses = [step["uses"].split("@")[0] for step in steps() if "uses" in step]
    assert uses[0] == "actions/checkout" and {"actions/cache/restore", "actions/cache/save"} <= set(uses)
    after = steps()[[step.get("run") for step in steps()].index(".venv/bin/atlas run") + 1 :]
    assert [step["if"] for step in after] == ["always()"] * 3
    restored, kept = (step["with"] for step in steps() if "cache/" in step.get("uses", ""))
    assert restored["path"] == kept["path"] == after[-1]["with"]["path"] == "reports"
    assert restored["key"].startswith(restored["restore-keys"]) and kept["key"].startswith(restored["restore-keys"])
    assert restored["key"] != kept["key"]  # a cache is never written twice under one key


def test_the_status_step_of_the_workflow_fails_and_fills_the_summary(tmp_path):
    step = next(step for step in steps() if "atlas status" in step.get("run", ""))
    script = here(step["run"], tmp_path).replace("--max-age", f"--out {tmp_path}/none --max-age")
    environment = {**os.environ, "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md")}
    assert step["shell"] == "bash"  # which GitHub calls with these words
    words = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
    assert subprocess.run(words, env=environment, capture_output=True).returncode == 1
    assert (tmp_path / "summary.md").read_text().startswith("No report of 44")


@slow
def test_the_weekly_line_of_cron_and_the_service_build_and_then_find_nothing_to_do(tmp_path):
    small_data(tmp_path / "data")
    run = next(line.split(None, 5)[5] for line in cron_lines() if " run " in line)
    done = cron(run, tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    start = re.search(r"^ExecStart=(.+)$", TEXTS["care-atlas.service"], re.M)[1]
    done = cron(start, tmp_path)
    assert done.returncode == 0 and '"run-finished"' in done.stderr
    assert cron(cron_lines()[1].split(None, 5)[5], tmp_path).stdout == ""


@slow
def test_the_steps_of_the_workflow_run_in_a_fresh_clone(tmp_path):
    clone = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", paths.project(), clone], check=True)
    environment = {**os.environ, "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"), "CARE_ATLAS_PING": ""}
    for step in (step for step in steps() if "run" in step):
        done = subprocess.run(["bash", "-eo", "pipefail", "-c", step["run"]], cwd=clone, env=environment)
        assert done.returncode == 0, step
    assert (tmp_path / "summary.md").read_text().startswith("44 of 44 reports")
    assert Path(clone / "reports" / "index.html").is_file()

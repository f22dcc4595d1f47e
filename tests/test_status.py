"""atlas status: silence is what is wrong, so what counts is the last run that confirmed a report."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from helpers.batch import history, holding, publish, status, status_words
from helpers.reference import paths, regions

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
REGISTER = ("fife", "moray", "angus", "highland")


def ago(**span):
    return (NOW - timedelta(**span)).isoformat()


@pytest.fixture
def data(tmp_path):
    """A data folder with a register of four regions and no assessment."""
    folder = tmp_path / "data"
    (folder / "reference").mkdir(parents=True)
    (folder / "indicators").mkdir()
    lines = paths.reference_file("regions.csv").read_text("utf-8").splitlines()
    own = [lines[0], *(line for line in lines if line.split(",")[0] in REGISTER)]
    own = [line.replace(",scotland\n", ",\n").removesuffix("scotland") for line in own]
    (folder / "reference" / "regions.csv").write_text("\n".join(own) + "\n", "utf-8")
    return folder


@pytest.fixture
def out(tmp_path):
    """Fife is good, moray was confirmed by a run after it was built, angus fails, highland was never built."""
    folder = tmp_path / "out"
    for region, built in (("fife", ago(days=1)), ("moray", ago(days=40)), ("angus", ago(days=12))):
        (folder / region).mkdir(parents=True)
        (folder / region / "index.html").write_text("page")
        files = {"index.html": {"bytes": 4, "sha256": "x"}}
        publish.write_json(folder / region / "report.json", {"built": built, "seconds": 3.14, "files": files})
    lines = [
        {"run_id": "r1", "finished": ago(days=9), "built": [], "unchanged": [], "failed": {"angus": "two models"}},
        {
            "run_id": "r2",
            "finished": ago(days=1),
            "built": ["fife"],
            "unchanged": ["moray"],
            "failed": {"angus": "a word"},
        },
    ]
    history.write_lines(folder / history.HISTORY, lines)
    return folder


def states(out, data, max_age="", chosen=()):
    found = status.look(out, chosen, data=data, max_age=status.age(max_age) if max_age else None, now=NOW)
    return {report.region: (report.state, report.is_late) for report in found.reports}, found.is_good


def test_a_report_that_a_run_found_unchanged_is_as_good_as_a_new_one(out, data):
    found, is_good = states(out, data, "8d")
    assert found == {
        "fife": ("good", False), "moray": ("good", False), "angus": ("failing", True),
        "highland": ("never built", True),
    } and not is_good  # fmt: skip


@pytest.mark.parametrize(
    ("max_age", "chosen", "is_good"),
    [
        ("", (), True),  # without an age only a report that is not whole counts
        ("13d", ("fife", "moray", "angus"), True),  # angus fails, but its last good report is young enough
        ("11d", ("fife", "moray", "angus"), False),
        ("24h", ("fife", "moray"), True),
        ("23h", ("fife", "moray"), False),
        ("1440m", ("moray",), True),
        ("900d", ("highland",), False),
    ],
)
def test_ends_with_1_exactly_if_a_report_is_older(out, data, max_age, chosen, is_good):
    assert states(out, data, max_age, chosen)[1] is is_good


def test_a_report_that_is_not_whole_is_found_whatever_its_age(out, data):
    (out / "fife" / "index.html").write_text("cut")
    (out / "moray" / "index.html").unlink()
    found, is_good = states(out, data)
    assert (found["fife"], found["moray"], is_good) == (("not whole", False), ("not whole", False), False)


def test_a_file_of_the_same_size_that_is_another_is_found_by_its_fingerprint(out, data):
    files = {"index.html": {"bytes": 4, "sha256": publish.sha256(out / "fife" / "index.html")}}
    publish.write_json(out / "fife" / "report.json", {"built": ago(days=1), "files": files})
    found = [status.look(out, ["fife"], data=data, now=NOW, deep=True).is_good]
    (out / "fife" / "index.html").write_text("pagE")
    found += [status.look(out, ["fife"], data=data, now=NOW, deep=deep).is_good for deep in (False, True)]
    assert found == [True, True, False]


def test_a_report_of_an_older_version_without_sizes_is_read(out, data):
    publish.write_json(out / "fife" / "report.json", {"built": ago(days=1)})
    found, _ = states(out, data, "8d")
    assert found["fife"] == ("good", False)


def test_the_message_comes_first_then_what_needs_attention(out, data):
    found = status.look(out, data=data, max_age=status.age("8d"), now=NOW)
    assert status_words.as_text(found).splitlines() == [
        "2 of 4 reports were made or confirmed in the last 8 days.",
        "  angus: failing since 2026-03-11: a word (last confirmed 12 days ago, "
        "built 2026-03-08 12:00 UTC, took 3.1 s)",
        "  highland: never built",
    ]
    assert len(status_words.as_text(found, everything=True).splitlines()) == 5
    rows = {row["region"]: row for row in status_words.as_dict(found)["reports"]}
    assert rows["moray"]["age_seconds"] == 86400 and rows["moray"]["built"] == ago(days=40)
    assert rows["angus"]["late"] and rows["angus"]["since"] == ago(days=9)


def test_a_run_that_goes_on_is_named_and_one_that_was_killed_is_too(out, data):
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom helpers.batch import publish\nout = Path(sys.argv[1])\n"
        "with publish.lock(out, 'first'):\n"
        "    publish.private_folder(out, 'first')\n    print(1, flush=True)\n    time.sleep(60)"
    )
    holder = subprocess.Popen([sys.executable, "-c", code, str(out)], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout.readline() == "1\n"
        found = status.look(out, data=data, now=NOW)
        assert (found.running, found.cut_off) == (f"run first, process {holder.pid}", "")
    finally:
        holder.kill()
        holder.wait()
    found = status.look(out, data=data, now=NOW)
    assert (found.running, found.cut_off) == ("", "first")


def test_asking_who_holds_the_folder_does_not_hold_it(tmp_path):
    assert holding.holder(tmp_path) == ""
    with publish.lock(tmp_path, "one"):
        assert holding.holder(tmp_path).startswith("run one")
    assert holding.holder(tmp_path) == ""
    with publish.lock(tmp_path, "two"):
        pass


@pytest.mark.parametrize("text", ["8", "d", "8 days", "-1d", "0d", "8w", "1.5d", "８d", ""])
def test_an_age_that_is_none_is_refused_in_words(text):
    with pytest.raises(ValueError, match="is no age; write"):
        status.age(text)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "less than a minute"), (60, "1 minute"), (7200, "2 hours"), (86400, "24 hours"), (172800, "2 days")],
)
def test_spans_are_said_as_people_say_them(seconds, words):
    assert status_words.span(timedelta(seconds=seconds)) == words


def atlas(*words):
    return subprocess.run([sys.executable, "-m", "helpers.cli", *map(str, words)], capture_output=True, text=True)


def test_the_command_ends_as_its_help_says(out, data):
    where = ("--data", data, "--out", out)
    assert atlas("status", *where).returncode == 0
    late = atlas("status", "--max-age", "8d", "--json", *where)
    assert late.returncode == 1 and not json.loads(late.stdout)["good"]
    wrong = atlas("status", "--max-age", "soon", *where)
    assert wrong.returncode == 2 and "36h" in wrong.stderr and not wrong.stdout
    assert atlas("status", "fif", *where).returncode == 2


def test_the_page_of_all_regions_is_asked_for_once_there_is_something_to_compare(out, data):
    assert "regions-compared" not in states(out, data)[0]
    (data / "assessments" / "fife").mkdir(parents=True)
    regions._regions.cache_clear()
    assert states(out, data, "8d")[0]["regions-compared"] == ("never built", True)

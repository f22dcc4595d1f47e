"""The runs that were: since when a region fails, when it was last confirmed, and a file that stays small."""

import json
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.batch import history, listening

DAYS = [f"2026-03-{day:02}T02:00:00+00:00" for day in range(1, 29)]


def line(day, built=(), unchanged=(), **failed):
    return {
        "run_id": f"r{day}",
        "finished": DAYS[day - 1],
        "built": list(built),
        "unchanged": list(unchanged),
        "failed": failed,
    }


def test_a_series_of_failures_begins_with_its_first_and_says_what_the_newest_said():
    lines = [
        line(1, ["fife"], moray="long ago"),
        line(2, ["moray"], fife="no ratings"),
        line(3, ["moray"]),  # a run that did not touch fife neither ends nor begins its series
        line(4, fife="two models", angus="broken"),
        line(5, unchanged=["angus"]),
    ]
    assert history.failures(lines) == {"fife": history.Failure(DAYS[1], "two models")}
    assert history.failing_since("moray", lines) is None
    assert history.confirmed(lines) == {"fife": DAYS[0], "moray": DAYS[2], "angus": DAYS[4]}


def test_a_run_found_good_ends_the_series_and_the_next_failure_begins_another():
    lines = [line(1, fife="a"), line(2, unchanged=["fife"]), line(3, fife="b")]
    assert history.failing_since("fife", lines) == history.Failure(DAYS[2], "b")


OUTCOME = st.dictionaries(
    st.sampled_from(["fife", "moray", "angus"]), st.sampled_from(["built", "unchanged", "failed"])
)


@settings(max_examples=40, deadline=None)
@given(st.lists(OUTCOME, min_size=1, max_size=12))
def test_what_the_file_leaves_out_changes_no_answer_and_names_a_region_twice_at_most(tmp_path_factory, outcomes):
    out = tmp_path_factory.mktemp("reports")
    whole = []
    for day, outcome in enumerate(outcomes, start=1):
        who = {state: [region for region, was in outcome.items() if was == state] for state in ("built", "unchanged")}
        failed = {region: f"reason {day}" for region, was in outcome.items() if was == "failed"}
        whole.append(line(day, who["built"], who["unchanged"], **failed))
        history.append(out, whole[-1])
    kept = history.runs(out)
    assert [one["run_id"] for one in kept] == [one["run_id"] for one in whole]
    assert history.failures(kept) == history.failures(whole)
    assert history.confirmed(kept) == history.confirmed(whole)
    for region in ("fife", "moray", "angus"):
        assert (out / history.HISTORY).read_text().count(f'"{region}"') <= 3  # once good, once failed, once since when


def test_the_newest_400_are_kept_and_a_series_outlives_its_first_line(tmp_path, monkeypatch):
    assert history.KEPT == 400
    monkeypatch.setattr(history, "KEPT", 3)
    for day in range(1, 8):
        history.append(tmp_path, line(day, fife=f"reason {day}"))
    lines = history.runs(tmp_path)
    assert [one["run_id"] for one in lines] == ["r5", "r6", "r7"]
    assert history.failing_since("fife", lines) == history.Failure(DAYS[0], "reason 7")


@pytest.mark.parametrize(
    "scrap", ['{"run_id": "r2", "fin', "", "null", "[]", '{"finished": "soon", "failed": {}}', "\x00"]
)
def test_a_line_that_cannot_be_read_is_skipped(tmp_path, scrap):
    good = [json.dumps(line(1, ["fife"])), scrap, json.dumps(line(3, fife="x"))]
    (tmp_path / history.HISTORY).write_text("\n".join(good) + "\n")
    assert [one["run_id"] for one in history.runs(tmp_path)] == ["r1", "r3"]
    history.append(tmp_path, line(4, ["moray"]))
    assert [one["run_id"] for one in history.runs(tmp_path)] == ["r1", "r3", "r4"]


def test_no_history_is_no_run(tmp_path):
    assert history.runs(tmp_path) == [] and history.failing_since("fife", []) is None


def test_the_line_of_a_run_holds_its_counts_and_who(tmp_path):
    def row(region, state, message=""):
        return {"region": region, "state": state, "message": message}

    record = {
        "run_id": "r1", "started": "2026-03-01T02:00:00+00:00", "finished": "2026-03-01T02:01:05+00:00",
        "message": "a file",
        "regions": [row("fife", "built"), row("moray", "unchanged"), row("angus", "failed", "why")],
        "compared": row("regions-compared", "built"),
    }  # fmt: skip
    made = history.line_of(record, jobs=2)
    assert made == {
        "run_id": "r1", "started": record["started"], "finished": record["finished"], "seconds": 65.0, "jobs": 2,
        "interrupted": False, "counts": {"built": 2, "unchanged": 1, "failed": 1}, "message": "a file",
        "built": ["fife", "regions-compared"], "unchanged": ["moray"], "failed": {"angus": "why"},
    }  # fmt: skip


@pytest.mark.parametrize("module", ["history", "status", "status_words", "events", "progress", "ping", "index", "run"])
def test_what_a_run_with_nothing_to_do_needs_is_light(module):
    code = (
        f"import sys, helpers.batch.{module}, helpers.cli\n"
        "print(*sorted({'pandas', 'numpy', 'nbformat', 'papermill', 'matplotlib', 'httpx'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_reports_that_are_there_but_not_of_all_their_files_are_named():
    """They end a run with 1, so its last words, its log and its ping say which they are."""
    record = {
        "regions": [
            {"region": "fife", "state": "built", "message": "a.csv B2: not on the scale"},
            {"region": "moray", "state": "unchanged", "message": ""},
            {"region": "angus", "state": "failed", "message": "no"},
        ],
        "compared": {"region": "regions-compared", "state": "unchanged", "message": "b.csv"},
    }
    assert listening.with_problems(record) == ["fife", "regions-compared"]
    assert listening.some(["a", "b", "c"], 2) == "a, b and 1 more"

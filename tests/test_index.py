"""The list of all regions: how long a report took, since when one fails and why, and no work where nothing changed."""

import re
import subprocess
import sys

import pytest

from helpers.batch import history, index, publish, record
from helpers.reference import paths

FIRST, SECOND, THIRD = (f"2026-03-{day:02}T02:00:00+00:00" for day in (1, 8, 15))


def result(finished, **states):
    rows = [
        record.RegionResult(region, state, message="two models" if state == "failed" else "")
        for region, state in states.items()
    ]
    return record.RunResult("r" + finished[8:10], finished, finished, rows, [])


def recorded(out, made):
    history.append(out, history.line_of(made.as_dict(), jobs=2))
    index.write_index(out, made, data=paths.data())
    return (out / "index.html").read_text("utf-8")


def row_of(page, name):
    return next(
        re.sub(r"<[^>]+>|\s+", " ", row)
        for row in re.findall(r"<tr[^>]*><th.*?</tr>", page, re.S)
        if f">{name}<" in row
    )


@pytest.fixture
def out(tmp_path):
    (tmp_path / "fife").mkdir()
    (tmp_path / "fife" / "index.html").write_text("page")
    publish.write_json(tmp_path / "fife" / "report.json", {"built": FIRST, "seconds": 63.2, "sha256": "a", "facts": {}})
    return tmp_path


def test_a_report_says_how_long_it_took_and_a_failing_one_since_when_and_why_even_if_this_run_left_it_alone(out):
    page = recorded(out, result(FIRST, fife="built"))
    assert "1 Mar 2026" in row_of(page, "Fife").replace("\u00a0", " ") and "made in 1 min 3 s" in page
    recorded(out, result(SECOND, fife="failed", moray="failed"))
    page = recorded(out, result(THIRD, angus="failed"))
    fife = " ".join(row_of(page, "Fife").split())
    assert "Old: 1 Mar 2026 Failing since 8 Mar 2026: two models" in fife
    assert "Failing since 8 Mar 2026 two models" in " ".join(row_of(page, "Moray").split())
    assert "3 regions could not be made at the last try" in page and "Last run <time" in page
    assert '<a href="#r-fife">Fife</a>' in page and '<tr id="r-fife">' in page
    page = recorded(out, result(THIRD, fife="unchanged"))
    assert "Failing" not in row_of(page, "Fife")


def test_after_a_run_that_changed_nothing_the_page_has_the_new_day_and_is_else_the_same(out):
    before = recorded(out, result(FIRST, fife="built"))
    code = (
        "import sys\nfrom pathlib import Path\nsys.path.insert(0, 'tests')\nimport test_index as t\n"
        "t.recorded(Path(sys.argv[1]), t.result(t.SECOND, fife='unchanged'))\nprint('pandas' in sys.modules)"
    )
    words = [sys.executable, "-c", code, str(out)]
    done = subprocess.run(words, check=True, cwd=paths.project(), capture_output=True, text=True)
    assert done.stdout == "False\n"  # pandas was not needed
    after = (out / "index.html").read_text("utf-8")
    assert after == before.replace("2026-03-01", "2026-03-08").replace(
        '2026-03-08">1\u00a0Mar', '2026-03-08">8\u00a0Mar'
    ) and after != before  # fmt: skip


@pytest.mark.parametrize("change", ["report", "gone", "problem"])
def test_whatever_the_page_shows_makes_it_anew(out, change):
    before = recorded(out, result(FIRST, fife="built"))
    made = result(SECOND, fife="unchanged")
    if change == "report":
        publish.write_json(out / "fife" / "report.json", {"built": SECOND, "seconds": 9.0, "sha256": "b", "facts": {}})
    elif change == "gone":
        (out / "fife" / "index.html").unlink()
    else:
        made.shared_problems.append("a file of indicators is broken")
    after = recorded(out, made)
    wanted = {"report": "made in 9.0 s", "gone": "0 of 43 regions", "problem": "a file of indicators is broken"}[change]
    assert wanted in after and wanted not in before

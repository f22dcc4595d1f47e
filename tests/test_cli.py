"""The command as a newcomer meets it: sentences, and the exit statuses of the design."""

import json
import subprocess
import sys

import openpyxl
import pytest

import helpers
from helpers.batch import publish
from helpers.reference import paths


def atlas(*words, cwd=None):
    done = subprocess.run(
        [sys.executable, "-m", "helpers.cli", *map(str, words)], capture_output=True, text=True, cwd=cwd
    )
    assert "Traceback" not in done.stderr + done.stdout
    return done


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("run", "midlotian"), "did you mean 'midlothian'"),
        (("run", "--data", "/no/such/folder"), "no data folder"),
        (("check", "/no/such/file.xlsx"), "no file or folder"),
        (("new", "../etc"), "no region is called"),
        (("new", "midlothian", "--model", "scirroco"), "scirocco"),
        (("run", "--jobs", "none"), "valid integer"),
        (("fly",), "fly"),
    ],
)
def test_wrong_usage_is_said_in_words_and_ends_with_2(words, says, tmp_path):
    done = atlas(*words, cwd=tmp_path)
    assert done.returncode == 2
    assert says in " ".join((done.stderr + done.stdout).split())


def test_a_folder_that_holds_no_data_is_said_to_be_none(tmp_path):
    for words in (("run", "poland"), ("check", tmp_path)):
        done = atlas(*words, "--data", tmp_path)
        assert done.returncode == 2 and "no data folder" in done.stderr


def test_an_output_that_cannot_be_written_ends_in_a_sentence(tmp_path):
    (tmp_path / "file").write_text("in the way")
    done = atlas("run", "poland", "--out", tmp_path / "file")
    assert done.returncode == 1 and "could not be made" in done.stderr


def test_a_register_with_a_short_row_names_its_line(tmp_path):
    (tmp_path / "assessments").mkdir()
    (tmp_path / "reference").mkdir()
    rows = paths.reference_file("regions.csv").read_text("utf-8") + "lothian-north,Lothian North,council_area\n"
    (tmp_path / "reference" / "regions.csv").write_text(rows, "utf-8")
    done = atlas("run", "lothian-north", "--data", tmp_path, "--out", tmp_path / "out")
    assert done.returncode == 2 and "line 45" in done.stderr and "comma" in done.stderr


def test_the_version_is_told():
    assert atlas("--version").stdout.strip() == helpers.__version__


def test_help_names_every_command_and_the_exit_statuses():
    text = atlas("--help").stdout
    for word in ("run", "check", "new", "75", "reports/midlothian/index.html"):
        assert word in text


def test_a_second_run_ends_with_75_and_names_the_holder(tmp_path):
    with publish.lock(tmp_path, "the-first"):
        done = atlas("run", "poland", "--out", tmp_path)
    assert done.returncode == 75 and "the-first" in done.stderr


def test_a_new_workbook_filled_in_reads_back_without_a_finding_and_is_never_overwritten(tmp_path):
    path = tmp_path / "m.xlsx"
    assert atlas("new", "midlothian", "--out", path, "--stakeholders", 5).returncode == 0
    assert atlas("new", "midlothian", "--out", path).returncode == 2
    book = openpyxl.load_workbook(path)
    sheet = book["assessment"]
    heads = {cell.value: cell.column for cell in sheet[1]}
    for row in range(2, sheet.max_row + 1):
        for name, value in {
            "rating": row % 6,
            "justification": "a reason",
            "confidence": "high",
            "date": "2026-03-02",
        }.items():
            sheet.cell(row, heads[name], value)
    book.save(path)
    done = atlas("check", path, "--json")
    result = json.loads(done.stdout)
    assert result["conforms"] and done.returncode == 0
    assert result["files"][0]["findings"] == []
    assert result["files"][0]["rows"] == {"in": 84, "used": 84, "skipped": 0, "refused": 0}


def test_check_names_the_cell_and_ends_with_1(tmp_path):
    path = tmp_path / "m.csv"
    path.write_text(
        "region,stakeholder,dimension,rating,date\nmidlothian,A,Funding,9,2026-03-02\nmidlothian,A,Fundng,3,2026-03-02\n"
    )
    done = atlas("check", path, "--json")
    found = {(f["code"], f["cell"], f["value"]) for f in json.loads(done.stdout)["files"][0]["findings"]}
    assert done.returncode == 1
    assert {("rating-out-of-range", "D2", "9"), ("dimension-unknown", "C3", "Fundng")} <= found
    assert "did you mean" in atlas("check", path).stdout


def test_check_names_the_line_of_a_faulty_register_and_blames_no_workbook(tmp_path):
    (tmp_path / "assessments").mkdir()
    (tmp_path / "reference").mkdir()
    text = paths.reference_file("regions.csv").read_text("utf-8")
    (tmp_path / "reference" / "regions.csv").write_text(text.replace(",scotland\n", ",scotlnd\n", 1), "utf-8")
    done = atlas("check", tmp_path / "assessments", "--data", tmp_path)
    assert done.returncode == 2
    assert "did you mean 'scotland'?" in done.stderr and "reader failed" not in done.stdout + done.stderr

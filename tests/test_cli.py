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


DEMAND = "group,arrivals_per_day,stay_days\nall ages,4,6\n"


def a_data_folder(folder, **files):
    """A data folder with one file of indicators, a register of its own and what else is given."""
    area = "indicator,area_code,period,value\npopulation_census,S12000019,2022,96600\n"
    wanted = {"indicators/ours.csv": area} | files
    for name, text in wanted.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


def test_check_reads_every_file_that_a_data_folder_may_hold(tmp_path):
    files = {
        "demand/midlothian.csv": DEMAND,
        "demand/conditions.csv": "condition,arrivals,stay\nstorm,1.5,1\n",
        "together/midlothian.csv": "person,service\n1,nurse\n2,none\n",
        "reference/disclosure.csv": "file,layout,status,indicator,rule,reason\nours*.csv,,,,none,in print\n",
    }
    done = atlas("check", a_data_folder(tmp_path, **files), "--json")
    result = json.loads(done.stdout)
    found = {file["file"].split("/")[-2] + "/" + file["file"].split("/")[-1]: file for file in result["files"]}
    assert done.returncode == 0 and not any(file["findings"] for file in result["files"])
    assert {name: file["rows"]["used"] for name, file in found.items()} == {
        "indicators/ours.csv": 1, "demand/midlothian.csv": 1, "demand/conditions.csv": 1, "together/midlothian.csv": 2,
    }  # fmt: skip
    assert atlas("check", tmp_path / "reference" / "disclosure.csv").returncode == 0


def test_check_names_what_is_wrong_with_a_regions_own_tables_and_quotes_no_person(tmp_path):
    files = {
        "demand/midlothian.csv": DEMAND.replace("4", "many"),
        "demand/midlothan.csv": DEMAND,
        "together/midlothian.csv": "person,service\nAnna Smith,\n",
    }
    done = atlas("check", a_data_folder(tmp_path, **files))
    assert done.returncode == 1 and "Anna" not in done.stdout
    assert "arrivals_per_day" in done.stdout and "no region is called 'midlothan'" in done.stdout
    assert "service is blank" in done.stdout and "stakeholder" not in done.stdout


def test_a_data_folder_is_checked_with_its_own_registers(tmp_path):
    own = paths.reference_file("indicators.csv").read_text("utf-8").replace("population_census,", "our_people,", 1)
    folder = a_data_folder(tmp_path / "mine", **{"reference/indicators.csv": own})
    other = a_data_folder(tmp_path / "other")
    for place in (folder, folder / "indicators", folder / "indicators" / "ours.csv"):
        assert "population_census" in atlas("check", place).stdout
    assert atlas("check", folder, "--data", other).returncode == 0


def test_a_faulty_line_on_small_numbers_is_said_once_and_blames_no_file(tmp_path):
    lines = "file,layout,status,indicator,rule,reason\n*,,,,blow-5,typed in haste\n"
    done = atlas("check", a_data_folder(tmp_path, **{"reference/disclosure.csv": lines}))
    assert done.returncode == 2 and not done.stdout
    assert done.stderr.count("no rule is called 'blow-5'") == 1 and "line 2" in done.stderr


@pytest.mark.parametrize(
    ("wrong", "says"), [("sorce_names", "the column source_names"), ("", "line 105: fewer entries")]
)
def test_a_faulty_register_of_indicators_is_said_in_words(wrong, says, tmp_path):
    own = paths.reference_file("indicators.csv").read_text("utf-8")
    own = own.replace("source_names", wrong, 1) if wrong else own + "our_people,Our people\n"
    done = atlas("check", a_data_folder(tmp_path, **{"reference/indicators.csv": own}))
    assert done.returncode == 2 and f"indicators.csv: {says}" in done.stderr and done.stderr.count("\n") == 1


def test_a_data_folder_of_the_environment_that_is_not_there_is_said(tmp_path, monkeypatch):
    monkeypatch.setenv(paths.ENVIRONMENT_VARIABLE, str(tmp_path / "gone"))
    done = atlas("check", tmp_path)
    assert done.returncode == 2 and "no data folder" in done.stderr

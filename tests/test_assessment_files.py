"""Assessment files read as a person would send them: through the child process, in several formats, by the folder."""

import csv
import datetime as dt
import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from helpers.batch.template import write_template
from helpers.ingest import report, sources
from helpers.ingest.assessments import (
    COLUMNS,
    FILES,
    AssessmentError,
    read_assessment,
    read_assessments,
    unknown_folders,
)
from helpers.ingest.findings import Findings, InputError
from helpers.ingest.indicators import IndicatorError
from helpers.reference import datapackage
from helpers.reference.models import load_model
from helpers.reference.regions import UnknownRegion

TODAY = dt.date(2026, 1, 1)
NAMES = list(load_model().names.values())
HEADER = ["region", "stakeholder", "dimension", "rating", "justification", "confidence", "date"]


def rows(ratings, date="2025-03-14"):
    """One row a rating; ``ratings`` gives stakeholder, dimension, level."""
    day = dt.datetime.fromisoformat(date) if date else None
    return [["midlothian", who, name, level, None, None, day] for who, name, level in ratings]


def write(path, table, about=(), name="assessment"):
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([HEADER, *table])
        return path
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = name
    for row in [HEADER, *table]:
        sheet.append(row)
    if about:
        facts = workbook.create_sheet("about")
        for row in about:
            facts.append(row)
    workbook.save(path)
    return path


def folder(tmp_path, region="midlothian"):
    place = tmp_path / "assessments" / region
    place.mkdir(parents=True)
    return place


def kinds(table):
    return {name: str(kind) for name, kind in table.dtypes.items()}


@pytest.fixture(scope="module")
def panel():
    people = [*"ABCDE", "Consensus"]
    return [(who, name, (number + len(who)) % 6) for who in people for number, name in enumerate(NAMES)]


def test_what_runs_in_the_child_imports_no_pandas():
    code = "import sys, helpers.ingest.assessing; sys.exit({'pandas', 'numpy'} & sys.modules.keys() != set())"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_a_file_gives_the_table_of_the_contract(tmp_path, panel, ending):
    path = write(tmp_path / f"panel{ending}", rows(panel))
    ratings, findings = read_assessment(path, region="midlothian", today=TODAY)
    assert kinds(ratings) == COLUMNS
    assert list(zip(ratings["stakeholder"], ratings["dimension"], ratings["rating"], strict=True)) == [
        (who, load_model().codes[NAMES.index(name)], level) for who, name, level in panel
    ]
    assert set(ratings["region"]) == {"midlothian"} and set(ratings["model"]) == {"scirocco-exchange"}
    assert set(ratings["date"]) == {pd.Timestamp("2025-03-14")} and set(ratings["file"]) == {path.name}
    assert ratings["cell"].iloc[0] == "D2" and set(ratings["round"]) == {1}
    assert findings.codes <= {"encoding-guessed"} and len(findings.sha256) == 64
    assert findings.rows.as_dict() == {"in": 72, "used": 72, "skipped": 0, "refused": 0}


def test_missing_ratings_are_na(tmp_path):
    path = write(tmp_path / "a.xlsx", [*rows([("A", NAMES[0], 0)]), *rows([("A", NAMES[1], "N/A")], date=None)])
    ratings, _ = read_assessment(path, region="midlothian", today=TODAY)
    assert ratings["rating"].tolist() == [0, pd.NA] and pd.isna(ratings["date"][1])
    assert ratings["rating"].isna().tolist() == [False, True]


def test_a_round_that_is_not_given_is_told_from_the_first(tmp_path):
    path = tmp_path / "a.csv"
    lines = ["stakeholder,dimension,rating,round", "A,Funding,3,", "B,Funding,4,1", "C,Funding,4,2"]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    ratings, _ = read_assessment(path, region="midlothian", today=TODAY)
    assert ratings["round"].tolist() == [1, 1, 2]
    ratings, _ = read_assessment(path, region="midlothian", today=TODAY, with_default_round=False)
    assert ratings["round"].tolist() == [pd.NA, 1, 2] and kinds(ratings) == COLUMNS


def test_the_error_lists_every_problem_with_its_place(tmp_path):
    table = [["midlothian", "Stakeholder B", "Funding", 9], ["midlothian", "Stakeholder B", "Fundng", 3]]
    path = write(tmp_path / "puglia_2025.xlsx", table, name="Ratings")
    with pytest.raises(AssessmentError) as caught:
        read_assessment(path, region="midlothian", today=TODAY)
    assert str(caught.value).splitlines() == [
        "puglia_2025.xlsx: 3 problems",
        "  Ratings!D2 (Stakeholder B, Funding): 9 is not on the scale 0-5",
        '  Ratings!C3: no dimension is called "Fundng" - did you mean "Funding"?',
        "  none of the 2 places for a rating holds one that can be used",
    ]
    assert caught.value.findings.rows.as_dict() == {"in": 2, "used": 0, "skipped": 0, "refused": 2}


@pytest.mark.parametrize(("name", "content", "code"), [
    ("missing.xlsx", None, "file-missing"), ("empty.xlsx", b"", "file-empty"), ("text.xlsx", b"text", "file-type"),
    ("page.pdf", b"%PDF-1.7", "file-type"), ("broken.xlsx", b"PK\x03\x04" + b"x" * 200, "file-broken"),
])  # fmt: skip
def test_a_file_that_is_no_spreadsheet_is_refused_by_name(tmp_path, name, content, code):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(AssessmentError, match=name) as caught:
        read_assessment(path, region="midlothian", today=TODAY)
    assert caught.value.findings.codes == {code}


def test_a_workbook_keeps_each_kind_of_bad_cell_apart(tmp_path):
    bad = [True, dt.datetime(2025, 4, 3), "#REF!", "=A1+1", 2.5, 9, "３", "good", "N/A", None, "3 - pilots", "3\u00a0"]
    path = write(tmp_path / "bad.xlsx", rows(zip("ABCDEFGHIJKL", NAMES, bad, strict=True)))
    workbook = load_workbook(path)
    sheet = workbook["assessment"]
    sheet["A15"], sheet["B15"], sheet["D15"] = "midlothian", "M", 4
    sheet["C15"] = NAMES[0]
    sheet.merge_cells("B15:B16")
    sheet["C16"], sheet["D16"] = NAMES[1], 4
    sheet.row_dimensions[12].hidden = True
    sheet.column_dimensions["G"].hidden = True
    workbook.create_sheet("draft").sheet_state = "hidden"
    workbook["draft"]["A1"] = "x"
    workbook.save(path)
    ratings, findings = read_assessment(path, region="midlothian", today=TODAY)
    cells = {(finding.code, finding.cell) for finding in findings if finding.sheet}
    assert cells >= {
        ("rating-boolean", "D2"), ("rating-date", "D3"), ("cell-error", "D4"), ("formula-no-value", "D5"),
        ("rating-half", "D6"), ("rating-out-of-range", "D7"), ("rating-digits", "D8"), ("rating-not-a-level", "D9"),
        ("rating-not-rated", "D10"), ("rating-blank", "D11"), ("text-repaired", "D13"), ("cell-merged", "B15"),
        ("cell-merged", "B16"), ("row-hidden", "A12"), ("column-hidden", "G1"), ("sheet-hidden", ""),
    }  # fmt: skip
    assert ratings[["cell", "rating"]].dropna().to_numpy().tolist() == [["D12", 3], ["D13", 3]]
    assert findings.rows.as_dict() == {"in": 14, "used": 2, "skipped": 2, "refused": 10}


def test_a_region_that_is_not_in_the_register_is_no_matter_of_the_file(tmp_path):
    with pytest.raises(UnknownRegion, match="midlothian"):
        read_assessment(tmp_path / "a.xlsx", region="midlothia")


def test_the_workbook_that_is_given_out_reads_back_without_a_finding(tmp_path, panel):
    path = write_template("midlothian", tmp_path / "panel.xlsx", stakeholders=5)
    workbook = load_workbook(path)
    sheet = workbook["assessment"]
    header = [cell.value for cell in sheet[1]]
    asked = sheet.iter_rows(min_row=2, max_row=len(panel) + 1)  # the block of the desired levels stays blank
    for row, (_, _, level) in zip(asked, panel, strict=True):
        row[header.index("rating")].value = level
        row[header.index("date")].value = dt.datetime(2025, 3, 14)
    workbook.save(path)
    ratings, findings = read_assessment(path, region="midlothian", today=TODAY)
    assert list(findings) == [] and len(ratings) == 72 == findings.rows.used == findings.rows.read - 12


def test_a_workbook_that_nobody_filled_in_has_only_that_said(tmp_path):
    path = write_template("midlothian", tmp_path / "panel.xlsx", stakeholders=2)
    with pytest.raises(AssessmentError) as caught:
        read_assessment(path, region="midlothian", today=TODAY)
    assert caught.value.findings.codes == {"row-unfilled", "no-usable-rows"}


def test_every_file_of_a_region_is_read_and_a_bad_one_takes_no_other_down(tmp_path, panel):
    place = folder(tmp_path)
    write(place / "b.xlsx", rows(panel), about=[["status", "illustrative"], ["title", "Second"]])
    write(place / "a.csv", rows(panel, date="2024-01-10"))
    (place / "broken.xlsx").write_bytes(b"PK\x03\x04" + b"x" * 200)
    (place / "~$b.xlsx").write_bytes(b"lock")
    (place / ".hidden.csv").write_text("x")
    (place / "README.md").write_text("x")
    (place / "minutes.docx").write_bytes(b"x")
    read = read_assessments("midlothian", data=tmp_path, today=TODAY)
    assert kinds(read.ratings) == COLUMNS and kinds(read.files) == FILES
    assert read.files[["file", "state", "used", "status", "title"]].to_numpy().tolist() == [
        ["a.csv", "used", 72, "own", ""], ["b.xlsx", "used", 72, "illustrative", "Second"],
        ["broken.xlsx", "refused", 0, "own", ""],
    ]  # fmt: skip
    assert len(read.ratings) == 144 and read.ratings["file"].unique().tolist() == ["a.csv", "b.xlsx"]
    assert [(part.file, part.codes) for part in read.findings[2:]] == [
        ("broken.xlsx", {"file-broken"}), ("minutes.docx", {"file-not-read"}),
    ]  # fmt: skip


def test_a_region_without_files_has_empty_tables_of_the_same_kinds(tmp_path):
    read = read_assessments("midlothian", data=tmp_path, today=TODAY)
    assert kinds(read.ratings) == COLUMNS and kinds(read.files) == FILES
    assert len(read.ratings) == len(read.files) == len(read.findings) == 0


def test_a_rating_in_two_files_counts_once_and_contradicting_ones_are_refused(tmp_path):
    place = folder(tmp_path)
    write(place / "a.xlsx", rows([("A", NAMES[0], 3), ("A", NAMES[1], 2), ("A", NAMES[2], None), ("B", NAMES[0], 1)]))
    again = rows([("a", NAMES[0], 3), ("a", NAMES[1], 4), ("a", NAMES[2], 5)], date="2025-04-01")
    write(place / "b.xlsx", again)
    write(place / "c.xlsx", rows([("A", NAMES[0], 5)], date="2025-12-24"))
    read = read_assessments("midlothian", data=tmp_path, today=TODAY)
    kept = read.ratings[["stakeholder", "dimension", "rating", "file"]].to_numpy().tolist()
    assert kept == [["B", "readiness", 1, "a.xlsx"], ["A", "readiness", 3, "b.xlsx"], ["A", "digital", 5, "b.xlsx"],
                    ["A", "readiness", 5, "c.xlsx"]]  # fmt: skip
    first, second, _ = read.findings
    assert {"rating-conflict-files"} <= first.codes & second.codes
    assert "stakeholder-alike" in first.codes | second.codes and "rating-in-two-files" in first.codes | second.codes
    assert read.files[["rows_in", "used", "skipped", "refused"]].sum().tolist() == [8, 4, 2, 2]
    assert (read.files["rows_in"] == read.files[["used", "skipped", "refused"]].sum(axis=1)).all()
    assert any("b.xlsx assessment!D3" in finding.message for finding in first)


def test_the_same_file_under_two_names_changes_nothing(tmp_path, panel):
    place = folder(tmp_path)
    write(place / "a.xlsx", rows(panel))
    shutil.copy(place / "a.xlsx", place / "copy of a.xlsx")
    read = read_assessments("midlothian", data=tmp_path, today=TODAY)
    assert len(read.ratings) == 72 == read.files["skipped"].sum()


TEXTS = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=20)


@settings(max_examples=5, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("ABCDEF"), st.sampled_from(NAMES), st.integers(0, 5), TEXTS),
                min_size=1, max_size=30, unique_by=lambda row: row[:2]))  # fmt: skip
def test_what_is_written_is_read_back(tmp_path_factory, written):
    table = [["midlothian", who, name, level, said, None, None] for who, name, level, said in written]
    path = write(tmp_path_factory.mktemp("back") / "a.csv", table)
    ratings, findings = read_assessment(path, region="midlothian", today=TODAY)
    assert ratings["rating"].tolist() == [level for _, _, level, _ in written]
    assert ratings["stakeholder"].tolist() == [who for who, *_ in written]
    assert ratings["justification"].tolist() == [said for *_, said in written]
    assert findings.rows.used == len(written)


# --- which files of a folder are read ---

UNDECODABLE = os.fsdecode(b"bad\xff.csv")


def said(parts):
    return [(part.file, part.codes) for part in parts]


def check(chosen, data, **options):
    result = report.check_paths(chosen, data=data, **options)
    assert json.loads(json.dumps(result, ensure_ascii=False).encode("utf-8")) == result
    return {Path(file["file"]).name: {finding["code"] for finding in file["findings"]} for file in result["files"]}


@pytest.mark.skipif(sys.platform != "linux", reason="names are bytes on Linux")
def test_a_name_that_is_no_text_is_shown_as_one_and_the_file_is_read(tmp_path, panel):
    place = folder(tmp_path)
    write(place / UNDECODABLE, rows(panel))
    write(place / os.fsdecode(b"bad\xfe.csv"), rows(panel, date="2024-01-10"))
    (place / os.fsdecode(b"empty\xff.xlsx")).write_bytes(b"")
    (place / os.fsdecode(b"minutes\xff.docx")).write_bytes(b"x")
    read = read_assessments("midlothian", data=tmp_path, today=TODAY)
    shown = [r"bad\xfe.csv", r"bad\xff.csv", r"empty\xff.xlsx", r"minutes\xff.docx"]
    assert read.ratings["file"].unique().tolist() == shown[:2] and len(read.ratings) == 144
    assert [part.file for part in read.findings] == shown
    assert {finding.file for part in read.findings for finding in part} <= set(shown)
    assert read.findings[2].codes == {"file-empty"} and read.findings[3].codes == {"file-not-read"}
    assert list(check(place, tmp_path)) == shown
    assert sources.source_table(read.files, folder=place, data=tmp_path)["state"].tolist() == [
        "used",
        "used",
        "refused",
    ]
    ratings, findings = read_assessment(place / UNDECODABLE, region="midlothian", today=TODAY)
    assert set(ratings["file"]) == {findings.file} == {shown[1]}
    with pytest.raises(AssessmentError) as caught:
        read_assessment(place / os.fsdecode(b"empty\xff.xlsx"), region="midlothian", today=TODAY)
    assert str(caught.value).encode("utf-8").startswith(rb"empty\xff.xlsx: 1 problem")


@pytest.mark.parametrize("error", [PermissionError(13, "Permission denied"), OSError(5, "Input/output error")])
def test_a_folder_that_cannot_be_listed_is_a_finding(tmp_path, monkeypatch, panel, error):
    place = folder(tmp_path)
    (place / "closed").mkdir()
    write(place / "a.csv", rows(panel))
    listed, closed = os.scandir, {place / "closed"}

    def scandir(path):
        if path in closed:
            raise error
        return listed(path)

    monkeypatch.setattr(os, "scandir", scandir)
    read = read_assessments("midlothian", data=tmp_path, today=TODAY)
    assert len(read.ratings) == 72 and said(read.findings)[1:] == [("closed", {"file-unreadable"})]
    assert error.strerror in read.findings[1][0].message
    assert check(place, tmp_path)["closed"] == {"file-unreadable"}
    closed.add(place)
    read = read_assessments("midlothian", data=tmp_path, today=TODAY)
    assert read.ratings.empty and said(read.findings) == [("midlothian", {"file-unreadable"})]
    assert check(place, tmp_path) == check(tmp_path, tmp_path) == {"midlothian": {"file-unreadable"}}
    closed.add(tmp_path / "assessments")
    assert unknown_folders(tmp_path) == [f"assessments was not read: the folder cannot be listed ({error.strerror})"]


def test_a_region_whose_folder_is_a_file_is_a_finding(tmp_path):
    folder(tmp_path).rmdir()
    (tmp_path / "assessments" / "midlothian").write_text("x")
    assert said(read_assessments("midlothian", data=tmp_path).findings) == [("midlothian", {"file-unreadable"})]


@pytest.mark.skipif(os.name != "posix", reason="links and pipes")
def test_the_readers_and_the_check_see_the_same_files(tmp_path, panel, monkeypatch):
    place = folder(tmp_path)
    monkeypatch.chdir(place)  # the address of a socket has to be short
    (place / "2024" / "spring").mkdir(parents=True)
    write(place / "2024" / "spring" / "a.csv", rows(panel, date="2024-01-10"))
    write(place / "b.csv", rows(panel))
    (place / "2024" / "~$a.csv").write_bytes(b"lock")
    (place / ".git").mkdir()
    (place / ".git" / "c.csv").write_text("x")
    (place / "2024" / "README.txt").write_text("x")
    (place / "2024" / "figures.json").write_text("{}")
    (place / "gone.csv").symlink_to(tmp_path / "nothing.csv")
    (place / "loop.csv").symlink_to(place / "loop.csv")
    (place / "up").symlink_to(place)
    os.mkfifo(place / "pipe.csv")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind("socket.csv")
    seen = [
        ("2024/spring/a.csv", set()), ("b.csv", set()), ("2024/figures.json", {"file-not-read"}),
        ("gone.csv", {"file-unreadable"}), ("loop.csv", {"file-unreadable"}), ("pipe.csv", {"file-unreadable"}),
        ("socket.csv", {"file-unreadable"}), ("up", {"file-unreadable"}),
    ]  # fmt: skip
    read = read_assessments("midlothian", data=tmp_path, today=TODAY)
    assert [(file, codes - {"encoding-guessed"}) for file, codes in said(read.findings)] == seen
    assert read.files["file"].tolist() == read.ratings["file"].unique().tolist() == [name for name, _ in seen[:2]]
    for chosen in (tmp_path, place, [place, place / "b.csv"]):
        assert check(chosen, tmp_path) == {Path(name).name: codes for name, codes in seen}
    assert check(place / "pipe.csv", tmp_path) == {"pipe.csv": {"file-unreadable"}}


def test_a_file_in_a_folder_below_is_described_and_joined_like_any_other(tmp_path, panel):
    place = folder(tmp_path)
    (place / "2024").mkdir()
    write(place / "2024" / "a.csv", rows(panel))
    write(place / "b.csv", rows([("A", NAMES[0], 5)]))
    described = {"path": "assessments/midlothian/2024/a.csv", "title": "Spring", "status": "published"}
    (tmp_path / "datapackage.json").write_text(json.dumps({"resources": [described]}), encoding="utf-8")
    read = read_assessments("midlothian", data=tmp_path, today=TODAY)
    table = sources.source_table(read.files, folder=place, data=tmp_path)
    assert table[["file", "path", "title", "status"]].to_numpy().tolist() == [
        ["2024/a.csv", "assessments/midlothian/2024/a.csv", "Spring", "published"],
        ["b.csv", "assessments/midlothian/b.csv", "b.csv", "own"],
    ]
    assert datapackage.describe(place / "2024" / "a.csv", tmp_path).title == "Spring"
    assert any("2024/a.csv D2" in finding.message for finding in read.findings[1])


@pytest.mark.skipif(os.name != "posix", reason="links")
def test_a_regions_folder_may_be_a_link(tmp_path, panel):
    (tmp_path / "elsewhere").mkdir()
    write(tmp_path / "elsewhere" / "a.csv", rows(panel))
    (tmp_path / "assessments").mkdir()
    for name in ("midlothian", "midlothain"):
        (tmp_path / "assessments" / name).symlink_to(tmp_path / "elsewhere")
    assert len(read_assessments("midlothian", data=tmp_path, today=TODAY).ratings) == 72
    result = report.check_paths(tmp_path / "assessments", data=tmp_path)
    assert [[finding["code"] for finding in file["findings"]] for file in result["files"]] == [["region-unknown"], []]
    assert len(unknown_folders(tmp_path)) == 1


def test_a_folder_that_is_no_regions_is_said_with_the_nearest_one(tmp_path, panel):
    wrong = folder(tmp_path, "midlothain")
    (wrong / "2024").mkdir()
    write(wrong / "2024" / "a.csv", rows(panel))
    (wrong / "minutes.docx").write_bytes(b"x")
    write(folder(tmp_path) / "b.csv", rows(panel))
    folder(tmp_path, "empty-so-far")
    why = "no region is called 'midlothain' - did you mean 'midlothian'?"
    result = report.check_paths(tmp_path / "assessments", data=tmp_path)
    found = {Path(file["file"]).name: [(f["code"], f["message"]) for f in file["findings"]] for file in result["files"]}
    assert found == {
        "a.csv": [("region-unknown", why)], "b.csv": [],
        "minutes.docx": [("file-not-read", "this file was not read"), ("region-unknown", why)],
    }  # fmt: skip
    assert not result["conforms"]
    assert check(tmp_path, tmp_path, region="midlothian")["a.csv"] == {"region-unknown"}
    assert unknown_folders(tmp_path) == [f"assessments/midlothain was not read: {why}"]


def test_the_check_says_how_far_it_is(tmp_path, panel):
    place = folder(tmp_path)
    write(place / "a.csv", rows(panel))
    (place / "b.csv").write_bytes(b"")
    told = []
    report.check_paths(place, data=tmp_path, progress=lambda *words: told.append(words))
    assert told == [(1, 2, str(place / "a.csv")), (2, 2, str(place / "b.csv"))]


def test_how_to_mend_a_file_without_ratings_holds_where_nothing_else_is_said(tmp_path):
    path = write_template("midlothian", tmp_path / "panel.xlsx", stakeholders=2)
    with pytest.raises(AssessmentError) as caught:
        read_assessment(path, region="midlothian", today=TODAY)
    assert "fill it in" in caught.value.findings[-1].mend and "above" not in caught.value.findings[-1].mend


def test_both_errors_are_one_kind_whose_message_has_the_places():
    found = Findings("a.csv")
    found.add("rating-blank", message="a warning")
    found.add("rating-half", sheet="s", cell="D2", message="(A, Funding): 2.5")
    found.add("rating-half", cell="D3", message="2.5")
    found.add("no-usable-rows", message="nothing")
    for error in (AssessmentError, IndicatorError):
        assert issubclass(error, InputError)
        message = "a.csv: 3 problems\n  s!D2 (A, Funding): 2.5\n  D3: 2.5\n  nothing"
        assert (str(error(found)), error(found).findings) == (message, found)

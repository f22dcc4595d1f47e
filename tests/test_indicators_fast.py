"""The fast way through large plain text gives what the way row by row gives: the same figures, findings and counts."""

import csv
import datetime as dt
import gzip
import io
import json
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.ingest import indicator_tables, isolation, plain_tables, plain_text, readings, report
from helpers.ingest.assessments import AssessmentError, read_assessment
from helpers.ingest.books import Limits
from helpers.ingest.indicators import COLUMNS, IndicatorError, read_indicator_folder, read_indicators
from helpers.reference import paths

TODAY = dt.date(2026, 3, 14)
SCOTLAND = Path(__file__).resolve().parents[2] / "shared" / "data" / "scotland"
NUMBERS = ["numerator", "denominator", "value", "lowercl", "uppercl"]
ROW_BY_ROW, AT_ONCE = 10**12, 0
slow = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def read(path, smallest, limits=Limits(large_text=True)):  # noqa: B008
    """What the child answers of a file, with its figures as a table, and which way was taken."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plain_text, "SMALLEST", smallest)
        answer = indicator_tables.read_figures(
            str(path), limits, name=path.name, data=str(paths.data("")), today=TODAY.isoformat()
        )
    is_fast = "table" in answer
    table = answer.pop("table").to_pandas() if is_fast else pd.DataFrame(answer.pop("columns"))
    kinds = {name: kind for name, kind in COLUMNS.items() if name in table}
    return answer, table.astype(kinds), is_fast


def assert_both_ways_agree(path, limits=Limits(large_text=True)):  # noqa: B008
    """Read a file both ways; returns the answer, and whether the fast way could be taken."""
    one_by_one, figures, _ = read(path, ROW_BY_ROW, limits)
    at_once, figures_at_once, is_fast = read(path, AT_ONCE, limits)
    assert at_once == one_by_one
    pd.testing.assert_frame_equal(figures_at_once, figures)
    return at_once, is_fast


def codes(answer):
    return [finding["code"] for finding in answer["findings"]]


TIDY = [
    "area_code", "area_name", "indicator", "period", "year", "sex", "age_group", "quintile", "numerator",
    "denominator", "value", "lowercl", "uppercl", "measure", "group", "qualifier", "note",
]  # fmt: skip
SOUND = {
    "area_code": "S12000019", "indicator": "loneliness", "period": "2022", "numerator": "400", "denominator": "1000",
    "value": "40", "lowercl": "37", "uppercl": "43.1", "measure": "Percentage",
}  # fmt: skip


def written(tmp_path, rows, *, columns=TIDY, name="figures.csv", **dialect):
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n", **dialect)
    writer.writeheader()
    writer.writerows(rows)
    path = tmp_path / name
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    return path


# --- both ways agree ---


def test_sound_rows_and_each_kind_of_doubtful_one(tmp_path):
    doubtful = [
        {"value": "140"}, {"value": "41"}, {"value": "40%"}, {"value": "*"}, {"value": "many"}, {"value": ""},
        {"numerator": "-1"}, {"numerator": "c"}, {"denominator": "0"}, {"lowercl": "50"}, {"uppercl": "1"},
        {"period": "2025-06-31"}, {"period": ""}, {"period": "2040"}, {"sex": "x"}, {"quintile": "9"},
        {"age_group": "5-Sep"}, {"note": "#REF!"}, {"measure": "furlongs"}, {"measure": "Years"},
        {"indicator": "lonelines"}, {"area_code": "S12000099"}, {"area_code": ""}, {"area_name": "Fife"},
        {"qualifier": "p", "uppercl": "c"}, {"value": " 40 "}, {"value": "4e1"}, {"note": 'said "so"'},
    ]  # fmt: skip
    rows = [SOUND, SOUND | {"value": "41", "uppercl": "44"}, *(SOUND | one for one in doubtful), SOUND]
    answer, is_fast = assert_both_ways_agree(written(tmp_path, rows))

    assert is_fast
    assert sum(answer["rows"].values()) == len(rows)
    assert {"figure-twice", "figures-contradict", "cell-date", "cell-error", "area-unknown"} <= set(codes(answer))


ENTRIES = {
    "area_code": ["S12000019", "S12000047", "S00000001", "X", ""],
    "area_name": ["", "Midlothian", "Nowhere"],
    "indicator": ["deaths_all_ages", "loneliness", "population_census", "population_change_projected", "nothing", ""],
    "period": ["2022", "2010", "2022/23", "2040", "2030-2040", "2025-04-31", "soon", ""],
    "sex": ["", "Males", "x"],
    "age_group": ["", "65+", "5-Sep"],
    "quintile": ["", "Total", "1", "7"],
    "numerator": ["", "10", "-1", "*", "x"],
    "denominator": ["", "100", "0"],
    "value": ["10", "10.5", "10,5", "-1", "120", "", "*", "inf", "=1+1", "#REF!", "1e1"],
    "lowercl": ["", "1", "50", "NA"],
    "uppercl": ["", "90", "2"],
    "measure": ["", "percent", "Percentage", "x"],
    "qualifier": ["", "p"],
    "note": ["", "a, b", 'said "so"', "é"],
}
any_row = st.fixed_dictionaries({column: st.sampled_from(values) for column, values in ENTRIES.items()})


@slow
@given(st.lists(any_row, min_size=1, max_size=12), st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
def test_any_rows_in_our_own_columns(tmp_path, rows, quoting):
    assert_both_ways_agree(written(tmp_path, rows, quoting=quoting))


DEPRIVATION = {
    "code": ["S12000019", "S99999999", ""],
    "quintile": ["1 - most deprived", "Total", "6"],
    "quint_type": ["sc_quin", "ca_quin", ""],
    "numerator": ["10", "NA"],
    "denominator": ["20"],
    "measure": ["50", "NA", "*", "many"],
    "lowci": ["40", "60"],
    "upci": ["60"],
    "def_period": ["2020/21 financial year", "2019", "x"],
    "indicator": ["Smoking prevalence", "Deaths all ages", "Something else", "Bowel screening uptake"],
    "type_definition": ["Percentage", "Age-sex standardised rate per 100,000"],
    "sii": ["1"],
}
any_of_deprivation = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in DEPRIVATION.items()})


@slow
@given(st.lists(any_of_deprivation, min_size=1, max_size=25))
def test_any_rows_of_a_source_of_which_only_some_is_wanted(tmp_path, rows):
    _, is_fast = assert_both_ways_agree(written(tmp_path, rows, columns=list(DEPRIVATION), quoting=csv.QUOTE_ALL))
    assert is_fast


DELAYED = {
    "MonthOfDelay": ["202407", "202413"],
    "CA": ["S12000019", "S12000047"],
    "AgeGroup": ["75plus", ""],
    "ReasonForDelay": ["All Delay Reasons", "Code 9 AWI"],
    "NumberOfDelayedBedDays": ["236", "*", ""],
    "NumberOfDelayedBedDaysQF": ["", "p"],
    "AverageDailyNumberOfDelayedBeds": ["8", ""],
}


@slow
@given(st.lists(st.fixed_dictionaries({k: st.sampled_from(v) for k, v in DELAYED.items()}), min_size=1, max_size=12))
def test_any_rows_that_hold_several_figures_each(tmp_path, rows):
    assert_both_ways_agree(written(tmp_path, rows, columns=list(DELAYED)))


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)


@slow
@given(st.lists(st.dictionaries(st.sampled_from(["value", "period", "note", "sex"]), TEXTS), min_size=1, max_size=4))
def test_any_text_in_the_columns(tmp_path, entries):
    rows = [SOUND | one for one in entries]
    assert_both_ways_agree(written(tmp_path, rows, quoting=csv.QUOTE_ALL))


@slow
@given(st.binary(max_size=60), st.integers(0, 200))
def test_any_bytes_in_the_middle_of_a_file(tmp_path, stray, at):
    path = written(tmp_path, [SOUND] * 3)
    data = path.read_bytes()
    path.write_bytes(data[:at] + stray + data[at:])
    assert_both_ways_agree(path)


HEAD, LINE = "area_code,indicator,period,value,note", "S12000019,population_census,2022,96600,"


@pytest.mark.parametrize(
    ("text", "is_plain"),
    [
        (f"{HEAD}\n{LINE}x\n", True),
        (f"{HEAD}\n{LINE}x", True),
        (f"{HEAD}\n{LINE}x\n\n\n", True),
        (f"\ufeff{HEAD}\r\n{LINE}x\r\n", True),
        (f"{HEAD}\n{LINE}é\n".replace(",", ";"), True),
        (f"{HEAD}\n{LINE}x\n".replace(",", "\t"), True),
        (f'{HEAD}\n{LINE}"a, ""b"""\n', True),
        (f'{HEAD}\n{LINE}""\n', True),
        (f"{HEAD},\n{LINE}x,\n", True),
        (f"{HEAD}\n{LINE}x\n,,,,\n{LINE}y\n", True),
        (f'{HEAD}\n{LINE}"a\nb"\n', False),
        (f'{HEAD}\n{LINE} "a"\n', False),
        (f'{HEAD}\n{LINE}5" pipe\n', False),
        (f'{HEAD}\n{LINE}a"b"\n', False),
        (f'{HEAD}\n{LINE}"b"a\n', False),
        (f'{HEAD}\n{LINE}"a\n', False),
        (f"{HEAD}\n{LINE}x\n{LINE}x,y\n", False),
        (f"{HEAD}\n{LINE}x\nS12000019\n", False),
        (f"{HEAD}\n{LINE}x\n\n{LINE}y\n", False),
        (f"A title\n{HEAD}\n{LINE}x\n", False),
        (f"sep=,\n{HEAD}\n{LINE}x\n", False),
        (f"{HEAD}\r{LINE}x\r", False),
        (f"{HEAD}\n{LINE}\0\n", False),
        (f"{HEAD},value\n{LINE}x,1\n", False),
        (f"{HEAD}\n,,,,\n", False),
        (f"{HEAD}\n", False),
        ("name,colour\nAnna,blue\n", False),
    ],
)
def test_only_what_is_plain_is_taken_and_the_answer_is_the_same(text, is_plain, tmp_path):
    path = tmp_path / "figures.csv"
    path.write_text(text, encoding="utf-8", newline="")

    assert assert_both_ways_agree(path)[1] == is_plain


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16"])
def test_other_encodings_are_read_cell_by_cell(encoding, tmp_path):
    path = tmp_path / "figures.csv"
    path.write_bytes(f"{HEAD}\n{LINE}café\n".encode(encoding))

    assert not assert_both_ways_agree(path)[1]


def test_too_many_rows_are_refused_both_ways(tmp_path):
    path = written(tmp_path, [SOUND | {"period": str(year)} for year in range(2000, 2010)])
    answer, _ = assert_both_ways_agree(path, Limits(large_text=True, rows=8))

    assert [finding["cell"] for finding in answer["findings"]] == ["A9"]
    assert codes(answer) == ["too-many-rows"]
    assert codes(assert_both_ways_agree(path, Limits(large_text=True, rows=11))[0]) != ["too-many-rows"]


def test_the_whole_road_through_the_child_gives_the_same_types(tmp_path, monkeypatch):
    rows = [SOUND | {"period": "" if year % 7 == 0 else str(year)} for year in range(2000, 2020)] * 400
    path = written(tmp_path, rows)
    assert path.stat().st_size > plain_text.SMALLEST
    table, findings = read_indicators(path, today=TODAY)

    assert {name: str(kind) for name, kind in table.dtypes.items()} == COLUMNS
    assert table["period_end"].isna().sum() == (table["period"] == "").sum() > 0
    assert (table["file"] == "figures.csv").all() and (table["sheet"] == "").all()
    assert findings.rows.read == len(rows)


def test_a_table_that_a_broken_child_left_is_one_finding(tmp_path):
    path = tmp_path / isolation.TABLE
    path.write_bytes(b"ARROW1\0\0" + b"\xff" * 200 + b"ARROW1")
    with pytest.raises((ValueError, OSError)):
        readings.checked_table(path.read_bytes())


# --- packed ---


@pytest.fixture
def packed(tmp_path):
    def pack(text, name="figures.csv.gz"):
        path = tmp_path / name
        path.write_bytes(gzip.compress(text.encode()))
        return path

    return pack


def test_a_packed_csv_of_indicators_is_read(packed):
    table, _ = read_indicators(packed(f"{HEAD}\n{LINE}x\n"), today=TODAY)

    assert table[["file", "value", "cell"]].to_numpy().tolist() == [["figures.csv.gz", 96600, "D2"]]


def test_an_archive_of_several_parts_is_read_whole(packed):
    path = packed(f"{HEAD}\n")
    path.write_bytes(path.read_bytes() + gzip.compress(f"{LINE}x\n".encode()))

    assert len(read_indicators(path, today=TODAY)[0]) == 1


def refused(path, limits=None):
    with pytest.raises(IndicatorError) as caught:
        read_indicators(path, today=TODAY, limits=limits)
    return [finding.code for finding in caught.value.findings]


def test_a_bomb_costs_one_finding(packed):
    bomb = packed("0" * 30_000_000)

    assert bomb.stat().st_size < 40_000
    assert refused(bomb, Limits(unpacked_bytes=1_000_000)) == ["file-unpacks-too-large"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (gzip.compress(HEAD.encode())[:-9], "file-broken"),
        (b"\x1f\x8b" + b"\xff" * 40, "file-broken"),
        (HEAD.encode(), "file-type"),
        (gzip.compress(b""), "file-empty"),
        (gzip.compress(b"PK\x03\x04" + b"x" * 50), "file-broken"),
        (gzip.compress(gzip.compress(HEAD.encode())), "file-type"),
    ],
    ids=["cut off", "noise", "not packed", "nothing inside", "another archive inside", "packed twice"],
)
def test_what_is_no_packed_csv_is_refused(content, code, tmp_path):
    path = tmp_path / "figures.csv.gz"
    path.write_bytes(content)

    assert refused(path) == [code]


def test_an_assessment_is_not_read_from_an_archive(packed):
    path = packed("region,stakeholder,dimension,rating\nmidlothian,A,1,3\n")
    with pytest.raises(AssessmentError) as caught:
        read_assessment(path, region="midlothian")

    assert [finding.code for finding in caught.value.findings] == ["file-type"]
    assert "file-type" in json.dumps(report.check_paths(path))


def test_packed_files_of_a_folder_are_read_and_checked(tmp_path, packed):
    folder = tmp_path / "data" / "indicators"
    folder.mkdir(parents=True)
    named = packed(f"{HEAD}\n{LINE}x\n")
    (folder / "a.csv.gz").write_bytes(named.read_bytes())

    assert list(read_indicator_folder(data=tmp_path / "data", today=TODAY).files["state"]) == ["used"]
    checked = report.check_paths([folder, named])["files"]
    assert [file["rows"]["used"] for file in checked] == [1, 1]


# --- the files of the field ---


@pytest.mark.skipif(not SCOTLAND.exists(), reason="the official files are not beside the project")
@pytest.mark.parametrize(
    "name",
    [
        "scotpho_inequalities_2023-02_lothian_scotland.csv.gz",
        "scotpho_main_council_latest_2024-10.csv",
        "phs_care_at_home_council_quarterly.csv",
    ],
)
def test_official_files_are_read_alike_both_ways(name):
    assert assert_both_ways_agree(SCOTLAND / name)[1]


@pytest.mark.parametrize("path", sorted(paths.indicators().glob("*.csv")), ids=lambda path: path.stem)
def test_the_shipped_files_are_read_alike_both_ways(path):
    assert assert_both_ways_agree(path)[1]


@pytest.mark.skipif(not SCOTLAND.exists(), reason="the official files are not beside the project")
def test_the_whole_file_of_inequalities_is_read_without_one_row_alone(monkeypatch):
    """All but the first row of each reason is sound or left out, so that speed does not hang on luck."""
    alone = []
    read_alone = plain_tables._read_alone
    monkeypatch.setattr(
        plain_tables, "_read_alone", lambda turns, *rest: alone.append(turns) or read_alone(turns, *rest)
    )
    answer, table, _ = read(SCOTLAND / "scotpho_inequalities_2023-02.csv.gz", AT_ONCE)

    assert answer["rows"] == {"used": len(table), "skipped": 181_309 - len(table), "refused": 0}
    assert len(alone[0]) < 100

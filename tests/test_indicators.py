"""Indicators: the shapes that are read, one test for each finding, and the laws that hold for any file."""

import csv
import datetime as dt
import io
import json
import os
import shutil
import sys
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.ingest import indicators as reader
from helpers.ingest import jsonstat, layouts, report, sources, wording
from helpers.ingest.books import Cell, Limits
from helpers.ingest.findings import Finding, Findings, Rows, known_codes
from helpers.ingest.indicator_tables import read_figures
from helpers.ingest.indicators import COLUMNS, IndicatorError, read_indicator_folder, read_indicators
from helpers.reference import indicators as register
from helpers.reference import paths

TODAY = dt.date(2026, 3, 14)
TIDY = [
    "area_code", "indicator", "period", "sex", "age_group", "quintile",
    "numerator", "denominator", "value", "lowercl", "uppercl", "measure",
]  # fmt: skip
PERCENT, RATE, NUMBER, CHANGE = "loneliness", "deaths_all_ages", "population_all_ages", "population_change_projected"
MIDLOTHIAN, FIFE = "S12000019", "S12000047"
RECORDED = sorted(Path(__file__).parents[2].glob("*/data/europe/*.json"))


def row(**entries):
    """A row without fault: deaths at all ages in Midlothian in 2022."""
    sound = dict.fromkeys(TIDY, "") | {"area_code": MIDLOTHIAN, "indicator": RATE, "period": "2022"}
    return sound | {"value": "1100.5", "lowercl": "1000", "uppercl": "1200", "measure": "rate_per_100000"} | entries


def percent(**entries):
    bare = {"indicator": PERCENT, "measure": "percent", "value": "40", "lowercl": "", "uppercl": ""}
    return row(**(bare | {"numerator": "400", "denominator": "1000"} | entries))


def as_csv(rows, columns=None):
    text = io.StringIO()
    writer = csv.DictWriter(text, columns or list(dict.fromkeys([*TIDY, *(name for one in rows for name in one)])))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def read(path, *, data="", today=TODAY):
    """Read a file as the child process does, in this one."""
    answer = read_figures(str(path), Limits(), name=path.name, data=str(paths.data(data)), today=today.isoformat())
    items = [Finding(**finding) for finding in answer["findings"]]
    return pd.DataFrame(answer["columns"]), Findings(path.name, "", Rows(**answer["rows"]), items)


@pytest.fixture
def read_rows(tmp_path):
    def write_and_read(*rows, today=TODAY):
        path = tmp_path / "figures.csv"
        path.write_text(as_csv(rows), encoding="utf-8")
        return read(path, today=today)

    return write_and_read


@pytest.fixture
def data_folder(tmp_path):
    """A data folder of its own, with the project's registers."""
    folder = tmp_path / "data"
    shutil.copytree(paths.reference(), folder / "reference")
    (folder / "indicators").mkdir()
    return folder


def only(findings, code):
    found = [finding for finding in findings if finding.code == code]
    assert len(found) == 1, [finding.code for finding in findings]
    return found[0]


# --- what is read ---


def test_a_sound_row_becomes_a_figure_with_its_place(read_rows):
    table, findings = read_rows(row(sex="Females", age_group="65+", quintile="1 - most deprived", numerator="1,000.5"))
    figure = table.iloc[0]

    assert (figure.area_code, figure.area_name, figure.region) == (MIDLOTHIAN, "Midlothian", "midlothian")
    assert (figure.indicator, figure.period, figure.period_start, figure.period_end) == (
        RATE, "2022", "2022-01-01", "2022-12-31",
    )  # fmt: skip
    assert (figure.sex, figure.age_group, figure.quintile) == ("female", "65+", "1")
    assert (figure.numerator, figure.value, figure.lowercl, figure.uppercl) == (1000.5, 1100.5, 1000, 1200)
    assert (figure.row, figure.cell) == (2, "I2")
    assert findings.codes == {"value-repaired"}
    assert findings.rows == Rows(used=1)


def test_what_is_left_blank_means_everybody_and_the_measure_of_the_register(read_rows):
    table, findings = read_rows(row(measure=""))

    assert list(table[["sex", "age_group", "quintile", "measure"]].iloc[0]) == [
        "all",
        "all",
        "total",
        "rate_per_100000",
    ]
    assert not findings.items


def test_the_name_of_the_register_or_a_source_stands_for_the_code(read_rows):
    table, _ = read_rows(row(indicator="Deaths all ages"), row(indicator="deaths at ALL ages", period="2021"))

    assert list(table["indicator"]) == [RATE, RATE]


def test_a_sex_at_the_end_of_a_name_is_the_sex_of_the_figure(read_rows):
    names = ["Life expectancy, females", "Life expectancy, males"]
    table, findings = read_rows(
        *[row(indicator=name, measure="Years", value="80", lowercl="79", uppercl="81") for name in names]
    )

    assert list(table["sex"]) == ["female", "male"]
    assert not findings.items


def test_a_code_that_an_area_has_elsewhere_leads_to_its_own(read_rows):
    table, _ = read_rows(row(area_code="S00000001"))

    assert list(table[["area_code", "region"]].iloc[0]) == ["S92000003", "scotland"]


def test_every_column_has_its_type_in_a_table_with_and_without_figures(tmp_path):
    path = tmp_path / "figures.csv"
    path.write_text(as_csv([row(), row(period="")]), encoding="utf-8")
    table, findings = read_indicators(path, today=TODAY)

    assert {name: str(kind) for name, kind in table.dtypes.items()} == COLUMNS
    assert {name: str(kind) for name, kind in reader._empty().dtypes.items()} == COLUMNS
    assert list(table["file"]) == ["figures.csv", "figures.csv"]
    assert table["period_end"].isna().tolist() == [False, True]
    assert findings.sha256 == sources.sha256_of(path)


def test_a_workbook_is_read_like_a_csv(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "figures"
    sheet.append(["Figures of the partnership"])
    sheet.append(TIDY)
    sheet.append([MIDLOTHIAN, RATE, 2022, None, None, None, None, None, 1100.5, 1000, 1200, None])
    sheet.append([MIDLOTHIAN, RATE, 2021, None, None, None, None, None, "=1+1", None, None, None])
    book.create_sheet("notes").append(["something else"])
    book.create_sheet("old").sheet_state = "hidden"
    book.save(tmp_path / "figures.xlsx")
    table, findings = read(tmp_path / "figures.xlsx")

    assert list(table[["period", "value", "cell"]].iloc[0]) == ["2022", 1100.5, "I3"]
    assert only(findings, "formula-no-value").cell == "I4"
    assert {"sheet-not-read", "sheet-hidden"} <= findings.codes
    assert findings.rows == Rows(used=1, refused=1)


def test_a_period_that_the_spreadsheet_program_made_a_date_is_refused(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(TIDY)
    book.active.append([MIDLOTHIAN, RATE, dt.datetime(2010, 11, 1), None, None, None, None, None, 1100.5])
    book.save(tmp_path / "figures.xlsx")
    _, findings = read(tmp_path / "figures.xlsx")

    assert only(findings, "cell-date").cell == "C2"
    assert findings.rows == Rows(refused=1)


SCOTPHO = """area_code,area_type,area_name,year,period,type_definition,indicator,numerator,measure,upper_confidence_interval,lower_confidence_interval
S12000019,Council area,Midlothian,2021,2020 to 2022 calendar years; 3-year aggregates,Years,"Life expectancy, females",NA,81.9,82.6,81.2
S12000019,Council area,Midlothian,2022,2022/23 financial year,Percentage,Something else,,12.5,14,11
S12000047,Council area,Fife,2022,2022/23 financial year,Percentage,Something else,,12.5,14,11
S12000019,Council area,Midlothian,2021,2021/22 financial year,Percentage,Bowel screening uptake,,NA,NA,NA
"""  # noqa: E501


def test_the_scotpho_download_is_read_as_it_comes(tmp_path):
    path = tmp_path / "scotpho_data.csv"
    path.write_text(SCOTPHO, encoding="utf-8")
    table, findings = read(path)
    columns = ["indicator", "sex", "period", "value", "lowercl", "uppercl", "measure", "cell"]

    assert table[columns].to_numpy().tolist() == [
        ["life_expectancy", "female", "2020-2022", 81.9, 81.2, 82.6, "years", "I2"]
    ]
    assert only(findings, "indicator-not-mapped").message == "the register does not name 'Something else' (2 rows)"
    assert only(findings, "rows-not-taken").message.startswith("1 indicator of the source (2 rows) left out")
    assert only(findings, "value-missing").message.endswith("the source marks the value as not available (1 row)")
    assert findings.rows == Rows(used=1, skipped=3)


DEPRIVATION = """code,year,quintile,numerator,quint_type,denominator,measure,lowci,upci,def_period,indicator,type_definition
S12000019,2020,1 - most deprived,252,sc_quin,23463,1139.7,1000.2,1292.9,2020/21 financial year,Deaths all ages,"Age-sex standardised rate per 100,000"
S12000019,2020,1 - most deprived,260,ca_quin,23463,1140.7,1000.2,1292.9,2020/21 financial year,Deaths all ages,"Age-sex standardised rate per 100,000"
S12000019,2020,Total,444,sc_quin,50266,932.7,845.1,1026.8,2020/21 financial year,Deaths all ages,"Age-sex standardised rate per 100,000"
"""  # noqa: E501


def test_of_the_deprivation_data_only_national_quintiles_are_taken(tmp_path):
    path = tmp_path / "deprivation.csv"
    path.write_text(DEPRIVATION, encoding="utf-8")
    table, findings = read(path)

    assert table[["quintile", "period", "value"]].to_numpy().tolist() == [
        ["1", "2020/21", 1139.7],
        ["total", "2020/21", 932.7],
    ]
    assert only(findings, "rows-not-taken").message == "of quint_type only 'sc_quin' is taken (1 row)"
    assert findings.rows == Rows(used=2, skipped=1)


DELAYED = """MonthOfDelay,CA,CAQF,AgeGroup,AgeGroupQF,ReasonForDelay,ReasonForDelayQF,NumberOfDelayedBedDays,NumberOfDelayedBedDaysQF,AverageDailyNumberOfDelayedBeds
202407,S12000019,,75plus,,All Delay Reasons,,236,p,8
202407,S12000019,,75plus,,Code 9 AWI,,74,,2
"""  # noqa: E501


def test_open_data_of_public_health_scotland_gives_a_figure_for_each_column_that_the_register_names(
    tmp_path, data_folder
):
    take_from_register(data_folder, "delayed_discharge_beds")
    path = tmp_path / "delayed.csv"
    path.write_text(DELAYED, encoding="utf-8")
    table, findings = read(path, data=data_folder)
    columns = ["indicator", "period", "age_group", "value", "qualifier", "cell"]

    assert table[columns].to_numpy().tolist() == [["delayed_discharge_bed_days", "2024-07", "75plus", 236, "p", "H2"]]
    assert findings.rows == Rows(used=1, skipped=3)
    assert not findings.has_errors


def take_from_register(folder, code):
    path = folder / "reference" / "indicators.csv"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith(f"{code},")), "utf-8")


def add_to_register(folder, code, measure, *source_names):
    path = folder / "reference" / "indicators.csv"
    columns = path.read_text("utf-8").splitlines()[0].split(",")
    entry = {"indicator": code, "indicator_name": code, "measure": measure, "source_names": ";".join(source_names)}
    with path.open("a", encoding="utf-8", newline="") as file:
        csv.DictWriter(file, columns, restval="").writerow(entry)


# Two data sets' worth of trouble in one: empty cells, flags, a dimension of one category, codes out of order.
CUBE = {
    "version": "2.0",
    "class": "dataset",
    "value": {"0": 81.5, "1": 81, "3": 77.25, "4": 0, "6": 84, "7": 83.5},
    "status": {"1": "ep", "2": ":"},
    "id": ["freq", "sex", "geo", "time"],
    "size": [1, 2, 2, 2],
    "dimension": {
        "freq": {"category": {"index": {"A": 0}}},
        "sex": {"category": {"index": {"M": 1, "T": 0}, "label": {"T": "Total", "M": "Males"}}},
        "geo": {"category": {"index": ["SI", "XX"]}},
        "time": {"category": {"index": {"2023": 0, "2024": 1}}},
    },
    "extension": {"id": "demo_mlexpec", "status": {"label": {"ep": "estimated, provisional"}}},
}
DECODED = [
    # freq, sex, geo, time, value, status
    ("A", "T", "SI", "2023", 81.5, ""),
    ("A", "T", "SI", "2024", 81, "ep"),
    ("A", "T", "XX", "2023", None, ":"),
    ("A", "T", "XX", "2024", 77.25, ""),
    ("A", "M", "SI", "2023", 0, ""),
    ("A", "M", "SI", "2024", None, ""),
    ("A", "M", "XX", "2023", 84, ""),
    ("A", "M", "XX", "2024", 83.5, ""),
]


def test_a_cube_is_decoded_with_its_empty_cells_and_flags():
    rows = jsonstat.long_rows(jsonstat.read_cube(json.dumps(CUBE)))

    assert [tuple(row.values()) for row in rows] == DECODED


def test_eurostat_is_read_as_it_comes(tmp_path, data_folder):
    add_to_register(data_folder, "from_eurostat", "years", "DEMO_MLEXPEC")
    path = tmp_path / "demo.json"
    path.write_text(json.dumps(CUBE), encoding="utf-8")
    table, findings = read_indicators(path, data=data_folder, today=TODAY)
    columns = ["region", "indicator", "period", "sex", "value", "qualifier", "row", "cell", "file"]

    assert table[columns].to_numpy().tolist() == [
        ["slovenia", "from_eurostat", "2023", "all", 81.5, "", 0, "value[0]", "demo.json"],
        ["slovenia", "from_eurostat", "2024", "all", 81.0, "ep: estimated, provisional", 1, "value[1]", "demo.json"],
        ["slovenia", "from_eurostat", "2023", "male", 0.0, "", 4, "value[4]", "demo.json"],
    ]  # fmt: skip
    assert only(findings, "area-unknown").message.endswith("'XX' (4 rows)")
    assert only(findings, "value-missing").cell == "value[5]"
    assert findings.rows == Rows(used=3, skipped=5)


@pytest.mark.parametrize(
    "broken",
    [
        "{",
        "[]",
        '{"class": "collection"}',
        json.dumps(CUBE | {"size": [1, 2, 2, 3]}),
        json.dumps(CUBE | {"size": [1, 2, 2]}),
        json.dumps(CUBE | {"value": [1, 2]}),
        json.dumps(CUBE | {"value": {"8": 1}}),
        json.dumps(CUBE | {"value": {"0": float("nan")}}),
        json.dumps(CUBE | {"size": [10**6, 10**6, 1, 1]}),
        json.dumps({name: part for name, part in CUBE.items() if name != "dimension"}),
        "[" * 100_000,
    ],
)
def test_json_that_does_not_hold_together_is_refused_by_name(broken, tmp_path):
    path = tmp_path / "broken.json"
    path.write_text(broken, encoding="utf-8")
    _, findings = read(path)

    assert only(findings, "file-broken").severity == "error"


@pytest.mark.skipif(not RECORDED, reason="the recorded answers are not beside the project")
@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_recorded_answers_of_eurostat_decode_as_recorded(path):
    rows = pd.DataFrame(jsonstat.long_rows(jsonstat.read_cube(path.read_text("utf-8"))))
    expected = pd.read_csv(path.with_name(f"{path.stem}__decoded.csv"), dtype=str, keep_default_na=False)
    rows["value"] = pd.to_numeric(rows["value"])
    expected["value"] = pd.to_numeric(expected["value"])

    pd.testing.assert_frame_equal(rows.astype({"value": float}), expected, check_dtype=False)


# --- one finding each ---

AT_A_CELL = [
    # what is wrong, the code, the cell, what the message says, what becomes of the row
    (row(indicator="deaths_all_age"), "indicator-unknown", "B2", "did you mean 'deaths_all_ages'?", "refused"),
    (row(indicator=""), "indicator-unknown", "B2", "the row names no indicator", "refused"),
    (row(area_code="S12000099"), "area-unknown", "A2", "no region of the register has the area code", "skipped"),
    (row(area_name="Fife"), "area-contradicts", "M2", "S12000019 is Midlothian, not Fife", "refused"),
    (row(period=""), "period-missing", "C2", "does not say what time", "used"),
    (row(period="by 2036"), "period-unreadable", "C2", "not a period", "refused"),
    (row(period="2025-04-31"), "period-impossible", "C2", "no day 31 in April 2025", "refused"),
    (row(period="2030"), "period-future", "C2", "ends on 31 December 2030", "used"),
    (row(value=""), "value-missing", "I2", "there is no value", "skipped"),
    (row(value="NA"), "value-missing", "I2", "not available", "skipped"),
    (row(value="*"), "value-missing", "I2", "withholds the value", "skipped"),
    (row(value="c"), "value-missing", "I2", "withholds the value", "skipped"),
    (row(value=":"), "value-missing", "I2", "not available", "skipped"),
    (row(value="inf"), "value-not-a-number", "I2", "'inf' is not a number", "refused"),
    (row(value="nan"), "value-not-a-number", "I2", "'nan' is not a number", "refused"),
    (row(value="1e999"), "value-not-a-number", "I2", "beyond all numbers", "refused"),
    (row(value="1,100"), "value-not-a-number", "I2", "can be 1100 or 1.100", "refused"),
    (row(value="١١٠٠"), "value-not-a-number", "I2", "is not a number", "refused"),
    (row(value="1_100"), "value-not-a-number", "I2", "is not a number", "refused"),
    (row(value="1100%"), "value-not-a-number", "I2", "has a percent sign", "refused"),
    (row(numerator="many"), "value-not-a-number", "G2", "numerator: 'many' is not a number", "refused"),
    (row(value="1100,5"), "value-repaired", "I2", "read as 1100.5: the comma", "used"),
    (row(value="1 100.5"), "value-repaired", "I2", "read as 1100.5: the thousands", "used"),
    (percent(value="40%"), "value-repaired", "I2", "read as 40: the percent sign", "used"),
    (percent(value="140"), "value-out-of-range", "I2", "140 cannot be", "refused"),
    (percent(value="-3"), "value-out-of-range", "I2", "-3 cannot be", "refused"),
    (row(value="-1", lowercl=""), "value-out-of-range", "I2", "0 or more", "refused"),
    (percent(denominator="0"), "value-out-of-range", "H2", "the denominator is 0", "refused"),
    (row(numerator="-5"), "value-out-of-range", "G2", "below 0", "refused"),
    (row(lowercl="1300"), "limits-disordered", "J2", "below the lower limit 1300", "refused"),
    (row(uppercl="1100"), "limits-disordered", "K2", "above the upper limit 1100", "refused"),
    (row(lowercl="1200", uppercl="1000"), "limits-disordered", "J2", "below the lower limit", "refused"),
    (row(measure="furlongs"), "measure-unknown", "L2", "no measure is called 'furlongs'", "refused"),
    (row(measure="rate_per_1000"), "measure-other", "L2", "the register measures", "refused"),
    (row(quintile="6"), "quintile-unknown", "F2", "no quintile is called '6'", "refused"),
    (row(sex="unknown"), "sex-unknown", "D2", "no sex is called 'unknown'", "refused"),
    (row(age_group="5-Sep"), "cell-date", "E2", "age_group holds the date 5-Sep", "refused"),
    (row(note="#REF!"), "cell-error", "M2", "note holds an error", "refused"),
    (percent(value="41"), "figures-contradict", "I2", "41 percent, but 400 of 1000 is 40 percent", "used"),
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "code", "cell", "says", "state"), AT_A_CELL, ids=lambda value: str(value)[:30])
def test_a_fault_has_its_code_its_cell_and_a_sentence(wrong, code, cell, says, state, read_rows):
    _, findings = read_rows(wrong)
    finding = only(findings, code)

    assert finding.cell == cell
    assert says in finding.message
    assert finding.mend
    assert findings.rows == Rows(**{state: 1})


def test_all_faults_of_a_row_are_named_at_once(read_rows):
    _, findings = read_rows(row(indicator="nothing_known", period="soon", value="many", sex="x", quintile="9"))

    assert findings.codes == {
        "indicator-unknown", "period-unreadable", "value-not-a-number", "sex-unknown", "quintile-unknown",
    }  # fmt: skip
    assert findings.rows == Rows(refused=1)


def test_a_change_may_lie_in_the_future_and_below_zero(read_rows):
    table, findings = read_rows(
        row(indicator=CHANGE, measure="change_percent", period="2036", value="-3", lowercl="-4")
    )

    assert list(table["value"]) == [-3]
    assert not findings.items


def test_an_old_figure_is_reported_once_for_an_indicator_but_the_start_of_a_trend_is_not(read_rows):
    old = [row(period="2010", area_code=code) for code in (MIDLOTHIAN, FIFE)]
    trend = [row(indicator=NUMBER, measure="number", period=str(year)) for year in (2010, 2022)]
    _, findings = read_rows(*old, *trend)
    finding = only(findings, "figure-stale")

    assert (finding.cell, finding.value) == ("I2", "1100.5")
    assert "the newest figure is for 2010 (2 figures), more than eight years ago" in finding.message


def test_the_age_of_a_figure_counts_from_today(read_rows):
    assert "figure-stale" not in read_rows(row(period="2018"), today=dt.date(2026, 12, 31))[1].codes
    assert "figure-stale" in read_rows(row(period="2018"), today=dt.date(2027, 1, 1))[1].codes


def test_a_percentage_needs_its_base_or_its_limits(read_rows):
    bare = [percent(numerator="", denominator="", period=str(year)) for year in (2021, 2022)]
    based = percent(period="2023")
    limited = percent(numerator="", denominator="", lowercl="35", uppercl="45", period="2024")
    _, findings = read_rows(*bare, based, limited)
    finding = only(findings, "percentage-without-base")

    assert finding.cell == "I2"
    assert finding.message.endswith("2 percentages have neither a denominator nor limits")


def test_a_figure_that_stands_twice_is_counted_once(read_rows):
    table, findings = read_rows(row(), row(period="2022 calendar year"))

    assert len(table) == 1
    assert only(findings, "figure-twice").message.endswith("Midlothian, 2022: the same figure as in I2")
    assert findings.rows == Rows(used=1, skipped=1)


def test_a_repeat_of_the_second_of_two_values_is_counted_once_too(read_rows):
    _, findings = read_rows(row(), row(value="1150"), row(value="1150"))

    assert only(findings, "figure-twice").cell == "I4"
    assert findings.rows == Rows(used=2, skipped=1)


def test_two_values_for_the_same_figure_contradict_each_other(read_rows):
    table, findings = read_rows(row(), row(value="1150"))
    finding = only(findings, "figures-contradict")

    assert len(table) == 2
    assert (finding.cell, finding.value) == ("I3", "1150")
    assert finding.message == "Deaths at all ages, Midlothian, 2022: 1100.5 in I2 and 1150 in I3"


@pytest.mark.parametrize(
    "different", [{"sex": "female"}, {"age_group": "65+"}, {"quintile": "2"}, {"group": "carers"}, {"period": "2021"}]
)
def test_figures_for_others_or_other_times_do_not_contradict(different, read_rows):
    _, findings = read_rows(row(group=""), row(**({"group": "", "value": "1150"} | different)))

    assert not findings.items


def change(value, period, **entries):
    return row(
        indicator=CHANGE, measure="change_percent", value=value, period=period, lowercl="", uppercl="", **entries
    )


def test_two_projections_that_end_about_the_same_time_contradict_each_other(read_rows):
    _, findings = read_rows(change("27", "2036"), change("40", "2025-2035"))

    assert only(findings, "figures-contradict").message.endswith("Midlothian: 27 in I2 (2036) and 40 in I3 (2025-2035)")


@pytest.mark.parametrize(
    "figures",
    [
        [change("27", "2036"), change("40", "2025-2040")],
        [change("27", "2036"), change("40", "2025-2035", age_group="75+")],
        [change("27", "2036"), change("27", "2025-2035")],
        [change("3", "2030"), change("4", "2031"), change("5", "2032")],
        [change("1", "2021"), change("2", "2022")],
    ],
    ids=["far apart", "others", "same", "a series", "in the past"],
)
def test_projections_that_can_both_hold_are_left_alone(figures, read_rows):
    assert "figures-contradict" not in read_rows(*figures)[1].codes


@pytest.mark.parametrize(
    "figures",
    [
        [change("5", "2025-2030"), change("40", "2025-2035")],  # 1 % a year, then nearly 6
        [change("20", "2025-2030"), change("5", "2025-2036")],  # up, then down by 2 % a year
        [change("27", "2022-2036"), change("40", "2025-2035")],  # nobody can leave from 2022 to 2025
    ],
    ids=["runs off", "turns back", "another base"],
)
def test_growth_over_different_spans_contradicts_where_the_rest_would_have_to_leap(figures, read_rows):
    assert only(read_rows(*figures)[1], "figures-contradict").cell == "I3"


@pytest.mark.parametrize(
    "figures",
    [
        [change("5", "2025-2030"), change("11", "2025-2036")],
        [change("5", "2025-2030"), change("4", "2025-2043")],
        [change("20", "2015-2030"), change("5", "2025-2036")],
        [change("27", "2036"), change("30", "2036-12", qualifier="about")],
    ],
    ids=["steady", "slowly back", "spans that overlap only in part", "about the same"],
)
def test_growth_over_different_spans_that_can_hold_is_left_alone(figures, read_rows):
    assert "figures-contradict" not in read_rows(*figures)[1].codes


JOURNEYS = ("journey_under_15_minutes", "journey_15_to_30_minutes", "journey_over_30_minutes")


def shares(*values, **entries):
    bare = {"numerator": "", "denominator": "", "value": ""}
    return [percent(**bare | {"indicator": j, "value": v} | entries) for j, v in zip(JOURNEYS, values, strict=False)]


@pytest.mark.parametrize(("values", "total"), [(("64", "29", "18"), "111"), (("64", "21", "8"), "93")])
def test_shares_of_one_whole_that_do_not_add_up_are_reported(values, total, read_rows):
    finding = only(read_rows(*shares(*values))[1], "parts-do-not-add-up")

    assert finding.cell == "I4"
    assert f"{' + '.join(values)} add up to {total}, not to 100" in finding.message


@pytest.mark.parametrize(
    "rows",
    [
        shares("64", "29", "8"),
        shares("64", "29"),
        [*shares("64", "29"), *shares("64", "29", "18", period="2021")[2:]],
        shares("64", "29", "18", qualifier="about"),
    ],
    ids=["101 by rounding", "one is missing", "of another year", "not exact"],
)
def test_shares_that_can_make_up_a_whole_or_are_none_are_left_alone(rows, read_rows):
    assert "parts-do-not-add-up" not in read_rows(*rows)[1].codes


def number(value, **entries):
    return row(indicator="population", measure="number", value=value, lowercl="", uppercl="", **entries)


@pytest.mark.parametrize(
    ("parts", "by"),
    [
        ([{"sex": "female"}, {"sex": "male"}], "sex"),
        ([{"age_group": "0-15"}, {"age_group": "16-64"}, {"age_group": "65+"}], "age group"),
        ([{"quintile": str(fifth)} for fifth in range(1, 6)], "quintile"),
    ],
)
def test_counts_whose_parts_are_not_the_whole_are_reported(parts, by, read_rows):
    added = 1013 * len(parts)
    sound = [number(str(added)), *(number("1013", **part) for part in parts)]
    wrong = [number(str(added + 100)), *sound[1:]]

    assert "parts-do-not-add-up" not in read_rows(*sound)[1].codes
    assert "parts-do-not-add-up" not in read_rows(*wrong[:-1])[1].codes
    finding = only(read_rows(*wrong)[1], "parts-do-not-add-up")
    assert finding.cell == "I2"
    assert finding.message.endswith(f"by {by} add up to {added}, but I2 gives {added + 100}")


@pytest.mark.parametrize(
    "values", [("1000", "504", "498"), ("1010", "500", "500"), ("200000", "100300", "100300")], ids=str
)
def test_counts_that_were_rounded_or_perturbed_are_left_alone(values, read_rows):
    who = ("all", "female", "male")
    rows = [number(value, sex=sex) for value, sex in zip(values, who, strict=True)]

    assert "parts-do-not-add-up" not in read_rows(*rows)[1].codes


def test_ages_that_overlap_or_leave_a_gap_are_no_parts(read_rows):
    overlap = [number("900"), number("500", age_group="0-64"), number("400", age_group="50+")]
    gap = [number("900"), number("500", age_group="0-64"), number("100", age_group="75+")]

    for rows in (overlap, gap):
        assert "parts-do-not-add-up" not in read_rows(*rows)[1].codes


def test_the_figures_of_the_plan_hold_both_contradictions_and_its_journeys_add_up(read_rows):
    plan = [
        change("27", "2036"),
        change("40", "2025-2035", qualifier="about"),
        *(
            row(indicator="voluntary_groups", measure="number", period="", value=value, lowercl="", uppercl="",
                group="organisations", qualifier="at least")
            for value in ("700", "500")
        ),
        *shares("64", "29", "8", period=""),
    ]  # fmt: skip
    _, findings = read_rows(*plan)
    said = [finding.message for finding in findings if finding.code == "figures-contradict"]

    assert said == [
        "Voluntary groups and organisations, Midlothian, organisations, no period: 700 in I4 and 500 in I5",
        "Expected change of the population, Midlothian: 27 in I2 (2036) and 40 in I3 (2025-2035)",
    ]
    assert "parts-do-not-add-up" not in findings.codes


def test_a_share_may_differ_from_its_parts_by_their_rounding_only(read_rows):
    rounded = percent(numerator="1", denominator="3", value="33.3")
    averaged = percent(numerator="12", denominator="34", value="36.2", period="2020-2022")
    _, findings = read_rows(rounded, averaged, percent(numerator="1", denominator="300", value="0.9", period="2021"))

    assert only(findings, "figures-contradict").cell == "I4"


# --- structure ---


def written(tmp_path, text):
    path = tmp_path / "figures.csv"
    path.write_text(text, encoding="utf-8")
    return read(path)[1]


def test_a_missing_column_is_named(tmp_path):
    finding = only(written(tmp_path, "area_code,indicator,period\nS12000019,deaths_all_ages,2022\n"), "column-missing")

    assert finding.expected == "value"


def test_a_table_of_no_known_shape_is_refused(tmp_path):
    findings = written(tmp_path, "name,colour\nAnna,blue\n")

    assert findings.codes == {"header-missing"}
    assert "the download of the ScotPHO profiles tool" in findings[0].expected


def test_a_header_without_rows_is_refused(tmp_path):
    assert only(written(tmp_path, ",".join(TIDY) + "\n"), "sheet-empty")


def test_a_column_that_stands_twice_breaks_the_structure(tmp_path):
    findings = written(tmp_path, "area_code,indicator,value,Value\nS12000019,deaths_all_ages,1,2\n")

    assert only(findings, "column-duplicate").cell == "D1"
    assert findings.rows == Rows()


def test_an_unknown_column_is_left_out_and_one_written_otherwise_is_read(tmp_path):
    findings = written(tmp_path, "Area Code,indicator,value,period,colour\nS12000019,deaths_all_ages,1,2022,blue\n")

    assert only(findings, "column-unknown").value == "colour"
    assert only(findings, "column-repaired").value == "Area Code"
    assert findings.rows == Rows(used=1)


def test_a_line_with_too_few_fields_is_refused_as_a_row(tmp_path):
    findings = written(tmp_path, as_csv([row()]) + "S12000019,deaths_all_ages\n")

    assert only(findings, "csv-columns").cell == "A3"
    assert findings.rows == Rows(used=1, refused=1)


def test_a_file_without_one_usable_row_raises_with_its_findings(tmp_path):
    path = tmp_path / "figures.csv"
    path.write_text(as_csv([row(area_code="S12000099"), row(value="many")]), encoding="utf-8")
    with pytest.raises(IndicatorError) as caught:
        read_indicators(path)

    assert str(caught.value).startswith("figures.csv: 1 problem\n  I3: value: 'many' is not a number")
    assert caught.value.findings.rows == Rows(skipped=1, refused=1)


def test_a_file_that_is_not_there_is_a_finding(tmp_path):
    for name in ("nothing.csv", "nothing.json"):
        with pytest.raises(IndicatorError) as caught:
            read_indicators(tmp_path / name)
        assert [(found.code, found.file) for found in caught.value.findings] == [("file-missing", name)]


def test_text_from_a_file_stays_data(read_rows):
    hostile = '=HYPERLINK("http://x","y")<script>alert(1)</script>\x1b[31m'
    table, findings = read_rows(row(note=hostile, indicator="Deaths all ages"), row(indicator=hostile, value="1"))

    assert table["note"][0] == hostile
    assert "\x1b" not in only(findings, "indicator-unknown").value


# --- the folder ---


def test_one_bad_file_takes_no_other_down_and_files_that_contradict_are_named(data_folder):
    folder = data_folder / "indicators"
    (folder / "a.csv").write_text(as_csv([row()]), encoding="utf-8")
    (folder / "b.csv").write_text(as_csv([row(value="1150"), row(area_code=FIFE)]), encoding="utf-8")
    (folder / "broken.json").write_text("{", encoding="utf-8")
    (folder / "empty.csv").write_text("", encoding="utf-8")
    (folder / "notes.pdf").write_bytes(b"%PDF")
    read_all = read_indicator_folder(data=data_folder, today=TODAY)
    columns = ["file", "state", "layout", "rows_in", "used", "skipped", "refused"]

    assert read_all.files[columns].to_numpy().tolist() == [
        ["a.csv", "used", "tidy", 1, 1, 0, 0],
        ["b.csv", "used", "tidy", 2, 2, 0, 0],
        ["broken.json", "refused", "eurostat-json-stat", 0, 0, 0, 0],
        ["empty.csv", "refused", "", 0, 0, 0, 0],
    ]  # fmt: skip
    assert list(read_all.indicators["value"]) == [1100.5, 1150, 1100.5]
    by_file = {findings.file: findings for findings in read_all.findings}
    assert only(by_file["b.csv"], "figures-contradict").message == (
        f"{RATE}, Midlothian, 2022: 1150 in I2, but 1100.5 in I2 of a.csv"
    )
    assert by_file["notes.pdf"].codes == {"file-not-read"}


@pytest.mark.skipif(sys.platform != "linux", reason="names are bytes on Linux")
def test_a_name_that_is_no_text_is_shown_as_one_and_the_file_is_read(data_folder):
    folder = data_folder / "indicators" / "2025"
    folder.mkdir()
    names = [os.fsdecode(name) for name in (b"a\xff.csv", b"b\xff.csv", b"c\xff.json", b"d\xff.pdf")]
    for name, text in zip(names, [as_csv([row()]), as_csv([row(value="1150")]), "{", ""], strict=True):
        (folder / name).write_text(text, encoding="utf-8")
    read_all = read_indicator_folder(data=data_folder, today=TODAY)
    shown = [r"2025/a\xff.csv", r"2025/b\xff.csv", r"2025/c\xff.json", r"2025/d\xff.pdf"]

    assert [findings.file for findings in read_all.findings] == shown
    assert list(read_all.files["file"]) == shown[:3] and list(read_all.indicators["file"]) == shown[:2]
    assert only(read_all.findings[1], "figures-contradict").message.endswith(shown[0])
    assert read_all.findings[2].codes and {found.file for found in read_all.findings[2]} == {shown[2]}
    assert set(read_indicators(folder / names[0], data=data_folder, today=TODAY)[0]["file"]) == {r"a\xff.csv"}
    checked = json.dumps(report.check_paths(folder, data=data_folder), ensure_ascii=False).encode("utf-8")
    assert [Path(file["file"]).name for file in json.loads(checked)["files"]] == [Path(name).name for name in shown]


def test_a_name_of_the_greatest_length_is_read(data_folder):
    name = "x" * 250 + ".json"
    (data_folder / "indicators" / name).write_text("{", encoding="utf-8")
    assert read_indicator_folder(data=data_folder).files["file"].tolist() == [name]


def test_a_folder_without_files_gives_an_empty_table_with_its_types(data_folder):
    read_all = read_indicator_folder(data=data_folder)

    assert {name: str(kind) for name, kind in read_all.indicators.dtypes.items()} == COLUMNS
    assert read_all.files.empty
    assert read_all.findings == []


# --- the files that ship ---


@pytest.fixture(scope="module")
def shipped():
    return read_indicator_folder(today=TODAY)


def test_the_shipped_files_are_read_whole_and_without_an_error(shipped):
    assert len(shipped.files) >= 4
    assert (shipped.files["state"] == "used").all()
    assert (shipped.files["rows_in"] == shipped.files["used"]).all()
    assert not [finding for part in shipped.findings for finding in part.errors]


def test_every_shipped_figure_is_of_the_register(shipped):
    assert set(shipped.indicators["indicator"]) <= set(register.load_register().index)
    assert (shipped.indicators["region"] != "").all()


def test_the_plan_of_midlothian_has_exactly_the_warnings_that_it_deserves(shipped):
    findings = next(part for part in shipped.findings if part.file.startswith("midlothian_strategic_plan"))
    table = shipped.indicators[shipped.indicators["file"] == findings.file]
    contradictions = [finding.message for finding in findings if finding.code == "figures-contradict"]

    assert findings.codes == {"period-missing", "figures-contradict", "percentage-without-base", "figure-stale"}
    assert len(contradictions) == 2
    assert "700" in contradictions[0] and "500" in contradictions[0]
    assert "27" in contradictions[1] and "40" in contradictions[1]
    assert only(findings, "figure-stale").message.startswith("Share of the population in a minority ethnic community")
    bare = table.loc[table["measure"] == "percent", "indicator"].nunique()
    assert sum(finding.code == "percentage-without-base" for finding in findings) == bare
    assert sum(finding.code == "period-missing" for finding in findings) == (table["period"] == "").sum()


def test_no_false_alarm_in_the_official_statistics(shipped):
    official = [part for part in shipped.findings if part.file.startswith("scotpho")]

    assert {code for part in official for code in part.codes} == {"figure-stale"}


# --- laws ---

ENTRIES = {
    "area_code": [MIDLOTHIAN, FIFE, "S00000001", "X", ""],
    "indicator": [RATE, PERCENT, NUMBER, CHANGE, "nothing", ""],
    "period": ["2022", "2022/23", "2040", "2025-04-31", "soon", ""],
    "sex": ["", "all", "Males", "x"],
    "age_group": ["", "65+"],
    "quintile": ["", "Total", "1", "7"],
    "numerator": ["", "10", "-1", "*", "x"],
    "denominator": ["", "100", "0"],
    "value": ["10", "10,5", "-1", "120", "", "*", "inf", "=1+1", "#REF!"],
    "lowercl": ["", "1", "50", "NA"],
    "uppercl": ["", "90", "2"],
    "measure": ["", "percent", "Percentage", "x"],
}
any_row = st.fixed_dictionaries({column: st.sampled_from(values) for column, values in ENTRIES.items()})
slow = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@slow
@given(st.lists(any_row, min_size=1, max_size=8))
def test_rows_read_are_used_skipped_or_refused(tmp_path, rows):
    path = tmp_path / "any.csv"
    path.write_text(as_csv(rows), encoding="utf-8")
    table, findings = read(path)
    filled = sum(any(one.values()) for one in rows)

    assert findings.rows.read == filled
    assert findings.rows.used == len(table)
    assert bool(findings.rows.refused) <= findings.has_errors
    assert findings.codes <= set(known_codes())


@slow
@given(st.lists(any_row, min_size=2, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_figure(tmp_path, rows, random):
    path = tmp_path / "any.csv"
    key = [name for name in COLUMNS if name not in ("row", "cell", "file", "sheet", "is_hidden")]

    def figures(ordered):
        path.write_text(as_csv(ordered), encoding="utf-8")
        table = read(path)[0]
        return sorted(map(tuple, table[key].astype(str).to_numpy().tolist()))

    assert figures(rows) == figures(random.sample(rows, len(rows)))


@slow
@given(st.dictionaries(st.sampled_from([*TIDY, "note", "year", "colour"]), st.text(max_size=12), min_size=1))
def test_any_text_in_any_column_is_read_or_refused(tmp_path, entries):
    path = tmp_path / "any.csv"
    path.write_text(as_csv([row(**entries)]), encoding="utf-8", newline="")
    _, findings = read(path)

    assert findings.rows.read <= 2
    assert findings.codes <= set(known_codes())


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_that_python_writes_is_read_as_itself(number):
    assert wording.read_number(repr(number)).value == number


@given(st.text(max_size=20))
def test_any_text_is_a_number_a_mark_or_refused(text):
    try:
        number = wording.read_number(text)
    except wording.NotANumber:
        return
    assert (number.value is None) == bool(number.missing)


# --- what is declared ---


def test_every_measure_of_the_register_is_declared():
    assert set(register.load_register()["measure"]) <= set(wording.measures())


def test_every_word_for_a_measure_leads_to_a_declared_one():
    assert set(wording.meanings("measure").values()) <= set(wording.measures())


def test_the_shapes_ask_for_columns_that_they_read_and_name_declared_measures():
    for layout in layouts.layouts():
        ages = layout.ages.figures([Cell(1, 1, "text", name, name) for name in layout.needs]) if layout.ages else ()
        read = {*layout.read, *layout.ignored, *(figure.columns["value"] for figure in ages)}
        assert set(layout.needs) <= read, layout.id
        assert {figure.measure for figure in layout.figures} <= {"", *wording.measures()}, layout.id


# --- sources and the check of many files ---


def test_the_source_table_joins_what_was_read_with_what_is_known(shipped):
    table = sources.source_table(shipped.files, folder=paths.indicators())

    assert list(table["file"]) == list(shipped.files["file"])
    assert (table[["title", "producer", "licence", "sha256", "path"]] != "").all(axis=None)
    assert (table["rows_in"] == table["used"] + table["skipped"] + table["refused"]).all()


def test_a_file_that_nobody_described_is_somebodys_own(data_folder):
    path = data_folder / "indicators" / "mine.csv"
    path.write_text(as_csv([row()]), encoding="utf-8")
    files = read_indicator_folder(data=data_folder, today=TODAY).files
    described = {"path": "indicators/mine.csv", "title": "Mine", "sha256": "0" * 64, "status": "published"}

    own = sources.source_table(files, folder=path.parent, data=data_folder).iloc[0]
    assert (own["status"], own["title"], own["path"]) == ("own", "mine.csv", "indicators/mine.csv")
    (data_folder / "datapackage.json").write_text(json.dumps({"resources": [described]}), encoding="utf-8")
    known = sources.source_table(files, folder=path.parent, data=data_folder).iloc[0]
    assert (known["status"], known["title"]) == ("published", "Mine")
    assert "its hash differs" in known["status_note"]


def test_the_check_tells_what_each_file_is_and_one_bad_file_takes_no_other_down(data_folder):
    region = data_folder / "assessments" / "midlothian"
    region.mkdir(parents=True)
    (region / "round1.csv").write_text("stakeholder,dimension,rating\nA,Funding,9\n", encoding="utf-8")
    (region / "~$round1.csv").write_text("locked", encoding="utf-8")
    inbox = data_folder / "inbox"
    inbox.mkdir()
    (inbox / "figures.csv").write_text(as_csv([row()]), encoding="utf-8")
    (inbox / "ratings.csv").write_text(
        "region,stakeholder,dimension,rating\nmidlothian,A,Funding,3\n", encoding="utf-8"
    )
    (inbox / "broken.xlsx").write_bytes(b"PK\x03\x04nothing")
    result = report.check_paths([data_folder, inbox / "figures.csv"], data=data_folder)
    found = {Path(file["file"]).name: file for file in result["files"]}

    assert list(found) == ["round1.csv", "broken.xlsx", "figures.csv", "ratings.csv"]
    assert result["conforms"] is False
    assert "rating-out-of-range" in {finding["code"] for finding in found["round1.csv"]["findings"]}
    assert found["broken.xlsx"]["findings"][0]["severity"] == "error"
    assert found["figures.csv"]["rows"] == {"in": 1, "used": 1, "skipped": 0, "refused": 0}
    assert found["ratings.csv"]["rows"]["used"] == 1
    assert set(found["round1.csv"]["findings"][0]) == {
        "code", "severity", "sheet", "cell", "value", "expected", "message", "mend", "count",
    }  # fmt: skip
    json.dumps(result)


def test_a_check_lists_twenty_places_and_the_total(tmp_path):
    path = tmp_path / "figures.csv"
    path.write_text(as_csv([row(value="many", period=str(1900 + n)) for n in range(30)] + [row()]), encoding="utf-8")
    file = report.check_paths(path)["files"][0]

    assert len(file["findings"]) == 21
    assert file["findings"][-1]["count"] == 30
    assert report.as_text({"conforms": False, "files": [file]}).splitlines()[0] == (
        f"{path}: 30 problems (31 rows read: 1 used, 0 skipped, 30 refused)"
    )


def test_the_listing_names_place_fault_and_mend():
    place = {"sheet": "Ratings", "cell": "C4", "value": "9", "expected": "0-5", "mend": "Type a level", "count": 1}
    finding = place | {
        "code": "rating-out-of-range",
        "severity": "error",
        "message": "(B, Funding): 9 is not on the scale\x1b",
    }
    warning = place | {
        "code": "period-missing",
        "severity": "warning",
        "sheet": "",
        "message": "no period",
        "mend": "Say it",
    }
    file = {"file": "puglia_2025.xlsx", "rows": Rows(used=1, refused=1).as_dict(), "findings": [warning, finding]}

    assert report.as_text({"conforms": False, "files": [file]}).splitlines() == [
        "puglia_2025.xlsx: 1 problem, 1 warning (2 rows read: 1 used, 0 skipped, 1 refused)",
        "  Ratings!C4 (B, Funding): 9 is not on the scale�",
        "    Type a level (rating-out-of-range)",
        "  warning C4: no period",
        "    Say it (period-missing)",
        "",
        "The file has problems.",
    ]

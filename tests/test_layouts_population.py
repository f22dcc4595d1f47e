"""Populations in the shapes of their sources: wide by age, long with names for areas, estimates and projections."""

import csv
import datetime as dt
import gzip
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from helpers.ingest import indicators as reader
from helpers.ingest import layouts, report
from helpers.ingest.books import Cell
from helpers.reference import indicators as register
from helpers.scoring import figures
from test_indicators_fast import AT_ONCE, ROW_BY_ROW, assert_both_ways_agree, codes, read

SCOTLAND = Path(__file__).resolve().parents[2] / "shared" / "data" / "scotland"
beside_data = pytest.mark.skipif(not SCOTLAND.exists(), reason="the official files are not beside the project")
TODAY = dt.date(2026, 3, 14)
AGES = [f"Age{age}" for age in range(90)]
WIDE = ["_id", "Year", "CA", "CAQF", "Sex", "SexQF", "AllAges", *AGES, "Age90plus"]


def line(year, sex, *, area="S12000019", first="1000", last="12", total="1900"):
    ages = [first, *["10"] * 88, "8", last]
    return ["1", str(year), area, "", sex, "", total, *ages]


def wide(tmp_path, *lines, columns=WIDE):
    path = tmp_path / "population.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([columns, *lines])
    return path


def figures_of(path):
    answer, is_fast = assert_both_ways_agree(path)
    assert is_fast
    return read(path, AT_ONCE)[1], answer


def test_each_age_of_a_wide_table_is_a_figure_of_its_own(tmp_path):
    table, answer = figures_of(wide(tmp_path, line(2022, "Female"), line(2022, "Male", last="7")))
    shown = table[table["age_group"].isin(["all", "0", "1", "89", "90+"])]

    assert shown[["indicator", "period", "sex", "age_group", "value", "measure", "cell"]].to_numpy().tolist() == [
        ["population", "2022", "female", "all", 1900, "number", "G2"],
        ["population", "2022", "female", "0", 1000, "number", "H2"],
        ["population", "2022", "female", "1", 10, "number", "I2"],
        ["population", "2022", "female", "89", 8, "number", "CS2"],
        ["population", "2022", "female", "90+", 12, "number", "CT2"],
        ["population", "2022", "male", "all", 1900, "number", "G3"],
        ["population", "2022", "male", "0", 1000, "number", "H3"],
        ["population", "2022", "male", "1", 10, "number", "I3"],
        ["population", "2022", "male", "89", 8, "number", "CS3"],
        ["population", "2022", "male", "90+", 7, "number", "CT3"],
    ]
    assert answer["layout"] == "phs-population"
    assert answer["rows"] == {"used": 184, "skipped": 0, "refused": 0}


def test_a_wrong_entry_of_one_age_is_named_by_its_cell_and_takes_no_other_down(tmp_path):
    table, answer = figures_of(wide(tmp_path, line(2022, "All", last="-3"), line(2022, "Female", first="")))
    found = {finding["code"]: finding for finding in answer["findings"]}

    assert (found["value-out-of-range"]["cell"], found["value-missing"]["cell"]) == ("CT2", "H3")
    assert answer["rows"] == {"used": 182, "skipped": 1, "refused": 1}
    assert table["value"].min() == 8


def test_a_table_that_reaches_into_the_future_is_a_projection_from_its_first_year_on(tmp_path):
    table, answer = figures_of(wide(tmp_path, line(2018, "All"), line(2043, "All", total="2100")))

    assert set(table["indicator"]) == {"population_projected"}
    assert "period-future" not in codes(answer)


def test_the_same_table_is_one_of_estimates_while_no_year_is_to_come(tmp_path):
    table, _ = figures_of(wide(tmp_path, line(2018, "All"), line(2026, "All")))

    assert set(table["indicator"]) == {"population"}


def test_a_projection_in_our_own_columns_may_lie_in_the_future_and_an_estimate_may_not(tmp_path):
    path = tmp_path / "figures.csv"
    rows = [f"S12000019,{indicator},2040,60" for indicator in ("population_projected", "population")]
    path.write_text("\n".join(["area_code,indicator,period,value", *rows]), encoding="utf-8")
    answer, _ = assert_both_ways_agree(path)

    assert [(finding["code"], finding["cell"]) for finding in answer["findings"]] == [("period-future", "C3")]


def test_more_may_leave_than_come(tmp_path):
    path = tmp_path / "figures.csv"
    path.write_text("area_code,indicator,period,value\nS12000019,net_migration,2022,-340\n", encoding="utf-8")
    table, _ = figures_of(path)

    assert table["value"].tolist() == [-340]


LONG = ["Area", "Year", "Sex", "Age", "Population"]


def test_areas_without_a_code_are_told_by_their_names_and_the_last_age_is_open(tmp_path):
    lines = [
        ["Midlothian", "1998", "F", "0", "489"],
        ["City of Edinburgh", "1998", "M", "90", "700"],
        ["Na h-Eileanan Siar", "1998", "M", "9", "150"],
        ["Scotland", "1998", "F", "89", "4000"],
        ["Atlantis", "1998", "F", "0", "1"],
        ["", "1998", "F", "0", "1"],
    ]
    table, answer = figures_of(wide(tmp_path, *lines, columns=LONG))

    assert table[["region", "area_code", "sex", "age_group", "value", "cell"]].to_numpy().tolist() == [
        ["midlothian", "S12000019", "female", "0", 489, "E2"],
        ["city-of-edinburgh", "S12000036", "male", "90+", 700, "E3"],
        ["na-h-eileanan-siar", "S12000013", "male", "9", 150, "E4"],
        ["scotland", "S92000003", "female", "89", 4000, "E5"],
    ]
    unknown = [finding for finding in answer["findings"] if finding["code"] == "area-unknown"]
    assert [(one["cell"], one["message"]) for one in unknown] == [
        ("A6", "no region of the register is called 'Atlantis' (1 row)"),
        ("A7", "the row names no area (1 row)"),
    ]


def test_a_wide_table_in_a_workbook_is_read_as_well(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(WIDE)
    book.active.append(line(2022, "All"))
    book.save(tmp_path / "population.xlsx")
    _, table, is_fast = read(tmp_path / "population.xlsx", ROW_BY_ROW)

    assert not is_fast and len(table) == 92
    assert table.iloc[-1][["age_group", "value", "cell"]].tolist() == ["90+", 12, "CT2"]


@pytest.mark.parametrize(
    ("name", "age"),
    [("Age0", "0"), ("age_90", ""), ("Age90plus", "90+"), ("AllAges", "all"), ("Ages", ""), ("Age9x", "")],
)
def test_the_age_that_a_columns_name_says(name, age):
    shape = next(layout for layout in layouts.layouts() if layout.id == "phs-population")
    found = shape.ages.figures([Cell(1, 1, "text", name, name)])

    assert [figure.age_group for figure in found] == ([age] if age else [])


# --- the official files ---


@beside_data
def test_the_long_series_of_the_national_records_is_read_whole():
    table, findings = reader.read_indicators(SCOTLAND / "nrs_mye_1998_2018_council_sex_single_age.csv.gz", today=TODAY)
    midlothian = table[(table["region"] == "midlothian") & (table["period"] == "2018")]

    assert findings.rows.read == findings.rows.used == 126_126
    assert midlothian["value"].sum() == 91_340  # as the National Records of Scotland published
    assert set(table["age_group"]) == {*map(str, range(90)), "90+"} and set(table["sex"]) == {"female", "male"}


@beside_data
def test_a_wide_file_without_a_year_is_read_and_says_so():
    answer, is_fast = assert_both_ways_agree(SCOTLAND / "nrs_mye_mid2022_council_persons_single_age.csv")
    table = read(SCOTLAND / "nrs_mye_mid2022_council_persons_single_age.csv", AT_ONCE)[1]
    total = table[(table["region"] == "midlothian") & (table["age_group"] == "all")]

    assert is_fast and total["value"].tolist() == [97_030]
    assert codes(answer).count("period-missing") == len(table) == 32 * 92


TIDIED = ["ltla_code", "date", "age_group", "delay_reason", "num_delayed_bed_days", "average_daily_delayed_beds"]


def test_delayed_discharges_that_stand_twice_are_counted_once(tmp_path):
    month = ["S12000019", "2024-07-01", "75plus", "All Delay Reasons", "236", "8"]
    other = ["S12000019", "2024-07-01", "75plus", "All Delay Reasons", "240", "8"]
    table, answer = figures_of(wide(tmp_path, month, month, other, columns=TIDIED))

    assert table[["indicator", "period", "value"]].to_numpy().tolist() == [
        ["delayed_discharge_bed_days", "2024-07", 236],
        ["delayed_discharge_beds", "2024-07", 8],
        ["delayed_discharge_bed_days", "2024-07", 240],
    ]
    assert [code for code in codes(answer) if code.startswith("figure")] == [
        "figure-twice", "figure-twice", "figures-contradict", "figure-twice",
    ]  # fmt: skip
    assert answer["rows"] == {"used": 3, "skipped": 3, "refused": 0}


@beside_data
def test_the_official_delayed_discharges_are_read_and_rows_without_an_area_are_counted():
    path = SCOTLAND / "phs_delayed_discharge_bed_days_council_monthly.csv.gz"
    table, findings = reader.read_indicators(path, today=TODAY)
    raw = pd.read_csv(path)
    wanted = raw[(raw["delay_reason"] == "All Delay Reasons") & raw["ltla_code"].notna()]
    days = table[table["indicator"] == "delayed_discharge_bed_days"]["value"]

    assert set(table["indicator"]) == {"delayed_discharge_bed_days", "delayed_discharge_beds"}
    assert days.sum() == wanted["num_delayed_bed_days"].sum()
    assert any(one.message == "the row has no area code (660 rows)" for one in findings)


@beside_data
def test_care_at_home_is_read():
    table, _ = reader.read_indicators(SCOTLAND / "phs_care_at_home_council_quarterly.csv", today=TODAY)

    assert set(table["indicator"]) == {"care_at_home_per_1000"} and len(table) > 700


def test_gzip_of_a_wide_table(tmp_path):
    plain = wide(tmp_path, line(2022, "All"))
    packed = tmp_path / "population.csv.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))

    assert len(reader.read_indicators(packed, today=TODAY)[0]) == 92


# --- building blocks stay out of comparisons ---


def test_building_blocks_and_projections_are_left_out_of_what_is_shown():
    declared = register.load_register()
    table = pd.DataFrame(
        {"indicator": ["population", "loneliness", "population_projected", "deaths"], "sex": "all", "age_group": "all"}
    )

    assert figures.with_names(table, declared)["indicator"].tolist() == ["loneliness"]
    assert len(figures.with_names(table, declared.drop(columns="role"))) == 4
    whole = table.assign(area_code="S12000019", period="2022", value=1.0)
    assert figures.complete(whole, declared)["indicator"].tolist() == ["loneliness"]
    assert len(figures.complete(whole)) == 4


def test_the_check_counts_figures_where_a_row_holds_several(tmp_path):
    told = report.as_text(report.check_paths(wide(tmp_path, line(2022, "All"), line(2022, "Male"))))

    assert "(184 figures read: 184 used, 0 skipped, 0 refused)" in told

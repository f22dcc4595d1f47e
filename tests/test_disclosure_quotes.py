"""Hidden numbers that stand in words, in columns of another kind, or that a second file gives back."""

import datetime as dt

import pytest

from helpers.ingest.indicators import read_indicator_folder, read_indicators
from helpers.scoring.disclosure import audit, find_rule

FIVE = find_rule("scotpho-5")
TODAY = dt.date(2026, 3, 1)
HEADER = (
    "area_code,indicator,period,sex,age_group,quintile,numerator,denominator,value,lowercl,uppercl,measure,"
    "group,qualifier,note"
)
MIDLOTHIAN, CODE = "S12000019", "alcohol_admissions"


def line(quintile="", numerator="", denominator=9000, *, period="2022", **texts):
    rate = round(float(numerator) / denominator * 100_000, 1) if numerator != "" else ""
    said = [texts.get(name, "") for name in ("group", "qualifier", "note")]
    cells = [MIDLOTHIAN, CODE, period, texts.get("sex", ""), "", quintile, numerator, denominator, rate, "", "",
             texts.get("measure", "rate_per_100000"), *said]  # fmt: skip
    return ",".join(map(str, cells))


@pytest.fixture
def folder(tmp_path):
    def written(**files):
        (tmp_path / "indicators").mkdir(exist_ok=True)
        for name, lines in files.items():
            (tmp_path / "indicators" / f"{name}.csv").write_text("\n".join([HEADER, *lines]) + "\n", "utf-8")
        return tmp_path

    return written


def read(data, name="own"):
    return read_indicators(data / "indicators" / f"{name}.csv", data=data, today=TODAY)


# --- words


@pytest.mark.parametrize("text", ["3 of 9000 people", "there were three", "a rate of 33.3", "(33)"])
def test_no_text_beside_a_hidden_number_quotes_it(folder, text):
    told = line("1", 3, group=text), line("2", 50, note=text, qualifier=text), line("3", 60, note="60 of 9000")
    table, _ = read(folder(own=told))
    assert table["is_hidden"].tolist() == [True, False, False]
    assert not table[["group", "note", "qualifier"]].isin([text]).any(axis=None)
    assert table["note"].tolist()[2] == "60 of 9000"


def test_texts_without_the_number_stay(folder):
    table, _ = read(folder(own=[line("1", 3, group="carers aged 16-64"), line("2", 50, note="as of 2022: 50 people")]))
    assert table["group"].tolist()[0] == "carers aged 16-64" and table["note"].tolist()[1] == "as of 2022: 50 people"


# --- columns that the number got into by mistake


@pytest.mark.parametrize(
    "wrong",
    [line("1", 50, period="3.918273"), line("1", 50, sex="3"), line("3.918273", 50), line("1", 50, measure="3")],
)
def test_a_number_in_a_column_of_another_kind_is_not_quoted(folder, wrong):
    _, findings = read(folder(own=[line("1", 50), wrong]))
    (found,) = [one for one in findings if one.cell]
    assert found.cell.endswith("3") and not any(n in f"{found.value} {found.message}" for n in ("3.918273", "'3'"))


@pytest.mark.parametrize("period", ["2022x", "2022-13"])
def test_a_period_that_cannot_be_read_is_quoted(folder, period):
    _, findings = read(folder(own=[line("1", 50), line("1", 50, period=period)]))
    assert period in [one.value for one in findings]


def test_a_number_as_a_column_s_name_is_not_quoted(folder):
    data = folder(own=[line("1", 50)])
    path = data / "indicators" / "own.csv"
    path.write_text(f"{HEADER},3.918273,comment\n{line('1', 50)},,\n", "utf-8")
    _, findings = read(data)
    unknown = [one for one in findings if one.code == "column-unknown"]
    assert {one.value for one in unknown} == {"", "comment"}


# --- two files


QUINTILES = [line(str(n), count) for n, count in enumerate((3, 40, 50, 60, 70), start=1)]
TOTAL = [line("", 223, 45_000)]


def test_a_total_in_another_file_gives_nothing_back(folder):
    data = folder(fifths=QUINTILES, whole=TOTAL)
    table = read_indicator_folder(data=data, today=TODAY).indicators
    own = table[table["file"] == "fifths.csv"].set_index("quintile")
    assert own["is_hidden"].sum() == 2 and own.loc["1", "is_hidden"]
    assert not audit(table, FIVE)["is_pinned"].any()
    alone = read_indicator_folder(data=folder(whole=[]), today=TODAY).indicators
    assert alone["is_hidden"].sum() == 1


def test_what_another_file_has_in_print_stays_and_ours_goes(folder):
    data = folder(fifths=QUINTILES, whole=TOTAL)
    (data / "reference").mkdir()
    lines = "file,layout,status,indicator,rule,reason\nwhole.csv,,,,none,in print\n"
    (data / "reference" / "disclosure.csv").write_text(lines, "utf-8")
    read_ = read_indicator_folder(data=data, today=TODAY)
    hidden = read_.indicators.groupby("file")["is_hidden"].sum()
    assert hidden.to_dict() == {"fifths.csv": 2, "whole.csv": 0}
    said = [one.message for one in read_.findings[0] if one.code == "value-hidden"]
    assert len(said) == 2 and "another file" in said[1] and "1 further figure" in said[1]


def test_other_indicators_and_areas_are_left_alone(folder):
    other = [one.replace(CODE, "drug_admissions") for one in TOTAL]
    there = [one.replace(MIDLOTHIAN, "S12000036") for one in TOTAL]
    table = read_indicator_folder(data=folder(fifths=QUINTILES, whole=[*other, *there]), today=TODAY).indicators
    assert table["is_hidden"].sum() == 1

"""From when until when a reading holds: on every day of that time the same files give the same, and then no longer."""

import ast
import datetime as dt
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from helpers.ingest import indicator_tables, plain_text
from helpers.ingest.all_regions import read_all_assessments
from helpers.ingest.assessing import assess
from helpers.ingest.assessments import read_assessments
from helpers.ingest.books import Limits
from helpers.ingest.fields import Wanted
from helpers.ingest.findings import Findings
from helpers.ingest.indicators import read_indicator_folder
from helpers.ingest.judging import Today, holding, holds_of
from helpers.reference import paths
from literal_books import book, sheet

SOURCE = Path(__file__).resolve().parents[1] / "src" / "helpers"
FAST, SLOW = 0, 10**12
HEADER = "area_code,indicator,period,sex,age_group,quintile,numerator,denominator,value,measure"
DEATHS = "S12000019,deaths_all_ages,{},all,all,total,,,1100,rate_per_100000"
GROWS = "S12000019,population_change_projected,{},all,all,total,,,{},change_percent"
DAYS = st.dates(dt.date(2023, 1, 1), dt.date(2033, 12, 31))
PERIODS = st.builds("{}{}".format, st.integers(2010, 2036), st.sampled_from(["", "", "-06", "-2037"]))
ROWS = st.one_of(
    PERIODS.map(DEATHS.format), st.builds(GROWS.format, PERIODS, st.integers(20, 40)), PERIODS.map(DEATHS.format)
)
BESIDE = {"percentage-without-base", "no-usable-rows"}
slow = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def figures(path, lines, day, smallest=SLOW):
    """The answer of the child process about a file of these lines, on a day."""
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plain_text, "SMALLEST", smallest)
        told = {"name": path.name, "data": str(paths.data()), "today": day.isoformat()}
        answer = indicator_tables.read_figures(str(path), Limits(large_text=True), **told)
    table = answer.pop("table").to_pandas() if "table" in answer else pd.DataFrame(answer.pop("columns"))
    return answer | {"figures": table.to_csv()}


def ratings(day, *dates):
    """What is understood of an assessment with a rating of each of these dates, and what is found, on a day."""
    rows = [[f"Person {at}", "Funding", 3, text] for at, text in enumerate(dates)]
    findings, today = Findings("test.xlsx"), Today(day)
    table = sheet("assessment", [["stakeholder", "dimension", "rating", "date"], *rows])
    return {**vars(assess(book(table), Wanted("midlothian", today), findings)), "found": list(findings)}, today.holds()


def days_of(holds):
    """The two days of an answer, those of the calendar's ends where it has none."""
    start, end = holds["holds_from"], holds["holds_until"]
    return dt.date.fromisoformat(start or "0001-01-01"), dt.date.fromisoformat(end or "9999-12-31")


# the questions


@given(day=DAYS, other=DAYS)
@example(dt.date(2028, 2, 29), dt.date(2020, 2, 29))
@example(dt.date(2028, 2, 29), dt.date(2020, 2, 28))
@example(dt.date(2028, 3, 1), dt.date(2020, 2, 29))
@example(dt.date(2100, 2, 28), dt.date(2092, 2, 29))
@example(dt.date(2100, 3, 1), dt.date(2092, 2, 29))
def test_years_have_gone_by_where_the_same_day_of_the_later_year_is_past(day, other):
    shifted = day.replace(year=day.year + 8) if (day.month, day.day) != (2, 29) else day
    for today in (day, shifted):
        expected = other.isoformat() < f"{today.year - 8}-{today:%m-%d}"
        assert Today(today).is_years_after(other, 8) == expected


@pytest.mark.parametrize(
    ("asked", "answer", "start", "end"),
    [
        (lambda today: today.is_before(dt.date(2026, 3, 15)), True, "", "2026-03-15"),
        (lambda today: today.is_before(dt.date(2026, 3, 14)), False, "2026-03-14", ""),
        (lambda today: today.is_before(dt.date(2026, 3, 13)), False, "2026-03-13", ""),
        (lambda today: today.is_before_year(2027), True, "", "2027-01-01"),
        (lambda today: today.is_before_year(2026), False, "2026-01-01", ""),
        (lambda today: today.is_before_year(0), False, "", ""),
        (lambda today: today.is_before_year(123_456), True, "", ""),
        (lambda today: today.is_years_after(dt.date(2018, 3, 13), 8), True, "2026-03-14", ""),
        (lambda today: today.is_years_after(dt.date(2018, 3, 14), 8), False, "", "2026-03-15"),
        (lambda today: today.is_years_after(dt.date(9990, 3, 14), 20), False, "", ""),
        (lambda today: today.is_years_after(dt.date(9991, 12, 31), 8), False, "", ""),
        (lambda today: today.year(), 2026, "2026-01-01", "2027-01-01"),
    ],
)
def test_an_answer_holds_from_one_day_until_another(asked, answer, start, end):
    today = Today(dt.date(2026, 3, 14))
    assert asked(today) == answer
    assert today.holds() == {"holds_from": start, "holds_until": end}


def test_nothing_asked_holds_for_ever_and_a_reader_that_died_for_a_day():
    day = dt.date(2026, 12, 31)
    assert Today(day).holds() == {"holds_from": "", "holds_until": ""} == holds_of({"rows": {}}, day)
    assert holds_of({"trace": "", "findings": []}, day) == {"holds_from": "2026-12-31", "holds_until": "2027-01-01"}


def test_several_files_hold_from_the_last_until_the_first():
    one = pd.DataFrame({"holds_from": ["2024-01-01", ""], "holds_until": ["", "2027-05-01"]})
    other = pd.DataFrame({"holds_from": ["2025-02-01"], "holds_until": ["2026-09-30"]})
    assert holding([one]) == ("2024-01-01", "2027-05-01")
    assert holding([one, other, pd.DataFrame({"file": ["demand/fife.csv"]})]) == ("2025-02-01", "2026-09-30")
    assert holding([]) == holding([pd.DataFrame()]) == ("", "")


# what is read


BOTH_WAYS = pytest.mark.parametrize("smallest", [SLOW, FAST], ids=["row by row", "at once"])
SAID = {"figures-contradict"}


@BOTH_WAYS
@pytest.mark.parametrize(
    ("lines", "start", "end", "before", "after"),
    [
        ([DEATHS.format(2026)], "", "2026-12-31", {"period-future"}, set()),
        ([DEATHS.format(2018)], "2018-12-31", "2027-01-01", set(), {"figure-stale"}),
        ([DEATHS.format(2017), DEATHS.format(2023)], "2023-12-31", "2032-01-01", set(), {"figure-stale"}),
        ([GROWS.format(2026, 20), GROWS.format(2027, 40)], "2026-01-01", "2026-12-31", SAID, set()),
        ([GROWS.format("2026-2036", 20), GROWS.format(2037, 40)], "2026-01-01", "2027-01-01", SAID, SAID),
    ],
    ids=["to come", "becomes old", "the newest becomes old", "a change is past", "another year"],
)
def test_figures_hold_until_something_else_is_to_be_said(tmp_path, lines, start, end, before, after, smallest):
    last = dt.date.fromisoformat(end) - dt.timedelta(1)
    days = [dt.date(2026, 3, 14), last, last + dt.timedelta(1)]
    found = [figures(tmp_path / "figures.csv", [HEADER, *lines], day, smallest) for day in days]
    assert [{one["code"] for one in answer["findings"]} - BESIDE for answer in found] == [before, before, after]
    holds = [(answer["holds_from"], answer["holds_until"]) for answer in found]
    assert holds[:2] == [(start, end), (start, end)] and holds[2][0] == end


@BOTH_WAYS
def test_projections_are_estimates_from_their_last_year_on(tmp_path, smallest):
    lines = ["Year,CA,Sex,AllAges,Age0,Age90plus", *(f"{y},S12000019,All,90000,900,800" for y in (2024, 2026, 2028))]
    days = [dt.date(2026, 3, 14), dt.date(2027, 12, 31), dt.date(2028, 1, 1)]
    answers = [figures(tmp_path / "projections.csv", lines, day, smallest) for day in days]
    assert [answer["holds_until"] for answer in answers[:2]] == ["2028-01-01"] * 2
    assert ["population_projected" in answer["figures"] for answer in answers] == [True, True, False]
    assert answers[2]["holds_from"] == "2028-01-01"


def test_a_date_of_a_rating_counts_from_its_day_on():
    before, holds = ratings(dt.date(2026, 3, 14), "2025-11-02", "2026-05-01", "2026-04-01")
    assert before["columns"]["date"] == ["2025-11-02", "", ""]
    assert holds == {"holds_from": "2025-11-02", "holds_until": "2026-04-01"}
    after, holds = ratings(dt.date(2026, 4, 1), "2025-11-02", "2026-05-01", "2026-04-01")
    assert after["columns"]["date"] == ["2025-11-02", "", "2026-04-01"]
    assert holds == {"holds_from": "2026-04-01", "holds_until": "2026-05-01"}


@slow
@given(rows=st.lists(ROWS, min_size=1, max_size=6), day=DAYS, other=DAYS, smallest=st.sampled_from([SLOW, FAST]))
def test_figures_are_the_same_on_every_day_on_which_they_hold(tmp_path, rows, day, other, smallest):
    lines = [HEADER, *rows]
    first = figures(tmp_path / "figures.csv", lines, day, smallest)
    start, end = days_of(first)
    assert start <= day < end
    for another in (start, other, end - dt.timedelta(1)):
        if start <= another < end and 2000 < another.year < 9000:
            assert figures(tmp_path / "figures.csv", lines, another, smallest) == first
    if end.year < 9000:
        assert figures(tmp_path / "figures.csv", lines, end, smallest)["holds_from"] == end.isoformat()


@slow
@given(dates=st.lists(DAYS.map(dt.date.isoformat), min_size=1, max_size=5), day=DAYS, other=DAYS)
def test_ratings_are_the_same_on_every_day_on_which_they_hold(dates, day, other):
    first, holds = ratings(day, *dates)
    start, end = days_of(holds)
    assume(start <= other < end)
    assert ratings(other, *dates) == (first, holds)


def test_the_tables_of_files_say_how_long_they_hold():
    day = dt.date(2026, 3, 14)
    own = read_assessments("midlothian", today=day)
    files = [own.files, read_indicator_folder(today=day).files, read_all_assessments(today=day).files]
    assert all({"holds_from", "holds_until"} <= set(table) for table in files)
    start, end = holding(files)
    assert "2025-01-01" < start <= "2026-03-14" < end < "2028-01-01"
    assert holding([own.files])[1] == ""  # its dates are all past


# nobody else knows what day it is


def clock_readings(file):
    """The calls in a file that ask which day or what time it is."""
    calls = [node.func for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Call)]
    asked = [call for call in calls if isinstance(call, ast.Attribute)]
    names = {"today", "now", "utcnow", "time", "localtime", "gmtime", "ctime", "fromtimestamp"}
    return [ast.unparse(call) for call in asked if call.attr in names and ast.unparse(call.value) in CLOCKS]


CLOCKS = {"dt.date", "date", "datetime.date", "dt.datetime", "datetime", "datetime.datetime", "time", "pd.Timestamp"}


LIVE = {"fetching", "workshop"}  # they take place on a day, and no report is made by them


def test_only_who_is_told_no_day_asks_for_it():
    rooms = ("reference", "disclosure", "ingest", "scoring", "charts", "page", "live")
    files = [file for room in rooms for file in (SOURCE / room).rglob("*.py") if not LIVE & set(file.parts)]
    asked = {file.relative_to(SOURCE).as_posix(): found for file in files if (found := clock_readings(file))}
    assert asked == {
        "ingest/assessments.py": ["dt.date.today"],
        "ingest/indicators.py": ["dt.date.today"] * 2,
        "ingest/texts.py": ["dt.date.today"],  # what atlas check says of a text is in no report
    }


def test_readers_are_given_questions_and_no_day():
    assert [name for name in vars(Today) if not name.startswith("_")] == [
        "of", "is_before", "is_before_year", "is_years_after", "year", "holds",
    ]  # fmt: skip
    others = [file for file in SOURCE.rglob("*.py") if file.name != "judging.py"]
    assert [file for file in others if "today._" in file.read_text("utf-8")] == []

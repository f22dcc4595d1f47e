"""The day in one cell: read where it is certain, left out with a reason where it is not."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.ingest.dates import FIRST_DAY, read_day
from helpers.ingest.findings import known_codes
from helpers.ingest.judging import Today
from helpers.ingest.vocabulary import entries, key
from literal_books import TODAY, cell

DAY = dt.date(2025, 3, 14)


def day(value):
    return read_day(cell(2, 7, value), Today(TODAY))


@pytest.mark.parametrize("value", [
    dt.datetime(2025, 3, 14), dt.datetime(2025, 3, 14, 10, 30), "2025-03-14", " 2025-03-14 ", "2025-03-14T10:30:00Z",
    "2025-03-14 00:00:00", "2025/03/14", "2025.03.14", "2025-3-14", "20250314", "14/03/2025", "14.03.2025", "14.3.2025",
    "14-03-2025", "14. 3. 2025", "3/14/2025", "14 March 2025", "14 Mar 2025", "14th March 2025", "March 14, 2025",
    "Friday, 14 March 2025", "14-Mar-2025", "14. März 2025", "14 mars 2025", "14 de marzo de 2025", "14 marzo 2025",
    "14 maart 2025", "14 marca 2025", "14. marca 2025", "14. märts 2025", "2025 m. kovo 14 d.",
])  # fmt: skip
def test_a_certain_day_is_read(value):
    assert day(value).day == DAY


@pytest.mark.parametrize(("value", "code"), [
    ("03/04/2025", "date-ambiguous"), ("3.4.2025", "date-ambiguous"), ("14/03/25", "date-ambiguous"),
    ("31/02/2025", "date-impossible"), ("2025-02-30", "date-impossible"), ("2025-13-01", "date-impossible"),
    ("32/13/2025", "date-impossible"), ("30 February 2025", "date-impossible"),
    ("March 2025", "date-unreadable"), ("2025-03", "date-unreadable"), ("2025", "date-unreadable"),
    (45730, "date-unreadable"), (True, "date-unreadable"), (dt.time(10, 30), "date-unreadable"),
    ("last spring", "date-unreadable"), ("14 Martember 2025", "date-unreadable"), ("2025314", "date-unreadable"),
    (dt.datetime(2027, 3, 14), "date-future"), ("2026-01-02", "date-future"),
    (dt.datetime(1905, 7, 17), "date-early"), ("14/03/1925", "date-early"),
])  # fmt: skip
def test_an_uncertain_day_is_left_out_and_said(value, code):
    assert (day(value).day, day(value).code) == (None, code)
    assert known_codes()[code].severity == "warning"


def test_the_same_figure_twice_is_certain():
    assert day("03/03/2025").day == dt.date(2025, 3, 3)


def test_today_is_not_the_future():
    assert day("2026-01-01").day == TODAY


@given(st.dates(FIRST_DAY, TODAY))
def test_what_is_written_as_iso_is_read_back(written):
    assert day(written.isoformat()).day == written


@given(st.dates(FIRST_DAY, TODAY))
def test_figures_are_never_read_in_two_ways(written):
    by_day, by_month = day(f"{written:%d/%m/%Y}"), day(f"{written:%m/%d/%Y}")
    assert {by_day.day, by_month.day} <= {written, None}


@given(st.text())
def test_whatever_is_written_there_is_a_day_or_a_reason(text):
    found = day(text)
    assert (found.day is None) == bool(found.code) == bool(found.reason)


def test_no_word_means_two_months():
    meant = {}
    for month, _, word in entries("month"):
        assert meant.setdefault(key(word), month) == month, word

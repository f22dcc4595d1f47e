"""Periods: every way of writing that is understood, what is refused, and the laws that hold for all of them."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.ingest import periods
from helpers.ingest.periods import PeriodError, parse_period

UNDERSTOOD = [
    # written, normalised, first day, last day, kind
    ("2022", "2022", "2022-01-01", "2022-12-31", "year"),
    ("2022/23", "2022/23", "2022-04-01", "2023-03-31", "financial year"),
    ("2022/2023", "2022/23", "2022-04-01", "2023-03-31", "financial year"),
    ("1999/00", "1999/00", "1999-04-01", "2000-03-31", "financial year"),
    ("2020-2022", "2020-2022", "2020-01-01", "2022-12-31", "year"),
    ("2020–2022", "2020-2022", "2020-01-01", "2022-12-31", "year"),
    ("2020/21-2022/23", "2020/21-2022/23", "2020-04-01", "2023-03-31", "financial year"),
    ("2016-08", "2016-08", "2016-08-01", "2016-08-31", "month"),
    ("2022-12", "2022-12", "2022-12-01", "2022-12-31", "month"),
    ("2010-11", "2010-11", "2010-11-01", "2010-11-30", "month"),
    ("2024-02-29", "2024-02-29", "2024-02-29", "2024-02-29", "day"),
    ("2016-07-01 00:00:00", "2016-07-01", "2016-07-01", "2016-07-01", "day"),
    ("Q1 2018", "2018-Q1", "2018-01-01", "2018-03-31", "quarter"),
    ("2018Q4", "2018-Q4", "2018-10-01", "2018-12-31", "quarter"),
    ("2018-S2", "2018-S2", "2018-07-01", "2018-12-31", "half-year"),
    ("October 2023", "2023-10", "2023-10-01", "2023-10-31", "month"),
    ("mid-2021", "mid-2021", "2021-06-30", "2021-06-30", "day"),
]
WORDS_OF_SCOTPHO = [
    ("2018 to 2022 calendar years; 5-year aggregates", "2018-2022"),
    ("2020/21 to 2022/23 financial years; 3-year aggregates", "2020/21-2022/23"),
    ("2019-2021 (3 year aggregate)", "2019-2021"),
    ("2020 to 2022 (3 year aggregate)", "2020-2022"),
    ("4-year aggregate (2018-2022)", "2018-2022"),
    ("4-year aggregate (2014 - 2017)", "2014-2017"),
    ("2010-2013 combined survey years", "2010-2013"),
    ("2022 survey year", "2022"),
    ("Survey year (2017-2019)", "2017-2019"),
    ("Financial year (2021/22)", "2021/22"),
    ("2021/22 financial year", "2021/22"),
    ("2016 August snapshot", "2016-08"),
    ("31st March 2014 snapshot", "2014-03-31"),
    ("2012 to 2014 March snapshot; 3-year average", "2012-03 to 2014-03"),
    ("2021 mid-year estimate", "mid-2021"),
    ("2022/23 school year", "2022/23 school year"),
    ("2020/21 to 2022/23 school years; 3-year aggregates", "2020/21-2022/23 school years"),
]
NOT_UNDERSTOOD = ["", "soon", "by 2036", "next 10 years", "since 2019", "31/03/2014", "2022.0", "٢٠٢٢", "12022", "1"]
IMPOSSIBLE = ["2025-04-31", "2023-02-29", "2022-13", "2020-22", "2022/24", "2022-2020", "2022/23-2020/21", "0999"]


@pytest.mark.parametrize(("written", "text", "start", "end", "kind"), UNDERSTOOD)
def test_a_period_is_read_with_its_first_and_last_day(written, text, start, end, kind):
    period = parse_period(written)

    assert (period.text, period.kind) == (text, kind)
    assert (period.start, period.end) == (dt.date.fromisoformat(start), dt.date.fromisoformat(end))


@pytest.mark.parametrize(("written", "text"), WORDS_OF_SCOTPHO)
def test_the_words_of_scotpho_lead_to_the_short_form(written, text):
    assert parse_period(written).text == text


@pytest.mark.parametrize("written", NOT_UNDERSTOOD)
def test_what_is_no_period_is_refused_and_never_guessed(written):
    with pytest.raises(PeriodError) as caught:
        parse_period(written)

    assert caught.value.code == "period-unreadable"


@pytest.mark.parametrize("written", IMPOSSIBLE)
def test_a_time_that_cannot_be_is_told_from_one_that_is_not_understood(written):
    with pytest.raises(PeriodError) as caught:
        parse_period(written)

    assert caught.value.code == "period-impossible"


def test_a_school_year_runs_from_august_to_july():
    period = parse_period("2022/23 school year")

    assert (period.start, period.end) == (dt.date(2022, 8, 1), dt.date(2023, 7, 31))


def test_months_and_quarters_in_digits_are_read_only_where_the_source_is_known_to_write_so():
    assert periods.month_from_digits("202208").text == "2022-08"
    assert periods.quarter_from_digits("20223").text == "2022-Q3"
    assert periods.month_of_day("2016-07-01").text == "2016-07"
    assert periods.quarter_of_day("2019-04-01").text == "2019-Q2"
    with pytest.raises(PeriodError):
        parse_period("202208")


def test_periods_sort_by_time():
    written = ["2022/23", "2022", "2021-12", "2020-2022", "mid-2021"]

    assert [p.text for p in sorted(map(parse_period, written))] == [
        "2020-2022",
        "mid-2021",
        "2021-12",
        "2022",
        "2022/23",
    ]


years = st.integers(1801, 2150)
one = st.one_of(
    years.map(str),
    years.map(lambda y: f"{y}/{(y + 1) % 100:02d}"),
    years.map(lambda y: f"{y}/{(y + 1) % 100:02d} school year"),
    st.tuples(years, st.integers(1, 12)).map(lambda p: f"{p[0]}-{p[1]:02d}"),
    st.tuples(years, st.integers(1, 4)).map(lambda p: f"Q{p[1]} {p[0]}"),
    st.dates(dt.date(1801, 1, 1), dt.date(2150, 12, 31)).map(str),
    years.map(lambda y: f"{y} mid-year estimate"),
)
spans = st.tuples(years, st.integers(1, 20)).flatmap(
    lambda p: st.sampled_from(
        [
            f"{p[0]}-{p[0] + p[1]}",
            f"{p[0]} to {p[0] + p[1]} calendar years; {p[1] + 1}-year aggregates",
            f"{p[0]}/{(p[0] + 1) % 100:02d} to {p[0] + p[1]}/{(p[0] + p[1] + 1) % 100:02d} financial years",
            f"{p[0]} to {p[0] + p[1]} August snapshot",
        ]
    )
)


@given(st.one_of(one, spans))
def test_the_normalised_form_reads_back_as_itself(written):
    period = parse_period(written)
    again = parse_period(period.text)

    assert (again, again.text, again.kind) == (period, period.text, period.kind)
    assert period.start <= period.end


@given(st.text(max_size=40))
def test_any_text_is_a_period_or_a_period_error(text):
    try:
        assert parse_period(text).start.year >= 1801
    except PeriodError as error:
        assert error.code in ("period-unreadable", "period-impossible")

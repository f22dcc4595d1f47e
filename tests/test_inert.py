"""Text from files stays text in CSV files, logs and script data."""

import csv
import io
import json
import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.batch import inert

HOSTILE = [
    "=1+1",
    '=HYPERLINK("https://example.org?x="&A1,"Open")',
    "=cmd|' /C calc'!A0",
    "+1+cmd|' /C calc'!A0",
    "-1+1",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "\x00=1+1",
    "＝1+1",
    "＠SUM(1)",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_that_begins_like_a_formula_gets_an_apostrophe_in_csv(text):
    safe = inert.csv_safe(text)
    assert safe.startswith("'")
    assert safe[1:] == inert.plain_text(text)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("-3.5", "-3.5"),
        ("+4", "+4"),
        ("-1e-3", "-1e-3"),
        (-3.5, -3.5),
        (7, 7),
        (True, True),
        ("3 - pilots running", "3 - pilots running"),
        ("a=b", "a=b"),
        ("'=1+1", "'=1+1"),
        ("nan", "nan"),
        ("", ""),
        (None, ""),
        (math.nan, ""),
        (pd.NA, ""),
        (pd.NaT, ""),
        ("-３", "'-３"),
        ("-", "'-"),
        ("-3 to 5", "'-3 to 5"),
        ("two\r\nlines", "two\nlines"),
        ("bell\x07 and \x1b[31mred", "bell and [31mred"),
    ],
)
def test_csv_keeps_numbers_and_plain_text_as_they_are(value, expected):
    assert inert.csv_safe(value) == expected


@given(st.text())
def test_csv_is_safe_read_back_and_stable(text):
    safe = inert.csv_safe(text)
    assert inert.csv_safe(safe) == safe
    assert not inert.begins_like_formula(safe) or float(safe) is not None
    line = io.StringIO()
    csv.writer(line).writerow([safe])
    assert next(csv.reader(io.StringIO(line.getvalue(), newline="")))[0] == safe


def test_a_log_line_holds_no_control_no_colour_and_no_second_line():
    text = "ok\nFAILED midlothian\r\x1b[2K\x1b]0;title\x07\x1b]8;;https://example.org\x1b\\link\u202eevil\u2028x\x00"
    assert inert.log_safe(text) == "ok FAILED midlothian linkevil x�"
    assert inert.log_safe("x" * 600, limit=10) == "xxxxxxxxx…"
    assert inert.log_safe(ValueError("São Paulo – 3\u00a0% [x]")) == "São Paulo – 3 % [x]"


@given(st.text(st.characters(exclude_categories=())))
def test_a_log_line_is_always_one_printable_line(text):
    line = inert.log_safe(text)
    assert line.isprintable()
    assert len(line) <= 500
    assert inert.log_safe(line) == line


def test_json_in_a_page_cannot_end_its_element():
    value = {"</script><script>alert(1)</script>": "<!-- & \u2028\u2029 é \ud800"}
    text = inert.json_for_html(value)
    assert not set("<>&\u2028\u2029") & set(text)
    assert text.isascii()
    assert json.loads(text) == value


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_json_refuses_what_json_has_no_word_for(value):
    with pytest.raises(ValueError, match="JSON compliant"):
        inert.json_for_html({"value": value})


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_json_in_a_page_reads_back(value):
    text = inert.json_for_html(value)
    assert json.loads(text) == value
    assert not set("<>&") & set(text)


def test_plain_text_drops_what_xml_forbids():
    assert inert.plain_text("a\x00b\x0bc\x85d\ud800e\ufffff\tg\r\nh\ri") == "abcdef\tg\nh\ni"

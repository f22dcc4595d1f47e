"""Text from files stays text in CSV files, logs and script data."""

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
def test_a_hostile_text_is_known_to_begin_like_a_formula(text):
    assert inert.begins_like_formula(text)


@pytest.mark.parametrize("text", ["", "Funding", "3 - pilots", "a=1", "(=1)"])
def test_plain_text_is_not_taken_for_a_formula(text):
    assert not inert.begins_like_formula(text)


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


def test_plain_text_drops_what_xml_forbids():
    assert inert.plain_text("a\x00b\x0bc\x85d\ud800e\ufffff\tg\r\nh\ri") == "abcdef\tg\nh\ni"

"""One rating cell, one verdict."""

import datetime as dt
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.ingest.findings import known_codes
from helpers.ingest.ratings import MISSING, judge_of
from helpers.ingest.vocabulary import entries
from helpers.reference.models import load_model
from literal_books import Error, Formula, cell

MODEL = load_model()
JUDGE = judge_of(MODEL)


def verdict(value, dimension="digital"):
    return JUDGE(None if value is None else cell(4, 3, value), dimension)


@pytest.mark.parametrize("value", [
    3, 3.0, "3", " 3 ", "3.0", "3,0", "3.00", 2.9999999999999996,
    "3 - pilots running", "3: pilots running", "3 – pilots running", "3 (pilots running)", "3. pilots", "3) pilots",
    "3 = pilots", "3 — größer, über 2 Jahre", "Level 3", "level: 3", "LEVEL 3 - pilots", "Stufe 3", "niveau 3",
    "poziom 3", "úroveň 3", "lygis 3", "tase 3", "stopnja 3", "nivel 3", "livello 3", "3 - level 3",
    "3 - pilots without region-wide coverage; agreed standards allow joint procurement",
    "3 pilots without region-wide coverage; agreed standards allow joint procurement",
    "3 – PILOTS without region-wide coverage, agreed standards allow joint procurement",
])  # fmt: skip
def test_a_level_is_taken(value):
    found = verdict(value)
    assert (found.level, found.code, found.repaired) == (3, "", False)


@pytest.mark.parametrize("value", range(6))
def test_every_level_is_taken_and_zero_is_one(value):
    assert verdict(value).level == verdict(str(value)).level == value


@pytest.mark.parametrize(("value", "code"), [
    (None, "rating-blank"), ("", "rating-blank"), ("   ", "rating-blank"), ("\u200b", "rating-blank"),
    ("N/A", "rating-not-rated"), ("n.a.", "rating-not-rated"), ("?", "rating-not-rated"), ("-", "rating-not-rated"),
    ("–", "rating-not-rated"), ("—", "rating-not-rated"), ("don't know", "rating-not-rated"),
    ("Don’t know", "rating-not-rated"), ("DK", "rating-not-rated"), ("not rated", "rating-not-rated"),
    ("weiß nicht", "rating-not-rated"), ("weiss nicht", "rating-not-rated"), ("k. A.", "rating-not-rated"),
    ("nie wiem", "rating-not-rated"), ("No sé", "rating-not-rated"), ("ne sait pas", "rating-not-rated"),
    ("nežinau", "rating-not-rated"), ("ei tea", "rating-not-rated"), ("neviem", "rating-not-rated"),
    ("ne vem", "rating-not-rated"), ("non so", "rating-not-rated"), ("weet niet", "rating-not-rated"),
    (True, "rating-boolean"), (False, "rating-boolean"), ("TRUE", "rating-boolean"), ("falsch", "rating-boolean"),
    (dt.datetime(2025, 4, 3), "rating-date"), (dt.time(3, 4), "rating-date"), ("03-Apr", "rating-date"),
    ("3-Apr", "rating-date"), ("Apr-03", "rating-date"), ("2025-04-03", "rating-date"), ("03.04.2025", "rating-date"),
    ("2025-04-03 00:00:00", "rating-date"), ("3. März", "rating-date"), ("3-mai", "rating-date"),
    ("3:04", "rating-date"),
    (Error("#REF!"), "cell-error"), ("#REF!", "cell-error"), ("#N/A", "cell-error"), ("#DIV/0!", "cell-error"),
    ("#NV", "cell-error"), ("#¡REF!", "cell-error"), ("Err:502", "cell-error"), ("####", "cell-error"),
    (Formula("=A1+1"), "formula-no-value"), ("=1+2", "formula-no-value"), ("=NA()", "formula-no-value"),
    (2.5, "rating-half"), (0.6, "rating-half"), ("2.5", "rating-half"), ("2,5", "rating-half"), ("2-3", "rating-half"),
    ("2 – 3", "rating-half"), ("3/4", "rating-half"), ("2½", "rating-half"), ("2 ½", "rating-half"),
    ("2 1/2", "rating-half"), ("½", "rating-half"), ("2 or 3", "rating-half"), ("2 bis 3", "rating-half"),
    ("2.5 - in between", "rating-half"),
    (6, "rating-out-of-range"), (-1, "rating-out-of-range"), (9, "rating-out-of-range"), (1e9, "rating-out-of-range"),
    (5.5, "rating-out-of-range"), (-0.5, "rating-out-of-range"), ("6", "rating-out-of-range"),
    ("-1", "rating-out-of-range"), ("−1", "rating-out-of-range"), ("9 - great", "rating-out-of-range"),
    ("33", "rating-out-of-range"), ("9" * 400, "rating-out-of-range"),
    ("３", "rating-digits"), ("٣", "rating-digits"), ("३", "rating-digits"), ("³", "rating-digits"),
    ("③", "rating-digits"),
    ("Ⅲ", "rating-digits"), ("三", "rating-digits"), ("３ - pilots", "rating-digits"), ("Level ３", "rating-digits"),
    ("inf", "rating-not-a-level"), ("nan", "rating-not-a-level"), ("3e0", "rating-not-a-level"),
    ("1_0", "rating-not-a-level"), ("1e9", "rating-not-a-level"), (math.inf, "rating-not-a-level"),
    (math.nan, "rating-not-a-level"), ("60%", "rating-not-a-level"), ("+3", "rating-not-a-level"),
    ("-0", "rating-not-a-level"), ("03", "rating-not-a-level"), ("1.000", "rating-not-a-level"),
    ("three", "rating-not-a-level"), ("good", "rating-not-a-level"), ("3 of 5 pilots", "rating-not-a-level"),
    ("3 pilots", "rating-not-a-level"), ("3 -", "rating-not-a-level"), ("3 - N/A", "rating-not-a-level"),
    ("3 (2)", "rating-not-a-level"), ("3+", "rating-not-a-level"), ("(3)", "rating-not-a-level"),
    ("0x3", "rating-not-a-level"), ("10,000", "rating-not-a-level"), ("x" * 4000, "rating-not-a-level"),
    ("60-70", "rating-out-of-range"), ("null", "rating-not-a-level"), ("2-3 pilots", "rating-not-a-level"),
    ("3 - nobody accepts that change is needed", ""),
    ("3 - no digital infrastructure for integrated care", "rating-label-contradicts"),
    ("3 no digital infrastructure for integrated care", "rating-label-contradicts"),
    ("3 - level 4", "rating-label-contradicts"),
])  # fmt: skip
def test_each_kind_of_entry_has_its_own_verdict(value, code):
    found = verdict(value)
    assert found.code == code
    assert (found.level is None) == bool(code)
    assert not code or code in known_codes()


@pytest.mark.parametrize("text", ["3\u00a0", "\u200b3", "3\u2009- pilots running", "\ufeff3", "3\x07", "\u202e3"])
def test_what_cannot_be_seen_is_removed_and_said(text):
    found = verdict(text)
    assert (found.level, found.repaired) == (3, True)


def test_words_are_compared_with_those_of_the_dimension_that_is_rated():
    text = "3 - nobody accepts that change is needed"
    assert verdict(text, "digital").level == 3
    assert verdict(text, "readiness").code == "rating-label-contradicts"
    assert verdict(text, "readiness").reason.endswith("are those of level 0")


def test_the_descriptor_alone_is_refused_with_a_suggestion():
    found = verdict("need seen, no strategy to deploy and standardise it")
    assert found.code == "rating-not-a-level"
    assert found.reason.endswith("did you mean 1?")


def test_the_reason_is_a_sentence_with_the_entry_as_written():
    assert verdict(9).reason == "9 is not on the scale 0-5"
    assert verdict("9 - great").reason == '"9 - great" is not on the scale 0-5'
    assert verdict("x" * 4000).reason.startswith('"xxx') and len(verdict("x" * 4000).reason) < 120


@pytest.mark.parametrize("word", [word for _, _, word in entries("not-rated")])
def test_every_documented_word_for_not_rated_is_missing(word):
    assert verdict(word).code == verdict(f" {word.upper()} ").code == "rating-not-rated"


@given(st.one_of(st.text(), st.floats(), st.integers(), st.booleans(), st.text(alphabet="0123456789-–,./½ ３٣n/a")))
def test_whatever_is_written_there_is_a_level_or_a_reason(value):
    found = verdict(value)
    if found.level is None:
        assert found.code in known_codes() and found.reason
        assert known_codes()[found.code].severity == ("warning" if found.code in MISSING else "error")
    else:
        assert found.level in MODEL.levels and found.code == ""


@given(st.sampled_from(MODEL.levels), st.sampled_from(MODEL.dimensions), st.sampled_from([" - ", ": ", " – ", ". "]))
def test_the_models_own_labels_read_back(level, dimension, link):
    for other in MODEL.levels:
        found = verdict(f"{level}{link}{dimension.levels[other]}", dimension.code)
        assert found.level == (level if other == level else None)

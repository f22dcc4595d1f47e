"""Which dimension a name means, and which words a file may use."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.ingest.dimensions import Names
from helpers.ingest.vocabulary import entries, key
from helpers.reference.models import load_model, load_models

NAMES = Names(load_model())


@pytest.mark.parametrize(("text", "code", "kind"), [
    ("Digital Infrastructure", "digital", "present"), ("digital infrastructure", "digital", "present"),
    ("3. Digital Infrastructure", "digital", "present"), ("3) Digital Infrastructure", "digital", "present"),
    ("D3: Digital Infrastructure", "digital", "present"), ("Dim 3 – Digital Infrastructure", "digital", "present"),
    ("03 Digital_Infrastructure", "digital", "present"), ("digital", "digital", "present"),
    ("Structure & Governance", "governance", "present"), ("Structure and Governance", "governance", "present"),
    ("Structure&Governance", "governance", "present"), ("structure / governance", "governance", "present"),
    ("Governance", "governance", "present"), ("Funding", "funding", "present"),
    ("Finance + Funding", "funding", "present"),
    ("Citizen Engagement", "empowerment", "other"), ("Digital Services", "digital", "other"),
    ("eHealth Services", "digital", "former"), ("e-Health services", "digital", "former"),
    ("Information and eHealth Services", "digital", "former"), ("Standardisation, Simplification", "process", "former"),
    ("Digitale Infrastruktur", "digital", "translated"), ("Struktur & Steuerung", "governance", "translated"),
    ("Eliminacion de obstaculos", "inhibitors", "translated"), ("Piliečių įgalinimas", "empowerment", "translated"),
    ("Evaluation methods", "evaluation", "present"), ("Autonomisation des citoyens", "empowerment", "translated"),
])  # fmt: skip
def test_a_name_is_understood(text, code, kind):
    found = NAMES.find(text)
    assert (found.dimension, found.kind) == (code, kind)


@pytest.mark.parametrize(("text", "suggestion"), [
    ("Fundng", ' - did you mean "Funding"?'), ("Capacity Bilding", ' - did you mean "Capacity Building"?'),
    ("eHealth Servics", ' - did you mean "Digital Infrastructure"?'), ("Weather", ""), ("3", ""), ("", ""), ("&", ""),
    ("x" * 4000, ""),
])  # fmt: skip
def test_a_near_miss_is_not_taken_but_suggested(text, suggestion):
    assert NAMES.find(text) is None
    assert NAMES.suggestion(text) == suggestion


@pytest.mark.parametrize("model", load_models().values(), ids=lambda model: model.id)
def test_every_declared_name_is_understood(model):
    names = Names(model)
    for dimension in model.dimensions:
        for name in (dimension.code, dimension.name, dimension.short_name, *dimension.translations.values()):
            assert names.find(name).dimension == dimension.code
            assert names.find(f"{dimension.order}. {name.upper()}").dimension == dimension.code


def test_names_are_those_of_the_edition():
    eight = Names(load_model("demonstration-8"))
    assert eight.find("Funding").dimension == "funding"
    assert eight.find("Capacity Building") is None
    assert Names(load_model("scirocco")).find("eHealth Services").kind == "present"


@given(st.text())
def test_any_text_is_a_name_or_none(text):
    found = NAMES.find(text)
    assert found is None or found.dimension in load_model().codes


@pytest.mark.parametrize("kind", ["column", "sheet", "about", "status", "not-rated", "boolean", "confidence", "month"])
def test_no_word_of_a_kind_has_two_meanings(kind):
    meant = {}
    for meaning, _, word in entries(kind):
        assert meant.setdefault(key(word) or word, meaning) == meaning, word


def test_no_column_name_is_a_dimensions_name():
    for model in load_models().values():
        names = Names(model)
        assert not [word for _, _, word in entries("column") if names.find(word)]

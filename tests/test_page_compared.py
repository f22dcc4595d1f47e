"""The page of all regions when there are too many to draw one by one."""

import pandas as pd
import pytest

from helpers.page import compared as page
from helpers.reference.models import load_model, load_models
from helpers.reference.printed import load_published_profiles
from helpers.scoring import compared

MODEL, MODELS = load_model("scirocco-exchange"), load_models()
POOLED = compared.reference_profile(load_published_profiles(), "europe-2019", MODEL, MODELS)


def regions(count):
    """Regions at levels 1, 2, 3, 1, ...; the last one did not rate the first dimension."""
    rows = [
        (f"r{n}", f"S{who}", code, 1 + n % 3)
        for n in range(count)
        for who in range(5)
        for code in MODEL.codes[n == count - 1 :]
    ]
    ratings = pd.DataFrame(rows, columns=["region", "stakeholder", "dimension", "rating"]).assign(model=MODEL.id)
    ids = list(dict.fromkeys(ratings["region"]))
    about = pd.DataFrame({"region": ids, "region_name": ids, "status": "own"})
    levels = compared.levels(ratings, about, MODEL, models=MODELS, reference=POOLED)
    return levels, compared.ranking(ratings, levels, MODEL, draws=20)


@pytest.fixture(scope="module")
def many():
    return regions(page.MOST_DRAWN + 1)


def test_too_many_profiles_are_a_table_and_a_sentence_says_so(many):
    said, listed = page.profiles(many[0], POOLED, "")
    assert said.text.startswith("97 regions are too many to draw one by one")
    assert len(listed.data["rows"]) == 97 * len(MODEL.codes)


def test_too_many_for_a_heat_map_are_counted_at_each_level_of_each_dimension(many):
    said, listed = page.heat(many[0], POOLED, "")
    assert "97 regions are too many to draw" in said.text and not listed.data["folded"]
    first = MODEL.dimensions[0].name
    rows = [row for row in listed.data["rows"] if row[0] == first]
    assert rows == [
        [first, "1", 32, pytest.approx(100 * 32 / 96)],
        [first, "2", 32, pytest.approx(100 * 32 / 96)],
        [first, "3", 32, pytest.approx(100 * 32 / 96)],
        [first, "not known or does not compare", 1, None],
    ]


def test_of_too_many_places_the_first_are_drawn_and_the_table_has_all(many):
    figure, listed = page.places(many[1], "")
    assert figure.data["subtitle"].endswith("the first 24 of 97 are drawn")
    assert len(listed.data["rows"]) == 97
    assert "24 regions" in figure.data["alt"]


def test_as_many_as_are_drawn_are_all_drawn():
    levels, ranking = regions(4)
    assert [page.profiles(levels, POOLED, "")[0].kind, page.heat(levels, POOLED, "")[0].kind] == ["figure", "figure"]
    assert "are drawn" not in page.places(ranking, "")[0].data["subtitle"]

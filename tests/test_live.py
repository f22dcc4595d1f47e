"""The drop-down draws what the cells below it draw, and nothing before somebody chooses."""

import pandas as pd

from helpers.live import explore
from helpers.page.blocks import MIME, words
from helpers.reference import models
from helpers.scoring import compared


def shown(box) -> list[dict]:
    return [output["data"][MIME] for output in box.children[1].outputs if MIME in output["data"]]


def test_the_drop_down_offers_the_regions_with_an_assessment_and_draws_the_chosen_one():
    box = explore.maturity("midlothian")
    menu = box.children[0]
    assert [value for _, value in menu.options] == ["", "midlothian", "basque-country", "flanders", "singapore"]
    assert shown(box) == []
    blocks = explore.maturity_blocks("flanders")
    assert [b.data["anchor"] for b in blocks if b.kind == "figure"] == [
        "profile",
        "differences",
        "priorities",
        "reliance",
    ]
    assert "Illustrative" in next(b for b in blocks if b.kind == "figure").data["source"]


def test_nothing_is_made_when_it_is_not_to_be_shown():
    assert explore.maturity("midlothian", show=False) is None
    assert explore.needs("midlothian", show=False) is None


def test_the_needs_menu_offers_every_region_with_figures():
    values = [value for _, value in explore.needs("midlothian").children[0].options]
    assert len(values) == 1 + 33 and "poland" not in values


def test_choosing_a_region_fills_the_page_below():
    drawn = []
    box = explore.chooser("midlothian", ["midlothian", "flanders"], lambda region: drawn.append(region) or [])
    box.children[0].value = "flanders"
    box.children[0].value = ""
    assert drawn == ["flanders"]


def test_a_slider_draws_again_with_every_weight_and_nothing_before_it_is_moved():
    drawn = []
    box = explore.sliders({"gap": 3, "need": 2}, lambda weights: drawn.append(weights) or [words("ranked")])
    assert drawn == []
    box.children[0].value = -1
    assert drawn == [{"gap": -1, "need": 2}]
    box.children[1].value = 0
    assert drawn[-1] == {"gap": -1, "need": 0}


def test_with_every_weight_at_nothing_there_is_a_sentence():
    boxed = explore.priorities(None, None, None, None, weights={"gap": 1}, model=models.load_model("scirocco-exchange"))
    boxed.children[0].value = 0  # would fail on the missing tables if it tried to rank
    assert explore.priorities(None, None, None, None, weights={"gap": 1}, model=None, show=False) is None


def test_the_menu_of_levels_draws_the_places_for_the_chosen_one():
    model = models.load_model("scirocco-exchange")
    rows = [(r, f"S{k}", code, r == "a") for r in "ab" for k in range(6) for code in model.codes]
    ratings = pd.DataFrame(rows, columns=["region", "stakeholder", "dimension", "rating"]).astype({"rating": int})
    about = pd.DataFrame({"region": ["a", "b"], "region_name": ["A", "B"], "status": "own"})
    levels = compared.levels(ratings, about, model, models=models.load_models())
    menu = explore.places(ratings, levels, model).children[0]
    assert [value for _, value in menu.options] == [None, 1, 2, 3, 4, 5]
    menu.value = 1
    assert explore.places(ratings, levels, model, show=False) is None

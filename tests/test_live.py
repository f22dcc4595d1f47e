"""The drop-down draws what the cells below it draw, and nothing before somebody chooses."""

from helpers.live import explore
from helpers.page.blocks import MIME


def shown(box) -> list[dict]:
    return [output["data"][MIME] for output in box.children[1].outputs if MIME in output["data"]]


def test_the_drop_down_offers_the_regions_with_an_assessment_and_draws_the_chosen_one():
    box = explore.maturity("midlothian")
    menu = box.children[0]
    assert [value for _, value in menu.options] == ["", "midlothian", "basque-country", "flanders", "singapore"]
    assert shown(box) == []
    blocks = explore.maturity_blocks("flanders")
    assert [b.data["anchor"] for b in blocks if b.kind == "figure"] == ["profile", "dimensions"]
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

"""Two presenter's pages at once, and people who come back: nothing else is undone than what the page named."""

import pytest

from stage_workshop import Workshop


@pytest.fixture
def workshop(tmp_path):
    made = Workshop(tmp_path / "one")
    yield made
    made.close()


def seen(show):
    show.look()
    show.draw()
    return show.widget.scene


def test_the_second_page_undoes_nothing_that_it_did_not_name(workshop):
    one, other = workshop.show(), workshop.show()
    workshop.take("open")
    workshop.take("reveal")
    steps = [seen(show)["undo_step"] for show in (one, other)]
    assert seen(one)["undo"] == seen(other)["undo"] == "revealing Readiness"
    one.heed({"do": "undo", "step": steps[0]})
    other.heed({"do": "undo", "step": steps[1]})
    assert seen(one)["screen"] == "rating" and seen(one)["undo"] == "opening Readiness"
    assert "Something else was done" in other.widget.notice["text"]


def test_who_was_left_out_is_taken_back_in_whenever(workshop):
    show = workshop.show()
    workshop.take("open")
    workshop.rate([0] + [4] * 11)
    workshop.take("reveal")
    show.heed({"do": "leave-out", "participant": workshop.panel[0], "text": "by mistake"})
    workshop.take("close")
    show.heed({"do": "take-in", "participant": workshop.panel[0]})
    assert seen(show)["answered"]["n"] == 12 and seen(show)["undo"] == "taking Stakeholder 1 back in"

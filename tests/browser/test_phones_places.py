"""A rating belongs to the dimension and round it was given in, whatever comes on the screen while somebody types."""

import contextlib

import pytest
from playwright.sync_api import expect
from test_phones import FIRST, MODEL, SECOND, Workshop, level, small_targets, tap, violations

from helpers.live.workshop import keeping
from helpers.reference import workshop_texts

pytestmark = [pytest.mark.browser, pytest.mark.runs, pytest.mark.xdist_group("phones")]
REASON, SAID = "because of money", "#said"
UNSENT = workshop_texts.phrases("en")["unsent_reason"]


@pytest.fixture
def workshop(tmp_path, chromium):
    with contextlib.closing(Workshop(tmp_path / "workshop", chromium)) as made:
        yield made


def typing(page, text=REASON):
    """Somebody types, and the cursor stays in the field."""
    page.locator("#justification").focus()
    page.keyboard.type(text)


def heading(page, code):
    expect(page.locator("#view h1")).to_have_text(MODEL.dimension(code).name)


def choices(page):
    return page.locator("input[name=level]:checked").count()


def settle(page):
    """Until whatever the page was about to hand in after the last letter has been answered."""
    page.wait_for_timeout(1_800)
    expect(page.locator("[data-kind=doing]")).to_have_count(0)


@pytest.mark.parametrize("is_saved", [True, False])
def test_what_is_typed_when_the_next_dimension_opens_is_no_rating_of_it(workshop, is_saved):
    page = workshop.phone()
    workshop.take("open")
    tap(page, 3)
    typing(page)
    if is_saved:
        settle(page)
    workshop.take("open", SECOND)
    heading(page, SECOND)
    settle(page)
    assert workshop.kept() == [(FIRST, 1, 3, REASON if is_saved else "")]
    expect(page.locator(SAID)).to_have_text(workshop_texts.phrases("en")["choose"])
    assert choices(page) == 0 and page.locator("#justification").input_value() == ""
    page.reload()
    heading(page, SECOND)
    settle(page)
    tap(page, 1)
    assert workshop.kept() == [(FIRST, 1, 3, REASON if is_saved else ""), (SECOND, 1, 1, "")]
    assert page.errors == []


def test_a_reason_that_was_being_typed_is_said_not_to_be_saved_and_goes_on_if_its_round_comes_back(workshop):
    page = workshop.phone()
    workshop.take("open")
    tap(page, 3)
    typing(page)
    workshop.take("open", SECOND)
    expect(page.locator(".notice p")).to_have_text(f"{MODEL.dimension(FIRST).name}: {UNSENT}")
    expect(page.locator(".notice blockquote")).to_have_text(REASON)
    workshop.take("undo")
    heading(page, FIRST)
    expect(page.locator("#justification")).to_have_value(REASON)
    expect(page.locator(SAID)).to_have_text("Saved: level 3")
    expect(page.locator(".notice")).to_have_count(0)
    assert workshop.kept() == [(FIRST, 1, 3, REASON)]


def test_what_is_typed_in_round_1_is_nothing_of_round_2(workshop):
    page = workshop.phone()
    workshop.take("open")
    tap(page, 3)
    typing(page)
    workshop.take("close")
    workshop.take("open")
    expect(page.locator(".place")).to_have_text("Dimension 1 of 12, round 2")
    settle(page)
    assert workshop.kept() == [(FIRST, 1, 3, "")]
    assert choices(page) == 0 and page.locator("#justification").input_value() == ""
    tap(page, 4)
    assert workshop.kept() == [(FIRST, 1, 3, ""), (FIRST, 2, 4, "")]


def test_a_change_of_language_while_somebody_types_keeps_every_word_once(workshop):
    page = workshop.phone()
    workshop.take("open")
    tap(page, 3)
    page.locator("input[name=confidence][value=high]").check()
    typing(page)
    # the cursor is still in the field: as with a language that is chosen by a voice or a switch
    page.evaluate("const e = document.getElementById('language'); e.value = 'nl'; e.dispatchEvent(new Event('change'))")
    expect(page.locator("#view h1")).to_have_text(workshop_texts.dimension_texts(MODEL, "nl")[FIRST].name)
    expect(page.locator(SAID)).to_have_text("Opgeslagen: niveau 3")
    settle(page)
    expect(page.locator("#justification")).to_have_value(REASON)
    assert level(page, 3).is_checked() and page.locator("input[name=confidence][value=high]").is_checked()
    [row] = workshop.rows()
    assert (row["rating"], row["confidence"], row["justification"]) == (3, "high", REASON)


def test_a_form_that_is_left_for_the_thanks_hands_nothing_in(workshop):
    page = workshop.phone()
    workshop.take("open")
    tap(page, 3)
    typing(page)
    workshop.take("end", "")
    expect(page.locator("#view h1")).to_have_text("Thank you")
    expect(page.locator(".notice blockquote")).to_have_text(REASON)
    settle(page)
    workshop.take("undo", "")
    page.reload()
    expect(page.locator(SAID)).to_have_text("Saved: level 3")
    assert workshop.kept() == [(FIRST, 1, 3, REASON)]


def test_two_pages_of_one_phone_show_the_same_at_once(workshop):
    page = workshop.phone()
    workshop.take("open")
    tap(page, 2)
    other = page.context.new_page()
    other.goto(workshop.address)
    expect(level(other, 2)).to_be_checked()
    tap(other, 5)
    expect(level(page, 5)).to_be_checked()
    expect(page.locator(SAID)).to_have_text("Saved: level 5")
    other.locator("input[name=confidence][value=low]").check()
    expect(page.locator("input[name=confidence][value=low]")).to_be_checked()
    typing(other)
    expect(page.locator("#justification")).to_have_value(REASON)
    settle(other)
    assert workshop.kept() == [(FIRST, 1, 5, REASON)]
    assert workshop.submissions() == 4, "the older page handed nothing in of its own"


def test_a_cursor_left_in_an_older_page_takes_back_nothing(workshop):
    page = workshop.phone()
    workshop.take("open")
    tap(page, 2)
    other = page.context.new_page()
    other.goto(workshop.address)
    typing(page)
    settle(page)
    typing(page, " and time")
    expect(other.locator("#justification")).to_have_value(f"{REASON} and time")
    tap(other, 5)
    expect(level(page, 5)).to_be_checked()
    settle(page)
    assert workshop.kept() == [(FIRST, 1, 5, f"{REASON} and time")]
    expect(other.locator(SAID)).to_have_text("Saved: level 5")


def test_a_phone_that_lost_everything_goes_on_by_its_personal_code(workshop):
    page = workshop.phone()
    code = page.locator(".hint").last.inner_text().split()[-1]
    workshop.take("open")
    tap(page, 3)
    expect(page.locator(".hint").last).to_contain_text(code)
    new = workshop.phone(joins=False)
    assert violations(new) == [] and small_targets(new) == []
    new.locator("#return").click()
    assert new.evaluate("document.activeElement.id") == "code"
    assert violations(new) == [] and small_targets(new) == []
    new.keyboard.type("aaaa-aaaa")
    new.keyboard.press("Enter")
    expect(new.locator("#code-said")).to_have_text(workshop_texts.phrases("en")["return_unknown"])
    new.locator("#code").fill(code.upper())
    new.keyboard.press("Enter")
    expect(new.locator(SAID)).to_have_text("Saved: level 3")
    assert level(new, 3).is_checked()
    tap(new, 5)
    assert workshop.kept() == [(FIRST, 1, 5, "")] and len(keeping.participants(workshop.desk)) == 1
    workshop.take("timer", seconds=60)
    expect(level(page, 5)).to_be_checked()
    tap(page, 1)
    assert workshop.kept() == [(FIRST, 1, 1, "")] and new.errors == page.errors == []

"""What a newcomer at the presenter's page needs to be told: in a real browser over a really started Voilà."""

from test_stage import presenter, pytestmark, voila, workshop  # noqa: F401

from helpers.live.workshop import keeping
from stage_workshop import MODEL


def test_by_hand_it_is_said_what_can_be_typed_and_whether_it_shows(presenter, workshop):  # noqa: F811
    presenter.press("n")
    presenter.on("rating")
    presenter.press("h")
    presenter.says("Nobody has been added yet: add a stakeholder")
    presenter.page.get_by_role("button", name="Add a stakeholder").press("Enter")
    presenter.says("it is recorded at once and not shown")
    presenter.page.get_by_label("Level for Stakeholder 10").focus()
    presenter.press("7")
    presenter.page.get_by_role("dialog").get_by_text("Not recorded: 7. Levels are 0 to 5, or X").wait_for()
    assert not keeping.latest_ratings(workshop.file)
    presenter.press("Escape")
    presenter.page.locator("dialog").wait_for(state="detached")
    presenter.page.locator(".room:focus").wait_for()
    presenter.press("r")
    presenter.on("revealed")
    presenter.press("h")
    presenter.says("it is recorded at once and shows on the screen")


def test_a_notice_stays_in_the_dialog_that_followed_another(presenter):  # noqa: F811
    presenter.press("m")
    presenter.page.get_by_role("button", name="Participants").press("Enter")
    presenter.page.get_by_role("dialog", name="Participants").wait_for()
    presenter.page.wait_for_function("() => document.querySelectorAll('dialog').length === 1")
    assert presenter.page.locator("dialog[open] .notices").count() == 1
    presenter.press("Escape")
    presenter.page.locator(".atlas-stage > .notices").wait_for(state="attached")


def test_the_timer_names_each_choice_once(presenter):  # noqa: F811
    presenter.press("n")
    presenter.on("rating")
    presenter.press("t")
    two = presenter.page.get_by_role("button", name="2 minutes", exact=True)
    assert two.inner_text().split() == ["2", "minutes"]
    presenter.press("2")
    presenter.page.wait_for_function("() => /^[12]:/.test(document.querySelector('.timer.big')?.textContent)")


def test_a_closed_round_says_so_and_after_the_last_dimension_the_bar_leads_on(presenter, workshop):  # noqa: F811
    presenter.press("n")
    presenter.on("rating")
    workshop.rate([3] * 5)
    presenter.press("r")
    presenter.on("revealed")
    presenter.press("c")
    presenter.says("Closed with 5 of 9 answered")
    assert not presenter.page.locator(".steps [data-id=overview]").count()
    presenter.press("x")
    presenter.says("12 of 12 dimensions have no agreed level; 11 were not opened.")
    presenter.press("Escape")
    for code in MODEL.codes[1:]:
        workshop.take("open", code)
    for kind in ("reveal", "close"):
        workshop.take(kind, MODEL.codes[-1])
    workshop.take("agree", MODEL.codes[-1], level=3)
    for seen, key in (("overview", "s"), ("priorities", "p"), ("end", "x")):
        presenter.page.wait_for_selector(f".steps [data-id={seen}].natural")
        presenter.press(key)
    presenter.says("11 of 12 dimensions have no agreed level.")
    presenter.press("Enter")
    presenter.on("ended")
    presenter.says("5 stakeholders rated 1 dimension; 1 of 12 have an agreed level.")


def test_while_the_connection_is_lost_nothing_is_sent_and_that_is_said(presenter, voila, workshop):  # noqa: F811
    presenter.press("n")
    presenter.on("rating")
    voila.kill()
    presenter.page.wait_for_selector(".atlas-stage.lost [data-id=reveal][aria-disabled=true]")
    presenter.press("r")
    presenter.says("The connection is lost; nothing was sent.")
    presenter.page.locator("[data-id=close]").dispatch_event("click")
    voila.start()
    presenter.page.wait_for_selector(".atlas-stage:not(.lost) [data-id=reveal]:not([aria-disabled])")
    assert [step.kind for step in keeping.steps_of(workshop.file)] == ["open"]

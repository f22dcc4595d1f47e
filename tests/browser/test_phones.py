"""The participants' page in a real browser: every state, four languages, a lost connection, a killed server."""

import contextlib
import json
import re
import subprocess
import sys
import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from helpers.live.workshop import keeping
from helpers.live.workshop.keeping import Facts, Submission
from helpers.live.workshop.records import hash_of_key
from helpers.live.workshop.steps import Step
from helpers.reference import workshop_texts
from helpers.reference.models import load_model

pytestmark = [pytest.mark.browser, pytest.mark.runs, pytest.mark.xdist_group("phones")]
MODEL = load_model()
FIRST, SECOND = MODEL.codes[:2]
PHONE, SIDEWAYS = (360, 740), "document.documentElement.scrollWidth - document.documentElement.clientWidth"
expect.set_options(timeout=10_000)
LANGUAGES = tuple(workshop_texts.languages())
TYPED = "Two pilots, <img src=x onerror=alert(1)> & no money"


class Workshop:
    """A workshop with its phones' server, and the presenter's hand."""

    def __init__(self, folder, chromium, *, is_practice=False):
        facts = Facts("midlothian", "Midlothian", MODEL.id, "2026-11-25", keeping.new_code(), is_practice=is_practice)
        self.file, self.folder, self.chromium = keeping.make(folder, facts), folder, chromium
        self.desk, self.contexts = keeping.connect(self.file), []
        self.start()

    def start(self):
        (self.folder / "server.json").unlink(missing_ok=True)
        command = [sys.executable, "-m", "helpers.live.workshop.phones.serve", str(self.folder)]
        self.server = subprocess.Popen(command)
        until = time.monotonic() + 30
        while not (self.folder / "server.json").exists() and time.monotonic() < until:
            time.sleep(0.02)
        self.address = json.loads((self.folder / "server.json").read_text("utf-8"))["addresses"][0]

    def kill(self):
        self.server.kill()
        self.server.wait()

    def close(self):
        for context in self.contexts:
            context.close()
        self.desk.close()
        self.kill()

    def take(self, kind, dimension=FIRST, **more):
        return keeping.take(self.desk, Step(kind, dimension, **more), dimensions=MODEL.codes, levels=MODEL.levels)

    def others(self, *levels, round_=1):
        people = [keeping.join(self.desk, key=f"by hand {n}").participant for n in range(len(levels))]
        made = [Submission(p, FIRST, round_, level, f"hand-{p}", 1) for p, level in zip(people, levels, strict=True)]
        keeping.submit(self.desk, made, dimensions=MODEL.codes, levels=MODEL.levels)

    def kept(self):
        return [(row["dimension"], row["round"], row["rating"], row["justification"]) for row in self.rows()]

    def rows(self):
        return keeping.latest_ratings(self.desk)

    def submissions(self):
        return self.desk.execute("select count(*) from submissions").fetchone()[0]

    def phone(self, size=PHONE, *, joins=True, language="en", **options):
        context = self.chromium.new_context(
            viewport={"width": size[0], "height": size[1]}, locale=language, **{"has_touch": True, **options}
        )
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.errors = []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.goto(self.address)
        if joins:
            page.locator("#join").click()
            expect(page.locator("#join")).to_have_count(0)
        return page


@pytest.fixture
def workshop(tmp_path, chromium):
    with contextlib.closing(Workshop(tmp_path / "workshop", chromium)) as made:
        yield made


def level(page, value):
    return page.locator(f"input[name=level][value='{value}']")


def tap(page, value):
    """Tap the middle of a level's row and wait until it is said to be saved."""
    page.locator(".levels .row", has=level(page, value)).click()
    expect(page.locator("#said")).to_have_text(
        "Saved: you cannot rate this" if value == "none" else f"Saved: level {value}"
    )


def focused(page):
    return page.evaluate("document.activeElement.textContent")


def violations(page):
    options = {"rules": {"color-contrast-enhanced": {"enabled": True}, "target-size": {"enabled": True}}}
    found = Axe().run(page, options=options).response["violations"]
    return [(one["id"], [node["target"] for node in one["nodes"]][:3]) for one in found]


def small_targets(page):
    """What can be tapped, seen as its whole row, and is lower than 48 pixels."""
    return page.evaluate(
        "[...document.querySelectorAll('button, select, textarea, input')].map(e => e.closest('.row') || e)"
        ".filter(e => e.getBoundingClientRect().height < 48).map(e => e.outerHTML)"
    )


def walk(workshop, page):
    """Lead a phone through every state; the name of each while it stands on the page."""
    heading, facts = page.locator("#view h1"), page.locator("#facts")
    yield "join"
    page.locator("#join").click()
    expect(page.locator("form")).to_have_count(0)
    yield "waiting"
    workshop.take("open")
    expect(level(page, 3)).to_be_visible()
    yield "open"
    workshop.take("timer", seconds=300)
    expect(page.locator("#timer")).to_be_visible()
    level(page, 3).check()
    page.locator("input[name=confidence][value=medium]").check()
    page.locator("#justification").fill(TYPED)
    page.locator("#justification").blur()
    expect(page.locator("[data-kind=good]")).to_be_visible()
    yield "saved"
    workshop.others(1, 2, 3, 4, 4)
    workshop.take("reveal")
    expect(facts.locator(".news")).to_have_count(1)
    yield "revealed"
    page.context.set_offline(True)
    level(page, 4).check()
    expect(page.locator("[data-kind=trouble]")).to_be_visible()
    yield "not sent"
    workshop.take("close")
    page.context.set_offline(False)
    expect(page.locator(".notice")).to_be_visible()
    yield "late"
    page.locator(".notice button").click()
    workshop.take("agree", level=3, text="most pilots run")
    expect(facts.locator(".news")).to_have_count(2)
    yield "closed"
    workshop.take("open")
    expect(facts.locator("li")).to_have_count(2)
    yield "round 2"
    level(page, "none").check()
    workshop.take("leave-out", "", participant=1)
    expect(page.locator("form")).to_have_count(0)
    yield "left out"
    workshop.take("undo", "")
    expect(level(page, 3)).to_be_visible()
    workshop.take("end", "")
    expect(page.locator(".ratings")).to_be_visible()
    yield "ended"
    assert heading.count() == 1 and page.errors == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_and_nothing_is_small_or_cut_off_in_any_state_and_language(tmp_path, chromium, language):
    with contextlib.closing(Workshop(tmp_path / "workshop", chromium, is_practice=True)) as workshop:
        page = workshop.phone(joins=False, language=language)
        said = workshop_texts.phrases(language)
        seen = []
        for name in walk(workshop, page):
            seen.append(name)
            assert violations(page) == [], name
            assert page.evaluate(SIDEWAYS) <= 0 and small_targets(page) == [], name
            assert page.locator("h1").count() == 1 and page.locator("html").get_attribute("lang") == language
            expect(page.locator("#practice")).to_have_text(said["practice"])
            assert not re.search(r"\{\w+\}|\bundefined\b|\bnull\b|\bNaN\b", page.locator("body").inner_text()), name
        assert len(seen) == 11


@pytest.mark.parametrize("size", [(320, 568), (740, 360), (640, 400)], ids=str)
def test_narrow_wide_and_zoomed_everything_is_there(workshop, size):
    page = workshop.phone(size, joins=False)
    for name in walk(workshop, page):
        page.evaluate("document.documentElement.style.fontSize = '36px'")  # text at 200 %
        assert page.evaluate(SIDEWAYS) <= 0, name
        page.evaluate("document.documentElement.style.fontSize = ''")
        assert page.evaluate(SIDEWAYS) <= 0, name


def test_tapping_saves_and_all_of_it_can_be_changed_until_the_round_is_closed(workshop):
    page = workshop.phone()
    workshop.take("open")
    page.locator("#justification").fill("before the level")
    page.locator("input[name=confidence][value=low]").check()
    expect(page.locator("#said")).to_have_text("Choose a level, too. Your reason is saved with it.")
    assert workshop.rows() == []
    tap(page, 2)
    tap(page, 4)
    workshop.take("reveal")
    expect(page.locator("#facts")).to_have_text("The ratings are on the screen; you can still change yours.")
    expect(page.locator("#spoken")).to_have_text("The ratings are on the screen; you can still change yours.")
    tap(page, 3)
    page.locator("#justification").fill(TYPED)
    expect(page.locator("#justification-left")).to_have_text(f"{2000 - len(TYPED)} characters left")
    page.locator("#justification").blur()
    expect(page.locator("[data-kind=good]")).to_be_visible()
    [row] = workshop.rows()
    assert (row["rating"], row["confidence"], row["justification"]) == (3, "low", TYPED)
    workshop.take("close")
    expect(page.locator("#facts")).to_contain_text("This round is closed. Please look at the screen.")
    expect(page.locator("#facts")).to_contain_text("Your rating: level 3")
    assert level(page, 3).is_checked() and level(page, 3).is_disabled() and level(page, 5).is_disabled()
    expect(page.locator("blockquote")).to_have_text(TYPED)
    assert page.locator("#view img").count() == 0 and page.errors == []
    workshop.take("undo")
    tap(page, 5)
    assert workshop.rows()[0]["rating"] == 5


def test_a_text_that_is_never_blurred_is_saved_after_a_pause(workshop):
    page = workshop.phone()
    workshop.take("open")
    tap(page, 2)
    page.locator("#justification").press_sequentially("slowly")
    until = time.monotonic() + 10
    while workshop.rows()[0]["justification"] != "slowly" and time.monotonic() < until:
        page.wait_for_timeout(50)
    assert workshop.rows()[0]["justification"] == "slowly"


def test_in_the_next_round_the_own_rating_is_told_and_not_preselected(workshop):
    page = workshop.phone()
    workshop.take("open")
    tap(page, 3)
    workshop.others(1, 1, 2, 2)
    for step in ("reveal", "close", "open"):
        workshop.take(step)
    expect(page.locator(".place")).to_have_text("Dimension 1 of 12, round 2")
    expect(page.locator("#facts li")).to_have_text(
        ["In round 1 you chose 3.", "The middle rating of the panel (median) in round 1 was 2."]
    )
    assert page.locator("input[name=level]:checked").count() == 0
    tap(page, "none")
    workshop.take("close")
    workshop.take("open")
    expect(page.locator("#facts li")).to_have_text(["In round 2 you said that you cannot rate this."])


def test_a_lost_connection_is_said_and_what_was_tapped_arrives_once(workshop):
    page = workshop.phone()
    workshop.take("open")
    tap(page, 1)
    page.context.set_offline(True)
    for value in (2, 4):
        level(page, value).check()
    expect(page.locator("#said")).to_have_text("Not sent yet: waiting for the connection")
    assert [row["rating"] for row in workshop.rows()] == [1]
    page.context.set_offline(False)
    expect(page.locator("#said")).to_have_text("Saved: level 4")
    assert [row["rating"] for row in workshop.rows()] == [4] and workshop.submissions() == 2


def test_an_answer_that_is_lost_on_its_way_back_does_not_double_the_rating(workshop):
    page = workshop.phone()
    workshop.take("open")
    lost = []

    def lose(route):
        if len(lost) < 2:
            lost.append(route.fetch().status)
            return route.abort()
        return route.continue_()

    page.route("**/rate", lose)
    level(page, 3).check()
    expect(page.locator("#said")).to_have_text("Saved: level 3")
    assert lost == [200, 200] and workshop.submissions() == 1


def test_a_join_whose_answer_is_lost_makes_one_participant(workshop):
    page = workshop.phone(joins=False)
    lost = []

    def lose(route):
        if lost:
            return route.continue_()
        lost.append(route.fetch().status)
        page.context.clear_cookies()  # its key never reached the browser
        return route.abort()

    page.route("**/join", lose)
    page.locator("#join").click()
    expect(page.locator("#view h1")).to_have_text("Please look at the screen")
    assert lost == [200] and len(keeping.participants(workshop.desk)) == 1


def test_after_a_kill_of_the_server_the_page_goes_on_by_itself(workshop):
    page = workshop.phone()
    workshop.take("open")
    tap(page, 1)
    workshop.kill()
    level(page, 5).check()
    page.locator("#justification").fill("typed while nobody listened")
    page.locator("#justification").blur()
    expect(page.locator("#said")).to_have_text("Not sent yet: waiting for the connection")
    workshop.take("reveal")
    workshop.start()
    expect(page.locator("#said")).to_have_text("Saved: level 5")
    expect(page.locator("#facts .news")).to_have_text("The ratings are on the screen; you can still change yours.")
    assert workshop.kept() == [(FIRST, 1, 5, "typed while nobody listened")] and workshop.submissions() == 2
    workshop.take("open", SECOND)
    expect(page.locator("#view h1")).to_have_text(MODEL.dimension(SECOND).name)


def test_a_page_that_is_loaded_again_after_the_kill_sends_what_waits(workshop):
    page = workshop.phone()
    workshop.take("open")
    expect(level(page, 2)).to_be_visible()
    workshop.kill()
    level(page, 2).check()
    expect(page.locator("#said")).to_have_text("Not sent yet: waiting for the connection")
    with contextlib.suppress(Exception):
        page.reload()
    workshop.start()
    page.goto(workshop.address)
    expect(page.locator("#said")).to_have_text("Saved: level 2")
    assert level(page, 2).is_checked() and workshop.kept() == [(FIRST, 1, 2, "")] and workshop.submissions() == 1


def test_what_was_typed_survives_a_reload_before_it_was_sent(workshop):
    page = workshop.phone()
    workshop.take("open")
    page.locator("#justification").fill(TYPED)
    page.locator("input[name=confidence][value=high]").check()
    page.reload()
    expect(page.locator("#justification")).to_have_value(TYPED)
    assert page.locator("input[name=confidence][value=high]").is_checked() and workshop.rows() == []
    tap(page, 3)
    page.reload()
    expect(page.locator("#said")).to_have_text("Saved: level 3")
    assert level(page, 3).is_checked() and workshop.kept() == [(FIRST, 1, 3, TYPED)] and workshop.submissions() == 1
    assert len(keeping.participants(workshop.desk)) == 1


def test_a_rating_that_comes_after_the_closing_is_refused_and_the_phone_says_so(workshop):
    page = workshop.phone()
    workshop.take("open")
    tap(page, 1)
    page.context.set_offline(True)
    level(page, 5).check()
    expect(page.locator("#said")).to_have_text("Not sent yet: waiting for the connection")
    workshop.take("open", SECOND)
    page.context.set_offline(False)
    name = MODEL.dimension(FIRST).name
    expect(page.locator(".notice p")).to_have_text(
        f"Your last rating of “{name}” came after the round was closed. It does not count."
    )
    expect(page.locator("#view h1")).to_have_text(MODEL.dimension(SECOND).name)
    assert workshop.kept() == [(FIRST, 1, 1, "")]
    page.reload()
    expect(page.locator(".notice")).to_be_visible()
    page.locator(".notice button").click()
    expect(page.locator(".notice")).to_have_count(0)
    assert focused(page) == MODEL.dimension(SECOND).name
    tap(page, 2)


def test_a_tap_in_the_moment_of_the_closing_shows_what_counts(workshop):
    page = workshop.phone()
    workshop.take("open")
    tap(page, 1)
    page.route("**/state", lambda route: route.abort())  # the phone has not heard of it
    page.route("**/events", lambda route: route.abort())
    workshop.take("close")
    level(page, 5).check()
    expect(page.locator(".notice")).to_be_visible()
    page.unroute("**/state")
    expect(page.locator("#facts")).to_contain_text("Your rating: level 1")
    assert level(page, 1).is_checked() and workshop.kept() == [(FIRST, 1, 1, "")]
    workshop.take("undo")
    expect(level(page, 1)).to_be_enabled()
    assert level(page, 1).is_checked() and workshop.kept() == [(FIRST, 1, 1, "")]


def test_a_reason_that_was_not_saved_in_time_is_shown_and_goes_on_if_the_round_opens_again(workshop):
    page = workshop.phone()
    workshop.take("open")
    page.locator("#justification").fill("too late")
    workshop.take("close")
    expect(page.locator("#view")).to_contain_text("This reason was not saved before the round was closed:")
    expect(page.locator("blockquote")).to_have_text("too late")
    workshop.take("undo")
    expect(page.locator("#justification")).to_have_value("too late")
    tap(page, 3)
    assert workshop.kept() == [(FIRST, 1, 3, "too late")]


@pytest.mark.parametrize("status", [0, 503])
def test_where_events_do_not_come_through_the_phone_asks(workshop, status):
    page = workshop.phone(joins=False)
    page.route("**/events", lambda route: route.fulfill(status=status) if status else route.abort())
    page.locator("#join").click()
    expect(page.locator("#view h1")).to_have_text("Please look at the screen")
    workshop.take("open")
    expect(level(page, 0)).to_be_visible(timeout=4_000)
    tap(page, 3)
    workshop.take("end", "")
    expect(page.locator("#view h1")).to_have_text("Thank you", timeout=4_000)


def test_the_presenters_steps_are_on_the_phone_within_half_a_second(workshop):
    page = workshop.phone()
    for code in MODEL.codes[:4]:
        workshop.take("open", code)
        expect(page.locator("#view h1")).to_have_text(MODEL.dimension(code).name, timeout=1_500)


def test_keyboard_alone_is_enough(workshop):
    page = workshop.phone(joins=False, has_touch=False)
    press = page.keyboard.press
    expect(page.locator("#join")).to_be_visible()
    press("Tab")
    assert page.evaluate("document.activeElement.id") == "language"
    press("Tab")
    press("ArrowDown")
    press("Tab")
    press("Tab")
    press("Enter")
    expect(page.locator("#view h1")).to_have_text("Please look at the screen")
    assert focused(page) == "Please look at the screen"
    assert keeping.participants(workshop.desk)[0].role == workshop_texts.stakeholder_choices("en")["role"][0][0]
    workshop.take("open")
    expect(page.locator("#view h1")).to_have_text(MODEL.dimension(FIRST).name)
    assert focused(page) == MODEL.dimension(FIRST).name
    press("Tab")
    assert page.evaluate("document.activeElement.name") == "level"
    press("Space")
    expect(page.locator("#said")).to_have_text("Saved: level 0")
    outline = page.locator(".row", has=level(page, 0)).evaluate("e => getComputedStyle(e).outlineStyle")
    assert outline == "solid"
    for _ in range(3):
        press("ArrowDown")
    expect(page.locator("#said")).to_have_text("Saved: level 3")
    press("Tab")
    press("ArrowUp")
    press("Tab")
    page.keyboard.type("by keys")
    press("Tab")
    expect(page.locator("[data-kind=good]")).to_be_visible()
    [row] = workshop.rows()
    assert (row["rating"], row["confidence"], row["justification"]) == (3, "high", "by keys")


def test_a_screen_reader_finds_names_groups_and_regions(workshop):
    page = workshop.phone()
    workshop.take("open")
    group = page.get_by_role("group", name="Which level describes Midlothian today?")
    expect(group.get_by_role("radio")).to_have_count(7)
    first = MODEL.dimension(FIRST)
    expect(group.get_by_role("radio", name=f"3 {first.levels[3]}")).to_be_visible()
    expect(group.get_by_role("radio", name="I cannot rate this")).to_be_visible()
    expect(page.get_by_role("group", name="How sure are you? (optional)").get_by_role("radio")).to_have_count(4)
    box = page.get_by_role("textbox", name="Why this level? (optional)")
    assert box.get_attribute("aria-describedby") == "justification-seen justification-left"
    expect(page.get_by_role("combobox", name="Language")).to_be_visible()
    assert page.get_by_role("heading", level=1).inner_text() == first.name
    assert page.locator("main").count() == page.locator("header").count() == page.locator("footer").count() == 1
    assert page.locator("#said").get_attribute("role") == "status"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_phone_begins_in_its_own_language(workshop, language):
    page = workshop.phone(joins=False, language=language)
    expect(page.locator("#view h1")).to_have_text(workshop_texts.phrases(language)["join_title"])


def test_the_language_changes_at_any_time_and_nothing_is_lost(workshop):
    page = workshop.phone(joins=False, language="de")
    page.locator("#role").select_option(index=2)
    for language in LANGUAGES:
        page.locator("#language").select_option(language)
        expect(page.locator("#view h1")).to_have_text(workshop_texts.phrases(language)["join_title"])
        assert page.locator("html").get_attribute("lang") == language
        assert page.locator("#role").evaluate("e => e.selectedIndex") == 2
    page.locator("#join").click()
    workshop.take("open")
    level(page, 3).check()
    page.locator("#justification").fill("half a sent")
    page.context.set_offline(True)
    page.locator("#language").focus()
    page.locator("#language").select_option("nl")
    text = workshop_texts.dimension_texts(MODEL, "nl")[FIRST]
    expect(page.locator("#view h1")).to_have_text(text.name)
    expect(page.locator(".levels .row").nth(3)).to_contain_text(text.levels[3])
    expect(page.locator("#justification")).to_have_value("half a sent")
    assert level(page, 3).is_checked() and page.evaluate("document.activeElement.id") == "language"
    page.context.set_offline(False)
    expect(page.locator("#said")).to_have_text("Opgeslagen: niveau 3")
    page.reload()
    expect(page.locator("#view h1")).to_have_text(text.name)
    assert workshop.kept() == [(FIRST, 1, 3, "half a sent")]


def test_the_timer_counts_down_and_is_announced_twice(workshop):
    page = workshop.phone()
    workshop.take("open")
    workshop.take("timer", seconds=300)
    expect(page.locator("#timer")).to_have_text(re.compile(r"Time left (5:00|4:5\d)"))
    for seconds, said in ((62, "1 minute left"), (12, "10 seconds left"), (2, "Time is up")):
        workshop.take("timer", seconds=seconds)
        expect(page.locator("#spoken")).to_have_text(said)
    expect(page.locator("#timer")).to_have_text(re.compile("Time is up"))
    workshop.take("timer", seconds=0)
    expect(page.locator("#timer")).to_be_hidden()


def test_a_phone_with_a_wrong_clock_shows_the_time_that_is_left(workshop):
    workshop.take("open")
    workshop.take("timer", seconds=200)
    page = workshop.phone(joins=False)
    page.clock.set_system_time("2001-01-01")
    page.locator("#join").click()
    expect(page.locator("#timer-left")).to_have_text(re.compile(r"3:[12]\d"))


def test_after_the_end_the_own_ratings_stand_there_and_the_key_opens_nothing(workshop):
    page = workshop.phone()
    workshop.take("open")
    tap(page, 3)
    workshop.take("close")
    workshop.take("open")
    expect(page.locator(".place")).to_have_text("Dimension 1 of 12, round 2")
    tap(page, "none")
    workshop.take("open", SECOND)
    expect(page.locator(".place")).to_have_text("Dimension 2 of 12, round 1")
    tap(page, 5)
    workshop.take("end", "")
    for _ in range(2):
        expect(page.locator(".ratings > div")).to_have_text(
            [
                f"{MODEL.dimension(FIRST).name}Round 1: 3Round 2: cannot rate",
                f"{MODEL.dimension(SECOND).name}Round 1: 5",
            ]
        )
        page.reload()
    assert page.request.get(workshop.address + "state").status == 410
    assert page.request.get(workshop.address + "events").status == 410
    expect(workshop.phone(joins=False).locator("#view h1")).to_have_text("This workshop has ended.")
    workshop.take("undo", "")
    page.reload()
    tap(page, 4)


def test_a_phone_that_was_removed_is_told_and_comes_back_when_that_is_undone(workshop):
    page = workshop.phone()
    workshop.take("open")
    tap(page, 3)
    workshop.take("leave-out", "", participant=1, text="came in twice")
    expect(page.locator("#view h1")).to_have_text("This phone no longer takes part")
    assert "came in twice" not in page.content()
    workshop.take("undo", "")
    expect(page.locator("#said")).to_have_text("Saved: level 3")


def test_without_its_key_a_phone_joins_again_and_what_waits_is_sent(workshop):
    page = workshop.phone()
    workshop.take("open")
    expect(level(page, 3)).to_be_visible()
    page.context.clear_cookies()
    level(page, 3).check()
    page.locator("#join").click()
    expect(page.locator("#said")).to_have_text("Saved: level 3")
    assert [row["participant"] for row in workshop.rows()] == [2]


def test_two_pages_of_one_phone_are_one_participant(workshop):
    page = workshop.phone()
    workshop.take("open")
    tap(page, 2)
    other = page.context.new_page()
    other.goto(workshop.address)
    expect(level(other, 2)).to_be_checked()
    tap(other, 5)
    workshop.take("timer", seconds=60)
    expect(level(page, 5)).to_be_checked()
    page.reload()
    expect(level(page, 5)).to_be_checked()
    assert workshop.submissions() == 2, "the older page handed nothing in of its own"
    tap(page, 1)
    assert workshop.kept() == [(FIRST, 1, 1, "")]


def test_the_page_asks_for_nothing_but_its_own_and_breaks_no_rule_of_its_policy(workshop):
    context = workshop.chromium.new_context()
    workshop.contexts.append(context)
    page, asked, said = context.new_page(), [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(workshop.address)
    page.locator("#join").click()
    workshop.take("open")
    tap(page, 3)
    assert said == [] and all(url.startswith(workshop.address) for url in asked)
    assert {url.removeprefix(workshop.address) for url in asked} >= {"", "phone.css", "phone.js", "state", "events"}
    [cookie] = context.cookies()
    assert cookie["httpOnly"] and cookie["sameSite"] == "Strict" and workshop.address.endswith(cookie["path"])
    assert page.evaluate("document.cookie") == ""
    [stored] = workshop.desk.execute("select key from participants").fetchone()
    assert stored == hash_of_key(cookie["value"]) and cookie["value"] not in page.evaluate(
        "JSON.stringify(localStorage)"
    )


def test_a_browser_that_keeps_nothing_still_rates(workshop):
    context = workshop.chromium.new_context()
    workshop.contexts.append(context)
    page = context.new_page()
    page.add_init_script("Object.defineProperty(window, 'localStorage', {get() { throw new Error('forbidden') }})")
    page.goto(workshop.address)
    page.locator("#join").click()
    workshop.take("open")
    tap(page, 3)
    workshop.take("end", "")
    expect(page.locator(".ratings")).to_contain_text("Round 1: 3")


def test_without_scripts_the_page_says_what_to_do(workshop):
    page = workshop.phone(joins=False, java_script_enabled=False)
    for language in LANGUAGES:
        expect(page.locator(f"noscript p[lang={language}]")).to_have_text(workshop_texts.phrases(language)["no_script"])


def test_who_wants_no_motion_sees_none(workshop):
    page = workshop.phone(reduced_motion="reduce")
    workshop.take("open")
    page.route("**/rate", lambda route: None)
    level(page, 3).check()
    expect(page.locator("[data-kind=doing]")).to_have_text("Saving …")
    moving = "getComputedStyle(document.getElementById('status'), '::before').animationName"
    assert page.evaluate(moving) == "none"
    expect(page.locator("#said")).to_have_text("")

"""A whole workshop as it is held: a presenter, three phones, each in a browser of its own, and what dies on the way."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe

from helpers.ingest import assessments
from helpers.reference import workshop_texts
from helpers.reference.models import load_model

pytestmark = [pytest.mark.browser, pytest.mark.runs, pytest.mark.skipif(os.name != "posix", reason="kills processes")]
MODEL = load_model()
LANGUAGES = ("en", "nl", "it")
PROJECTOR, PHONE = {"width": 1920, "height": 1080}, {"width": 360, "height": 740}
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}
PATIENCE = 60_000


@pytest.fixture
def workshop(tmp_path):
    """`atlas workshop midlothian` over a data folder of its own: its address, that of phones, its folder."""
    (tmp_path / "data" / "assessments").mkdir(parents=True)
    command = [sys.executable, "-m", "helpers.cli", "workshop", "midlothian", "--no-browser"]
    command += ["--data", str(tmp_path / "data"), "--out", str(tmp_path / "reports")]
    going = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    text = ""
    while "Ctrl-C" not in text:
        line = going.stdout.readline()
        assert line, text
        text += line
    yield (
        re.search(r"Presenter: +(\S+)", text)[1],
        re.search(r"Participants: +(\S+)", text)[1],
        Path(re.search(r"Kept in (\S+)", text)[1]),
    )
    going.send_signal(signal.SIGTERM)
    assert going.wait(30) == 0


def kill(folder: Path, module: str) -> None:
    """End one of the workshop's processes as nobody can prepare for."""
    for place in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (place / "cmdline").read_bytes().decode().split("\0")
            if module in words and any(str(folder) in word for word in words):
                os.kill(int(place.name), signal.SIGKILL)
                return
    raise AssertionError(f"{module} does not run")


class Phone:
    """A participant's phone in one language."""

    def __init__(self, chromium, address, language):
        self.page = chromium.new_context(viewport=PHONE, locale=language).new_page()
        self.page.set_default_timeout(PATIENCE)
        self.page.goto(address)
        self.phrases = workshop_texts.phrases(language)
        self.language = language

    def join(self):
        self.page.get_by_role("button", name=self.phrases["join"], exact=True).press("Enter")
        self.page.get_by_role("heading", name=self.phrases["wait_title"]).wait_for()

    def choose(self, level):
        """Tap a level and wait until it is said to be kept."""
        self.page.locator(f"input[type=radio][value='{level}']").first.check(force=True)
        self.page.get_by_text(self.phrases["saved"].format(level=level)).wait_for()

    def rate(self, code, level, round_=1):
        values = {"number": MODEL.codes.index(code) + 1, "total": len(MODEL.codes), "round": round_}
        self.page.get_by_text(self.phrases["place"].format(**values)).wait_for()
        name = workshop_texts.dimension_texts(MODEL, self.language)[code].name
        assert self.page.get_by_role("heading", name=name).is_visible()
        self.choose(level)

    def because(self, words):
        self.page.locator("textarea").fill(words)
        self.page.locator("textarea").blur()


class Stage:
    """The presenter's page, by its keys alone."""

    def __init__(self, chromium, address):
        self.page = chromium.new_context(viewport=PROJECTOR).new_page()
        self.page.set_default_timeout(PATIENCE)
        self.asked: set[str] = set()
        self.page.on("request", lambda request: self.asked.add(request.url))
        self.page.goto(address)

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def shows(self, text):
        self.page.get_by_text(text).first.wait_for()

    def decide(self, key, level, why):
        self.press(key)
        self.page.get_by_role("dialog").wait_for()
        self.press(str(level))
        if why:
            self.page.get_by_label("Reason").fill(why)
        self.page.get_by_role("button", name="Record").press("Enter")
        self.page.get_by_role("dialog").wait_for(state="detached")


def faults(page):
    found = Axe().run(page, options=RULES).response["violations"]
    return [(fault["id"], [node["html"][:120] for node in fault["nodes"]]) for fault in found]


def test_a_whole_workshop_with_three_phones_and_what_dies_on_the_way(chromium, workshop, tmp_path):
    address, phone_address, folder = workshop
    stage = Stage(chromium, address)
    stage.shows("Join with")
    phones = [Phone(chromium, phone_address, language) for language in LANGUAGES]
    assert [faults(phone.page) for phone in phones] == [[], [], []]
    for phone in phones:
        phone.join()
    stage.page.get_by_text("have joined").wait_for()

    # the first dimension: nothing shows before the reveal, what the extremes say after it, and a second round
    first, *others = MODEL.codes
    stage.press("n")
    stage.shows("of 3 have answered")
    for phone, level in zip(phones, (1, 4, 4), strict=True):
        phone.rate(first, level)
    phones[0].because("only <b>pilots</b> run")
    stage.page.get_by_text(re.compile(r"^\s*3\s*of 3 have answered")).or_(
        stage.page.get_by_text("of 3")
    ).first.wait_for()
    assert "pilots" not in stage.page.content() and "median" not in stage.page.inner_text("body").lower()
    assert faults(stage.page) == []
    stage.press("r")
    stage.shows("median")
    assert faults(stage.page) == []
    stage.press("e")
    stage.shows("only <b>pilots</b> run")
    stage.press("e")

    # the phones' server dies while a phone changes its mind; both come back by themselves
    kill(folder, "helpers.live.workshop.phones.serve")
    phones[0].choose(2)
    phones[1].page.reload()
    phones[1].page.locator("input[type=radio][value='4']").first.wait_for()
    assert phones[1].page.locator("input[type=radio][value='4']").first.is_checked()

    # the presenter's page dies, and shows the same when it is opened again
    kill(folder, "voila")
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with contextlib.suppress(Exception):
            stage.page.goto(address)
            break
        time.sleep(0.3)
    stage.shows("median")
    stage.press("c")
    stage.shows("Open round 2")
    stage.press("o")
    stage.shows("of 3 have answered")
    for phone in phones:
        phone.rate(first, 4, round_=2)
    stage.press("r")
    stage.shows("All 3")
    stage.press("c")
    stage.decide("a", 4, "pilots have become services")
    stage.decide("w", 5, "")

    # the other eleven
    for place, code in enumerate(others):
        stage.press("n")
        for phone, level in zip(phones, (2, 3, 3 + place % 2), strict=True):
            phone.rate(code, level)
        stage.press("r")
        stage.shows("median")
        stage.decide("a", 3, "")
    stage.press("s")
    assert faults(stage.page) == []
    stage.press("s", "m")
    stage.page.get_by_role("button", name="End the workshop").press("Enter")
    stage.page.get_by_role("dialog").get_by_role("button", name="End the workshop").press("Enter")
    for phone in phones:
        phone.page.get_by_role("heading", name=phone.phrases["ended_title"]).wait_for()
    assert faults(phones[0].page) == []
    stage.shows("_workshop.xlsx")  # the end writes it by itself
    stage.page.get_by_role("button", name="build the report").click()  # as soon as it can be pressed
    stage.page.get_by_role("button", name="Open the report").first.wait_for(timeout=120_000)

    # what a run reads is what the room said
    book = next((tmp_path / "data" / "assessments" / "midlothian").glob("*_workshop.xlsx"))
    ratings, findings = assessments.read_assessment(book, region="midlothian", data=tmp_path / "data")
    assert not [finding for finding in findings if finding.severity == "error"]
    by_kind = ratings["kind"].value_counts().to_dict()
    assert by_kind == {"individual": 3 * 13, "consensus": 12, "desired": 1}
    of_first = ratings[(ratings["dimension"] == first) & (ratings["kind"] == "individual")]
    told = of_first.pivot(index="round", columns="stakeholder", values="rating").loc[[1, 2]].to_numpy().tolist()
    assert told == [[2, 4, 4], [4, 4, 4]]
    assert set(of_first["justification"]) >= {"only <b>pilots</b> run"}
    assert (tmp_path / "reports" / "midlothian" / "index.html").is_file()
    assert all(re.match(r"(http://127\.0\.0\.1:\d+/|data:|blob:)", url) for url in stage.asked)

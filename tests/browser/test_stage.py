"""The presenter's page in a real browser over a really started Voilà: keys, screens, what it hides and survives."""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx
import papermill.iorw
import pytest
from axe_playwright_python.sync_playwright import Axe
from papermill.parameterize import parameterize_notebook

from helpers.live.workshop import keeping, stage
from helpers.reference import paths
from helpers.warm import children, files, shared
from stage_workshop import MODEL, Workshop

pytestmark = [
    pytest.mark.browser,
    pytest.mark.runs,
    pytest.mark.xdist_group("stage"),
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="kernels are forked on Linux alone"),
]
TOKEN, PATIENCE = "a-secret-of-these-tests", 60_000
ROOM, LAPTOP, OLD = (1920, 1080), (1280, 720), (1024, 768)
REASON = "Nobody outside the board has read <img src=x onerror='window.harmed = 1'> the plan."
RULES = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
}
CUT_OFF = """() => {
  const room = document.querySelector('.room').getBoundingClientRect();
  const isOutside = box => box.right > room.right + 1 || box.bottom > room.bottom + 1
    || box.top < room.top - 1 || box.left < room.left - 1;
  return [...document.querySelectorAll('.room *')].filter(node => {
    const box = node.getBoundingClientRect();
    return box.width && !node.closest('.quotes, .unseen-text') && isOutside(box);
  }).map(node => `${node.tagName} ${node.textContent.slice(0, 40)}`).slice(0, 5);
}"""
SMALL = """() => [...document.querySelectorAll('.room *')].filter(node => {
  const says = [...node.childNodes].some(one => one.nodeType === 3 && one.textContent.trim());
  if (!says || node.closest('button')) return false;
  const matrix = node.closest('svg') && node.getScreenCTM ? node.getScreenCTM() : null;
  const size = parseFloat(getComputedStyle(node).fontSize) * (matrix ? Math.hypot(matrix.a, matrix.b) : 1);
  return size && node.localName !== 'title' && node.localName !== 'desc' && size < 27.5;
}).map(node => `${node.localName}.${node.className.baseVal ?? node.className} ${node.textContent.slice(0, 30)}`)"""


class Voila:
    """Voilà over a folder of presenters' notebooks, with a warm process of its own."""

    def __init__(self, folder):
        self.folder, self.process = folder, None
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port = found.getsockname()[1]

    def start(self):
        specs = [Path(stage.__file__).parent / "jupyter", files.ROOM / "jupyter"]
        env = {**os.environ, "JUPYTER_PATH": os.pathsep.join(map(str, specs)), "OMP_NUM_THREADS": "1"}
        command = [sys.executable, "-m", "voila", str(self.folder), "--no-browser", "--template=care-atlas"]
        command += [f"--port={self.port}", "--Voila.port_retries=0", f"--token={TOKEN}"]
        with (self.folder / "voila.log").open("ab") as said:
            self.process = started(command, env, said)
        until(lambda: answers(f"http://127.0.0.1:{self.port}/static/"))

    def has_kernel(self, kernel):
        return self.api("GET", f"/api/kernels/{kernel}").status_code == 200

    def api(self, method, path):
        headers = {"Authorization": f"token {TOKEN}"}
        url = f"http://127.0.0.1:{self.port}{path}"
        return httpx.request(method, url, headers=headers, timeout=20, trust_env=False)

    def kill(self):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def address(self, workshop, **parameters):
        """The address of the notebook over this workshop."""
        notebook = papermill.iorw.load_notebook_node(str(paths.project() / "notebooks" / "06_workshop.ipynb"))
        values = {"region": "midlothian", "session": str(workshop.folder), **parameters}
        name = f"{workshop.folder.parent.name}.ipynb"
        papermill.iorw.write_ipynb(parameterize_notebook(notebook, values), str(self.folder / name))
        return f"http://127.0.0.1:{self.port}/voila/render/{name}?token={TOKEN}"


def started(command, env, said):
    """A process of these tests; it ends with them, however they end."""
    return subprocess.Popen(
        command, env=env, stdout=said, stderr=said, start_new_session=True, preexec_fn=children.end_with_parent
    )


def answers(url):
    with contextlib.suppress(httpx.HTTPError):
        return httpx.get(url, timeout=5, trust_env=False).status_code < 500
    return False


def until(is_so, seconds=60):
    end = time.monotonic() + seconds
    while not (seen := is_so()):
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.05)
    return seen


@pytest.fixture(scope="module")
def voila():
    folder = Path(tempfile.mkdtemp(prefix="stage"))
    (folder / "run").mkdir(mode=0o700)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(folder / "run"))
        patch.setenv("IPYTHONDIR", str(folder / "ipython"))
        patch.setenv(shared.MINUTES, "2")
        started = Voila(folder)
        started.start()
        yield started
        started.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            started.process.wait(20)
        started.kill()
        shared.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def workshop(tmp_path):
    made = Workshop(tmp_path / "session", n=9)
    yield made
    made.close()


class Page:
    """A presenter's page, all that it asked for, and every frame that the kernel sent."""

    def __init__(self, chromium, address, size=ROOM):
        context = chromium.new_context(viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce")
        self.page = context.new_page()
        self.asked, self.errors, self.frames = [], [], []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: self.frames.append(frame)))
        self.page.set_default_timeout(PATIENCE)
        self.address = address
        self.open()

    def open(self):
        self.page.goto(self.address)
        self.page.wait_for_selector(".room h1")

    @property
    def kernel(self):
        return self.page.evaluate("JSON.parse(document.getElementById('jupyter-config-data').textContent).kernelId")

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def on(self, screen):
        self.page.wait_for_selector(f".room[data-screen={screen}]")
        return self.page.inner_text("h1")

    def says(self, text):
        self.page.get_by_text(text).first.wait_for()

    def resize(self, size):
        self.page.set_viewport_size({"width": size[0], "height": size[1]})
        self.page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


@pytest.fixture
def presenter(chromium, voila, workshop):
    opened = Page(chromium, voila.address(workshop))
    yield opened
    opened.page.close(run_before_unload=True)
    opened.page.context.close()
    assert opened.errors == []


def faults(page):
    found = Axe().run(page, options=RULES).response["violations"]
    return [(fault["id"], [node["target"] for node in fault["nodes"]][:3]) for fault in found]


def decided(workshop, code, levels=(2, 2, 3, 3, 3, 3, 4, 4, 5), agreed=3, desired=5):
    workshop.take("open", code)
    workshop.rate(levels, dimension=code, reason=REASON)
    workshop.take("reveal", code)
    workshop.take("close", code)
    workshop.take("agree", code, level=agreed, text="The plan is policy.")
    workshop.take("desire", code, level=desired)


def test_one_dimension_from_the_first_to_the_last_step_by_keys_alone(presenter, workshop):
    assert presenter.on("waiting") == "Welcome"
    presenter.press("n")
    assert presenter.on("rating") == "Readiness to Change"
    workshop.rate([2, 2, 3, 3, 3, 3, 4, 4, 5], reason=REASON)
    presenter.says("of 9 have answered")
    presenter.press("t")
    presenter.page.get_by_role("dialog").wait_for()
    presenter.press("2")
    presenter.page.wait_for_function("() => /^1:5\\d$|^2:00$/.test(document.querySelector('.timer').textContent)")
    presenter.press("r")
    assert presenter.on("revealed") == "Agreement: 8 of 9 are within one level of the median, level 3"
    presenter.press("e")
    presenter.on("arguments")
    presenter.press("e", "c", "a")
    presenter.page.get_by_role("dialog").wait_for()
    assert presenter.page.locator("input:checked").count() == 0, "a proposal is never chosen for the room"
    presenter.press("3", "Tab")
    presenter.page.keyboard.type("no, run, cut: keys typed here are words")
    presenter.press("Control+Enter")
    assert presenter.on("decided") == "Agreed: level 3"
    presenter.press("w")
    presenter.page.get_by_role("dialog").wait_for()
    presenter.press("5", "Control+Enter")
    presenter.says(MODEL.dimension("readiness").levels[5])
    presenter.press("u")
    presenter.page.wait_for_function("() => document.querySelectorAll('.decision.none').length === 1")
    kinds = [step.kind for step in keeping.steps_of(workshop.file)]
    assert kinds == ["open", "timer", "reveal", "close", "agree", "desire", "undo"]
    state = keeping.state(workshop.file)
    assert state.agreed["readiness"].reason == "no, run, cut: keys typed here are words" and not state.desired
    presenter.press("n")
    assert presenter.on("rating") == "Structure & Governance"


def test_the_buttons_are_reached_by_tab_and_show_where_the_focus_is(presenter):
    presenter.page.locator(".bar button").first.focus()
    presenter.press("Tab", "Shift+Tab")
    look = presenter.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert look == "solid" and presenter.page.evaluate("document.activeElement.dataset.id") == "next"
    presenter.press("Enter")
    presenter.on("rating")
    presenter.press("?")
    presenter.page.get_by_role("dialog", name="Keys").wait_for()
    assert presenter.page.locator("dialog dt").count() == 20
    presenter.press("n", "Escape")
    presenter.page.get_by_role("dialog").wait_for(state="detached")
    assert presenter.on("rating") == "Readiness to Change", "keys do nothing behind a dialog"


def test_a_hidden_round_reaches_the_browser_in_no_form(presenter, workshop):
    presenter.press("n")
    presenter.on("rating")
    presenter.frames.clear()
    workshop.rate([5, 0, 5, 0, 5, 0, 5], reason="MUST-NOT-SHOW")
    presenter.page.wait_for_function("() => document.querySelector('.huge b').textContent === '7'")
    heard = "".join(one if isinstance(one, str) else one.decode("utf-8", "replace") for one in presenter.frames)
    assert '"n": 7' in heard, "frames are read"
    shown = presenter.page.inner_html(".atlas-stage")
    assert not [told for told in (heard, shown) if "MUST-NOT-SHOW" in told or "<svg" in told]
    assert "median" not in shown.lower() and not re.findall(r'"median": (?!null)', heard)
    presenter.press("r")
    presenter.on("revealed")
    presenter.press("e")
    presenter.says("MUST-NOT-SHOW")


def test_the_picture_moves_as_ratings_arrive_and_text_is_inert(presenter, workshop):
    presenter.press("n")
    presenter.on("rating")
    presenter.press("r")
    assert presenter.on("revealed") == "Nobody has rated this yet"
    workshop.rate([1] * 9, reason=REASON)
    presenter.says("All 9 chose level 1")
    before = presenter.page.locator(".picture.levels svg").inner_html()
    started = time.monotonic()
    workshop.rate([4], made=2, reason=REASON)
    presenter.page.wait_for_function(
        "was => document.querySelector('.picture.levels svg').innerHTML !== was", arg=before, polling=5
    )
    print(f"from commit to picture: {1000 * (time.monotonic() - started):.0f} ms")
    presenter.press("e")
    presenter.says("Nobody outside the board has read <img src=x")
    assert presenter.page.evaluate("window.harmed") is None and not presenter.page.locator(".room img").count()


def test_a_page_that_is_opened_again_shows_the_same(presenter, workshop, voila):
    decided(workshop, "readiness")
    workshop.take("open", "governance")
    workshop.rate([1, 1, 4, 4], dimension="governance")
    workshop.take("reveal", "governance")
    presenter.page.wait_for_function(
        "() => document.querySelector('.spider desc')?.textContent.includes('Governance: median 2.5')"
    )
    before = presenter.page.inner_html(".room")
    presenter.page.reload()
    presenter.on("revealed")
    presenter.page.wait_for_function("was => document.querySelector('.room').innerHTML === was", arg=before)
    presenter.press("s")
    presenter.on("overview")
    presenter.page.reload()
    assert presenter.on("overview") == "1 of 12 dimensions have an agreed level"


def test_a_kernel_that_dies_and_a_server_that_is_killed_bring_the_same_screen_back(presenter, workshop, voila):
    decided(workshop, "readiness")
    assert presenter.on("decided") == "Agreed: level 3"
    presenter.page.wait_for_selector(".decision.none", state="detached")
    before = presenter.page.inner_html(".room")
    kernel = presenter.kernel
    assert voila.api("POST", f"/voila/api/shutdown/{kernel}").status_code == 204
    with presenter.page.expect_event("load"):
        pass
    presenter.on("decided")
    assert presenter.kernel != kernel
    assert presenter.page.inner_html(".room") == before
    voila.kill()
    presenter.page.wait_for_selector(".atlas-stage.lost")
    workshop.take("agree", "readiness", level=4)
    voila.start()
    presenter.says("Agreed: level 4")
    presenter.page.wait_for_selector(".atlas-stage:not(.lost) h1")


def test_a_closed_page_leaves_no_kernel_behind(chromium, voila, workshop):
    opened = Page(chromium, voila.address(workshop))
    kernel = opened.kernel
    assert voila.has_kernel(kernel)
    opened.page.close(run_before_unload=True)
    until(lambda: not voila.has_kernel(kernel))
    opened.page.context.close()


def test_every_screen_is_accessible_whole_and_readable_from_the_back(presenter, workshop):
    for number, code in enumerate(MODEL.codes[:9]):
        decided(workshop, code, agreed=number % 4 + 1)
    screens = [("", "decided"), ("s", "overview"), ("p", "priorities")]
    workshop.take("open", "breadth") if "breadth" in MODEL.codes else workshop.take("open", MODEL.codes[9])
    presenter.on("rating")
    seen = [looked(presenter, "rating")]
    code = keeping.state(workshop.file).current
    workshop.rate([0, 1, 1, 4, 4, 4, 5, 5, 5], dimension=code, reason=REASON)
    workshop.take("timer", code, seconds=900)
    workshop.take("reveal", code)
    presenter.on("revealed")
    workshop.take("close", code)
    workshop.take("open", code)
    workshop.rate([2, 3, 3, 4, 4, 4, 4, 4, 5], dimension=code, round=2, reason=REASON)
    workshop.take("reveal", code)
    presenter.says("who rated twice")
    seen.append(looked(presenter, "revealed"))
    presenter.press("e")
    presenter.on("arguments")
    seen.append(looked(presenter, "arguments"))
    presenter.press("ArrowLeft")
    presenter.on("decided")
    for key, screen in screens:
        if key:
            presenter.press(key)
        presenter.on(screen)
        if screen == "priorities":
            presenter.page.wait_for_selector(".priorities tbody")
        seen.append(looked(presenter, screen))
    workshop.take("end", "")
    presenter.press("Escape", "ArrowRight")
    presenter.page.reload()
    presenter.on("ended")
    seen.append(looked(presenter, "ended"))
    assert seen == [(one[0], [], [], [], []) for one in seen] and len(seen) == 7


def looked(presenter, name):
    """What is wrong with a screen: for axe, cut off in three sizes, or too small for the back of a room."""
    small = presenter.page.evaluate(SMALL)
    found = faults(presenter.page)
    cut = []
    for size in (ROOM, LAPTOP, OLD):
        presenter.resize(size)
        cut += [f"{size} {words}" for words in presenter.page.evaluate(CUT_OFF)]
    presenter.resize(ROOM)
    return name, found, small, cut, presenter.errors


@pytest.mark.parametrize("size", [ROOM, OLD])
def test_every_dialog_is_accessible_and_lies_inside_the_window(chromium, voila, workshop, size):
    (workshop.folder / "server.json").write_text(
        json.dumps({"addresses": ["http://127.0.0.1:4567/s/abcd-efgh-jkmn-pqrs/"], "is_network": False})
    )
    opened = Page(chromium, voila.address(workshop), size)
    assert opened.on("waiting") == "Join with your phone"
    opened.says("Start the workshop with --network")
    assert faults(opened.page) == [] and opened.page.evaluate(CUT_OFF) == []
    decided(workshop, "readiness")
    workshop.take("open", "funding")
    workshop.take("reveal", "funding")
    opened.says("Finance & Funding")
    opened.page.wait_for_selector("[data-id=close]")
    for key in "tawlqmh?":
        opened.press(key)
        dialog = opened.page.get_by_role("dialog")
        dialog.wait_for()
        box = dialog.bounding_box()
        assert (
            box["x"] >= 0
            and box["y"] >= 0
            and box["x"] + box["width"] <= size[0]
            and box["y"] + box["height"] <= size[1]
        )
        assert faults(opened.page) == [], key
        opened.press("Escape")
        dialog.wait_for(state="detached")
    assert opened.errors == []
    opened.page.context.close()


def test_no_request_leaves_this_machine(presenter, workshop):
    decided(workshop, "readiness")
    presenter.on("decided")
    presenter.press("s", "p", "q", "Escape")
    assert presenter.asked and all(re.match(r"(http://127\.0\.0\.1:\d+/|data:|blob:)", url) for url in presenter.asked)
    resources = presenter.page.evaluate("performance.getEntriesByType('resource').map(one => one.name)")
    assert all(re.match(r"(http://127\.0\.0\.1:\d+/|data:|blob:)", url) for url in resources)


def test_ratings_by_hand_are_recorded_and_not_shown(presenter, workshop):
    presenter.press("n")
    presenter.on("rating")
    presenter.press("h")
    presenter.page.get_by_label("Sector").select_option(index=1)
    presenter.page.get_by_role("button", name="Add a stakeholder").press("Enter")
    field = presenter.page.get_by_label("Level for Stakeholder 10")
    field.focus()
    presenter.page.keyboard.type("94")
    presenter.page.get_by_text("recorded", exact=True).wait_for()
    assert field.input_value() == "•"
    until(lambda: [one["rating"] for one in keeping.latest_ratings(workshop.file)] == [4])
    presenter.press("Escape")
    presenter.page.wait_for_function("() => document.querySelector('.huge b').textContent === '1'")


def test_a_watched_folder_shows_its_ratings_and_what_is_wrong_with_a_workbook(presenter, workshop, tmp_path):
    watched = tmp_path / "saved here"
    watched.mkdir()
    presenter.press("n")
    presenter.on("rating")
    presenter.press("m")
    presenter.page.get_by_label("Folder of workbooks to watch").fill(str(watched))
    presenter.page.get_by_role("button", name="Watch").press("Enter")
    presenter.page.get_by_text("Watching", exact=False).first.wait_for()
    book = "stakeholder,dimension,rating\nAnna,Readiness to Change,{}\nBen,Readiness to Change,3\n"
    (watched / "panel.csv").write_text(book.format(4))
    presenter.page.get_by_text("is used").wait_for()
    (watched / "panel.csv").write_text(book.format(9))
    presenter.page.get_by_text("9 is not on the scale 0-5").wait_for()
    presenter.page.get_by_text("panel.csv has 1 problem").wait_for()
    (watched / "panel.csv").write_text("nothing,of,this\nis,a,rating\n")
    presenter.page.get_by_text("was refused; what it said before still counts").first.wait_for()
    presenter.page.get_by_text("panel.csv was refused; what it said before still counts. M shows why.").wait_for()
    presenter.press("Escape", "r")
    presenter.says("Both are within one level of the median, 3.5")


def test_a_practice_says_so_and_writes_its_workbook_beside_itself(chromium, voila, tmp_path):
    practice = Workshop(tmp_path / "practice", n=5, is_practice=True)
    opened = Page(chromium, voila.address(practice))
    opened.says("Practice: this panel is simulated")
    decided(practice, "readiness", levels=(1, 2, 3, 3, 4))
    opened.on("decided")
    opened.press("m")
    assert not opened.page.get_by_role("button", name="build the report").count()
    opened.page.get_by_role("button", name="End the workshop").press("Enter")
    opened.page.get_by_role("dialog", name="End the workshop?").get_by_role("button", name="End the workshop").press(
        "Enter"
    )
    opened.on("ended")
    opened.page.get_by_role("button", name="Write the workbook").press("Enter")
    opened.page.get_by_text("Workbook:").wait_for()
    assert (practice.folder / "2026-11-25_workshop.xlsx").is_file()
    opened.page.context.close()
    practice.close()


def test_the_same_notebook_works_in_jupyterlab_and_keys_do_not_reach_its_cells(chromium, voila, workshop):
    voila.address(workshop)  # writes the notebook
    with lab(voila) as address:
        page = chromium.new_context(viewport={"width": 1600, "height": 1000}).new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(f"{address}/lab/tree/{workshop.folder.parent.name}.ipynb?token={TOKEN}")
        page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()  # what is run before is lost
        page.get_by_text("Run", exact=True).first.click()
        page.get_by_text("Run All Cells", exact=True).first.click()
        page.wait_for_selector(".atlas-stage.inside h1")
        cells = page.locator(".jp-Cell").count()
        page.locator(".atlas-stage .room").click()
        page.keyboard.press("n")
        page.wait_for_selector(".room[data-screen=rating]")
        workshop.rate([3] * 9, reason=REASON)
        page.keyboard.press("r")
        page.get_by_text("All 9 chose level 3").first.wait_for()
        page.keyboard.press("a")
        page.get_by_role("dialog").wait_for()
        page.keyboard.press("3")
        page.keyboard.press("Tab")
        page.keyboard.type("dd aa bb")  # in a notebook these would delete and add cells
        page.keyboard.press("Control+Enter")
        page.get_by_text("Agreed: level 3").first.wait_for()
        assert page.locator(".jp-Cell").count() == cells
        assert keeping.state(workshop.file).agreed["readiness"].reason == "dd aa bb"
        page.context.close()


@contextlib.contextmanager
def lab(voila):
    """JupyterLab over the same notebooks, which leaves nothing in the user's settings."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    kept = {f"JUPYTERLAB_{name}_DIR": str(voila.folder / name.lower()) for name in ("SETTINGS", "WORKSPACES")}
    env = {**os.environ, **kept, "JUPYTER_PATH": str(files.ROOM / "jupyter"), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}"]
    command += [f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={voila.folder}"]
    with (voila.folder / "lab.log").open("ab") as said:
        going = started(command, env, said)
    try:
        until(lambda: answers(f"http://127.0.0.1:{port}/api"))
        yield f"http://127.0.0.1:{port}"
    finally:
        going.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            going.wait(20)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(going.pid, signal.SIGKILL)
        going.wait()

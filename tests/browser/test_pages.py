"""Every page in a real browser: accessible, offline, nothing cut off, on a desk, on a phone and on paper."""

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("pages")]
PAGES = (
    "index.html",
    *(f"{region}/index.html" for region in ("midlothian", "singapore", "scotland", "poland", "regions-compared")),
)
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
OUTSIDE = """() => [...document.querySelectorAll('svg')].flatMap(svg => {
  const frame = svg.getBoundingClientRect();
  if (!frame.width) return [];
  return [...svg.querySelectorAll('text')].filter(t => {
    const box = t.getBoundingClientRect();
    return box.width && (box.left < frame.left - 2 || box.right > frame.right + 2);
  }).map(t => t.textContent);
})"""


@pytest.fixture(params=PAGES)
def url(request, built):
    return (built / request.param).as_uri()


def opened(chromium, url, width, **options):
    context = chromium.new_context(viewport={"width": width, "height": 900}, offline=True, **options)
    page = context.new_page()
    asked, errors = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(url)
    return page, asked, errors


@pytest.mark.parametrize("width", [1280, 400])
def test_axe_finds_nothing_even_with_everything_open(chromium, url, width):
    page, _, _ = opened(chromium, url, width)
    page.eval_on_selector_all("details", "all => all.forEach(d => d.open = true)")
    found = Axe().run(page).response["violations"]
    assert not [(v["id"], [n["target"] for n in v["nodes"]][:3]) for v in found]


def test_a_page_asks_for_nothing_but_itself_and_reports_no_error(chromium, url):
    _, asked, errors = opened(chromium, url, 1280)
    assert asked == [url] and not errors


@pytest.mark.parametrize("width", [1280, 768, 360])
def test_nothing_scrolls_sideways_or_is_cut_off(chromium, url, width):
    page, _, _ = opened(chromium, url, width)
    assert page.evaluate(SIDEWAYS) <= 0
    assert page.evaluate(OUTSIDE) == []


def test_every_link_inside_the_page_has_a_place_to_go(chromium, url):
    page, _, _ = opened(chromium, url, 1280)
    missing = "all => all.map(a => a.getAttribute('href').slice(1)).filter(id => id && !document.getElementById(id))"
    assert page.eval_on_selector_all("a[href^='#']", missing) == []


def test_the_report_is_light_enough_to_send(built):
    for page in built.rglob("index.html"):
        assert page.stat().st_size < 1_500_000, page


def test_figures_are_open_on_paper(chromium, built, tmp_path):
    page, _, _ = opened(chromium, (built / "midlothian/index.html").as_uri(), 1280)
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details:not(.method, .contents, .long)").evaluate_all("all => all.every(d => d.open)")
    assert page.locator(".rail").is_hidden()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert not page.locator("details[open]").count()


def test_keyboard_reaches_the_report_first(chromium, url):
    page, _, _ = opened(chromium, url, 1280)
    page.keyboard.press("Tab")
    assert "Skip to" in page.evaluate("document.activeElement.textContent")

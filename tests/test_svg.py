"""A figure as inline SVG: real text, an accessible name, nothing from elsewhere, small and always the same."""

import re
from xml.etree import ElementTree

import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.path import Path
from matplotlib.text import Text

import chart_tables as tables
from chart_figures import FIGURES
from helpers import charts
from helpers.charts import style, svg_shapes, text
from helpers.charts import svg as svg_module

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = (
    "$ $x",
    "_Anna",
    "<script>alert(1)</script>",
    "😀 fine",
    "\u202eabc",
    "two\nlines",
    "x" * 500,
    "a & b",
    "\x00\x0b\ufffe",
)


def svg(name="waves", width="wide", prefix="chart", title="Title", alt="Alt") -> str:
    return charts.to_svg(FIGURES[name](width), prefix=prefix, title=title, alt=alt)


@pytest.mark.parametrize("width", style.WIDTHS)
@pytest.mark.parametrize("name", FIGURES)
def test_it_is_one_named_image_that_scales_to_its_column(name, width):
    root = ElementTree.fromstring(svg(name, width, prefix="a1", title="What it says", alt="Line chart: it falls."))
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "a1-title a1-desc"
    assert (root[0].tag, root[0].get("id"), root[0].text) == (f"{SVG}title", "a1-title", "What it says")
    assert (root[1].tag, root[1].get("id"), root[1].text) == (f"{SVG}desc", "a1-desc", "Line chart: it falls.")
    assert root.get("width") == "100%" and root.get("height") is None
    assert float(root.get("viewBox").split()[2]) <= (1000 if width == "wide" else 360)


@pytest.mark.parametrize("name", FIGURES)
def test_it_holds_nothing_from_elsewhere_and_nothing_that_runs(name):
    written = svg(name).replace("http://www.w3.org/2000/svg", "", 1)
    assert not re.search(
        r"https?:|<!DOCTYPE|<\?xml|<script|<style|<image|<metadata|<foreignObject|javascript|xlink", written
    )
    assert not re.search(r"\d{4}-\d\d-\d\d|Matplotlib|\b(NaN|nan|inf)\b", written)


@pytest.mark.parametrize("name", FIGURES)
def test_ids_do_not_clash_on_a_page_and_every_reference_has_its_target(name):
    root = ElementTree.fromstring(f"<page>{svg(name, 'wide', 'a')}{svg(name, 'narrow', 'b')}</page>")
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    wanted = [element.get("href")[1:] for element in root.iter() if element.get("href")]
    wanted += re.findall(r"url\(#([^)]+)\)", ElementTree.tostring(root, "unicode"))
    assert len(ids) == len(set(ids))
    assert set(wanted) <= set(ids)
    assert all(re.fullmatch(r"[ab]-(title|desc|\d+)", name) for name in ids)


def font_sizes(root):
    """The size of every label: its own, or the one that it has from the group around it."""
    around = {child: parent for parent in root.iter() for child in parent}
    labels = list(root.iter(f"{SVG}text"))
    return [float(label.get("font-size") or around[label].get("font-size")) for label in labels]


@pytest.mark.parametrize("name", FIGURES)
def test_text_stays_text(name):
    figure = FIGURES[name]("wide")
    drawn = [artist.get_text().replace(r"\$", "$") for artist in figure.findobj(Text) if artist.get_text()]
    root = ElementTree.fromstring(charts.to_svg(figure, prefix="a", title="T", alt="A"))
    written = [element.text for element in root.iter(f"{SVG}text")]
    assert drawn and sorted(drawn) == sorted(written)
    assert min(font_sizes(root)) >= 12


@pytest.mark.parametrize("name", FIGURES)
def test_narrow_text_is_at_least_11_px(name):
    root = ElementTree.fromstring(svg(name, "narrow"))
    assert min(font_sizes(root)) >= 11


@pytest.mark.parametrize("name", FIGURES)
def test_the_same_table_gives_the_same_bytes_whatever_the_readers_settings(name):
    first = svg(name)
    with mpl.rc_context({"font.size": 30, "svg.fonttype": "path", "savefig.bbox": "tight", "text.parse_math": False}):
        assert mpl.rcParams["font.size"] == 30
        second = svg(name)
        assert mpl.rcParams["font.size"] == 30
    assert first == second


def test_text_from_a_file_cannot_leave_its_place():
    written = svg(title='"><script>alert(1)</script>', alt="a\x00 & <b>\nline")
    root = ElementTree.fromstring(written)
    assert "<script" not in written
    assert root[0].text == '"><script>alert(1)</script>'
    assert root[1].text == "a & <b> line"


@pytest.mark.parametrize("prefix", ["", "1a", 'a"b', "a b", "a.b", "ä"])
def test_a_prefix_that_is_no_plain_id_is_refused(prefix):
    with pytest.raises(ValueError, match="prefix must be"):
        svg(prefix=prefix)


@pytest.mark.parametrize("empty", ["", " \n", "\u202e"])
@pytest.mark.parametrize("argument", ["title", "alt"])
def test_a_chart_without_words_is_refused(argument, empty):
    with pytest.raises(ValueError, match=f"{argument} must say something"):
        svg(**{argument: empty})


@pytest.mark.parametrize("width", style.WIDTHS)
def test_charts_are_small(width):
    profile, distribution = tables.many(12, 12)
    strips = charts.to_svg(
        charts.figure_strips(distribution, profile=profile, width=width), prefix="a", title="T", alt="A"
    )
    beside = tables.beside().iloc[[0, 1, 2, 3] * 10]
    spine = charts.figure_spine(beside, region_name="Midlothian", width=width)
    assert len(strips.encode()) < 60_000
    assert len(charts.to_svg(spine, prefix="a", title="T", alt="A").encode()) < 150_000


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_is_drawn_as_it_stands(hostile):
    table = tables.compared().assign(dimension_name=f"{hostile} name", earlier_wave_name=hostile)
    written = charts.to_svg(charts.figure_waves(table), prefix="a", title=f"{hostile}.", alt=f"{hostile}.")
    root = ElementTree.fromstring(written)
    shown = hostile.replace("\n", " ").translate(dict.fromkeys(map(ord, "\u202e\x00\x0b\ufffe")))
    lines = "".join(element.text.lstrip("\u2060") for element in root.iter(f"{SVG}text"))
    assert shown[:10].strip() in lines
    assert "<script" not in written


@pytest.mark.parametrize(
    ("given_text", "inert"),
    [
        ("$ $x", r"\$ \$x"),
        ("_Anna", "\u2060_Anna"),
        ("<script>", "<script>"),
        ("a\u202eb\u200fc", "abc"),
        ("two\n\tlines ", "two lines"),
        ("👩\u200d⚕️ ok", "👩\u200d⚕️ ok"),
        ("\ud800x\x07", "x"),
        (None, "None"),
        (3, "3"),
    ],
)
def test_inert(given_text, inert):
    assert charts.inert(given_text) == inert


def test_inert_shortens():
    assert charts.inert("x" * 500) == "x" * 119 + "…"
    assert charts.inert("x" * 500, length=10) == "x" * 9 + "…"


@given(st.text(max_size=200))
@settings(max_examples=60, deadline=None)
def test_any_text_is_inert_and_any_text_makes_a_good_svg(words):
    safe = style.plain(words)
    assert "\n" not in safe and len(safe) <= 120
    figure = style.canvas(200, 40)
    with style.context():
        text.write(style.panel(figure, 0, 0, 200, 40), words, 0, 0, size=12)
    root = ElementTree.fromstring(charts.to_svg(figure, prefix="a", title=f"T {words}", alt=f"A {words}"))
    written = [(element.text or "").lstrip("\u2060") for element in root.iter(f"{SVG}text")]
    assert root[0].text == style.plain(f"T {words}", length=4000)
    assert written == ([style.plain(words, length=400).lstrip("\u2060")] if style.plain(words) else [])


@given(st.text(alphabet="abc mW-, 😀日", max_size=120), st.floats(30, 400), st.integers(1, 4))
@settings(max_examples=80, deadline=None)
def test_broken_lines_keep_to_their_room_and_number(words, room, lines):
    broken = text.wrap(words, room, 12, lines=lines)
    assert len(broken) <= lines
    assert all(text.width(line, 12) <= room for line in broken)
    if broken and not text.is_cut(broken):
        assert "".join(broken).replace(" ", "") == words.replace(" ", "")


def test_a_sentence_is_cut_at_a_clause_where_one_fits():
    long = "services formally described; systematic approach planned, not deployed anywhere at all"
    assert text.clause(long, 200, 12, lines=1) == ["services formally described …"]
    assert text.clause("short", 200, 12) == ["short"]


def test_strokes_that_look_alike_are_one_path_and_others_are_not():
    line = '<path d="M{0} 0L{0} 9" fill="none" stroke="#d9dee3" stroke-width="0.8"/>'
    other = '<path d="M9 0L9 9" fill="none" stroke="#8a8f98" stroke-width="0.8"/>'
    see_through = '<path d="M8 0L8 9" fill="none" stroke="#d9dee3" stroke-opacity="0.5"/>'
    merged = svg_module._merged(line.format(1) + line.format(2) + other + see_through * 2)
    whole = '<path d="M1 0L1 9M2 0L2 9" fill="none" stroke="#d9dee3" stroke-width="0.8"/>'
    assert merged == whole + other + see_through * 2


def test_a_circle_is_known_by_its_curves_and_nothing_else_is():
    points = 3.5 * Path.unit_circle().vertices[1:25].reshape(8, 6)
    curves = "M 0 3.5 " + " ".join("C " + " ".join(map(str, each)) for each in -points)
    assert svg_shapes.circle_radius(f"{curves} z") == pytest.approx(3.5)
    assert svg_shapes.circle_radius(curves) is None
    assert svg_shapes.circle_radius(f"{curves} z".replace("M 0 3.5", "M 0 4.5")) is None
    assert svg_shapes.circle_radius("M 0 3 L 3 0 L 0 -3 z") is None


def test_a_shape_that_is_used_once_stands_where_it_is_used_and_one_used_twice_is_kept():
    link = "{http://www.w3.org/1999/xlink}href"
    tree = ElementTree.fromstring(
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
        '<defs><path id="a" d="M 0 -5 L 2.5 1e-3 z" style="stroke: #ffffff"/><path id="b" d="M 1 1 L 2 2"/></defs>'
        '<use xlink:href="#a" x="10" y="20" style="stroke: #000000; fill: #0b5cab"/>'
        '<use xlink:href="#b" x="1" y="1"/><use xlink:href="#b" x="3" y="1"/></svg>'
    )
    svg_shapes.simplify(tree)
    definitions, shape, *kept = tree
    assert [path.get("id") for path in definitions] == ["b"]
    assert shape.get("d") == "M 10.0 15.0 L 12.5 20.001 z"
    assert shape.get("style").endswith("stroke: #ffffff") and "fill: #0b5cab" in shape.get("style")
    assert [use.get(link) for use in kept] == ["#b", "#b"]


def ends(path):
    """Where the pen stands after each command of a path in steps."""
    here, found = (0.0, 0.0), []
    for command, numbers in re.findall(r"([MLl])([^MLlz]*)", path):
        across, down = map(float, re.findall(r"-?[\d.]+", numbers))
        here = (across, down) if command in "ML" else (here[0] + across, here[1] + down)
        found.append(here)
    return found


@given(st.lists(st.tuples(st.integers(-9999, 9999), st.integers(-9999, 9999)), min_size=1, max_size=40), st.booleans())
def test_a_path_in_steps_goes_through_the_same_points(tenths, is_closed):
    points = [(across / 10, down / 10) for across, down in tenths]
    path = "".join(f"{'L' if k else 'M'}{across:g} {down:g}" for k, (across, down) in enumerate(points))
    written = svg_shapes.in_steps(path + "z" * is_closed)
    np.testing.assert_allclose(ends(written), points, atol=1e-6)
    assert len(written) <= len(path + "z" * is_closed) and written.endswith("z") == is_closed


@pytest.mark.parametrize("path", ["M0 1C0 1 2 3 4 5z", "", "M1e-5 2", "m1 2l3 4"])
def test_a_path_with_anything_but_straight_lines_stays(path):
    assert svg_shapes.in_steps(path) == path


def test_labels_that_look_alike_say_so_once_and_keep_what_they_say():
    look = ' font-size="12" fill="#595959"'
    written = "".join(f'<text x="1" y="{y}"{look}>one{look}</text>' for y in (1, 2)).replace(f"one{look}", "a &lt; b")
    odd = f'<text x="1" y="3"{look}>x{look}</text>'
    merged = svg_module._merged(written + odd + '<text x="1" y="4" font-size="14">b</text>')
    assert merged.count("font-size") == 3 and merged.count("<g ") == 1 and f">x{look}</text>" in merged

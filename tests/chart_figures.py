"""Figures that several tests of drawing draw, and matplotlib's own way of drawing them to hold ours against."""

import io
from xml.etree import ElementTree

from matplotlib.text import Text

import chart_tables as tables
from helpers import charts
from helpers.charts import style, svg_tree, text

FIGURES = {
    "profile": lambda width: charts.figure_profile(tables.profile(), distribution=tables.distribution(), width=width),
    "waves": lambda width: charts.figure_waves(tables.compared(), width=width),
    "rounds": lambda width: charts.figure_rounds(tables.delphi(), width=width),
    "spine": lambda width: charts.figure_spine(tables.beside(), region_name="Midlothian", width=width),
    "trends": lambda width: charts.figure_trends(
        tables.trend(), changes=tables.changes(), region_code="S1", comparator_code="S2", width=width
    ),
}


def draw_by_matplotlib(monkeypatch) -> None:
    """Let the rest of a test draw with matplotlib's own axes and texts, and parse the SVG that it saves."""
    monkeypatch.setattr(style, "panel", _panel)
    monkeypatch.setattr(text, "Label", Text)
    monkeypatch.setattr(svg_tree, "tree", _tree)


def _panel(figure, left, top, width, height):
    across, down = figure.get_size_inches() * 72
    box = (left / across, (down - top - height) / down, width / across, height / down)
    return style.bare(figure.add_axes(box))


def _tree(figure):
    file = io.BytesIO()
    with style.context():
        figure.savefig(file, format="svg", metadata={"Date": None}, dpi=72)
    return ElementTree.fromstring(file.getvalue())

"""Bare axes, labels without a layout and the tree without a text draw what matplotlib itself draws, to the byte."""

import datetime as dt
import io

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.text import Text

from chart_figures import FIGURES, draw_by_matplotlib
from helpers.charts import style, svg
from helpers.charts.bare_axes import BareAxes, Label

OWN_AXES = (0.1, 0.1, 0.8, 0.8)
DAYS = [dt.date(2024, 1, 1), dt.date(2025, 1, 1), dt.date(2026, 1, 1)]
STROKES = {
    "whole numbers": lambda ax: ax.plot([0, 1, 2], [1, 0, 3], color="#0b5cab", lw=2, clip_on=False),
    "an array": lambda ax: ax.plot(np.array([0.5, 1.0]), np.array([2.0, 2.5]), color="red", ls="--", clip_on=False),
    "a gap": lambda ax: ax.plot([0, 1, 2, 3], [1, float("nan"), 3, 2], color="red"),
    "missing": lambda ax: ax.plot([0, 1, 2], [1, None, 3], color="red"),
    "a series": lambda ax: ax.plot(pd.Series([0, 1]), pd.Series([1.0, 2.0]), color="red"),
    "days": lambda ax: ax.plot(DAYS, [1, 2, 3], color="red"),
    "names": lambda ax: ax.plot(["a", "b", "c"], [1, 2, 3], "o", color="red"),
    "many at once": lambda ax: ax.plot([0, 1], [[0, 1], [1, 2]], color="red", label=["a", "b"]),
    "colours in turn": lambda ax: [ax.plot([0, 1], [k, k]) for k in range(3)],
    "marks of their own colours": lambda ax: ax.plot([0, 1], [0, 1], "D", ms=7, mfc="white", mec="#0b5cab", mew=1.5),
    "marks with an edge alone": lambda ax: ax.plot([0, 1], [0, 1], "o", mec="red"),
    "ends": lambda ax: ax.plot([0, 1], [1, 1], "|-", color="red", lw=1.4, ms=8, alpha=0.5),
    "a format of matplotlib": lambda ax: ax.plot([0, 1], [1, 1], "r--x"),
    "clipped": lambda ax: (ax.set(xlim=(0, 1), ylim=(0, 1)), ax.plot([-1, 2], [-1, 2], color="red")),
    "limits from the data": lambda ax: (ax.set_xlim(0, 2), ax.plot([0, 1], [10, 30], color="red"), ax.bar([1], [40])),
    "in units of the axes": lambda ax: ax.plot([0, 1], [5, 5], transform=ax.get_yaxis_transform(), color="red"),
    "one point": lambda ax: ax.plot(1, 2, "o", color="red"),
    "nothing": lambda ax: ax.plot([], [], color="red"),
}
LABELS = {
    "plain": {},
    "bold at the right": {"fontweight": "bold", "ha": "right"},
    "centred": {"ha": "center", "color": "#595959"},
    "half seen": {"alpha": 0.5},
    "on its middle": {"va": "center"},
    "turned": {"rotation": 90},
    "cut off at the axes": {"clip_on": True},
    "nowhere": {"x": float("nan")},
    "unseen": {"visible": False},
}
WORDS = ("Workforce", "a & <b>", r"\$5 and \$6", "two\nlines", " ", "")


def written(figure) -> str:
    return svg.to_svg(figure, prefix="a", title="Title", alt="Alt")


@pytest.fixture
def by_matplotlib(monkeypatch):
    return lambda: draw_by_matplotlib(monkeypatch)


@style.context()
def drawn_in(kind, draw):
    figure = style.canvas(300, 200)
    ax = style.bare(figure.add_axes(kind(figure, OWN_AXES)))
    draw(ax)
    return figure


def labelled(kind):
    def draw(ax):
        ax.set(xlim=(0, 10), ylim=(0, 10))
        for place, words in enumerate(WORDS):
            for options in LABELS.values():
                label = kind(**{"x": place, "y": place, "text": words, "fontsize": 11.5, "color": style.INK, **options})
                ax.add_artist(label)
                label.set_clip_on(options.get("clip_on", False))

    return draw


@pytest.mark.parametrize("width", style.WIDTHS)
@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_has_the_bytes_that_it_has_by_matplotlib(name, width, by_matplotlib):
    ours = written(FIGURES[name](width))
    by_matplotlib()
    assert ours == written(FIGURES[name](width))


@pytest.mark.parametrize("stroke", STROKES)
def test_a_stroke_has_the_bytes_that_it_has_by_matplotlib(stroke, by_matplotlib):
    ours = written(drawn_in(BareAxes, STROKES[stroke]))
    by_matplotlib()
    assert ours == written(drawn_in(Axes, STROKES[stroke]))


@pytest.mark.filterwarnings("ignore:Glyph")
def test_a_label_has_the_bytes_that_a_text_has_by_matplotlib(by_matplotlib):
    ours = written(drawn_in(BareAxes, labelled(Label)))
    by_matplotlib()
    assert ours == written(drawn_in(Axes, labelled(Text)))


@pytest.mark.parametrize("form", ["png", "svg", "pdf"])
def test_a_figure_can_still_be_saved_by_matplotlib(form):
    file = io.BytesIO()
    FIGURES["waves"]("wide").savefig(file, format=form)
    assert len(file.getvalue()) > 1000


def test_limits_and_places_for_ticks_are_those_of_matplotlib():
    ours, theirs = (drawn_in(kind, STROKES["limits from the data"]).axes[0] for kind in (BareAxes, Axes))
    assert ours.get_ylim() == theirs.get_ylim()
    assert list(ours.get_yticks()) == list(theirs.get_yticks())
    assert ours.xaxis.get_major_ticks() == []

"""A figure as a tree of SVG elements, drawn by matplotlib's own SVG renderer without the text in between.

matplotlib writes a drawing as text, which would have to be parsed again before it can be shortened; that took as long
as the drawing itself. Here the renderer's writer makes the elements at once, and what a text looks like is worked out
once for all that look alike.
"""

from __future__ import annotations

import io
import warnings
from functools import lru_cache
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from matplotlib.backends.backend_svg import RendererSVG
from matplotlib.colors import rgb2hex, to_rgba
from matplotlib.figure import Figure
from matplotlib.font_manager import weight_dict
from matplotlib.text import Text

from helpers.charts import style

_ANCHORS = {"left": "start", "center": "middle", "right": "end"}


def tree(figure: Figure) -> Element:
    """Draw a figure of 72 dots per inch as a tree of elements as matplotlib's SVG has them, under their plain names."""
    width, height = figure.get_size_inches() * 72
    with style.context(), warnings.catch_warnings():
        # That the layout font lacks a letter does not matter: the browser's will have it.
        warnings.filterwarnings("ignore", message=r"Glyph \d+ .* missing from")
        warnings.filterwarnings("ignore", message=r"Matplotlib currently does not support \w+ natively")
        renderer = _TreeRenderer(width, height, io.StringIO(), metadata={"Date": None})
        renderer.writer = writer = _TreeWriter()
        figure.draw(renderer)
        renderer.finalize()
    return writer.root


class _TreeWriter:
    """Take what matplotlib writes as elements; an attribute without a value is left out, as matplotlib does."""

    def __init__(self) -> None:
        self.root = Element("svg")
        self._open = [self.root]

    def start(self, tag: str, attrib: dict[str, str] | None = None, **extra: str) -> int:
        given = {**(attrib or {}), **extra}
        self._open.append(SubElement(self._open[-1], tag, {_local(k): v for k, v in given.items() if v}))
        return len(self._open) - 1

    def end(self, tag: str | None = None, indent: bool = True) -> None:
        self._open.pop()

    def element(self, tag: str, text: str | None = None, attrib: dict[str, str] | None = None, **extra: str) -> None:
        given = {**(attrib or {}), **extra}
        SubElement(self._open[-1], tag, {_local(k): v for k, v in given.items() if v}).text = text

    def data(self, text: str) -> None:
        self._open[-1].text = (self._open[-1].text or "") + text

    def comment(self, comment: str) -> None:
        """Leave out, since a comment is not drawn."""

    def close(self, id: Any) -> None:
        """Leave open what `start` of the whole opened, since the tree is whole as it stands."""

    def flush(self) -> None:
        """Do nothing: there is no file behind."""


class _TreeRenderer(RendererSVG):
    """matplotlib's renderer, with the look of a text worked out once for each look."""

    def write_label(self, text: Text, words: str, across: float, up: float) -> None:
        """Write the words of a text that stands on its baseline; see `bare_axes.Label`."""
        colour = to_rgba(text.get_color())
        look = _look(text.get_weight(), text.get_size(), colour, colour[3], text.get_ha())
        self.writer.element("text", words, {"style": look, "x": f"{across:f}", "y": f"{self.height - up:f}"})

    def _draw_text_as_text(self, gc, x, y, s, prop, angle, ismath, mtext=None):
        if ismath or angle or mtext is None:
            super()._draw_text_as_text(gc, x, y, s, prop, angle, ismath, mtext)
            return
        across, up = mtext.get_transform().transform(mtext.get_unitless_position())
        down = (self.height - up) + (y - (self.height - up))
        alpha = gc.get_alpha() if gc.get_forced_alpha() else gc.get_rgb()[3]
        look = _look(prop.get_weight(), prop.get_size(), gc.get_rgb(), alpha, mtext.get_ha())
        self.writer.element("text", s, {"style": look, "x": f"{across:f}", "y": f"{down:f}"})


@lru_cache(maxsize=1000)
def _look(weight: int | str, size: float, colour: tuple[float, ...], alpha: float, ha: str) -> str:
    """Say how a text looks; the family is left out, since the page's own is used."""
    parts = {"font-weight": str(weight_dict.get(weight, weight)), "font-size": f"{size:g}px"}
    parts |= {"text-anchor": _ANCHORS[ha], "fill": rgb2hex(colour)} | ({"opacity": f"{alpha:g}"} if alpha != 1 else {})
    return "; ".join(f"{name}: {value}" for name, value in parts.items())


def _local(name: str) -> str:
    return name.rpartition(":")[2]

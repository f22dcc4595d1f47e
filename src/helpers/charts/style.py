"""How every chart looks: palette, type, sizes, and the one place where text from a file is made harmless.

Sizes are in pixels: a figure is made at 72 dots per inch, so that one matplotlib point is one pixel of the SVG.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.transforms import Affine2D, ScaledTranslation, Transform

from helpers.charts.bare_axes import BareAxes

INK = "#1f2933"
SECONDARY = "#595959"
RULE = "#d9dee3"
REGION = "#0b5cab"
SPREAD_ALPHA = 0.18
EDGE_ALPHA = 0.65
COMPARATOR = "#8a8f98"
BETTER = "#2166ac"
WORSE = "#b35806"
NO_DIFFERENCE = "#757b84"
RANGE = "#e9ecef"
RANGE_MARK = "#e2e6ea"
MIDDLE_HALF = "#cdd3da"
NOTICE = "#fff4d6"
NOTICE_TEXT = "#6b4e00"

SYSTEM_FONTS = "-apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Helvetica Neue', Arial, sans-serif"
LAYOUT_FONT = "DejaVu Sans"

WIDTHS = {"wide": 960, "narrow": 360}
TEXT = {"wide": 14, "narrow": 12}
SMALL = {"wide": 12, "narrow": 11, "stage": 28}

_BREAKS = re.compile(r"[ \t\n\r\f\v\x1c-\x1f\x85\u2028\u2029]+")
_RC = {
    "font.family": [LAYOUT_FONT],
    "font.size": 13,
    "text.color": INK,
    "text.parse_math": True,
    "text.usetex": False,
    "text.hinting": "none",
    "svg.fonttype": "none",
    "svg.hashsalt": "care-atlas",
    "figure.dpi": 72,
    "savefig.dpi": 72,
    "axes.unicode_minus": True,
    "path.simplify": False,
    "lines.solid_capstyle": "round",
    "lines.dash_capstyle": "butt",
}


@contextmanager
def context() -> Iterator[None]:
    """Draw in the project's style, whatever the reader's own matplotlib settings are; they come back afterwards.

    Works as ``with style.context():`` and as a decorator, ``@style.context()``.
    """
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_RC)
        yield


def checked_width(width: str) -> str:
    """Return `width` if it is one of the two widths that every figure has."""
    if width not in WIDTHS:
        raise ValueError(f"width must be one of {', '.join(WIDTHS)}; got {width!r}")
    return width


def canvas(width_px: float, height_px: float) -> Figure:
    """Make an empty, transparent figure of so many pixels, which pyplot does not keep."""
    figure = Figure(figsize=(width_px / 72, height_px / 72), dpi=72, facecolor="none")
    figure.patch.set_visible(False)
    return figure


def panel(figure: Figure, left: float, top: float, width: float, height: float) -> Axes:
    """Add bare axes whose place is given in pixels from the figure's top left corner."""
    figure_width, figure_height = figure.get_size_inches() * 72
    bottom = figure_height - top - height
    box = (left / figure_width, bottom / figure_height, width / figure_width, height / figure_height)
    ax = figure.add_axes(BareAxes(figure, box))
    ax.patch.set_visible(False)
    return ax


def bare(ax: Axes) -> Axes:
    """Take ticks, spines and background away; each chart draws the little it needs itself."""
    ax.patch.set_visible(False)
    ax.tick_params(which="both", left=False, bottom=False, labelleft=False, labelbottom=False)
    for spine in ax.spines.values():
        spine.set_visible(False)
    return ax


def size_px(ax: Axes) -> tuple[float, float]:
    """Return width and height of the axes in pixels of the SVG."""
    box = ax.get_window_extent()
    dots = ax.get_figure(root=True).dpi / 72
    return box.width / dots, box.height / dots


def pixels(ax: Axes) -> Transform:
    """Return the transform whose units are pixels to the right and down from the axes' top left corner."""
    root = ax.get_figure(root=True)
    return Affine2D().scale(1 / 72, -1 / 72) + root.dpi_scale_trans + ScaledTranslation(0, 1, ax.transAxes)


def plain(text: object, *, length: int = 120) -> str:
    """Reduce any text to one line of visible characters, at most `length` long.

    Line breaks and tabs become spaces, a space that must not break stays one; control characters, direction
    overrides and what XML forbids are left out. Letters of every script, marks and emoji stay.
    """
    kept = _one_line(str(text))
    return kept if len(kept) <= length else kept[: length - 1].rstrip() + "…"


def inert(text: object, *, length: int = 120) -> str:
    """Return `text` such that matplotlib draws it as it stands, in labels and legends too.

    A dollar sign starts no formula and a leading underscore does not hide a label. For a text's own drawing use
    :func:`helpers.charts.text.write`, which calls this; never escape twice.
    """
    clean = plain(text, length=length).replace("$", r"\$")
    return f"\u2060{clean}" if clean.startswith("_") else clean


@lru_cache(maxsize=20_000)
def _one_line(text: str) -> str:
    visible = "".join(char for char in _BREAKS.sub(" ", text) if _is_visible(char))
    return re.sub(" {2,}", " ", visible).strip()


def _is_visible(char: str) -> bool:
    if char in "\u200c\u200d":
        return True
    return unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Zl", "Zp"} and ord(char) & 0xFFFE != 0xFFFE

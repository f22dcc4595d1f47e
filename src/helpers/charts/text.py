"""Text in charts: measured, broken into lines and written at an exact place.

Widths are measured in DejaVu Sans, which comes with matplotlib (so that every machine lays out alike) and is wider
than the faces that browsers take; a text that fits here fits there.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache

from matplotlib.axes import Axes
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.ft2font import LoadFlags
from matplotlib.text import Text
from matplotlib.transforms import ScaledTranslation, blended_transform_factory

from helpers.charts import style
from helpers.charts.bare_axes import Label

LEADING = 1.25
_MIDDLE = 0.36


def width(text: str, size: float, *, bold: bool = False) -> float:
    """Return the width of one line in pixels."""
    return size * _units(text, bold)


def fit(text: object, room: float, size: float, *, bold: bool = False) -> str:
    """Shorten `text` to one line of at most `room` pixels, ending in an ellipsis where something was left out."""
    clean = style.plain(text, length=400)
    if width(clean, size, bold=bold) <= room:
        return clean
    while clean and width(clean + "…", size, bold=bold) > room:
        clean = clean[:-1]
    return clean.rstrip(" ,;:(") + "…" if clean else ""


def wrap(text: object, room: float, size: float, *, bold: bool = False, lines: int = 2) -> list[str]:
    """Break `text` into at most `lines` lines of at most `room` pixels, about equally long.

    The last line is shortened where the text does not fit.
    """
    words = style.plain(text, length=400).split(" ")
    broken = _greedy(words, room, size, bold, lines)
    if len(broken) < 2 or is_cut(broken):
        return broken
    low, high = room / lines, room
    while high - low > 2:
        middle = (low + high) / 2
        narrower = _greedy(words, middle, size, bold, lines)
        if len(narrower) == len(broken) and not is_cut(narrower) and " ".join(narrower).split() == words:
            broken, high = narrower, middle
        else:
            low = middle
    return broken


def is_cut(lines: Sequence[str]) -> bool:
    """Say whether the last line was shortened."""
    return bool(lines) and lines[-1].endswith("…")


def _greedy(words: Sequence[str], room: float, size: float, bold: bool, lines: int) -> list[str]:
    """Fill one line after the other; a word wider than a line is split."""
    result = [""]
    for index, word in enumerate(words):
        longer = f"{result[-1]} {word}".strip()
        if width(longer, size, bold=bold) <= room:
            result[-1] = longer
        elif len(result) == lines:
            result[-1] = fit(" ".join([result[-1], *words[index:]]).strip(), room, size, bold=bold)
            return result
        elif result[-1]:
            return result + _greedy(words[index:], room, size, bold, lines - len(result))
        else:
            head, tail = _split(word, room, size, bold)
            return [head, *_greedy([tail, *words[index + 1 :]], room, size, bold, lines - 1)]
    return [line for line in result if line]


def clause(text: object, room: float, size: float, *, lines: int = 2) -> list[str]:
    """Break a sentence into lines; where it is too long, end with the last whole clause that fits and an ellipsis."""
    whole = style.plain(text, length=400)
    if not is_cut(broken := wrap(whole, room, size, lines=lines)):
        return broken
    for end in reversed([match.start() for match in re.finditer(r"[;,:]\s", whole)]):
        shorter = f"{whole[:end]} …"
        if end >= len(whole) / 4 and " ".join(fitting := wrap(shorter, room, size, lines=lines)) == shorter:
            return fitting
    return broken


def write(
    ax: Axes,
    text: object,
    x: float,
    y: float,
    *,
    size: float,
    dx: float = 0,
    dy: float = 0,
    colour: str = style.INK,
    bold: bool = False,
    ha: str = "left",
    x_at: str = "data",
    y_at: str = "data",
) -> Text | None:
    """Write one line, vertically centred on (x, y) moved by (dx, dy) pixels to the right and down.

    `x_at` and `y_at` say whether x and y are in "data" or "axes" units. Whatever the text holds is drawn as it
    stands; nothing is drawn for an empty text.
    """
    if not (clean := style.inert(text, length=400)):
        return None
    root = ax.get_figure(root=True)
    base = blended_transform_factory(*(ax.transAxes if at == "axes" else ax.transData for at in (x_at, y_at)))
    shift = ScaledTranslation(dx / 72, -(dy + _MIDDLE * size) / 72, root.dpi_scale_trans)
    label = Label(x, y, clean, color=colour, fontproperties=_properties(size, bold), horizontalalignment=ha)
    label.set_transform(base + shift)
    ax.add_artist(label)
    label.set_clip_on(False)
    return label


def write_lines(ax: Axes, lines: Sequence[str], x: float, y: float, *, size: float, dy: float = 0, **options) -> None:
    """Write several lines as one block, vertically centred on y moved by `dy` pixels."""
    step = LEADING * size
    first = dy - step * (len(lines) - 1) / 2
    for index, line in enumerate(lines):
        write(ax, line, x, y, size=size, dy=first + index * step, **options)


def _split(word: str, room: float, size: float, bold: bool) -> tuple[str, str]:
    """Split a word that is wider than the line after as many letters as fit, at least one."""
    cut = 1
    while cut < len(word) and width(word[: cut + 1], size, bold=bold) <= room:
        cut += 1
    return word[:cut], word[cut:]


@cache
def _properties(size: float, bold: bool) -> FontProperties:
    return FontProperties(family=style.LAYOUT_FONT, size=size, weight="bold" if bold else "normal")


@cache
def _font(bold: bool):
    return get_font(findfont(FontProperties(family=style.LAYOUT_FONT, weight="bold" if bold else "normal")))


@lru_cache(maxsize=20_000)
def _units(text: str, bold: bool) -> float:
    """Return the width of a line in units of the type size; breaking lines asks for the same pieces again and again."""
    return sum(_advance(char, bold) for char in text)


@cache
def _advance(char: str, bold: bool) -> float:
    """Return the width of a character in units of the type size, a guess where the layout font lacks it."""
    if unicodedata.category(char) in {"Mn", "Me", "Cf"}:
        return 0.0
    font = _font(bold)
    if not font.get_char_index(ord(char)):
        return 1.35 if unicodedata.east_asian_width(char) in "WF" else 0.75
    return font.load_char(ord(char), flags=LoadFlags.NO_SCALE).horiAdvance / font.units_per_EM

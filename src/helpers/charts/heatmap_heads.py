"""Names over the columns of a heat map: horizontal, in lines, at two heights where a word is wider than a column."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from matplotlib.axes import Axes

from helpers.charts import style, text

_CLEAR = 8
_BREAKS = {"illustrative": ("illus-", "trative"), "reconstructed": ("recon-", "structed")}


def height(names: Sequence[str], notes: Sequence[str], cell: float, width: str) -> float:
    """Return the pixels that the heads take over columns `cell` wide."""
    heads = _heads(names, notes, cell, width)
    levels = 2 if _is_staggered(names, cell, width) else 1
    return levels * _tallest(heads, width) + _CLEAR + (4 if width == "wide" else 0)


def write(
    ax: Axes, names: Sequence[str], notes: Sequence[str], spans: Sequence[tuple[float, float]], width: str
) -> None:
    """Write the heads over columns whose left edges and widths are given in pixels, the axes' units.

    At the desk, where some word is wider than its column, every second head stands higher, with a thin line down to
    its column; on a phone such a word is broken.
    """
    if not names:
        return
    cell = spans[0][1]
    heads = _heads(names, notes, cell, width)
    rise = _tallest(heads, width) if _is_staggered(names, cell, width) else 0
    end = spans[-1][0] + cell
    for place, (head, (left, across)) in enumerate(zip(heads, spans, strict=True)):
        bottom = -_CLEAR - (rise if place % 2 == 0 else 0)
        middle = left + across / 2
        if bottom < -_CLEAR:
            ax.plot([middle] * 2, [bottom + 3, -4], color=style.COMPARATOR, lw=0.8, clip_on=False, label="leader")
        _write_head(ax, head, middle, bottom, end, style.SMALL[width])


def _write_head(
    ax: Axes, head: Sequence[tuple[str, str]], middle: float, bottom: float, end: float, size: float
) -> None:
    """Write one head from its last line upwards, centred, but not beyond the map's right edge."""
    half = max((text.width(line, size) for line, _ in head), default=0) / 2
    for up, (line, colour) in enumerate(reversed(head)):
        dy = -text.LEADING * size * (up + 0.5)
        text.write(ax, line, min(middle, end - half), bottom, dy=dy, size=size, ha="center", colour=colour)


def _heads(names: Sequence[str], notes: Sequence[str], cell: float, width: str) -> list[list[tuple[str, str]]]:
    """Return the lines of every head with their colours, the note last."""
    staggered, size = _is_staggered(names, cell, width), style.SMALL[width]
    result = []
    for place, (name, note) in enumerate(zip(names, notes, strict=True)):
        room = cell - (6 if width == "wide" else 1)
        if staggered:
            room = 1.5 * cell if place == len(names) - 1 else 2 * cell - _CLEAR
        lines = [(line, style.INK) for line in broken(name, room, size)]
        quiet = [(line, style.SECONDARY) for line in broken(note, room, size)] if note else []
        result.append(lines[:4] + quiet)
    return result


def _tallest(heads: Sequence[Sequence[tuple[str, str]]], width: str) -> float:
    return max((len(head) for head in heads), default=1) * text.LEADING * style.SMALL[width]


def _is_staggered(names: Sequence[str], cell: float, width: str) -> bool:
    """Say whether a word is wider than its column, at the desk, where there is room for two heights."""
    words = [word for name in names for word in style.plain(name).split(" ")]
    return width == "wide" and len(names) > 1 and any(text.width(word, style.SMALL[width]) > cell - 6 for word in words)


def broken(name: str, room: float, size: float) -> list[str]:
    """Break a name into lines between its words, after its hyphens and, with a hyphen, inside too long a word."""
    lines: list[str] = []
    for piece, is_joined in _pieces(name):
        longer = (lines[-1] + ("" if is_joined else " ") + piece) if lines else piece
        if lines and text.width(longer, size) <= room:
            lines[-1] = longer
        else:
            lines += _hyphenated(piece, room, size)
    return lines


def _pieces(name: str) -> list[tuple[str, bool]]:
    """Return what a name may be broken into, and whether each belongs to the piece before without a space."""
    result = []
    for word in style.plain(name).split(" "):
        bits = [bit for bit in word.replace("-", "-\n").split("\n") if bit]
        result += [(bit, k > 0) for k, bit in enumerate(bits)]
    return result


def _hyphenated(word: str, room: float, size: float) -> list[str]:
    """Break a word that is wider than a line, in a known place or into about equal pieces."""
    if text.width(word, size) <= room:
        return [word]
    if word in _BREAKS:
        return list(_BREAKS[word])
    for count in range(2, len(word)):
        each = -(-len(word) // count)
        cuts = [*range(0, len(word), each), len(word)]
        pieces = [word[start:end] + ("-" if end < len(word) else "") for start, end in pairwise(cuts)]
        if all(text.width(piece, size) <= room for piece in pieces):
            return pieces
    return [text.fit(word, room, size)]

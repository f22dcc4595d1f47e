"""The geometry of a spider diagram: spokes, rings, and names outside the web that never touch."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from helpers.charts import style, text

PAD = {"wide": 14, "narrow": 9, "stage": 18}
_NAME_ROOM = {"wide": 150, "narrow": 150, "stage": 260}
_ZERO = 0.13


@dataclass(frozen=True)
class Web:
    """The geometry of a spider diagram, in pixels around its centre."""

    angles: np.ndarray
    radius: float
    scale: tuple[int, int]

    def points(self, levels: np.ndarray) -> np.ndarray:
        """Return x and y for one level a spoke; level 0 keeps a little distance from the centre, so it is seen."""
        low, high = self.scale
        share = _ZERO + (1 - _ZERO) * (np.asarray(levels, dtype=float) - low) / (high - low)
        return self.radius * share[:, None] * np.column_stack([np.sin(self.angles), np.cos(self.angles)])


def spoke_names(profile: pd.DataFrame, width: str, across: float) -> list[list[str]]:
    """Return each dimension's name broken into lines; less room for them where the axes are small."""
    column = "short_name" if width in ("narrow", "stage") and "short_name" in profile else "dimension_name"
    room, lines = min(_NAME_ROOM[width], across * (0.3 if width == "stage" else 0.235)), 2 if len(profile) <= 16 else 1
    return [text.wrap(name, room, style.SMALL[width], lines=lines) for name in profile[column]]


def fitted_web(ax: Axes, names: list[list[str]], scale: tuple[int, int], width: str, below: float) -> Web:
    """Find the largest web that leaves room for every name and the key, and set the axes' units to pixels."""
    across, down = style.size_px(ax)
    down -= below
    ax.set(xlim=(-across / 2, across / 2), ylim=(-down / 2 - below, down / 2))
    angles = np.arange(len(names)) * 2 * math.pi / len(names)
    size, pad = style.SMALL[width], PAD[width]
    radius = min(across, down) / 2
    for angle, lines in zip(angles, names, strict=True):
        block = max((text.width(line, size) for line in lines), default=0)
        sine, cosine = abs(math.sin(angle)), abs(math.cos(angle))
        if sine > 0.05:
            radius = min(radius, (across / 2 - block - 2) / sine - pad)
        if cosine > 0.05:
            radius = min(radius, (down / 2 - text.LEADING * size * len(lines) * (0.5 + cosine / 2)) / cosine - pad)
    while radius > 40 and not _fits(Web(angles, radius, scale), names, size, pad, down / 2):
        radius -= 4
    return Web(angles, max(radius, 40), scale)


def _fits(web: Web, names: list[list[str]], size: float, pad: float, half: float) -> bool:
    """Say whether the names, once they keep their distance from each other, still lie inside the axes."""
    spots = name_spots(web, names, size, pad)
    return all(
        abs(y) + text.LEADING * size * len(lines) / 2 <= half + 1 for (_, y, _), lines in zip(spots, names, strict=True)
    )


def name_spots(web: Web, names: list[list[str]], size: float, pad: float) -> list[tuple[float, float, str]]:
    """Return x, y and alignment of every name, such that none touches another."""
    spots = [_name_spot(web, angle, len(lines), size, pad) for angle, lines in zip(web.angles, names, strict=True)]
    for sign in (1, -1):
        for side in ("left", "right"):
            mine = [k for k, (_, y, ha) in enumerate(spots) if ha == side and y * sign >= -1e-9]
            _push_apart(spots, sorted(mine, key=lambda k: abs(spots[k][1])), names, size, sign)
        middle = [k for k, (_, y, ha) in enumerate(spots) if ha == "center" and y * sign > 0]
        for k in middle:
            half = max(text.width(line, size) for line in names[k]) / 2 + 4
            near = [
                other for other, (x, y, ha) in enumerate(spots) if ha != "center" and abs(x) < half and y * sign > 0
            ]
            _push_apart(spots, [*sorted(near, key=lambda other: abs(spots[other][1]))[-1:], k], names, size, sign)
    return spots


def _name_spot(web: Web, angle: float, lines: int, size: float, pad: float) -> tuple[float, float, str]:
    sine, cosine = math.sin(angle), math.cos(angle)
    x = (web.radius + pad) * sine
    y = (web.radius + pad) * cosine + cosine * text.LEADING * size * lines / 2
    return x, y, "center" if abs(sine) < 0.05 else "left" if sine > 0 else "right"


def _push_apart(
    spots: list[tuple[float, float, str]], order: list[int], names: list[list[str]], size: float, sign: int
) -> None:
    """Push names outwards, one after the other from the middle of the web, where they would touch."""
    for before, after in pairwise(order):
        gap = text.LEADING * size * (len(names[before]) + len(names[after])) / 2 + 2
        x, y, ha = spots[after]
        spots[after] = (x, sign * max(abs(y), abs(spots[before][1]) + gap), ha)

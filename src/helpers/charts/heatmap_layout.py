"""Where the rows and columns of a heat map stand, in pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.figure import Figure

from helpers.charts import compared_words as words
from helpers.charts import heatmap_heads as heads
from helpers.charts import style

KEY = 28
COLUMNS = 4
_ROOMY = 14
_APART = 10
_NAMES = {"wide": 182, "narrow": 86}


@dataclass(frozen=True)
class Line:
    """A row or column of the map: what stands at its head, whether it is the reference, and its levels by key."""

    key: str
    name: str
    note: str
    is_reference: bool = False


@dataclass(frozen=True)
class Block:
    """One map in pixels: its rows and columns, the width of the names, the height of rows and column heads."""

    rows: tuple[Line, ...]
    columns: tuple[Line, ...]
    width: str
    names: float
    row: float
    header: float

    @property
    def plot(self) -> float:
        return style.WIDTHS[self.width] - self.names - (16 if self.width == "narrow" else 0)

    @property
    def cell(self) -> float:
        apart = _APART if any(line.is_reference for line in self.columns) else 0
        return (self.plot - apart) / max(len(self.columns), COLUMNS if self.width == "narrow" else 1)

    @property
    def height(self) -> float:
        return self.row * len(self.rows) + sum(
            _APART + self.tall(line) - self.row for line in self.rows if line.is_reference
        )

    def tall(self, line: Line) -> float:
        """Return the height of one row: the reference's long name needs two lines."""
        return max(self.row, 38.0) if line.is_reference else self.row

    def left(self, place: int) -> float:
        return place * self.cell + (_APART if self.columns[place].is_reference else 0)

    def top(self, place: int) -> float:
        return place * self.row + (_APART if self.rows[place].is_reference else 0)


def placed(blocks: Sequence[Block], number: int) -> tuple[Figure, float, float, float, float]:
    """Return a figure for these blocks, and left, top, width and height of the cells of one of them."""
    width = blocks[0].width
    tops, top = [], float(KEY)
    for block in blocks:
        tops.append(top + block.header)
        top += block.header + block.height + 26
    own = blocks[number]
    left = own.names + (8 if width == "narrow" else 0)
    return style.canvas(style.WIDTHS[width], top - 20), left, tops[number], own.plot, own.height


def block_of(levels: pd.DataFrame, reference: pd.DataFrame, width: str) -> Block:
    regions = [
        Line(row.region, row.region_name, words.status_words(row.status)) for row in words.regions(levels).itertuples()
    ]
    if grey := words.reference_words(reference):
        regions.append(Line("", grey if width == "wide" else "Median of " + grey.split(",")[0], "", True))
    ordered = levels.drop_duplicates("dimension").sort_values("order", kind="stable")
    dimensions = [Line(row.dimension, row.short_name, "") for row in ordered.itertuples()]
    across, down = (dimensions, regions) if width == "wide" else (regions, dimensions)
    names, row = _NAMES[width], 26.0
    if width == "wide":
        names, row = (names, 38.0) if len(down) <= _ROOMY else (270, 26.0)
    bare = Block(tuple(down), tuple(across), width, names, row, 0)
    header = heads.height([line.name for line in across], [line.note for line in across], bare.cell, width)
    return Block(bare.rows, bare.columns, width, names, row, header)

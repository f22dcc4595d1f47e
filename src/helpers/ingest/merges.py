"""Which cells of a sheet lie in a merged area."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable

from helpers.ingest.books import Cell, Sheet

Area = tuple[int, int, int, int]


class Merges:
    """The merged areas of a sheet, by the columns that are read.

    Areas that overlap (a damaged workbook may hold many) are joined, so that a look-up costs the same whatever the
    workbook holds.
    """

    def __init__(self, sheet: Sheet, columns: Iterable[int]) -> None:
        self._sheet = sheet
        spans: dict[int, list[tuple[int, int, Area]]] = defaultdict(list)
        wanted = sorted(set(columns))
        for area in sheet.merged:
            top, left, bottom, right = area
            if (top, left) != (bottom, right):
                for column in wanted:
                    if left <= column <= right:
                        spans[column].append((top, bottom, area))
        self._spans = {column: _joined(found) for column, found in spans.items()}
        self._starts = {column: [top for top, _, _ in joined] for column, joined in self._spans.items()}

    def __bool__(self) -> bool:
        return bool(self._spans)

    def covers(self, row: int, column: int) -> bool:
        """Whether a cell lies in a merged area."""
        return self._span(row, column) is not None

    def anchor(self, row: int, column: int) -> Cell | None:
        """The filled cell in the upper left corner of the merged area that covers a cell."""
        span = self._span(row, column)
        return self._sheet.cells.get(span[2][:2]) if span else None

    def _span(self, row: int, column: int) -> tuple[int, int, Area] | None:
        if column not in self._spans:
            return None
        place = bisect_right(self._starts[column], row) - 1
        span = self._spans[column][place] if place >= 0 else None
        return span if span and row <= span[1] else None


def _joined(spans: list[tuple[int, int, Area]]) -> list[tuple[int, int, Area]]:
    """Spans of rows in order, those that overlap joined into one."""
    joined: list[tuple[int, int, Area]] = []
    for top, bottom, area in sorted(spans):
        if joined and top <= joined[-1][1]:
            first, last, kept = joined.pop()
            joined.append((first, max(last, bottom), kept))
        else:
            joined.append((top, bottom, area))
    return joined

"""A plain text of indicators as figures: sound rows all at once, the others one by one in their order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from helpers.ingest import indicator_sheets, layouts, plain_figures, plain_rows, values
from helpers.ingest.books import Cell, Limits, Sheet
from helpers.ingest.figures import Figure, Known, counted_figure
from helpers.ingest.findings import Findings
from helpers.ingest.indicator_sheets import Plan
from helpers.ingest.limits import check_place
from helpers.ingest.plain_rows import Columns, Sorted
from helpers.ingest.plain_text import PlainText, Words, read_columns

FIRST = 2  # the row of the sheet below the header


def read_plain(text: PlainText, limits: Limits, known: Known, findings: Findings) -> Columns | None:
    """The figures of a text, row by row; None, and nothing found, where it has to be read cell by cell.

    ``known.layout`` becomes the shape of the table, its tallies and the counts of rows are those of all rows. Raises
    Refusal (too-many-rows) where there are more rows than the limit.
    """
    check_place(Sheet(""), min(text.size, limits.rows) + 1, 1, limits)
    layout = layouts.recognised(text.header_cells)
    if layout is None:
        return None
    noted = Findings(findings.file)
    places = layouts.placed(layout, text.header_cells, "", noted)
    words = None if "column-duplicate" in noted.codes else read_columns(text, places.values())
    if words is None:
        return None
    if layouts.is_projection(layout, _texts(words, places.get(layout.columns.get("period", ""))), known.today):
        layout = layouts.as_projection(layout)
    known.layout = layout
    plans = indicator_sheets.plans(layout, places)
    parts = [_sorted(plan, words, places, known, text.size) for plan in plans]
    if not any(len(part.sound) or len(part.doubtful) or part.left_out for part in parts):
        return None
    findings.items += noted.items
    return _figures(parts, plans, words, places, known, findings)


def _texts(words: dict[int, Words], column: int | None) -> list[str]:
    return words[column].texts if column else []


def _sorted(plan: Plan, words: dict[int, Words], places: dict[str, int], known: Known, size: int) -> Sorted:
    entries = {ours: words[column] for ours, column in plan.columns.items()}
    kept = {name: (words[places[name]], taken) for name, taken in known.layout.keep.items() if name in places}
    return plain_rows.sort_rows(entries, plan.fixed, kept, known, size)


def _figures(
    parts: list[Sorted],
    plans: list[Plan],
    words: dict[int, Words],
    places: dict[str, int],
    known: Known,
    findings: Findings,
) -> Columns:
    """All figures in the order of the table; ``turn`` counts its figures line by line, those of a line by plan."""
    left_out = _left_out(parts)
    turns = [part.doubtful * len(parts) + at for at, part in enumerate(parts)]
    alone = np.unique(np.concatenate([*turns, *(rows[:1] for rows in left_out.values())]))
    figures = _read_alone(alone, plans, words, places, known, findings)
    _count(left_out, alone, known, findings)
    sound = [part.sound * len(parts) + at for at, part in enumerate(parts)]
    findings.rows.used += sum(map(len, sound))
    columns = [
        plain_figures.with_places(part.columns, part.sound + FIRST, plan.columns["value"])
        for part, plan in zip(parts, plans, strict=True)
    ]
    turns_alone = np.array(list(figures), np.int64)
    order = np.argsort(np.concatenate([*sound, turns_alone]), kind="stable")
    return plain_figures.joined([*columns, plain_figures.columns_of(list(figures.values()))], order)


def _left_out(parts: Sequence[Sorted]) -> dict[plain_rows.Reason, np.ndarray]:
    """For each reason the turns that are left out for it, in order."""
    turns: dict[plain_rows.Reason, list[np.ndarray]] = {}
    for at, part in enumerate(parts):
        for reason, rows in part.left_out.items():
            turns.setdefault(reason, []).append(rows * len(parts) + at)
    return {reason: np.sort(np.concatenate(found)) for reason, found in turns.items()}


def _read_alone(
    turns: np.ndarray,
    plans: list[Plan],
    words: dict[int, Words],
    places: dict[str, int],
    known: Known,
    findings: Findings,
) -> dict[int, Figure]:
    """Read some rows one by one, as any other table is read: the figures by their turns."""
    kept = indicator_sheets.kept_columns(known.layout, places)
    figures = {}
    for turn in turns.tolist():
        line, at = divmod(turn, len(plans))
        there = _cells(words, line)
        for row in indicator_sheets.rows_of(line + FIRST, there, plans[at : at + 1], "", findings):
            indicator_sheets.leave_out_breakdown(row, there, kept, known)
            figure = counted_figure(row, known)
            if figure is not None:
                figures[turn] = figure
    return figures


def _cells(words: dict[int, Words], line: int) -> dict[int, Cell]:
    contents = {column: values.text_content(one.texts[one.codes[line]]) for column, one in words.items()}
    return {column: Cell(line + FIRST, column, *content) for column, content in contents.items() if content}


def _count(left_out: dict[plain_rows.Reason, np.ndarray], alone: np.ndarray, known: Known, findings: Findings) -> None:
    """Count the rows that were left out without being read one by one."""
    if not left_out:
        return
    is_left = np.zeros(max(int(turns[-1]) for turns in left_out.values()) + 1, bool)
    is_alone = np.zeros(max(len(is_left), int(alone[-1]) + 1), bool)
    is_alone[alone] = True
    for reason, turns in left_out.items():
        is_left[turns] = True
        known.tallies[reason].count += len(turns) - int(is_alone[turns].sum())
    findings.rows.skipped += int((is_left & ~is_alone[: len(is_left)]).sum())

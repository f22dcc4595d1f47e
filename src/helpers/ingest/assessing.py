"""From the cells of an assessment file to its ratings: the recipe. It runs in the child process, without pandas."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from helpers.ingest import closing
from helpers.ingest.about import About, choose_model, read_about
from helpers.ingest.books import Book, Limits, read_book
from helpers.ingest.dimensions import Names
from helpers.ingest.entries import MISSED, REFUSED, SKIPPED, USED, Entry, read_entries
from helpers.ingest.fields import Desk, Wanted, find_region, gather_name, wrong_region
from helpers.ingest.findings import Findings, Rows
from helpers.ingest.headers import Layout, find_header, lay_out
from helpers.ingest.judging import Today
from helpers.ingest.notes import Notes
from helpers.reference import models

COLUMNS = (
    "stakeholder", "kind", "round", "dimension", "rating", "justification", "confidence", "date", "role", "sector",
    "cell",
)  # fmt: skip


@dataclass
class Assessed:
    """What an assessment file says: its ratings as lists, one for each of ``COLUMNS``, and the facts about it.

    ``is_usable`` is False where the structure is broken, the file is another region's or no rating is left.
    ``states_round`` tells for each rating whether the file gives its round.
    """

    is_usable: bool = False
    region: str = ""
    sheet: str = ""
    model: str = ""
    about: dict[str, str] = field(default_factory=dict)
    columns: dict[str, list[Any]] = field(default_factory=lambda: {name: [] for name in COLUMNS})
    states_round: list[bool] = field(default_factory=list)


def read_file(path: str, limits: Limits, *, region: str, today: str, data: str) -> dict[str, Any]:
    """Read an assessment file in the child process.

    The answer has the fields of :class:`Assessed`, the counts of rows, the findings, and how long they hold.
    """
    findings = Findings(Path(path).name)
    book = read_book(path, limits=limits, findings=findings)
    wanted = Wanted(region, Today.of(today), data, limits.text_length)
    assessed = assess(book, wanted, findings) if book else Assessed()
    found = [vars(finding) for finding in findings]
    return {**vars(assessed), "rows": vars(findings.rows), "findings": found, **wanted.today.holds()}


def assess(book: Book, wanted: Wanted, findings: Findings) -> Assessed:
    """Read the ratings of an assessment file from its cells; what is found is noted, and the rows are counted."""
    about = read_about(book, findings)
    desk = _desk(book, about, wanted, findings)
    if desk is None:
        return Assessed(about=about.facts)
    entries = read_entries(desk)
    closing.note_columns(desk, about_names_region="region" in about.facts)
    closing.note_names(desk)
    closing.join_spellings(entries, desk)
    closing.pass_over_prepared(entries, desk)
    closing.note_blanks(entries, desk)
    closing.settle_repeats(entries, desk)
    closing.note_desired(entries, desk)
    closing.note_file(entries, desk, findings)
    _count(entries, findings)
    return _assessed(entries, about, desk)


def _desk(book: Book, about: About, wanted: Wanted, findings: Findings) -> Desk | None:
    """Settle everything that has to be known before a row is read; None where the structure is broken."""
    known = models.load_models(wanted.data)
    region = _region_of_file(about, wanted, findings)
    header = find_header(book, [Names(model) for model in known.values()], findings)
    model = choose_model(about, header, known, findings) if header else None
    layout = lay_out(header, Names(model), findings) if model else None
    if layout is None or region is None or not _has_rows(layout, findings):
        return None
    region = region or _region_of_rows(layout, wanted)
    desk = Desk(Notes(findings, layout.sheet), layout, model, known, region, wanted)
    _gather_column_names(desk)
    return desk


def _has_rows(layout: Layout, findings: Findings) -> bool:
    if layout.sheet.refused_rows or any(row > layout.header for row, _ in layout.sheet.cells):
        return True
    Notes(findings, layout.sheet).whole("sheet-empty", "no row stands below the column names")
    return False


def _region_of_file(about: About, wanted: Wanted, findings: Findings) -> str | None:
    """The region that is wanted or that the sheet ``about`` names; None, and a finding, where these are two."""
    text = about.facts.get("region", "")
    found = find_region(text, wanted.data)
    if not text or (found and found == (wanted.region or found)):
        return wanted.region or found
    code, reason = wrong_region(text, found, wanted)
    Notes(findings, about.sheet).at(code, about.cells["region"], reason, expected=wanted.region)
    return None


def _region_of_rows(layout: Layout, wanted: Wanted) -> str:
    """The region that more than half of the rows that name one name, where none is wanted."""
    column = layout.columns.get("region")
    cells = layout.sheet.cells.items()
    texts = Counter(cell.text for (row, at), cell in cells if at == column and row > layout.header)
    named: Counter[str] = Counter()
    for text, count in texts.items():
        named[find_region(text, wanted.data)] += count
    del named[""]
    first, count = named.most_common(1)[0] if named else ("", 0)
    return first if 2 * count > named.total() else ""


def _gather_column_names(desk: Desk) -> None:
    """Remember the dimension names that the columns of the wide layout go by."""
    for column in desk.layout.dimensions.values():
        cell = desk.layout.sheet.cells[desk.layout.header, column]
        gather_name(cell.text, desk.names.find(cell.text), cell, desk)


def _count(entries: list[Entry], findings: Findings) -> None:
    states = Counter(entry.state for entry in entries)
    findings.rows = Rows(states[USED], states[MISSED] + states[SKIPPED], states[REFUSED])


def _assessed(entries: list[Entry], about: About, desk: Desk) -> Assessed:
    taken = [entry for entry in entries if entry.is_taken]
    if not any(entry.state == USED for entry in taken):
        return Assessed(about=about.facts)
    columns = {name: [getattr(entry, name) for entry in taken] for name in COLUMNS}
    stated = [entry.states_round for entry in taken]
    return Assessed(True, desk.region, desk.layout.sheet.name, desk.model.id, about.facts, columns, stated)

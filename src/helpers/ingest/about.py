"""What an assessment file says of itself on the sheet ``about``, and which edition of the model it was rated with."""

from __future__ import annotations

import difflib
from collections import Counter
from dataclasses import dataclass, field

from helpers.ingest.books import Book, Cell, Sheet
from helpers.ingest.findings import Findings
from helpers.ingest.headers import Header
from helpers.ingest.notes import Notes
from helpers.ingest.vocabulary import cleaned, entries, key, meaning, quoted
from helpers.reference import models
from helpers.reference.models import Model

UNKNOWN_STATUS = "unknown"


@dataclass
class About:
    """The facts of the sheet ``about``: each documented key with its text; ``cells`` says where they stand."""

    sheet: Sheet | None = None
    facts: dict[str, str] = field(default_factory=dict)
    cells: dict[str, Cell] = field(default_factory=dict)


def read_about(book: Book, findings: Findings) -> About:
    """Read the sheet ``about``, if there is one and it is visible: keys in its first column, values beside them."""
    sheet = next((s for s in book.sheets if meaning("sheet", s.name) == "about" and s.state == "visible"), None)
    about = About(sheet)
    if sheet is not None:
        for _, cells in sheet.rows():
            _read_fact(cells, about, Notes(findings, sheet))
        _check_status(about, Notes(findings, sheet))
    return about


def _read_fact(cells: list[Cell], about: About, notes: Notes) -> None:
    fact = meaning("about", cells[0].text)
    if not fact:
        _note_near(cells[0], notes)
    elif fact in about.facts:
        notes.at("about-twice", cells[0], f'"{fact}" stands twice; the first is used', expected="each key once")
    elif len(cells) > 1:
        text, repaired = cleaned(cells[1].text)
        about.facts[fact], about.cells[fact] = text, cells[1]
        if repaired:
            notes.at("text-repaired", cells[1], "characters that cannot be seen were removed")


def _note_near(cell: Cell, notes: Notes) -> None:
    known = {key(word): fact for fact, _, word in entries("about")}
    near = difflib.get_close_matches(key(cell.text)[:60], known, n=1, cutoff=0.75)
    if near:
        reason = f'{quoted(cell.text)} was left out - did you mean "{known[near[0]]}"?'
        notes.at("about-key-unknown", cell, reason, expected=", ".join(sorted(set(known.values()))))


def _check_status(about: About, notes: Notes) -> None:
    """Keep a status only if it is a documented one: what a page says of its numbers hangs on it."""
    if written := about.facts.get("status"):
        status = meaning("status", written)
        about.facts["status"] = status or UNKNOWN_STATUS
        if not status:
            known = ", ".join(dict.fromkeys(status for status, _, _ in entries("status")))
            reason = f"{quoted(written)} is not a known status; the data count as of unknown status"
            notes.at("status-unknown", about.cells["status"], reason, expected=known)


def choose_model(
    about: About, header: Header, known: dict[str, Model], findings: Findings, default: str = models.default_model_id
) -> Model | None:
    """Say which edition of the model a file was rated with; None, with the finding that says why, where that is open.

    It is the edition that the sheet ``about`` names; else the one that more than half of the cells of the column
    ``model`` name; else the default one.
    """
    if about.facts.get("model") and about.sheet:
        cell = about.cells["model"]
        return find_model(cell.text, known) or _unknown(cell, known, Notes(findings, about.sheet))
    column = next((cell.column for cell in header.cells if meaning("column", cell.text) == "model"), None)
    cells = [cell for (row, at), cell in header.sheet.cells.items() if at == column and row > header.row]
    named: Counter[str] = Counter()
    for text, count in Counter(cell.text for cell in cells).items():
        if model := find_model(text, known):
            named[model.id] += count
    if not named:
        return known[default] if not cells else _unknown(cells[0], known, Notes(findings, header.sheet))
    (first, count), total = named.most_common(1)[0], named.total()
    if 2 * count > total:
        return known[first]
    reason = f"the rows name {len(named)} editions of the model, none of them in more than half"
    Notes(findings, header.sheet).at("model-mixed", cells[0], reason, expected="one edition in a file")
    return None


def find_model(text: str, known: dict[str, Model]) -> Model | None:
    """The edition that a text names by its id, its name, or its generation where only one edition is of it."""
    wanted = key(text)
    for of in (lambda model: model.id, lambda model: model.name, lambda model: model.generation):
        found = [model for model in known.values() if key(of(model)) == wanted and wanted]
        if len(found) == 1 or (found and found[0].id == models.default_model_id):
            return found[0]
    return None


def _unknown(cell: Cell, known: dict[str, Model], notes: Notes) -> None:
    reason = f"no edition of the maturity model is called {quoted(cell.text)}"
    notes.at("model-unknown", cell, reason, expected=", ".join(known))

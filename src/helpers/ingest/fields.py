"""Reading one cell of an assessment row: whose rating, of which dimension, from which region, when, how sure.

Each function gives the value, or None where the cell is refused and the row with it; what was found is noted.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache

from helpers.ingest.about import find_model
from helpers.ingest.books import Cell
from helpers.ingest.dates import EXPECTED as EXPECTED_DAY
from helpers.ingest.dates import Day, read_day
from helpers.ingest.dimensions import Name, Names
from helpers.ingest.findings import as_written
from helpers.ingest.headers import Layout
from helpers.ingest.judging import Today
from helpers.ingest.merges import Merges
from helpers.ingest.notes import Notes
from helpers.ingest.ratings import Verdict, judge_of
from helpers.ingest.vocabulary import cleaned, key, meaning, quoted, words
from helpers.reference import regions
from helpers.reference.models import Model

AGREED = {"consensus": "Consensus", "desired": "Desired"}  # what the panel agrees on together: kind and stakeholder
KINDS = {stakeholder: kind for kind, stakeholder in AGREED.items()}
KEYS = ("region", "stakeholder", "dimension", "rating", "round", "model")
NAME_LENGTH = 200
INVISIBLE = "characters that cannot be seen were removed"
_NEAR_AGREED = 0.85
_MEANT = {"consensus": "the agreed ratings", "desired": "the desired levels"}
_SHORTEST_NEAR = 9  # letters: a shorter word is too near to names (Target and Targett)
_ROUND = re.compile(r"([^\W\d_]*)\s*\.?\s*([0-9]{1,3})")


@dataclass(frozen=True)
class Wanted:
    """What is asked of a file.

    ``region`` is the id of the region whose assessment it should be, "" to go by what the file says; days after
    ``today`` are left out; ``data`` is the data folder with the models and the register of regions, "" for the
    project's own; texts longer than ``text_length`` are cut.
    """

    region: str
    today: Today
    data: str = ""
    text_length: int = 5_000


@dataclass
class Desk:
    """What is at hand when the rows of a file are read.

    ``names_used`` gathers the dimension names that were understood though they are not the present ones: the first
    cell and how many there are. ``spellings`` gathers how each stakeholder is written, with the first cell.
    ``agreed_words`` gathers the other words for Consensus and Desired: which of the two, and the first cell.
    """

    notes: Notes
    layout: Layout
    model: Model
    known_models: dict[str, Model]
    region: str
    wanted: Wanted
    names_used: dict[str, tuple[Name, Cell, int]] = field(default_factory=dict)
    spellings: dict[str, dict[str, tuple[Cell, int]]] = field(default_factory=dict)
    agreed_words: dict[str, tuple[str, Cell]] = field(default_factory=dict)
    _days: dict[tuple[str, str], Day] = field(default_factory=dict)
    _models: dict[str, Model | None] = field(default_factory=dict)

    @cached_property
    def names(self) -> Names:
        return Names(self.model)

    @cached_property
    def judge(self) -> Callable[[Cell | None, str], Verdict]:
        return judge_of(self.model)

    @cached_property
    def merges(self) -> Merges:
        """The merged areas that cross columns on which a rating hangs."""
        layout = self.layout
        columns = {at for name, at in layout.columns.items() if name in KEYS}
        return Merges(layout.sheet, columns | {*layout.dimensions.values(), *layout.unknown})

    @property
    def read_as_region(self) -> str:
        return f"; every row was read as {self.region}" if self.region else ""

    def find_model(self, text: str) -> Model | None:
        if text not in self._models:
            self._models[text] = find_model(text, self.known_models)
        return self._models[text]

    def find_day(self, cell: Cell) -> Day:
        seen = (cell.kind, cell.text)
        if seen not in self._days:
            self._days[seen] = read_day(cell, self.wanted.today)
        return self._days[seen]


def key_text(cell: Cell, desk: Desk, what: str) -> str | None:
    """The text of a cell on which the row hangs, None where it is an error, a formula, a date or TRUE."""
    if cell.kind in ("text", "number"):
        text, repaired = cleaned(cell.text)
        if repaired:
            desk.notes.at("text-repaired", cell, INVISIBLE)
        return text
    shown = as_written(cell.text, 60)
    changed = "the spreadsheet program may have changed what was typed"
    code, reason = {
        "error": ("cell-error", f"{shown} is an error of the spreadsheet, not a {what}"),
        "formula": ("formula-no-value", f"the formula {shown} has no stored result"),
        "date": ("cell-date", f"{shown} is a date, not a {what}; {changed}"),
    }.get(cell.kind, ("cell-boolean", f"{shown} is a yes-or-no value, not a {what}"))
    desk.notes.at(code, cell, reason, expected=f"a {what}")
    return None


def read_stakeholder(cell: Cell | None, row: int, desk: Desk) -> str | None:
    """The stakeholder's name as written, on one line; ``Consensus`` or ``Desired`` for a word that means it."""
    if cell is None:
        return _no_stakeholder(row, desk)
    text = key_text(cell, desk, "stakeholder")
    if text is None:
        return None
    if not key(text):
        return _no_stakeholder(row, desk)
    if meaning("summary", text):
        reason = f"{quoted(text)} is a summary of ratings, not a stakeholder"
        return desk.notes.at("stakeholder-summary", cell, reason, expected="a stakeholder")
    if kind := meaning("agreed", text):
        if text.casefold() != AGREED[kind].casefold():
            desk.agreed_words.setdefault(text, (kind, cell))
        return AGREED[kind]
    if kind := _nearly_agreed(text):
        reason = f'{quoted(text)} is nearly the word for {_MEANT[kind]} - did you mean "{AGREED[kind]}"?'
        desk.notes.at(f"{kind}-misspelt", cell, reason, expected=AGREED[kind])
        return None
    _note_shape(cell, text, desk)
    text = stakeholder_name(cell.text)
    _gather_spelling(cell, text, desk)
    return text


def stakeholder_name(written: str) -> str:
    """A stakeholder's name on one line, and of a length that fits beside a chart."""
    return cleaned(written)[0][:NAME_LENGTH].rstrip()


def _note_shape(cell: Cell, text: str, desk: Desk) -> None:
    """Say of a name that it had several lines, or that it was cut."""
    if re.search("[\r\n]", cell.text.strip()):
        desk.notes.at("text-repaired", cell, "the name has a line break; it was read as a space", expected="one line")
    if len(text) > NAME_LENGTH:
        reason = f"the name has {len(text):,} characters; it was cut after {NAME_LENGTH}"
        desk.notes.at("text-too-long", cell, reason, expected=f"at most {NAME_LENGTH} characters")


def _no_stakeholder(row: int, desk: Desk) -> None:
    column = desk.layout.columns["stakeholder"]
    desk.notes.place("stakeholder-missing", row, column, "the row names no stakeholder", expected="a name or a number")


@lru_cache(maxsize=10_000)
def _nearly_agreed(text: str) -> str:
    """Which of Consensus and Desired a text nearly is, "" for neither: a name that is only alike has to stay a name."""
    plain = key(text)
    looks_so = plain[:1] in ("c", "k") and "s" in plain and len(plain) < 15
    if looks_so and difflib.get_close_matches(plain, _words_for("consensus"), n=1, cutoff=_NEAR_AGREED):
        return "consensus"
    # Désirée is as near to Desired as a slip of the pen is, but ends otherwise
    alike = [word for word in _words_for("desired") if (word[0], word[-1]) == (plain[:1], plain[-1:])]
    alike = [word for word in alike if len(word) >= _SHORTEST_NEAR or word == key(AGREED["desired"])]
    return "desired" if difflib.get_close_matches(plain, alike, n=1, cutoff=_NEAR_AGREED) else ""


@cache
def _words_for(kind: str) -> tuple[str, ...]:
    return tuple(word for word, meant in words("agreed").items() if meant == kind)


def _gather_spelling(cell: Cell, text: str, desk: Desk) -> None:
    spellings = desk.spellings.setdefault(alike(text), {})
    first, count = spellings.get(cell.text, (cell, 0))
    spellings[cell.text] = (first, count + 1)


def alike(name: str) -> str:
    """What is left of a stakeholder's name when case and spaces do not count."""
    return "".join(name.casefold().split())


def read_dimension(cell: Cell | None, row: int, desk: Desk) -> str | None:
    """The code of the dimension that a cell names."""
    text = key_text(cell, desk, "dimension") if cell else ""
    if text is None:
        return None
    if not text:
        column = desk.layout.columns["dimension"]
        desk.notes.place("dimension-missing", row, column, "the row names no dimension", expected="a dimension's name")
        return None
    name = desk.names.find(text)
    if name is None:
        reason = f"no dimension is called {quoted(text)}{desk.names.suggestion(text)}"
        expected = "the name of a dimension of the model"
        desk.notes.at("dimension-unknown", cell, reason, expected=expected)
        return None
    gather_name(text, name, cell, desk)
    return name.dimension


def gather_name(text: str, name: Name, cell: Cell, desk: Desk) -> None:
    """Remember a dimension name that is not the present one, to note it once."""
    if name.kind != "present":
        first, count = desk.names_used.get(text, (name, cell, 0))[1:]
        desk.names_used[text] = (name, first, count + 1)


def read_region(cell: Cell | None, row: int, desk: Desk) -> str | None:
    """The region's id where the cell names this region or none."""
    text = key_text(cell, desk, "region") if cell else ""
    if text is None:
        return None
    if not text:
        reason = "the row names no region" + (f"; it was read as {desk.region}" if desk.region else "")
        desk.notes.place("region-missing", row, desk.layout.columns["region"], reason, expected=desk.region)
        return desk.region
    found = find_region(text, desk.wanted.data)
    if found and found == desk.region:
        return found
    code, reason = wrong_region(text, found, desk.wanted)
    desk.notes.at(code, cell, reason, expected=desk.region)
    return None


@lru_cache(maxsize=10_000)
def find_region(text: str, data: str) -> str:
    """The id of the region that a text names, "" where it names none."""
    return (regions.find_region(text, data) or "") if regions.normalised(text) else ""


@lru_cache(maxsize=1_000)
def wrong_region(text: str, found: str, wanted: Wanted) -> tuple[str, str]:
    """The code and the reason of a region that is not the one whose file is read."""
    if found:
        read_for = f"; the file is read for {wanted.region}" if wanted.region else ", and most rows are another's"
        return "region-wrong", f"{quoted(text)} is the region {found}{read_for}"
    near = regions.nearest(text[:80], wanted.data)
    return "region-unknown", f"no region is called {quoted(text)}" + (f' - did you mean "{near}"?' if near else "")


def read_round(cell: Cell | None, row: int, desk: Desk) -> int | None:
    """The round as a whole number from 1; 1 where the cell is blank."""
    text = key_text(cell, desk, "round") if cell else ""
    if not text:
        return 1 if text == "" else None
    found = _ROUND.fullmatch(re.sub(r"\.0$", "", text))
    if found and int(found[2]) >= 1 and (not found[1] or meaning("round", found[1])):
        return int(found[2])
    desk.notes.at("round-unreadable", cell, f"{quoted(text)} is not a round", expected="a whole number from 1")
    return None


def read_model(cell: Cell | None, row: int, desk: Desk) -> str | None:
    """The id of the file's edition of the model, where the cell names it or is blank."""
    text = key_text(cell, desk, "model") if cell else ""
    if not text:
        return desk.model.id if text == "" else None
    named = desk.find_model(text)
    if named and named.id == desk.model.id:
        return named.id
    if named:
        reason = f"this row is of the edition {named.id}, the file is of {desk.model.id}"
        desk.notes.at("model-mixed", cell, reason, expected=desk.model.id)
    else:
        reason = f"no edition of the maturity model is called {quoted(text)}"
        desk.notes.at("model-unknown", cell, reason, expected=", ".join(desk.known_models))
    return None


def read_text(cell: Cell | None, desk: Desk, what: str, *, prose: bool = False) -> str:
    """The text of a cell on which nothing hangs; "" where it is blank or cannot be read."""
    if cell is None:
        return ""
    if cell.kind in ("error", "formula"):
        key_text(cell, desk, what)
        return ""
    text, repaired = cleaned(cell.text, prose=prose)
    if repaired:
        desk.notes.at("text-repaired", cell, INVISIBLE)
    limit = desk.wanted.text_length
    if len(text) > limit:
        reason = f"the text has {len(text):,} characters; it was cut after {limit:,}"
        desk.notes.at("text-too-long", cell, reason, expected=f"at most {limit:,} characters")
    return text[:limit]


def read_confidence(cell: Cell | None, desk: Desk) -> str:
    """low, medium or high; "" where the cell is blank or says something else."""
    text = read_text(cell, desk, "confidence")
    found = meaning("confidence", text) if text else ""
    if text and not found:
        reason = f"{quoted(text)} is not low, medium or high; it was left out"
        desk.notes.at("confidence-unknown", cell, reason, expected="low, medium or high")
    return found


def read_date(cell: Cell | None, row: int, desk: Desk) -> str:
    """The day as ISO text; "" where there is none or it is not certain."""
    if cell is None:
        reason = "the row has no date"
        desk.notes.place("date-missing", row, desk.layout.columns["date"], reason, expected=EXPECTED_DAY)
        return ""
    if cell.kind in ("error", "formula"):
        key_text(cell, desk, "date")
        return ""
    found = desk.find_day(cell)
    if found.code:
        desk.notes.at(found.code, cell, found.reason, expected=EXPECTED_DAY)
    return found.day.isoformat() if found.day else ""

"""Which rows of a plain text are sound as they stand, which are left out, and which need a closer look.

What a row says is told from the texts that occur in its columns: each is read once, by the functions that read a row
(:mod:`helpers.ingest.figures`). A row whose every entry is read without a finding is *sound*; a row that is left out
for a reason told once for all is only counted. Any other row is *doubtful* and goes through those functions as a whole,
and so does the first row of each reason: findings, their order and their words are the same, only sooner.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace

import numpy as np

from helpers.ingest import figure_checks, figures, periods, values, wording
from helpers.ingest.books import Cell
from helpers.ingest.figures import Known, Row
from helpers.ingest.findings import Findings
from helpers.ingest.plain_text import Words, combined

NUMBERS = ("numerator", "denominator", "value", "lowercl", "uppercl")
PARTS = ("numerator", "denominator")
PLAIN_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,15})?", re.ASCII)
Reason = tuple[str, str]
Columns = dict[str, "Words | np.ndarray"]


@dataclass
class Sorted:
    """What became of the rows of one figure of a table; rows are told by their place below the header, from 0.

    ``doubtful`` rows are to be read one by one. ``left_out`` gives, for each reason that is told once (its key among
    ``Known.tallies``), the rows that have it. ``sound`` are the rows that are figures, and ``columns`` their fields.
    """

    doubtful: np.ndarray
    left_out: dict[Reason, np.ndarray]
    sound: np.ndarray
    columns: Columns


@dataclass
class _Desk:
    """The columns of one figure by our names, what is known beside them, and what was found so far."""

    entries: dict[str, Words]
    fixed: dict[str, str]
    known: Known
    size: int
    doubtful: list[np.ndarray] = field(default_factory=list)
    left_out: dict[Reason, list[np.ndarray]] = field(default_factory=dict)

    def words(self, column: str) -> Words:
        """The entries of a column; where the table has none, nothing."""
        return self.entries.get(column) or Words(np.zeros(self.size, np.int32), [""])

    def row(self, entries: dict[str, str]) -> Row:
        """A row with these entries and no place, to be tried."""
        contents = {column: content for column, text in entries.items() if (content := values.text_content(text))}
        cells = {column: Cell(0, 0, *content) for column, content in contents.items()}
        return Row(0, "", cells, self.fixed, Findings(""))


@dataclass(frozen=True)
class _Answers:
    """What a reader said: for each row the place of its answer among all."""

    codes: np.ndarray
    answers: list

    def words(self, read: Callable[[object], str] = str) -> Words:
        return Words(self.codes, [read(answer) for answer in self.answers])


def sort_rows(
    entries: dict[str, Words],
    fixed: dict[str, str],
    kept: dict[str, tuple[Words, Collection[str]]],
    known: Known,
    size: int,
) -> Sorted:
    """Sort the rows of one figure of a table.

    Parameters
    ----------
    entries, fixed : dict
        Our columns: what stands in them, and what the shape of the table says instead.
    kept : dict
        For each breakdown its entries and those that are taken.
    known : Known
        What rows are read against; its tallies are left as they are.
    size : int
        How many rows there are.
    """
    desk = _Desk(entries, fixed, known, size)
    rows = _without_broken(desk, _without_breakdowns(desk, _filled(desk), kept))
    rows, read = _texts(desk, rows)
    rows, numbers = _numbers(desk, rows)
    rows = _without_problems(desk, rows, read["measure"], numbers)
    columns = {name: Words(words.codes[rows], words.texts) for name, words in read.items()}
    columns |= {name: numbers[name][rows] for name in NUMBERS}
    columns |= {name: _plain(desk, rows, name) for name in ("group", "note")}
    columns["qualifier"] = _qualifiers(desk, rows)
    return Sorted(
        doubtful=np.concatenate([np.empty(0, np.int64), *desk.doubtful]),
        left_out={reason: np.concatenate(parts) for reason, parts in desk.left_out.items()},
        sound=rows,
        columns=columns,
    )


def _filled(desk: _Desk) -> np.ndarray:
    """The rows in which a column that is read is filled; the others are none."""
    filled = np.zeros(desk.size, bool)
    for words in desk.entries.values():
        if "" not in words.texts:
            return np.arange(desk.size)
        filled |= words.codes != words.texts.index("")
    return np.flatnonzero(filled)


def _without_breakdowns(desk: _Desk, rows: np.ndarray, kept: dict[str, tuple[Words, Collection[str]]]) -> np.ndarray:
    is_left = np.zeros(len(rows), bool)
    for name, (words, taken) in kept.items():
        other = np.array([text.strip() not in taken for text in words.texts], bool)[words.codes[rows]]
        if other.any():
            desk.left_out.setdefault(("rows-not-taken", name), []).append(rows[other])
        is_left |= other
    return rows[~is_left]


def _without_broken(desk: _Desk, rows: np.ndarray) -> np.ndarray:
    """Set the rows aside that hold an error or a date where none can be, whatever the column is for."""
    is_broken = np.zeros(len(rows), bool)
    for column, words in desk.entries.items():
        suspect = [at for at, text in enumerate(words.texts) if column == "age_group" or text.startswith("#")]
        broken = [at for at in suspect if _is_broken(desk, column, words.texts[at])]
        if broken:
            is_broken |= np.isin(words.codes[rows], broken)
    desk.doubtful.append(rows[is_broken])
    return rows[~is_broken]


def _is_broken(desk: _Desk, column: str, text: str) -> bool:
    row = desk.row({column: text})
    figures.check_cells(row, desk.known.layout.period)
    return bool(row.findings.items)


def _texts(desk: _Desk, rows: np.ndarray) -> tuple[np.ndarray, dict[str, Words]]:
    """Read the columns that hold words: the rows that are left, and for all rows what each column says.

    What the columns say of rows that are not left means nothing.
    """
    rows, indicator = _settled(desk, rows, ["indicator"], figures.indicator_of)
    rows, area = _settled(desk, rows, ["area_code", "area_name"], figures.area_of)
    rows, measure = _settled(desk, rows, ["indicator", "measure"], _measure)
    desk.entries["measure read"] = measure.words()
    rows, period = _settled(desk, rows, ["period", "year", "measure read", "indicator"], _period)
    rows, sex = _settled(desk, rows, ["indicator", "sex"], _sex)
    rows, age = _settled(desk, rows, ["age_group"], lambda row, known: figures.word_of(row, "age_group", known))
    rows, quintile = _settled(desk, rows, ["quintile"], lambda row, known: figures.word_of(row, "quintile", known))
    return rows, {
        "area_code": area.words(lambda region: region.area_code if region else ""),
        "area_name": area.words(lambda region: region.name if region else ""),
        "region": area.words(lambda region: region.id if region else ""),
        "indicator": indicator.words(lambda said: said[0]),
        "period": period.words(lambda period: period.text if period else ""),
        "period_start": period.words(lambda period: period.start.isoformat() if period else ""),
        "period_end": period.words(lambda period: period.end.isoformat() if period else ""),
        "sex": sex.words(),
        "age_group": age.words(),
        "quintile": quintile.words(),
        "measure": desk.entries.pop("measure read"),
    }


def _measure(row: Row, known: Known) -> str:
    return figures.measure_of(row, known, figures.indicator_of(row, known)[0])


def _period(row: Row, known: Known) -> periods.Period | None:
    code = figures.indicator_of(row, known)[0]
    return figures.period_of(row, known, row.text("measure read"), code)


def _sex(row: Row, known: Known) -> str:
    return figures.indicator_of(row, known)[1] or figures.word_of(row, "sex", known)


def _settled(
    desk: _Desk, rows: np.ndarray, columns: list[str], read: Callable[[Row, Known], object]
) -> tuple[np.ndarray, _Answers]:
    """Read every different entry of some columns once; the rows in which nothing was found, and the answers.

    Rows with a finding become doubtful; those that are left out for a reason told once are kept under it.
    """
    words = [desk.words(column) for column in columns]
    codes, places = combined([one.codes[rows] for one in words])
    answers, is_sound, reasons = [], np.ones(len(places[0]), bool), {}
    for at, place in enumerate(zip(*places, strict=True)):
        row = desk.row({name: one.texts[code] for name, one, code in zip(columns, words, place, strict=True)})
        known = replace(desk.known, tallies={})
        answers.append(read(row, known))
        is_sound[at] = not row.findings.items and not known.tallies
        reasons |= {at: next(iter(known.tallies))} if known.tallies and not row.findings.items else {}
    for at, reason in reasons.items():
        desk.left_out.setdefault(reason, []).append(rows[codes == at])
    is_doubtful = ~is_sound
    is_doubtful[list(reasons)] = False
    desk.doubtful.append(rows[is_doubtful[codes]])
    whole = np.zeros(desk.size, np.int32)
    whole[rows] = codes
    return rows[is_sound[codes]], _Answers(whole, answers)


def _numbers(desk: _Desk, rows: np.ndarray) -> tuple[np.ndarray, Columns]:
    """Read the columns that hold numbers: the rows that are left, and for all rows each number, nan for none.

    ``is_fine`` tells the values that have a decimal.
    """
    read = {column: _read_numbers(desk, column, rows) for column in NUMBERS}
    is_sound = ~np.logical_or.reduce([one["is_found"] for one in read.values()])
    desk.doubtful.append(rows[~is_sound[rows]])
    rows = rows[is_sound[rows]]
    is_missing = read["value"]["is_missing"]
    _settled(desk, rows[is_missing[rows]], ["indicator", "value"], _leave_out_missing)
    numbers = {column: one["number"] for column, one in read.items()}
    return rows[~is_missing[rows]], numbers | {"is_fine": read["value"]["is_fine"]}


def _read_numbers(desk: _Desk, column: str, rows: np.ndarray) -> dict[str, np.ndarray]:
    """What the entries of a column say: the number, and whether it has decimals, is missing, or has a finding."""
    words = desk.words(column)
    number = np.full(len(words.texts), np.nan)
    is_fine, is_missing, is_found = (np.zeros(len(words.texts), bool) for _ in range(3))
    for at in np.flatnonzero(np.bincount(words.codes[rows], minlength=len(words.texts))):
        match = PLAIN_NUMBER.fullmatch(words.texts[at])
        if match:
            number[at], is_fine[at] = float(match[0]), match[1] is not None
            continue
        row = desk.row({column: words.texts[at]})
        said = figures.number_of(row, column)
        number[at] = np.nan if said.value is None else said.value
        is_fine[at], is_missing[at], is_found[at] = said.decimals > 0, said.missing != "", len(row.findings) > 0
    if column in PARTS:
        is_found |= number < 0
    parts = {"number": number, "is_fine": is_fine, "is_missing": is_missing, "is_found": is_found}
    return {name: part[words.codes] for name, part in parts.items()}


def _leave_out_missing(row: Row, known: Known) -> None:
    figures.leave_out_missing(row, known, wording.read_number(row.text("value")).missing)


def _without_problems(desk: _Desk, rows: np.ndarray, measure: Words, numbers: Columns) -> np.ndarray:
    """Set the rows aside whose figure cannot be as it is written, as :mod:`helpers.ingest.figure_checks` finds."""
    value, numerator, denominator, lowercl, uppercl = (
        numbers[name][rows] for name in ("value", "numerator", "denominator", "lowercl", "uppercl")
    )
    declared = [wording.measures().get(name) for name in measure.texts]
    codes = measure.codes[rows]
    least = np.array([one.minimum if one else -np.inf for one in declared], float)[codes]
    most = np.array([one.maximum if one else np.inf for one in declared], float)[codes]
    is_share = np.array([name == "percent" for name in measure.texts], bool)[codes]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = 100 * numerator / denominator
        rounding = 0.5 * 10.0 ** -numbers["is_fine"][rows].astype(float) + figure_checks.HALF_A_CASE / denominator
        is_other = (denominator == 0) | ~(np.abs(share - value) <= rounding + 1e-9)
    is_wrong = ~((least <= value) & (value <= most)) | (lowercl > value) | (value > uppercl)
    is_wrong |= is_share & ~np.isnan(numerator) & ~np.isnan(denominator) & is_other
    desk.doubtful.append(rows[is_wrong])
    return rows[~is_wrong]


def _plain(desk: _Desk, rows: np.ndarray, column: str) -> Words:
    words = desk.words(column)
    return Words(words.codes[rows], [desk.row({column: text}).text(column) for text in words.texts])


def _qualifiers(desk: _Desk, rows: np.ndarray) -> Words:
    """The source's own flag, and which parts it withholds."""
    columns = ("qualifier", "numerator", "denominator", "lowercl", "uppercl")
    words = [desk.words("qualifier"), *(_marks(desk.words(column)) for column in columns[1:])]
    codes, places = combined([one.codes[rows] for one in words])
    texts = []
    for place in zip(*places, strict=True):
        entries = {name: one.texts[code] for name, one, code in zip(columns, words, place, strict=True)}
        texts.append(figures.qualifier_of(desk.row(entries)))
    return Words(codes, texts)


def _marks(words: Words) -> Words:
    """The entries that are no number; all numbers count as one."""
    texts = [text if text and not text[-1].isdigit() else "" for text in words.texts]
    known = {text: place for place, text in enumerate(dict.fromkeys(["", *texts]))}
    return Words(np.array([known[text] for text in texts], np.int32)[words.codes], list(known))

"""Many figures as columns, and what only all figures of a file show: the checks of ``figure_series``, sooner.

Each check looks at all columns at once for the figures that can be concerned; those are then checked by
:mod:`helpers.ingest.figure_series` itself, so that findings and their words are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np

from helpers.ingest import figure_series, figure_wholes, wording
from helpers.ingest.books import column_letters
from helpers.ingest.figure_series import Desk
from helpers.ingest.figures import Figure
from helpers.ingest.plain_rows import NUMBERS, Columns
from helpers.ingest.plain_text import Words, combined

if TYPE_CHECKING:
    import pyarrow as pa

FIELDS = tuple(field.name for field in fields(Figure))
DIGITS = "0123456789"
DATES = ("period_start", "period_end")
TEXTS = tuple(name for name in FIELDS if name not in (*NUMBERS, "row"))
SUBJECT = ("area_code", "indicator", "measure", "sex", "age_group", "quintile", "group")


def columns_of(figures: Sequence[Figure]) -> Columns:
    """Some figures, read one by one, as columns; of ``cell`` only the letters are kept, since ``row`` has the rest."""
    columns: Columns = {}
    for name in FIELDS:
        values = [getattr(figure, name) for figure in figures]
        values = [cell.rstrip(DIGITS) for cell in values] if name == "cell" else values
        if name in TEXTS:
            known = {text: place for place, text in enumerate(dict.fromkeys(values))}
            columns[name] = Words(np.array([known[text] for text in values], np.int32), list(known))
        elif name == "row":
            columns[name] = np.array(values, np.int64)
        else:
            columns[name] = np.array([np.nan if value is None else value for value in values], float)
    return columns


def with_places(columns: Columns, rows: np.ndarray, column: int) -> Columns:
    """Add the figures' rows in the sheet, and the letters of the column in which their values stand as ``cell``."""
    letters = Words(np.zeros(len(rows), np.int32), [column_letters(column)])
    return columns | {"row": rows, "cell": letters}


def joined(parts: Sequence[Columns], order: np.ndarray) -> Columns:
    """Figures of several parts as one, put into an order."""
    columns: Columns = {}
    for name in FIELDS:
        if name in TEXTS:
            columns[name] = _joined_words([part[name] for part in parts], order)
        else:
            columns[name] = np.concatenate([part[name] for part in parts])[order]
    return columns


def _joined_words(parts: Iterable[Words], order: np.ndarray) -> Words:
    known: dict[str, int] = {}
    codes = []
    for words in parts:
        places = np.array([known.setdefault(text, len(known)) for text in words.texts], np.int32)
        codes.append(places[words.codes] if len(words.codes) else words.codes.astype(np.int32))
    return Words(np.concatenate(codes)[order], list(known))


def size_of(columns: Columns) -> int:
    return len(columns["row"])


def taken(columns: Columns, at: np.ndarray) -> Columns:
    """Some of the figures."""
    return {
        name: Words(part.codes[at], part.texts) if isinstance(part, Words) else part[at]
        for name, part in columns.items()
    }


def figures_at(columns: Columns, at: Iterable[int]) -> list[Figure]:
    """Some of the figures, one by one."""
    made = [Figure(**{name: _entry(columns[name], name, place) for name in FIELDS}) for place in at]
    for figure in made:
        figure.cell += str(figure.row)
    return made


def _entry(part: Words | np.ndarray, name: str, place: int) -> str | int | float | None:
    if isinstance(part, Words):
        return part.texts[part.codes[place]]
    return int(part[place]) if name == "row" else None if np.isnan(part[place]) else float(part[place])


def checked(columns: Columns, desk: Desk) -> Columns:
    """The figures without repeats, as :func:`helpers.ingest.figure_series.checked` leaves them."""
    columns = _without_repeats(columns, desk)
    subjects = combined([columns[name].codes for name in SUBJECT])[0]
    _note_changes(columns, desk)
    _note_wholes(columns, desk)
    _note_without_base(columns, desk)
    _note_stale(columns, subjects, desk)
    return columns


def _without_repeats(columns: Columns, desk: Desk) -> Columns:
    keys = combined([columns[name].codes for name in (*SUBJECT, "period")])[0]
    several = np.flatnonzero(np.bincount(keys)[keys] > 1) if len(keys) else keys
    if not len(several):
        return columns
    figures = figures_at(columns, several)
    kept = {id(figure) for figure in figure_series.without_repeats(figures, desk)}
    is_kept = np.ones(len(keys), bool)
    is_kept[several] = [id(figure) in kept for figure in figures]
    return taken(columns, np.flatnonzero(is_kept))


def _is_text(words: Words, is_so: Iterable[bool]) -> np.ndarray:
    return np.array(list(is_so), bool)[words.codes]


def _note_changes(columns: Columns, desk: Desk) -> None:
    changes = {name for name, measure in wording.measures().items() if measure.is_change}
    measure = columns["measure"]
    found = np.flatnonzero(_is_text(measure, (text in changes for text in measure.texts)))
    if len(found):
        figure_series.note_contradicting_changes(figures_at(columns, found), desk)


def _note_wholes(columns: Columns, desk: Desk) -> None:
    """Hand on the declared shares, and the counts whose parts are not exactly the figure for all."""
    indicator = columns["indicator"]
    parts = {part for whole in desk.known.wholes for part in whole.parts}
    is_asked = _is_text(indicator, (text in parts for text in indicator.texts))
    is_count = _is_text(columns["measure"], (text == "number" for text in columns["measure"].texts))
    for column, whole in figure_wholes.WHOLES.items():
        is_asked |= is_count & _misses(columns, column, whole)
    if is_asked.any():
        figure_wholes.note_wholes(figures_at(columns, np.flatnonzero(is_asked)), desk)


def _misses(columns: Columns, column: str, whole: str) -> np.ndarray:
    """Which figures belong to a group with a figure for all that is not the sum of the others."""
    names = [name for name in (*SUBJECT, "period") if name != column]
    groups = combined([columns[name].codes for name in names])[0]
    is_whole = _is_text(columns[column], (text == whole for text in columns[column].texts))
    if not is_whole.any() or is_whole.all():
        return np.zeros(len(groups), bool)
    value = columns["value"]
    added = np.bincount(groups, np.where(is_whole, 0, value))
    total = np.bincount(groups, np.where(is_whole, value, 0))
    has_both = (np.bincount(groups, is_whole) > 0) & (np.bincount(groups, ~is_whole) > 0)
    return (has_both & (np.abs(added - total) > 1e-6))[groups]


def _note_without_base(columns: Columns, desk: Desk) -> None:
    shares = {name for name, measure in wording.measures().items() if measure.is_share}
    measure = columns["measure"]
    is_bare = _is_text(measure, (text in shares for text in measure.texts)) & np.isnan(columns["denominator"])
    found = np.flatnonzero(is_bare & (np.isnan(columns["lowercl"]) | np.isnan(columns["uppercl"])))
    if len(found):
        _, first, counts = np.unique(columns["indicator"].codes[found], return_index=True, return_counts=True)
        for at in np.argsort(first):
            (figure,) = figures_at(columns, [found[first[at]]])
            figure_series.note_bare(figure, int(counts[at]), desk)


def _note_stale(columns: Columns, subjects: np.ndarray, desk: Desk) -> None:
    """Hand on the newest figure of each subject whose newest is old, in the order of their first figures."""
    ends = columns["period_end"]
    dated = np.flatnonzero(_is_text(ends, (text != "" for text in ends.texts)))
    if not len(dated):
        return
    rank = np.argsort(np.argsort(np.array(ends.texts)))[ends.codes[dated]]
    by_end = np.lexsort((dated, rank, subjects[dated]))
    of_subject = subjects[dated][by_end]
    newest = dated[by_end[np.append(of_subject[1:] != of_subject[:-1], True)]]
    first = np.unique(subjects[dated], return_index=True)[1]
    asked = {int(code): ends.texts[code] for code in np.unique(ends.codes[newest])}
    old = [code for code, text in asked.items() if figure_series.is_stale(text, desk.known.today)]
    is_old = np.isin(ends.codes[newest], old)
    figure_series.note_stale(figures_at(columns, newest[is_old][np.argsort(first[is_old])]), desk)


def as_arrow(columns: Columns) -> pa.Table:
    """The figures as a table of Arrow: text, numbers (nan for none), and the first and last day as dates.

    Nothing here calls ``pyarrow.array``, which would import pandas.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    arrays = {name: _arrow_days(columns[name]) if name in DATES else _arrow_text(columns[name]) for name in TEXTS}
    arrays |= {name: _arrow(columns[name], pa.float64()) for name in NUMBERS}
    arrays["row"] = _arrow(columns["row"], pa.int64())
    nothing = _arrow_text(Words(np.zeros(size_of(columns), np.int32), [""]))
    arrays["cell"] = pc.binary_join_element_wise(arrays["cell"], arrays["row"].cast(pa.string()), nothing)
    return pa.Table.from_arrays([arrays[name] for name in FIELDS], names=list(FIELDS))


def _arrow(numbers: np.ndarray, kind: pa.DataType) -> pa.Array:
    import pyarrow as pa

    return pa.Array.from_buffers(kind, len(numbers), [None, pa.py_buffer(np.ascontiguousarray(numbers))])


def _arrow_days(words: Words) -> pa.Array:
    import pyarrow as pa

    days = np.array([text or "NaT" for text in words.texts] or ["NaT"], "datetime64[ns]")
    return _arrow(days[words.codes].view(np.int64), pa.timestamp("ns"))


def _arrow_text(words: Words) -> pa.Array:
    import pyarrow as pa

    texts = [text.encode("utf-8") for text in words.texts]
    ends = np.cumsum([0, *map(len, texts)]).astype(np.int32)
    known = pa.StringArray.from_buffers(len(texts), pa.py_buffer(ends), pa.py_buffer(b"".join(texts)))
    codes = _arrow(words.codes.astype(np.int32), pa.int32())
    return pa.DictionaryArray.from_arrays(codes, known).dictionary_decode()

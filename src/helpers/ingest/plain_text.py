"""Large delimited text as columns, where it is so plain that no two readers could read it differently.

:mod:`helpers.ingest.delimited` reads any dialect cell by cell. Most large tables need none of that: UTF-8, one header
line, the same number of fields in each line, quotation marks around whole fields only. What is provably so is taken
apart by Arrow, forty times as fast; everything else is left to the other reader.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from helpers.ingest import gate, values
from helpers.ingest.books import Cell, Limits, Refusal
from helpers.ingest.delimited import DECLARED, SAMPLE_LINES, choose_separator, has_spaced_quotes

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

SMALLEST = 250_000  # bytes; below, importing Arrow takes longer than reading cell by cell
MARK = b"\xef\xbb\xbf"
NOT_LOW = bytes(range(32, 256))
QUOTE = ord('"')
LONGEST_END = 1_000
PIECE = 1 << 19  # bytes looked at together, so that they stay near the processor
LARGEST = 2**62


@dataclass(frozen=True)
class PlainText:
    """A text of which it is known that each line is one row with as many fields as the header.

    The n-th line below the header (from 0) is row ``n + 2`` of the sheet.
    """

    data: bytes
    separator: str
    header: tuple[str, ...]
    size: int

    @property
    def header_cells(self) -> list[Cell]:
        """The filled cells of the header."""
        contents = [(at, values.text_content(name)) for at, name in enumerate(self.header, start=1)]
        return [Cell(1, at, *content) for at, content in contents if content]


def look(path: Path, limits: Limits) -> PlainText | None:
    """The text of a file, None where it is small, refused, or not provably plain: then nothing is said of it here."""
    try:
        if gate.check_ending(path.name, limits) not in ("csv", gate.PACKED):
            return None
        data = gate.read_bytes(path, limits)
        if len(data) >= SMALLEST:
            Thread(target=import_module, args=["pyarrow.csv"]).start()  # while the file is unpacked and looked through
        name, data = gate.unpacked(path.name, data, limits)
        if len(data) < SMALLEST or gate.check_content(name, data, limits) != "csv":
            return None
    except Refusal:
        return None
    return plain_text(data, limits)


def plain_text(data: bytes, limits: Limits) -> PlainText | None:
    """The text that some bytes are, None where it is not provably plain."""
    data = data.removeprefix(MARK)
    if not _is_simple(data):
        return None
    lines = list(io.StringIO(_first_lines(data), newline=""))
    separator = choose_separator(lines)
    header = next(csv.reader(lines[:1], delimiter=separator), [])
    size = data.count(b"\n") - _blank_end(data)
    if DECLARED.match(lines[0]) or not size or len(header) > limits.columns or has_spaced_quotes(lines, separator):
        return None
    return PlainText(data, separator, tuple(header), size) if _has_whole_quotes(data, ord(separator)) else None


def _is_simple(data: bytes) -> bool:
    """Whether it is UTF-8 with line feeds, carriage returns before them only, and tabs, but no other controls."""
    low = data.translate(None, NOT_LOW)
    if set(low) - set(b"\n\r\t") or low.count(b"\r") != (data.count(b"\r\n") if b"\r" in low else 0):
        return False
    try:
        return bool(data) and (data.isascii() or bool(data.decode("utf-8")))
    except UnicodeDecodeError:
        return False


def _blank_end(data: bytes) -> int:
    """How many line feeds stand at the end of the text."""
    end = data[-LONGEST_END:]
    return end.count(b"\n", len(end.rstrip(b"\r\n")))


def _first_lines(data: bytes) -> str:
    end = 0
    for _ in range(SAMPLE_LINES):
        end = data.find(b"\n", end) + 1
        if not end:
            return data.decode("utf-8")
    return data[:end].decode("utf-8")


def _has_whole_quotes(data: bytes, separator: int) -> bool:
    """Whether every quotation mark opens at the start of a field or closes at the end of one, by turns.

    A doubled one inside a field closes and opens again.
    """
    import numpy as np

    text = np.frombuffer(data, np.uint8)
    starts, ends = np.zeros((2, 256), bool)
    starts[[separator, *b'\n"']] = ends[[separator, *b'\r\n"']] = True
    is_open = False
    for first in range(0, len(text), PIECE):
        at = first + np.flatnonzero(text[first : first + PIECE] == QUOTE)
        opens, closes = at[is_open::2], at[not is_open :: 2]
        if not starts[text[opens[opens > 0] - 1]].all() or not ends[text[closes[closes < len(text) - 1] + 1]].all():
            return False
        is_open ^= bool(len(at) % 2)
    return not is_open


def read_columns(text: PlainText, wanted: Collection[int]) -> dict[int, Words] | None:
    """Some columns by their number (from 1), None where lines turn out to differ in their number of fields."""
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    names = [str(number) for number in range(1, len(text.header) + 1)]
    coded = pa.dictionary(pa.int32(), pa.string())
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(text.data),
            read_options=arrow_csv.ReadOptions(column_names=names, skip_rows=1),
            parse_options=arrow_csv.ParseOptions(delimiter=text.separator),
            convert_options=arrow_csv.ConvertOptions(
                include_columns=[str(number) for number in wanted],
                column_types=dict.fromkeys(names, coded),
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid:
        return None
    if table.num_rows != text.size:
        return None
    return {number: _words(table.column(str(number))) for number in wanted}


@dataclass(frozen=True)
class Words:
    """The entries of one column: for each row the place of its text among the texts that occur."""

    codes: np.ndarray
    texts: list[str]


def combined(columns: Sequence[np.ndarray]) -> tuple[np.ndarray, list[np.ndarray]]:
    """Number the combinations of codes that occur in some columns of equal length.

    Returns for each row the place of its combination, and for each column its code in each of them.
    """
    import numpy as np

    whole = columns[0].astype(np.int64)
    for codes in columns[1:]:
        size = int(codes.max(initial=0)) + 1
        if int(whole.max(initial=0)) + 1 > LARGEST // size:
            whole = np.unique(whole, return_inverse=True)[1]
        whole = whole * size + codes
    _, first, places = np.unique(whole, return_index=True, return_inverse=True)
    return places, [codes[first] for codes in columns]


def _words(column: pa.ChunkedArray) -> Words:
    import numpy as np

    whole = column.unify_dictionaries().combine_chunks()
    return Words(np.from_dlpack(whole.indices), whole.dictionary.to_pylist())

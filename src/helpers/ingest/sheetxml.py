"""The XML of one worksheet (.xlsx), read by handlers: only filled cells come to be.

The content of a cell is remembered by what is stored for it, since ratings, names and dates repeat: that takes a third
off the time for a large sheet.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from helpers.ingest import values
from helpers.ingest.archives import Archive
from helpers.ingest.books import Cell, Limits, Refusal, Sheet, address, column_number
from helpers.ingest.limits import check_place, twice
from helpers.ingest.markup import broken, feed, parser
from helpers.ingest.values import Content

NAMESPACES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",  # Strict
)
TRUE = ("1", "true")
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
REMEMBERED = 100_000


@dataclass(frozen=True)
class Shared:
    """What the sheets of one workbook share.

    ``is_stale``: the workbook asks to be calculated when it is opened. Some writers put 0 or nothing in place of a
    formula's result and set this; such a formula counts as one without a result.
    """

    strings: list[str] = field(default_factory=list)
    styles: list[str] = field(default_factory=list)
    date1904: bool = False
    is_stale: bool = False


def read_sheet(sheet: Sheet, archive: Archive, part: str, shared: Shared, limits: Limits) -> None:
    """Fill a sheet from its XML.

    Raises
    ------
    Refusal
        too-many-rows or too-many-columns at the first filled cell beyond the limits; file-broken, file-dtd.
    """
    reader = parser(part)

    def root(name: str, _: dict) -> None:
        space, _, kind = name.rpartition(" ")
        if space not in NAMESPACES or kind != "worksheet":
            raise broken(part, "it is no worksheet")
        handlers = Handlers(space, sheet, shared, limits)
        reader.StartElementHandler, reader.EndElementHandler = handlers.start, handlers.end
        reader.CharacterDataHandler = handlers.text.append

    reader.StartElementHandler = root
    feed(reader, archive.chunks(part), part)


class Handlers:
    """What to do at the start and the end of each element of a worksheet."""

    def __init__(self, space: str, sheet: Sheet, shared: Shared, limits: Limits):
        self.sheet, self.shared, self.limits = sheet, shared, limits
        self.cell_name, self.value_name, self.formula_name, self.text_name, self.row_name, self.phonetic_name = (
            f"{space} {name}" for name in ("c", "v", "f", "t", "row", "rPh")
        )
        self.rare = {f"{space} col": self.hide_columns, f"{space} mergeCell": self.merge}
        self.styles = {str(number): style for number, style in enumerate(shared.styles) if style}
        self.columns: dict[str, int] = {}
        self.remembered: dict[tuple, Content | None] = {}
        self.text: list[str] = []
        self.inline: list[str] = []
        self.row = self.column = self.phonetic = 0
        self.row_text = ""
        self.attributes: dict[str, str] = {}
        self.value: str | None = None
        self.formula: str | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == self.cell_name:
            self.attributes = attributes
            self.value = self.formula = None
            self.inline.clear()
        elif name == self.value_name or name == self.text_name:
            self.text.clear()
        elif name == self.row_name:
            self.start_row(attributes)
        elif name == self.phonetic_name:
            self.phonetic += 1
        elif name in self.rare:
            self.rare[name](attributes)
        else:
            self.text.clear()

    def end(self, name: str) -> None:
        if name == self.value_name:
            self.value = "".join(self.text)
        elif name == self.cell_name:
            if self.value is not None or self.formula is not None:
                self.end_cell()
        elif name == self.text_name and not self.phonetic:
            self.inline.extend(self.text)
            self.value = "".join(self.inline)
        elif name == self.formula_name:
            self.formula = "=" + "".join(self.text)
        elif name == self.phonetic_name:
            self.phonetic -= 1

    def start_row(self, attributes: dict[str, str]) -> None:
        self.row, self.column = whole(attributes.get("r"), self.row + 1), 0
        self.row_text = str(self.row)
        if attributes.get("hidden") in TRUE or attributes.get("ht") == "0":
            self.sheet.hidden_rows.add(self.row)

    def hide_columns(self, attributes: dict[str, str]) -> None:
        if attributes.get("hidden") in TRUE or attributes.get("width") == "0":
            first, last = whole(attributes.get("min"), 1), whole(attributes.get("max"), 1)
            self.sheet.hidden_columns.update(range(first, min(last, self.limits.columns) + 1))

    def merge(self, attributes: dict[str, str]) -> None:
        first, _, last = attributes.get("ref", "").partition(":")
        self.sheet.merged.append((*split_address(first), *split_address(last or first)))

    def end_cell(self) -> None:
        attributes = self.attributes
        row, column = self.place(attributes.get("r"))
        kind, style = attributes.get("t", "n"), attributes.get("s")
        if self.formula is not None and self.is_unstored(kind):
            content = values.formula_content(self.formula)
        else:
            value = self.value
            key = (kind, style, value)
            content = self.remembered.get(key)
            if content is None and value:
                content = self.content(kind, style, value)
                if len(self.remembered) < REMEMBERED:
                    self.remembered[key] = content
        if content is None:
            return
        if row > self.limits.rows or column > self.limits.columns:
            check_place(self.sheet, row, column, self.limits)
        if (row, column) in self.sheet.cells:
            raise twice(self.sheet, row, column)
        self.sheet.cells[row, column] = Cell(row, column, *content)

    def place(self, reference: str | None) -> tuple[int, int]:
        """The row and column of the cell; one without an address stands right of the last one."""
        if reference is None:
            self.column += 1
            return self.row, self.column
        letters = reference.removesuffix(self.row_text)
        if letters not in self.columns:
            letters = reference.rstrip("0123456789")
            self.row, self.columns[letters] = split_address(reference)
            self.row_text = str(self.row)
        self.column = self.columns[letters]
        return self.row, self.column

    def is_unstored(self, kind: str) -> bool:
        """Whether no result stands beside a formula; the empty text is a result."""
        if self.shared.is_stale and self.value in ("", "0") and kind in ("n", "str"):
            return True
        return self.value is None or (self.value == "" and kind != "str")

    def content(self, kind: str, style: str | None, text: str) -> Content | None:
        if kind == "n":
            return self.number(text, self.styles.get(style, ""))
        if kind == "s":
            return self.shared_text(text)
        if kind == "b":
            return values.boolean_content(text in TRUE)
        if kind == "e":
            return values.error_content(text)
        if kind == "d" and (value := values.from_iso(text)):
            return values.date_content(value)
        return values.text_content(unescape(text))

    def number(self, text: str, style: str) -> Content | None:
        number = values.number(text)
        if number is None:
            return values.text_content(text)
        return values.serial_content(number, style, self.shared.date1904)

    def shared_text(self, text: str) -> Content | None:
        number = whole(text, len(self.shared.strings))
        if number < len(self.shared.strings):
            return values.text_content(self.shared.strings[number])
        message = "a cell refers to a text that the workbook does not hold"
        place = address(self.row, self.column)
        raise Refusal("file-broken", message, sheet=self.sheet.name, cell=place, value=text)


def split_address(reference: str) -> tuple[int, int]:
    """Row and column of an address such as ``AB12``; refuse the file where it is none."""
    letters = reference.rstrip("0123456789")
    row, column = whole(reference[len(letters) :], 0), column_number(letters)
    if not (row and column):
        raise Refusal("file-broken", "a cell has an address that cannot be", value=reference)
    return row, column


def unescape(text: str) -> str:
    """The text with the characters that XML cannot hold restored from ``_x000D_``."""
    return ESCAPED.sub(_character, text) if "_x" in text else text


def whole(text: str | None, otherwise: int) -> int:
    """The number from a text of at most seven digits 0 to 9."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 8 else otherwise


def _character(match: re.Match) -> str:
    character = chr(int(match[1], 16))
    return "\N{REPLACEMENT CHARACTER}" if "\ud800" <= character <= "\udfff" else character

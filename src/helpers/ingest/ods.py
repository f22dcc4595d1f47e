"""Cells of .ods spreadsheets, from the XML of their content (OpenDocument 1.3, part 3, section 9).

Read here and not with calamine, which gives error cells and formulas without a result as blank and knows neither hidden
nor merged ones. Repeated empty rows and cells, which fill the sheet to its last row, cost nothing; a repeated filled
cell is written out, and refused where it leads beyond the limits.
"""

from __future__ import annotations

import re

from helpers.ingest import values
from helpers.ingest.archives import Archive
from helpers.ingest.books import Book, Limits, Sheet
from helpers.ingest.findings import Findings
from helpers.ingest.limits import check_place, check_sheets, put
from helpers.ingest.markup import feed, parser
from helpers.ingest.values import Content

PART = "content.xml"
SPACE = "urn:oasis:names:tc:opendocument:xmlns:"
TABLE, OFFICE, TEXT, STYLE = (f"{SPACE}{name}:1.0 " for name in ("table", "office", "text", "style"))
CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 "
DRAWING = f"{SPACE}drawing:1.0 "
SKIPPED = {
    f"{TABLE}tracked-changes",
    f"{TABLE}shapes",
    f"{OFFICE}annotation",
    f"{OFFICE}forms",
    f"{TEXT}note",
    f"{TEXT}ruby-text",
}
CELLS = (f"{TABLE}table-cell", f"{TABLE}covered-table-cell")
VALUE_TYPE, FORMULA, CALC_TYPE = f"{OFFICE}value-type", f"{TABLE}formula", f"{CALC}value-type"
NUMBER, BOOLEAN, DATE, TIME, STRING = (
    f"{OFFICE}{kind}" for kind in ("value", "boolean-value", "date-value", "time-value", "string-value")
)
COLUMNS_REPEATED, ROWS_REPEATED = f"{TABLE}number-columns-repeated", f"{TABLE}number-rows-repeated"
COLUMNS_SPANNED, ROWS_SPANNED = f"{TABLE}number-columns-spanned", f"{TABLE}number-rows-spanned"
VISIBILITY = f"{TABLE}visibility"
WHITE_SPACE = re.compile(r"[ \t\r\n]+")
UNSEEN = ("collapse", "filter")


def read(file: str, data: bytes, limits: Limits, findings: Findings) -> Book:
    """Read all sheets; see :func:`helpers.ingest.books.read_book`."""
    archive = Archive(data, limits)
    handlers = Handlers(limits)
    reader = parser(PART)
    reader.StartElementHandler, reader.EndElementHandler = handlers.start, handlers.end
    reader.CharacterDataHandler = handlers.characters
    feed(reader, archive.chunks(PART), PART)
    return Book(file, "ods", handlers.sheets)


class Handlers:
    """What to do at the start and the end of each element of the content."""

    def __init__(self, limits: Limits):
        self.limits = limits
        self.sheets: list[Sheet] = []
        self.hidden_styles: set[str] = set()
        self.style_name = ""
        self.skipped = 0
        self.row = self.row_count = self.column = self.column_count = 0
        self.filled: list[tuple[int, int, Content]] = []
        self.cell: dict[str, str] | None = None
        self.paragraphs: list[list[str]] = []
        self.after_space = True
        self.outside = dict.fromkeys(SKIPPED, self.skip) | {
            f"{STYLE}style": self.start_style,
            f"{STYLE}table-properties": self.table_properties,
            f"{TABLE}table": self.start_table,
        }
        self.inside = dict.fromkeys((*SKIPPED, f"{TABLE}table"), self.skip) | {
            f"{TABLE}table-column": self.table_column,
            f"{TABLE}table-row": self.start_row,
            f"{TABLE}table-cell": self.start_cell,
            f"{TABLE}covered-table-cell": self.start_cell,
            f"{TEXT}p": self.start_paragraph,
            f"{TEXT}h": self.start_paragraph,
            f"{TEXT}s": self.spaces,
            f"{TEXT}tab": lambda _: self.literal("\t"),
            f"{TEXT}line-break": lambda _: self.literal("\n"),
        }
        self.inside_ends = dict.fromkeys(CELLS, self.end_cell) | {
            f"{TABLE}table-row": self.end_row,
            f"{TABLE}table": self.end_table,
        }
        self.starts, self.ends = self.outside, {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self.skipped:
            self.skipped += 1
        elif act := self.starts.get(name):
            act(attributes)
        elif name.startswith(DRAWING):
            self.skipped = 1

    def end(self, name: str) -> None:
        if self.skipped:
            self.skipped -= 1
        elif act := self.ends.get(name):
            act()

    def skip(self, _: dict[str, str]) -> None:
        """Leave out the element that begins, with all that it holds."""
        self.skipped = 1

    def characters(self, text: str) -> None:
        """Add text to the paragraph; white space counts as one space, and as none at the beginning (section 6.1.2)."""
        if self.skipped or not self.paragraphs:
            return
        text = WHITE_SPACE.sub(" ", text)
        if self.after_space and text.startswith(" "):
            text = text[1:]
        if text:
            self.paragraphs[-1].append(text)
            self.after_space = text.endswith(" ")

    def literal(self, text: str) -> None:
        if self.paragraphs:
            self.paragraphs[-1].append(text)
            self.after_space = False

    def start_style(self, attributes: dict[str, str]) -> None:
        self.style_name = attributes.get(f"{STYLE}name", "")

    def table_properties(self, attributes: dict[str, str]) -> None:
        if attributes.get(f"{TABLE}display") == "false":
            self.hidden_styles.add(self.style_name)

    def start_table(self, attributes: dict[str, str]) -> None:
        check_sheets(len(self.sheets) + 1, self.limits)
        is_hidden = attributes.get(f"{TABLE}style-name") in self.hidden_styles
        self.sheet = Sheet(attributes.get(f"{TABLE}name", ""), "hidden" if is_hidden else "visible")
        self.sheets.append(self.sheet)
        self.starts, self.ends = self.inside, self.inside_ends
        self.row = self.row_count = self.column_count = 0

    def end_table(self) -> None:
        self.starts, self.ends = self.outside, {}

    def table_column(self, attributes: dict[str, str]) -> None:
        first = self.column_count + 1
        self.column_count += _count(attributes, COLUMNS_REPEATED)
        if attributes.get(VISIBILITY) in UNSEEN:
            self.sheet.hidden_columns.update(range(first, min(self.column_count, self.limits.columns) + 1))

    def start_row(self, attributes: dict[str, str]) -> None:
        self.row += self.row_count or 1
        self.row_count = _count(attributes, ROWS_REPEATED)
        self.column = 1
        self.filled = []
        if attributes.get(VISIBILITY) in UNSEEN:
            last = min(self.row + self.row_count - 1, self.limits.rows)
            self.sheet.hidden_rows.update(range(self.row, last + 1))

    def end_row(self) -> None:
        if not self.filled:
            return
        last = self.row + self.row_count - 1
        check_place(self.sheet, last, self.filled[0][0], self.limits)
        for row in range(self.row, last + 1):
            for first, end, content in self.filled:
                for column in range(first, end):
                    put(self.sheet, row, column, content, self.limits)

    def start_cell(self, attributes: dict[str, str]) -> None:
        self.cell, self.paragraphs = attributes, []

    def end_cell(self) -> None:
        attributes, text = self.cell or {}, "\n".join(map("".join, self.paragraphs))
        self.cell, self.paragraphs = None, []
        first = self.column
        self.column += _count(attributes, COLUMNS_REPEATED)
        if ROWS_SPANNED in attributes or COLUMNS_SPANNED in attributes:
            down, across = _count(attributes, ROWS_SPANNED), _count(attributes, COLUMNS_SPANNED)
            self.sheet.merged.append((self.row, first, self.row + down - 1, first + across - 1))
        if content := _content(attributes, text):
            check_place(self.sheet, self.row, self.column - 1, self.limits)
            self.filled.append((first, self.column, content))

    def start_paragraph(self, _: dict[str, str]) -> None:
        if self.cell is not None:
            self.paragraphs.append([])
            self.after_space = True

    def spaces(self, attributes: dict[str, str]) -> None:
        count = attributes.get(f"{TEXT}c", "1")
        self.literal(" " * min(_whole(count), self.limits.text_length))


def _content(attributes: dict[str, str], text: str) -> Content | None:
    formula = attributes.get(FORMULA)
    kind = attributes.get(VALUE_TYPE, "")
    if attributes.get(CALC_TYPE) == "error" or (formula is not None and _is_error(text)):
        return values.error_content(text or "#ERROR!")
    value = _value(kind, attributes, text)
    if formula is not None and kind != "string" and value is None:
        return values.formula_content("=" + formula.partition("=")[2])
    return value


def _value(kind: str, attributes: dict[str, str], text: str) -> Content | None:
    if kind in ("float", "percentage", "currency"):
        number = values.number(attributes.get(NUMBER, ""))
        return values.text_content(text) if number is None else values.number_content(number)
    if kind == "boolean":
        return values.boolean_content(attributes.get(BOOLEAN) == "true")
    if kind == "date" and (day := values.from_iso(attributes.get(DATE, ""))):
        return values.date_content(day)
    if kind == "time":
        moment = values.from_duration(attributes.get(TIME, ""))
        return values.text_content(text) if moment is None else values.date_content(moment)
    return values.text_content(text or attributes.get(STRING, ""))


def _is_error(text: str) -> bool:
    return text in values.ERROR_WORDS or bool(values.OFFICE_ERROR.match(text))


def _count(attributes: dict[str, str], name: str) -> int:
    return max(1, _whole(attributes[name])) if name in attributes else 1


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 1

"""Cells of .xlsx and .xlsm workbooks, transitional or Strict.

Read with expat handlers over the sheets' XML (:mod:`helpers.ingest.sheetxml`), not with openpyxl. On 100,000 rows of 13
columns openpyxl takes three times as long in its read-only mode, which knows neither hidden rows nor merged cells, and
builds a full rectangle in the other: one value in XFD1048576 then costs it 20 s and gigabytes. Here only filled cells
exist, and the first one beyond the limits ends the reading.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from helpers.ingest import values
from helpers.ingest.archives import Archive
from helpers.ingest.books import Book, Limits, Refusal, Sheet
from helpers.ingest.findings import Findings
from helpers.ingest.limits import check_sheets
from helpers.ingest.markup import feed, local, parser, tree
from helpers.ingest.package import part_of_kind, relations, workbook_part
from helpers.ingest.sheetxml import TRUE, Shared, read_sheet, unescape

STATES = {"hidden": "hidden", "veryHidden": "very-hidden"}


def read(file: str, data: bytes, limits: Limits, findings: Findings) -> Book:
    """Read all sheets; see :func:`helpers.ingest.books.read_book`."""
    archive = Archive(data, limits)
    part = workbook_part(archive, "xl/workbook.xml")
    workbook = tree(archive.read(part), part)
    related = relations(archive, part)
    shared = Shared(
        strings=read_strings(archive, part_of_kind(related, "sharedStrings", archive)),
        styles=read_styles(archive, part_of_kind(related, "styles", archive)),
        date1904=_setting(workbook, "workbookPr", "date1904"),
        is_stale=_setting(workbook, "calcPr", "fullCalcOnLoad"),
    )
    book = Book(file, "xlsx", [], shared.date1904)
    for element in _named(workbook, "sheet"):
        relation = related.get(_relation_id(element))
        if relation is None:
            raise Refusal("file-broken", "the workbook lists a sheet that it does not hold")
        if relation.kind == "worksheet":
            check_sheets(len(book.sheets) + 1, limits)
            sheet = Sheet(element.get("name", ""), STATES.get(element.get("state", ""), "visible"))
            read_sheet(sheet, archive, relation.part, shared, limits)
            book.sheets.append(sheet)
    return book


def read_styles(archive: Archive, part: str) -> list[str]:
    """What each cell format shows: "date", "elapsed" or ""."""
    if not part:
        return []
    root = tree(archive.read(part), part)
    codes = {element.get("numFmtId", ""): element.get("formatCode", "") for element in _named(root, "numFmt")}
    formats = next((element for element in root if local(element.tag) == "cellXfs"), ())
    numbers = [element.get("numFmtId", "0") for element in formats if local(element.tag) == "xf"]
    return [values.date_style(int(number) if number.isdecimal() else 0, codes.get(number)) for number in numbers]


def read_strings(archive: Archive, part: str) -> list[str]:
    """The texts that cells refer to by number, without their phonetic readings."""
    strings: list[str] = []
    if part:
        text, pieces, phonetic = [], [], []

        def start(name: str, _: dict) -> None:
            name = local(name)
            if name == "t":
                text.clear()
            elif name == "si":
                pieces.clear()
            elif name == "rPh":
                phonetic.append(name)

        def end(name: str) -> None:
            name = local(name)
            if name == "t" and not phonetic:
                pieces.extend(text)
            elif name == "si":
                strings.append(unescape("".join(pieces)))
            elif name == "rPh":
                phonetic.pop()

        reader = parser(part)
        reader.StartElementHandler, reader.EndElementHandler = start, end
        reader.CharacterDataHandler = text.append
        feed(reader, archive.chunks(part), part)
    return strings


def _setting(workbook: Element, element: str, attribute: str) -> bool:
    return any(found.get(attribute) in TRUE for found in _named(workbook, element))


def _relation_id(element: Element) -> str:
    return next((value for key, value in element.items() if key.startswith("{") and local(key) == "id"), "")


def _named(root: Element, name: str) -> Iterator[Element]:
    return (element for element in root.iter() if local(element.tag) == name)

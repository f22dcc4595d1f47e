"""Spreadsheet files for the tests, built byte by byte where no ordinary program would write them."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterable
from xml.sax.saxutils import escape

TRANSITIONAL = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_LINKS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
PACKAGE_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
OPENDOCUMENT = "application/vnd.oasis.opendocument.spreadsheet"
DOCTYPE = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


def archive(parts: dict[str, bytes | str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive of these entries."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return target.getvalue()


def rows(*lines: str) -> str:
    """Sheet data of rows 1, 2, ... each given as the XML of its cells."""
    return "".join(f'<row r="{number}">{cells}</row>' for number, cells in enumerate(lines, start=1))


def xlsx_parts(
    *sheets: str,
    names: Iterable[str] = (),
    states: Iterable[str] = (),
    kinds: Iterable[str] = (),
    strings: str = "",
    formats: Iterable[str] = (),
    workbook: str = "",
    strict: bool = False,
) -> dict[str, bytes | str]:
    """The parts of a workbook whose sheets are given as what stands in ``worksheet`` (or in ``sheetData``).

    ``formats`` are number format codes; cell style 1 has the first. ``workbook`` stands before the list of sheets.
    """
    main, links = (STRICT, STRICT_LINKS) if strict else (TRANSITIONAL, LINKS)
    count = range(1, len(sheets) + 1)
    names = list(names) or [f"Sheet{number}" for number in count]
    states = list(states) or ["visible"] * len(sheets)
    kinds = list(kinds) or ["worksheet"] * len(sheets)
    listed = "".join(
        f'<sheet name="{names[n - 1]}" sheetId="{n}" state="{states[n - 1]}" r:id="rId{n}"/>' for n in count
    )
    targets = {f"rId{n}": (kinds[n - 1], f"worksheets/sheet{n}.xml") for n in count}
    targets |= {"rIdS": ("sharedStrings", "sharedStrings.xml"), "rIdF": ("styles", "styles.xml")}
    body = f'<workbook xmlns="{main}" xmlns:r="{links}">{workbook}<sheets>{listed}</sheets></workbook>'
    return {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": _links({"rId1": ("officeDocument", "xl/workbook.xml")}, links),
        "xl/workbook.xml": body,
        "xl/_rels/workbook.xml.rels": _links(targets, links),
        "xl/sharedStrings.xml": f'<sst xmlns="{main}">{strings}</sst>',
        "xl/styles.xml": _styles(main, list(formats)),
        **{f"xl/worksheets/sheet{n}.xml": _worksheet(sheets[n - 1], main) for n in count},
    }


def xlsx(*sheets: str, **options) -> bytes:
    """A workbook, see :func:`xlsx_parts`."""
    return archive(xlsx_parts(*sheets, **options))


def _worksheet(content: str, main: str) -> str:
    if not content.startswith("<sheetData") and "<sheetData" not in content:
        content = f"<sheetData>{content}</sheetData>"
    return f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{main}">{content}</worksheet>'


def _styles(main: str, formats: list[str]) -> str:
    codes = "".join(
        f'<numFmt numFmtId="{164 + n}" formatCode="{escape(code, {chr(34): "&quot;"})}"/>'
        for n, code in enumerate(formats)
    )
    used = "".join(f'<xf numFmtId="{164 + n}"/>' for n in range(len(formats)))
    return (
        f'<styleSheet xmlns="{main}"><numFmts>{codes}</numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>'
        f'<cellXfs><xf numFmtId="0"/>{used}</cellXfs></styleSheet>'
    )


def _links(targets: dict[str, tuple[str, str]], links: str) -> str:
    listed = "".join(
        f'<Relationship Id="{key}" Type="{links}/{kind}" Target="{target}"/>' for key, (kind, target) in targets.items()
    )
    return f'<Relationships xmlns="{PACKAGE_LINKS}">{listed}</Relationships>'


def ods(tables: str, *, styles: str = "", manifest: str = "") -> bytes:
    """An OpenDocument spreadsheet whose tables are given as XML."""
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text", "style")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} '
        'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
        'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body></office:document-content>"
    )
    return archive(
        {"mimetype": OPENDOCUMENT, "content.xml": content, "META-INF/manifest.xml": manifest or "<manifest/>"}
    )


def record(number: int, content: bytes = b"") -> bytes:
    """One record of a binary workbook."""
    head = bytes([number]) if number < 128 else bytes([number & 0x7F | 0x80, number >> 7])
    length, size = b"", len(content)
    while size >= 0x80:
        length += bytes([size & 0x7F | 0x80])
        size >>= 7
    return head + length + bytes([size]) + content


def wide(text: str) -> bytes:
    """A text of a binary workbook."""
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def binary_cell(number: int, column: int, content: bytes = b"", style: int = 0) -> bytes:
    """A cell of a binary workbook; the column counts from 0."""
    return record(number, struct.pack("<II", column, style) + content)


def binary_row(row: int, *cells: bytes, hidden: bool = False) -> bytes:
    """A row of a binary workbook, counted from 0, and its cells."""
    return record(0, struct.pack("<IIHBBBI", row, 0, 300, 0, 0x10 if hidden else 0, 0, 0)) + b"".join(cells)


def xlsb(
    *sheets: bytes,
    states: Iterable[int] = (),
    strings: tuple[str, ...] = (),
    columns: bytes = b"",
    flags: int = 0,
    calc: int = 0,
) -> bytes:
    """A binary workbook whose sheets are given as their rows; cell style 1 is a date."""
    count = range(1, len(sheets) + 1)
    states = list(states) or [0] * len(sheets)
    listed = b"".join(
        record(156, struct.pack("<II", states[n - 1], n) + wide(f"rId{n}") + wide(f"Sheet{n}")) for n in count
    )
    workbook = (
        record(131)
        + record(153, struct.pack("<II", flags, 0) + wide(""))
        + record(143) + listed + record(144)
        + record(157, struct.pack("<IIIdIH", 191029, 1, 100, 0.001, 1, calc))
        + record(132)
    )  # fmt: skip
    targets = {f"rId{n}": ("worksheet", f"worksheets/sheet{n}.bin") for n in count}
    targets |= {"rIdS": ("sharedStrings", "sharedStrings.bin"), "rIdF": ("styles", "styles.bin")}
    items = b"".join(record(19, b"\0" + wide(text)) for text in strings)
    formats = b"".join(record(47, struct.pack("<HH", 0, number) + bytes(12)) for number in (0, 14))
    return archive(
        {
            "[Content_Types].xml": TYPES,
            "_rels/.rels": _links({"rId1": ("officeDocument", "xl/workbook.bin")}, LINKS),
            "xl/workbook.bin": workbook,
            "xl/_rels/workbook.bin.rels": _links(targets, LINKS),
            "xl/sharedStrings.bin": record(159, struct.pack("<II", len(strings), len(strings))) + items + record(160),
            "xl/styles.bin": record(278) + record(617, struct.pack("<I", 2)) + formats + record(618) + record(279),
            **{
                f"xl/worksheets/sheet{n}.bin": record(129)
                + record(148, struct.pack("<4I", 0, 99, 0, 99))
                + columns
                + record(145)
                + sheets[n - 1]
                + record(146)
                + record(130)
                for n in count
            },
        }
    )

"""From the bytes of a spreadsheet file to its cells, or to one finding that says why not."""

import io
import random
import struct
import time
import tracemalloc
import zipfile
from datetime import datetime, timedelta
from datetime import time as clock

import openpyxl
import pytest
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st

import make_books as make
from helpers.ingest import books, gate, values, xls
from helpers.ingest.books import Limits, read_book
from helpers.ingest.findings import Findings


@pytest.fixture
def read(tmp_path):
    """Write some bytes under a name and read them as a book."""

    def read(name, data, **limits):
        path = tmp_path / name
        path.write_bytes(data)
        findings = Findings(name)
        return read_book(path, limits=Limits(**limits), findings=findings), findings

    return read


@pytest.fixture
def refused(read):
    """The one finding for which a file is refused."""

    def refused(name, data, **limits):
        book, findings = read(name, data, **limits)
        assert book is None
        (finding,) = findings
        assert finding.severity == "error"
        return finding

    return refused


def cells(sheet):
    return {cell.address: (cell.kind, cell.value) for cell in sheet.cells.values()}


def texts(sheet):
    return [[cell.text for cell in row] for _, row in sheet.rows()]


def saved(workbook):
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


# --- addresses, values ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "column", "address"), [(4, 3, "C4"), (1, 26, "Z1"), (7, 27, "AA7"), (1048576, 16384, "XFD1048576")]
)
def test_address(row, column, address):
    assert books.address(row, column) == address
    assert books.column_number(address.rstrip("0123456789")) == column


@pytest.mark.parametrize(
    ("serial", "style", "date1904", "expected"),
    [
        (45730, "date", False, datetime(2025, 3, 14)),
        (45730.4375, "date", False, datetime(2025, 3, 14, 10, 30)),
        (44268, "date", True, datetime(2025, 3, 14)),
        (1, "date", False, datetime(1900, 1, 1)),
        (59, "date", False, datetime(1900, 2, 28)),
        (61, "date", False, datetime(1900, 3, 1)),
        (0.5, "date", False, clock(12)),
        (1.5, "elapsed", False, timedelta(hours=36)),
        (-3, "date", False, None),
        (2958466, "date", False, None),
        (float("nan"), "date", False, None),
    ],
)
def test_serial_dates(serial, style, date1904, expected):
    assert values.from_serial(serial, style, date1904) == expected


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("dd/mm/yyyy", "date"),
        ("[$-809]d mmmm yyyy;@", "date"),
        ("[h]:mm", "elapsed"),
        ("General", ""),
        ('0" days"', ""),
        ("0.00E+00", ""),
        ("[Red]0", ""),
        (r"0\d", ""),
        ('"Stage "0;@', ""),
        ("#,##0.00", ""),
    ],
)
def test_number_formats(code, shown):
    assert values.date_style(164, code) == shown


@pytest.mark.parametrize("text", ["inf", "nan", "1_0", "٣", "３", "0x1", "", " 3", "3 ", "1e", "--1"])
def test_what_is_no_number(text):
    assert values.number(text) is None


@pytest.mark.parametrize(
    ("text", "number"), [("3", 3), ("-2.5", -2.5), ("1E3", 1000), (".5", 0.5), ("9" * 400, float("inf"))]
)
def test_what_is_a_number(text, number):
    assert values.number(text) == number


# --- .xlsx ------------------------------------------------------------------------------------------------------------


def test_every_kind_of_cell_that_a_workbook_holds(read):
    sheet = make.rows(
        '<c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>in </t>'
        "<r><t>rich</t></r><rPh><t>ri</t></rPh></is></c>",
        '<c r="A2"><v>3</v></c><c r="B2"><v>2.5</v></c><c r="C2"><v>3.0</v></c><c r="D2"><v>0</v></c>',
        '<c r="A3" t="b"><v>1</v></c><c r="B3" t="e"><v>#REF!</v></c><c r="C3" s="1"><v>45730</v></c>',
        '<c r="A4"><f>1+1</f><v>2</v></c><c r="B4"><f>1+1</f></c><c r="C4"><f>1+1</f><v></v></c>'
        '<c r="D4" t="str"><f>IF(TRUE,"")</f><v></v></c><c r="E4" t="e"><f>1/0</f><v>#DIV/0!</v></c>',
        '<c r="A5" s="1"/><c r="B5"></c><c r="C5"><v>inf</v></c><c r="D5" t="d"><v>2025-03-14</v></c>',
    )
    strings = "<si><r><t>reg</t></r><r><rPr><b/></rPr><t xml:space='preserve'>ion </t></r><rPh><t>reejon</t></rPh></si>"
    book, findings = read("a.xlsx", make.xlsx(sheet, strings=strings, formats=["dd/mm/yyyy"]))
    assert cells(book.sheets[0]) == {
        "A1": ("text", "region "),
        "B1": ("text", "in rich"),
        "A2": ("number", 3),
        "B2": ("number", 2.5),
        "C2": ("number", 3),
        "D2": ("number", 0),
        "A3": ("boolean", True),
        "B3": ("error", "#REF!"),
        "C3": ("date", datetime(2025, 3, 14)),
        "A4": ("number", 2),
        "B4": ("formula", "=1+1"),
        "C4": ("formula", "=1+1"),
        "E4": ("error", "#DIV/0!"),
        "C5": ("text", "inf"),
        "D5": ("date", datetime(2025, 3, 14)),
    }
    assert not findings.items
    assert len(findings.sha256) == 64


def test_what_openpyxl_writes_is_read_with_its_kinds(read):
    workbook = openpyxl.Workbook()
    workbook.active.append(["x", 3, 2.5, True, datetime(2025, 3, 14, 9, 30), "#N/A", "=B1+1", None])
    workbook.active.append(["007", timedelta(hours=30)])
    book, _ = read("a.xlsx", saved(workbook))
    kinds = [(cell.kind, cell.value) for _, row in book.sheets[0].rows() for cell in row]
    assert kinds == [
        ("text", "x"),
        ("number", 3),
        ("number", 2.5),
        ("boolean", True),
        ("date", datetime(2025, 3, 14, 9, 30)),
        ("error", "#N/A"),
        ("formula", "=B1+1"),
        ("text", "007"),
        ("date", timedelta(hours=30)),
    ]


def test_the_text_of_a_cell_is_what_is_shown(read):
    sheet = make.rows(
        '<c r="A1"><v>0.30000000000000004</v></c><c r="B1"><v>3</v></c><c r="C1" s="1"><v>45730</v></c>'
        '<c r="D1" s="1"><v>45730.5</v></c><c r="E1" t="b"><v>0</v></c>'
        '<c r="F1" t="inlineStr"><is><t>a_x000D_b</t></is></c>'
    )
    book, _ = read("a.xlsx", make.xlsx(sheet, formats=["yyyy-mm-dd"]))
    assert texts(book.sheets[0]) == [["0.3", "3", "2025-03-14", "2025-03-14 12:00:00", "FALSE", "a\rb"]]


def test_a_result_of_nothing_or_zero_does_not_count_where_the_workbook_was_never_calculated(read):
    sheet = make.rows('<c r="A1"><f>B1</f><v>0</v></c><c r="B1"><f>2+2</f><v>4</v></c><c r="C1"><v>0</v></c>')
    data = make.xlsx(sheet, workbook='<calcPr fullCalcOnLoad="1"/>')
    book, _ = read("a.xlsx", data)
    assert cells(book.sheets[0]) == {"A1": ("formula", "=B1"), "B1": ("number", 4), "C1": ("number", 0)}


def test_strict_workbooks_and_1904_dates(read):
    sheet = make.rows('<c r="A1" t="d"><v>2025-03-14T00:00:00</v></c><c r="B1" s="1"><v>44268</v></c>')
    data = make.xlsx(sheet, strict=True, formats=["d mmm yyyy"], workbook='<workbookPr date1904="1"/>')
    book, _ = read("strict.xlsx", data)
    assert book.date1904
    assert cells(book.sheets[0]) == {"A1": ("date", datetime(2025, 3, 14)), "B1": ("date", datetime(2025, 3, 14))}


def test_hidden_sheets_rows_and_columns_and_merged_areas(read):
    sheet = (
        '<cols><col min="2" max="16384" hidden="1"/></cols><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
        '<row r="2" hidden="1"><c r="A2"><v>2</v></c></row></sheetData>'
        '<mergeCells><mergeCell ref="A1:C2"/></mergeCells>'
    )
    data = make.xlsx(sheet, "", "", states=["visible", "hidden", "veryHidden"], names=["a", "b", "c"])
    book, _ = read("a.xlsx", data)
    assert [(sheet.name, sheet.state) for sheet in book.sheets] == [
        ("a", "visible"),
        ("b", "hidden"),
        ("c", "very-hidden"),
    ]
    assert book.sheets[0].hidden_rows == {2}
    assert book.sheets[0].hidden_columns == set(range(2, 201))
    assert book.sheets[0].merged == [(1, 1, 2, 3)]


def test_a_leading_chart_sheet_does_not_matter(read):
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = 3
    workbook.create_chartsheet("chart", 0)
    book, _ = read("a.xlsx", saved(workbook))
    assert [(sheet.name, cells(sheet)) for sheet in book.sheets] == [("Sheet", {"A1": ("number", 3)})]


def test_cells_without_addresses_stand_one_after_the_other(read):
    data = make.xlsx("<sheetData><row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row></sheetData>")
    book, _ = read("a.xlsx", data)
    assert cells(book.sheets[0]) == {"A1": ("number", 1), "B1": ("number", 2), "A2": ("number", 3)}


def test_elements_may_have_a_prefix(read):
    body = make.xlsx_parts("")
    body["xl/worksheets/sheet1.xml"] = (
        f'<x:worksheet xmlns:x="{make.TRANSITIONAL}"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>3</x:v></x:c></x:row>'
        "</x:sheetData></x:worksheet>"
    )
    book, _ = read("a.xlsx", make.archive(body))
    assert cells(book.sheets[0]) == {"A1": ("number", 3)}


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.integers(-(10**14), 10**14),
            st.booleans(),
            st.integers(-(10**9), 10**9).map(lambda number: number / 1000),
            st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30).filter(
                lambda text: not text.startswith(("=", "#")) and "_x" not in text
            ),
            st.datetimes(datetime(1900, 3, 1), datetime(9999, 1, 1)).map(lambda day: day.replace(microsecond=0)),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_what_a_workbook_was_given_is_read_back(tmp_path_factory, row):
    workbook = openpyxl.Workbook()
    workbook.active.append(row)
    path = tmp_path_factory.mktemp("book") / "a.xlsx"
    workbook.save(path)
    book = read_book(path, findings=Findings("a.xlsx"))
    assert [cell.value for _, found in book.sheets[0].rows() for cell in found] == row


# --- hostile archives -------------------------------------------------------------------------------------------------


def test_a_cell_in_the_last_corner_is_one_finding_in_little_time_and_memory(refused):
    sheet = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    data = make.xlsx(sheet)
    tracemalloc.start()
    started = time.perf_counter()
    finding = refused("corner.xlsx", data)
    seconds, (_, most) = time.perf_counter() - started, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (finding.code, finding.sheet, finding.cell) == ("too-many-rows", "Sheet1", "XFD1048576")
    assert seconds < 1
    assert most < 5_000_000


def test_far_cells_that_are_formatted_but_empty_do_not_matter(read):
    sheet = (
        '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="1"/></row><row r="1048576" s="1"><c r="A1048576" s="1"/></row>'
    )
    book, findings = read("a.xlsx", make.xlsx(sheet, formats=["0"]))
    assert cells(book.sheets[0]) == {"A1": ("number", 1)}
    assert not findings.items


@pytest.mark.parametrize(
    ("cell", "limits", "code"),
    [
        ('<row r="3"><c r="A3"><v>1</v></c></row>', {"rows": 2}, "too-many-rows"),
        ('<row r="3"><c r="A3"><f>1</f></c></row>', {"rows": 2}, "too-many-rows"),
        ('<row r="1"><c r="C1"><v>1</v></c></row>', {"columns": 2}, "too-many-columns"),
    ],
)
def test_limits_hold_to_the_cell(read, refused, cell, limits, code):
    assert refused("a.xlsx", make.xlsx(cell), **limits).code == code
    book, _ = read("a.xlsx", make.xlsx(cell), **{key: value + 1 for key, value in limits.items()})
    assert len(book.sheets[0].cells) == 1


def test_too_many_sheets(refused):
    assert refused("a.xlsx", make.xlsx("", "", ""), sheets=2).code == "too-many-sheets"


def test_a_bomb_is_refused_by_what_it_declares_and_by_what_comes_out(refused):
    parts = make.xlsx_parts("") | {"xl/media/image1.bin": bytes(3_000_000)}
    honest = make.archive(parts)
    assert refused("a.xlsx", honest, unpacked_bytes=2_000_000).code == "file-unpacks-too-large"
    lying = bytearray(honest)
    entry = lying.index(b"PK\x01\x02", lying.rindex(b"xl/worksheets/sheet1.xml"))
    while lying[entry + 46 : entry + 65] != b"xl/media/image1.bin":
        entry = lying.index(b"PK\x01\x02", entry + 1)
    lying[entry + 24 : entry + 28] = struct.pack("<I", 10)
    assert refused("a.xlsx", bytes(lying), unpacked_bytes=2_000_000).code == "file-unpacks-too-large"
    assert refused("a.xlsx", bytes(lying)).code == "file-broken"


def test_a_bomb_is_measured_without_being_kept(refused):
    data = make.archive(make.xlsx_parts("") | {"xl/media/image1.bin": bytes(60_000_000)})
    tracemalloc.start()
    finding = refused("a.xlsx", data, unpacked_bytes=59_000_000)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert finding.code == "file-unpacks-too-large"
    assert most < 5_000_000


def test_too_many_entries(refused):
    parts = make.xlsx_parts("") | {f"xl/media/{number}.bin": b"" for number in range(20)}
    finding = refused("a.xlsx", make.archive(parts), entries=20)
    assert (finding.code, finding.expected) == ("file-too-many-entries", "at most 20 entries")


@pytest.mark.parametrize(
    "name", ["../evil.xml", "xl/../../evil.xml", "/etc/passwd", "C:\\evil.xml", "xl\\..\\..\\evil", "a\nb.xml"]
)
def test_entry_names_that_lead_out(refused, name):
    finding = refused("a.xlsx", make.archive(make.xlsx_parts("") | {name: "x"}))
    assert finding.code == "file-entry-name"


@pytest.mark.parametrize(
    ("part", "encoding"),
    [
        ("xl/worksheets/sheet1.xml", "utf-8"),
        ("xl/sharedStrings.xml", "utf-16"),
        ("xl/workbook.xml", "utf-16-le"),
        ("docProps/app.xml", "utf-16-be"),
        ("docProps/core.xml", "utf-8-sig"),
        ("customXml/item1.dat", "utf-8"),
        ("_rels/.rels", "latin-1"),
    ],
)
def test_document_types_are_refused_in_every_part_and_encoding(refused, part, encoding):
    bomb = make.DOCTYPE.replace("?>", f' encoding="{encoding.replace("-sig", "")[:6].rstrip("-")}"?>', 1) + "<a>&b;</a>"
    finding = refused("a.xlsx", make.archive(make.xlsx_parts("") | {part: bomb.encode(encoding)}))
    assert (finding.code, finding.value) == ("file-dtd", part)


@pytest.mark.parametrize("declared", ["<!DOCTYPE a>", '<!DOCTYPE a SYSTEM "file:///etc/passwd">'])
def test_a_document_type_without_entities_is_refused_too(refused, declared):
    parts = make.xlsx_parts("") | {"docProps/app.xml": f"{declared}<a/>"}
    assert refused("a.xlsx", make.archive(parts)).code == "file-dtd"


def test_a_document_type_behind_a_long_comment_is_found(refused):
    hidden = f"<!--{'x' * 600_000}-->{make.DOCTYPE[21:]}<a/>"
    assert refused("a.xlsx", make.archive(make.xlsx_parts("") | {"docProps/app.xml": hidden})).code == "file-dtd"


def test_a_document_type_in_an_opendocument_spreadsheet(refused):
    parts = {"mimetype": make.OPENDOCUMENT, "content.xml": make.DOCTYPE + "<a>&b;</a>"}
    assert refused("a.ods", make.archive(parts)).code == "file-dtd"


def test_every_cut_of_a_workbook_is_refused(tmp_path):
    data = make.xlsx(make.rows('<c r="A1"><v>1</v></c>'))
    path = tmp_path / "cut.xlsx"
    for length in range(1, len(data), 97):
        path.write_bytes(data[:length])
        findings = Findings("cut.xlsx")
        assert read_book(path, findings=findings) is None
        assert findings.codes <= {"file-broken", "file-type"}


def test_damaged_bytes_are_never_read_in_silence(tmp_path):
    """Every byte in turn is turned over: the cells are as they were, or the file is refused."""
    data = make.xlsx(make.rows('<c r="A1" t="inlineStr"><is><t>ok</t></is></c>'))
    path = tmp_path / "damaged.xlsx"
    for place in range(0, len(data), 13):
        path.write_bytes(data[:place] + bytes([data[place] ^ 0xFF]) + data[place + 1 :])
        book = read_book(path, findings=Findings("damaged.xlsx"))
        assert book is None or cells(book.sheets[0]) == {"A1": ("text", "ok")}


def worksheet(row):
    return f'<worksheet xmlns="{make.TRANSITIONAL}"><sheetData><row r="1">{row}</row></sheetData></worksheet>'


@pytest.mark.parametrize(
    "parts",
    [
        {"xl/worksheets/sheet1.xml": f'<worksheet xmlns="{make.TRANSITIONAL}"><sheetData>'},
        {"xl/workbook.xml": "not XML"},
        {"xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{make.PACKAGE_LINKS}"/>'},
        {"xl/worksheets/sheet1.xml": worksheet('<c r="A1" t="s"><v>7</v></c>')},
        {"xl/worksheets/sheet1.xml": worksheet('<c r="1A"><v>7</v></c>')},
        {"xl/worksheets/sheet1.xml": worksheet('<c r="A1"><v>7</v></c><c r="A1"><v>8</v></c>')},
        {"xl/worksheets/sheet1.xml": worksheet('<c r="A1"><v>7</v></c>').replace("2006", "1999")},
        {"docProps/app.xml": "<?xml version='1.0' encoding='utf-7'?><a/>"},
    ],
)
def test_broken_workbooks(refused, parts):
    assert refused("a.xlsx", make.archive(make.xlsx_parts("") | parts)).code == "file-broken"


def test_two_entries_of_one_name(refused):
    target = io.BytesIO(make.xlsx(""))
    with zipfile.ZipFile(target, "a") as file:
        file.writestr("XL/workbook.xml", "<workbook/>")
    assert refused("a.xlsx", target.getvalue()).code == "file-broken"


def test_an_unusual_compression(refused):
    assert refused("a.xlsx", make.archive(make.xlsx_parts(""), zipfile.ZIP_LZMA)).code == "file-broken"


def test_passwords_are_named(refused):
    compound = gate.COMPOUND + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(480)
    assert refused("a.xlsx", compound).code == "file-password"
    assert refused("a.xls", compound).code == "file-password"
    biff = (
        struct.pack("<HHHHHHII", 0x0809, 16, 0x0600, 5, 0, 0, 0, 6)
        + struct.pack("<HHH", 0x002F, 2, 0)
        + bytes([10, 0, 0, 0])
    )
    assert refused("b.xls", biff).code == "file-password"
    manifest = '<m:manifest xmlns:m="x"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>'
    assert refused("a.ods", make.ods("", manifest=manifest)).code == "file-password"
    entry = make.xlsx("").replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01")
    assert refused("c.xlsx", entry).code == "file-password"


# --- the file as a whole ----------------------------------------------------------------------------------------------


def test_files_that_are_not_there_or_no_files(tmp_path, refused):
    for name, code in (("none.xlsx", "file-missing"), ("folder.xlsx", "file-unreadable")):
        if "folder" in name:
            (tmp_path / name).mkdir()
        findings = Findings(name)
        assert read_book(tmp_path / name, findings=findings) is None
        assert findings.codes == {code}


def test_empty_and_large_files(refused, read):
    assert refused("a.csv", b"").code == "file-empty"
    assert refused("a.csv", b"a,b\n1,2\n", file_bytes=7).code == "file-too-large"
    assert read("a.csv", b"a,b\n1,2\n", file_bytes=8)[0]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.xls", make.xlsx(""), "an Excel workbook (.xlsx)"),
        ("a.xlsx", make.xlsb(b""), "a binary Excel workbook (.xlsb)"),
        ("a.xlsx", make.ods(""), "an OpenDocument spreadsheet (.ods)"),
        ("a.csv", make.xlsx(""), "an Excel workbook (.xlsx)"),
        ("a.xlsx", b"region,stakeholder\n", "text (.csv)"),
        ("a.xlsx", b"%PDF-1.7", "a PDF document"),
        ("a.csv", b"%PDF-1.7", "a PDF document"),
        ("a.xls", b"\xef\xbb\xbf\n<html><table>", "a web page (HTML)"),
        ("a.csv", b"<!DOCTYPE html><html>", "a web page (HTML)"),
        ("a.xls", b'<?xml version="1.0"?><Workbook/>', "an XML document"),
        ("a.xlsx", make.archive({"[Content_Types].xml": "", "word/document.xml": ""}), "a Word document (.docx)"),
        ("a.xlsx", make.archive({"readme.txt": "hello"}), "a zip archive"),
        ("a.xls", gate.COMPOUND + "Root Entry\0WordDocument\0".encode("utf-16-le"), "a Word document"),
        ("a.csv", bytes(range(1, 32)) * 9, "not text"),
    ],
)  # fmt: skip
def test_content_that_is_not_what_the_ending_says(refused, name, data, words):
    finding = refused(name, data)
    assert finding.code == "file-type"
    assert words in finding.message


@pytest.mark.parametrize("name", ["a.docx", "a.xlsx.exe", "assessment", "a.numbers"])
def test_endings_that_are_not_read(refused, name):
    assert refused(name, b"x").code == "file-type"


def test_an_ending_in_capitals_is_read(read):
    assert read("A.XLSX", make.xlsx(""))[0].format == "xlsx"
    assert read("a.xlsm", make.xlsx(""))[0].format == "xlsx"


# --- .xls -------------------------------------------------------------------------------------------------------------


def old_workbook():
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet("assessment")
    date = xlwt.easyxf(num_format_str="DD/MM/YYYY")
    for column, value in enumerate(["region", 3, 2.5, True, None, xlwt.Formula("1+1")]):
        sheet.write(0, column, value)
    sheet.write(1, 0, datetime(2025, 3, 14), date)
    sheet.row(1).set_cell_error(1, "#REF!")
    sheet.write(1, 2, "", date)
    sheet.write_merge(3, 4, 0, 1, "both")
    sheet.row(6).hidden = True
    sheet.col(2).hidden = True
    workbook.add_sheet("b").visibility = 1
    workbook.add_sheet("c").visibility = 2
    return workbook


def test_old_workbooks(read):
    book, _ = read("a.xls", saved(old_workbook()))
    sheet = book.sheets[0]
    assert cells(sheet) == {
        "A1": ("text", "region"),
        "B1": ("number", 3),
        "C1": ("number", 2.5),
        "D1": ("boolean", True),
        "F1": ("formula", "="),
        "A2": ("date", datetime(2025, 3, 14)),
        "B2": ("error", "#REF!"),
        "A4": ("text", "both"),
    }
    assert [(sheet.name, sheet.state) for sheet in book.sheets] == [
        ("assessment", "visible"),
        ("b", "hidden"),
        ("c", "very-hidden"),
    ]
    assert (sheet.merged, sheet.hidden_rows, sheet.hidden_columns) == ([(4, 1, 5, 2)], {7}, {3})


def test_1904_dates_in_old_workbooks(read):
    workbook = xlwt.Workbook()
    workbook.dates_1904 = True
    workbook.add_sheet("a").write(0, 0, 44268, xlwt.easyxf(num_format_str="YYYY-MM-DD"))
    book, _ = read("a.xls", saved(workbook))
    assert book.date1904
    assert cells(book.sheets[0]) == {"A1": ("date", datetime(2025, 3, 14))}


def test_formulas_of_a_calculated_old_workbook_have_results():
    formula = struct.pack("<HHHHH8s", 6, 14, 2, 1, 0, b"\x03\0\0\0\0\0\xff\xff")
    begin, end = struct.pack("<HHHH", 0x0809, 4, 0x0600, 5), struct.pack("<HH", 10, 0)
    bound = struct.pack("<HHIBB", 0x85, 6, 0, 0, 0)
    recalculated = struct.pack("<HHI", 0x01C1, 4, 0)

    def stream(*extra):
        head = begin + b"".join(extra) + bound + end
        return head.replace(bound, struct.pack("<HHIBB", 0x85, 6, len(head), 0, 0)) + begin + formula + end

    assert xls.unstored_formulas(stream()) == [{(2, 1)}]
    assert xls.unstored_formulas(stream(recalculated)) == []


def test_damaged_old_workbooks(refused):
    data = saved(old_workbook())
    assert refused("a.xls", data[:2000]).code == "file-broken"
    assert refused("a.xls", data[:600] + bytes(900) + data[1500:]).code == "file-broken"


def test_the_last_corner_of_an_old_workbook(refused):
    workbook = xlwt.Workbook()
    workbook.add_sheet("a").write(65535, 255, 1)
    finding = refused("a.xls", saved(workbook))
    assert (finding.code, finding.cell) == ("too-many-columns", "IV65536")


# --- .ods -------------------------------------------------------------------------------------------------------------


def table(*content, name="assessment", style=""):
    return f'<table:table table:name="{name}" table:style-name="{style}">{"".join(content)}</table:table>'


def line(*content, **attributes):
    given = " ".join(f'table:{key.replace("_", "-")}="{value}"' for key, value in attributes.items())
    return f"<table:table-row {given}>{''.join(content)}</table:table-row>"


def cell(kind="string", text="", **attributes):
    given = " ".join(f'{key.replace("__", ":").replace("_", "-")}="{value}"' for key, value in attributes.items())
    kind = f'office:value-type="{kind}"' if kind else ""
    return f"<table:table-cell {kind} {given}>{f'<text:p>{text}</text:p>' if text else ''}</table:table-cell>"


def test_every_kind_of_cell_in_an_opendocument_spreadsheet(read):
    data = make.ods(
        table(
            line(
                cell(text="region"),
                cell("float", "3", office__value="3"),
                cell("percentage", "45%", office__value="0.45"),
            ),
            line(
                cell("boolean", "TRUE", office__boolean_value="true"),
                cell("date", "14/03/25", office__date_value="2025-03-14"),
                cell("time", "10:30", office__time_value="PT10H30M00S"),
                cell("time", "36:00", office__time_value="PT36H00M00S"),
            ),
            line(
                cell("string", "#REF!", calcext__value_type="error", table__formula="of:=[.#REF!]"),
                cell("string", "Err:502", table__formula="of:=1+"),
                cell("float", "#DIV/0!", table__formula="of:=1/0", office__value="0"),
                cell("", "", table__formula="of:=1+1"),
                cell("float", "2", table__formula="of:=1+1", office__value="2"),
                cell("string", "", table__formula='of:=""'.replace('"', "&quot;")),
                cell("string", "Err:502"),
            ),
            line(
                cell(
                    text='\n  a <text:s text:c="2"/>b<text:tab/>c</text:p>'
                    "<text:p>d<text:line-break/><text:span>e</text:span>"
                )
            ),
        )
    )
    book, _ = read("a.ods", data)
    assert cells(book.sheets[0]) == {
        "A1": ("text", "region"),
        "B1": ("number", 3),
        "C1": ("number", 0.45),
        "A2": ("boolean", True),
        "B2": ("date", datetime(2025, 3, 14)),
        "C2": ("date", clock(10, 30)),
        "D2": ("date", timedelta(hours=36)),
        "A3": ("error", "#REF!"),
        "B3": ("error", "Err:502"),
        "C3": ("error", "#DIV/0!"),
        "D3": ("formula", "=1+1"),
        "E3": ("number", 2),
        "G3": ("text", "Err:502"),
        "A4": ("text", "a   b\tc\nd\ne"),
    }


def test_repeated_and_hidden_and_merged_and_commented(read):
    blank = '<table:table-cell table:number-columns-repeated="16000"/>'
    unseen = '<style:table-properties table:display="false"/>'
    data = make.ods(
        table(
            '<table:table-column/><table:table-column table:visibility="collapse" table:number-columns-repeated="2"/>',
            line(cell("float", "1", office__value="1", table__number_columns_repeated="3"), blank),
            line(blank, number_rows_repeated="10"),
            line(cell("float", "2", office__value="2"), number_rows_repeated="2", visibility="filter"),
            line(
                cell("string", "both", table__number_columns_spanned="2"),
                "<table:covered-table-cell/>",
                cell(text="next"),
            ),
            line(
                '<table:table-cell office:value-type="string"><office:annotation><text:p>note</text:p>'
                "</office:annotation>"
                "<draw:frame><text:p>drawn</text:p></draw:frame><text:p>seen</text:p></table:table-cell>"
            ),
            line(blank, number_rows_repeated="1048000"),
        )
        + table(line(cell(text="old")), name="old", style="ta2"),
        styles=f'<style:style style:name="ta2" style:family="table">{unseen}</style:style>',
    )
    book, findings = read("a.ods", data)
    first, second = book.sheets
    assert not findings.items
    assert texts(first) == [["1", "1", "1"], ["2"], ["2"], ["both", "next"], ["seen"]]
    assert [number for number, _ in first.rows()] == [1, 12, 13, 14, 15]
    assert (first.hidden_rows, first.hidden_columns, first.merged) == ({12, 13}, {2, 3}, [(14, 1, 14, 2)])
    assert (second.name, second.state, texts(second)) == ("old", "hidden", [["old"]])


def test_repeated_cells_that_are_filled_do_not_explode(refused):
    one = cell("float", "1", office__value="1")
    started = time.perf_counter()
    far_down = refused("a.ods", make.ods(table(line(one, number_rows_repeated="1000000"))))
    far_right = refused(
        "b.ods", make.ods(table(line(cell("float", "1", office__value="1", table__number_columns_repeated="16384"))))
    )
    assert (far_down.code, far_down.cell) == ("too-many-rows", "A1000000")
    assert (far_right.code, far_right.cell) == ("too-many-columns", "XFD1")
    assert time.perf_counter() - started < 1


def test_what_odfpy_writes_is_read(read):
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    document = OpenDocumentSpreadsheet()
    sheet, row = Table(name="assessment"), TableRow()
    for kind, value in (("string", "Stakeholder A"), ("float", "3")):
        filled = TableCell(valuetype=kind, **({"value": value} if kind == "float" else {}))
        filled.addElement(P(text=value))
        row.addElement(filled)
    sheet.addElement(row)
    document.spreadsheet.addElement(sheet)
    target = io.BytesIO()
    document.write(target)
    book, _ = read("a.ods", target.getvalue())
    assert cells(book.sheets[0]) == {"A1": ("text", "Stakeholder A"), "B1": ("number", 3)}


# --- .xlsb ------------------------------------------------------------------------------------------------------------

WHOLE, HUNDREDTHS = 2, 1


def rk(value, flags=WHOLE):
    return struct.pack("<i", value << 2 | flags)


def real(value):
    return struct.pack("<d", value)


def binary_sheet():
    return make.binary_row(
        0,
        make.binary_cell(7, 0, struct.pack("<I", 1)),
        make.binary_cell(6, 1, make.wide("inline")),
        make.binary_cell(62, 2, b"\0" + make.wide("rich")),
    ) + make.binary_row(
        1,
        make.binary_cell(2, 0, rk(3)),
        make.binary_cell(2, 1, rk(250, WHOLE | HUNDREDTHS)),
        make.binary_cell(5, 2, real(0.1)),
        make.binary_cell(4, 3, b"\1"),
        make.binary_cell(3, 4, b"\x17"),
        make.binary_cell(1, 5),
        make.binary_cell(2, 6, struct.pack("<I", 0x40040000)),
    ) + make.binary_row(
        2,
        make.binary_cell(9, 0, real(2) + bytes(10)),
        make.binary_cell(8, 1, make.wide("made") + bytes(10)),
        make.binary_cell(8, 2, make.wide("") + bytes(10)),
        make.binary_cell(10, 3, b"\0" + bytes(10)),
        make.binary_cell(11, 4, b"\x2a" + bytes(10)),
        make.binary_cell(2, 5, rk(45730), style=1),
        hidden=True,
    )  # fmt: skip


def test_every_kind_of_cell_in_a_binary_workbook(read):
    merged = make.record(176, struct.pack("<4I", 3, 4, 0, 1))
    column = make.record(60, struct.pack("<IIIIH", 1, 1, 0, 0, 1))
    sheet = binary_sheet() + merged
    data = make.xlsb(sheet, b"", b"", states=[0, 1, 2], strings=("unused", "shared"), columns=column)
    book, _ = read("a.xlsb", data)
    sheet = book.sheets[0]
    assert cells(sheet) == {
        "A1": ("text", "shared"),
        "B1": ("text", "inline"),
        "C1": ("text", "rich"),
        "A2": ("number", 3),
        "B2": ("number", 2.5),
        "C2": ("number", 0.1),
        "D2": ("boolean", True),
        "E2": ("error", "#REF!"),
        "G2": ("number", 2.5),
        "A3": ("number", 2),
        "B3": ("text", "made"),
        "D3": ("boolean", False),
        "E3": ("error", "#N/A"),
        "F3": ("date", datetime(2025, 3, 14)),
    }
    assert [sheet.state for sheet in book.sheets] == ["visible", "hidden", "very-hidden"]
    assert (sheet.merged, sheet.hidden_rows, sheet.hidden_columns) == ([(4, 1, 5, 2)], {3}, {2})


def test_another_reader_sees_the_same_binary_workbook(tmp_path):
    import python_calamine

    path = tmp_path / "a.xlsb"
    path.write_bytes(make.xlsb(binary_sheet(), strings=("unused", "shared")))
    seen = python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_name("Sheet1").to_python()
    assert seen[0][:2] == ["shared", "inline"]
    assert seen[1][:4] == [3, 2.5, 0.1, True]
    assert seen[2][:2] == [2, "made"]


def test_short_records_stand_right_of_the_last_cell(read):
    short = make.record(13, bytes(4) + rk(4)) + make.record(18, bytes(4) + struct.pack("<I", 0))
    data = make.xlsb(make.binary_row(0, make.binary_cell(2, 1, rk(3)), short), strings=("next",))
    book, _ = read("a.xlsb", data)
    assert cells(book.sheets[0]) == {"B1": ("number", 3), "C1": ("number", 4), "D1": ("text", "next")}


def test_1904_dates_and_missing_results_in_a_binary_workbook(read):
    row = make.binary_row(0, make.binary_cell(2, 0, rk(44268), style=1), make.binary_cell(9, 1, real(0) + bytes(10)))
    book, _ = read("a.xlsb", make.xlsb(row, flags=1, calc=1))
    assert cells(book.sheets[0]) == {"A1": ("date", datetime(2025, 3, 14)), "B1": ("formula", "=")}


def test_the_last_corner_of_a_binary_workbook(refused):
    sheet = make.binary_row(0, make.binary_cell(2, 0, rk(1))) + make.binary_row(
        1048575, make.binary_cell(2, 16383, rk(1))
    )
    finding = refused("a.xlsb", make.xlsb(sheet))
    assert (finding.code, finding.cell) == ("too-many-rows", "XFD1048576")


@pytest.mark.parametrize(
    "sheet",
    [
        make.binary_row(0, make.binary_cell(7, 0, struct.pack("<I", 9))),
        make.binary_row(0, make.binary_cell(6, 0, struct.pack("<I", 10_000) + b"x")),
        b"\x05\xff\xff\xff\x7fx",
        make.record(0, b"x"),
    ],
)
def test_damaged_binary_workbooks(refused, sheet):
    assert refused("a.xlsb", make.xlsb(sheet)).code == "file-broken"


# --- damage -----------------------------------------------------------------------------------------------------------


def damaged(content, chance):
    """The bytes with one to four of them changed, left out or added."""
    content = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(content))
        end = place + chance.choice((0, 1, 1, 9))
        content[place:end] = chance.choice((b"", b"\xff", b"\0", b"<", b"&", chance.randbytes(3)))
    return bytes(content)


def with_damaged_part(data, chance):
    """A workbook with one damaged part, in an archive that is whole."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        parts = {name: file.read(name) for name in file.namelist()}
    name = chance.choice(sorted(parts))
    return make.archive(parts | {name: damaged(parts[name], chance)})


@pytest.mark.parametrize("name", ["a.xlsx", "a.xlsb", "a.ods", "a.xls", "a.csv"])
def test_damage_is_read_or_refused_and_never_raised(tmp_path, name):
    chance = random.Random(name)
    sheet = make.rows('<c r="A1" t="s"><v>0</v></c><c r="B1" s="1"><v>45730</v></c>', '<c r="A2"><f>1</f></c>')
    whole = {
        "a.xlsx": lambda: make.xlsx(sheet, strings="<si><t>x</t></si>", formats=["d mmm"]),
        "a.xlsb": lambda: make.xlsb(binary_sheet(), strings=("unused", "shared")),
        "a.ods": lambda: make.ods(
            table(line(cell("time", "1", office__time_value="PT1H0M0S"), number_rows_repeated="3"))
        ),
        "a.xls": lambda: saved(old_workbook()),
        "a.csv": lambda: 'a,b,c\n1,"x\ny",3\né,"q""q",\n'.encode("cp1252"),
    }[name]()
    damage = damaged if name in ("a.xls", "a.csv") else with_damaged_part
    for _ in range(150):
        (tmp_path / name).write_bytes(damage(whole, chance))
        findings = Findings(name)
        book = read_book(tmp_path / name, findings=findings)
        assert (book is None) == bool(findings.codes - {"encoding-guessed", "csv-columns"})

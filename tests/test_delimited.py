"""From delimited text in any dialect and encoding to cells that are as written."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.ingest.books import Limits, read_book
from helpers.ingest.findings import Findings


@pytest.fixture
def read(tmp_path):
    def read(content, name="a.csv", encoding="utf-8", **limits):
        data = content if isinstance(content, bytes) else content.encode(encoding)
        path = tmp_path / name
        path.write_bytes(data)
        findings = Findings(name)
        return read_book(path, limits=Limits(**limits), findings=findings), findings

    return read


def texts(book):
    (sheet,) = book.sheets
    return {cell.address: cell.value for cell in sheet.cells.values()}


def grid(book):
    (sheet,) = book.sheets
    return [[cell.value for cell in row] for _, row in sheet.rows()]


HEADER = "region,stakeholder,rating"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_separators_and_line_endings(read, separator, ending):
    lines = [HEADER, "midlothian,A,3", 'midlothian,"B,;\t|",4', ""]
    content = ending.join(line.replace(",", separator) for line in lines[:2]) + ending
    content += f'midlothian{separator}"B,;\t|"{separator}4{ending}'
    book, findings = read(content)
    assert grid(book) == [["region", "stakeholder", "rating"], ["midlothian", "A", "3"], ["midlothian", "B,;\t|", "4"]]
    assert not findings.items


def test_every_cell_is_text_as_written(read):
    book, _ = read('a,b,c,d,e\nNA,null,None,007,\n" 3 ",1e5,TRUE,#REF!,=1+1\n')
    assert grid(book)[1:] == [["NA", "null", "None", "007"], [" 3 ", "1e5", "TRUE", "#REF!", "=1+1"]]
    (sheet,) = book.sheets
    assert sheet.name == ""
    assert {cell.address: cell.kind for cell in sheet.cells.values() if cell.kind != "text"} == {"D3": "error"}


def test_semicolons_with_decimal_commas(read):
    assert grid(read("indicator;value;lowercl\nx;1,5;1,2\ny;2,5;2,1\n")[0])[1] == ["x", "1,5", "1,2"]


def test_a_declared_separator_takes_no_row(read):
    assert texts(read("sep=|\na|b\n1|2\n")[0]) == {"A1": "a", "B1": "b", "A2": "1", "B2": "2"}


def test_rows_have_the_numbers_that_a_spreadsheet_program_gives_them(read):
    book, _ = read('a,b\n\n"one\ntwo",2\n,\n3,4\n')
    assert texts(book) == {"A1": "a", "B1": "b", "A3": "one\ntwo", "B3": "2", "A5": "3", "B5": "4"}


def test_a_trailing_separator_in_the_header_shifts_nothing(read):
    book, findings = read("region,stakeholder,rating,\nmidlothian,A,3\nmidlothian,B,4,\n")
    assert grid(book)[1:] == [["midlothian", "A", "3"], ["midlothian", "B", "4"]]
    assert not findings.items


def test_empty_fields_at_the_end_of_a_line_are_harmless(read):
    book, findings = read("region,stakeholder,rating\nmidlothian,A,3,,, \nmidlothian,B,4\n")
    assert [row[:3] for row in grid(book)[1:]] == [["midlothian", "A", "3"], ["midlothian", "B", "4"]]
    assert not findings.items


def test_a_line_with_other_fields_than_the_header_is_refused_and_not_shifted(read):
    book, findings = read("region,stakeholder,rating\nmidlothian,A,B,3\nmidlothian,4\nmidlothian,C,5\n")
    assert grid(book)[1:] == [["midlothian", "C", "5"]]
    assert book.sheets[0].refused_rows == {2, 3}
    assert [(finding.code, finding.cell, finding.expected) for finding in findings] == [
        ("csv-columns", "A2", "3 fields"),
        ("csv-columns", "A3", "3 fields"),
    ]
    assert "line 2 has 4 fields" in findings[0].message


def test_a_title_above_the_header_is_not_the_header(read):
    book, findings = read("Assessment of Midlothian\n\nregion,stakeholder,rating\nmidlothian,A,3\n")
    assert grid(book) == [["Assessment of Midlothian"], ["region", "stakeholder", "rating"], ["midlothian", "A", "3"]]
    assert not findings.items


def test_spaces_before_quotation_marks(read):
    assert grid(read('a, b, c\n1, "x, y", 3\n')[0]) == [["a", "b", "c"], ["1", "x, y", "3"]]


def test_quotation_marks_inside_a_field_stay(read):
    assert grid(read('a,b\n5" pipe,"say ""yes"", please"\n')[0])[1] == ['5" pipe', 'say "yes", please']


@pytest.mark.parametrize(
    "content",
    [
        f'{HEADER}\nmidlothian,A,3\nmidlothian,"B,4\nmidlothian,C,5\n',
        f'{HEADER}\nmidlothian,A,3\nmidlothian,"B,4\nmidlothian,C,5\nmidlothian,D",1\n',
        f'{HEADER}\nmidlothian,A,3\nmidlothian,"B,4\nmidlothian,C,5"\n',
        f'{HEADER}\nmidlothian,A,3\nmidlothian,"B, or C,4\nmidlothian,C,5"\n',
        f'{HEADER}\nmidlothian,A,3\nmidlothian,"B"x,4\n',
        f'{HEADER}\nmidlothian,A,3\nmidlothian,"B,4\nmidlothian,"C",5\n',
    ],
)
def test_stray_quotation_marks_are_named_by_their_line_and_swallow_nothing(read, content):
    book, findings = read(content)
    assert book is None
    (finding,) = findings
    assert (finding.code, finding.cell) == ("csv-quotes", "A3")
    assert "line 3" in finding.message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_encodings_that_say_what_they_are(read, encoding):
    book, findings = read("région;note\nFlandre;3\nŁódź;4\n", encoding=encoding)
    assert texts(book)["A1"] == "région"
    assert texts(book)["A3"] == "Łódź"
    assert not findings.items


@pytest.mark.parametrize(
    ("encoding", "named", "word"),
    [
        ("cp1252", "cp1252", "Begründung für „alle“ – größer"),
        ("latin-1", "cp1252", "País Vasco"),
        ("mac_roman", "mac_roman", "puntuación"),
        ("mac_roman", "mac_roman", "José"),
        ("cp1252", "cp1252", "José"),
        ("cp1252", "cp1252", "Förändringar pågår"),
        ("cp1250", "cp1250", "Gotowość do zmian"),
        ("cp1250", "cp1250", "Připravenost na změnu"),
        ("cp1257", "cp1257", "Pasirengimas pokyčiams, šalių ąžuolų ėjimas"),
        ("cp1253", "cp1253", "Ετοιμότητα"),
        ("cp850", "cp850", "Förändringar pågår"),
        ("utf-16-le", "utf-16-le", "größer"),
        ("utf-16-be", "utf-16-be", "größer"),
        ("utf-32-le", "utf-32-le", "größer"),
    ],
)
def test_encodings_that_are_told_from_the_bytes(read, encoding, named, word):
    book, findings = read(f"region;text\nx;{word}\n", encoding=encoding)
    assert texts(book)["B2"] == word
    (finding,) = findings
    assert (finding.code, finding.severity, finding.value) == ("encoding-guessed", "warning", named)


def test_damaged_utf8_is_not_read_as_something_else(read):
    content = "region,text\nx,größer\ny,äöü\n".encode()
    book, findings = read(content.replace("äöü".encode(), "äöü".encode()[:-1]))
    assert book is None
    (finding,) = findings
    assert finding.code == "file-encoding"
    assert "line 3" in finding.message


def test_a_mark_that_lies(read):
    assert read(b"\xff\xfea,b\n1")[1].codes == {"file-encoding"}


def test_zero_bytes_stay_where_they_are(read):
    book, _ = read("a,b\n3\0,x\n")
    assert texts(book)["A2"] == "3\0"


@pytest.mark.parametrize(
    ("content", "limits", "code", "cell"),
    [
        ("a,b\n1,2\n\n3,4\n", {"rows": 3}, "too-many-rows", "A4"),
        ("a,b,c\n1,2,3\n", {"columns": 2}, "too-many-columns", "C1"),
    ],
)
def test_limits(read, content, limits, code, cell):
    book, findings = read(content, **limits)
    assert book is None
    assert [(finding.code, finding.cell) for finding in findings] == [(code, cell)]


def test_a_very_long_field_is_read(read):
    assert len(texts(read(f'a,b\n"{"x" * 300_000}",2\n')[0])["A2"]) == 300_000


def test_only_blank_lines(read):
    book, findings = read("\n\n,,\n")
    assert grid(book) == []
    assert not findings.items


TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)
LINES = st.lists(st.text("abc äé'!", max_size=8), min_size=1, max_size=3).map("\n".join)


@settings(max_examples=150, deadline=None)
@given(
    table=st.integers(2, 5).flatmap(
        lambda width: st.lists(st.lists(TEXTS | LINES, min_size=width, max_size=width), min_size=1, max_size=6)
    ),
    separator=st.sampled_from(",;\t|"),
    ending=st.sampled_from(["\n", "\r\n", "\r"]),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
)
def test_what_a_writer_wrote_is_read_back(tmp_path_factory, table, separator, ending, quoting, encoding):
    header = [f"column{number}" for number in range(len(table[0]))]
    target = io.StringIO()
    writer = csv.writer(target, delimiter=separator, lineterminator=ending, quoting=quoting)
    if quoting == csv.QUOTE_MINIMAL:
        table = [[text.replace("\n", " ") for text in row] for row in table]
    table = [[" ".join(text.splitlines()) if text.startswith(' "') else text for text in row] for row in table]
    table = [[text.lstrip() if text.lstrip().startswith('"') else text for text in row] for row in table]
    writer.writerows([header, *table])
    path = tmp_path_factory.mktemp("csv") / "a.csv"
    path.write_bytes(target.getvalue().encode(encoding))
    findings = Findings("a.csv")
    book = read_book(path, findings=findings)
    assert not findings.items
    written = {(r, c): text for r, row in enumerate([header, *table], 1) for c, text in enumerate(row, 1) if text}
    assert {place: cell.value for place, cell in book.sheets[0].cells.items()} == written

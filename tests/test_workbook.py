"""The report's tables as an accessible workbook in which nothing from a file can run."""

import math
import re
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from xml.etree import ElementTree

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from helpers.batch import cells, inert, xlsx
from helpers.batch.workbook import Sheet, write_tables
from helpers.page import tables as page_tables
from test_inert import HOSTILE

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
NEEDS = pd.DataFrame(
    {
        "indicator": ["Emergency admissions", "=2+2", "Life expectancy"],
        "value": [10500.25, np.nan, 79.0],
        "n": pd.array([3, None, 0], dtype="Int64"),
        "date": pd.to_datetime(["2025-03-14", None, "2024-11-02"]),
        "is_illustrative": [True, False, True],
    }
)
COVER = {
    "title": "Midlothian: tables",
    "description": "Every table of the report.\nOne a sheet.",
    "notes": ["Ratings are ordinal."],
    "sources": ["ScotPHO, Open Government Licence v3.0"],
    "generated": date(2025, 3, 14),
}


def needs(**changes):
    fields = {
        "name": "needs",
        "title": "Midlothian beside Scotland",
        "description": "One row an indicator.\nRates are directly standardised.",
        "table": NEEDS,
        "units": {"value": "per 100,000"},
        "source": "ScotPHO",
    }
    return Sheet(**(fields | changes))


def written(tmp_path, *sheets, **cover):
    return write_tables(tmp_path / "tables.xlsx", sheets or [needs()], **(COVER | cover))


def grid(sheet, first_row=1):
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=first_row)]


def parts(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def assert_inert(path):
    """No formula, no external link, no macro, no defined name that could fetch anything; and text is text."""
    for name, content in parts(path).items():
        assert re.fullmatch(r"(\[Content_Types\]\.xml|(_rels|docProps|xl)/[\w./]+)", name), name
        tree = ElementTree.fromstring(content)
        assert not tree.findall(f".//{MAIN}f"), name
        assert not [element for element in tree.iter() if element.get("TargetMode") == "External"], name
        assert not [element for element in tree.iter(f"{MAIN}c") if element.get("t") in ("str", "e")], name
    for sheet in openpyxl.load_workbook(path):
        assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_the_sheets_are_cover_contents_notes_and_one_table_each(tmp_path):
    book = openpyxl.load_workbook(written(tmp_path, needs(), needs(name="Needs", title="Again")))
    assert book.sheetnames == ["Cover", "Contents", "Notes", "needs", "Needs_2"]
    assert book.active.title == "Cover"
    assert all(sheet.sheet_state == "visible" for sheet in book)
    assert grid(book["Cover"]) == [
        ["Midlothian: tables"],
        ["Every table of the report."],
        ["One a sheet."],
        ["Written on 14 March 2025."],
        ["How to read this workbook"],
        ["The sheet Contents lists every table with a link. Each table stands on a sheet of its own."],
        ["The sheet Notes says what the marks in square brackets mean."],
        ["Sources"],
        ["ScotPHO, Open Government Licence v3.0"],
    ]
    assert grid(book["Contents"], 3) == [
        ["Sheet", "Title", "Rows"],
        ["needs", "Midlothian beside Scotland", 3],
        ["Needs_2", "Again", 3],
    ]
    links = [book["Contents"].cell(row, 1).hyperlink.location for row in (4, 5)]
    assert links == ["'needs'!A1", "'Needs_2'!A1"]
    assert grid(book["Notes"], 3) == [
        ["Mark or note", "Meaning"],
        ["[x]", cells.SHORTHAND["[x]"]],
        ["[c]", cells.SHORTHAND["[c]"]],
        ["Note 1", "Ratings are ordinal."],
    ]


def test_a_table_stands_right_below_its_title_and_sentences(tmp_path):
    sheet = openpyxl.load_workbook(written(tmp_path))["needs"]
    assert [row[0] for row in grid(sheet)[:7]] == [
        "Midlothian beside Scotland",
        "This sheet holds one table with 3 rows.",
        "One row an indicator.",
        "Rates are directly standardised.",
        f"[x] {cells.SHORTHAND['[x]']}",
        "Source: ScotPHO",
        "Back to the contents",
    ]
    assert grid(sheet, 8) == [
        ["Indicator", "Value (per 100,000)", "N", "Date", "Is illustrative"],
        ["Emergency admissions", 10500.25, 3, datetime(2025, 3, 14), "yes"],
        ["=2+2", "[x]", "[x]", "[x]", "no"],
        ["Life expectancy", 79, 0, datetime(2024, 11, 2), "yes"],
    ]
    assert [cell.number_format for cell in sheet[9]] == ["General", "#,##0.0", "0", "yyyy-mm-dd", "General"]
    assert [cell.alignment.horizontal for cell in sheet[10]] == [None, "right", "right", "right", None]


def test_every_table_is_marked_up_and_nothing_hinders_a_screen_reader(tmp_path):
    path = written(tmp_path, needs(), needs(name="a b/c'd"))
    book = openpyxl.load_workbook(path)
    for sheet in book:
        assert not sheet.merged_cells.ranges
        assert sheet.freeze_panes is None
        assert sheet["A1"].style == "Heading 1"
        rows = grid(sheet)
        assert all(row[0] is not None for row in rows)
        faces = {(cell.font.name, cell.font.size) for row in sheet.iter_rows() for cell in row if cell.value}
        assert faces <= {("Arial", 12), ("Arial", 14), ("Arial", 18)}
    for sheet in book.worksheets[1:]:
        (table,) = sheet.tables.values()
        top = int(re.search(r"\d+", table.ref)[0])
        assert table.ref.startswith("A") and table.ref.endswith(str(sheet.max_row))
        assert table.autoFilter is None
        assert table.headerRowCount == 1
        assert table.column_names == [cell.value for cell in sheet[top]]
        assert all(cell.value is not None for row in sheet.iter_rows(min_row=top) for cell in row)
    names = [table.displayName for sheet in book for table in sheet.tables.values()]
    assert names == ["table_of_contents", "table_of_notes", "table_needs", "table_a_b_c_d"]
    assert (book.properties.title, book.properties.language) == ("Midlothian: tables", "en-GB")


def test_hostile_text_is_text_everywhere(tmp_path):
    table = pd.DataFrame({text: [text, *HOSTILE, "#REF!", "TRUE", "007", "1/2"] for text in HOSTILE})
    sheet = needs(name="=1+1", title=HOSTILE[1], description="=2", table=table, source="=3", units={"=1+1": "=4"})
    path = written(tmp_path, sheet, title="=5", description="=6", notes=HOSTILE, sources=HOSTILE)
    assert_inert_but_own_links(path)
    page = openpyxl.load_workbook(path)["1_1"]
    assert page["A1"].value == HOSTILE[1] and page["A1"].quotePrefix
    column = [row[0] for row in grid(page, 7)]
    assert column == [HOSTILE[0], *map(inert.plain_text, HOSTILE), "#REF!", "TRUE", "007", "1/2"]
    assert all(cell.data_type == "s" for row in page.iter_rows(min_row=6) for cell in row)


def assert_inert_but_own_links(path):
    assert_inert(path)
    for sheet in openpyxl.load_workbook(path):
        links = [cell.hyperlink for row in sheet.iter_rows() for cell in row if cell.hyperlink]
        assert all(link.target is None and re.fullmatch(r"'[\w-]+'!A1", link.location) for link in links)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.text(st.characters(exclude_categories=())), st.sampled_from(HOSTILE)), min_size=1),
    st.text(),
    st.text(),
)
def test_any_text_comes_back_as_the_same_text(tmp_path, rows, heading, name):
    texts = [text for text, _ in rows]
    table = pd.DataFrame({heading: texts, "other": [start + text for text, start in rows]}, dtype=object)
    path = written(tmp_path, needs(name=name, table=table))
    assert_inert_but_own_links(path)
    sheet = openpyxl.load_workbook(path).worksheets[3]
    found = [[unescape(value) for value in row] for row in grid(sheet)[-len(rows) :]]
    plain = [inert.plain_text(text) for text in texts]
    assert [row[0] for row in found] == [text if text.strip() else "[x]" for text in plain]
    assert [row[1] for row in found] == [inert.plain_text(start + text) for text, start in rows]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "[x]"),
        (pd.NA, "[x]"),
        (pd.NaT, "[x]"),
        (math.nan, "[x]"),
        (math.inf, "[x]"),
        ("", "[x]"),
        (" \n", "[x]"),
        ("[c]", "[c]"),
        (0, 0),
        (np.int64(5), 5),
        (np.float64(0.5), 0.5),
        (Decimal("1.5"), 1.5),
        (np.bool_(True), "yes"),
        (False, "no"),
        (10**15, "1000000000000000"),
        (date(2025, 3, 14), date(2025, 3, 14)),
        (pd.Timestamp("2025-03-14"), date(2025, 3, 14)),
        (pd.Timestamp("2025-03-14 09:30:15.5", tz="Europe/London"), datetime(2025, 3, 14, 9, 30, 15)),
        (date(1850, 1, 1), "1850-01-01"),
        (["a", 1], "['a', 1]"),
    ],
)
def test_what_a_value_becomes(value, expected):
    found = cells.written_value(value)
    assert (found, type(found)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([1, 2, 2025], "0"),
        ([0, 12_345], "#,##0"),
        ([1.0, 3.0], "0"),
        ([78.9, 81.25], "0.0"),
        ([1.5, 2.25], "0.00"),
        ([0.123456, 0.5], "0.000"),
        ([1234.5, 0.0341], "0.000"),
        ([0.0], "0"),
        ([1e-9], "0"),
        (["a", "[x]"], ""),
        ([date(2025, 1, 1)], "yyyy-mm-dd"),
        ([datetime(2025, 1, 1, 9)], "yyyy-mm-dd hh:mm"),
    ],
)
def test_the_number_format_follows_from_the_figures(values, expected):
    assert cells.column("x", values).number_format == expected


def test_headings_are_words_and_differ():
    asked = [("share_at_median", "%"), ("Share at median (%)", ""), ("", ""), ("a\nb\x00", "")]
    found = cells.headings(asked)
    assert found == ["Share at median (%)", "Share at median (%) 2", "Column", "A b"]


def test_sheet_names_are_legal_and_differ():
    taken = {"cover"}
    asked = ["Cover", "history", "a/b:c*d?e[f]", "", "'''", "x" * 40, "X" * 40, "Bewertung – Überblick", "😀"]
    assert [xlsx.unique_name(name, taken) for name in asked] == [
        "Cover_2",
        "history_2",
        "a_b_c_d_e_f",
        "Table",
        "Table_2",
        "x" * 31,
        "X" * 26 + "_2",
        "Bewertung_Überblick",
        "Table_3",
    ]


def test_a_long_text_is_cut_and_says_so_and_codes_are_not_taken_for_characters():
    assert xlsx.cell_text("é" * 40_000) == "é" * 32_766 + "…"
    assert len(xlsx.cell_text("😀" * 40_000).encode("utf-16-le")) // 2 <= 32_767
    assert xlsx.cell_text("_x0041_ and _x41_") == "_x005F_x0041_ and _x41_"


def test_a_table_without_rows_says_so_and_stays_a_table(tmp_path):
    path = written(tmp_path, needs(table=NEEDS.head(0)))
    sheet = openpyxl.load_workbook(path)["needs"]
    assert sheet["A2"].value == "This sheet holds one table with no row, since there is nothing to show."
    assert sheet.tables["table_needs"].ref == "A7:E8"
    assert sheet.tables["table_needs"].insertRow


def test_a_workbook_without_tables_is_still_one(tmp_path):
    book = openpyxl.load_workbook(write_tables(tmp_path / "none.xlsx", [], **COVER))
    assert book.sheetnames == ["Cover", "Contents", "Notes"]
    assert book["Contents"]["A2"].value == "This workbook holds no table."


MADE = [date(2025, 3, 14), datetime(2025, 3, 14, 9, 30, tzinfo=UTC), "14 March 2025"]


@pytest.mark.parametrize("generated", MADE)
def test_the_same_tables_give_the_same_bytes(tmp_path, generated):
    first = written(tmp_path, generated=generated).read_bytes()
    assert written(tmp_path, generated=generated).read_bytes() == first
    with zipfile.ZipFile(BytesIO(first)) as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
    book = openpyxl.load_workbook(BytesIO(first))
    assert book.properties.created.date() == book.properties.modified.date() == date(2025, 3, 14)
    assert book["Cover"]["A4"].value == "Written on 14 March 2025."


def test_a_failed_write_leaves_the_old_file_and_no_scrap(tmp_path, monkeypatch):
    path = written(tmp_path)
    before = path.read_bytes()

    def full_disk(_):
        raise OSError("No space left on device")

    monkeypatch.setattr("os.fsync", full_disk)
    with pytest.raises(OSError, match="No space"):
        written(tmp_path, title="Other")
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_table_without_columns_is_refused(tmp_path):
    with pytest.raises(ValueError, match="'needs' has no column"):
        written(tmp_path, needs(table=pd.DataFrame(index=[0, 1])))
    assert list(tmp_path.iterdir()) == []


def test_the_table_given_is_not_changed(tmp_path):
    before = NEEDS.copy(deep=True)
    written(tmp_path)
    pd.testing.assert_frame_equal(NEEDS, before)


def test_a_table_of_the_page_becomes_a_sheet(tmp_path):
    days = pd.to_datetime(["2025-03-14", None])
    frame = pd.DataFrame({"what": ["a", "b"], "on": days, "n": [3, 4], "v": [0.25, None]})
    columns = (
        page_tables.Column("what", "What"),
        page_tables.Column("on", "Date", "date"),
        page_tables.Column("n", "People", "integer"),
        page_tables.Column("v", "Rate", "number", unit="per 1,000", decimals=2),
    )
    said = {"name": "x", "title": "X", "description": "One. Two, e.g. three.", "source": "S"}
    block = page_tables.table(frame, columns, **said)
    sheet = openpyxl.load_workbook(written(tmp_path, Sheet.from_block(block.data)))["x"]
    assert [sheet.cell(row, 1).value for row in (3, 4)] == ["One.", "Two, e.g. three."]
    assert grid(sheet)[-3:] == [
        ["What", "Date", "People", "Rate (per 1,000)"],
        ["a", datetime(2025, 3, 14), 3, 0.25],
        ["b", "[x]", 4, "[x]"],
    ]
    assert sheet.cell(sheet.max_row - 1, 4).number_format == "#,##0.00"

"""Figures in prose: what is found in a few literal sentences, what is left alone, and the documents that are read."""

import datetime as dt
import json
from pathlib import Path

import pytest
from docx import Document

from helpers.ingest import kinds, report, texts
from helpers.ingest.books import Limits
from helpers.ingest.findings import known_codes
from helpers.ingest.text_blocks import read_blocks
from helpers.ingest.text_checks import check_blocks

TODAY = dt.date(2026, 3, 14)
PLAN = sorted((Path(__file__).resolve().parents[2] / "shared" / "seeds").glob("004*.txt"))


def found(text):
    """The codes and places of what is wrong with a text."""
    return check_blocks(read_blocks("text", text.encode(), Limits()), TODAY)


def codes(text):
    return [one.code for one in found(text)]


# --- shares of people who were asked ---


@pytest.mark.parametrize(
    "text",
    [
        "56 % said that they find services by word of mouth.",
        "Of the residents who responded, 37 per cent agreed that support is easy to get.",
        "We asked people what they had used recently:\n\n- GP team (64%)\n- Pharmacy (61%)",
        "Respondents told us what matters (Midlothian):\n\nBeing listened to\n\n68%\n\nBeing asked\n\n63%",
    ],
)
def test_a_share_of_people_asked_needs_their_number(text):
    assert codes(text) == ["text-share-without-base"]


@pytest.mark.parametrize(
    "text",
    [
        "56 % of 412 respondents said that they find services by word of mouth.",
        "56 % said so (n = 412).",
        "We asked 1,024 local residents. 56 % said that it is by word of mouth.",
        "412 people took part in our Citizens' Panel survey.\n\nMore.\n\nMore.\n\n37% of the panel agreed.",
        "In October 2023, 2.2% of residents aged 16-64 were claiming Universal Credit.",
        "1.8% of the population belonged to a minority ethnic community.",
        "They said that waiting times had increased by 12%.",
        "We are asked to save 3% more than last year.",
    ],
)
def test_a_share_with_its_base_and_one_of_nobody_asked_are_left_alone(text):
    assert codes(text) == []


def test_a_list_is_one_finding_at_its_first_share():
    (one,) = found("Asked what they had used, people said:\n\n- GP team (64%)\n- Pharmacy (61%)\n")

    assert (one.place, one.value) == ("line 3", "64%, 61%")


def test_a_year_is_not_the_number_of_people():
    assert codes("The national survey 2023/24 asked people about caring: 37% agreed.") == ["text-share-without-base"]
    assert codes("In 2023 people told us a lot; 37% agreed.") == ["text-share-without-base"]


# --- growth ---


def test_two_forecasts_of_the_same_thing_contradict_each_other():
    (one,) = found(
        "The population of Midlothian could increase by 27% by 2036.\n\n"
        "We anticipate a population increase in Midlothian of approximately 40% over the next 10 years."
    )

    assert (one.code, one.place, one.value) == ("text-growth-contradicts", "line 3", "40%")
    assert one.message == "population: 27% to 2036 in line 1, but about 40% to 2036 in line 3"


@pytest.mark.parametrize(
    "second",
    [
        "The number of homes could increase by 40% by 2036.",
        "The population aged 75 and over could increase by 40% by 2036.",
        "The population could increase by about 28% over the next ten years.",
        "The population increased by 40% between 1981 and 2021.",
        "The population could increase.",
    ],
)
def test_forecasts_of_other_things_and_times_are_left_alone(second):
    assert codes(f"The population of Midlothian could increase by 27% by 2036.\n\n{second}") == []


def test_a_change_has_to_be_that_of_its_own_two_figures():
    (one,) = found("Attendances rose from 1,000 to 1,500, an increase of 20%.")

    assert (one.code, one.expected) == ("text-growth-contradicts", "50%")
    assert codes("Attendances rose from 1,000 to 1,203, an increase of 20%.") == []
    assert codes("Exposure to smoke has fallen from 38.46% in 2002, to 6.82% in 2023.") == []


# --- dates ---


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("It runs until 31st April 2035.", "31st April 2035"),
        ("Replies by 31 June 2025.", "31 June 2025"),
        ("Replies by 30 February.", "30 February"),
        ("It met on 29 February 2025.", "29 February 2025"),
        ("It was signed on 2025-13-01.", "2025-13-01"),
        ("It was signed on 31/06/2025.", "31/06/2025"),
        ("The budget of the financial year 2022/24 is short.", "financial year 2022/24"),
        ("It runs from 2030 to 2025.", "from 2030 to 2025"),
        ("The plan 2035-2025 is new.", "2035-2025"),
        ("From 1 May 2025 until 31 March 2025 it is free.", "1 May 2025 until 31 March 2025"),
    ],
)
def test_a_date_that_cannot_be_is_named(text, said):
    (one,) = found(text)

    assert (one.code, one.value) == ("text-date-impossible", said)


@pytest.mark.parametrize(
    "text",
    [
        "It runs from 1st May 2025 to 30 April 2035 and on 29 February 2024 and 12/31/2024 too.",
        "The plan 2023/27 and the strategies of 2025-2035 and 2019/21 (three years) hold.",
        "Call 0131 271 3402 or see section 31.6 of the Act 2014.",
        "We may 31 times a year; the budget is £2025-2024.",
        "Between 5 and 3 people, or pages 2030 to 2025a.",
    ],
)
def test_dates_that_exist_and_numbers_that_are_none_are_left_alone(text):
    assert "text-date-impossible" not in codes(text)


def test_what_was_announced_for_a_time_that_has_passed_is_named():
    assert codes("We aim to have this completed by autumn 2025.") == ["text-date-past"]
    assert codes("It builds on the Falls Strategy (expected August 2024).") == ["text-date-past"]
    assert codes("We aim to have this completed by autumn 2026.") == []
    assert codes("It was expected in 2024. We will build on what was done in the strategy.") == []


def test_what_is_called_the_newest_must_not_be_old():
    assert codes("The 2011 census provides the most recent view of ethnicity.") == ["text-figure-stale"]
    assert codes("The 2022 census provides the most recent view of ethnicity.") == []
    assert codes("Asthma is at its lowest since 2002; the Act 2014 is current.") == []


def test_a_change_is_found_where_each_end_has_its_year():
    (one,) = found("The population grew from 90,000 in 2014 to 96,000 in 2022, an increase of 12 %.")

    assert (one.code, one.value, one.expected) == ("text-growth-contradicts", "12 %", "6.67%")
    assert codes("The population grew from 90,000 in 2014 to 96,000 in 2022, an increase of 7 %.") == []
    assert codes("It runs from 2014 to 2022; attendances saw an increase of 12 %.") == []


def test_the_place_is_the_line_in_which_the_figure_stands():
    wrapped = (
        "The plan is long. It be-\ngan early and runs\nuntil **31st April** 2035. There are over 500\nvoluntary "
        "groups.\n\nLater there are at least\n700 voluntary groups."
    )
    assert [(one.code, one.place) for one in found(wrapped)] == [
        ("text-date-impossible", "line 3"),
        ("text-counts-differ", "line 7"),
    ]
    assert "in line 3, but" in found(wrapped)[1].message
    assert [one.place for one in found("People told us a lot.\nOf them\n37% agreed.")] == ["line 3"]
    (growing,) = found("The population could\nincrease by 27% by 2036.\n\nThe population could grow\nby 40% by 2036.")
    assert growing.message == "population: 27% to 2036 in line 2, but 40% to 2036 in line 5"


# --- shares that cannot be ---


@pytest.mark.parametrize(
    ("text", "place", "expected"),
    [
        ("We reached 1,250 of 5,000\ncarers (35%).", "line 2", "25%"),
        ("We reached 35% of carers (1,250 of 5,000).", "line 1", "25%"),
        ("We reached 35 % (1,250 out of 5,000 carers).", "line 1", "25%"),
        ("12 of the 48 homes, or 30 per cent, have one.", "line 1", "25%"),
        ("12 of 48 homes (about 40%) have one.", "line 1", "25%"),
        ("120% of people have a plan.", "line 1", "at most 100%"),
        ("In all, 104.5 per cent of the residents have one.", "line 1", "at most 100%"),
    ],
)
def test_a_share_that_cannot_be_is_named(text, place, expected):
    (one,) = (one for one in found(text) if one.code != "text-share-without-base")

    assert (one.code, one.place, one.expected) == ("text-share-impossible", place, expected)


@pytest.mark.parametrize(
    "text",
    [
        "We reached 1,250 of 5,000 carers (25%).",
        "We reached 1,200 of 3,500 carers (34.7%), or 1 of 3 carers (33%).",
        "We reached 1,000 of 3,000 carers (35%), which both may be rounded.",
        "12 of 48 homes (about 23%) have one; 2 of 3 homes (67%) too, and 2 of 3 (66%).",
        "It was 3 of 2024 (12%), and 5 of 20 homes in rural areas (12%).",
        "We have 120% of the staff we planned; 150% of capacity; 120% of people expected came.",
        "100% of people have a plan, and a rise of 120% is a lot.",
        "It costs £12 of 48 (30%).",
    ],
)
def test_shares_that_can_be_and_others_are_left_alone(text):
    assert codes(text) == []


# --- shares that make up a whole ---


@pytest.mark.parametrize(
    "text",
    [
        "Of 90 people, 64% travelled less than 15 minutes, 29% 15 to 30 minutes and 18% more than 30 minutes.",
        "n = 90\n\n64% travelled less than 15 minutes, 29% 15 to 30 minutes.\n\n18% took more than 30 minutes.",
        "The budget is made up of hospital (45%), care at home (30%) and other (18%).",
        "Broken down by sector:\n\n- health 45%\n- care 30%\n- other 37%",
    ],
)
def test_shares_of_a_named_whole_that_do_not_add_up_are_reported(text):
    assert codes(text) == ["text-shares-do-not-add-up"]


@pytest.mark.parametrize(
    "text",
    [
        "Of 90 people, 64% travelled less than 15 minutes, 29% 15 to 30 minutes and 8% more than 30 minutes.",
        "The budget is made up of hospital (45%), care at home (37%) and other (18%).",
        "Of 90 people 58% come by car, with 23% walking and only 11% using public transport.",
        "Claims are 2.2%, with more male (2.6%) claimants than female (1.8%).",
        "Of 412 people:\n\n- GP team (64%)\n- Pharmacy (61%)\n- Dentist (30%)",
    ],
)
def test_shares_that_add_up_by_rounding_or_are_no_parts_are_left_alone(text):
    assert codes(text) == []


# --- counts ---


def test_two_counts_of_the_same_thing_are_reported():
    (one,) = found("There are over 500 voluntary groups.\n\nMidlothian has at least 700 voluntary groups.")

    assert (one.code, one.place) == ("text-counts-differ", "line 3")
    assert one.message == "over 500 voluntary groups in line 1, but at least 700 voluntary groups in line 3"


@pytest.mark.parametrize(
    "text",
    [
        "There are over 500 voluntary groups.\n\nThere are 228 registered charities and 40 groups.",
        "In 2012 there were 900 care staff.\n\nIn 2021 there were 1,100 care staff.",
        "There are about 500 voluntary groups.\n\nThere are 510 voluntary groups.",
        "There are 40 home helps and 60 home helps in training.",
        "It takes 20 minutes walking.\n\nIt takes 45 minutes walking.",
        "The 2011 census figures and the 2022 census figures differ.",
    ],
)
def test_counts_of_other_things_or_times_are_left_alone(text):
    assert codes(text) == []


# --- documents ---

SENTENCE = "It runs until 31st April 2035."


def checked(path):
    return [(one.code, one.cell) for one in texts.check_text(path, today=TODAY)]


def pdf(*lines):
    """A PDF of one page with a line of text each, written by hand."""
    text = " T* ".join(f"({line}) Tj" for line in lines)
    stream = f"BT /F1 12 Tf 14 TL 50 700 Td {text} ET".encode()
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    body, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        places.append(len(body))
        body += b"%d 0 obj%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 6\n0000000000 65535 f \n" + table
    return body + head + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(body)


def test_a_word_document_is_read_with_its_lists_and_tables(tmp_path):
    document = Document()
    document.add_paragraph("A plan")
    document.add_paragraph(SENTENCE)
    document.add_paragraph("We asked people:")
    document.add_paragraph("GP team (64%)", style="List Bullet")
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Ends", "30 February 2026"
    document.save(tmp_path / "plan.docx")

    assert checked(tmp_path / "plan.docx") == [
        ("text-date-impossible", "paragraph 2"),
        ("text-date-impossible", "table at paragraph 5"),
        ("text-share-without-base", "paragraph 4"),
    ]


def test_a_pdf_is_read_page_by_page(tmp_path):
    (tmp_path / "plan.pdf").write_bytes(pdf("A plan", "", SENTENCE))

    assert [code for code, _ in checked(tmp_path / "plan.pdf")] == ["text-date-impossible"]
    assert checked(tmp_path / "plan.pdf")[0][1].startswith("page 1, line ")


def test_markdown_is_read_without_its_marks(tmp_path):
    (tmp_path / "plan.md").write_text("# A plan\nIt runs until **31st April** 2035, see [the act](x).\n")

    assert checked(tmp_path / "plan.md") == [("text-date-impossible", "line 2")]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("plan.pdf", b"%PDF-1.4 nothing more", "file-broken"),
        ("plan.pdf", b"plain text", "file-type"),
        ("plan.docx", b"PK\x03\x04 nothing more", "file-broken"),
        ("plan.docx", b"plain text", "file-type"),
        ("plan.md", b"\x00\x01\x02" * 50, "file-type"),
        ("plan.md", b"", "file-empty"),
        ("plan.md", b" \n", "text-none"),
    ],
)
def test_what_is_no_document_is_one_finding(name, content, code, tmp_path):
    (tmp_path / name).write_bytes(content)

    assert [one for one, _ in checked(tmp_path / name)] == [code]


def test_a_workbook_under_another_name_is_refused(tmp_path):
    from openpyxl import Workbook

    Workbook().save(tmp_path / "book.xlsx")
    (tmp_path / "book.xlsx").rename(tmp_path / "plan.docx")

    assert [one for one, _ in checked(tmp_path / "plan.docx")] == ["file-type"]


def test_atlas_check_reads_the_texts_that_are_named(tmp_path):
    for name in ("plan.md", "plan.txt"):
        (tmp_path / name).write_text(f"A plan\n\n{SENTENCE}\n")
    (tmp_path / "plan.pdf").write_bytes(pdf("A plan", SENTENCE))
    table = tmp_path / "table.txt"
    table.write_text("area_code,indicator,period,value\nS12000019,population_census,2022,96600\n")
    checked_files = json.loads(json.dumps(report.check_paths([*sorted(tmp_path.glob("plan*")), table])))["files"]

    assert [[one["code"] for one in file["findings"]] for file in checked_files] == [["text-date-impossible"]] * 3 + [
        []
    ]
    assert checked_files[-1]["rows"]["used"] == 1
    assert "line 3: there is no day 31 in April 2035" in report.as_text(report.check_paths(tmp_path / "plan.md"))


def test_a_table_with_wrong_column_names_is_not_taken_for_prose(tmp_path):
    (tmp_path / "table.txt").write_text("name,colour\nAnna,blue\nBert,red\n")
    (file,) = report.check_paths(tmp_path / "table.txt")["files"]

    assert [one["code"] for one in file["findings"]] == ["header-missing"]


@pytest.mark.parametrize(
    "text",
    [
        "The population grew to 96,000.\n\nJourneys: 60% take less than 15 minutes, 35% take 15 to 30 minutes; and 15% "
        "take more than 30 minutes.\n",
        "A plan, at last\n\nIt is long, and wordy\n",
        "Carers,\nand their families, told us\n",
        "96,000 people\n\n12,500 carers\n",
        "Health; care\n\nHousing; work\n",
        "One line, of two parts.\n",
    ],
)
def test_prose_whose_lines_hold_commas_is_no_table(text, tmp_path):
    (tmp_path / "plan.txt").write_text(text)

    assert kinds.is_prose(tmp_path / "plan.txt", Limits(large_text=True))


@pytest.mark.parametrize(
    "text",
    [
        "name,colour\nAnna,blue\n",
        "name\tcolour\nAnna\tblue\n",
        "stakeholder, dimension, rating\nA, Funding, 3\n",
        "area_code,indicator,period,value\nS12000019,population_census,2022,96600\n",
        "year2024,year2025\n1,2\n",
    ],
)
def test_a_table_in_a_text_file_is_no_prose(text, tmp_path):
    (tmp_path / "table.txt").write_text(text)

    assert not kinds.is_prose(tmp_path / "table.txt", Limits(large_text=True))


def test_every_code_of_a_text_is_declared():
    declared = {code for code in known_codes() if code.startswith("text-")}

    assert {"text-share-without-base", "text-counts-differ", "text-none"} <= declared


@pytest.mark.skipif(not PLAN, reason="the plan is not beside the project")
def test_the_plan_of_midlothian_has_exactly_the_findings_that_were_judged_by_hand():
    by_code = {}
    for one in texts.check_text(PLAN[0], today=TODAY):
        by_code.setdefault(one.code, []).append(one.cell)

    assert by_code == {
        "text-date-impossible": ["line 72"],
        "text-figure-stale": ["line 361"],
        "text-date-past": ["line 538", "line 596", "line 700"],
        "text-share-without-base": [
            f"line {line}" for line in (190, 244, 296, 326, 335, 343, 401, 414, 418, 458, 462)
        ],
        "text-growth-contradicts": ["line 371"],
        "text-counts-differ": ["line 498"],
    }  # fmt: skip


def test_the_last_word_on_a_text_is_not_that_it_can_be_used(tmp_path):
    (tmp_path / "plan.md").write_text("A plan without figures.\n")
    (tmp_path / "table.csv").write_text("area_code,indicator,period,value\nS12000019,population_census,2022,96600\n")
    alone, both = (
        report.as_text(report.check_paths([tmp_path / name for name in names])).splitlines()[-1]
        for names in (["plan.md"], ["plan.md", "table.csv"])
    )

    assert alone == "What the check does not name in a text may still be wrong."
    assert both == f"All 2 files can be used. {alone}"


@pytest.mark.parametrize(
    "second",
    [
        "The plan expects growth of the population of about 40% in ten years.",
        "The population is expected to grow by about 40% in 10 years.",
    ],
)
def test_so_many_years_ahead_may_be_said_shortly_where_it_is_expected(second):
    (one,) = found(f"The population could grow by 27% by 2036.\n\n{second}")

    assert one.code == "text-growth-contradicts"
    assert codes("The population could grow by 27% by 2036.\n\nThe population grew by 40% in ten years.") == []

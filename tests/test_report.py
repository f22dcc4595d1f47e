"""The page that a reader gets: whole, inert, offline."""

from datetime import UTC, datetime

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from helpers.batch import report
from helpers.batch.chapters import read_chapter
from helpers.page import blocks, tables
from helpers.reference.regions import region

LOADS = "url(example) @import 'x' No description has been provided for this image"
HOSTILE = LOADS + " <script>alert(1)</script><img src=x onerror=alert(1)> $ $x _Anna & \"' {{ 7*7 }} ‮"
SVG = '<svg viewBox="0 0 10 10" role="img" aria-labelledby="{p}-t"><title id="{p}-t">t</title><text>{t}</text></svg>'


def shown(block) -> nbformat.NotebookNode:
    return new_code_cell("x", execution_count=1, outputs=[new_output("display_data", data=block._repr_mimebundle_())])


def drawn(anchor: str, title: str):
    wide, narrow = (SVG.format(p=f"{anchor}-{size}", t="12") for size in ("w", "n"))
    return blocks.figure(anchor=anchor, title=title, subtitle="Level 0-5", alt="A chart", wide=wide, narrow=narrow)


def chapter(*extra) -> object:
    notebook = new_notebook(
        cells=[
            new_markdown_cell("# How mature?\nThe lead."),
            new_markdown_cell("## Data"),
            *[shown(block) for block in extra],
            new_markdown_cell("## Profile\nLook for the line."),
            shown(drawn("profile", "Three are strong")),
            new_markdown_cell("Medians.", metadata={"tags": ["method"]}),
            new_markdown_cell("## Nothing here\nOnly a guide."),
            new_markdown_cell("## Sources and limits"),
            shown(blocks.words("A limit.")),
        ]
    )
    return read_chapter(notebook, "01_maturity")


def page(*extra, **changes) -> str:
    composed = report.compose(
        region("midlothian"),
        [chapter(*extra)],
        made=datetime(2026, 3, 1, tzinfo=UTC),
        missing=[],
        in_print=None,
    )
    for name, value in changes.items():
        setattr(composed, name, value)
    return report.render(composed)


def test_a_notebook_becomes_sections_whose_heading_is_the_finding():
    made = chapter()
    assert (made.title, made.lead) == ("How mature?", "The lead.")
    assert [(section.title, section.finding) for section in made.sections] == [("Profile", "Three are strong")]
    assert [block["text"] for block in made.of_kind("words")] == ["A limit."]


def test_sections_without_data_become_one_sentence_each_under_the_data():
    made = chapter(blocks.words("Twelve took part."), blocks.absent("There is one wave."), blocks.absent("No plan."))
    assert [section.title for section in made.sections] == ["Profile", "The data behind this chapter"]
    assert [b["text"] for b in made.sections[-1].blocks if b["kind"] == "words"] == [
        "Twelve took part.",
        "There is one wave. No plan.",
    ]


def test_the_page_holds_the_finding_the_method_and_the_limit():
    text = page()
    for part in ("Three are strong", "How this was worked out", "A limit.", "Midlothian", "1 March 2026"):
        assert part in text


def test_text_from_a_file_is_inert_wherever_it_is_shown():
    import pandas as pd

    frame = pd.DataFrame({"dimension": [HOSTILE], "rating": [3], "file": [HOSTILE], "sheet": ["s"], "cell": ["A1"]})
    columns = [tables.Column("dimension", HOSTILE), tables.Column("rating", "Rating", "integer")]
    table = tables.table(frame, columns, name="t", title=HOSTILE, description=HOSTILE)
    said = blocks.quotes(HOSTILE, [(HOSTILE, HOSTILE, [(HOSTILE, HOSTILE)])])
    text = page(blocks.words(HOSTILE), table, said, blocks.notices([("note", HOSTILE, "")]))
    assert text.count("<script") == 1 and "<img" not in text and "7*7" in text
    assert "<script>alert" not in table.html + said.html


@pytest.mark.parametrize(
    "fault",
    [
        '<img src="https://example.org/x.png" alt="x">',
        '<link rel="stylesheet" href="x.css">',
        '<a href="javascript:alert(1)">x</a>',
        '<p onclick="x()">x</p>',
        "<style>@import 'x.css'</style>",
        '<p style="background:url(x.png)">x</p>',
        "<script>1</script><script>2</script>",
        '<p id="a"></p><p id="a"></p>',
        '<iframe src="data:image/png"></iframe>',
        '<img src="data:image/png;base64,AA">',
        '<img src="data:image/png;base64,AA" alt="No description has been provided for this image">',
        '<svg><rect fill="url(https://example.org/x)"/></svg>',
    ],
)
def test_a_page_that_breaks_a_promise_is_not_published(fault):
    with pytest.raises(report.PageUnfit):
        report.check_page(f"<html><body>{fault}</body></html>")


def test_plain_links_to_other_places_are_allowed():
    report.check_page('<a href="https://example.org">x</a><svg><use href="#a"/></svg>')


def test_a_region_name_cannot_leave_the_print_style():
    text = page(region_name='A"; } body { display: none } /* </style><b>')
    style = text[text.index("<style>") : text.index("</style>")]
    assert (
        "display: none }" not in style.replace(".rail, .skip, summary { display: none; }", "").split("@bottom-left")[1]
    )
    assert text.count("</style>") == 1


def test_a_table_says_where_each_row_came_from_and_links_to_the_file():
    import pandas as pd

    frame = pd.DataFrame(
        {"d": ["Funding"], "r": [2], "file": ["m_2025.xlsx"], "sheet": ["assessment"], "cell": ["F12"]}
    )
    block = tables.table(
        frame, [tables.Column("d", "Dimension"), tables.Column("r", "Rating", "integer")], name="r", title="R"
    )
    assert block.data["rows"] == [["Funding", 2, "m_2025.xlsx › assessment!F12"]]
    assert '<a class="place" href="#source-m-2025-xlsx">m_2025.xlsx › assessment!F12</a>' in block.html


def test_the_file_of_most_rows_is_named_once_above_them_and_any_other_in_its_row():
    import pandas as pd

    cells = ["F12", "F13", "C3"]
    frame = pd.DataFrame({"d": list("abc"), "file": ["a.csv", "a.csv", "<b>.csv"], "sheet": "", "cell": cells})
    block = tables.table(frame, [tables.Column("d", "Dimension")], name="r", title="R", folded=False)
    assert [row[1] for row in block.data["rows"]] == ["a.csv › F12", "a.csv › F13", "<b>.csv › C3"]
    text = page(block)
    assert 'are cells of <a class="place" href="#source-a-csv">a.csv</a>' in text
    assert ">F12</td>" in text and ">F13</td>" in text and "&lt;b&gt;.csv › C3</a></td>" in text


def test_what_page_and_notebook_say_of_a_method_stands_together():
    cells = [new_markdown_cell("# T"), new_markdown_cell("## One"), shown(blocks.words("Said."))]
    cells += [shown(blocks.worked_out("By the page.")), new_markdown_cell("By hand.", metadata={"tags": ["method"]})]
    (section,) = read_chapter(new_notebook(cells=cells), "02_needs").sections
    assert [block["kind"] for block in section.blocks] == ["words", "method"]
    assert (section.blocks[1]["text"], section.blocks[1]["html"]) == ("By the page.", "By hand.")


def test_a_number_in_large_type_keeps_its_word():
    from helpers.scoring.message import BigNumber

    block = blocks.numbers([BigNumber("14 better, 2 worse", "of 34 indicators", "beside")])
    assert block.data["items"][0]["value"] == "14\u00a0better, 2\u00a0worse"


@pytest.mark.parametrize(
    ("value", "kind", "decimals", "text"),
    [
        (None, "number", 1, "–"),
        (-1.25, "number", 1, "−1.2"),
        (12345, "integer", 0, "12,345"),
        ("", "text", 1, "–"),
        (0, "integer", 0, "0"),
    ],
)
def test_values_as_a_reader_sees_them(value, kind, decimals, text):
    assert tables.as_shown(value, kind, decimals) == text

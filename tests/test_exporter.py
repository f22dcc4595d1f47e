"""One executed chapter as a slim page, by nbconvert."""

import nbformat
import pytest
from nbconvert.exporters import get_exporter
from nbformat.v4 import new_code_cell, new_notebook

from helpers.batch.report import PageUnfit

pytestmark = pytest.mark.xdist_group("pages")


def test_a_chapter_becomes_the_page_that_the_report_is_made_of(built):
    exporter = get_exporter("care-atlas")()
    page, _ = exporter.from_filename(str(built / "flanders/notebooks/01_maturity.ipynb"))
    report = (built / "flanders/index.html").read_text()
    drawings = [part.split("</svg>")[0] for part in page.split("<svg")[1:]]
    assert len(drawings) > 4 and all(drawing in report for drawing in drawings)
    assert "must not be quoted" in page[: page.index("<main")]  # the banner of illustrative data stays
    assert "tables.xlsx" not in page and 'href="notebooks/' not in page
    assert "<title>Flanders" in page


def test_a_notebook_without_blocks_is_refused(tmp_path):
    nbformat.write(new_notebook(cells=[new_code_cell("1 + 1")]), tmp_path / "plain.ipynb")
    with pytest.raises(PageUnfit, match="no blocks"):
        get_exporter("care-atlas")().from_filename(str(tmp_path / "plain.ipynb"))

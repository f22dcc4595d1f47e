"""``jupyter nbconvert --to care-atlas``: one executed chapter as the slim page that the reports are made of.

It opens offline, asks no host for anything and holds no script but ours. The reports come from ``atlas run``,
which also checks that a chapter is whole.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from nbconvert.exporters import Exporter

from helpers.batch import report
from helpers.batch.chapters import read_chapter
from helpers.batch.plan import Everyone
from helpers.reference import regions
from helpers.reference.register_ids import COMPARED_ID


class PageExporter(Exporter):
    """Writes an executed chapter as one HTML page."""

    export_from_notebook = "Care Atlas page"
    output_mimetype = "text/html"

    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(self, nb: Any, resources: dict[str, Any] | None = None, **kw: Any):
        """Turn a notebook into a page.

        Raises
        ------
        helpers.batch.report.PageUnfit
            If the notebook holds nothing that the page could show, or the page would break a promise.
        """
        nb, resources = super().from_notebook_node(nb, resources, **kw)
        name = resources.get("metadata", {}).get("name", "chapter")
        chapter = read_chapter(nb, name)
        if not chapter.sections and not chapter.closing:
            raise report.PageUnfit("The notebook holds no blocks of Care Atlas; execute a chapter first.")
        told = nb.metadata.get("papermill", {}).get("parameters", {})
        place = _place(told.get("region", ""), told.get("data", ""), chapter.title)
        page = report.compose(place, [chapter], made=datetime.now(UTC), missing=[], in_print=None)
        page.notebooks, page.workbook = [], ""  # neither lies beside this page
        return report.render(page), resources


def _place(id_: str, data: str, title: str) -> regions.Region | Everyone:
    """The region that papermill was told; the chapter itself where it was told none."""
    return regions.region(id_, data) if id_ else Everyone(COMPARED_ID, title)

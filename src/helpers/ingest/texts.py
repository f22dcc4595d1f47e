"""Prose that is checked for figures that cannot be, contradict each other or lack their base.

A plan or a report (.txt, .md, .docx, .pdf) is taken apart in a child process. Nothing of it is kept or used: the answer
is findings with their place, the line, the paragraph or the page.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from helpers.ingest import gate
from helpers.ingest.books import Limits, Refusal
from helpers.ingest.findings import Findings
from helpers.ingest.isolation import found, run_isolated

ENDINGS = gate.PROSE
TASK = "texts:look"


def check_text(path: str | Path, *, today: dt.date | None = None, limits: Limits | None = None) -> Findings:
    """Check the figures in a text.

    Parameters
    ----------
    path : path
        A plain text or Markdown (UTF-8 or an old encoding), a Word document (.docx) or a PDF with text in it.
    today : datetime.date, optional
        The day by which dates are past; the present day if not given.
    limits : Limits, optional
        What the file may cost.

    Returns
    -------
    Findings
        What was found, each with its place as ``cell`` ("line 72", "paragraph 4", "page 3, line 12"); an error where
        the file could not be read. No rows are counted, since a text has none.

    Notes
    -----
    Not everything that is wrong is found: see ``docs/needs.md`` for what each check looks at.
    """
    limits = Limits(prose=True) if limits is None else limits
    path = Path(path)
    result = run_isolated(TASK, path, limits=limits, today=(today or dt.date.today()).isoformat())
    return Findings(path.name, result.get("sha256", ""), items=found(result, path.name), counted="")


def look(path: str, limits: Limits, *, today: str) -> dict:
    """Read a text and check it; the task of the child process."""
    from helpers.ingest.text_blocks import read_blocks
    from helpers.ingest.text_checks import check_blocks

    findings = Findings(Path(path).name)
    try:
        data = gate.read_bytes(Path(path), limits)
        blocks = read_blocks(gate.check_content(Path(path).name, data, limits), data, limits)
    except Refusal as refusal:
        refusal.note(findings)
        return {"findings": [vars(finding) for finding in findings]}
    if not blocks:
        findings.add("text-none", message="no text was found in the file")
    for one in check_blocks(blocks, dt.date.fromisoformat(today)):
        findings.add(one.code, cell=one.place, value=one.value, expected=one.expected, message=one.message)
    return {"findings": [vars(finding) for finding in findings]}

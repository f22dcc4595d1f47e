"""What was refused or repaired in the inputs, in sight of whoever reads the numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from helpers.page.blocks import Block, words
from helpers.page.tables import Column, place, table

COLUMNS = (
    Column("message", "What was found", "prose"),
    Column("severity", "Outcome"),
    Column("value", "As written"),
    Column("mend", "How to mend it", "prose"),
    Column("place", "Place"),
    Column("code", "Code"),
)
TITLE = "What was refused or repaired"
QUOTABLE = ("rating-", "dimension-", "region-", "model-", "round-", "date-")
NOT_QUOTABLE = ("rating-conflict", "rating-conflict-files", "rating-twice", "rating-in-two-files")
MEANING = {"error": "refused", "warning": "repaired, or to be known", "note": "for information"}


def findings_table(
    findings: Sequence[Mapping[str, Any]],
    *,
    files: Iterable[str] | None = None,
    names_people: bool = False,
    title: str = TITLE,
) -> Block:
    """Show findings, the refusals first; a sentence where there are none.

    Parameters
    ----------
    findings
        Findings as ``ingest.findings.as_rows`` gives them, at most 20 places for one code.
    files
        Show only what concerns these files.
    names_people
        Whether the files name stakeholders: then the page says what was found and where, and quotes nothing in which
        a name could stand. ``atlas check`` quotes it for those who hold the file.
    """
    if files is not None:
        kept = set(files)
        findings = [finding for finding in findings if finding["file"] in kept]
    if not findings:
        return words("Nothing was refused or repaired in the files read.", anchor="findings")
    order = {severity: number for number, severity in enumerate(MEANING)}
    frame = pd.DataFrame(findings).sort_values("severity", key=lambda s: s.map(order), kind="stable")
    if names_people:
        quotable = frame["code"].str.startswith(QUOTABLE) & ~frame["code"].isin(NOT_QUOTABLE)
        frame = frame.assign(message=frame["meaning"], value=frame["value"].where(quotable, ""))
    frame = frame.assign(
        severity=frame["severity"].map(MEANING),
        place=[place(f, s, c) for f, s, c in zip(frame["file"], frame["sheet"], frame["cell"], strict=True)],
    )
    return table(frame, COLUMNS, name="findings", title=title, anchor="findings", with_source=False)

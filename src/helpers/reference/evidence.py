"""Which kind of evidence an indicator is: what services do, how the population fares, or what people say.

Outcome mapping, as Midlothian's plan has it, brings the three together for each outcome. The register is the table
``data/reference/evidence.csv``; which kind an indicator is of is a judgement, so each row has its reason.
"""

from __future__ import annotations

import csv
from pathlib import Path

from helpers.reference import paths

FILE = "evidence.csv"
KINDS = {"service": "Service data", "population": "Population", "people": "What matters to people"}


class EvidenceError(ValueError):
    """The register of evidence cannot be used; the message names every line that is wrong."""


def load_evidence(data: str | Path = "") -> dict[str, str]:
    """Load the kind of evidence of each indicator.

    Parameters
    ----------
    data
        The data folder; empty for the project's own.

    Returns
    -------
    dict
        The kind (a key of `KINDS`) by the indicator's code. An indicator that is not there is of no kind: it is left
        out of the map of outcomes.

    Raises
    ------
    EvidenceError
        If a line names no indicator, another kind, or an indicator that stands already.
    """
    with paths.reference_file(FILE, data).open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    kinds: dict[str, str] = {}
    wrong = []
    for line, row in enumerate(rows, start=2):
        indicator, kind = ((row.get(column) or "").strip() for column in ("indicator", "evidence"))
        if not indicator or kind not in KINDS:
            wrong.append(f"line {line}: evidence {kind!r} of {indicator!r} is not one of {', '.join(KINDS)}")
        elif indicator in kinds:
            wrong.append(f"line {line}: {indicator} stands already")
        kinds[indicator] = kind
    if wrong:
        raise EvidenceError(f"{FILE}: " + "; ".join(wrong))
    return kinds

"""What was wrong in an input: findings with a code from a closed list, a place, and a way to mend it.

The list of codes is the table ``codes.csv`` beside this module: code, severity, scope, meaning, how to mend it.
A finding with a code that is not in the list cannot be made.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields
from functools import cache
from importlib import resources

PLACES_SHOWN = 20
SEVERITIES = ("error", "warning", "note")
_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True)
class Code:
    """A declared kind of finding."""

    code: str
    severity: str
    scope: str
    meaning: str
    mend: str


@dataclass(frozen=True)
class Finding:
    """One thing found in one place of one file.

    ``count`` is how many places share the code; it is above 1 only on the closing finding that
    :meth:`Findings.shown` adds where there are more places than it shows.
    """

    code: str
    severity: str
    file: str
    sheet: str
    cell: str
    value: str
    expected: str
    message: str
    mend: str
    count: int = 1

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


@dataclass
class Rows:
    """How many rating or indicator rows a file held, and what became of them; the three add up to ``read``."""

    used: int = 0
    skipped: int = 0
    refused: int = 0

    @property
    def read(self) -> int:
        return self.used + self.skipped + self.refused

    def as_dict(self) -> dict[str, int]:
        return {"in": self.read, "used": self.used, "skipped": self.skipped, "refused": self.refused}


@dataclass
class Findings:
    """All findings of one file, with the count of its rows. Its name is made :func:`printable` here.

    ``counted`` says what ``rows`` counts: rows, or figures where a row holds several; "" for a text, which has none.
    """

    file: str
    sha256: str = ""
    rows: Rows = field(default_factory=Rows)
    items: list[Finding] = field(default_factory=list)
    counted: str = "rows"

    def __post_init__(self) -> None:
        self.file = printable(self.file)

    def __iter__(self):
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, index):
        return self.items[index]

    def add(
        self, code: str, *, sheet: str = "", cell: str = "", value: object = "", expected: str = "", message: str
    ) -> Finding:
        """Record a finding; its severity and its mend come from the declared list."""
        declared = known_codes()[code]
        finding = Finding(
            code=code,
            severity=declared.severity,
            file=self.file,
            sheet=sheet,
            cell=cell,
            value=as_written(value),
            expected=expected,
            message=message,
            mend=declared.mend,
        )
        self.items.append(finding)
        return finding

    @property
    def errors(self) -> list[Finding]:
        return [finding for finding in self.items if finding.severity == "error"]

    @property
    def has_errors(self) -> bool:
        return bool(self.errors)

    @property
    def codes(self) -> set[str]:
        return {finding.code for finding in self.items}

    def shown(self, places: int = PLACES_SHOWN) -> list[Finding]:
        """The findings to show: at most ``places`` for one code, then one that gives that code's total."""
        totals = Counter(finding.code for finding in self.items)
        seen: Counter[str] = Counter()
        shown = []
        for finding in self.items:
            seen[finding.code] += 1
            if seen[finding.code] <= places:
                shown.append(finding)
            elif seen[finding.code] == totals[finding.code]:
                shown.append(_closing(finding, total=totals[finding.code], places=places))
        return shown


class InputError(Exception):
    """Nothing in the file can be used; ``findings`` says why, and the message lists every problem with its place."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        count = len(findings.errors)
        head = f"{findings.file}: {count} problem{'' if count == 1 else 's'}"
        lines = [_line(finding) for finding in findings.shown() if finding.severity == "error"]
        super().__init__("\n  ".join([head, *lines]))


def _line(finding: Finding) -> str:
    place = "!".join(part for part in (finding.sheet, finding.cell) if part)
    link = "" if not place else " " if finding.message.startswith("(") else ": "
    return f"{place}{link}{finding.message}"


def _closing(finding: Finding, *, total: int, places: int) -> Finding:
    message = f"{total} places in all; the first {places} are listed."
    return Finding(
        finding.code, finding.severity, finding.file, "", "", "", finding.expected, message, finding.mend, total
    )


def as_written(value: object, limit: int = 120) -> str:
    """The value as it stands in the cell, as one line of at most ``limit`` characters."""
    text = "" if value is None else str(value)
    text = "".join(character if character.isprintable() else "�" for character in text)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def printable(name: str) -> str:
    """A file's name as it can be shown, written and sent: bytes that are no text, and controls, as ``\\xff``.

    A name on disk is bytes. Those that are no UTF-8 come from Python as halves of characters, which neither a table
    nor JSON can hold. Two names stay two; the file is opened by its real one.
    """
    return _UNSHOWN.sub(lambda found: f"\\x{ord(found[0]) & 0xFF:02x}", name)


@cache
def known_codes() -> dict[str, Code]:
    """Every declared kind of finding, by its code."""
    text = resources.files("helpers.ingest").joinpath("codes.csv").read_text("utf-8")
    codes = [Code(**row) for row in csv.DictReader(text.splitlines())]
    return {code.code: code for code in codes}


def merged(parts: Iterable[Findings], file: str = "") -> Findings:
    """The findings of several files as one list, their row counts added up."""
    whole = Findings(file)
    for part in parts:
        whole.items.extend(part.items)
        whole.rows.used += part.rows.used
        whole.rows.skipped += part.rows.skipped
        whole.rows.refused += part.rows.refused
    return whole


def as_rows(parts: Iterable[Findings]) -> list[dict[str, object]]:
    """The findings to show of several files, one dictionary each; at most 20 places for one code and file.

    ``meaning`` is the declared meaning of the code: a sentence that never quotes the file.
    """
    codes = known_codes()
    return [finding.as_dict() | {"meaning": codes[finding.code].meaning} for part in parts for finding in part.shown()]


def as_frame(parts: Iterable[Findings]):
    """Every finding of several files as a table, one row a place; the columns of :class:`Finding`."""
    import pandas as pd

    columns = [column.name for column in fields(Finding)]
    return pd.DataFrame([finding.as_dict() for part in parts for finding in part], columns=columns)


def as_markdown() -> str:
    """The closed list as the page ``docs/findings.md``; a test holds the two together."""
    lines = [
        "# Findings",
        "",
        "Everything that `atlas check` and the reports can find fault with. An error is refused, a warning was "
        "repaired or should be known, a note is for information. At most 20 places are listed for one code, then the "
        "total.",
        "",
        "| code | severity | concerns | meaning | how to mend it |",
        "| --- | --- | --- | --- | --- |",
    ]
    lines += [f"| `{c.code}` | {c.severity} | {c.scope} | {c.meaning} | {c.mend} |" for c in known_codes().values()]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(as_markdown(), end="")

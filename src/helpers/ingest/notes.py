"""Writing findings about cells: the place, the cell as written, and who and what it is about."""

from __future__ import annotations

from dataclasses import dataclass

from helpers.ingest.books import Cell, Sheet, address
from helpers.ingest.findings import Findings


@dataclass(frozen=True)
class Notes:
    """The findings of a file, seen from one of its sheets."""

    findings: Findings
    sheet: Sheet

    def at(self, code: str, cell: Cell, reason: str, *, expected: str = "", about: str = "") -> None:
        """Note something about a filled cell."""
        self.place(code, cell.row, cell.column, reason, value=cell.text, expected=expected, about=about)

    def place(
        self, code: str, row: int, column: int, reason: str, *, value: str = "", expected: str = "", about: str = ""
    ) -> None:
        """Note something about a place that may be blank."""
        self.findings.add(
            code,
            sheet=self.sheet.name,
            cell=address(row, column),
            value=value,
            expected=expected,
            message=f"({about}): {reason}" if about else reason,
        )

    def whole(self, code: str, reason: str, *, expected: str = "") -> None:
        """Note something about the sheet as a whole."""
        self.findings.add(code, sheet=self.sheet.name, expected=expected, message=reason)

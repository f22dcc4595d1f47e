"""Read an assessment of 100,000 rows: our reader beside pandas and openpyxl, in one run."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pandas as pd

from helpers.ingest.assessments import read_assessment
from helpers.reference.models import load_model

ROWS = 100_000
COLUMNS = [
    "region",
    "stakeholder",
    "role",
    "sector",
    "dimension",
    "rating",
    "justification",
    "confidence",
    "date",
    "round",
    "model",
    "note_1",
    "note_2",
]


def write(path: Path) -> None:
    """A long layout of 13 columns, everything in order."""
    codes = load_model("scirocco-exchange").codes
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("assessment")
    sheet.append(COLUMNS)
    for row in range(ROWS):
        who, code = divmod(row, len(codes))
        values = ["midlothian", f"P{who:05}", "nurse", "health", codes[code], row % 6, f"reason {row}", "high"]
        sheet.append([*values, "2025-03-14", 1, "scirocco-exchange", "", ""])
    book.save(path)


def by_pandas(path: Path) -> int:
    return len(pd.read_excel(path, engine="openpyxl"))


def by_openpyxl(path: Path) -> int:
    sheet = openpyxl.load_workbook(path, read_only=True, data_only=True)["assessment"]
    return sum(1 for _ in sheet.iter_rows(values_only=True)) - 1


def by_us(path: Path) -> int:
    ratings, findings = read_assessment(path, region="midlothian")
    assert findings.rows.used == len(ratings)
    return len(ratings)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "large.xlsx"
        write(path)
        readers: list[Callable[[Path], int]] = [by_us, by_pandas, by_openpyxl]
        for read in readers:
            start = time.perf_counter()
            count = read(path)
            print(f"{read.__name__:12} {time.perf_counter() - start:6.1f} s  {count:,} rows")


if __name__ == "__main__":
    main()

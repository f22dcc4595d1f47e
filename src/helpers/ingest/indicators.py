"""Population indicators read from files: figures that can be trusted, and everything that was found on the way.

Three shapes are read as they come, told apart by their columns or their content: the project's own tidy columns, the
downloads of Scottish sources (``layouts.yaml``), and Eurostat's JSON-stat. Each file is parsed in a child process.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from helpers.ingest import gate, judging, kept_folder
from helpers.ingest.books import Limits
from helpers.ingest.findings import Findings, InputError, Rows, printable
from helpers.ingest.hiding import Hidden, hidden_across, without_small_numbers
from helpers.ingest.isolation import found
from helpers.ingest.kept_answer import run_once
from helpers.ingest.listing import list_files, not_read
from helpers.reference import paths

ENDINGS = (*gate.ENDINGS, gate.PACKED, ".json")
TASK = "indicator_tables:read_figures"
AT_A_TIME = 2
COLUMNS = {
    "area_code": "str",
    "area_name": "str",
    "region": "str",
    "indicator": "str",
    "period": "str",
    "period_start": "datetime64[ns]",
    "period_end": "datetime64[ns]",
    "sex": "str",
    "age_group": "str",
    "quintile": "str",
    "numerator": "float64",
    "denominator": "float64",
    "value": "float64",
    "lowercl": "float64",
    "uppercl": "float64",
    "measure": "str",
    "group": "str",
    "qualifier": "str",
    "note": "str",
    "file": "str",
    "sheet": "str",
    "row": "Int64",
    "cell": "str",
    "is_hidden": "bool",
}
KEY = ["area_code", "indicator", "measure", "sex", "age_group", "quintile", "group", "period"]
FILES = {
    "file": "str",
    "sha256": "str",
    "bytes": "int64",
    "state": "str",
    "layout": "str",
    "rows_in": "int64",
    "used": "int64",
    "skipped": "int64",
    "refused": "int64",
    **judging.HOLDS,
}


class IndicatorError(InputError):
    """Nothing in the file could be used; ``findings`` says why, and the message lists every problem."""


@dataclass(frozen=True)
class Indicators:
    """All indicator files of a data folder.

    Attributes
    ----------
    indicators : DataFrame
        One row a figure, as :func:`read_indicators` gives it, file by file.
    files : DataFrame
        One row a file: ``file``, ``sha256``, ``bytes``, ``state`` (used | refused), ``layout`` (the shape),
        ``rows_in``, ``used``, ``skipped``, ``refused``, and ``holds_from`` and ``holds_until``, from which day and
        until before which day it is read as it was (see `judging.holding`).
    findings : list of Findings
        One for each file, those that are not read too.
    """

    indicators: pd.DataFrame
    files: pd.DataFrame
    findings: list[Findings]


@dataclass(frozen=True)
class _Answer:
    """What the child said of one file: its figures, and ``numbers``, the same with the small ones still in.

    ``is_whole`` is False where the child did not come to its end.
    """

    table: pd.DataFrame
    findings: Findings
    layout: str
    bytes: int
    numbers: pd.DataFrame
    path: Path
    is_whole: bool
    holds: dict[str, str]


def read_indicators(
    path: str | Path, *, data: str | Path = "", today: dt.date | None = None, limits: Limits | None = None
) -> tuple[pd.DataFrame, Findings]:
    """Read one file of indicators.

    Parameters
    ----------
    path : path
        A spreadsheet file, a CSV (also packed, ``.csv.gz``), or an answer of Eurostat (``.json``).
    data : path
        The data folder with the registers of indicators and regions; empty for the project's own.
    today : datetime.date, optional
        The day by which a figure is old or lies in the future; the present day if not given.
    limits : Limits, optional
        What the file may cost.

    Returns
    -------
    indicators : DataFrame
        One row a figure, in the file's order: ``area_code`` and ``area_name`` (as in the register of regions),
        ``region`` (its id), ``indicator`` (code), ``period`` (normalised, "" where none is given), ``period_start``
        and ``period_end`` (its first and last day), ``sex`` (all | female | male), ``age_group``, ``quintile``
        (total | 1, the most deprived | .. | 5), ``numerator``, ``denominator``, ``value``, ``lowercl``, ``uppercl``
        (in the unit of the register; missing where not given), ``measure``, ``group``, ``qualifier`` (the source's
        flag), ``note``, where the value stands: ``file``, ``sheet``, ``row``, ``cell``, and ``is_hidden``: numbers of
        a small count are taken out here (:mod:`helpers.ingest.hiding`), and ``qualifier`` says so.
    findings : Findings
        What was refused, left out, repaired or should be known; rows read = used + skipped + refused.

    Raises
    ------
    IndicatorError
        If not one figure could be used; its ``findings`` say why.
    """
    answer = _read(Path(path), data, today or dt.date.today(), limits or Limits())
    if answer.table.empty:
        raise IndicatorError(answer.findings)
    return answer.table, answer.findings


def read_indicator_folder(*, data: str | Path = "", today: dt.date | None = None) -> Indicators:
    """Read every indicator file of the data folder and the folders in it; a bad one takes no other down.

    Two files that give the same figure with different values are reported in the findings of the second. Nothing is
    left out for it: each file stands for itself, and comparisons stay within one.

    In a run the finished tables are kept (:mod:`helpers.ingest.readings`): small numbers are out of them. The figures
    as they were read are never kept.
    """
    day = today or dt.date.today()
    key = _key(data, day)
    if kept := kept_folder.kept(key, {"indicators": COLUMNS, "files": FILES}):
        return Indicators(**kept[0], findings=kept[1])
    read, is_whole = _read_folder(data, day)
    if key and is_whole and key == _key(data, day):  # else something changed meanwhile
        kept_folder.keep(key, {"indicators": (read.indicators, COLUMNS), "files": (read.files, FILES)}, read.findings)
    return read


def _key(data: str | Path, day: dt.date) -> str:
    """The name of the reading of the folder as it now is; "" where nothing is kept."""
    folder = paths.indicators(data)
    limits = replace(Limits(), large_text=True)
    return kept_folder.key_of("indicators", folder, endings=ENDINGS, limits=limits, data=data, today=day.isoformat())


def _read_folder(data: str | Path, day: dt.date) -> tuple[Indicators, bool]:
    """Read the files of the folder anew; and whether each was read to its end, so that it would come out the same."""
    listed = list_files(paths.indicators(data))
    others = [left for one in listed if (left := not_read(one, ENDINGS))]
    chosen = [one for one in listed if not not_read(one, ENDINGS)]
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        answers = list(pool.map(lambda one: _read(one.path, data, day, Limits(), name=one.name), chosen))
    together = [Hidden(one.numbers, one.table, one.findings, one.path, one.layout) for one in answers]
    tables = [table.astype(COLUMNS) for table in hidden_across(together, data=data) if not table.empty]
    indicators = pd.concat(tables, ignore_index=True) if tables else _empty()
    note_contradicting_files(indicators, {answer.findings.file: answer.findings for answer in answers})
    findings = [answer.findings for answer in answers] + others
    return Indicators(indicators, _files(answers), findings), all(answer.is_whole for answer in answers)


def _read(path: Path, data: str | Path, today: dt.date, limits: Limits, *, name: str = "") -> _Answer:
    """Read one file in a child process of its own; ``name`` is what it is called here, its own name if not given."""
    name = name or printable(path.name)
    options = {"name": name, "data": str(paths.data(data)), "today": today.isoformat()}
    limits = replace(limits, large_text=True)
    if path.suffix.lower() == ".json":
        result = _run_on_json(path, limits, options)
    else:
        result = run_once(TASK, path, rests_on=data, is_kept=False, limits=limits, **options)
    findings = Findings(name, result.get("sha256", ""), Rows(**result.get("rows", {})), found(result, name))
    table = _table(result, name) if "layout" in result else _empty()
    layout = result.get("layout", "")
    if table.duplicated(["sheet", "row"]).any():
        findings.counted = "figures"
    hidden = without_small_numbers(table, findings, path=path, layout=layout, data=data)
    hidden = hidden[list(COLUMNS)].astype(COLUMNS)
    holds = judging.holds_of(result, today)
    return _Answer(hidden, findings, layout, result.get("bytes", 0), table, path, "trace" not in result, holds)


def _run_on_json(path: Path, limits: Limits, options: dict[str, str]) -> dict:
    """Read JSON under another name, since the gate of spreadsheets lets no ``.json`` through."""
    with tempfile.TemporaryDirectory(prefix="atlas-") as folder:
        link = Path(folder) / "answer.txt"
        link.symlink_to(path.absolute())
        return run_once(TASK, link, rests_on=options["data"], is_kept=False, limits=limits, **options)


def _table(result: dict, file: str) -> pd.DataFrame:
    """The finished table of one file, whichever way its figures came."""
    table = result["table"].to_pandas() if "table" in result else pd.DataFrame(result["columns"])
    dates = {name: pd.to_datetime(table[name], format="%Y-%m-%d") for name in ("period_start", "period_end")}
    table = table.assign(**dates, file=file, sheet=result["sheet"], is_hidden=False)
    return table.reindex(columns=list(COLUMNS)).astype(COLUMNS)


def _empty() -> pd.DataFrame:
    return pd.DataFrame(columns=list(COLUMNS)).astype(COLUMNS)


def _files(answers: Iterable[_Answer]) -> pd.DataFrame:
    rows = [
        {
            "file": answer.findings.file,
            "sha256": answer.findings.sha256,
            "bytes": answer.bytes,
            "state": "refused" if answer.table.empty else "used",
            "layout": answer.layout,
            "rows_in": answer.findings.rows.read,
            "used": answer.findings.rows.used,
            "skipped": answer.findings.rows.skipped,
            "refused": answer.findings.rows.refused,
            **answer.holds,
        }
        for answer in answers
    ]
    return pd.DataFrame(rows, columns=list(FILES)).astype(FILES)


def note_contradicting_files(indicators: pd.DataFrame, findings: dict[str, Findings]) -> None:
    """Report, in the findings of the second file, a figure that two files give with different values."""
    first = indicators.drop_duplicates(KEY)
    both = indicators.merge(first, on=KEY, suffixes=("", "_first"), validate="many_to_one")
    both = both[both["value"].notna() & both["value_first"].notna()]  # a hidden figure contradicts nothing
    other = both[(both["file"] != both["file_first"]) & (both["value"] != both["value_first"]) & (both["period"] != "")]
    for row in other.itertuples():
        findings[row.file].add(
            "figures-contradict",
            sheet=row.sheet,
            cell=row.cell,
            value=f"{row.value:g}",
            expected="one figure",
            message=f"{row.indicator}, {row.area_name}, {row.period}: {row.value:g} in {row.cell}, but"
            f" {row.value_first:g} in {row.cell_first} of {row.file_first}",
        )

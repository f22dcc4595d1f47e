"""Say what is wrong with files, whatever they are: the engine of ``atlas check``."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from helpers.ingest import assessments, demand, registers, texts, together
from helpers.ingest.books import Limits
from helpers.ingest.findings import PLACES_SHOWN, Finding, Findings, printable
from helpers.ingest.indicators import ENDINGS, IndicatorError, read_indicators
from helpers.ingest.isolation import found, run_isolated
from helpers.ingest.listing import Listed, list_files, not_read
from helpers.reference import datapackage, paths, regions

UNNAMED = "What the check does not name in a text may still be wrong."
WORDS = {"error": ("problem", "problems"), "warning": ("warning", "warnings"), "note": ("note", "notes")}


def check_paths(
    chosen: Iterable[str | Path] | str | Path,
    *,
    data: str | Path = "",
    region: str | None = None,
    progress: Callable[[int, int, str], object] | None = None,
) -> dict[str, object]:
    """Read files, or every file in folders and below, and say what is wrong with each.

    Parameters
    ----------
    chosen : path or iterable of paths
        Files and folders. Of a folder the spreadsheets, CSV and JSON files are read, those that the reports read;
        every other file has a finding, but for lock files, hidden files, a README and the project's registers. A
        text (.txt, .md, .docx, .pdf) that is named itself is checked for its figures.
    data : path
        The data folder with the registers; if empty, each file is read with those of the data folder that it lies in
        (the nearest that holds assessments/ or indicators/), and outside of any with the project's own.
    region : str, optional
        The region that the assessments are of. Without it the folder ``assessments/<region>/`` says so, or else
        the file's own column.
    progress : callable, optional
        Called as each file is finished with how many are, how many there are, and the file's name.

    Returns
    -------
    dict
        ``conforms`` (no file has an error) and ``files``, one entry a file: ``file`` (the path as it was given),
        ``sha256``, ``counted`` (what ``rows`` counts: rows, figures where a row holds several, "" for a text),
        ``rows`` (``in``, ``used``, ``skipped``, ``refused``), ``findings`` (``code``, ``severity``,
        ``sheet``, ``cell``, ``value``, ``expected``, ``message``, ``mend``, ``count``), at most 20 for one code and
        then its total.

    Raises
    ------
    RegistersUnfit
        If a register cannot be used; nothing is then read.

    Notes
    -----
    Whether a file is an assessment or a table of indicators is told by its folder, and outside the data folder by
    its columns. A file that fails, in whatever way, takes no other down.
    """
    named = [chosen] if isinstance(chosen, str | Path) else list(chosen)
    wanted, files = list(found_files(named, data)), []
    places = [*map(Path, named), *(one.path for one, _ in wanted)]
    registers.check_registers(dict.fromkeys(registers.home_of(place, data) for place in places))
    for one, is_named in wanted:
        files.append(_checked(one, registers.home_of(one.path, data), region, is_named=is_named))
        if progress:
            progress(len(files), len(wanted), str(files[-1]["file"]))
    return {"conforms": all(_conforms(file) for file in files), "files": files}


def found_files(named: Iterable[str | Path], data: str | Path = "") -> Iterator[tuple[Listed, bool]]:
    """Give the files that are named (True), and of the folders every one that is no register; none twice."""
    seen: set[str] = set()
    for name in named:
        path = Path(name)
        is_file = not _is_folder(path)
        for one in [Listed(path, path.name)] if is_file else _in_folder(path, data):
            place = os.path.normpath(one.path.absolute())
            if place not in seen:
                seen.add(place)
                yield one, is_file


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # no right to look: whoever opens it says so
        return False


def _in_folder(folder: Path, data: str | Path) -> Iterator[Listed]:
    for one in list_files(folder):
        home = registers.home_of(one.path, data)
        if _is_of_workshop(one.path, home):
            continue
        if one.is_folder and one.path != folder and _place(one.path, paths.assessments(data=home)) == ():
            yield from list_files(one.path)  # a region's folder may be a link
        elif one.path.name != datapackage.FILE and not _is_register(one.path, home):
            yield one


def _is_of_workshop(file: Path, data: str | Path) -> bool:
    """Whether a file belongs to a workshop: nothing that is read or mended by hand."""
    own = registers.folder_of(file)
    return any(_place(file, folder / paths.WORKSHOPS) is not None for folder in (paths.data(data), own) if folder)


def _is_register(file: Path, data: str | Path) -> bool:
    own = registers.folder_of(file)
    folders = [paths.reference(data), *([own / "reference"] if own else [])]
    return any(_place(file, folder) is not None for folder in folders)


def _place(file: Path, top: Path) -> tuple[str, ...] | None:
    """The folders between a file and a folder above it, None where it is not above; links may lead there or not."""
    for parent in (file.parent.absolute(), file.parent.resolve()):
        if parent.is_relative_to(top):
            return parent.relative_to(top).parts
    return None


def _checked(one: Listed, data: str | Path, region: str | None, *, is_named: bool) -> dict[str, object]:
    findings = _findings(one, data, region, is_named=is_named)
    return {
        "file": printable(str(one.path)),
        "sha256": findings.sha256,
        "counted": findings.counted,
        "rows": findings.rows.as_dict(),
        "findings": [_entry(finding) for finding in findings.shown()],
    }


def _entry(finding: Finding) -> dict[str, object]:
    return {name: value for name, value in finding.as_dict().items() if name != "file"}


def _conforms(file: dict) -> bool:
    return not any(finding["severity"] == "error" for finding in file["findings"])


def _findings(one: Listed, data: str | Path, region: str | None, *, is_named: bool) -> Findings:
    try:
        if not one.fault and _is_register(one.path, data):
            return Findings(one.name)  # all registers were loaded before
        if (reader := _reader_of_own(one.path)) and not one.fault:
            return _own_table(one, reader, data)
        folders = _place(one.path, paths.assessments(data=data))
        endings = ENDINGS if folders is None else assessments.ENDINGS
        left = None if is_named else not_read(one, endings)
        why = assessments.unknown_folder(folders[0], data) if folders else ""
        if folders and not why:
            region = region or folders[0]
        findings = left or _read(one.path, data, region, is_assessment=folders is not None)
        if why:
            findings.add("region-unknown", value=folders[0], expected="a folder called by a region's id", message=why)
        return findings
    except Exception as error:  # whatever a file does to its reader is said of that file
        failed = Findings(one.name)
        failed.add("file-reader-died", message=f"The reader failed ({type(error).__name__}).")
        return failed


def _reader_of_own(file: Path) -> Callable[[Path], Findings] | None:
    """The reader of the folder of a region's own tables that a file lies in, None elsewhere."""
    own = registers.folder_of(file)
    for part in (demand, together) if own else ():
        if _place(file, own / part.FOLDER) is not None:
            return part.check_file
    return None


def _own_table(one: Listed, reader: Callable[[Path], Findings], data: str | Path) -> Findings:
    """A table of a folder in which each file is called by its region, but for the conditions of demand."""
    left = not_read(one, (".csv",))
    if left:
        return left
    id_, findings = one.path.stem, reader(one.path)
    is_conditions = reader is demand.check_file and id_ == demand.CONDITIONS
    if not is_conditions and id_ not in regions.region_ids(data):
        near = regions.nearest(id_, data)
        message = f"no region is called {id_!r}, so nothing reads this file" + (f"; {near!r} is" if near else "")
        findings.add("region-unknown", value=id_, expected="a file called by a region's id", message=message)
    return findings


def _read(file: Path, data: str | Path, region: str | None, *, is_assessment: bool) -> Findings:
    if is_assessment:
        return _assessment(file, data, region or "")
    if _place(file, paths.indicators(data)) is not None or file.suffix.lower() == ".json":
        return _indicators(file, data)
    if file.suffix.lower() in texts.ENDINGS and file.suffix.lower() not in ENDINGS:
        return texts.check_text(file)
    told = run_isolated("kinds:look", file, limits=Limits(large_text=True))
    if told.get("kind") == "indicators":
        return _indicators(file, data)
    if told.get("kind") == "assessment":
        return _assessment(file, data, region or _region_of(file.resolve().parent, data))
    if told.get("kind") == "text":
        return texts.check_text(file)
    return Findings(file.name, told.get("sha256", ""), items=found(told))


def _region_of(folder: Path, data: str | Path) -> str:
    """The region whose folder it is; "" outside the folders of assessments."""
    known = set(regions.region_ids(data))
    above = [folder, *folder.parents]
    named = [one.name for one in above if one.parent.name == "assessments" and one.name in known]
    return named[0] if named else ""


def _assessment(file: Path, data: str | Path, region: str) -> Findings:
    try:
        return assessments.read_assessment(file, region=region, data=data)[1]
    except assessments.AssessmentError as error:
        return error.findings


def _indicators(file: Path, data: str | Path) -> Findings:
    try:
        return read_indicators(file, data=data)[1]
    except IndicatorError as error:
        return error.findings


def as_text(result: dict) -> str:
    """Write the result of :func:`check_paths` for a person to read.

    Each file has a line with its counts; below it each finding with its place, what is wrong and how to mend it.
    """
    blocks = [_file_lines(file) for file in result["files"]]
    return "\n\n".join(["\n".join(lines) for lines in blocks] + [_last_line(result)])


def _file_lines(file: dict) -> list[str]:
    findings = _in_order(file["findings"])
    rows = file["rows"]
    head = f"{inert(file['file'])}: {_counts(findings)}"
    if rows["in"]:
        kept = f"{rows['used']:,} used, {rows['skipped']:,} skipped, {rows['refused']:,} refused"
        head += f" ({rows['in']:,} {file.get('counted', 'rows')} read: {kept})"
    lines = [head]
    for _, alike in groupby(findings, key=itemgetter("severity", "code")):
        lines += _lines_of_code(list(alike))
    return lines


def _in_order(findings: list[dict]) -> list[dict]:
    """The worst first, and what shares a code together."""
    severities, codes = list(WORDS), list(dict.fromkeys(finding["code"] for finding in findings))
    return sorted(findings, key=lambda one: (severities.index(one["severity"]), codes.index(one["code"])))


def _counts(findings: list[dict]) -> str:
    counts = []
    for severity, (one, several) in WORDS.items():
        count = sum(_places(finding) for finding in findings if finding["severity"] == severity)
        if count:
            counts.append(f"{count:,} {one if count == 1 else several}")
    return ", ".join(counts) or "nothing to mend"


def _places(finding: dict) -> int:
    """How many places a finding stands for: a closing one, which gives the total, for those not listed."""
    return 1 if finding["count"] == 1 else finding["count"] - PLACES_SHOWN


def _lines_of_code(findings: list[dict]) -> list[str]:
    """A line for each place, then how to mend them all."""
    first = findings[0]
    return [*map(_line, findings), f"    {first['mend']} ({first['code']})"]


def _line(finding: dict) -> str:
    place = "!".join(part for part in (finding["sheet"], finding["cell"]) if part)
    start = " ".join(part for part in (finding["severity"].replace("error", ""), place) if part)
    link = "" if not start else " " if finding["message"].startswith("(") else ": "
    return inert(f"  {start}{link}{finding['message']}")


def inert(text: str) -> str:
    """A text without what a terminal would obey."""
    return "".join(character if character.isprintable() else "\N{REPLACEMENT CHARACTER}" for character in text)


def _last_line(result: dict) -> str:
    files = result["files"]
    bad = sum(not _conforms(file) for file in files)
    texts_read = sum(file.get("counted") == "" for file in files)
    if not files:
        return "There is no file to check."
    if bad:
        return f"{bad} of {len(files)} files have problems." if len(files) > 1 else "The file has problems."
    if texts_read == len(files):
        return UNNAMED
    said = f"All {len(files)} files can be used." if len(files) > 1 else "The file can be used."
    return f"{said} {UNNAMED}" if texts_read else said

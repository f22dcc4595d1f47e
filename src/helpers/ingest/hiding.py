"""Disclosure control at the border: small numbers leave a table, and what is said of it, before anybody sees them."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

import pandas as pd

from helpers.disclosure.primary import PROTECTS
from helpers.disclosure.protecting import protect
from helpers.ingest.findings import Finding, Findings, known_codes
from helpers.reference import datapackage, regions
from helpers.reference.disclosure import Rule, rules_for

QUOTABLE = (
    "file-", "sheet-", "column-", "header-", "encoding-", "too-many", "indicator-", "area-", "period-", "sex-",
    "quintile-", "measure-", "rows-not-taken", "no-usable", "value-hidden",
)  # fmt: skip
ADDRESS = re.compile(r"\b[A-Z]{1,3}([1-9]\d*)\b")
NAMED = re.compile(r"\(\d[\d,]* (?:rows?|figures?)\)")


def without_small_numbers(
    table: pd.DataFrame, findings: Findings, *, path: Path, layout: str, data: str | Path = ""
) -> pd.DataFrame:
    """Hide the small numbers of one file by the rules that apply to it.

    Parameters
    ----------
    table : DataFrame
        The figures of the file, as ``read_indicators`` documents them.
    findings : Findings
        What was found in the file. Its entries are changed: a number of a row that is hidden or was refused is no
        longer quoted, only its cell; ``value-hidden`` is added for each rule that hid something.
    path : path
        The file.
    layout : str
        The id of its shape.
    data : path
        The data folder.

    Returns
    -------
    DataFrame
        The table with ``is_hidden``, as :func:`helpers.disclosure.protecting.protect` gives it.
    """
    rules = rules_for(findings.file, layout=layout, status=_status(path, findings.sha256, data), data=data)
    if not any(rule.hides or rule.rounding_base for rule in _deciding(rules)):
        return table.assign(is_hidden=False)
    part_of, parts = _part_of(data), [table.iloc[:0].assign(is_hidden=False)]
    for rule, reason, codes in _under(table, rules):
        parts.append(protect(table[table["indicator"].isin(codes)], rule, part_of=part_of))
        _note(findings, parts[-1], rule, reason)
    result = pd.concat(parts).sort_index()
    _redact(findings, shown=set(result.loc[~result["is_hidden"], "row"].dropna().astype(int)))
    return result


def _status(path: Path, sha256: str, data: str | Path) -> str:
    """What the data package says the file is; ``own`` where it says nothing, or was said of other bytes."""
    known = datapackage.describe(path.resolve(), data)
    return "own" if known is None or (known.sha256 and known.sha256 != sha256) else known.status


def _deciding(rules: list[tuple[str, Rule, str]]) -> list[Rule]:
    """The rules that can decide at all: those up to the first for every indicator."""
    last = next(place for place, (pattern, _, _) in enumerate(rules) if pattern == "*")
    return [rule for _, rule, _ in rules[: last + 1]]


def _under(table: pd.DataFrame, rules: list[tuple[str, Rule, str]]) -> list[tuple[Rule, str, list[str]]]:
    """Each rule that applies to some figure, why, and the codes of the indicators that are under it."""
    found: dict[str, tuple[Rule, str, list[str]]] = {}
    for code in table["indicator"].unique():
        _, rule, reason = next(line for line in rules if fnmatchcase(code, line[0]))
        found.setdefault(rule.id, (rule, reason, []))[2].append(code)
    return list(found.values())


def _part_of(data: str | Path) -> dict[str, str]:
    """The area code of the whole for the area code of each part."""
    known = {id_: regions.region(id_, data) for id_ in regions.region_ids(data)}
    return {one.area_code: known[one.part_of].area_code for one in known.values() if one.part_of and one.area_code}


def _note(findings: Findings, part: pd.DataFrame, rule: Rule, reason: str) -> None:
    hidden = int(part["is_hidden"].sum())
    if not hidden:
        return
    further = int((part["qualifier"] == PROTECTS).sum())
    also = f", {further:,} of them so that another cannot be worked out" if further else ""
    message = f"{hidden:,} of {len(part):,} figures are hidden by the rule {rule.id} ({rule.words}){also}. {reason}"
    findings.add("value-hidden", expected=rule.title, message=message)


def _redact(findings: Findings, *, shown: Collection[int]) -> None:
    """Quote no number of a row that is not shown; its address stays, for whoever holds the file."""
    findings.items[:] = [
        finding if _is_harmless(finding, shown) else _without_numbers(finding) for finding in findings.items
    ]


def _is_harmless(finding: Finding, shown: Collection[int]) -> bool:
    if finding.code.startswith(QUOTABLE):
        return True
    rows = {int(row) for row in ADDRESS.findall(f"{finding.cell} {finding.message}")}
    return bool(rows) and rows <= set(shown)


def _without_numbers(finding: Finding) -> Finding:
    is_numbered = {name: _has_digit(getattr(finding, name)) for name in ("value", "expected", "message")}
    said = {name: "" for name in ("value", "expected") if is_numbered[name]}
    if is_numbered["message"]:
        said["message"] = known_codes()[finding.code].meaning
    return replace(finding, **said)


def _has_digit(text: str) -> bool:
    return any(character.isdigit() for character in NAMED.sub("", ADDRESS.sub("", text)))

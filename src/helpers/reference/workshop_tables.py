"""The tables of the workshop's texts, read and checked; `workshop_texts` makes of them what a page shows.

``data/reference/models/translations.csv`` has the translations of the models' texts. In ``data/reference/workshop/``,
``languages.csv`` has the languages that are offered; ``stakeholders.csv`` (roles and sectors) and ``phrases.csv`` have
a column for each language. A reading is kept until its file is changed.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from helpers.reference import models, paths

ENGLISH = "en"
LANGUAGES, STAKEHOLDERS, PHRASES = (f"workshop/{name}.csv" for name in ("languages", "stakeholders", "phrases"))
TRANSLATIONS = "models/translations.csv"
KINDS = ("role", "sector")


class WorkshopTextsError(ValueError):
    """A table of texts cannot be used; the message names the file and every line that is wrong."""


def read_languages(data: str | Path) -> dict[str, str]:
    """Return the languages' own names by their codes."""
    return _languages(*_state(LANGUAGES, data))


def read_stakeholders(data: str | Path) -> list[dict[str, str]]:
    """Return the lines of roles and sectors: ``kind``, ``code`` and a label by language."""
    return _stakeholders(*_state(STAKEHOLDERS, data))


def read_phrases(data: str | Path) -> list[dict[str, str]]:
    """Return the lines of phrases: ``key`` and a text by language."""
    return _phrases(*_state(PHRASES, data))


def read_translations(data: str | Path) -> dict[str, dict[tuple[str, int | None, str], str]]:
    """Return by language the translation of a dimension's text at a level (None: the objective) that reads so."""
    return _translations(*_state(TRANSLATIONS, data))


def _state(name: str, data: str | Path) -> tuple[Path, int]:
    """The file and when it was changed: what a kept reading of it goes by."""
    file = paths.reference_file(name, data)
    return file, file.stat().st_mtime_ns


@lru_cache(maxsize=16)
def _languages(file: Path, modified: int) -> dict[str, str]:
    found: dict[str, str] = {}
    wrong = {}
    for line, row in rows(file, ("code", "name")):
        if not re.fullmatch(r"[a-z]{2,3}", row["code"]) or not row["name"]:
            wrong[line] = (
                f"a language needs a code such as nl and its own name, not {row['code']!r} and {row['name']!r}"
            )
        elif row["code"] in found:
            wrong[line] = f"{row['code']} stands already"
        found[row["code"]] = row["name"]
    _raise_for(file, wrong)
    if ENGLISH not in found:
        raise WorkshopTextsError(f"{file.name}: {ENGLISH} is missing; English stands in for a missing translation")
    return found


@lru_cache(maxsize=16)
def _stakeholders(file: Path, modified: int) -> list[dict[str, str]]:
    kept, seen, wrong = [], set(), {}
    for line, row in rows(file, ("kind", "code", ENGLISH)):
        if row["kind"] not in KINDS:
            wrong[line] = f"kind {row['kind']!r} is not one of {', '.join(KINDS)}"
        elif not row["code"] or not row[ENGLISH]:
            wrong[line] = "a code or the English label is missing"
        elif {(row["kind"], row["code"]), (row["kind"], row[ENGLISH])} & seen:
            wrong[line] = f"the {row['kind']} {row['code']} or its label {row[ENGLISH]!r} stands already"
        seen |= {(row["kind"], row["code"]), (row["kind"], row[ENGLISH])}
        kept.append(row)
    _raise_for(file, wrong)
    return kept


@lru_cache(maxsize=16)
def _phrases(file: Path, modified: int) -> list[dict[str, str]]:
    kept, seen, wrong = [], set(), {}
    for line, row in rows(file, ("key", ENGLISH)):
        strange = {name for text in row.values() for name in _places(text)} - _places(row[ENGLISH])
        if not row["key"] or not row[ENGLISH]:
            wrong[line] = "a key or the English text is missing"
        elif row["key"] in seen:
            wrong[line] = f"{row['key']} stands already"
        elif strange:
            wrong[line] = f"{row['key']}: the English text has no {{{'}, {'.join(sorted(strange))}}}"
        seen.add(row["key"])
        kept.append(row)
    _raise_for(file, wrong)
    return kept


def _places(text: str) -> set[str]:
    """The names in braces that a number or a word is put in for."""
    return set(re.findall(r"\{([^{}]*)\}", text))


@lru_cache(maxsize=16)
def _translations(file: Path, modified: int) -> dict[str, dict[tuple[str, int | None, str], str]]:
    beside = file.parents[2]  # the data folder of the table, and so of the models whose English it translates
    known, spoken = models.load_models(beside), read_languages(beside)
    found: dict[str, dict[tuple[str, int | None, str], str]] = {}
    wrong = {}
    for line, row in rows(file, ("model", "dimension", "level", "language", "text")):
        try:
            code, level, english = _english(row, known)
        except ValueError as error:
            wrong[line] = str(error)
            continue
        texts = found.setdefault(row["language"], {})
        if row["language"] not in spoken or row["language"] == ENGLISH:
            wrong[line] = f"{row['language']!r} is not a language to translate into; see {LANGUAGES}"
        elif not row["text"]:
            wrong[line] = "the text is missing; a text without a translation has no line"
        elif (code, level, english) in texts:
            wrong[line] = f"{code}, {_level_words(level)}, {row['language']} stands already"
        texts[code, level, english] = row["text"]
    _raise_for(file, wrong)
    return found


def _level_words(level: int | None) -> str:
    return "objective" if level is None else f"level {level}"


def _english(row: dict[str, str], known: dict[str, models.Model]) -> tuple[str, int | None, str]:
    """The dimension's code, the level and the English text that a line translates; raise `ValueError` for none."""
    if row["model"] not in known:
        raise ValueError(f"no maturity model is called {row['model']!r}; known are {', '.join(known)}")
    dimension = known[row["model"]].dimension(row["dimension"])
    if not row["level"]:
        return dimension.code, None, dimension.objective
    level = next((level for level in dimension.levels if str(level) == row["level"]), None)
    if level is None:
        raise ValueError(f"the model {row['model']} has no level {row['level']!r}")
    return dimension.code, level, dimension.levels[level]


def rows(file: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """The lines of a table with their numbers, the header being line 1.

    Raises
    ------
    WorkshopTextsError
        If the file is not UTF-8, lacks one of these columns, or a line has more cells than columns.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines)
            missing = [column for column in columns if column not in (reader.fieldnames or ())]
            if missing:
                raise WorkshopTextsError(f"{file.name}: the column {', '.join(missing)} is missing")
            for row in reader:
                if None in row:
                    why = "more cells than columns; a text with a comma needs quotation marks"
                    raise WorkshopTextsError(f"{file.name}: line {reader.line_num}: {why}")
                yield reader.line_num, {column: (cell or "").strip() for column, cell in row.items()}
    except UnicodeDecodeError as error:
        raise WorkshopTextsError(f"{file.name}: the file is not UTF-8; save it as CSV UTF-8") from error


def _raise_for(file: Path, wrong: dict[int, str]) -> None:
    if wrong:
        raise WorkshopTextsError(f"{file.name}: " + "; ".join(f"line {line}: {why}" for line, why in wrong.items()))

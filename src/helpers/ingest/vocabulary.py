"""The words that an assessment may use, in the tool's languages, and how two spellings are compared.

The words are the table ``vocabulary.csv`` beside this module: kind, meaning, language, words (parted by a bar).
"""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import cache, lru_cache
from importlib import resources

from helpers.ingest.findings import as_written

_UNDECOMPOSED = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "æ": "ae", "œ": "oe", "ı": "i", "’": "'"})
_NUMBERING = re.compile(r"^[\W_]*(?:d(?:im(?:ension)?)?[\W_]*)?\d{1,2}(?!\d)[\W_]*(?=[^\W\d_])")
_CLEAN = re.compile(r"[ -~]*")
_LINE_ENDS = "\v\f\x85\u2028\u2029"
_JOINERS = "\u200c\u200d"  # they shape letters and pictures, so prose keeps them


def folded(text: str) -> str:
    """Return a text without case, accents and presentation forms, to compare it."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c)).translate(_UNDECOMPOSED)


@lru_cache(maxsize=100_000)
def key(text: str) -> str:
    """Return the letters and digits of a text, folded: what is left when case, spaces and punctuation do not count."""
    return "".join(c for c in folded(text) if c.isalnum())


@lru_cache(maxsize=100_000)
def name_key(text: str) -> str:
    """Return :func:`key` of a name without leading numbering and without the words for "and"."""
    plain = _NUMBERING.sub("", re.sub(r"[&+]", " ", folded(text)))
    return "".join(key(word) for word in plain.split() if word not in _ands())


@cache
def words(kind: str) -> dict[str, str]:
    """The meaning of each known word of a kind, by its :func:`key`; marks such as ``-`` stand as they are."""
    return {key(word) or word: meaning for meaning, _, word in entries(kind)}


@cache
def entries(kind: str) -> tuple[tuple[str, str, str], ...]:
    """Every known word of a kind: meaning, language, word."""
    rows = [row for row in _table() if row["kind"] == kind]
    return tuple(
        (row["meaning"], row["language"], word) for row in rows for word in re.split(r"\s+\|\s+", row["words"])
    )


def meaning(kind: str, text: str) -> str:
    """What a text means as a word of the kind; "" where it is none."""
    return words(kind).get(key(text) or text, "")


def cleaned(text: str, *, prose: bool = False) -> tuple[str, bool]:
    """Return a text on one line without what cannot be seen, and whether anything of that kind was in it.

    Control characters, marks of writing direction, zero-width characters and unusual spaces go; plain spaces at the
    ends and in a row go without being counted. Prose keeps its lines, its no-break spaces and its joiners.
    """
    if _CLEAN.fullmatch(text):
        return (text.strip() if prose or "  " not in text else " ".join(text.split())), False
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(_visible(character, prose) for character in plain)
    repaired = kept != plain or (not prose and _unusual_space(plain))
    return (kept.strip() if prose else " ".join(kept.split())), repaired


def _visible(character: str, prose: bool) -> str:
    if character in "\n\t" or (prose and character in _JOINERS):
        return character
    if character in _LINE_ENDS:
        return "\n"
    return "" if unicodedata.category(character) in ("Cc", "Cf", "Cs") else character


def _unusual_space(text: str) -> bool:
    return any(unicodedata.category(character) == "Zs" and character != " " for character in text)


def quoted(text: str, limit: int = 60) -> str:
    """The text as written, between quotation marks, short enough for a sentence."""
    return f'"{as_written(text, limit)}"'


def listed(things: list[str]) -> str:
    """Several things as a person lists them: ``a, b and c``."""
    return " and ".join([", ".join(things[:-1]), things[-1]] if len(things) > 1 else things)


@cache
def _ands() -> frozenset[str]:
    return frozenset(folded(word) for _, _, word in entries("and"))


@cache
def _table() -> list[dict[str, str]]:
    text = resources.files("helpers.ingest").joinpath("vocabulary.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))

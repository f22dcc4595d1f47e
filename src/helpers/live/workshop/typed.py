"""What people type, as it is kept: nothing invisible, nothing that turns words round or pushes others off a screen."""

from __future__ import annotations

import re
import unicodedata

MOST_LINES, MOST_MARKS = 12, 4
_JOINERS = "\u200c\u200d"  # Persian, Hindi and others, and families of emoji, need them between letters
_BREAKS = re.compile(r"\n{3,}")
_LINE_ENDS = re.compile(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]")


def fit_text(text: object, limit: int) -> str:
    """The text without control and invisible characters, with few line breaks, and without blanks around it.

    Taken out are control characters but tab and line end, marks of writing direction, zero-width characters (joiners
    stay between letters), unassigned and private characters and halves of pairs; more than four accents on one letter;
    more than two line breaks in a row, and line breaks after the twelfth, which become blanks.

    Raises
    ------
    ValueError
        If it is longer than allowed.
    """
    seen = _LINE_ENDS.sub("\n", str(text))
    kept: list[str] = []
    marks = 0
    for character in seen:
        kind = unicodedata.category(character)
        marks = marks + 1 if kind in ("Mn", "Me") else 0
        if character in "\t\n" or not (kind[0] == "C" or marks > MOST_MARKS) or _joins(character, kept):
            kept.append(character)
    text = _few_lines("".join(kept).rstrip(_JOINERS)).strip()
    if len(text) > limit:
        raise ValueError(f"This text has {len(text)} characters; at most {limit} can be kept.")
    return text if any(unicodedata.category(one)[0] in "LNPS" for one in text) else ""


def _joins(character: str, before: list[str]) -> bool:
    return character in _JOINERS and bool(before) and before[-1] not in _JOINERS and not before[-1].isspace()


def _few_lines(text: str) -> str:
    lines = _BREAKS.sub("\n\n", text).split("\n")
    rest = lines[MOST_LINES - 1 :]
    return "\n".join([*lines[: MOST_LINES - 1], *([" ".join(rest)] if rest else [])])

"""What one rating cell says: a level of the scale, no rating, or something that is refused and why.

A rating is a whole number of the scale, or such a number with words behind it (``3 - pilots running``). Documented
words for "not rated" are missing, never 0. Everything else is refused, each kind under its own name.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import takewhile

from helpers.ingest.books import Cell
from helpers.ingest.findings import as_written
from helpers.ingest.vocabulary import cleaned, folded, key, meaning, quoted, words
from helpers.reference.models import Model

_NUMBER = re.compile(r"([+-]?)([0-9]+)(?:[.,]([0-9]+))?")
_ERROR = re.compile(r"#[¡¿]?[A-ZÀ-Ý0-9_/ ]+[!?]|#N/?[A-Z]{1,5}|#{2,}|Err:[0-9]{3}", re.IGNORECASE)
_DATES = re.compile(
    r"[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}(?:[T ].*)?"
    r"|[0-9]{1,2}[-/.][0-9]{1,2}[-/.](?:[0-9]{2}|[0-9]{4})"
    r"|0[0-9][-/.][01][0-9]"
    r"|[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?"
)
_MONTH_DATES = re.compile(r"[0-9]{1,4}[\s./-]+([^\W\d_]+)\.?(?:[\s./-]+[0-9]{2,4})?|([^\W\d_]+)[\s./-]+[0-9]{1,4}")
_SEVERAL = re.compile(r"([0-9]{1,2})\s*(?:[-/,;&+|]|to|or|and|bis|oder|und|of|tot|a|à|o)\s*([0-9]{1,2})")
_MIXED = re.compile(r"[0-9]{1,2} [1-9]/[1-9]")
_LABEL = re.compile(r"([+-]?[0-9]+(?:[.,][0-9]+)?)\s*([-:.)=(]|(?=\s))\s*(.+)")
_OTHER_NUMBER = re.compile(r"(?<![\w.])([0-9]++(?:[.,:/-][0-9]++)*+)(?![\w%])(?!\s+%)")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−﹣－", "-"))


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rating cell says.

    ``level`` is None where there is none. ``code`` is "" for a rating that is taken, else the finding's code;
    ``reason`` says it in words; ``repaired`` tells that something invisible was removed first.
    """

    level: int | None
    code: str = ""
    reason: str = ""
    repaired: bool = False


BLANK = Verdict(None, "rating-blank", "no rating stands here; it counts as missing")
MISSING = ("rating-blank", "rating-not-rated")


@dataclass(frozen=True)
class Scale:
    """The levels that a rating can have, and the words of each level of the dimension that is rated."""

    minimum: int
    maximum: int
    wording: dict[str, frozenset[int]]

    @property
    def name(self) -> str:
        return f"{self.minimum}-{self.maximum}"

    def holds(self, value: float | Decimal) -> bool:
        return self.minimum <= value <= self.maximum


def judge_of(model: Model) -> Callable[[Cell | None, str], Verdict]:
    """Return the function that judges a rating cell (None is a blank one) of a dimension of this model."""
    scales = {code: _scale(model, code) for code in model.codes} | {"": _scale(model, "")}
    known: dict[tuple, Verdict] = {}

    def judge(cell: Cell | None, dimension: str = "") -> Verdict:
        if cell is None:
            return BLANK
        seen = (cell.kind, cell.text, str(cell.value), dimension)
        if seen not in known:
            if len(known) > 20_000:
                known.clear()
            known[seen] = _judged(cell, scales[dimension])
        return known[seen]

    return judge


def _scale(model: Model, code: str) -> Scale:
    wording: dict[str, set[int]] = {}
    for level, words_of_level in (model.dimension(code).levels if code else {}).items():
        if words_of_level:
            wording.setdefault(key(words_of_level), set()).add(level)
    return Scale(model.scale_minimum, model.scale_maximum, {k: frozenset(v) for k, v in wording.items()})


def _judged(cell: Cell, scale: Scale) -> Verdict:
    if cell.kind == "text":
        return _text(cell.text, scale)
    if cell.kind == "number":
        return _number(cell, scale)
    shown = as_written(cell.text, 60)
    if cell.kind == "boolean":
        return Verdict(None, "rating-boolean", f"{shown} is a yes-or-no value, not a level")
    if cell.kind == "date":
        return _date(shown)
    if cell.kind == "error":
        return Verdict(None, "cell-error", f"{shown} is an error of the spreadsheet, not a rating")
    return Verdict(None, "formula-no-value", f"the formula {shown} has no stored result")


def _date(shown: str) -> Verdict:
    reason = f"{shown} is a date, not a level; the spreadsheet program may have changed what was typed"
    return Verdict(None, "rating-date", reason)


def _number(cell: Cell, scale: Scale) -> Verdict:
    value = cell.value
    if not math.isfinite(value) or "%" in cell.text:
        return _not_a_level(as_written(cell.text, 60), scale)
    stored = Decimal(format(value, ".15g"))  # a spreadsheet holds 15 digits; those behind are noise of its arithmetic
    return _on_scale(stored, as_written(cell.text, 60), scale)


def _on_scale(value: Decimal, shown: str, scale: Scale) -> Verdict:
    if not scale.holds(value):
        return Verdict(None, "rating-out-of-range", f"{shown} is not on the scale {scale.name}")
    if value == int(value):
        return Verdict(int(value))
    return Verdict(None, "rating-half", f"{shown} lies between two levels of the scale {scale.name}")


def _not_a_level(shown: str, scale: Scale) -> Verdict:
    return Verdict(None, "rating-not-a-level", f"{shown} is not a level of the scale {scale.name}")


def _text(written: str, scale: Scale) -> Verdict:
    text, repaired = cleaned(written)
    verdict = _without_rating(text) or _level(text, scale)
    return replace(verdict, repaired=True) if repaired and verdict.code in ("", *MISSING) else verdict


def _without_rating(text: str) -> Verdict | None:
    """The verdict on a text that is no rating at all, None where it may be one."""
    shown = as_written(text, 60)
    if not text:
        return BLANK
    if _ERROR.fullmatch(text):
        return Verdict(None, "cell-error", f"{shown} is an error of the spreadsheet, not a rating")
    if text.startswith("="):
        return Verdict(None, "formula-no-value", f"the formula {shown} has no stored result")
    if meaning("not-rated", text):
        return Verdict(None, "rating-not-rated", f"{quoted(text)} counts as missing")
    if meaning("boolean", text):
        return Verdict(None, "rating-boolean", f"{shown} is a yes-or-no value, not a level")
    return _date(quoted(text)) if _is_date(text) else None


def _is_date(text: str) -> bool:
    month = _MONTH_DATES.fullmatch(text)
    return bool(_DATES.fullmatch(text)) or bool(month and meaning("month", month[1] or month[2]))


def _level(text: str, scale: Scale) -> Verdict:
    """The verdict on a text that should name a level."""
    plain = text.translate(_DASHES)
    plain = _after_level_word(plain) or plain
    if digits := _foreign_digits(plain):
        return _not_keyboard_digits(text, digits, scale)
    if number := _NUMBER.fullmatch(plain):
        return _written_number(number, as_written(text, 60), scale)
    if _MIXED.fullmatch(plain) or _names_several(plain, scale):
        reason = f"{quoted(text)} names more than one level; a rating is one level of the scale {scale.name}"
        return Verdict(None, "rating-half", reason)
    if label := _LABEL.fullmatch(plain):
        return _label(label, text, scale)
    return _no_number(text, scale)


def _after_level_word(text: str) -> str:
    """What follows the word "level", in each of the tool's languages; "" where the text does not begin with it."""
    found = re.match(r"([^\W\d_]+)\s*[:.]?\s*", text)
    return text[found.end() :] if found and meaning("level", found[1]) else ""


def _foreign_digits(text: str) -> list[str]:
    """The digits and fractions other than 0 to 9 that stand before the first letter."""
    head = takewhile(lambda c: not c.isalpha() or unicodedata.numeric(c, None) is not None, text)
    return [c for c in head if not c.isascii() and unicodedata.numeric(c, None) is not None]


def _not_keyboard_digits(text: str, digits: list[str], scale: Scale) -> Verdict:
    if any(unicodedata.numeric(digit) % 1 for digit in digits):
        return Verdict(None, "rating-half", f"{quoted(text)} lies between two levels of the scale {scale.name}")
    return Verdict(None, "rating-digits", f"{quoted(text)} is not written with the digits 0 to 9 of a keyboard")


def _written_number(number: re.Match[str], shown: str, scale: Scale) -> Verdict:
    sign, whole, decimals = number[1], number[2], number[3] or "0"
    odd = sign == "+" or (len(whole) > 1 and whole[0] == "0") or (not decimals.strip("0") and len(decimals) > 2)
    value = Decimal(f"{sign}{whole[:12]}.{decimals}")
    if odd or (sign and not value):
        return _not_a_level(shown, scale)
    return _on_scale(value, shown, scale)


def _names_several(plain: str, scale: Scale) -> bool:
    found = _SEVERAL.fullmatch(folded(plain))
    return bool(found) and found[1] != found[2] and scale.holds(int(found[1])) and scale.holds(int(found[2]))


def _label(label: re.Match[str], text: str, scale: Scale) -> Verdict:
    """The verdict on a number with words behind it; the words must not be those of another level."""
    verdict = _written_number(_NUMBER.fullmatch(label[1]), quoted(text), scale)
    if verdict.code:
        return verdict
    described = _described(label[3], scale)
    if described and verdict.level not in described:
        levels = " or ".join(str(level) for level in sorted(described))
        reason = f"{quoted(text)} gives level {verdict.level}, but its words are those of level {levels}"
        return Verdict(None, "rating-label-contradicts", reason)
    if described:
        return verdict
    if not (label[2] and _are_words(label[3])):
        return _not_a_level(quoted(text), scale)
    others = _other_levels(label[3], scale) - {verdict.level}
    if others:
        levels = " or ".join(str(level) for level in sorted(others))
        reason = f"{quoted(text)} gives level {verdict.level}, but its words hold a second number, {levels}"
        return Verdict(None, "rating-label-contradicts", reason)
    return verdict


def _other_levels(text: str, scale: Scale) -> set[int]:
    """The numbers in the words of a label that may be meant as its level.

    One that counts what follows it (``over 2 years``) is none, unless a word before it makes it another level (``was 4
    last year``); nor is a date, a percentage or a number off the scale.
    """
    levels: set[int] = set()
    for found in _OTHER_NUMBER.finditer(text):
        before, after = text[: found.start()], text[found.end() :]
        parts = re.split("[/-]", found[1])
        if len(parts) > 2 or not all(part.isdecimal() and scale.holds(int(part[:12])) for part in parts):
            continue
        word = re.search(r"([^\W\d_]+)[\s:.=]*$", before)
        is_led = bool(word and (meaning("level", word[1]) or meaning("other-level", word[1])))
        counts = re.match(r"\s+[^\W\d_]", after) and not before.rstrip().endswith((",", ";", ":", "(", "=", ">"))
        if is_led or not counts:
            levels |= {int(part) for part in parts}
    return levels


def _described(text: str, scale: Scale) -> frozenset[int]:
    """The levels that the words name: by their descriptor, or as ``level 4``."""
    if number := re.fullmatch(r"([0-9]{1,2})\W*", _after_level_word(text)):
        return frozenset({int(number[1])})
    return scale.wording.get(key(text), frozenset())


def _are_words(text: str) -> bool:
    starts_with_digit = text.lstrip(" (-:").startswith(tuple("0123456789"))
    return bool(re.search(r"[^\W\d_]{2}", text)) and not starts_with_digit and key(text) not in words("not-rated")


def _no_number(text: str, scale: Scale) -> Verdict:
    verdict = _not_a_level(quoted(text), scale)
    described = scale.wording.get(key(text), frozenset())
    if len(described) != 1:
        return verdict
    return replace(verdict, reason=f"{quoted(text)} has no number - did you mean {min(described)}?")

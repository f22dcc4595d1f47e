"""Shares in prose that cannot be: a percentage that is not that of its own two numbers, and more than all people.

The two numbers stand right beside the percentage: "1,250 of 5,000 carers (35%)", "35% of carers (1,250 of 5,000)". A
number that ends in two or more zeros may be rounded to them, and the percentage may be off by one in its last digit,
by a tenth of itself where it is called about; what all of that allows is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from helpers.ingest.text_figures import Sentence, words

Problem = tuple[str, str, str, str, str]  # code, place, what is written, what was expected, what is wrong
CODE = "text-share-impossible"
_START = r"(?<![\d.,£$€/-])"
_NUMBER = r"\d{1,3}(?:,\d{3})+|\d+"
_PARTS = (
    rf"(?P<part>{_NUMBER}) (?:out )?of (?:(?:the|all|our|these|those) )*(?P<whole>{_NUMBER})(?![\d.,/%-]*\d)(?! ?%)"
)
_HEDGE = r"(?P<hedge>(?:about|around|approximately|roughly|nearly|almost|some|just|over|under|more than|less than) )*"
_PERCENT = r"(?P<percent>\d{1,3}(?:\.\d+)?) ?(?:%|per ?cent\b)"
PART_OF_WHOLE = (
    re.compile(rf"{_START}{_PARTS}(?: (?!or\b)[a-z][a-z'’-]*){{0,2}}(?: \(|,? or ){_HEDGE}{_PERCENT}", re.IGNORECASE),
    re.compile(rf"{_HEDGE}{_START}{_PERCENT}(?: of (?:(?:the|all|our) )?[a-z'’-]+)? \({_PARTS}", re.IGNORECASE),
)
COMPARED = re.compile(
    r"\b(?:expect|target|planned|compar|capacit|average|level|establish|fund|requir|need|than|usual|forecast|project)",
    re.IGNORECASE,
)


def impossible_shares(every: list[Sentence]) -> Iterator[Problem]:
    """Find the shares that cannot be, sentence by sentence."""
    for sentence in every:
        for pattern in PART_OF_WHOLE:
            for match in pattern.finditer(sentence.text):
                yield from _not_of_its_numbers(sentence, match)
        for match in _of_people().finditer(sentence.text):
            if float(match[1]) > 100 and not COMPARED.search(sentence.text):
                message = f"{match[0]} is more than all of them"
                yield CODE, sentence.place_at(match.start()), match[0], "at most 100%", message


def _not_of_its_numbers(sentence: Sentence, match: re.Match[str]) -> Iterator[Problem]:
    part, whole = (int(match[name].replace(",", "")) for name in ("part", "whole"))
    if not whole or re.fullmatch(r"(?:19|20)\d\d", match["whole"]):  # a year is no number of people
        return
    low, high = _bounds(part, whole)
    percent, decimals = float(match["percent"]), len(match["percent"].partition(".")[2])
    leeway = 10.0**-decimals + (0.1 * percent if match["hedge"] else 0)
    if not low - leeway - 1e-9 <= percent <= high + leeway + 1e-9:
        share = f"{100 * part / whole:.3g}%"
        message = f"{match['part']} of {match['whole']} is {share}, not {match['percent']}%"
        yield CODE, sentence.place_at(match.start("percent")), f"{match['percent']}%", share, message


def _bounds(part: int, whole: int) -> tuple[float, float]:
    """The lowest and the highest percentage that two numbers allow which may be rounded."""
    off = [_rounded_by(part), _rounded_by(whole)]
    return 100 * (part - off[0]) / (whole + off[1]), 100 * (part + off[0]) / (whole - off[1])


def _rounded_by(number: int) -> float:
    zeros = len(str(number)) - len(str(number).rstrip("0")) if number else 0
    return 0.5 * 10**zeros if zeros > 1 else 0.0


@cache
def _of_people() -> re.Pattern[str]:
    people = "|".join(words()["people"])
    return re.compile(
        rf"{_START}(\d{{3,4}}(?:\.\d+)?) ?(?:%|per ?cent) of (?:(?:the|all|our|these|those|local|older|younger) )*"
        rf"(?:{people})\b",
        re.IGNORECASE,
    )

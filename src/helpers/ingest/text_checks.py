"""Checks of the figures in prose: shares without a base or that do not add up, growth and counts that contradict.

A check that cries wolf is not read, so each speaks only where the words leave little doubt: shares are those of people
who were asked; they make up a whole only where the text says so or they are ranges that follow each other; two counts
are of the same thing only where the words that name it are the same.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations

from helpers.ingest import growth, text_shares
from helpers.ingest.text_blocks import Block
from helpers.ingest.text_dates import date_problems
from helpers.ingest.text_figures import PERCENT, Count, Percent, Sentence, any_of, counts, percentages, sentences, words

MOST_ITEMS = 12
NUMBER = r"(?<![\d.,/£$€-])(?!(?:19|20)\d\d\b)\d[\d,]*(?![\d.,/-]*\d)(?!\s?%)"
BASE = re.compile(
    rf"\bn\s?=\s?\d|\bbase:? ?\d|\b(?:out )?of (?:the |all )?{NUMBER} [a-z]|\bsample of \d", re.IGNORECASE
)
TO_COME = re.compile(
    r"\bby\s+(?:the year\s+)?((?:19|20)\d\d)\b|\b(?:over|in|within|during) the (?:next|coming) (\w+) years\b",
    re.IGNORECASE,
)
IN_YEARS = re.compile(r"\b(?:in|within)\s+(?:about\s+|some\s+)?()(\w+) years\b", re.IGNORECASE)
EXPECTED = re.compile(
    r"\b(?:will|would|could|may|might|expect\w*|anticipat\w*|project\w*|forecast\w*|predict\w*)\b", re.I
)
SPAN = re.compile(
    r"\b(?:from|between)\s+((?:19|20)\d\d)\s+(?:to|and|until)\s+((?:19|20)\d\d)\b|\b((?:19|20)\d\d)\s?[-–]\s?((?:19|20)\d\d)\b"
)
SMALL = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
NUMBERS = {word: at for at, word in enumerate(SMALL, start=1)}
NUMBERS |= {"fifteen": 15, "twenty": 20, "twenty-five": 25, "thirty": 30}
COMPARED = re.compile(
    r"\s*(?:lower|higher|(?:more|less|fewer)\b(?! than \d)|increase|decrease|rise|fall|growth|reduction|target"
    r"|points?)\b",
    re.IGNORECASE,
)
LEADS_ON = re.compile(r"[:;][\s*_]*(?:\([^)]*\))?$")
RANGES = (
    re.compile(r"\b(?:less than|under|up to|below|fewer than|within)\s+(\d+)", re.IGNORECASE),
    re.compile(r"\b(\d+)\s*(?:to|-|–|and)\s*(\d+)", re.IGNORECASE),
    re.compile(r"\b(?:more than|over|above|at least)\s+(\d+)|\b(\d+)\s*(?:\+|(?:or|and) (?:more|over))", re.IGNORECASE),
)
FROM_TO = re.compile(
    r"\bfrom\s+(\d[\d,]*(?:\.\d+)?)(?!\s?%|[\d/-])(?:\D{0,40}?\bin (?:the year )?(?:19|20)\d\d(?:/\d\d)?)?\D{0,40}?"
    r"\bto\s+(\d[\d,]*(?:\.\d+)?)(?!\s?%|[\d/-])",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Found:
    """One finding in a text: its code, where, what is written there, what was expected and what is wrong."""

    code: str
    place: str
    value: str
    expected: str
    message: str


def check_blocks(blocks: list[Block], today: dt.date) -> list[Found]:
    """Everything that is wrong with the figures of a text, check by check, each in the order of the text."""
    every = list(sentences(blocks))
    return [
        *_dates(every, today),
        *_without_base(blocks, every),
        *_not_adding_up(blocks),
        *(Found(*parts) for parts in text_shares.impossible_shares(every)),
        *_growth(every, today),
        *_changes(every),
        *_different_counts(every),
    ]


def _dates(every: list[Sentence], today: dt.date) -> Iterator[Found]:
    expected = {
        "text-date-impossible": "a date that exists",
        "text-figure-stale": "a newer figure",
        "text-date-past": "",
    }
    for sentence in every:
        for code, value, message in date_problems(sentence, today):
            yield Found(code, sentence.place_of(value), value, expected[code], message)


# shares of people who were asked


def _without_base(blocks: list[Block], every: list[Sentence]) -> Iterator[Found]:
    """One finding for each paragraph or list whose percentages are of people asked, and nobody says how many."""
    told = _sources_with_base(every)
    by_lead: dict[int, list[tuple[str, Percent]]] = defaultdict(list)
    for at, block in enumerate(blocks):
        said = [(one, share) for one in sentences([block]) for share in _shares(one.text)]
        shares = [(one.place_at(share.start), share) for one, share in said]
        lead = _lead(blocks, at)
        if shares and lead is not None and not _has_base(blocks, lead, at, told):
            by_lead[lead] += shares
    for found in by_lead.values():
        said = ", ".join(share.text for _, share in found[:MOST_ITEMS])
        message = f"of how many people {said} {'is' if len(found) == 1 else 'are'} the share is not said nearby"
        yield Found("text-share-without-base", found[0][0], said, "the number of people who answered", message)


def _shares(text: str) -> list[Percent]:
    """The percentages of a text that are no changes and no differences."""
    changed = re.compile(rf"\b(?:{'|'.join(words()['change'])})\b[^.;,%]{{0,40}}$", re.IGNORECASE)
    return [
        share
        for share in percentages(text)
        if not changed.search(text[: share.start]) and not COMPARED.match(text, share.start + len(share.text))
    ]


def _lead(blocks: list[Block], at: int) -> int | None:
    """The block that says that people were asked: the one that a list or a label hangs on, else the block itself."""
    is_short = blocks[at].is_item or len(blocks[at].text.split()) <= 2
    for before in range(at - 1, max(-1, at - MOST_ITEMS), -1) if is_short else ():
        text = blocks[before].text
        if not blocks[before].is_item and any_of("asked").search(text) and LEADS_ON.search(text):
            return before
        if not blocks[before].is_item and len(text.split()) > 2 and text.endswith("."):
            break
    return at if any_of("asked").search(blocks[at].text) else None


def _has_base(blocks: list[Block], lead: int, at: int, told: set[str]) -> bool:
    near = " ".join(block.text for block in blocks[max(0, lead - 1) : at + 2])
    if BASE.search(near) or _people().search(near):
        return True
    return any(source.lower() in told for source in any_of("sources").findall(near))


@cache
def _people() -> re.Pattern[str]:
    """A number of people, such as 412 respondents or 1,024 local residents."""
    return re.compile(rf"{NUMBER} (?:(?!asked\b)\w+ )?(?:{'|'.join(words()['people'])})\b", re.IGNORECASE)


def _sources_with_base(every: list[Sentence]) -> set[str]:
    """The surveys and panels of which the text says somewhere how many took part."""
    said = [sentence.text for sentence in every if _people().search(sentence.text) or BASE.search(sentence.text)]
    return {source.lower() for text in said for source in any_of("sources").findall(text)} - {"census"}


# shares that make up a whole


def _not_adding_up(blocks: list[Block]) -> Iterator[Found]:
    for first, last in _groups(blocks):
        text = " ".join(block.text for block in blocks[first : last + 1])
        lead = blocks[first - 1].text if first and blocks[first].is_item else ""
        shares = _shares(text)
        if len(shares) < 2 or not _is_whole(f"{lead} {text}", shares):
            continue
        total = sum(share.value for share in shares)
        leeway = len(shares) * 0.5 * 10.0 ** -max(share.decimals for share in shares)
        if abs(total - 100) > leeway + 1e-9:
            said = " + ".join(share.text.replace(" ", "") for share in shares)
            message = f"the shares {said} add up to {total:g}, not to 100"
            yield Found("text-shares-do-not-add-up", blocks[first].place_at(shares[0].start), said, "100", message)


def _groups(blocks: list[Block]) -> Iterator[tuple[int, int]]:
    """The stretches whose shares may belong together: one paragraph, the items of a list, ranges in a row."""
    at = 0
    while at < len(blocks):
        last = at
        while last + 1 < len(blocks) and last - at < MOST_ITEMS and _go_together(blocks[last], blocks[last + 1]):
            last += 1
        yield at, last
        at = last + 1


def _go_together(one: Block, two: Block) -> bool:
    are_alike = (one.is_item and two.is_item) or (_is_range(one.text) and _is_range(two.text))
    return are_alike and bool(percentages(one.text)) and bool(percentages(two.text))


def _is_range(text: str) -> bool:
    """Whether a text gives shares by ranges, such as 15 to 30 minutes."""
    without = PERCENT.sub("", text)
    return any(pattern.search(without) for pattern in RANGES)


def _is_whole(text: str, shares: list[Percent]) -> bool:
    """Whether the words say that the shares are all parts: the rest is named, or ranges follow each other."""
    if len(shares) >= 3 and _has_ranges_in_a_row(text):
        return True
    says_opposites = all(re.search(rf"\b{word}", text, re.IGNORECASE) for word in ("agree", "disagree", "neither"))
    return bool(any_of("whole").search(text)) or (says_opposites and len(shares) >= 3)


def _has_ranges_in_a_row(text: str) -> bool:
    """Whether a text speaks of less than a, a to b and more than b."""
    under, between, over = (pattern.findall(text) for pattern in RANGES)
    ends = {first or second for first, second in over}
    return any(first in under and last in ends for first, last in between)


# growth and counts that contradict each other


def _growth(every: list[Sentence], today: dt.date) -> Iterator[Found]:
    said = [found for sentence in every if (found := _stated(sentence, today)) is not None]
    for (one, subject, first), (two, other, second) in combinations(said, 2):
        if subject == other and growth.contradict(first, second, today=today.year):
            message = f"{subject}: {_words(first)} in {one}, but {_words(second)} in {two}"
            yield Found("text-growth-contradicts", two, f"{second.percent:g}%", "one figure", message)


def _words(stated: growth.Growth) -> str:
    start = f"from {stated.start} " if stated.start else ""
    return f"{'about ' if stated.is_hedged else ''}{stated.percent:g}% {start}to {stated.end}"


def _stated(sentence: Sentence, today: dt.date) -> tuple[str, str, growth.Growth] | None:
    """A statement of growth: place, what grows, by how much, until when; None where it is none or is not plain."""
    text = sentence.text
    shares = percentages(text)
    changes = list(re.finditer(rf"\b(?:{'|'.join(words()['change'])})\b", text, re.IGNORECASE))
    if len(shares) != 1 or not changes:
        return None
    change = min(changes, key=lambda match: abs(match.start() - shares[0].start))
    years = _until(text, today)
    subject = _subject(text, change)
    if years is None or not subject:
        return None
    sign = words()["change"][change[0].lower()]
    before = text[: shares[0].start].rstrip().lower()
    is_hedged = any(before.endswith(hedge) for hedge in words()["hedges"])
    stated = growth.Growth(sign * shares[0].value, *years, is_hedged=is_hedged, decimals=shares[0].decimals)
    return sentence.place_at(shares[0].start), subject, stated


def _until(text: str, today: dt.date) -> tuple[int | None, int] | None:
    """From which year, if it is said, and until which, for growth that is to come."""
    span = SPAN.search(text)
    if span:
        start, end = (int(year) for year in span.groups() if year)
        return (start, end) if end >= today.year else None
    match = TO_COME.search(text) or (IN_YEARS.search(text) if EXPECTED.search(text) else None)
    if not match:
        return None
    if match[1]:
        return (None, int(match[1])) if int(match[1]) >= today.year else None
    years = NUMBERS.get(match[2].lower()) or (int(match[2]) if match[2].isdecimal() else 0)
    return (None, today.year + years) if years else None


def _subject(text: str, change: re.Match[str]) -> str:
    """What grows, with whom it is about: "growth of demand", "the population aged 75 and over ... grow"."""
    after = re.match(
        r"\s+(?:in|of) (?:the )?([a-z][a-z-]+(?: [a-z][a-z-]+)?)\b(?! approximately)", text[change.end() :]
    )
    ages = re.search(
        r"\b(?:aged? )?(\d{2}) (?:and|or) over|\b(\d{2})\+|\bover[- ](\d{2})s?\b|\baged (\d+)", text[: change.start()]
    )
    age = f", aged {next(filter(None, ages.groups()))}" if ages else ""
    if after and after[1].split()[0] not in words()["hedges"]:
        return re.split(r" (?:over|by|of|to)\b", after[1])[0] + age
    stops = {
        *words()["stops"],
        *words()["hedges"],
        "predicted",
        "expected",
        "projected",
        "likely",
        "set",
        "forecast",
        "anticipated",
        "anticipate",
    }
    named = [word for word in re.findall(r"[A-Za-z][a-z'’-]*", text[: change.start()]) if word.lower() not in stops]
    plain = [word.lower() for word in named if word.islower()]
    return (plain[-1].removesuffix("'s") + age) if plain else ""


def _changes(every: list[Sentence]) -> Iterator[Found]:
    """A change that is given with both its ends and in percent, where the three do not agree."""
    for sentence in every:
        ends = FROM_TO.search(sentence.text)
        shares = percentages(sentence.text)
        if not ends or len(shares) != 1 or not any(word in sentence.text.lower() for word in words()["change"]):
            continue
        first, last = (float(number.replace(",", "")) for number in ends.groups())
        if not first or 1900 <= first <= 2100 or 1900 <= last <= 2100 or "point" in sentence.text:
            continue
        change = abs(100 * (last / first - 1))
        leeway = 0.5 * 10.0 ** -shares[0].decimals + 0.1 * shares[0].value
        if abs(change - shares[0].value) > leeway:
            message = f"from {ends[1]} to {ends[2]} is a change of {change:.3g}%, not of {shares[0].text}"
            yield Found(
                "text-growth-contradicts", sentence.place_at(shares[0].start), shares[0].text, f"{change:.3g}%", message
            )


def _different_counts(every: list[Sentence]) -> Iterator[Found]:
    """Two counts of things that have the same name, where one does not follow from the other by rounding."""
    first: dict[frozenset[str], Count] = {}
    for sentence in every:
        for count in counts(sentence):
            earlier = first.setdefault(count.things, count)
            if len(count.things) > 1 and earlier is not count and _differ(earlier, count):
                place = sentence.place_of(count.text)
                message = f"{earlier.text} in {earlier.sentence.place_of(earlier.text)}, but {count.text} in {place}"
                yield Found("text-counts-differ", place, count.text, earlier.text, message)


def _differ(one: Count, two: Count) -> bool:
    years = [set(count.sentence.years) for count in (one, two)]
    if all(years) and years[0] != years[1]:
        return False
    if one.sentence.at == two.sentence.at:  # a list of several, or a whole with its parts
        return False
    leeway = 0.1 * max(one.value, two.value) if one.is_hedged or two.is_hedged else 0
    return abs(one.value - two.value) > leeway

"""The figures that stand in sentences: percentages, counts of things, and statements of growth."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

from helpers.ingest.text_blocks import Block

PERCENT = re.compile(r"(?<![\d.,£$€/-])(\d{1,3}(?:\.\d+)?)(?:\s?%|\s(?:per ?cent|percent)\b(?! point))", re.IGNORECASE)
SENTENCE_END = re.compile(r"(?<=[.!?;])[\"”’')]*\s+(?=[A-Z\d“\"'‘(£])")
COUNT = re.compile(
    r"(?<![\w.,£$€/-])(\d{1,3}(?:,\d{3})+|\d{2,7})(?![\d.,/%:-]*\d)(?!\s?%)\s+([a-z][^.;:()!?]*)", re.IGNORECASE
)
YEAR = re.compile(r"(?<![\d.,£/-])(?:19|20)\d\d(?![\d%]|,\d|\.\d)")
WORD = re.compile(r"[a-z][a-z'’-]*", re.IGNORECASE)
WORDS_OF_A_NAME = 6


@dataclass(frozen=True)
class Sentence:
    """One sentence, its block, the place of the block among all, and where in the block's text it begins."""

    text: str
    block: Block
    at: int
    start: int = 0

    def place_of(self, said: str) -> str:
        """The place of the first number in some words of the sentence, which need not be quite as written."""
        number = re.search(r"\d[\d,.]*", said)
        at = self.text.find(said)
        if at < 0:
            return self.place_at(max(0, self.text.find(number[0] if number else said)))
        return self.place_at(at + (number.start() if number else 0))

    def place_at(self, at: int) -> str:
        """The place of what stands at a position of the sentence."""
        return self.block.place_at(self.start + at)

    @property
    def years(self) -> list[int]:
        """The years that it names."""
        return [int(year) for year in YEAR.findall(self.text)]


@dataclass(frozen=True)
class Percent:
    """One percentage: as written, its value, its decimals, and where in its sentence it begins."""

    text: str
    value: float
    decimals: int
    start: int


@dataclass(frozen=True)
class Count:
    """A number of things: as written, its value, whether it is hedged, and the words that say what is counted."""

    sentence: Sentence
    text: str
    value: int
    is_hedged: bool
    things: frozenset[str]


@cache
def words() -> dict:
    """The declared words by which figures in prose are understood."""
    return yaml.safe_load(resources.files("helpers.ingest").joinpath("text_words.yaml").read_text("utf-8"))


@cache
def any_of(name: str) -> re.Pattern[str]:
    """A pattern that finds any word of a declared list."""
    found = sorted(map(re.escape, words()[name]), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(found)})(?!\w)", re.IGNORECASE)


def sentences(blocks: list[Block]) -> Iterator[Sentence]:
    """Every sentence of some blocks, in order."""
    for at, block in enumerate(blocks):
        start = 0
        for end in [*SENTENCE_END.finditer(block.text), None]:
            yield Sentence(block.text[start : end.start() if end else None], block, at, start)
            start = end.end() if end else start


def percentages(text: str) -> list[Percent]:
    """The percentages of a text; 100 % and more than that are no shares and are left out."""
    found = []
    for match in PERCENT.finditer(text):
        value, decimals = float(match[1]), len(match[1].partition(".")[2])
        if value < 100:
            found.append(Percent(match[0], value, decimals, match.start()))
    return found


def counts(sentence: Sentence) -> Iterator[Count]:
    """The numbers of things that a sentence gives, such as "at least 500 voluntary groups"."""
    for match in COUNT.finditer(sentence.text):
        before = sentence.text[: match.start()].rstrip().lower()
        value = int(match[1].replace(",", ""))
        hedge = next((word for word in words()["hedges"] if re.search(rf"(?<!\w){word}$", before)), "")
        is_year = 1800 <= value <= 2200 and "," not in match[1] and not hedge
        if is_year or re.search(r"(?:aged?|appendix|chapter|page|section|aim|no\.?|of|version)$", before):
            continue
        things = _things(match[2])
        if things:
            phrase = " ".join(part for part in (hedge, match[1], _phrase(match[2])) if part)
            yield Count(sentence, phrase, value, bool(hedge), things)


def _named(text: str) -> list[str]:
    """The words of what is counted, up to the first that cannot belong to its name."""
    named = []
    for word in text.split()[:WORDS_OF_A_NAME]:
        plain = word.strip("“”\"'‘’,").lower()
        if plain in words()["stops"] or not WORD.fullmatch(plain):
            break
        named.append(plain)
        if word.endswith(","):
            break
    return named


def _phrase(text: str) -> str:
    return re.sub(r"(?: (?:and|or))+$", "", " ".join(_named(text)))


def _things(text: str) -> frozenset[str]:
    named = _named(text)
    if not named or named[0] in words()["units"]:
        return frozenset()
    same, weak = words()["same"], words()["weak"]
    return frozenset(same.get(word, word.removesuffix("s")) for word in named if word not in weak)

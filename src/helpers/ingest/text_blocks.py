"""Prose as blocks, each with its place: the paragraphs and list items of a text, a Word document or a PDF.

Runs in the child process, since the libraries that take documents apart are large. Nothing is interpreted here.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from helpers.ingest.books import Limits, Refusal
from helpers.ingest.delimited import CONTROLS
from helpers.ingest.encodings import decode

MOST_PAGES = 1_000
MOST_CHARACTERS = 5_000_000
ITEM = re.compile(r"\s*(?:[-*+•▪◦·]|\d{1,2}[.)]|\(?[a-z]\))\s+")
HEADING = re.compile(r"#{1,6}\s+")
LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
MARKS = re.compile(r"(?<!\w)[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}(?!\w)|`")
BREAK = "\ue000"  # a character that no text has
HYPHENATED = re.compile(r"(?<=[a-z])-\n(?=[a-z])")


@dataclass(frozen=True)
class Block:
    """One paragraph or list item: where it stands, in words, its text in one line, and whether it is an item.

    ``lines`` says of a text of several lines where each of them begins in ``text``, and its place.
    """

    place: str
    text: str
    is_item: bool = False
    lines: tuple[tuple[int, str], ...] = ()

    def place_at(self, at: int) -> str:
        """The place of what stands at a position of the text."""
        return next((place for start, place in reversed(self.lines) if start <= at), self.place)


def read_blocks(kind: str, data: bytes, limits: Limits) -> list[Block]:
    """The blocks of a text, in order.

    Parameters
    ----------
    kind : str
        ``text`` (plain or Markdown), ``docx`` or ``pdf``.

    Raises
    ------
    Refusal
        file-broken, file-password, file-encoding, or file-too-large where it has more text than can be looked at.
    """
    readers = {"text": _of_text, "docx": _of_docx, "pdf": _of_pdf}
    blocks, size = [], 0
    for block in readers[kind](data):
        size += len(block.text)
        if size > MOST_CHARACTERS:
            message = f"the text has more than {MOST_CHARACTERS:,} characters"
            raise Refusal("file-too-large", message, expected=f"at most {MOST_CHARACTERS:,} characters")
        blocks.append(block)
    return blocks


def _of_text(data: bytes) -> Iterator[Block]:
    text = decode(data)[0].replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text or len(CONTROLS.findall(text)) > len(text) / 20:
        raise Refusal("file-type", "the content is not text", expected="text")
    yield from blocks_of_lines(text.split("\n"), lambda line: f"line {line:,}")


def blocks_of_lines(lines: Iterable[str], place) -> Iterator[Block]:
    """Lines as blocks: a blank line ends one, a bullet or a heading begins one."""
    kept: list[str] = []
    first, is_item = 0, False
    for number, line in enumerate([*lines, ""], start=1):
        starts = ITEM.match(line) or HEADING.match(line)
        if kept and (starts or not line.strip()):
            yield _block(kept, [place(one) for one in range(first, number)], is_item)
            kept = []
        if line.strip():
            if not kept:
                first, is_item = number, bool(ITEM.match(line))
            kept.append(ITEM.sub("", line, count=1) if starts and is_item else HEADING.sub("", line, count=1))
            if HEADING.match(line):
                yield Block(place(first), _plain(kept.pop()))


def _block(kept: list[str], places: list[str], is_item: bool) -> Block:
    """Some lines as one text, with the position at which each begins."""
    marked = _plain("\n".join(line.replace(BREAK, "") for line in kept), BREAK).split(BREAK)
    starts = [sum(map(len, marked[:at])) for at in range(len(marked))]
    lines = tuple(zip(starts, places, strict=True)) if len(marked) == len(places) > 1 else ()
    return Block(places[0], "".join(marked), is_item, lines)


def _plain(text: str, mark: str = "") -> str:
    """The text in one line without the marks of Markdown; ``mark`` stands where a line began."""
    text = HYPHENATED.sub(mark, text).replace("\n", f"\n{mark}")
    return " ".join(MARKS.sub("", LINK.sub(r"\1", text)).split())


def _of_docx(data: bytes) -> Iterator[Block]:
    from docx import Document

    try:
        document = Document(io.BytesIO(data))
        for number, part in enumerate(document.iter_inner_content(), start=1):
            if hasattr(part, "rows"):
                yield from _of_table(part, number)
            elif part.text.strip():
                style = (part.style.name if part.style is not None else "") or ""
                yield Block(f"paragraph {number:,}", _plain(part.text), style.startswith("List"))
    except (KeyError, ValueError, AttributeError, LookupError) as error:
        raise Refusal("file-broken", f"the document cannot be taken apart ({error})") from None


def _of_table(table, number: int) -> Iterator[Block]:
    """One block a row; merged cells count once."""
    for row in table.rows:
        cells = dict.fromkeys(cell.text.strip() for cell in row.cells)
        if any(cells):
            yield Block(f"table at paragraph {number:,}", _plain(" | ".join(filter(None, cells))), True)


def _of_pdf(data: bytes) -> Iterator[Block]:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted:
            raise Refusal("file-password", "the document is protected by a password")
        for number, page in enumerate(reader.pages, start=1):
            if number > MOST_PAGES:
                raise Refusal("file-too-large", f"the document has more than {MOST_PAGES:,} pages")
            lines = page.extract_text().split("\n")
            yield from blocks_of_lines(lines, lambda line, page=number: f"page {page:,}, line {line:,}")
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        raise Refusal("file-broken", f"the document cannot be taken apart ({type(error).__name__})") from None

"""XML that cannot harm: document types and entities are refused, whatever the encoding.

Small parts become a tree (:func:`tree`, by ``defusedxml``). Sheets are too large for trees; they are read by handlers
on an ``expat`` parser that refuses as ``defusedxml`` does (:func:`parser`, :func:`feed`).
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree.ElementTree import Element, ParseError
from xml.parsers import expat

from defusedxml import DefusedXmlException
from defusedxml import ElementTree as defused

from helpers.ingest.books import Refusal

MALFORMED = (expat.ExpatError, ParseError, ValueError, LookupError)


class _RootSeen(Exception):
    pass


def parser(part: str) -> expat.XMLParserType:
    """An expat parser that refuses a document type; names come as ``namespace local``."""
    reader = expat.ParserCreate(namespace_separator=" ")
    reader.buffer_text = True

    def refuse(*_: object) -> None:
        raise _doctype(part)

    reader.StartDoctypeDeclHandler = refuse
    reader.EntityDeclHandler = refuse
    reader.UnparsedEntityDeclHandler = refuse
    reader.ExternalEntityRefHandler = refuse
    return reader


def feed(reader: expat.XMLParserType, chunks: Iterable[bytes], part: str) -> None:
    """Parse a part piece by piece; refuse the file where it is not well-formed."""
    try:
        for chunk in chunks:
            reader.Parse(chunk, False)
        reader.Parse(b"", True)
    except MALFORMED as error:
        raise broken(part, error) from None


def tree(data: bytes, part: str) -> Element:
    """Parse a small part into a tree."""
    try:
        return defused.fromstring(data, forbid_dtd=True)
    except DefusedXmlException:
        raise _doctype(part) from None
    except MALFORMED as error:
        raise broken(part, error) from None


class Prolog:
    """Look at a part up to its first element, where a document type would stand.

    A part that neither its name (``expected``) nor its first bytes give as XML is left alone.
    """

    def __init__(self, part: str, *, expected: bool):
        self.part = part
        self.expected = expected
        self.reader: expat.XMLParserType | None = None
        self.done = False

    def feed(self, chunk: bytes) -> None:
        if self.done or not chunk:
            return
        if self.reader is None:
            if not (self.expected or _looks_like_markup(chunk)):
                self.done = True
                return
            self.reader = parser(self.part)
            self.reader.StartElementHandler = _stop
        try:
            self.reader.Parse(chunk, False)
        except _RootSeen:
            self.done = True
        except MALFORMED as error:
            if self.expected:
                raise broken(self.part, error) from None
            self.done = True

    def finish(self) -> None:
        if self.reader is not None and not self.done and self.expected:
            raise broken(self.part, "it ends too early")


def local(name: str) -> str:
    """The name of an element or attribute without its namespace."""
    return name.rpartition(" ")[2].rpartition("}")[2]


def broken(part: str, why: object) -> Refusal:
    return Refusal("file-broken", f"the part {part} of the workbook is damaged ({why})")


def _stop(*_: object) -> None:
    raise _RootSeen


def _doctype(part: str) -> Refusal:
    message = f"the part {part} of the workbook declares a document type or entities"
    return Refusal("file-dtd", message, value=part)


def _looks_like_markup(chunk: bytes) -> bool:
    return chunk[:64].lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n").startswith(b"<")

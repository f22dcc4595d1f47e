"""What an API answered: whether it is data at all, and what it says where it is not.

Public APIs say what went wrong in many ways, and often with the status 200: a web page in place of data, a sentence
in place of JSON, an answer that ends in its middle. Each is told from the bytes, never from the status or the type.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

MOST_WORDS = 160
_PAGE = re.compile(rb"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body)\b", re.I | re.S)
_TITLE = re.compile(rb"<title[^>]*>(.*?)</title>", re.I | re.S)
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class FetchError(ValueError):
    """A source could not be had, or what it gave cannot be trusted; the message says why, in words."""


class PassingFault(FetchError):
    """A fault that may be gone at the next try; ``wait_seconds`` is how long the server asks to wait, if it does."""

    def __init__(self, message: str, wait_seconds: float | None = None) -> None:
        self.wait_seconds = wait_seconds
        super().__init__(message)


@dataclass(frozen=True)
class Answer:
    """A whole and checked answer, ready to be written.

    Attributes
    ----------
    content : bytes
        What the file will hold.
    ending : str
        ``.csv`` or ``.json``.
    rows : int
        Rows of the table, or cells of the cube.
    columns : tuple of str
        The columns of the table; empty for a cube.
    query : str
        The address that was asked, with everything that was asked of it.
    released : str
        When the source says it was updated, "" where it does not.
    notes : tuple of str
        What should be known: one sentence each.
    """

    content: bytes
    ending: str
    rows: int
    columns: tuple[str, ...]
    query: str
    released: str = ""
    notes: tuple[str, ...] = ()


def parsed(body: bytes) -> Any:
    """Read the body of an answer as JSON; numbers stay as they are written, so none is altered on the way.

    Raises
    ------
    PassingFault
        If it is a web page, a sentence, or JSON that was cut off.
    """
    refuse_page(body)
    try:
        text = body.removeprefix(BYTE_ORDER_MARK).decode("utf-8")
        return json.loads(text, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        if body.lstrip()[:1] in (b"{", b"["):
            raise PassingFault(f"the answer is cut off after {len(body):,} bytes") from None
        raise PassingFault(f"it answered with a text instead of data: {quoted(body)}") from None


def refuse_page(body: bytes) -> None:
    """Refuse a web page and an empty body.

    Raises
    ------
    PassingFault
        With the page's title.
    """
    if not body.strip():
        raise PassingFault("the answer is empty")
    if _PAGE.match(body.removeprefix(BYTE_ORDER_MARK)):
        title = _TITLE.search(body)
        said = f" ({quoted(title[1])})" if title else ""
        raise PassingFault(f"it answered with a web page instead of data{said}")


def quoted(body: bytes) -> str:
    """The beginning of a text, in quotation marks, without anything that a terminal would obey."""
    text = " ".join(body[: 8 * MOST_WORDS].decode("utf-8", "replace").split())
    plain = "".join(character if character.isprintable() else "?" for character in text)
    return f'"{plain[:MOST_WORDS]}…"' if len(plain) > MOST_WORDS else f'"{plain}"'


def complaint(body: bytes) -> str:
    """What an answer says went wrong, "" where it says nothing of the kind.

    CKAN writes ``{"error": {"message": ..}}`` or a list of texts for each parameter, Eurostat
    ``{"error": [{"label": ..}]}`` and ``{"warning": {"label": ..}}``.
    """
    try:
        return complaint_of(json.loads(body))
    except (ValueError, RecursionError):
        return ""


def complaint_of(content: object) -> str:
    """The same of an answer that was read already."""
    if not isinstance(content, dict):
        return ""
    return "; ".join(_texts(content.get("error")) + _texts(content.get("warning")))


def _texts(said: object) -> list[str]:
    if isinstance(said, str):
        return [quoted(said.encode())[1:-1]] if said.strip() else []
    if isinstance(said, list):
        return [text for part in said for text in _texts(part)]
    if isinstance(said, dict):
        wanted = [said[name] for name in ("label", "message") if name in said]
        return _texts(wanted or [part for name, part in said.items() if not name.startswith("__")])
    return []

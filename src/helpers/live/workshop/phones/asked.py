"""What a phone sends: read no further than allowed, and taken only in the form that the page gives it."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

from starlette.requests import ClientDisconnect, Request

from helpers.live.workshop.keeping import CONFIDENCES, TEXT_LIMIT, WORD_LIMIT, Submission
from helpers.live.workshop.steps import MOST_ROUNDS

BODY_LIMIT, BODY_SECONDS = 16 * 1024, 10.0
MOST_MADE = 2**53  # what a browser counts exactly
_MARK = re.compile(r"[A-Za-z0-9_-]{8,64}")
_JOIN_MARK = re.compile(r"[A-Za-z0-9_-]{32,64}|")  # long enough to be nobody else's
_CODE = re.compile(r"[a-z][a-z0-9_-]{0,63}")


class Unfit(ValueError):
    """A request that is not taken: ``status`` of the answer and ``why``, a word from the documented few."""

    def __init__(self, status: int, why: str) -> None:
        self.status, self.why = status, why
        super().__init__(why)


async def read_json(request: Request) -> dict[str, Any]:
    """The JSON object in a request.

    Raises
    ------
    Unfit
        If it comes from another page, is of another type, too large, too slow, or no JSON object.
    """
    if request.headers.get("origin") != f"http://{request.headers.get('host')}":
        raise Unfit(403, "origin")
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Unfit(415, "type")
    try:
        async with asyncio.timeout(BODY_SECONDS):
            body = await _body(request)
    except TimeoutError:
        raise Unfit(408, "slow") from None
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise Unfit(422, "unfit") from None
    if not isinstance(found, dict):
        raise Unfit(422, "unfit")
    return found


async def _body(request: Request) -> bytes:
    """The body, counted while it comes: a header that says it is small proves nothing."""
    if (size := request.headers.get("content-length", "")).isdecimal() and int(size[:20]) > BODY_LIMIT:
        raise Unfit(413, "too-long")
    body = bytearray()
    try:
        async for part in request.stream():
            body += part
            if len(body) > BODY_LIMIT:
                raise Unfit(413, "too-long")
    except ClientDisconnect:
        raise Unfit(400, "gone") from None
    return bytes(body)


def submission(told: dict[str, Any], participant: int) -> Submission:
    """The rating that was sent.

    Raises
    ------
    Unfit
        If a field is missing, of another type or out of its bounds. Whether it is on the scale is for the workshop.
    """
    rating, text = told.get("rating"), told.get("justification", "")
    fits = (
        "rating" in told
        and (rating is None or _is_whole(rating, -1000, 1000))
        and _is_whole(told.get("round"), 1, MOST_ROUNDS)
        and _is_whole(told.get("made"), 1, MOST_MADE)
        and _matches(_CODE, told.get("dimension"))
        and _matches(_MARK, told.get("mark"))
        and told.get("confidence", "") in CONFIDENCES
        and _is_text(text)
    )
    if not fits:
        raise Unfit(422, "unfit")
    if len(text) > TEXT_LIMIT:
        raise Unfit(422, "too-long")
    return Submission(
        participant,
        told["dimension"],
        told["round"],
        rating,
        told["mark"],
        told["made"],
        told.get("confidence", ""),
        text,
    )


def joining(told: dict[str, Any]) -> tuple[str, str, str]:
    """Role, sector and mark of who joins; each may be empty.

    Raises
    ------
    Unfit
        If one is no text or too long.
    """
    role, sector, mark = (told.get(name, "") for name in ("role", "sector", "mark"))
    if not all(_is_text(word) and len(word) <= WORD_LIMIT for word in (role, sector)) or not _matches(_JOIN_MARK, mark):
        raise Unfit(422, "unfit")
    return role, sector, mark


def personal_code(told: dict[str, Any]) -> str:
    """The personal code that somebody typed.

    Raises
    ------
    Unfit
        If it is no text or too long.
    """
    code = told.get("code")
    if not _is_text(code) or len(code) > WORD_LIMIT:
        raise Unfit(422, "unfit")
    return code


def _is_whole(value: object, low: int, high: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value <= high


def _matches(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _is_text(value: object) -> bool:
    """Whether it is text that can be written down: half of a pair of surrogates cannot."""
    return isinstance(value, str) and not any("\ud800" <= letter <= "\udfff" for letter in value)

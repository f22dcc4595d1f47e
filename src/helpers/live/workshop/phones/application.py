"""The addresses of the participants' application, all below the workshop's code, and what they answer."""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import sqlite3
from collections.abc import AsyncIterator, Callable, Collection
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import Scope

from helpers.live.workshop import keeping
from helpers.live.workshop.phones import asked, telling
from helpers.live.workshop.phones import page as pages
from helpers.live.workshop.phones.asked import Unfit
from helpers.live.workshop.phones.guarding import Guard
from helpers.live.workshop.phones.limits import whose
from helpers.live.workshop.phones.room import Room
from helpers.live.workshop.phones.watching import MOST_STREAMS
from helpers.live.workshop.records import COOKIE, hash_of_key

COOKIE_SECONDS = 2 * 24 * 3600
STATUSES = {"ended": 410, "closed": 409, "not-open": 409, "left-out": 403, "unknown-participant": 401}
UNFIT, NOT_NOW = 422, 503


def application(room: Room, *, hosts: Callable[[], Collection[str]]) -> Guard:
    """The application for one workshop, its guard before it. ``hosts`` are the names by which it may be called."""

    def at(path: str, tell: Callable[[Room, Request], Any], method: str = "GET") -> Route:
        async def endpoint(request: Request) -> Response:
            try:
                return await tell(room, request)
            except Unfit as error:
                answer = refused(error.status, error.why)
                answer.headers["Connection"] = "close"  # whatever else they were about to send
                return answer
            except sqlite3.Error:  # nothing was acknowledged; the phone asks again
                return refused(NOT_NOW, "not-kept")

        return Route(f"/s/{room.facts.code}/{path}", endpoint, methods=[method])

    async def nothing(request: Request, error: Exception) -> Response:
        return HTMLResponse(room.nothing_here, status_code=404)

    app = Starlette(
        routes=[
            at("rate", take_rating, "POST"),
            at("state", tell_state),
            at("events", tell_events),
            at("join", take_in, "POST"),
            at("return", take_back, "POST"),
            at("", show_page),
            at("{name}", show_file),
        ],
        exception_handlers={404: nothing, 405: nothing},
        lifespan=lambda _: _running(room),
    )
    app.router.redirect_slashes = False
    return Guard(
        app, code=room.facts.code, hosts=hosts, is_known=lambda scope: _is_known(room, scope), page=room.nothing_here
    )


@contextlib.asynccontextmanager
async def _running(room: Room) -> AsyncIterator[None]:
    room.writer.start()
    watching = asyncio.create_task(room.watcher.run())
    try:
        yield
    finally:
        room.watcher.close()
        await watching
        await asyncio.to_thread(room.writer.stop)
        room.watcher.connection.close()


async def show_page(room: Room, request: Request) -> Response:
    """The page; when the workshop has ended with the status that says so, for it shows the thanks then."""
    if wait := room.reads.take(_address(request)):
        return too_often(wait)
    return _sent(room.page, request, 410 if room.has_ended else 200)


async def show_file(room: Room, request: Request) -> Response:
    if wait := room.reads.take(_address(request)):
        return too_often(wait)
    found = room.files.get(request.path_params["name"])
    return _sent(found, request) if found else HTMLResponse(room.nothing_here, status_code=404)


async def tell_state(room: Room, request: Request) -> Response:
    """Where the workshop stands, and what this phone said; to a phone that has not joined only that it has not."""
    standing = room.watcher.standing
    if standing.state.ended_at:
        return refused(410, "ended")
    participant = room.participant(request)
    wait = room.asks.take(participant.participant) if participant else room.strangers.take(whose(_address(request)))
    if wait:
        return too_often(wait)
    if participant is None:
        return JSONResponse({"number": standing.number, **telling.for_one(None, standing.state, [])})
    own = keeping.own_ratings(room.watcher.connection, participant.participant)
    one = {**telling.for_one(participant, standing.state, own), "code": room.code_of(participant.participant)}
    told = json.dumps(one).encode()
    return Response(standing.told[:-1] + b", " + told[1:], media_type="application/json")


async def tell_events(room: Room, request: Request) -> Response:
    """The stream of events of this phone."""
    if room.has_ended:
        return refused(410, "ended")
    participant = room.participant(request)
    if participant is None:
        return refused(401, "unknown-participant")
    if wait := room.asks.take(participant.participant):
        return too_often(wait)
    if room.watcher.streams >= MOST_STREAMS:
        return refused(NOT_NOW, "full")
    return StreamingResponse(room.watcher.events(participant.participant), media_type="text/event-stream")


async def take_in(room: Room, request: Request) -> Response:
    """Let somebody join, and give them the key that only their browser has; who has one keeps it."""
    if room.has_ended:
        return refused(410, "ended")
    if wait := room.joins.take(_address(request)):
        return too_often(wait)
    role, sector, mark = asked.joining(await asked.read_json(request))
    if role not in room.stored["role"] or sector not in room.stored["sector"]:
        return refused(UNFIT, "unfit")
    if room.participant(request):
        return JSONResponse({"is_joined": True})
    key = room.new_key(mark)
    try:
        await room.writer.join(hash_of_key(key), role=role, sector=sector)
    except ValueError:
        return refused(NOT_NOW, "full")
    return _let_in(room, key)


async def take_back(room: Room, request: Request) -> Response:
    """Let somebody go on who has joined before, which their personal code shows: their phone has lost its key."""
    if room.has_ended:
        return refused(410, "ended")
    code = asked.personal_code(await asked.read_json(request))
    if wait := room.tries.take(_address(request)):
        return too_often(wait)
    found = room.coming_back(code)
    return _let_in(room, room.second_key(found.participant)) if found else refused(403, "unknown-code")


def _let_in(room: Room, key: str) -> Response:
    answer = JSONResponse({"is_joined": True})
    answer.set_cookie(
        COOKIE, key, max_age=COOKIE_SECONDS, path=f"/s/{room.facts.code}/", httponly=True, samesite="strict"
    )
    return answer


async def take_rating(room: Room, request: Request) -> Response:
    """Keep a rating; the answer comes when it is on the disk."""
    if room.has_ended:
        return refused(410, "ended")
    participant = room.participant(request)
    if participant is None:
        return refused(401, "unknown-participant")
    if wait := room.ratings.take(participant.participant):
        return too_often(wait)
    one = asked.submission(await asked.read_json(request), participant.participant)
    receipt = await room.writer.submit(one)
    if receipt.refused:
        return refused(STATUSES.get(receipt.refused, UNFIT), receipt.refused)
    return JSONResponse({"saved": one.mark})


def refused(status: int, why: str) -> Response:
    """An answer that says in one word why not."""
    return JSONResponse({"refused": why}, status_code=status)


def too_often(wait: float) -> Response:
    """An answer that says when to try again."""
    return JSONResponse({"refused": "too-often"}, status_code=429, headers={"Retry-After": str(math.ceil(wait))})


def _is_known(room: Room, scope: Scope) -> bool:
    return room.participant(Request(scope)) is not None


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _sent(content: pages.Content, request: Request, status: int = 200) -> Response:
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers = {"Content-Type": content.type, "Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        return Response(content.packed, status, headers)
    return Response(content.plain, status, {"Content-Type": content.type, "Vary": "Accept-Encoding"})

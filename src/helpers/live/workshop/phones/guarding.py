"""Who is let in at all: by the right name of this machine, with the workshop's code, and not after many wrong ones."""

from __future__ import annotations

import hmac
import math
from collections.abc import Callable, Collection, Iterable

from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from helpers.live.workshop.phones.limits import Buckets, whose

WRONG_TRIES, WRONG_SECONDS = 20, 60
HEADERS = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy",
     b"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; "
     b"form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
)  # fmt: skip


class Guard:
    """Stands before the application: refuses, or lets in, and puts the same headers on every answer.

    A wrong code is answered like any address that is not there, and counts against who tried. Who has tried too often
    is not let in with the right code either, unless known already: so nobody learns a code by trying.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        code: str,
        hosts: Callable[[], Collection[str]],
        is_known: Callable[[Scope], bool],
        page: bytes,
    ) -> None:
        self.app, self.code, self.hosts, self.is_known = app, code, hosts, is_known
        self.page = page
        self.wrong = Buckets(burst=WRONG_TRIES, per_second=WRONG_TRIES / WRONG_SECONDS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await self.app(scope, receive, send)
        if scope["type"] != "http":
            return None
        return await (self._refusal(scope) or self.app)(scope, receive, _with_headers(send))

    def _refusal(self, scope: Scope) -> Response | None:
        """The answer to who is not let in."""
        if _only(scope["headers"], b"host") not in self.hosts():
            return HTMLResponse(self.page, status_code=400)
        before, folder, rest = (*scope["path"].split("/", 3)[1:], "", "", "")[:3]
        if before != "s":
            return self.nothing()
        who = whose(scope["client"][0] if scope.get("client") else "")
        if not hmac.compare_digest(folder.lower().encode("utf-8", "replace"), self.code.encode()):
            wait = self.wrong.take(who)
            return _too_often(wait) if wait else self.nothing()
        if (wait := self.wrong.wait(who)) and not self.is_known(scope):
            return _too_often(wait)
        if folder != self.code or scope["path"].count("/") < 3:  # typed by hand: with capitals, or without the end
            return RedirectResponse(f"/s/{self.code}/", status_code=307) if not rest else self.nothing()
        return None

    def nothing(self) -> Response:
        """The one answer to every address that is not there."""
        return HTMLResponse(self.page, status_code=404)


def _too_often(wait: float) -> Response:
    return Response(status_code=429, headers={"Retry-After": str(math.ceil(wait))})


def _only(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> str:
    found = [value for key, value in headers if key == name]
    return found[0].decode("latin-1").lower() if len(found) == 1 else ""


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], *HEADERS]}
        await send(message)

    return sending

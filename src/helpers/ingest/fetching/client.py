"""Asking an API over HTTP: politely, with patience for what passes, and with limits on what it may do to us.

Only ``https`` is spoken, and ``http`` with this very machine (a mirror, a test). A redirect is followed within the
same rule. Faults that pass (no connection, a broken one, too many requests, the server's own errors, an answer that
is no data) are tried again, later each time, or after as long as the server asks.
"""

from __future__ import annotations

import email.utils
import ipaddress
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
import tenacity

import helpers
from helpers.ingest.fetching.answers import FetchError, PassingFault, complaint, parsed

T = TypeVar("T")

USER_AGENT = f"care-atlas/{helpers.__version__} (reports on integrated care from open data)"
TRIES = 4
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 2, 120
TIMEOUT = httpx.Timeout(90, connect=20)  # statistics.gov.scot gives up after a minute itself
MOST_SECONDS = 600
MOST_BYTES = 60_000_000
MOST_REDIRECTS = 3
JSON = "application/json"
PASSING = (429, 500, 502, 503, 504)


@dataclass(frozen=True)
class Connection:
    """An open line to one source: ``http`` asks, ``pause`` waits that many seconds between two tries."""

    http: httpx.Client
    pause: Callable[[float], object] = time.sleep


@contextmanager
def connected(address: str, pause: Callable[[float], object] = time.sleep) -> Iterator[Connection]:
    """Open a line to the server at an address; proxies of the surroundings are used, but not for this machine."""
    outside = not is_loopback(httpx.URL(check_address(address)))
    headers = {"User-Agent": USER_AGENT}
    with httpx.Client(timeout=TIMEOUT, headers=headers, trust_env=outside, follow_redirects=False) as http:
        yield Connection(http, pause)


def check_address(address: str) -> str:
    """Return the address without a slash at its end.

    Raises
    ------
    FetchError
        If it is not ``https``, nor ``http`` to this machine; or if it holds a name and password.
    """
    try:
        url = httpx.URL(address)
    except (httpx.InvalidURL, TypeError):
        raise FetchError(f"{address!r} is not an address") from None
    if not url.host or not (url.scheme == "https" or (url.scheme == "http" and is_loopback(url))):
        raise FetchError(f"{address} is not asked: only https is, and http only on this machine (127.0.0.1)")
    if url.userinfo:
        raise FetchError("an address with a name and a password in it is not asked")
    return address.rstrip("/")


def is_loopback(url: httpx.URL) -> bool:
    """Whether the address is one of this machine."""
    try:
        return ipaddress.ip_address(url.host).is_loopback
    except ValueError:
        return url.host == "localhost"


def get_json(
    connection: Connection, url: str, params: Mapping[str, object], *, accept: str = "application/json"
) -> Any:
    """Ask for JSON and read it; numbers stay texts, as they are written.

    Raises
    ------
    FetchError
        With the reason, once no further try is left.
    """
    return get(connection, url, params, accept=accept, read=parsed)


def get(
    connection: Connection, url: str, params: Mapping[str, object], *, accept: str, read: Callable[[bytes], T]
) -> T:
    """Ask, and read the answer with ``read``; whatever passes is tried again, the reading too.

    Raises
    ------
    FetchError
        With the reason, once no further try is left or where none would help.
    """
    tries = tenacity.Retrying(
        stop=tenacity.stop_after_attempt(TRIES),
        wait=_wait,
        retry=tenacity.retry_if_exception_type(PassingFault),
        sleep=connection.pause,
        reraise=True,
    )
    try:
        return tries(lambda: read(_once(connection.http, url, params, accept)))
    except PassingFault as fault:
        raise FetchError(f"{fault} (tried {TRIES} times)") from None


def _wait(state: tenacity.RetryCallState) -> float:
    """As long as the server asks, else 2, 4, 8 seconds."""
    fault = state.outcome.exception() if state.outcome else None
    asked = getattr(fault, "wait_seconds", None)
    if asked is not None:
        return min(asked, LONGEST_WAIT_SECONDS)
    return min(FIRST_WAIT_SECONDS * 2 ** (state.attempt_number - 1), LONGEST_WAIT_SECONDS)


def _once(http: httpx.Client, url: str, params: Mapping[str, object], accept: str) -> bytes:
    """The body of the one answer; redirects are followed by the rule of :func:`check_address`."""
    request = http.build_request("GET", check_address(url), params=dict(params), headers={"Accept": accept})
    for _ in range(MOST_REDIRECTS + 1):
        status, headers, body = _sent(http, request)
        if status not in (301, 302, 303, 307, 308):
            return _body(status, headers, body)
        target = request.url.join(headers.get("Location", ""))
        if is_loopback(target) and not is_loopback(request.url):
            raise FetchError(f"it leads from {request.url.host} to this machine, which is not followed")
        request = http.build_request("GET", check_address(str(target)), headers={"Accept": accept})
    raise FetchError(f"it leads on and on (more than {MOST_REDIRECTS} redirects)")


def _sent(http: httpx.Client, request: httpx.Request) -> tuple[int, httpx.Headers, bytes]:
    started, parts, size = time.monotonic(), [], 0
    try:
        response = http.send(request, stream=True)
        try:
            for part in response.iter_bytes():
                parts.append(part)
                size += len(part)
                if size > MOST_BYTES:
                    raise FetchError(f"the answer has more than {MOST_BYTES // 1_000_000} million bytes")
                if time.monotonic() - started > MOST_SECONDS:
                    raise FetchError(f"the answer was not complete after {MOST_SECONDS} seconds")
        finally:
            response.close()
    except httpx.TimeoutException:
        raise PassingFault(f"{request.url.host} did not answer in time") from None
    except (httpx.TransportError, httpx.DecodingError) as error:
        what = "broke off in the middle of the answer" if parts else "could not be made"
        raise PassingFault(f"the connection to {request.url.host} {what} ({type(error).__name__})") from None
    return response.status_code, response.headers, b"".join(parts)


def _body(status: int, headers: httpx.Headers, body: bytes) -> bytes:
    """The body of an answer that is one; what the server complains of becomes the reason."""
    if status == 200:
        return body
    said = complaint(body)
    reason = f"it answered with status {status}" + (f": {said}" if said else "")
    if status in PASSING:
        raise PassingFault(reason, _asked_to_wait(headers))
    if "ASYNCHRONOUS_RESPONSE" in said:
        raise PassingFault(reason)
    raise FetchError(reason)


def _asked_to_wait(headers: httpx.Headers) -> float | None:
    """The seconds of Retry-After, a number or a date; None where the header is not there or cannot be read."""
    said = headers.get("Retry-After", "").strip()
    if said.isdecimal():
        return float(said)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(said).timestamp() - time.time())
    except ValueError:
        return None

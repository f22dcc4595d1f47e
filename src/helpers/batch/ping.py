"""``--ping``: tells an address that a run began, and how it ended, as healthchecks.io and its kin expect it.

``URL/start`` at the beginning; at the end ``URL`` where all is well, else ``URL/fail``, with a few words of plain text.
An address that does not answer is said once and changes nothing else: the run neither fails nor waits longer than
``PATIENCE`` for it. Who knows the address can report in its name, so only its host is ever printed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from helpers.batch import listening
from helpers.batch.listening import FAILED, Listener

ENVIRONMENT_VARIABLE = "CARE_ATLAS_PING"
TIMEOUT, TRIES, PATIENCE = 2.5, 2, 6.0
NAMES_SHOWN = 20
_LOCKED = 75


def checked(address: str) -> str:
    """Return the address if it is one of http or https.

    Raises
    ------
    ValueError
        If it is not; the message does not repeat it, since it may hold a password.
    """
    try:
        parts = urlsplit(address.strip())
        fit = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        fit = False
    if not fit:
        raise ValueError("The address to ping must begin with http:// or https:// and name a host.")
    return address.strip()


def place(address: str, end: str) -> str:
    """Return the address of a signal: ``end`` is "", "start" or "fail"; a query stays behind it."""
    parts = urlsplit(address)
    path = "/".join([parts.path.rstrip("/"), *([end] if end else [])]) if end else parts.path
    return urlunsplit(parts._replace(path=path, fragment=""))


class Ping(Listener):
    """Sends the signals, each in a thread of its own so that the run never waits for the first one.

    ``tell`` is told, once, that the address does not answer.
    """

    def __init__(self, address: str, tell: Callable[[str], None]) -> None:
        self.address, self.tell = checked(address), tell
        self.problem = ""
        self.told = False
        self.thread: threading.Thread | None = None

    def run_started(self, run_id: str, *, total: int, jobs: int) -> None:
        self._send("start", f"run {run_id}: {total} reports to look at")

    def run_finished(self, record: dict[str, Any], *, status: int) -> None:
        self._send_last("fail" if status else "", body(record, status))

    def gave_up(self, message: str, *, status: int) -> None:
        if status != _LOCKED:  # the run that holds the lock will say how it ended
            self._send_last("fail", "the run could not be made")

    def _send_last(self, end: str, text: str) -> None:
        self._wait()  # the start must not arrive after the end
        self._send(end, text)
        self._wait()
        if self.problem and not self.told:
            self.told = True
            self.tell(f"The ping address at {urlsplit(self.address).hostname} {self.problem}.")

    def _send(self, end: str, text: str) -> None:
        self.thread = threading.Thread(target=self._post, args=(place(self.address, end), text), daemon=True)
        self.thread.start()

    def _wait(self) -> None:
        if self.thread:
            self.thread.join(PATIENCE)
            if self.thread.is_alive():
                self.problem = self.problem or f"gave no answer within {PATIENCE:.0f} seconds"
            self.thread = None

    def _post(self, address: str, text: str) -> None:
        try:
            problem = post(address, text)
        except Exception as error:  # whatever it is, the run goes on
            problem = f"could not be reached ({type(error).__name__})"
        self.problem = self.problem or problem


def post(address: str, text: str) -> str:
    """Send one signal and return "", or what the address answered; tried again where a second try may help.

    Raises
    ------
    httpx.HTTPError
        If there was no answer.
    """
    import httpx
    import tenacity

    again = tenacity.Retrying(
        stop=tenacity.stop_after_attempt(TRIES),
        wait=tenacity.wait_fixed(0.2),
        retry=tenacity.retry_if_exception_type(httpx.TransportError)
        | tenacity.retry_if_result(lambda answer: answer.status_code >= 500),
        retry_error_callback=lambda state: state.outcome.result(),
    )
    with httpx.Client(timeout=TIMEOUT, follow_redirects=True, max_redirects=3) as client:
        answer = again(client.post, address, content=text, headers={"content-type": "text/plain; charset=utf-8"})
    return "" if answer.is_success else f"answered with status {answer.status_code}"


def body(record: dict[str, Any], status: int) -> str:
    """The few words that go with the last signal: counts and the ids of regions that failed, nothing of their data."""
    counts = listening.counts(record)
    failed = [row["region"] for row in listening.everything(record) if row["state"] == FAILED]
    lines = [", ".join(f"{number} {state}" for state, number in counts.items()), f"exit status {status}"]
    if failed:
        lines.append(f"failed: {listening.some(failed, NAMES_SHOWN)}")
    if troubled := listening.with_problems(record):
        lines.append(f"something could not be used: {listening.some(troubled, NAMES_SHOWN)}")
    return "\n".join(lines)

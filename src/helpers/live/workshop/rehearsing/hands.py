"""The two ways in which a panel for practising hands in: into the workshop's file, or as phones do, over HTTP."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Sequence
from pathlib import Path

import httpx

from helpers.live.workshop import beside, keeping
from helpers.live.workshop.keeping import PRACTICE, Submission
from helpers.live.workshop.records import COOKIE, hash_of, hash_of_key
from helpers.live.workshop.rehearsing.acts import Act
from helpers.reference.models import Model

OK, UNFIT, AGAIN = 200, 422, {429, 503}
TIMEOUT_SECONDS = 5.0


class Directly:
    """Hands in through the workshop's file."""

    def __init__(self, connection: sqlite3.Connection, name: str, model: Model) -> None:
        self.connection, self.name, self.model = connection, name, model
        self.numbers: dict[int, int] = {}

    def join(self, member: int, role: str, sector: str) -> int | None:
        """Bring a member in; the number of the participant that they are, None to try again."""
        key = hash_of(self.name, member)
        one = keeping.join(self.connection, key=key, role=role, sector=sector, source=PRACTICE)
        self.numbers[member] = one.participant
        return one.participant

    def give(self, acts: Sequence[Act]) -> list[bool]:
        """Hand these in; of each whether it is settled, kept or refused."""
        submissions = [
            Submission(
                participant=self.numbers[act.member],
                dimension=act.place[0],
                round=act.place[1],
                rating=act.rating,
                mark=act.mark(self.name),
                made=act.place[2],
                confidence=act.confidence,
                justification=act.justification,
            )
            for act in acts
        ]
        keeping.submit(self.connection, submissions, dimensions=self.model.codes, levels=self.model.levels)
        return [True] * len(acts)


class ByPhone:
    """Hands in as phones do. What the server did not acknowledge is handed in again, with the same mark."""

    def __init__(self, connection: sqlite3.Connection, name: str, folder: Path) -> None:
        self.connection, self.name, self.folder = connection, name, folder
        self.client = httpx.Client(timeout=TIMEOUT_SECONDS, trust_env=False)
        self.keys: dict[int, str] = {}

    def join(self, member: int, role: str, sector: str) -> int | None:
        told = {"role": role, "sector": sector, "mark": hash_of(self.name, member)[:32]}
        answer = self._post("join", told, member)
        if answer is not None and answer.status_code == UNFIT:  # of a recording, in words that phones do not offer
            answer = self._post("join", told | {"role": "", "sector": ""}, member)
        if answer is None or answer.status_code != OK:
            return None
        self.keys[member] = answer.cookies.get(COOKIE, self.keys.get(member, ""))
        one = keeping.participant_of(self.connection, hash_of_key(self.keys[member]))
        return one.participant if one else None

    def give(self, acts: Iterable[Act]) -> list[bool]:
        return [self._given(act) for act in acts]

    def _given(self, act: Act) -> bool:
        dimension, round_, made = act.place
        told = {"dimension": dimension, "round": round_, "rating": act.rating, "mark": act.mark(self.name)}
        told |= {"made": made, "confidence": act.confidence, "justification": act.justification}
        answer = self._post("rate", told, act.member)
        return answer is not None and answer.status_code not in AGAIN

    def _post(self, name: str, told: dict, member: int) -> httpx.Response | None:
        """The answer; None where no server answers at this moment."""
        self.client.cookies.clear()
        with contextlib.suppress(OSError, ValueError, KeyError, IndexError, httpx.HTTPError):
            address = httpx.URL(beside.read(self.folder, beside.SERVER)["addresses"][0])
            headers = {"Origin": f"http://{address.netloc.decode()}"}
            if key := self.keys.get(member):
                headers["Cookie"] = f"{COOKIE}={key}"
            return self.client.post(address.join(name), json=told, headers=headers)
        return None

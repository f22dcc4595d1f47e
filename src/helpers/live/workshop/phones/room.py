"""A workshop that is open to phones: who writes, who watches, who is known, and how often each may ask."""

from __future__ import annotations

import hmac
import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from starlette.requests import Request

from helpers.live.workshop import keeping
from helpers.live.workshop.keeping import Facts, Participant
from helpers.live.workshop.opening import CODE_LETTERS
from helpers.live.workshop.phones import page as pages
from helpers.live.workshop.phones.limits import Buckets, ByAddress
from helpers.live.workshop.phones.watching import Watcher
from helpers.live.workshop.phones.writing import Writer
from helpers.live.workshop.records import COOKIE, hash_of_key
from helpers.reference import workshop_texts
from helpers.reference.models import load_model

SECOND_KEY = re.compile(r"(\d{1,6})\.[0-9a-f]{64}", re.ASCII)


@dataclass
class Room:
    """A workshop that is open to phones: its facts, who writes, who watches, and how often each may ask."""

    facts: Facts
    writer: Writer
    watcher: Watcher
    secret: str
    stored: dict[str, set[str]]
    page: pages.Content
    files: dict[str, pages.Content]
    nothing_here: bytes
    ratings: Buckets = field(default_factory=lambda: Buckets(burst=60, per_second=3))
    asks: Buckets = field(default_factory=lambda: Buckets(burst=120, per_second=6))
    strangers: Buckets = field(default_factory=lambda: Buckets(burst=1000, per_second=20))
    joins: ByAddress = field(  # mostly each phone has an address of its own, but a room may stand behind one router
        default_factory=lambda: ByAddress(each=Buckets(burst=60, per_second=0.2), own=Buckets(burst=300, per_second=1))
    )
    reads: ByAddress = field(  # the page and its files: some twenty each time that it is loaded
        default_factory=lambda: ByAddress(
            each=Buckets(burst=600, per_second=20), own=Buckets(burst=6000, per_second=200)
        )
    )
    tries: ByAddress = field(  # at a personal code
        default_factory=lambda: ByAddress(each=Buckets(burst=5, per_second=1 / 60), own=Buckets(burst=60, per_second=1))
    )
    known: dict[str, Participant] = field(default_factory=dict)

    @property
    def has_ended(self) -> bool:
        return bool(self.watcher.standing.state.ended_at)

    def participant(self, request: Request) -> Participant | None:
        """Who asks, by the key in the cookie, of which the workshop knows the SHA-256 alone."""
        key = request.cookies.get(COOKIE, "")
        if not key:
            return None
        hashed = hash_of_key(key)
        if hashed not in self.known:
            found = keeping.participant_of(self.watcher.connection, hashed) or self._back_with(key)
            if found is None:
                return None
            self.known[hashed] = found
        return self.known[hashed]

    def new_key(self, mark: str) -> str:
        """A key of 256 bits; for a phone that asks again since it never got the answer, the same one as before."""
        return self._sealed(mark).hex() if mark else secrets.token_hex(32)

    def code_of(self, participant: int) -> str:
        """The personal code by which they come back on a phone that has lost its key; 40 bits, kept nowhere."""
        number, letters = int.from_bytes(self._sealed(f"code of {participant}")), ""
        for _ in range(8):
            number, place = divmod(number, len(CODE_LETTERS))
            letters += CODE_LETTERS[place]
        return f"{letters[:4]}-{letters[4:]}"

    def coming_back(self, code: str) -> Participant | None:
        """Who of those that joined by phone has this personal code, however it is typed."""
        typed = "".join(letter for letter in code.lower() if letter in CODE_LETTERS).encode()
        for one in keeping.participants(self.watcher.connection):
            own = self.code_of(one.participant).replace("-", "").encode()
            if one.source == keeping.PHONE and hmac.compare_digest(typed, own):
                return one
        return None

    def second_key(self, participant: int) -> str:
        """A key for the cookie of a phone that came back, as good as the first."""
        return f"{participant}.{self._sealed(f'key of {participant}').hex()}"

    def _back_with(self, key: str) -> Participant | None:
        said = SECOND_KEY.fullmatch(key)
        if not said or not hmac.compare_digest(key, self.second_key(int(said[1]))):
            return None
        people = keeping.participants(self.watcher.connection)
        return next((one for one in people if one.participant == int(said[1])), None)

    def _sealed(self, said: str) -> bytes:
        """What only this server can make of it. A phone's mark has no blanks in it, so it is none of the others."""
        return hmac.new(self.secret.encode(), said.encode(), "sha256").digest()


def open_room(file: Path, *, secret: str, data: str | Path = "") -> Room:
    """Open a workshop's file for phones."""
    watcher = Watcher(file)
    facts = keeping.facts_of(watcher.connection)
    model = load_model(facts.model, data)
    choices = workshop_texts.stakeholder_choices("en", data)
    return Room(
        facts=facts,
        writer=Writer(file, dimensions=model.codes, levels=model.levels),
        watcher=watcher,
        secret=secret,
        stored={kind: {"", *(stored for stored, _ in found)} for kind, found in choices.items()},
        page=pages.page(facts, model, data),
        files=pages.files(),
        nothing_here=pages.nothing_here(data),
    )

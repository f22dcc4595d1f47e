"""What a workshop keeps, row by row: its facts, who takes part, what they hand in and what became of it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

PHONE, HAND, FILE, PRACTICE = ("phone", "hand", "file", "practice")
CONFIDENCES = ("", "low", "medium", "high")
COOKIE = "key"  # in which a phone has what tells who it is
TEXT_LIMIT, WORD_LIMIT, MOST_PARTICIPANTS = 2000, 80, 1000


@dataclass(frozen=True)
class Facts:
    """What a workshop is about: fixed when it is made.

    ``day`` is its date (ISO), which its ratings carry; ``code`` is the unguessable part of the participants' address;
    ``language`` is that of the model's texts on the presenter's page, and of a phone that has not chosen;
    ``is_practice`` that its panel is simulated or played back, so that nothing of it may be taken for an assessment.
    """

    region: str
    region_name: str
    model: str
    day: str
    code: str
    language: str = "en"
    is_practice: bool = False
    edition: int = 1


@dataclass(frozen=True)
class Participant:
    """One stakeholder: by phone, entered by hand, from a file, or simulated. ``label`` is all that others may see."""

    participant: int
    label: str
    role: str
    sector: str
    source: str
    at: str


@dataclass(frozen=True)
class Submission:
    """One rating as it is handed in.

    ``rating`` is None for "I cannot rate this". ``mark`` is made up by whoever hands it in, once for each rating: the
    same mark again is the same rating again, and is kept once. ``made`` grows with each rating of one participant:
    what counts is the one made last, in whatever order they arrive.
    """

    participant: int
    dimension: str
    round: int
    rating: int | None
    mark: str
    made: int
    confidence: str = ""
    justification: str = ""


@dataclass(frozen=True)
class Receipt:
    """What became of a submission: ``number`` where it is kept; else ``refused`` says why (ended, closed, not-open,
    unknown-participant, left-out, off-scale, too-long, unfit)."""

    number: int = 0
    refused: str = ""
    is_repeat: bool = False


def hash_of(*parts: object) -> str:
    """A fingerprint (SHA-256) of some texts and numbers, by which a participant or a rating is known again."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def hash_of_key(key: str) -> str:
    """What the workshop's file knows of a phone's key."""
    return hashlib.sha256(key.encode()).hexdigest()

"""The page that phones open: its words in all languages, the model's texts, and its own few files by exact name."""

from __future__ import annotations

import gzip
import html
import json
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

from helpers.live.workshop.keeping import Facts
from helpers.reference import workshop_texts
from helpers.reference.models import Model
from helpers.reference.workshop_texts import Text

FOLDER = Path(__file__).parent / "page"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@dataclass(frozen=True)
class Content:
    """Something to send: its type, its bytes, and the same bytes packed."""

    type: str
    plain: bytes
    packed: bytes


def content(type_: str, text: str) -> Content:
    """Pack a text once, since it is sent to every phone."""
    plain = text.encode()
    return Content(f"{type_}; charset=utf-8", plain, gzip.compress(plain, mtime=0))


def files() -> dict[str, Content]:
    """The page's files by name, read once: what is not among them has no address."""
    found = (path for path in sorted(FOLDER.iterdir()) if path.suffix in TYPES)
    return {path.name: content(TYPES[path.suffix], path.read_text("utf-8")) for path in found}


def page(facts: Facts, model: Model, data: str | Path = "") -> Content:
    """The page itself: a frame, and all texts as data that its scripts read."""
    phrases = {language: workshop_texts.phrases(language, data) for language in workshop_texts.languages(data)}
    own = phrases.get(facts.language, phrases["en"])
    values = {
        "language": facts.language,
        "title": f"{own['workshop']}: {facts.region_name}",
        "practice": own["practice"] if facts.is_practice else "",
        "practice_hidden": "" if facts.is_practice else "hidden",
        "choose_language": own["language"],
    }
    needs_script = "".join(f'<p lang="{code}">{html.escape(found["no_script"])}</p>' for code, found in phrases.items())
    frame = Template((FOLDER / "page.html").read_text("utf-8"))
    return content(
        "text/html",
        frame.substitute(
            {name: html.escape(value) for name, value in values.items()},
            no_script=needs_script,
            texts=_inert(texts(facts, model, data)),
        ),
    )


def texts(facts: Facts, model: Model, data: str | Path = "") -> dict[str, Any]:
    """All that the page says, in all languages, so that a phone can change its language without a connection.

    A text is a string, or, where it is in another language than asked for, a list of the text and its language.
    """
    spoken = workshop_texts.languages(data)
    return {
        "region": facts.region_name,
        "day": facts.day,
        "language": facts.language,
        "languages": spoken,
        "dimensions": list(model.codes),
        "in": {
            language: {
                "phrases": _said(workshop_texts.phrases(language, data), language),
                **{
                    kind: [[stored, _one(shown, language)] for stored, shown in choices]
                    for kind, choices in workshop_texts.stakeholder_choices(language, data).items()
                },
                "model": {
                    code: {
                        "name": _one(found.name, language),
                        "objective": _one(found.objective, language),
                        "levels": [[level, _one(text, language)] for level, text in found.levels.items()],
                    }
                    for code, found in workshop_texts.dimension_texts(model, language, data).items()
                },
            }
            for language in spoken
        },
    }


def nothing_here(data: str | Path = "") -> bytes:
    """The plain page for every address that is not there."""
    said = "".join(
        f'<p lang="{code}">{html.escape(workshop_texts.phrases(code, data)["nothing_here"])}</p>'
        for code in workshop_texts.languages(data)
    )
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><title>404</title>'
        f"<main><h1>404</h1>{said}</main></html>"
    ).encode()


def _said(phrases: dict[str, Text], language: str) -> dict[str, Any]:
    return {key: _one(text, language) for key, text in phrases.items()}


def _one(text: Text, language: str) -> str | list[str]:
    return str(text) if text.language == language else [str(text), text.language]


def _inert(told: dict[str, Any]) -> str:
    """JSON that ends no script element and begins no comment, whatever stands in it."""
    return json.dumps(told, ensure_ascii=False).replace("<", "\\u003c")

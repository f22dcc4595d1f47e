"""The declared sources on the web: what each is asked, what it must answer with, and under which licence.

They stand in ``data/reference/sources.yaml``; a data folder may bring its own.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from helpers.ingest.fetching.answers import FetchError
from helpers.ingest.fetching.client import check_address
from helpers.reference import paths

FILE = "sources.yaml"
KINDS = ("ckan", "sparql", "json-stat", "fingertips")
TEXTS = ("id", "kind", "title", "producer", "address", "page", "licence", "attribution")


class SourceError(ValueError):
    """No source is called so, or the register of sources cannot be used; the message says what is wrong."""


@dataclass(frozen=True)
class Source:
    """One declared source.

    Attributes
    ----------
    id : str
        How it is called on the command line; its files are ``<id>_<date>``.
    kind : str
        How it is asked: ckan, sparql, json-stat or fingertips.
    title, producer, licence, attribution : str
        What is recorded of each file.
    address : str
        Where the API is, without what is asked.
    page : str
        Where people find the data.
    ask : dict
        What is asked, by the words of its kind (see ``sources.yaml``).
    columns : dict
        Every column (of a cube: every dimension) that the answer must have, and what it holds.
    note : str
        What should be known of it.
    """

    id: str
    kind: str
    title: str
    producer: str
    address: str
    page: str
    licence: str
    attribution: str
    ask: Mapping[str, Any]
    columns: Mapping[str, str]
    note: str = ""


def load_sources(data: str | Path = "") -> dict[str, Source]:
    """Load the declared sources by their id.

    Raises
    ------
    SourceError
        If the register cannot be read or an entry is not whole.
    """
    file = paths.reference_file(FILE, data)
    try:
        entries = yaml.safe_load(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SourceError(f"{file} cannot be read: {type(error).__name__}") from None
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise SourceError(f"{file} is not a list of sources")
    found = [_source(entry, place, file) for place, entry in enumerate(entries, start=1)]
    twice = [source.id for place, source in enumerate(found) if source.id in {one.id for one in found[:place]}]
    if twice:
        raise SourceError(f"{file}: the source {twice[0]} stands there twice")
    return {source.id: source for source in found}


def _source(entry: dict[str, Any], place: int, file: Path) -> Source:
    who = f"{file}: source {entry.get('id', place)}"
    missing = [name for name in TEXTS if not isinstance(entry.get(name), str) or not entry[name].strip()]
    missing += [name for name in ("ask", "columns") if not isinstance(entry.get(name), dict) or not entry[name]]
    if missing:
        raise SourceError(f"{who}: {', '.join(missing)} is missing")
    if entry["kind"] not in KINDS:
        raise SourceError(f"{who}: the kind {entry['kind']!r} is none of {', '.join(KINDS)}")
    if not paths.ID_PATTERN.fullmatch(entry["id"]):
        raise SourceError(f"{who}: an id is small letters, digits and hyphens")
    unknown = sorted(set(entry) - set(Source.__dataclass_fields__))
    if unknown:
        raise SourceError(f"{who}: {', '.join(map(str, unknown))} is nothing that a source has")
    try:
        return Source(**entry | {"address": check_address(entry["address"]), "note": str(entry.get("note", ""))})
    except FetchError as error:
        raise SourceError(f"{who}: {error}") from None


def chosen_sources(ids: Iterable[str], data: str | Path = "") -> list[Source]:
    """The sources of these ids, each once, in the order given.

    Raises
    ------
    SourceError
        If one is not declared; the message names the nearest.
    """
    known, wanted = load_sources(data), list(dict.fromkeys(ids))
    for id_ in wanted:
        if id_ not in known:
            near = difflib.get_close_matches(id_.lower(), known, n=1, cutoff=0.6)
            hint = f" - did you mean {near[0]!r}?" if near else ""
            raise SourceError(f"no source is called {id_!r}{hint} (atlas fetch --list names them all)")
    return [known[id_] for id_ in wanted]


def with_addresses(sources: Iterable[Source], said: Iterable[str]) -> list[Source]:
    """The sources with the addresses of mirrors: each is said as ``KIND=URL``.

    Raises
    ------
    SourceError
        If the kind is none, or the address is not one that is asked.
    """
    addresses = {}
    for text in said:
        kind, _, address = text.partition("=")
        if kind not in KINDS:
            raise SourceError(f"an address is said as KIND=URL, where KIND is {', '.join(KINDS)}; not {text!r}")
        try:
            addresses[kind] = check_address(address)
        except FetchError as error:
            raise SourceError(str(error)) from None
    return [replace(source, address=addresses.get(source.kind, source.address)) for source in sources]

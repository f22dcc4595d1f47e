"""Office Open XML packages (.xlsx, .xlsm, .xlsb): which part is the workbook, and what each part leads to."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass

from helpers.ingest.archives import Archive
from helpers.ingest.books import Refusal
from helpers.ingest.markup import local, tree


@dataclass(frozen=True)
class Relation:
    """A part that another part leads to; ``kind`` is the last word of the relationship's type."""

    kind: str
    part: str


def relations(archive: Archive, part: str) -> dict[str, Relation]:
    """What a part leads to inside the archive, by relationship id; links to the outside are left out."""
    folder, name = posixpath.split(part)
    listing = posixpath.join(folder, "_rels", f"{name}.rels")
    if listing not in archive:
        return {}
    found = {}
    for element in tree(archive.read(listing), listing):
        if local(element.tag) == "Relationship" and element.get("TargetMode") != "External":
            target = element.get("Target", "").replace("\\", "/")
            resolved = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            found[element.get("Id", "")] = Relation(element.get("Type", "").rpartition("/")[2], resolved)
    return found


def workbook_part(archive: Archive, usual: str) -> str:
    """The name of the part that lists the sheets; ``usual`` where the package does not say."""
    for relation in relations(archive, "").values():
        if relation.kind == "officeDocument":
            return relation.part
    if usual in archive:
        return usual
    raise Refusal("file-broken", "the workbook's archive does not say where its list of sheets is")


def part_of_kind(related: dict[str, Relation], kind: str, archive: Archive) -> str:
    """The name of the one part of a kind (styles, sharedStrings) that a workbook leads to, or nothing."""
    for relation in related.values():
        if relation.kind == kind and relation.part in archive:
            return relation.part
    return ""

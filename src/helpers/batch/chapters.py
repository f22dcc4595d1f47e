"""Executed notebooks as chapters: the sections, blocks, messages and files that the report is put together from."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import nbformat

from helpers.page.blocks import MIME

CLOSING = "Sources and limits"
DATA, DATA_TITLE = "Data", "The data behind this chapter"


@dataclass
class Section:
    """One ``##`` part of a notebook: its static title, and the blocks under it in order."""

    title: str
    anchor: str
    blocks: list[dict[str, Any]] = field(default_factory=list)

    @property
    def first_figure(self) -> dict[str, Any] | None:
        return next((block for block in self.blocks if block["kind"] == "figure"), None)

    @property
    def finding(self) -> str:
        """The finding as the heading: the title of the first figure."""
        return self.first_figure["title"] if self.first_figure else ""


@dataclass
class Chapter:
    """What one executed notebook says."""

    name: str
    title: str
    lead: str
    sections: list[Section]
    closing: list[dict[str, Any]]

    @property
    def anchor(self) -> str:
        return slug(self.name)

    @property
    def short_title(self) -> str:
        return self.name.split("_", 1)[-1].replace("_", " ").capitalize()

    def of_kind(self, kind: str) -> list[dict[str, Any]]:
        """All blocks of one kind, in order."""
        everything = [block for section in self.sections for block in section.blocks] + self.closing
        return [block for block in everything if block["kind"] == kind]

    @property
    def tables(self) -> list[dict[str, Any]]:
        """The tables of its sections; those under sources and limits belong to the whole report."""
        return [block for section in self.sections for block in section.blocks if block["kind"] == "table"]

    def items(self, kind: str) -> list[dict[str, Any]]:
        """The items of all blocks of one kind (messages, numbers, sources)."""
        return [item for block in self.of_kind(kind) for item in block["items"]]


def read_chapter(notebook: nbformat.NotebookNode, name: str) -> Chapter:
    """Take an executed notebook apart into its title, lead, sections and closing blocks."""
    title, lead = "", ""
    sections: list[Section] = []
    before = Section("", "")
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and cell.source.startswith("# "):
            title, lead = _heading(cell.source)
        elif cell.cell_type == "markdown" and cell.source.startswith("## "):
            heading, text = _heading(cell.source)
            sections.append(Section(heading, f"{slug(name)}-{slug(heading)}"))
            _add_text(sections[-1], text, "guide")
        elif "notebook-only" not in cell.metadata.get("tags", []):
            (sections[-1] if sections else before).blocks.extend(_blocks(cell))
    closing = [block for section in sections if section.title == CLOSING for block in section.blocks]
    kept = [section for section in sections if section.title != CLOSING and _is_shown(section)]
    for section in kept:
        section.blocks = _one_method(section.blocks)
    kept = _message_first(_gathered(kept, sections))
    hidden = [block for block in before.blocks if block["kind"] not in ("guide", "method")]
    return Chapter(name, title, lead, kept, hidden + closing)


def _gathered(kept: list[Section], sections: list[Section]) -> list[Section]:
    """Sections without data become one sentence each, together under the data behind the chapter."""
    texts = [block["text"] for section in sections for block in section.blocks if block["kind"] == "absent"]
    if texts and not any(section.title == DATA for section in kept):
        kept = [*kept, *(section for section in sections if section.title == DATA)]
    for section in kept:
        if section.title == DATA and texts:
            section.blocks.append({"kind": "words", "text": " ".join(texts), "anchor": ""})
    return kept


def _message_first(sections: list[Section]) -> list[Section]:
    """A notebook begins with its data; a reader begins with what they say, so that section comes last."""
    for section in sections:
        section.title = DATA_TITLE if section.title == DATA else section.title
    return sorted(sections, key=lambda section: section.title == DATA_TITLE)


def _one_method(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What a page and what the notebook say of a method stand together where one follows the other."""
    found: list[dict[str, Any]] = []
    for block in blocks:
        if found and block["kind"] == "method" and found[-1]["kind"] == "worked_out":
            block = {**block, "text": found.pop()["text"]}
        found.append(block)
    return found


def slug(text: str) -> str:
    """Text as an id: lower case, hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _heading(source: str) -> tuple[str, str]:
    first, _, rest = source.partition("\n")
    return first.lstrip("# ").strip(), rest.strip()


def _add_text(section: Section, text: str, kind: str) -> None:
    if text:
        section.blocks.append({"kind": kind, "html": text})


def _blocks(cell: nbformat.NotebookNode) -> list[dict[str, Any]]:
    if cell.cell_type == "markdown":
        kind = "method" if "method" in cell.metadata.get("tags", []) else "guide"
        return [{"kind": kind, "html": cell.source}] if cell.source.strip() else []
    bundles = [output.get("data", {}) for output in cell.get("outputs", [])]
    return [dict(bundle[MIME]) for bundle in bundles if MIME in bundle]


def _is_shown(section: Section) -> bool:
    """A section with nothing but its reading guide is left out."""
    return any(block["kind"] in ("figure", "table", "words", "quotes") for block in section.blocks)

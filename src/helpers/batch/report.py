"""Put a region's chapters together into one page that opens offline, and check the page before it counts."""

from __future__ import annotations

import base64
import hashlib
import importlib.metadata
import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from html.parser import HTMLParser
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from nbconvert.filters.markdown_mistune import markdown2html_mistune

import helpers
from helpers.batch.chapters import Chapter
from helpers.batch.plan import Everyone
from helpers.page.tables import INSIDE, NUMERIC, as_shown, is_place, main_file, source_id, within
from helpers.reference.regions import Region

PRINT_SCRIPT = (
    "addEventListener('beforeprint',()=>document.querySelectorAll('details:not(.method,.contents,.long)').forEach(d=>{if(!d.open){"
    "d.open=true;d.dataset.closed='1'}}));addEventListener('afterprint',()=>document.querySelectorAll("
    "'details[data-closed]').forEach(d=>{d.open=false;delete d.dataset.closed}));"
)
LIBRARIES = ("pandas", "numpy", "matplotlib", "papermill")
MESSAGES_SHOWN = 5
LOADS = re.compile(r"url\(\s*['\"]?(?!#|data:)")
STYLED = (
    "style",
    "fill",
    "stroke",
    "filter",
    "mask",
    "clip-path",
    "cursor",
    "marker-start",
    "marker-mid",
    "marker-end",
)
NO_WORDS = "No description has been provided for this image"


class PageUnfit(Exception):
    """The finished page breaks a promise; it is not published."""


@dataclass
class Report:
    """What the page of one region shows; see ``templates/report.html.j2``."""

    region: str
    region_name: str
    title: str
    kicker: str
    standfirst: str
    command: str
    made_on: str
    chapters: list[Chapter]
    notices: list[tuple[str, str]] = field(default_factory=list)
    messages: list[dict[str, Any]] = field(default_factory=list)
    numbers: list[dict[str, Any]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    in_print: dict[str, Any] | None = None
    files: list[dict[str, Any]] = field(default_factory=list)
    source_blocks: list[dict[str, Any]] = field(default_factory=list)
    notebooks: list[str] = field(default_factory=list)
    workbook: str = "tables.xlsx"
    versions: str = ""

    @property
    def tables(self) -> list[dict[str, Any]]:
        """Every table of the page, in order."""
        found = [table for chapter in self.chapters for table in chapter.tables]
        return found + ([self.in_print] if self.in_print else [])


def compose(
    region: Region | Everyone,
    chapters: list[Chapter],
    *,
    made: datetime,
    missing: list[str],
    in_print: dict[str, Any] | None,
) -> Report:
    """Choose what goes where: notices and messages first, evidence next, sources last."""
    facts = merged_facts(chapters)
    subject = "integrated care" if isinstance(region, Everyone) else "integrated care and population needs"
    return Report(
        region=region.id,
        region_name=region.name,
        title=f"{region.name}: {subject}",
        kicker=f"Care Atlas report · {subject}",
        standfirst=_standfirst(facts, made),
        command=f"atlas run {region.id}",
        made_on=f"{made.day} {made:%B %Y}",
        chapters=chapters,
        notices=list(dict.fromkeys((n["text"], n["anchor"]) for chapter in chapters for n in chapter.items("notices"))),
        messages=_messages(chapters),
        numbers=_numbers(chapters),
        missing=missing,
        in_print=in_print,
        files=_files(chapters),
        source_blocks=_closing(chapters),
        notebooks=[f"{chapter.name}.ipynb" for chapter in chapters],
        versions=_versions(),
    )


def merged_facts(chapters: list[Chapter]) -> dict[str, Any]:
    """What the chapters say of the region in a few words, for the list of all regions."""
    return {key: value for chapter in chapters for item in chapter.items("facts") for key, value in item.items()}


def render(report: Report) -> str:
    """The report as one HTML page, checked."""
    page = (
        environment()
        .get_template("report.html.j2")
        .render(
            report=report,
            version=helpers.__version__,
            style=template_text("style.css"),
            script=PRINT_SCRIPT,
            script_hash=script_hash(PRINT_SCRIPT),
        )
    )
    return check_page(tidy(page))


def tidy(page: str) -> str:
    """Drop the blank lines that the template leaves."""
    return re.sub(r"\n\s*\n+", "\n", page) + "\n"


@cache
def environment() -> Environment:
    """The one environment of all templates: everything is escaped unless a filter of ours says otherwise."""
    env = Environment(
        loader=PackageLoader("helpers.batch"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters |= {
        "svg": _svg,
        "markdown": _markdown,
        "shown": _shown,
        "main_file": main_file,
        "looks": _looks,
        "source_id": source_id,
        "css_string": _css_string,
        "tilemap": Markup,
    }
    return env


@cache
def template_text(name: str) -> str:
    return resources.files("helpers.batch").joinpath("templates", name).read_text("utf-8")


def script_hash(script: str) -> str:
    """The fingerprint by which the page's own policy knows its only script."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


class _Promises(HTMLParser):
    """Collects what a page must not hold: requests to a host, foreign scripts, pictures without words, doubled ids.

    Looks at tags, attributes and styles alone: what a text says about ``url(...)`` loads nothing.
    """

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.ids: set[str] = set()
        self.scripts = 0
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.inside = tag if tag in ("style", "script") else ""
        self.scripts += tag == "script"
        for name, value in values.items():
            self._look_at(tag, name, value)
        if tag in ("iframe", "object", "embed", "base", "link", "form"):
            self.faults.append(f"<{tag}> is not allowed")
        if tag == "img" and values.get("alt", "") in ("", NO_WORDS):
            self.faults.append("a picture has no text of its own")

    handle_startendtag = handle_starttag

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside == "style" and (LOADS.search(data) or "@import" in data):
            self.faults.append("a style would load something from elsewhere")

    def _look_at(self, tag: str, name: str, value: str) -> None:
        loads = name in ("src", "srcset", "data", "action", "poster") or (name.endswith("href") and tag != "a")
        if loads and not value.startswith(("#", "data:image/")):
            self.faults.append(f"<{tag} {name}> would load {value[:80]}")
        if name in STYLED and LOADS.search(value):
            self.faults.append(f"<{tag} {name}> would load something from elsewhere")
        starts = value.lower().lstrip()
        if name.startswith("on") or (name.endswith("href") and starts.startswith(("javascript:", "data:t"))):
            self.faults.append(f"<{tag} {name}> could run a script")
        if name == "id" and value:
            if value in self.ids:
                self.faults.append(f"the id {value} stands twice")
            self.ids.add(value)


def check_page(page: str) -> str:
    """Return the page if it keeps its promises (opens offline, runs nothing but its own script); else raise."""
    promises = _Promises()
    promises.feed(page)
    faults = list(promises.faults)
    if promises.scripts > 1:
        faults.append(f"{promises.scripts} scripts where one is ours")
    if faults:
        raise PageUnfit("The page was not published: " + "; ".join(dict.fromkeys(faults)))
    return page


def _standfirst(facts: dict[str, Any], made: datetime) -> str:
    parts = []
    if facts.get("wave_name"):
        parts.append(f"Assessment of {facts['wave_name']}")
    if facts.get("indicator_period"):
        parts.append(str(facts["indicator_period"]))
    return " · ".join([*parts, f"Report of {made.day} {made:%B %Y}"])


def _messages(chapters: list[Chapter]) -> list[dict[str, Any]]:
    """The weightiest messages of each chapter, in the chapters' order."""
    share = MESSAGES_SHOWN if len(chapters) == 1 else (MESSAGES_SHOWN + 1) // 2
    chosen: list[dict[str, Any]] = []
    for chapter in chapters:
        items = [item for item in chapter.items("messages") if item["kind"] != "caution"]
        best = sorted(items, key=lambda item: -item["weight"])[:share]
        chosen.extend(item for item in items if item in best)
    return chosen[:MESSAGES_SHOWN]


def _closing(chapters: list[Chapter]) -> list[dict[str, Any]]:
    """What stands under sources and limits; the findings of all chapters as one table."""
    shown = [b for chapter in chapters for b in chapter.closing if b["kind"] in ("table", "words")]
    found = [block for block in shown if block.get("anchor") == "findings"]
    return [*(block for block in shown if block not in found), *_cautions(chapters), *as_one(found)]


def as_one(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Several blocks of findings as one table; the sentence that there are none where none of them has some."""
    tables = [block for block in found if block["kind"] == "table"]
    rows = [row for table in tables for row in table["rows"]]
    return [{**tables[0], "rows": rows}] if tables else found[:1]


def _cautions(chapters: list[Chapter]) -> list[dict[str, Any]]:
    """What to bear in mind with the messages of a chapter that has no banners of its own to say it."""
    quiet = [chapter for chapter in chapters if not chapter.of_kind("notices")]
    texts = [item["text"] for chapter in quiet for item in chapter.items("messages") if item["kind"] == "caution"]
    return [{"kind": "words", "text": " ".join(texts), "anchor": "cautions"}] if texts else []


def _numbers(chapters: list[Chapter]) -> list[dict[str, Any]]:
    """The large figures of the first chapter that has some, without those that have nothing to say."""
    found = next((numbers for chapter in chapters if (numbers := chapter.items("numbers"))), [])
    return [number for number in found if any(character.isalnum() for character in number["value"])][:3]


def _files(chapters: list[Chapter]) -> list[dict[str, Any]]:
    """One entry a file, whichever chapters read it."""
    files = {item["file"]: item for chapter in chapters for item in chapter.items("sources")}
    return [{**item, "anchor": source_id(str(name)), "about": _about(item)} for name, item in sorted(files.items())]


def _about(item: dict[str, Any]) -> str:
    rows = "Rows read {rows_in:,}: used {used:,}, skipped {skipped:,}, refused {refused:,}.".format(**item)
    known = ("producer", "date", "licence", "attribution", "status_note")
    parts = [*(item.get(name) for name in known), rows]
    return " ".join(str(part).rstrip(".") + "." for part in parts if part)


def _versions() -> str:
    parts = [f"Care Atlas {helpers.__version__}"] + [f"{lib} {importlib.metadata.version(lib)}" for lib in LIBRARIES]
    return ", ".join(parts)


def _svg(drawing: str) -> Markup:
    """A drawing of ours, as ``charts.svg`` wrote it."""
    if drawing and not drawing.lstrip().startswith("<svg"):
        raise PageUnfit("a drawing is not an SVG")
    return Markup(drawing)


def _markdown(source: str) -> Markup:
    """The static Markdown of a notebook; whatever depends on data arrives as blocks instead."""
    return Markup(markdown2html_mistune(source).replace("&#182;", "").replace("¶", ""))


def _looks(columns: list[dict[str, Any]]) -> list[Markup]:
    """The class of each column's cells; one letter for numbers, since a page has thousands."""
    kinds = ["n" if column["kind"] in NUMERIC else column["kind"] for column in columns]
    return [Markup("" if kind == "text" else " class={}").format(kind) for kind in kinds]


def _shown(value: Any, column: dict[str, Any], main: str = "") -> str | Markup:
    """One value; a place in the file that stands above the table is its cell alone, another one a link."""
    text = as_shown(value, column["kind"], column["decimals"])
    if is_place(column) and value:
        if cell := within(str(value), main):
            return cell
        file = source_id(str(value).split(INSIDE)[0])
        return Markup('<a class="place" href="#{}">{}</a>').format(file, text)
    if isinstance(value, list) and value:
        return Markup("<ul>{}</ul>").format(Markup("").join(Markup("<li>{}</li>").format(item) for item in value))
    return text


def _css_string(text: str) -> Markup:
    """Text as a CSS string in which nothing can end the string or the style."""
    plain = "".join(c if c.isalnum() or c in " -,." else f"\\{ord(c):x} " for c in text)
    return Markup(json.dumps(plain, ensure_ascii=False).replace("\\\\", "\\"))

"""What a notebook shows: figures, tables, sentences and notices, each as a block that the report can place.

A block shows itself in JupyterLab as HTML and travels to the report as data under its own MIME type, so that a
report is put together from what the executed notebook holds and from nothing else. Text is escaped here, once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from html import escape
from typing import Any

import pandas as pd

from helpers.scoring.wording import NBSP

MIME = "application/vnd.care-atlas.block+json"
NOTICES = ("illustrative", "reconstructed", "unknown", "refused", "small-panel", "old", "missing", "note")


@dataclass(frozen=True)
class Block:
    """One thing to show.

    ``kind`` is figure, table, words, worked_out, absent, quotes, messages, numbers, notices, sources, facts or mark;
    ``data`` is what the report needs, ready for JSON; ``html`` is the finished, escaped form for JupyterLab; ``text``
    is the plain form.
    """

    kind: str
    data: dict[str, Any] = field(repr=False)
    html: str = field(repr=False)
    text: str = ""

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, Any]:
        bundle = {MIME: {"kind": self.kind, **self.data}, "text/plain": self.text}
        return {**bundle, "text/html": self.html} if self.html else bundle


def figure(
    *,
    anchor: str,
    title: str,
    subtitle: str,
    alt: str,
    wide: str,
    narrow: str,
    source: str = "",
    folded: bool = False,
) -> Block:
    """A drawing in two widths (inline SVG) under the finding it shows.

    Parameters
    ----------
    anchor
        The id that key messages point to.
    title, subtitle
        The finding; the measure, unit, period and n.
    alt
        What the drawing shows, in words.
    wide, narrow
        Finished SVG for a desk and for a phone, as ``charts.svg.to_svg`` gives it.
    source
        Where the figures come from.
    folded
        Behind "Show the figure" on the page, or in sight.
    """
    data = {
        "anchor": anchor,
        "title": title,
        "subtitle": subtitle,
        "alt": alt,
        "wide": wide,
        "narrow": narrow,
        "source": source,
        "folded": folded,
    }
    html = f"<figure><figcaption>{_caption(title, subtitle)}</figcaption>{wide}{_source(source)}</figure>"
    return Block("figure", data, html, f"{title}. {alt}")


def words(*sentences: str, anchor: str = "") -> Block:
    """Sentences that follow from the numbers, as one paragraph."""
    text = " ".join(sentence for sentence in sentences if sentence)
    html = f"<p>{escape(text)}</p>" if text else ""
    return Block("words", {"text": text, "anchor": anchor}, html, text)


def worked_out(*sentences: str) -> Block:
    """How something was worked out, in words that depend on the numbers; the report folds it away."""
    text = " ".join(sentence for sentence in sentences if sentence)
    html = f"<details><summary>How this was worked out</summary><p>{escape(text)}</p></details>"
    return Block("worked_out", {"text": text}, html if text else "", text)


def absent(text: str) -> Block:
    """One sentence for a section that has no data; the report gathers these instead of showing empty sections."""
    return Block("absent", {"text": text}, f"<p>{escape(text)}</p>", text)


def messages(items: Sequence[Any]) -> Block:
    """Key messages, each with the section that holds its evidence (``scoring.messages.Message``)."""
    data = [asdict(item) for item in items]
    html = "<ul>" + "".join(f"<li>{escape(item['text'])}</li>" for item in data) + "</ul>"
    return Block("messages", {"items": data}, html if data else "", "\n".join(item["text"] for item in data))


def numbers(items: Sequence[Any]) -> Block:
    """The three figures in large type (``scoring.messages.BigNumber``); a number and its word never part."""
    data = [{**asdict(item), "value": re.sub(r"(?<=\d) (?=\w)", NBSP, item.value)} for item in items]
    html = "".join(f"<p><strong>{escape(n['value'])}</strong> {escape(n['label'])}</p>" for n in data)
    return Block("numbers", {"items": data}, html, "; ".join(f"{n['value']} {n['label']}" for n in data))


def notices(items: Iterable[tuple[str, str, str]]) -> Block:
    """Banners, only for what changes the meaning of the page, each as (kind, text, anchor of the reason)."""
    data = [{"notice": kind, "text": text, "anchor": anchor} for kind, text, anchor in items]
    for item in data:
        if item["notice"] not in NOTICES:
            raise ValueError(f"A notice is one of {', '.join(NOTICES)}; this is {item['notice']!r}")
    style = "background:#fff4d6;color:#6b4e00;padding:.5em 1em"
    html = "".join(f'<p style="{style}">{escape(item["text"])}</p>' for item in data)
    return Block("notices", {"items": data}, html, "\n".join(item["text"] for item in data))


class Blocks(list):
    """Several blocks shown one after the other by one cell."""

    def _ipython_display_(self) -> None:
        from IPython.display import display

        for block in self:
            display(block)


def quotes(title: str, groups: Iterable[tuple[str, str, Sequence[tuple[str, str]]]], *, anchor: str = "") -> Block:
    """What stakeholders wrote: for each heading a note and its quotations as (words, who)."""
    data = [
        {"heading": heading, "note": note, "items": [{"text": text, "who": who} for text, who in items]}
        for heading, note, items in groups
    ]
    html = f"<h4>{escape(title)}</h4>" + "".join(_quoted(group) for group in data)
    text = title + "\n" + "\n".join(group["heading"] for group in data)
    return Block("quotes", {"title": title, "groups": data, "anchor": anchor}, html if data else "", text)


def sources(frame: Any) -> Block:
    """The files behind the page, one row a file, as ``ingest.sources.source_table`` gives them."""
    data = [{key: _json(value) for key, value in row.items()} for row in frame.to_dict("records")]
    html = "".join(f"<li>{escape(str(item['file']))}: {escape(str(item.get('title') or ''))}</li>" for item in data)
    return Block("sources", {"items": data}, f"<ul>{html}</ul>" if data else "", f"{len(data)} files")


def facts(**values: Any) -> Block:
    """What the list of all regions says of this one: a few words each, no more."""
    return Block("facts", {"items": [{key: _json(value) for key, value in values.items()}]}, "", "")


def finished(run_mark: str) -> Block:
    """The mark that the last cell of a chapter leaves, so that a run cut short cannot pass for a whole one."""
    return Block("mark", {"run_mark": run_mark}, "", f"finished {run_mark}".strip())


def _json(value: Any) -> Any:
    """A value as JSON holds it; missing is None."""
    if value is None or (not isinstance(value, str | list | dict) and pd.isna(value)):
        return None
    return (
        value.item()
        if hasattr(value, "item")
        else value
        if isinstance(value, int | float | list | dict)
        else str(value)
    )


def _caption(title: str, subtitle: str) -> str:
    return f"<strong>{escape(title)}</strong><br>{escape(subtitle)}"


def _source(source: str) -> str:
    return f"<p><small>{escape(source)}</small></p>" if source else ""


def _quoted(group: dict[str, Any]) -> str:
    items = "".join(f"<li>“{escape(i['text'])}” ({escape(i['who'])})</li>" for i in group["items"])
    return f"<p><strong>{escape(group['heading'])}</strong> {escape(group['note'])}</p><ul>{items}</ul>"

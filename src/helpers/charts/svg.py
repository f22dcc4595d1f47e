"""A figure as one inline SVG: real text, an accessible name, small, and the same bytes for the same figure.

matplotlib's own SVG is a document of its own (doctype, metadata, global ids, repeated styles). Here it is rewritten:
nameless groups are dissolved, styles become attributes, what is the default goes, numbers get one decimal more than
a pixel needs, ids are renumbered under a prefix.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

from matplotlib.figure import Figure

from helpers.charts import style, svg_shapes, svg_tree

_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_ALIKE = re.compile(
    r'<path d="[^"]*"((?: fill="none"| stroke="#[0-9a-f]{6}"| stroke-width="[\d.]+"| stroke-linecap="round")+)/>'
    r'(?:<path d="[^"]*"\1/>)+'
)
_LABELS = re.compile(
    r'<text x="[\d.-]+" y="[\d.-]+"((?: (?:font-weight|font-size|text-anchor|fill)="[^"]*")+)>[^<]*</text>'
    r'(?:<text x="[\d.-]+" y="[\d.-]+"\1>[^<]*</text>)+'
)
_SAFE = re.compile(r"[A-Za-z0-9 .,#()-]*")
_DROPPED_TAGS = {"metadata", "style", "title", "desc"}
_DROPPED_STYLES = {"font-family", "font-stretch", "font-style", "font-variant"}
_DEFAULTS = {
    ("stroke-linecap", "butt"),
    ("stroke-linejoin", "round"),
    ("stroke-width", "1"),
    ("text-anchor", "start"),
    ("font-weight", "400"),
    ("fill", style.INK),
    ("stroke", "none"),
    ("opacity", "1"),
}
_NUMERIC = {
    "x",
    "y",
    "width",
    "height",
    "transform",
    "points",
    "stroke-width",
    "stroke-dasharray",
    "r",
    "cx",
    "cy",
}
_KEPT = {"d", "x", "y", "width", "height", "transform", "id", "clip-path", "href", "points", "cx", "cy", "r"}
_MARKS = {"use", "circle"}
_OWN = {"x", "y", "href", "id", "cx", "cy", "r"}


def to_svg(figure: Figure, *, prefix: str, title: str, alt: str) -> str:
    """Write a figure as one inline ``<svg>`` element.

    Parameters
    ----------
    figure
        A figure of this package, 72 dots per inch.
    prefix
        Begins every id in the SVG; unique on the page. A letter, then letters, digits and hyphens.
    title, alt
        Its accessible name and description; any text, escaped here.

    Returns
    -------
    str
        ``<svg role="img" ...>``, without doctype, script, metadata, date or external reference. It scales to its
        column, up to its natural width. The same figure and words give the same bytes.

    Raises
    ------
    ValueError
        If the prefix is no plain id, or title or alt is empty.
    """
    _check_words(prefix, title, alt)
    tree = svg_tree.tree(figure)
    svg_shapes.simplify(tree)
    names = _new_names(tree, prefix)
    body = _merged("".join(_markup(element, names, {}) for element in tree))
    return f"{_opening(figure, prefix)}{_words(prefix, title, alt)}{body}</svg>"


def _merged(body: str) -> str:
    """Write strokes that follow one another and look alike as one path, and say once how labels look that do.

    A grid of lines is most of some drawings. Only full strokes without a fill, a dash or a cap that would show where
    two of them meet are joined.
    """

    def joined(match: re.Match) -> str:
        strokes = "".join(re.findall(r'd="([^"]*)"', match[0]))
        return f'<path d="{strokes}"{match[1]}/>'

    def together(match: re.Match) -> str:
        bare = re.sub(rf'(<text x="[\d.-]+" y="[\d.-]+"){re.escape(match[1])}', r"\1", match[0])
        return f"<g{match[1]}>{bare}</g>"

    return _LABELS.sub(together, _ALIKE.sub(joined, body))


def _check_words(prefix: str, title: str, alt: str) -> None:
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", prefix):
        raise ValueError(f"prefix must be a letter, then letters, digits and hyphens; got {prefix!r}")
    for name, words in (("title", title), ("alt", alt)):
        if not style.plain(words):
            raise ValueError(f"{name} must say something, for those who do not see the chart; got {words!r}")


def _opening(figure: Figure, prefix: str) -> str:
    width, height = (round(side * 72) for side in figure.get_size_inches())
    widest = max(width, 520)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="{prefix}-title {prefix}-desc" '
        f'viewBox="0 0 {width} {height}" width="100%" '
        f'style="max-width:{widest}px;height:auto;display:block;font-variant-numeric:tabular-nums" '
        f'font-family="{style.SYSTEM_FONTS}" fill="{style.INK}" stroke-linejoin="round">'
    )


def _words(prefix: str, title: str, alt: str) -> str:
    name, description = (escape(style.plain(words, length=4000)) for words in (title, alt))
    return f'<title id="{prefix}-title">{name}</title><desc id="{prefix}-desc">{description}</desc>'


def _new_names(tree: ElementTree.Element, prefix: str) -> dict[str, str]:
    """Return new ids, in order of first use, for those that something refers to."""
    names: dict[str, str] = {}
    for element in tree.iter():
        for reference in _references(element):
            names.setdefault(reference, f"{prefix}-{len(names) + 1}")
    return names


def _references(element: ElementTree.Element) -> Iterator[str]:
    for name, value in element.attrib.items():
        if _local(name) == "href":
            yield value.removeprefix("#")
        elif "url(#" in value:
            yield from _REFERENCE.findall(value)


def _markup(element: ElementTree.Element, names: dict[str, str], inherited: dict[str, str]) -> str:
    """Write one element and what it holds; a group that says nothing of its own is left out around its children."""
    tag = _local(element.tag)
    if tag in _DROPPED_TAGS:
        return ""
    attributes = {name: value for name, value in _attributes(element, names).items() if inherited.get(name) != value}
    shared = _shared(element, names) if tag == "g" else {}
    attributes |= shared
    inner = escape(element.text or "") if tag == "text" else ""
    inner += "".join(_markup(child, names, shared) for child in element)
    if (tag in {"g", "defs"} and not attributes) or (tag in {"g", "defs"} and not inner):
        return f"<defs>{inner}</defs>" if tag == "defs" and inner else inner
    written = "".join([f" {name}={_quoted(value)}" for name, value in attributes.items()])
    return f"<{tag}{written}>{inner}</{tag}>" if inner else f"<{tag}{written}/>"


def _quoted(value: str) -> str:
    """Write an attribute's value; nearly all are numbers and colours, in which nothing is to be escaped."""
    return f'"{value}"' if _SAFE.fullmatch(value) else quoteattr(value)


def _shared(group: ElementTree.Element, names: dict[str, str]) -> dict[str, str]:
    """Return what all marks of a group have in common, so that it is written once."""
    if len(group) < 2 or any(_local(child.tag) not in _MARKS for child in group):
        return {}
    marks = [_attributes(child, names) for child in group]
    first = {name: value for name, value in marks[0].items() if name not in _OWN}
    return {name: value for name, value in first.items() if all(mark.get(name) == value for mark in marks)}


def _attributes(element: ElementTree.Element, names: dict[str, str]) -> dict[str, str]:
    result = {}
    for name, value in _declared(element):
        if name == "id":
            if value in names:
                result["id"] = names[value]
        elif name == "href":
            result["href"] = f"#{names[value.removeprefix('#')]}"
        elif "url(#" in value:
            result[name] = _REFERENCE.sub(lambda match: f"url(#{names[match[1]]})", value)
        else:
            result[name] = _shorter(name, value)
    if result.get("transform", "").startswith("rotate(0 ") or result.get("transform") == "":
        result.pop("transform")
    return {name: value for name, value in result.items() if (name, value) not in _DEFAULTS}


def _declared(element: ElementTree.Element) -> Iterator[tuple[str, str]]:
    """Yield the attributes that matter, with those hidden in ``style`` as attributes of their own."""
    for name, value in element.attrib.items():
        if _local(name) in _KEPT:
            yield _local(name), value
    yield from _look(element.get("style", ""))


@lru_cache(maxsize=10_000)
def _look(declarations: str) -> tuple[tuple[str, str], ...]:
    """Return what a ``style`` says that matters; few looks share out over all that is drawn."""
    parts = (declaration.partition(":") for declaration in declarations.split(";"))
    named = ((name.strip(), value.strip()) for name, _, value in parts)
    return tuple((name, _plain_weight(name, value)) for name, value in named if name and name not in _DROPPED_STYLES)


def _plain_weight(name: str, value: str) -> str:
    return "600" if (name, value) in {("font-weight", "700"), ("font-weight", "bold")} else value.removesuffix("px")


def _shorter(name: str, value: str) -> str:
    """Round the numbers of a geometric attribute and take the spaces out of a path."""
    if name == "d":
        return svg_shapes.in_short(value)
    return svg_shapes.rounded(value) if name in _NUMERIC else value


def _local(name: str) -> str:
    return name.rpartition("}")[2]

"""The one widget of the presenter's page: what it is told as traits, what it asks for as messages."""

from __future__ import annotations

from pathlib import Path

import anywidget
import traitlets

_FRONT = Path(__file__).parent / "front"
_SCRIPTS = (
    "dom.js", "screens.js", "screens_all.js", "actions.js", "panels.js", "panels_more.js", "link.js", "stage.js",
)  # fmt: skip
_STYLES = ("base.css", "screens.css", "panels.css")


def _joined(names: tuple[str, ...]) -> str:
    """The files one after the other: a widget's script is one module."""
    return "\n".join((_FRONT / name).read_text("utf-8") for name in names)


class Stage(anywidget.AnyWidget):
    """The stage. It holds no state of its own: everything on it follows from the workshop's file.

    Each trait is one part of what is shown, so that only what changed travels to the browser. Ratings are in none of
    them before their round is revealed.
    """

    _esm = _joined(_SCRIPTS)
    _css = _joined(_STYLES)
    place = traitlets.Dict().tag(sync=True)
    scene = traitlets.Dict().tag(sync=True)
    overview = traitlets.List().tag(sync=True)
    people = traitlets.Dict().tag(sync=True)
    phones = traitlets.Dict().tag(sync=True)
    files = traitlets.Dict().tag(sync=True)
    outcome = traitlets.Dict().tag(sync=True)
    priorities = traitlets.Dict().tag(sync=True)
    choices = traitlets.Dict().tag(sync=True)
    levels_svg = traitlets.Unicode().tag(sync=True)
    spider_svg = traitlets.Unicode().tag(sync=True)
    notice = traitlets.Dict().tag(sync=True)
    heard = traitlets.Int().tag(sync=True)

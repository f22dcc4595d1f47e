"""Axes without ticks and spines, and labels without a layout: matplotlib's own, minus what no chart here shows.

A report has about a hundred axes and thousands of strokes and labels. Axes that make ticks and spines only to hide
them, strokes that measure data nobody asks for and labels laid out in a font that no browser uses were more than half
of the time of a drawing. What is drawn is the same to the byte; whatever is not plain goes to matplotlib as it stands.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import XAxis, YAxis
from matplotlib.cbook import normalize_kwargs
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.text import Text


class BareAxes(Axes):
    """Axes of a chart of this package: limits, scales and artists as ever; never a tick, spine or background."""

    def _init_axis(self) -> None:
        self.xaxis, self.yaxis = _TicklessX(self, clear=False), _TicklessY(self, clear=False)

    def _gen_axes_spines(self) -> dict[str, Any]:
        return {}

    def _gen_axes_patch(self) -> Rectangle:
        return _Ground((0.0, 0.0), 1.0, 1.0)

    def _update_title_position(self, renderer: Any) -> None:
        """Leave titles where they are: the page writes them."""

    def _update_line_limits(self, line: Line2D) -> None:
        if self._measures_data():
            super()._update_line_limits(line)

    def _update_patch_limits(self, patch: Any) -> None:
        if self._measures_data():
            super()._update_patch_limits(patch)

    def _measures_data(self) -> bool:
        """Say whether a limit is still to follow from the data."""
        return self.get_autoscalex_on() or self.get_autoscaley_on()

    def plot(self, *args: Any, **kwargs: Any) -> list[Line2D]:
        """Draw one series of numbers whose colour is said; anything else is left to matplotlib."""
        look = _plain_look(args, kwargs)
        if look is None:
            return super().plot(*args, **kwargs)
        line = Line2D(*(np.asarray(numbers) for numbers in args[:2]), **look)
        self.add_line(line)
        if self._measures_data():
            self._request_autoscale_view("x")
            self._request_autoscale_view("y")
        return [line]


class Label(Text):
    """A line of text at an anchor on its baseline, which needs no measuring where it is written as SVG."""

    def draw(self, renderer: Any) -> None:
        write = getattr(renderer, "write_label", None)
        words, is_formula = self._preprocess_math(self.get_text())
        if write is None or is_formula or not self._is_plain():
            super().draw(renderer)
        elif self.get_visible() and words:
            place = self.get_transform().transform(self.get_unitless_position())
            if all(math.isfinite(each) for each in place):
                write(self, words, *place)
        self.stale = False

    def _is_plain(self) -> bool:
        """Say whether the text is one upright line on its baseline, without clip, link, box or effect."""
        usual = (self._verticalalignment, self.get_rotation(), self._bbox_patch) == ("baseline", 0, None)
        bare = not (self.get_clip_on() or self.get_url() or self.get_path_effects() or self.get_usetex())
        return usual and bare and self.get_alpha() is None and "\n" not in self.get_text() and not self.get_wrap()


class _Tickless:
    """An axis that has limits, a scale and places for ticks, and makes none."""

    majorTicks = minorTicks = ()

    def get_major_ticks(self, numticks: int | None = None) -> list[Any]:
        return []

    def get_minor_ticks(self, numticks: int | None = None) -> list[Any]:
        return []

    def draw(self, renderer: Any) -> None:
        """Draw nothing."""


class _TicklessX(_Tickless, XAxis):
    pass


class _TicklessY(_Tickless, YAxis):
    pass


class _Ground(Rectangle):
    """The unseen background, which every artist asks for its place; it is the same as long as the axes live."""

    _known = None

    def set_transform(self, transform: Any) -> None:
        self._known = None
        super().set_transform(transform)

    def get_transform(self) -> Any:
        if not self.is_transform_set():
            return super().get_transform()
        if self._known is None:
            self._known = super().get_transform()
        return self._known


_PLAIN = {float, int, np.float64, np.int64}


def _plain_look(args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any] | None:
    """Return a stroke's look under the full names, or None where it is not simply x, y and perhaps a marker.

    Marks that have their own colours need none for a line that is not drawn.
    """
    if len(args) not in {2, 3} or not all(_are_numbers(values) for values in args[:2]) or len(args[0]) != len(args[1]):
        return None
    names = _full_names(tuple(kwargs))
    look = dict(zip(names or (), kwargs.values(), strict=False))
    form = _FORMS.get(args[2]) if len(args) == 3 else {}
    if form is None or not isinstance(look.get("label", ""), str):
        return None
    if look.get("color") is None:
        if form.get("linestyle") != "None" or not {"markerfacecolor", "markeredgecolor"} <= look.keys():
            return None
        look["color"] = "none"
    return {**form, **look}


def _are_numbers(values: Any) -> bool:
    """Say whether values are one dimension of plain numbers, neither dates nor names nor missing."""
    if isinstance(values, list | tuple):
        return all(type(value) in _PLAIN for value in values)
    return type(values) is np.ndarray and values.ndim == 1 and values.dtype.kind in "fi"


# What matplotlib reads out of these formats; only a mark unsets the line.
_FORMS = {
    **{mark: {"linestyle": "None", "marker": mark} for mark in ("o", "D", "^", "v", "<", ">", "s", "|", "d")},
    "|-": {"linestyle": "-", "marker": "|"},
    "o-": {"linestyle": "-", "marker": "o"},
}


@lru_cache(maxsize=1000)
def _full_names(names: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return the full names of properties, None if one stands twice or belongs to the call and not to the line."""
    full = tuple(normalize_kwargs(dict.fromkeys(names, 0), Line2D))
    return full if len(full) == len(names) and not {"data", "scalex", "scaley"} & set(full) else None

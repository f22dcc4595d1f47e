"""A chart as a block: drawn for a desk and for a phone, with its words beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from matplotlib.figure import Figure

from helpers.charts import svg
from helpers.page.blocks import Block, figure

WIDTHS = ("wide", "narrow")


def drawing(
    draw: Callable[..., Figure],
    *tables: Any,
    anchor: str,
    title: str,
    subtitle: str,
    alt: str,
    source: str = "",
    **options: Any,
) -> Block:
    """Draw finished tables in both widths.

    Parameters
    ----------
    draw
        A ``figure_x`` function of ``charts``: takes the tables, ``width`` and the options.
    anchor
        The figure's id on the page; also the prefix of every id inside it.
    title, subtitle, alt
        The finding, the measure, and the drawing in words.
    """
    wide, narrow = (
        svg.to_svg(draw(*tables, width=width, **options), prefix=f"{anchor}-{width}", title=title, alt=alt)
        for width in WIDTHS
    )
    return figure(anchor=anchor, title=title, subtitle=subtitle, alt=alt, wide=wide, narrow=narrow, source=source)

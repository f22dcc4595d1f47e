"""A chart as a block: drawn for a desk and for a phone, with its words beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
    folded: bool = False,
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
    words = {"anchor": anchor, "title": title, "subtitle": subtitle, "source": source, "folded": folded}
    return in_parts(draw, [tables], alts=[alt], **words, **options)


def in_parts(
    draw: Callable[..., Figure],
    parts: Sequence[Sequence[Any]],
    *,
    anchor: str,
    title: str,
    subtitle: str,
    alts: Sequence[str],
    source: str = "",
    folded: bool = False,
    **options: Any,
) -> Block:
    """Draw a long chart as several, one under the other, so that each fits a printed page; see `drawing`."""
    wide, narrow = (
        "".join(
            svg.to_svg(
                draw(*tables, width=width, **options), prefix=_prefix(anchor, width, number), title=title, alt=alt
            )
            for number, (tables, alt) in enumerate(zip(parts, alts, strict=True))
        )
        for width in WIDTHS
    )
    words = {"anchor": anchor, "title": title, "subtitle": subtitle, "alt": " ".join(alts), "source": source}
    return figure(**words, wide=wide, narrow=narrow, folded=folded)


def _prefix(anchor: str, width: str, number: int) -> str:
    return f"{anchor}-{width}-{number}" if number else f"{anchor}-{width}"

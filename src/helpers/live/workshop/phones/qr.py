"""The participants' address as a code that phones scan."""

from __future__ import annotations

import html

import segno


def qr_svg(address: str, *, title: str = "", dark: str = "#1f2933", scale: int = 8) -> str:
    """Draw an address as a QR code.

    Parameters
    ----------
    address
        What a phone opens.
    title
        What a screen reader says of the picture; the address itself where nothing is given.
    dark
        Colour of the modules; they stand on white with the quiet zone of four modules that scanners need.
    scale
        Width of a module in the picture's own units. The picture has no size of its own; it fills its frame.

    Returns
    -------
    str
        An inline ``<svg>`` with a title. It can still be read with 15 % of it hidden or blurred.
    """
    code = segno.make_qr(address, error="m")
    drawn = code.svg_inline(scale=scale, border=4, dark=dark, light="#ffffff", omitsize=True, svgclass=None)
    named = html.escape(title or address)
    return drawn.replace("<svg ", f'<svg role="img" aria-label="{named}" ', 1).replace(
        ">", f"><title>{named}</title>", 1
    )

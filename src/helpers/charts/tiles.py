"""A tile map: one square a region, in about the place where it lies, each a link that says its state in words.

HTML rather than SVG, so that the tiles are ordinary links and names wrap as the page does. ``TILES_CSS`` goes into the
page once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

import pandas as pd

from helpers.charts import style
from helpers.scoring.wording import plural

MARKS = {"full": "●", "part": "◐", "none": "○", "alert": "▲"}
LOOKS = {
    "built": "full",
    "unchanged": "full",
    "assessment and indicators": "full",
    "assessment only": "part",
    "indicators only": "part",
    "no data": "none",
    "not built": "none",
    "failed": "alert",
}
_COMPASS = {"north", "south", "east", "west"}
_LINK_WORDS = {"and", "of", "the", "&"}

TILES_CSS = f"""
.tiles-frame {{ container-type: inline-size; }}
.tiles, .tiles-key {{ list-style: none; margin: 0; padding: 0; font-family: {style.SYSTEM_FONTS}; }}
.tiles {{ display: grid; gap: 4px; max-width: 880px; grid-auto-rows: minmax(64px, auto); }}
.tiles li {{ display: grid; }}
.tile {{ display: flex; flex-direction: column; justify-content: space-between; padding: 6px; min-height: 40px;
  border: 1.5px solid; font-size: 12px; line-height: 1.2; text-decoration: none; overflow-wrap: anywhere;
  hyphens: auto; print-color-adjust: exact; -webkit-print-color-adjust: exact; }}
a.tile:hover .tile-name, a.tile:hover .tile-code {{ text-decoration: underline; }}
a.tile:focus-visible {{ outline: 3px solid {style.INK}; outline-offset: 2px; }}
.tile-full {{ background: {style.REGION}; border-color: {style.REGION}; color: #fff; }}
.tile-part {{ background: #e3edf7; border-color: {style.REGION}; color: {style.INK}; }}
.tile-none {{ background: #fff; border-color: {style.COMPARATOR}; border-style: dashed; color: {style.SECONDARY}; }}
.tile-alert {{ background: #fff; border-color: {style.WORSE}; border-width: 2.5px; color: {style.WORSE}; }}
.tile-code {{ display: none; font-weight: 600; }}
.tile-mark {{ font-size: 11px; }}
.tiles-hidden {{ position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%);
  white-space: nowrap; }}
.tiles-key {{ display: flex; flex-wrap: wrap; gap: 4px 20px; margin-bottom: 12px; font-size: 14px;
  color: {style.INK}; }}
.tiles-swatch {{ display: inline-block; width: 20px; height: 20px; margin-right: 6px; padding: 0; min-height: 0;
  font-size: 11px; line-height: 18px; text-align: center; vertical-align: middle; box-sizing: border-box; }}
@container (max-width: 640px) {{
  .tiles {{ gap: 2px; grid-auto-rows: minmax(44px, auto); }}
  .tile {{ padding: 3px; font-size: 11px; }}
  .tile-name {{ display: none; }}
  .tile-code {{ display: block; }}
}}
"""


def tile_map(tiles: pd.DataFrame, index: pd.DataFrame, *, label: str, looks: Mapping[str, str] | None = None) -> str:
    """Draw a tile map as HTML.

    Parameters
    ----------
    tiles
        One row a place: region, row, column, counted from 1.
    index
        One row a region: region, region_name, href (empty where there is nothing to link to), state, detail; `code`,
        if there, is the short name for a small screen.
    label
        What the map is, for those who hear it.
    looks
        Which of "full", "part", "none" and "alert" a state looks like, beyond those in ``LOOKS``. Each has a mark of
        its own, so that colour is never alone; a state that is not known looks like "part".

    Returns
    -------
    str
        A key and a list of links; all text in it is escaped.

    Raises
    ------
    ValueError
        If a region stands twice in one of the tables, two tiles share a place, or a link is not a plain path inside
        the reports.
    """
    looks = {**LOOKS, **(looks or {})}
    placed = _placed(tiles, index)
    items = "".join(_tile(row, looks) for row in placed.itertuples())
    columns = int(placed["column"].max()) if len(placed) else 1
    grid = f'<ul class="tiles" role="list" aria-label="{escape(style.plain(label))}" '
    grid += f'style="grid-template-columns:repeat({columns},minmax(0,1fr))">{items}</ul>'
    return f'<div class="tiles-frame">{_key(placed, looks)}{grid}</div>'


def title_tiles(index: pd.DataFrame) -> str:
    """Return the finding: how many regions have a report."""
    linked = int((index["href"] != "").sum())
    return f"{linked} of {plural(len(index), 'region')} have a report" if len(index) else "There are no regions yet"


def tile_code(name: str) -> str:
    """Shorten a region's name to at most five characters: "E Lot" for East Lothian, "Per K", "Midl"."""
    bare = re.sub(r"^city of ", "", name.strip(), flags=re.IGNORECASE)
    words = [word for word in bare.split() if word.lower() not in _LINK_WORDS] or [name]
    if len(words) == 1:
        return words[0][:4]
    first, second = (1, 3) if words[0].lower() in _COMPASS else (3, 1)
    return f"{words[0][:first]} {words[1][:second]}"


def _placed(tiles: pd.DataFrame, index: pd.DataFrame) -> pd.DataFrame:
    """Join places and regions, in reading order; a place without a region is a tile without a link."""
    if tiles.duplicated(["row", "column"]).any():
        raise ValueError("tiles: two regions share a place")
    table = tiles.merge(index, on="region", how="left", validate="one_to_one")
    filled = dict.fromkeys(("href", "state", "detail"), "")
    table = table.fillna(filled).assign(region_name=table["region_name"].fillna(table["region"]))
    table["state"] = table["state"].replace("", "no report")
    return table.sort_values(["row", "column"], ignore_index=True)


def _tile(row, looks: Mapping[str, str]) -> str:
    look, name = looks.get(row.state, _unknown(row)), style.plain(row.region_name)
    code = style.plain(getattr(row, "code", "") or tile_code(name), length=6)
    spoken = f"{name}: {style.plain(row.state)}" + (f", {style.plain(row.detail)}" if row.detail else "")
    inner = (
        f'<span class="tile-name" aria-hidden="true">{escape(name)}</span>'
        f'<span class="tile-code" aria-hidden="true">{escape(code)}</span>'
        f'<span class="tile-mark" aria-hidden="true">{MARKS[look]}</span>'
        f'<span class="tiles-hidden">{escape(spoken)}</span>'
    )
    tag = f'<a href="{_checked(row.href)}"' if row.href else "<span"
    closing = "a" if row.href else "span"
    tile = f'{tag} class="tile tile-{look}" title="{escape(spoken)}">{inner}</{closing}>'
    return f'<li style="grid-area:{int(row.row)}/{int(row.column)}">{tile}</li>'


def _unknown(row) -> str:
    return "part" if row.href else "none"


def _checked(href: str) -> str:
    if not re.fullmatch(r"#?[A-Za-z0-9][A-Za-z0-9_./#-]*", href) or ".." in href or "//" in href:
        raise ValueError(f"href must be a plain path inside the reports; got {href!r}")
    return escape(href)


def _key(placed: pd.DataFrame, looks: Mapping[str, str]) -> str:
    """Say which mark is which state, and how many tiles have it."""
    items = []
    for state, rows in placed.groupby("state", sort=False):
        look = looks.get(state, _unknown(next(rows.itertuples())))
        swatch = f'<span class="tile tile-{look} tiles-swatch" aria-hidden="true">{MARKS[look]}</span>'
        items.append(f"<li>{swatch}{escape(style.plain(state))} ({len(rows)})</li>")
    return f'<ul class="tiles-key" role="list">{"".join(items)}</ul>'

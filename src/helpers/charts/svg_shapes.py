"""What matplotlib writes at length and SVG can say in short: circles as circles, a shape used once where it is used.

matplotlib draws a circle as eight curves, and defines every marker and every band apart from its use. On a page with
hundreds of points that is a third of the drawing.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import lru_cache
from xml.etree import ElementTree

_NUMBER = re.compile(r"-?\d*\.?\d+(?:e[-+]?\d+)?")
_COMMANDS = re.compile(r"[A-Za-z]")
_CURVES = 8
_STRAIGHT = re.compile(r"(?:[ML]-?[\d.]+ -?[\d.]+|z)+")
_POINT = re.compile(r"([ML])(-?[\d.]+) (-?[\d.]+)|z")


def simplify(tree: ElementTree.Element) -> None:
    """Replace, in place, the uses of circles by circles and those of shapes used once by the shape.

    Definitions that nothing refers to afterwards are left to the caller, who drops what has no name.
    """
    shapes = {path.get("id"): path for path in tree.iter() if _local(path) == "path" and path.get("id")}
    uses = [element for element in tree.iter() if _local(element) == "use"]
    counts = Counter(_target(use) for use in uses)
    for use in uses:
        name = _target(use)
        shape = shapes.get(name)
        if shape is None or use.get("transform") or shape.get("transform"):
            continue
        radius = circle_radius(shape.get("d", ""))
        if radius:
            _become_circle(use, shape, radius)
        elif counts[name] == 1:
            _become_path(use, shape)
    _drop_unused(tree)


@lru_cache(maxsize=1000)
def circle_radius(path: str) -> float | None:
    """The radius of a path that is matplotlib's circle around the origin, else None.

    Eight cubic curves from the lowest point around, whose joints are all as far from the origin.
    """
    if _COMMANDS.findall(path.replace("e-", "")) != ["M", *"C" * _CURVES, "z"]:
        return None
    numbers = [float(number) for number in _NUMBER.findall(path)]
    points = list(zip(numbers[::2], numbers[1::2], strict=True))
    distances = [math.hypot(*point) for point in points[::3]]
    radius = distances[0]
    is_round = radius > 0 and all(math.isclose(each, radius, rel_tol=1e-3) for each in distances)
    return radius if is_round and len(points) == 3 * _CURVES + 1 else None


def moved(path: str, across: float, down: float) -> str:
    """A path of absolute commands moved by so much to the right and down."""
    steps = iter((across, down) * (len(_NUMBER.findall(path)) // 2))
    return _NUMBER.sub(lambda number: repr(float(number[0]) + next(steps)), path)


def rounded(value: str) -> str:
    """Round every number of an attribute to a tenth of a pixel."""
    return _NUMBER.sub(lambda match: f"{round(float(match[0]), 1) + 0:.10g}", " ".join(value.split()))


def in_short(path: str) -> str:
    """A path of absolute commands in tenths of a pixel, without spaces, in steps where that is shorter."""
    points = _straight(path.split())
    return _steps(points) if points is not None else re.sub(r" ?([MLCQZz]) ?", r"\1", rounded(path))


def in_steps(path: str) -> str:
    """A path of straight lines with each end told from the one before where that is shorter, in tenths of a pixel.

    The steps are differences of numbers with one decimal, so that no error adds up. A path with curves stays.
    """
    if not _STRAIGHT.fullmatch(path):
        return path
    return _steps(
        [
            (command, _in_tenths(across), _in_tenths(down)) if command else None
            for command, across, down in _POINT.findall(path)
        ]
    )


def _straight(words: list[str]) -> list[tuple[str, int, int] | None] | None:
    """Read a path of straight lines as (command, across, down) in tenths, None for its closing; None if it has more."""
    points: list[tuple[str, int, int] | None] = []
    place = 0
    while place < len(words):
        command = words[place]
        if command == "z":
            points.append(None)
            place += 1
        elif command in {"M", "L"}:
            points.append((command, _in_tenths(words[place + 1]), _in_tenths(words[place + 2])))
            place += 3
        else:
            return None
    return points


def _steps(points: list[tuple[str, int, int] | None]) -> str:
    here, start, written = (0, 0), (0, 0), []
    for point in points:
        if point is None:
            written.append("z")
            here = start
            continue
        command, across, down = point
        way = command + _pair(across, down)
        if command == "L":
            step = "l" + _pair(across - here[0], down - here[1])
            way = step if len(step) < len(way) else way
        else:
            start = (across, down)
        written.append(way)
        here = (across, down)
    return "".join(written)


def _in_tenths(number: str) -> int:
    return round(round(float(number), 1) * 10)


def _pair(across: int, down: int) -> str:
    second = _tenths(down)
    return f"{_tenths(across)}{'' if second.startswith('-') else ' '}{second}"


@lru_cache(maxsize=100_000)
def _tenths(tenths: int) -> str:
    """One decimal at most, without a zero before it: ".6", "-.5", "12"."""
    return re.sub(r"^(-?)0(?=\.)", r"\1", f"{tenths / 10:.10g}")


def _become_circle(use: ElementTree.Element, shape: ElementTree.Element, radius: float) -> None:
    place = {"cx": use.get("x", "0"), "cy": use.get("y", "0"), "r": repr(radius)}
    _become(use, "circle", shape, place)


def _become_path(use: ElementTree.Element, shape: ElementTree.Element) -> None:
    across, down = float(use.get("x", "0")), float(use.get("y", "0"))
    _become(use, "path", shape, {"d": moved(shape.get("d", ""), across, down)})


def _become(use: ElementTree.Element, tag: str, shape: ElementTree.Element, place: dict[str, str]) -> None:
    """Let a use be the shape itself; what the shape says of its look goes before what the use says."""
    style = "; ".join(part for part in (use.get("style", ""), shape.get("style", "")) if part)
    use.tag = shape.tag.replace("path", tag)
    use.attrib.clear()
    use.attrib.update(place | ({"style": style} if style else {}))


def _drop_unused(tree: ElementTree.Element) -> None:
    """Leave out the definitions of markers and bands that nothing uses any more."""
    wanted = {_target(element) for element in tree.iter() if _local(element) == "use"}
    for parent in tree.iter():
        if _local(parent) == "defs":
            for child in [child for child in parent if _local(child) == "path" and child.get("id") not in wanted]:
                parent.remove(child)


def _target(use: ElementTree.Element) -> str:
    link = next((value for name, value in use.attrib.items() if name.rpartition("}")[2] == "href"), "")
    return link.removeprefix("#")


def _local(element: ElementTree.Element) -> str:
    return str(element.tag).rpartition("}")[2]

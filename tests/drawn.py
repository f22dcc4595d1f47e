"""What a test looks at in a drawn chart: its words, its marks by their label, and texts that touch."""

import itertools

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from helpers.charts import style


def texts(drawn) -> list[str]:
    return [artist.get_text() for artist in drawn.findobj(Text) if artist.get_text()]


def lines(ax, label: str) -> list:
    return [line for line in ax.get_lines() if line.get_label() == label]


def touching(figure: Figure) -> list[tuple[str, str]]:
    """Pairs of texts that touch, and texts that leave the figure, as laid out in the widest of the faces."""
    across, down = figure.get_size_inches() * 72
    drawn = [artist for artist in figure.findobj(Text) if artist.get_text()]
    with style.context():
        renderer = FigureCanvasAgg(figure).get_renderer()
        boxes = [(artist.get_text(), artist.get_window_extent(renderer)) for artist in drawn]
    outside = [
        (name, "the edge")
        for name, box in boxes
        if box.x0 < -1 or box.x1 > across + 1 or box.y0 < -2 or box.y1 > down + 2
    ]
    return outside + [
        (one, other)
        for (one, a), (other, b) in itertools.combinations(boxes, 2)
        if min(a.x1, b.x1) - max(a.x0, b.x0) > 1 and min(a.y1, b.y1) - max(a.y0, b.y0) > 4
    ]

"""A still picture of several states, for places where no widget can run."""

import math
from functools import partial

import numpy as np
from matplotlib.font_manager import findfont
from PIL import Image, ImageDraw, ImageFont

from gmmlearn.style import INK
from gmmlearn.widgets.frames import Painter, quantised

PAGE = 1350  # px; GitHub shows it about 900 wide, sharp on fine screens
CAPTION, GAP = 30, 12  # px: the label over each panel, the space round it


def filmstrip(film, labels, chosen):
    """The pictures of the chosen states, (height, width, 4) each, and a call that makes their page.

    Wide pictures stand two in a row, others three, drawn as large as the page allows.
    """
    figure = film.show(chosen[0])
    width, height = figure.canvas.get_width_height()
    columns = min(len(chosen), 2 if width > 1.6 * height else 3)
    panels = paint(film, chosen, min(1, (PAGE / columns - GAP) / width))
    return panels, partial(page, panels, [labels[i] for i in chosen], columns)


def page(panels, labels, columns):
    """A PNG of pictures, each under its label."""
    height, width = panels[0].shape[:2]
    rows = math.ceil(len(panels) / columns)
    paper = Image.new("RGB", (columns * (width + GAP), rows * (height + CAPTION + GAP)), "white")
    write = ImageDraw.Draw(paper)
    font = ImageFont.truetype(findfont("DejaVu Sans:bold"), 15)
    for i, (panel, label) in enumerate(zip(panels, labels, strict=True)):
        row, column = divmod(i, columns)
        left, top = column * (width + GAP) + GAP // 2, row * (height + CAPTION + GAP)
        write.text((left + 4, top + 8), _short(label, font, width - 8), INK, font)
        paper.paste(Image.fromarray(panel), (left, top + CAPTION))
    return quantised(np.asarray(paper))


def _short(label, font, room):
    """The label on one line; where it has not room enough, its beginning."""
    label = " ".join(label.split())
    if font.getlength(label) <= room:
        return label
    while label and font.getlength(label + "…") > room:
        label = label[:-1]
    return label + "…"


def paint(film, chosen, scale):
    """The pictures of some states, drawn at `scale` times their size."""
    figure = film.show(chosen[0])
    dpi, panels = figure.dpi, []
    try:
        for index in chosen:
            figure = film.show(index)
            figure.set_dpi(dpi * scale)
            if not panels:
                painter = Painter(figure)
            panels.append(painter.paint(figure).copy())
            figure.set_dpi(dpi)
    finally:
        figure.set_dpi(dpi)
    return panels


def spread(n, count):
    """At most `count` indices from 0 to n − 1, first and last among them, evenly apart."""
    return np.unique(np.linspace(0, n - 1, min(n, count)).round().astype(int)).tolist()

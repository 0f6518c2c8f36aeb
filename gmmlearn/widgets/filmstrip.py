"""A still picture of several states, for places where no widget can run."""

import math

import numpy as np
from PIL import Image

from gmmlearn.widgets.images import encode

PAGE = 900  # the width at which GitHub shows a picture
CAPTION = 20  # px over each panel


def filmstrip(panels, labels, note):
    """The PNG of these panels (height, width, 4), each under its label, a note at the foot.

    Two panels a row (one if they are few, three if they are tall), drawn to be read at 900 px.
    """
    height, width = panels[0].shape[:2]
    columns = 1 if len(panels) == 1 else 2 if width >= 1.2 * height else 3
    scale = min(1, (PAGE * 1.5 / columns) / width)
    width, height = round(width * scale), round(height * scale)
    rows = math.ceil(len(panels) / columns)
    page = np.full((rows * (height + CAPTION) + CAPTION, columns * width, 4), 255, np.uint8)
    for i, panel in enumerate(panels):
        row, column = divmod(i, columns)
        top, left = row * (height + CAPTION) + CAPTION, column * width
        small = Image.fromarray(panel).resize((width, height), Image.Resampling.LANCZOS)
        page[top : top + height, left : left + width] = np.asarray(small)
    return encode(page, photographs="PNG")


def agg(figure):
    """The figure as (height, width, 4) uint8."""
    figure.canvas.draw()
    return np.asarray(figure.canvas.buffer_rgba()).copy()

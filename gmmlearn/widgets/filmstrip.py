"""A still picture of several states, for places where no widget can run."""

import math

import numpy as np
from matplotlib.font_manager import findfont
from PIL import Image, ImageDraw, ImageFont

from gmmlearn.style import INK
from gmmlearn.widgets.frames import quantised

PAGE = 1350  # px; GitHub shows it about 900 wide, sharp on fine screens
CAPTION, GAP = 30, 12  # px: the label over each panel, the space round it


def filmstrip(panels, labels):
    """The PNG of these panels, each (height, width, 4) uint8, under its label.

    Wide panels stand two in a row, others three, so that their text can be read.
    """
    height, width = panels[0].shape[:2]
    columns = min(len(panels), 2 if width > 1.6 * height else 3)
    scale = min(1, (PAGE / columns - GAP) / width)
    width, height = round(width * scale), round(height * scale)
    rows = math.ceil(len(panels) / columns)
    page = Image.new("RGB", (columns * (width + GAP), rows * (height + CAPTION + GAP)), "white")
    write = ImageDraw.Draw(page)
    font = ImageFont.truetype(findfont("DejaVu Sans:bold"), 15)
    for i, (panel, label) in enumerate(zip(panels, labels, strict=True)):
        row, column = divmod(i, columns)
        left, top = column * (width + GAP) + GAP // 2, row * (height + CAPTION + GAP)
        write.text((left + 4, top + 8), f"{label}", INK, font)
        small = Image.fromarray(panel).convert("RGB").resize((width, height), Image.LANCZOS)
        page.paste(small, (left, top + CAPTION))
    return quantised(np.asarray(page))

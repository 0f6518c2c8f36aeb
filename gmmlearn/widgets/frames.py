"""Whole pictures instead of commands, for what the canvas commands cannot say."""

import numpy as np
from matplotlib.backend_bases import GraphicsContextBase
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.path import Path
from matplotlib.transforms import TransformNode

from gmmlearn.widgets.images import png
from gmmlearn.widgets.lettering import Ruler, fonts
from gmmlearn.widgets.record import Pool

FREQUENT = 40  # colours kept exactly; the other 216 are a cube of 6 × 6 × 6


class Painter(RendererAgg):
    """matplotlib's own renderer for pixels, which keeps the strokes of an axis to repeat them."""

    get_text_width_height_descent = Ruler.get_text_width_height_descent
    _get_font_height_metrics = Ruler._get_font_height_metrics

    def __init__(self, figure):
        width, height = figure.canvas.get_width_height()
        super().__init__(width, height, figure.dpi)
        self.fonts = fonts()
        self._pixels, self._tapes = self._renderer, {}
        self._renderer = Tape(self._renderer)
        self._update_methods()

    def paint(self, figure):
        """The figure as (height, width, 4) uint8; the next call overwrites it."""
        self.clear()
        figure.draw(self)
        return np.asarray(self._pixels)

    def remember(self, key, draw):
        """What `draw()` returns; for a key seen before, repeat its strokes instead."""
        if key not in self._tapes:
            self._renderer.strokes = strokes = []
            try:
                self._tapes[key] = draw(), strokes
            finally:
                self._renderer.strokes = None
            return self._tapes[key][0]
        returned, strokes = self._tapes[key]
        for stroke, arguments, options in strokes:
            stroke(*arguments, **options)
        return returned


class Tape:
    """Passes calls on to a compiled renderer; while `strokes` is a list, notes them there."""

    def __init__(self, renderer):
        self._to, self.strokes = renderer, None

    def __getattr__(self, name):
        plain = getattr(self._to, name)

        def stroke(*arguments, **options):
            if self.strokes is not None:
                self.strokes.append((plain, [fixed(a) for a in arguments], options))
            return plain(*arguments, **options)

        return stroke


def fixed(argument):
    """The argument as it is now: the caller goes on to change the original."""
    if isinstance(argument, GraphicsContextBase):
        kept = GraphicsContextBase()
        kept.copy_properties(argument)
        return kept
    if isinstance(argument, Path):
        return argument.deepcopy()
    return argument.frozen() if isinstance(argument, TransformNode) else argument


def frames(film, size, samples):
    """The packed drawing of a film, one PNG for each state in the colours of some samples."""
    painter, pool, n = Painter(film.scenes[0].figure), Pool(size), len(film.scenes)
    palette = Palette(samples)
    states = [[pool.picture(palette.png(painter.paint(film.show(i))))] for i in range(n)]
    return pool.pack(states)


def quantised(image):
    """A PNG of at most 256 colours for one picture, (height, width, 3 or 4) uint8."""
    return Palette([image]).png(image)


class Palette:
    """256 colours, among them exactly the most frequent ones of some sample pictures.

    Colours are looked up by which of 32 × 32 × 32 boxes they lie in.
    """

    def __init__(self, samples):
        pixels = np.concatenate([image[::3, ::3, :3].reshape(-1, 3) for image in samples])
        packed = pixels.astype(np.uint32) @ np.array([65536, 256, 1], np.uint32)
        found, counts = np.unique(packed, return_counts=True)
        found = found[np.argsort(-counts)]
        frequent = np.stack([found >> 16, found >> 8 & 255, found & 255], axis=1).astype(np.uint8)
        boxes = boxes_of(frequent)
        first = np.sort(np.unique(boxes, return_index=True)[1])[:FREQUENT]  # one for each box
        levels = np.linspace(0, 255, 6)
        cube = np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(-1, 3)
        self._colours = np.concatenate([frequent[first], cube.round().astype(np.uint8)])[:256]
        self._nearest = np.full(32**3, -1, np.int16)  # found out when a box is first needed
        self._nearest[boxes[first]] = np.arange(len(first))

    def png(self, image):
        """The picture, (height, width, 3 or 4) uint8, as a PNG of these colours, opaque."""
        boxes = boxes_of(image)
        used = np.flatnonzero(np.bincount(boxes.ravel(), minlength=32**3))
        new = used[self._nearest[used] < 0]
        centres = np.stack([new >> 10, new >> 5 & 31, new & 31], axis=1) * 8.0 + 4
        colours = self._colours.astype(float)
        # Not `@`: it may wake threads, which then keep a core busy for a tenth of a second.
        products = np.einsum("ij,jk", centres, np.ascontiguousarray(colours.T))
        distance = (colours**2).sum(axis=1) - 2 * products
        self._nearest[new] = distance.argmin(axis=1)
        indices = self._nearest.astype(np.uint8).take(boxes)
        return png(indices, np.pad(self._colours, ((0, 0), (0, 1)), constant_values=255))


def boxes_of(colours):
    """Which of 32 × 32 × 32 boxes each colour (…, 3) uint8 lies in."""
    boxes = (colours[..., 0] >> 3).astype(np.uint16)
    for i in (1, 2):
        boxes <<= 5
        boxes |= colours[..., i] >> 3
    return boxes

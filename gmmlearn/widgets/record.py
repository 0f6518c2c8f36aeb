"""Record what matplotlib draws as a short list of commands that a browser's canvas repeats.

`Recorder` is a matplotlib renderer: it takes the calls an artist makes (paths, markers,
text, images, all in pixels) and keeps them as commands in a `Pool`. The pool holds every
array, shape, style and command once, however many states use it; `Pool.pack` makes the
bytes that `player.js` unpacks.

Packed, before zlib: the length of the header (uint32), the header (JSON), all Int16 numbers
(each array as differences, which compress better), all bytes.
"""

import json
import struct
import zlib
from functools import lru_cache

import numpy as np
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, IdentityTransform

from gmmlearn.widgets.images import encode
from gmmlearn.widgets.lettering import FONT_SCALE, OUTLINES, Ruler, glyphs

PIXEL = 16  # positions are kept in sixteenths of a pixel
FINE = 64  # markers and glyphs in sixty-fourths: they are small and seen often
PATH, STAMPS, TEXT, IMAGE = range(4)  # the kinds of commands
SIMPLIFY_ABOVE = 1000  # vertices; below, equal x arrays of curves are worth more than fewer points

MANY = 4000  # shapes in one collection; a browser paints about so many within a frame
PLAIN = (0, 0, 0, "butt", "miter", 0, 0, 0, 0)  # a style without colour or clip
MIRROR = Affine2D().scale(1, -1)  # a canvas counts its rows downwards


class Unrecordable(Exception):
    """The drawing uses something that the canvas commands cannot say (a hatch, for instance)."""


class Pool:
    """Everything the commands refer to, each thing once."""

    def __init__(self, size):
        self.size = size
        self._seen = {}
        self._numbers, self._bytes = [], []
        self.header = {"size": list(size), "pixel": PIXEL, "fine": FINE}
        self.header |= {name: [] for name in ("numbers", "bytes")}  # lengths of the arrays
        self.header |= {name: [] for name in ("shapes", "styles", "strings", "commands")}

    @property
    def weight(self):
        """How many bytes the numbers and colours take, before compression and without pictures."""
        pictures = {command[2] for command in self.header["commands"] if command[0] == IMAGE}
        return 2 * sum(self.header["numbers"]) + sum(
            length for i, length in enumerate(self.header["bytes"]) if i not in pictures
        )

    def copy(self):
        """A pool with the same contents; what is put into the one is not in the other."""
        other = Pool(self.size)
        other._seen = dict(self._seen)
        other._numbers, other._bytes = list(self._numbers), list(self._bytes)
        other.header = {
            name: list(value) if isinstance(value, list) else value
            for name, value in self.header.items()
        }
        return other

    def put(self, table, item):
        """The index of `item` (a tuple of plain values) in one of the header's tables."""
        return self._index(table, item, self.header[table], item)

    def numbers(self, values, scale=PIXEL):
        """The index of an Int16 array holding `values * scale`."""
        (index,) = self._rows(np.asarray(values)[None], scale)
        return index

    def pairs(self, points, scale=PIXEL):
        """The indices of the arrays for x and for y of points, (n, 2)."""
        return self._rows(np.asarray(points).T, scale)

    def _rows(self, rows, scale):
        # What is far outside would overflow; what is drawn there is not seen.
        whole = np.rint(rows * scale).clip(-32767, 32767).astype(np.int16)
        whole[:, 1:] -= whole[:, :-1].copy()  # wraps around, as the reader does
        return [self._store("numbers", row.tobytes(), len(row), self._numbers) for row in whole]

    def bytes(self, raw):
        """The index of a string of bytes."""
        return self._store("bytes", raw, len(raw), self._bytes)

    def _store(self, kind, raw, length, chunks):
        before = len(chunks)
        index = self._index(kind, raw, chunks, raw)
        if len(chunks) > before:
            self.header[kind].append(length)
        return index

    def _index(self, kind, key, items, item):
        index = self._seen.setdefault((kind, key), len(items))
        if index == len(items):
            items.append(item)
        return index

    def picture(self, raw, place=None, style=None):
        """The index of a command that shows an encoded picture at (x, y, width, height)."""
        if style is None:
            style = self.put("styles", PLAIN)
        command = (IMAGE, style, self.bytes(raw), *(place or (0, 0, *self.size)))
        return self.put("commands", command)

    def pack(self, states):
        """The compressed bytes for these states, each a list of command indices."""
        shared = 0
        while all(len(s) > shared and s[shared] == states[0][shared] for s in states):
            shared += 1
        header = self.header | {"states": states, "shared": shared if len(states) > 1 else 0}
        text = json.dumps(header, separators=(",", ":")).encode()
        text += b" " * (-len(text) % 4)
        return zlib.compress(
            b"".join([struct.pack("<I", len(text)), text, *self._numbers, *self._bytes]), 6
        )


class Recorder(Ruler):
    """A renderer whose drawing is a list of command indices, `commands`."""

    def __init__(self, pool, dpi):
        super().__init__(dpi)
        self.pool = pool
        self.width, self.height = pool.size
        self.commands = []
        self._remembered, self._strings, self._glyphs = {}, {}, {}

    def get_canvas_width_height(self):
        return self.width, self.height

    def option_image_nocomposite(self):
        return True  # keep images apart: one that stays the same is then stored once

    def remember(self, key, draw):
        """What `draw()` returns; for a key seen before, repeat its commands instead."""
        if key not in self._remembered:
            start = len(self.commands)
            returned = draw()
            self._remembered[key] = returned, self.commands[start:]
            return returned
        returned, commands = self._remembered[key]
        self.commands += commands
        return returned

    def copy(self):
        """A recorder that remembers the same; what the one learns the other does not."""
        other = Recorder(self.pool.copy(), self.dpi)
        other._remembered, other._strings = dict(self._remembered), dict(self._strings)
        other._glyphs = dict(self._glyphs)
        return other

    def knows_more_than(self, other):
        return len(self._remembered) > len(other._remembered)

    def record(self, figure):
        """The commands that draw this figure."""
        self.commands = []
        figure.draw(self)
        return self.commands

    def draw_path(self, gc, path, transform, rgbFace=None):
        simplify = rgbFace is None and path.should_simplify and len(path) > SIMPLIFY_ABOVE
        margin = 1 + self.points_to_pixels(gc.get_linewidth())
        # Lines may be cut at the picture's edge; areas may not (their outline would change).
        clip = None
        if rgbFace is None and path.codes is None:
            clip = (-margin, -margin, self.width + margin, self.height + margin)
        path = path.cleaned(transform, remove_nans=True, clip=clip, simplify=simplify, curves=True)
        shape = self._downwards(path)
        style = self._style(gc, rgbFace, snap=snaps(path, gc))
        if shape is not None and style is not None:
            self._add(PATH, style, shape)

    def draw_markers(self, gc, marker_path, marker_trans, path, trans, rgbFace=None):
        if path.codes is None:
            points = trans.transform(path.vertices)
        else:
            points = [v[-2:] for v, _ in path.iter_segments(trans, simplify=False) if len(v)]
            points = np.asarray(points).reshape(-1, 2)
        self._stamp(gc, marker_path.transformed(marker_trans), points, rgbFace)

    def draw_path_collection(
        self, gc, master_transform, paths, all_transforms, offsets, offset_trans,
        facecolors, edgecolors, linewidths, linestyles, antialiaseds, urls, offset_position,
        *, hatchcolors=None,
    ):  # fmt: skip
        if not len(paths):
            return  # matplotlib asks first whether hatchcolors are understood
        if max(len(paths), len(offsets)) > MANY:
            raise Unrecordable(f"more than {MANY} shapes")
        if (same := moved_copies(paths, all_transforms, offsets, master_transform)) is not None:
            paths, offsets = same
            master_transform = offset_trans = IdentityTransform()
        scales = collection_scales(all_transforms, len(offsets))
        if (
            len(paths) != 1
            or scales is None
            or any(style != linestyles[0] for style in linestyles)
            or len(offsets) < 2
        ):
            return super().draw_path_collection(
                gc, master_transform, paths, all_transforms, offsets, offset_trans,
                facecolors, edgecolors, linewidths, linestyles, antialiaseds, urls,
                offset_position, hatchcolors=hatchcolors,
            )  # fmt: skip
        matrix = master_transform.get_matrix()
        if len(all_transforms):
            matrix = all_transforms[0] @ matrix
        points = offset_trans.transform(np.ma.filled(offsets, np.nan))
        own = self.new_gc()
        own.copy_properties(gc)
        own.set_linewidth(linewidths[0] if len(edgecolors) and len(linewidths) else 0)
        if len(linestyles):
            own.set_dashes(*linestyles[0])
        self._stamp(
            own, paths[0].transformed(Affine2D(matrix)), points, None,
            fills=facecolors, strokes=edgecolors, widths=linewidths, scales=scales,
        )  # fmt: skip

    def option_scale_image(self):
        return True  # an image of few large dots need not be made of many small ones

    def draw_image(self, gc, x, y, im, transform=None):
        height, width = im.shape[:2]
        if not (height and width):
            return
        larger = False
        if transform is None:
            place = (round(x), self.height - round(y) - height, width, height)
        else:  # where the unit square of an image that is not interpolated goes
            (left, low), (right, high) = transform.transform([(0, 0), (1, 1)]) + np.array([x, y])
            im = im[:: 1 if low <= high else -1, :: 1 if left <= right else -1]
            left, right, low, high = *sorted((left, right)), *sorted((low, high))
            place = (left, self.height - high, right - left, high - low)
            place = tuple(round(number, 2) for number in place)
            im, larger = of_size(im, *place[2:])
        image = encode(im[::-1], exact=larger)  # matplotlib counts rows from below
        self.commands.append(self.pool.picture(image, place, self._style(gc, None, keep=True)))

    def draw_text(self, gc, x, y, s, prop, angle, ismath=False, mtext=None):
        size = round(self.points_to_pixels(prop.get_size_in_points()), 3)
        string = self._string(s, prop, ismath, size / FONT_SCALE)
        if string is None:
            return
        gc.set_linewidth(0)
        style = self._style(gc, gc.get_rgb())
        if style is not None:
            self._add(TEXT, style, string, round(x, 2), round(y, 2), round(-angle, 2))

    def _string(self, text, prop, ismath, scale):
        """The index of a line of text: its scale and [(outline, x, y, scale), …]."""
        key = (text, hash(prop), ismath, scale)
        if key not in self._strings:
            places, bars = glyphs(text, prop.copy(), ismath, self.fonts)
            for name, *_ in places:
                if name not in self._glyphs:
                    self._glyphs[name] = self._shape(Path(*OUTLINES[name]), FINE)
            parts = [
                (self._glyphs[name], round(x, 2), round(y, 2), round(size, 4))
                for name, x, y, size in places
                if self._glyphs[name] is not None  # a space has no outline
            ]
            parts += [(self._shape(Path(*bar), FINE), 0, 0, 1) for bar in bars]
            self._strings[key] = self.pool.put("strings", (scale, *parts)) if parts else None
        return self._strings[key]

    def draw_quad_mesh(self, gc, master_transform, meshWidth, meshHeight, *rest, **options):
        if meshWidth * meshHeight > MANY:
            raise Unrecordable(f"a mesh of more than {MANY} cells")
        super().draw_quad_mesh(gc, master_transform, meshWidth, meshHeight, *rest, **options)

    def draw_gouraud_triangles(self, gc, triangles_array, colors_array, transform):
        raise Unrecordable("shaded triangles")

    def start_filter(self):
        raise Unrecordable("an image filter")

    def stop_filter(self, filter_func):
        raise Unrecordable("an image filter")

    def _stamp(self, gc, shape, points, face, fills=None, strokes=None, widths=(), scales=None):
        """One small shape at many points, with one colour or a colour for each."""
        n = len(points)
        margin = 50
        far = (min(self.width + margin, 2000), 2000)
        seen = ((points > -margin) & (points < far)).all(axis=1)  # so not where one is NaN
        shape = shape.cleaned(MIRROR, curves=True)
        index = self._shape(shape, FINE)
        if index is None or not seen.any():
            return
        gc_fill, fill_each = one_or_each(fills, face, n, seen)
        gc_stroke, stroke_each = one_or_each(strokes, None, n, seen)
        if gc_stroke is not None:
            gc.set_foreground(gc_stroke, isRGBA=True)
        style = self._style(gc, gc_fill, snap=snaps(shape, gc), keep=True)
        each = [-1, -1, -1, -1]
        if fill_each is not None:
            each[0] = self.pool.bytes(fill_each)
        if stroke_each is not None and gc.get_linewidth() > 0:
            each[1] = self.pool.bytes(stroke_each)
        if len(widths) > 1 and len(strokes):
            each[2] = self.pool.numbers(self.points_to_pixels(np.resize(widths, n)[seen]), FINE)
        if scales is not None and len(scales) > 1:
            each[3] = self.pool.numbers(np.resize(scales, n)[seen], 1024)
        points = points[seen] * (1, -1) + (0, self.height)
        self._add(STAMPS, style, index, *self.pool.pairs(points), *each)

    def _add(self, *command):
        self.commands.append(self.pool.put("commands", command))

    def _shape(self, path, scale):
        """The index of an outline: (codes, x, y), or None for one without a point."""
        vertices, codes = path.vertices, path.codes
        if codes is not None and len(codes) and codes[-1] == Path.STOP:
            vertices, codes = vertices[:-1], codes[:-1]
        if not len(vertices):
            return None
        if codes is not None and codes[0] == Path.MOVETO and (codes[1:] == Path.LINETO).all():
            codes = None
        codes = -1 if codes is None else self.pool.bytes(np.asarray(codes, np.uint8).tobytes())
        return self.pool.put("shapes", (codes, *self.pool.pairs(vertices, scale)))

    def _downwards(self, path):
        """The index of an outline in pixels from the lower edge, as a canvas counts them."""
        path.vertices[:, 1] = self.height - path.vertices[:, 1]
        return self._shape(path, PIXEL)

    def _style(self, gc, face, snap=False, keep=False):
        """The index of (fill, stroke, width, cap, join, dashes, dash offset, clip, snap).

        None when nothing would be seen (unless `keep`: each stamp brings its own colour).
        """
        if gc.get_hatch() is not None:
            raise Unrecordable("a hatch")
        if gc.get_sketch_params() is not None:
            raise Unrecordable("sketch lines")
        width = round(self.points_to_pixels(gc.get_linewidth()), 3)
        stroke = rgba(*gc.get_rgb()) if width > 0 else 0
        if face is not None and (gc.get_forced_alpha() or len(face) == 3):
            face = (*face[:3], gc.get_alpha() if gc.get_forced_alpha() else 1)
        fill = 0 if face is None else rgba(*face)
        if not (fill or stroke or keep):
            return None
        offset, dashes = gc.get_dashes()
        dashes = tuple(round(self.points_to_pixels(d), 3) for d in dashes) if dashes else 0
        offset = round(self.points_to_pixels(offset or 0), 3)
        style = (fill, stroke, width, str(gc.get_capstyle()), str(gc.get_joinstyle()))
        return self.pool.put("styles", (*style, dashes, offset, self._clip(gc), int(snap)))

    def _clip(self, gc):
        """0, the clip rectangle (x, y, width, height), or with the index of a clip outline."""
        box = gc.get_clip_rectangle()
        rectangle = ()
        if box is not None:
            (left, low), (right, high) = box.get_points().tolist()
            left, top = round(left), round(self.height - high)
            rectangle = (left, top, round(right) - left, round(self.height - low) - top)
        path, transform = gc.get_clip_path()
        if path is None:
            return rectangle or 0
        shape = self._downwards(path.cleaned(transform, curves=True))
        return (*(rectangle or (0, 0, self.width, self.height)), shape)


@lru_cache(1000)
def rgba(*colour):
    """A CSS colour, or 0 where it would not be seen."""
    red, green, blue, alpha = (round(255 * float(c)) for c in (*colour, 1)[:4])
    if alpha == 0:
        return 0
    return f"rgb({red},{green},{blue})" if alpha == 255 else (
        f"rgba({red},{green},{blue},{round(alpha / 255, 4)})"
    )  # fmt: skip


def one_or_each(colours, default, n, seen):
    """(the one colour of all, None) or (None, the bytes of the colours, one for each stamp)."""
    if colours is None or len(colours) == 0:
        return default, None
    if len(colours) == 1:
        colour = tuple(colours[0])
        return (None if colour[3] == 0 else colour), None
    colours = np.asarray(colours)[np.arange(n) % len(colours)][seen]
    if (colours == colours[0]).all():
        return one_or_each(colours[:1], default, n, seen)
    # Red after red, green after green …: neighbours are alike, which compresses.
    return None, np.rint(255 * colours).astype(np.uint8).T.tobytes()


def collection_scales(transforms, n):
    """The sizes relative to the first, (1,) or more; None if more than the size changes."""
    if len(transforms) < 2:
        return np.ones(1)
    transforms = np.asarray(transforms)
    factor = transforms[:, 0, 0] / transforms[0, 0, 0] if transforms[0, 0, 0] else None
    if factor is None or not np.allclose(
        transforms[:, :2], factor[:, None, None] * transforms[0, :2]
    ):
        return None
    return np.ones(1) if np.allclose(factor, 1) else factor


def snaps(path, gc):
    """Whether matplotlib puts this outline on whole pixels: only upright and level lines."""
    if gc.get_snap() is not None:
        return gc.get_snap()
    if len(path) > 1024 or (path.codes is not None and has_curves(path.codes)):
        return False
    vertices, codes = path.vertices, path.codes
    if codes is not None:
        lines = (codes[1:] == Path.LINETO) & (codes[:-1] != Path.CLOSEPOLY)
    else:
        lines = slice(None)
    steps = np.abs(np.diff(vertices, axis=0))[lines]
    return bool((steps.min(axis=1, initial=np.inf) < 1e-4).all()) if len(steps) else False


def has_curves(codes):
    return bool(((codes == Path.CURVE3) | (codes == Path.CURVE4)).any())


def of_size(image, width, height):
    """(the image with no more dots than pixels, whether it is to be drawn larger than it is)."""
    rows, columns = (
        np.linspace(0, size, max(1, min(size, round(pixels))), endpoint=False).astype(int)
        for size, pixels in zip(image.shape, (height, width), strict=False)
    )
    return image[rows][:, columns], len(rows) < round(height) or len(columns) < round(width)


def moved_copies(paths, all_transforms, offsets, transform):
    """([the one shape], its places) in pixels, where all paths are one shape, moved; else None.

    The strokes of a rug are: as stamps they take a fraction of the time and of the bytes.
    """
    if len(paths) < 2 or len(all_transforms) or np.any(offsets):
        return None
    first = paths[0]
    if any(len(path) != len(first) or path.codes is not first.codes for path in paths[1:]):
        return None
    vertices = np.array([path.vertices for path in paths])
    vertices = transform.transform(vertices.reshape(-1, 2)).reshape(vertices.shape)
    shapes = vertices - vertices[:, :1]
    if not np.abs(shapes - shapes[0]).max(initial=0) < 1 / FINE:
        return None
    return [Path(shapes[0], first.codes)], vertices[:, 0]

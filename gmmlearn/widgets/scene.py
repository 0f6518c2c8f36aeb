"""Draw many states on one figure: clean axes for each, limits that do not jump, one layout.

Making a new figure for every state costs more than everything else together. So one figure
is made; after each `draw` its parts' attributes are taken down (a `Scene`) and put back as
they were. Where that would not undo everything (added axes, other scales) each state gets a
figure of its own: slower, with the same picture.
"""

import copy
from dataclasses import dataclass
from functools import partial

import matplotlib
import numpy as np
from matplotlib.axis import Tick
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.ticker import Formatter, Locator

# Two boxes of an axes are the layout's business; two more are changed in place.
PLACES = ("_position", "_originalPosition")


@dataclass(frozen=True)
class Scene:
    """One state as drawn: the figure, its parts' attributes, its data and view boxes."""

    figure: Figure
    attributes: list  # [(part, {name: value})]
    boxes: list  # [(box, its value)]
    free: dict  # {(axes index, "x" or "y"): (low, high)} where the limits were left to autoscale

    def show(self):
        """Put the figure back into this state."""
        for part, values in self.attributes:
            now = vars(part)
            placed = {name: now[name] for name in PLACES if name in now}
            now.clear()
            now.update({name: copied(value) for name, value in values.items()}, **placed)
        for box, value in self.boxes:
            box.set(value)


@dataclass(frozen=True)
class Film:
    """The scenes of all states, the limits they share and the rectangles of their axes."""

    scenes: list
    limits: dict
    places: list

    def show(self, index):
        """The figure in the state of this index."""
        scene = self.scenes[index]
        scene.show()
        hold(scene, self.limits)
        for ax, place in zip(scene.figure.axes, self.places, strict=False):
            if ax.get_in_layout():  # not placed by the learner
                ax._set_position(place)
        return scene.figure


class Stage:
    """A figure that is drawn on, taken down as a scene, and cleaned, again and again."""

    def __init__(self, size, subplots):
        self.size, self.subplots = size, subplots
        self.figure, self.axes = new_figure(size, subplots)
        self.clean = scene_of(self.figure)
        self.spoilt = False

    def play(self, draw):
        """The scene that `draw(axes)` makes on clean axes."""
        if not self.spoilt:
            self.clean.show()
            for ax in self.figure.axes:
                ax.set_prop_cycle(None)  # colours from the first again
            draw(self.axes)
            if undoable(self.figure, self.clean):
                return scene_of(self.figure)
            self.spoilt = True  # from now on each scene has a figure of its own
        figure, axes = new_figure(self.size, self.subplots)
        draw(axes)
        return scene_of(figure)


def film(draw, n, size, subplots):
    """Draw states 0 … n − 1 with `draw(axes, index)` on pictures of `size` CSS pixels.

    Limits that states leave to autoscaling become the union over these states.
    """
    stage, scenes, index = Stage(size, subplots), [], 0
    while index < n:
        was_spoilt = stage.spoilt
        scenes.append(stage.play(partial(draw, index=index)))
        index += 1
        if stage.spoilt and not was_spoilt and index > 1:
            scenes, index = [], 0  # the scenes on the spoilt figure cannot be trusted
    limits = union(scenes)
    return Film(scenes, limits, lay_out(scenes, limits))


def new_figure(size, subplots):
    """An empty figure of `size` CSS pixels, and what `Figure.subplots(**subplots)` returns."""
    dpi = matplotlib.rcParams["figure.dpi"]
    figure = Figure(figsize=(size[0] / dpi, size[1] / dpi), dpi=dpi)
    FigureCanvasAgg(figure)
    axes = figure.subplots(**(subplots or {}))
    for ax in figure.axes:
        for axis in (ax.xaxis, ax.yaxis):
            axis.draw = remembering(axis)
    return figure, axes


def scene_of(figure):
    """Take down the figure as it is now."""
    free = free_limits(figure)  # first: it settles the view boxes
    boxes = [box for ax in figure.axes for box in (ax.dataLim, ax._viewLim)]
    return Scene(
        figure,
        [
            (part, {k: copied(v) for k, v in vars(part).items() if k not in PLACES})
            for part in parts(figure)
        ],
        [(box, box.frozen()) for box in boxes],
        free,
    )


def copied(value):
    return copy.copy(value) if isinstance(value, list | dict | FontProperties) else value


def parts(figure):
    """Everything of a figure whose attributes a `draw` may change, beside what it adds."""
    yield from (figure, figure.patch)
    for ax in figure.axes:
        yield from (ax, ax.patch, *ax.spines.values(), ax.title, ax._left_title, ax._right_title)
        for axis in (ax.xaxis, ax.yaxis):
            yield from axis_parts(axis)


def axis_parts(axis):
    yield from (axis, axis.label, axis.offsetText, axis.major, axis.minor)
    for ticker in (axis.major, axis.minor):
        yield from (ticker.locator, ticker.formatter)


def undoable(figure, clean):
    """Whether putting the attributes back undoes all that was drawn since `clean`."""
    before = next(values["_localaxes"] for part, values in clean.attributes if part is figure)
    return (
        figure._localaxes == before
        and not figure.subfigs
        and all(ax.get_in_layout() and not ax.child_axes for ax in figure.axes)
        and all(a.get_scale() == "linear" for ax in figure.axes for a in (ax.xaxis, ax.yaxis))
    )


def free_limits(figure):
    """{(axes index, "x" or "y"): (low, high)} where something is drawn and no limit was set."""
    return {
        (i, name): getattr(ax, f"get_{name}lim")()
        for i, ax in enumerate(figure.axes)
        for name in "xy"
        if getattr(ax, f"get_autoscale{name}_on")() and ax.has_data()
    }


def union(scenes, limits=()):
    """For each axis left free in some scenes, the limits that hold them all (and `limits`)."""
    limits = dict(limits)
    for scene in scenes:
        for key, (low, high) in scene.free.items():
            old = limits.get(key, (low, high))
            widen = (min, max) if low <= high else (max, min)  # an image counts rows downwards
            limits[key] = (widen[0](old[0], low), widen[1](old[1], high))
    return limits


def hold(scene, limits):
    """Give the free axes of the scene (now on its figure) the limits of all scenes."""
    for (i, name), pair in limits.items():
        if i < len(scene.figure.axes):
            ax = scene.figure.axes[i]
            if getattr(ax, f"get_autoscale{name}_on")():
                getattr(ax, f"set_{name}lim")(*pair)


def lay_out(scenes, limits):
    """Rectangles for the axes that leave room for the labels; from the scene with most text."""

    def wordiness(scene):
        scene.show()
        texts = list(scene.figure.texts)
        for ax in scene.figure.axes:
            texts += [ax.title, ax._left_title, ax._right_title, ax.xaxis.label, ax.yaxis.label]
        return sum(len(text.get_text()) for text in texts)

    scene = max(scenes, key=wordiness)
    scene.show()
    hold(scene, limits)
    figure = scene.figure
    figure.set_layout_engine("constrained")
    figure.get_layout_engine().execute(figure)
    figure.set_layout_engine("none")
    return [ax.get_position(original=True).frozen() for ax in figure.axes]


def remembering(axis):
    """The axis's draw, which asks the renderer to repeat what it drew for an equal axis.

    Ticks and their labels take most of the time of a picture, and seldom change.
    """
    plain = axis.draw

    def draw(renderer):
        if hasattr(renderer, "remember"):
            renderer.remember(signature(axis), lambda: plain(renderer))
        else:
            plain(renderer)

    draw._supports_rasterization = True
    return draw


def signature(axis):
    """A value that is equal for two axes that look the same."""
    ax = axis.axes
    own = [content(vars(part)) for part in axis_parts(axis)]
    return (id(axis), ax.get_xlim(), ax.get_ylim(), ax.get_position().bounds, *own)


IGNORED = {"_axes", "axis", "_parent_figure", "_callbacks", "stale_callback", "_stale", "draw"}
TICK_TEXT = (
    "visible",
    "text",
    "color",
    "rotation",
    "position",
    "ha",
    "va",
    "alpha",
    "fontproperties",
)
TICK_LINE = ("visible", "color", "linewidth", "linestyle", "marker", "markersize", "alpha")


def content(value):
    """What a value holds, hashable: equal for equal content; identity where that is unknown."""
    if isinstance(value, dict):
        return tuple((k, content(v)) for k, v in value.items() if k not in IGNORED)
    if isinstance(value, list | tuple):
        return tuple(content(v) for v in value)
    if isinstance(value, np.ndarray):
        return (value.shape, value.tobytes())
    if isinstance(value, Tick):
        texts = [
            getattr(text, f"get_{name}")()
            for text in (value.label1, value.label2)
            for name in TICK_TEXT
        ]
        lines = [
            getattr(line, f"get_{name}")()
            for line in (value.tick1line, value.tick2line, value.gridline)
            for name in TICK_LINE
        ]
        return (value._loc, value._size, value._pad, content(texts), content(lines))
    if isinstance(value, Locator | Formatter):
        return (type(value), content(vars(value)))
    if isinstance(value, FontProperties):
        return hash(value)
    return value if isinstance(value, int | float | str | bytes | None) else id(value)

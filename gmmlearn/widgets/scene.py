"""Draw many states on one figure: clean axes for each, limits that do not jump, one layout.

Making a new figure for every state costs more than everything else together. So one figure
is made; after each `draw` its parts' attributes are taken down (a `Scene`) and put back as
they were. Where that would not undo everything (added axes) each state gets a figure of its
own: slower, with the same picture.
"""

from dataclasses import dataclass
from functools import partial
from numbers import Number

import matplotlib
import numpy as np
from matplotlib.axis import Tick
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.patches import Rectangle
from matplotlib.scale import ScaleBase
from matplotlib.ticker import Formatter, Locator

from gmmlearn.widgets.lettering import Ruler

# Two boxes of an axes are the layout's business; two more are changed in place.
PLACES = ("_position", "_originalPosition")
TICKS = ("majorTicks", "minorTicks")
CHANGEABLE = {list, dict, FontProperties}  # the kinds of attributes that are changed in place


@dataclass(frozen=True)
class Scene:
    """One state as drawn: the figure, its parts' attributes, its data and view boxes."""

    figure: Figure
    attributes: list  # [(part, {name: value}, {name: value that may be changed in place})]
    boxes: list  # [(box, its value)]
    scales: list  # [(an axes' transform for its scales, what that is set to)]
    free: dict  # the limits that were left to matplotlib, see free_limits
    words: int  # how many letters its titles and labels have

    def show(self, keep_ticks=False):
        """Put the figure back into this state.

        Ticks that matplotlib made may stay for the next state: making them takes long.
        """
        for part, values, changeable in self.attributes:
            now = vars(part)
            keep = PLACES
            if keep_ticks:
                own = now.get("own_ticks", ()) + values.get("own_ticks", ())
                keep += tuple(name for name in TICKS if name not in own)
            kept = {name: now[name] for name in keep if name in now}
            now.clear()
            now.update(values)
            for name, value in changeable.items():
                now[name] = value.copy()
            now.update(kept)
        for box, value in self.boxes:
            box.set(value.frozen())  # a copy: the box is changed in place
            box._minpos = value.minpos.copy()  # where an axis with a logarithm begins
        for transform, value in self.scales:
            if transform._child is not value:
                transform.set(value)


@dataclass(frozen=True)
class Film:
    """The scenes of all states, the limits they share and the rectangles of their axes."""

    scenes: list
    limits: dict
    places: list

    def show(self, index):
        """The figure in the state of this index."""
        scene = self.scenes[index]
        scene.show(keep_ticks=True)
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


def film(draw, n, size, subplots, step):
    """Draw states 0 … n − 1 with `draw(axes, index)` on pictures of `size` CSS pixels.

    Limits that states leave to autoscaling become the union over these states. `step()` is
    called after each state.
    """
    stage, scenes, index = Stage(size, subplots), [], 0
    while index < n:
        was_spoilt = stage.spoilt
        scenes.append(stage.play(lambda axes, i=index: draw(axes, i)))
        index += 1
        step()
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
        note_free_ends(ax, "x")
        note_free_ends(ax, "y")
        if isinstance(ax.patch, Rectangle):
            # Each artist is clipped to it; matplotlib would make the same transform each time.
            same = ax.patch.get_transform()
            ax.patch.get_transform = lambda same=same: same
        for axis in (ax.xaxis, ax.yaxis):
            for ticks in TICKS:
                vars(axis).pop(ticks, None)  # made again when needed
            remember(axis, ("draw", "get_tightbbox"), ax, axis_parts(axis))
        for still in (*ax.spines.values(), ax.patch):
            remember(still, ("draw",), ax, [still])
    return figure, axes


def scene_of(figure):
    """Take down the figure as it is now."""
    free = free_limits(figure)  # first: it settles the view boxes
    boxes = [box for ax in figure.axes for box in (ax.dataLim, ax._viewLim)]
    texts = list(figure.texts)
    for ax in figure.axes:
        texts += [ax.title, ax._left_title, ax._right_title, ax.xaxis.label, ax.yaxis.label]
    return Scene(
        figure,
        [(part, attributes(part), changeable(part)) for part in parts(figure)],
        [(box, box.frozen()) for box in boxes],
        [(ax.transScale, ax.transScale._child) for ax in figure.axes],
        free,
        sum(len(text.get_text()) for text in texts),
    )


def attributes(part):
    """A part's attributes; an axis that has ticks before it is drawn was given them by `draw`."""
    own = tuple(name for name in TICKS if name in vars(part))
    return vars(part) | ({"own_ticks": own} if own else {})


def changeable(part):
    """Copies of the attributes that may be changed in place."""
    return {name: value.copy() for name, value in vars(part).items() if type(value) in CHANGEABLE}


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
    before = next(kept["_localaxes"] for part, _, kept in clean.attributes if part is figure)
    return (
        figure._localaxes == before
        and not figure.subfigs
        and all(ax.get_in_layout() and not ax.child_axes for ax in figure.axes)
    )


def free_ends(ax, name):
    """Whether the low and the high limit of the axis "x" or "y" were left to matplotlib."""
    if getattr(ax, f"get_autoscale{name}_on")():
        return (True, True)
    return getattr(ax, "free_ends", {}).get(name, (False, False))


def note_free_ends(ax, name):
    """Let `ax.set_xlim(left=0)` note that the other end stays free."""
    ax.free_ends = {}
    low, high = ("left", "right") if name == "x" else ("bottom", "top")
    plain = getattr(ax, f"set_{name}lim")

    def set_limits(*given, **options):
        if options.get("auto", False) is None:  # matplotlib itself, autoscaling
            return plain(*given, **options)
        pair = (*(given[0] if given and np.iterable(given[0]) else given), None, None)
        ends = (
            pair[0] is options.get(low) is options.get(f"{name}min") is None,
            pair[1] is options.get(high) is options.get(f"{name}max") is None,
        )
        before = free_ends(ax, name)
        ax.free_ends[name] = tuple(end and was for end, was in zip(ends, before, strict=True))
        return plain(*given, **options)

    setattr(ax, f"set_{name}lim", set_limits)


def free_limits(figure):
    """{(axes index, "x" or "y", end, scale): (value, whether a smaller one is wider)}.

    Only where something is drawn.
    """
    free = {}
    for i, ax in enumerate(figure.axes):
        for name in "xy":
            low, high = pair = getattr(ax, f"get_{name}lim")()
            for end, is_free in enumerate(free_ends(ax, name)):
                if is_free and ax.has_data():
                    # An image counts its rows downwards: its low end is the larger.
                    scale = getattr(ax, f"get_{name}scale")()
                    free[i, name, end, scale] = pair[end], (end == 0) == (low <= high)
    return free


def union(scenes, limits=()):
    """For each free end of an axis the value that is wide enough for all, and for `limits`."""
    limits = dict(limits)
    for scene in scenes:
        for key, (value, smaller) in scene.free.items():
            limits[key] = (min if smaller else max)(limits.get(key, value), value)
    return limits


def hold(scene, limits):
    """Give the free ends of the scene's axes (now on its figure) the limits of all scenes."""
    for i, ax in enumerate(scene.figure.axes):
        for name in "xy":
            pair, scale = getattr(ax, f"get_{name}lim")(), getattr(ax, f"get_{name}scale")()
            held = [
                limits.get((i, name, end, scale), value) if is_free else value
                for end, (value, is_free) in enumerate(zip(pair, free_ends(ax, name), strict=True))
            ]
            if held != list(pair):
                getattr(type(ax), f"set_{name}lim")(ax, *held)


def lay_out(scenes, limits):
    """Rectangles for the axes that leave room for the labels; from the scene with most text."""

    scene = max(scenes, key=lambda scene: scene.words)
    scene.show()
    hold(scene, limits)
    figure = scene.figure
    figure._get_renderer = lambda: Ruler(figure.dpi)  # what it is to measure with
    figure.set_layout_engine("constrained")
    figure.get_layout_engine().execute(figure)
    figure.set_layout_engine("none")
    return [ax.get_position(original=True).frozen() for ax in figure.axes]


def remember(artist, names, ax, parts):
    """Let methods ask the renderer for what they gave when the artist looked the same before.

    Ticks and their labels take most of the time of a picture, and seldom change. An artist
    looks the same if the attributes of its `parts` and the limits and place of the axes do.
    """
    parts = list(parts)

    def attributes_now():
        ignored = IGNORED.union(TICKS).difference(getattr(artist, "own_ticks", ()))
        return [{k: v for k, v in vars(part).items() if k not in ignored} for part in parts]

    def same(now, before):
        try:
            return now == before
        except ValueError:  # arrays: to be compared by content
            return False

    def look():
        if "look" not in vars(artist):  # Scene.show, which puts attributes back, takes it away
            limits, place = (box.get_points().tobytes() for box in (ax._viewLim, ax.bbox))
            pairs = zip(attributes_now(), clean, strict=True)
            looks = [None if same(now, then) else content(now) for now, then in pairs]
            artist.look = (id(artist), limits, place, *looks)
        return artist.look

    def remembering(name, plain):
        def method(renderer=None, **options):
            if options or not hasattr(renderer, "remember"):
                return plain(renderer, **options)
            if not artist.get_visible():
                return None

            def run():
                before = attributes_now()
                returned = plain(renderer)
                pairs = zip(before, attributes_now(), strict=True)
                return returned, [
                    {k: v for k, v in then.items() if v is not now.get(k)} for now, then in pairs
                ]

            returned, effects = renderer.remember((name, *look()), run)
            for part, values in zip(parts, effects, strict=True):
                vars(part).update(values)  # a title looks where the axis has put its texts
            return returned

        method._supports_rasterization = True
        return method

    clean = attributes_now()
    for name in names:
        setattr(artist, name, remembering(name, getattr(artist, name)))


IGNORED = {
    "_autoscale_on",
    "isDefault_label",
    "_axes",
    "axis",
    "_parent_figure",
    "_callbacks",
    "stale_callback",
    "_stale",
    "draw",
    "get_tightbbox",
    "look",
    "_parents",
    "_invalid",
}
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
    kind = type(value)
    if kind in (int, float, str, bool, type(None)):
        return value
    if kind is dict:
        return tuple((k, content(v)) for k, v in value.items() if k not in IGNORED)
    if kind in (list, tuple):
        return tuple(content(v) for v in value)
    if kind is np.ndarray:
        return (value.shape, value.tobytes())
    if isinstance(value, Tick):
        texts = (value.label1, value.label2)
        lines = (value.tick1line, value.tick2line, value.gridline)
        looks = [getattr(text, f"get_{name}")() for text in texts for name in TICK_TEXT]
        looks += [getattr(line, f"get_{name}")() for line in lines for name in TICK_LINE]
        return (value._loc, value._size, value._pad, content(looks))
    if isinstance(value, (Locator, Formatter)):
        return (kind, content(vars(value)))
    if isinstance(value, ScaleBase):
        transform = value.get_transform()
        return (kind, type(transform), content(vars(transform)))
    if isinstance(value, partial):  # what ticks with labels of their own are written by
        return (content(value.func), content(value.args), content(value.keywords))
    if isinstance(value, Number):
        return value
    if isinstance(value, FontProperties):
        return hash(value)
    return Itself(value)


class Itself:
    """Equal to itself only; keeps the value, so that no later one is taken for it."""

    def __init__(self, value):
        self.value = value

    def __hash__(self):
        return id(self.value)

    def __eq__(self, other):
        return type(other) is Itself and other.value is self.value

"""scrub and explore: what is recorded, which limits hold, what a wrong argument is told."""

import base64
import gc
import io
import json
import struct
import subprocess
import sys
import zlib
from functools import partial
from types import SimpleNamespace

import lab
import matplotlib
import nbformat
import numpy as np
import pytest
from matplotlib.patches import Ellipse
from PIL import Image

from gmmlearn import style
from gmmlearn.widgets import explore, scrub
from gmmlearn.widgets.player import DrawError
from gmmlearn.widgets.record import IMAGE, PATH, STAMPS, TEXT
from gmmlearn.widgets.scene import Stage, new_figure

POINTS = np.random.default_rng(0).normal(size=(500, 2))


def unpack(widget):
    """The drawing as the browser sees it, arrays resolved."""
    raw = zlib.decompress(widget.drawing)
    (length,) = struct.unpack_from("<I", raw)
    drawing = json.loads(raw[4 : 4 + length])
    at = 4 + length
    for kind, dtype in (("numbers", np.int16), ("bytes", np.uint8)):
        arrays = []
        for n in drawing[kind]:
            arrays.append(np.frombuffer(raw, dtype, n, at))
            at += arrays[-1].nbytes
        drawing[kind] = arrays
    drawing["numbers"] = [np.cumsum(steps, dtype=np.int16) for steps in drawing["numbers"]]
    assert at == len(raw)
    return drawing


def commands(drawing, kind, state=0):
    return [c for i in drawing["states"][state] if (c := drawing["commands"][i])[0] == kind]


def positions(drawing, stamps):
    """Where the stamps of a command are, (n, 2) in pixels from the upper left corner."""
    x, y = (drawing["numbers"][i] / drawing["pixel"] for i in stamps[3:5])
    return np.stack([x, y], axis=1)


def pictures(drawing):
    found = [c[2] for c in drawing["commands"] if c[0] == IMAGE]
    return [Image.open(io.BytesIO(drawing["bytes"][i].tobytes())) for i in found]


# ---- what is recorded --------------------------------------------------------------------


def test_points_are_recorded_where_matplotlib_draws_them():
    where = []

    def draw(ax, _):
        ax.scatter(*POINTS.T, c=np.linspace(0, 1, 500), s=20)
        where.append(ax)

    drawing = unpack(scrub(draw, [0]))
    (stamps,) = (c for c in commands(drawing, STAMPS) if len(drawing["numbers"][c[3]]) == 500)
    expected = where[0].transData.transform(POINTS)
    expected[:, 1] = 380 - expected[:, 1]
    assert np.abs(positions(drawing, stamps) - expected).max() <= 0.5 / drawing["pixel"] + 1e-9
    colours = drawing["bytes"][stamps[5]].reshape(4, 500).T
    viridis = matplotlib.colormaps["viridis"](np.linspace(0, 1, 500))
    assert np.abs(colours - 255 * viridis).max() <= 0.5


def test_sizes_and_edges_of_points_are_recorded():
    def draw(ax, _):
        ax.scatter([0, 1, 2], [0, 1, 2], s=[10, 40, 90], edgecolors=["k", "r", "b"], lw=[1, 2, 3])

    drawing = unpack(scrub(draw, [0]))
    stamps = next(c for c in commands(drawing, STAMPS) if c[8] >= 0)
    assert (drawing["numbers"][stamps[8]] / 1024).tolist() == [1, 2, 3]
    assert np.allclose(
        drawing["numbers"][stamps[7]] / drawing["fine"], np.array([1, 2, 3]) / 0.72, atol=0.01
    )
    assert drawing["bytes"][stamps[6]].reshape(4, 3).T[:, :3].tolist() == [
        [0, 0, 0],
        [255, 0, 0],
        [0, 0, 255],
    ]


def test_points_that_are_not_finite_are_left_out():
    def draw(ax, _):
        ax.scatter([0, np.nan, 2, 3], [0, 1, np.inf, 3], c=["r", "g", "b", "k"])

    drawing = unpack(scrub(draw, [0]))
    stamps = next(c for c in commands(drawing, STAMPS) if c[5] >= 0)
    assert drawing["bytes"][stamps[5]].reshape(4, 2).T[:, :3].tolist() == [[255, 0, 0], [0, 0, 0]]


def test_a_curve_keeps_its_points_and_a_gap():
    y = np.sin(np.linspace(0, 6, 100))
    y[50] = np.nan
    drawing = unpack(scrub(lambda ax, _: ax.plot(y, color="#0072B2", lw=3, ls="--"), [0]))
    curve = next(c for c in commands(drawing, PATH) if "rgb(0,114,178)" in drawing["styles"][c[1]])
    fill, _, width, _, _, dashes, *_ = drawing["styles"][curve[1]]
    assert fill == 0 and width == pytest.approx(3 / 0.72, abs=1e-3) and len(dashes) == 2
    codes, x, _ = drawing["shapes"][curve[2]]
    assert len(drawing["numbers"][x]) == 99
    assert (drawing["bytes"][codes] == 1).sum() == 2  # two pieces


def test_what_stays_is_stored_once_and_painted_once():
    def draw(ax, i):
        ax.scatter(*POINTS.T, color="0.5", zorder=0)
        ax.plot([0, i], [0, 1])

    drawing = unpack(scrub(draw, range(10)))
    assert drawing["shared"] > 0
    assert (
        sum(len(drawing["numbers"][c[3]]) == 500 for c in drawing["commands"] if c[0] == STAMPS)
        == 1
    )


def test_a_whole_em_run_stays_small():
    rng = np.random.default_rng(1)

    def draw(ax, i):
        ax.scatter(*POINTS.T, c=style.mixed(rng.dirichlet([1, 1], 500)), s=12)
        for k in range(2):
            ax.add_patch(Ellipse((k, i / 40), 1 + i / 40, 2, fill=False))
            ax.plot(np.linspace(-3, 3, 200), np.exp(-(np.linspace(-3, 3, 200) ** 2) + i / 40))
        ax.set_title(f"log-likelihood {-1000 + i * 3.7:.1f}")

    assert len(scrub(draw, range(40)).drawing) <= 200_000


def test_text_is_recorded_as_glyphs_each_once():
    drawing = unpack(scrub(lambda ax, _: ax.text(0.5, 0.5, "aabbaa $x^2$"), [0]))
    strings = [drawing["strings"][c[2]] for c in commands(drawing, TEXT)]
    glyphs = next(s[1:] for s in strings if len(s) == 9)  # 6 letters and x, 2
    assert len({shape for shape, *_ in glyphs}) == 4


@pytest.mark.parametrize(
    "draw",
    [
        lambda ax, i: ax.bar([0, 1], [1, 2], hatch="//"),
        lambda ax, i: ax.pcolormesh(np.random.default_rng(i).random((100, 100))),
        lambda ax, i: ax.plot([0, i])[0].set_sketch_params(1, 100, 2),
        lambda ax, i: ax.scatter(*np.random.default_rng(i).random((2, 20_000)), c=range(20_000)),
    ],
    ids=["hatch", "mesh", "sketch", "many points"],
)
def test_what_commands_cannot_say_becomes_pictures(draw):
    drawing = unpack(scrub(draw, range(3)))
    assert [len(state) for state in drawing["states"]] == [1, 1, 1]
    assert {p.size for p in pictures(drawing)} == {(900, 380)}


def test_pictures_keep_the_colours_of_areas_exactly():
    def draw(ax, _):
        ax.bar([0, 1], [1, 2], color=[style.CLUSTERS[0], style.ACCENT], hatch="|")
        ax.axvspan(2, 3, color=style.CLUSTERS[1])

    (picture,) = pictures(unpack(scrub(draw, [0])))
    found = {colour for _, colour in picture.convert("RGB").getcolors(10_000)}
    wanted = ["white", style.CLUSTERS[0], style.CLUSTERS[1], style.ACCENT]
    assert {tuple(round(255 * c) for c in matplotlib.colors.to_rgb(w)) for w in wanted} <= found


def test_a_photograph_of_few_colours_stays_exact():
    few = np.array([[255, 0, 0], [0, 128, 0], [10, 20, 30]], np.uint8)
    image = few[np.random.default_rng(0).integers(0, 3, (200, 300))]
    drawing = unpack(scrub(lambda ax, _: ax.imshow(image, interpolation="nearest"), [0]))
    (picture,) = pictures(drawing)
    colours = {c[:3] for _, c in picture.convert("RGBA").getcolors(1000) if c[3]}
    assert colours == {tuple(c) for c in few.tolist()}


def test_a_photograph_of_many_colours_is_shown():
    image = np.random.default_rng(0).integers(0, 255, (200, 300, 3), np.uint8)
    (picture,) = pictures(unpack(scrub(lambda ax, _: ax.imshow(image), [0])))
    assert picture.width > 400 and picture.height > 250


@pytest.mark.parametrize("origin", ["lower", "upper"])
@pytest.mark.parametrize("many", [False, True])
def test_an_image_that_is_not_interpolated_keeps_its_few_dots(origin, many):
    image = np.random.default_rng(0).integers(0, 255, (20, 30, 3), np.uint8)
    if not many:
        image[:] = image[0, :2][image[..., :1].repeat(3, 2) % 2, [0, 1, 2]]

    def draw(ax, _):
        ax.set_position([0.2, 0.1, 0.5, 0.8])  # 450 × 304 pixels, 180 from the left, 38 from above
        ax.imshow(image, interpolation="none", origin=origin, aspect="auto")

    drawing = unpack(scrub(draw, [0]))
    (picture,) = pictures(drawing)
    shown = image if origin == "upper" else image[::-1]
    assert (np.asarray(picture.convert("RGB")) == shown).all()
    (command,) = (c for c in drawing["commands"] if c[0] == IMAGE)
    assert np.allclose(command[3:], [180, 38, 450, 304], atol=0.01)


def test_an_image_of_many_dots_is_kept_no_larger_than_it_is_shown():
    image = np.random.default_rng(0).integers(0, 255, (1500, 2000, 3), np.uint8)
    options = {"interpolation": "none", "aspect": "auto"}
    (picture,) = pictures(unpack(scrub(lambda ax, _: ax.imshow(image, **options), [0])))
    assert 700 < picture.width <= 900 and 300 < picture.height <= 380


def test_a_change_of_fonts_is_seen():
    def titled(ax, _):
        ax.set_title("fonts", fontfamily="serif")

    before = scrub(titled, [0]).drawing
    with matplotlib.rc_context({"font.serif": ["DejaVu Sans Mono"]}):
        assert scrub(titled, [0]).drawing != before
    assert scrub(titled, [0]).drawing == before


# ---- one figure for all states -----------------------------------------------------------


def everything(ax, i):
    """Changes in state 1 what the other states leave alone."""
    ax.plot([0, 1, 2], [i, 1, 4])
    ax.bar([0, 1], [1, i + 1])
    if i == 1:
        ax.set_title("title", color="red", fontsize=20, loc="right")
        ax.set_xlabel("minutes", rotation=10)
        ax.set_yticks([0, 2], ["none", "two"])
        ax.tick_params(axis="x", labelsize=20, direction="in")
        ax.grid(True)
        ax.spines.left.set_color("red")
        ax.spines.top.set_visible(True)
        ax.patch.set_facecolor("yellow")
        ax.get_xticklabels()[0].set_color("blue")
        ax.xaxis.set_major_formatter("{x:.3f}")
        ax.legend(["a"])
        ax.set_prop_cycle(color=["green"])
        ax.set_xlim(-5, 5)
        ax.figure.suptitle("over all")
        ax.set_aspect("equal")


def log_scale(ax, i):
    ax.plot([1, 10, 100 * (i + 1)])
    if i == 1:
        ax.set_yscale("log")


def many_scales(axes, i):
    """One pair of axes shares x; scales come and go, and two states differ in what is shown."""
    axes[0].vlines([1, 2, 5], 0, 0.1, transform=axes[0].get_xaxis_transform())
    axes[0].plot([0.5, 3, 8], [1, 10 ** (i % 3), 2])
    axes[1].bar([1, 2, 3], [3, 20, 100 * (i % 3 + 1)])
    if i % 2:
        axes[0].set_xscale("log")
        axes[1].set_yscale("symlog", linthresh=5 + i)
    if i == 2:
        axes[0].set_yscale("function", functions=(np.sqrt, np.square))
        axes[1].set_yscale("log", base=2)
    axes[0].set_title(f"{i} of these")


def twin(ax, i):
    ax.plot([1, 2, i])
    if i == 1:
        ax.twinx().plot([100, 200], color="red")


def inset(ax, i):
    ax.plot([1, 2, i])
    if i == 1:
        ax.inset_axes([0.5, 0.5, 0.4, 0.4]).plot([3, 4])


def own_ticks(ax, i):
    """Ticks and their labels come from the learner, major and minor, and not in every state."""
    ax.plot([1, 10, 100])
    ax.set_yscale("log")
    ax.set_xticks([0, 1, 2], ["a", "b", "c" * (i // 2 + 1)])
    if i == 1:
        ax.tick_params(which="minor", length=12, color="red")
    if i == 2:
        ax.set_yticks([2, 3, 50], minor=True)
    if i == 3:
        ax.set_yticks([1, 10, 100], ["one", "ten", "hundred"])


def one_thing(ax, i):
    """States differ in one thing only: how ticks are written, or the colour of one label."""
    ax.plot([0, 1, 2])
    ax.yaxis.set_major_formatter(partial(written, "b" if i == 1 else "a"))
    ax.get_xticklabels()[1].set_color("blue" if i == 2 else "black")


def written(word, value, place):
    return f"{word} {value:g}"


def large_numbers(ax, i):
    ax.plot([0, 1], [0, 3e9])
    ax.set_title(f"a title that stands over the power of ten, {i}")


@pytest.mark.parametrize(
    "draw, subplots",
    [
        (everything, None),
        (large_numbers, None),
        (own_ticks, None),
        (one_thing, None),
        (log_scale, None),
        (many_scales, {"ncols": 2, "sharex": True}),
        (twin, None),
        (inset, None),
    ],
)
def test_each_state_looks_as_on_a_figure_of_its_own(draw, subplots, monkeypatch):
    options = {"size": (500, 300), "subplots": subplots, "filmstrip": 5}
    reused = scrub(draw, range(5), **options)
    monkeypatch.setattr(Stage, "__init__", fresh_only)
    fresh = scrub(draw, range(5), **options)
    assert said(reused) == said(fresh)
    assert reused._png() == fresh._png()


@pytest.mark.parametrize("draw, figures", [(everything, 1), (log_scale, 1), (twin, 5)])
def test_only_added_axes_need_a_figure_for_each_state(draw, figures, monkeypatch):
    made = []

    def counted(*given):
        made.append(given)
        return new_figure(*given)

    monkeypatch.setattr("gmmlearn.widgets.scene.new_figure", counted)
    scrub(draw, range(3))
    assert len(made) == figures


def fresh_only(stage, size, subplots):
    stage.size, stage.subplots, stage.spoilt = size, subplots, True
    stage.figure, stage.axes = new_figure(size, subplots)


def said(widget):
    """For each state its commands with everything they refer to, comparable across widgets."""
    drawing = unpack(widget)

    def shape(index):
        codes, x, y = drawing["shapes"][index]
        codes = None if codes < 0 else drawing["bytes"][codes].tolist()
        return codes, drawing["numbers"][x].tolist(), drawing["numbers"][y].tolist()

    def told(command):
        kind, dress, what, *rest = command
        if kind == TEXT:
            scale, *glyphs = drawing["strings"][what]
            what = scale, [(shape(glyph), *place) for glyph, *place in glyphs]
        elif kind in (PATH, STAMPS):
            what = shape(what)
        if kind == STAMPS:
            rest = [drawing["numbers"][i].tolist() for i in rest[:2]]
        return kind, drawing["styles"][dress], what, rest

    return [[told(drawing["commands"][i]) for i in state] for state in drawing["states"]]


def test_the_first_colour_comes_first_in_every_state():
    drawing = unpack(scrub(lambda ax, i: ax.plot([0, i]), range(3)))
    blue = "rgb(31,119,180)"
    for state in range(3):
        assert blue in [drawing["styles"][c[1]][1] for c in commands(drawing, PATH, state)]


# ---- limits ------------------------------------------------------------------------------


def limits(draw, n, **options):
    """The limits of every state, as they are when it is painted."""
    seen = []

    def watched(ax, i):
        draw(ax, i)
        original = ax.patch.draw
        ax.patch.draw = lambda r: (seen.append((ax.get_xlim(), ax.get_ylim())), original(r))

    scrub(watched, range(n), filmstrip=1, **options)
    return seen


def test_free_limits_are_the_union_over_the_states():
    seen = limits(lambda ax, i: ax.plot([0, 1], [i, 10 * i + 1]), 3)
    assert len(set(seen)) == 1
    (left, right), (low, high) = seen[0]
    assert (left, right) == pytest.approx((-0.05, 1.05))
    assert -1.5 < low <= 0 and 21 <= high < 24


def test_limits_that_were_set_stay():
    def draw(ax, i):
        ax.plot([0, 1], [0, i])
        ax.set_xlim(0, i + 1)

    seen = limits(draw, 3)
    assert [x for x, _ in seen[1:]] == [(0, 1), (0, 2), (0, 3)]
    assert len({y for _, y in seen}) == 1


def test_a_limit_set_at_one_end_leaves_the_other_to_the_union():
    def draw(ax, i):
        ax.plot([0, 1], [1, 10 * (i + 1)])
        ax.set_ylim(bottom=0)

    heights = {y for _, y in limits(draw, 3)}
    assert len(heights) == 1
    ((low, high),) = heights
    assert low == 0 and 30 <= high < 40


def test_an_empty_state_does_not_widen_the_limits():
    seen = limits(lambda ax, i: ax.plot([100, 101], [50, 51]) if i else None, 2)
    assert seen[0][0][0] > 99 and seen[0] == seen[1]


def test_an_image_keeps_its_rows_downwards():
    seen = limits(lambda ax, i: ax.imshow(np.eye(3 + i)), 2)
    assert {y for _, y in seen} == {(3.5, -0.5)}


def test_axes_do_not_move_between_states():
    where = []

    def draw(axes, i):
        axes[0].set_title("title" * i)
        axes[0].set_ylabel("y" if i else "")
        axes[0].plot([0, 10 ** (2 * i)])
        axes[1].plot([0, 1])
        for ax in axes:
            plain = ax.patch.draw
            ax.patch.draw = lambda r, ax=ax, p=plain: (where.append(ax.bbox.bounds), p(r))

    scrub(draw, range(3), subplots={"ncols": 2}, filmstrip=1)
    assert len(set(where)) == 2


# ---- labels, texts, pictures -------------------------------------------------------------


def test_labels_come_from_the_states():
    states = [SimpleNamespace(label="guess"), SimpleNamespace(label="E step 1"), 3]
    widget = scrub(lambda ax, s: None, states)
    assert widget.labels == ["guess", "E step 1", "2"]
    assert repr(widget) == 'scrub: 3 states, "guess" to "2"'
    assert scrub(lambda ax, s: None, iter("ab"), labels=["x", "y"]).labels == ["x", "y"]


def test_the_bundle_has_a_view_a_picture_and_a_stable_text():
    def bundle():
        return scrub(lambda ax, i: ax.plot([0, i]), range(9))._repr_mimebundle_()[0]

    one, two = bundle(), bundle()
    assert one["text/plain"] == two["text/plain"] == 'scrub: 9 states, "0" to "8"'
    assert one["image/png"] == two["image/png"]
    assert "application/vnd.jupyter.widget-view+json" in one
    picture = Image.open(io.BytesIO(base64.b64decode(one["image/png"])))
    assert picture.format == "PNG" and 900 <= picture.width <= 1400


@pytest.mark.parametrize(("size", "shape"), [((900, 380), (2, 2)), ((400, 400), (3, 2))])
def test_the_filmstrip_fits_a_page(size, shape):
    widget = scrub(
        lambda ax, i: ax.plot([0, i]), range(20), size=size, filmstrip=shape[0] * shape[1]
    )
    picture = Image.open(io.BytesIO(widget._png()))
    assert picture.width <= 1400 and picture.height <= 1400


def test_a_still_picture_says_what_it_is():
    film = scrub(lambda ax, i: ax.plot([0, i]), range(3), labels="abc")
    data, metadata = film._repr_mimebundle_()
    assert metadata["image/png"] == {"alt": data["text/plain"]}


def test_a_long_label_stays_over_its_own_picture_in_the_filmstrip():
    long = "a name that is too long for three hundred dots"

    def strip(label):
        film = scrub(lambda ax, i: ax.plot([0, i]), range(2), size=(300, 200), labels=[label, ""])
        return film._repr_mimebundle_()[0]["image/png"]

    assert strip(long) == strip(long + " indeed")  # both are cut where the picture ends
    assert strip("two\nlines") == strip("two lines")


def test_the_filmstrip_shows_the_states_that_are_asked_for():
    def picture(states, **options):
        return scrub(lambda ax, i: ax.bar(0, i), states, labels=states, **options)._png()

    assert picture([1, 3, 5, 6], filmstrip=[1, 3]) == picture([1, 3, 6], filmstrip=[1, 2])
    assert picture([1, 3, 6], filmstrip=[0, 2]) == picture([1, 3, 6], filmstrip=2)
    assert picture([1, 3, 6], filmstrip=[0, 1]) != picture([1, 3, 6], filmstrip=2)


# ---- explore -----------------------------------------------------------------------------


def gauss(ax, mean, sd=1.0, kind="line", fill=False):
    g = np.linspace(0, 10, 50)
    ax.plot(g, np.exp(-((g - mean) ** 2) / 2 / sd**2))


def test_explore_tells_its_values_and_answers_a_move():
    widget = explore(
        gauss, mean=(0, 10, 1), sd=(0.5, 2.5, 0.5, 1.5), kind=["line", "dots"], fill=True
    )
    assert widget.values == {"mean": 5, "sd": 1.5, "kind": "line", "fill": True}
    assert type(widget.values["mean"]) is int
    before = widget.drawing
    ask(widget, {"mean": 7, "sd": 0.5, "kind": 1, "fill": False})
    assert widget.values == {"mean": 7, "sd": 0.5, "kind": "dots", "fill": False}
    assert widget.drawing != before and widget.answer == ["a", ""]


def ask(widget, values, name="a"):
    widget._handle_custom_msg({"asked": name, "values": values}, [])


def test_a_move_shows_the_tick_labels_of_its_own_formatter():
    used = set()

    def draw(ax, n):
        made = [lambda value, place: str(n) for _ in range(1000)]
        ax.plot([0, 1])
        ax.set(xlim=(0, 1), ylim=(0, 1))
        # One that lies where a former one lay: not to be taken for it.
        formatter = next((f for f in made if id(f) in used), made[0])
        used.add(id(formatter))
        ax.xaxis.set_major_formatter(formatter)

    widget = explore(draw, n=(1, 9, 1, 1))
    for n in range(2, 9):
        ask(widget, {"n": n})
        moved = said(widget)
        assert moved == said(explore(draw, n=(1, 9, 1, n)))


def test_an_error_in_a_move_is_told_and_the_picture_stays():
    def draw(ax, n):
        ax.plot([0, 1 / (n - 2)])

    widget = explore(draw, n=(0, 4, 1, 0))
    before = widget.drawing
    ask(widget, {"n": 2}, "b")
    assert widget.answer == ["b", "draw failed at n=2: ZeroDivisionError: division by zero"]
    assert widget.drawing == before and widget.values == {"n": 0}
    ask(widget, {"n": 3}, "c")
    assert widget.answer == ["c", ""]


def test_explore_has_a_picture_and_a_stable_text():
    data = explore(gauss, mean=(0, 10, 1), fill=False)._repr_mimebundle_()[0]
    assert data["text/plain"] == "explore: mean (0 to 10), fill (on or off)"
    assert Image.open(io.BytesIO(base64.b64decode(data["image/png"]))).size == (900, 380)


def test_the_limits_of_explore_never_shrink():
    seen = []

    def draw(ax, n):
        ax.plot([0, n])
        plain = ax.patch.draw
        ax.patch.draw = lambda r: (seen.append(ax.get_ylim()), plain(r))

    widget = explore(draw, n=(1, 9, 1, 5))
    ask(widget, {"n": 9})
    ask(widget, {"n": 1})
    assert seen[0][1] < seen[1][1] and seen[1] == seen[2]


# ---- wrong arguments ---------------------------------------------------------------------


def test_garbage_is_collected_again_after_a_failure():
    with pytest.raises(DrawError):
        scrub(lambda ax, i: 1 / 0, range(2))
    assert gc.isenabled()


def test_a_failing_draw_names_the_state():
    def draw(ax, state):
        return 1 / (2 - state)

    with pytest.raises(DrawError, match=r'state 2 \("third"\): ZeroDivisionError') as info:
        scrub(draw, [0, 1, 2], labels=["first", "second", "third"])
    assert isinstance(info.value.__cause__, ZeroDivisionError)


@pytest.mark.parametrize(
    ("arguments", "options", "error", "words"),
    [
        (("no", [1]), {}, TypeError, "scrub needs a function that draws"),
        ((gauss, 5), {}, TypeError, "states must be a list"),
        ((gauss, []), {}, ValueError, "states is empty"),
        ((gauss, [1, 2]), {"labels": ["a"]}, ValueError, "2 states, 1 labels"),
        ((gauss, [1]), {"start": 1}, ValueError, "start must be"),
        ((gauss, [1]), {"size": 900}, ValueError, "size must be"),
        ((gauss, [1]), {"size": (900, 38000)}, ValueError, "size must be between"),
        ((gauss, [1]), {"interval": 0}, ValueError, "interval must be"),
        ((gauss, [1]), {"filmstrip": 0}, ValueError, "filmstrip must be"),
        ((gauss, [1, 2]), {"filmstrip": [0, 2]}, ValueError, "filmstrip must hold indices from 0"),
        ((gauss, [1, 2]), {"filmstrip": []}, ValueError, "filmstrip must hold indices from 0"),
    ],
)
def test_scrub_tells_what_is_wrong(arguments, options, error, words):
    with pytest.raises(error, match=words):
        scrub(*arguments, **options)


@pytest.mark.parametrize(
    ("controls", "error", "words"),
    [
        ({}, ValueError, "at least one control"),
        ({"mean": (0, 10)}, TypeError, r"mean must be \(lo, hi, step\)"),
        ({"mean": (10, 0, 1)}, ValueError, "lo < hi"),
        ({"mean": (0, 10, 0)}, ValueError, "0 < step"),
        ({"mean": (0, 10, 1, 11)}, ValueError, "start between 0 and 10"),
        ({"mean": []}, TypeError, "list of choices"),
        ({"mean": "5"}, TypeError, "mean must be"),
        ({"wrong": (0, 10, 1)}, DrawError, "unexpected keyword argument 'wrong'"),
    ],
)
def test_explore_tells_what_is_wrong(controls, error, words):
    with pytest.raises(error, match=words):
        explore(gauss, **controls)


# ---- notebooks ---------------------------------------------------------------------------

CELLS = (
    "print('before')\nfrom gmmlearn.widgets import scrub, explore\n"
    "scrub(lambda ax, i: ax.plot([0, i]), range(5))",
    "explore(lambda ax, n: ax.plot([0, n]), n=(0, 9, 1))",
    "import time\nscrub(lambda ax, i: (ax.plot([0, i]), time.sleep(0.3)), range(6))",
    "from gmmlearn.widgets import drop_clusters\ndrop = drop_clusters(range(9), 2)\ndrop",
    "from gmmlearn import run\nrun(range(9), drop.mixture).mixture",
)


def test_an_executed_notebook_passes_strict_nbval(tmp_path):
    path = tmp_path / "widgets.ipynb"
    lab.write_notebook(path, *CELLS)
    convert = ["-m", "nbconvert", "--to", "notebook", "--inplace", "--execute", str(path)]
    run(*convert)
    outputs = [cell.outputs for cell in nbformat.read(path, 4).cells]
    assert [len(o) for o in outputs] == [2, 1, 1, 1, 1]  # a slow one leaves no progress bar behind
    assert outputs[3][0].data["image/png"]
    assert outputs[3][0].data["text/plain"] == "drop_clusters: 9 points, 2 clusters"
    run("-m", "pytest", "-q", "-p", "no:cacheprovider", "--nbval", str(path), cwd=tmp_path)


def run(*command, cwd=None):
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, cwd=cwd)
    assert done.returncode == 0, done.stdout + done.stderr

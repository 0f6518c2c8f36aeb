"""Pictures are tested by what stands in them, not by their pixels."""

import itertools

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import rgb_to_hsv, to_rgb

from gmmlearn import Gaussians, Mixture, datasets, e_step, hard, init, run, soft, style, tempered
from gmmlearn.plots import (
    draw_cells,
    draw_ellipses,
    draw_histogram,
    draw_means,
    draw_mixture,
    draw_objective,
    draw_points,
    draw_rug,
)

WAITS = datasets.load("faithful")["waiting"]
PLANE = np.column_stack(list(datasets.load("faithful").values()))
LINE_MIXTURE = init.by_hand([50, 80], sds=[6, 3], weights=[0.36, 0.64])
BLUE, ORANGE = style.cluster_colours(2)


@pytest.fixture
def ax():
    figure, ax = plt.subplots()
    yield ax
    plt.close(figure)


def rectangles(bars):
    """Each bar as (left, bottom, width, height)."""
    corners = bars.get_path().vertices.reshape(-1, 5, 2)
    return np.column_stack([corners[:, 0], corners[:, 2] - corners[:, 0]])


def area(bars):
    return np.prod(rectangles(bars)[:, 2:], axis=1).sum()


def test_a_histogram_has_area_one_and_splits_by_weights(ax):
    (grey,) = draw_histogram(ax, WAITS, bins=30)
    assert len(rectangles(grey)) == 30
    assert area(grey) == pytest.approx(1)
    assert grey.get_facecolor()[:3] == to_rgb(style.DATA)
    resp = e_step(WAITS, LINE_MIXTURE)
    short, long = draw_histogram(ax, WAITS, bins=30, resp=resp)
    assert area(short) == pytest.approx(resp[:, 0].mean())
    assert area(long) == pytest.approx(resp[:, 1].mean())
    np.testing.assert_allclose(rectangles(long)[:, 1], rectangles(short)[:, 3])
    assert ax.get_ylim()[0] == 0
    assert ax.get_ylim()[1] > rectangles(grey)[:, 3].max()


def test_curves_are_weighted_heights_and_their_sum(ax):
    short, long, total = draw_mixture(ax, LINE_MIXTURE, 30, 100, labels=["short", "long"])
    xs = short.get_xdata()
    assert (xs[0], xs[-1]) == (30, 100)
    assert short.get_ydata().max() == pytest.approx(0.36 / (6 * np.sqrt(2 * np.pi)))
    assert long.get_ydata().max() == pytest.approx(0.64 / (3 * np.sqrt(2 * np.pi)))
    np.testing.assert_allclose(total.get_ydata(), np.exp(LINE_MIXTURE.log_prob(xs)))
    np.testing.assert_allclose([to_rgb(line.get_color()) for line in (short, long)], [BLUE, ORANGE])
    assert [text.get_text() for text in ax.texts] == ["short", "long"]
    assert total.get_zorder() > short.get_zorder()  # or the parts would hide it
    assert all(text.get_zorder() > total.get_zorder() for text in ax.texts)  # or it strikes them
    draw_mixture(ax, LINE_MIXTURE, 30, 100, labels=["short", "long", "together"])
    assert ax.texts[-1].get_text() == "together"
    assert 60 < ax.texts[-1].xy[0] < 75  # between the bumps, where it is neither of its parts
    assert len(draw_mixture(ax, LINE_MIXTURE, 30, 100, total=False)) == 2


def test_a_narrow_curve_keeps_its_top(ax):
    lines = draw_mixture(ax, init.by_hand([50, 63.21], sds=[6, 1e-3]), 30, 100)
    assert lines[1].get_ydata().max() == pytest.approx(0.5 / (1e-3 * np.sqrt(2 * np.pi)))


def test_points_take_the_colours_of_their_weights_mixed(ax):
    resp = np.array([[1, 0], [0, 1], [0.5, 0.5]])
    dots = draw_points(ax, PLANE[:3], resp)
    np.testing.assert_allclose(dots.get_facecolors()[:, :3], [BLUE, ORANGE, (BLUE + ORANGE) / 2])
    np.testing.assert_array_equal(dots.get_offsets(), PLANE[:3])
    strokes = draw_rug(ax, WAITS[:3], resp)
    np.testing.assert_allclose(strokes.get_colors()[:, :3], dots.get_facecolors()[:, :3])
    assert [path.vertices[0, 0] for path in strokes.get_paths()] == list(WAITS[:3])
    assert (ax.get_xlim()[0] < WAITS[:3].min()) and (ax.get_xlim()[1] > WAITS[:3].max())
    grey = draw_points(ax, PLANE)  # by form and not by colour alone: a green looks like it to some
    assert len(grey.get_facecolors()) == 0
    np.testing.assert_allclose(grey.get_edgecolors()[0, :3], to_rgb(style.DATA_EDGE))


def test_ellipses_have_standard_deviations_for_radii(ax):
    # half-axes 3 along 30° and 1 across
    turn = np.radians(30)
    axes = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    matrix = axes @ np.diag([9, 1]) @ axes.T
    mixture = Mixture([0.5, 0.5], Gaussians([[1, 2], [30, 40]], [matrix, np.eye(2)]))
    inner, outer, *others = draw_ellipses(ax, mixture)
    assert inner.center == pytest.approx((1, 2))
    assert (inner.width, inner.height) == pytest.approx((6, 2))
    assert (outer.width, outer.height) == pytest.approx((12, 4))
    assert inner.angle % 180 == pytest.approx(30)
    assert len(others) == 2 + 2
    reach = 2 * np.sqrt(np.diag(matrix))
    assert ax.dataLim.min == pytest.approx([1, 2] - reach)  # the limits hold the whole ellipse
    # two sds out along the long half-axis, the density has fallen by exp(−2)
    edge = [1, 2] + 2 * 3 * axes[:, 0]
    fall = mixture.components.log_prob([edge, [1, 2]])[:, 0]
    assert fall[0] - fall[1] == pytest.approx(-2)
    assert len(draw_ellipses(ax, init.centroids([[1, 2], [3, 4]]))) == 2


def test_means_stand_on_the_axis_or_in_the_plane(ax):
    (first, second) = draw_means(ax, LINE_MIXTURE)
    assert (first.get_xdata()[0], second.get_xdata()[0]) == (50, 80)
    (cross, _) = draw_means(ax, init.centroids([[1, 2], [3, 4]]))
    assert (cross.get_xdata()[0], cross.get_ydata()[0]) == (1, 2)


def test_the_objective_grows_and_the_axes_stay(ax):
    line, dot = draw_objective(ax, [-5.0, -3.0, -2.5], upto=1)
    limits = ax.get_xlim(), ax.get_ylim()
    assert list(line.get_ydata()) == [-5, -3]
    assert dot.get_xdata()[0] == 1
    assert dot.get_color() == style.ACCENT
    draw_objective(ax, [-5.0, -3.0, -2.5])
    assert (ax.get_xlim(), ax.get_ylim()) == limits
    draw_objective(ax, [-5.0])


def test_cells_are_kmeans_halfway_lines(ax):
    ax.set(xlim=(0, 10), ylim=(0, 10))
    cells = draw_cells(ax, init.centroids([[2, 5], [6, 5]]), resolution=100).get_array()
    np.testing.assert_allclose(cells[50, 39], 0.75 + 0.25 * BLUE)  # left of x = 4
    np.testing.assert_allclose(cells[50, 40], 0.75 + 0.25 * ORANGE)
    assert (cells == cells[0]).all()
    line = draw_cells(ax, init.centroids([2, 6]), resolution=100).get_array()
    assert line.shape[:2] == (1, 100)
    np.testing.assert_allclose(line[0, 39], 0.75 + 0.25 * BLUE)


def test_soft_cells_mix_the_colours_by_the_weights(ax):
    def colour(place, assign):
        limits = (place - 0.5, place + 0.5)
        cells = draw_cells(ax, init.centroids([2, 6]), limits, resolution=1, assign=assign)
        return cells.get_array()[0, 0]

    np.testing.assert_allclose(colour(4, soft), 0.75 + 0.125 * (BLUE + ORANGE))  # half-way
    np.testing.assert_allclose(colour(3, hard), 0.75 + 0.25 * BLUE)
    blue = 1 / (1 + np.exp(-2))  # at 3, ½ · (3² − 1²) / 2 = 2 lies between the two logs
    mixture = blue * BLUE + (1 - blue) * ORANGE
    np.testing.assert_allclose(colour(3, tempered(2)), 0.75 + 0.25 * mixture)


def test_the_wrong_dimension_is_named(ax):
    plane = run(PLANE, init.gaussians(PLANE, PLANE[:2]), max_iter=2).mixture
    with pytest.raises(ValueError, match=r"draw_mixture draws one dimension.*use draw_ellipses"):
        draw_mixture(ax, plane)
    with pytest.raises(ValueError, match="draw_ellipses draws two dimensions"):
        draw_ellipses(ax, LINE_MIXTURE)
    with pytest.raises(ValueError, match="x has 1 column"):
        draw_points(ax, WAITS)


# Machado, Oliveira & Fernandes (2009), table 1, severity 1.0; applied to linear light.
VISIONS = {
    "all cones": np.eye(3),
    "no red": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "no green": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "no blue": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def linear_light(colour):
    rgb = np.array(to_rgb(colour))
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(colour, vision):
    """CIE L*a*b* of a colour as that eye sees it."""
    seen = np.clip(np.array(vision) @ linear_light(colour), 0, 1)
    to_xyz = np.array(
        [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
    )
    xyz = to_xyz @ seen / [0.9505, 1, 1.089]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("vision", VISIONS)
def test_no_two_colours_can_be_confused(vision):
    colours = [*style.CLUSTERS, style.ACCENT, style.INK, style.DATA]
    for one, other in itertools.combinations(colours, 2):
        difference = np.linalg.norm(lab(one, VISIONS[vision]) - lab(other, VISIONS[vision]))
        assert difference > 19, (one, other)


@pytest.mark.parametrize("colour", [*style.cluster_colours(12), style.INK, style.ACCENT, "white"])
def test_words_in_a_colour_can_be_read_on_white(colour):
    written = style.readable(colour)
    luminance = linear_light(written) @ (0.2126, 0.7152, 0.0722)
    assert 1.05 / (luminance + 0.05) >= 4.5
    own = rgb_to_hsv(to_rgb(colour))
    assert (rgb_to_hsv(written)[:2] == pytest.approx(own[:2])) or own[1] == 0  # the same hue
    if written != to_rgb(colour):
        assert luminance > 0.15  # and no darker than it must be


def test_the_names_of_curves_are_written_in_readable_colours(ax):
    draw_mixture(ax, LINE_MIXTURE, 30, 100, labels=["short", "long"])
    assert [text.get_color() for text in ax.texts] == [style.readable(c) for c in (BLUE, ORANGE)]


def test_more_clusters_have_colours_of_their_own():
    colours = style.cluster_colours(12)
    assert len(np.unique(colours.round(3), axis=0)) == 12

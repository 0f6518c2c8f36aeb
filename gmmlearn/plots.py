"""Pictures of mixtures: each `draw_…` takes your axes, draws into them, and returns the artists.

Nothing here makes a figure or shows one, so the same calls serve `plt.subplots`, `scrub` and
`explore`. Colours come from `gmmlearn.style`.
"""

import numpy as np
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Ellipse, PathPatch
from matplotlib.path import Path
from matplotlib.ticker import MaxNLocator

from gmmlearn.assign import Assignment, hard
from gmmlearn.em import e_step
from gmmlearn.style import ACCENT, DATA, DATA_EDGE, INK, cluster_colours, mixed, readable
from gmmlearn.validation import as_resp, as_rows


def draw_histogram(ax, x, bins=40, resp=None):
    """Draw a histogram of one column whose bars have area 1 together.

    Args:
        ax: the axes.
        x: (n,) or (n, 1).
        bins: as in numpy.histogram.
        resp: (n, k); each bar is then split among the components by the weights in it.

    Returns:
        The patches, each with all its bars: one in grey, or k in the clusters' colours, stacked.
    """
    x = _column(x)
    edges = np.histogram_bin_edges(x, bins)
    scale = 1 / (len(x) * np.diff(edges))
    if resp is None:
        heights = np.histogram(x, edges)[0] * scale
        return [_bars(ax, edges, heights, 0, DATA)]
    resp = as_resp(resp, len(x), np.shape(resp)[-1])
    bottom, bars = np.zeros(len(edges) - 1), []
    for weights, colour in zip(resp.T, cluster_colours(resp.shape[1]), strict=True):
        heights = np.histogram(x, edges, weights=weights)[0] * scale
        bars.append(_bars(ax, edges, heights, bottom, colour))
        bottom = bottom + heights
    return bars


def draw_mixture(ax, mixture, lo=None, hi=None, total=True, labels=None):
    """Draw a 1-D mixture: each component's curve π_k p_k(x), and their sum.

    Args:
        ax: the axes.
        mixture: a mixture in one dimension that has a density.
        lo, hi: where the curves begin and end; the axes' limits if left out.
        total: draw the sum too, in ink, upon the components.
        labels: k names, written at the curves' tops; one more names the sum, where it rises
            highest above its parts.

    Returns:
        The lines: k for the components, then the sum.
    """
    if mixture.components.n_features != 1:
        raise ValueError(
            f"draw_mixture draws one dimension, but the mixture has "
            f"{mixture.components.n_features}: use draw_ellipses"
        )
    lo, hi = ax.get_xlim() if lo is None or hi is None else (lo, hi)
    # A fine common grid, and each mean on it: a narrow curve must not lose its top.
    grid = np.union1d(np.linspace(lo, hi, 301), _tops(mixture, lo, hi))
    heights = mixture.weights * np.exp(mixture.components.log_prob(grid))
    wide = 4 if total else 2  # the colours show on both sides of the ink
    lines = [
        ax.plot(grid, height, color=colour, linewidth=wide, zorder=3)[0]
        for height, colour in zip(heights.T, cluster_colours(heights.shape[1]), strict=True)
    ]
    if total:
        lines += ax.plot(grid, heights.sum(axis=1), color=INK, linewidth=2, zorder=3.1)
    tops = [*heights.argmax(axis=0), (heights.sum(axis=1) - heights.max(axis=1)).argmax()]
    for label, line, top in zip(labels or (), lines, tops, strict=False):
        ax.annotate(
            label,
            (grid[top], line.get_ydata()[top]),
            (0, 6),
            textcoords="offset points",
            ha="center",
            color=readable(line.get_color()),
            weight="bold",
            zorder=3.2,
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.75, "pad": 1},
        )
    return lines


def draw_rug(ax, x, resp=None, height=0.05):
    """Draw each value of one column as a short stroke under the picture.

    Args:
        ax: the axes; the strokes stand in the lowest `height` of it.
        x: (n,) or (n, 1).
        resp: (n, k), to mix the clusters' colours by; grey without.
        height: in fractions of the axes.

    Returns:
        The collection of strokes.
    """
    x = _column(x)
    strokes = np.empty((len(x), 2, 2))
    strokes[:, :, 0], strokes[:, :, 1] = x[:, None], (0, height)
    colours = DATA_EDGE if resp is None else mixed(as_resp(resp, len(x), np.shape(resp)[-1]))
    style = {"colors": colours, "linewidth": 1.2, "zorder": 2.5}
    rug = LineCollection(strokes, transform=ax.get_xaxis_transform(), **style)
    ax.add_collection(rug, autolim=False)
    ax.update_datalim(strokes[:, 0], updatey=False)  # its height is no data
    ax.autoscale_view(scaley=False)
    return rug


def draw_points(ax, x, resp=None, size=18):
    """Draw rows of two columns as dots.

    Args:
        ax: the axes.
        x: (n, 2).
        resp: (n, k), to mix the clusters' colours by; without, the dots are grey and hollow.
        size: the area of a dot, in square points.

    Returns:
        The collection of dots.
    """
    x, look = as_rows(x, 2), {"facecolors": "none", "edgecolors": DATA_EDGE, "linewidth": 1.1}
    if resp is not None:
        look = {"c": mixed(as_resp(resp, len(x), np.shape(resp)[-1])), "linewidth": 0}
    return ax.scatter(*x.T, s=size, alpha=0.8, zorder=2, **look)


def draw_ellipses(ax, mixture, sds=(1, 2)):
    """Draw each component of a 2-D mixture: its mean, and ellipses that many sds out.

    The half-axes are standard deviations along the ellipse's own directions (roots of the
    covariance's eigenvalues). Centroids have a mean only.

    Args:
        ax: the axes.
        mixture: in two dimensions.
        sds: how far out, in standard deviations; one ellipse for each number.

    Returns:
        The patches, component by component; then the k markers of the means.
    """
    if mixture.components.n_features != 2:
        raise ValueError(
            f"draw_ellipses draws two dimensions, but the mixture has "
            f"{mixture.components.n_features}: pass two columns"
        )
    colours = cluster_colours(len(mixture.weights))
    patches, corners = [], []
    matrices = mixture.components.matrices() if hasattr(mixture.components, "matrices") else ()
    for mean, matrix, colour in zip(mixture.components.means, matrices, colours, strict=False):
        variances, directions = np.linalg.eigh(matrix)
        angle = np.degrees(np.arctan2(directions[1, 1], directions[0, 1]))
        for radius in sds:
            width, height = 2 * radius * np.sqrt(variances[::-1])
            style = {"edgecolor": colour, "facecolor": (*colour, 0.06), "linewidth": 2}
            # add_patch would search the outline for its ends; they are known.
            ellipse = Ellipse(mean, width, height, angle=angle, zorder=3, **style)
            patches.append(ax.add_artist(ellipse))
            reach = radius * np.sqrt(np.diagonal(matrix))
            corners += [mean - reach, mean + reach]
    if corners:
        ax.update_datalim(corners)
    return patches + draw_means(ax, mixture)  # lets the limits follow, once for all


def draw_means(ax, mixture):
    """Draw the k means, as a cross in two dimensions and as a triangle on the axis in one.

    Args:
        ax: the axes.
        mixture: in one or two dimensions.

    Returns:
        The k markers.
    """
    means = mixture.components.means
    flat = means.shape[1] == 1
    places = np.column_stack([means[:, 0], np.zeros(len(means)) if flat else means[:, 1]])
    style = {"marker": "^" if flat else "X", "markersize": 11, "clip_on": False, "zorder": 5}
    style |= {"markeredgecolor": "white", "markeredgewidth": 1.2}
    style |= {"transform": ax.get_xaxis_transform()} if flat else {}
    # ax.plot would take three times as long for each.
    marks = [
        ax.add_artist(Line2D([x], [y], color=colour, **style))
        for (x, y), colour in zip(places, cluster_colours(len(means)), strict=True)
    ]
    ax.update_datalim(places, updatey=not flat)
    ax.autoscale(None)  # where limits are left to matplotlib, they follow
    return marks


def draw_objective(ax, objectives, upto=None):
    """Draw the objective after each round, as far as `upto`, with the newest in the accent.

    Args:
        ax: the axes; its limits show the whole run from the start.
        objectives: one number a round, from the guess on.
        upto: how many rounds to show; all if left out.

    Returns:
        The line, and the dot at its end.
    """
    objectives = np.asarray(objectives, dtype=float)
    last = len(objectives) - 1 if upto is None else min(upto, len(objectives) - 1)
    span = max(np.ptp(objectives), 1e-9 * abs(objectives[-1]), 1e-300)
    ax.set(xlim=(-0.5, max(len(objectives) - 0.5, 1)), xlabel="round")
    ax.set_ylim(objectives.min() - 0.06 * span, objectives.max() + 0.08 * span)
    ax.xaxis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 5, 10], integer=True))
    rounds = np.arange(last + 1)
    line = ax.plot(rounds, objectives[: last + 1], color=INK, marker="o", markersize=3.5)[0]
    dot = ax.plot(last, objectives[last], "o", color=ACCENT, markersize=8, zorder=4)[0]
    return [line, dot]


def draw_cells(ax, mixture, xlim=None, ylim=None, resolution=200, assign: Assignment = hard):
    """Colour the plane, or the line, by the component that each place belongs to.

    Args:
        ax: the axes.
        mixture: in one or two dimensions. With `Centroids` these are K-means' cells.
        xlim, ylim: the stretch to colour; the axes' limits if left out.
        resolution: how many steps along each side.
        assign: `hard` gives a place the colour of its winner; with `soft` or `tempered(T)` the
            colours are mixed by its weights, and the borders are as wide as the doubt.

    Returns:
        The image.
    """
    (left, right), (low, high) = xlim or ax.get_xlim(), ylim or ax.get_ylim()
    xs = _middles(left, right, resolution)
    if mixture.components.n_features == 1:
        places = xs[:, None]
    else:
        ys = _middles(low, high, resolution)
        places = np.dstack(np.meshgrid(xs, ys)).reshape(-1, 2)
    colours = 0.25 * mixed(e_step(places, mixture, assign)) + 0.75  # pale: the points lie on top
    return ax.imshow(
        colours.reshape(-1, resolution, 3),
        extent=(left, right, low, high),
        origin="lower",
        aspect="auto",
        interpolation="none",
        zorder=0,
    )


def _column(x) -> np.ndarray:
    return as_rows(x, 1)[:, 0]


def _bars(ax, edges, heights, bottom, colour):
    """All bars as one patch: forty patches would take forty times as long, in every frame."""
    left, right, low = edges[:-1], edges[1:], np.broadcast_to(bottom, heights.shape)
    corners = [(left, low), (left, low + heights), (right, low + heights), (right, low)]
    rectangles = np.array([*corners, corners[0]]).transpose(2, 0, 1)  # (bars, 5, 2)
    codes = np.tile([Path.MOVETO, *[Path.LINETO] * 3, Path.CLOSEPOLY], len(heights))
    style = {"facecolor": colour, "edgecolor": "white", "linewidth": 0.5, "zorder": 1}
    patch = PathPatch(Path(rectangles.reshape(-1, 2), codes), **style)
    patch.sticky_edges.y.append(0)  # no gap below the bars
    ax.add_artist(patch)  # add_patch would look for the limits along every edge
    ax.update_datalim(rectangles.reshape(-1, 2))
    ax.autoscale_view()
    return patch


def _tops(mixture, lo, hi) -> np.ndarray:
    means = mixture.components.means[:, 0]
    spreads = getattr(mixture.components, "sds", np.ones((len(means), 1)))[:, 0]
    near = means[:, None] + spreads[:, None] * np.linspace(-3, 3, 25)
    return np.clip(near.ravel(), lo, hi)


def _middles(lo, hi, count) -> np.ndarray:
    edges = np.linspace(lo, hi, count + 1)
    return (edges[:-1] + edges[1:]) / 2

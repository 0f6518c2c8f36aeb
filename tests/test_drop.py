"""The first guess that is dragged, without a browser: its numbers, errors, picture and text."""

import json
from base64 import b64decode
from io import BytesIO

import numpy as np
import pandas as pd
import pytest
from matplotlib import rc_context
from matplotlib.image import imread

from gmmlearn import datasets, init, run
from gmmlearn.widgets.drop import _draw_guess, drop_clusters

FAITHFUL = datasets.load("faithful")
WAITING = FAITHFUL["waiting"]
BOTH = np.column_stack([FAITHFUL["eruptions"], FAITHFUL["waiting"]])


def moved(drop, **parts):
    """What the browser does: it sends the whole guess again."""
    drop.set_state({"guess": json.loads(json.dumps({**drop.guess, **parts}))})


def test_all_clusters_stand_side_by_side_from_the_start():
    drop = drop_clusters(WAITING, 2)
    mixture = drop.mixture
    np.testing.assert_allclose(mixture.components.means.ravel(), [56.25, 82.75])
    np.testing.assert_allclose(mixture.components.sds.ravel(), [6.625, 6.625])
    np.testing.assert_allclose(mixture.weights, [0.5, 0.5])
    assert drop.guess["placed"] == [False, False]


def test_what_was_dragged_is_the_mixture_and_ready_for_run():
    drop = drop_clusters(WAITING, 2)
    moved(drop, means=[[50], [81]], sds=[[6], [5.5]], weights=[0.36, 0.64])
    expected = init.by_hand([50, 81], [6, 5.5], [0.36, 0.64])
    got = drop.mixture
    np.testing.assert_allclose(got.components.means, expected.components.means)
    np.testing.assert_allclose(got.components.covariances, expected.components.covariances)
    np.testing.assert_allclose(got.weights, expected.weights)
    trace = run(WAITING, got)
    np.testing.assert_allclose(trace.mixture.components.means.ravel(), [54.61, 80.09], atol=0.01)


def test_two_columns_and_a_tilt():
    drop = drop_clusters(BOTH, 2)
    moved(drop, means=[[2, 55], [4.3, 80]], sds=[[0.3, 6], [0.4, 5]], tilts=[0.5, 0])
    covariances = drop.mixture.components.covariances
    np.testing.assert_allclose(covariances[0], [[0.09, 0.9], [0.9, 36]])
    np.testing.assert_allclose(covariances[1], [[0.16, 0], [0, 25]])


def test_shares_with_rounding_noise_still_make_a_mixture():
    drop = drop_clusters(WAITING, 3)
    moved(drop, weights=[0.1, 0.30000000001, 0.59999])
    assert drop.mixture.weights.sum() == pytest.approx(1, abs=1e-15)


def test_means_sds_and_start_stand_until_moved():
    drop = drop_clusters(WAITING, 2, means=[50, 80], sds=6)
    np.testing.assert_allclose(drop.mixture.components.means.ravel(), [50, 80])
    np.testing.assert_allclose(drop.mixture.components.sds.ravel(), [6, 6])
    assert drop.guess["placed"] == [True, True]
    start = init.by_hand(
        [[2, 55], [4.3, 80]],
        weights=[0.3, 0.7],
        covariances=[[[0.1, 0.5], [0.5, 40]], [[0.2, 0], [0, 30]]],
    )
    again = drop_clusters(BOTH, 2, start=start).mixture
    np.testing.assert_allclose(again.components.covariances, start.components.covariances)
    np.testing.assert_allclose(again.weights, start.weights)


def test_a_start_outside_of_the_data_is_inside_the_picture():
    scene = drop_clusters(WAITING, 2, means=[20, 80]).scene
    assert scene["low"][0] < 20 and scene["upper"][0] > 96


@pytest.mark.parametrize("k", [1, 3, 8])
@pytest.mark.parametrize("x", [WAITING, BOTH], ids=["1-D", "2-D"])
def test_any_k_has_a_mixture_a_colour_each_and_a_picture(x, k):
    drop = drop_clusters(x, k)
    assert len(drop.mixture.weights) == k
    assert len(set(drop.scene["colours"])) == k
    assert imread(BytesIO(drop._png())).shape[:2] == (380, 900)


@pytest.mark.parametrize("scale, offset", [(1e-70, 0), (1e70, 0), (1, 1e8), (1e-3, -1e3)])
@pytest.mark.parametrize("x", [WAITING, BOTH], ids=["1-D", "2-D"])
def test_any_unit_and_offset(x, scale, offset):
    x = x * scale + offset
    drop = drop_clusters(x, 2)
    means = drop.mixture.components.means
    assert (means >= x.min(axis=0)).all() and (means <= x.max(axis=0)).all()
    assert drop._png()
    json.dumps(drop.scene, allow_nan=False)


def test_column_names_label_the_axes():
    table = pd.DataFrame({"eruptions": FAITHFUL["eruptions"], "waiting": WAITING})
    ax = drop_clusters(table, 2)._figure.axes[0]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("eruptions", "waiting")
    ax = drop_clusters(table["waiting"], 2)._figure.axes[0]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("waiting", "density")
    ax = drop_clusters(table["waiting"], 2, xlabel="minutes", ylabel="")._figure.axes[0]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("minutes", "")


def test_the_browser_is_told_where_the_axes_lie():
    drop = drop_clusters(BOTH, 2, ylabel="a label\nof two lines")
    left, top, width, height = drop.scene["box"]
    figure = drop._figure
    corners = figure.axes[0].transData.transform([drop.scene["low"], drop.scene["upper"]])
    np.testing.assert_allclose(corners[0], [left, 380 - top - height], atol=1e-6)
    np.testing.assert_allclose(corners[1], [left + width, 380 - top], atol=1e-6)
    assert figure.axes[0].get_tightbbox(figure.canvas.get_renderer()).x0 >= 0


def widths_of_bars(drop):
    bars = drop._figure.axes[0].patches[0].get_path().vertices.reshape(-1, 5, 2)
    return bars[:, 2, 0] - bars[:, 0, 0]


def test_whole_numbers_get_bars_of_whole_width():
    widths = widths_of_bars(drop_clusters(WAITING, 2))
    assert set(widths.round(9)) == {2.0}
    assert len(widths) <= 40
    assert len(widths_of_bars(drop_clusters(FAITHFUL["eruptions"], 2, bins=25))) == 25


def test_the_still_picture_is_the_same_after_the_png_was_made():
    drop = drop_clusters(WAITING, 2)
    before = len(drop._figure.axes[0].get_children())
    assert drop._png() == drop._png()
    assert len(drop._figure.axes[0].get_children()) == before and len(drop._figure.axes) == 1


def test_the_readers_own_settings_do_not_move_the_axes():
    expected = drop_clusters(WAITING, 2)
    with rc_context({"savefig.bbox": "tight", "savefig.dpi": 50, "axes.facecolor": "black"}):
        got = drop_clusters(WAITING, 2)
    assert got.scene == expected.scene and got._png() == expected._png()


def test_shows_a_widget_a_png_and_a_text_without_an_address():
    bundle, _ = drop_clusters(WAITING, 2)._repr_mimebundle_()
    assert bundle["text/plain"] == "drop_clusters: 272 points, 2 clusters"
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert imread(BytesIO(b64decode(bundle["image/png"]))).shape[:2] == (380, 900)


def test_covariances_are_written_in_the_still_picture_too():
    start = init.by_hand(
        [[2, 55], [4.3, 80]], covariances=[[[0.09, -0.9], [-0.9, 36]], [[900, 0], [0, 250000]]]
    )
    drop = drop_clusters(BOTH, 2, start=start, covariances=True, names=["short", "long"])
    moving = _draw_guess(drop._figure, drop.scene, drop.mixture)
    told = [artist.get_text() for artist in moving if artist in drop._figure.texts]
    assert told[:5] == ["1 short", "0.3000² = 0.09000", "−0.9000", "−0.9000", "6.000² = 36.00"]
    assert told[5:] == ["2 long", "30.00² = 900.0", "0", "0", "500.0² = 250000"]
    for artist in moving:
        artist.remove()
    assert drop._png() == drop._png() != drop_clusters(BOTH, 2, start=start)._png()


def test_covariances_have_their_own_room_and_none_without_being_asked():
    drop, plain = drop_clusters(BOTH, 4, covariances=True), drop_clusters(BOTH, 4)
    assert plain.scene["panel"] is None and plain.scene["box"][2] > 800
    left, _, wide, high = drop.scene["box"]
    panel = drop.scene["panel"]
    assert left + wide + panel["gap"] + panel["wide"] <= 900 and 4 * panel["high"] <= high
    moved(drop, tilts=[0.5, 0, 0, 0])
    moving = _draw_guess(drop._figure, drop.scene, drop.mixture)
    renderer = drop._figure.canvas.get_renderer()
    boxes = [text.get_window_extent(renderer) for text in drop._figure.texts]
    assert len(boxes) == 20 == len([text for text in moving if text in drop._figure.texts])
    assert all(box.x0 >= left + wide and box.x1 <= 900 for box in boxes)
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])


NAN = np.array([1.0, np.nan, 3.0])


@pytest.mark.parametrize(
    "kind, message, arguments",
    [
        (ValueError, "x must be finite.*index 1", {"x": NAN}),
        (TypeError, "x must hold real numbers", {"x": ["a", "b"]}),
        (ValueError, "x must be a regular table", {"x": [[1, 2], [3]]}),
        (ValueError, "x has 3 columns.*room for 1 or 2.*x\\[:, :2\\]", {"x": np.eye(4)[:, :3]}),
        (ValueError, "column 1 of x is constant \\(7\\)", {"x": [[1, 7], [2, 7], [3, 7]]}),
        (ValueError, "k must be at least 1, but it is 0", {"k": 0}),
        (ValueError, "k must be a whole number, but it is 2.5", {"k": 2.5}),
        (ValueError, "k is 4, but x has only 3 row", {"x": [1, 2, 3], "k": 4}),
        (ValueError, "means must have shape \\(2,\\).*shape \\(3,\\)", {"means": [1, 2, 3]}),
        (ValueError, "means must have shape \\(2, 2\\)", {"x": BOTH, "means": [1, 2]}),
        (ValueError, "means must be finite", {"means": [1, np.inf]}),
        (ValueError, "sds must be more than 0, but one is -1", {"sds": [1, -1]}),
        (ValueError, "sds must be one number", {"sds": [1, 2, 3]}),
        (ValueError, "either start.*or means", {"start": init.by_hand([1, 2], 1), "sds": 1}),
        (TypeError, "start must be a Mixture of Gaussians", {"start": [50, 80]}),
        (TypeError, "start must be a Mixture of Gaussians", {"start": init.centroids([50, 80])}),
        (ValueError, "start has 3 cluster.*k is 2", {"start": init.by_hand([1, 2, 3], 1)}),
        (ValueError, "size must be 240 to 4000", {"size": (900, 10)}),
        (ValueError, "size must have shape \\(2\\)", {"size": 900}),
        (ValueError, "bins must be at least 1", {"bins": 0}),
        (ValueError, "names must be 2 words", {"names": ["short"]}),
        (ValueError, "names must be 2 words", {"names": "ab"}),
        (ValueError, "names must be 2 words", {"names": 5}),
        (ValueError, "covariances=True needs two columns, but x has 1", {"covariances": True}),
        (
            ValueError,
            "size must be at least \\(580, 446\\) px with covariances for 5 cluster",
            {"x": BOTH, "k": 5, "covariances": True},
        ),
        (
            ValueError,
            "size must be at least \\(580, 236\\) px",
            {"x": BOTH, "covariances": True, "size": (400, 380)},
        ),
    ],
)
def test_errors_name_the_argument(kind, message, arguments):
    with pytest.raises(kind, match=message):
        drop_clusters(**{"x": WAITING, "k": 2, **arguments})

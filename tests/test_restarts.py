"""Several starts, the best end; collapsed ones are left out, and the seed decides."""

from dataclasses import dataclass
from itertools import islice

import numpy as np
import pytest
from sklearn.cluster import KMeans

from gmmlearn import (
    CollapseError,
    Gaussians,
    Mixture,
    Poissons,
    Prior,
    StudentTs,
    em,
    hard,
    init,
    restarts,
    run,
    run_best,
    soft,
    tempered,
)
from gmmlearn.families import Family
from gmmlearn.side_by_side import side_by_side

RNG = np.random.default_rng(1)
CENTRES = np.array([[0, 0], [6, 0], [0, 6], [6, 6], [12, 20]])
X = np.concatenate([RNG.normal(centre, 1, (60, 2)) for centre in CENTRES])


def test_the_best_of_them_is_returned():
    traces = list(restarts(X, 5, n_init=8, start=init.random_points, rng=2))
    scores = [trace.objectives[-1] for trace in traces if trace]
    assert len(set(np.round(scores, 2))) > 1  # they do differ
    best = run_best(X, 5, n_init=8, n_rounds=None, start=init.random_points, rng=2)
    assert best.objectives[-1] == max(scores)
    chosen_early = run_best(X, 5, n_init=8, start=init.random_points, rng=2, tol=1e-12)
    assert chosen_early.objectives[-1] == pytest.approx(max(scores), rel=1e-6)


def test_the_seed_decides():
    def first_means(rng):
        [trace] = restarts(X, 3, n_init=1, rng=rng)
        return trace.mixtures[0].components.means

    np.testing.assert_array_equal(first_means(4), first_means(np.random.default_rng(4)))
    assert not np.array_equal(first_means(4), first_means(5))


def test_every_way_to_start():
    ways = (init.random_points, init.kmeans_plus_plus, init.farthest_first, init.short_runs)
    for start in ways:
        best = run_best(X, 5, n_init=10, start=start, tol=1e-9)
        found = best.mixture.components.means
        distances = np.linalg.norm(CENTRES[:, None] - found, axis=2)
        assert distances.min(axis=1).max() < 0.5  # each centre has a component of its own


def test_options_reach_the_run():
    options = {"covariance_type": "tied", "prior": Prior(2.0), "max_iter": 3, "tol": 0}
    trace = run_best(X, 3, n_init=2, n_rounds=2, **options)
    assert trace.mixture.components.covariance_type == "tied"
    assert trace.mixture.components.prior.strength == 1
    assert trace.iterations == 3


def test_kmeans_is_restarted_by_the_same_function():
    def start(x, k, rng):
        return init.centroids(init.random_points(x, k, rng))

    best = run_best(X, 5, n_init=20, start=start, assign=hard)
    theirs = KMeans(5, n_init=20, random_state=0).fit(X)
    assert -2 * best.objectives[-1] == pytest.approx(theirs.inertia_, rel=1e-10)


def test_collapsed_runs_are_none_and_never_the_best():
    x = np.concatenate([np.repeat([0.0, 50.0], 3), RNG.normal(20, 3, 60)])
    traces = list(restarts(x, 4, n_init=12, start=init.random_points))
    assert None in traces
    kept = [trace.objectives[-1] for trace in traces if trace]
    best = run_best(x, 4, n_init=12, n_rounds=None, start=init.random_points)
    assert best.objectives[-1] == max(kept)
    early = run_best(x, 4, n_init=12, start=init.random_points)
    assert early.objectives[-1] == pytest.approx(max(kept), abs=1e-3)


def test_when_all_collapse_it_says_so():
    with pytest.raises(CollapseError, match="all 3 runs with 2 components collapsed: ask for few"):
        run_best([0.0, 0.0, 1.0, 1.0], 2, n_init=3)
    with pytest.raises(CollapseError, match="all 4 short runs collapsed: ask for fewer"):
        init.short_runs([0.0, 0.0, 1.0, 1.0], 2, 0, n_runs=4)


def test_progress_sees_every_run_or_every_round():
    seen = []

    def watch(items):
        for item in items:
            seen.append(item)
            yield item

    list(restarts(X, 2, n_init=4, progress=watch))
    assert seen == [0, 1, 2, 3]
    run_best(X, 2, n_init=4, n_rounds=5, progress=watch)
    assert seen == [0, 1, 2, 3, 0, 1, 2, 3, 4]


def test_short_runs_are_short_and_the_best_is_continued():
    mixture = init.short_runs(X, 5, 0, n_runs=6, n_rounds=4)
    rng = np.random.default_rng(0)
    by_hand = [
        run(X, init.gaussians(X, init.random_points(X, 5, rng)), max_iter=4, tol=0)
        for _ in range(6)
    ]
    best = max(by_hand, key=lambda trace: trace.objectives[-1])
    assert best.iterations == 4
    np.testing.assert_allclose(mixture.components.means, best.mixture.components.means)
    np.testing.assert_allclose(mixture.weights, best.mixture.weights)


GUESSES = {
    kind: lambda rng, kind=kind: init.gaussians(X, init.random_points(X, 3, rng), kind)
    for kind in ("full", "tied", "diag", "spherical")
}
GUESSES["prior"] = lambda rng: init.gaussians(X, init.random_points(X, 3, rng), prior=Prior(2.0))
GUESSES["centroids"] = lambda rng: init.centroids(init.random_points(X, 3, rng))


CASES = [(name, assign) for name in GUESSES for assign in (soft, tempered(0.5))]


def test_tied_covariances_of_any_width_run_one_by_one():
    x = RNG.normal(size=(80, 4))
    guesses = [init.gaussians(x, init.random_points(x, 3, seed), "tied") for seed in range(3)]
    ends = side_by_side(x, guesses, 2)
    assert len(ends) == 3
    assert ends[0][1].components.covariances.shape == (4, 4)


@pytest.mark.parametrize(("name", "assign"), [*CASES, ("centroids", hard)])
def test_side_by_side_is_one_after_the_other(name, assign):
    rng = np.random.default_rng(3)
    guesses = [GUESSES[name](rng) for _ in range(4)]
    ends = side_by_side(X, guesses, 7, assign)
    alone = [run(X, guess, assign=assign, tol=0, max_iter=7) for guess in guesses]
    alone.sort(key=lambda trace: -trace.objectives[-1])
    for (objective, mixture), trace in zip(ends, alone, strict=True):
        assert objective == pytest.approx(trace.objectives[-1], rel=1e-9)
        np.testing.assert_allclose(mixture.weights, trace.mixture.weights, atol=1e-9)
        np.testing.assert_allclose(
            mixture.components.means, trace.mixture.components.means, atol=1e-7
        )


FAR_APART = Gaussians([[0, 0], [1, 1], [1e7, 0], [1e7, 2]], [np.eye(2)] * 4)
SOME = {
    "full": init.gaussians(X, X[:4]).components,
    "tied": init.gaussians(X, X[:4], "tied").components,
    "diag": init.gaussians(X, X[:4], "diag", Prior(2.0)).components,
    "far apart": FAR_APART,
    "after a round": next(islice(em(X, init.gaussians(X, X[:4])), 1, None)).mixture.components,
    "poisson": Poissons([1.0, 2, 3, 4]),
}


@pytest.mark.parametrize("which", [slice(1, 3), np.array([True, False, False, True])])
@pytest.mark.parametrize("name", SOME)
def test_some_of_the_clusters_are_as_they_were(name, which):
    x = np.arange(6.0)[:, None] if name == "poisson" else X[:6]
    some = SOME[name].some(which)
    assert (type(some), len(some)) == (type(SOME[name]), 2)
    np.testing.assert_allclose(some.log_prob(x), SOME[name].log_prob(x)[:, which], rtol=1e-9)
    resp = np.full((6, 4), 0.25)
    sums = (some.statistics(x, resp[:, :2]), SOME[name].statistics(x, resp))
    for part, whole in zip(*sums, strict=True):
        np.testing.assert_allclose(part, whole[which], rtol=1e-12)


@dataclass(frozen=True, eq=False)
class Named(Gaussians):
    names: np.ndarray = None


def test_a_childs_own_numbers_stay_with_their_clusters():
    made = [init.gaussians(X, X[[i, 70]]).components for i in range(3)]
    guesses = [
        Mixture([0.5, 0.5], Named(c.means, c.covariances, names=np.array([i, 10 + i])))
        for i, c in enumerate(made)
    ]
    for _, end in side_by_side(X, guesses, 2):
        first, second = end.components.names
        assert second == 10 + first


def test_wide_rows_go_on_alone_from_where_they_were_side_by_side():
    # Ten mixtures of three take 13 columns by their products; one of three measures by itself.
    x = np.random.default_rng(0).normal(size=(300, 13))
    x[:100] += 3
    best = run_best(x, 3, n_rounds=4, rng=0, tol=1e-9)
    rng = np.random.default_rng(0)
    guesses = [init.gaussians(x, init.kmeans_plus_plus(x, 3, rng)) for _ in range(10)]
    first = max((run(x, g, tol=0, max_iter=4) for g in guesses), key=lambda t: t.objectives[-1])
    alone = run(x.copy(), first.mixture, tol=1e-9)
    np.testing.assert_allclose(best.objectives[-1], alone.objectives[-1], rtol=1e-12)
    np.testing.assert_allclose(
        best.mixture.components.covariances, alone.mixture.components.covariances, atol=1e-9
    )


UNLIKE = {
    "dof": [Mixture([0.5, 0.5], StudentTs(X[[0, 70]], [np.eye(2)] * 2, dof)) for dof in (1, 4, 50)],
    "priors": [init.gaussians(X, X[:2], prior=Prior(1.0, strength)) for strength in (1, 100)],
    "types": [init.gaussians(X, X[:2], kind) for kind in ("full", "diag", "tied")],
    "k": [init.gaussians(X, X[:k]) for k in (2, 3, 4)],
}


@pytest.mark.parametrize("name", UNLIKE)
def test_mixtures_that_are_not_alike_are_not_mixed_up(name):
    ends = side_by_side(X, UNLIKE[name], 5)
    alone = [run(X, guess, tol=0, max_iter=5) for guess in UNLIKE[name]]
    alone.sort(key=lambda trace: -trace.objectives[-1])
    for (objective, mixture), trace in zip(ends, alone, strict=True):
        assert objective == pytest.approx(trace.objectives[-1], rel=1e-9)
        assert len(mixture.weights) == len(trace.mixture.weights)


@dataclass(frozen=True, eq=False)
class OneScale(Family):
    """A reader's family: circles with one radius for all, which is fitted."""

    means: np.ndarray
    variance: float

    n_features = 2

    def __len__(self):
        return len(self.means)

    def log_prob(self, x):
        far = ((x[:, None] - self.means) ** 2).sum(axis=2)
        return -far / (2 * self.variance) - np.log(2 * np.pi * self.variance)

    def statistics(self, x, resp):
        return resp.sum(axis=0), resp.T @ x, float((resp.sum(axis=1) * (x**2).sum(axis=1)).sum())

    def from_statistics(self, statistics):
        counts, sums, squares = statistics
        means = sums / counts[:, None]
        spread = squares - (counts * (means**2).sum(axis=1)).sum()
        return OneScale(means, spread / (2 * counts.sum()))


def test_a_family_of_your_own_is_run_one_by_one_unless_it_says_more():
    guesses = [Mixture([0.5, 0.5], OneScale(X[[i, -i]], 1.0)) for i in (1, 70, 140)]
    best = run_best(X, 2, n_init=3, n_rounds=5, start=lambda *_: guesses.pop(), max_iter=0)
    guesses = [Mixture([0.5, 0.5], OneScale(X[[i, -i]], 1.0)) for i in (1, 70, 140)]
    alone = max(run(X, guess, tol=0, max_iter=5).objectives[-1] for guess in guesses)
    assert best.objectives[-1] == pytest.approx(alone, rel=1e-12)
    leaps = run(X, guesses[0], tol=1e-9, accelerate=True)
    assert np.diff(leaps.objectives).min() > -1e-9


def test_however_many_collapse_it_says_so():
    with pytest.raises(CollapseError, match="all 250 runs"):
        run_best([0.0, 0, 1, 1], 2, n_init=250)


def test_those_that_collapse_are_left_out():
    x = np.append(RNG.normal(size=60), [50.0, 50.0])
    lost = init.by_hand([0, 50], sds=[3, 0.1])
    kept = init.by_hand([-1, 1], sds=[30, 30])
    ends = side_by_side(x, [kept, lost, kept], 5)
    assert len(ends) == 2
    alone = run(x, kept, tol=0, max_iter=5)
    assert ends[0][0] == pytest.approx(alone.objectives[-1], rel=1e-10)
    assert side_by_side(x, [lost], 5) == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"n_init": 0}, "n_init must be at least 1"),
        ({"n_init": 2.0}, "n_init must be a whole number"),
        ({"rng": None}, "rng must be a seed"),
        ({"covariance_type": "round"}, "covariance_type must be one of"),
        ({"tol": -1}, "tol must be a number of 0 or more"),
        ({"assign": "hard"}, "assign must be soft, hard or tempered"),
    ],
)
def test_refused_in_words(options, words):
    with pytest.raises((TypeError, ValueError), match=words):
        run_best(X, 2, **options)
    with pytest.raises(ValueError, match="only 300 different row"):
        run_best(X, 301)


def test_a_start_of_other_columns_is_refused():
    x = np.random.default_rng(0).normal(size=(30, 2))
    with pytest.raises(ValueError, match="x has 2 column"):
        run_best(x, 2, start=lambda x, k, rng: init.by_hand([0, 1], sds=1))
    other = init.by_hand([[0, 0, 0], [1, 1, 1]], sds=1)
    with pytest.raises(ValueError, match="x has 2 column"):
        side_by_side(x, [init.gaussians(x, x[:2]), other], 3)

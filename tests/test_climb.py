"""The promise of the loop: the objective never falls, whatever the family and the assignment."""

import os
import subprocess
import sys
from itertools import islice, pairwise

import numpy as np
import pytest

from gmmlearn import (
    Bernoullis,
    CollapseError,
    Gaussians,
    Mixture,
    Poissons,
    Prior,
    StudentTs,
    em,
    hard,
    init,
    m_step,
    run,
    soft,
    tempered,
)
from gmmlearn.accelerate import accelerated
from gmmlearn.em import checked, e_step
from gmmlearn.families.covariance import SHAPES

RNG = np.random.default_rng(7)
X = np.concatenate(
    [RNG.normal(0, 1, (80, 2)), RNG.normal(3, 2, (60, 2)), RNG.normal(-4, 0.5, (9, 2))]
)
MEANS = init.random_points(X, 4, rng=1)

COUNTS = np.round(np.abs(X))
ANSWERS = (X > [0, 1]).astype(float)

GUESSES = {
    "centroids": init.centroids(MEANS),
    **{kind: init.gaussians(X, MEANS, kind) for kind in SHAPES},
    **{f"{kind}, prior": init.gaussians(X, MEANS, kind, Prior(0.5, 3.0)) for kind in SHAPES},
}


OTHERS = {  # what they are fitted to, and where they start
    "poisson": (COUNTS, Mixture([0.25] * 4, Poissons(COUNTS[[0, 40, 90, 145]] + 0.5))),
    "bernoulli": (ANSWERS, Mixture([0.5, 0.5], Bernoullis([[0.3, 0.6], [0.6, 0.5]]))),
    "student": (X, Mixture([0.5, 0.5], StudentTs([[1, 0], [2, 3]], [np.eye(2) * 9] * 2, 3))),
}


@pytest.mark.parametrize("temperature", [0, 0.3, 1, 2])
@pytest.mark.parametrize("name", [*GUESSES, *OTHERS])
def test_the_objective_never_falls(name, temperature):
    x, guess = OTHERS.get(name) or (X, GUESSES[name])
    steps = em(x, guess, tempered(temperature))
    objectives = np.array([next(steps).objective for _ in range(60)])
    smallest = np.diff(objectives).min()
    assert smallest >= -1e-12 * np.abs(objectives).max()
    assert objectives[-1] > objectives[0] + 1  # it climbed, and did not stand still


@pytest.mark.parametrize("temperature", [0, 0.3, 1, 2])
def test_the_objective_is_weights_times_heights_plus_entropy(temperature):
    guess = GUESSES["full, prior"]
    step = next(em(X, guess, tempered(temperature)))
    resp = step.resp
    entropy = -np.sum(resp * np.log(np.where(resp > 0, resp, 1)))
    expected = np.sum(resp * guess.log_joint(X)) + temperature * entropy
    expected += guess.components.log_prior()
    assert step.objective == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("temperature", [0.3, 1, 2])
def test_no_other_weights_do_better_than_the_e_step(temperature):
    guess = GUESSES["diag"]
    best = next(em(X, guess, tempered(temperature))).objective
    rng = np.random.default_rng(3)
    for _ in range(50):
        resp = rng.dirichlet(np.ones(4), size=len(X))
        value = np.sum(resp * (guess.log_joint(X) - temperature * np.log(resp)))
        assert value < best


def test_tempered_meets_hard_and_soft():
    guess = GUESSES["full"]
    np.testing.assert_array_equal(e_step(X, guess, tempered(1)), e_step(X, guess, soft))
    cold = e_step(X, guess, tempered(1e-300))
    np.testing.assert_array_equal(cold, e_step(X, guess, hard))
    assert np.isin(e_step(X, guess, hard), (0, 1)).all()
    np.testing.assert_allclose(e_step(X, guess, tempered(1e9)), 0.25, atol=1e-6)
    far = init.by_hand([0, 1], sds=1)  # its log heights over this temperature are beyond floats
    np.testing.assert_array_equal(e_step([1e5], far, tempered(1e-300)), [[0, 1]])


def test_of_equals_the_first_wins():
    resp = e_step([0.0], init.by_hand([-1, 1], sds=[1, 1]), hard)
    np.testing.assert_array_equal(resp, [[1, 0]])


def prior_density(components):
    """The prior written out: the average log-density of its imaginary points, times strength."""
    rng = np.random.default_rng(0)
    cloud = rng.standard_normal((200_000, components.n_features))
    cloud = cloud - cloud.mean(axis=0)
    cloud = cloud @ np.linalg.inv(np.linalg.cholesky(cloud.T @ cloud / len(cloud)).T)
    cloud = cloud @ np.linalg.cholesky(components.prior.matrix(components.n_features)).T
    total = 0.0
    for j, mean in enumerate(components.means):
        total += components.prior.strength * components.log_prob(cloud + mean)[:, j].mean()
    return total


@pytest.mark.parametrize("kind", SHAPES)
def test_a_prior_is_a_cloud_of_imaginary_points(kind):
    prior = Prior([[2.0, 0.5], [0.5, 1.0]], strength=2.5)
    components = init.gaussians(X, MEANS, kind, prior).components
    assert components.log_prior() == pytest.approx(prior_density(components), rel=1e-9)


def test_a_prior_keeps_a_component_alive():
    x = np.array([0.0, 0.1, 0.2, 5.0, 5.0, 5.0])
    bare = init.by_hand([0.1, 5], sds=[0.5, 0.01])
    with pytest.raises(CollapseError, match="component 1 has collapsed: all its points are at 5"):
        run(x, bare)
    components = type(bare.components)(
        bare.components.means, bare.components.covariances, "full", Prior(0.01, 1.0)
    )
    trace = run(x, type(bare)(bare.weights, components))
    assert trace.converged
    # three points without spread and one imaginary one of variance 0.01
    np.testing.assert_allclose(trace.mixture.components.covariances[1], 0.01 / 4, rtol=1e-6)


@pytest.mark.parametrize("kind", [*SHAPES, "centroids"])
def test_an_emptied_component_keeps_its_parameters(kind):
    guess = GUESSES[kind]
    resp = np.zeros((len(X), 4))
    resp[np.arange(len(X)), np.arange(len(X)) % 3] = 1
    fitted = m_step(X, resp, guess)
    np.testing.assert_array_equal(fitted.components.means[3], guess.components.means[3])
    if kind not in ("tied", "centroids"):
        np.testing.assert_array_equal(
            fitted.components.covariances[3], guess.components.covariances[3]
        )
    assert fitted.weights[3] == (0.25 if kind == "centroids" else 0)
    assert np.isfinite(e_step(X, fitted)).all()
    assert np.isfinite(next(em(X, fitted)).objective)


def test_statistics_of_chunks_add_up():
    for x, guess in [*((X, guess) for guess in GUESSES.values()), *OTHERS.values()]:
        resp = e_step(x, guess)
        whole = guess.components.statistics(x, resp)
        parts = [
            guess.components.statistics(x[rows], resp[rows])
            for rows in (slice(0, 31), slice(31, 90), slice(90, None))
        ]
        added = tuple(sum(sums) for sums in zip(*parts, strict=True))
        for a, b in zip(whole, added, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-10)
        one, many = m_step(x, resp, guess).components, guess.components.from_statistics(added)
        np.testing.assert_allclose(one.means, many.means, rtol=1e-10)


def test_a_trace_says_why_it_stopped():
    guess = GUESSES["full"]
    short = run(X, guess, max_iter=3)
    assert not short.converged
    assert "max_iter=3" in short.reason
    assert short.iterations == 3
    done = run(X, guess)
    assert done.converged
    assert "only" in done.reason
    np.testing.assert_array_equal(done.resp(0), e_step(X, guess))
    assert run(X, guess, max_iter=0).mixture is guess


def test_a_family_with_a_wrong_m_step_is_found_out():
    class Shrinking(type(GUESSES["spherical"].components)):
        def from_statistics(self, statistics):
            good = super().from_statistics(statistics)
            return Shrinking(good.means, good.covariances**2 / 9, "spherical")

    start = GUESSES["spherical"]
    bad = Shrinking(start.components.means, start.components.covariances, "spherical")
    trace = run(X, type(start)(start.weights, bad))
    assert not trace.converged
    assert "the objective fell by" in trace.reason


@pytest.mark.parametrize(
    ("height", "words"),
    [
        (np.nan, "row 2 of x has a log height of nan under some component"),
        (np.inf, "row 2 of x has a log height of inf under some component"),
    ],
)
@pytest.mark.parametrize("assign", [soft, hard, tempered(2)])
def test_a_family_without_sensible_heights_is_found_out(height, words, assign):
    class Odd(Gaussians):
        def log_heights(self, log_weights):
            heights = super().log_heights(log_weights)
            return lambda rows: np.where([[0, 0, 1], [0, 0, 0]], height, heights(rows))

    guess = Mixture([0.5, 0.5], Odd([0, 1], [1, 1]))
    with pytest.raises(ValueError, match=words):
        e_step([0.0, 1.0, 2.0], guess, assign)


@pytest.mark.parametrize("unit", [1e-100, 1e8, 1e15])
def test_hard_weights_with_curves_rest_in_any_unit(unit):
    rng = np.random.default_rng(0)
    x = np.concatenate([rng.normal(0, 1, 200), rng.normal(6, 1, 200)])
    plain, trace = (
        run(scale * x, init.by_hand([0, 3 * scale], sds=scale), assign=hard) for scale in (1, unit)
    )
    assert trace.iterations == plain.iterations > 3
    assert trace.converged


def test_threads_are_as_many_as_the_process_may_use(monkeypatch):
    x = np.zeros((3_000_000, 1))
    x[1:] += 1
    guess = init.by_hand([0, 1], sds=[1, 1])
    for cores in (1, 2, 64):
        monkeypatch.setattr(os, "sched_getaffinity", lambda _, n=cores: range(n), raising=False)
        assert checked(x, guess, soft, None)[1] == min(cores, 8)
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    assert checked(x, guess, soft, None)[1] == 3
    assert checked(x[:1000], guess, soft, None)[1] == 1


def test_frames_alternate_and_move_one_thing_at_a_time():
    trace = run(X, GUESSES["full"], max_iter=4)
    frames = trace.frames()
    labels = ["guess", *(f"{half} step {i}" for i in range(1, 5) for half in "EM")]
    assert [frame.label for frame in frames] == labels
    assert [frame.kind for frame in frames] == ["guess", *"EMEMEMEM"]
    assert frames[0].resp is None
    for before, after in pairwise(frames[1:]):
        if after.kind == "E":
            assert after.mixture is before.mixture
        else:
            assert after.resp is before.resp
    assert [f.objective for f in frames if f.kind == "M"] == list(trace.objectives[1:])


def test_leaps_go_on_where_em_rests_exactly():
    x = np.array([-1.0, 1, -2, 2] * 3)
    guess = Mixture([0.5, 0.5], Gaussians([0.0, 0.0], [1.0, 1.0]))  # two that stay one
    objectives = [step.objective for step in islice(accelerated(x, guess), 20)]
    assert np.diff(objectives).min() >= -1e-12 * len(x)
    assert objectives[-1] == objectives[-2]


@pytest.mark.parametrize("temperature", [0.5, 1, 2])
@pytest.mark.parametrize("height", [-1e5, -800, -700, -570, 0, 650, 709.5, 800, 1e5])
def test_weights_do_not_depend_on_how_high_the_curves_are(height, temperature):
    # e to the power of these is 0, infinity, or a number that has lost its digits
    log_joint = np.log([[0.2, 0.3, 0.5], [1.0, 1e-20, 1e-200], [0.9, 0.9, 0.9]])
    split = np.errstate(over="ignore", invalid="ignore")(tempered(temperature).split)
    shares, scores = split(log_joint.T.copy())
    lifted = log_joint + height
    np.testing.assert_allclose(tempered(temperature)(lifted), shares.T, rtol=1e-9, atol=1e-55)
    raised = split(lifted.T.copy())[1]
    np.testing.assert_allclose(raised, scores + height, rtol=1e-12)


ONE_EACH = """
import numpy as np
from concurrent.futures import ThreadPoolExecutor
from threadpoolctl import threadpool_info
from gmmlearn import Gaussians, init, run

seen, sums = set(), Gaussians.sums
def pools():
    return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}
def spied(*args):
    seen.update(pools())
    return sums(*args)
Gaussians.sums = spied
x = np.random.default_rng(0).normal(size=(60_000, 2))
guess = init.gaussians(x, x[:3])
assert pools() == {2}
with ThreadPoolExecutor(2) as pool:
    runs = [pool.submit(run, x, guess, max_iter=5, threads=2) for _ in range(6)]
    ends = [run.result().objectives[-1] for run in runs]
assert pools() == {2} and seen == {1}, (pools(), seen)
seen.clear()
alone = run(x, guess, max_iter=5, threads=1).objectives[-1]
assert seen == {2}
assert np.allclose(ends, alone, rtol=1e-12)
"""


def test_numpys_products_keep_to_one_thread_while_ours_share_out_the_rows():
    two = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "2")
    done = subprocess.run(
        [sys.executable, "-c", ONE_EACH], env={**os.environ, **two}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr

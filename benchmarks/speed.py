"""How fast EM is beside scikit-learn: python benchmarks/speed.py [--rounds 5] [--only WORD]

One process, interleaved: in every round each contestant has its turn, and the medians over the
rounds are compared. scikit-learn is given the better of one and two BLAS threads. Both begin at the
same mixture, without regularisation, and what they have after the same number of iterations must
agree to 1e-8.

*One iteration* is the time of a long run less that of a short one, over the difference in
iterations: setting up, checking the input and scikit-learn's last E step are left out.

*A whole fit* goes on until the log-likelihood is within 1e-6 nats a row of the optimum, which a
long run finds beforehand. scikit-learn is told how many iterations that takes it; we stop when we
see it.
"""

import argparse
import statistics
import time
import warnings
from functools import partial
from itertools import islice

import numpy as np
from sklearn.cluster import KMeans
from sklearn.mixture import GaussianMixture
from threadpoolctl import threadpool_limits

from gmmlearn import Gaussians, Mixture, datasets, em, hard, init, run, run_best
from gmmlearn.accelerate import accelerated

warnings.simplefilter("ignore")  # scikit-learn says each time that it did not converge

ITERATIONS = [  # covariance type, n, d, k, the ratio to reach
    ("full", 272, 2, 2, 6),
    ("full", 10_000, 2, 5, 12),
    ("full", 100_000, 2, 8, 25),
    ("full", 1_000_000, 2, 8, 30),
    ("full", 1_000_000, 1, 3, 12),
    ("full", 100_000, 16, 8, 5),
    ("full", 100_000, 64, 8, 2.5),
    ("full", 20_000, 64, 32, 4),
    ("tied", 1_000_000, 2, 8, 15),
    ("diag", 1_000_000, 2, 8, 9),
    ("spherical", 1_000_000, 2, 8, 12),
]
FITS = {"1-D, k 2": 40, "2-D, k 3": 40, "2-D, k 8": 40, "8-D, k 5": 25}


def timed(call):
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def medians(contestants, rounds):
    """The median seconds of each, {name: call}, the calls taking turns."""
    times = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, call in contestants.items():
            times[name].append(call())
    return {name: statistics.median(seconds) for name, seconds in times.items()}


def per_iteration(fit, short, long):
    """A call that times one iteration of fit(iterations)."""
    return lambda: (timed(partial(fit, long)) - timed(partial(fit, short))) / (long - short)


def with_threads(count, call):
    def limited():
        with threadpool_limits(count):
            return call()

    return limited


def blobs(n, d, k, seed=0):
    rng = np.random.default_rng(seed)
    centres = 3 * rng.normal(size=(k, d))
    return centres[rng.integers(k, size=n)] + rng.normal(size=(n, d))


def start(x, k, kind, seed=1):
    """Round clusters of the data's rough size at random points."""
    d = x.shape[1]
    covariances = {"full": [9 * np.eye(d)] * k, "tied": 9 * np.eye(d)}
    covariances |= {"diag": np.full((k, d), 9.0), "spherical": np.full(k, 9.0)}
    means = init.random_points(x[:10_000], k, seed)
    return Mixture(np.full(k, 1 / k), Gaussians(means, covariances[kind], kind))


def sklearn_model(guess, iterations):
    components, kind = guess.components, guess.components.covariance_type
    whole = kind in ("full", "tied")
    return GaussianMixture(
        len(guess.weights),
        covariance_type=kind,
        max_iter=iterations,
        tol=0,
        reg_covar=0,
        weights_init=guess.weights,
        means_init=components.means,
        precisions_init=(np.linalg.inv if whole else np.reciprocal)(components.covariances),
    )


def agree(ours, theirs):
    for mine, other in (
        (ours.weights, theirs.weights_),
        (ours.components.means, theirs.means_),
        (ours.components.covariances, theirs.covariances_),
    ):
        assert np.abs(mine - other).max() <= 1e-8 * np.abs(other).max(), np.abs(mine - other).max()


def one_iteration(kind, n, d, k, rounds):
    x = blobs(n, d, k)
    guess = start(x, k, kind)
    long = 1 + int(np.clip(8e6 // (n * k), 4, 300))
    agree(run(x, guess, tol=0, max_iter=long).mixture, sklearn_model(guess, long).fit(x))

    def theirs(iterations):
        sklearn_model(guess, iterations).fit(x)

    def ours(iterations):
        run(x, guess, tol=0, max_iter=iterations)

    turns = {"ours": per_iteration(ours, 1, long)}
    turns |= {i: with_threads(i, per_iteration(theirs, 1, long)) for i in (1, 2)}
    # Short ones are noisier, and more turns cost little.
    return medians(turns, rounds * 5 if n * d <= 200_000 else rounds)


def lloyd(n, d, k, rounds):
    x = blobs(n, d, k)
    centres = init.random_points(x[:10_000], k, 1)
    ends = [KMeans(k, init=centres, n_init=1, max_iter=11, tol=0, algorithm="lloyd").fit(x)]
    ours = run(x, init.centroids(centres), assign=hard, max_iter=11).mixture
    assert np.abs(ours.components.means - ends[0].cluster_centers_).max() < 1e-8

    def theirs(iterations):
        KMeans(k, init=centres, n_init=1, max_iter=iterations, tol=0, algorithm="lloyd").fit(x)

    def mine(iterations):
        for _ in islice(em(x, init.centroids(centres), hard), iterations + 1):
            pass

    turns = {"ours": per_iteration(mine, 1, 11)}
    turns |= {i: with_threads(i, per_iteration(theirs, 1, 11)) for i in (1, 2)}
    return medians(turns, rounds)


def overlapping(name):
    """Clusters that run into each other, 5,000 to 10,000 rows, and a start."""
    rng = np.random.default_rng(0)
    if name == "1-D, k 2":
        x = np.concatenate([rng.normal(0, 1, (2500, 1)), rng.normal(2, 1.2, (2500, 1))])
    elif name == "2-D, k 3":
        centres = [[0, 0], [2.2, 0.5], [0.5, 2.3]]
        x = np.concatenate([rng.normal(c, [1, 0.8], (2000, 2)) for c in centres])
    elif name == "2-D, k 8":
        centres = 2.2 * rng.normal(size=(8, 2))
        shapes = 0.8 * rng.normal(size=(8, 2, 2))
        pairs = zip(centres, shapes, strict=True)
        x = np.concatenate([c + rng.normal(size=(1250, 2)) @ s for c, s in pairs])
    else:
        centres = 0.8 * rng.normal(size=(5, 8))
        x = np.concatenate([rng.normal(c, 1, (2000, 8)) for c in centres])
    k = int(name[-1])
    return x, init.gaussians(x, init.kmeans_plus_plus(x, k, 3))


def whole_fit(name, rounds):
    x, guess = overlapping(name)
    tops = [run(x, guess, tol=1e-12, max_iter=50_000, accelerate=a) for a in (False, True)]
    scores = tops[0].objectives
    enough = scores[-1] - 1e-6 * len(x)
    needed = int(np.argmax(scores >= enough))

    def theirs():
        sklearn_model(guess, needed).fit(x)

    # Leaps may end on another hill, which the row then says: there it is that hill's top.
    reached = min(enough, tops[1].objectives[-1] - 1e-6 * len(x))

    def leaping():
        return next(step for step in accelerated(x, guess) if step.objective >= reached)

    def plain():
        return next(step for step in em(x, guess) if step.objective >= enough)

    looks = leaping().iteration
    turns = {"ours": partial(timed, leaping), "plain": partial(timed, plain)}
    turns |= {i: with_threads(i, partial(timed, theirs)) for i in (1, 2)}
    return medians(turns, rounds), needed, looks, (tops[1].objectives[-1] - scores[-1]) / len(x)


def ten_starts(rounds):
    x, iterations = blobs(272, 2, 2), 50

    def ours():
        return run_best(x, 2, n_rounds=iterations, start=init.random_points, max_iter=0)

    def theirs():
        options = {"n_init": 10, "max_iter": iterations, "tol": 0, "random_state": 0}
        GaussianMixture(2, init_params="random_from_data", **options).fit(x)

    turns = {"ours": partial(timed, ours)}
    turns |= {i: with_threads(i, partial(timed, theirs)) for i in (1, 2)}
    return medians(turns, rounds)


def ten_restarts(x, rounds):
    """From nothing to within 1e-6 nats a row, each side's tolerance the loosest that gets there."""
    goal = run_best(x, 2, tol=1e-12, max_iter=50_000).objectives[-1] - 1e-6 * len(x)

    def ours(tol):
        return run_best(x, 2, tol=tol, accelerate=True).objectives[-1]

    def theirs(tol):
        model = GaussianMixture(2, n_init=10, tol=tol, max_iter=10_000, random_state=0)
        return model.fit(x).score(x) * len(x)

    def enough(fit):
        return next(tol for tol in 10.0 ** -np.arange(3, 12) if fit(tol) >= goal)

    turns = {"ours": partial(timed, partial(ours, enough(ours)))}
    fit = partial(theirs, enough(theirs))
    turns |= {i: with_threads(i, partial(timed, fit)) for i in (1, 2)}
    return medians(turns, rounds)


def line(what, times, wanted, more=""):
    theirs = min(times[1], times[2])
    ratio = theirs / times["ours"]
    unit = 1e3
    mark = "" if ratio >= wanted else " (not reached)"
    print(
        f"| {what:42} | {unit * theirs:9.3f} | {unit * times['ours']:9.3f} | {ratio:5.1f} | "
        f"{wanted:4}{mark} | {more}",
        flush=True,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help="only rows that have this word in their name")
    options = parser.parse_args()
    print(f"medians of {options.rounds} rounds (of the first three rows, five times as many),")
    print("milliseconds; ratio: scikit-learn's over ours\n")
    print(f"| {'what':42} | {'sklearn':9} | {'ours':9} | ratio | wanted |")
    print("| --- | --- | --- | --- | --- | --- |")
    for kind, n, d, k, wanted in ITERATIONS:
        what = f"one iteration, {kind}, {n:,} × {d}, k = {k}"
        if options.only in what:
            line(what, one_iteration(kind, n, d, k, options.rounds), wanted)
    what = "one iteration, K-means, 1,000,000 × 2, k = 8"
    if options.only in what:
        line(what, lloyd(1_000_000, 2, 8, options.rounds), 1)
    for name, wanted in FITS.items():
        what = f"whole fit to 1e-6 nats a row, {name}"
        if options.only in what:
            times, needed, looks, higher = whole_fit(name, options.rounds)
            plain = min(times[1], times[2]) / times["plain"]
            told = f"{needed} rounds; {looks} looks, and without leaps the ratio is {plain:.1f}"
            line(
                what,
                times,
                wanted,
                told + (f"; ends {higher:+.4f} a row" if abs(higher) > 1e-6 else ""),
            )
    what = "ten starts × 50 rounds, full, 272 × 2, k = 2"
    if options.only in what:
        line(what, ten_starts(options.rounds), 25)
    faithful = np.column_stack(list(datasets.load("faithful").values()))
    for name, x in {"272 × 2": blobs(272, 2, 2), "Old Faithful": faithful}.items():
        what = f"ten restarts to 1e-6 nats a row, {name}, k = 2"
        if options.only in what:
            line(what, ten_restarts(x, options.rounds), 25)


if __name__ == "__main__":
    main()

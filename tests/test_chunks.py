"""Rows that are never all in memory: in chunks, from a disk, on Dask's workers, one at a time."""

import importlib.util
import logging
import os
import re
import socket
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path

import nbformat
import numpy as np
import pytest

from gmmlearn import (
    Bernoullis,
    Centroids,
    Gaussians,
    Mixture,
    Poissons,
    Prior,
    StudentTs,
    e_step,
    hard,
    init,
    m_step,
    run,
    soft,
    statistics,
    tempered,
)

RNG = np.random.default_rng(14)
N, MEANS = 600, [[0.0, 0.0], [4.0, 1.0], [1.0, 5.0]]
X = RNG.normal(size=(N, 2)) @ [[1, 0.3], [0, 0.8]] + np.array(MEANS)[RNG.integers(3, size=N)]
SHARES, EYES = [0.5, 0.3, 0.2], np.stack([np.eye(2)] * 3)
RATES = [[1.0, 6.0], [5.0, 2.0], [3.0, 3.0]]
CHANCES = [[0.2, 0.7], [0.8, 0.4], [0.5, 0.5]]

FAMILIES = {
    "full": (X, Gaussians(MEANS, EYES)),
    "tied": (X, Gaussians(MEANS, np.eye(2), "tied")),
    "diag": (X, Gaussians(MEANS, np.ones((3, 2)), "diag")),
    "spherical": (X, Gaussians(MEANS, np.ones(3), "spherical")),
    "prior": (X, Gaussians(MEANS, EYES, prior=Prior(0.5, 2.0))),
    "far apart": (X * 1e4, Gaussians(np.array(MEANS) * 1e4, EYES * 1e-2)),
    "student": (X, StudentTs(MEANS, EYES, dof=4)),
    "poisson": (RNG.poisson(np.array(RATES)[RNG.integers(3, size=N)]).astype(float), RATES),
    "bernoulli": ((RNG.random((N, 2)) < 0.5).astype(float), CHANCES),
    "centroids": (X, MEANS),
}
KINDS = {"poisson": Poissons, "bernoulli": Bernoullis, "centroids": Centroids}


def case(name):
    """Rows of a kind, and a first guess."""
    x, components = FAMILIES[name]
    components = KINDS[name](components) if name in KINDS else components
    return x, Mixture(np.ones(3) / 3 if components.equal_weights else SHARES, components)


def numbers(mixture):
    """All of a mixture's numbers in one row."""
    names = ("means", "covariances", "scales")
    parts = [getattr(mixture.components, name, ()) for name in names]
    return np.concatenate([mixture.weights, *map(np.ravel, parts)])


def one_by_one(x, mixture, size, assign=soft):
    """(the mixture after a round in chunks of this size, the objective before it)."""
    chunks = (x[start : start + size] for start in range(0, len(x), size))
    total = sum(statistics(chunk, mixture, assign) for chunk in chunks)
    return mixture.from_statistics(total), total.objective + mixture.components.log_prior()


# In chunks


@pytest.mark.parametrize("size", [1, 7, 250, N])
@pytest.mark.parametrize("name", FAMILIES)
def test_chunks_give_what_the_whole_gives(name, size):
    x, mixture = case(name)
    assign = hard if name == "centroids" else soft
    trace = run(x, mixture, assign=assign, tol=0, max_iter=4)
    for before, after, objective in zip(
        trace.mixtures, trace.mixtures[1:], trace.objectives, strict=False
    ):
        mixture, score = one_by_one(x, before, size, assign)
        assert numbers(mixture) == pytest.approx(numbers(after), rel=1e-10, abs=1e-10)
        assert score == pytest.approx(objective, rel=1e-10)


@pytest.mark.parametrize("assign", [hard, tempered(0.5), soft, tempered(3)])
def test_chunks_may_be_shared_out_in_any_way(assign):
    x, mixture = case("full")
    by_chunks, _ = one_by_one(x, mixture, 100, assign)
    whole = m_step(x, e_step(x, mixture, assign), mixture)
    assert numbers(by_chunks) == pytest.approx(numbers(whole), rel=1e-10, abs=1e-10)


def test_their_order_does_not_matter():
    x, mixture = case("full")
    forth = one_by_one(x, mixture, 100)[0]
    back = one_by_one(x[::-1], mixture, 70)[0]
    assert numbers(forth) == pytest.approx(numbers(back), rel=1e-10, abs=1e-10)


@pytest.mark.parametrize(
    ("chunk", "words"),
    [
        (np.ones((5, 3)), r"x has 3 column\(s\), but the mixture has 2"),
        (np.ones((0, 2)), r"x is empty: its shape is \(0, 2\)"),
        ([[1.0, np.nan]], "x must be finite"),
    ],
    ids=["too wide", "empty", "a gap"],
)
def test_a_bad_chunk_is_met_with_words(chunk, words):
    x, mixture = case("full")
    with pytest.raises(ValueError, match=words):
        sum(statistics(c, mixture) for c in (x[:100], chunk))


# From a disk, in less memory than the rows take

LIMITED = """
import resource, sys
import numpy as np
from gmmlearn import init, statistics

file, allowance = sys.argv[1], int(sys.argv[2])
guess = init.by_hand([50, 85], [10, 10])
statistics(np.arange(40.0, 100.0), guess)  # all that is loaded on first use


def in_use():
    lines = open("/proc/self/status").read().splitlines()
    return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("VmData"))


most = in_use() + allowance
resource.setrlimit(resource.RLIMIT_DATA, (most, most))
try:
    np.load(file)
    print("the rows fit")
except MemoryError:
    print("the rows do not fit")
rows, mixture = np.load(file, mmap_mode="r"), guess
for _ in range(3):
    starts = range(0, len(rows), 100_000)
    total = sum(statistics(rows[start : start + 100_000], mixture) for start in starts)
    mixture = mixture.from_statistics(total)
print(*map(float.hex, map(float, [*mixture.weights, *mixture.components.means.ravel()])))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts a process's own memory so")
def test_a_file_of_four_times_the_memory_is_fitted(tmp_path):
    file, allowance = tmp_path / "waits.npy", 16 * 2**20
    rows = init.by_hand([54.6, 80.1], [5.9, 5.9], [0.36, 0.64]).sample(8 * 2**20, 0)[0][:, 0]
    np.save(file, rows)
    assert file.stat().st_size > 4 * allowance
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    ended = subprocess.run(
        [sys.executable, "-c", LIMITED, str(file), str(allowance)],
        env={**os.environ, **threads},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert ended.returncode == 0, ended.stderr
    verdict, answer = ended.stdout.splitlines()
    assert verdict == "the rows do not fit"
    whole = run(rows, init.by_hand([50, 85], [10, 10]), tol=0, max_iter=3).mixture
    want = [*whole.weights, *whole.components.means.ravel()]
    assert list(map(float.fromhex, answer.split())) == pytest.approx(want, rel=1e-10)


# On Dask's workers

with_dask = pytest.mark.skipif(
    not (importlib.util.find_spec("dask") and importlib.util.find_spec("distributed")),
    reason='Dask is missing: pip install "dask[array]" distributed',
)


@contextmanager
def taken(port):
    with socket.socket() as used:
        with suppress(OSError):  # then it is taken already
            used.bind(("", port))
            used.listen()
        yield


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """Two workers on this machine, with patience for a busy one."""
    import dask
    from dask.distributed import Client

    patience = {
        "distributed.comm.timeouts.connect": "120s",
        "distributed.nanny.pre-spawn-environ": {"OMP_NUM_THREADS": "1"},
    }
    with (
        taken(8787),  # by somebody's other cluster: Dask's own wish, unless any port will do
        dask.config.set(patience),
        Client(
            n_workers=2,
            threads_per_worker=1,
            dashboard_address=":0",
            local_directory=str(tmp_path_factory.mktemp("dask")),
            silence_logs=logging.CRITICAL,
            timeout="120s",
        ) as opened,
    ):
        yield opened


def taken_apart(x, mixture, work=statistics):
    """The total over a Dask array of rows, as a plan."""
    import dask

    parts = [dask.delayed(work)(chunk, mixture) for chunk in x.to_delayed().ravel()]
    return dask.delayed(sum)(parts)


@with_dask
@pytest.mark.parametrize("name", ["full", "spherical", "student", "poisson"])
def test_workers_give_what_the_whole_gives(client, name):
    import dask.array as da

    x, mixture = case(name)
    want = run(x, mixture, tol=0, max_iter=3)
    rows = da.from_array(x, chunks=(130, 2))
    for objective in want.objectives[:-1]:
        total = client.compute(taken_apart(rows, mixture)).result(timeout=120)
        score = total.objective + mixture.components.log_prior()
        assert score == pytest.approx(objective, rel=1e-10)
        mixture = mixture.from_statistics(total)
    assert numbers(mixture) == pytest.approx(numbers(want.mixture), rel=1e-10, abs=1e-10)


@with_dask
def test_a_worker_that_dies_loses_nothing(client, tmp_path):
    import dask.array as da

    x, mixture = case("full")
    rows = da.from_array(x, chunks=(130, 2))
    straw, seventh = tmp_path / "straw", x[260]
    straw.touch()

    def unlucky(chunk, mixture):
        if (chunk[0] == seventh).all() and straw.exists():
            straw.unlink()
            os.kill(os.getpid(), 9)
        return statistics(chunk, mixture)

    before = set(client.run(os.getpid).values())
    want = run(x, mixture, tol=0, max_iter=3).mixture
    for _ in range(3):  # the first of three rounds goes wrong
        plan = taken_apart(rows, mixture, unlucky)
        mixture = mixture.from_statistics(client.compute(plan).result(timeout=120))
    assert numbers(mixture) == pytest.approx(numbers(want), rel=1e-10, abs=1e-10)
    client.wait_for_workers(2, timeout=120)
    assert len(before - set(client.run(os.getpid).values())) == 1


def test_the_notebook_says_what_to_install(monkeypatch):
    path = Path(__file__).parent.parent / "notebooks" / "14_out_of_memory.ipynb"
    cells = [c.source for c in nbformat.read(path, 4).cells if c.cell_type == "code"]
    [imports] = [source for source in cells if re.search(r"^\s+import dask$", source, re.MULTILINE)]
    monkeypatch.setitem(sys.modules, "dask", None)
    with pytest.raises(ImportError, match=r'needs Dask.*%pip install "dask\[array\]" distributed'):
        exec(imports, {})


# One row at a time


def online(rows, guess, power, start=100):
    """The mixtures after each row from number `start` on."""
    s = statistics(rows[:start], guess) * (1 / start)
    mixture = guess.from_statistics(s)
    for t in range(start, len(rows)):
        step = np.float64(t) ** -power  # numpy's numbers count as well as Python's
        s = (1 - step) * s + step * statistics(rows[t : t + 1], mixture, anchor=guess)
        mixture = guess.from_statistics(s)
        yield mixture


@pytest.mark.parametrize("name", ["full", "diag", "poisson"])
def test_one_row_at_a_time_ends_near_the_batch_answer(name):
    x, mixture = case(name)
    rows = np.tile(np.random.default_rng(0).permutation(x), (5, 1))
    best = run(x, mixture, tol=1e-8).mixture.log_likelihood(x)
    guess_gap = (best - mixture.log_likelihood(x)) / len(x)
    *_, last = online(rows, mixture, 0.6)
    gap = (best - last.log_likelihood(x)) / len(x)
    assert -1e-6 < gap < min(0.02, guess_gap / 2)


@pytest.mark.parametrize("name", ["full", "poisson", "bernoulli", "centroids"])
def test_sums_of_two_guesses_add_up_where_they_have_one_anchor(name):
    """Half of the rows weighed by an old mixture, half by a new one: as with the table of both."""
    x, old = case(name)
    new = one_by_one(x, old, N)[0]
    total = statistics(x[:300], old) + statistics(x[300:], new, anchor=old)
    resp = np.concatenate([e_step(x[:300], old), e_step(x[300:], new)])
    want = m_step(x, resp, old)
    assert numbers(old.from_statistics(total)) == pytest.approx(numbers(want), rel=1e-9, abs=1e-9)

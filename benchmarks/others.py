"""One EM iteration of R's mclust and of pomegranate beside ours: python benchmarks/others.py

Each is measured where it is installed: mclust needs `Rscript` with the package mclust (on Debian
and Ubuntu: apt install r-cran-mclust), pomegranate needs `pip install pomegranate`, which brings
PyTorch. The same data and start as in speed.py; the time of a long run less that of a short one.
"""

import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from speed import blobs, medians, per_iteration, start

from gmmlearn import run

ROWS = [(10_000, 2, 5), (100_000, 2, 8), (100_000, 16, 8)]

R = """
suppressMessages(library(mclust))
numbers <- readBin("{folder}/x", "double", {n} * {d})
x <- matrix(numbers, {n}, {d})
means <- matrix(readBin("{folder}/means", "double", {d} * {k}), {d}, {k})
variance <- mclustVariance("VVV", {d}, {k})
variance$sigma <- array(diag(9, {d}), c({d}, {d}, {k}))
variance$cholsigma <- array(diag(3, {d}), c({d}, {d}, {k}))
start <- list(pro = rep(1 / {k}, {k}), mean = means, variance = variance)
control <- function(most) emControl(tol = c(0, 0), itmax = c(most, most))
fit <- function(iterations) system.time(
  em(data = x, modelName = "VVV", parameters = start, control = control(iterations))
)[["elapsed"]]
invisible(fit(2))
cat(median(replicate({rounds}, (fit({long}) - fit(1)) / ({long} - 1))))
"""


def mclust(x, guess, long, rounds):
    """Seconds of an iteration in R, or None where it is not installed."""
    if not shutil.which("Rscript"):
        return None
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "x").write_bytes(np.ascontiguousarray(x.T).tobytes())
        Path(folder, "means").write_bytes(guess.components.means.tobytes())
        n, d = x.shape
        code = R.format(folder=folder, n=n, d=d, k=len(guess.weights), long=long, rounds=rounds)
        told = subprocess.run(["Rscript", "-e", code], capture_output=True, text=True)
    return float(told.stdout) if told.returncode == 0 else None


def pomegranate(x, guess, long, rounds):
    """Seconds of an iteration in pomegranate, or None where it is not installed."""
    try:
        import torch
        from pomegranate.distributions import Normal
        from pomegranate.gmm import GeneralMixtureModel
    except ImportError:
        return None
    rows = torch.tensor(x)

    def fit(iterations):
        pairs = zip(guess.components.means, guess.components.covariances, strict=True)
        clusters = [Normal(torch.tensor(m), torch.tensor(c)) for m, c in pairs]
        model = GeneralMixtureModel(
            clusters, torch.tensor(guess.weights), max_iter=iterations, tol=-1
        )
        model.fit(rows)

    return medians({"theirs": per_iteration(fit, 1, long)}, rounds)["theirs"]


def main():
    rounds = 3
    print("| one iteration, full, ms | ours | mclust | pomegranate |\n| --- | --- | --- | --- |")
    for n, d, k in ROWS:
        x = blobs(n, d, k)
        guess = start(x, k, "full")
        long = 1 + int(np.clip(2e6 // (n * k), 3, 50))
        ours = per_iteration(lambda i, x=x, g=guess: run(x, g, tol=0, max_iter=i), 1, long)
        mine = medians({"ours": ours}, rounds)["ours"]
        cells = [f"{1e3 * mine:.2f}"]
        for call in (mclust, pomegranate):
            seconds = call(x, guess, long, rounds)
            cells.append("–" if seconds is None else f"{1e3 * seconds:.1f} ({seconds / mine:.0f}×)")
        print(f"| {n:,} × {d}, k = {k} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()

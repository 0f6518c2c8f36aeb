"""`run`: go round until it settles. `Trace`: every mixture on the way."""

from dataclasses import dataclass, field
from itertools import islice, pairwise

import numpy as np

from gmmlearn.accelerate import accelerated
from gmmlearn.assign import Assignment, soft
from gmmlearn.em import checked, e_step, em
from gmmlearn.rows import Rows
from gmmlearn.validation import as_count, as_number

EPS = 4e-16  # the rounding of a number, relative to its size


@dataclass(frozen=True, eq=False)
class Frame:
    """One picture of a run; its kind is "guess", "E" or "M", or "round" for scikit-learn's.

    `resp` holds the responsibilities that are in force at that moment, or None.
    """

    label: str
    kind: str
    iteration: int
    mixture: object
    resp: np.ndarray | None = field(repr=False)
    objective: float


@dataclass(frozen=True, eq=False)
class Trace:
    """The whole run: its mixtures and objectives, and why it stopped.

    `mixtures[i]` and `objectives[i]` are those after i M steps (or leaps); 0 is the guess.
    Responsibilities are computed when you ask, so a long trace stays small. The rows are not
    copied: if you write to x, the trace will speak of other data.
    """

    rows: Rows = field(repr=False)
    assign: Assignment
    mixtures: tuple = field(repr=False)
    objectives: np.ndarray = field(repr=False)
    converged: bool
    reason: str
    leaps: bool = False

    @property
    def x(self) -> np.ndarray:
        """The data, (n, d)."""
        return self.rows.x

    @property
    def mixture(self):
        """The last mixture: the result."""
        return self.mixtures[-1]

    @property
    def iterations(self) -> int:
        """How many rounds of E step and M step (or leaps) came after the guess."""
        return len(self.mixtures) - 1

    def resp(self, iteration: int = -1) -> np.ndarray:
        """Return the responsibilities that `mixtures[iteration]` gives, (n, k)."""
        return e_step(self.rows, self.mixtures[iteration], self.assign)

    def frames(self) -> list[Frame]:
        """Return the run in half-steps: guess, E step 1, M step 1, E step 2, M step 2, …

        The E step changes the responsibilities and leaves the curves; the M step moves the curves.

        Raises:
            ValueError: the run leapt ahead: its mixtures are not one round apart.
        """
        if self.leaps:
            raise ValueError("a run with leaps has no half-steps: run it with accelerate=False")
        scores = self.objectives.tolist()
        frames = [Frame("guess", "guess", 0, self.mixtures[0], None, scores[0])]
        for i, (before, after) in enumerate(pairwise(self.mixtures), 1):
            resp = self.resp(i - 1)
            frames.append(Frame(f"E step {i}", "E", i, before, resp, scores[i - 1]))
            frames.append(Frame(f"M step {i}", "M", i, after, resp, scores[i]))
        return frames


def run(
    x,
    mixture,
    *,
    assign: Assignment = soft,
    tol=1e-6,
    max_iter: int = 1000,
    accelerate: bool = False,
    threads: int | None = None,
) -> Trace:
    """Go round until it settles, and return the whole run.

    Args:
        x: (n, d) rows, or (n,) in one dimension.
        mixture: the first guess.
        assign: `soft`, `hard`, or `tempered(T)`.
        tol: stop when a round (with accelerate, two in a row) raises the objective by no more
            than this, in nats per row, times the temperature. With `hard` that is 0: K-means comes
            to rest by itself.
        max_iter: stop after this many rounds at the latest; then `converged` is False.
        accelerate: leap ahead between rounds, see `accelerated`. The objective never falls, and
            it ends where EM would rest, too; but it may climb another hill than EM would. With
            `hard`, which settles soon, it changes nothing.
        threads: as in `em`.

    Raises:
        TypeError, ValueError, CollapseError: as `em`; tol is negative; max_iter is below 0.
    """
    rows, threads = checked(x, mixture, assign, threads)
    tol, max_iter = as_number(tol, "tol"), as_count(max_iter, "max_iter", smallest=0)
    warm, size = assign.temperature > 0, float(np.abs(rows.extent.x).max())
    # How much of a row's part of the objective may be rounding: EPS, of a log height; in K-means,
    # where the part is a squared distance, the square of a centre's own rounding.
    kmeans = mixture.components.equal_weights and not warm
    rounding = (EPS * size) ** 2 if kmeans else EPS * (assign.temperature or 1)
    leaps, enough, small = accelerate and warm, tol * assign.temperature * len(rows), 0
    mixtures, objectives = [], []
    converged, reason = False, f"stopped after max_iter={max_iter} rounds, before it settled"
    loop = accelerated if leaps else em
    for step in islice(loop(rows, mixture, assign, threads=threads), max_iter + 1):
        rise = step.objective - (objectives[-1] if objectives else -np.inf)
        noise = rounding * len(rows) + EPS * abs(step.objective)
        mixtures.append(step.mixture)
        objectives.append(step.objective)
        if rise < -1e6 * noise:
            reason = f"the objective fell by {-rise:.4g}: some M step does not fit its own weights"
            break
        small = small + 1 if rise <= max(noise, enough) else 0
        if small > leaps:  # one leap may gain little, and what follows it more
            converged, reason = True, f"the last round raised the objective by only {rise:.4g}"
            break
    return Trace(rows, assign, tuple(mixtures), np.array(objectives), converged, reason, leaps)

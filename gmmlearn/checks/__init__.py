"""The exercises' self-checks: `checks.name(your_attempt)` says what is right, or what went wrong.

One file a notebook; each check is an `Exercise`, which holds the answer and the usual mistakes.
"""

from gmmlearn.checks.bumps import above_one, height_of_mixture, my_density, read_a_mixture
from gmmlearn.checks.exercise import Exercise, Verdict

__all__ = ["Exercise", "Verdict", "above_one", "height_of_mixture", "my_density", "read_a_mixture"]

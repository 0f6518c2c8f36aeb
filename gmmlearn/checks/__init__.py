"""The exercises' self-checks: `checks.name(your_attempt)` says what is right, or what went wrong.

One file a notebook; each check is an `Exercise`, which holds the answer and the usual mistakes.
"""

from gmmlearn.checks.exercise import Exercise, Verdict

__all__ = ["Exercise", "Verdict"]

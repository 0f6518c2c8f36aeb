"""One mechanism for all exercises: compare an attempt with the answer, and name the mistake."""

import dis
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np


@dataclass(frozen=True)
class Verdict:
    """What a check says: its status ("correct", "wrong" or "not attempted") and a message."""

    status: str
    message: str

    def __repr__(self) -> str:
        sign = {"correct": "✓", "wrong": "✗", "not attempted": "…"}[self.status]
        return f"{sign} {self.message}"


@dataclass(frozen=True)
class Exercise:
    """A question with its answer and the mistakes people make. Call it with an attempt.

    Args:
        answer: the right value; or, where a function is asked for, a function that gives it.
        mistakes: what was probably thought → the value (or function) which that gives.
        cases: for a function, the tuples of arguments on which it is tried.
        entries: names of the entries of the answer, in reading order, for "the first wrong one".
        correct: what is said when it is right.
        wanted: what is said before that which came, where it is no answer at all.
        rtol: how far off a number may be, relative to the largest entry.
        atol: and how far off besides, in the number's own unit: one for all, or one an entry.
    """

    answer: object
    mistakes: dict[str, object] = field(default_factory=dict)
    cases: tuple = ()
    entries: tuple = ()
    correct: str = "Correct."
    wanted: str = "Numbers are wanted here"
    rtol: float = 1e-6
    atol: object = 0.0

    def __call__(self, attempt) -> Verdict:
        if not self.cases:
            return self._judge(attempt, self.answer, tuple(self.mistakes.items()))
        if not callable(attempt):
            return Verdict("wrong", "Pass the function itself, by its name, without brackets.")
        return self._try(attempt)

    def _try(self, function: Callable) -> Verdict:
        """Run the function on every case; the first that is not right decides."""
        for arguments in self.cases:
            verdict = self._try_on(function, arguments)
            if verdict.status == "wrong" and all(isinstance(a, int | str) for a in arguments):
                tried = ", ".join(map(repr, arguments))  # short enough to be told
                verdict = replace(verdict, message=f"{verdict.message} (Tried with {tried}.)")
            if verdict.status != "correct":
                return verdict
        return Verdict("correct", self.correct)

    def _try_on(self, function: Callable, arguments: tuple) -> Verdict:
        try:
            got = function(*_copies(arguments))
            if got is None and not _is_stub(function):
                return Verdict("wrong", "Your function gave back None: is its return missing?")
        except NotImplementedError:
            return _NO_CODE
        except Exception as error:
            # Dots were reckoned with. (An IndexError speaks of them whatever the index was.)
            if "ellipsis" in str(error) and not isinstance(error, IndexError):
                return _NO_CODE
            shown = f"{type(error).__name__}: {error}".rstrip()
            if "could not be broadcast" in shown:
                shown += ". Two shapes do not fit: print the .shape of each part."
            return Verdict("wrong", f"Your function stopped with {shown}")
        want = self.answer(*_copies(arguments))
        mistakes = tuple(
            (message, wrong(*_copies(arguments))) for message, wrong in self.mistakes.items()
        )
        verdict = self._judge(got, want, mistakes)
        return _NO_CODE if verdict.status == "not attempted" else verdict

    def _judge(self, got, want, mistakes) -> Verdict:
        if _untouched(got):
            return _NOT_YET if _all_untouched(got) else _NOT_ALL
        return self._compare(got, want, mistakes)

    def _compare(self, got, want, mistakes) -> Verdict:
        if isinstance(want, str | bool):
            return self._judge_choice(got, want, mistakes)
        try:
            got = _as_array(got)
        except (TypeError, ValueError):
            message = _parts_message(got) or f"{self.wanted}, but this came: {got!r:.60}"
            return Verdict("wrong", message)
        want = np.asarray(want, dtype=float)
        if got.squeeze().shape == want.squeeze().shape:
            got = got.reshape(want.shape)  # (n, 1) may stand for (n,)
        if self._equal(got, want):
            return Verdict("correct", self.correct)
        for told in (got, *self._first_alone(got, want)):
            for message, wrong in mistakes:
                if self._equal(told, np.asarray(wrong, dtype=float)):
                    return Verdict("wrong", self._with_place(message, got, want))
        if got.shape != want.shape:
            return Verdict("wrong", _shape_message(got.shape, want.shape))
        rounded = self.cases and any(np.allclose(got, want.round(n), 0, 1e-9) for n in (2, 3, 4))
        message = "You rounded. Return the numbers in full." if rounded else ""
        return Verdict("wrong", self._with_place(message, got, want))

    def _first_alone(self, got, want):
        """The answer with only the first of several wrong entries, if they are written by hand."""
        if self.cases or got.shape != want.shape:
            return []
        alone, first = want.copy(), self._first_wrong(got, want)
        alone.flat[first] = got.flat[first]
        return [alone]

    def _first_wrong(self, got, want) -> int:
        return int(np.flatnonzero(~self._near(got, want).ravel())[0])

    def _judge_choice(self, got, want, mistakes) -> Verdict:
        plain = got.strip(" ().").lower() if isinstance(got, str) else got
        if type(plain) is type(want) and plain == want:
            return Verdict("correct", self.correct)
        for message, wrong in mistakes:
            if type(plain) is type(wrong) and plain == wrong:
                return Verdict("wrong", message)
        kind = "a letter in quotes" if isinstance(want, str) else "True or False"
        return Verdict("wrong", f"{got!r:.40} is none of the choices: answer with {kind}.")

    def _equal(self, got, want) -> bool:
        return got.shape == want.shape and bool(self._near(got, want).all())

    def _near(self, got, want) -> np.ndarray:
        size = np.max(np.abs(want[np.isfinite(want)]), initial=0.0)
        slack = self.rtol * size + np.asarray(self.atol, dtype=float)
        return np.isclose(got, want, rtol=self.rtol, atol=slack, equal_nan=True)

    def _with_place(self, message, got, want) -> str:
        """The message, with the first wrong entry: where it is and what came."""
        if got.shape != want.shape:
            return message
        first = self._first_wrong(got, want)
        if self.entries and len(self.entries) == want.size:
            name = self.entries[first]
        else:
            place = ", ".join(str(i) for i in np.unravel_index(first, want.shape))
            name = f"entry [{place}]"
        start = f"{message} " if message else ""
        if want.ndim == 0:
            return f"{start}You gave {float(got):.6g}, and that is not it."
        return f"{start}The first wrong entry: for {name} you gave {got.ravel()[first]:.4g}."


_NOT_YET = Verdict("not attempted", "Not attempted yet: put your answer in place of the dots.")
_NO_CODE = Verdict(  # in a function, the dots that are left may be all of them or the last
    "not attempted", "Not attempted yet, or not to the end: put code in place of all the dots."
)
_NOT_ALL = Verdict("not attempted", "Not finished yet: some of the dots above are still there.")


def _untouched(got) -> bool:
    """True for None, ... and anything that still holds one of them."""
    if got is None or got is ...:
        return True
    return isinstance(got, list | tuple) and any(_untouched(item) for item in got)


def _all_untouched(got) -> bool:
    """True where nothing but dots is there."""
    return all(map(_all_untouched, got)) if isinstance(got, list | tuple) else _untouched(got)


def _is_stub(function) -> bool:
    """True for a function that does nothing: its body reads nothing and sets nothing."""
    code = getattr(function, "__code__", None)
    steps = () if code is None else dis.get_instructions(code)
    used = ("LOAD_FAST", "LOAD_GLOBAL", "LOAD_DEREF", "STORE_FAST")
    return not any(step.opname.startswith(used) for step in steps)


def _as_array(got) -> np.ndarray:
    """Arrays, lists, lists of arrays, columns of a table, single numbers: all to floats."""
    if isinstance(got, list | tuple):
        got = [np.asarray(item, dtype=float) for item in got]
        if len({item.shape for item in got}) > 1:  # such as (k,) beside (k, 1)
            got = [item.squeeze() for item in got]
    return np.asarray(got, dtype=float)


def _parts_message(got) -> str:
    """What is said of parts that are numbers and yet make no table; nothing of other things."""
    if not isinstance(got, list | tuple):
        return ""
    try:
        shapes = [np.asarray(part, dtype=float).shape for part in got]
    except (TypeError, ValueError):
        return ""
    return f"The parts have the shapes {', '.join(map(str, shapes))}: one does not fit the others."


def _shape_message(got: tuple, want: tuple) -> str:
    if want == ():
        return f"One number is wanted, but {np.prod(got)} came."
    if got == want[::-1]:
        return f"The table lies on its side: its shape is {got}, and {want} is wanted."
    return f"The answer should have shape {want}, but it has {got}."


def _copies(arguments: tuple) -> tuple:
    """Fresh arguments for each call, so that a function which changes them spoils nothing."""
    return tuple(a.copy() if isinstance(a, np.ndarray) else a for a in arguments)

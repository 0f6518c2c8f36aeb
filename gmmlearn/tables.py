"""From a table as it comes to rows that a mixture can take: `prepare(table)` says what it did."""

from dataclasses import dataclass
from datetime import date, time

import numpy as np

from gmmlearn.validation import frozen

MOSTLY = 0.5  # a column with more missing than this is left out, or it would take the rows with it
CODES = 5  # a column with no more different values than this is a code, unless asked for by name
REPEATED = 1 - 1e-9  # two columns that correlate like this are one column twice


@dataclass(frozen=True, eq=False)
class Prepared:
    """What `prepare` made of a table, ready for `run`; printed, it tells what was done.

    `x` is (n, d), the kept rows of the columns named in `columns`: minus `centre`, over `spread`,
    both (d,) and in the columns' own units. `rows` are the numbers of the kept rows in the table,
    (n,); `notes` are the sentences that tell what was done.
    """

    x: np.ndarray
    columns: tuple
    rows: np.ndarray
    centre: np.ndarray
    spread: np.ndarray
    notes: tuple

    def in_units(self, x) -> np.ndarray:
        """Return rows such as means or samples, (m, d), in the units of the table."""
        return np.asarray(x) * self.spread + self.centre

    def __repr__(self) -> str:
        return "\n".join([f"{self.x.shape[0]} rows, {self.x.shape[1]} columns", *self.notes])


def prepare(table, columns=None, *, scale: bool = True) -> Prepared:
    """Return the numbers in a table as rows without gaps, and say what was left out and why.

    Left out are columns of text, of yes and no, of dates, with five different values or fewer, with
    more than half missing, that count the rows, or that repeat another. Then rows with a gap go.
    Numbers written as text are read. With `scale` each column becomes (x − mean) / its standard
    deviation.

    Args:
        table: a data frame (pandas, polars), or a dict of columns, (n,) each.
        columns: the name to use, or several; all if left out. One that cannot be used is an error.
        scale: False leaves the columns in their units.

    Raises:
        TypeError: table is none of these.
        ValueError: a column in `columns` is missing or cannot be used; two have one name; the
            columns differ in length; nothing is left.
    """
    kept, notes = _usable(table, columns)
    if len({len(values) for values in kept.values()}) > 1:
        raise ValueError("the columns of the table differ in length")
    x = np.column_stack(list(kept.values()))
    whole = np.isfinite(x).all(axis=1)
    if not whole.any():
        raise ValueError("every row of the table has a gap: name fewer columns")
    if dropped := int((~whole).sum()):
        notes.append(f"left out {dropped} of {len(x)} rows: a value is missing or infinite")
    x = x[whole]
    centre, spread = np.zeros(x.shape[1]), np.ones(x.shape[1])
    if scale:
        if len(flat := np.flatnonzero(np.ptp(x, axis=0) == 0)):
            name = list(kept)[flat[0]]
            raise ValueError(
                f"{name!r} has one value only in the rows without a gap: name columns without it"
            )
        centre, spread = x.mean(axis=0), x.std(axis=0)
        notes.append("scaled: each column minus its mean, over its standard deviation")
    few = [n for n, v in zip(kept, x.T, strict=True) if len(np.unique(v)) < min(20, len(x) / 2)]
    if few:
        told = ", ".join(map(str, few))
        notes.append(f"few different values in {told}: a cluster may collapse, so give a prior")
    return Prepared(
        frozen((x - centre) / spread),
        tuple(kept),
        frozen(np.flatnonzero(whole)),
        frozen(centre),
        frozen(spread),
        tuple(notes),
    )


def _usable(table, columns) -> tuple:
    """Return {name: numbers} of the columns to use, and notes on those left out."""
    names = _names(table)
    if columns is None:
        wanted = names
    else:
        is_name = np.isscalar(columns) or (isinstance(columns, tuple) and columns in names)
        wanted = [columns] if is_name else list(columns)
    if not wanted:
        raise ValueError("columns is empty: name one at least, or leave it out")
    if unknown := [name for name in wanted if name not in names]:
        told = ", ".join(map(str, names))
        raise ValueError(f"columns: the table has no {unknown[0]!r}, but {told}")
    kept, notes = {}, []
    for name in wanted:
        values, why = _numbers(table[name])
        if columns is None and why is None:
            why = _is_code(values)
        if why is None:
            twin = next((n for n, other in kept.items() if _same(values, other)), None)
            why = None if twin is None else f"repeats {twin}"
        if why is None:
            kept[name] = values
        elif columns is None:
            notes.append(f"left out {name}: {why}")
        else:
            raise ValueError(f"columns: {name!r} cannot be used, it {why}")
    if not kept:
        raise ValueError("no column of the table can be used: " + "; ".join(notes))
    return kept, notes


def _names(table) -> list:
    names = table.keys() if isinstance(table, dict) else getattr(table, "columns", None)
    if names is None or callable(names):
        kind = type(table).__name__
        raise TypeError(f"table must be a data frame or a dict of columns, but it is {kind}")
    names = list(names)
    if not names:
        raise ValueError("the table has no columns")
    if twice := [name for i, name in enumerate(names) if name in names[:i]]:
        raise ValueError(f"two columns of the table are called {twice[0]!r}: rename one")
    return names


def _numbers(column) -> tuple:
    """Return the column as floats with NaN for gaps, and why it cannot be used, or None."""
    values = np.asarray(column)
    if values.ndim != 1:
        raise ValueError(f"each column must be (n,), but one has shape {values.shape}")
    if not len(values):
        raise ValueError("the table has no rows")
    if values.dtype.kind in "Mm":
        return None, "holds dates or times"
    if values.dtype.kind in "OUST":
        filled = [value for value in values.tolist() if not _is_gap(value)]
        if filled and all(isinstance(value, bool | np.bool_) for value in filled):
            return None, "holds yes and no"
        if filled and all(isinstance(value, date | time) for value in filled):
            return None, "holds dates or times"
        if words := [value for value in filled if not _is_number(value)]:
            if len(words) < MOSTLY * len(filled):
                example = f"such as {words[0]!r:.40}"
                return None, f"holds text in {len(words)} of {len(values)} values, {example}"
            return None, f"holds text, {len(set(map(str, filled)))} different"
        values = np.array([np.nan if _is_gap(value) else float(value) for value in values.tolist()])
    if values.dtype.kind == "b":
        return None, "holds yes and no"
    if values.dtype.kind == "c":
        return None, "holds complex numbers"
    values = values.astype(float)
    finite = values[np.isfinite(values)]
    if len(finite) < MOSTLY * len(values) or not len(finite):
        return None, f"misses {len(values) - len(finite)} of {len(values)} values"
    return values, None


def _is_code(values) -> str | None:
    """Why a column is more likely a code than a measurement, or None."""
    different = np.unique(values[np.isfinite(values)])
    if len(different) == 1:
        return "holds one value only"
    if set(different) == {0, 1}:
        return "holds yes and no"
    if len(different) <= CODES:
        return f"holds {len(different)} different values only"
    return "counts the rows" if _counts_rows(values) else None


def _is_gap(value) -> bool:
    if isinstance(value, str):
        return value.strip().lower() in ("", "na", "nan", "n/a", "null", "none", "?")
    # pandas' NA and NaT know no yes or no, so they are told by their type.
    return value is None or type(value).__name__ in ("NAType", "NaTType") or value != value


def _is_number(value) -> bool:
    try:
        float(value)
    except (TypeError, ValueError):
        return False
    return True


def _counts_rows(values) -> bool:
    return len(values) > 2 and bool((np.diff(values) == 1).all())


def _same(a, b) -> bool:
    both = np.isfinite(a) & np.isfinite(b) if len(a) == len(b) else np.zeros(0, bool)
    if both.sum() < 3 or np.ptp(a[both]) == 0 or np.ptp(b[both]) == 0:
        return False
    return bool(abs(np.corrcoef(a[both], b[both])[0, 1]) > REPEATED)

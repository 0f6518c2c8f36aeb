"""Turn what a person passes into arrays, or say clearly what is wrong with it."""

import numpy as np

# Beyond this a square would overflow: the column wants another unit.
LARGEST = 1e150


def as_numbers(value, name: str, shape: tuple | None = None) -> np.ndarray:
    """Return `value` as a float64 array of finite numbers.

    Args:
        value: anything that numpy, pandas or polars calls an array of numbers.
        name: how the argument is called, for the error message.
        shape: the wanted shape; `None` in a place stands for any length there.

    Raises:
        TypeError: `value` holds text, dates or other things that are not real numbers.
        ValueError: it is empty, ragged, of another shape, or not finite.
    """
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise ValueError(f"{name} must be a regular table; its rows differ in length") from error
    if array.dtype.kind == "O":
        array = _from_objects(array, name)
    if array.dtype.kind not in "fiub":
        raise TypeError(f"{name} must hold real numbers, but it holds {_example(array)}")
    array = array.astype(np.float64, copy=False)
    if array.size == 0:
        raise ValueError(f"{name} is empty: its shape is {array.shape}")
    if shape is not None and not _fits(array.shape, shape):
        wanted = ", ".join("any" if s is None else str(s) for s in shape)
        raise ValueError(f"{name} must have shape ({wanted}), but it has shape {array.shape}")
    if shape == () and not np.isfinite(array):
        raise ValueError(f"{name} must be one finite number, but it is {value!r}")
    if not np.isfinite(array).all():
        bad = np.argwhere(~np.isfinite(array))
        where = ", ".join(str(i) for i in bad[0])
        raise ValueError(
            f"{name} must be finite, but {len(bad)} of its {array.size} values are NaN or "
            f"infinite, the first at index {where}: drop or fill these rows first"
        )
    return array


def frozen(array: np.ndarray) -> np.ndarray:
    """Return a copy that cannot be written to: values that are passed around must not change."""
    return sealed(np.array(array))


def sealed(array: np.ndarray) -> np.ndarray:
    """Return an array of our own, locked against writing from now on."""
    array.setflags(write=False)
    return array


def lowest(array: np.ndarray) -> float:
    """Return the least number, or NaN if there is one: on few numbers twice as fast as `min`."""
    return array.item(array.argmin())


def highest(array: np.ndarray) -> float:
    """Return the largest number, or NaN if there is one; as `lowest`."""
    return array.item(array.argmax())


def as_rows(x, n_features: int | None = None, name: str = "x") -> np.ndarray:
    """Return data as (n, d) rows; a single column may be given as (n,).

    Args:
        x: (n, d) rows, or (n,) for one column; in the unit of the data.
        n_features: d, where it is already known; None takes any.
        name: how the argument is called, for the error message.

    Raises:
        TypeError, ValueError: as `as_numbers`; x is not one table with d columns, or beyond
            ±1e150.
    """
    rows = as_numbers(x, name)
    given = rows.shape
    if rows.ndim == 1:
        rows = rows[:, None]
    if rows.ndim != 2:
        raise ValueError(f"{name} must be (n,) or (n, d), but it has shape {given}")
    if (largest := max(rows.max(), -rows.min())) > LARGEST:  # `abs` would take a copy's memory
        raise ValueError(
            f"{name} holds a value of size {largest:.3g}, whose square overflows: "
            "divide the column by a constant first"
        )
    if n_features is not None and rows.shape[1] != n_features:
        hint = f": write one row as {name}[None, :]" if given == (n_features,) else ""
        raise ValueError(
            f"{name} has {rows.shape[1]} column(s), but the mixture has {n_features}{hint}"
        )
    return rows


def as_resp(resp, n: int, k: int) -> np.ndarray:
    """Return responsibilities as (n, k) numbers, none negative, each row adding to one.

    Raises:
        TypeError, ValueError: they are not; the message names the first row that is wrong.
    """
    resp = as_numbers(resp, "resp", (n, k))
    if resp.min() < 0:
        raise ValueError(f"resp must not be negative, but it holds {resp.min():.4g}")
    totals = resp.sum(axis=1)
    wrong = np.flatnonzero(np.abs(totals - 1) > 1e-6)
    if len(wrong):
        raise ValueError(
            f"each row of resp must add to 1, but row {wrong[0]} adds to "
            f"{totals[wrong[0]]:.4g}: divide each row by its sum"
        )
    return resp


def as_weights(weights, k: int) -> np.ndarray:
    """Return weights as (k,) numbers, none negative, adding to one.

    Raises:
        TypeError, ValueError: they are not.
    """
    weights = as_numbers(weights, "weights", (k,))
    if weights.min() < 0:
        raise ValueError(f"weights must not be negative, but one is {weights.min():.4g}")
    if abs(weights.sum() - 1) > 1e-6:
        raise ValueError(
            f"weights must add to 1, but they add to {weights.sum():.4g}: divide by their sum"
        )
    return weights


def as_number(value, name: str, zero: bool = True) -> float:
    """Return one finite number of 0 or more; where `zero` is False, of more than 0.

    Raises:
        TypeError, ValueError: it is not.
    """
    number = float(as_numbers(value, name, ()))
    if number < 0 or (number == 0 and not zero):
        wanted = "a number of 0 or more" if zero else "more than 0"
        raise ValueError(f"{name} must be {wanted}, but it is {number:.4g}")
    return number


def as_count(value, name: str, smallest: int = 1) -> int:
    """Return a whole number that is at least `smallest`, or raise ValueError."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | np.integer):
        raise ValueError(f"{name} must be a whole number, but it is {value!r}")
    if value < smallest:
        raise ValueError(f"{name} must be at least {smallest}, but it is {value}")
    return int(value)


def as_generator(rng) -> np.random.Generator:
    """Return a random generator: a seed makes a new one, a Generator is used as it is."""
    if isinstance(rng, np.random.Generator):
        return rng
    if isinstance(rng, int | np.integer) and not isinstance(rng, bool) and rng >= 0:
        return np.random.default_rng(int(rng))
    raise ValueError(f"rng must be a seed (0, 1, 2, …) or numpy's Generator, but it is {rng!r}")


def _fits(have: tuple, want: tuple) -> bool:
    return len(have) == len(want) and all(
        w is None or h == w for h, w in zip(have, want, strict=True)
    )


def _from_objects(array: np.ndarray, name: str) -> np.ndarray:
    """Numbers in an object column (pandas with gaps): None becomes NaN, text is refused."""
    text = next((item for item in array.flat if isinstance(item, str | bytes)), None)
    if text is not None:
        raise TypeError(f"{name} must hold real numbers, but it holds {text!r}")
    try:
        return array.astype(np.float64)
    except (TypeError, ValueError) as error:
        raise TypeError(f"{name} must hold real numbers, but it holds {_example(array)}") from error


def _example(array: np.ndarray) -> str:
    return f"{array.flat[0]!r:.40}" if array.size else f"nothing, of type {array.dtype}"

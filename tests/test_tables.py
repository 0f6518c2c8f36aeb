"""A table as it comes: what is kept, what is left out, and that it is said."""

from datetime import date

import numpy as np
import pandas as pd
import polars as pl
import pytest

from gmmlearn import datasets, init, run
from gmmlearn.tables import prepare

RNG = np.random.default_rng(0)
N = 40
WEIGHT = RNG.normal(70, 9, N).round(1)
HEIGHT = RNG.normal(170, 8, N).round(1)
MESSY = {
    "id": np.arange(1, N + 1),
    "weight": WEIGHT,
    "pounds": WEIGHT * 2.2046,
    "height": [None if i == 3 else h for i, h in enumerate(HEIGHT)],
    "income": ["?" if i == 7 else f" {1000 + i * i}" for i in range(N)],
    "town": ["Aa", "Bb"] * (N // 2),
    "smokes": [True, False] * (N // 2),
    "coded": [0, 1] * (N // 2),
    "planet": ["Earth"] * N,
    "year": [2020] * N,
    "rare": [1.0, 2.0] + [np.nan] * (N - 2),
    "born": pd.date_range("1990-01-01", periods=N),
}
GAP = [1, 4, 9, 16, 25, 36, *[None] * 6]
# Three times 0.1 have a mean that is not 0.1, and so a spread that is not 0.
TENTHS = {"a": [1, 8, 2, None, None], "b": [0.1, 0.1, 0.1, 2, 3]}
FLAT = {"a": [1, 8, 2, 7], "b": [3, 3, 4, None], "c": [None, 5, 5, 6]}


@pytest.mark.parametrize("kind", [dict, pd.DataFrame])
def test_what_is_left_out_is_said(kind):
    ready = prepare(kind(MESSY))
    assert ready.columns == ("weight", "height", "income")
    np.testing.assert_array_equal(ready.rows, [i for i in range(N) if i not in (3, 7)])
    assert repr(ready).splitlines() == [
        "38 rows, 3 columns",
        "left out id: counts the rows",
        "left out pounds: repeats weight",
        "left out town: holds text, 2 different",
        "left out smokes: holds yes and no",
        "left out coded: holds yes and no",
        "left out planet: holds text, 1 different",
        "left out year: holds one value only",
        "left out rare: misses 38 of 40 values",
        "left out born: holds dates or times",
        "left out 2 of 40 rows: a value is missing or infinite",
        "scaled: each column minus its mean, over its standard deviation",
    ]


def test_polars_too():
    frame = pl.DataFrame({name: MESSY[name] for name in ("weight", "height", "income", "town")})
    assert prepare(frame).columns == ("weight", "height", "income")


def test_scaled_and_back():
    ready = prepare(MESSY)
    np.testing.assert_allclose(ready.x.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(ready.x.std(axis=0), 1)
    np.testing.assert_allclose(ready.in_units(ready.x)[:, 0], WEIGHT[ready.rows])
    plain = prepare(MESSY, scale=False)
    np.testing.assert_allclose(plain.x[:, 0], WEIGHT[plain.rows])
    assert "scaled" not in repr(plain)
    assert not ready.x.flags.writeable


def test_the_columns_that_are_named():
    ready = prepare(MESSY, ["height"])
    assert ready.columns == ("height",) and len(ready.x) == N - 1
    assert prepare(MESSY, "weight").columns == ("weight",)
    assert prepare(MESSY, ["id"]).columns == ("id",)  # asked for by name


def test_infinity_is_a_gap_and_few_values_are_told():
    ready = prepare({"a": [1.0, np.inf, 3, 4, 9, 7.5, 0], "b": [4, 3, 9, 1, 6, 7, 5]})
    assert len(ready.x) == 6
    few = prepare({"b": list(range(9)) * 20})
    assert "few different values in b: a cluster may collapse, so give a prior" in few.notes


def test_gaps_dates_and_stray_words_as_files_bring_them():
    counts = pd.array([None, *(i * i for i in range(N - 1))], dtype="Int64")
    table = pd.DataFrame(
        {
            "weight": WEIGHT,
            "counts": counts,
            "smokes": pd.array([True, None] * (N // 2), dtype="boolean"),
            "here": pd.date_range("1990-01-01", periods=N, tz="UTC"),
            "day": [date(1990, 1, 1 + i % 28) for i in range(N)],
            "price": ["on request" if i == 5 else str(i * i) for i in range(N)],
            "wave": np.exp(1j * WEIGHT),
        }
    )
    ready = prepare(table)
    assert ready.columns == ("weight", "counts")
    np.testing.assert_array_equal(ready.rows, range(1, N))
    assert ready.notes[:5] == (
        "left out smokes: holds yes and no",
        "left out here: holds dates or times",
        "left out day: holds dates or times",
        "left out price: holds text in 1 of 40 values, such as 'on request'",
        "left out wave: holds complex numbers",
    )


def test_a_name_may_be_a_number_or_a_tuple():
    numbered = pd.DataFrame({0: WEIGHT, 1: HEIGHT})
    assert prepare(numbered, 1).columns == (1,)
    assert prepare(numbered, numbered.columns).columns == (0, 1)
    layered = pd.DataFrame({("body", "weight"): WEIGHT, ("body", "height"): HEIGHT})
    assert prepare(layered, ("body", "height")).columns == (("body", "height"),)
    assert prepare(numbered, (0, 1)).columns == (0, 1)


def test_it_leads_straight_to_a_fit():
    ready = prepare(datasets.load("penguins"))
    assert ready.columns == (
        "bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"
    )  # fmt: skip
    assert len(ready.x) == 342
    assert "left out year: holds 3 different values only" in ready.notes
    x = ready.x
    assert run(x, init.gaussians(x, init.kmeans_plus_plus(x, 3, 0))).converged


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: prepare([1, 2]), "table must be a data frame or a dict of columns, .* list"),
        (lambda: prepare({}), "the table has no columns"),
        (lambda: prepare({"a": []}), "the table has no rows"),
        (lambda: prepare(MESSY, []), "columns is empty: name one at least"),
        (lambda: prepare(pd.DataFrame([[1, 2]], columns=["a", "a"])), "are called 'a': rename one"),
        (lambda: prepare(MESSY, ["wieght"]), "the table has no 'wieght', but id, weight"),
        (lambda: prepare(MESSY, ["town"]), "'town' cannot be used, it holds text, 2 different"),
        (lambda: prepare({"a": ["x", "y"]}), "no column .* can be used: left out a: holds text"),
        (lambda: prepare({"a": np.arange(9) ** 2, "b": np.arange(8) ** 3}), "differ in length"),
        (lambda: prepare({"a": [[1, 2], [3, 4]]}), r"each column must be \(n,\)"),
        (lambda: prepare({"a": GAP, "b": GAP[::-1]}), "every row"),
        (lambda: prepare(FLAT, list("abc")), "'c' has one value only in the rows"),
        (lambda: prepare(TENTHS, ["a", "b"]), "'b' has one value only in the rows"),
    ],
)
def test_refused_in_words(call, words):
    with pytest.raises((TypeError, ValueError), match=words):
        call()

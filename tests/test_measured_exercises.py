"""Exercises that are judged by what an attempt does, or by its first wrong word: 07 and 08."""

import re
from itertools import product
from pathlib import Path

import nbformat
import numpy as np
import pytest

from gmmlearn import checks, init
from gmmlearn.checks import starts

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"


def cell(name, cell_id):
    cells = nbformat.read(NOTEBOOKS / name, as_version=4).cells
    return next(cell for cell in cells if cell.id == cell_id)


# 07: the winners, written down before the fit


def test_the_winners_are_those_that_the_notebook_shows():
    printed = cell("07_shapes.ipynb", "winners-fit").outputs[0].text.splitlines()[-3:]
    counts = [list(map(int, line.split()[-4:])) for line in printed]
    kinds = ("spherical", "diag", "tied", "full")
    assert [kinds[np.argmax(row)] for row in counts] == checks.winners.answer


def test_every_other_list_of_types_has_a_message_that_names_its_first_wrong_table():
    for words in product(checks.winners.words, repeat=3):
        wrong = [i for i, word in enumerate(words) if word != checks.winners.answer[i]]
        verdict = checks.winners(list(words))
        assert verdict.status == ("wrong" if wrong else "correct")
        if wrong and words != ("full",) * 3:
            assert verdict.message.startswith(f"{'ABC'[wrong[0]]} is not for {words[wrong[0]]}")


@pytest.mark.parametrize(
    ("attempt", "status", "words"),
    [
        (("Tied", " DIAG ", "full"), "correct", "Correct"),
        (["tied", "diag", ...], "not attempted", "Not finished"),
        ("tied", "wrong", "A list of 3 is wanted"),
        (["tied", "diag"], "wrong", "A list of 3 is wanted"),
        (["tied", "diag", "round"], "wrong", "'round' is none of spherical, diag, tied, full"),
        ([1, 2, 3], "wrong", "1 is none of"),
    ],
)
def test_winners_come_in_a_list_of_words(attempt, status, words):
    verdict = checks.winners(attempt)
    assert verdict.status == status
    assert words in verdict.message


# 08: outliers that break farthest first


def test_the_checks_have_the_blobs_and_the_numbers_of_the_notebook():
    names = {"np": np, "init": init}
    exec(cell("08_where_to_start.ipynb", "blobs").source, names)
    np.testing.assert_array_equal(starts._blobs(), names["blobs"])
    text = cell("08_where_to_start.ipynb", "pp").source
    said = re.search(r"well in (\d+) of (\d+) draws; yours must in (\d+)", text)
    assert tuple(map(int, said.groups())) == (
        starts._random_good(),
        starts._DRAWS,
        starts._ENOUGH,
    )


@pytest.mark.parametrize(
    "attempt", [[12, 12], [[14, 14]], [[12, 5], [-3, 5]], np.array([[5, 14], [12, 12], [-3, 5]])]
)
def test_outliers_in_between_break_farthest_first(attempt):
    verdict = checks.outliers(attempt)
    assert verdict.status == "correct", verdict
    assert re.search(r"Farthest first ended well in [0-5] of 50", verdict.message)


@pytest.mark.parametrize(
    ("attempt", "words"),
    [
        ([[2, 2]], "Move it out."),
        ([[5, 11]], "Move it out."),  # it wins a centre in some draws
        ([[16, 16]], "Move them in."),  # as good with a centre of its own as without
        ([[1e9, 0]], "Move them in."),
        ([[20, 20], [21, 20], [20, 21]], "Move them in."),
        ([[1, 2]] * 4, "One to three points are wanted, but 4 came"),
        ([1, 2, 3], "Points are wanted"),
        ([[1, 2], [3]], "Points are wanted"),
        ([[np.nan, 1]], "Points are wanted"),
        ("far away", "Points are wanted"),
    ],
)
def test_outliers_elsewhere_are_told_what_happened(attempt, words):
    verdict = checks.outliers(attempt)
    assert verdict.status == "wrong"
    assert words in verdict.message


def test_half_an_outlier_is_not_finished():
    assert "Not attempted" in checks.outliers([[..., ...]]).message
    assert "Not finished" in checks.outliers([[12, ...]]).message


# 08: a start that beats random points


def near_the_middle(x, k, rng):
    gaps = np.linalg.norm(x - np.median(x, axis=0), axis=1)
    return init.farthest_first(x[gaps <= np.quantile(gaps, 0.9)], k, rng)


def best_of_twenty(x, k, rng):
    draws = [init.random_points(x, k, rng) for _ in range(20)]
    return min(draws, key=lambda c: ((x[:, None] - c) ** 2).sum(axis=2).min(axis=1).sum())


@pytest.mark.parametrize("way", [init.kmeans_plus_plus, near_the_middle, best_of_twenty])
def test_any_way_that_beats_random_points_will_do(way):
    assert checks.my_start(way).status == "correct"


def forgets(x, k, rng):
    x[:k]


@pytest.mark.parametrize(
    ("way", "words"),
    [
        (forgets, "return missing"),
        (lambda x, k, rng: x[:k], "no clear lead"),
        (lambda x, k, rng: x[rng.choice(len(x), k)], "Two of your points are the same"),
        (lambda x, k, rng: starts._MIDDLES, "stay where they are"),
        (lambda x, k, rng: x[:k].T, "here (5, 2). Yours are (2, 5)"),
        (lambda x, k, rng: init.random_points(x, k + 1, rng), "Yours are (6, 2)"),
        (lambda x, k, rng: init.centroids(x[:k]), "Numbers are wanted"),
        (lambda x, k, rng: x[:k] * np.nan, "not finite"),
        (lambda x, k, rng: x[: k - (rng.random() < 0.5)], "in every draw"),
        (lambda x, k, rng: [1.0, *x[1:k]], "one does not fit the others"),
    ],
)
def test_other_starts_are_told_why(way, words):
    verdict = checks.my_start(way)
    assert verdict.status == "wrong"
    assert words in verdict.message


def test_an_error_in_a_later_draw_is_told():
    calls = []

    def third(x, k, rng):
        calls.append(1)
        return x[:k] if len(calls) < 3 else 1 / 0

    assert checks.my_start(third).message.startswith("Your function stopped with ZeroDivision")

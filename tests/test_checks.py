"""Every exercise accepts its answer, and knows each of its mistakes by name."""

import numpy as np
import pytest

from gmmlearn import checks, init
from gmmlearn.checks import Exercise
from gmmlearn.selection import n_parameters

EXERCISES = {
    name: value for name in checks.__all__ if isinstance(value := getattr(checks, name), Exercise)
}
MISTAKES = [
    (name, message) for name, exercise in EXERCISES.items() for message in exercise.mistakes
]


@pytest.mark.parametrize("name", EXERCISES)
def test_the_answer_is_correct_and_nothing_is_not_attempted(name):
    exercise = EXERCISES[name]
    assert exercise(exercise.answer).status == "correct"
    if exercise.cases:
        assert exercise(lambda *_: None).status == "not attempted"
        assert exercise(lambda *_: 1 / 0).message.startswith("Your function stopped with ZeroDiv")
        as_lists = exercise(lambda *a: np.asarray(exercise.answer(*a)).tolist())
        assert as_lists.status == "correct"
    else:
        assert exercise(...).status == "not attempted"
        assert exercise([1, ...]).status == "not attempted"


@pytest.mark.parametrize(("name", "message"), MISTAKES)
def test_each_mistake_is_called_by_its_name(name, message):
    exercise = EXERCISES[name]
    verdict = exercise(exercise.mistakes[message])
    assert verdict.status == "wrong"
    assert verdict.message.startswith(message)


@pytest.mark.parametrize("name", EXERCISES)
def test_three_mistakes_at_least(name):
    exercise = EXERCISES[name]
    choice = isinstance(exercise.answer, str | bool)
    assert len(exercise.mistakes) >= (1 if choice else 3)


MEAN = Exercise(
    answer=lambda x, w: np.array([np.average(x, weights=w), w.sum()]),
    mistakes={"You left out the weights.": lambda x, w: np.array([x.mean(), w.sum()])},
    cases=((np.array([1.0, 2.0, 6.0]), np.array([1.0, 1.0, 0.5])),),
    entries=("the mean", "the total"),
)


def test_any_way_to_write_it_will_do():
    for way in (
        lambda x, w: [sum(a * b for a, b in zip(x, w, strict=True)) / sum(w), sum(w)],
        lambda x, w: (np.einsum("i,i", x, w) / w.sum(), w.sum()),
        lambda x, w: np.array([[x @ w / w.sum()], [w.sum()]]),
        lambda x, w: [np.array([x @ w]) / w.sum(), [w.sum()]],
    ):
        assert MEAN(way).status == "correct", MEAN(way)


def test_the_first_wrong_entry_is_named():
    wrong = MEAN(lambda x, w: [2.4, 99.0])
    assert wrong.status == "wrong"
    assert wrong.message == "The first wrong entry: for the total you gave 99."
    left_out = MEAN(lambda x, w: [x.mean(), w.sum()])
    assert (
        left_out.message
        == "You left out the weights. The first wrong entry: for the mean you gave 3."
    )
    assert repr(left_out).startswith("✗ You left out")


def test_a_forgotten_return_and_a_half_done_list_are_told_from_nothing():
    def forgot(x, w):
        total = w.sum()
        [x @ w / total, total]

    def stub(x, w):
        """The weighted mean and the total."""
        ...

    def one_branch(kind, k, d):
        if kind == "full":
            return k - 1 + k * d + k * d * (d + 1) / 2

    assert "return missing" in MEAN(forgot).message
    assert "return missing" in checks.my_count(one_branch).message
    assert MEAN(stub).status == "not attempted"
    table = Exercise(answer=np.arange(6.0).reshape(3, 2))
    assert "Not attempted yet" in table([..., [..., ...]]).message
    half = table([[1, 2], [..., 4], [5, 6]])
    assert half.status == "not attempted"
    assert "some of the dots" in half.message


def test_dots_that_are_reckoned_with_are_not_finished():
    verdict = MEAN(lambda x, w: [... / w.sum(), w.sum()])
    assert verdict.status == "not attempted"
    assert "all the dots" in verdict.message


def test_parts_of_different_shapes_are_told_so():
    message = MEAN(lambda x, w: (x, w.sum(), 1)).message
    assert message == "The parts have the shapes (3,), (), (): one does not fit the others."


def test_odd_answers_are_met_with_words():
    assert "Pass the function itself" in MEAN(2.5).message
    assert "Numbers are wanted" in MEAN(lambda x, w: "two").message
    assert "should have shape (2,)" in MEAN(lambda x, w: [1, 2, 3]).message
    assert "Numbers are wanted" in MEAN(lambda x, w: {1, 2}).message
    assert Exercise(answer=3)([1, 2]).message == "One number is wanted, but 2 came."
    table = Exercise(answer=np.arange(6.0).reshape(3, 2))
    assert "lies on its side" in table(np.arange(6.0).reshape(3, 2).T).message
    choice = Exercise(answer="b", mistakes={"That is the height.": "a"})
    assert choice(" B ").status == "correct"
    assert choice("b)").status == choice("(b).").status == "correct"
    assert choice("a").message == "That is the height."
    assert "none of the choices" in choice("z").message
    assert "none of the choices" in choice(3).message
    assert Exercise(answer=True)(True).status == "correct"


def test_arguments_that_are_short_are_told():
    count = Exercise(answer=lambda kind, k: {"a": k, "b": 2 * k}[kind], cases=(("a", 3), ("b", 3)))
    message = count(lambda kind, k: k).message
    assert message == "You gave 3, and that is not it. (Tried with 'b', 3.)"
    assert count(lambda kind, k: {"a": k}[kind]).message.endswith(
        "KeyError: 'b' (Tried with 'b', 3.)"
    )
    assert "Tried" not in MEAN(lambda x, w: 1 / 0).message


def test_my_count_counts_as_the_library_does():
    for kind, k, d in checks.my_count.cases:
        mixture = init.by_hand(np.zeros((k, d)), 1, covariance_type=kind)
        assert checks.my_count.answer(kind, k, d) == n_parameters(mixture)


def test_where_a_mixture_is_wanted_a_list_of_them_is_told_so():
    verdict = checks.round_in_chunks(lambda chunks, mixture: [mixture, mixture])
    assert verdict.message.startswith("One mixture is wanted here, made by"), verdict


@pytest.mark.parametrize(
    ("name", "attempt"),
    [
        ("read_a_mixture", [[0.3, 0.8], [2, 12], [1, 3]]),  # shares that do not add to 1
        ("leap_by_hand", 2.07),
        ("my_m_step", lambda x, resp: EXERCISES["my_m_step"].answer(x, resp[:, :2])),
        ("my_kmeans_step", lambda x, c: step(x, c, lambda a: np.abs(a).max(axis=2))),
        ("same_names", lambda a, b: np.array([round(a[b == name].mean()) for name in b])),
    ],
)
def test_what_is_nearly_right_is_not_taken(name, attempt):
    assert EXERCISES[name](attempt).status == "wrong"


def step(x, centres, distance):
    """K-means' step with a distance of another kind."""
    labels = distance(x[:, None] - centres).argmin(axis=1)
    return np.array([x[labels == j].mean(axis=0) for j in range(len(centres))])


@pytest.mark.parametrize("bic", [2108, 2108.117, 2108.8, 2109])
def test_a_log_likelihood_may_be_rounded_or_not(bic):
    assert checks.bic_of_three(bic).status == "correct"


@pytest.mark.parametrize("bic", [2107, 2110, 2064 + 8 * np.log(8)])
def test_no_other_bic_will_do_and_none_is_taken_for_aic(bic):
    verdict = checks.bic_of_three(bic)
    assert verdict.status == "wrong"
    assert "AIC" not in verdict.message


def test_a_root_of_less_than_nothing_is_named():
    """The variance's two terms exchanged, or the squares divided by all rows: both give NaN."""

    def exchanged(chunks, weights, means, sds):
        parts = (checks.chunks._sums(x, weights, means, sds) for x in chunks)
        rows, counts, sums, squares = sum(parts)
        with np.errstate(invalid="ignore"):
            return counts / rows, sums / counts, np.sqrt((sums / counts) ** 2 - squares / counts)

    verdict = checks.my_round(exchanged)
    assert verdict.message.startswith("The means are right, but a number under the root")


def test_shapes_that_do_not_fit_are_met_with_advice():
    message = MEAN(lambda x, w: x[:, None] * w[:2] + x).message
    assert "could not be broadcast together with shapes (3,2) (3,). Two shapes" in message
    assert "Two shapes" not in MEAN(lambda x, w: 1 / 0).message


def test_a_function_that_changes_its_arguments_spoils_nothing():
    def rude(x, w):
        result = [x @ w / w.sum(), w.sum()]
        x[:] = w[:] = 0
        return result

    assert MEAN(rude).status == "correct"
    assert MEAN(rude).status == "correct"


def test_an_answer_read_off_a_picture_may_be_off_by_its_own_unit():
    read = Exercise(answer=(0.25, 60.0), atol=(0.05, 2.0), entries=("the share", "the mean"))
    assert read((0.29, 58.5)).status == "correct"
    assert read((0.31, 60)).message == "The first wrong entry: for the share you gave 0.31."
    assert read((0.25, 63)).message == "The first wrong entry: for the mean you gave 63."


def test_of_several_wrong_numbers_the_first_is_explained():
    assert checks.hard_or_soft([1, 0, 1, 1, 1]).message.startswith("c: the loop climbs")
    assert "The first wrong entry: for c" in checks.hard_or_soft([1, 0, 1, 1, 1]).message
    assert checks.parameters_by_hand([17, 17, 14, 9]).message.startswith("Tied means one matrix")
    unknown = checks.parameters_by_hand([17, 16, 14, 9])
    assert unknown.message == "The first wrong entry: for tied you gave 16."


def test_only_dots_are_called_dots():
    stopped = checks.my_assign(lambda x, c: [c[d.max()] for d in abs(x[:, None] - c)])
    assert stopped.message.startswith("Your function stopped with IndexError")
    assert "not to the end" in checks.my_assign(lambda x, c: [... + 1 for _ in x]).message
    assert "not to the end" in checks.my_assign(lambda x, c: [... for _ in x]).message


def test_right_but_rounded_is_told_so():
    right = checks.my_e_step.answer
    for digits in (2, 3, 4):
        message = checks.my_e_step(lambda *a, n=digits: right(*a).round(n)).message
        assert message.startswith("You rounded. Return the numbers in full.")
    assert checks.three_waits([[0.996, 0.005], [0.196, 0.804], [0.009, 0.991]]).status == "wrong"

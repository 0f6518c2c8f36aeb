"""What a reader sees of the values: shapes, a readable form, the data sets."""

import copy
import dataclasses
import pickle
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from gmmlearn import Gaussians, Mixture, datasets, em, init, run


def test_a_mixture_prints_itself_in_four_digits():
    mixture = init.by_hand([54.6149, 80.0911], sds=[5.8712, 5.8677], weights=[0.36089, 0.63911])
    assert repr(mixture).splitlines() == [
        "Mixture of 2 Gaussians",
        "  weight 0.3609  mean 54.61  sd 5.871",
        "  weight 0.6391  mean 80.09  sd 5.868",
    ]
    assert "mean (1, 2)" in repr(init.centroids([[1, 2], [3, 4]]))


def test_a_trace_prints_why_it_stopped_and_nothing_long():
    trace = run(datasets.load("faithful")["waiting"], init.by_hand([50, 80], sds=[6, 6]))
    assert "converged=True" in repr(trace)
    assert len(repr(trace)) < 200


def test_a_step_prints_its_mixture_and_no_rows():
    step = next(em([1.0, 2.0, 6.0], init.by_hand([1, 5], sds=[1, 1])))
    first, *rest = repr(step).splitlines()
    assert first == f"Step 0, objective {step.objective:.10g}: Mixture of 2 Gaussians"
    assert rest == ["  weight 0.5000  mean 1  sd 1", "  weight 0.5000  mean 5  sd 1"]


def test_a_trace_is_stored_with_its_rows_and_not_with_what_is_made_of_them():
    x = np.random.default_rng(0).normal(size=(20_000, 2))
    trace = run(x, init.gaussians(x, x[:2]), max_iter=3)
    stored = pickle.dumps(trace)
    assert len(stored) < 1.2 * x.nbytes
    again = pickle.loads(stored)
    np.testing.assert_array_equal(again.resp(), trace.resp())
    np.testing.assert_array_equal(trace.resp(), trace.resp())


@pytest.mark.parametrize("kind", ["full", "diag", "spherical"])
def test_one_dimension_may_be_given_flat(kind):
    flat = Gaussians([50, 80], [36, 49], kind)
    np.testing.assert_allclose(flat.sds, [[6], [7]])
    assert flat.means.shape == (2, 1)
    x = np.array([50.0, 66.0])
    np.testing.assert_array_equal(flat.log_prob(x), flat.log_prob(x[:, None]))
    assert Mixture([0.5, 0.5], flat).log_prob(x).shape == (2,)


def test_what_an_m_step_made_is_a_value_like_any_other():
    x = np.random.default_rng(0).normal(size=(40, 2)) @ [[1, 0.5], [0, 1]]
    made = run(x, init.gaussians(x, x[:2]), max_iter=2).mixture.components
    assert {"means", "covariances"} <= set(dir(made))
    assert "means" not in vars(made)  # nobody has asked so far
    for other in (copy.copy(made), pickle.loads(pickle.dumps(made)), dataclasses.replace(made)):
        np.testing.assert_allclose(other.means, made.means, rtol=1e-15)
        np.testing.assert_allclose(other.covariances, made.covariances, rtol=1e-15)
        np.testing.assert_allclose(other.log_prob(x), made.log_prob(x), rtol=1e-12)
    assert f"means={made.means!r}" in repr(made)
    with pytest.raises(ValueError, match="read-only"):
        made.means[0] = 0
    with pytest.raises(AttributeError, match="no attribute 'scale'"):
        _ = made.scale


def test_predict_names_the_largest_weight():
    mixture = init.by_hand([50, 80], sds=[6, 6])
    np.testing.assert_array_equal(mixture.predict([40, 64, 66, 90]), [0, 0, 1, 1])


@pytest.mark.parametrize(
    ("name", "rows", "columns"),
    [
        ("faithful", 272, 2),
        ("births", 5479, 5),
        ("penguins", 344, 8),
        ("galaxies", 82, 1),
        ("rodents", 13797, 6),
    ],
)
def test_data_sets_are_what_their_page_says(name, rows, columns):
    table = datasets.load(name)
    assert {len(column) for column in table.values()} == {rows}
    assert len(table) == columns
    assert pd.DataFrame(table).shape == (rows, columns)


def test_the_slip_in_galaxies_is_corrected():
    speeds = datasets.load("galaxies")["km_s"]
    assert speeds[77] == 26960 and 26690 not in speeds


def test_seasonal_days_are_a_wave_with_weather():
    days = datasets.seasonal(40, rng=0)
    assert days.shape == (40 * 365,)
    np.testing.assert_array_equal(days, datasets.seasonal(40, rng=np.random.default_rng(0)))
    years = days.reshape(40, 365)
    wave = 12 + 10 * np.sin(2 * np.pi * np.arange(365) / 365)
    assert np.abs(years.mean(axis=0) - wave).max() < 1.5
    assert (years - wave).std() == pytest.approx(2, rel=0.03)
    with pytest.raises(ValueError, match="n_years must be at least 1"):
        datasets.seasonal(0, 0)


def test_columns_are_numbers_where_they_are_numbers():
    penguins = datasets.load("penguins")
    assert penguins["species"].dtype.kind == "U"
    assert penguins["year"].dtype.kind == "i"
    assert np.isnan(penguins["bill_length_mm"]).sum() == 2
    assert datasets.load("faithful")["waiting"].sum() == 19284


def test_the_core_imports_no_pictures():
    code = "import sys, gmmlearn; print({'matplotlib', 'ipywidgets', 'sklearn'} & set(sys.modules))"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "set()"

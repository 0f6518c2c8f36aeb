"""The page to print: one sheet of A4, its code names exist, its notebooks exist."""

import re
from pathlib import Path

import lab
import numpy as np

import gmmlearn

PAGE = Path(__file__).parent.parent / "notebooks" / "map.html"


def test_it_prints_on_one_page():
    with lab.chromium() as browser:
        page = browser.new_page()
        page.goto(PAGE.as_uri())
        sheet = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", sheet)) == 1


def test_its_notebooks_are_those_that_there_are():
    numbers = re.findall(r'class="nb">([\d, ]+)<', PAGE.read_text(encoding="utf-8"))
    there = {path.name[:2] for path in PAGE.parent.glob("[0-9]*.ipynb")}
    assert {n for cell in numbers for n in cell.split(", ")} == there - {"00"}  # that is the way in


def test_its_names_are_those_of_the_library():
    source = PAGE.read_text(encoding="utf-8")
    names = set(re.findall(r"<code>(?:\w+=)?([A-Za-z_.]+)", source))
    x = np.array([1.0, 2.0, 6.0, 7.5])
    trace = gmmlearn.run(x, gmmlearn.init.by_hand([1, 7], sds=1))
    known = vars(gmmlearn).keys() | set(dir(trace.mixture.components)) | set(dir(trace.mixture))
    known |= {f"trace.{name}" for name in dir(trace)} | {"trace.objectives"}
    known |= {f"{m}.{name}" for m in ("init", "selection") for name in dir(getattr(gmmlearn, m))}
    known |= {
        "components.log_prob",
        "mixture.log_likelihood",
        "mixture.log_prob",
        "mixture.from_statistics",
        "resp.sum",
        "x",
        "resp",
        "tol",
        "n_components",
        "converged",
        "nan",
    }
    known |= {"full", "tied", "diag", "spherical"}
    assert names - known == set()

"""The data of the notebooks, found in a clone and in an installed wheel alike."""

import csv
from pathlib import Path

import numpy as np

FILES = {
    "births": "us_births_2000_2014.csv",
    "faithful": "faithful.csv",
    "penguins": "penguins.csv",
}


def load(name: str) -> dict[str, np.ndarray]:
    """Return a data set as a dict of columns; `pandas.DataFrame(load(name))` makes a table.

    Args:
        name: "births", "faithful" or "penguins"; data/README.md tells where each comes from.

    Returns:
        Column name → array (n,). Columns of numbers are int or float, NaN where one is missing;
        the others are text.

    Raises:
        ValueError: there is no data set of that name.
    """
    if name not in FILES:
        raise ValueError(f"name must be one of {', '.join(FILES)}, but it is {name!r}")
    with _path(FILES[name]).open(newline="", encoding="utf-8") as file:
        header, *rows = csv.reader(file)
    return {column: _column(cells) for column, *cells in zip(header, *rows, strict=True)}


def _path(file: str) -> Path:
    package = Path(__file__).parent
    inside = package / "data" / file  # an installed wheel; otherwise a clone
    return inside if inside.exists() else package.parent / "data" / file


def _column(cells: list[str]) -> np.ndarray:
    for kind in (int, float):
        try:
            return np.array([kind(cell) for cell in cells])
        except ValueError:
            continue
    try:
        return np.array([float(cell) if cell else np.nan for cell in cells])
    except ValueError:
        return np.array(cells)

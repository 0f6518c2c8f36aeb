"""The wheel, installed where only what it needs is, has the package and its data."""

import json
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOAD_EVERYTHING = """
import json, gmmlearn
from gmmlearn import datasets
rows = {name: len(next(iter(datasets.load(name).values()))) for name in datasets.FILES}
print(json.dumps({"from": gmmlearn.__file__, "rows": rows}))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT]
    subprocess.run(build, check=True, capture_output=True)
    [path] = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def environment(wheel, tmp_path_factory):
    """An environment with the wheel and what it needs (as links to ours), and nothing else."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    [packages] = folder.glob("lib/python*/site-packages")
    ours = Path(find_spec("numpy").origin).parent.parent
    for name in ("numpy", "numpy.libs", "scipy", "scipy.libs", "threadpoolctl.py"):
        if (ours / name).exists():
            (packages / name).symlink_to(ours / name)
    pip = [sys.executable, "-m", "pip", "--python", folder / "bin" / "python"]
    subprocess.run([*pip, "install", "--quiet", "--no-deps", "--no-index", wheel], check=True)
    return folder


def test_data_are_found_in_the_wheel_from_anywhere(environment, tmp_path):
    python = environment / "bin" / "python"
    result = subprocess.run(
        [python, "-I", "-c", LOAD_EVERYTHING], cwd=tmp_path, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr
    found = json.loads(result.stdout)
    assert Path(found["from"]).is_relative_to(environment)
    assert found["rows"] == {
        "births": 5479, "faithful": 272, "galaxies": 82, "penguins": 344, "rodents": 13797
    }  # fmt: skip


def test_the_wheel_holds_every_data_file_and_the_licence(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    for path in (ROOT / "data").iterdir():
        assert f"gmmlearn/data/{path.name}" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)


def test_the_wheel_holds_every_file_of_the_package(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    for path in (ROOT / "gmmlearn").rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            assert path.relative_to(ROOT).as_posix() in names


def test_importing_the_package_loads_no_pictures():
    code = (
        "import sys, gmmlearn; print({'matplotlib', 'ipywidgets', 'anywidget'} & set(sys.modules))"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert loaded.stdout.strip() == "set()", loaded.stderr

"""The project as a whole: versions agree, links lead somewhere, the two commands do their work."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import distributions
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
# In pieces, so that this file does not hold what it looks for.
REGISTRY_HOSTS = [
    ".".join(pieces)
    for pieces in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("anaconda", "org"),
        ("anaconda", "com"),
        ("debian", "org"),
        ("ubuntu", "com"),
        ("crates", "io"),
        ("golang", "org"),
    )
]
LOCK_FILES = {"uv.lock", "pylock.toml", "poetry.lock", "package-lock.json", "yarn.lock"}


def committed_files():
    """The files in git; all files, where this is no clone."""
    if shutil.which("git") and (ROOT / ".git").exists():
        listing = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
        names = subprocess.run(listing, cwd=ROOT, check=True, capture_output=True, text=True).stdout
        return [path for name in names.split("\0") if name and (path := ROOT / name).is_file()]
    made = {".git", ".venv", "build", "dist", "__pycache__"}
    return [p for p in ROOT.rglob("*") if p.is_file() and not made & set(p.parts)]


def direct_dependencies():
    """Extra ("" for what is always needed) → the requirements named in pyproject.toml."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = {"": project["dependencies"], **project["optional-dependencies"]}
    return {
        extra: [r for r in map(Requirement, lines) if r.name != project["name"]]
        for extra, lines in extras.items()
    }


def pins():
    """Package → version, from constraints.txt."""
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pairs = (line.split("==") for line in lines if not line.startswith("#"))
    return {canonicalize_name(name): version for name, version in pairs}


def conda_pins():
    """Package → version (None where it is open), from environment.yml."""
    listed = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    pairs = (line.partition("=") for line in listed if isinstance(line, str))
    return {name: version or None for name, _, version in pairs if ">" not in name}


def test_constraints_start_with_how_they_are_renewed():
    assert (ROOT / "constraints.txt").read_text().startswith("# To renew: ")


def test_every_pin_can_be_installed_on_the_oldest_python():
    """A pin that wants 3.11.5, say, stops whoever has the 3.11.2 of their Linux."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    oldest = project["requires-python"].removeprefix(">=") + ".0"
    wanted = {
        canonicalize_name(installed.name): installed.metadata.get("Requires-Python", "")
        for installed in distributions()
    }
    assert not [name for name in pins() if oldest not in SpecifierSet(wanted.get(name, ""))]


@pytest.mark.parametrize("extra", direct_dependencies())
def test_every_direct_dependency_is_pinned_within_its_bounds(extra):
    for requirement in direct_dependencies()[extra]:
        assert pins()[canonicalize_name(requirement.name)] in requirement.specifier


def test_conda_installs_what_pip_installs():
    wanted = direct_dependencies()
    names = {r.name for extra in ("", "widgets", "dask", "notebooks") for r in wanted[extra]}
    assert conda_pins() == {"pip": None} | {name: pins()[name] for name in names}
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    assert environment["channels"] == ["conda-forge"]
    assert {"pip": ["-e ."]} in environment["dependencies"]


def test_conda_and_pip_want_the_same_python():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    assert f"python{project['requires-python']}" in environment["dependencies"]


def test_no_file_names_a_package_registry():
    found = [
        (path.name, host)
        for path in committed_files()
        for host in REGISTRY_HOSTS
        if host.encode() in path.read_bytes()
    ]
    assert not found


def test_versions_are_kept_in_constraints_alone():
    assert not [path for path in committed_files() if path.name in LOCK_FILES]


def test_code_is_tidy():
    for command in (["check"], ["format", "--check"]):
        ruff = [sys.executable, "-m", "ruff", *command, "."]
        result = subprocess.run(ruff, cwd=ROOT, capture_output=True, text=True)
        assert result.returncode == 0, f"`make format` puts this right:\n{result.stdout}"


# The README


def readme_links():
    text = (ROOT / "README.md").read_text()
    return [link for link in re.findall(r"\]\(([^)#]+)", text) if "://" not in link]


@pytest.mark.parametrize("link", readme_links())
def test_readme_links_lead_somewhere(link):
    assert (ROOT / link).exists()


def test_readme_example_runs_anywhere(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    examples = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    names = {}
    for example in examples:  # the second goes on where the first ends
        exec(example, names)
    assert "[54.6 80.1]" in capsys.readouterr().out
    assert names["model"].n_components == 3


def test_data_files_have_their_provenance():
    text = (ROOT / "data" / "README.md").read_text()
    files = {path.name for path in (ROOT / "data").glob("*.csv")}
    assert files == set(re.findall(r"^## `(.+\.csv)`", text, re.MULTILINE))


# The two commands, with small scripts in the place of Python


@pytest.fixture
def make(tmp_path):
    """A function that runs make in a copy of the project, with nothing but `programs` to find."""
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "00_first.ipynb").touch()

    def run(*arguments, **programs):
        for name, script in programs.items():
            write_program(tmp_path / "bin" / name, script)
        for tool in ("chmod", "id", "mkdir", "touch"):
            (tmp_path / "bin").mkdir(exist_ok=True)
            if not (tmp_path / "bin" / tool).exists():
                (tmp_path / "bin" / tool).symlink_to(shutil.which(tool))
        return subprocess.run(
            [shutil.which("make"), *arguments],
            cwd=tmp_path,
            env={"PATH": str(tmp_path / "bin")},
            capture_output=True,
            text=True,
        )

    return run


def write_program(path, script):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


# What a script answers to "which version?", to "can you make environments?", and to the rest.
OLD = 'case "$2" in *version*) echo 3.9 ;; esac'
BARE = 'case "$2" in *print*) echo 3.12 ;; *ensurepip*) exit 1 ;; esac'
BROKEN = "exit 127"
# This one makes an environment whose python repeats what it is asked, and finds a browser or not.
GOOD = """
case "$*" in
  *print*) echo 3.13 ;;
  "-m venv"*) mkdir -p .venv/bin
    echo '#!/bin/sh
case "$*" in *webbrowser*) exit {no_browser} ;; esac
echo "asked: $*" "$JUPYTER_CONFIG_PATH"' > .venv/bin/python
    chmod +x .venv/bin/python ;;
esac
"""
WITH_BROWSER, WITHOUT_BROWSER = GOOD.format(no_browser=0), GOOD.format(no_browser=1)


@pytest.mark.parametrize("command", ["lab", "test"])
@pytest.mark.parametrize(
    ("programs", "words"),
    [
        ({}, ["Python 3.11 or newer is needed, and none was found.", "PYTHON="]),
        ({"python3": OLD}, ["Python 3.11 or newer is needed", "python3 is 3.9."]),
        ({"python3": BARE, "python": OLD}, ["venv module is missing", "install python3-venv"]),
    ],
    ids=["no Python", "old Python", "no venv module"],
)
def test_make_says_what_is_missing(make, command, programs, words):
    result = make(command, **programs)
    assert result.returncode != 0
    for word in words:
        assert word in result.stdout
    assert "Traceback" not in result.stderr


def test_make_takes_the_first_python_that_will_do(make):
    result = make("lab", **{"python3.13": BROKEN, "python3.12": OLD, "python3": WITH_BROWSER})
    assert result.returncode == 0, result.stderr
    assert "asked: -m pip install" in result.stdout


@pytest.mark.parametrize(("command", "extra"), [("lab", "notebooks"), ("test", "test")])
def test_make_installs_once_and_again_when_the_versions_change(make, tmp_path, command, extra):
    install = f"-e .[{extra}] -c constraints.txt"
    assert install in make(command, python3=WITH_BROWSER).stdout
    assert "pip install" not in make(command).stdout
    later = (tmp_path / ".venv" / extra.replace("notebooks", "lab")).stat().st_mtime + 2
    os.utime(tmp_path / "constraints.txt", (later, later))
    assert install in make(command).stdout


def test_what_is_installed_for_the_tests_does_for_the_lab(make):
    make("test", python3=WITH_BROWSER)
    assert "pip install" not in make("lab").stdout


def test_make_lab_opens_the_first_notebook(make, tmp_path):
    result = make("lab", "PORT=8899", python3=WITH_BROWSER, id="echo 1000")
    assert "asked: -m jupyterlab" in result.stdout
    assert "--port=8899" in result.stdout
    assert "--LabApp.default_url=/lab/tree/00_first.ipynb" in result.stdout
    assert "--allow-root" not in result.stdout
    assert "--no-browser" not in result.stdout
    assert f"{tmp_path}/.jupyter" in result.stdout


def test_make_lab_as_root_without_a_browser(make):
    result = make("lab", python3=WITHOUT_BROWSER, id="echo 0")
    assert "No browser was found here. JupyterLab prints an address" in result.stdout
    assert "--allow-root" in result.stdout
    assert "--no-browser" in result.stdout


def test_make_test_is_one_run_over_tests_and_notebooks(make):
    result = make("test", "PYTEST_ARGS=-k wheel", python3=WITH_BROWSER)
    shared = "-n 2 --dist loadfile --no-loadscope-reorder"
    assert f"asked: -m pytest tests notebooks --nbval {shared} -k wheel" in result.stdout

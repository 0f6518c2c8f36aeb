"""Every notebook in real JupyterLab: it runs, and its sliders move the picture, kernel or not."""

import shutil
import time
from pathlib import Path

import pytest
from lab import (
    cell_errors,
    chromium,
    lab,
    open_notebook,
    run_all,
    shut_down_kernels,
    write_notebook,
)

FOLDER = Path(__file__).parent.parent / "notebooks"
NOTEBOOKS = [path.name for path in sorted(FOLDER.glob("[0-9]*.ipynb"))]
SCRUB, ANY = ".gmm-scrub", ".gmm-player"

# One that moves, one whose picture stays the same, one that asks the kernel.
SAMPLE = """
from gmmlearn.widgets import scrub, explore
scrub(lambda ax, state: ax.plot([0, state], [0, 1]), range(5))
---
scrub(lambda ax, state: ax.plot([0, 1], [0, 1]), range(5))
---
explore(lambda ax, a: ax.plot([0, a], [0, 1]), a=(0.0, 1.0, 0.1))
"""
BROKEN = """
1 / 0
"""
OUTSIDE = """
from IPython.display import HTML
HTML('<img src="http://elsewhere.invalid/a.png">')
"""


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """JupyterLab on a copy of the notebooks and of four small ones that try these tests."""
    folder = tmp_path_factory.mktemp("notebooks")
    shutil.copytree(FOLDER, folder, dirs_exist_ok=True)
    small = {"sample": SAMPLE, "saved": SAMPLE, "broken": BROKEN, "outside": OUTSIDE}
    for name, source in small.items():
        write_notebook(folder / f"{name}.ipynb", *source.strip().split("\n---\n"))
    with lab(folder) as address:
        yield address


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


@pytest.fixture
def page(browser, base):
    """A page that collects what it complains about and whom else it asks, in `page.faults`."""
    opened = browser.new_page(viewport={"width": 1400, "height": 1000})
    opened.faults = []

    def hear(message):
        if message.type == "error":
            opened.faults.append(f"console: {message.text}")

    def watch(request):
        if not request.url.startswith((base, base.replace("http", "ws"), "data:", "blob:")):
            opened.faults.append(f"asks elsewhere: {request.url}")

    opened.on("console", hear)
    opened.on("pageerror", lambda error: opened.faults.append(f"script: {error}"))
    opened.on("request", watch)
    yield opened
    opened.close()


def stuck_sliders(page, kind, seconds=5):
    """Move each slider of this kind to its other end; those whose picture stays the same."""
    # The first painting of a picture is no movement: wait for it.
    painted = f"() => [...document.querySelectorAll('{kind}')].every(p => p.dataset.index)"
    page.wait_for_function(painted, timeout=30_000)
    return [
        slider.get_attribute("aria-label")
        for player in page.query_selector_all(kind)
        for slider in player.query_selector_all("input[type=range]")
        if not moves(slider, player.query_selector("canvas"), seconds)
    ]


def moves(slider, canvas, seconds):
    """Whether the pixels change within some seconds when the slider goes to its other end."""
    before = pixels(canvas)
    at_end = slider.evaluate("s => s.value === s.max")
    slider.press("Home" if at_end else "End")
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if pixels(canvas) != before:
            return True
        time.sleep(0.05)
    return False


def pixels(canvas):
    # Read from the canvas: a screenshot would hold a row of what lies below it, too.
    assert canvas.is_visible()
    return canvas.evaluate("c => c.toDataURL()")


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_notebook_runs_and_moves_with_and_without_a_kernel(page, base, name):
    open_notebook(page, base, name)
    run_all(page)
    assert cell_errors(page) == []
    assert stuck_sliders(page, ANY) == []
    assert page.faults == []
    shut_down_kernels(base)
    assert stuck_sliders(page, SCRUB) == []


def test_a_picture_that_stays_the_same_is_found(page, base):
    open_notebook(page, base, "sample.ipynb")
    run_all(page)
    assert cell_errors(page) == page.faults == []
    assert stuck_sliders(page, ANY, seconds=3) == ["State"]
    shut_down_kernels(base)
    assert stuck_sliders(page, ANY, seconds=1) == ["State", "a"]


def test_a_saved_notebook_moves_when_it_is_opened_again(page, base):
    open_notebook(page, base, "saved.ipynb")
    run_all(page)
    page.evaluate("async () => await window.jupyterapp.commands.execute('docmanager:save')")
    shut_down_kernels(base)
    open_notebook(page, base, "saved.ipynb")
    page.wait_for_selector(SCRUB, timeout=30_000)
    assert page.query_selector("text=Error displaying widget") is None
    # The last one asks the kernel, and says so.
    assert stuck_sliders(page, ANY, seconds=2) == ["State", "a"]
    page.wait_for_selector("text=run the cell above to move this")


def test_an_error_is_found(page, base):
    open_notebook(page, base, "broken.ipynb")
    run_all(page)
    assert cell_errors(page) == [[0, "ZeroDivisionError: division by zero"]]


def test_a_request_to_another_host_is_found(page, base):
    open_notebook(page, base, "outside.ipynb")
    run_all(page)
    page.wait_for_selector(".jp-OutputArea img", state="attached")
    assert any("asks elsewhere: http://elsewhere.invalid" in fault for fault in page.faults)

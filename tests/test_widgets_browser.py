"""scrub and explore in real JupyterLab: they move, they stay sharp, and they outlive the kernel."""

import base64
import io
import itertools
import os
import signal
import time
from contextlib import contextmanager

import lab
import numpy as np
import pytest
from PIL import Image

CELLS = (
    """
import numpy as np
from gmmlearn.widgets import explore, scrub
points = np.random.default_rng(0).normal(size=(500, 2))

def draw(ax, i):
    ax.scatter(*points.T, c=np.hypot(*(points - i / 10).T), s=16)
    ax.plot([-3, 3], [-i / 10, i / 10], lw=3)
    ax.set_title(f"state {i}")

labels = [f"E step {i}" + ", a longer label" * (i == 15) for i in range(21)]
scrub(draw, range(21), labels=labels)
""",
    """
def curve(ax, mean, sd, kind, filled):
    g = np.linspace(0, 10, 200)
    y = np.exp(-((g - mean) ** 2) / 2 / sd**2) * (2 if kind == "high" else 1)
    ax.plot(g, y, lw=4)
    if filled:
        ax.fill_between(g, y, alpha=0.3)
    if mean == 9:
        raise ValueError("nine is too much")
    ax.set_ylim(0, 2.2)

live = explore(curve, mean=(0, 10, 1), sd=(0.5, 2.5, 0.5), kind=["low", "high"], filled=False)
live
""",
    "import time\nslow = scrub(lambda ax, i: (ax.plot([0, i]), time.sleep(0.3)), range(9))",
    "from gmmlearn.widgets import drop_clusters\ndrop_clusters(points, 5)",
)
LONG = """
import os, time
from gmmlearn.widgets import progress
print(os.getpid())
for _ in progress(range(200)):
    time.sleep(0.3)
"""
SCRUB, EXPLORE = ".gmm-scrub", ".gmm-explore"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("notebooks")
    lab.write_notebook(folder / "widgets.ipynb", *CELLS)
    lab.write_notebook(folder / "long.ipynb", LONG)
    return folder


@pytest.fixture(scope="module")
def browser():
    with lab.chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def base(folder, browser):
    with lab.lab(folder) as base:
        yield base


@pytest.fixture(params=[1, 2], ids=["1x", "2x"], scope="module")
def page(request, base, browser):
    """The notebook, run, on an ordinary and on a fine screen."""
    page = browser.new_page(
        viewport={"width": 1400, "height": 1400}, device_scale_factor=request.param
    )
    page.trouble = []
    page.on("pageerror", lambda error: page.trouble.append(str(error)))
    lab.open_notebook(page, base, "widgets.ipynb")
    lab.run_all(page)
    assert not lab.cell_errors(page)
    page.wait_for_selector(f"{SCRUB}[data-index]")
    page.wait_for_selector(f"{EXPLORE}[data-index]")
    yield page
    assert not page.trouble
    lab.shut_down_kernels(base)
    page.close()


def pixels(page, root):
    """What the canvas holds, (height, width, 3)."""
    url = page.evaluate(f"() => document.querySelector('{root} canvas').toDataURL()")
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(url.split(",")[1]))).convert("RGB"))


def index(page):
    return int(page.get_attribute(SCRUB, "data-index"))


def press(page, *keys):
    page.focus(f"{SCRUB} input")
    for key in keys:
        page.keyboard.press(key)
    return index(page)


def test_keys_move_it_and_the_pixels_change(page):
    press(page, "Home")
    first = pixels(page, SCRUB)
    assert press(page, "ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft") == 2
    assert (pixels(page, SCRUB) != first).any()
    assert press(page, "End") == 20
    assert press(page, "ArrowRight") == 20
    assert press(page, "Home") == 0
    assert (pixels(page, SCRUB) == first).all()
    # JupyterLab has not taken the keys for itself
    assert page.evaluate("() => document.activeElement.type") == "range"


def test_a_screen_reader_is_told_the_state(page):
    press(page, "Home", "ArrowRight")
    slider = page.query_selector(f"{SCRUB} input")
    assert slider.get_attribute("aria-valuetext") == "E step 1, 2 of 21"
    assert slider.get_attribute("aria-label") == "State"
    assert page.get_attribute(f"{SCRUB} canvas", "aria-label") == "E step 1"
    assert page.inner_text(f"{SCRUB} .gmm-label") == "E step 1"


def test_jupyterlab_still_hears_its_own_shortcuts(page):
    """Single keys are the widget's; what saves and runs is the notebook's."""
    dirty = f"{lab.NOTEBOOK}.context.model.dirty"

    def saved():
        page.keyboard.press("Control+s")  # JupyterLab ignores it while it is saving: so, again
        page.wait_for_timeout(300)
        return page.evaluate(f"() => !{dirty}")

    for control in (f"{SCRUB} input", f"{SCRUB} button", f"{EXPLORE} input[data-name=mean]"):
        page.evaluate(f"() => {{ {dirty} = true; }}")
        page.focus(control)
        lab.wait_for(saved, 20, f"{control} kept Ctrl+S for itself: nothing was saved")
    page.focus(f"{SCRUB} input")
    active = f"() => {lab.NOTEBOOK}.content.activeCellIndex"
    before, shown = page.evaluate(active), index(page)
    page.keyboard.press("d")
    page.keyboard.press("d")
    page.keyboard.press("j")
    assert page.evaluate(active) == before
    assert page.evaluate(f"() => {lab.NOTEBOOK}.content.widgets.length") == len(CELLS)
    assert index(page) == shown


def test_a_button_tells_the_state_and_a_slider_that_does_so_itself_does_not_twice(page):
    words = f"{SCRUB} .gmm-label [aria-live]"
    page.click(f"{SCRUB} button[aria-label='Step forward']")
    assert page.get_attribute(words, "aria-live") == "polite"
    press(page, "Home")
    assert page.get_attribute(words, "aria-live") == "off"
    assert page.inner_text(words) == "E step 0"


def test_the_slider_keeps_its_width_whatever_the_label(page):
    widths = set()
    for key in ("Home", *["PageUp"] * 4):
        press(page, key)
        widths.add(page.evaluate(f"() => document.querySelector('{SCRUB} input').clientWidth"))
    assert len(widths) == 1


def test_play_goes_to_the_end_and_pause_stops(page):
    press(page, "Home", " ")
    page.wait_for_function(f"() => +document.querySelector('{SCRUB}').dataset.index >= 2")
    press(page, " ")
    stopped = index(page)
    time.sleep(0.6)
    assert index(page) == stopped < 20
    press(page, "End", "ArrowLeft")
    page.click(f"{SCRUB} button[aria-label=Play]")
    page.wait_for_selector(f"{SCRUB}[data-index='20']")
    page.wait_for_selector(f"{SCRUB} button[aria-label=Play]")


def test_it_is_sharp_at_any_width(page):
    def ratio():
        return page.evaluate(
            f"""() => {{ const c = document.querySelector('{SCRUB} canvas');
            return c.width / c.getBoundingClientRect().width / devicePixelRatio; }}"""
        )

    assert ratio() == pytest.approx(1, abs=0.01)
    assert pixels(page, SCRUB).shape[1] == 900 * page.evaluate("() => devicePixelRatio")
    page.set_viewport_size({"width": 800, "height": 1400})
    page.wait_for_function(f"() => document.querySelector('{SCRUB} canvas').clientWidth < 700")
    page.wait_for_timeout(300)
    narrow = ratio()
    page.set_viewport_size({"width": 1400, "height": 1400})
    page.wait_for_function(f"() => document.querySelector('{SCRUB} canvas').clientWidth == 900")
    assert narrow == pytest.approx(1, abs=0.01)


def test_a_narrow_column_scrolls_the_picture_that_could_not_be_read_smaller(page):
    page.set_viewport_size({"width": 600, "height": 1400})
    canvas = f"document.querySelector('{SCRUB} canvas')"
    page.wait_for_function(f"() => {canvas}.parentElement.clientWidth < 500")
    page.wait_for_timeout(300)
    wide = page.evaluate(f"() => {canvas}.clientWidth")
    page.set_viewport_size({"width": 1400, "height": 1400})
    page.wait_for_function(f"() => {canvas}.clientWidth == 900")
    assert wide == 540  # 0.6 of its own


def test_a_narrow_column_cuts_none_of_the_controls(page):
    page.set_viewport_size({"width": 600, "height": 1400})
    page.wait_for_function(f"() => document.querySelector('{EXPLORE}').clientWidth < 300")
    cut = page.evaluate(
        f"""() => [...document.querySelectorAll('{SCRUB}, {EXPLORE}')].flatMap((root) => {{
            const edge = root.getBoundingClientRect().right + 0.5;
            return [...root.querySelectorAll('.gmm-controls *')]
                .filter((node) => node.getBoundingClientRect().right > edge)
                .map((node) => `${{node.className || node.tagName}}`);
        }})"""
    )
    page.set_viewport_size({"width": 1400, "height": 1400})
    page.wait_for_function(f"() => document.querySelector('{SCRUB} canvas').clientWidth == 900")
    assert cut == []


def test_no_frame_is_blank_while_it_moves(page):
    """What the browser really puts on the screen, frame by frame, while the slider is dragged."""
    press(page, "Home")
    page.query_selector(f"{SCRUB} canvas").scroll_into_view_if_needed()
    box = page.query_selector(f"{SCRUB} canvas").bounding_box()
    frames = []
    session = page.context.new_cdp_session(page)

    def keep(event):
        frames.append(base64.b64decode(event["data"]))
        session.send("Page.screencastFrameAck", {"sessionId": event["sessionId"]})

    session.on("Page.screencastFrame", keep)
    session.send("Page.startScreencast", {"format": "png"})
    page.evaluate(
        f"""async () => {{
            const input = document.querySelector('{SCRUB} input');
            for (let i = 0; i <= 60; i++) {{
                input.value = i % 21;
                input.dispatchEvent(new Event('input'));
                await new Promise(requestAnimationFrame);
            }}
        }}"""
    )
    page.wait_for_timeout(300)
    session.send("Page.stopScreencast")
    assert len(frames) >= 5
    for frame in frames:
        image = Image.open(io.BytesIO(frame)).convert("L")
        k = image.width / page.viewport_size["width"]
        x, y, width, height = (k * box[name] for name in ("x", "y", "width", "height"))
        picture = np.asarray(image.crop((x, y, x + width, y + height)))
        assert (picture < 160).mean() > 0.01


def test_explore_draws_what_the_controls_say(page):
    def answered():
        page.wait_for_timeout(50)
        page.wait_for_function(
            f"() => document.querySelector('{EXPLORE}').dataset.waiting === 'false'"
        )
        return pixels(page, EXPLORE)

    seen = [pixels(page, EXPLORE)]
    name = page.get_attribute(f"{EXPLORE} canvas", "aria-label")
    assert name.startswith("mean 5") and name.endswith("kind low, filled off")
    page.focus(f"{EXPLORE} input[data-name=mean]")
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    seen.append(answered())
    page.select_option(f"{EXPLORE} select", "1")
    seen.append(answered())
    page.check(f"{EXPLORE} input[type=checkbox]")
    seen.append(answered())
    for one, next_one in itertools.pairwise(seen):
        assert (one != next_one).any()
    # an error is told in words; the picture stays
    page.focus(f"{EXPLORE} input[data-name=mean]")
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(
        f"() => document.querySelector('{EXPLORE} .gmm-message').textContent.includes('nine')"
    )
    assert "ValueError: nine is too much" in page.inner_text(f"{EXPLORE} .gmm-message")
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(
        f"() => document.querySelector('{EXPLORE} .gmm-message').textContent === ''"
    )


@contextmanager
def dark(page):
    """JupyterLab's dark theme, and afterwards the light one again."""
    for name in ("Dark", "Light"):
        page.evaluate(
            "name => window.jupyterapp.commands.execute('apputils:change-theme', {theme: name})",
            f"JupyterLab {name}",
        )
        page.wait_for_selector(
            f"body[data-jp-theme-light={str(name == 'Light').lower()}]", state="attached"
        )
        page.wait_for_timeout(500)  # JupyterLab stumbles over a change during a change
        if name == "Dark":
            yield


def test_the_picture_stays_white_in_the_dark_theme(page):
    with dark(page):
        shot = page.query_selector(SCRUB).screenshot()
        colour = page.evaluate(
            f"() => getComputedStyle(document.querySelector('{SCRUB} .gmm-label')).color"
        )
    image = np.asarray(Image.open(io.BytesIO(shot)).convert("L"))
    assert image[5, 5] >= 254 and image[-3, 3] < 80
    assert min(int(part) for part in colour[4:-1].split(",")[:3]) > 150


def test_every_cluster_s_dot_stands_out_in_the_dark_theme(page):
    """By its colour or by what is around it: the darkest colour is nearly the page's."""
    drop = page.query_selector(".gmm-drop")
    drop.scroll_into_view_if_needed()
    with dark(page):
        shot = drop.screenshot()
        x, y = (drop.bounding_box()[side] for side in "xy")
        boxes = [dot.bounding_box() for dot in drop.query_selector_all(".dot")]
    image = Image.open(io.BytesIO(shot)).convert("RGB")
    k = image.width / drop.bounding_box()["width"]
    assert len(boxes) == 5
    for box in boxes:
        level = box["y"] - y + box["height"] / 2
        inside, around, page_colour = (
            luminance(image.getpixel((round(k * (box["x"] - x + dx)), round(k * level))))
            for dx in (box["width"] / 2, box["width"] + 1, box["width"] + 4)
        )
        assert (max(inside, around) + 0.05) / (page_colour + 0.05) >= 3


def luminance(colour):
    """Of red, green, blue in 0…255, as WCAG 2 has it: from 0, black, to 1, white."""
    parts = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in np.divide(colour, 255)
    ]
    return np.dot(parts, (0.2126, 0.7152, 0.0722))


def test_two_views_of_one_explore_agree(page):
    page.evaluate(
        f"""() => {{ {lab.NOTEBOOK}.content.activeCellIndex = 1;
        window.jupyterapp.commands.execute('notebook:create-output-view'); }}"""
    )
    other = f".jp-LinkedOutputView {EXPLORE}"
    page.wait_for_selector(f"{other}[data-index]")
    page.focus(f"{other} input[data-name=sd]")
    page.keyboard.press("End")
    page.wait_for_function(
        f"""() => [...document.querySelectorAll('{EXPLORE} input[data-name=sd]')]
        .map((input) => input.value).join() === '2.5,2.5'"""
    )
    page.evaluate("() => window.jupyterapp.shell.currentWidget.close()")
    page.wait_for_selector(other, state="detached")


def test_a_slow_build_shows_a_bar_and_leaves_nothing(page):
    page.evaluate(
        f"""() => {{ {lab.NOTEBOOK}.content.activeCellIndex = 2;
        window.jupyterapp.commands.execute('notebook:run-cell'); }}"""
    )
    page.wait_for_selector(".gmm-progress", timeout=20_000)
    assert "of 9" in page.inner_text(".gmm-progress")
    assert page.get_attribute(".gmm-progress progress", "aria-label")
    page.wait_for_selector(".gmm-progress", state="detached", timeout=20_000)
    outputs = page.evaluate(f"() => {lab.NOTEBOOK}.content.widgets[2].model.outputs.length")
    assert outputs == 0


@pytest.mark.parametrize("end", ["dies", "is restarted", "is shut down"])
def test_the_bar_goes_when_the_kernel(end, browser, base):
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    lab.open_notebook(page, base, "long.ipynb")
    page.evaluate("() => void window.jupyterapp.commands.execute('notebook:run-all-cells')")
    page.wait_for_selector(".gmm-progress", timeout=20_000)
    session = f"{lab.NOTEBOOK}.context.sessionContext"
    if end == "dies":
        told = f"() => {lab.NOTEBOOK}.content.widgets[0].model.outputs.toJSON()[0].text"
        os.kill(int("".join(page.evaluate(told))), signal.SIGKILL)
    elif end == "is restarted":
        page.evaluate(f"() => void {session}.session.kernel.restart()")
    else:
        page.evaluate(f"() => void {session}.shutdown()")
    page.wait_for_selector(".gmm-progress", state="detached", timeout=20_000)
    page.close()


def test_without_a_kernel_scrub_moves_and_explore_says_why_not(page, base):
    press(page, "Home")
    before, still = pixels(page, SCRUB), pixels(page, EXPLORE)
    lab.shut_down_kernels(base)
    assert press(page, "ArrowRight") == 1
    assert (pixels(page, SCRUB) != before).any()
    page.focus(f"{EXPLORE} input[data-name=mean]")
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(
        f"() => document.querySelector('{EXPLORE} .gmm-message').textContent"
        ".includes('run the cell above to move this')"
    )
    assert (pixels(page, EXPLORE) == still).all()

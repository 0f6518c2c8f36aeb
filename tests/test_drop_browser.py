"""The first guess that is dragged, in real JupyterLab: mouse, keys, kernel dead or alive."""

import re

import pytest
from lab import (
    NOTEBOOK,
    cell_errors,
    chromium,
    lab,
    open_notebook,
    run_all,
    shut_down_kernels,
    wait_for,
    write_notebook,
)

START = """
import numpy as np
from gmmlearn import datasets
from gmmlearn.widgets import drop_clusters

faithful = datasets.load("faithful")
both = np.column_stack([faithful["eruptions"], faithful["waiting"]])
"""
CELLS = (
    START,
    'one = drop_clusters(faithful["waiting"], 2, xlabel="waiting (min)")\none',
    'two = drop_clusters(both, 2, names=["short", "long"])\ntwo',
    "three = drop_clusters(both, 2, covariances=True)\nthree",
    "def told(drop):\n"
    "    m = drop.mixture\n"
    '    return " ".join(f"{v:.4f}" for a in (m.weights, m.components.means, m.components.sds)\n'
    "                    for v in a.ravel())",
    "print(told(one))",
    "print(told(two))",
    "print(*three.mixture.components.covariances.ravel().tolist())",
)
ONE, TWO, THREE, ASK = 1, 2, 3, {1: 5, 2: 6, 3: 7}


@pytest.fixture(scope="module")
def page_and_base(tmp_path_factory):
    folder = tmp_path_factory.mktemp("drop")
    write_notebook(folder / "drop.ipynb", *CELLS)
    with chromium() as browser, lab(folder) as base:
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.complaints = []
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        open_notebook(page, base, "drop.ipynb")
        yield page, base


@pytest.fixture
def page(page_and_base):
    """The notebook, freshly run."""
    page, _ = page_and_base
    page.complaints.clear()
    run_all(page)
    assert cell_errors(page) == []
    page.wait_for_function("() => document.querySelectorAll('.gmm-drop svg image').length === 3")
    yield page
    assert page.complaints == []


def widget(page, cell):
    node = page.evaluate_handle(f"i => {NOTEBOOK}.content.widgets[i].node", cell).as_element()
    picture = node.wait_for_selector(".gmm-drop")
    picture.scroll_into_view_if_needed()
    return picture


def middle(picture, selector, index=0):
    box = picture.query_selector_all(selector)[index].bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(page, start, dx, dy, steps=5):
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + dx, start[1] + dy, steps=steps)
    page.mouse.up()


def numbers(text):
    return [float(number) for number in re.findall(r"\d+\.?\d*", text)]


def shown(picture, cluster):
    """The numbers in the text under the picture, after the cluster's own: mean, sd, share."""
    return numbers(picture.query_selector_all(".numbers > span")[cluster].inner_text())[1:]


def matrix(picture, cluster):
    """The texts of a cluster's covariance matrix, row by row."""
    group = picture.query_selector_all(".matrix")[cluster]
    return [node.text_content() for node in group.query_selector_all("text.middle")]


def entries(texts):
    """The four numbers of a matrix; those along the diagonal stand after their sd's square."""
    return [float(text.split(" = ")[-1].replace("−", "-")) for text in texts]


def four(values):
    """Numbers as they are written: to four significant digits, half in the last at the most."""
    return pytest.approx(values, rel=5.1e-4, abs=1e-12)


def told(page, cell):
    """What Python has: run the asking cell, read weights, means, sds as one flat list."""
    page.evaluate(f"i => {{ {NOTEBOOK}.content.activeCellIndex = i; }}", ASK[cell])
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-cell')")
    text = page.evaluate(
        f"i => {NOTEBOOK}.content.widgets[i].model.outputs.toJSON()[0].text", ASK[cell]
    )
    return [float(number) for number in "".join(text).split()]


def cells(page):
    return page.evaluate(f"() => {NOTEBOOK}.content.widgets.map(w => w.model.sharedModel.source)")


def test_a_dragged_cluster_follows_at_every_move_and_python_is_told(page):
    picture = widget(page, ONE)
    start = middle(picture, ".centre")
    curves, total = set(), set()
    page.mouse.move(*start)
    page.mouse.down()
    for i in range(1, 21):
        page.mouse.move(start[0] - 5 * i, start[1] + i)
        page.evaluate("() => new Promise(requestAnimationFrame)")
        assert middle(picture, ".centre")[0] == pytest.approx(start[0] - 5 * i, abs=0.6)
        paths = picture.query_selector_all("svg svg path")
        total.add(paths[0].get_attribute("d"))
        curves.add(paths[1].get_attribute("d"))
    page.mouse.up()
    assert len(curves) == len(total) == 20
    mean, sd, share = shown(picture, 0)
    assert 48 < mean < 51 and sd == 6.625 and share == 50
    wait_for(lambda: told(page, ONE)[2] == mean, 20, "Python did not hear of the new mean")
    assert told(page, ONE) == [0.5, 0.5, mean, 82.75, 6.625, 6.625]


def test_spread_shares_and_start_over(page):
    picture = widget(page, ONE)
    drag(page, middle(picture, ".width", 1), 40, 0)
    assert shown(picture, 0)[1] > 9
    drag(page, middle(picture, ".width", 2), 40, 0)  # the left end of the second: inwards
    assert shown(picture, 1)[1] < 4.2
    drag(page, middle(picture, ".share"), -100, 0)
    shares = shown(picture, 0)[2], shown(picture, 1)[2]
    assert shares[0] < 40 and sum(shares) == pytest.approx(100)
    wait_for(lambda: told(page, ONE)[0] == shares[0] / 100, 20, "Python did not hear of the shares")
    picture.query_selector("button").click()
    assert shown(picture, 0) == [56.25, 6.625, 50]
    wait_for(lambda: told(page, ONE)[2] == 56.25, 20, "Python did not hear of the new start")


def test_a_click_puts_down_the_nearest_cluster_until_all_are_down(page):
    picture = widget(page, ONE)
    box = picture.query_selector("svg").bounding_box()
    assert picture.query_selector("path[stroke-dasharray='6 5']")
    for at in (0.2, 0.9):
        page.mouse.click(box["x"] + at * box["width"], box["y"] + 40)
    placed = shown(picture, 0)[0], shown(picture, 1)[0]
    assert placed[0] < 52 and placed[1] > 92
    assert not picture.query_selector("path[stroke-dasharray='6 5']")
    page.mouse.click(box["x"] + 0.5 * box["width"], box["y"] + 40)
    assert (shown(picture, 0)[0], shown(picture, 1)[0]) == placed


def test_the_keyboard_does_it_all_and_the_notebook_hears_none_of_it(page):
    picture = widget(page, ONE)
    before = cells(page)
    picture.query_selector_all("[aria-label^=cluster]")[0].focus()
    for key in ("ArrowRight", "Shift+ArrowRight", "+", "ArrowUp", "ArrowUp"):
        page.keyboard.press(key)
    mean, sd, share = shown(picture, 0)
    assert mean > 57.5 and sd > 6.8 and share == 52
    handle = picture.query_selector_all("[aria-label^=cluster]")[0]
    assert handle.get_attribute("aria-label") == "cluster 1"  # a name that does not change
    assert numbers(handle.get_attribute("aria-valuetext")) == [mean, sd, share]
    assert handle.get_attribute("aria-description").startswith("Keys: ← → move")
    for key in "dda x y bz":
        page.keyboard.press(key)
    assert cells(page) == before
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.getAttribute('aria-label')").startswith(
        "cluster 2"
    )
    page.keyboard.press("ArrowLeft")
    assert shown(picture, 1)[0] < 82.75
    page.keyboard.press("Delete")
    assert shown(picture, 1)[0] == 82.75
    place = "() => document.activeElement.getBoundingClientRect().top"
    still = page.evaluate(place)
    page.keyboard.press("Home")
    low = shown(picture, 1)[0]
    page.keyboard.press("End")
    assert low < 45 < 95 < shown(picture, 1)[0]  # to the ends of the picture
    page.keyboard.press(" ")
    assert page.evaluate(place) == still  # and the notebook has not scrolled
    page.keyboard.press("Delete")
    page.keyboard.press("Tab")  # after the clusters, the boundary between their shares
    page.keyboard.press("ArrowRight")
    assert shown(picture, 0)[2] == 53
    assert cells(page) == before
    wait_for(lambda: told(page, ONE)[2] == mean, 20, "Python did not hear of the keys")


def test_quick_keys_all_count_although_python_answers_late(page):
    picture = widget(page, ONE)
    picture.query_selector("[aria-label^=cluster]").focus()
    for _ in range(40):
        page.keyboard.press("ArrowUp")
        page.wait_for_timeout(25)
    page.wait_for_timeout(500)
    assert shown(picture, 0)[2] == 90
    wait_for(lambda: told(page, ONE)[0] == 0.9, 20, "Python did not hear of the keys")


def test_two_columns_move_widen_lean(page):
    picture = widget(page, TWO)
    drag(page, middle(picture, ".centre"), -60, 40)
    x, y, *_ = shown(picture, 0)
    assert x < 2.3 and y < 64
    drag(page, middle(picture, ".width"), 30, -2)
    drag(page, middle(picture, ".height"), 2, -20)
    _, _, wide, high, *rest = shown(picture, 0)
    assert wide > 0.4 and high > 8 and len(rest) == 1
    drag(page, middle(picture, ".width"), 0, -40)
    assert shown(picture, 0)[4] > 0.3 and "corr." in picture.inner_text()
    expected = pytest.approx([0.5, 0.5, x, y, 4.225, 69.5, wide, high, 0.35, 6.625], abs=1e-3)
    wait_for(lambda: told(page, TWO) == expected, 20, "Python did not hear of the ellipse")


def test_two_columns_by_keyboard(page):
    picture = widget(page, TWO)
    picture.query_selector("[aria-label^=cluster]").focus()
    before = shown(picture, 0)
    for key in ("ArrowUp", "w", "t", "t", "r", "PageUp"):
        page.keyboard.press(key)
    x, y, wide, high, corr, share = shown(picture, 0)
    assert x == before[0] and y > before[1]
    assert wide > before[2] and high / before[3] > wide / before[2]
    assert corr == 0.15 and share == 51


def test_the_matrix_follows_every_move_and_is_the_mixtures(page):
    picture = widget(page, THREE)
    upright = matrix(picture, 0)
    assert upright[1:3] == ["0", "0"]
    start, seen = middle(picture, ".width"), set()
    page.mouse.move(*start)
    page.mouse.down()
    for i in range(1, 11):  # outwards and down: wider, and leaning to the right
        page.mouse.move(start[0] + 2 * i, start[1] + 6 * i)
        page.evaluate("() => new Promise(requestAnimationFrame)")
        seen.add(tuple(matrix(picture, 0)))
    page.mouse.up()
    assert len(seen) == 10
    texts = matrix(picture, 0)
    (a, b), (c, d) = entries(texts)[:2], entries(texts)[2:]
    assert a > entries(upright)[0] and b == c < 0 and d == entries(upright)[3]
    for text in (texts[0], texts[3]):
        sd, variance = (float(part) for part in text.split("² = "))
        assert variance == four(sd**2)
    wait_for(lambda: told(page, THREE)[:4] == four([a, b, c, d]), 20, "Python has another matrix")
    drag(page, middle(picture, ".width"), 0, -120)
    assert entries(matrix(picture, 0))[1] > 0  # leaning the other way turns the sign
    picture.query_selector("button").click()
    assert matrix(picture, 0) == upright
    assert not widget(page, TWO).query_selector(".matrix")


def test_the_matrix_by_keyboard_and_read_aloud(page):
    picture = widget(page, THREE)
    group = picture.query_selector_all("[aria-label^=cluster]")[1]
    before, other = entries(matrix(picture, 1)), matrix(picture, 0)
    group.focus()
    for key in ("w", "t", "t", "l"):
        page.keyboard.press(key)
    a, b, _, d = entries(matrix(picture, 1))
    assert a > before[0] and d > before[3] and b < 0
    assert f"covariance −{-b:#.4g}" in group.get_attribute("aria-valuetext")
    assert matrix(picture, 0) == other
    wait_for(lambda: told(page, THREE)[4:] == four([a, b, b, d]), 20, "Python heard no key")


def test_the_matrix_lies_in_the_picture_also_at_two_dots_a_pixel(page_and_base):
    first, base = page_and_base
    page = first.context.browser.new_page(
        viewport={"width": 1400, "height": 1000}, device_scale_factor=2
    )
    try:
        open_notebook(page, base, "drop.ipynb")
        run_all(page)
        picture = widget(page, THREE)
        svg = picture.query_selector("svg").bounding_box()
        assert page.evaluate("() => window.devicePixelRatio") == 2
        drag(page, middle(picture, ".width"), 30, 40)
        assert entries(matrix(picture, 0))[1] < 0
        boxes = [node.bounding_box() for node in picture.query_selector_all(".matrix text")]
        plot = picture.query_selector("svg .empty").bounding_box()
        for i, box in enumerate(boxes):
            assert box["x"] > plot["x"] + plot["width"]
            assert box["x"] + box["width"] <= svg["x"] + svg["width"]
            assert not any(overlap(box, other) for other in boxes[:i])
    finally:
        page.close()


def overlap(one, other):
    """Whether two boxes share more than a rounding, along both sides."""
    return all(
        min(one[at] + one[size], other[at] + other[size]) - max(one[at], other[at]) > 0.5
        for at, size in (("x", "width"), ("y", "height"))
    )


def test_escape_gives_the_cluster_back(page):
    picture = widget(page, ONE)
    start = middle(picture, ".centre")
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + 80, start[1])
    assert shown(picture, 0)[0] > 60
    page.keyboard.press("Escape")
    page.mouse.move(start[0] + 120, start[1])
    page.mouse.up()
    assert shown(picture, 0)[0] == 56.25


def test_handles_are_big_enough_also_in_a_narrow_column(page):
    page.set_viewport_size({"width": 700, "height": 900})
    try:
        picture = widget(page, TWO)
        assert picture.query_selector("svg").bounding_box()["width"] < 600
        page.wait_for_timeout(200)
        for grip in picture.query_selector_all(".grip"):
            assert min(grip.bounding_box()[side] for side in ("width", "height")) >= 24
        drag(page, middle(picture, ".centre"), 30, 0)
        assert shown(picture, 0)[0] > 2.6
    finally:
        page.set_viewport_size({"width": 1400, "height": 1000})


def test_the_wheel_changes_the_spread_of_the_cluster_in_hand_only(page):
    picture = widget(page, ONE)
    page.mouse.move(*middle(picture, ".centre", 1))
    page.mouse.wheel(0, 1)
    page.wait_for_timeout(100)
    assert shown(picture, 1)[1] == 6.625  # not in hand: the page scrolls
    picture = widget(page, ONE)
    page.mouse.move(*middle(picture, ".centre", 1))
    page.mouse.down()
    page.mouse.up()
    page.mouse.wheel(0, -100)
    page.wait_for_timeout(100)
    assert shown(picture, 1)[1] > 6.9


def test_a_finger_drags_it(page):
    picture = widget(page, ONE)
    x, y = middle(picture, ".centre")
    browser = page.context.new_cdp_session(page)
    for kind, dx in (("Start", 0), ("Move", -20), ("Move", -60), ("End", None)):
        points = [] if dx is None else [{"x": x + dx, "y": y}]
        browser.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})
    assert middle(picture, ".centre")[0] == pytest.approx(x - 60, abs=0.6)


def test_it_goes_on_without_a_kernel(page, page_and_base):
    picture = widget(page, ONE)
    shut_down_kernels(page_and_base[1])
    page.wait_for_timeout(500)
    start = middle(picture, ".centre")
    drag(page, start, 90, 0, steps=15)
    page.wait_for_timeout(300)
    assert middle(picture, ".centre")[0] == pytest.approx(start[0] + 90, abs=0.6)
    assert shown(picture, 0)[0] > 60
    page.keyboard.press("ArrowRight")
    drag(page, middle(picture, ".share"), 50, 0)
    assert shown(picture, 0)[2] > 55
    picture.query_selector("button").click()
    assert shown(picture, 0) == [56.25, 6.625, 50]

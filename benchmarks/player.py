"""How fast the player is: python benchmarks/player.py [--rounds 5]

Forty half-steps of EM, 500 points, 900 × 380 CSS pixels, in real JupyterLab in headless
Chromium; `scrub` and `explore` beside `ipywidgets.interact` with `plt.show` and matplotlib's
`to_jshtml`. One table: medians over interleaved rounds, and ratios to `scrub`.

*build* is the time of the cell's call in the kernel (the first call of each, which loads
modules, is left out). *bytes* is what the page is sent for all states; for `interact`,
which sends one picture a move, the size of its picture times the states.

*slider to pixels*: the slider's value is set and its events fired in the page; then, from
one animation frame to the next, a small copy of the picture is read back, and the time is
taken in the first frame where it differs. So a figure of up to one frame (16.7 ms at 60 Hz)
is "in the next frame", which is as fast as a page can be. Each move goes to a state that
looks different.

*draw() alone* is what matplotlib takes to run the reader's `draw` forty times on cleared axes,
with nothing rendered: the floor for every way that calls it for each state.

*frames* is `scrub` where commands cannot say the drawing (a hatch), for each state.
"""

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
import lab

STATES = 40

SETUP = f"""
import contextlib, gc, io, json, time
import numpy as np
import matplotlib.pyplot as plt
from matplotlib.animation import FuncAnimation
from IPython.display import HTML, display
import ipywidgets
from gmmlearn import init, run, style, plots
from gmmlearn.widgets import explore, scrub

rng = np.random.default_rng(0)
x = np.concatenate([rng.normal([50, 3], [6, 1], (200, 2)), rng.normal([80, 5], [6, 1.5], (300, 2))])
guess = init.gaussians(x, init.random_points(x, 2, rng))
frames = run(x, guess, max_iter={STATES}, tol=1e-12).frames()[:{STATES}]
frames += frames[-1:] * ({STATES} - len(frames))

def draw(axes, frame):
    ax, bars = axes
    colours = "0.6" if frame.resp is None else style.mixed(frame.resp)
    ax.scatter(*x.T, c=colours, s=14)
    plots.draw_ellipses(ax, frame.mixture)
    ax.plot(frame.mixture.components.means[:, 0], frame.mixture.components.means[:, 1], "k+")
    ax.set_title(frame.label)
    ax.set_xlabel("waiting [minutes]")
    bars.bar([0, 1], frame.mixture.weights, color=style.CLUSTERS[:2])
    bars.set_ylim(0, 1)

subplots = dict(ncols=2, width_ratios=[3, 1])

def hatched(ax, frame):
    ax.scatter(*x.T, c="0.6" if frame.resp is None else style.mixed(frame.resp), s=14)
    ax.bar([40, 100], 8 * frame.mixture.weights, hatch="//")

def at(i):
    fig, axes = plt.subplots(figsize=(9, 3.8), **subplots)
    draw(axes, frames[i])
    plt.show()

def by_scrub():
    return scrub(draw, frames, subplots=subplots)

def by_frames():
    return scrub(hatched, frames)

def by_explore():
    one = lambda axes, i: draw(axes, frames[i])
    return explore(one, i=(0, {STATES} - 1, 1, 0), subplots=subplots)

def by_jshtml():
    fig, axes = plt.subplots(figsize=(9, 3.8), **subplots)
    def redraw(i):
        for ax in axes:
            ax.clear()
        draw(axes, frames[i])
    html = FuncAnimation(fig, redraw, frames={STATES}).to_jshtml()
    plt.close(fig)
    return HTML(html)

def by_draw_alone():
    fig, axes = plt.subplots(figsize=(9, 3.8), **subplots)
    for frame in frames:
        for ax in axes:
            ax.clear()
        draw(axes, frame)
    plt.close(fig)

def by_interact():
    # Only the slider and its first picture: each later one is drawn when it is asked for.
    return ipywidgets.interactive(at, i=ipywidgets.IntSlider(0, 0, {STATES} - 1))

def timed(make):
    gc.collect()
    began = time.perf_counter()
    shown = make()
    return shown, time.perf_counter() - began
"""

SHOW = """
shown, seconds = timed({make})
display(shown)
print(json.dumps({{"build": seconds, "bytes": {size}}}))
"""
PICTURE = """
fig, axes = plt.subplots(figsize=(9, 3.8), **subplots)
draw(axes, frames[9])
out = io.BytesIO()
fig.savefig(out, format="png", bbox_inches="tight")  # as plt.show does
plt.close(fig)
"""
WAYS = {
    "scrub": ("by_scrub", "len(shown.drawing)", ".gmm-scrub input"),
    "scrub, frames": ("by_frames", "len(shown.drawing)", ".gmm-scrub input"),
    "explore (live)": ("by_explore", "len(shown.drawing) * len(frames)", ".gmm-explore input"),
    "interact + plt.show": (
        "by_interact",
        "len(out.getvalue()) * len(frames)",
        ".noUi-handle",
    ),
    "to_jshtml": ("by_jshtml", "len(shown.data)", ".animation input[type=range]"),
    "draw() alone": ("by_draw_alone", "0", None),
}

# Set the slider, then look in every animation frame whether the picture has changed.
MEASURE = """
async ([cell, selector, states]) => {
  const node = window.jupyterapp.shell.currentWidget.content.widgets[cell].node;
  const small = new OffscreenCanvas(90, 38).getContext("2d", { willReadFrequently: true });
  const look = () => {
    const all = [...node.querySelectorAll(".jp-OutputArea canvas, .jp-OutputArea img")];
    const picture = all.filter((e) => e.clientWidth > 300).at(-1);
    if (!picture || (picture.complete === false)) return null;
    small.drawImage(picture, 0, 0, 90, 38);
    return small.getImageData(0, 0, 90, 38).data.join();
  };
  const frame = () => new Promise(requestAnimationFrame);
  const times = [];
  for (const state of states) {
    const before = look();
    const began = performance.now();
    const input = node.querySelector(selector);
    if (input.matches("input")) {
      input.value = state;
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.dispatchEvent(new Event("change", { bubbles: true }));
    } else {
      input.closest(".noUi-target").noUiSlider.set(state);
    }
    let now = before;
    while ((now === before || now === null) && performance.now() - began < 5000) {
      await frame();
      now = look();
    }
    times.push(performance.now() - began);
    await new Promise((done) => setTimeout(done, 120 + 40 * Math.random()));
  }
  return times;
}
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--moves", type=int, default=15, help="moves of each slider in a round")
    options = parser.parse_args()
    cells = [SETUP, PICTURE]
    for _ in range(options.rounds + 1):  # the first round warms up
        cells += [SHOW.format(make=make, size=size) for make, size, _ in WAYS.values()]
    found = {name: {"build": [], "bytes": [], "pixels": []} for name in WAYS}
    with tempfile.TemporaryDirectory() as folder:
        lab.write_notebook(Path(folder, "bench.ipynb"), *cells)
        with lab.lab(folder) as base, lab.chromium() as browser:
            page = browser.new_page(viewport={"width": 1400, "height": 1200})
            lab.open_notebook(page, base, "bench.ipynb")
            lab.run_all(page, seconds=600)
            assert not lab.cell_errors(page), lab.cell_errors(page)
            page.wait_for_timeout(2000)
            for number in range(len(WAYS), len(cells) - 2):
                name = list(WAYS)[number % len(WAYS)]
                told = measure(page, number + 2, WAYS[name][2], options.moves)
                for key, value in told.items():
                    found[name][key] += value
    report(found)


def measure(page, cell, selector, moves):
    node = lab.cell_nodes(page)[cell]
    node.scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    printed = page.evaluate(
        f"""i => {lab.NOTEBOOK}.content.widgets[i].model.outputs.toJSON()
            .filter(o => o.output_type === 'stream').map(o => [o.text].flat().join('')).join('')""",
        cell,
    )
    told = json.loads(printed)
    states = [1 + (7 * i) % 12 for i in range(moves)]  # early states: neighbours look different
    times = page.evaluate(MEASURE, [cell, selector, states]) if selector else []
    return {"build": [told["build"]], "bytes": [told["bytes"]], "pixels": times}


def report(found):
    base = found["scrub"]
    print(f"{STATES} states, 500 points, 900 × 380 px; medians; in brackets the ratio to scrub\n")
    head = ("", "build [s]", "all states [KB]", "slider to pixels, median / p95 [ms]")
    print("| {:20} | {:16} | {:18} | {:38} |".format(*head))
    print("| --- | --- | --- | --- |")
    middle = statistics.median
    for name, f in found.items():
        if not f["pixels"]:
            build = middle(f["build"])
            ratio = build / middle(base["build"])
            print(
                "| {:20} | {:16} | {:18} | {:38} |".format(
                    name, f"{build:.3f} ({ratio:.1f})", "–", "–"
                )
            )
            continue
        build, size, pixels = (middle(f[key]) for key in ("build", "bytes", "pixels"))
        ratios = (
            build / middle(base["build"]),
            size / middle(base["bytes"]),
            pixels / middle(base["pixels"]),
        )
        late = statistics.quantiles(f["pixels"], n=20)[-1]
        cells = (
            f"{build:.3f} ({ratios[0]:.1f})",
            f"{size / 1000:.0f} ({ratios[1]:.1f})",
            f"{pixels:.1f} / {late:.1f} ({ratios[2]:.1f})",
        )
        print("| {:20} | {:16} | {:18} | {:38} |".format(name, *cells))
    frames = found["scrub, frames"]
    print(
        f"\nframes, each state: {1000 * middle(frames['build']) / STATES:.1f} ms, "
        f"{middle(frames['bytes']) / STATES / 1000:.1f} KB; explore sends "
        f"{middle(found['explore (live)']['bytes']) / STATES / 1000:.1f} KB a move; interact draws "
        "each picture when it is asked for"
    )


if __name__ == "__main__":
    main()

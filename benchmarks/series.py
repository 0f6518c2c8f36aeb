"""How long the notebooks take, and how fast their own pictures move: python benchmarks/series.py

First each notebook is executed in a fresh kernel, one after the other.
Then each is opened in real JupyterLab in headless Chromium, and every slider of `scrub` and
`explore` is moved; the time from a move to changed pixels is taken as in player.py. One line a
notebook: the slowest `scrub` to build (seconds and states) and the heaviest (KB a state), then
slider to pixels: for `scrub` the 95th percentile, for `explore` the median. Moves that change
nothing in the picture are left out.
"""

import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
import lab

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))

# Put before the first cell: every `scrub` tells how long it took to build.
WATCH = """
import json, time
import gmmlearn.widgets as _widgets
_built, _scrub = [], _widgets.scrub
def _timed(*given, **options):
    _began = time.perf_counter()
    _shown = _scrub(*given, **options)
    _states = len(_shown.labels)
    _built.append([time.perf_counter() - _began, _states, len(_shown.drawing) / _states / 1000])
    return _shown
_widgets.scrub = _timed
"""
TELL = "print(json.dumps(_built))"

MOVE = """
async (input) => {
  const canvas = input.closest(".gmm-player").querySelector("canvas.gmm-picture");
  const small = new OffscreenCanvas(180, 90).getContext("2d", { willReadFrequently: true });
  const look = () => {
    small.drawImage(canvas, 0, 0, 180, 90);
    return small.getImageData(0, 0, 180, 90).data.join();
  };
  const frame = () => new Promise(requestAnimationFrame);
  const times = [], [lo, hi, step] = [+input.min, +input.max, +input.step];
  const count = Math.round((hi - lo) / step);
  for (let i = 0; i < 12; i++) {
    const before = look();
    const began = performance.now();
    input.value = lo + step * ((i * 7 + 3) % (count + 1));
    input.dispatchEvent(new Event("input", { bubbles: true }));
    let changed = false;
    while (!changed && performance.now() - began < 400) {
      await frame();
      changed = look() !== before;
    }
    if (changed) times.push(performance.now() - began);
    await new Promise((done) => setTimeout(done, 100 + 40 * Math.random()));
  }
  return times;
}
"""


def main():
    executing()
    moving()


def execute(path):
    """Seconds to run a notebook from top to bottom in a fresh kernel."""
    began = time.perf_counter()
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, kernel_name="python3", timeout=300).execute(cwd=path.parent)
    return time.perf_counter() - began


def executing():
    print("| notebook | seconds to execute |\n| --- | --- |")
    total = 0
    for path in NOTEBOOKS:
        seconds = execute(path)
        total += seconds
        print(f"| {path.stem} | {seconds:.1f} |", flush=True)
    print(f"| all | {total:.1f} |\n", flush=True)


def moving():
    head = (
        "notebook",
        "scrub: slowest build [s]",
        "KB a state",
        "p95 [ms]",
        "explore: median [ms]",
    )
    print(f"| {' | '.join(head)} |\n|{' --- |' * len(head)}")
    with tempfile.TemporaryDirectory() as folder:
        for path in NOTEBOOKS:
            notebook = nbformat.read(path, as_version=4)
            watch, tell = nbformat.v4.new_code_cell(WATCH), nbformat.v4.new_code_cell(TELL)
            notebook.cells = [watch, *notebook.cells, tell]
            nbformat.write(notebook, Path(folder, path.name))
        with lab.lab(folder) as base, lab.chromium() as browser:
            for path in NOTEBOOKS:
                page = browser.new_page(viewport={"width": 1400, "height": 1200})
                print(line(page, base, path), flush=True)
                page.close()
                lab.shut_down_kernels(base)


def line(page, base, path):
    """The table's line for one notebook."""
    lab.open_notebook(page, base, path.name)
    lab.run_all(page)
    assert not lab.cell_errors(page), lab.cell_errors(page)
    page.wait_for_timeout(1500)
    last = f"{lab.NOTEBOOK}.content.widgets.at(-1).model.outputs.get(0).toJSON().text"
    built = json.loads("".join(page.evaluate(f"() => [{last}].flat()")))
    times = {"scrub": [], "explore": []}
    for kind, found in times.items():
        for slider in page.query_selector_all(f".gmm-{kind} input[type=range]"):
            slider.scroll_into_view_if_needed()
            page.wait_for_timeout(200)
            found += page.evaluate(MOVE, slider)
    seconds, states, _ = max(built, default=(0, 0, 0))
    heaviest = max((kilobytes for *_, kilobytes in built), default=0)
    late = statistics.quantiles(times["scrub"], n=20)[-1] if times["scrub"] else None
    middle = statistics.median(times["explore"]) if times["explore"] else None
    cells = [
        f"{seconds:.2f} ({states} states)" if built else "–",
        f"{heaviest:.1f}" if built else "–",
    ]
    cells += ["–" if value is None else f"{value:.1f}" for value in (late, middle)]
    return f"| {path.stem} | {' | '.join(cells)} |"


if __name__ == "__main__":
    main()

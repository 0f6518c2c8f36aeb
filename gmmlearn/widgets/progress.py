"""A bar at the foot of the page while something takes long; it leaves nothing in the cell."""

import time
from contextlib import contextmanager

import anywidget
import traitlets

PATIENCE = 1.0  # seconds before the bar appears


class Bar(anywidget.AnyWidget):
    """Shown by the page as soon as it hears of it, gone when closed: never part of an output."""

    _esm = """
    function initialize({ model }) {
      const bar = document.createElement("progress"), note = document.createElement("div");
      const box = document.createElement("div");
      box.className = "gmm-progress";
      box.style.cssText = "position:fixed; bottom:32px; left:50%; transform:translateX(-50%);"
        + "z-index:1000; padding:8px 16px; border-radius:4px; font:13px system-ui, sans-serif;"
        + "color:#222; background:white; border:1px solid #bbb; box-shadow:0 2px 8px #0004";
      bar.setAttribute("aria-label", model.get("what"));
      box.append(note, bar);
      const show = () => {
        bar.max = model.get("total");
        bar.value = model.get("done");
        note.textContent = `${model.get("what")} ${model.get("done")} of ${model.get("total")}`;
      };
      show();
      model.on("change:done", show);
      document.body.append(box);
      // A kernel that dies closes nothing: JupyterLab starts another and leaves the bar.
      const status = model.widget_manager?.kernel?.statusChanged;
      const gone = (_, now) => /restarting|dead|terminating/.test(now) && box.remove();
      status?.connect(gone);
      return () => (status?.disconnect(gone), box.remove());
    }
    export default { initialize, render() {} };
    """
    total = traitlets.Int().tag(sync=True)
    done = traitlets.Int().tag(sync=True)
    what = traitlets.Unicode().tag(sync=True)


def progress(items, what="Run"):
    """Yield the items, and show a bar while they are worked on, if that takes long.

    Args:
        items: anything with a length, such as `range(50)`.
        what: the word before the numbers, as in "Run 12 of 50".
    """
    with steps(len(items), what) as step:
        for item in items:
            yield item
            step()


@contextmanager
def steps(total, what):
    """Gives a function to call after each of `total` steps; shows a bar if they take long."""
    began, done, bar = time.monotonic(), 0, None

    def step():
        nonlocal done, bar, began
        done += 1
        if time.monotonic() - began < (0.1 if bar else PATIENCE):
            return
        began = time.monotonic()
        if bar is None:
            bar = Bar(total=total, done=done, what=what)
        bar.done = done

    try:
        yield step
    finally:
        if bar is not None:
            bar.close()

"""What `scrub` and `explore` share: the widget in the browser, and the checks of arguments."""

from pathlib import Path

import matplotlib
import traitlets

from gmmlearn.style import rc
from gmmlearn.widgets.bundle import Pictured

HERE = Path(__file__).parent


class Player(Pictured):
    """A canvas that shows recorded drawings, and the controls under it (see player.js)."""

    _esm = HERE / "player.js"
    _css = HERE / "player.css"
    kind = traitlets.Unicode().tag(sync=True)
    drawing = traitlets.Bytes().tag(sync=True)


class DrawError(RuntimeError):
    """The learner's `draw` failed; the message says in which state."""


def styled():
    """The series' visual language, for everything drawn inside."""
    return matplotlib.rc_context(rc)


def checked_size(size):
    """(width, height) in CSS pixels as integers; ValueError where that is not a picture."""
    try:
        width, height = (int(value) for value in size)
    except (TypeError, ValueError):
        raise ValueError(f"size must be (width, height) in pixels, got {size!r}") from None
    if not (100 <= width <= 2000 and 50 <= height <= 2000):
        raise ValueError(
            f"size must be between (100, 50) and (2000, 2000) pixels, got {(width, height)}"
        )
    return width, height


def checked_draw(draw, who, example):
    if not callable(draw):
        raise TypeError(
            f"{who} needs a function that draws, such as `def draw({example}): …`, "
            f"got {type(draw).__name__}: {draw!r:.60}"
        )
    return draw

"""Play a list of states back as moving pictures that need no kernel: `scrub(draw, states)`."""

import gc
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from numbers import Integral

import traitlets

from gmmlearn.widgets.filmstrip import filmstrip as strip_of
from gmmlearn.widgets.filmstrip import spread
from gmmlearn.widgets.frames import frames
from gmmlearn.widgets.player import DrawError, Player, checked_draw, checked_size, styled
from gmmlearn.widgets.progress import steps
from gmmlearn.widgets.record import Pool, Recorder, Unrecordable
from gmmlearn.widgets.scene import film

TOO_MUCH = 60_000  # bytes of numbers a state, before compression; pictures are lighter then


class Scrub(Player):
    """What `scrub` returns: show it by ending a cell with it."""

    labels = traitlets.List(traitlets.Unicode()).tag(sync=True)
    start = traitlets.Int().tag(sync=True)
    interval = traitlets.Int().tag(sync=True)

    def __init__(self, picture, **traits):
        self._picture = picture
        super().__init__(kind="scrub", **traits)

    def _text(self):
        count = len(self.labels)
        if count == 1:
            return f'scrub: 1 state, "{self.labels[0]}"'
        return f'scrub: {count} states, "{self.labels[0]}" to "{self.labels[-1]}"'

    def _png(self):
        return self._picture


def scrub(
    draw,
    states,
    *,
    size=(900, 380),
    labels=None,
    start=0,
    interval=250,
    filmstrip=4,
    subplots=None,
):
    """Show `draw(ax, state)` for every state, with a slider that works without the kernel.

    Args:
        draw: ordinary matplotlib on the empty axes it is given.
        states: what to draw, in order; a generator is read to its end.
        size: (width, height) in CSS pixels.
        labels: one text a state; by default `state.label` where there is one, else its index.
        start: the index of the state shown first.
        interval: milliseconds between two states while it plays.
        filmstrip: how many states the still picture shows where no widget can run, or which:
            a list of their indices.
        subplots: for several axes, what `Figure.subplots` takes, such as `dict(ncols=2)`;
            `draw` is then given the array of axes.

    Limits that `draw` leaves to matplotlib are the same in all states: wide enough for each.

    Raises:
        DrawError: `draw` failed; says in which state.
        TypeError, ValueError: an argument makes no sense.
    """
    checked_draw(draw, "scrub", "ax, state")
    size = checked_size(size)
    states = checked_states(states)
    labels = checked_labels(labels, states)
    if not (isinstance(start, Integral) and 0 <= start < len(states)):
        raise ValueError(f"start must be from 0 to {len(states) - 1}, got {start!r}")
    interval = checked_count("interval", interval)
    shown = checked_shown(filmstrip, len(states))

    def draw_one(axes, index):
        try:
            draw(axes, states[index])
        except Exception as error:
            raise DrawError(
                f'draw failed in state {index} ("{labels[index]}"): {type(error).__name__}: {error}'
            ) from error

    with styled(), uncollected(), steps(len(states), "Drawing state") as step:
        scenes = film(draw_one, len(states), size, subplots, step)
        panels, page = strip_of(scenes, labels, shown)
        with ThreadPoolExecutor(1) as beside:  # most of it is compression: work for another core
            picture = beside.submit(page)
            drawing = drawing_of(scenes, size, panels)
    picture = picture.result()
    return Scrub(picture, drawing=drawing, labels=labels, start=start, interval=interval)


@contextmanager
def uncollected():
    """Keep Python from searching all its objects for garbage: what is made inside is no garbage.

    In a notebook with many modules a search takes a third of the time of a player.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def drawing_of(film, size, samples):
    """The packed drawing: commands, or one picture a state where commands cannot say it."""
    pool, states = Pool(size), []
    recorder = Recorder(pool, film.scenes[0].figure.dpi)
    try:
        for index in range(len(film.scenes)):
            states.append(recorder.record(film.show(index)))
            if pool.weight > TOO_MUCH * (index + 1):
                raise Unrecordable("more numbers than a picture has")
    except Unrecordable:
        return frames(film, size, samples)
    return pool.pack(states)


def checked_states(states):
    """The states as a list; ValueError if there are none, TypeError if it is no sequence."""
    try:
        states = list(states)
    except TypeError:
        raise TypeError(
            f"states must be a list of states to draw, got {type(states).__name__}"
        ) from None
    if not states:
        raise ValueError("states is empty: give at least one state to draw")
    return states


def checked_count(name, value):
    if not isinstance(value, Integral) or value < 1:
        raise ValueError(f"{name} must be a whole number from 1 on, got {value!r}")
    return int(value)


def checked_shown(filmstrip, n):
    """The indices of the states in the still picture: so many of the n, or those asked for."""
    if isinstance(filmstrip, Integral):
        return spread(n, checked_count("filmstrip", filmstrip))
    if not isinstance(filmstrip, list | tuple | range):
        raise ValueError(f"filmstrip must be a whole number or a list of indices: {filmstrip!r}")
    if not filmstrip or not all(isinstance(i, Integral) and 0 <= i < n for i in filmstrip):
        raise ValueError(f"filmstrip must hold indices from 0 to {n - 1}, got {filmstrip!r}")
    return [int(i) for i in filmstrip]


def checked_labels(labels, states):
    if labels is None:
        return [str(getattr(state, "label", i)) for i, state in enumerate(states)]
    labels = [str(label) for label in labels]
    if len(labels) != len(states):
        raise ValueError(
            f"labels must have one text for each state: {len(states)} states, {len(labels)} labels"
        )
    return labels

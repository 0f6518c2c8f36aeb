"""The visual language of the series, in one place: what each colour and size means.

Data are grey, each cluster keeps its colour from notebook to notebook, and one accent marks what
has just changed. Any two of these differ by ΔE ≥ 19 (CIE76), also for readers without red, green
or blue cones; a test computes it. (No second grey would: points of no cluster are hollow.)
"""

import sys

import numpy as np

CLUSTERS = ("#0072B2", "#E69F00", "#44AA88", "#5D3A1A", "#8DD3F5")
ACCENT = "#E3005B"
INK = "#222222"
DATA = "#C6C6C6"
DATA_EDGE = "#8A8A8A"  # points and outlines, where DATA alone would be too faint on white

# Sizes are points at 100 dots an inch: 9 points are 12.5 px on the screen.
rc = {
    "figure.dpi": 100,
    "figure.facecolor": "white",
    "figure.figsize": (9.0, 3.8),
    "savefig.facecolor": "white",
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    "axes.titlesize": 10.5,
    "axes.titlelocation": "left",
    "axes.labelsize": 9.5,
    "axes.edgecolor": "#777777",
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "xtick.color": "#555555",
    "ytick.color": "#555555",
    "xtick.labelsize": 9,
    "ytick.labelsize": 9,
    "text.color": INK,
    "lines.linewidth": 2.0,
    "legend.frameon": False,
    "legend.fontsize": 9,
}


def use() -> None:
    """Let matplotlib draw everything from here on in the style of the series.

    In a notebook its pictures are drawn at twice the dots, for sharp screens.
    """
    import matplotlib

    matplotlib.rcParams.update(rc)
    if "IPython" in sys.modules and sys.modules["IPython"].get_ipython() is not None:
        from matplotlib_inline.backend_inline import set_matplotlib_formats

        set_matplotlib_formats("retina")


def cluster_colours(n_components: int) -> np.ndarray:
    """Return one colour a cluster as red, green, blue in 0…1, shape (k, 3).

    The first five are `CLUSTERS`; beyond them the circle of hues is walked in golden steps.
    """
    from matplotlib.colors import hsv_to_rgb, to_rgb

    colours = [to_rgb(colour) for colour in CLUSTERS[:n_components]]
    for i in range(len(colours), n_components):
        colours.append(tuple(hsv_to_rgb((0.618 * i % 1, 0.6, 0.75))))
    return np.array(colours)


def readable(colour) -> tuple[float, float, float]:
    """Return a colour for words on white: of the same hue, and so dark that it can be read.

    That is a contrast of 4.5 : 1 or more, (1 + 0.05) / (L + 0.05) with L the luminance, 0 to 1.

    Args:
        colour: what matplotlib takes for a colour.

    Source: WCAG 2.2, success criterion 1.4.3 and "relative luminance".
    """
    from matplotlib.colors import to_rgb

    colour = np.array(to_rgb(colour))
    luminance = colour**2.2 @ (0.2126, 0.7152, 0.0722)
    return tuple((colour * min(1, 0.17 / max(luminance, 1e-9)) ** (1 / 2.2)).tolist())


def mixed(resp: np.ndarray) -> np.ndarray:
    """Return each row's colour, the clusters' colours mixed by its weights, (n, 3)."""
    return np.clip(np.asarray(resp) @ cluster_colours(np.shape(resp)[1]), 0, 1)

"""Lines of text: how large they are, and the outlines of their letters.

All is kept from one picture to the next, for the same words come back in every state, and
whenever a reader runs a cell again.
"""

from functools import lru_cache

from matplotlib import rcParams
from matplotlib.backend_bases import RendererBase
from matplotlib.font_manager import fontManager, get_font
from matplotlib.textpath import text_to_path

# Settings that decide which letters a text is written in, beside its own properties.
FAMILIES = [f"font.{kind}" for kind in ("serif", "sans-serif", "cursive", "fantasy", "monospace")]
MATHS = [f"mathtext.{kind}" for kind in ("fontset", "default", "fallback", "rm", "it", "bf")]

FONT_SCALE = text_to_path.FONT_SCALE  # the size that outlines are given in

OUTLINES = {}  # {glyph's name: (vertices, codes)}
TABLES = {  # where a font says how high its lines are
    "OS/2": ("sTypoAscender", "sTypoDescender", "sTypoLineGap"),
    "hhea": ("ascent", "descent", "lineGap"),
}


def fonts():
    """The settings of now, for what is kept to be kept apart."""
    return (*(tuple(rcParams[name]) for name in FAMILIES), *(rcParams[name] for name in MATHS))


class Ruler(RendererBase):
    """A renderer that measures text and draws nothing."""

    def __init__(self, dpi):
        super().__init__()
        self.dpi, self.fonts = dpi, fonts()

    def points_to_pixels(self, points):
        return points * self.dpi / 72

    def get_text_width_height_descent(self, s, prop, ismath):
        return measured(s, prop.copy(), ismath, self.dpi, self.fonts)

    def _get_font_height_metrics(self, prop):  # matplotlib would read the font's tables each time
        return line_heights(prop.copy(), self.dpi, self.fonts)


@lru_cache(10_000)
def line_heights(prop, dpi, fonts):
    """(ascent, descent, gap) of a font's lines in pixels; all None where its tables do not say."""
    font = get_font(fontManager._find_fonts_by_props(prop))
    for table, names in TABLES.items():
        if (found := font.get_sfnt_table(table)) is not None:
            em = font.get_sfnt_table("head")["unitsPerEm"]
            pixels = 1 / em * prop.get_size_in_points() * dpi / 72
            ascent, descent, gap = (found[name] * pixels for name in names)
            return ascent, -descent, gap
    return None, None, None


@lru_cache(10_000)
def measured(text, prop, ismath, dpi, fonts):
    """(width, height, descent) of a line in pixels."""
    return RendererBase.get_text_width_height_descent(Ruler(dpi), text, prop, ismath)


@lru_cache(10_000)
def glyphs(text, prop, ismath, fonts):
    """A line as [(glyph's name in OUTLINES, x, y, scale)] and the outlines of bars (fractions)."""
    if ismath == "TeX":
        places, new, bars = text_to_path.get_glyphs_tex(prop, text, OUTLINES, True)
    elif ismath:
        places, new, bars = text_to_path.get_glyphs_mathtext(prop, text, OUTLINES, True)
    else:
        font = text_to_path._get_font(prop)
        places, new, bars = text_to_path.get_glyphs_with_font(font, text, OUTLINES, True)
    OUTLINES.update(new)
    return places, bars

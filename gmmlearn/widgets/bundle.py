"""What a widget shows where no widget can run: a PNG and a text that never changes."""

from base64 import b64encode

import anywidget


class Pictured(anywidget.AnyWidget):
    """A widget that is also an `image/png` and a stable `text/plain`.

    GitHub, nbviewer and exports show the PNG; notebook tests compare the text. A subclass
    gives `_text()` (the same in every run: no addresses, no timings) and `_png()` (the
    bytes of a PNG, made when the cell shows the widget).
    """

    def _text(self) -> str:
        raise NotImplementedError

    def _png(self) -> bytes:
        raise NotImplementedError

    def __repr__(self) -> str:
        return self._text()

    def _repr_mimebundle_(self, **kwargs):
        data, metadata = super()._repr_mimebundle_(**kwargs)
        picture = b64encode(self._png()).decode("ascii")
        metadata = {**metadata, "image/png": {"alt": self._text()}}
        return {**data, "text/plain": self._text(), "image/png": picture}, metadata

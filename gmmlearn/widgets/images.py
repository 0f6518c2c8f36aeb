"""Pictures as bytes: PNG with a palette where that is exact, WebP for photographs."""

from io import BytesIO

import numpy as np
from PIL import Image


def encode(image, exact=False):
    """The bytes of an (height, width, 4) uint8 picture: PNG, or WebP for more than 256 colours.

    Losses of a photograph are not seen unless it is drawn larger: then `exact` has none.
    """
    image = np.ascontiguousarray(image)
    few = palette_of(image)
    if few is not None:
        colours, indices = few
        return png(indices, colours)
    picture = Image.fromarray(image)
    if (image[..., 3] == 255).all():
        picture = picture.convert("RGB")
    return saved(picture, "WEBP", lossless=exact, quality=70, method=0 if exact else 2)


def palette_of(image):
    """(colours (n, 4), indices (height, width)) if at most 256 colours occur, otherwise None."""
    packed = image.view(np.uint32)[..., 0]
    sample = packed[:: max(1, packed.shape[0] // 16)]
    if len(np.unique(sample)) > 256:
        return None
    colours = np.unique(packed)
    if len(colours) > 256:
        return None
    return colours.view(np.uint8).reshape(-1, 4), colours.searchsorted(packed).astype(np.uint8)


def png(indices, colours):
    """A palette PNG from uint8 indices (height, width) and colours (n, 4)."""
    picture = Image.fromarray(indices)
    picture.putpalette(np.ascontiguousarray(colours[:, :3]).tobytes())
    alpha = colours[:, 3]
    extra = {} if (alpha == 255).all() else {"transparency": alpha.tobytes()}
    return saved(picture, "PNG", compress_level=6, **extra)


def saved(picture, kind, **options):
    buffer = BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()

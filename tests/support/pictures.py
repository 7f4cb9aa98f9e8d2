"""Pictures as phones, scanners and drawing programs make them."""

from io import BytesIO
from typing import Any

import pillow_heif
from PIL import Image, ImageDraw

pillow_heif.register_heif_opener()


def photo(width: int = 300, height: int = 200) -> Image.Image:
    """Soft colours with a grain, brighter at the top left."""
    grain = Image.effect_noise((width // 4 or 1, height // 4 or 1), 30).resize((width, height))
    sky = Image.linear_gradient("L").resize((width, height)).point(lambda value: 255 - value)
    return Image.merge("RGB", (sky, grain, sky.transpose(Image.Transpose.FLIP_LEFT_RIGHT)))


def drawing(ink: str = "black", width: int = 900, height: int = 600) -> Image.Image:
    """A ring on nothing."""
    made = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    ImageDraw.Draw(made).ellipse((20, 20, height - 20, height - 20), outline=ink, width=12)
    return made


def saved(picture: Image.Image, kind: str = "JPEG", **more: Any) -> bytes:
    data = BytesIO()
    picture.save(data, kind, **more)
    return data.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))

"""Pictures as phones, scanners and drawing programs make them."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pillow_heif
from PIL import Image, ImageDraw

from tests.security.kit_courses import small

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


def illustrated(folder: Path) -> Path:
    """A small course with pictures wherever there can be some."""
    small(folder)
    (folder / "pictures").mkdir()
    for name, data in {
        "pictures/table.jpg": saved(photo()),
        "pictures/chair.webp": saved(photo(200, 300), "WEBP"),
        "pictures/path.png": saved(drawing(), "PNG"),
        "pictures/logo.png": saved(drawing("navy", 500, 100), "PNG"),
        "pictures/ada.jpg": saved(photo(400, 400)),
        "lessons/beside.jpg": saved(photo(320, 200)),
    }.items():
        (folder / name).write_bytes(data)
    edit(folder / "sequence.toml", 'name = "CNT"', 'name = "CNT"\nlogo = "pictures/logo.png"')
    add(folder / "landing.md", "![A table](pictures/table.jpg)")
    add(folder / "sampler.md", "![A way through](pictures/path.png)")
    add(folder / "letters" / "welcome.md", "![A chair](../pictures/chair.webp)")
    edit(folder / "lessons" / "1-listening.md", "Some words.", THREE_PICTURES)
    return folder


THREE_PICTURES = """\
![A table, laid for two](pictures/table.jpg)

Some words and ![a chair](../pictures/chair.webp) in the middle.

- ![A window](beside.jpg)
"""


def add(path: Path, text: str) -> None:
    path.write_text(f"{path.read_text().rstrip()}\n\n{text}\n")


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))

"""The pictures of the German course in tests: drawn, so that no photograph has to lie here."""

from pathlib import Path

from PIL import Image, ImageDraw

WOOD, PALE, GREEN = (110, 80, 55), (250, 244, 225), (47, 107, 79)


def draw(folder: Path) -> None:
    """A chair by a window in three formats, and who writes."""
    folder.mkdir(exist_ok=True)
    _room((2400, 1600), (196, 206, 188)).save(folder / "stuhl.jpg", quality=90)
    _room((1600, 1000), (206, 196, 180)).save(folder / "fenster.png")
    _room((1800, 1200), (186, 196, 210)).save(folder / "flur.webp")
    _portrait(600).save(folder / "mira.png")


def _room(size: tuple[int, int], wall: tuple[int, int, int]) -> Image.Image:
    room = Image.new("RGB", size, wall)
    _box(room, 0.55, 0.12, 0.90, 0.60, PALE)  # the window
    _box(room, 0.20, 0.20, 0.23, 0.50, WOOD)  # the chair: its back, its seat, its legs
    _box(room, 0.20, 0.50, 0.42, 0.56, WOOD)
    _box(room, 0.20, 0.56, 0.225, 0.85, WOOD)
    _box(room, 0.395, 0.56, 0.42, 0.85, WOOD)
    return room


def _box(
    picture: Image.Image, x0: float, y0: float, x1: float, y1: float, fill: tuple[int, int, int]
) -> None:
    width, height = picture.size
    edges = (x0 * width, y0 * height, x1 * width, y1 * height)
    ImageDraw.Draw(picture).rectangle(edges, fill=fill)


def _portrait(size: int) -> Image.Image:
    """On nothing: what is transparent has to be right on dark paper, too."""
    portrait = Image.new("RGBA", (size, size), (0, 0, 0, 0))
    pen = ImageDraw.Draw(portrait)
    pen.ellipse([0, 0, size - 1, size - 1], fill=GREEN)
    pen.ellipse([size * 0.37, size * 0.23, size * 0.63, size * 0.50], fill=PALE)
    pen.pieslice([size * 0.20, size * 0.53, size * 0.80, size * 1.17], 180, 360, fill=PALE)
    return portrait

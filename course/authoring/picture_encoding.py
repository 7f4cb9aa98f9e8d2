"""An author's picture → the one that is sent: small, upright, in sRGB, and nothing else in it.

What is read: PNG, JPEG, WebP, GIF, AVIF and HEIC. What is sent: JPEG or PNG, which every mail
program shows, with twice as many pixels as it is shown with, and at most 200 kB. Where it was
taken, with which camera and when is left behind. A file may be anybody's: what it claims to be
is looked at before it is opened up.
"""

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

import pillow_heif
from PIL import Image, ImageCms, ImageOps, ImageStat

from course.authoring.pictures import SMALLER, Box, Encoded, NoPicture

LARGEST = 200_000  # bytes of what is sent
MOST_PIXELS = 70_000_000  # phones have up to 64 million
FEWEST_PIXELS = 8  # wide and high

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF", "HEIF")

PHOTOS = ("JPEG", "MPO", "HEIF")

# Of a drawing: flat areas, which PNG keeps sharp and small.
MOST_COLOURS = 256

# Of a JPEG that is sharpened step by step, which takes all its pixels again for each; programs
# write ten or so.
MOST_SCANS = 100
MARKER = re.compile(rb"\xff([\x01-\xcf\xd8-\xfe])")
JPEG, SCAN, END = b"\xff\xd8", b"\xda", b"\xd9"

QUALITIES = (85, 75, 65)
PALE = 200  # of 255

SRGB = ImageCms.createProfile("sRGB")

pillow_heif.register_heif_opener()


# What is wrong, and the remedy.
UNKNOWN = "It is no picture that can be read.", "Save it as JPEG or PNG."
DRAWING = "Mail programs don't show SVG.", "Save it as PNG, 1,200 pixels wide."
BROKEN = "The picture is damaged or not all of it is there.", "Save it again, as JPEG or PNG."


def encode(data: bytes, box: Box, papers: tuple[str, str]) -> Encoded:
    """Raises `NoPicture`. `papers`: what may show through it, a pale colour and a dark one."""
    if b"<svg" in data[:1000]:
        raise NoPicture(*DRAWING)
    if data.startswith(JPEG) and _scans(data) > MOST_SCANS:
        raise NoPicture(*BROKEN)
    with _opened(data) as picture:
        _refuse_size(picture)
        with _understood():
            moves = bool(getattr(picture, "is_animated", False)) and picture.format != "MPO"
            few = _has_few_colours(picture)
            pixels = _on_paper(_upright(picture, box), papers)
    kind, made = _small(pixels, few)
    return Encoded(made, kind, *pixels.size, moves)


def _scans(data: bytes) -> int:
    """Of a JPEG, up to its end: phones add a film behind it (ITU-T T.81, annex B)."""
    at, found = len(JPEG), 0
    while found <= MOST_SCANS and (marker := MARKER.search(data, at)) and marker[1] != END:
        found += marker[1] == SCAN
        at = marker.end() + int.from_bytes(data[marker.end() : marker.end() + 2], "big")
    return found


@contextmanager
def _opened(data: bytes) -> Iterator[Image.Image]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    except Exception as error:  # a decoder may stumble over anything
        raise NoPicture(*UNKNOWN) from error
    with picture:
        yield picture


@contextmanager
def _understood() -> Iterator[None]:
    try:
        yield
    except NoPicture:
        raise
    except Exception as error:  # as above
        raise NoPicture(*BROKEN) from error


def _refuse_size(picture: Image.Image) -> None:
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise _too_many_pixels(f"{width:,} × {height:,}")
    if min(width, height) < FEWEST_PIXELS:
        raise NoPicture(
            f"The picture has only {width} × {height} pixels.",
            "Take one that can be seen, or leave it out.",
        )


def _too_many_pixels(size: str = "far too many") -> NoPicture:
    most = MOST_PIXELS // 1_000_000
    return NoPicture(f"The picture has {size} pixels, and {most} million are the most.", SMALLER)


def _has_few_colours(picture: Image.Image) -> bool:
    """A drawing rather than a photo."""
    if picture.mode in ("1", "P"):
        return True
    if picture.format in PHOTOS or picture.mode not in ("L", "RGB", "RGBA"):
        return False
    return picture.getcolors(MOST_COLOURS) is not None


def _upright(picture: Image.Image, box: Box) -> Image.Image:
    """Its first frame, turned as it was taken, in sRGB, no larger than the box. `picture` is used
    up: a large one is in the memory once.
    """
    picture.draft(None, _twice_as_sent(picture.size, box))
    ImageOps.exif_transpose(picture, in_place=True)
    profile = picture.info.get("icc_profile")
    seen = _with_plain_mode(picture)
    seen.thumbnail((box.width, box.height), Image.Resampling.LANCZOS, reducing_gap=3.0)
    return _in_srgb(seen, profile)


def _twice_as_sent(size: tuple[int, int], box: Box) -> tuple[int, int]:
    """Of a large JPEG no more is decoded than that; it may lie on its side."""
    width, height = size
    lying, upright = ((box.width, box.height), (box.height, box.width))
    scale = max(min(wide / width, high / height) for wide, high in (lying, upright))
    return round(2 * scale * width), round(2 * scale * height)


def _with_plain_mode(picture: Image.Image) -> Image.Image:
    """Grey, colours or the four of print, with or without what shows through."""
    if picture.mode.startswith("I"):  # 16 bits a pixel
        return picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    has_holes = "transparency" in picture.info
    if picture.mode == "RGBA" or (picture.mode in ("L", "RGB", "CMYK") and not has_holes):
        return picture
    if picture.mode in ("CMYK", "LAB", "YCbCr", "HSV", "1"):
        return picture.convert("RGB")
    return picture.convert("RGBA")


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    if profile:
        try:
            own = ImageCms.ImageCmsProfile(BytesIO(profile))
            converted = ImageCms.profileToProfile(picture, own, SRGB, outputMode=mode)
            return converted or picture
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # it is of another kind of colours: shown as all programs show it
    return picture.convert(mode)


def _on_paper(picture: Image.Image, papers: tuple[str, str]) -> Image.Image:
    """Without holes, and without anything that came with the file.

    Programs that turn a letter dark by themselves don't tell the picture: dark lines on nothing
    would be lost.
    """
    pale, dark = papers
    if picture.mode != "RGBA":
        return _clean(picture, Image.new("RGB", picture.size), None)
    holes = picture.getchannel("A")
    if holes.getextrema() == (0, 0):
        raise NoPicture("There is nothing to see in the picture.", "Take another one.")
    brightness = ImageStat.Stat(picture.convert("L"), mask=holes).mean[0]
    paper = dark if brightness > PALE else pale
    return _clean(picture, Image.new("RGB", picture.size, paper), holes)


def _clean(picture: Image.Image, ground: Image.Image, mask: Image.Image | None) -> Image.Image:
    ground.paste(picture.convert("RGB"), mask=mask)
    return ground


def _small(pixels: Image.Image, few_colours: bool) -> tuple[str, bytes]:
    """As PNG where that keeps a drawing sharp, else as JPEG; the first that is small enough."""
    if few_colours:
        for candidate in (pixels, pixels.quantize(MOST_COLOURS)):
            if len(made := _saved(candidate, "PNG", optimize=True)) <= LARGEST:
                return "png", made
    while True:
        for quality in QUALITIES:
            made = _saved(pixels, "JPEG", quality=quality, optimize=True, progressive=True)
            if len(made) <= LARGEST:
                return "jpeg", made
        pixels.thumbnail((pixels.width * 4 // 5, pixels.height * 4 // 5))


def _saved(pixels: Image.Image, kind: str, **more: object) -> bytes:
    made = BytesIO()
    pixels.save(made, kind, **more)
    return made.getvalue()

"""What becomes of an author's picture before it is sent."""

import zlib
from contextlib import suppress
from os import urandom
from struct import pack

import pytest
from PIL import Image, ImageCms

from course.authoring.picture_encoding import LARGEST, encode
from course.authoring.pictures import COLUMN, LOGO, Box, Encoded, NoPicture
from tests.support.pictures import drawing, opened, photo, saved

PAPERS = ("#FBF7F0", "#1B1816")
PALE, DARK = (251, 247, 240), (27, 24, 22)

TURNED_LEFT, GPS = 0x0112, 0x8825


def made_of(data: bytes, box: Box = COLUMN) -> Encoded:
    return encode(data, box, PAPERS)


def colour_of(made: Encoded, x: int, y: int) -> tuple[int, ...]:
    colour = opened(made.data).convert("RGB").getpixel((x, y))
    assert isinstance(colour, tuple)
    return colour


def refusal(data: bytes) -> str:
    with pytest.raises(NoPicture) as error:
        made_of(data)
    assert error.value.remedy.endswith(".")
    return error.value.message


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "AVIF", "HEIF"])
def test_each_kind_of_file_becomes_what_every_mail_program_shows(kind: str) -> None:
    made = made_of(saved(photo(), kind))
    assert (made.width, made.height) == opened(made.data).size == (300, 200)
    assert opened(made.data).format in ("JPEG", "PNG")
    assert len(made.data) <= LARGEST


def test_a_photo_of_40_megapixels_is_as_wide_as_two_columns() -> None:
    made = made_of(saved(Image.linear_gradient("L").resize((7728, 5152)), quality=60))
    assert (made.type, made.width, made.height) == ("jpeg", 1104, 736)


def test_nothing_is_made_larger() -> None:
    assert made_of(saved(photo(40, 30))).width == 40


def test_what_takes_too_many_bytes_gets_fewer_pixels() -> None:
    grain = Image.frombytes("RGB", (700, 700), urandom(700 * 700 * 3))
    made = made_of(saved(grain, "PNG", compress_level=0))
    assert len(made.data) <= LARGEST
    assert made.width == made.height < 700


def test_it_stands_upright_and_says_nothing_of_where_it_was_taken() -> None:
    about = Image.Exif()
    about[TURNED_LEFT] = 6
    about.get_ifd(GPS).update({1: "N", 2: (52.0, 30.0, 0.0)})
    about[0x013B] = "Ada Lovelace"
    sent = made_of(saved(photo(), exif=about, comment=b"at home"))
    assert (sent.width, sent.height) == (200, 300)
    assert not opened(sent.data).getexif()
    assert not any(word in sent.data for word in (b"Exif", b"Ada", b"home", b"ICC_PROFILE"))


def test_its_colours_are_those_of_every_screen() -> None:
    """This profile calls red what sRGB calls blue."""
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = srgb.replace(b"rXYZ", b"_").replace(b"bXYZ", b"rXYZ").replace(b"_", b"bXYZ", 1)
    red = Image.new("RGB", (99, 99), "red")
    assert colour_of(made_of(saved(red, "PNG", icc_profile=srgb)), 9, 9)[0] > 250
    assert colour_of(made_of(saved(red, "PNG", icc_profile=swapped)), 9, 9)[2] > 250


def test_four_colours_of_print_and_sixteen_bits_of_grey_are_read() -> None:
    print_ = made_of(saved(Image.new("CMYK", (99, 99), (0, 0, 0, 255))))
    assert max(colour_of(print_, 9, 9)) < 60
    scan = made_of(saved(Image.new("I;16", (99, 99), 128 * 256), "PNG"))
    assert 126 <= colour_of(scan, 9, 9)[0] <= 130


def test_a_drawing_stays_sharp_on_the_letter_s_own_paper() -> None:
    made = made_of(saved(drawing(), "PNG"))
    assert (made.type, colour_of(made, 0, 0)) == ("png", PALE)


def test_a_pale_drawing_is_seen_as_well() -> None:
    assert colour_of(made_of(saved(drawing("white"), "PNG"), LOGO), 0, 0) == DARK


def test_of_what_moves_the_first_picture_is_sent() -> None:
    red, blue = (Image.new("RGB", (99, 99), colour) for colour in ("red", "blue"))
    made = made_of(saved(red, "GIF", save_all=True, append_images=[blue]))
    assert made.moves
    assert colour_of(made, 9, 9) == (255, 0, 0)
    assert not made_of(saved(red, "GIF")).moves


def test_the_same_file_has_the_same_name() -> None:
    data = saved(photo(), "PNG")
    assert made_of(data).file == made_of(data).file
    assert made_of(data).file != made_of(saved(photo(301), "PNG")).file


def test_what_is_no_picture_says_so() -> None:
    assert "no picture" in refusal(b"Dear Ada,\n" * 99)
    assert "no picture" in refusal(b"")
    assert "no picture" in refusal(saved(photo(), "TIFF"))
    assert "SVG" in refusal(b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>')


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "HEIF"])
def test_half_a_file_says_so(kind: str) -> None:
    data = saved(photo(), kind)
    assert "not all of it is there" in refusal(data[: len(data) // 2])


def test_a_moving_picture_cut_off_anywhere_crashes_nothing() -> None:
    """Whether it moves is known of what follows its first picture."""
    whole = saved(photo(16, 16), "GIF", save_all=True, append_images=[photo(16, 16).rotate(90)])
    for end in range(len(whole)):
        with suppress(NoPicture):
            assert made_of(whole[:end]).width == 16


def test_a_speck_says_so() -> None:
    assert "only 1 × 1 pixels" in refusal(saved(Image.new("RGB", (1, 1)), "PNG"))
    assert "nothing to see" in refusal(saved(Image.new("RGBA", (99, 99), (0, 0, 0, 0)), "PNG"))


def claiming(width: int, height: int) -> bytes:
    """A tiny PNG that says it is as large."""
    data = saved(Image.new("L", (9, 9)), "PNG")
    header = b"IHDR" + pack(">II", width, height) + data[24:29]
    return data[:12] + header + pack(">I", zlib.crc32(header)) + data[33:]


def test_a_small_file_that_would_fill_the_memory_is_not_opened() -> None:
    assert "9,000 × 9,000 pixels" in refusal(claiming(9_000, 9_000))
    assert "far too many pixels" in refusal(claiming(12_000, 12_000))
    assert "far too many pixels" in refusal(claiming(60_000, 60_000))


def test_a_photo_of_a_thousand_scans_is_not_decoded() -> None:
    """Each takes the time of all its pixels."""
    whole = saved(photo(), progressive=True)
    head, scan = whole.split(b"\xff\xda", 1)
    assert "damaged" in refusal(head + (b"\xff\xda" + scan.partition(b"\xff")[0]) * 1_000)
    film = b"\xff\xda" * 1_000
    assert made_of(whole + film).width == 300


def test_a_file_spoilt_anywhere_crashes_nothing() -> None:
    whole = saved(photo(64, 64), "PNG")
    for cut in range(40, len(whole), 97):
        with suppress(NoPicture):
            assert made_of(whole[:cut] + urandom(50) + whole[cut + 50 :]).width == 64

"""The pictures of a printed sampler, as Typst takes them."""

from collections.abc import Mapping

from course.authoring.pictures import Encoded
from emails.letter.pictures import COLUMN
from sequences.pictures import Picture
from sequences.sequence import Sampler

WIDEST, HIGHEST = 158, 150  # millimetres: of the text, and of most of a page

NO_PICTURES: Mapping[str, Encoded] = {}


def printed(sampler: Sampler, pictures: Mapping[str, Encoded]) -> dict[str, object]:
    """By address: the bytes as numbers, which is all that Typst takes, and the width."""
    return {
        one.address: {"data": list(pictures[one.file].data), "width": _share(one)}
        for one in sampler.pictures
        if one.file in pictures
    }


def _share(picture: Picture) -> float:
    """Of the width of what it stands in."""
    highest = HIGHEST / WIDEST * picture.width / picture.height
    return round(min(1, picture.width / COLUMN, highest), 3)

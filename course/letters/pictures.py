"""Published pictures as letters and pages take them."""

from collections.abc import Iterable

from emails.letter.pictures import Picture
from sequences import pictures


def shown(named: Iterable[pictures.Picture]) -> tuple[Picture, ...]:
    """Those that were published: a text on its own only names them."""
    return tuple(Picture(one.address, one.file, one.width, one.height) for one in named if one.file)


def of_the_look(named: pictures.Picture | None) -> Picture | None:
    """A logo, or a portrait."""
    return next(iter(shown([named])), None) if named else None

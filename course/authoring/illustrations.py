"""The pictures that a course or a newsletter names: read from its folder, encoded, put in place."""

from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar
from unicodedata import normalize
from urllib.parse import unquote

from course.authoring.picture_cache import PictureCache
from course.authoring.pictures import (
    COLUMN,
    LARGEST_FILE,
    LOGO,
    PORTRAIT,
    TOO_LARGE,
    Box,
    Encoded,
    NoPicture,
)
from sequences import files
from sequences.findings import Finding, did_you_mean
from sequences.folder import LANDING
from sequences.identity import Identity
from sequences.markup import pictures_in
from sequences.pictures import Picture, places, wrong_with
from sequences.sequence import Brand, Lesson, LetterText, Publication, Sampler, Sequence

MOST_PICTURES = 100  # different ones in a folder
TOO_MANY = f"The folder has more than {MOST_PICTURES} pictures.", "Leave some of them out."

P = TypeVar("P", bound=Publication)
T = TypeVar("T", Lesson, LetterText, Sampler)


@dataclass
class Illustrations:
    """Of one folder, on the papers of its brand.

    `made` are the pictures by their name among all that are published; `findings` say what can't
    be shown, and why.
    """

    folder: Path
    brand: Brand
    cache: PictureCache
    made: dict[str, Encoded] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    _seen: dict[tuple[str, Box], Encoded | None] = field(default_factory=dict)

    def illustrated(self, publication: P) -> P:
        """With the pictures of its texts and of its look."""
        landing = publication.landing
        parts: dict[str, Any] = {
            "brand": self._brand(publication),
            "identity": self._identity(publication),
            "landing": replace(landing, pictures=self._pictures(LANDING, 1, landing.body)),
            "letters": tuple(map(self.text, publication.letters)),
        }
        if isinstance(publication, Sequence):
            parts["lessons"] = tuple(map(self.text, publication.lessons))
            parts["sampler"] = self.text(publication.sampler) if publication.sampler else None
        return replace(publication, **parts)

    def text(self, text: T) -> T:
        """With the pictures that it names."""
        return replace(text, pictures=self._pictures(text.source, text.line, text.body))

    def _brand(self, of: Publication) -> Brand:
        return replace(of.brand, logo=self._of_the_look(of, of.brand.logo, "brand.logo", LOGO))

    def _identity(self, of: Publication) -> Identity:
        if (signature := of.identity.signature) is None:
            return of.identity
        named = signature.portrait
        portrait = self._of_the_look(of, named, "signature.portrait", PORTRAIT)
        return replace(of.identity, signature=replace(signature, portrait=portrait))

    def _of_the_look(
        self, of: Publication, picture: Picture | None, key: str, box: Box
    ) -> Picture | None:
        if picture is None:
            return None
        return self._picture(of.manifest, of.line_of(key), picture.address, box)

    def _pictures(self, source: str, line: int, body: str) -> tuple[Picture, ...]:
        named = {address: at for at, address in reversed(list(pictures_in(line, body)))}
        found = (self._picture(source, at, address) for address, at in reversed(named.items()))
        return tuple(picture for picture in found if picture)

    def _picture(self, source: str, at: int, address: str, box: Box = COLUMN) -> Picture | None:
        """None where it can't be shown, which is said here or, of its address, by lint."""
        if wrong_with(source, address):
            return None
        try:
            made = self._encoded(self._place(source, address), box)
        except NoPicture as error:
            message = f"{unquote(address)}: {error.message}"
            self.findings.append(Finding(source, at, message, error.remedy))
            return None
        if made is None:
            return None
        if made.moves:
            message = f"{unquote(address)} moves, and only its first picture is sent."
            remedy = "Choose the moment yourself, or describe in words what happens."
            self.findings.append(Finding(source, at, message, remedy, "warning"))
        self.made[made.file] = made
        return Picture(address, made.file, made.width, made.height)

    def _place(self, source: str, address: str) -> str:
        """Its file below the folder. Raises `NoPicture` where there is none."""
        wanted = [PurePosixPath(place) for place in places(source, address)]
        beside = [self._beside(place.parent) for place in wanted]
        for place, names in zip(wanted, beside, strict=True):
            if name := names.get(normalize("NFC", place.name)):
                return str(place.with_name(name))
        known = {name for names in beside for name in names}
        put = f"Put it into the folder {self.folder.resolve().name}, as {wanted[-1]}."
        remedy = did_you_mean(wanted[-1].name, known, put)
        raise NoPicture("There is no such file.", remedy)

    def _beside(self, below: PurePosixPath) -> dict[str, str]:
        """What stands in a folder, by its name as it is read: a Mac writes ü as two characters."""
        try:
            names = files.names(self.folder, str(below))
        except files.Unreadable as error:
            raise NoPicture(error.message, error.remedy) from error
        return {normalize("NFC", name): name for name in names}

    def _encoded(self, place: str, box: Box) -> Encoded | None:
        """None where it could not be shown before. Raises `NoPicture` the first time."""
        if (place, box) not in self._seen:
            self._seen[place, box] = None
            if len(self._seen) > MOST_PICTURES:
                raise NoPicture(*TOO_MANY)
            papers = self.brand.paper, self.brand.paper_dark
            self._seen[place, box] = self.cache.encoded(self._read(place), box, papers)
        return self._seen[place, box]

    def _read(self, place: str) -> bytes:
        try:
            return files.read_bytes(self.folder, place, LARGEST_FILE)
        except files.TooLarge as error:
            raise NoPicture(*TOO_LARGE) from error
        except files.Unreadable as error:
            raise NoPicture(error.message, error.remedy) from error

"""Every letter of a course as files to look at, before anybody gets one.

Their links open nothing: the key that signs them is made for one preview and thrown away, or
whoever looks at the files could act for the first reader.
"""

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path

from flask import Flask, render_template

from course.authoring.compiling import Compilation
from course.authoring.pictures import Encoded
from course.authoring.samples import quotes, samples
from course.letters.delivery_rows import DeliveryRow
from course.letters.makers import Context
from course.letters.placeholders import all_values
from course.runtime.links import Links
from emails.letter.compiling import CompiledLetter, Rendered, render
from emails.letter.pictures import PICTURES_URL
from emails.tokens import Signer
from sequences.sequence import Publication

PICTURES = "pictures"  # the folder beside the letters

DARK = "@media (prefers-color-scheme: dark)"


def write(
    compilation: Compilation,
    folder: Path,
    base_url: str,
    now: datetime,
    only: Collection[str] = (),
) -> int:
    """Write the letters, or `only` these, and an index that shows them; how many there were."""
    links, letters = Links(base_url, Signer(secrets.token_urlsafe(48))), {}
    sequence, said = compilation.sequence, quotes(compilation.sequence)
    for number, (to, key) in enumerate(samples(compilation, now), start=1):
        if not only or key in only:
            context = Context(links, to, sequence, now, said)
            letters[f"{number:02}-{key}"] = _rendered(compilation.letters[key], context)
    write_letters(folder, sequence.title, letters, compilation.pictures)
    return len(letters)


def write_letters(
    folder: Path, title: str, letters: Mapping[str, Rendered], pictures: Mapping[str, Encoded]
) -> None:
    """By their files' names, with an index that shows them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, letter in letters.items():
        _write(folder, name, letter)
    names = [
        {"name": name, "subject": letter.subject, "text": letter.text}
        for name, letter in letters.items()
    ]
    (folder / "index.html").write_text(_index(title, names), "utf-8")
    _write_pictures(folder / PICTURES, pictures)


def rendered(
    letter: CompiledLetter, publication: Publication, to: DeliveryRow, base_url: str, now: datetime
) -> Rendered:
    """One letter on its own, with links that open nothing."""
    links = Links(base_url, Signer(secrets.token_urlsafe(48)))
    return _rendered(letter, Context(links, to, publication, now))


def _rendered(letter: CompiledLetter, context: Context) -> Rendered:
    return render(letter, {**all_values(context), PICTURES_URL: PICTURES})


def _write(folder: Path, name: str, letter: Rendered) -> None:
    (folder / f"{name}.html").write_text(letter.html, "utf-8")
    (folder / f"{name}.dark.html").write_text(letter.html.replace(DARK, "@media all"), "utf-8")
    (folder / f"{name}.txt").write_text(f"{letter.subject}\n\n{letter.text}", "utf-8")


def _write_pictures(folder: Path, pictures: Mapping[str, Encoded]) -> None:
    for name, picture in pictures.items():
        folder.mkdir(exist_ok=True)
        (folder / name).write_bytes(picture.data)


def _index(title: str, names: list[dict[str, str]]) -> str:
    with Flask("course").app_context():
        return render_template("preview.html", title=title, letters=names)

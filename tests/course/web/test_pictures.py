"""Pictures on their way: published once, served for ever, the same address for everybody."""

import re
import shutil
from pathlib import Path

import pytest
from sqlmodel import func, select

from course.authoring import (
    compiling,
    newsletter_compiling,
    newsletter_publishing,
    publishing,
)
from course.db.transactions import reading, transaction
from course.models import Picture, RevisionPicture
from tests.support.message_rules import check_message
from tests.support.pictures import add, edit, illustrated, opened, photo, saved
from tests.support.shipped import NEWSLETTER
from tests.support.world import World


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return illustrated(tmp_path / "evenings")


def publish(world: World, folder: Path) -> compiling.Compilation:
    made = compiling.compile_course(folder)
    with transaction(world.runtime.engine) as session:
        publishing.publish(session, made, world.clock.now())
    return made


def stored(world: World) -> tuple[int, int]:
    """How many pictures there are, and how often a revision has one."""
    with reading(world.runtime.engine) as session:
        return (
            session.exec(select(func.count()).select_from(Picture)).one(),
            session.exec(select(func.count()).select_from(RevisionPicture)).one(),
        )


def sources(html: str) -> list[str]:
    return re.findall(r'<img[^>]* src="([^"]+)"', html)


def test_a_picture_is_stored_once_however_often_it_is_published(world: World, folder: Path) -> None:
    publish(world, folder)
    assert stored(world) == (5, 5)
    add(folder / "landing.md", "A new word.")
    publish(world, folder)
    assert stored(world) == (5, 10)


def test_it_is_fetched_once_and_kept_for_ever(world: World, folder: Path) -> None:
    for file, picture in publish(world, folder).pictures.items():
        answer = world.client.get(f"/pictures/{file}")
        assert opened(answer.data).size == (picture.width, picture.height)
        assert answer.headers["Content-Type"] == f"image/{picture.type}"
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in answer.headers
        assert "Vary" not in answer.headers
        known = {"If-None-Match": answer.headers["ETag"]}
        assert world.client.get(f"/pictures/{file}", headers=known).status_code == 304


@pytest.mark.parametrize(
    "name", ["0" * 32 + ".jpg", "0" * 32 + ".gif", "../sequence.toml", "x.png", "0" * 32, "\0.png"]
)
def test_any_other_address_is_no_picture(world: World, name: str) -> None:
    answer = world.client.get(f"/pictures/{name}")
    assert answer.status_code == 404
    assert answer.headers["Cache-Control"] == "no-store"


def test_one_kind_is_not_served_as_the_other(world: World, folder: Path) -> None:
    file = next(file for file in publish(world, folder).pictures if file.endswith(".jpg"))
    assert world.client.get(f"/pictures/{file.replace('.jpg', '.png')}").status_code == 404


def test_every_page_of_an_author_shows_them(world: World, folder: Path) -> None:
    made = publish(world, folder)
    logo, (landing,) = made.sequence.brand.logo, made.sequence.landing.pictures
    assert logo
    html = world.client.get("/courses/evenings").text
    assert sources(html) == [f"/pictures/{logo.file}", f"/pictures/{landing.file}"]
    assert 'alt="A table"' in html


def test_a_newsletter_s_page_shows_them_too(world: World, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(NEWSLETTER, tmp_path / NEWSLETTER.name))
    (folder / "tree.jpg").write_bytes(saved(photo()))
    add(folder / "landing.md", "![A tree](tree.jpg)")
    edit(folder / "newsletter.toml", "[brand]\n", '[brand]\nlogo = "tree.jpg"\n')
    made = newsletter_compiling.compile_newsletter(folder)
    with transaction(world.runtime.engine) as session:
        newsletter_publishing.publish(session, made, world.clock.now())
    shown = sources(world.client.get(f"/newsletters/{folder.name}").text)
    assert sorted(shown) == sorted(f"/pictures/{file}" for file in made.pictures)
    assert len(shown) == 2


def html_of(world: World, to: str) -> str:
    """Of the newest letter, which is in order."""
    check_message(world.raw()[-1])
    part = world.letters(to)[-1].get_body(("html",))
    assert part
    return str(part.get_content())


def welcome(world: World, to: str) -> str:
    world.press("/courses/evenings/sign-ups", address=to, first_name="Ada", zone="Europe/Berlin")
    world.settle()
    world.press(world.link("/confirm/", world.letters(to)[-1]))
    world.settle()
    return html_of(world, to)


def test_a_letter_s_pictures_are_the_same_for_all_readers(world: World, folder: Path) -> None:
    publish(world, folder)
    ada, grace = (sources(welcome(world, f"{name}@example.org")) for name in ("ada", "grace"))
    assert ada == grace
    assert len(ada) == 2  # the logo, and a chair
    for source in ada:
        assert source.startswith(f"{world.runtime.settings.base_url}/pictures/")
        assert world.open(source).content_type.startswith("image/")


def test_a_letter_in_the_browser_and_its_sampler_show_them(world: World, folder: Path) -> None:
    made = publish(world, folder)
    assert made.sequence.sampler
    welcome(world, "ada@example.org")
    mail = world.letters()[-1]
    (chair,), (way,) = made.sequence.letters[-1].pictures, made.sequence.sampler.pictures
    assert f"/pictures/{chair.file}" in sources(world.open(world.link("/letters/", mail)).text)
    assert f"/pictures/{way.file}" in sources(world.open(world.link("/sampler/", mail)).text)

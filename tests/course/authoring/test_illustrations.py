"""The pictures of a course folder: shown where they are named, or said to be missing."""

import os
from pathlib import Path

import pytest

from course.authoring import compiling, previewing
from course.authoring.compiling import Compilation, NotPublishable
from course.authoring.illustrations import MOST_PICTURES
from course.authoring.pictures import LARGEST_FILE
from emails import transfer_encoding
from sequences.findings import Finding
from sequences.sequence import Sequence
from tests.security.kit_courses import small
from tests.support.pictures import add, drawing, edit, illustrated, photo, saved
from tests.support.world import FRIDAY

LESSON = "lessons/1-listening.md"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = small(tmp_path / "evenings")
    (made / "pictures").mkdir()
    (made / "pictures" / "chair.jpg").write_bytes(saved(photo()))
    return made


def found(folder: Path, words: str, cache: Path | None = None) -> list[Finding]:
    """Where the words stand in the first lesson, on their own line 11."""
    edit(folder / LESSON, "Some words.", words)
    try:
        findings = compiling.compile_course(folder, cache).findings
    except NotPublishable as error:
        findings = error.findings
    return [finding for finding in findings if (finding.source, finding.line) == (LESSON, 11)]


def test_pictures_are_shown_where_they_are_named(tmp_path: Path) -> None:
    made = compiling.compile_course(illustrated(tmp_path / "evenings"))
    lesson, sequence = made.sequence.lessons[0], made.sequence
    assert [picture.address for picture in lesson.pictures] == [
        *("pictures/table.jpg", "../pictures/chair.webp", "beside.jpg"),
    ]
    assert sequence.landing.pictures[0].file == lesson.pictures[0].file
    assert sequence.brand.logo
    assert (sequence.brand.logo.width, sequence.brand.logo.height) == (400, 80)
    named = {picture.file for picture in (*lesson.pictures, sequence.brand.logo)}
    assert named < made.pictures.keys()
    assert Sequence.from_json(sequence.to_json()) == sequence


def test_a_lesson_with_three_pictures_is_as_short_as_one_without(tmp_path: Path) -> None:
    letter = compiling.compile_course(illustrated(tmp_path / "evenings")).letters["listening"]
    assert letter.html.count("<img") == 4  # and the logo
    assert transfer_encoding.size(letter.text, letter.html) < 40_000


def test_the_portrait_of_who_signs_stands_in_the_letters_that_are_signed(tmp_path: Path) -> None:
    folder = illustrated(tmp_path / "evenings")
    add(folder / "sequence.toml", '[signature]\nname = "Ada"\nportrait = "pictures/ada.jpg"')
    made = compiling.compile_course(folder)
    signature = made.sequence.identity.signature
    assert signature
    assert signature.portrait
    assert (signature.portrait.width, signature.portrait.file in made.pictures) == (192, True)
    showing = {key for key, one in made.letters.items() if signature.portrait.file in one.html}
    assert showing == {"listening", "asking", "welcome", "closing"}


@pytest.mark.parametrize(
    ("address", "message", "remedy"),
    [
        ("pictures/chiar.jpg", "no such file", "Did you mean chair.jpg?"),
        (
            "pictures/table.png",
            "no such file",
            "Put it into the folder evenings, as pictures/table.png.",
        ),
        ("pictures", "no ordinary file", ""),
        (LESSON, "no picture that can be read", "Save it as JPEG or PNG."),
        ("pictures/half.jpg", "not all of it is there", "Save it again"),
        ("pictures/link.jpg", "symbolic link", "Put the file"),
        ("pictures/large.jpg", "more than 20 MB", "Save it smaller"),
        ("pictures/speck.png", "only 1 × 1 pixels", "leave it out"),
        ("pictures/vector.svg", "don't show SVG", "Save it as PNG"),
    ],
)
def test_what_can_not_be_shown_is_said_once(
    folder: Path, address: str, message: str, remedy: str
) -> None:
    pictures = folder / "pictures"
    (pictures / "half.jpg").write_bytes(saved(photo())[:2000])
    (pictures / "speck.png").write_bytes(saved(photo(1, 1), "PNG"))
    (pictures / "vector.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    (pictures / "link.jpg").symlink_to("chair.jpg")
    with (pictures / "large.jpg").open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    (finding,) = found(folder, f"![A chair]({address}) and again ![A chair]({address})")
    assert message in finding.message
    assert remedy in finding.remedy
    assert finding.severity == "error"


@pytest.mark.parametrize(
    "address",
    [
        *("../../secret.png", "../up/secret.png", "../up/sceret.png", "/etc/passwd"),
        *("%2e%2e/%2e%2e/secret.png", "../pictures/../../secret.png", "../pictures/up/secret.png"),
    ],
)
def test_nothing_outside_of_the_folder_is_read_or_named(folder: Path, address: str) -> None:
    (folder.parent / "secret.png").write_bytes(saved(drawing(), "PNG"))
    (folder / "up").symlink_to("..")
    (folder / "pictures" / "up").symlink_to("../..")
    (finding,) = found(folder, f"![A secret]({address})")
    assert finding.severity == "error"
    assert "Did you mean" not in finding.remedy


def test_what_moves_is_published_with_a_warning(folder: Path) -> None:
    frames = [photo(99, 99), drawing(width=99, height=99).convert("RGB")]
    data = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
    (folder / "pictures" / "dance.gif").write_bytes(data)
    (warning,) = found(folder, "![A dance](pictures/dance.gif)")
    assert (warning.severity, warning.source) == ("warning", LESSON)
    assert "only its first picture is sent" in warning.message


def test_a_name_is_found_however_its_umlaut_is_written(folder: Path) -> None:
    (folder / "pictures" / "Stu\u0308hle 1.jpg").write_bytes(saved(photo()))
    assert found(folder, "![Stühle](<pictures/Stühle 1.jpg>)") == []


def test_a_picture_of_the_look_is_named_with_its_line(folder: Path) -> None:
    edit(folder / "sequence.toml", 'name = "CNT"', 'name = "CNT"\nlogo = "pictures/lgoo.png"')
    with pytest.raises(NotPublishable) as error:
        compiling.compile_course(folder)
    (finding,) = (f for f in error.value.findings if f.severity == "error")
    assert (finding.source, finding.line) == ("sequence.toml", 7)


def test_there_are_only_so_many(folder: Path) -> None:
    for number in range(MOST_PICTURES + 2):
        os.link(folder / "pictures" / "chair.jpg", folder / "pictures" / f"{number}.jpg")
    words = " ".join(f"![A](pictures/{number}.jpg)" for number in range(MOST_PICTURES + 2))
    assert any(f"more than {MOST_PICTURES} pictures" in f.message for f in found(folder, words))


def test_a_second_lint_takes_what_was_encoded_before(folder: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    assert found(folder, "![A chair](pictures/chair.jpg)", cache) == []
    (kept,) = cache.iterdir()
    kept.write_bytes(b"from the cache")
    (again,) = compiling.compile_course(folder, cache).pictures.values()
    assert again.data == b"from the cache"


def test_a_preview_shows_them_without_a_server(tmp_path: Path) -> None:
    made: Compilation = compiling.compile_course(illustrated(tmp_path / "evenings"))
    previewing.write(made, tmp_path / "out", "https://letters.example.org", FRIDAY)
    html = (tmp_path / "out" / "03-listening.html").read_text()
    for picture in made.sequence.lessons[0].pictures:
        assert f'src="pictures/{picture.file}"' in html
        assert (tmp_path / "out" / "pictures" / picture.file).read_bytes()

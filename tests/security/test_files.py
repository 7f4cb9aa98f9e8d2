"""A course's folder reads nothing but its own ordinary files."""

import os
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from course.authoring import compiling
from sequences import files
from tests.security.kit_courses import SECRET, found_in
from tests.support.shipped import COURSE

Trick = Callable[[Path], object]


def replaced(source: str, make: Trick) -> Trick:
    def trick(folder: Path) -> None:
        (folder / source).unlink(missing_ok=True)
        make(folder / source)

    return trick


def moved(source: str) -> Trick:
    """The file or the folder stands elsewhere, and a link leads to it."""

    def trick(folder: Path) -> None:
        away = folder.parent.parent / "elsewhere"
        (folder / source).rename(away)
        (folder / source).symlink_to(away)

    return trick


def to_secret(path: Path) -> None:
    path.symlink_to("../../secret" if path.parent.name == "mine" else "../../../secret")


def sized(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(files.LARGEST_FILE + 1)


def listening(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # the name of a socket is short
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(here)


@pytest.mark.parametrize(
    "source", ["landing.md", "sampler.md", "sequence.toml", "letters/nudge.md"]
)
@pytest.mark.parametrize(
    ("make", "words"),
    [
        (to_secret, "symbolic link"),
        (lambda path: path.symlink_to("/dev/zero"), "symbolic link"),
        (lambda path: path.symlink_to(path.name), "symbolic link"),
        (lambda path: path.symlink_to("nowhere"), "symbolic link"),
        (Path.mkdir, "no ordinary file"),
        (os.mkfifo, "no ordinary file"),
        (listening, "no ordinary file"),
        (sized, "more than 1,000,000 bytes"),
        (lambda path: path.write_bytes(b"title\n\xff\xfe"), "not plain text"),
        (lambda path: path.write_text("text".ljust(99) + "\0"), "is no text"),
    ],
)
def test_what_is_no_ordinary_file_is_a_finding(
    folder: Path, source: str, make: Trick, words: str
) -> None:
    replaced(source, make)(folder)
    begun = time.process_time()
    findings = found_in(folder)
    assert words in " ".join(finding.message for finding in findings if finding.source == source)
    assert all(finding.remedy for finding in findings)
    assert SECRET not in repr(findings)
    assert time.process_time() - begun < 1


@pytest.mark.parametrize("source", ["lessons", "letters", "lessons/3-check-ins.md"])
def test_no_link_is_followed_even_to_what_is_in_order(folder: Path, source: str) -> None:
    moved(source)(folder)
    assert "symbolic link" in " ".join(finding.message for finding in found_in(folder))


def test_the_course_itself_is_no_link(folder: Path) -> None:
    moved(".")(folder)
    assert files.courses(folder.parent) == [folder]
    assert "symbolic link" in found_in(folder)[0].message


def test_a_device_is_not_even_opened(folder: Path) -> None:
    if os.geteuid():
        pytest.skip("only root can make a device")
    (folder / "landing.md").unlink()
    try:
        os.mknod(folder / "landing.md", 0o644 | 0o020000, os.makedev(1, 5))  # /dev/zero
    except PermissionError:
        pytest.skip("no devices can be made here")
    assert [finding.message for finding in found_in(folder)] == ["It is no ordinary file."]


def test_a_file_nobody_may_read_says_so(folder: Path) -> None:
    (folder / "landing.md").chmod(0)
    if os.access(folder / "landing.md", os.R_OK):
        pytest.skip("root may read everything")
    assert "permission denied" in found_in(folder)[0].message


def test_more_files_than_a_course_can_have_are_not_read(folder: Path) -> None:
    for number in range(files.MOST_FILES + 1):
        (folder / "letters" / f"{number}.md").touch()
    assert [f.message for f in found_in(folder)] == [
        f"There are more than {files.MOST_FILES} files in it."
    ]


def test_a_name_that_would_write_on_the_terminal_is_shown_without_it(folder: Path) -> None:
    (folder / "letters" / "a\x1b[2Jb.md").touch()
    (folder / "letters" / os.fsdecode(b"\xff.md")).touch()
    findings = found_in(folder)
    assert {finding.message for finding in findings} == {
        "Its name has a character that is no text."
    }
    assert all(finding.source.isprintable() for finding in findings)


def test_a_folder_that_is_a_knot_hides_none_of_the_others(folder: Path) -> None:
    (folder.parent / "knot").symlink_to("knot")
    (folder.parent / "file").touch()
    assert folder in files.courses(folder.parent)


def test_of_two_folders_with_one_name_the_first_counts(folder: Path, tmp_path: Path) -> None:
    """Whatever they are: the name is the address of either."""
    first = tmp_path / "first"
    (first / folder.name).mkdir(parents=True)
    (first / folder.name / files.NEWSLETTER_FILE).touch()
    assert files.newsletters(first, folder.parent) == [first / folder.name]
    assert files.courses(first, tmp_path / "nowhere", folder.parent) == []
    assert files.courses(folder.parent, first) == [folder]
    assert files.newsletters(folder.parent, first) == []


def test_a_mark_of_utf_8_at_the_beginning_is_no_text(folder: Path) -> None:
    landing = folder / "landing.md"
    landing.write_bytes(b"\xef\xbb\xbf" + landing.read_bytes())
    assert compiling.compile_course(folder).findings == compiling.compile_course(COURSE).findings

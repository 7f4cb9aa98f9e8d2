"""A newsletter's file becomes a letter and a page, or what is wrong with it is said."""

import re
from email.message import EmailMessage
from pathlib import Path

import pytest

from course.authoring.compiling import NotPublishable
from tests.course.newsletters.kit import NEWS, announce, newsletters
from tests.support.pictures import photo, saved
from tests.support.world import World


def test_it_says_why_it_comes_and_how_to_leave(three: World, news: Path) -> None:
    announce(three, news)
    three.settle()
    mail = three.letters()[-1]
    assert "Dear Ada," in three.text(mail)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-ID"] == "Evening Notes <evening-notes.example.org>"
    assert "Auto-Submitted" not in mail, "a person has written it"
    assert mail["Precedence"] == "bulk"
    assert mail["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    three.press(three.link("/u/", mail) + "/departure")
    assert (three.subscription().state, three.enrollment().state) == ("left", "active")


def test_in_the_browser_it_is_a_page_with_the_same_words(three: World, news: Path) -> None:
    announce(three, news)
    three.settle()
    shown = three.open(three.link("/letters/", three.letters()[-1]))
    assert shown.status_code == 200
    assert "In spring we begin anew." in shown.get_data(as_text=True)


@pytest.mark.parametrize(
    ("words", "instead"),
    [("preview: Save the date.\n", ""), ("{{ greeting }}", "{{ greting }}"), ("In", "{{ step }}")],
)
def test_what_is_wrong_is_said_with_file_line_and_remedy(
    three: World, news: Path, words: str, instead: str
) -> None:
    news.write_text(NEWS.replace(words, instead, 1))
    with pytest.raises(NotPublishable) as caught:
        announce(three, news)
    (finding,) = caught.value.findings
    assert (finding.source, bool(finding.line), bool(finding.remedy)) == ("journal.md", True, True)
    assert newsletters(three) == []


def test_its_pictures_are_published_with_it(three: World, tmp_path: Path) -> None:
    """From its newsletter's folder, as seen from there or from the file."""
    folder = tmp_path / "evening-notes"
    (folder / "issues").mkdir(parents=True)
    (folder / "newsletter.toml").touch()
    (folder / "spring.jpg").write_bytes(saved(photo()))
    file = folder / "issues" / "march.md"
    file.write_text(f"{NEWS}\n![A tree](../spring.jpg)\n\n![A tree again](spring.jpg)\n")
    announce(three, file)
    three.settle()
    mail = three.letters()[-1]
    for html in (html_of(mail), three.open(three.link("/letters/", mail)).text):
        one, other = re.findall(r'src="([^"]+/pictures/[^"]+|/pictures/[^"]+)"', html)
        assert one == other
        assert three.open(one).content_type == "image/jpeg"


def test_a_picture_that_is_not_there_stops_it(three: World, news: Path) -> None:
    news.write_text(f"{NEWS}\n![A tree](spring.jpg)\n")
    with pytest.raises(NotPublishable) as caught:
        announce(three, news)
    (finding,) = caught.value.findings
    assert (finding.source, "no such file" in finding.message) == ("journal.md", True)


def html_of(mail: EmailMessage) -> str:
    part = mail.get_body(("html",))
    assert part
    return str(part.get_content())

"""A course's own wording of what the engine says, and what is wrong in it."""

import shutil
from pathlib import Path

import pytest

from course.authoring.compiling import NotPublishable, compile_course
from course.authoring.newsletter_compiling import compile_newsletter
from course.authoring.phrases_file import wrong_phrases
from course.authoring.sentences import OF_COURSES, OF_NEWSLETTERS, met_by_readers, sentences
from course.i18n.catalogs import catalog_of
from tests.support.pictures import edit
from tests.support.shipped import COURSE, NEWSLETTER, compiled

HEAD = 'msgid ""\nmsgstr "Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n\n'


def said(messages: str, head: str = HEAD) -> list[tuple[int, str]]:
    findings = wrong_phrases("en", head + messages)
    return [(finding.line, f"{finding.message} {finding.remedy}") for finding in findings]


def test_a_phrase_of_ones_own_takes_the_place_of_the_engine_s() -> None:
    own = HEAD + 'msgid "Skip it"\nmsgstr "Let it go"\n'
    assert list(wrong_phrases("en", own)) == []
    assert catalog_of("en", own).gettext("Skip it") == "Let it go"


@pytest.mark.parametrize(
    ("messages", "line", "words"),
    [
        ('msgid "Skip its"\nmsgstr "Let it go"', 4, "Did you mean: Skip it"),
        ('msgid "Next: %(title)s"\nmsgstr "Then: %(name)s"', 4, "and no others: %(title)s"),
        ('msgid "Next: %(title)s"\nmsgstr "100 % sure: %(title)s"', 4, "written twice"),
        ('msgid "Skip it"\nmsgstr "{{ leave_url }}"', 4, "in braces"),
        ('msgid "Skip it"\nmsgstrr "x"', 4, "This line can't be read"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line(messages: str, line: int, words: str) -> None:
    [(where, finding)] = said(messages + "\n")
    assert (where, words in finding) == (line, True), finding


@pytest.mark.parametrize("forms", ["nplurals=999999999; plural=n;", "nplurals=2; plural=n%0;"])
def test_forms_that_no_language_has_are_one_finding(forms: str) -> None:
    head = f'msgid ""\nmsgstr "Plural-Forms: {forms}\\n"\n\n'
    assert len(said('msgid "Skip it"\nmsgstr "Let it go"\n', head)) == 1


def test_it_is_looked_at_before_a_course_is_published(tmp_path: Path) -> None:
    course = shutil.copytree(COURSE, tmp_path / "emotional-safety")
    (course / "phrases.po").write_text(HEAD + 'msgid "Skip its"\nmsgstr "Let it go"\n')
    with pytest.raises(NotPublishable) as error:
        compile_course(course)
    assert [finding.source for finding in error.value.findings] == ["phrases.po"]


@pytest.mark.parametrize("language", ["it", "de", "en-GB"])
def test_lint_counts_what_is_not_said_in_the_course_s_language(
    tmp_path: Path, language: str
) -> None:
    course = shutil.copytree(COURSE, tmp_path / "emotional-safety")
    plan = course / "sequence.toml"
    plan.write_text(plan.read_text().replace('"en-US"', f'"{language}"'))
    (course / "phrases.po").write_text(HEAD + 'msgid "Skip it"\nmsgstr "Saltala"\n')
    counted = [one for one in compile_course(course).findings if "still English" in one.message]
    all_of_them = len(met_by_readers(compiled().sequence))
    wanted = [f"{all_of_them - 1} of the engine's {all_of_them} sentences"] * (language == "it")
    assert [one.message.partition(" are ")[0] for one in counted] == wanted


def test_a_newsletters_readers_need_no_words_of_a_course(tmp_path: Path) -> None:
    newsletter = shutil.copytree(NEWSLETTER, tmp_path / "evening-notes")
    edit(newsletter / "newsletter.toml", '"en"', '"it"')
    made = compile_newsletter(newsletter)
    (counted,) = [one for one in made.findings if "still English" in one.message]
    met = met_by_readers(made.newsletter)
    assert counted.message.startswith(f"{len(met)} of the engine's {len(met)} sentences")
    assert {"Skip it", "Unsubscribe"} & met == {"Unsubscribe"}
    assert "Yes, subscribe me" in met - met_by_readers(compiled().sequence)


def test_who_speaks_to_the_readers_of_one_of_them_says_something() -> None:
    said = {file for files in sentences().values() for file in files}
    idle = [n for n in (*OF_COURSES, *OF_NEWSLETTERS) if not any(f.startswith(n) for f in said)]
    assert idle == []


@pytest.mark.parametrize("messages", ['msgid "Skip its"\nmsgstr "Let it go"\n', 'msgid "Skip it\n'])
def test_a_newsletters_own_is_looked_at_too(tmp_path: Path, messages: str) -> None:
    newsletter = shutil.copytree(NEWSLETTER, tmp_path / "evening-notes")
    (newsletter / "phrases.po").write_text(HEAD + messages)
    with pytest.raises(NotPublishable) as error:
        compile_newsletter(newsletter)
    assert [finding.source for finding in error.value.findings] == ["phrases.po"]

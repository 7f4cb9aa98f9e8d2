"""`letterpath new`: from nothing to a course or a newsletter that can be published."""

import os
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from course.authoring.beginning import SKELETONS
from course.authoring.compiling import Compilation, compile_course
from course.authoring.newsletter_compiling import NewsletterCompilation, compile_newsletter
from course.cli import letterpath
from course.newsletters.composing import compose
from sequences.weekdays import DAYS
from tests.support.environment import variables
from tests.support.shipped import COURSE, NEWSLETTER
from tests.support.terminal import invoke

# What only the course that ships speaks of.
ITS_SUBJECT = ("cnt", "emotional", "couple", "partner", "relationship", "house", "stone")


LANGUAGES = ("de", "en", "es", "fr")


def answered(folder: Path, *words: str, answer: str = "") -> Result:
    return CliRunner(env=variables(courses=folder)).invoke(letterpath, words, input=answer)


def manifest(folder: Path) -> dict[str, dict[str, object]]:
    return tomllib.loads((folder / "sequence.toml").read_text("utf-8"))


def blanks(made: Compilation | NewsletterCompilation) -> set[str]:
    """What is left to write; the imprint is one of them."""
    return {finding.message.partition(" has no ")[0] for finding in made.findings}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_new_course_has_nothing_to_mend_but_its_blanks(tmp_path: Path, language: str) -> None:
    done = answered(tmp_path, "new", "quiet-evenings", "--language", language)
    assert (done.exit_code, "letterpath lint quiet-evenings" in done.stdout) == (0, True)
    made = compile_course(tmp_path / "quiet-evenings")
    assert len(made.sequence.steps) == 3
    assert blanks(made) == {"There is a TODO here.", "[imprint]"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_new_newsletter_has_nothing_to_mend_but_its_blanks(tmp_path: Path, language: str) -> None:
    words = ("new", "quiet-news", "--newsletter", "--language", language, "--title", "Still")
    done = answered(tmp_path, *words)
    made = compile_newsletter(tmp_path / "quiet-news")
    assert (made.newsletter.title, made.newsletter.language) == ("Still", language)
    assert blanks(made) == {"There is a TODO here.", "[imprint]"}
    (issue,) = (tmp_path / "quiet-news" / "issues").iterdir()
    composed = compose(issue, made.newsletter)
    assert {finding.message for finding in composed.findings} == {"There is a TODO here."}
    assert f"letterpath broadcast {issue} --newsletter quiet-news" in done.stdout


def test_every_skeleton_is_there_in_every_language() -> None:
    for kind in ("course", "newsletter"):
        assert {path.name for path in (SKELETONS / kind).iterdir()} == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_writes_is_said_in_one_place(tmp_path: Path, language: str) -> None:
    answered(tmp_path, "new", "chess", "--language", language)
    sequence = compile_course(tmp_path / "chess").sequence
    assert sequence.identity.signature
    assert "TODO" in " ".join(sequence.identity.signature.about)
    assert sequence.landing.body.count("## ") == 1


def test_a_newsletter_has_no_days(tmp_path: Path) -> None:
    done = answered(tmp_path, "new", "quiet-news", "--newsletter", "--days", "friday")
    assert (done.exit_code, "letterpath broadcast says when" in done.output) == (2, True)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_imprint_is_right_once_its_number_signs_are_gone(tmp_path: Path, language: str) -> None:
    answered(tmp_path, "new", "chess", "--language", language)
    path = tmp_path / "chess" / "sequence.toml"
    before, mark, after = path.read_text("utf-8").partition("# [imprint]")
    imprint, blank, rest = (mark + after).partition("\n\n")
    path.write_text(before + imprint.replace("# ", "") + blank + rest, "utf-8")
    made = compile_course(tmp_path / "chess")
    assert {finding.message for finding in made.findings} == {"There is a TODO here."}


def test_what_was_answered_is_in_the_manifest(tmp_path: Path) -> None:
    answers = 'Atem "holen"\nPraxis Grünfeld\nde\nMontag, Donnerstag\n6:45\n'
    done = answered(tmp_path, "new", "atempause", answer=answers)
    plan = manifest(tmp_path / "atempause")
    assert plan["course"]["title"] == 'Atem "holen"'
    assert (plan["brand"]["name"], plan["course"]["language"]) == ("Praxis Grünfeld", "de")
    assert plan["schedule"]["days"] == ["monday", "thursday"]
    assert (plan["schedule"]["at"], done.exit_code) == ("06:45", 0)


@pytest.mark.parametrize("days", ["monday, thursday", ", ".join(DAYS)])
def test_a_nudge_comes_before_the_next_letter(tmp_path: Path, days: str) -> None:
    """As lint says of one that never would."""
    answered(tmp_path, "new", "chess", "--days", days, answer="\n" * 5)
    made = compile_course(tmp_path / "chess")
    assert blanks(made) == {"There is a TODO here.", "[imprint]"}


def test_options_ask_nothing(tmp_path: Path) -> None:
    words = ["--title", "Chess", "--brand", "Ada", "--language", "ja", "--days", "friday"]
    done = answered(tmp_path, "new", "chess", *words, "--at", "08:00")
    plan = manifest(tmp_path / "chess")
    assert (plan["schedule"]["day"], plan["course"]["title"]) == ("friday", "Chess")
    assert "Title" not in done.stdout
    assert "in English" in done.stdout


def test_what_can_not_be_is_asked_again(tmp_path: Path) -> None:
    done = answered(tmp_path, "new", "chess", answer="\n\nDeutsch\nde\nsomeday\nfriday\n25:00\n\n")
    assert manifest(tmp_path / "chess")["schedule"] == {
        "day": "friday",
        "at": "19:30",
        "nudge_after": "4 days",
    }
    assert 'Write its tag: "de".' in done.output
    assert "someday is no day of the week" in done.output


@pytest.mark.parametrize("name", ["Quiet Evenings", "../quiet", "évenings"])
def test_a_name_that_is_no_address_is_refused(tmp_path: Path, name: str) -> None:
    assert answered(tmp_path, "new", name).exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_a_course_that_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    answered(tmp_path, "new", "chess")
    plan = tmp_path / "chess" / "sequence.toml"
    plan.write_text("# mine")
    again = answered(tmp_path, "new", "chess")
    assert (again.exit_code, "is there already" in again.stderr) == (1, True)
    assert plan.read_text() == "# mine"


def test_it_stands_in_the_first_of_the_folders_and_all_are_read(tmp_path: Path) -> None:
    both = f"{tmp_path / 'mine'}{os.pathsep}{COURSE.parent}"
    env = variables(courses=both)
    done = CliRunner(env=env).invoke(letterpath, ["new", "chess"])
    assert f"{tmp_path / 'mine' / 'chess'}/ has" in done.stdout
    taken = CliRunner(env=env).invoke(letterpath, ["new", COURSE.name])
    assert f"{COURSE} is there already" in taken.stderr
    said = CliRunner(env=env).invoke(letterpath, ["lint"]).stdout
    ready = [line.partition(":")[0] for line in said.splitlines()]
    assert ready == ["chess", COURSE.name, NEWSLETTER.name]


def test_nothing_of_the_shipped_course_is_left_in_it(tmp_path: Path) -> None:
    answered(tmp_path, "new", "chess")
    for path in (path for path in (tmp_path / "chess").rglob("*") if path.is_file()):
        text = path.read_text().lower()
        assert not [word for word in ITS_SUBJECT if word in text], path.name


def test_a_blank_that_was_left_is_named_with_its_line(tmp_path: Path) -> None:
    answered(tmp_path, "new", "chess")
    said = invoke("lint", "chess", courses=str(tmp_path)).stderr
    assert "chess/lessons/1-first-lesson.md:3: warning: There is a TODO here." in said
    assert "chess/landing.md:1: warning: There is a TODO here." in said
    assert "TODO" not in invoke("lint", COURSE.name).stderr

"""Letters in German, Arabic and Japanese, with phrases of their own."""

from datetime import UTC, datetime
from pathlib import Path

from course.authoring.compiling import Compilation, compile_course
from course.authoring.samples import samples
from course.letters.makers import Context
from course.letters.phrases import MESSAGES
from course.letters.placeholders import all_values
from course.letters.texts import language_of
from course.runtime.links import Links
from emails.letter.compiling import Rendered, render
from emails.tokens import Signer
from tests.course.letters import pseudo

NOW = datetime(2026, 12, 4, 12, tzinfo=UTC)
HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n'

SAID = {
    "de": {
        "Dear %(name)s,": "Liebe Grüße an dich, %(name)s,",
        "The next letter comes on %(moment)s.": "Der nächste Brief kommt am %(moment)s.",
        "%(day)s at %(hour)s": "%(day)s um %(hour)s",
        "Step %(step)s of %(steps)s": "Schritt %(step)s von %(steps)s",
    },
    "ar": {
        "Dear %(name)s,": "مرحبًا %(name)s،",
        "The next letter comes on %(moment)s.": "تصلك الرسالة التالية %(moment)s.",
        "%(day)s at %(hour)s": "%(day)s، %(hour)s",
    },
    "ja": {
        "Dear %(name)s,": "%(name)sさん",
        "The next letter comes on %(moment)s.": "次のお便りは%(moment)sに届きます。",
        "%(day)s at %(hour)s": "%(day)s%(hour)s",
        "Step %(step)s of %(steps)s": "全%(steps)s回の第%(step)s回",
    },
}


def course(folder: Path, language: str, **said: str) -> Compilation:
    """The one of pseudo.py, in that language, saying these and English besides."""
    folder = pseudo.write(folder / "choir")
    (folder / "sequence.toml").write_text(pseudo.PLAN.replace('"el"', f'"{language}"'), "utf-8")
    phrases = [
        f'msgid "{of}"\nmsgstr "{words}"\n' for of, words in {**SAID[language], **said}.items()
    ]
    (folder / "phrases.po").write_text("\n".join([HEADER, *phrases]), "utf-8")
    return compile_course(folder)


def lesson(compiled: Compilation, first_name: str) -> Rendered:
    to = next(to for to, key in samples(compiled, NOW) if key == "listening")
    links = Links("https://letters.example.org", Signer("s" * 40))
    context = Context(links, to._replace(first_name=first_name), compiled.sequence, NOW)
    return render(compiled.letters["listening"], all_values(context))


def test_a_german_letter(tmp_path: Path) -> None:
    letter = lesson(course(tmp_path, "de"), "Jürgen Müller")
    text = " ".join(letter.text.split())
    assert "Liebe Grüße an dich, Jürgen Müller," in text
    assert "Schritt 1 von 2" in text
    assert "Der nächste Brief kommt am Dienstag, 15. Dezember um 19:30." in text
    assert '<html lang="de" dir="ltr"' in letter.html
    assert "15.\xa0Dezember um 19:30" in letter.html


def test_an_arabic_letter_runs_from_the_right_and_english_in_it_from_the_left(
    tmp_path: Path,
) -> None:
    letter = lesson(course(tmp_path, "ar"), "Ada")
    assert '<html lang="ar" dir="rtl"' in letter.html
    assert '<span dir="auto">مرحبًا Ada،</span>' in letter.html
    assert '<span lang="en" dir="ltr">Unsubscribe</span>' in letter.html
    assert "تصلك الرسالة التالية" in letter.text


def test_an_arabic_letter_that_is_all_translated_has_no_other_language(tmp_path: Path) -> None:
    everything = {message: f"ترجمة {message}" for message in MESSAGES.values()}
    html = lesson(course(tmp_path, "ar", **everything), "Ada").html
    assert 'lang="en"' not in html
    assert "ترجمة Unsubscribe" in html


def test_a_japanese_letter(tmp_path: Path) -> None:
    letter = lesson(course(tmp_path, "ja"), "花子")
    assert "花子さん" in letter.html
    assert "次のお便りは12月15日(火曜日)19:30に届きます。" in letter.text.replace("\n", "")
    assert "全2回の第1回" in letter.text


def test_a_letter_of_the_engine_that_nobody_translated_is_an_english_one(tmp_path: Path) -> None:
    compiled = course(tmp_path, "ar")
    assert '<html lang="en" dir="ltr"' in compiled.letters["already"].html
    assert language_of(compiled.sequence, "already") == "en"
    assert language_of(compiled.sequence, "welcome") == "ar"

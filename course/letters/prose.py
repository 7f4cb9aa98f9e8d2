"""An author's Markdown as part of a page, headed as in their letters, with its pictures."""

from course.letters.phrases import catalog_for, letter_phrases
from course.letters.pictures import shown
from emails.letter.compiling import Theme, page_html
from sequences.sequence import Landing, Lesson, LetterText, Publication, Sampler


def prose(
    text: Landing | Lesson | LetterText | Sampler, publication: Publication, pictures_url: str
) -> str:
    """HTML for inside an article in the language of the course; placeholders stay as they are."""
    look = Theme(publication.brand.name, language=publication.language)
    phrases = letter_phrases(catalog_for(publication))
    return page_html(text.body, look, phrases, shown(text.pictures), pictures_url)

"""An author's Markdown as part of a page, headed as in their letters."""

from course.letters.phrases import catalog_for, letter_phrases
from emails.letter.compiling import Theme, page_html
from sequences.sequence import Publication


def prose(markdown: str, publication: Publication) -> str:
    """HTML for inside an article in the language of the course; placeholders stay as they are."""
    look = Theme(publication.brand.name, language=publication.language)
    return page_html(markdown, look, letter_phrases(catalog_for(publication)))

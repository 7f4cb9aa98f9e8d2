"""An author's Markdown and a course's theme → a letter, compiled once, ready to personalise.

Draft + Theme ── compile_letter ──> CompiledLetter (three templates) ── render ──> Rendered
"""

from emails import transfer_encoding
from emails.errors import RenderError
from emails.letter.draft import Button, Draft
from emails.letter.html import html_part
from emails.letter.links import refuse_joined, refuse_joined_words
from emails.letter.markdown import (
    LONGEST_TEXT,
    PLACEHOLDER,
    Sentinels,
    parse,
    refuse_unknown_blocks,
)
from emails.letter.page import page_html
from emails.letter.phrases import ENGLISH, Phrases
from emails.letter.rendering import CompiledLetter, Rendered, Value, placeholders, render
from emails.letter.text import text_part
from emails.letter.theme import Theme
from emails.lines import spaced

__all__ = [
    "Button",
    "CompiledLetter",
    "Draft",
    "Phrases",
    "Rendered",
    "Theme",
    "Value",
    "compile_letter",
    "line_template",
    "page_html",
    "placeholders",
    "render",
]

# A whole message may have 80,000 bytes, and the rest is for headers and values. How much these can
# take is known to who has them (course/letters/size_bounds.py).
LARGEST_LETTER = 75_000


def compile_letter(draft: Draft, theme: Theme, phrases: Phrases = ENGLISH) -> CompiledLetter:
    """`phrases`: what the letter says by itself.

    Raises `RenderError` for what is too large, too deep, or not there to be used."""
    texts = (draft.subject, draft.preview, draft.title, draft.body, draft.prompt or "")
    if sum(map(len, texts)) > LONGEST_TEXT:
        raise RenderError(f"the letter has more than {LONGEST_TEXT} characters")
    sentinels = Sentinels("\0".join(texts))
    tree = parse(sentinels.hide(draft.body), theme.language)
    refuse_unknown_blocks(tree)
    refuse_joined(tree, sentinels)
    _refuse_joined_lines(draft, sentinels)
    if PLACEHOLDER.search(theme.brand):
        raise RenderError("a brand's name has no placeholders")
    letter = CompiledLetter(
        subject=sentinels.restore(sentinels.line(spaced(draft.subject))),
        html=html_part(draft, tree, theme, phrases, sentinels),
        text=text_part(draft, tree, theme, phrases, sentinels),
    )
    placeholders(letter)
    if (size := transfer_encoding.size(letter.text, letter.html)) > LARGEST_LETTER:
        raise RenderError(
            f"the letter has {size} bytes as it is sent, and {LARGEST_LETTER} is the most"
        )
    return letter


def line_template(text: str) -> str:
    """A line of text as a template; what is no placeholder stands as it is, braces too."""
    sentinels = Sentinels(text)
    return sentinels.restore(sentinels.line(text))


def _refuse_joined_lines(draft: Draft, sentinels: Sentinels) -> None:
    """Mail programs make links of what looks like one, in a subject as in the text."""
    label = (draft.button.label if draft.button else None) or ""
    for text in (draft.subject, draft.preview, draft.title, draft.prompt or "", label):
        refuse_joined_words(sentinels.hide(text), sentinels)

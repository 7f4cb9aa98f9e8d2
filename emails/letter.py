"""An author's Markdown and a course's theme → a letter, compiled once, ready to personalise.

Draft + Theme ── compile_letter ──> Letter (three templates) ── render ──> Rendered
"""

from binascii import b2a_qp

from emails.draft import Button, Draft
from emails.errors import RenderError
from emails.layout import html_part
from emails.markdown import LONGEST, Marks, parse, refuse_unknown_blocks
from emails.page import page_html
from emails.rendering import Letter, Rendered, Value, placeholders, render
from emails.text import text_part
from emails.theme import Theme

__all__ = [
    "Button",
    "Draft",
    "Letter",
    "Rendered",
    "Theme",
    "Value",
    "compile_letter",
    "page_html",
    "placeholders",
    "render",
]

# A whole message may have 80,000 bytes: so much of it is left to the reader's own values.
LARGEST = 60_000


def compile_letter(draft: Draft, theme: Theme) -> Letter:
    """Raises `RenderError` for what is too large, too deep, or not there to be used."""
    texts = (draft.subject, draft.preview, draft.title, draft.body, draft.prompt or "")
    if sum(map(len, texts)) > LONGEST:
        raise RenderError(f"the letter has more than {LONGEST} characters")
    marks = Marks("\0".join(texts))
    tree = parse(marks.hide(draft.body))
    refuse_unknown_blocks(tree)
    letter = Letter(
        subject=marks.restore(marks.hide(" ".join(draft.subject.split()))),
        html=html_part(draft, tree, theme, marks),
        text=text_part(draft, tree, theme, marks),
    )
    placeholders(letter)
    size = len(b2a_qp((letter.html + letter.text).encode()))
    if size > LARGEST:
        raise RenderError(f"the letter has {size} bytes as it is sent, and {LARGEST} is the most")
    return letter
